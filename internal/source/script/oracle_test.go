package script

import (
	"bufio"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestOracle compares what is read with what the TypeScript compiler reads: calls, names, imports, declarations, operators, elements,
// keys, and the values of strings. LODEMARK_TYPESCRIPT names a folder node_modules/typescript; other packages beside it are read too.
//
// Three differences are meant: `await (x)` at the top of a file without import and export is an await here, and a call of a function
// named await to the compiler; types that only JSDoc has (`let a: *`) and an index signature with a default are errors here, which the
// compiler reports later than its parser.
//
// LODEMARK_ORACLE=1 reads all there is, and the folders that LODEMARK_ORACLE_PATHS lists.
func TestOracle(t *testing.T) {
	node, module := oracleTools(t)
	full := os.Getenv("LODEMARK_ORACLE") == "1"
	roots := []string{filepath.Dir(module)}
	if full {
		roots = append(roots, filepath.SplitList(os.Getenv("LODEMARK_ORACLE_PATHS"))...)
	}
	files := scripts(t, roots)
	if !full {
		files = sample(files, 16<<20)
	}
	if len(files) == 0 {
		t.Fatalf("no scripts in %v", roots)
	}
	result := filepath.Join(t.TempDir(), "facts")
	cmd := exec.Command(node, "--max-old-space-size=3000", "--stack-size=30000", "testdata/oracle.cjs", module, result)
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n"))
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("run the oracle: %v", err)
	}
	compare(t, result)
}

func oracleTools(t *testing.T) (node, module string) {
	t.Helper()
	absent := t.Skipf
	if os.Getenv("CI") == "true" {
		absent = t.Fatalf
	}
	node, err := exec.LookPath("node")
	if err != nil {
		absent("NOT COMPARED with the TypeScript compiler: node is not installed")
	}
	module = os.Getenv("LODEMARK_TYPESCRIPT")
	if module == "" && os.Getenv("CI") == "true" {
		dir := t.TempDir()
		install := exec.Command("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", dir,
			"typescript@5.9.3", "react-dom@19.3.1", "lodash@4.18.1", "zod@4.6.7", "express@5.3.0", "ai@6.0.326", "@modelcontextprotocol/sdk@1.32.2")
		if out, err := install.CombinedOutput(); err != nil {
			t.Fatalf("install the TypeScript compiler: %v\n%s", err, out)
		}
		module = filepath.Join(dir, "node_modules", "typescript")
	}
	if module == "" {
		absent("NOT COMPARED with the TypeScript compiler: LODEMARK_TYPESCRIPT names no node_modules/typescript")
	}
	if _, err := os.Stat(filepath.Join(module, "package.json")); err != nil {
		t.Fatalf("LODEMARK_TYPESCRIPT: %v", err)
	}
	module, err = filepath.Abs(module)
	if err != nil {
		t.Fatal(err)
	}
	return node, module
}

// scripts are the scripts in folders, all of them.
func scripts(t *testing.T, roots []string) []string {
	t.Helper()
	var files []string
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			switch filepath.Ext(path) {
			case ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx":
				if d.Type().IsRegular() {
					files = append(files, path)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// sample takes files from everywhere, up to a size.
func sample(files []string, size int64) []string {
	var some []string
	step := max(1, len(files)/1500)
	for from := 0; from < step; from++ {
		for i := from; i < len(files); i += step {
			info, err := os.Stat(files[i])
			if err != nil || info.Size() > size/4 {
				continue
			}
			if size -= info.Size(); size < 0 {
				return some
			}
			some = append(some, files[i])
		}
	}
	return some
}

// compare reads the oracle's result file by file.
func compare(t *testing.T, result string) {
	t.Helper()
	file, err := os.Open(result)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	equal, broken, different, bytes := 0, 0, 0, 0
	path := ""
	var want []string
	finish := func() {
		if path == "" {
			return
		}
		if len(want) == 1 && strings.HasPrefix(want[0], "E ") {
			broken++
			return
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bytes += len(source)
		if differs(t, path, string(source), want, different < 25) {
			different++
		} else {
			equal++
		}
	}
	lines := bufio.NewReaderSize(file, 1<<20)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "F "); ok {
			finish()
			path, want = name, want[:0]
			continue
		}
		if line != "" {
			want = append(want, line)
		}
	}
	finish()
	t.Logf("%d of %d files equal (%.1f MB); %d more that the compiler cannot read", equal, equal+different, float64(bytes)/1e6, broken)
	if equal == 0 {
		t.Error("no file was compared")
	}
}

func differs(t *testing.T, path, source string, want []string, tell bool) bool {
	t.Helper()
	tree := Parse(source, DialectOf(path))
	got := facts(tree)
	bad := false
	if len(tree.Errors) > 0 {
		e := tree.Errors[0]
		bad = true
		if tell {
			line, column := tree.Line(e.Offset)
			t.Errorf("%s:%d:%d: %s: %.60q", path, line, column, e.Reason, source[e.Offset:])
		}
	}
	invalid := map[string]bool{}
	for i, w := range want {
		if p, ok := strings.CutSuffix(w, " invalid"); ok && strings.HasPrefix(w, "part ") {
			invalid[p] = true
			want[i] = p
		}
	}
	for i, g := range got {
		if strings.HasPrefix(g, "part ") && len(invalid) > 0 {
			f := strings.Join(strings.SplitN(g, " ", 4)[:3], " ")
			if invalid[f] {
				got[i] = f
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	i, j, told := 0, 0, 0
	for i < len(want) || j < len(got) {
		switch {
		case j == len(got) || i < len(want) && want[i] < got[j]:
			if bad = true; tell && told < 4 {
				t.Errorf("%s: only the compiler: %.200s", path, want[i])
			}
			i++
			told++
		case i == len(want) || want[i] > got[j]:
			if bad = true; tell && told < 4 {
				t.Errorf("%s: only we: %.200s", path, got[j])
			}
			j++
			told++
		default:
			i++
			j++
		}
	}
	if bad && !tell {
		t.Errorf("%s differs", path)
	}
	return bad
}
