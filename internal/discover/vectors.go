package discover

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// A database that keeps vectors shows it in its schema: a column of that type, or a table made for them.

func (v *visit) isSchema() bool { return v.ext == ".sql" && v.size > 0 }

var (
	createTable  = pattern.New(`(?i)^\s*(?:create|alter)\s+(virtual\s+)?(?:unlogged\s+|temp(?:orary)?\s+)?(?:foreign\s+)?table\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?([\w."` + "`" + `-]+)`)
	vectorColumn = pattern.New(`(?i)(?:^|[\s(,"` + "`" + `])([A-Za-z_]\w*)["` + "`" + `]?\s+(?:(?:public|extensions|pgvector)\.)?"?(vector|halfvec|sparsevec|vecf32|vecf16)"?\s*\(\s*(\d{1,6})\s*\)`)
	vectorKind   = pattern.New(`(?i)using\s+(vec0|vss0|vectorlite)\b`)
	vectorAddon  = pattern.New(`(?i)^\s*create\s+extension\s+(?:if\s+not\s+exists\s+)?["']?(vector|pgvector|vectors|vchord|vectorscale|lantern|pg_embedding)\b`)
)

// readSchema notes each column of vectors, or, where there is none, the extension that brings them.
func (v *visit) readSchema() {
	if !isText(v.head) {
		return
	}
	data, ok := v.smallText(8 << 20)
	if !ok || !containsAny(bytes.ToLower(data), [][]byte{[]byte("vec")}) {
		return
	}
	table, depth, number, addon := "", 0, 0, 0
	found := 0
	add := func(name, technology string, line int, size string) {
		if found++; found > 1000 {
			return
		}
		detail := map[string]string{"technology": technology, "from": "schema"}
		if size != "" {
			detail["dimensions"] = size
		}
		v.list(lodemark.Component{Kind: lodemark.KindVectorStore, Name: name, Line: line, Detail: detail})
	}
	for raw := range bytes.Lines(data) {
		number++
		line := string(raw[:min(len(raw), 4096)])
		if code, _, cut := strings.Cut(line, "--"); cut {
			line = code
		}
		if m := createTable.FindStringSubmatch(line); m != nil {
			table, depth = strings.NewReplacer(`"`, "", "`", "").Replace(m[2]), 0
			table = table[strings.LastIndexByte(table, '.')+1:]
			if k := vectorKind.FindStringSubmatch(line); k != nil && m[1] != "" {
				add(table, "sqlite-vec", number, "")
				table = ""
			}
		} else if m := vectorAddon.FindStringSubmatch(line); m != nil && addon == 0 {
			addon = number
		}
		if table == "" {
			continue
		}
		for _, m := range vectorColumn.FindAllStringSubmatch(line, 20) {
			size := m[3]
			if _, err := strconv.Atoi(size); err == nil && !strings.EqualFold(m[1], "cast") && !strings.EqualFold(m[1], "as") {
				add(table+"."+m[1], "pgvector", number, size)
			}
		}
		if depth += strings.Count(line, "(") - strings.Count(line, ")"); strings.Contains(line, ";") && depth <= 0 {
			table = ""
		}
	}
	if found == 0 && addon > 0 {
		add("pgvector", "pgvector", addon, "")
	}
}

// list notes what only an inventory lists.
func (v *visit) list(c lodemark.Component) {
	c.Path, c.Test = v.path, v.aside()
	if c.Origin == "" {
		c.Origin = lodemark.OriginInferred
	}
	v.out.hints.listed = append(v.out.hints.listed, c)
}
