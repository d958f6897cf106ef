package infra

import (
	"bytes"
	"fmt"
	"strings"
)

// The bounds on a unit file; the first is that of systemd itself for one line.
const (
	maxUnitLine  = 1 << 20
	maxUnitBytes = 4 << 20
)

// Section is a section of a systemd unit with its settings in order. A name may stand there more than once; where an
// empty value follows, systemd forgets what was set before, and UnitValues does the same.
type Section struct {
	Name     string
	Line     int
	Settings []Setting
}

// ParseUnit reads a systemd unit: sections in brackets, settings, comments, and lines continued by a backslash, which
// become one space. The line of a setting is its first. The error is an *Error.
func ParseUnit(data []byte) ([]Section, error) {
	if len(data) > maxUnitBytes {
		return nil, &Error{Message: fmt.Sprintf("%d bytes; at most %d are read", len(data), maxUnitBytes)}
	}
	var sections []Section
	var pending strings.Builder // a setting whose lines go on
	first, number := 0, 0
	for rest := data; len(rest) > 0; {
		var raw []byte
		raw, rest, _ = bytes.Cut(rest, []byte("\n"))
		number++
		line := strings.TrimRight(string(raw), " \t\r")
		bare := strings.TrimLeft(line, " \t")
		if bare != "" && (bare[0] == '#' || bare[0] == ';') || bare == "" && pending.Len() == 0 {
			continue // a comment does not end a continued line
		}
		if pending.Len() == 0 {
			first = number
		}
		more, goesOn := strings.CutSuffix(line, "\\")
		pending.WriteString(more)
		if pending.Len() > maxUnitLine {
			return nil, &Error{first, fmt.Sprintf("a setting of more than %d bytes", maxUnitLine)}
		}
		if goesOn && len(rest) > 0 {
			pending.WriteByte(' ')
			continue
		}
		if err := addUnitLine(&sections, strings.TrimSpace(pending.String()), first); err != nil {
			return nil, err
		}
		pending.Reset()
	}
	if pending.Len() > 0 {
		return sections, addUnitLine(&sections, strings.TrimSpace(pending.String()), first)
	}
	return sections, nil
}

func addUnitLine(sections *[]Section, line string, number int) error {
	if line == "" {
		return nil
	}
	if line[0] == '[' {
		name, ok := strings.CutSuffix(line[1:], "]")
		if !ok || name == "" {
			return &Error{number, "a section without its closing bracket"}
		}
		*sections = append(*sections, Section{Name: name, Line: number})
		return nil
	}
	name, value, ok := strings.Cut(line, "=")
	switch {
	case len(*sections) == 0:
		return &Error{number, "a setting before the first section"}
	case !ok:
		return &Error{number, "neither a section nor a setting"}
	}
	s := &(*sections)[len(*sections)-1]
	s.Settings = append(s.Settings, Setting{strings.TrimSpace(name), Value{strings.TrimSpace(value), number}})
	return nil
}

// UnitValues lists what a name is set to in the sections of a name, in order; an empty value clears what stands before it.
func UnitValues(unit []Section, section, name string) []Value {
	var all []Value
	for _, s := range unit {
		for _, set := range s.Settings {
			switch {
			case s.Name != section || set.Name != name:
			case set.Value.Text == "":
				all = nil
			default:
				all = append(all, set.Value)
			}
		}
	}
	return all
}
