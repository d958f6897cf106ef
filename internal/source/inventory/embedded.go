package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Settings stand in other settings and in code as one text: a file in a map of Kubernetes, JSON in a variable of the environment, YAML that a
// script writes down. They are read as if they stood by themselves.

// maxEmbedded is the length of such a text.
const maxEmbedded = 64 << 10

var (
	// aboutModels is in a text that may hold such settings.
	aboutModels = pattern.New(`(?i)(?:^|[\n{,])[\t -]*["']?[\w.-]*(?:model|vector|llm|embedd|provider)[\w.-]*["']?:`)
	// oneLine is a table of JSON in one line.
	oneLine = pattern.New(`^\s*\{.*\}\s*$`)
)

// embedded reads the settings that a text holds; none where it is no table. The first line of the text is line.
func embeddedIn(text, key string, line int, whole bool) []*settings.Node {
	if len(text) > maxEmbedded || len(text) < 12 || !aboutModels.MatchString(text) || !strings.Contains(text, "\n") && !oneLine.MatchString(text) {
		return nil
	}
	roots, err := settings.YAML([]byte(text))
	if err != nil {
		return nil
	}
	var tables []*settings.Node
	for _, r := range roots {
		if r.Scalar || len(r.Children) == 0 {
			continue
		}
		r.Key = key
		move(r, line, whole, 0)
		tables = append(tables, r)
	}
	return tables
}

// move gives nodes the lines of the file that their text stands in.
func move(n *settings.Node, line int, whole bool, depth int) {
	if depth > 60 {
		return
	}
	if whole {
		n.Line, n.EndLine = n.Line+line-1, n.EndLine+line-1
	} else {
		n.Line, n.EndLine = line, line
	}
	for _, c := range n.Children {
		move(c, line, whole, depth+1)
	}
}

// within notes what the texts of a file of settings hold that are settings themselves.
func within(root *settings.Node, tell teller) {
	left := 200
	walk(root, 0, func(n *settings.Node) {
		if left == 0 {
			return
		}
		whole := n.EndLine > n.Line && strings.Count(n.Value, "\n") >= n.EndLine-n.Line-1
		for _, r := range embeddedIn(n.Value, n.Key, n.Line, whole) {
			left--
			known(r, tell)
		}
	})
}

// known notes what a table of settings names at keys that any file may have.
func known(root *settings.Node, tell teller) {
	stores(root, tell)
	provided(root, tell)
	rows(root, 0, tell)
	walk(root, 0, func(n *settings.Node) {
		for _, a := range setting(n) {
			tell(a, n)
		}
	})
}

// writtenDown notes what settings that stand as a text in code name.
func (l *look) writtenDown(id syntax.ID) {
	t := l.t
	n := t.Node(id)
	if n.End-n.Start < 60 || n.End-n.Start > maxEmbedded {
		return
	}
	switch t.Kind(t.Parent(id)) {
	case syntax.Strings, syntax.Format, syntax.Interp, syntax.ExprStmt, syntax.Compare:
		return
	}
	code := t.Code(id)
	if !strings.Contains(code, "\n") || !aboutModels.MatchString(code) {
		return
	}
	c, ok := l.f.Constant(id)
	if !ok || !c.String {
		return
	}
	text := c.Text
	if t.Kind(id) == syntax.Format && t.Language == syntax.Python {
		text = strings.NewReplacer("{{", "{", "}}", "}").Replace(text)
	}
	first, _ := t.Line(n.Start)
	for _, r := range embeddedIn(text, l.variable(id), first, true) {
		known(r, func(a Asset, n *settings.Node) {
			if a.Kind == lodemark.KindPrompt || a.Kind == lodemark.KindDataset {
				return
			}
			a.at = id
			got := l.add(a)
			got.Line, got.EndLine = n.Line, n.Line
			delete(l.known, key{a.Kind.Group(), a.Name, first})
			l.known[key{a.Kind.Group(), a.Name, n.Line}] = len(l.found) - 1
		})
	}
}
