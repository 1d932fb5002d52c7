package dynamo

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/config"
	"postern/shared/limit"
	"postern/shared/registry"
)

// What the keys of the registry's items begin with.
//
//	a#<app>      doc      the app as config.App has it in JSON: API keys as their digests, secrets sealed
//	k#<id>       app      whose key has this id: auth.KeyID of an API key, the id of an access key
//	             with     keys of items that whoever follows this one will need; a hint, which may be out of date
//	l#<plan>     doc      config.Plan in JSON
//	h#<host>     doc      the flags of a host in JSON
//	i#<api>      doc      those of an API
//	o#<owner>    doc      those of an owner
//	s#<name>     sealed   what ${secret:NAME} stands for
//	d#<id>       id, key  a data key, wrapped; d#current is the one that is used for what is written
//
// Every item has the id of its last write, v. The app alone says what its keys are worth: an item k# that its app does not
// have means nothing.
const (
	appPrefix        = "a#"
	credentialPrefix = "k#"
	planPrefix       = "l#"
	hostPrefix       = "h#"
	apiPrefix        = "i#"
	ownerPrefix      = "o#"
	secretPrefix     = "s#"
	dataKeyPrefix    = "d#"
	currentDataKey   = dataKeyPrefix + "current"
)

const (
	versionAttribute = "v"
	docAttribute     = "doc"
	appAttribute     = "app"
	withAttribute    = "with"
	sealedAttribute  = "sealed"
	idAttribute      = "id"
	wrappedAttribute = "key"
)

// split is the kind of an item and its name.
func split(key string) (prefix, name string) {
	i := strings.IndexByte(key, '#') + 1
	return key[:i], key[i:]
}

// pointer is what an item k# says.
type pointer struct {
	app  string // "": nobody
	with []string
}

func pointerOf(i item) pointer {
	o := pointer{app: textOf(i[appAttribute])}
	if with, ok := i[withAttribute].(*types.AttributeValueMemberSS); ok {
		o.with = with.Value
	}
	return o
}

// appOf is the app of an item; nil: there is none.
func appOf(i item) (*config.App, error) {
	if i == nil {
		return nil, nil
	}
	app := &config.App{}
	if err := json.Unmarshal([]byte(textOf(i[docAttribute])), app); err != nil {
		return nil, fmt.Errorf("dynamo: item %s: %w", textOf(i[KeyAttribute]), err)
	}
	return app, nil
}

func planOf(i item) (plan config.Plan, err error) {
	if err := json.Unmarshal([]byte(textOf(i[docAttribute])), &plan); err != nil {
		return plan, fmt.Errorf("dynamo: item %s: %w", textOf(i[KeyAttribute]), err)
	}
	return plan, nil
}

var errNoPlan = errors.New("there is no such plan")

// planWindows are what the plan in an item limits.
func planWindows(name string, i item) ([]limit.Window, error) {
	if i == nil {
		return nil, fmt.Errorf("dynamo: plan %q: %w", name, errNoPlan)
	}
	plan, err := planOf(i)
	if err != nil {
		return nil, err
	}
	windows, err := registry.Windows(plan)
	if err != nil {
		return nil, fmt.Errorf("dynamo: plan %q: %w", name, err)
	}
	return windows, nil
}

// secretPlace is what a secret of an access key is sealed for.
func secretPlace(app, id string) string { return appPrefix + app + "#" + id }
