package deps

import (
	"context"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/deps/osv"
	"github.com/lodemark/lodemark/internal/deps/vex"
)

// Packages, advisories and places here are made up.

func advisory(id, aliases, ecosystem, name, rest string) string {
	if aliases != "" {
		aliases = `"aliases":["` + strings.ReplaceAll(aliases, " ", `","`) + `"],`
	}
	return fmt.Sprintf(`{"id":%q,%s"modified":"2026-01-02T03:04:05Z","summary":"A flaw told by %s","affected":[{"package":{"ecosystem":%q,"name":%q},%s}]}`, id, aliases, id, ecosystem, name, rest)
}

func before(version string) string {
	return `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"` + version + `"}]}]`
}

func database(t testing.TB, records ...string) *osv.Database {
	t.Helper()
	dir := t.TempDir()
	for i, r := range records {
		if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(i)+".json"), []byte(r), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	db, err := osv.Open(context.Background(), osv.Options{Path: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func assess(t testing.TB, files map[string]string, db *osv.Database, statements ...vex.Statement) *Result {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	locks, err := Packages(context.Background(), tree)
	if err != nil || len(locks.Gaps) > 0 {
		t.Fatal(err, locks)
	}
	r, err := Assess(context.Background(), locks.Packages, db, statements)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// lines tells each finding in a line.
func lines(r *Result) (all []string) {
	for _, v := range r.Vulnerabilities {
		var at []string
		for _, p := range v.Places {
			at = append(at, fmt.Sprintf("%s:%d", p.Path, p.Line))
		}
		all = append(all, fmt.Sprintf("%s %s %s %s, fixed in %s, at %s, also %s", v.Rating.Severity, v.ID, v.Package, v.Version, strings.Join(v.Fixed, " "), strings.Join(at, " "), strings.Join(v.Aliases, " ")))
	}
	return all
}

// One advisory under three names is one finding: the worst rating, every name, every fix.
func TestNamesOfOneAdvisoryAreFolded(t *testing.T) {
	db := database(t,
		advisory("PYSEC-2026-1", "CVE-2026-0001", "PyPI", "lamp", before("1.2")),
		advisory("GHSA-aaaa-0000-0001", "CVE-2026-0001", "PyPI", "lamp", before("1.2.0")+`,"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N"}]`),
		advisory("CVE-2026-0001", "", "PyPI", "lamp", before("1.2")),
		advisory("GHSA-bbbb-0000-0002", "", "PyPI", "lamp", before("1.1")),
		advisory("PYSEC-2026-2", "", "PyPI", "shade", before("1.1")))
	r := assess(t, map[string]string{"requirements.txt": "Lamp==1.1.0 # ours\n", "api/requirements.txt": "\nlamp == 1.1.0\nshade==1.1\n"}, db)
	want := []string{"medium GHSA-aaaa-0000-0001 lamp 1.1.0, fixed in 1.2, at api/requirements.txt:2 requirements.txt:1, also CVE-2026-0001 PYSEC-2026-1"}
	if diff := cmp.Diff(want, lines(r)); diff != "" {
		t.Error(diff)
	}
	if title := r.Vulnerabilities[0].Title; title != "A flaw told by GHSA-aaaa-0000-0001" {
		t.Errorf("%q: the title is that of the name that is shown", title)
	}
	if r.Packages["PyPI"] != 2 {
		t.Errorf("%v", r.Packages) // lamp 1.1.0 once, and shade
	}
}

// The worst comes first; what is malicious is critical whatever its vector says, and what nobody rated counts as high.
func TestOrder(t *testing.T) {
	low := `,"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}]`
	r := assess(t, map[string]string{"requirements.txt": "a==1\nb==1\nc==1\n"}, database(t,
		advisory("X-1", "", "PyPI", "a", before("2")+low), advisory("X-2", "", "PyPI", "b", before("2")), advisory("MAL-2026-3", "", "PyPI", "c", `"versions":["1"]`+low)))
	want := []string{"critical MAL-2026-3 c 1, fixed in , at requirements.txt:3, also ", "high X-2 b 1, fixed in 2, at requirements.txt:2, also ", "low X-1 a 1, fixed in 2, at requirements.txt:1, also "}
	if diff := cmp.Diff(want, lines(r)); diff != "" {
		t.Error(diff)
	}
	if worst, ok := r.Worst(); !ok || worst != lodemark.SeverityCritical {
		t.Errorf("%v %v", worst, ok)
	}
}

// What cannot be judged is counted with its reason. Silence about an ecosystem that the database does not know is no good news.
func TestWhatIsNotJudgedIsSaid(t *testing.T) {
	r := assess(t, map[string]string{
		"requirements.txt":  "lamp==1.0\npytz==2004d\n",
		"package-lock.json": `{"lockfileVersion":3,"packages":{"":{"dependencies":{"lamp":"1"}},"node_modules/lamp":{"version":"1.0.0"},"node_modules/here":{"resolved":"here","link":true}}}`,
		"conda-lock.yml":    "package:\n- name: numpy\n  version: 1.0\n  manager: conda\n- name: lamp\n  version: 1.1\n  manager: pip\n",
		"uv.lock":           "version = 1\n[[package]]\nname = \"app\"\nversion = \"1\"\nsource = { virtual = \".\" }\n[[package]]\nname = \"ours\"\nversion = \"1.0\"\nsource = { directory = \"../ours\" }\n",
	}, database(t, advisory("X-1", "", "PyPI", "lamp", before("2")), advisory("X-2", "", "PyPI", "pytz", before("2005a")), advisory("X-3", "", "PyPI", "pytz", before("2005.1")), advisory("X-4", "", "PyPI", "ours", before("2"))))
	if diff := cmp.Diff([]string{"npm"}, r.Uncovered); diff != "" {
		t.Error(diff)
	}
	want := map[string]int{"npm: the database holds no advisory for this ecosystem": 1, "conda: no database of advisories knows these packages": 1}
	if diff := cmp.Diff(want, r.Unjudged); diff != "" {
		t.Error(diff)
	}
	var open []string
	for _, u := range r.Undecided {
		open = append(open, fmt.Sprintf("%s %s %s: %s", u.ID, u.Package, u.Version, u.Reason))
	}
	if diff := cmp.Diff([]string{"X-2 pytz 2004d: its version is none that PyPI can order", "X-3 pytz 2004d: its version is none that PyPI can order"}, open); diff != "" {
		t.Error(diff)
	}
	if got := lines(r); len(got) != 2 { // lamp of the requirements and that of conda's pip
		t.Errorf("%v", got)
	}
}

// The operator's word takes a finding out of the gate, the target's own does not; both are shown.
func TestStatements(t *testing.T) {
	db := database(t, advisory("X-1", "CVE-2026-0001", "PyPI", "lamp", before("2")))
	word := func(declared bool, status vex.Status) vex.Statement {
		return vex.Statement{IDs: []string{"CVE-2026-0001"}, Products: []vex.Product{{Ecosystem: "PyPI", Name: "lamp"}},
			Applied: vex.Applied{Status: status, Why: "never reached", Author: "role: security lead", File: "x.json", Declared: declared}}
	}
	for name, c := range map[string]struct {
		words  []vex.Statement
		counts bool
		shown  int
	}{
		"nobody":                           {nil, true, 0},
		"the operator":                     {[]vex.Statement{word(false, vex.NotAffected)}, false, 1},
		"the target":                       {[]vex.Statement{word(true, vex.NotAffected)}, true, 1},
		"both, and the operator warns":     {[]vex.Statement{word(true, vex.NotAffected), word(false, vex.Affected)}, true, 2},
		"the operator, still looking":      {[]vex.Statement{word(false, vex.UnderInvestigation)}, true, 1},
		"both, and only the operator's is": {[]vex.Statement{word(true, vex.Affected), word(false, vex.Fixed)}, false, 2},
	} {
		r := assess(t, map[string]string{"requirements.txt": "lamp==1.0\n"}, db, c.words...)
		if len(r.Vulnerabilities) != 1 {
			t.Fatalf("%s: a statement hides the finding", name)
		}
		if v := r.Vulnerabilities[0]; v.Counts() != c.counts || len(v.Stated) != c.shown {
			t.Errorf("%s: counts %v, %d shown", name, v.Counts(), len(v.Stated))
		}
	}
}

// Statements are found under the names that they are published by; a broken one costs itself and is told.
func TestDeclared(t *testing.T) {
	vexFile := `{"@context":"https://openvex.dev/ns/v0.2.0","author":"a","statements":[{"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:pypi/lamp"}],"status":"fixed"}]}`
	tree, err := bound.Memory(map[string]string{"app.openvex.json": vexFile, ".vex/one.json": vexFile, "vex.json": vexFile, "bom.cdx.json": `{"bomFormat":"CycloneDX"}`, "bad.vex.json": "{",
		"node_modules/x/vex.json": vexFile, "data.json": vexFile}, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	all, gaps, err := Declared(context.Background(), tree)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, s := range all {
		if !s.Declared {
			t.Errorf("%s counts as the operator's", s.File)
		}
		files = append(files, s.File)
	}
	if diff := cmp.Diff([]string{".vex/one.json", "app.openvex.json", "vex.json"}, files); diff != "" {
		t.Error(diff)
	}
	if len(gaps) != 1 || gaps[0].Path != "bad.vex.json" {
		t.Errorf("%v", gaps)
	}
}

// Only the package that fetches can talk to anybody: no other of this engine even links what could.
func TestNothingHereTalksToAnybody(t *testing.T) {
	seen := 0
	for _, dir := range []string{".", "osv", "vex", "../discover", "../bound"} {
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() && name != dir {
				if err == nil {
					return fs.SkipDir
				}
				return err
			}
			if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, i := range file.Imports {
				seen++
				if p, _ := strconv.Unquote(i.Path.Value); p == "net" || p == "net/http" || p == "os/exec" || strings.HasSuffix(p, "/deps/fetch") {
					t.Errorf("%s imports %s", name, p)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 50 {
		t.Errorf("only %d imports seen: the search is broken", seen)
	}
}

// The same tree and database give the same result, whatever order files are met in.
func TestSameResult(t *testing.T) {
	db := database(t, advisory("X-1", "", "PyPI", "lamp", before("2")), advisory("X-2", "", "PyPI", "lamp", before("3")), advisory("X-3", "X-2", "PyPI", "lamp", before("4")))
	files := map[string]string{}
	for i := range 30 {
		files[fmt.Sprintf("p%d/requirements.txt", i)] = "lamp==1.0\nlamp==1.1\n"
	}
	first := lines(assess(t, files, db))
	for range 5 {
		if diff := cmp.Diff(first, lines(assess(t, files, db))); diff != "" {
			t.Fatal(diff)
		}
	}
	if len(first) != 4 || !slices.ContainsFunc(first, func(s string) bool { return strings.Contains(s, "X-2 lamp 1.0, fixed in 3 4") }) {
		t.Errorf("%v", first)
	}
}

// 3,000 locked packages against a database of the size of the Python one (20,000 advisories), with the index there.
func BenchmarkAssess(b *testing.B) {
	var records []string
	for i := range 20_000 {
		records = append(records, advisory(fmt.Sprintf("GHSA-%d", i), fmt.Sprintf("CVE-2026-%d", i), "PyPI", fmt.Sprintf("package-%d", i%4000),
			`"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"1.0"},{"fixed":"1.2.3"},{"introduced":"2.0"},{"fixed":"2.`+strconv.Itoa(i%50)+`.1"}]}]`))
	}
	db := database(b, records...)
	var packages []Package
	for i := range 3000 {
		packages = append(packages, Package{Ecosystem: "PyPI", Name: fmt.Sprintf("package-%d", i*3), Version: "2.7.0", Path: "uv.lock", Line: i})
	}
	b.ResetTimer()
	start, hits := time.Now(), 0
	for range b.N {
		r, err := Assess(context.Background(), packages, db, nil)
		if err != nil {
			b.Fatal(err)
		}
		hits = len(r.Vulnerabilities)
	}
	b.ReportMetric(float64(time.Since(start).Milliseconds())/float64(b.N), "ms/op")
	b.ReportMetric(float64(hits), "hits")
}
