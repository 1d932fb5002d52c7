package transform_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/transform"
)

func TestRewrite(t *testing.T) {
	for _, c := range []struct{ name, pattern, to, prefix, path, want string }{
		{"console guide", `/api/v2.0/(.*)`, `/api/v1.0/%1`, "", "/api/v2.0/members", "/api/v1.0/members"},
		{"swagger sample", `/{version}/{path}`, `/{path}/{version}`, "", "/v1/members", "/members/v1"},
		{"no match", `/api/v2.0/(.*)`, `/api/v1.0/%1`, "", "/other", "/other"},
		{"whole path", `/api`, `/x`, "", "/api/more", "/api/more"},
		{"whole path from its start", `/api`, `/x`, "", "/more/api", "/more/api"},
		{"alternatives are whole", `/a|/b`, `/x`, "", "/b/c", "/b/c"},
		{"prefix stays", `/v2/(.*)`, `/v1/%1`, "/base/", "/base/v2/a", "/base/v1/a"},
		{"prefix alone", `/v2`, `/v1`, "/base", "/other/v2", "/other/v2"},
		{"twice", `/(a)(b)`, `/%2%1%2`, "", "/ab", "/bab"},
		{"group that took no part", `/(a)?b`, `/x%1`, "", "/b", "/x"},
		{"a named segment is one", `/{a}`, `/x`, "", "/b/c", "/b/c"},
		{"a named segment is not empty", `/{a}`, `/x`, "", "/", "/"},
		{"named by number", `/{a}/{b}`, `/%2`, "", "/1/2", "/2"},
		{"literal around names", `/v1.0/{a}`, `/{a}`, "", "/v1x0/b", "/v1x0/b"},
		{"counts are no names", `/a{2}/(.{1,3})`, `/%1`, "", "/aa/xyz", "/xyz"},
		{"classes are no names", `/(\p{Greek}|[a-z]+)`, `/x/%1`, "", "/a", "/x/a"},
		{"braces are no names", `/\{a\}|/b`, `/x`, "", "/b", "/x"},
		{"escapes as they are", `/v2/(.*)`, `/%1`, "", "/v2/a%2Fb%20c", "/a%2Fb%20c"},
		{"a percent sign that refers to nothing", `/(.*)`, `/%0A/%1`, "", "/b", "/%0A/b"},
		{"nine groups", `/(.)(.)(.)(.)(.)(.)(.)(.)(.)`, `/%9%8%7%6%5%4%3%2%1`, "", "/123456789", "/987654321"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, defect := transform.CompileRewrite(c.pattern, c.to)
			if defect != nil {
				t.Fatalf("CompileRewrite(%q, %q): %v", c.pattern, c.to, defect)
			}
			r.Prefix = c.prefix
			x := &gateway.Exchange{Outbound: &gateway.Outbound{Path: c.path}}
			step := r.Step()
			if err := step.Run(context.Background(), x); err != nil || x.Outbound.Path != c.want {
				t.Errorf("%s -> %s of %s = %q, %v, want %q", c.pattern, c.to, c.path, x.Outbound.Path, err, c.want)
			}
			if step.Name != "rewrite" || !step.Again {
				t.Errorf("Step() = %+v, want rewrite, again", step)
			}
		})
	}
}

