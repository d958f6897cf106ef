package gguf

import (
	"encoding/binary"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// TestFlippedLengths flips each bit of the counts and lengths at the beginning, none of which may go unseen.
func TestFlippedLengths(t *testing.T) {
	whole := model(3, binary.LittleEndian)
	for at := 4; at < 32; at++ { // version, both counts, the first key's length
		for bit := range 8 {
			b := append([]byte{}, whole...)
			b[at] ^= 1 << bit
			version := at < 8 && (b[4] == 1 || b[4] == 2) && b[5]|b[6]|b[7] == 0
			if found, _ := look(b); found.Verdict == inspect.Clean && !version {
				t.Errorf("bit %d of byte %d: clean", bit, at)
			}
		}
	}
}
