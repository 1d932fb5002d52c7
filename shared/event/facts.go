package event

import "slices"

// Fact is one aspect of a request or an answer, and what becomes of it at each door.
type Fact struct {
	Name   string // short, for tests
	Answer bool   // of an answer; else of a request
	Aspect string
	Doors  map[string]Fate // by gateway.Door.Name
}

// Fate is what a door makes of one aspect. Markdown.
type Fate struct {
	Text string
	Lost bool // at least in the case that the text names, something that was sent cannot be had back
}

// Doors are the doors that Facts speaks of, in the order of its columns.
func Doors() []string { return []string{"serve", "alb", "rest", "http", "url"} }

func kept(text string) Fate { return Fate{Text: text} }
func lost(text string) Fate { return Fate{Text: text, Lost: true} }
func unknown() Fate         { return lost("not documented") }

// fact has the fates in the order of Doors; where there are fewer, the last is that of the doors that are left.
func fact(name, aspect string, fates ...Fate) Fact {
	f := Fact{Name: name, Aspect: aspect, Doors: map[string]Fate{}}
	for i, door := range Doors() {
		f.Doors[door] = fates[min(i, len(fates)-1)]
	}
	return f
}

// Facts are all that is known of the doors. Sources: the guides of Application Load Balancers (lambda-functions,
// x-forwarded-headers, edit-load-balancer-attributes, load-balancer-request-tracing), of API Gateway (known issues, quotas,
// Lambda proxy integrations, response-transfer-mode) and of Lambda (function URLs, response streaming), events captured from
// real ones, and net/http.
func Facts() []Fact {
	facts := slices.Concat(targetFacts(), queryFacts(), headerFacts(), bodyFacts())
	for _, f := range answerFacts() {
		f.Answer = true
		facts = append(facts, f)
	}
	return facts
}
