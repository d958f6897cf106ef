package tensorflow

import (
	"bytes"
	"context"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

// claimsState takes the file that says which checkpoint of a folder is the latest.
func claimsState(p *inspect.Part) bool {
	head := bytes.TrimLeft(p.Head(), " \t\r\n\ufeff")
	return bytes.HasPrefix(head, []byte("model_checkpoint_path")) || strings.EqualFold(p.Name, "checkpoint") && bytes.HasPrefix(head, []byte("all_model_checkpoint_paths"))
}

const maxState = 4 << 20

// scanState reads a CheckpointState in its text form. An absolute path on the machine that trained is what the library writes
// where it was given one, and a restore elsewhere fails for it; a path that climbs out of the folder, or leads to another machine,
// is followed wherever the folder lies.
func scanState(_ context.Context, p *inspect.Part) error {
	p.Fact("framework", "tensorflow")
	if p.Size > maxState {
		return damage(-1, "is larger than the %d bytes of text that are looked at", maxState)
	}
	src, err := p.Read(0, int(p.Size))
	if err != nil {
		return err
	}
	t := &text{src: bytes.TrimPrefix(src, []byte("\ufeff"))}
	said := map[string]bool{}
	for {
		t.space()
		if t.at >= len(t.src) {
			return nil
		}
		at := t.at
		name := t.word()
		t.space()
		if name == "" || t.at >= len(t.src) || t.src[t.at] != ':' {
			return damage(int64(at), "a field with a value is expected")
		}
		t.at++
		if t.space(); t.at >= len(t.src) {
			return damage(int64(t.at), "the field %s has no value", inspect.Quote(name))
		}
		value, quoted, err := t.value()
		switch {
		case err != nil:
			return err
		case name == "all_model_checkpoint_timestamps" || name == "last_preserved_timestamp":
			continue
		case name != "model_checkpoint_path" && name != "all_model_checkpoint_paths":
			return damage(int64(at), "the field %s is none of the state of checkpoints", inspect.Quote(name))
		case !quoted:
			return damage(int64(at), "the field %s holds no text", inspect.Quote(name))
		}
		if !said[value] && len(said) < 20 {
			said[value] = true
			state(p, int64(at), value)
		}
	}
}

func state(p *inspect.Part, at int64, name string) {
	slashed := strings.ReplaceAll(name, `\`, "/")
	switch {
	case strings.Contains(slashed, "://"), strings.HasPrefix(slashed, "//"):
		p.Say(inspect.Dangerous, "tf-state-remote", at, "the latest checkpoint is fetched from %s", inspect.Quote(name))
	case strings.HasPrefix(slashed, "/"), len(slashed) > 1 && slashed[1] == ':':
		p.Say(inspect.Clean, "tf-state-absolute", at, "the latest checkpoint is read from %s, a path of the machine that wrote it", inspect.Quote(name))
	case outside.Leaves(name):
		p.Say(inspect.Dangerous, "tf-state-escape", at, "the latest checkpoint is read from %s, outside of its folder", inspect.Quote(name))
	}
}
