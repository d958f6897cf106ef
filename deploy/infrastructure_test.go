package deploy

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
)

func tryInfrastructure(t *testing.T, c lodemark.Check, files map[string]string) lodemark.Result {
	t.Helper()
	r, err := assess.Try(context.Background(), c, lodemark.Example{Files: files}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The examples of every check, tried as an assessment tries them: the bad ones fail with findings that say where, why and
// what to do; the good ones pass.
func TestInfrastructureExamples(t *testing.T) {
	for _, c := range infrastructure().Checks {
		for _, e := range c.Bad {
			t.Run(c.ID+"/"+e.Name, func(t *testing.T) {
				r := tryInfrastructure(t, c, e.Files)
				if r.Outcome != lodemark.Failed || len(r.Findings) == 0 {
					t.Fatalf("%s (%s), gaps %v; want a failure with findings", r.Outcome, r.Reason, r.Gaps)
				}
				for _, f := range r.Findings {
					text, there := e.Files[f.Path]
					if !there || f.Message == "" || f.Fix == "" || f.Key == "" || f.Line > strings.Count(text, "\n") || f.Severity > c.Severity || strings.Contains(f.Message, "\x00") {
						t.Errorf("finding %+v", f)
					}
				}
			})
		}
		for _, e := range c.Good {
			t.Run(c.ID+"/"+e.Name, func(t *testing.T) {
				if r := tryInfrastructure(t, c, e.Files); r.Outcome != lodemark.Passed || r.Reason == "" {
					t.Errorf("%s (%s), findings %+v, gaps %v; want a pass", r.Outcome, r.Reason, r.Findings, r.Gaps)
				}
			})
		}
	}
}
