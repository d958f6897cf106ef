// Package examples_test holds the two examples to what they claim: the risky one shows all it was planted with and nothing
// else, the sound one nothing above low, and each of its controls turns a verdict when it is taken away.
package examples_test

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/deploy"
	"github.com/lodemark/lodemark/design"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/lock"
	"github.com/lodemark/lodemark/operate"
)

func practices() []lodemark.Practice {
	return slices.Concat(design.Practices(), develop.Practices(), deploy.Practices(), operate.Practices())
}

// load reads an example into memory, so that a test may change it.
func load(t testing.TB, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		rel, _ := filepath.Rel(folder, p)
		files[filepath.ToSlash(rel)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// canaries are tried once for the hundreds of runs below: the defect planted for a check does not change between them.
var canaries assess.Canaries

func run(t testing.TB, files map[string]string) *lodemark.Run {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	r, err := assess.Tree(context.Background(), tree, assess.Options{Target: "example", Practices: practices(), At: assess.ExampleTime(), Canaries: &canaries})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// planted is one entry of PLANTED.yaml: found by a check of today, or by an engine to come.
type planted struct {
	ID       string            `yaml:"id"`
	Place    string            `yaml:"place"` // path or path:line
	Clause   string            `yaml:"clause"`
	Check    string            `yaml:"check"`
	Rule     string            `yaml:"rule"` // under whose id the check reports it; empty: under its own
	Engine   string            `yaml:"engine"`
	Severity lodemark.Severity `yaml:"severity"`
	What     string            `yaml:"what"`
}

func (p planted) at() (path string, line int) {
	path, number, _ := strings.Cut(p.Place, ":")
	line, _ = strconv.Atoi(number)
	return path, line
}

func readPlanted(t *testing.T, files map[string]string) []planted {
	t.Helper()
	var list []planted
	dec := yaml.NewDecoder(strings.NewReader(files["PLANTED.yaml"]))
	dec.KnownFields(true)
	if err := dec.Decode(&list); err != nil {
		t.Fatalf("read PLANTED.yaml: %v", err)
	}
	return list
}

// Every planted defect of today is found at its place, with its severity, and nothing else is reported.
func TestRiskyShowsWhatIsPlanted(t *testing.T) {
	files := load(t, "helpdesk-risky")
	var want, got []string
	for _, p := range readPlanted(t, files) {
		if p.Check != "" {
			path, line := p.at()
			want = append(want, fmt.Sprintf("%s %s:%d %s", cmp.Or(p.Rule, p.Check), path, line, p.Severity))
		}
	}
	delete(files, "PLANTED.yaml") // the list must not help to find what is on it
	r := run(t, files)
	for _, f := range r.Findings {
		got = append(got, fmt.Sprintf("%s %s:%d %s", f.ID, f.Path, f.Line, f.Severity))
	}
	slices.Sort(want)
	slices.Sort(got)
	for _, w := range without(want, got) {
		t.Errorf("planted and not found: %s", w)
	}
	for _, g := range without(got, want) {
		t.Errorf("found and not planted: %s", g)
	}
	for _, g := range r.Gaps {
		if g.Path == "lodemark.yaml" && g.Reason == "2 entries are not filled in yet" && !g.Needed {
			continue // the owner, which is planted
		}
		t.Errorf("gap at %s: %s", g.Path, g.Reason)
	}
}

// without returns what a holds beyond b, counting repeated ones.
func without(a, b []string) []string {
	left := map[string]int{}
	for _, s := range b {
		left[s]++
	}
	var out []string
	for _, s := range a {
		if left[s]--; left[s] < 0 {
			out = append(out, s)
		}
	}
	return out
}

func TestPlantedIsWellFormed(t *testing.T) {
	files := load(t, "helpdesk-risky")
	checks := map[string]lodemark.Check{}
	for _, p := range practices() {
		for _, c := range p.Checks {
			checks[c.ID] = c
		}
	}
	engines := []string{"model scan", "code rules", "AI inventory", "threat model", "signing", "probes", "gateway", "practices"}
	ids, areas, later := map[string]bool{}, map[string]int{}, 0
	for _, p := range readPlanted(t, files) {
		path, line := p.at()
		text, ok := files[path]
		switch c, known := checks[p.Check]; {
		case p.ID == "" || ids[p.ID] || p.What == "":
			t.Errorf("entry %+v has no id of its own or does not say what it is", p)
		case !ok || line > strings.Count(text, "\n"):
			t.Errorf("%s: there is no %s", p.ID, p.Place)
		case (p.Check == "") == (p.Engine == ""):
			t.Errorf("%s names a check and an engine, or neither", p.ID)
		case p.Check != "" && !known:
			t.Errorf("%s: there is no check %s", p.ID, p.Check)
		case p.Check != "" && !slices.ContainsFunc(c.Bears, func(b lodemark.Bearing) bool { return b.Clause == p.Clause }):
			t.Errorf("%s: %s does not bear on %s", p.ID, p.Check, p.Clause)
		case p.Rule != "" && !c.Reports(p.Rule):
			t.Errorf("%s: %s does not report under %s", p.ID, p.Check, p.Rule)
		case p.Engine != "" && !slices.Contains(engines, p.Engine):
			t.Errorf("%s: there is no engine %q", p.ID, p.Engine)
		}
		if _, ok := lodemark.Guidelines().Clause(p.Clause); !ok {
			t.Errorf("%s: there is no clause %s", p.ID, p.Clause)
		}
		ids[p.ID] = true
		if p.Check != "" {
			areas[lodemark.AreaOf(p.Clause)]++
		} else {
			later++
		}
	}
	for _, a := range []string{"SD", "DEV", "DEP", "OM"} {
		if areas[a] < 4 {
			t.Errorf("only %d defects of area %s can be seen today", areas[a], a)
		}
	}
	if later < 8 {
		t.Errorf("only %d defects are planted for later engines", later)
	}
}

func TestSoundIsSound(t *testing.T) {
	r := run(t, load(t, "helpdesk-sound"))
	for _, f := range r.Findings {
		if f.Severity > lodemark.SeverityLow {
			t.Errorf("%s %s %s:%d %s", f.Severity, f.ID, f.Path, f.Line, f.Message)
		}
	}
	for _, g := range r.Gaps {
		t.Errorf("gap at %s:%d: %s", g.Path, g.Line, g.Reason)
	}
	for _, d := range r.Assessment.Decisions {
		if d.Standing != lodemark.Current {
			t.Errorf("decision %s is %s: %s", d.ID, d.Standing, d.Why)
		}
	}
	met := map[string]int{}
	for _, c := range r.Assessment.Clauses {
		if c.Verdict == lodemark.Met {
			met[lodemark.AreaOf(c.ID)]++
		}
		if c.Verdict == lodemark.NotMet {
			t.Errorf("%s is not met: %s", c.ID, c.Reason)
		}
	}
	for _, a := range []string{"SD", "DEV", "DEP", "OM"} {
		if met[a] == 0 {
			t.Errorf("no clause of area %s is met", a)
		}
	}
	for _, e := range r.Evidence {
		if !e.Canary {
			t.Errorf("%s did not notice the defect planted for it", e.Check)
		}
	}
}

// lockOf is the lock of what is there.
func lockOf(t testing.TB, files map[string]string) string {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	r, err := assess.InventoryOf(context.Background(), tree, assess.Options{Target: "example", At: assess.ExampleTime(), Digests: true})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := lock.Of(r.System, func(string) string { return "" }).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The sound example is locked as it is.
func TestSoundIsLocked(t *testing.T) {
	if files := load(t, "helpdesk-sound"); files[lock.FileName] != lockOf(t, files) {
		t.Errorf("%s of helpdesk-sound is not that of what is there: run lodemark lock examples/helpdesk-sound, and read what has changed", lock.FileName)
	}
}

// edit changes a copy of the sound example: old in the file becomes new, each time it stands there. Without old the file is
// taken away; where there is no such file yet, it is written.
type edit struct{ path, old, new string }

func (e edit) apply(t *testing.T, files map[string]string) {
	t.Helper()
	text, ok := files[e.path]
	switch {
	case !ok && e.old == "":
		files[e.path] = e.new
	case e.old == "":
		delete(files, e.path)
	case !strings.Contains(text, e.old):
		t.Fatalf("%s does not hold %q any more", e.path, e.old)
	default:
		files[e.path] = strings.ReplaceAll(text, e.old, e.new)
	}
}

// mutation takes one control away. Of all clauses exactly those named turn, and the check that guards the control fails.
type mutation struct {
	check string
	what  string
	edits []edit
	turns map[string]lodemark.Verdict
	// outcome is what the check must say; empty: failed.
	outcome lodemark.Outcome
}

func TestEveryControlHolds(t *testing.T) {
	sound := load(t, "helpdesk-sound")
	before := verdicts(run(t, sound))
	for i, m := range mutations() {
		if testing.Short() && i%6 != 0 {
			continue // under the race detector a part of them has to do; without it all run, each time
		}
		t.Run(m.check+"/"+m.what, func(t *testing.T) {
			t.Parallel()
			files := maps.Clone(sound)
			for _, e := range m.edits {
				e.apply(t, files)
			}
			if m.check != "dev-2-locked-assets" { // whoever changes a part on purpose locks it anew
				files[lock.FileName] = lockOf(t, files)
			}
			r := run(t, files)
			if got, want := outcome(r, m.check), cmp.Or(m.outcome, lodemark.Failed); got.Outcome != want {
				t.Errorf("%s says %s, want %s: %s", m.check, got.Outcome, want, got.Reason)
			}
			after := verdicts(r)
			for _, c := range lodemark.Guidelines().Clauses() {
				want, turns := m.turns[c.ID]
				switch {
				case turns && before[c.ID] == want:
					t.Errorf("%s was %s before and cannot turn", c.ID, want)
				case turns && after[c.ID] != want:
					t.Errorf("%s is %s, want %s", c.ID, after[c.ID], want)
				case !turns && after[c.ID] != before[c.ID]:
					t.Errorf("%s turned from %s to %s as well", c.ID, before[c.ID], after[c.ID])
				}
			}
		})
	}
}

// A check that passes on the sound example, and no mutation that makes it fail, would be a control nobody tried.
func TestEveryPassHasItsMutation(t *testing.T) {
	tried, families := map[string]bool{}, map[string]bool{}
	for _, p := range practices() {
		for _, c := range p.Checks {
			if c.Rules != nil {
				families[c.ID] = true
			}
		}
	}
	for _, m := range mutations() {
		tried[m.check] = true
		for clause := range m.turns {
			tried[m.check+" "+clause] = true
		}
	}
	for _, e := range run(t, load(t, "helpdesk-sound")).Evidence {
		if e.Outcome != lodemark.Passed {
			t.Errorf("%s says %s on the sound example: %s", e.Check, e.Outcome, e.Reason)
		}
		for _, b := range e.Bears {
			// The rules of a family are tried one by one on their own examples; here it is enough that the check has something to lose.
			if families[e.Check] && tried[e.Check] {
				continue
			}
			if !tried[e.Check+" "+b.Clause] {
				t.Errorf("nothing is taken away that %s on %s rests on", e.Check, b.Clause)
			}
		}
	}
}

func verdicts(r *lodemark.Run) map[string]lodemark.Verdict {
	out := map[string]lodemark.Verdict{}
	for _, c := range r.Assessment.Clauses {
		out[c.ID] = c.Verdict
	}
	return out
}

func outcome(r *lodemark.Run, check string) lodemark.Evidence {
	i := slices.IndexFunc(r.Evidence, func(e lodemark.Evidence) bool { return e.Check == check })
	if i < 0 {
		return lodemark.Evidence{}
	}
	return r.Evidence[i]
}

// No person and no host of the real world stands in the examples.
func TestExamplesNameNobody(t *testing.T) {
	mail := regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
	for _, folder := range []string{"helpdesk-sound", "helpdesk-risky"} {
		for path, text := range load(t, folder) {
			for _, m := range mail.FindAllString(text, -1) {
				if !strings.HasSuffix(m, "example.org") && !regexp.MustCompile(`@[\d.]+$|@v?\d`).MatchString(m) {
					t.Errorf("%s/%s names %s", folder, path, m)
				}
			}
		}
	}
}
