package inspecttest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Payload stands for the pickle engine: content that begins with it is malicious to PayloadFormat.
const Payload = "PAYLOAD"

// PayloadFormat says so of what begins with Payload.
func PayloadFormat() inspect.Format {
	return inspect.Format{
		Name:   "payload",
		Claims: func(p *inspect.Part) bool { return bytes.HasPrefix(p.Head(), []byte(Payload)) },
		Scan: func(_ context.Context, p *inspect.Part) error {
			if _, err := p.Read(0, int(p.Size)); err != nil {
				return err
			}
			p.Say(inspect.Malicious, "payload", 0, "is a payload")
			return nil
		},
	}
}

// Engine looks into members as the real one does, with limits of its own.
type Engine struct {
	formats []inspect.Format
	left    int64
	members int
	depth   int
}

func (e *Engine) look(ctx context.Context, p *inspect.Part) {
	claimed := false
	defer func() {
		for _, f := range e.formats {
			if !claimed && slices.Contains(f.Endings, p.Ending()) {
				p.Say(inspect.NotRead, "unknown-format", 0, "is claimed by no format")
				return
			}
		}
	}()
	covered := map[string]bool{}
	for _, f := range e.formats {
		if p.Size == 0 || covered[f.Name] || !f.Claims(p) {
			continue
		}
		claimed = true
		for _, name := range f.Covers {
			covered[name] = true
		}
		if p.Depth == 0 && p.Found().Format == "" {
			p.Found().Format = f.Name
		}
		scan(ctx, f, p)
	}
}

// Member looks into a member.
func (e *Engine) Member(ctx context.Context, parent *inspect.Part, name string, r io.ReaderAt, size int64) {
	if parent.Depth > e.depth {
		parent.Say(inspect.NotRead, "limit", -1, "too deep")
		return
	}
	e.look(ctx, parent.Inside(name, r, size))
}

// Stream looks into a member that is unpacked.
func (e *Engine) Stream(ctx context.Context, parent *inspect.Part, name string, r io.Reader, _ int64) {
	if parent.Depth > e.depth {
		parent.Say(inspect.NotRead, "limit", -1, "too deep")
		return
	}
	b, err := io.ReadAll(io.LimitReader(r, e.left+1))
	if int64(len(b)) > e.left {
		parent.Say(inspect.NotRead, "limit", -1, "too long")
		b = b[:e.left]
	}
	e.left -= int64(len(b))
	p := parent.Inside(name, bytes.NewReader(b), int64(len(b)))
	if err != nil {
		p.Say(inspect.NotRead, "damaged", -1, "%v", err)
	}
	e.look(ctx, p)
}

// Beside finds nothing.
func (e *Engine) Beside(string, int64) ([]byte, error) { return nil, errors.New("alone") }

// SizeBeside finds nothing.
func (e *Engine) SizeBeside(string) (int64, error) { return 0, errors.New("alone") }

// Members spends members.
func (e *Engine) Members(n int) bool {
	e.members -= n
	return e.members >= 0
}

// Scan gives bytes to formats, and what is inside them too.
func Scan(formats []inspect.Format, name string, b []byte) *inspect.Found {
	found := &inspect.Found{}
	e := &Engine{formats: formats, left: 64 << 20, members: 100_000, depth: 6}
	e.look(context.Background(), inspect.NewPart(name, bytes.NewReader(b), int64(len(b)), found, e))
	return found
}
