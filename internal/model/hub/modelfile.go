package hub

import (
	"bytes"
	"context"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const maxModelfile = 1 << 20

// claimsModelfile takes Ollama's files that build a model.
func claimsModelfile(p *inspect.Part) bool {
	if roleOf(p.Name) != modelfile || !isText(p.Head()) {
		return false
	}
	for line := range bytes.Lines(p.Head()) {
		word, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(" "))
		if strings.EqualFold(string(word), "FROM") {
			return true
		}
	}
	return false
}

// scanModelfile looks at what it reads in. Values in three quotes go over lines.
func scanModelfile(_ context.Context, p *inspect.Part) error {
	src, err := p.Read(0, int(min(p.Size, maxModelfile)))
	if err != nil {
		return err
	}
	if p.Size > maxModelfile {
		p.Say(inspect.NotRead, "modelfile-limit", -1, "is longer than %d bytes, and was not looked at wholly", maxModelfile)
	}
	quoted, off := false, int64(0)
	for line := range strings.Lines(string(src)) {
		at := off
		off += int64(len(line))
		inside := quoted
		if strings.Count(line, `"""`)%2 == 1 {
			quoted = !quoted
		}
		word, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if inside {
			continue
		}
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch strings.ToUpper(word) {
		case "FROM":
			p.Fact("base model", value)
			modelfilePath(p, at, "the model to begin with", value)
		case "ADAPTER":
			modelfilePath(p, at, "an adapter", value)
		case "LICENSE":
			p.Fact("licence", value)
		}
	}
	if quoted {
		p.Say(inspect.NotRead, "modelfile-open", -1, "has a quoted text that does not end")
	}
	return nil
}

// modelfilePath judges what is read in. Ollama itself writes the place of its own store into the files that it prints.
func modelfilePath(p *inspect.Part, at int64, what, value string) {
	slashed := strings.ReplaceAll(value, `\`, "/")
	if strings.Contains(slashed, "/models/blobs/sha256") && !strings.Contains(slashed, "..") && !remote(value) {
		return
	}
	escape(p, at, "modelfile-path", what, value)
}
