package rdata

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Formats are the two of R: one object, and a workspace of named ones.
func Formats() []inspect.Format {
	return []inspect.Format{
		{
			Name:    "r-object",
			Doc:     "Looking at an object of R runs the promises and active bindings that it brings.",
			Endings: []string{".rds"},
			Claims:  func(p *inspect.Part) bool { return begins(p.Head()) },
			Scan:    func(ctx context.Context, p *inspect.Part) error { return scan(ctx, p, 0) },
			Canary: func() (string, []byte) {
				return "canary.rds", Sample("canary")
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name:    "r-workspace",
			Doc:     "Loading a workspace of R brings functions that R runs by itself, and looking at its objects runs their promises.",
			Endings: []string{".rda", ".rdata"},
			Claims: func(p *inspect.Part) bool {
				h := p.Head()
				return len(h) > 7 && (bytes.HasPrefix(h, []byte("RD")) && h[4] == '\n' && (h[2] == 'X' || h[2] == 'A' || h[2] == 'B') && (h[3] == '2' || h[3] == '3') ||
					(p.Ending() == ".rda" || p.Ending() == ".rdata") && begins(h))
			},
			Scan: func(ctx context.Context, p *inspect.Part) error {
				if begins(p.Head()) {
					return scan(ctx, p, 0)
				}
				return scan(ctx, p, 5)
			},
			Canary: func() (string, []byte) {
				return "canary.rda", append([]byte("RDX3\n"), Sample("canary")...)
			},
			CanaryWant: inspect.Dangerous,
			Covers:     []string{"r-object"},
		},
	}
}

// begins tells a serialization from its mark, its version, and the versions of R that wrote it and can read it.
func begins(h []byte) bool {
	if len(h) < 14 || h[1] != '\n' {
		return false
	}
	switch h[0] {
	case 'X':
		return headed(binary.BigEndian.Uint32(h[2:]), binary.BigEndian.Uint32(h[6:]), binary.BigEndian.Uint32(h[10:]))
	case 'B':
		return headed(binary.LittleEndian.Uint32(h[2:]), binary.LittleEndian.Uint32(h[6:]), binary.LittleEndian.Uint32(h[10:]))
	case 'A':
		return (h[2] == '2' || h[2] == '3') && h[3] == '\n' && h[4] >= '0' && h[4] <= '9'
	}
	return false
}

func headed(version, wrote, reads uint32) bool {
	return version >= 1 && version <= 9 && (wrote>>16 < 100 || reads>>16 < 100)
}

// scan walks a serialization that begins at an offset.
func scan(ctx context.Context, p *inspect.Part, at int64) error {
	w := &walker{source: source{Reader: cursor.New(p, binary.BigEndian)}, ctx: ctx, p: p, top: at > 0}
	w.Skip(at)
	if !w.open() {
		return &inspect.DamageError{Offset: at, Reason: "begins with no encoding that R has"}
	}
	version, wrote, reads := w.integer(), w.integer(), w.integer()
	if version != 2 && version != 3 {
		return &inspect.DamageError{Offset: at + 2, Reason: fmt.Sprintf("is of version %d of the format, which is none that is read", version)}
	}
	if version == 3 {
		w.text(int64(w.integer()), 64) // how texts are encoded
	}
	if reads < 0 || reads>>16 > 100 {
		w.Fail("is for a version of R that is none")
	}
	w.object(0, false)
	p.Fact("framework", "r")
	p.Fact("class", w.class)
	if w.Err() == nil {
		p.Fact("producer_version", fmt.Sprintf("R %d.%d.%d", wrote>>16&0xff, wrote>>8&0xff, wrote&0xff))
	}
	if w.Err() == nil && !w.source.ascii && w.Left() > 0 {
		p.Say(inspect.NotRead, "r-trailing", w.Off(), "%d bytes follow its end: R does not read them", w.Left())
	}
	return w.Err()
}
