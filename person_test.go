package lodemark

import "testing"

func TestSamePerson(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Security lead", "security  LEAD <lead@example.org>", true},
		{"A <x@example.org>", "B < X@example.org >", true},
		{"x@example.org", "B <x@example.org>", true},
		{"A <#on-call>", "B <#on-call>", false}, // a channel is a team's
		{"A", "B", false},
		{"", "", false},
		{"A <a@example.org>", "", false},
		{"<a@example.org>", "<b@example.org>", false},
	} {
		if got := SamePerson(ParsePerson(tt.a), ParsePerson(tt.b)); got != tt.want {
			t.Errorf("%q and %q: %v", tt.a, tt.b, got)
		}
	}
}
