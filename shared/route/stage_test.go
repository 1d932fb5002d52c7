package route_test

import (
	"context"
	"errors"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/route"
)

// TestStaged: each stage has routes of its own, one that is not there has none.
func TestStaged(t *testing.T) {
	tables := map[string]*route.Table{}
	for stage, path := range map[string]string{"release": "/both", "test": "/new", "": "/plain"} {
		tables[stage] = route.NewTable()
		if err := tables[stage].Add("GET", "", path, &gateway.Route{Name: stage + path}); err != nil {
			t.Fatal(err)
		}
	}
	step := route.Staged(tables)
	if step.Name != "route" || !step.Again {
		t.Errorf("the step is %q, again %v", step.Name, step.Again)
	}
	for _, tt := range []struct{ stage, path, want string }{
		{"release", "/both", "release/both"},
		{"test", "/new", "test/new"},
		{"", "/plain", "/plain"},
		{"release", "/new", ""},
		{"test", "/plain", ""},
		{"pre", "/both", ""},
		{"pre", "/plain", ""},
	} {
		x := &gateway.Exchange{Request: &gateway.Request{Method: "GET", Path: tt.path}, Stage: tt.stage}
		err := step.Run(context.Background(), x)
		var f *fault.Fault
		switch {
		case tt.want != "" && (err != nil || x.Route.Name != tt.want):
			t.Errorf("%s of stage %q = %v, %v, want %s", tt.path, tt.stage, x.Route, err, tt.want)
		case tt.want == "" && (!errors.As(err, &f) || f.Kind != fault.RoutePath || f.Args["method"] != "GET" || f.Args["path"] != tt.path):
			t.Errorf("%s of stage %q = %v, want %s", tt.path, tt.stage, err, fault.RoutePath)
		}
	}
}
