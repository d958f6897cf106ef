package report

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// A record of an earlier run is drawn with who signed it, and one that nobody trusts as the target's own.
func TestHTMLDrawsWhoSignedKeptRecords(t *testing.T) {
	r := made()
	e := lodemark.Evidence{Check: "dep-2-models-verified", CheckVersion: 1, Bears: []lodemark.Bearing{{Clause: "DEV-2.8", Settles: true}}, Outcome: lodemark.Passed,
		Strength: lodemark.Exercised, Reason: "verified", Canary: true, At: r.At, Kept: &lodemark.Kept{Signer: "release <b>", Trusted: true, Entry: 7}}
	own := e
	own.Check, own.Kept = "dep-2-verified-before-use", &lodemark.Kept{Why: "nobody <i> is trusted", Entry: 8}
	r.Evidence = append(r.Evidence, e.Sealed(), own.Sealed())
	r.Recorded = []lodemark.Check{{ID: "dep-2-models-verified", Title: "Models are what was signed"}}
	out := written(t, writeHTML, r, Options{})
	for _, want := range []string{"signed by release &lt;b&gt; (entry 7 of the ledger)", "self-signed (entry 8 of the ledger): nobody &lt;i&gt; is trusted", "Models are what was signed"} {
		if !strings.Contains(out, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
