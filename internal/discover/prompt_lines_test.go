package discover

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// A file with a prompt on every line is a file of prompts; one that only holds things to ask is data.
func TestPromptLines(t *testing.T) {
	const judge = `{"name": "pair", "system_prompt": "Please act as an impartial judge.", "prompt_template": "[Q] {question}"}` + "\n"
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"data/judge_prompts.jsonl", judge + "\n" + `{"id": "t", "prompt_template": "Answer the question: {q}"}`, []string{"1 pair system", "3 t template"}},
		{"data/prompts.jsonl", `{"prompt": "What is the capital of France?"}`, nil},
		{"data/prompts.jsonl", judge + `{"prompt": "What is it?"}`, nil},
		{"data/prompts.jsonl", judge + "no JSON", nil},
		{"data/questions.jsonl", judge, nil},
	} {
		s := discovered(t, files{c.name: c.text})
		var got []string
		for _, p := range s.Components {
			if p.Kind == lodemark.KindPrompt {
				got = append(got, strings.TrimSpace(strings.Join([]string{string(rune('0' + p.Line)), p.Name, p.Detail["role"]}, " ")))
			}
			if p.Kind == lodemark.KindDataset && len(c.want) > 0 {
				t.Errorf("%s is data too", c.name)
			}
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}
