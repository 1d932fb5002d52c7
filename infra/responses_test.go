package infra_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the gateway responses of template.yaml")

// heading names the file that the responses of the template are from, and is followed by them.
var heading = regexp.MustCompile(
	`(?m)^ +# (infra/generated/gatewayresponses-[a-z-]+\.json)\..*\n +GatewayResponses:\n((?:        .*\n)+)`)

// responses: what the REST API answers by itself is what a dialect says. A status takes no function of CloudFormation, and
// so one dialect stands there.
func responses(root object) (c complaints) {
	files, err := os.ReadDir("generated")
	if err != nil || len(files) == 0 {
		c.add("infra/generated is empty (%v)", err)
	}
	got := at(properties(root, "RestApi"), "GatewayResponses")
	if !slices.ContainsFunc(files, func(f os.DirEntry) bool {
		return reflect.DeepEqual(got, any(generated("generated/"+f.Name())))
	}) {
		c.add("the gateway responses are those of no file in infra/generated: run make docs")
	}
	return c
}

func generated(name string) (all object) {
	data, _ := os.ReadFile(name)
	_ = json.Unmarshal(data, &all)
	return all
}

// TestUpdate writes, with -update, the responses of the file that is named above them, and otherwise proves that it would.
func TestUpdate(t *testing.T) {
	template := sources(t)[""]
	at := heading.FindStringSubmatchIndex(template)
	if at == nil {
		t.Fatal("template.yaml has no gateway responses under the name of their file")
	}
	all := generated(strings.TrimPrefix(template[at[2]:at[3]], "infra/"))
	written := template[:at[4]] + written(all) + template[at[5]:]
	if *update {
		if err := os.WriteFile("../template.yaml", []byte(written), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if written != template {
		t.Error("the gateway responses are not those of the file that is named above them: run make docs")
	}
}

// written are gateway responses as template.yaml has them.
func written(all object) string {
	var b strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "        %s:\n", kind)
		if status := text(all, kind, "StatusCode"); status != "" {
			fmt.Fprintf(&b, "          StatusCode: %q\n", status)
		}
		fmt.Fprintf(&b, "          ResponseParameters: {Headers: %s}\n", flow(objects(all, kind, "ResponseParameters", "Headers")))
		b.WriteString("          ResponseTemplates: " + flow(objects(all, kind, "ResponseTemplates")) + "\n")
	}
	return b.String()
}

// flow is a mapping of texts on one line.
func flow(o object) string {
	var members []string
	for _, name := range slices.Sorted(maps.Keys(o)) {
		quoted := "'" + text(o, name) + "'"
		if strings.Contains(text(o, name), "'") {
			quoted = strconv.Quote(text(o, name))
		}
		members = append(members, name+": "+quoted)
	}
	return "{" + strings.Join(members, ", ") + "}"
}
