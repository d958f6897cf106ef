// Command recall holds what `lodemark code` finds in public AI repositories against the weaknesses that people wrote down by hand
// before (bench/weaknesses), and prints recall and precision by family and by language.
//
//	go run ./bench/recall -lodemark ./lodemark -checkouts FOLDER bench/weaknesses/*.yaml
//
// FOLDER holds a checkout of each repository at the commit that its file names, as owner+name. A weakness counts as found if a finding of
// its rule, or of another rule of its family, stands at most -near lines away. Of findings of medium severity and above, those inside the
// scope that was read are judged: one that stands at no weakness written down counts as false, unless -verdicts says otherwise after it
// was read.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/bench/reading"
)

type truth struct {
	Repository string        `yaml:"repository"`
	Commit     string        `yaml:"commit"`
	Read       string        `yaml:"read"`
	Scope      reading.Scope `yaml:"scope"`
	By         string        `yaml:"by"`
	Note       string        `yaml:"note"`
	Weaknesses []weakness    `yaml:"weaknesses"`
	LooksLike  []weakness    `yaml:"looks_like"`
}

type weakness struct {
	Rule       string `yaml:"rule"`
	Path       string `yaml:"path"`
	Line       int    `yaml:"line"`
	Cell       *int   `yaml:"cell"` // of a notebook: Line is counted inside it
	Why        string `yaml:"why"`
	Confidence string `yaml:"confidence"`
	Advisory   bool   `yaml:"advisory"`
	found      bool
}

type finding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
	Path     string `json:"path"`
	Line     int    `json:"line"`
	Message  string `json:"message"`
	Advisory bool   `json:"advisory"`
	Muted    string `json:"muted"`
	true     bool
}

// tally counts for one family or language.
type tally struct{ sure, sureFound, arguable, arguableFound, reported, right int }

type options struct {
	lodemark, checkouts, verdicts string
	near                          int
	missed, wrong                 bool
}

func main() {
	var o options
	flag.StringVar(&o.lodemark, "lodemark", "./lodemark", "the program")
	flag.StringVar(&o.checkouts, "checkouts", "", "folder of checkouts")
	flag.StringVar(&o.verdicts, "verdicts", "", "file of findings that were read and judged: repository, path, line, rule, true or false, why (tabs)")
	flag.IntVar(&o.near, "near", 4, "lines that a finding may stand away")
	flag.BoolVar(&o.missed, "missed", false, "list what is not found")
	flag.BoolVar(&o.wrong, "wrong", false, "list findings that nobody wrote down")
	flag.Parse()
	if err := run(o, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "recall:", err)
		os.Exit(1)
	}
}

func run(o options, files []string) error {
	judged, err := readVerdicts(o.verdicts)
	if err != nil {
		return err
	}
	families, languages := map[string]*tally{}, map[string]*tally{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var t truth
		if err := yaml.Unmarshal(data, &t); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		dir := filepath.Join(o.checkouts, strings.ReplaceAll(t.Repository, "/", "+"))
		if _, err := os.Stat(dir); err != nil {
			fmt.Printf("%-40s no checkout, left out\n", t.Repository)
			continue
		}
		found, err := scan(o.lodemark, dir)
		if err != nil {
			return fmt.Errorf("%s: %w", t.Repository, err)
		}
		whole := t.compare(dir, found, o, judged, families, languages)
		fmt.Printf("%-40s %s\n", t.Repository, whole)
	}
	fmt.Println()
	print("family", families)
	print("language", languages)
	return nil
}

