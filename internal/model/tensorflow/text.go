package tensorflow

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// claimsText takes what begins with a field of a graph. Other messages are written as text too.
func claimsText(p *inspect.Part) bool {
	if p.Ending() != ".pbtxt" {
		return false
	}
	t := &text{src: p.Head()}
	t.space()
	return slices.Contains(topFields, t.word())
}

const maxTextFile = 64 << 20

// scanText reads the text form: names, colons, values, and messages in braces.
func scanText(ctx context.Context, p *inspect.Part) error {
	if p.Size > maxTextFile {
		return damage(-1, "is larger than the %d bytes of text that are looked at", maxTextFile)
	}
	src, err := p.Read(0, int(p.Size))
	if err != nil {
		return err
	}
	l := newLooker(ctx, p)
	t := &text{src: src, looker: l}
	l.scope = &scope{nodes: map[string]*node{}}
	err = t.message(0, "", 0, nil)
	l.judge()
	return l.done(err)
}

// text is a reader of the text form.
type text struct {
	src    []byte
	at     int
	looker *looker
	other  bool // a graph of MediaPipe
}

const maxTextDepth = 64

// topFields are those of SavedModel, MetaGraphDef and GraphDef, and nodeFields those of NodeDef. A reader refuses any other.
var (
	topFields = []string{"saved_model_schema_version", "meta_graphs", "meta_info_def", "graph_def", "saver_def", "collection_def", "signature_def", "asset_file_def", "object_graph_def",
		"node", "versions", "version", "library", "debug_info"}
	nodeFields = []string{"name", "op", "input", "device", "attr", "experimental_debug_info", "experimental_type"}
	// otherFields are of MediaPipe's graphs, which have nodes too, and no operators of TensorFlow in them.
	otherFields = []string{"calculator", "input_stream", "output_stream", "input_side_packet", "output_side_packet", "packet_generator", "executor", "num_threads", "max_queue_size", "type", "package"}
)

// message reads fields up to what closes it, or to the end at the outermost level, where that is 0. in is the name of the field
// that holds the message; n is the node that is being read.
func (t *text) message(depth int, in string, closed byte, n *node) error {
	if depth > maxTextDepth {
		return damage(int64(t.at), "messages lie more than %d deep in each other", maxTextDepth)
	}
	key := ""
	for {
		t.space()
		if t.at >= len(t.src) {
			if depth > 0 {
				return damage(int64(t.at), "a message does not end")
			}
			return nil
		}
		if c := t.src[t.at]; c == '}' || c == '>' {
			if c != closed {
				return damage(int64(t.at), "a brace closes that nothing opened")
			}
			t.at++
			return nil
		}
		start := t.at
		name := t.word()
		switch {
		case name == "":
			return damage(int64(start), "a field has no name")
		case depth == 0 && !slices.Contains(topFields, name), ofNode(in) && n != nil && !slices.Contains(nodeFields, name):
			if t.other = t.other || slices.Contains(otherFields, name); t.other {
				break
			}
			return damage(int64(start), "the field %s is none of its message", inspect.Quote(name))
		}
		t.space()
		colon := t.at < len(t.src) && t.src[t.at] == ':'
		if colon {
			t.at++
			t.space()
		}
		if err := t.content(depth, in, name, &key, colon, n); err != nil {
			return err
		}
		t.space()
		if t.at < len(t.src) && (t.src[t.at] == ',' || t.src[t.at] == ';') {
			t.at++
		}
	}
}

// content reads what a field holds: a scalar, a message, or a list of either.
func (t *text) content(depth int, in, name string, key *string, colon bool, n *node) error {
	if t.at >= len(t.src) {
		return damage(int64(t.at), "the field %s has no value", inspect.Quote(name))
	}
	if t.src[t.at] != '[' {
		return t.one(depth, in, name, key, colon, n)
	}
	start := t.at
	t.at++
	for first := true; ; first = false {
		t.space()
		switch {
		case t.at >= len(t.src):
			return damage(int64(start), "a list does not end")
		case t.src[t.at] == ']':
			t.at++
			return nil
		case first:
		case t.src[t.at] != ',':
			return damage(int64(t.at), "a comma or the end of a list is expected")
		default:
			t.at++
			t.space()
		}
		if t.at >= len(t.src) {
			return damage(int64(start), "a list does not end")
		}
		if err := t.one(depth, in, name, key, colon, n); err != nil {
			return err
		}
	}
}

// one reads a scalar or a message.
func (t *text) one(depth int, in, name string, key *string, colon bool, n *node) error {
	if c := t.src[t.at]; c == '{' || c == '<' {
		start := t.at
		t.at++
		closed := byte('}')
		if c == '<' {
			closed = '>'
		}
		return t.inner(depth, in, name, *key, start, closed, n)
	}
	if !colon {
		return damage(int64(t.at), "the field %s has neither a colon nor a message behind it", inspect.Quote(name))
	}
	start := t.at
	value, quoted, err := t.value()
	if err != nil {
		return err
	}
	if !quoted && !t.other && (name == "key" && in == "attr" || ofNode(in) && n != nil) {
		return damage(int64(start), "the field %s holds no text", inspect.Quote(name))
	}
	if name == "key" {
		*key = value
	}
	if n != nil {
		n.field(in, name, value)
	}
	return nil
}

