// Package trial helps tests of formats: it gives bytes to them as the engine does, and says what they said.
package trial

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Look gives bytes to every format that claims them, and returns what was found and who claimed them.
func Look(t testing.TB, formats []inspect.Format, name string, data []byte) (found *inspect.Found, claimed []string) {
	t.Helper()
	found = &inspect.Found{}
	p := inspect.NewPart(name, bytes.NewReader(data), int64(len(data)), found, nil)
	for _, f := range formats {
		if len(data) == 0 || !f.Claims(p) {
			continue
		}
		claimed = append(claimed, f.Name)
		var damage *inspect.DamageError
		switch err := f.Scan(context.Background(), p); {
		case errors.As(err, &damage):
			p.Say(inspect.NotRead, "damaged", damage.Offset, "as %s: %s", f.Name, damage.Reason)
		case err != nil:
			t.Fatalf("%s: %v", name, err)
		}
	}
	return found, claimed
}

// Worst is the reason that decides.
func Worst(f *inspect.Found) string {
	for _, r := range f.Reasons {
		if r.Verdict == f.Verdict {
			return r.ID + ": " + r.Message
		}
	}
	return ""
}

// Check looks at a file that a format must claim first, and that must get a verdict whose reason says something.
func Check(t *testing.T, formats []inspect.Format, format, name string, data []byte, want inspect.Verdict, says string) {
	t.Helper()
	found, claimed := Look(t, formats, name, data)
	if len(claimed) == 0 || claimed[0] != format {
		t.Fatalf("claimed by %v, want %s", claimed, format)
	}
	if found.Verdict != want || !strings.Contains(Worst(found), says) {
		t.Errorf("got %s (%s), want %s saying %q", found.Verdict, Worst(found), want, says)
	}
}

// Canaries holds every format to its canary and to a sentence on what it does.
func Canaries(t *testing.T, formats []inspect.Format) {
	t.Helper()
	for _, f := range formats {
		name, data := f.Canary()
		found, claimed := Look(t, formats, name, data)
		if !slices.Contains(claimed, f.Name) {
			t.Errorf("%s: its canary is claimed by %v", f.Name, claimed)
		}
		if found.Verdict != f.CanaryWant {
			t.Errorf("%s: its canary is %s (%s), want %s", f.Name, found.Verdict, Worst(found), f.CanaryWant)
		}
		if !strings.HasSuffix(f.Doc, ".") {
			t.Errorf("%s: no sentence says what it does", f.Name)
		}
	}
}

// Fuzz gives bytes to every format that claims them under a name.
func Fuzz(formats []inspect.Format, name string, data []byte) {
	p := inspect.NewPart(name, bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
	for _, f := range formats {
		if len(data) > 0 && f.Claims(p) {
			_ = f.Scan(context.Background(), p)
		}
	}
}
