package model

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/lodemark/lodemark/internal/bound"
)

// One looks at one regular file of a tree, under the name shown, and always returns an entry.
func One(ctx context.Context, tree *bound.Tree, name, shown string, o Options) (File, error) {
	if len(o.Formats) == 0 {
		o.Formats = Formats()
	}
	h, err := tree.OpenFile(name)
	if err != nil {
		return File{}, err
	}
	defer h.Close()
	o.Only = shown
	w := &walk{ctx: ctx, tree: tree, options: o}
	f := w.examine(shown, h, h.Size())
	if o.Digest {
		w.digest(&f, func() (string, error) { return tree.Digest(name) })
	}
	return f, ctx.Err()
}

// Bytes looks at bytes that lie in no tree.
func Bytes(ctx context.Context, name string, r io.ReaderAt, size int64, o Options) (File, error) {
	if len(o.Formats) == 0 {
		o.Formats = Formats()
	}
	found := Examine(ctx, Source{Name: name, Bytes: r, Size: size}, o.Formats, o.Limits)
	if found.Format == "" {
		plain(found, r, size)
	}
	o.Unknown.apply(found)
	f := File{Path: name, Size: size, Found: *found}
	if o.Digest {
		h := sha256.New()
		if _, err := io.Copy(h, io.NewSectionReader(r, 0, size)); err != nil {
			return f, fmt.Errorf("digest: %w", err)
		}
		f.SHA256 = hex.EncodeToString(h.Sum(nil))
	}
	return f, ctx.Err()
}
