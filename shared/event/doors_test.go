package event_test

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"postern/shared/dialect"
	"postern/shared/dialect/builtin"
	"postern/shared/event"
	"postern/shared/fault"
)

var update = flag.Bool("update", false, "write docs/doors.md and docs/limits.md")

const (
	doorsPage  = "../../docs/doors.md"
	limitsPage = "../../docs/limits.md"
)

const doorsHead = "# What the doors keep\n\n" +
	"Generated from `shared/event` by `make docs`. A request reaches the steps as its client sent it, and an answer reaches the\n" +
	"client as the steps made it, but for what is marked **lost**.\n\n" +
	"- `serve`: the plain server.\n" +
	"- `alb`: an Application Load Balancer in front of the function; set `lambda.multi_value_headers.enabled`.\n" +
	"- `rest`: a REST API of API Gateway, Lambda proxy integration; regional, with a domain of its own and the binary media type `*/*`.\n" +
	"- `http`: an HTTP API of API Gateway, payload format 2.0.\n" +
	"- `url`: a function URL.\n\n" +
	"Where signatures cover what a door loses, they cannot be verified: of the doors for Lambda, `alb` and `url` keep path and query\n" +
	"of most clients, `http` the query. What a door decoded is encoded anew as most clients write it; a dialect that also accepts\n" +
	"signatures over decoded targets verifies those at every door, but where `+` stood for a blank.\n\n" +
	"`sam local start-api` differs from API Gateway: it decodes the path of `rest` too, decodes that of `http` once, drops headers\n" +
	"with underscores, joins repeated headers by `,` at both, and gives every request of a server the same id.\n"

const limitsHead = "# The limits of the doors\n\n" +
	"Generated from `shared/event` by `make docs`. What the doors of AWS allow is less than what the vendors document. Over a door's own\n" +
	"limit its clients get its own error; set the limits of the definition below it, and they get the vendor's. Its text keeps the\n" +
	"documented number.\n\n" +
	"The limits of answers leave room for what a door adds. They are kept in any case: an answer over what Lambda takes would end the\n" +
	"environment, so that each such answer would cost a cold start.\n"

const reachHead = "\n## Which errors exist at which door\n\n" +
	"**R**: as documented. **L**: where a lower limit is set in the definition than the door's. **X**: never.\n\n"

// TestDoors keeps docs/doors.md to what the code says.
func TestDoors(t *testing.T) {
	var page strings.Builder
	page.WriteString(doorsHead)
	writeTable(&page, "Requests", false)
	writeTable(&page, "Answers", true)
	compareDoc(t, doorsPage, page.String())
}

// TestLimits keeps docs/limits.md to what the code says.
func TestLimits(t *testing.T) {
	var page strings.Builder
	page.WriteString(limitsHead + "\n## Limits\n\n" + columns(""))
	for _, b := range event.Bounds() {
		page.WriteString("| " + b.Aspect)
		for _, door := range event.Doors() {
			page.WriteString(" | " + b.Doors[door])
		}
		page.WriteString(" |\n")
	}
	page.WriteString(reachHead + columns("kind"))
	for _, kind := range slices.Sorted(maps.Keys(fault.Params())) {
		if cells := reach(event.Reaches(kind)); cells != everywhere {
			page.WriteString("| `" + string(kind) + "`" + cells + "\n")
		}
	}
	page.WriteString("\nEvery other kind is R at every door.\n")
	dialects, err := builtin.Dialects()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dialects {
		if d.Profile == "" {
			writeRows(&page, d)
		}
	}
	compareDoc(t, limitsPage, page.String())
}

// everywhere are the cells of what is R at every door.
var everywhere = strings.Repeat(" | **R**", len(event.Doors())) + " |"

func reach(doors map[string]event.Reach) string {
	cells := ""
	for _, door := range event.Doors() {
		cells += " | " + strings.TrimSuffix("**"+doors[door].Mark+"**: "+doors[door].Why, ": ")
	}
	return cells + " |"
}

// writeRows writes a table of the documented errors of a vendor that do not exist everywhere, and names the others.
func writeRows(page *strings.Builder, d *dialect.Dialect) {
	page.WriteString("\n### " + d.Name + "\n\n")
	table, others := "", []string{}
	for _, row := range d.Catalogue.Rows() {
		if row.Never != "" || row.Undocumented != "" {
			continue
		}
		best := map[string]event.Reach{}
		for _, kind := range slices.Sorted(maps.Keys(row.Kinds)) {
			for door, r := range event.Reaches(kind) {
				if b, ok := best[door]; !ok || ease(r) < ease(b) {
					best[door] = r
				}
			}
		}
		if cells := reach(best); cells != everywhere {
			table += "| `" + row.ID + "`" + cells + "\n"
		} else {
			others = append(others, "`"+row.ID+"`")
		}
	}
	if table != "" {
		page.WriteString(columns("row") + table + "\n")
	}
	page.WriteString("R at every door: " + strings.Join(others, ", ") + ".\n")
}

// ease is less where a client reaches a row more easily: R, then R with conditions, L, X.
func ease(r event.Reach) int {
	at := 2 * strings.Index("RLX", r.Mark)
	if r.Why != "" {
		at++
	}
	return at
}

func compareDoc(t *testing.T, name, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != want {
		t.Errorf("%s is not what the code says (%v): run go test ./shared/event -update", name, err)
	}
}

func columns(first string) string {
	doors := event.Doors()
	return "| " + first + " | " + strings.Join(doors, " | ") + " |\n|" + strings.Repeat("---|", len(doors)+1) + "\n"
}

func writeTable(page *strings.Builder, title string, answers bool) {
	doors := event.Doors()
	page.WriteString("\n## " + title + "\n\n" + columns(""))
	for _, f := range event.Facts() {
		if f.Answer != answers {
			continue
		}
		page.WriteString("| " + f.Aspect)
		for _, door := range doors {
			text := f.Doors[door].Text
			if f.Doors[door].Lost {
				text = "**lost**: " + text
			}
			page.WriteString(" | " + text)
		}
		page.WriteString(" |\n")
	}
}

// TestFactsAreComplete: every door has its say on every aspect, once.
func TestFactsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range event.Facts() {
		if f.Name == "" || seen[f.Name] || f.Aspect == "" {
			t.Errorf("a fact without a name of its own: %+v", f)
		}
		seen[f.Name] = true
		for _, door := range event.Doors() {
			if fate, ok := f.Doors[door]; !ok || fate.Text == "" || strings.ContainsAny(fate.Text+f.Aspect, "|\n") {
				t.Errorf("%s: door %s says %q", f.Name, door, fate.Text)
			}
		}
		if len(f.Doors) != len(event.Doors()) {
			t.Errorf("%s: %d doors, want %d", f.Name, len(f.Doors), len(event.Doors()))
		}
	}
}

// TestBoundsAreComplete: every door has its say on every limit, and on every kind.
func TestBoundsAreComplete(t *testing.T) {
	for _, b := range event.Bounds() {
		for _, door := range event.Doors() {
			if b.Doors[door] == "" || len(b.Doors) != len(event.Doors()) {
				t.Errorf("%s: door %s says %q", b.Aspect, door, b.Doors[door])
			}
		}
	}
	for kind := range fault.Params() {
		for _, door := range event.Doors() {
			r := event.Reaches(kind)[door]
			if !slices.Contains([]string{"R", "L", "X"}, r.Mark) || r.Why == "" && r.Mark != "R" {
				t.Errorf("%s: door %s says %+v", kind, door, r)
			}
		}
	}
}
