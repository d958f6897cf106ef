package gate

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

func waiver(reason, date, until string) string {
	return "  - rule: the-rule\n    by: Risk owner\n    requested_by: ML engineer\n    reason: " + reason + "\n    date: " + date + "\n    until: " + until + "\n"
}

// When a waiver lets a rule through, when it does no longer, and what is said of it.
func TestWaivers(t *testing.T) {
	failing := world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Failed, print24)}, findings: []lodemark.Finding{finding("dev-1-pinned-images", lodemark.SeverityHigh, print24)}}
	passing := world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Passed)}}
	const reason = "The image is rebuilt in the next release"
	for _, tt := range []struct {
		name    string
		world   world
		at      string
		waivers string
		want    Result
		says    string
	}{
		{"in force", failing, "2026-11-26", waiver(reason, "2026-11-01", "2026-12-01"), RuleWaived, "waiver until 2026-12-01 by Risk owner, asked for by ML engineer: " + reason},
		{"its last day", failing, "2026-11-30", waiver(reason, "2026-11-01", "2026-12-01"), RuleWaived, ""},
		{"it ends by itself", failing, "2026-12-01", waiver(reason, "2026-11-01", "2026-12-01"), RuleNotMet, "the waiver of 2026-11-01 by Risk owner ended on 2026-12-01"},
		{"dated ahead", failing, "2026-11-26", waiver(reason, "2026-11-27", "2026-12-27"), RuleNotMet, ""},
		{"not needed", passing, "2026-11-26", waiver(reason, "2026-11-01", "2026-12-01"), RuleMet, ""},
		{"renewed for another reason", failing, "2027-06-01", waiver(reason, "2026-11-01", "2027-04-30") + waiver("The supplier of the image is gone, and another is chosen", "2027-04-30", "2027-08-01"), RuleWaived,
			"(borne since 2026-11-01, renewed once)"},
		{"renewed in the same words", failing, "2027-05-02", waiver(reason, "2026-11-01", "2027-04-30") + waiver("the image is rebuilt, in the NEXT release!", "2027-04-30", "2027-08-01"), RuleNotMet,
			"the waiver of 2027-04-30 by Risk owner has no effect: it renews the decision of 2026-11-01 for the same reason, which bears a risk for 180 days, until 2027-04-30"},
		{"a row of them, dated ahead", failing, "2027-05-02", waiver(reason, "2026-11-01", "2027-04-30") + waiver(reason, "2027-01-01", "2027-06-01"), RuleNotMet, "has no effect"},
		{"the same words after a lapse", failing, "2027-08-01", waiver(reason, "2026-11-01", "2027-04-30") + waiver(reason, "2027-07-01", "2027-09-01"), RuleWaived, "waiver until 2027-09-01"},
	} {
		w := tt.world
		w.at = tt.at
		v := judge(t, read(t, policyOf(`passed("dev-1-pinned-images")`)+"waivers:\n"+tt.waivers), w)
		l := v.Lines[0]
		if l.Result != tt.want || !strings.Contains(l.Waiver, tt.says) || v.Met != (tt.want != RuleNotMet) {
			t.Errorf("%s: %s (%s), met %v, wanted %s and %q", tt.name, l.Result, l.Waiver, v.Met, tt.want, tt.says)
		}
		if tt.want == RuleWaived && (len(v.Borne) == 0 || len(l.Parts) == 0) {
			t.Errorf("%s: what is waived is not told: %q, %v", tt.name, v.Borne, l.Parts)
		}
	}
}

// A waiver may be of a rule of the built-in policy that a policy extends, and of no other.
func TestWaiverOfBuiltin(t *testing.T) {
	text := "schema: lodemark.policy/1\nextends: starter\nwaivers:\n" + strings.Replace(waiver("The threat model is drawn next week", "2026-11-20", "2026-12-20"), "the-rule", "threat-model", 1)
	v, err := Judge(t.Context(), read(t, text), soundRun(func(w *world) { w.without("sd-2-threat-model") }))
	if err != nil {
		t.Fatal(err)
	}
	if !v.Met || v.Counts.Waived != 1 || !strings.Contains(v.Reason, "1 more for a time by waiver") {
		t.Errorf("met %v, %s", v.Met, v.Reason)
	}
}
