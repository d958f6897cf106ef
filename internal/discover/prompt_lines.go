package discover

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/lodemark/lodemark"
)

// Most prompts and bytes that are read of one file of prompts; what is larger holds things to ask, which are data.
const (
	mostPromptLines = 500
	promptLineBytes = 1 << 20
)

// isPromptLines knows files by their name that may hold one prompt on each line.
func (v *visit) isPromptLines() bool {
	return (v.ext == ".jsonl" || v.ext == ".ndjson") && v.size > 0 && v.size <= promptLineBytes && strings.Contains(stemOf(v.lower), "prompt")
}

// readPromptLines notes each prompt by its line, if every line of the file has one that is made for a model: a system prompt, or a template.
func (v *visit) readPromptLines() {
	for _, c := range v.promptLines() {
		v.add(c)
	}
}

func (v *visit) promptLines() []lodemark.Component {
	data, ok := v.text()
	if !ok || isPointer(v.head) {
		return nil
	}
	var all []lodemark.Component
	line := 0
	for one := range bytes.Lines(data) {
		line++
		if one = bytes.TrimSpace(one); len(one) == 0 {
			continue
		}
		var m struct {
			ID       string `json:"id"`
			Name     string `json:"name"`
			System   string `json:"system_prompt"`
			Message  string `json:"system_message"`
			Template string `json:"prompt_template"`
		}
		text := ""
		if json.Unmarshal(one, &m) == nil {
			text = cmp.Or(m.System, m.Message, m.Template)
		}
		if len(strings.Fields(text)) < 3 || len(all) == mostPromptLines {
			return nil // data with prompts in it
		}
		role := "system"
		if text == m.Template {
			role = "template"
		}
		sum := sha256.Sum256([]byte(text))
		all = append(all, lodemark.Component{Kind: lodemark.KindPrompt, Name: cmp.Or(m.Name, m.ID), Line: line, Format: "json", Digest: "sha256:" + hex.EncodeToString(sum[:]), Detail: map[string]string{"role": role}})
	}
	return all
}
