package compare

import (
	"context"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/bound"
)

// A record is opened again by another meaning of its threat model; one that is gone leaves it unsure; one that it does not name is nothing to it.
func TestRecordsWatchTheThreatModel(t *testing.T) {
	was, is := strings.Repeat("a", 64), strings.Repeat("b", 64)
	for _, tt := range []struct {
		name           string
		watched        *Watched
		now            string
		reopens        bool
		unsure, silent bool
	}{
		{"the same", &Watched{"../threats.yaml", "chat", was}, was, false, false, true},
		{"another", &Watched{"../threats.yaml", "chat", was}, is, true, false, false},
		{"gone", &Watched{"../threats.yaml", "", was}, "", false, true, false},
		{"none was there", nil, is, false, false, true},
	} {
		c := Judge(context.Background(), []*Candidate{local(t, map[string]string{"model.safetensors": tensors(t)})}, Options{At: now})
		text, err := c.Write(Choice{Recorded: []Recorded{{Name: "A"}}, Threats: tt.watched})
		if err != nil {
			t.Fatal(err)
		}
		r, err := ReadRecord("r.md", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		all := r.Reopened([]map[string]string{{}}, tt.now, now)
		switch {
		case tt.silent && len(all) == 0:
		case len(all) == 1 && all[0].What == "threat model" && all[0].Reopens == tt.reopens && all[0].Unsure == tt.unsure && !tt.silent:
		default:
			t.Errorf("%s: %+v", tt.name, all)
		}
	}
	if _, err := ReadRecord("r.md", []byte("---\nchoice: lodemark.choice/1\ndecided: 2026-11-26\nnext_review: 2027-01-01\nthreats: {path: t.yaml, meaning: xyz}\ncandidates:\n- {name: A, kind: folder, seen: {}}\n---\n")); err == nil || !strings.Contains(err.Error(), "64 hex digits") {
		t.Errorf("%v", err)
	}
}

// What records show of the component counts for what is there and for no candidate; what they show of the rest counts for all.
func TestWhatIsShownOfTheComponent(t *testing.T) {
	m, problems := threat.Load("threats.yaml", []byte("system: {name: Desk, users: 2}\ncomponents:\n- {id: ranker, kind: model, format: safetensors, origin: hub, pinned: digest, controls: [LDM-C21]}\n- {id: other, kind: model, format: safetensors, origin: hub, pinned: digest, controls: [LDM-C21]}\n"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	lib, problems := threat.LoadLibrary()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	show := func(places ...string) func(*threat.Model) threat.Evidence {
		return func(*threat.Model) threat.Evidence {
			var e threat.Evidence
			for _, p := range places {
				e.Shown = append(e.Shown, threat.Shown{Mitigation: "LDM-C21", Component: p, By: "sign", At: now.AddDate(0, 0, -1)})
			}
			return e
		}
	}
	candidate := func() *Candidate {
		return local(t, map[string]string{"model.safetensors": tensors(t)}, func(s *Source) { s.Reference, s.Revision = "acme/a", strings.Repeat("a", 40) })
	}
	for _, tt := range []struct {
		name       string
		evidence   func(*threat.Model) threat.Evidence
		was        int // threats that are shown to be dealt with
		nowUnshown bool
	}{
		{"nothing is shown", nil, 0, false},
		{"of the component and of the other", show("ranker", "other"), 1, true},
		{"of the other alone", show("other"), 0, false},
	} {
		c := Judge(context.Background(), []*Candidate{candidate()}, Options{At: now})
		if err := c.Threaten(ThreatInput{Model: m, Library: lib, Component: "ranker", Now: now, Evidence: tt.evidence}); err != nil {
			t.Fatal(err)
		}
		unshown := 0
		for _, r := range c.Threats.Rows {
			if r.Cells[0].Change == Unshown {
				unshown++
				if r.Now != "evidenced" || r.Cells[0].Status != "applies" || r.Cells[0].Why == "" {
					t.Errorf("%s: %+v", tt.name, r)
				}
			}
		}
		if got := c.Threats.Totals[0].Shown; got < tt.was || tt.was == 0 && got > 0 || unshown > 0 != tt.nowUnshown || c.Threats.Totals[1].Shown > 0 {
			t.Errorf("%s: totals %+v, %d unshown", tt.name, c.Threats.Totals, unshown)
		}
	}
}

func FuzzReadLocks(f *testing.F) {
	f.Add("requirements.txt", "torch==2.1.0\n")
	f.Add("uv.lock", "[[package]]\nname = \"torch\"\nversion = \"2.1.0\"\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		tree, err := bound.Memory(map[string]string{name: text}, bound.Limits{})
		if err != nil {
			t.Skip()
		}
		defer tree.Close()
		l, err := ReadLocks(context.Background(), tree, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if versions, at := l.of("PyPI", "torch"); len(versions) != len(at) {
			t.Errorf("%v %v", versions, at)
		}
	})
}
