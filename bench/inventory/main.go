// Command inventory holds what `lodemark bom` finds in public AI repositories against the assets that people wrote down by hand before
// (bench/assets, whose README says how), and prints recall and precision by kind and by language.
//
//	go run ./bench/inventory -lodemark ./lodemark -checkouts FOLDER bench/assets/*.yaml
//
// FOLDER holds a checkout of each repository at the commit that its file names, as owner+name.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/bench/reading"
)

type truth struct {
	Repository string        `yaml:"repository"`
	Scope      reading.Scope `yaml:"scope"`
	Assets     []asset       `yaml:"assets"`
	LooksLike  []asset       `yaml:"looks_like"`
}

type asset struct {
	Kind       string `yaml:"kind"`
	Name       string `yaml:"name"`
	Written    string `yaml:"written"`
	Store      string `yaml:"store"`
	Path       string `yaml:"path"`
	Line       int    `yaml:"line"`
	Cell       *int   `yaml:"cell"`
	Pin        string `yaml:"pin"`
	Confidence string `yaml:"confidence"`
	Unresolved bool   `yaml:"unresolved"`
	at         int
	found      bool
}

type component struct {
	Kind       string            `json:"kind"`
	Name       string            `json:"name"`
	Path       string            `json:"path"`
	Line       int               `json:"line"`
	Pin        string            `json:"pin"`
	Confidence string            `json:"confidence"`
	Detail     map[string]string `json:"detail"`
	right      bool
}

// judged are the kinds that were written down, with the words of the two lists for them.
var judged = map[string]string{
	"hosted_model": "hosted model", "hosted_model_api": "hosted model", "hub_model": "model", "model_file": "model", "model": "model", "embedding_model": "embedding model", "dataset": "dataset",
	"prompt": "prompt", "vector_store": "vector store", "model_call": "model call", "agent": "agent", "tool": "tool", "handoff": "hand-off", "mcp_server": "MCP server", "agent_file": "agent file",
	"agent_config": "agent file", "guardrail": "guardrail", "evaluation": "evaluation", "eval_harness": "evaluation", "training": "training", "training_job": "training", "finetune_job": "training",
	"tracker": "tracker", "monitoring": "tracker", "serving": "serving", "model_server": "serving", "ai_package": "package", "package": "package",
}

// near are kinds whose border nobody draws at the same place: a model behind an API, on a hub, for embeddings.
var near = map[string]bool{"hosted model": true, "model": true, "embedding model": true}

type tally struct{ sure, found, named, pinned, pins, reported, right int }

func main() {
	program := flag.String("lodemark", "./lodemark", "the program")
	checkouts := flag.String("checkouts", "", "folder of checkouts")
	missed := flag.Bool("missed", false, "list what is not found")
	wrong := flag.Bool("wrong", false, "list what nobody wrote down")
	only := flag.String("kind", "", "of this kind alone, as the table names it")
	flag.Parse()
	kinds, languages := map[string]*tally{}, map[string]*tally{}
	for _, name := range flag.Args() {
		if err := one(name, *program, *checkouts, *only, *missed, *wrong, kinds, languages); err != nil {
			fmt.Fprintln(os.Stderr, "inventory:", err)
			os.Exit(1)
		}
	}
	fmt.Println()
	table("kind", kinds)
	table("language", languages)
}

func one(name, program, checkouts, only string, missed, wrong bool, kinds, languages map[string]*tally) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var t truth
	if err := yaml.Unmarshal(data, &t); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	dir := filepath.Join(checkouts, strings.ReplaceAll(t.Repository, "/", "+"))
	if _, err := os.Stat(dir); err != nil {
		fmt.Printf("%-40s no checkout, left out\n", t.Repository)
		return nil
	}
	found, err := inventory(program, dir)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Repository, err)
	}
	whole := &tally{}
	books := reading.Notebooks{Dir: dir}
	byPath := map[string][]*component{}
	for _, c := range found {
		byPath[c.Path] = append(byPath[c.Path], c)
	}
	for i := range t.Assets {
		a := &t.Assets[i]
		a.at = a.Line
		if a.Cell != nil {
			a.at = books.Line(a.Path, *a.Cell, a.Line)
		}
		named, pinned := false, false
		for _, c := range byPath[a.Path] {
			if !sameKind(judged[a.Kind], judged[c.Kind]) || abs(c.Line-a.at) > 4 && !(a.Line <= 1 && c.Line == 0) {
				continue
			}
			c.right = true
			if sameKind(judged[a.Kind], judged[c.Kind]) && a.names(c) {
				named = true
				pinned = pinned || a.Pin != "" && samePin(a.Pin, c.Pin)
			}
			a.found = true
		}
		kind := judged[a.Kind]
		if a.Confidence != "sure" || kind == "" || only != "" && kind != only {
			continue
		}
		for _, s := range []*tally{whole, get(kinds, kind), get(languages, reading.Language(a.Path))} {
			s.sure++
			s.found += number(a.found)
			s.named += number(named)
			if a.Pin != "" {
				s.pins++
				s.pinned += number(pinned)
			}
		}
		if missed && !named {
			fmt.Printf("  missed %-16s %s/%s:%d %s\n", kind, t.Repository, a.Path, a.at, a.Name+pick(a.found, "  (another name)", ""))
		}
	}
	for _, c := range found {
		kind := judged[c.Kind]
		if kind == "" || only != "" && kind != only || !t.Scope.Holds(c.Path) || c.Confidence == "unresolved" {
			continue
		}
		for _, s := range []*tally{whole, get(kinds, kind), get(languages, reading.Language(c.Path))} {
			s.reported++
			s.right += number(c.right)
		}
		if wrong && !c.right {
			fmt.Printf("  not written down %-16s %s/%s:%d %s\n", kind, t.Repository, c.Path, c.Line, c.Name)
		}
	}
	fmt.Printf("%-44s %s\n", t.Repository, whole)
	return nil
}

