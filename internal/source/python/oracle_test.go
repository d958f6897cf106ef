package python

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// TestOracle holds what is read against CPython's own ast, on the files of its standard library and of installed packages: call sites,
// imports, definitions, assignments, names and strings with their places. LODEMARK_ORACLE=1 takes every file.
func TestOracle(t *testing.T) {
	python := "/usr/bin/python3"
	if _, err := os.Stat(python); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED, nothing was compared: ", err)
	}
	files := installed(t)
	if os.Getenv("LODEMARK_ORACLE") == "" {
		files = sample(files, 200)
	}
	compareWith(t, exec.Command(python, "testdata/oracle.py"), files)
}

// TestOracleNew does the same with Python 3.14, as pyodide brings it, on testdata/new and a part of the files. LODEMARK_PYODIDE names a
// folder node_modules/pyodide. Two differences are meant: print >>f, x is an expression to CPython and told as Python 2 here, and names
// stay as they are written, where CPython takes compatibility characters (a full-width letter) for the plain ones.
func TestOracleNew(t *testing.T) {
	absent := t.Skipf
	if os.Getenv("CI") == "true" {
		absent = t.Fatalf
	}
	node, err := exec.LookPath("node")
	if err != nil {
		absent("NOT COMPARED with Python 3.14: node is not installed")
	}
	home := os.Getenv("LODEMARK_PYODIDE")
	if home == "" && os.Getenv("CI") == "true" {
		dir := t.TempDir()
		install := exec.Command("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", dir, "pyodide@314.0.7")
		if out, err := install.CombinedOutput(); err != nil {
			t.Fatalf("install pyodide: %v\n%s", err, out)
		}
		home = filepath.Join(dir, "node_modules", "pyodide")
	}
	if home == "" {
		absent("NOT COMPARED with Python 3.14: LODEMARK_PYODIDE names no node_modules/pyodide")
	}
	files, err := filepath.Glob("testdata/new/*.py")
	if err != nil || len(files) == 0 {
		t.Fatal("no files in testdata/new: ", err)
	}
	compareWith(t, exec.Command(node, "testdata/oracle.mjs", home), append(files, sample(installed(t), 300)...))
}

// compareWith runs a reader of files that prints facts, and compares them with ours.
func compareWith(t *testing.T, cmd *exec.Cmd, files []string) {
	t.Helper()
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReaderSize(out, 1<<20)
	equal, differ, refused := 0, 0, 0
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			break
		}
		var want struct {
			File, Error string
			Facts       []string
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(want.File)
		if err != nil {
			t.Fatal(err)
		}
		tree := Parse(string(data))
		if want.Error != "" {
			refused++
			if strings.HasPrefix(want.File, "testdata/") {
				t.Errorf("%s: %s", want.File, want.Error)
			}
			if len(tree.Errors) == 0 && strings.HasPrefix(want.Error, "SyntaxError") {
				t.Logf("%s: CPython refuses it (%s), nothing is said here", want.File, want.Error)
			}
			continue
		}
		got := facts(tree)
		if len(tree.Errors) == 0 && slices.Equal(got, want.Facts) {
			equal++
			continue
		}
		if differ++; differ <= 10 {
			t.Errorf("%s: %s", want.File, difference(tree, got, want.Facts))
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files equal, %d differ, %d that CPython refuses", equal, differ, refused)
	if equal+differ+refused != len(files) || equal == 0 {
		t.Errorf("%d files were given", len(files))
	}
	if differ > 0 {
		t.Errorf("%d files differ", differ)
	}
}

// installed are the files of the standard library and of packages.
func installed(t *testing.T) []string {
	t.Helper()
	var files []string
	roots, err := filepath.Glob("/usr/lib/python3.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range append(roots, "/usr/lib/python3/dist-packages") {
		_ = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && strings.HasSuffix(p, ".py") {
				files = append(files, p)
			}
			return nil
		})
	}
	return files
}

