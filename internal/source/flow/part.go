package flow

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// A path names a part of a value: keys of objects and dictionaries, one after the other, with points between them. Empty: all of it.
//
// item stands for what is in a list, whichever one it is, and for a key that is not known. It is no name of a field.
const item = "#"

// maxKeys bounds how deep parts of values are told apart; of what lies deeper, the part that holds it counts.
const maxKeys = 4

// spared is a part of a value of which care was taken apart from the rest.
type spared struct {
	at   string
	care Cleaned
	next *spared
}

// maxSpared bounds how many parts are cared for apart from the rest.
const maxSpared = 16

// and adds care of one more part. What is known of others is not touched.
func (b *spared) and(at string, care Cleaned) *spared {
	n := 0
	for old := b; old != nil; old = old.next {
		if old.at == at {
			if old.care&care == care {
				return b
			}
			care |= old.care
		}
		n++
	}
	if n >= maxSpared {
		return b
	}
	return &spared{at, care, b}
}

// someItem says whether a path leads through one item of a list: what is known of it says nothing of the others.
func someItem(path string) bool { return strings.Contains(path, item) }

// join puts a path behind another one.
func join(path, more string) string {
	switch {
	case more == "":
		return path
	case path == "":
		return shorten(more)
	}
	return shorten(path + "." + more)
}

func shorten(path string) string {
	n := 0
	for i := range len(path) {
		if path[i] == '.' {
			if n++; n == maxKeys {
				return path[:i]
			}
		}
	}
	return path
}

// under is the value as a part of an object: what stands at a key of it.
func under(v []origin, key string) []origin {
	if len(v) == 0 {
		return nil
	}
	if key == "" || strings.Contains(key, ".") { // which one it is is not known
		return whole(v)
	}
	out := make([]origin, len(v))
	for i, o := range v {
		out[i] = o
		out[i].at = join(key, o.at)
		out[i].but = nil
		for b := o.but; b != nil; b = b.next {
			if at := key + "." + b.at; shorten(at) == at {
				out[i].but = out[i].but.and(at, b.care)
			}
		}
	}
	return out
}

// whole is the value of which the parts are not told apart any more.
func whole(v []origin) []origin {
	for i := range v {
		if v[i].at != "" || v[i].but != nil {
			out := append([]origin(nil), v[:i]...)
			for _, o := range v[i:] {
				o.at, o.but = "", nil
				out = union(out, []origin{o})
			}
			return out
		}
	}
	return v
}

// listed is a text or a list that was put together: of a list, the items keep their parts.
func listed(v []origin) []origin {
	for i := range v {
		if v[i].at != "" && v[i].at != item && !strings.HasPrefix(v[i].at, item+".") {
			return whole(v)
		}
	}
	return v
}

// part is what stands at a path of the value.
func part(v []origin, path string) []origin {
	if path == "" || len(v) == 0 {
		return v
	}
	plain := true
	for i := range v {
		plain = plain && v[i].at == "" && v[i].but == nil && (v[i].param == 0 || v[i].label != 0)
	}
	if plain {
		return v
	}
	out := make([]origin, 0, len(v))
	for _, o := range v {
		at, rest, ok := beyond(o.at, path)
		if !ok {
			continue
		}
		o.at = at
		if rest != "" && o.param > 0 && o.label == 0 {
			o.take = join(o.take, rest)
		}
		if o.but != nil {
			o = o.taken(path)
		}
		out = append(out, o)
	}
	return out
}

// beyond is what is left of where something stands after a path was gone, and what of the path is left when that is reached. ok: the path
// leads there.
func beyond(at, path string) (left, rest string, ok bool) {
	for at != "" && path != "" {
		here, after, _ := strings.Cut(at, ".")
		key, more, _ := strings.Cut(path, ".")
		switch {
		case here == key, key == item:
		case here == item: // a field of a list: unknown
			return at, "", true
		default:
			return "", "", false
		}
		at, path = after, more
	}
	return at, path, true
}

// taken is the origin after a path was gone, with the care that was taken of what lies there.
func (o origin) taken(path string) origin {
	old := o.but
	o.but = nil
	for b := old; b != nil; b = b.next {
		left, _, ok := beyond(b.at, path)
		switch {
		case !ok:
		case left == "":
			o.cleaned |= b.care
		default:
			o.but = o.but.and(left, b.care)
		}
	}
	return o
}

// spare is the value after such care of one part of it.
func spare(v []origin, path string, care Cleaned) []origin {
	if path == "" || len(v) == 0 {
		return cleaned(v, care)
	}
	out := make([]origin, 0, len(v))
	for _, o := range v {
		switch _, rest, ok := beyond(o.at, path); {
		case !ok, someItem(path):
		case rest == "":
			o.cleaned |= care
		default:
			o.but = o.but.and(path, care)
		}
		out = append(out, o)
	}
	return out
}

// strike is the value without what stands at a path: something else is put there.
func strike(v []origin, path string) []origin {
	if someItem(path) {
		return v
	}
	out := make([]origin, 0, len(v))
	for _, o := range v {
		if _, rest, ok := beyond(o.at, path); ok {
			if rest == "" && o.at != "" {
				continue
			}
			o.but = o.but.and(path, ^Cleaned(0))
		}
		out = append(out, o)
	}
	return out
}

// shared is the care that two ways took of parts.
func shared(a, b *spared) *spared {
	if a == b {
		return a
	}
	var both *spared
	for x := a; x != nil; x = x.next {
		for y := b; y != nil; y = y.next {
			if x.at == y.at && x.care&y.care != 0 {
				both = &spared{x.at, x.care & y.care, both}
				break
			}
		}
	}
	return both
}

// accessed takes an access apart: the name that it begins with, and the path from there. root is 0 where there is none, and where the path is too long.
func (p *pass) accessed(id syntax.ID) (root syntax.ID, path string) {
	t := p.t
	for n := 0; n <= maxKeys; {
		switch t.Kind(id) {
		case syntax.Ident:
			return id, path
		case syntax.Attribute:
			path, n = join(t.Name(id), path), n+1
		case syntax.Index:
			path, n = join(p.indexKey(id), path), n+1
		case syntax.Cast, syntax.Await:
		default:
			return 0, ""
		}
		id = t.Child(id, 0)
	}
	return 0, ""
}

// indexKey is the constant key of an index, or item.
func (p *pass) indexKey(id syntax.ID) string { return p.constantKey(p.t.Child(id, 1)) }

func (p *pass) constantKey(id syntax.ID) string {
	if p.t.Kind(id) == syntax.Str {
		if text, ok := p.t.Text(id); ok && text != "" && !strings.Contains(text, ".") {
			return text
		}
	}
	return item
}
