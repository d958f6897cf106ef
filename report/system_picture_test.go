package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/picture"
)

// drawnAs writes a picture's graph as lines: boxes first, then what leads where.
func drawnAs(t *testing.T, in []lodemark.Component) string {
	t.Helper()
	g, some := systemPicture(in)
	if !some {
		return ""
	}
	if _, err := picture.SVG(g, false); err != nil {
		t.Fatalf("cannot be drawn: %v", err)
	}
	label := map[string]string{}
	var out []string
	for _, n := range g.Nodes {
		label[n.ID] = n.Label
		mark := ""
		if n.Lane == loose {
			mark = ", loose"
		}
		out = append(out, fmt.Sprintf("%s (%s%s)", n.Label, n.Note, mark))
	}
	for _, e := range g.Edges {
		out = append(out, strings.TrimSpace(label[e.From]+" -> "+label[e.To]+" "+e.Label))
	}
	return strings.Join(out, "\n")
}

func TestSystemPicture(t *testing.T) {
	agent := lodemark.Component{Kind: lodemark.KindAgent, Name: "front", Path: "app.py", Line: 3, Detail: map[string]string{"tools": "a,b,c,d", "handoffs": "billing"}}
	billing := lodemark.Component{Kind: lodemark.KindAgent, Name: "billing", Path: "billing.py", Line: 3}
	call := lodemark.Component{Kind: lodemark.KindModelCall, Name: "create", Path: "app.py", Line: 9, Detail: map[string]string{"model": "gpt-4o"}}
	model := lodemark.Component{Kind: lodemark.KindHostedModel, Name: "gpt-4o", Path: "settings.py"}
	store := lodemark.Component{Kind: lodemark.KindVectorStore, Name: "chroma", Path: "app.py"}
	var tools []lodemark.Component
	for _, n := range []string{"a", "b", "c", "d"} {
		tools = append(tools, lodemark.Component{Kind: lodemark.KindTool, Name: n, Path: "tools.py"})
	}
	for _, tt := range []struct {
		name string
		in   []lodemark.Component
		want string
	}{
		{"an agent takes in the calls of its file; tools that the same parts use are one box; data flows to who reads it",
			append([]lodemark.Component{agent, billing, call, model, store}, tools...),
			"front (agent)\nbilling (agent)\ngpt-4o (hosted model)\nchroma (vector store)\n4 tools (a, b, c, d)\n" +
				"front -> billing hands over\nfront -> gpt-4o\nfront -> 4 tools\nchroma -> front"},
		{"without an agent the file asks the model, and what nothing uses stands apart",
			[]lodemark.Component{call, model, {Kind: lodemark.KindDataset, Name: "faq.csv", Path: "data/faq.csv"}, {Kind: lodemark.KindDataset, Name: "data/faq.csv", Path: "train.py", Line: 3}},
			"app.py (file that asks models)\ngpt-4o (hosted model)\nfaq.csv (dataset, loose)\napp.py -> gpt-4o"},
		{"parts without any link make no picture", []lodemark.Component{model, store}, ""},
		{"tests are left out", []lodemark.Component{{Kind: lodemark.KindModelCall, Name: "create", Path: "test_a.py", Test: true, Detail: call.Detail}, model}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := drawnAs(t, tt.in); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// However many parts there are, a picture of at most some dozens of boxes comes out.
func TestSystemPictureOfALargeSystem(t *testing.T) {
	var in []lodemark.Component
	for i := range 500 {
		file := fmt.Sprintf("pkg%d/file%d.py", i%40, i)
		in = append(in, lodemark.Component{Kind: lodemark.KindModelCall, Name: "create", Path: file, Detail: map[string]string{"model": fmt.Sprint("model-", i)}},
			lodemark.Component{Kind: lodemark.KindHostedModel, Name: fmt.Sprint("model-", i), Path: file},
			lodemark.Component{Kind: lodemark.KindAgent, Name: fmt.Sprint("agent-", i), Path: "agents.py"})
	}
	g, some := systemPicture(in)
	if !some {
		t.Fatal("no picture")
	}
	if _, err := picture.SVG(g, false); err != nil || len(g.Nodes) > pictureBoxes {
		t.Errorf("%d boxes, %v", len(g.Nodes), err)
	}
	if len(g.Edges) == 0 {
		t.Error("nothing leads anywhere: folding lost the lines")
	}
}
