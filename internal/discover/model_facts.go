package discover

import (
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	factBytes = 8 << 20 // what the facts of all models together may take in memory
	factSize  = 96      // of a fact beside its texts
)

// factBudget is how many bytes of facts may still be kept.
type factBudget int

// take gives the facts if there is room for all of them: half of what is known of a model would look like all of it.
func (b *factBudget) take(facts []lodemark.ModelFact) []lodemark.ModelFact {
	cost := 0
	for _, f := range facts {
		cost += factSize + len(f.Name) + len(f.Value)
	}
	if cost > int(*b) {
		*b = 0 // and nothing after it, so that what is left out is one stretch
		return nil
	}
	*b -= factBudget(cost)
	return facts
}

// kept is a scan without its facts where there is no room for them.
func (b *factBudget) kept(one Scan) Scan {
	had := len(one.facts) > 0
	one.facts = b.take(one.facts)
	one.dropped = had && one.facts == nil
	return one
}

// counted are the facts that the scanner counts in the structure of a file, or tells from its format. All others are what the
// file says of itself.
var counted = set("bytes", "byte order", "chat template", "dtype", "features", "fields", "framework", "layers", "nodes", "operators", "parameters", "shards", "tensors",
	"tokens", "trees", "vocabulary")

// factsOf puts what the scanner learned of a file in order.
func factsOf(file string, known map[string]string) []lodemark.ModelFact {
	facts := make([]lodemark.ModelFact, 0, len(known))
	for _, name := range slices.Sorted(maps.Keys(known)) {
		f := lodemark.ModelFact{Name: name, Value: known[name], Origin: lodemark.OriginDeclared, Place: file}
		if counted[name] {
			f.Origin = lodemark.OriginInferred
		}
		facts = append(facts, f)
	}
	return facts
}

// Describe adds to the model files among the components what the scans saw in them: format, verdict and facts, those of a
// configuration and of a card beside the model among them.
func Describe(s *lodemark.System, scans []Scan) {
	byPath, beside := map[string]*Scan{}, map[string][]*Scan{}
	for i := range scans {
		byPath[scans[i].Path] = &scans[i]
	}
	models := map[string]bool{}
	for c := range s.Of(lodemark.KindModel) {
		models[c.Path] = true
	}
	for i := range scans {
		if one := &scans[i]; !models[one.Path] && len(one.facts) > 0 {
			dir := path.Dir(one.Path)
			beside[dir] = append(beside[dir], one)
		}
	}
	left := factBudget(factBytes)
	without := 0
	for i := range s.Components {
		c := &s.Components[i]
		one := byPath[c.Path]
		if c.Kind != lodemark.KindModel || one == nil {
			continue
		}
		c.Scan = &lodemark.ModelScan{Format: one.Format, Verdict: verdictOf(one)}
		neighbours := beside[path.Dir(c.Path)]
		if left > 0 && !one.dropped {
			c.Scan.Facts = left.take(modelFacts(one, neighbours))
		}
		if c.Scan.Facts == nil && (one.dropped || len(one.facts) > 0 || len(neighbours) > 0) {
			without++
		}
	}
	if without > 0 {
		s.Gaps = append(s.Gaps, lodemark.Gap{Reason: fmt.Sprintf("the inventory keeps %d MiB of facts of models: %d model file(s) stand in it without them", factBytes>>20, without)})
	}
}

// verdictOf never says of a file that nobody looked at that it is clean.
func verdictOf(one *Scan) string {
	if one.Err != nil || one.Format == "" && one.Verdict == inspect.Clean {
		return inspect.NotRead.String()
	}
	return one.Verdict.String()
}

// modelFacts joins the facts of a model with those of the files beside it. What only repeats is left out.
func modelFacts(one *Scan, beside []*Scan) []lodemark.ModelFact {
	facts := slices.Clone(one.facts)
	type said struct{ name, value string }
	known := map[said]bool{}
	for _, f := range facts {
		known[said{f.Name, f.Value}] = true
	}
	for _, b := range beside {
		for _, f := range b.facts {
			if key := (said{f.Name, f.Value}); !known[key] && !ofFile[f.Name] {
				known[key] = true
				f.Origin = lodemark.OriginDeclared // a configuration claims what it describes; nobody counted
				facts = append(facts, f)
			}
		}
	}
	return facts
}

// ofFile are facts about the file that shows them, and not about the model that it describes.
var ofFile = set("bytes", "sha256", "format", "version")
