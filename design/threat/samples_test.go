package threat

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const samples = "../../bench/threats/"

func sample(t testing.TB, name string) *Model {
	t.Helper()
	data, err := os.ReadFile(samples + name + "/threats.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return model(t, string(data))
}

func decode(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// systems are the samples. None of them is held out any more: on the first three the rules were written, and the others have been
// mended on since they were first read. At first sight the rules named 23 and 18 of 25 of the two under heldout, with 8 of 79 and 5
// of 48 findings rejected; and of the three under heldout2, written and judged after that mending, 20 (enterprise-search), 18
// (browser-agent) and 16 (credit-scoring) of 25, with 2 of 49, 5 of 52 and 2 of 35 rejected. Those are the figures that say what the
// library is worth on a system that nobody here has seen; the floors below only keep what was mended from being lost.
var systems = []string{"helpdesk-agent", "edge-vision", "finetune-service", "heldout/coding-assistant", "heldout/radiology-triage",
	"heldout2/enterprise-search", "heldout2/browser-agent", "heldout2/credit-scoring"}

// floors are how many entries of each sample are named at least, and how many findings are rejected at most.
var floors = map[string]struct{ named, rejected int }{
	"helpdesk-agent": {25, 0}, "edge-vision": {25, 0}, "finetune-service": {25, 1}, "heldout/coding-assistant": {25, 0}, "heldout/radiology-triage": {25, 0},
	"heldout2/enterprise-search": {25, 0}, "heldout2/browser-agent": {25, 0}, "heldout2/credit-scoring": {25, 0},
}

// open says of an entry that the sample leaves out what would settle it: yes, or the attributes that would.
type openEntry bool

func (o *openEntry) UnmarshalYAML(n *yaml.Node) error {
	var attributes []string
	if n.Kind == yaml.SequenceNode {
		err := n.Decode(&attributes)
		*o = len(attributes) > 0
		return err
	}
	return n.Decode((*bool)(o))
}

// judgement is what somebody says of a report: which threats name which entries, and which findings an expert rejects.
type judgement struct {
	Named               map[string][]string
	Rejected            map[string]string
	RejectedUnconfirmed map[string]string `yaml:"rejected_unconfirmed"` // where only the unconfirmed finding is meant
}

// judged reads named.yaml, and what the authors of the rules added beside it after they mended them.
func judged(t *testing.T, name string) judgement {
	t.Helper()
	var j, more judgement
	decode(t, samples+name+"/named.yaml", &j)
	if strings.HasPrefix(name, "heldout") {
		decode(t, samples+name+"/mended.yaml", &more)
		for id, threats := range more.Named {
			j.Named[id] = append(j.Named[id], threats...)
		}
		maps.Copy(j.Rejected, more.Rejected)
	}
	return j
}

// What an expert wrote down for each system before the library was held against it is named, settled and at a place of the entry,
// and few findings are such as the expert rejects: no worse than the floors. Where floors are lowered for a reason, 20 of 25 and 15 % stay the least. bench/threats/README.md tells the measure.
func TestSamplesAreNamed(t *testing.T) {
	l := library(t)
	for _, name := range systems {
		var expected struct {
			Threats []struct {
				ID, Title string
				Places    []string
				Open      openEntry
			}
		}
		decode(t, samples+name+"/expected.yaml", &expected)
		said := judged(t, name)
		r := Evaluate(sample(t, name), l, day, Evidence{}, nil)
		named := 0
		for _, e := range expected.Threats {
			if slices.ContainsFunc(r.Threats, func(x Threat) bool {
				return slices.Contains(said.Named[e.ID], x.ID) && (x.Status != Unconfirmed || bool(e.Open)) &&
					slices.ContainsFunc(x.Places, func(p Place) bool { return slices.Contains(e.Places, p.At) })
			}) {
				named++
			} else {
				t.Logf("%s: %s is not named: %s", name, e.ID, e.Title)
			}
		}
		rejected, unconfirmed := 0, 0
		for _, x := range r.Threats {
			if said.Rejected[x.ID] != "" || x.Status == Unconfirmed && said.RejectedUnconfirmed[x.ID] != "" {
				t.Logf("%s: rejected: %s %s", name, x.ID, x.Reason)
				rejected++
			}
			if x.Status == Unconfirmed {
				unconfirmed++
			}
		}
		t.Logf("%s: %d of %d named, %d of %d findings rejected, %d unconfirmed", name, named, len(expected.Threats), rejected, len(r.Threats), unconfirmed)
		if floor := floors[name]; len(expected.Threats) != 25 || named < max(floor.named, 20) || rejected > floor.rejected || rejected*100 > 15*len(r.Threats) {
			t.Errorf("%s: %d named, %d rejected; its floor is %d and %d", name, named, rejected, floor.named, floor.rejected)
		}
	}
}

// No rule about language models or agents speaks on a system that has none.
func TestNoLanguageModelRuleWhereThereIsNone(t *testing.T) {
	for _, name := range []string{"edge-vision", "heldout2/credit-scoring"} {
		r := Evaluate(sample(t, name), library(t), day, Evidence{}, nil)
		for _, x := range r.Threats {
			for _, id := range x.OWASP {
				if strings.HasPrefix(id, "LLM") || strings.HasPrefix(id, "ASI") {
					t.Errorf("%s: %s carries %s", name, x.ID, id)
				}
			}
			for _, word := range []string{"prompt", "jailbreak", "agent", "token", "retriev", "conversation"} {
				for _, p := range x.Places {
					if strings.Contains(strings.ToLower(x.Title+" "+p.Reason), word) {
						t.Errorf("%s: %s speaks of %q: %s / %s", name, x.ID, word, x.Title, p.Reason)
					}
				}
			}
		}
	}
}
