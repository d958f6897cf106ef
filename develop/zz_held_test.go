package develop

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/lodemark/lodemark/internal/document"
)

func TestZZCards(t *testing.T) {
	dir := os.Getenv("CARDS_DIR")
	if dir == "" {
		t.Skip()
	}
	data, _ := os.ReadFile(os.Getenv("CARDS_LABELS"))
	var l struct {
		Fields []string
		Labels map[string]map[string]int
	}
	json.Unmarshal(data, &l)
	names := map[string]string{"creation": fieldCreation, "operation": fieldOperation, "lifecycle": fieldLifeCycle, "sources": fieldSources, "scope": fieldScope, "limitations": fieldLimits, "guardrails": fieldGuardrails, "retention": fieldRetention, "review": fieldReview, "failures": fieldFailures}
	var files []string
	for f := range l.Labels {
		files = append(files, f)
	}
	sort.Strings(files)
	agree, n := 0, 0
	per := map[string][4]int{}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f))
		if err != nil {
			t.Fatal(err)
		}
		d := document.Read(f, raw)
		for _, k := range l.Fields {
			s := cardFields(d, names[k])[names[k]]
			got := 0
			if s.state == filled {
				got = 1
			}
			n++
			want := l.Labels[f][k]
			p := per[k]
			p[want*2+got]++
			per[k] = p
			if got == want {
				agree++
			} else {
				fmt.Printf("%-12s want %d got %d state %d line %d %s | %.200q\n", k, want, got, s.state, s.line, f, s.text)
			}
			if os.Getenv("CARDS_ALL") != "" && got == 1 && want == 1 {
				fmt.Printf("   ok %-12s line %d %s | %.150q\n", k, s.line, f, s.text)
			}
		}
	}
	p, z, m := float64(agree)/float64(n), 1.96, float64(n)
	c := (p + z*z/2/m) / (1 + z*z/m)
	h := z * math.Sqrt(p*(1-p)/m+z*z/4/m/m) / (1 + z*z/m)
	fmt.Printf("agree %d of %d = %.2f%% wilson %.1f to %.1f\n", agree, n, 100*p, 100*(c-h), 100*(c+h))
	for _, k := range l.Fields {
		p := per[k]
		fmt.Printf("%-12s both no %d, false yes %d, missed %d, both yes %d\n", k, p[0], p[1], p[2], p[3])
	}
}
