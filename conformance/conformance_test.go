package conformance_test

import (
	"os"
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
		for _, door := range conformance.DoorNames() {
			if !c.Through(door) {
				continue
			}
			t.Run(c.Name+"/"+door, func(t *testing.T) {
				t.Parallel()
				if err := c.Run(door); err != nil {
					t.Errorf("%s\n%v", c.Why, err)
				}
			})
		}
	}
}
