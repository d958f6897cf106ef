package torch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// payload stands for the pickle engine: content that begins with it is malicious.
const payload = "PAYLOAD"

func payloadFormat() inspect.Format {
	return inspect.Format{
		Name:   "payload",
		Claims: func(p *inspect.Part) bool { return bytes.HasPrefix(p.Head(), []byte(payload)) },
		Scan: func(_ context.Context, p *inspect.Part) error {
			if _, err := p.Read(0, int(p.Size)); err != nil {
				return err
			}
			p.Say(inspect.Malicious, "payload", 0, "is a payload")
			return nil
		},
	}
}

// testEngine looks into members as the real one does, with limits of its own.
type testEngine struct {
	formats []inspect.Format
	left    int64
	members int
	depth   int
}

func (e *testEngine) look(ctx context.Context, p *inspect.Part) {
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
		err := f.Scan(ctx, p)
		var damage *inspect.DamageError
		if errors.As(err, &damage) {
			p.Say(inspect.NotRead, "damaged", damage.Offset, "%s", damage.Reason)
		} else if err != nil {
			p.Say(inspect.NotRead, "not-read", -1, "%v", err)
		}
	}
}

func (e *testEngine) Member(ctx context.Context, parent *inspect.Part, name string, r io.ReaderAt, size int64) {
	if parent.Depth > e.depth {
		parent.Say(inspect.NotRead, "limit", -1, "too deep")
		return
	}
	e.look(ctx, parent.Inside(name, r, size))
}

func (e *testEngine) Stream(ctx context.Context, parent *inspect.Part, name string, r io.Reader, _ int64) {
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

func (e *testEngine) Beside(string, int64) ([]byte, error) { return nil, errors.New("alone") }

func (e *testEngine) SizeBeside(string) (int64, error) { return 0, errors.New("alone") }

func (e *testEngine) Members(n int) bool {
	e.members -= n
	return e.members >= 0
}

func scanBytes(name string, b []byte) *inspect.Found {
	found := &inspect.Found{}
	e := &testEngine{formats: append(append(Formats(), archive.Formats()...), payloadFormat()), left: 64 << 20, members: 100_000, depth: 6}
	e.look(context.Background(), inspect.NewPart(name, bytes.NewReader(b), int64(len(b)), found, e))
	return found
}

// ids lists what was said, but for information.
func ids(f *inspect.Found) map[string]bool {
	out := map[string]bool{}
	for _, r := range f.Reasons {
		if r.Verdict > inspect.Clean {
			out[r.ID] = true
		}
	}
	return out
}

// wants checks the verdict and the reasons that must be there.
func wants(t *testing.T, what string, f *inspect.Found, v inspect.Verdict, want ...string) {
	t.Helper()
	if f.Verdict != v {
		t.Errorf("%s: verdict %v, want %v; said %+v", what, f.Verdict, v, f.Reasons)
	}
	got := ids(f)
	for _, id := range want {
		if !got[id] {
			t.Errorf("%s: no reason %s; said %+v", what, id, f.Reasons)
		}
	}
}
