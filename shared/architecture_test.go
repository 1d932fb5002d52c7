// Package shared_test holds the rules of the house that a compiler does not know: who may import whom, which words stay in a
// vendor's package, and what the core never does.
package shared_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

type pkg struct {
	ImportPath, Dir string
	Imports         []string
	GoFiles         []string
}

func list(t *testing.T) (pkgs []pkg) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "postern/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func below(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func TestImports(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, "postern/")
		var r *rule
		for _, candidate := range rules() {
			if below(name, candidate.pkg) && (r == nil || len(candidate.pkg) > len(r.pkg)) {
				r = &candidate
			}
		}
		if r == nil {
			if len(p.GoFiles) > 0 {
				t.Errorf("%s has no rule: say in this test what it may import, and why", name)
			}
			continue
		}
		for _, i := range p.Imports {
			std := !strings.Contains(strings.SplitN(i, "/", 2)[0], ".") && !below(i, "postern")
			if !std && !slices.ContainsFunc(r.imports, func(allowed string) bool { return below(i, allowed) }) {
				t.Errorf("%s imports %s: it may not, because %s", name, i, r.because)
			}
		}
	}
}

// core are the packages that decide: their only clock is Request.Received, or a Now that they are given.
func core(name string) bool {
	for _, outside := range []string{"shared/serve", "shared/config", "shared/store", "shared/function", "shared/admin", "shared/aws/dynamo/dynamotest", "cmd", "conformance", "functions", "infra"} {
		if below(name, outside) {
			return false
		}
	}
	return true
}

func TestCore(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, "postern/")
		if !core(name) {
			continue
		}
		for _, file := range p.GoFiles {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, file), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range defects(f) {
				t.Errorf("%s: %s", fset.Position(fault.pos), fault.text)
			}
		}
	}
}

type defect struct {
	pos  token.Pos
	text string
}

func defects(f *ast.File) (found []defect) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == "init" && d.Recv == nil {
				found = append(found, defect{d.Pos(), "init(): wire in app or cmd"})
			}
		case *ast.GenDecl:
			if d.Tok == token.VAR {
				found = append(found, mutable(d)...)
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			for _, name := range []string{"Now", "Since", "Until", "Sleep"} {
				if is(call.Fun, "time", name) {
					found = append(found, defect{n.Pos(), "time." + name + " in the core: use Request.Received or a Now that is given"})
				}
			}
		}
		return true
	})
	return found
}

// mutable are package variables that are neither sentinel errors, nor embedded files, nor compiled patterns, nor guards of an
// interface, nor tables that are only read.
func mutable(d *ast.GenDecl) (found []defect) {
	for _, s := range d.Specs {
		v := s.(*ast.ValueSpec)
		if d.Doc != nil && strings.Contains(d.Doc.Text(), "go:embed") || len(v.Values) == 0 && embedded(v) {
			continue
		}
		for i, name := range v.Names {
			if name.Name == "_" || i < len(v.Values) && constant(v.Values[i]) {
				continue
			}
			found = append(found, defect{name.Pos(), "package variable " + name.Name + ": make it a constant, a function or a field"})
		}
	}
	return found
}

func embedded(v *ast.ValueSpec) bool {
	array, ok := v.Type.(*ast.ArrayType)
	ident, isIdent := v.Type.(*ast.Ident)
	return ok && array.Len == nil && isByte(array.Elt) || isIdent && ident.Name == "string" || is(v.Type, "embed", "FS")
}

func isByte(e ast.Expr) bool {
	i, ok := e.(*ast.Ident)
	return ok && i.Name == "byte"
}

func constant(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	return ok && (is(call.Fun, "errors", "New") || is(call.Fun, "regexp", "MustCompile") || is(call.Fun, "fmt", "Errorf"))
}

func is(e ast.Expr, pkg, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == pkg && s.Sel.Name == name
}

// words of vendors: outside a vendor's package they would be a special case in the core.
func TestVendorWords(t *testing.T) {
	words := regexp.MustCompile(`(?i)x-nhn-|x-tc-timestamp|x-ca-|\bnhn\b|\btoast\b|\baliyun\b|\bhuawei\b|\btencent\b|"4[0-9]{6}"|"2000[0-9]"`)
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, "postern/")
		if !core(name) || below(name, "shared/dialect/nhn") || below(name, "shared/dialect/toast") || below(name, "shared/dialect/aliyun") || below(name, "shared/dialect/internal") || below(name, "shared/dialect/builtin") {
			continue
		}
		for _, file := range p.GoFiles {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, file), nil, 0) // comments may name a source
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				var text string
				switch n := n.(type) {
				case *ast.BasicLit:
					text = n.Value
				case *ast.Ident:
					text = n.Name
				}
				if w := words.FindString(text); w != "" {
					t.Errorf("%s: %q is a vendor's word: it belongs in shared/dialect/<vendor>", fset.Position(n.Pos()), w)
				}
				return true
			})
		}
	}
}

// TestNoSkips keeps a green run from meaning less than it says.
func TestNoSkips(t *testing.T) {
	skip := regexp.MustCompile(`\bt\.(Skip|SkipNow|Skipf)\(`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		ast.Inspect(src, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if s, ok := call.Fun.(*ast.SelectorExpr); ok && skip.MatchString("t."+s.Sel.Name+"(") {
					t.Errorf("%s skips: a test that cannot run must fail", path)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
