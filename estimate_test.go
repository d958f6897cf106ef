package lodemark

import (
	"fmt"
	"math"
	"testing"
)

// Chapman's estimate of all that there is, (call+1)(name+1)/(both+1) - 1, less what was found.
func TestEstimateModels(t *testing.T) {
	code := func(call, name, both int) (all []Component) {
		for by, n := range map[string]int{FoundByCall: call, FoundByName: name, FoundByBoth: both} {
			for range n {
				all = append(all, Component{Kind: KindHostedModel, Name: fmt.Sprint("model-", len(all)), Path: "app.py", Origin: OriginInferred, Detail: map[string]string{FoundBy: by}})
			}
		}
		return all
	}
	for _, tt := range []struct {
		call, name, both  int // seen by one alone, by the other alone, by both
		enough            bool
		missed, low, high float64
	}{
		{0, 0, 0, false, 0, 0, 0},
		{3, 2, 6, false, 0, 0, 0},  // too few to say anything
		{0, 0, 20, true, 0, 0, 0},  // each saw all that the other did
		{10, 0, 20, true, 0, 0, 0}, // the call saw all that the name did
		{10, 10, 20, true, 4.76, 0, 10.93},
		{40, 60, 100, true, 23.76, 9.58, 37.95},
	} {
		e := EstimateModels(code(tt.call, tt.name, tt.both))
		near := func(a, b float64) bool { return math.Abs(a-b) < 0.01 }
		if e.Found != tt.call+tt.name+tt.both || e.ByCall != tt.call+tt.both || e.ByName != tt.name+tt.both || e.Both != tt.both || e.Enough() != tt.enough ||
			!near(e.Missed, tt.missed) || !near(e.Low, tt.low) || !near(e.High, tt.high) {
			t.Errorf("%+v: %+v", tt, e)
		}
	}
	// The line that names a model and the line that asks it are one model; in another file it is another one.
	twice := []Component{
		{Kind: KindHostedModel, Name: "gpt-5", Path: "app.py", Line: 1, Detail: map[string]string{FoundBy: FoundByName}},
		{Kind: KindHostedModel, Name: "GPT-5", Path: "app.py", Line: 9, Detail: map[string]string{FoundBy: FoundByCall}},
		{Kind: KindHostedModel, Name: "gpt-5", Path: "eval.py", Line: 1, Detail: map[string]string{FoundBy: FoundByName}},
	}
	if e := EstimateModels(twice); e.Found != 2 || e.ByCall != 1 || e.ByName != 2 || e.Both != 1 {
		t.Errorf("%+v", e)
	}
	aside := []Component{
		{Kind: KindHostedModel, Test: true, Detail: map[string]string{FoundBy: FoundByCall}},
		{Kind: KindHostedModel, Origin: OriginUnresolved, Detail: map[string]string{FoundBy: FoundByCall}},
		{Kind: KindPrompt, Detail: map[string]string{FoundBy: FoundByCall}},
		{Kind: KindHostedModel},
	}
	if e := EstimateModels(aside); e != (Estimate{}) {
		t.Errorf("counted what decides nothing: %+v", e)
	}
}
