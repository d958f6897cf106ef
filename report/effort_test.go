package report

import (
	"testing"

	"github.com/lodemark/lodemark"
)

// What kind of work it is goes by the place: a person writes a text, everything else is a place to change.
func TestEffort(t *testing.T) {
	at := func(paths ...string) []lodemark.Finding {
		var out []lodemark.Finding
		for _, p := range paths {
			out = append(out, lodemark.Finding{Path: p, Message: "about " + p})
		}
		return out
	}
	for _, c := range []struct {
		findings []lodemark.Finding
		strength lodemark.Strength
		want     string
	}{
		{at("deploy/signing.key"), lodemark.Present, "1 place to change"},
		{at("settings.yaml", "settings.yaml"), lodemark.Present, "2 places to change"},
		{at("requirements.txt"), lodemark.Present, "1 place to change"},
		{at("docs/requirements.txt"), lodemark.Present, "1 place to change"},
		{at("app/templates/chat.html"), lodemark.Present, "1 place to change"},
		{at("docs/incident-plan.md"), lodemark.Enforced, "a text to write"},
		{at("SECURITY.rst", "SECURITY.rst"), lodemark.Present, "a text to write"},
		{at("docs/plan.html", ".well-known/security.txt", "README.txt"), lodemark.Present, "3 texts to write"},
		{at("lodemark.yaml"), lodemark.Present, "a text to write"},
		{at("threats.yaml"), lodemark.Present, "a text to write"},
		{append(at("lodemark.yaml"), lodemark.Finding{Path: "lodemark.yaml", Message: "another"}), lodemark.Present, "2 texts to write"},
		{at("docs/a.md", "Dockerfile"), lodemark.Present, "2 places to change"},
		{at(""), lodemark.Present, "a text to write"},
		{at(""), lodemark.Enforced, "1 place to change"},
	} {
		if got := (action{Check: lodemark.Check{ID: "check", Strength: c.strength}, Findings: c.findings}).Effort(); got != c.want {
			t.Errorf("%q: %s, want %s", c.findings[0].Path, got, c.want)
		}
	}
}