func inventory(program, dir string) ([]*component, error) {
	cmd := exec.Command(program, "bom", "--format", "json", dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	var all struct {
		Components []*component `json:"components"`
	}
	if jsonErr := json.Unmarshal(out, &all); jsonErr != nil {
		return nil, fmt.Errorf("%v; %w", err, jsonErr)
	}
	return all.Components, nil
}

func sameKind(a, b string) bool { return a != "" && (a == b || near[a] && near[b]) }

// names says whether a report bears the asset's name, or what stands in the text for it.
func (a *asset) names(c *component) bool {
	for _, want := range []string{a.Name, a.Written} {
		for _, got := range []string{c.Name, c.Detail["model"], c.Detail["written"], c.Detail["from"]} {
			w, g := plain(want), plain(got)
			if w == "" || g == "" {
				continue
			}
			if w == g || strings.HasSuffix(w, "/"+g) || strings.HasSuffix(g, "/"+w) || strings.HasSuffix(w, "."+g) || strings.HasSuffix(g, "."+w) {
				return true
			}
		}
	}
	switch judged[a.Kind] {
	case "prompt": // named after its variable, its function or its role
		return true
	case "vector store":
		return a.Store == "" || strings.Contains(plain(c.Name+c.Detail["provider"]+c.Detail["technology"]), plain(a.Store)) || plain(c.Name) == plain(a.Name)
	case "model call", "evaluation", "training", "tracker", "serving", "guardrail", "agent", "hand-off":
		return true // the place says which
	}
	return false
}

func plain(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.Trim(strings.TrimSpace(s), `"'`), "./"))
}

func samePin(want, got string) bool {
	switch want {
	case "exact":
		return got == "tag" || got == "digest" || got == "commit"
	case "range":
		return got == "none" || got == ""
	case "none":
		return got == "none" || got == ""
	}
	return want == got
}

func table(of string, all map[string]*tally) {
	sum := &tally{}
	for _, name := range slices.SortedFunc(maps.Keys(all), func(a, b string) int { return cmp.Or(-cmp.Compare(all[a].sure, all[b].sure), cmp.Compare(a, b)) }) {
		t := all[name]
		fmt.Printf("%-10s %-18s %s\n", of, name, t)
		*sum = tally{sum.sure + t.sure, sum.found + t.found, sum.named + t.named, sum.pinned + t.pinned, sum.pins + t.pins, sum.reported + t.reported, sum.right + t.right}
	}
	fmt.Printf("%-10s %-18s %s\n\n", of, "all", sum)
}

func (t *tally) String() string {
	return fmt.Sprintf("recall %s (by kind and place alone %s)  pin %s  precision %s", rate(t.named, t.sure), rate(t.found, t.sure), rate(t.pinned, t.pins), rate(t.right, t.reported))
}

// rate with its Wilson interval at 95 %.
func rate(k, n int) string {
	if n == 0 {
		return "     -"
	}
	p, z := float64(k)/float64(n), 1.96
	d := 1 + z*z/float64(n)
	mid := (p + z*z/(2*float64(n))) / d
	half := z * math.Sqrt(p*(1-p)/float64(n)+z*z/(4*float64(n)*float64(n))) / d
	return fmt.Sprintf("%4d/%-4d %3.0f %% (%s-%s)", k, n, 100*p, percent(mid-half), percent(mid+half))
}

func percent(p float64) string { return strconv.Itoa(int(math.Round(100 * p))) }

func get(all map[string]*tally, name string) *tally {
	if all[name] == nil {
		all[name] = &tally{}
	}
	return all[name]
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func abs(n int) int { return max(n, -n) }

func pick(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}
