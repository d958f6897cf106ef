package brief

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// What records show is named, what they no longer show before it; users are told of neither, and without records there is nothing.
func TestWhatRecordsShow(t *testing.T) {
	claimed := strings.Replace(desk, "pinned: digest}", "pinned: digest, path: model, controls: [LDM-C21]}", 1)
	file := lodemark.Digest{Path: "model/weights.pkl", SHA256: strings.Repeat("a", 64)}
	shown := threat.Shown{Mitigation: "LDM-C21", Component: "ranker", By: "sign", At: day.AddDate(0, 0, -2), Bound: []lodemark.Digest{file}}
	lib, _ := threat.LoadLibrary()
	for _, tt := range []struct {
		name   string
		role   lodemark.Role
		inUse  string
		none   bool
		has    []string
		hasNot string
	}{
		{"shown", lodemark.Developer, file.SHA256, false, []string{"It is dealt with, and records show it. ", "shown by sign on 2026-10-30", "[ranker] LDM-T", "by LDM-C21"}, "no longer"},
		{"another byte", lodemark.Owner, strings.Repeat("b", 64), false, []string{"no longer counts; show it anew. ", "model/weights.pkl is not what it was shown for"}, "and records show it"},
		{"users", lodemark.User, file.SHA256, true, nil, ""},
	} {
		in := input(t, tt.role, claimed)
		before := New(in)
		in.Threats = threat.Evaluate(in.Model, lib, day, threat.Evidence{Shown: []threat.Shown{shown}, InUse: map[string]string{file.Path: tt.inUse}}, nil)
		b := New(in)
		got := texts(b.Shown)
		if (len(b.Shown) == 0) != tt.none || len(b.Shown) > shownMost || len(before.Shown) > 0 {
			t.Errorf("%s: %s", tt.name, got)
		}
		for _, w := range tt.has {
			if !strings.Contains(got, w) {
				t.Errorf("%s lacks %q:\n%s", tt.name, w, got)
			}
		}
		if tt.hasNot != "" && strings.Contains(got, tt.hasNot) {
			t.Errorf("%s says %q:\n%s", tt.name, tt.hasNot, got)
		}
		if !tt.none && b.Digest == before.Digest {
			t.Errorf("%s: the digest is that of a page without records", tt.name)
		}
	}
}
