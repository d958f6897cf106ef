package rules

import (
	"fmt"
	"slices"
	"testing"
)

// Where the name of a hosted model is chosen, however code spells that; and where it is only mentioned.
func TestHostedModelsChosen(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"by place":           {map[string]string{"a.py": "from langchain_openai import ChatOpenAI\nm = ChatOpenAI(\"gpt-4o\")\n"}, []string{"SC-19 a.py 2"}},
		"with the provider":  {map[string]string{"a.py": "from pydantic_ai import Agent\na = Agent(\"openai:gpt-4-32k\")\n"}, []string{"SC-18 a.py 2"}},
		"of an enumeration":  {map[string]string{"a.py": "from enum import Enum\nfrom langchain_openai import ChatOpenAI\n\n\nclass M(str, Enum):\n    FAST = \"gpt-4o\"\n\n\nm = ChatOpenAI(M.FAST.value)\n"}, []string{"SC-19 a.py 9"}},
		"of another file":    {map[string]string{"conf.py": "CHAT = \"gpt-4o\"\n", "a.py": "import conf\nfrom langchain_openai import ChatOpenAI\n\nm = ChatOpenAI(model=conf.CHAT)\n"}, []string{"SC-19 a.py 4"}},
		"in a variable":      {map[string]string{"app.yaml": "chat_llm: gpt-4-32k\n"}, []string{"SC-18 app.yaml 1"}},
		"all of a beginning": {map[string]string{"a.py": "import openai\nopenai.Embedding.create(model=\"text-search-ada-doc-001\", input=x)\n"}, []string{"SC-18 a.py 2"}},
		"what a run gave":    {map[string]string{"experiments/responses/a.json": "{\"llm\": \"gpt-4-32k\"}\n"}, nil},
		"a list to choose":   {map[string]string{"a.py": "MODELS = [\"gpt-4o\", \"gpt-4-32k\"]\n"}, nil},
	} {
		var got []string
		for _, f := range in(t, c.files) {
			if id := f.Rule.ID; id == "SC-18" || id == "SC-19" {
				got = append(got, fmt.Sprint(id, " ", f.Path, " ", f.Line))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, not %q", name, got, c.want)
		}
	}
}
