package conformance_test

import (
	"os"
	"slices"
	"testing"

	"postern/conformance"
)

func load(t *testing.T) []*conformance.Case {
	t.Helper()
	cases, err := conformance.Load(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// TestCases runs every case through every door that can carry it.
func TestCases(t *testing.T) {
	for _, c := range load(t) {
		for _, door := range doors() {
			if !c.Through(door.Name) {
				continue
			}
			t.Run(c.Name+"/"+door.Name, func(t *testing.T) {
				t.Parallel()
				if err := c.Run(door); err != nil {
					t.Errorf("%s\n%v", c.Why, err)
				}
			})
		}
	}
}

// TestDoors: a case can name every door.
func TestDoors(t *testing.T) {
	for _, door := range doors() {
		if !slices.Contains(conformance.DoorNames(), door.Name) {
			t.Errorf("DoorNames has no %s", door.Name)
		}
	}
}
