package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/lodemark/lodemark"
)

const module = "github.com/lodemark/lodemark"

// file is one Go source file of the module.
type file struct {
	path, dir string // relative to the module's root
	test      bool
	lines     int
	syntax    *ast.File
}

func sources(t *testing.T) []file {
	t.Helper()
	root := filepath.Join("..", "..")
	var files []file
	fset := token.NewFileSet()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "examples" || strings.HasPrefix(d.Name(), ".") && p != root && d.Name() != "..") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		syntax, err := parser.ParseFile(fset, p, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		rel = filepath.ToSlash(rel)
		files = append(files, file{path: rel, dir: path.Dir(rel), test: strings.HasSuffix(rel, "_test.go"),
			lines: fset.Position(syntax.FileEnd).Line, syntax: syntax})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d Go files found: the walk is broken", len(files))
	}
	return files
}

func imports(f file) []string {
	var out []string
	for _, spec := range f.syntax.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		out = append(out, p)
	}
	return out
}

// allowed says which packages of ours a folder may import; "" stands for the root package. First matching rule counts.
func allowed(dir, imported string) bool {
	in := func(prefixes ...string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool {
			return imported == p || p != "" && strings.HasPrefix(imported, p+"/")
		})
	}
	stage, _, _ := strings.Cut(dir, "/")
	switch {
	case dir == "." || dir == "internal/bound" || dir == "internal/durable" || dir == "schema":
		return false
	case dir == "internal/source/rules", dir == "internal/source/inventory": // no parsers: they speak of severities, clauses and components, and hold the parsers together
		return in("", "internal")
	case strings.HasPrefix(dir, "internal/model"), strings.HasPrefix(dir, "internal/source"):
		engine := strings.Join(strings.Split(dir, "/")[:2], "/") // parsers may lean on their siblings: a chat template inside a GGUF file
		return imported == "internal/pattern" || in("internal/bound", engine) && imported != engine
	case stage == "internal":
		return in("", "internal")
	case slices.Contains([]string{"design", "develop", "deploy", "operate"}, stage):
		return in("", "internal", stage)
	case stage == "assess", stage == "scan", stage == "verify":
		return in("", "internal")
	case stage == "report":
		return in("", "scan", "design/threat", "internal/picture", "report")
	case stage == "console":
		return in("", "report", "scan", "internal")
	case stage == "bench": // what measures the program runs it as anybody does
		return in("bench")
	case stage == "cmd":
		return true
	}
	return false
}

func TestImportDirections(t *testing.T) {
	for _, f := range sources(t) {
		if f.test {
			continue // tests may reach across to run the real thing
		}
		for _, p := range imports(f) {
			rest, ours := strings.CutPrefix(p, module)
			if ours && !allowed(f.dir, strings.TrimPrefix(rest, "/")) {
				t.Errorf("%s may not import %s", f.path, p)
			}
			external := !ours && strings.Contains(strings.SplitN(p, "/", 2)[0], ".")
			switch {
			case external && (f.dir == "internal/bound" || f.dir == "internal/durable"):
				t.Errorf("%s imports %s: only the standard library there", f.path, p)
			case external && f.dir == "." && p != "go.yaml.in/yaml/v3":
				t.Errorf("%s imports %s: the root package takes the standard library and the YAML decoder", f.path, p)
			}
		}
	}
}

