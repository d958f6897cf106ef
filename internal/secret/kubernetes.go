package secret

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"slices"

	"github.com/lodemark/lodemark/internal/pattern"
)

// objectBytes is the largest object of Kubernetes that is read for what it encodes.
const objectBytes = 1 << 20

var encodedPair = pattern.New(`^(\s*)"?'?([A-Za-z0-9_.-]{1,200})"?'?:\s*(?:!!binary\s+)?["']?([A-Za-z0-9+/]{4,}={0,2})["']?,?\s*(?:\s#.*)?$`)

// secretObjects reads the data of Secrets of Kubernetes: base64, which hides nothing.
func (l *looking) secretObjects() {
	past := 0
	for _, at := range l.objects {
		if at < past {
			continue
		}
		from, to := max(0, at-objectBytes), min(len(l.text), at+objectBytes)
		if i := bytes.LastIndex(l.text[from:at], []byte("\n---")); i >= 0 {
			from += i + 1
		}
		from = max(from, past)
		if i := bytes.Index(l.text[at:to], []byte("\n---")); i >= 0 {
			to = at + i
		}
		past = to
		l.object(from, to)
	}
	if len(l.coded) == 0 {
		return
	}
	// What was seen there before was seen in its encoding.
	l.found = slices.DeleteFunc(l.found, func(c candidate) bool {
		i, _ := slices.BinarySearchFunc(l.coded, c.from, func(s stretch, at int) int { return cmp.Compare(s.to, at) })
		return i < len(l.coded) && l.coded[i].from <= c.from && c.to <= l.coded[i].to && !c.decoded && c.rule.class() != 0 && c.rule.Method != "block"
	})
}

// stretch is a part of a text.
type stretch struct{ from, to int }

// object reads the lines of one: those that stand deeper than "data:" and below it.
func (l *looking) object(from, to int) {
	depth, inside := 0, false
	for at := from; at < to; {
		end := to
		if i := bytes.IndexByte(l.text[at:to], '\n'); i >= 0 {
			end = at + i
		}
		line := bytes.TrimRight(l.text[at:end], "\r")
		trimmed := bytes.TrimLeft(line, " \t")
		deep := len(line) - len(trimmed)
		switch {
		case len(trimmed) == 0 || trimmed[0] == '#':
		case bytes.HasPrefix(trimmed, []byte("data:")) || bytes.HasPrefix(trimmed, []byte(`"data": {`)) || bytes.HasPrefix(trimmed, []byte(`"data":{`)):
			depth, inside = deep, true
		case inside && deep <= depth:
			inside = false
		case inside && len(line) < 10000:
			l.encoded(line, at)
		}
		at = end + 1
	}
}

// encoded judges one line of the data of a Secret by what it decodes to.
func (l *looking) encoded(line []byte, at int) {
	m := encodedPair.FindSubmatchIndex(line)
	if m == nil {
		return
	}
	l.coded = append(l.coded, stretch{at, at + len(line)})
	name, code := string(line[m[4]:m[5]]), line[m[6]:m[7]]
	raw, err := base64.StdEncoding.DecodeString(string(code))
	raw = bytes.TrimSpace(raw)
	if err != nil || len(raw) < 6 { // what does not decode there is refused by the cluster, and opens nothing
		return
	}
	from, to := at+m[6], at+m[7]
	if l.inside(raw, from, to, name) {
		return
	}
	text := string(raw)
	how := tells(name)
	if !printable(text) || elsewhere(text, true, true) || !drawn(text) || how == tellsNothing && len(text) < 16 {
		return
	}
	c := candidate{rule: l.form("assigned", "kubernetes"), from: from, to: to, secret: text, name: name, decoded: true}
	if i := slices.IndexFunc(l.named, func(r *rule) bool { return r.fits(name, text) }); i >= 0 {
		c.rule = l.named[i]
	}
	if l.kind.test {
		c.test = amongTests
	}
	l.add(c)
}
