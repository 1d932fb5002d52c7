package config

import "strings"

// backend checks who answers.
func (c *checker) backend(path string, b *Backend, whole bool) {
	switch {
	case b.URL != "" && b.Mock != nil:
		c.problem(path, "a backend is either a url or a mock: write one of them%s", inherited("url"))
	case b.Ways() > 1:
		c.problem(path, "a backend is one of url, vpc-access, function, device and mock: write one of them%s", inherited("url"))
	case whole && !b.Answers():
		c.problem(path, "a backend needs a url or a mock")
	}
	if b.URL != "" && !c.variables {
		c.url(path+".url", b.URL)
	}
	if b.Path != "" && !strings.HasPrefix(b.Path, "/") && !isVariable(b.Path) {
		c.problem(path+".path", "a path begins with /: write %q", "/"+b.Path)
	}
	if b.Method != "" {
		c.method(path+".method", b.Method)
	}
	if s := b.Signature; s != nil && whole && (s.Key == "" || s.Secret == "") {
		c.problem(path+".signature", "a signature needs a key and a secret: write both, the secret as ${secret:NAME}")
	}
	if breaker := b.Breaker; breaker != nil {
		if breaker.Failures < 0 {
			c.problem(path+".breaker.failures", "write the number of failures that open it, at least 1")
		}
		if breaker.Fallback != nil {
			c.mock(path+".breaker.fallback", breaker.Fallback, whole)
		}
	}
	if b.Mock != nil {
		c.mock(path+".mock", b.Mock, whole)
	}
}
