package aliyun_test

import (
	"slices"
	"testing"
)

func TestStage(t *testing.T) {
	d := newDialect(t)
	for value, want := range map[string]string{
		"": "release", "RELEASE": "release", "release": "release", "Pre": "pre", "TEST": "test", " test ": "test",
	} {
		if got, err := d.Stage(request("GET /", "X-Ca-Stage: "+value)); err != nil || got != want {
			t.Errorf("stage %q = %q, %v, want %s", value, got, err, want)
		}
	}
	for _, value := range []string{"QA", "TEST,PRE", "测"} {
		if got, err := d.Stage(request("GET /", "X-Ca-Stage: "+value)); err == nil {
			t.Errorf("stage %q = %q, want an error", value, got)
		}
	}
	if got, err := d.Stage(request("GET /")); err != nil || got != d.Stages[0] || !slices.Equal(d.Stages, []string{"release", "pre", "test"}) {
		t.Errorf("stage without a header = %q, %v, of %q", got, err, d.Stages)
	}
}

func TestVariable(t *testing.T) {
	found := newDialect(t).Variable
	for text, want := range map[string][]string{
		"http://#host#/#path-2#": {"host", "path-2"}, "#_a#": {"_a"}, "a#b": nil, "##": nil, "# a #": nil, "#1#": nil, "no. #1, #a": nil,
	} {
		var got []string
		for _, match := range found.FindAllStringSubmatch(text, -1) {
			got = append(got, match[1])
		}
		if !slices.Equal(got, want) {
			t.Errorf("variables of %q = %q, want %q", text, got, want)
		}
	}
}

func TestPathVariable(t *testing.T) {
	found := newDialect(t).PathVariable
	for text, want := range map[string][]string{
		"/people/[userId]/x": {"userId"}, "/[a][b-2]": {"a", "b-2"}, "/[_a.b]": {"_a.b"}, "/{a}": nil, "/[]": nil, "/[1]": nil, "/[a": nil, "/[a b]": nil,
	} {
		var got []string
		for _, match := range found.FindAllStringSubmatch(text, -1) {
			got = append(got, match[1])
		}
		if !slices.Equal(got, want) {
			t.Errorf("path variables of %q = %q, want %q", text, got, want)
		}
	}
}
