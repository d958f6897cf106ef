package madeup

import (
	"testing"

	"github.com/lodemark/lodemark"
)

// The made-up run is worth its name only while it holds every verdict, strength and kind of word.
func TestTheRunHoldsEverything(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Run().Assessment.Clauses {
		if c.Later {
			seen["later"] = true
			continue
		}
		seen[c.Verdict.String()], seen[c.Strength.String()] = true, true
		seen["waived"] = seen["waived"] || c.Waived != ""
		seen["word alone"] = seen["word alone"] || c.Attested != "" && c.Verdict == lodemark.NotAssessed
		seen["word beside evidence"] = seen["word beside evidence"] || c.Attested != "" && c.Verdict == lodemark.Met
		seen["self-signed"] = seen["self-signed"] || c.SelfSigned != ""
	}
	for _, want := range []string{"later", "met", "not met", "inconclusive", "not assessed", "not applicable", "none", "declared", "present", "enforced", "exercised", "observed", "waived", "word alone",
		"word beside evidence", "self-signed"} {
		if !seen[want] {
			t.Errorf("there is no clause that is %s", want)
		}
	}
	for _, f := range Run().Findings {
		seen["accepted finding"] = seen["accepted finding"] || f.Accepted != ""
	}
	if !seen["accepted finding"] {
		t.Error("no finding is accepted")
	}
}
