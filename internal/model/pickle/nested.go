package pickle

import (
	"bytes"
	"io"

	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// loads is a call that unpickles bytes. Where they are constant they are looked at as a file of their own. ok is false where
// they are not.
func (m *machine) loads(fn, args value) (v value, ok bool) {
	items, all := m.members(args)
	if len(items) == 0 || !all && len(items) == 0 {
		return 0, false
	}
	n := &m.names.all[fn.payload()]
	name := inspect.Cut(n.dotted())
	var r io.ReaderAt
	var size int64
	if section, ok := m.sectionOf(items[0]); ok {
		r, size = section, section.Size()
	} else if b, ok := m.constant(items[0], maxDecoded); ok {
		b = append([]byte{}, b...)
		r, size = bytes.NewReader(b), int64(len(b))
	} else {
		return 0, false
	}
	if n.global.Known && n.global.Rule == globals.Never && n.global.Capability&globals.Interprets != 0 {
		return 0, false // marshal.loads: code, whatever it is
	}
	m.inner(name, r, size)
	if n.global.Rule != globals.NestedBytes {
		m.effect(fn, args)
	}
	return of(kObject, fn.payload()), true
}

// inner looks at bytes that the pickle has unpickled.
func (m *machine) inner(name string, r io.ReaderAt, size int64) {
	if m.depth >= maxNested || m.budget.nested >= 1000 {
		m.say(inspect.NotRead, "pickle-nested", "unpickles a pickle inside of a pickle more than %d deep, or too often", maxNested)
		return
	}
	m.budget.nested++
	p := m.part.Inside("<"+name+">", r, size)
	if !Claims(p) {
		if size == 0 {
			return
		}
		m.part.Member(m.ctx, "<"+name+">", r, size)
		return
	}
	s := newScan(m.ctx, p, m.options)
	s.m.depth, s.m.budget = m.depth+1, m.budget
	if err := s.all(); err != nil {
		off := int64(-1)
		if damage, ok := err.(*inspect.DamageError); ok {
			off = damage.Offset
		}
		p.Say(inspect.NotRead, "pickle-damaged", off, "%v", err)
	}
}

// fileBytes is what a file object made of constant bytes holds.
func (m *machine) fileBytes(v value) (value, bool) {
	if v.kind() != kResult {
		return 0, false
	}
	n := m.nodes.nodes[v.payload()]
	if n.from.kind() != kName || m.names.all[n.from.payload()].act != actBytesIO {
		return 0, false
	}
	items, all := m.members(n.args)
	if !all || len(items) == 0 {
		return 0, false
	}
	if inner, ok := m.fileBytes(items[0]); ok {
		return inner, true
	}
	return items[0], true
}
