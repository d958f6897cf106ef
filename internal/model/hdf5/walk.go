package hdf5

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Object is a group, a dataset or a datatype with a name.
type Object struct {
	Path    string // of names joined with "/", "/" for the root
	Group   bool
	Dataset *Dataset // nil if it is none
	Offset  int64    // of its header in the part
}

// Visitor is told what a walk meets. Functions that are nil are not called; an error from one ends the walk.
type Visitor struct {
	Link      func(path string, l Link) error
	Attribute func(path string, a *Attribute) error
	Object    func(o *Object) error
	// Groups spends n names of groups, and says whether they were there.
	Names func(n int) bool
}

const (
	maxPath    = 256     // groups inside each other
	maxObjects = 400_000 // of one file
	maxPathLen = 64 << 10
)

// Walk visits every object once, groups by their names in order.
func (f *File) Walk(ctx context.Context, v Visitor) error {
	w := &walk{f: f, ctx: ctx, v: v, seen: map[int64]*links{}}
	if err := w.object("/", f.root, f.scratch, 0); err != nil {
		return err
	}
	for addr, l := range w.seen {
		if l.claimed >= 0 && l.claimed != l.found {
			return damaged(f.store.base+addr, "an object says that it has %d names, and has %d", l.claimed, l.found)
		}
	}
	return w.overlaps()
}

// Root visits the root group's attributes and links alone.
func (f *File) Root(v Visitor) error {
	w := &walk{f: f, ctx: context.Background(), v: v, seen: map[int64]*links{}, flat: true}
	return w.object("/", f.root, f.scratch, 0)
}

type walk struct {
	f      *File
	ctx    context.Context
	v      Visitor
	seen   map[int64]*links
	flat   bool
	extent []owned
}

// links is how many names an object says that it has, -1 for one that does not, and how many were met.
type links struct{ claimed, found int64 }

// owned is the bytes of a dataset.
type owned struct {
	block
	header int64
}

func (w *walk) object(path string, addr int64, hint *tables, depth int) error {
	if l := w.seen[addr]; l != nil {
		l.found++
		return nil
	}
	mine := &links{found: 1}
	w.seen[addr] = mine
	if err := w.ctx.Err(); err != nil {
		return err
	}
	f := w.f
	switch {
	case depth > maxPath, len(path) > maxPathLen:
		return damaged(f.store.base+addr, "has groups that lie more than %d deep", maxPath)
	case len(w.seen) > maxObjects:
		return errSpent
	}
	o := &Object{Path: path, Offset: f.store.base + addr}
	var names []Link
	add := func(l Link) error {
		if len(names) >= maxLinks {
			return errSpent
		}
		if w.v.Names != nil && len(names)%256 == 255 && !w.v.Names(256) {
			return errSpent
		}
		names = append(names, l)
		return nil
	}
	attribute := func(a *Attribute) error {
		if w.v.Attribute != nil {
			return w.v.Attribute(path, a)
		}
		return nil
	}
	d := &Dataset{}
	kinds := 0
	mine.claimed = -1
	err := f.messages(addr, func(m message) error {
		c := f.cursor(m.data, m.addr)
		var err error
		if m.kind < 32 {
			kinds |= 1 << m.kind
		}
		switch m.kind {
		case msgSymbolTable:
			o.Group = true
			t := tables{c.address(), c.address()}
			if c.err != nil {
				return c.err
			}
			if hint != nil && *hint != t {
				return damaged(f.store.base+m.addr, "a group is said to be in two places")
			}
			err = f.oldLinks(t, add)
		case msgLink:
			var l Link
			if l, err = f.newLink(m.data, m.addr); err == nil {
				err = add(l)
			}
		case msgLinkInfo:
			o.Group = true
			err = f.denseLinks(m, add)
		case msgAttribute:
			var a *Attribute
			if a, err = f.attribute(m.data, m.addr); err == nil {
				err = attribute(a)
			}
		case msgAttrInfo:
			err = f.denseAttributes(m, attribute)
		case msgDataspace:
			s := c.dataspace()
			d.Dims, d.Count, d.space, err = s.dims, s.count, true, c.err
		case msgDatatype:
			d.kind = c.datatype(0)
			d.Size, d.Class, err = d.kind.size, d.kind.class, c.err
		case msgLayout:
			err = f.layoutOf(d, m)
		case msgExternal:
			err = f.external(d, m)
		case msgFilters:
			err = f.filters(d, m)
		case msgFill, msgFillOld:
			c.fill(m.kind)
			err = c.err
		case msgReferences:
			c.version("the count of links", 0, 0)
			mine.claimed, err = c.number(4), c.err
		case msgTime:
			c.version("the time of an object", 1, 1)
			c.zero(3)
			c.skip(4)
			err = c.err
		case msgCacheImage:
			err = damaged(f.store.base+m.addr, "keeps a part of its structure in the image of a cache, which is not read")
		}
		return err
	})
	if err != nil {
		return err
	}
	if mine.claimed < 0 {
		mine.claimed = f.claimed
	}
	if !o.Group && !d.layout { // a datatype counts what is of it as well
		mine.claimed = -1
	}
	if d.layout {
		if err := f.check(addr, d); err != nil {
			return err
		}
		w.claim(addr, d)
		o.Dataset = d
	}
	if o.Group == d.layout && kinds&(1<<msgDatatype) == 0 {
		return damaged(f.store.base+addr, "an object is neither a group nor a dataset")
	}
	if w.v.Object != nil {
		if err := w.v.Object(o); err != nil {
			return err
		}
	}
	return w.names(path, names, depth)
}

// names follows the names of a group.
func (w *walk) names(path string, links []Link, depth int) error {
	slices.SortStableFunc(links, func(a, b Link) int { return strings.Compare(a.Name, b.Name) })
	if w.v.Names != nil && !w.v.Names(len(links)%256) {
		return errSpent
	}
	for i, l := range links {
		if i > 0 && links[i-1].Name == l.Name {
			return damaged(l.offset, "a group has two names that are the same")
		}
		inner := "/" + l.Name
		if path != "/" {
			inner = path + inner
		}
		if w.v.Link != nil {
			if err := w.v.Link(inner, l); err != nil {
				return err
			}
		}
		if l.Kind == Hard && !w.flat {
			if err := w.object(inner, l.header, l.tables, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// claim keeps where values lie.
func (w *walk) claim(addr int64, d *Dataset) {
	if d.raw.addr != undefined && d.raw.size > 0 && len(d.External) == 0 && d.chunked == undefined && len(w.extent) < maxObjects {
		w.extent = append(w.extent, owned{d.raw, addr})
	}
}

// overlaps refuses two datasets on the same bytes.
func (w *walk) overlaps() error {
	slices.SortFunc(w.extent, func(a, b owned) int { return cmp.Compare(a.addr, b.addr) })
	for i := 1; i < len(w.extent); i++ {
		if a, b := w.extent[i-1], w.extent[i]; a.addr+a.size > b.addr {
			return damaged(w.f.store.base+b.header, "two datasets share their bytes")
		}
	}
	return nil
}

// Offset is where a link stands in the part, -1 where it lies in a heap.
func (l Link) Offset() int64 { return l.offset }