// inner reads a message that stands inside another.
func (t *text) inner(depth int, in, name, key string, start int, closed byte, n *node) error {
	switch name {
	case "node", "node_def":
		made := &node{off: int64(start)}
		if err := t.message(depth+1, name, closed, made); err != nil {
			return err
		}
		t.looker.met(made)
		return nil
	case "value":
		return t.message(depth+1, key, closed, n)
	case "list": // of the values of an attribute
		if n != nil {
			return t.message(depth+1, in, closed, n)
		}
	case "function":
		outer := t.looker.scope
		t.looker.scope = &scope{nodes: map[string]*node{}}
		err := t.message(depth+1, name, closed, nil)
		t.looker.judge()
		t.looker.scope = outer
		return err
	}
	return t.message(depth+1, name, closed, n)
}

// ofNode says whether a message that is the value of a field is a node.
func ofNode(field string) bool { return field == "node" || field == "node_def" }

// field keeps what a node says.
func (n *node) field(in, name, value string) {
	switch {
	case name == "name" && n.name == "" && ofNode(in):
		n.name = value
	case name == "op" && ofNode(in):
		n.op = value
	case name == "input" && len(n.inputs) < maxInputs:
		n.inputs = append(n.inputs, value)
	case name == "string_val" && len(n.texts) < maxInputs:
		n.texts = append(n.texts, value)
	case name == "s":
		n.set(in, value)
	}
}

// met does with a node of the text form what node does with one of the binary form.
func (l *looker) met(n *node) {
	l.nodes++
	e, effectful := effectOf(n.op)
	switch {
	case effectful && len(e.paths) == 0:
		l.say(n, e, "")
	case effectful && len(l.scope.effect) < maxConsts:
		l.scope.effect = append(l.scope.effect, n)
	case !effectful && !known(n.op) && n.op != "" && len(l.custom) < 1000:
		if _, seen := l.custom[n.op]; !seen {
			l.custom[n.op] = n.off
		}
	}
	if len(l.scope.nodes) < maxConsts {
		l.scope.nodes[n.name] = n
	}
}

func (t *text) space() {
	for t.at < len(t.src) {
		switch c := t.src[t.at]; {
		case c == '#':
			if end := bytes.IndexByte(t.src[t.at:], '\n'); end >= 0 {
				t.at += end
			} else {
				t.at = len(t.src)
			}
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			t.at++
		default:
			return
		}
	}
}

// word reads a name, or the bracketed name of an extension.
func (t *text) word() string {
	start := t.at
	for t.at < len(t.src) {
		c := t.src[t.at]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.[]/-", c) >= 0 {
			t.at++
			continue
		}
		break
	}
	return string(t.src[start:t.at])
}

// value reads a scalar, and says whether it was a text in quotes; adjacent ones are one, as in C.
func (t *text) value() (string, bool, error) {
	if q := t.src[t.at]; q != '"' && q != '\'' {
		start := t.at
		v := t.bare()
		if v == "-" {
			t.space() // may stand before its number
			v += t.bare()
		}
		if v == "" || v == "-" {
			return "", false, damage(int64(start), "a value is none")
		}
		return v, false, nil
	}
	var b strings.Builder
	for t.at < len(t.src) && (t.src[t.at] == '"' || t.src[t.at] == '\'') {
		if err := t.quoted(&b); err != nil {
			return "", true, err
		}
		t.space()
	}
	return b.String(), true, nil
}

// bare reads a number or a name without quotes.
func (t *text) bare() string {
	start := t.at
	for t.at < len(t.src) {
		c := t.src[t.at]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_.+-", c) >= 0 {
			t.at++
			continue
		}
		break
	}
	return string(t.src[start:t.at])
}

func (t *text) quoted(b *strings.Builder) error {
	quote, start := t.src[t.at], t.at
	for t.at++; t.at < len(t.src); t.at++ {
		c := t.src[t.at]
		switch {
		case c == quote:
			t.at++
			return nil
		case c == '\\' && t.at+1 < len(t.src):
			t.escape(b)
		case b.Len() < maxText:
			b.WriteByte(c)
		}
	}
	return damage(int64(start), "a text does not end")
}

// escape reads what follows a backslash.
func (t *text) escape(b *strings.Builder) {
	t.at++
	c := t.src[t.at]
	digits, base := 0, 8
	switch {
	case c >= '0' && c <= '7':
		for digits = 1; digits < 3 && t.at+digits < len(t.src) && t.src[t.at+digits] >= '0' && t.src[t.at+digits] <= '7'; {
			digits++
		}
	case c == 'x' || c == 'X':
		t.at++
		base = 16
		for digits < 2 && t.at+digits < len(t.src) && strings.IndexByte("0123456789abcdefABCDEF", t.src[t.at+digits]) >= 0 {
			digits++
		}
	default:
		if plain := map[byte]byte{'n': '\n', 't': '\t', 'r': '\r'}[c]; plain != 0 {
			c = plain
		}
		b.WriteByte(c)
		return
	}
	v, _ := strconv.ParseUint(string(t.src[t.at:t.at+digits]), base, 16)
	if b.Len() < maxText {
		b.WriteByte(byte(v))
	}
	t.at += digits - 1
}
