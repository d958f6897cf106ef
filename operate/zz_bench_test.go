package operate

import (
	"context"
	"fmt"
	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/discover"
	"os"
	"sync"
	"testing"
	"time"
)

func TestZZ(t *testing.T) {
	for _, d := range dirs() {
		tree, err := bound.Open("/tmp/corpus/"+d, bound.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		sys, err := discover.Discover(context.Background(), tree, lodemark.Declaration{})
		if err != nil {
			t.Fatal(err)
		}
		s := &lodemark.Subject{System: sys, At: time.Now(), Read: tree.ReadFile, Digest: tree.Digest, Memo: &sync.Map{}}
		for _, p := range Practices() {
			for _, c := range p.Checks {
				t0 := time.Now()
				r := c.Run(context.Background(), s)
				fmt.Fprintln(os.Stderr, d, len(sys.Files), c.ID, time.Since(t0), r.Outcome, r.Reason)
			}
		}
	}
}

func dirs() (o []string) {
	es, _ := os.ReadDir("/tmp/corpus")
	for _, e := range es {
		o = append(o, e.Name())
	}
	return
}
