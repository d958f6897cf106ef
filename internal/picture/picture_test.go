package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// helpdesk is a small system with a boundary, a store, a model, a pair of lines and a line that leads back.
func helpdesk() *Graph {
	return &Graph{
		Title: "Helpdesk", Text: "A user asks an agent.",
		Lanes: []Lane{{"net", "internet"}, {"in", "serving"}},
		Nodes: []Node{
			{ID: "user", Label: "User", Note: "end_user", Lane: "net", Shape: Entity, Class: "outside"},
			{ID: "agent", Label: "Helpdesk agent", Note: "agent", Lane: "in", Class: "agent", Tip: "app.py:12", Link: "#c1"},
			{ID: "model", Label: "claude-sonnet-4-5", Note: "hosted model", Shape: Model, Class: "model"},
			{ID: "docs", Label: "Tickets", Note: "vector store", Lane: "in", Shape: Store, Class: "store"},
		},
		Edges: []Edge{{"user", "agent", "prompt", "untrusted"}, {"agent", "user", "answer", ""}, {"agent", "model", "prompt", ""},
			{"docs", "agent", "passages", ""}, {"model", "docs", "summary", ""}},
	}
}

func TestSVGNamesEveryPartOnce(t *testing.T) {
	svg, err := SVG(helpdesk(), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{">User</text>", ">Helpdesk agent</text>", ">claude-sonnet-4-5</text>", ">Tickets</text>", ">internet</text>", ">serving</text>",
		">→ prompt</text>", ">← answer</text>", ">passages</text>", `<a href="#c1">`, "<title>app.py:12</title>", "<desc>A user asks an agent.</desc>"} {
		if n := strings.Count(string(svg), want); n != 1 {
			t.Errorf("%d times %s, want once", n, want)
		}
	}
	if n := strings.Count(string(svg), `class="line`); n != 4 {
		t.Errorf("%d lines, want 4: there and back between user and agent is one", n)
	}
	if n := strings.Count(string(svg), `class="head`); n != 5 {
		t.Errorf("%d heads, want one for each edge", n)
	}
}

func TestMermaid(t *testing.T) {
	got, err := Mermaid(helpdesk())
	if err != nil {
		t.Fatal(err)
	}
	want := `flowchart LR
  subgraph lane0 ["internet"]
    n0["User<br/>end_user"]
  end
  subgraph lane1 ["serving"]
    n1(["Helpdesk agent<br/>agent"])
    n3[("Tickets<br/>vector store")]
  end
  n2{{"claude-sonnet-4-5<br/>hosted model"}}
  n0 -.->|"prompt"| n1
  n1 -->|"answer"| n0
  n1 -->|"prompt"| n2
  n3 -->|"passages"| n1
  n2 -->|"summary"| n3
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWhatCannotBeDrawn(t *testing.T) {
	many := &Graph{Nodes: make([]Node, MaxNodes+1)}
	if _, err := SVG(many, false); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too many nodes: %v", err)
	}
	for name, g := range map[string]*Graph{
		`edge to an unknown node: "b"`: {Nodes: []Node{{ID: "a"}}, Edges: []Edge{{From: "a", To: "b"}}},
		`node named twice: "a"`:        {Nodes: []Node{{ID: "a"}, {ID: "a"}}},
		`node in an unknown lane: "x"`: {Nodes: []Node{{ID: "a", Lane: "x"}}},
		`lane named twice: "l"`:        {Lanes: []Lane{{ID: "l"}, {ID: "l"}}},
	} {
		var ref *ReferenceError
		if _, err := SVG(g, false); !errors.As(err, &ref) || err.Error() != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// random is a graph with cycles, loops, long lines and long texts.
func random(r *rand.Rand, nodes, edges, lanes int) *Graph {
	g := &Graph{Title: "random"}
	for i := range lanes {
		g.Lanes = append(g.Lanes, Lane{fmt.Sprint(i), fmt.Sprintf("boundary %d", i)})
	}
	for i := range nodes {
		n := Node{ID: fmt.Sprint("n", i), Label: strings.Repeat("wide name ", r.IntN(5)) + fmt.Sprint(i), Shape: Shape(r.IntN(4))}
		if r.IntN(2) == 0 {
			n.Note = "vector store"
		}
		if k := r.IntN(lanes + 1); k < lanes {
			n.Lane = fmt.Sprint(k)
		}
		g.Nodes = append(g.Nodes, n)
	}
	for range edges {
		e := Edge{From: g.Nodes[r.IntN(nodes)].ID, To: g.Nodes[r.IntN(nodes)].ID}
		e.Label = []string{"", "prompt", "documents, model_output", "a label that is much too long for one row of a picture"}[r.IntN(4)]
		g.Edges = append(g.Edges, e)
	}
	return g
}

// Nothing overlaps: neither boxes, nor labels, nor a line on its way through a column and a box.
func TestNothingOverlaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		n := 1 + r.IntN(60)
		g := random(r, n, r.IntN(3*n), r.IntN(6))
		p, err := arrange(g)
		if err != nil {
			t.Fatal(err)
		}
		for c, col := range p.columns {
			for i := 1; i < len(col); i++ {
				a, b := p.items[col[i-1]], p.items[col[i]]
				if a.y+a.h/2 > b.y-b.h/2+0.01 {
					t.Fatalf("round %d, column %d: %+v reaches into %+v", round, c, a, b)
				}
			}
			if c > 0 && p.x[c-1]+p.w[c-1] > p.x[c]+0.01 {
				t.Fatalf("round %d: column %d reaches into the one before", round, c)
			}
			for _, it := range col {
				i := p.items[it]
				if i.w > p.w[c] || i.y-i.h/2 < 0 || i.y+i.h/2 > p.height {
					t.Fatalf("round %d: %+v does not fit its column or the picture", round, i)
				}
				for _, row := range i.rows {
					if width(row, smallSize) > p.w[c]-2*bend {
						t.Fatalf("round %d: label %q is wider than its place", round, row)
					}
				}
				if band := p.lanes[i.lane]; i.y-i.h/2 < band.y || i.y+i.h/2 > band.y+band.h+0.01 {
					t.Fatalf("round %d: %+v leaves its lane %+v", round, i, band)
				}
			}
		}
		for n, l := range p.lines {
			if p.items[l.from].col >= p.items[l.to].col {
				t.Fatalf("round %d: line %d does not lead to the right", round, n)
			}
		}
	}
}

func TestSameBytesTwice(t *testing.T) {
	g := random(rand.New(rand.NewPCG(3, 4)), 40, 90, 5)
	a, err := SVG(g, true)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := SVG(g, true); !bytes.Equal(a, b) {
		t.Error("two drawings of one graph differ")
	}
}

func FuzzTextsStayText(f *testing.F) {
	for _, s := range []string{"", "User", "</text><script>alert(1)</script>", "\x00\xff\u202e", strings.Repeat("W", 1000), "日本語のとても長い名前", `"]; click n0 "javascript:x"`, "a]]>b&amp;"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, s, other string) {
		g := &Graph{Title: s, Text: other, Lanes: []Lane{{"l", s}}, Nodes: []Node{{ID: "a", Label: s, Note: other, Lane: "l", Class: s, Tip: s, Link: s},
			{ID: "b", Label: other, Link: "#" + s}}, Edges: []Edge{{"a", "b", s, other}, {"b", "a", other, s}}}
		svg, err := SVG(g, true)
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(bytes.NewReader(svg))
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("not well formed: %v", err)
			}
			if e, ok := tok.(xml.StartElement); ok {
				if !strings.Contains(" svg title desc style rect text path a g ", " "+e.Name.Local+" ") {
					t.Fatalf("element %q out of a text", e.Name.Local)
				}
				for _, at := range e.Attr {
					if at.Name.Local == "href" && !strings.HasPrefix(at.Value, "#") {
						t.Fatalf("link %q", at.Value)
					}
				}
			}
		}
		text, err := Mermaid(g)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte("\n")); n != 7 {
			t.Fatalf("a text made lines of its own:\n%s", text)
		}
	})
}

func BenchmarkSVG(b *testing.B) {
	for _, n := range []int{40, 400} {
		g := random(rand.New(rand.NewPCG(5, 6)), n, n*2, 6)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := SVG(g, true); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
