package main

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/bound"
)

// A target whose files declare that no clause applies to it has not been assessed, whatever its checks looked at.
func TestEverythingDeclaredAway(t *testing.T) {
	files := map[string]string{"Dockerfile": fmt.Sprintf("FROM python@sha256:%064d\nUSER 1000\n", 1), "README.md": ""}
	verdictOf := func() (*lodemark.Run, error) {
		tree, err := bound.Memory(files, bound.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		r, err := assess.Tree(context.Background(), tree, assess.Options{Target: "app", Practices: practices(), At: assess.ExampleTime()})
		if err != nil {
			t.Fatal(err)
		}
		return r, verdict(r, &gate{}, io.Discard)
	}
	if _, err := verdictOf(); err != nil {
		t.Fatalf("before: %v", err)
	}
	date := assess.ExampleTime().Format(time.DateOnly)
	for _, c := range lodemark.Guidelines().Clauses() {
		files[assess.DecisionFolder+"/"+c.ID+".yaml"] = "schema: lodemark.decision/1\nkind: not-applicable\nclause: " + c.ID +
			"\nby: Risk owner\nrequested_by: ML engineer\nreason: this does not apply to what we do\ndate: " + date + "\nuntil: \"2027-04-01\"\n" +
			"bound: [{path: README.md, sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855}]\n"
	}
	r, err := verdictOf()
	if n := r.Assessment.Total().NotApplicable; n != len(lodemark.Guidelines().Clauses()) {
		t.Fatalf("%d clauses are declared away; gaps %+v", n, r.Gaps)
	}
	if e, ok := err.(*exit); !ok || e.code != exitUnknown {
		t.Errorf("%v, want exit %d", err, exitUnknown)
	}
}
