package model

import (
	"context"
	"io"
	"path"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model/inspect"
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
	return f, ctx.Err()
}

// Bytes looks at bytes that lie in no tree.
func Bytes(ctx context.Context, name string, r io.ReaderAt, size int64, o Options) (File, error) {
	if len(o.Formats) == 0 {
		o.Formats = Formats()
	}
	f := entry(ctx, Source{Name: name, Bytes: r, Size: size, Deep: o.Deep}, o, func(found *inspect.Found) {
		plain(found, r, size, name == "-")
	})
	return f, ctx.Err()
}
