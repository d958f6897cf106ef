package design

import (
	"bytes"
	"fmt"
	"github.com/lodemark/lodemark/internal/pattern"
	"slices"
	"strings"

	"github.com/tailscale/hujson"
)

// setting is one value of a JSON settings file with its line, so that a finding points at the entry and not at the file.
type setting struct {
	keys []string // the way down; items of a list carry no key of their own
	text string   // strings without quotes, other literals as written
	line int
}

// is says whether the setting stands at the end of that way.
func (s setting) is(keys ...string) bool { return slices.Equal(s.keys, keys) }

// maxSettingsNesting keeps a hostile file from overflowing the stack of the reader, which would end the whole run.
const maxSettingsNesting = 200

// jsonSettings flattens JSON with comments and trailing commas, as the tools that read these files take it.
func jsonSettings(data []byte) ([]setting, error) {
	if depth := deepest(data); depth > maxSettingsNesting {
		return nil, fmt.Errorf("read settings: nested %d deep; at most %d are read", depth, maxSettingsNesting)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	top, err := hujson.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	f := flattener{text: data, line: 1}
	f.value(top, nil)
	return f.out, nil
}

// deepest counts brackets outside strings. In text that is no JSON it may count too many, never too few.
func deepest(data []byte) int {
	depth, most, quoted := 0, 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == '\n':
			quoted = false // a string ends with its line; an odd quote in a comment must not hide what follows
		case !quoted && (c == '{' || c == '['):
			depth++
			most = max(most, depth)
		case !quoted && (c == '}' || c == ']'):
			depth = max(0, depth-1)
		}
	}
	return most
}

type flattener struct {
	text     []byte
	at, line int // the line of offset at; values come in the order of the text
	out      []setting
}

func (f *flattener) value(v hujson.Value, keys []string) {
	switch x := v.Value.(type) {
	case *hujson.Object:
		for _, m := range x.Members {
			name, _ := m.Name.Value.(hujson.Literal)
			f.value(m.Value, append(slices.Clone(keys), name.String()))
		}
	case *hujson.Array:
		for _, e := range x.Elements {
			f.value(e, keys)
		}
	case hujson.Literal:
		text := string(x)
		if x.Kind() == '"' {
			text = x.String()
		}
		f.out = append(f.out, setting{keys, text, f.lineOf(v.StartOffset)})
	}
}

func (f *flattener) lineOf(offset int) int {
	if offset > f.at && offset <= len(f.text) {
		f.line += bytes.Count(f.text[f.at:offset], []byte("\n"))
		f.at = offset
	}
	return f.line
}

var jsonErrorLine = pattern.New(`line (\d+)`)

// tomlAssignment is one line of a TOML file that sets a plain value.
var tomlAssignment = pattern.New(`^\s*([A-Za-z0-9_.-]+)\s*=\s*["']?([A-Za-z0-9_-]+)["']?\s*(?:#.*)?$`)

// tomlSettings reads the plain assignments of a TOML file, line by line, under the table they stand in. It is enough for
// switches and modes; text over several lines and nested values are not read.
func tomlSettings(data []byte) []setting {
	var out []setting
	var table []string
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			name, _, _ := strings.Cut(strings.Trim(line, "["), "]")
			table = strings.Split(strings.ReplaceAll(name, `"`, ""), ".")
			continue
		}
		if m := tomlAssignment.FindStringSubmatch(line); m != nil {
			out = append(out, setting{append(slices.Clone(table), m[1]), m[2], n})
		}
	}
	return out
}