// sample takes every n-th file.
func sample(files []string, n int) []string {
	var some []string
	step := max(len(files)/n, 1)
	for i := 0; i < len(files); i += step {
		some = append(some, files[i])
	}
	return some
}

func difference(tree *syntax.Tree, got, want []string) string {
	var b bytes.Buffer
	for _, e := range tree.Errors[:min(len(tree.Errors), 3)] {
		line, column := tree.Line(e.Offset)
		fmt.Fprintf(&b, "\n  %d:%d %s", line, column, e.Reason)
	}
	n := 0
	for _, only := range []struct {
		sign string
		a, b []string
	}{{"+", got, want}, {"-", want, got}} {
		for _, f := range only.a {
			if _, ok := slices.BinarySearch(only.b, f); !ok {
				if n++; n <= 12 {
					fmt.Fprintf(&b, "\n  %s %s", only.sign, f)
				}
			}
		}
	}
	if n == 0 {
		b.WriteString("\n  the same facts, in other numbers")
	}
	return b.String()
}

// facts are the lines that testdata/oracle.py prints, from our tree.
func facts(t *syntax.Tree) []string {
	var out []string
	inside := map[syntax.ID]bool{}
	patterns := map[syntax.ID]bool{}
	for id := syntax.ID(len(t.Nodes) - 1); id > 0; id-- {
		p := t.Parent(id)
		if t.Kind(p) == syntax.Format || inside[p] {
			inside[id] = true
		}
		if t.Kind(p) == syntax.Case && t.Kind(id) != syntax.Block && t.Kind(id) != syntax.Guard || patterns[p] {
			patterns[id] = true
		}
	}
	position := func(offset uint32) string {
		line, column := t.Line(offset)
		return fmt.Sprintf("%d:%d", line, column-1)
	}
	reached := func(id syntax.ID) bool { // nodes of bounds of type parameters and of what was not read hang on nothing
		for ; id != 0; id = t.Parent(id) {
			if id == t.Root {
				return true
			}
		}
		return false
	}
	for i := 1; i < len(t.Nodes); i++ {
		id := syntax.ID(i)
		n := t.Node(id)
		if !reached(id) || patterns[id] {
			continue
		}
		at, span := "", ""
		if !inside[id] {
			at = " " + position(n.Start)
			span = at + "-" + position(n.End)
		}
		say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
		switch n.Kind {
		case syntax.Call:
			say("call%s %d", span, count(t, id)-1)
		case syntax.Alias:
			as := t.Name(id)
			if parent := t.Parent(id); t.Kind(parent) == syntax.Import {
				path := dotted(t.Code(t.Child(id, 0)))
				if n.NameStart == n.Start {
					as = "None"
				}
				say("import %s as %s", path, as)
			} else {
				name := t.Outside(id)
				if _, renamed := t.Imported[id]; !renamed {
					as = "None"
				}
				if n.Flags&syntax.Namespace != 0 {
					name = "*"
				}
				say("from %s %s as %s", dotted(t.Code(t.Child(parent, 0))), name, as)
			}
		case syntax.Function:
			if n.Flags&syntax.Arrow != 0 {
				say("lambda%s", span)
				continue
			}
			line, _ := t.Line(n.NameStart)
			say("def %s %d", t.Name(id), line)
		case syntax.Class:
			line, _ := t.Line(n.NameStart)
			say("class %s %d", t.Name(id), line)
		case syntax.Decorator:
			say("decorator %s", position(outer(t, n.First)))
		case syntax.Keyword:
			say("keyword %s%s", t.Name(id), span)
		case syntax.Assign:
			parent := t.Kind(t.Parent(id))
			annotated := slices.ContainsFunc(children(t, id), func(c syntax.ID) bool { return t.Kind(c) == syntax.Annotation })
			switch {
			case annotated:
				say("annassign%s", span)
			case parent == syntax.Block || parent == syntax.Module:
				say("assign%s %d", span, count(t, id)-1)
			default:
				say("walrus%s", span)
			}
		case syntax.Augment:
			say("augassign%s", span)
		case syntax.Attribute:
			say("attribute %s%s", t.Name(id), span)
		case syntax.Ident:
			if t.Kind(t.Parent(id)) != syntax.Scope {
				say("name %s%s", t.Name(id), at)
			}
		case syntax.Str, syntax.Strings:
			if inside[id] || t.Kind(t.Parent(id)) == syntax.Strings || n.Flags&syntax.Bytes != 0 {
				continue
			}
			if text, ok := t.Text(id); ok && !(n.Kind == syntax.Strings && slices.ContainsFunc(children(t, id), func(c syntax.ID) bool { return t.Kind(c) == syntax.Format || t.Is(c, syntax.Bytes) })) {
				sum := sha256.Sum256([]byte(text))
				digest := hex.EncodeToString(sum[:])[:12]
				if strings.Contains(wholeLines(t.Source, n), `\N{`) {
					digest = "named" // there is no table of characters' names here: they stay as they are written
				}
				say("str%s %s", span, digest)
			}
		default:
			if kind := names[n.Kind]; kind != "" {
				say("%s%s", kind, span)
			} else if kind := named(t, id, inside[id]); kind != "" {
				say("%s%s", kind, span)
			}
		}
	}
	slices.Sort(out)
	return out
}

