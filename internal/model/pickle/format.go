package pickle

import (
	"bytes"
	"context"
	"sync"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Policy says what is thought of a class or function whose effect is not known.
type Policy int8

// The policies.
const (
	Balanced   Policy = iota // is unknown
	Strict                   // is dangerous
	Permissive               // passes
)

// Options is how pickles are looked at. The zero value is the default.
type Options struct {
	Unknown Policy
}

// Formats are the pickle formats: plain pickles, and PyTorch's files before it took to zip archives.
func Formats(o Options) []inspect.Format {
	pool := &sync.Pool{New: func() any { return &scan{m: &machine{}} }}
	run := func(ctx context.Context, p *inspect.Part, do func(*scan) error) error {
		s := pool.Get().(*scan)
		s.open(ctx, p, o)
		err := do(s)
		s.release()
		pool.Put(s)
		return err
	}
	return []inspect.Format{
		{
			Name: "torch-legacy",
			Doc:  "A loader runs the pickles at the beginning of the file, and with them whatever functions they call.",
			Claims: func(p *inspect.Part) bool {
				return bytes.HasPrefix(p.Head(), []byte(legacyMagic))
			},
			Scan: func(ctx context.Context, p *inspect.Part) error {
				return run(ctx, p, (*scan).legacy)
			},
			Canary:     legacyCanary,
			CanaryWant: inspect.Malicious,
		},
		{
			Name:    "pickle",
			Doc:     "A loader runs the program that a pickle is, and with it whatever functions it calls.",
			Endings: endings[:],
			Claims:  Claims,
			Scan: func(ctx context.Context, p *inspect.Part) error {
				return run(ctx, p, (*scan).all)
			},
			Canary:     canary,
			CanaryWant: inspect.Malicious,
		},
	}
}

// release lets go of what a pool must not hold.
func (s *scan) release() {
	m := s.m
	m.part, m.ctx, m.budget, m.ext, m.trace = nil, nil, nil, nil, nil
	m.c.r = nil
	if m.c.buf != nil && len(s.own) == 0 {
		m.c.buf = nil
	}
	m.texts.reset()
	m.memo.reset()
	m.nodes.reset()
	if cap(m.stack) > compactStack/4 {
		m.stack = nil
	}
}

var endings = [...]string{".pkl", ".pickle", ".p", ".pck", ".pcl", ".dill", ".joblib", ".sav", ".cloudpickle"}

// others are the beginnings of what files with endings of pickles hold besides.
var others = [...]string{
	"PK\x03\x04", "PK\x05\x06", "\x1f\x8b", "x\x01", "x\x5e", "x\x9c", "x\xda", "BZh", "\xfd7zXZ", "]\x00\x00", "\x04\x22\x4d\x18", "\x28\xb5\x2f\xfd", "ZF0x", "ZF",
	"\x93NUMPY", "\x89HDF", "7z\xbc\xaf", "GGUF", "\x7fELF", "MZ", "Rar!", "SR\x00", "$FL2", "$FL3",
}

// Claims says whether a part is a pickle: by its ending, or if it runs like one.
func Claims(p *inspect.Part) bool {
	head := p.Head()
	if len(head) == 0 || bytes.HasPrefix(head, []byte(legacyMagic)) {
		return false
	}
	named := false
	for _, e := range endings {
		named = named || e == p.Ending()
	}
	for _, magic := range others {
		if bytes.HasPrefix(head, []byte(magic)) {
			named = false
		}
	}
	if named {
		return true
	}
	if opcodes[head[0]].form == invalid || head[0] == opPersID || len(head) < 2 || head[0] == opProto && head[1] > 5 {
		return false
	}
	t := trial{r: p, size: p.Size}
	t.run(0, maxTrialOps)
	switch {
	case head[0] == opProto:
		short := p.Size <= 16 && head[1] >= 2 && (len(head) < 3 || opcodes[head[2]].form != invalid)
		return t.ops >= 3 || t.called || t.stopped || short
	case t.called:
		return true
	case !t.stopped || t.ops < 2:
		return false
	case t.end == p.Size:
		return true
	}
	rest := make([]byte, min(2, p.Size-t.end))
	p.ReadAt(rest, t.end)
	return t.ops > 2 && (t.names > 0 || len(rest) > 1 && rest[0] == opProto && rest[1] <= 5)
}

func canary() (string, []byte) {
	return "canary.pkl", []byte("\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.")
}
