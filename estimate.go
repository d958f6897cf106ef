package lodemark

import (
	"math"
	"strings"
)

// FoundBy is the detail of a model in System.Code that tells which discovery saw it: the call that takes it, the name that only models
// bear, or both. It says how something was found and nothing of what it is, so no fingerprint and no lock holds it.
const FoundBy = "found_by"

// The values of FoundBy.
const (
	FoundByCall = "call"
	FoundByName = "name"
	FoundByBoth = "call and name"
)

// Estimate says how many models that code names two discoveries have probably both missed (DEV-2.1). A model counts once for each file: the
// line that names it and the line that asks it are mostly two.
//
// It is Chapman's form of the Lincoln-Petersen estimate: what one discovery saw of that which the other saw tells what share it sees at all. It
// holds as far as the two are independent; models that are hard to see for both make it too low, so it is read as "at least about".
type Estimate struct {
	Found  int // models with a name, outside tests, once for each file; by_call + by_name - both
	ByCall int // of these, seen by the call that takes them
	ByName int // seen by a name that only models bear
	Both   int
	// Missed is the estimate of what both missed, and Low to High its 95 % interval; both are meaningless unless Enough.
	Missed, Low, High float64
}

// enoughBoth is how many both have to have seen for the estimate to be about unbiased (Robson and Regier 1964).
const enoughBoth = 7

// Enough says whether so much was seen by both that the estimate means anything.
func (e Estimate) Enough() bool { return e.Both >= enoughBoth }

// EstimateModels counts the models that source code and settings name, by the discoveries that saw them, and estimates what both missed. What
// stands in tests, and references that files do not resolve, are left out.
func EstimateModels(code []Component) Estimate {
	type model struct{ path, name string }
	call, name := map[model]bool{}, map[model]bool{}
	for i := range code {
		c := &code[i]
		if c.Test || c.Origin == OriginUnresolved || !c.Kind.IsModel() {
			continue
		}
		m, by := model{c.Path, strings.ToLower(c.Name)}, c.Detail[FoundBy]
		if by == FoundByCall || by == FoundByBoth {
			call[m] = true
		}
		if by == FoundByName || by == FoundByBoth {
			name[m] = true
		}
	}
	e := Estimate{ByCall: len(call), ByName: len(name)}
	for m := range call {
		if name[m] {
			e.Both++
		}
	}
	e.Found = e.ByCall + e.ByName - e.Both
	if !e.Enough() {
		return e
	}
	n, m, both := float64(e.ByCall), float64(e.ByName), float64(e.Both)
	all := (n+1)*(m+1)/(both+1) - 1
	spread := 1.96 * math.Sqrt((n+1)*(m+1)*(n-both)*(m-both)/((both+1)*(both+1)*(both+2)))
	e.Missed = max(0, all-float64(e.Found))
	e.Low, e.High = max(0, e.Missed-spread), e.Missed+spread
	return e
}
