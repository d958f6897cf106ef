package assess

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

var keptAt = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// recorded is a check that a command makes.
func recorded() lodemark.Check {
	return lodemark.Check{ID: "dep-2-models-verified", Version: 2, Command: "lodemark verify MODEL --record", Help: "verify it", MaxAge: 30 * 24 * time.Hour, Each: true, Covers: lodemark.KindModel,
		Strength: lodemark.Exercised, Bears: []lodemark.Bearing{{Clause: "DEV-2.8", Settles: true}}}
}

func withKept(t *testing.T, files map[string]string, records ...lodemark.Evidence) *lodemark.Run {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Tree(t.Context(), tree, Options{Target: "desk", At: keptAt, Practices: []lodemark.Practice{{Guideline: "DEP-2", Kept: []lodemark.Check{recorded()}}},
		Kept: func(_ context.Context, system string, at time.Time) ([]lodemark.Evidence, []lodemark.Gap) {
			if system != "desk" || !at.Equal(keptAt) {
				t.Errorf("asked for the records of %q at %v", system, at)
			}
			return records, []lodemark.Gap{{Path: ".lodemark/ledger", Reason: "told"}}
		}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func record(change func(*lodemark.Evidence)) lodemark.Evidence {
	e := lodemark.Evidence{Check: "dep-2-models-verified", CheckVersion: 2, Outcome: lodemark.Passed, Strength: lodemark.Exercised, Reason: "verified", Canary: true,
		At: keptAt.Add(-time.Hour), Examined: []lodemark.Digest{{Path: "model/w.bin", SHA256: strings.Repeat("a", 64)}}, Kept: &lodemark.Kept{Signer: "release", Key: "sha256:aa", Trusted: true}}
	if change != nil {
		change(&e)
	}
	return e
}

func verdictOn(r *lodemark.Run, clause string) lodemark.ClauseResult {
	for _, c := range r.Assessment.Clauses {
		if c.ID == clause {
			return c
		}
	}
	return lodemark.ClauseResult{}
}

// What a record bears on, for how long and how strongly, is what today's check says; the record says what was seen.
func TestARecordMeansWhatTodaysCheckMeans(t *testing.T) {
	tree, err := bound.Memory(map[string]string{"model/w.bin": "weights"}, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := tree.Digest("model/w.bin")
	if err != nil {
		t.Fatal(err)
	}
	bind := func(e *lodemark.Evidence) { e.Examined[0].SHA256 = strings.TrimPrefix(sum, "sha256:") }
	for name, c := range map[string]struct {
		change   func(*lodemark.Evidence)
		want     lodemark.Verdict
		strength lodemark.Strength
	}{
		"as it is":                     {bind, lodemark.Met, lodemark.Exercised},
		"it claims a higher strength":  {func(e *lodemark.Evidence) { bind(e); e.Strength = lodemark.Observed }, lodemark.Met, lodemark.Exercised},
		"it claims other clauses":      {func(e *lodemark.Evidence) { bind(e); e.Bears = []lodemark.Bearing{{Clause: "OM-1.1", Settles: true}} }, lodemark.Met, lodemark.Exercised},
		"it claims a longer life":      {func(e *lodemark.Evidence) { bind(e); e.MaxAge = 1 << 60; e.At = keptAt.AddDate(0, 0, -31) }, lodemark.NotAssessed, lodemark.NoStrength},
		"another version of the check": {func(e *lodemark.Evidence) { bind(e); e.CheckVersion = 1 }, lodemark.NotAssessed, lodemark.NoStrength},
		"no check of ours":             {func(e *lodemark.Evidence) { bind(e); e.Check = "made-up" }, lodemark.NotAssessed, lodemark.NoStrength},
		"of other bytes":               {nil, lodemark.NotAssessed, lodemark.NoStrength},
		"of a path outside":            {func(e *lodemark.Evidence) { e.Examined[0].Path = "../w.bin" }, lodemark.NotAssessed, lodemark.NoStrength},
	} {
		t.Run(name, func(t *testing.T) {
			r := withKept(t, map[string]string{"model/w.bin": "weights"}, record(c.change))
			got := verdictOn(r, "DEV-2.8")
			if got.Verdict != c.want || got.Strength != c.strength {
				t.Errorf("%v, %v: %s", got.Verdict, got.Strength, got.Reason)
			}
			if got := verdictOn(r, "OM-1.1"); got.Verdict != lodemark.NotAssessed {
				t.Errorf("OM-1.1 is %v", got.Verdict)
			}
			if got.Verdict == lodemark.NotAssessed && len(got.Missing) == 0 {
				t.Error("nothing says which command would show it")
			}
		})
	}
}

// Verifying one of two models settles nothing about both.
func TestAPassHasToCoverAllModels(t *testing.T) {
	files := map[string]string{"a/w.pkl": "I42\n.", "b/w.pkl": "I43\n."}
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	of := func(entry int64, path string) lodemark.Evidence {
		sum, err := tree.Digest(path)
		if err != nil {
			t.Fatal(err)
		}
		return record(func(e *lodemark.Evidence) {
			e.Examined, e.Kept = []lodemark.Digest{{Path: path, SHA256: strings.TrimPrefix(sum, "sha256:")}}, &lodemark.Kept{Key: "sha256:aa", Trusted: true, Entry: entry}
		})
	}
	one := verdictOn(withKept(t, files, of(0, "a/w.pkl")), "DEV-2.8")
	if one.Verdict != lodemark.Inconclusive || !strings.Contains(one.Reason, "no record of it is about b/w.pkl") {
		t.Errorf("one of two: %v: %s", one.Verdict, one.Reason)
	}
	if both := verdictOn(withKept(t, files, of(0, "a/w.pkl"), of(1, "b/w.pkl")), "DEV-2.8"); both.Verdict != lodemark.Met {
		t.Errorf("both: %v: %s", both.Verdict, both.Reason)
	}
}

// A record may be bound to the names in a folder; what Lodemark keeps itself is no part of it.
func TestNamesInAFolder(t *testing.T) {
	files := map[string]string{"model/w.bin": "weights", "model/config.json": "{}", "README.md": "x"}
	names := ListingDigest([]string{"model/w.bin", "model/config.json", "README.md"}, "model/")
	all := ListingDigest([]string{"model/w.bin", "model/config.json", "README.md", ".lodemark/ledger/checkpoint"}, "./")
	if names == "" || all != ListingDigest([]string{"README.md", "model/config.json", "model/w.bin"}, "./") || ListingDigest(nil, "model/") != "" {
		t.Fatal("the digests of names depend on their order, or on what Lodemark keeps")
	}
	for name, c := range map[string]struct {
		folder, digest, added string
		want                  lodemark.Verdict
	}{
		"the same names":              {"model/", names, "", lodemark.Met},
		"one more elsewhere":          {"model/", names, "data/x", lodemark.Met},
		"one more in it":              {"model/", names, "model/x.pkl", lodemark.NotAssessed},
		"the whole tree":              {"./", all, "", lodemark.Met},
		"the whole tree and a record": {"./", all, ".lodemark/ledger/tile/0/000.p/1", lodemark.Met},
		"the whole tree and a file":   {"./", all, "x", lodemark.NotAssessed},
	} {
		now := map[string]string{}
		for k, v := range files {
			now[k] = v
		}
		if c.added != "" {
			now[c.added] = "more"
		}
		r := withKept(t, now, record(func(e *lodemark.Evidence) { e.Examined = []lodemark.Digest{{Path: c.folder, SHA256: c.digest}} }))
		if got := verdictOn(r, "DEV-2.8"); got.Verdict != c.want {
			t.Errorf("%s: %v: %s", name, got.Verdict, got.Reason)
		}
	}
}

// Whoever can write into the target and cannot sign can name any number of files and folders: that is bounded, and told.
func TestUntrustedRecordsAreBounded(t *testing.T) {
	var many []lodemark.Evidence
	for i := range 30 {
		many = append(many, record(func(e *lodemark.Evidence) {
			e.Kept = &lodemark.Kept{Key: "sha256:bb", Entry: int64(i), Why: "unknown"}
			e.Examined = nil
			for k := range 1000 {
				e.Examined = append(e.Examined, lodemark.Digest{Path: fmt.Sprintf("%d/%d/", i, k), SHA256: "00"})
			}
		}))
	}
	r := withKept(t, map[string]string{"a": "b"}, many...)
	if len(r.Gaps) != 2 || !strings.Contains(r.Gaps[1].Reason+r.Gaps[0].Reason, "the others were left out") {
		t.Errorf("gaps: %+v", r.Gaps)
	}
	if got := verdictOn(r, "DEV-2.8"); got.Verdict == lodemark.Met {
		t.Error("met by records that nobody trusts")
	}
}

// The last record of each signer stands beside those of the run; one of a check that the run made does not.
func TestWhichRecordsStand(t *testing.T) {
	second := func(entry int64, key string, at time.Time) lodemark.Evidence {
		return record(func(e *lodemark.Evidence) { e.Kept = &lodemark.Kept{Key: key, Trusted: true, Entry: entry}; e.At = at })
	}
	r := withKept(t, map[string]string{"a": "b"}, second(0, "a", keptAt.Add(-3*time.Hour)), second(1, "b", keptAt.Add(-2*time.Hour)), second(2, "a", keptAt.Add(-time.Hour)))
	var entries []int64
	for _, e := range r.Evidence {
		entries = append(entries, e.Kept.Entry)
	}
	if len(entries) != 2 || entries[0] != 1 || entries[1] != 2 {
		t.Errorf("entries %v stand", entries)
	}
	if len(r.Gaps) != 1 || r.Gaps[0].Reason != "told" {
		t.Errorf("gaps: %+v", r.Gaps)
	}
}
