package yaml

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"postern/shared/config"
)

// scalar fills a text, a number or a boolean. Texts are never quoted in messages, but for those of a closed list: they
// may be secrets.
func (d *decoder) scalar(n *node, to slot) {
	if !n.scalar() {
		d.refuse(n, to, "%s must be a single value, this is %s", to.label, n.kind)
		return
	}
	switch to.v.Kind() {
	case reflect.String:
		d.text(n, to)
	case reflect.Bool:
		d.boolean(n, to)
	case reflect.Float64:
		d.decimal(n, to)
	default:
		d.number(n, to)
	}
}

func (d *decoder) text(n *node, to slot) {
	switch {
	case n.kind != text:
		d.refuse(n, to, "%s must be a text, this is %s: put it in quotes", to.label, n.kind)
	case to.enum != nil && !slices.Contains(to.enum, n.value):
		d.refuse(n, to, "%s cannot be %q%s", to.label, n.value, choice(n.value, to.enum))
	default:
		to.v.SetString(n.value)
	}
}

func (d *decoder) boolean(n *node, to slot) {
	meant := map[string]string{"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
	word := strings.ToLower(n.value)
	switch {
	case n.kind == boolean:
		to.v.SetBool(word == "true")
	case meant[word] != "":
		d.refuse(n, to, "%s must be true or false: write %s instead of %s", to.label, meant[word], n.value)
	case n.quoted && booleans.MatchString(n.value):
		d.refuse(n, to, "%s must be true or false: remove the quotes", to.label)
	default:
		d.refuse(n, to, "%s must be true or false, this is %s", to.label, n.kind)
	}
}

var whole = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

func (d *decoder) number(n *node, to slot) {
	i, err := strconv.ParseInt(n.value, 10, 64)
	switch {
	case n.kind == text && n.quoted && whole.MatchString(n.value):
		d.refuse(n, to, "%s must be a whole number: remove the quotes", to.label)
	case n.kind != number:
		d.refuse(n, to, "%s must be a whole number, this is %s", to.label, n.kind)
	case !whole.MatchString(n.value):
		d.refuse(n, to, "%s must be a whole number in plain digits, like 100", to.label)
	case err != nil || to.v.OverflowInt(i):
		d.refuse(n, to, "%s is too large", to.label)
	case to.enum != nil && !slices.Contains(to.enum, n.value):
		d.refuse(n, to, "%s cannot be %s: write %s", to.label, n.value, strings.Join(to.enum, " or "))
	default:
		to.v.SetInt(i)
	}
}

// decimal fills a number that may have a fraction, written as JSON does.
func (d *decoder) decimal(n *node, to slot) {
	var f float64
	switch {
	case n.kind == text && n.quoted && json.Unmarshal([]byte(n.value), &f) == nil:
		d.refuse(n, to, "%s must be a number: remove the quotes", to.label)
	case n.kind != number:
		d.refuse(n, to, "%s must be a number, this is %s", to.label, n.kind)
	case json.Unmarshal([]byte(n.value), &f) != nil:
		d.refuse(n, to, "%s must be a number in plain digits, like 1.5", to.label)
	default:
		to.v.SetFloat(f)
	}
}

// free fills a value of any form, as encoding/json would.
func (d *decoder) free(n *node, to slot) {
	if v := d.any(n, to); v != nil {
		to.v.Set(reflect.ValueOf(v))
	}
}

func (d *decoder) any(n *node, to slot) any {
	switch n.kind {
	case null:
		return nil
	case text:
		return n.value
	case boolean:
		return strings.ToLower(n.value) == "true"
	case number:
		var f float64
		if err := json.Unmarshal([]byte(n.value), &f); err != nil {
			d.refuse(n, to, "this is no number of JSON: write it in plain digits, or in quotes if it is a text")
		}
		return f
	case list:
		items := make([]any, len(n.items))
		for i, item := range n.items {
			items[i] = d.any(item, slot{path: fmt.Sprintf("%s[%d]", to.path, i)})
		}
		return items
	}
	m := make(map[string]any, len(n.entries))
	for _, e := range n.entries {
		m[e.key] = d.any(e.value, slot{path: join(to.path, e.key)})
	}
	return m
}

// choice is the end of a message about a word that is none of the known ones.
func choice(word string, known []string) string {
	if meant := config.Suggest(word, known); meant != "" {
		return fmt.Sprintf("; did you mean %q?", meant)
	}
	if len(known) == 0 {
		return "; there is none"
	}
	return "; write one of: " + strings.Join(known, ", ")
}
