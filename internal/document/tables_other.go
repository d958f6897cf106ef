package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"slices"
	"strings"
)

// htmlTables reads the tables written in HTML. A row of nothing but th is the header, else the first row.
func htmlTables(text string) (tables []Table) {
	t := tags{text: text}
	lines, counted := 0, 0
	var row *Row
	heads := false
	end := func() {
		if row == nil || len(tables) == 0 {
			return
		}
		table := &tables[len(tables)-1]
		switch {
		case table.Header == nil && (heads || len(table.Rows) == 0):
			table.Header, table.Line = row.Cells, row.Line
		case len(table.Rows) < rowsMost:
			table.Rows = append(table.Rows, *row)
		}
		row = nil
	}
	for {
		g, ok := t.next()
		if !ok {
			end()
			return slices.DeleteFunc(tables, func(t Table) bool { return len(t.Header) == 0 })
		}
		lines += strings.Count(text[counted:g.from], "\n")
		counted = g.from
		switch {
		case g.name == "table" && !g.closing && len(tables) < tablesMost:
			end()
			tables = append(tables, Table{Line: lines})
		case g.name == "table", g.name == "tr" && g.closing:
			end()
		case g.name == "tr":
			end()
			row, heads = &Row{Line: lines}, true
		case (g.name == "td" || g.name == "th") && !g.closing && row != nil:
			heads = heads && g.name == "th"
			stop := cellEnd(text, g.to)
			row.Cells = append(row.Cells, inlineText(htmlText(text[g.to:stop])))
			t.at = stop
		}
	}
}

var cellStops = pattern.New(`(?i)</?(?:td|th|tr|table|tbody|thead|tfoot)\b`)

// cellEnd is where the content of a cell ends: at the next tag of a table.
func cellEnd(text string, from int) int {
	if m := cellStops.FindStringIndex(text[from:]); m != nil {
		return from + m[0]
	}
	return len(text)
}

// asciidocTables reads the tables between lines of "|===". The cells of a row stand on one line, or each on its own; the first
// row, with a free line after it, is the header.
func asciidocTables(text string) (tables []Table) {
	inside := false
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "|===") {
			if inside = !inside; inside && len(tables) < tablesMost {
				tables = append(tables, Table{Line: i})
			}
			continue
		}
		if !inside || !strings.HasPrefix(line, "|") || len(tables) == 0 {
			continue
		}
		t := &tables[len(tables)-1]
		cells := plainCells(strings.TrimRight(line, "|"))
		last := len(t.Rows) - 1
		switch {
		case t.Header == nil:
			t.Header, t.Line = cells, i
		case len(cells) == 1 && last >= 0 && len(t.Rows[last].Cells) < len(t.Header):
			t.Rows[last].Cells = append(t.Rows[last].Cells, cells[0])
		case len(t.Rows) < rowsMost:
			t.Rows = append(t.Rows, Row{cells, i})
		}
	}
	return slices.DeleteFunc(tables, func(t Table) bool { return len(t.Header) == 0 })
}

var (
	gridRule   = pattern.New(`^\s*\+(?:[-=]+\+)+\s*$`)
	simpleRule = pattern.New(`^\s*=+(?:[ \t]+=+)+\s*$`)
	listTable  = pattern.New(`^\s*\.\. list-table::`)
	listRow    = pattern.New(`^\s+\* - ?(.*)$`)
	listCell   = pattern.New(`^\s+- ?(.*)$`)
)

// rstTables reads grid tables, simple tables and list tables.
func rstTables(text string) (tables []Table) {
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines) && len(tables) < tablesMost; i++ {
		var t Table
		switch {
		case gridRule.MatchString(lines[i]):
			t, i = gridTable(lines, i)
		case simpleRule.MatchString(lines[i]):
			t, i = simpleTable(lines, i)
		case listTable.MatchString(lines[i]):
			t, i = bulletTable(lines, i)
		}
		if len(t.Header) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

// add puts a row under the header, which the first row becomes.
func (t *Table) add(cells []string, line int) {
	for i := range cells {
		cells[i] = rstText(cells[i])
	}
	switch {
	case t.Header == nil:
		t.Header, t.Line = cells, line
	case len(t.Rows) < rowsMost:
		t.Rows = append(t.Rows, Row{cells, line})
	}
}

func gridTable(lines []string, i int) (t Table, last int) {
	var cells []string
	first := 0
	for ; i < len(lines); i++ {
		trimmed := strings.TrimSpace(lines[i])
		switch {
		case gridRule.MatchString(lines[i]):
			if cells != nil {
				t.add(cells, first)
			}
			cells = nil
		case strings.HasPrefix(trimmed, "|"):
			parts := cellsOf(strings.TrimSuffix(trimmed, "|") + " |")
			if cells == nil {
				cells, first = parts, i
				continue
			}
			for k := range min(len(cells), len(parts)) {
				cells[k] = strings.TrimSpace(cells[k] + " " + parts[k])
			}
		default:
			return t, i
		}
	}
	return t, i
}

// simpleTable reads columns by the places of the rule's parts.
func simpleTable(lines []string, i int) (t Table, last int) {
	type column struct{ from, to int }
	var columns []column
	rule := lines[i]
	for at := 0; at < len(rule); {
		if rule[at] != '=' {
			at++
			continue
		}
		n := run(rule[at:], '=')
		columns = append(columns, column{at, at + n})
		at += n
	}
	rules := 1
	for i++; i < len(lines) && rules < 3; i++ {
		switch {
		case simpleRule.MatchString(lines[i]):
			rules++
			if rules == 2 && (i+1 >= len(lines) || blank(lines[i+1])) {
				return t, i
			}
		case !blank(lines[i]):
			var cells []string
			for k, c := range columns {
				to := c.to
				if k == len(columns)-1 {
					to = len(lines[i])
				}
				cells = append(cells, strings.TrimSpace(lines[i][min(c.from, len(lines[i])):max(min(c.from, len(lines[i])), min(to, len(lines[i])))]))
			}
			t.add(cells, i)
		}
	}
	return t, i - 1
}

func bulletTable(lines []string, i int) (t Table, last int) {
	var cells []string
	first := 0
	for i++; i < len(lines); i++ {
		line := lines[i]
		if !blank(line) && line[0] != ' ' && line[0] != '\t' {
			break
		}
		if m := listRow.FindStringSubmatch(line); m != nil {
			if cells != nil {
				t.add(cells, first)
			}
			cells, first = []string{m[1]}, i
		} else if m := listCell.FindStringSubmatch(line); m != nil && cells != nil {
			cells = append(cells, m[1])
		} else if cells != nil && !blank(line) {
			cells[len(cells)-1] = strings.TrimSpace(cells[len(cells)-1] + " " + strings.TrimSpace(line))
		}
	}
	if cells != nil {
		t.add(cells, first)
	}
	return t, i - 1
}
