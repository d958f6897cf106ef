package copies

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	"golang.org/x/crypto/blake2b"

	"github.com/lodemark/lodemark/internal/sign/oms"
)

// compareSealed holds the sealed bytes against the manifest of a single file. It reads what it sealed: what is hashed here is what will be
// loaded.
func (c *Copy) compareSealed(ctx context.Context, m *oms.Manifest) (*oms.Result, error) {
	r := &oms.Result{Model: m.Name, Root: m.Root, Method: m.Method.String()}
	change := func(p oms.Part, have string) {
		r.Changed = append(r.Changed, oms.Change{Path: p.Path, Want: m.Method.Hash + ":" + hex.EncodeToString(p.Digest), Have: have})
	}
	at := int64(0)
	for _, p := range m.Parts {
		end := p.End
		if m.Method.ShardSize == 0 {
			end = c.Bytes
		}
		if p.Start != at || end > c.Bytes {
			change(p, "")
			return r, nil
		}
		sum, err := digest(ctx, m.Method.Hash, io.NewSectionReader(c.Sealed, at, end-at))
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(sum, p.Digest) {
			change(p, m.Method.Hash+":"+hex.EncodeToString(sum))
			return r, nil
		}
		at = end
	}
	if at != c.Bytes {
		change(m.Parts[len(m.Parts)-1], "")
		return r, nil
	}
	f := m.Files()[0]
	f.Size = c.Bytes
	r.Files = []oms.File{f}
	return r, nil
}

func digest(ctx context.Context, method string, r io.Reader) ([]byte, error) {
	var h hash.Hash
	switch method {
	case "sha256":
		h = sha256.New()
	case "blake2b":
		var err error
		if h, err = blake2b.New512(nil); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("digests by %q are not known here", method)
	}
	buffer := chunks.Get().(*[chunk]byte)
	defer chunks.Put(buffer)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := r.Read(buffer[:])
		h.Write(buffer[:n])
		if err == io.EOF {
			return h.Sum(nil), nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the sealed file: %w", err)
		}
	}
}
