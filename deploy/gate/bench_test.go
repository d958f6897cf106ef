package gate

import "testing"

// What a gate costs beside the assessment: reading, compiling and asking the largest built-in policy, twice (the second time over
// nothing, which must not be met).
func BenchmarkJudge(b *testing.B) {
	in := soundRun(nil)
	for b.Loop() {
		p, err := Builtin("critical")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Judge(b.Context(), p, in); err != nil {
			b.Fatal(err)
		}
	}
}

// What a policy costs that is read before an assessment, and not asked.
func BenchmarkCheck(b *testing.B) {
	known := Known{realChecks()}
	for b.Loop() {
		p, err := Builtin("critical")
		if err != nil {
			b.Fatal(err)
		}
		if err := p.Check(known); err != nil {
			b.Fatal(err)
		}
	}
}
