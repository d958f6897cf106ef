package lodemark

import (
	"fmt"
	"strings"
	"testing"
)

func TestLinks(t *testing.T) {
	agent := func(name, path string, detail ...string) Component {
		c := Component{Kind: KindAgent, Name: name, Path: path, Detail: map[string]string{}}
		for _, d := range detail {
			k, v, _ := strings.Cut(d, "=")
			c.Detail[k] = v
		}
		return c
	}
	for _, tt := range []struct {
		name string
		in   []Component
		want []string
	}{
		{"an agent's tools, model and hand-off by name",
			[]Component{agent("front", "a.py", "tools=search, send_mail", "model=gpt-4o", "handoffs=billing"), agent("billing", "b.py"),
				{Kind: KindTool, Name: "search", Path: "tools.py"}, {Kind: KindMCPServer, Name: "send_mail", Path: ".mcp.json"}, {Kind: KindHostedModel, Name: "gpt-4o", Path: "c.py"}},
			[]string{"front hands billing", "front calls search", "front calls send_mail", "front asks gpt-4o"}},
		{"the nearest of one name",
			[]Component{agent("front", "x/a.py", "tools=search"), {Kind: KindTool, Name: "search", Path: "x/t.py"}, {Kind: KindTool, Name: "search", Path: "y/t.py"}},
			[]string{"front calls search"}},
		{"a model whose name is a variable, in one file",
			[]Component{{Kind: KindModelCall, Name: "create", Path: "a.py", Detail: map[string]string{"model": "MODEL"}}, {Kind: KindHostedModel, Name: "gpt-4o", Path: "a.py"},
				{Kind: KindHostedModel, Name: "gpt-4", Path: "b.py"}, {Kind: KindVectorStore, Name: "chroma", Path: "a.py"}},
			[]string{"create asks gpt-4o?", "create reads chroma?"}},
		{"tests and what is not resolved tie nothing",
			[]Component{agent("front", "a.py", "tools=search"), {Kind: KindTool, Name: "search", Path: "t.py", Test: true},
				{Kind: KindHostedModel, Name: "name()", Path: "a.py", Origin: OriginUnresolved}},
			nil},
		{"a table of models says nothing about one call", append([]Component{{Kind: KindModelCall, Name: "create", Path: "a.py"}}, table(9)...), nil},
		{"a job's model and data",
			[]Component{{Kind: KindTraining, Name: "Trainer", Path: "t.py", Detail: map[string]string{"model": "org/base", "dataset": "org/data"}},
				{Kind: KindModel, Name: "org/base", Path: "t.py"}, {Kind: KindDataset, Name: "org/data", Path: "d.py"}},
			[]string{"Trainer asks org/base", "Trainer reads org/data"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, l := range Links(tt.in) {
				mark := "?"
				if l.Certain {
					mark = ""
				}
				got = append(got, fmt.Sprintf("%s %s %s%s", tt.in[l.From].Name, l.Kind, tt.in[l.To].Name, mark))
			}
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func table(n int) (out []Component) {
	for i := range n {
		out = append(out, Component{Kind: KindHostedModel, Name: fmt.Sprint("model-", i), Path: "a.py"})
	}
	return out
}
