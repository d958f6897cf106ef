package pickle

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Pickles in tests are put together from these. Every payload is inert, and nothing ever loads them.

func global(dotted string) string {
	i := strings.LastIndexByte(dotted, '.')
	if at := strings.IndexByte(dotted, '|'); at >= 0 { // "module|qualified.name"
		return "c" + dotted[:at] + "\n" + dotted[at+1:] + "\n"
	}
	return "c" + dotted[:i] + "\n" + dotted[i+1:] + "\n"
}

func text(s string) string { return "\x8c" + string(rune(len(s))) + s } // up to 127 bytes

func raw(s string) string {
	return "B" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(s)))) + s
}

// call is REDUCE of a callable and arguments.
func call(fn string, args ...string) string {
	return fn + "(" + strings.Join(args, "") + "tR"
}

func list(items ...string) string { return "](" + strings.Join(items, "") + "e" }

func dict(items ...string) string { return "}(" + strings.Join(items, "") + "u" }

func pickled(body string) string { return "\x80\x04" + body + "." }

// scanned is what the formats of this package see in a file.
func scanned(t testing.TB, name string, data []byte) *inspect.Found {
	t.Helper()
	found := &inspect.Found{}
	p := inspect.NewPart(name, bytes.NewReader(data), int64(len(data)), found, nil)
	for _, f := range Formats(Options{}) {
		if !f.Claims(p) {
			continue
		}
		found.Parts++
		if err := f.Scan(context.Background(), p); err != nil {
			off := int64(-1)
			if damage := (*inspect.DamageError)(nil); errors.As(err, &damage) {
				off = damage.Offset
			}
			p.Say(inspect.NotRead, "damaged", off, "%v", err)
		}
	}
	return found
}

func hasReason(f *inspect.Found, id string) bool {
	for _, r := range f.Reasons {
		if r.ID == id {
			return true
		}
	}
	return false
}
