package gguf

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jinja"
)

const (
	maxTemplate = 1<<20 + 1 // as much as the template parser takes, and one byte to tell
	maxOther    = 256 << 10 // of other strings
)

// stringValue reads a string: facts, and templates, which are programs.
func (f *file) stringValue(key string) {
	template := strings.HasSuffix(key, "chat_template") || strings.HasPrefix(key, "tokenizer.chat_template.") || strings.Contains(key, "template")
	max := maxOther
	if template {
		max = maxTemplate
	}
	length := f.Off()
	s := f.str(max)
	if !f.ok() {
		return
	}
	at := length + int64(f.least(4, 8))
	if name := factName(key); name != "" {
		f.part.Fact(name, s)
	}
	switch {
	case template:
		f.template(key, s, at)
	case strings.Contains(s, "{{") || strings.Contains(s, "{%"):
		for _, e := range jinja.Look([]byte(s)) {
			if e.Verdict == inspect.Malicious { // in a text that is no template by its name only what is not there by chance
				f.part.Say(e.Verdict, "gguf-"+e.ID, at+int64(e.Offset), "%s: %s", inspect.Quote(key), e.Message)
			}
		}
	}
	if !template {
		inspect.Payload(f.part, at, inspect.Quote(key), s)
	}
}

func (f *file) template(key, s string, at int64) {
	f.part.Fact("chat template", "yes")
	for _, e := range jinja.Look([]byte(s)) {
		f.part.Say(e.Verdict, "gguf-"+e.ID, at+int64(e.Offset), "%s: %s", inspect.Quote(key), e.Message)
	}
}

// factName is under what name the inventory has a key.
func factName(key string) string {
	switch key {
	case "general.architecture":
		return "architecture"
	case "general.name":
		return "name"
	case "general.license":
		return "licence"
	case "general.size_label":
		return "size"
	case "general.author", "general.organization":
		return "author"
	case "general.quantized_by":
		return "producer"
	case "general.repo_url", "general.source.url", "general.url":
		return "source"
	case "general.type":
		return "kind"
	case "tokenizer.ggml.model":
		return "tokenizer"
	}
	return ""
}
