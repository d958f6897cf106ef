package osv

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
)

// TestOracleRecords takes the ranges of a real database (LODEMARK_OSV names its folder) and the versions that it lists for the same
// packages, and asks the second implementations about 50,000 of them for each ecosystem.
func TestOracleRecords(t *testing.T) {
	dir := os.Getenv("LODEMARK_OSV")
	if dir == "" {
		t.Skip("NOT COMPARED over real advisories: LODEMARK_OSV names no database")
	}
	var mu sync.Mutex
	spans, versions := map[[2]string][]span{}, map[[2]string]map[string]bool{}
	visit := func(name string, data []byte) {
		r, err := parse(name, data)
		if err != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		for i := range r.Affected {
			a := &r.Affected[i]
			key := [2]string{a.Package.Ecosystem, a.Package.Name}
			more, _ := spansOf(a)
			spans[key] = append(spans[key], more...)
			if versions[key] == nil {
				versions[key] = map[string]bool{}
			}
			for _, v := range a.Versions {
				versions[key][v] = true
			}
			for _, s := range more {
				for _, m := range s.events {
					if m.version != "0" && m.kind != limited {
						versions[key][m.version] = true
					}
				}
			}
		}
	}
	if _, _, err := (source{dir: dir}).read(context.Background(), visit); err != nil {
		t.Fatal(err)
	}
	for _, ecosystem := range []string{Go, PyPI, NPM} {
		var all []triple
		for key, list := range spans {
			for _, s := range list {
				for v := range versions[key] {
					if key[0] == ecosystem && !slices.ContainsFunc(s.events, func(m mark) bool { return m.kind == limited }) {
						all = append(all, triple{ecosystem, v, s.events})
					}
				}
			}
		}
		slices.SortFunc(all, func(a, b triple) int { return len(a.version) - len(b.version) })
		rand.New(rand.NewPCG(1, 1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:min(len(all), 50_000)]
		if len(all) == 0 {
			t.Logf("%s: no advisories in %s", ecosystem, dir)
			continue
		}
		var want []string
		switch ecosystem {
		case Go:
			for _, x := range all {
				want = append(want, goJudge(x))
			}
		case PyPI:
			want = run(t, all, "/usr/bin/python3", "testdata/oracle.py")
		case NPM:
			if _, err := exec.LookPath("node"); err != nil {
				t.Fatal(err)
			}
			want = run(t, all, "node", "testdata/oracle.cjs", semverModule())
		}
		compare(t, all, want)
	}
}
