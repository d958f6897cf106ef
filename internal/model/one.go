package model

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path"

	"github.com/lodemark/lodemark/internal/bound"
)

// One looks at one regular file of a tree, or what a link leads to, and always returns an entry. Its ending is that of shown;
// what lies beside it is looked for beside name.
func One(ctx context.Context, tree *bound.Tree, name, shown string, o Options) (File, error) {
	if len(o.Formats) == 0 {
		o.Formats = Formats()
	}
	h, err := tree.OpenFile(name)
	if err != nil {
		return File{}, err
	}
	defer h.Close()
	o.Only = path.Join(path.Dir(name), path.Base(shown))
	w := &walk{ctx: ctx, tree: tree, options: o}
	f := w.examine(o.Only, h, h.Size())
	f.Path = shown
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
	found := Examine(ctx, Source{Name: name, Bytes: r, Size: size, Deep: o.Deep}, o.Formats, o.Limits)
	if found.Format == "" {
		plain(found, r, size, name == "-")
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
