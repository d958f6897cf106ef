package pickle

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

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
	known, ok := m.looksInside(inspect.Cut(n.dotted()), items[0], n.global.Known && n.global.Rule == globals.Never && n.global.Capability&globals.Interprets != 0)
	if !ok {
		return 0, false
	}
	n = &m.names.all[fn.payload()]
	if n.global.Rule != globals.NestedBytes || !known && !strings.HasPrefix(n.module, "torch") { // torch unpickles archives too, which the engine looks at
		m.effect(fn, args)
	}
	return of(kObject, fn.payload()), true
}

// looksInside looks at bytes that something unpickles as a file of their own, unless they are code. ok is false where they are
// not constant, known where they are a pickle.
func (m *machine) looksInside(name string, v value, code bool) (known, ok bool) {
	if m.streamsLatin1(v, name) {
		return true, !code
	}
	var r io.ReaderAt
	var size int64
	if section, ok := m.sectionOf(v); ok {
		r, size = section, section.Size()
	} else if b, ok := m.constant(v, maxDecoded); ok {
		b = append([]byte{}, b...)
		r, size = bytes.NewReader(b), int64(len(b))
	} else {
		return false, false
	}
	if code {
		return false, false // marshal.loads: code, whatever it is
	}
	return m.inner(name, r, size), true
}

// inner looks at bytes that the pickle has unpickled, and says whether they are a pickle.
func (m *machine) inner(name string, r io.ReaderAt, size int64) bool {
	m.budget.bytes += size
	if m.depth >= maxNested || m.budget.nested >= 1000 || m.budget.bytes > maxNestedBytes && m.budget.bytes > size {
		m.note(&m.seen.nested, inspect.NotRead, "pickle-nested", m.s.off, "unpickles a pickle inside of a pickle more than %d deep, or too often", maxNested)
		return true
	}
	m.budget.nested++
	p := m.part.Inside("<"+name+">", r, size)
	if !Claims(p) {
		if size > 0 {
			m.part.Member(m.ctx, "<"+name+">", r, size)
		}
		return false
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
	return true
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

// streamsLatin1 hands on bytes that stand in the pickle as text, as protocols below 3 have them, and that are too many to be
// decoded in memory.
func (m *machine) streamsLatin1(v value, name string) bool {
	if v.kind() != kResult {
		return false
	}
	n := m.nodes.nodes[v.payload()]
	if n.from.kind() != kName || m.names.all[n.from.payload()].name != "encode" || m.names.all[n.from.payload()].act != actDecode {
		return false
	}
	items, all := m.members(n.args)
	if !all || len(items) != 2 || items[0].kind() != kText {
		return false
	}
	codec, ok := m.constant(items[1], 40)
	if !ok || string(codec) != "latin1" && string(codec) != "latin-1" {
		return false
	}
	code, off, size, ok := m.locate(int64(items[0].payload()))
	if !ok || size <= maxDecoded || code != opBinUnicode && code != opBinUnicode8 {
		return false
	}
	m.part.Stream(m.ctx, "<"+name+">", &latin1Reader{r: bufio.NewReaderSize(io.NewSectionReader(m.c.r, off, size), 64<<10)}, 0)
	return true
}

// latin1Reader makes bytes of text whose characters stand for them.
type latin1Reader struct{ r *bufio.Reader }

func (l *latin1Reader) Read(p []byte) (n int, err error) {
	for n < len(p) {
		r, _, err := l.r.ReadRune()
		if err != nil {
			return n, err
		}
		if r > 0xff {
			return n, errors.New("the text is no Latin-1")
		}
		p[n] = byte(r)
		n++
	}
	return n, nil
}
