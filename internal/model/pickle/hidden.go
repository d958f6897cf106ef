package pickle

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	minHidden    = 12       // bytes that a pickle which calls something needs
	maxHidden    = 20       // constants of a file that are run
	maxTries     = 1 << 14  // constants of a file that are tried
	maxCoded     = 4 << 20  // characters of one constant in Base64 or hexadecimal digits
	allCoded     = 32 << 20 // of all of them
	hiddenRaw    = "as they are"
	hiddenBase64 = "in Base64"
	hiddenHex    = "in hexadecimal digits"
)

// hiddenPickle is a constant that is a pickle itself.
type hiddenPickle struct {
	off     int64
	verdict inspect.Verdict
	coding  string
	whole   bool // it is a pickle from its first byte to its last
}

// mayHide says whether the beginning and the end of a constant could be those of a pickle, or of one in Base64 or hexadecimal
// digits. It is asked of every constant, and so it looks at a few bytes.
func mayHide(head, tail []byte) bool {
	if len(head) < minHidden || len(tail) == 0 {
		return false
	}
	if head[0] == opProto || head[0] == 0xc2 && head[1] == 0x80 { // the second are bytes that stand in a text, as Python 2 has them
		return true
	}
	switch tail[len(tail)-1] {
	case '.':
		return opcodes[head[0]].form != invalid
	case '\n', '=', 'u', '4', 'g', 'e', 'E', '\r', ' ':
		return true
	}
	return false
}

// hidden looks at a constant that nothing may ever unpickle. What it is does nothing by itself; but nobody has a use for a
// pickle in a pickle that runs something.
func (m *machine) hidden(s *step) error {
	if s.n < minHidden || m.hiddenSeen >= maxHidden {
		return nil
	}
	if s.n <= checkedText {
		b, err := m.c.slice(s.arg, s.n)
		if err != nil {
			return err
		}
		m.hiddenIn(s, b)
		return nil
	}
	var ends [2][64]byte
	head, tail := ends[0][:], ends[1][:]
	for i, off := range [2]int64{s.arg, s.arg + s.n - 64} {
		if _, err := m.c.r.ReadAt(ends[i][:], off); err != nil && err != io.EOF {
			return nil // the cursor says so when it comes there
		}
	}
	if !mayHide(head, bytes.TrimRight(tail, padding)) {
		return nil
	}
	m.tryHidden(s, io.NewSectionReader(m.c.r, s.arg, s.n), head, tail)
	return nil
}

// hiddenIn is hidden for a constant that is in memory, after its escapes were undone.
func (m *machine) hiddenIn(s *step, b []byte) {
	if m.hiddenSeen < maxHidden && mayHide(b, b) {
		b = bytes.Clone(b) // the window moves
		m.tryHidden(s, io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))), b, b)
	}
}

// tryHidden tries the readings that a constant can have.
func (m *machine) tryHidden(s *step, r *io.SectionReader, head, tail []byte) {
	if m.budget.tried >= maxTries {
		return
	}
	tail = bytes.TrimRight(tail, padding)
	if len(tail) == 0 {
		return
	}
	last := tail[len(tail)-1]
	if head[0] == opProto && head[1] <= 5 || last == '.' && opcodes[head[0]].form != invalid {
		m.runHidden(s, r, hiddenRaw)
		return
	}
	if r.Size() > maxCoded || m.budget.coded > allCoded {
		return
	}
	var out []byte
	coding := hiddenRaw
	switch {
	case head[0] == 0xc2 && head[1] == 0x80:
		out, _ = recode(m.codedText(r), "latin1", true)
	case last|0x20 == 'e' && isHex(head) && isHex(tail) && startsPickle(head, true):
		coding = hiddenHex
		out, _ = unbase(bytes.TrimSpace(m.codedText(r)), "unhexlify")
	case (last == '=' || last == 'u' || last == '4' || last == 'g') && isBase64(head) && isBase64(tail) && startsPickle(head, false):
		coding = hiddenBase64
		out, _ = unbase(m.codedText(r), "urlsafe_b64decode")
	}
	if len(out) < minHidden || out[0] != opProto && !bytes.HasSuffix(bytes.TrimRight(out, padding), []byte{opStop}) {
		return
	}
	m.runHidden(s, io.NewSectionReader(bytes.NewReader(out), 0, int64(len(out))), coding)
}