// Rules themselves are tried: a check that cannot fail proves nothing.
func TestImportRulesCanFail(t *testing.T) {
	for _, pair := range [][2]string{{"design", "develop"}, {"report", "assess"}, {"internal/bound", ""}, {"internal/discover", "design"},
		{".", "internal/bound"}, {"assess", "report"}, {"internal/model/pickle", "internal/discover"}, {"internal/model/pickle", "internal/model"},
		{"internal/source/python", ""}, {"internal/source/python", "internal/infra"}, {"internal/source/rules", "develop"}, {"internal/weakness", "report"}} {
		if allowed(pair[0], pair[1]) {
			t.Errorf("%s may import %q", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{{"design", ""}, {"design", "design/threat"}, {"assess", "internal/bound"}, {"internal/model/gguf", "internal/model/jinja"}, {"cmd/lodemark", "operate"},
		{"internal/source/rules", ""}, {"internal/source/flow", "internal/source/syntax"}, {"internal/weakness", "internal/source/rules"}} {
		if !allowed(pair[0], pair[1]) {
			t.Errorf("%s may not import %q", pair[0], pair[1])
		}
	}
}

// Only internal/bound opens untrusted input; internal/durable writes. Commands read what the operator names. internal/sign/copies reads through
// bound, too, and writes into private folders of its own making, which it opens rooted.
func TestWhoOpensFiles(t *testing.T) {
	openers := []string{"Open", "OpenFile", "ReadFile", "ReadDir", "Create", "DirFS", "OpenRoot", "WriteFile"}
	for _, f := range sources(t) {
		if f.test || f.dir == "internal/bound" || f.dir == "internal/durable" || f.dir == "internal/sign/copies" || strings.HasPrefix(f.dir, "cmd/") || strings.HasPrefix(f.dir, "bench/") {
			continue // a command that whoever writes rules starts by hand is one too
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "os" && slices.Contains(openers, sel.Sel.Name) {
					t.Errorf("%s uses os.%s: go through internal/bound or internal/durable", f.path, sel.Sel.Name)
				}
			}
			return true
		})
		if slices.Contains(imports(f), "os/exec") {
			t.Errorf("%s imports os/exec: nothing is executed", f.path)
		}
	}
}

func TestHouseStyle(t *testing.T) {
	vague := regexp.MustCompile(`(^|/)(util|utils|common|helpers?|managers?|services?|pkg|misc|shared)(/|\.go$|$)`)
	documented := map[string]bool{}
	for _, f := range sources(t) {
		if !f.test && f.lines > 700 && !strings.HasSuffix(f.path, "_gen.go") {
			t.Errorf("%s has %d lines; split it", f.path, f.lines)
		}
		if vague.MatchString(f.path) {
			t.Errorf("%s: the name says nothing", f.path)
		}
		if f.test {
			continue
		}
		documented[f.dir] = documented[f.dir] || f.syntax.Doc.Text() != ""
		for _, d := range f.syntax.Decls {
			undocumented(t, f, d)
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("package %s has no sentence that says what it is", dir)
		}
	}
}

func undocumented(t *testing.T, f file, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.Name == "init" && d.Recv == nil {
			t.Errorf("%s has an init function", f.path)
		}
		if d.Name.IsExported() && d.Doc.Text() == "" && (d.Recv == nil || exportedReceiver(d)) && !selfEvident(d.Name.Name) {
			t.Errorf("%s: %s has no comment", f.path, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if ts, ok := s.(*ast.TypeSpec); ok && ts.Name.IsExported() && d.Doc.Text() == "" && ts.Doc.Text() == "" {
				t.Errorf("%s: type %s has no comment", f.path, ts.Name.Name)
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	exported := false
	ast.Inspect(d.Recv, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.IsExported() {
			exported = true
		}
		return true
	})
	return exported
}

func selfEvident(name string) bool {
	return slices.Contains([]string{"Error", "String", "Unwrap"}, name)
}

// Every clause named in a comment or string exists, so that a renamed or mistyped id cannot linger.
func TestClauseIDsResolve(t *testing.T) {
	id := regexp.MustCompile(`\b(SD|DEV|DEP|OM|FND)-[0-9]+(\.[0-9]+)?\b`)
	seen := 0
	for _, f := range sources(t) {
		if f.test {
			continue
		}
		check := func(text string) {
			for _, m := range id.FindAllString(text, -1) {
				seen++
				_, clause := lodemark.Guidelines().Clause(m)
				_, guideline := lodemark.Guidelines().Guideline(m)
				if !clause && !guideline {
					t.Errorf("%s names %s, which does not exist", f.path, m)
				}
			}
		}
		for _, group := range f.syntax.Comments {
			check(group.Text())
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				check(lit.Value)
			}
			return true
		})
	}
	if seen < 50 {
		t.Errorf("only %d clause ids seen: the search is broken", seen)
	}
}

// Every direct dependency has its line of reason in docs/RATIONALE.md.
func TestDependenciesHaveReasons(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	rationale, err := os.ReadFile(filepath.Join("..", "..", "docs", "RATIONALE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Require {
		if !r.Indirect && !strings.Contains(string(rationale), r.Mod.Path) {
			t.Errorf("docs/RATIONALE.md has no reason for %s", r.Mod.Path)
		}
	}
}

// The project speaks of itself alone, and names no place that only one machine has.
func TestNoForeignWords(t *testing.T) {
	foreign := regexp.MustCompile(`(^|[\s"'(])/(work|root|home)/|proxy\.golang|registry\.npm|pypi\.org|deb\.debian`)
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && (d.Name() == ".git" || d.Name() == "testdata" || d.Name() == "examples") {
				return filepath.SkipDir
			}
			return err
		}
		switch filepath.Ext(p) {
		case ".go", ".md", ".yaml", ".yml", ".sh", ".html", ".css", ".js", ".json", "":
		default:
			return nil
		}
		if strings.HasSuffix(p, "arch_test.go") {
			return nil
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(data), "\n") {
			m := foreign.FindString(line)
			if attack := (strings.Contains(filepath.ToSlash(p), "/internal/model/") || strings.Contains(filepath.ToSlash(p), "/internal/source/rules/") || strings.Contains(filepath.ToSlash(p), "/bench/modelcorpus/")) && !strings.Contains(m, "/work/"); attack && strings.Contains(m, "/") {
				continue // detectors name the paths that attacks reach for
			}
			if m != "" {
				t.Errorf("%s:%d says %q", p, i+1, m)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Expressions of packages that every start links are compiled at their first use, and each of them compiles.
func TestPatternsCompile(t *testing.T) {
	seen := 0
	for _, f := range sources(t) {
		if f.test || f.dir == "internal/pattern" || strings.HasPrefix(f.dir, "bench/") {
			continue
		}
		for _, d := range f.syntax.Decls {
			if g, ok := d.(*ast.GenDecl); ok && f.dir != "." && f.dir != "report" {
				ast.Inspect(g, func(n ast.Node) bool {
					if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "MustCompile" {
						t.Errorf("%s compiles an expression at every start: use pattern.New", f.path)
					}
					return true
				})
			}
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "New" {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); !ok || x.Name != "pattern" {
				return true
			}
			text, whole := literal(call.Args[0])
			if !whole {
				return true // put together from names: the tests of the package use it
			}
			seen++
			if _, err := regexp.Compile(text); err != nil {
				t.Errorf("%s: %v", f.path, err)
			}
			return true
		})
	}
	if seen < 200 {
		t.Errorf("only %d expressions seen: the search is broken", seen)
	}
}

// literal gives the text of a string literal or of several that are added; whole is false where something else is among them.
func literal(e ast.Expr) (text string, whole bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		a, okA := literal(e.X)
		b, okB := literal(e.Y)
		return a + b, okA && okB && e.Op == token.ADD
	case *ast.ParenExpr:
		return literal(e.X)
	}
	return "", false
}
