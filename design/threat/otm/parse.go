package otm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/pattern"
)

// The bounds of a document: it comes from elsewhere.
const (
	mostBytes  = 8 << 20
	mostDepth  = 40
	mostValues = 400_000
	mostText   = 400 // bytes that threats.yaml takes of a name
	mostProse  = 8000
)

// parse makes nodes of a document, each with its line. What begins with a brace is JSON, and read as such: YAML takes other escapes and no tabs.
func parse(data []byte) (*yaml.Node, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch {
	case len(data) > mostBytes:
		return nil, fmt.Errorf("the file has %d bytes; at most %d are read", len(data), mostBytes)
	case !utf8.Valid(data):
		return nil, errors.New("the file is not UTF-8")
	case len(bytes.TrimSpace(data)) == 0:
		return nil, errors.New("the file holds nothing")
	case bytes.TrimSpace(data)[0] == '{':
		return parseJSON(data)
	}
	return parseYAML(data)
}

// placed is an error at a line.
type placed struct {
	line int
	err  error
}

func (p *placed) Error() string { return p.err.Error() }
func (p *placed) Unwrap() error { return p.err }

func problemAt(line int, format string, args ...any) error {
	return &placed{line, fmt.Errorf(format, args...)}
}

func parseJSON(data []byte) (*yaml.Node, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	line, counted := 1, 0
	here := func() int {
		to := min(int(d.InputOffset()), len(data))
		line += bytes.Count(data[counted:to], []byte("\n"))
		counted = to
		return line
	}
	var open []*yaml.Node
	for values := 0; ; values++ {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil, problemAt(here(), "the document ends in the middle")
		case err != nil:
			return nil, problemAt(here(), "it is no JSON: %w", err)
		case values > mostValues:
			return nil, problemAt(here(), "more than %d values", mostValues)
		}
		n := &yaml.Node{Kind: yaml.ScalarNode, Line: here()}
		switch v := token.(type) {
		case json.Delim:
			if v == '}' || v == ']' {
				if closed := open[len(open)-1]; len(open) == 1 {
					if _, err := d.Token(); !errors.Is(err, io.EOF) {
						return nil, problemAt(here(), "something stands behind the document")
					}
					return closed, nil
				}
				open = open[:len(open)-1]
				continue
			}
			if n.Kind, n.Tag = yaml.MappingNode, "!!map"; v == '[' {
				n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
			}
		case string:
			n.Tag, n.Value, n.Style = "!!str", v, yaml.DoubleQuotedStyle
		case json.Number:
			if n.Tag, n.Value = "!!float", v.String(); !strings.ContainsAny(n.Value, ".eE") {
				n.Tag = "!!int"
			}
		case bool:
			n.Tag, n.Value = "!!bool", strconv.FormatBool(v)
		default:
			n.Tag, n.Value = "!!null", "null"
		}
		if len(open) > 0 {
			in := open[len(open)-1]
			in.Content = append(in.Content, n)
		}
		if n.Kind != yaml.ScalarNode {
			if open = append(open, n); len(open) > mostDepth {
				return nil, problemAt(n.Line, "nested deeper than %d", mostDepth)
			}
		}
	}
}

var yamlLine = pattern.New(`^yaml: line (\d+): (.*)$`)

func parseYAML(data []byte) (top *yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil { // a crash of the decoder is a file that cannot be read
			top, err = nil, fmt.Errorf("the YAML decoder gave up: %v", p)
		}
	}()
	if line := threat.TooDeep(data, mostDepth); line > 0 {
		return nil, problemAt(line, "nested deeper than %d", mostDepth)
	}
	if n := bytes.Count(data, []byte(",")) + bytes.Count(data, []byte(":")) + bytes.Count(data, []byte("\n-")) + bytes.Count(data, []byte(" -")); n > mostValues {
		return nil, fmt.Errorf("the file could hold %d values; at most %d are read", n, mostValues)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	if err := d.Decode(&doc); err != nil {
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ := strconv.Atoi(m[1])
			return nil, problemAt(line, "it is no YAML: %s", m[2])
		}
		return nil, fmt.Errorf("it is no YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := d.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, problemAt(second.Line, "a second document follows")
	}
	if len(doc.Content) == 0 {
		return nil, errors.New("the file holds nothing")
	}
	for open := []*yaml.Node{&doc}; len(open) > 0; {
		n := open[len(open)-1]
		open = open[:len(open)-1]
		if n.Kind == yaml.AliasNode || n.Anchor != "" {
			return nil, problemAt(n.Line, "anchors and aliases are not read; write it out")
		}
		open = append(open, n.Content...)
	}
	return doc.Content[0], nil
}