// scan runs the program.
func scan(program, dir string) ([]*finding, error) {
	cmd := exec.Command(program, "code", "--advisory", "--format", "json", "--quiet", dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var report struct {
		Findings []*finding `json:"findings"`
	}
	if jsonErr := json.Unmarshal(out, &report); jsonErr != nil {
		return nil, fmt.Errorf("%v; %w", err, jsonErr)
	}
	return report.Findings, nil
}

// compare counts one repository, into the tallies too.
func (t *truth) compare(dir string, found []*finding, o options, judged map[string]bool, families, languages map[string]*tally) *tally {
	whole := &tally{}
	books := reading.Notebooks{Dir: dir}
	for i := range t.Weaknesses {
		w := &t.Weaknesses[i]
		at := w.Line
		if w.Cell != nil {
			at = books.Line(w.Path, *w.Cell, w.Line)
		}
		for _, f := range found {
			if f.Path == w.Path && family(f.ID) == family(w.Rule) && abs(f.Line-at) <= o.near {
				w.found, f.true = true, true
			}
		}
		// a place that two rules tell of counts for either
		if !w.found {
			w.found = slices.ContainsFunc(found, func(f *finding) bool { return f.Path == w.Path && f.Line == at && mayStandFor(f.ID, w.Rule) })
		}
		for _, f := range found {
			if f.Path == w.Path && abs(f.Line-at) <= 1 && mayStandFor(f.ID, w.Rule) {
				f.true = true
			}
		}
		if w.Advisory {
			continue
		}
		for _, c := range []*tally{whole, get(families, family(w.Rule)), get(languages, reading.Language(w.Path))} {
			switch {
			case w.Confidence == "sure":
				c.sure++
				c.sureFound += number(w.found)
			default:
				c.arguable++
				c.arguableFound += number(w.found)
			}
		}
		if o.missed && !w.found && w.Confidence == "sure" {
			fmt.Printf("  missed %s %s/%s:%d %s\n", w.Rule, t.Repository, w.Path, at, w.Why)
		}
	}
	for _, f := range found {
		if f.Advisory || f.Muted != "" || !t.Scope.Holds(f.Path) || f.Severity == "low" || f.Severity == "info" { // of those the lists are not complete
			continue
		}
		right := f.true
		if v, ok := judged[fmt.Sprintf("%s\t%s\t%d\t%s", t.Repository, f.Path, f.Line, f.ID)]; ok {
			right = v
		} else if !right && o.wrong {
			fmt.Printf("  not written down: %s\t%s\t%d\t%s\t%s\t%s\n", t.Repository, f.Path, f.Line, f.ID, f.Severity, f.Message)
		}
		for _, c := range []*tally{whole, get(families, family(f.ID)), get(languages, reading.Language(f.Path))} {
			c.reported++
			c.right += number(right)
		}
	}
	return whole
}

// mayStandFor says whether rules of two families are about the same: tool arguments in a dangerous place are LO or AG.
func mayStandFor(found, wanted string) bool {
	for _, same := range [][]string{{"LO", "AG", "MC"}, {"PI", "LM"}, {"SC", "DS", "MC"}, {"SV", "LM", "MC"}, {"DT", "SC", "PI"}, {"CI", "SC"}} {
		if slices.Contains(same, family(found)) && slices.Contains(same, family(wanted)) {
			return true
		}
	}
	return false
}

func readVerdicts(name string) (map[string]bool, error) {
	judged := map[string]bool{}
	if name == "" {
		return judged, nil
	}
	data, err := os.ReadFile(name)
	for line := range strings.Lines(string(data)) {
		if parts := strings.Split(strings.TrimRight(line, "\n"), "\t"); len(parts) >= 5 {
			judged[strings.Join(parts[:4], "\t")] = parts[4] == "true"
		}
	}
	return judged, err
}

func (c *tally) String() string {
	return fmt.Sprintf("sure %s  arguable %s  right %s", rate(c.sureFound, c.sure), rate(c.arguableFound, c.arguable), rate(c.right, c.reported))
}

func print(what string, all map[string]*tally) {
	total := &tally{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Printf("%-10s %-12s %s\n", what, name, all[name])
		c := all[name]
		total.sure += c.sure
		total.sureFound += c.sureFound
		total.arguable += c.arguable
		total.arguableFound += c.arguableFound
		total.reported += c.reported
		total.right += c.right
	}
	fmt.Printf("%-10s %-12s %s\n\n", what, "all", total)
}

func rate(n, of int) string {
	if of == 0 {
		return "    0 of 0        "
	}
	return fmt.Sprintf("%4d of %-4d %4.0f%%", n, of, 100*float64(n)/float64(of))
}

func get(all map[string]*tally, name string) *tally {
	if all[name] == nil {
		all[name] = &tally{}
	}
	return all[name]
}

func family(rule string) string {
	f, _, _ := strings.Cut(rule, "-")
	return f
}

func abs(n int) int { return max(n, -n) }

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
