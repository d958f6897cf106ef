package report

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// Two findings of one check are of the same kind where they say the same of different places.
func TestAlike(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b lodemark.Finding
		kin  bool
	}{
		{"other names and paths",
			lodemark.Finding{Message: "app/Dockerfile builds an image that runs as root, so a model has all rights in it."},
			lodemark.Finding{Message: "web/Dockerfile builds an image that runs as root, so a model has all rights in it."}, true},
		{"a name that is a plain word",
			lodemark.Finding{Message: "Nothing in the workflow limits the token of the job build, so it may do all."},
			lodemark.Finding{Message: "Nothing in the workflow limits the token of the job publish, so it may do all."}, true},
		{"what stands in quotes",
			lodemark.Finding{Message: `The value of "first of all keys" stands in clear`}, lodemark.Finding{Message: "The value of `other` stands in clear"}, true},
		{"the same advice",
			lodemark.Finding{Message: ".env holds an OpenAI key in clear", Fix: "revoke it"}, lodemark.Finding{Message: "the value of API_KEY is readable", Fix: "revoke it"}, true},
		{"another defect",
			lodemark.Finding{Message: "server.auth.enabled=false lets everybody in without a login by default."},
			lodemark.Finding{Message: "trust_remote_code=true runs code from the repository of whatever model is loaded by default."}, false},
		{"half a sentence in common",
			lodemark.Finding{Message: "settings.json allows every action unasked: text that the agent reads can make it act."},
			lodemark.Finding{Message: "settings.json allows any shell command: text that the agent reads can make it act."}, false},
		{"another severity",
			lodemark.Finding{Message: "a floats", Fix: "pin it", Severity: lodemark.SeverityHigh}, lodemark.Finding{Message: "a floats", Fix: "pin it"}, false},
		{"no words to compare",
			lodemark.Finding{Message: "模型一"}, lodemark.Finding{Message: "模型二"}, false},
	} {
		if same, rest := alike([]lodemark.Finding{c.a, c.b}); (len(same) == 2) != c.kin || len(same)+len(rest) != 2 {
			t.Errorf("%s: of the same kind: %v, want %v", c.name, len(same) == 2, c.kin)
		}
	}
}

func TestPlaces(t *testing.T) {
	f := func(s lodemark.Severity, path, message string) lodemark.Finding {
		return lodemark.Finding{ID: "check", Severity: s, Path: path, Line: 4, Message: message}
	}
	const grave, light = "a pull request gets in with the rights of the repository", "nothing limits the token of the workflow"
	high, low := lodemark.SeverityHigh, lodemark.SeverityLow
	for want, in := range map[string][]lodemark.Finding{
		"a:4":           {f(high, "a", grave)},
		"a:4, also b:4": {f(high, "a", grave), f(high, "b", grave), f(high, "a", grave)},
		"a:4; and 2 lesser findings of this check":                  {f(high, "a", grave), f(low, "b", light), f(low, "c", light)},
		"a:4, also b:4; and 1 other finding of this check":          {f(high, "a", grave), f(high, "b", grave), f(high, "c", light)},
		"a:4, also b:4, c:4, d:4, e:4":                              {f(low, "a", light), f(low, "b", light), f(low, "c", light), f(low, "d", light), f(low, "e", light)},
		"a:4, also b:4, c:4, d:4 and 2 more":                        {f(low, "a", light), f(low, "b", light), f(low, "c", light), f(low, "d", light), f(low, "e", light), f(low, "f", light)},
		"a:4, also b:4; and 2 other findings of this check":         {f(low, "a", light), f(low, "b", light), f(low, "c", grave), f(lodemark.SeverityInfo, "d", grave)},
		"a:4, also b:4; and 1 lesser finding of this check":         {f(high, "a", grave), f(high, "b", grave), f(low, "b", grave)},
		"the system as a whole; and 1 lesser finding of this check": {f(high, "", grave), f(low, "b", grave)},
	} {
		if got := places(in); got != want {
			t.Errorf("places %q, want %q", got, want)
		}
	}
}

// The comment under a pull request keeps lesser findings apart as well.
func TestMarkdownKeepsKindsApart(t *testing.T) {
	r := made()
	out := written(t, writeMarkdown, r, Options{})
	if !strings.Contains(out, "   And 2 other findings of this check.\n") {
		t.Errorf("the findings of dev-1-pinned-images are charged with the first one's defect:\n%s", out)
	}
	for i := range r.Findings {
		if r.Findings[i].ID == "dev-1-pinned-images" {
			r.Findings[i].Message, r.Findings[i].Severity = "python:3 floats", lodemark.SeverityMedium
		}
	}
	if out := written(t, writeMarkdown, r, Options{}); !strings.Contains(out, "   And 2 more places of the same kind.\n") {
		t.Errorf("places of the same kind are not said to be:\n%s", out)
	}
}
