package document

import (
	"strings"
)

// Table is a table with its header and rows, each with its line.
type Table struct {
	Header  []string
	Rows    []Row
	Line    int // of the header
	Section int // index into Document.Sections
}

// Row is one row of a table. Cells are without markup; there may be fewer than the header has.
type Row struct {
	Cells []string
	Line  int
}

// Column returns the index of the first column whose header holds one of the words, as Section looks for them; -1: none.
func (t Table) Column(words ...string) int {
	for i, h := range t.Header {
		if holdsWord(h, words) {
			return i
		}
	}
	return -1
}

// Cell returns a cell; empty where the row is too short or the cell holds a placeholder.
func (r Row) Cell(i int) string {
	if i < 0 || i >= len(r.Cells) || isPlaceholder(r.Cells[i]) && !(tick(r.Cells[i]) && (i == 0 || (piece{cells: r.Cells}).ticks())) {
		return ""
	}
	return r.Cells[i]
}

// The bounds of the tables of one document.
const (
	tablesMost = 500
	rowsMost   = 5_000
)

// Tables returns the tables of the document in its own syntax, and the HTML tables that stand in Markdown. Of YAML and JSON
// a list of mappings is a table, its keys the header.
func (d Document) Tables() (all []Table) {
	if d.Format == YAML || d.Format == JSON {
		return d.listTables()
	}
	for i, s := range d.Sections {
		var found []Table
		switch s.format {
		case HTML:
			found = htmlTables(s.Text)
		case AsciiDoc:
			found = asciidocTables(s.Text)
		case RST:
			found = rstTables(s.Text)
		default:
			found = pipeTables(s.Text)
			if strings.Contains(s.Text, "<t") || strings.Contains(s.Text, "<T") {
				found = append(found, htmlTables(s.Text)...)
			}
		}
		for _, t := range found {
			if len(all) >= tablesMost {
				return all
			}
			t.Section = i
			t.Line += s.From
			for j := range t.Rows {
				t.Rows[j].Line += s.From
			}
			all = append(all, t)
		}
	}
	return all
}

// role is what a line is in a table of bars.
type role int8

const (
	noRow role = iota
	headerRow
	ruleRow
	bodyRow
)

// tableRoles finds the tables of bars among the lines: a header, a rule of as many cells below it, and rows to the next free
// line or other block. Lines in code count for nothing.
func tableRoles(lines []string) []role {
	roles := make([]role, len(lines))
	fence := ""
	for i := 0; i < len(lines); i++ {
		line := unquote(lines[i])
		trimmed := strings.TrimSpace(line)
		switch {
		case fence != "":
			if strings.HasPrefix(trimmed, fence) && strings.Trim(trimmed, fence[:1]) == "" {
				fence = ""
			}
		case fenceStart.MatchString(line):
			fence = trimmed[:run(trimmed, trimmed[0])]
		case i > 0 && roles[i-1] == noRow && ruleCells(line) > 0 && ruleCells(line) == len(cellsOf(unquote(lines[i-1]))) && !blank(unquote(lines[i-1])):
			roles[i-1], roles[i] = headerRow, ruleRow
			for i+1 < len(lines) && !endsTable(unquote(lines[i+1])) {
				i++
				roles[i] = bodyRow
			}
		}
	}
	return roles
}

func unquote(line string) string { return quoteStart.ReplaceAllString(line, "") }

func endsTable(line string) bool {
	t := strings.TrimSpace(line)
	return t == "" || t[0] == '#' && atxLevel(t) > 0 || fenceStart.MatchString(line) || t[0] == '<' && !strings.Contains(t, "|") || thematicBreak(t)
}

// pipeTables reads the tables of bars; lines are counted from 0.
func pipeTables(text string) (tables []Table) {
	lines := strings.Split(without(text, "<!--", "-->"), "\n")
	for i, r := range tableRoles(lines) {
		switch r {
		case headerRow:
			tables = append(tables, Table{Header: plainCells(lines[i]), Line: i})
		case bodyRow:
			if t := &tables[len(tables)-1]; len(t.Rows) < rowsMost {
				t.Rows = append(t.Rows, Row{plainCells(lines[i]), i})
			}
		}
	}
	return tables
}

func plainCells(line string) []string {
	cells := cellsOf(unquote(line))
	for i := range cells {
		cells[i] = inlineText(cells[i])
	}
	return cells
}

// cellsOf cuts a row of a table at its bars, except those that are escaped.
func cellsOf(line string) []string {
	line = strings.TrimPrefix(strings.TrimSpace(line), "|")
	var cells []string
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line) && line[i+1] == '|':
			b.WriteByte('|')
			i++
		case line[i] == '|':
			cells = append(cells, strings.TrimSpace(b.String()))
			b.Reset()
		default:
			b.WriteByte(line[i])
		}
	}
	if rest := strings.TrimSpace(b.String()); rest != "" || len(cells) == 0 {
		cells = append(cells, rest)
	}
	return cells
}

// ruleCells counts the cells of the rule below a table's header; 0: the line is none.
func ruleCells(line string) int {
	if !strings.Contains(line, "-") || !strings.ContainsAny(line, "|:") || strings.Trim(line, " \t|:-") != "" {
		return 0
	}
	cells := cellsOf(line)
	for _, c := range cells {
		c = strings.TrimSuffix(strings.TrimPrefix(c, ":"), ":")
		if c == "" || run(c, '-') != len(c) {
			return 0
		}
	}
	return len(cells)
}
