package event_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"postern/shared/event"
)

var update = flag.Bool("update", false, "write docs/doors.md")

const doorsPage = "../../docs/doors.md"

const doorsHead = "# What the doors keep\n\n" +
	"Generated from `shared/event` by `make docs`. A request reaches the steps as its client sent it, and an answer reaches the\n" +
	"client as the steps made it, but for what is marked **lost**. `serve` is the plain server, `alb` an Application Load\n" +
	"Balancer in front of the function.\n"

// TestDoors keeps docs/doors.md to what the code says.
func TestDoors(t *testing.T) {
	var page strings.Builder
	page.WriteString(doorsHead)
	writeTable(&page, "Requests", false)
	writeTable(&page, "Answers", true)
	if *update {
		if err := os.WriteFile(doorsPage, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(doorsPage); err != nil || string(got) != page.String() {
		t.Errorf("%s is not what Facts says (%v): run go test ./shared/event -update", doorsPage, err)
	}
}

func writeTable(page *strings.Builder, title string, answers bool) {
	doors := event.Doors()
	page.WriteString("\n## " + title + "\n\n| | " + strings.Join(doors, " | ") + " |\n")
	page.WriteString("|" + strings.Repeat("---|", len(doors)+1) + "\n")
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
