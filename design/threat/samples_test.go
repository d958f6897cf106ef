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

// systems are the samples. None of them is held out any more: on the first three the rules were written, and the two under
// heldout, of which they named 23 and 18 of 25 at first sight, with 8 of 79 and 5 of 48 findings rejected, have been mended on
// since. What the figures below say of other systems, only a sample that nobody here has seen would tell.
var systems = []string{"helpdesk-agent", "edge-vision", "finetune-service", "heldout/coding-assistant", "heldout/radiology-triage"}

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
	if strings.HasPrefix(name, "heldout/") {
		decode(t, samples+name+"/mended.yaml", &more)
		for id, threats := range more.Named {
			j.Named[id] = append(j.Named[id], threats...)
		}
		maps.Copy(j.Rejected, more.Rejected)
	}
	return j
}

// What an expert wrote down for each system before the library was held against it is named: at least 20 of 25, settled, at a
// place of the entry; at most 15 % of the findings are such as the expert rejects. bench/threats/README.md tells the measure.
func TestSamplesAreNamed(t *testing.T) {
	l := library(t)
	for _, name := range systems {
		var expected struct {
			Threats []struct {
				ID, Title string
				Places    []string
				Open      bool
			}
		}
		decode(t, samples+name+"/expected.yaml", &expected)
		said := judged(t, name)
		r := Evaluate(sample(t, name), l, day, Evidence{}, nil)
		named := 0
		for _, e := range expected.Threats {
			if slices.ContainsFunc(r.Threats, func(x Threat) bool {
				return slices.Contains(said.Named[e.ID], x.ID) && (x.Status != Unconfirmed || e.Open) &&
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
		if len(expected.Threats) != 25 || named < 20 || rejected*100 > 15*len(r.Threats) {
			t.Errorf("%s misses its aim", name)
		}
	}
}

// No rule about language models or agents speaks on a system that has none.
func TestNoLanguageModelRuleOnTheVisionSystem(t *testing.T) {
	r := Evaluate(sample(t, "edge-vision"), library(t), day, Evidence{}, nil)
	for _, x := range r.Threats {
		for _, id := range x.OWASP {
			if strings.HasPrefix(id, "LLM") || strings.HasPrefix(id, "ASI") {
				t.Errorf("%s carries %s", x.ID, id)
			}
		}
		for _, word := range []string{"prompt", "jailbreak", "agent", "token", "retriev", "conversation"} {
			if strings.Contains(strings.ToLower(x.Title+" "+x.Reason), word) {
				t.Errorf("%s speaks of %q: %s / %s", x.ID, word, x.Title, x.Reason)
			}
		}
	}
}