func (m *machine) codedText(r *io.SectionReader) []byte {
	m.budget.coded += r.Size()
	b, err := io.ReadAll(r)
	if err != nil {
		return nil
	}
	return b
}

func isHex(b []byte) bool {
	for _, x := range bytes.TrimRight(b, padding) {
		if (x < '0' || x > '9') && (x|0x20 < 'a' || x|0x20 > 'f') {
			return false
		}
	}
	return true
}

func isBase64(b []byte) bool {
	for _, x := range b {
		switch {
		case x >= '0' && x <= '9', x|0x20 >= 'a' && x|0x20 <= 'z', x == '+', x == '/', x == '-', x == '_', x == '=', x == '\n', x == '\r':
		default:
			return false
		}
	}
	return true
}

// startsPickle says whether the first digits are those of an opcode that can be the first, and of a protocol that there is.
func startsPickle(head []byte, inHex bool) bool {
	var first [3]byte
	var err error
	if inHex {
		_, err = hex.Decode(first[:2], head[:4])
	} else {
		_, err = base64.URLEncoding.Decode(first[:], bytes.ReplaceAll(bytes.ReplaceAll(head[:4], []byte("+"), []byte("-")), []byte("/"), []byte("_")))
	}
	return err == nil && opcodes[first[0]].form != invalid && (first[0] != opProto || first[1] <= 5)
}

// runHidden runs what may be a pickle, and keeps what came of it.
func (m *machine) runHidden(s *step, r *io.SectionReader, coding string) {
	m.budget.tried++
	t := trial{r: r, size: r.Size()}
	if t.run(0, maxTrialOps); !t.called {
		return
	}
	m.hiddenSeen++
	found := &inspect.Found{}
	inner := newScan(m.ctx, inspect.NewPart("<constant>", r, r.Size(), found, nil), m.options)
	inner.m.depth, inner.m.forked, inner.m.budget, inner.m.hiddenSeen = m.depth+1, maxForks, m.budget, maxHidden
	end, err := inner.one(0)
	inner.m.conclude()
	if found.Verdict < inspect.Dangerous {
		return
	}
	whole := err == nil
	if rest := r.Size() - end; whole && rest > 0 {
		b := make([]byte, min(rest, trailingBytes))
		_, err := r.ReadAt(b, end)
		whole = (err == nil || err == io.EOF) && int64(len(b)) == rest && len(bytes.Trim(b, padding)) == 0
	}
	m.hiddenFound = append(m.hiddenFound, hiddenPickle{s.off, found.Verdict, coding, whole})
}

// sayHidden speaks of constants that are pickles. Where the file is malicious anyhow, they may be what it unpickles.
func (m *machine) sayHidden() {
	for _, h := range m.hiddenFound {
		switch {
		case m.part.Found().Verdict >= inspect.Malicious:
			m.part.Say(inspect.Clean, "pickle-hidden", h.off, "has a constant that is itself a pickle, %s, and %s", h.coding, h.verdict)
		case h.whole && h.verdict == inspect.Malicious:
			m.part.Say(inspect.Dangerous, "pickle-hidden", h.off, "has a constant that is itself a pickle, %s, and %s; nothing here unpickles it, and whatever does will run it", h.coding, h.verdict)
		default:
			m.part.Say(inspect.Clean, "pickle-hidden", h.off, "has a constant that is itself a pickle, %s, and %s; nothing here unpickles it", h.coding, h.verdict)
		}
	}
	m.hiddenFound = m.hiddenFound[:0]
}
