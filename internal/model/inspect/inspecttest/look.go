// Package inspecttest gives bytes to formats as the engine does, for the tests of formats.
package inspecttest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Look gives bytes to every format that claims them, without looking into what is inside them, and returns what was found and
// the names of those that claimed them.
func Look(formats []inspect.Format, name string, data []byte) (found *inspect.Found, claimed []string) {
	found = &inspect.Found{}
	p := inspect.NewPart(name, bytes.NewReader(data), int64(len(data)), found, nil)
	for _, f := range formats {
		if len(data) == 0 || !f.Claims(p) {
			continue
		}
		claimed = append(claimed, f.Name)
		scan(context.Background(), f, p)
	}
	return found, claimed
}

// scan has a format look at a part. An error of it is a reason.
func scan(ctx context.Context, f inspect.Format, p *inspect.Part) {
	err := f.Scan(ctx, p)
	var damage *inspect.DamageError
	if errors.As(err, &damage) {
		p.Say(inspect.NotRead, "damaged", damage.Offset, "as %s: %s", f.Name, damage.Reason)
	} else if err != nil {
		p.Say(inspect.NotRead, "not-read", -1, "as %s: %v", f.Name, err)
	}
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
	found, claimed := Look(formats, name, data)
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
		found, claimed := Look(formats, name, data)
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

// Fuzz gives anything to whatever claims it, under the names that the formats go by. Seeds are the canaries and what is given.
func Fuzz(f *testing.F, formats []inspect.Format, names []string, seeds ...[]byte) {
	for i := range names {
		for _, format := range formats {
			_, data := format.Canary()
			f.Add(uint8(i), data)
		}
		for _, data := range seeds {
			f.Add(uint8(i), data)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		start := time.Now()
		Look(formats, names[int(which)%len(names)], data)
		if d := time.Since(start); d > time.Minute {
			t.Errorf("took %s", d)
		}
	})
}

// IDs lists what was said, but for information.
func IDs(f *inspect.Found) map[string]bool {
	out := map[string]bool{}
	for _, r := range f.Reasons {
		if r.Verdict > inspect.Clean {
			out[r.ID] = true
		}
	}
	return out
}

// Wants holds what was found to a verdict and to reasons that must be among it.
func Wants(t *testing.T, what string, f *inspect.Found, v inspect.Verdict, want ...string) {
	t.Helper()
	if f.Verdict != v {
		t.Errorf("%s: verdict %v, want %v; said %+v", what, f.Verdict, v, f.Reasons)
	}
	got := IDs(f)
	for _, id := range want {
		if !got[id] {
			t.Errorf("%s: no reason %s; said %+v", what, id, f.Reasons)
		}
	}
}