func TestRewriteDefects(t *testing.T) {
	for _, c := range []struct {
		name, pattern, to string
		kind              fault.Kind
		why               string
	}{
		{"unclosed group", `/api/(v2`, `/x`, fault.DefinitionPattern, "missing closing"},
		{"anchors do not mend it", `/a)(b`, `/x`, fault.DefinitionPattern, "unexpected )"},
		{"look-ahead", `/a(?=b)`, `/x`, fault.DefinitionPattern, "not supported"},
		{"unclosed name", `/{version/x`, `/x`, fault.DefinitionPattern, "is not closed"},
		{"brace at the end", `/x{`, `/x`, fault.DefinitionPattern, "is not closed"},
		{"no name", `/{}`, `/x`, fault.DefinitionPattern, "is no name"},
		{"expression as a name", `/{[a-z]+}`, `/x`, fault.DefinitionPattern, "is no name"},
		{"same name", `/{a}/{a}`, `/{a}`, fault.DefinitionPattern, "twice"},
		{"long", "/" + strings.Repeat("a", 1000), `/x`, fault.DefinitionPattern, "longer than 1000"},
		{"many", `/((a{1000}){1000}){1000}`, `/x`, fault.DefinitionPattern, "invalid repeat count"},
		{"missing group", `/(api)/x`, `/api/%3`, fault.DefinitionRewrite, "%3: the pattern has 1 groups"},
		{"unknown name", `/{a}`, `/{b}`, fault.DefinitionRewrite, "{b} is not in the pattern"},
		{"name without names", `/(.*)`, `/{b}`, fault.DefinitionRewrite, "{b} is not in the pattern"},
		{"unclosed reference", `/{a}`, `/{a`, fault.DefinitionRewrite, "is not closed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, defect := transform.CompileRewrite(c.pattern, c.to)
			if defect == nil || defect.Kind != c.kind || !strings.Contains(defect.Error(), c.why) {
				t.Errorf("CompileRewrite(%.40q, %q) = %v, want %s: %s", c.pattern, c.to, defect, c.kind, c.why)
			}
		})
	}
}

func TestRewriteToNoPath(t *testing.T) {
	for _, c := range []struct{ name, pattern, to string }{
		{"without slash", `/(.*)`, `%1`},
		{"empty", `/.*`, ``},
		{"two slashes", `/(.*)`, `//%1`},
		{"space", `/.*`, `/a b`},
		{"query", `/.*`, `/a?b=c`},
		{"broken escape", `/.*`, `/a%zz`},
		{"cut escape", `/(..).*`, `/%1`},
		{"not ASCII", `/.*`, `/é`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, defect := transform.CompileRewrite(c.pattern, c.to)
			if defect != nil {
				t.Fatal(defect)
			}
			r.Prefix = "/base"
			x := &gateway.Exchange{Outbound: &gateway.Outbound{Path: "/base/%41b"}}
			err := r.Step().Run(context.Background(), x)
			if err == nil || fault.From(err).Kind != fault.BackendURI {
				t.Errorf("%s -> %s = %q, %v, want %s", c.pattern, c.to, x.Outbound.Path, err, fault.BackendURI)
			}
		})
	}
}

func TestRewriteWithoutBackend(t *testing.T) {
	r, _ := transform.CompileRewrite("/a", "/b")
	if err := r.Step().Run(context.Background(), &gateway.Exchange{}); err != nil {
		t.Errorf("Run() = %v, want nil", err)
	}
}

// FuzzRewrite: no pattern panics, and what comes out is below the prefix and a path.
func FuzzRewrite(f *testing.F) {
	f.Add(`/api/v2.0/(.*)`, `/api/v1.0/%1`, "/api/v2.0/members")
	f.Add(`/{version}/{path}`, `/{path}/{version}`, "/v1/a%20b")
	f.Add(`/api/(v2`, `/%3`, "/")
	f.Add(`\p{L}{2}|{`, `{`, "//")
	f.Fuzz(func(t *testing.T, pattern, to, path string) {
		r, defect := transform.CompileRewrite(pattern, to)
		if defect != nil {
			if defect.Kind != fault.DefinitionPattern && defect.Kind != fault.DefinitionRewrite {
				t.Errorf("CompileRewrite(%q, %q) = %v", pattern, to, defect)
			}
			return
		}
		r.Prefix = "/base"
		x := &gateway.Exchange{Outbound: &gateway.Outbound{Path: "/base" + path}}
		if err := r.Step().Run(context.Background(), x); err != nil || x.Outbound.Path == "/base"+path {
			return
		}
		below, ok := strings.CutPrefix(x.Outbound.Path, "/base/")
		if _, err := url.ParseRequestURI(x.Outbound.Path); !ok || err != nil || strings.HasPrefix(below, "/") || strings.ContainsAny(below, "?# \r\n") {
			t.Errorf("%q -> %q of %q = %q, %v", pattern, to, path, x.Outbound.Path, err)
		}
	})
}