var names = map[syntax.Kind]string{syntax.If: "If", syntax.While: "While", syntax.Return: "Return", syntax.Raise: "Raise", syntax.Delete: "Delete",
	syntax.Assert: "Assert", syntax.Match: "Match", syntax.Await: "Await", syntax.Conditional: "IfExp", syntax.Index: "Subscript", syntax.Dict: "Dict",
	syntax.Set: "Set", syntax.List: "List", syntax.Handler: "ExceptHandler"}

// named tells kinds apart that are one here and two in Python's ast.
func named(t *syntax.Tree, id syntax.ID, inside bool) string {
	n := t.Node(id)
	async := n.Flags&syntax.Async != 0
	switch n.Kind {
	case syntax.For:
		return pick(async, "AsyncFor", "For")
	case syntax.With:
		return pick(async, "AsyncWith", "With")
	case syntax.Yield:
		return pick(n.Flags&syntax.Star != 0, "YieldFrom", "Yield")
	case syntax.Try:
		for c := range t.Children(id) {
			if t.Kind(c) == syntax.Handler && strings.HasPrefix(strings.TrimLeft(t.Code(c)[len("except"):], " "), "*") {
				return "TryStar"
			}
		}
		return "Try"
	case syntax.Spread:
		if n.Flags&syntax.Star != 0 && !inside {
			return "Starred"
		}
	case syntax.Comp:
		code := t.Code(id)
		switch {
		case code[0] == '[':
			return "ListComp"
		case code[0] == '{' && t.Kind(t.Child(id, 1)) == syntax.CompFor:
			return "SetComp"
		case code[0] == '{':
			return "DictComp"
		}
		return "GeneratorExp"
	}
	return ""
}

func pick(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}

func outer(t *syntax.Tree, id syntax.ID) uint32 { return t.Node(id).Start }

func dotted(path string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ReplaceAll(path, "\\", ""), "\n", "")), "")
}

func children(t *syntax.Tree, id syntax.ID) []syntax.ID { return slices.Collect(t.Children(id)) }

func count(t *syntax.Tree, id syntax.ID) int { return len(children(t, id)) }

// wholeLines are the whole lines that a node stands on.
func wholeLines(source string, n *syntax.Node) string {
	start := strings.LastIndexByte(source[:n.Start], '\n') + 1
	end := strings.IndexByte(source[n.End:], '\n')
	if end < 0 {
		return source[start:]
	}
	return source[start : int(n.End)+end]
}
