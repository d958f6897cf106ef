package settings

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// Dockerfile reads a container build file. The instructions are the root's children in order, by their names in capitals, however
// often one stands there:
//
//	FROM         a list: 0 is the image; AS the stage's name; its flags by their names (--platform)
//	ENV ARG LABEL a table of names and values; an ARG without a default has an empty one
//	RUN          the command, lines that go on joined; here-documents and all; in exec form a list of its words
//	CMD ENTRYPOINT HEALTHCHECK SHELL  the command, or in exec form a list of its words
//	USER WORKDIR STOPSIGNAL           the value
//	EXPOSE VOLUME                     a list
//	COPY ADD     a list of the sources and the destination, with flags by their names (--from, --chown)
//	ONBUILD      the instruction that is kept for later, as a child
//
// Variables are left as they are written.
func Dockerfile(data []byte) (*Node, error) {
	data, err := bounded(data)
	if err != nil {
		return nil, err
	}
	d := &dockerReader{lines: strings.Split(string(data), "\n")}
	if err := d.bound(); err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, dockerError(err)
	}
	root := &Node{Line: 1, EndLine: len(d.lines)}
	for _, n := range parsed.AST.Children {
		if err := d.instruction(root, n, 0); err != nil {
			return nil, err
		}
	}
	return root, nil
}

type dockerReader struct {
	builder
	lines []string
}

// maxInstruction bounds one instruction: the library takes it apart by recursion, which costs the square of its length.
const maxInstruction = 128 << 10

func (d *dockerReader) bound() error {
	length := 0
	for i, l := range d.lines {
		t := strings.TrimSpace(l)
		if t == "" || t[0] == '#' {
			continue
		}
		if length += len(l); length > maxInstruction {
			return &Error{i + 1, fmt.Sprintf("an instruction longer than %d bytes", maxInstruction)}
		}
		if !strings.HasSuffix(t, `\`) && !strings.HasSuffix(t, "`") {
			length = 0
		}
	}
	return nil
}

func dockerError(err error) error {
	e := lineError(err)
	if at := (*parser.LocationError)(nil); errors.As(err, &at) && len(at.Locations) > 0 && len(at.Locations[0]) > 0 {
		e.Line = max(1, at.Locations[0][0].Start.Line)
	}
	return e
}

func (d *dockerReader) instruction(parent *Node, in *parser.Node, depth int) error {
	n, err := d.add(parent, strings.ToUpper(in.Value), max(1, in.StartLine))
	if err != nil {
		return err
	}
	n.EndLine = max(n.Line, in.EndLine)
	p := pieces{d: d, n: n, line: n.Line}
	for _, f := range in.Flags {
		name, value, _ := strings.Cut(f, "=")
		p.add(name, value, name)
	}
	switch n.Key {
	case "ENV", "LABEL":
		for w := in.Next; w != nil && w.Next != nil; {
			p.add(unquote(w.Value), unquote(w.Next.Value), w.Value)
			if w = w.Next.Next; w != nil { // name, value, separator
				w = w.Next
			}
		}
	case "ARG":
		for w := in.Next; w != nil; w = w.Next {
			name, value, _ := strings.Cut(w.Value, "=")
			p.add(name, unquote(value), name)
		}
	case "FROM":
		n.List = true
		words := wordsOf(in)
		for i, w := range words {
			if i == 1 && strings.EqualFold(w, "as") && len(words) > 2 {
				p.add("AS", words[2], words[2])
				break
			}
			p.add(index(i), w, w)
		}
	case "EXPOSE", "VOLUME", "COPY", "ADD":
		n.List = true
		for i, w := range wordsOf(in) {
			p.add(index(i), unquote(w), w)
		}
	case "ONBUILD":
		if in.Next != nil && len(in.Next.Children) > 0 && depth == 0 {
			inner := in.Next.Children[0]
			inner.StartLine, inner.EndLine, inner.Heredocs = in.StartLine, in.EndLine, in.Heredocs
			return d.instruction(n, inner, depth+1)
		}
	default: // commands and single values
		if in.Attributes["json"] {
			n.List = true
			for i, w := range wordsOf(in) {
				p.add(index(i), w, w)
			}
			break
		}
		n.Scalar, n.Value = true, strings.Join(wordsOf(in), " ")
		for _, h := range in.Heredocs {
			n.Value += "\n" + h.Content
		}
		if n.Key == "USER" {
			n.Value = unquote(n.Value)
		}
	}
	return p.err
}

func wordsOf(in *parser.Node) []string {
	var words []string
	for w := in.Next; w != nil; w = w.Next {
		words = append(words, w.Value)
	}
	return words
}

// pieces adds the parts of an instruction in order. The library does not tell on which line a part stands: it is the first one, from
// that of the part before on, that holds its word.
type pieces struct {
	d    *dockerReader
	n    *Node
	line int
	err  error
}

func (p *pieces) add(key, value, word string) {
	if p.err != nil {
		return
	}
	for i := p.line; i <= min(p.n.EndLine, len(p.d.lines)) && i > 0; i++ {
		if strings.Contains(p.d.lines[i-1], word) {
			p.line = i
			break
		}
	}
	c, err := p.d.builder.add(p.n, key, p.line)
	if err != nil {
		p.err = err
		return
	}
	c.Scalar, c.Value = true, value
}
