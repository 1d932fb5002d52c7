package conformance

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/txtar"
)

func parse(files fs.FS, name string, data []byte) (*Case, error) {
	archive := txtar.Parse(data)
	c := &Case{Name: name, files: map[string]string{}}
	if err := c.preamble(string(archive.Comment)); err != nil {
		return nil, err
	}
	for _, f := range archive.Files {
		if err := c.section(files, strings.Fields(f.Name), string(f.Data)); err != nil {
			return nil, fmt.Errorf("-- %s --: %w", f.Name, err)
		}
	}
	return c, c.check()
}

// preamble is why the case exists, and its keys.
func (c *Case) preamble(text string) error {
	var why []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, ": ")
		switch {
		case line == "":
		case ok && key == "source":
			c.Source = value
		case ok && key == "now":
			now, err := time.Parse(time.RFC3339, value)
			if err != nil {
				return err
			}
			c.Now = now
		case ok && key == "doors":
			names, because, _ := strings.Cut(value, " because ")
			c.Doors, c.Because = strings.Fields(names), strings.TrimSpace(because)
		case c.Source != "" || !c.Now.IsZero() || c.Doors != nil:
			return fmt.Errorf("unknown key: %q", line)
		default:
			why = append(why, line)
		}
	}
	c.Why = strings.Join(why, " ")
	return nil
}

func (c *Case) section(files fs.FS, words []string, text string) (err error) {
	name, args := words[0], words[1:]
	switch {
	case name == "postern.yaml" && len(args) == 0:
		return set(&c.definition, text)
	case name == "proxy.yaml" && len(args) == 0:
		return set(&c.resuming, text)
	case name == "function":
		return c.surround(args, text)
	case name == "registry.yaml" && len(args) == 0:
		return set(&c.registry, text)
	case name == "file" && len(args) == 1:
		c.files[args[0]] = text
		return nil
	case name == "use" && len(args) == 1:
		if text, err = fixture(files, args[0]); err != nil {
			return err
		}
		if strings.HasPrefix(path.Base(args[0]), "registry") {
			return set(&c.registry, text)
		}
		return set(&c.definition, text)
	}
	newStep, ok := sections()[name]
	if !ok {
		return errors.New("unknown section")
	}
	s, err := newStep(args, text)
	if err != nil {
		return err
	}
	return c.add(s)
}

func set(where *string, text string) error {
	if *where != "" {
		return errors.New("given twice")
	}
	*where = text
	return nil
}

// add appends a step; request B joins the request A before it.
func (c *Case) add(s step) error {
	b, ok := s.(*request)
	if !ok || b.letter != "B" {
		c.steps = append(c.steps, s)
		return nil
	}
	if len(c.steps) > 0 {
		if a, ok := c.steps[len(c.steps)-1].(*request); ok && a.letter == "A" && a.with == nil {
			a.with = b
			return nil
		}
	}
	return errors.New("request B stands right after request A")
}

func (c *Case) check() error {
	var errs []error
	need := func(ok bool, what string) {
		if !ok {
			errs = append(errs, errors.New(what))
		}
	}
	need(len(strings.Fields(c.Why)) > 3, "say in a sentence why the case exists")
	need(c.Source != "", "source: is missing")
	need(!c.Now.IsZero(), "now: is missing")
	need((c.Doors == nil) == (c.Because == ""), "doors: NAME… because REASON")
	need(c.definition != "", "there is no postern.yaml and no use")
	for _, door := range c.Doors {
		need(slices.Contains(DoorNames(), door), "there is no door "+door)
	}
	return errors.Join(append(errs, c.checkOrder())...)
}

// checkOrder wants an expectation for every request, and a request before every expectation.
func (c *Case) checkOrder() error {
	var pending, any bool
	for _, s := range c.steps {
		switch s := s.(type) {
		case *request:
			if pending {
				return errors.New("a request without an answer")
			}
			if (s.letter == "A") != (s.with != nil) {
				return errors.New("request A needs a request B")
			}
			any, pending = true, s.gone == 0
		case *answer, *answers:
			if !pending {
				return errors.New("an answer without a request")
			}
			pending = false
		case *received, *record:
			if !any || pending {
				return errors.New("received and log stand after an answer")
			}
		}
	}
	if pending || !any {
		return errors.New("a request without an answer")
	}
	return nil
}
