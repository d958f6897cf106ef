// Package inspecttest runs one format over bytes, for the tests of formats.
package inspecttest

import (
	"bytes"
	"context"
	"errors"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Look gives the bytes to a format alone, as the engine would. A format that does not claim them has seen nothing, and the
// second result is false.
func Look(f inspect.Format, name string, data []byte) (*inspect.Found, bool) {
	found := &inspect.Found{}
	p := inspect.NewPart(name, bytes.NewReader(data), int64(len(data)), found, nil)
	if !f.Claims(p) {
		return found, false
	}
	if err := f.Scan(context.Background(), p); err != nil {
		at := int64(-1)
		var damage *inspect.DamageError
		if errors.As(err, &damage) {
			at = damage.Offset
		}
		p.Say(inspect.NotRead, "damaged", at, "%v", err)
	}
	return found, true
}
