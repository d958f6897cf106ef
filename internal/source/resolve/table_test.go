package resolve

import "testing"

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"torch.load", "torch.load", true},
		{"torch.load", "torch.load.x", false},
		{"torch.load", "torch", false},
		{"**.create", "openai.OpenAI.chat.completions.create", true},
		{"**.chat.completions.create", "chat.completions.create", true},
		{"**.chat.completions.create", "x.chat.create", false},
		{"*.run", "subprocess.run", true},
		{"*.run", "run", false},
		{"*.run", "a.b.run", false},
		{"langchain*.**.invoke", "langchain_openai.ChatOpenAI.invoke", true},
		{"langchain*.**.invoke", "langchain.invoke", true},
		{"langchain*.**.invoke", "x.langchain.invoke", false},
		{"**.is_safe*", "app.is_safe_url", true},
		{"**.*valid*", "app.check_validity", true},
		{"a.**", "a.b.c", true},
		{"a.**", "b", false},
		{"eval", "eval", true},
		{"eval", "", false},
		{"?.pool.query", "?.pool.query", true},
		{"?.pool.query", "pool.query", true},
		{"?.pool.query", "pg.pool.query", false},
	} {
		if got := Matches(c.pattern, c.name); got != c.want {
			t.Errorf("%s on %s: %v", c.pattern, c.name, got)
		}
		var table Table[int]
		table.Add(c.pattern, 1)
		if got := table.Has(c.name); got != c.want {
			t.Errorf("table of %s on %s: %v", c.pattern, c.name, got)
		}
	}
}
