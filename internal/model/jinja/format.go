package jinja

import (
	"context"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Format is a template in a file of its own, such as chat_template.jinja beside a model.
func Format() inspect.Format {
	return inspect.Format{
		Name:    "jinja",
		Doc:     "Programs render it when somebody chats with the model, and some of them outside of a sandbox: a hostile template runs code.",
		Endings: []string{".jinja", ".jinja2", ".j2"},
		Claims: func(p *inspect.Part) bool {
			switch p.Ending() {
			case ".jinja", ".jinja2", ".j2":
				return true
			}
			return false
		},
		Scan: scan,
		Canary: func() (string, []byte) {
			return "canary.jinja", []byte("{{ ''.__class__.__mro__[1].__subclasses__() }}")
		},
		CanaryWant: inspect.Malicious,
	}
}

func scan(_ context.Context, p *inspect.Part) error {
	if p.Size > maxSource {
		p.Say(inspect.NotRead, "template-limit", -1, "a template of more than %d bytes", maxSource)
		return nil
	}
	src := p.Head()
	if int64(len(src)) < p.Size {
		var err error
		if src, err = p.Read(0, int(p.Size)); err != nil {
			return err
		}
	}
	for _, e := range Look(src) {
		p.Say(e.Verdict, e.ID, int64(e.Offset), "%s", e.Message)
	}
	return nil
}
