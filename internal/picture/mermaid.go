package picture

import (
	"bytes"
	"fmt"
	"strings"
)

// Mermaid writes a graph as a Mermaid flowchart, which code forges draw inside a README. Lanes become subgraphs.
func Mermaid(g *Graph) ([]byte, error) {
	at, err := g.check()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("flowchart LR\n")
	node := func(indent string, i int) {
		n := &g.Nodes[i]
		text := quoted(n.Label, 80)
		if note := quoted(n.Note, 60); note != "" {
			text += "<br/>" + note
		}
		left, right := `(["`, `"])`
		switch n.Shape {
		case Entity:
			left, right = `["`, `"]`
		case Store:
			left, right = `[("`, `")]`
		case Model:
			left, right = `{{"`, `"}}`
		}
		fmt.Fprintf(&b, "%sn%d%s%s%s\n", indent, i, left, text, right)
	}
	for l, lane := range g.Lanes {
		open := false
		for i := range g.Nodes {
			if g.Nodes[i].Lane != lane.ID {
				continue
			}
			if !open {
				fmt.Fprintf(&b, "  subgraph lane%d [\"%s\"]\n", l, quoted(lane.Label, 60))
				open = true
			}
			node("    ", i)
		}
		if open {
			b.WriteString("  end\n")
		}
	}
	for i := range g.Nodes {
		if g.Nodes[i].Lane == "" {
			node("  ", i)
		}
	}
	for _, e := range g.Edges {
		arrow := "-->"
		if e.Class == "untrusted" {
			arrow = "-.->"
		}
		if l := quoted(e.Label, 60); l != "" {
			arrow += `|"` + l + `"|`
		}
		fmt.Fprintf(&b, "  n%d %s n%d\n", at[e.From], arrow, at[e.To])
	}
	return b.Bytes(), nil
}

// quoted makes a text harmless inside the double quotes of Mermaid: its entities are numbers between "#" and ";".
func quoted(s string, n int) string {
	return strings.NewReplacer(`"`, "#34;", "<", "#60;", ">", "#62;", "#", "#35;", "&", "#38;", "`", "#96;", "|", "#124;", "[", "#91;", "]", "#93;").Replace(tidy(s, n))
}
