package pickle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// scan looks at a part that has one pickle or several.
type scan struct {
	m   *machine
	own []byte // window for parts that are larger than their head
}

func newScan(ctx context.Context, p *inspect.Part, o Options) *scan {
	s := &scan{m: &machine{}}
	s.open(ctx, p, o)
	return s
}

// open makes a scan, which may have been used, ready for a part.
func (s *scan) open(ctx context.Context, p *inspect.Part, o Options) {
	m := s.m
	m.ctx, m.part, m.options = ctx, p, o
	m.names.reset()
	m.seen, m.torch, m.ext, m.depth, m.calls = seen{}, torchSeen{}, nil, 0, 0
	m.budget, m.plainReader, m.forked, m.hiddenSeen, m.hiddenFound, m.versioned = &budget{}, false, 0, 0, nil, false
	head := p.Head()
	if int64(len(head)) != p.Size && s.own == nil {
		s.own = make([]byte, windowBytes)
	}
	m.c.reset(p, 0, p.Size, head, s.own)
}

// one runs the pickle at an offset and gives where it ends.
func (s *scan) one(off int64) (end int64, err error) {
	m := s.m
	m.c.seek(off)
	m.begin()
	err = m.run()
	if m.crossed && !m.c.drops && m.forked < maxForks {
		m.forked++
		m.otherwise("by the C unpickler, which goes on behind a frame when it ends inside of an opcode", func(o *machine) { o.c.drops = true })
	}
	return m.c.offset(), err
}

const maxForks = 2

// otherwise looks at the pickle again as another reader reads it. Where that one fails does not matter; what it runs does.
func (m *machine) otherwise(who string, change func(*machine)) {
	found := &inspect.Found{}
	s := newScan(m.ctx, inspect.NewPart(m.part.Name, m.part, m.part.Size, found, nil), m.options)
	s.m.forked, s.m.hiddenSeen, s.m.depth, s.m.budget, s.m.trace = maxForks, maxHidden, m.depth+1, m.budget, m.otherTrace
	change(s.m)
	s.one(m.start)
	s.m.conclude()
	for _, r := range found.Reasons {
		if r.Verdict == inspect.Malicious { // that the other reader is confused is no wonder; that it is led somewhere is meant
			m.part.Say(r.Verdict, r.ID, r.Offset, "%s (%s)", r.Message, who)
		}
	}
}

// all runs one pickle after the other as long as there are any.
func (s *scan) all() error {
	m := s.m
	defer m.conclude()
	off := int64(0)
	for n := 0; ; n++ {
		end, err := s.one(off)
		if n == 0 && m.depth == 0 {
			m.facts()
		}
		if err != nil {
			return s.broken(off, n, err)
		}
		off = end
		if off >= m.c.size {
			return nil
		}
		if !s.follows(off) {
			next, more := s.behindPadding(off)
			if !more {
				s.trailing(off)
				return nil
			}
			off = next
		}
		if n > maxPickles {
			return fmt.Errorf("the file has more than %d pickles", maxPickles)
		}
		if err := m.ctx.Err(); err != nil {
			return err
		}
	}
}

// behindPadding finds a pickle that stands behind padding: readers that look for the next one find it too.
func (s *scan) behindPadding(off int64) (int64, bool) {
	b, err := s.m.c.slice(off, min(trailingBytes, s.m.c.size-off))
	if err != nil {
		return off, false
	}
	rest := bytes.TrimLeft(b, padding)
	next := off + int64(len(b)-len(rest))
	return next, next > off && len(rest) > 0 && s.follows(next)
}

const padding = "\x00\r\n\t "

// trailing speaks of what stands behind the last pickle. Its loader does not get there; padding aside, nobody looked at it.
func (s *scan) trailing(off int64) {
	m := s.m
	b, err := m.c.slice(off, min(trailingBytes, m.c.size-off))
	verdict := inspect.NotRead
	if err == nil && int64(len(b)) == m.c.size-off && len(bytes.Trim(b, padding)) == 0 {
		verdict = inspect.Clean
	}
	m.part.Say(verdict, "pickle-trailing", off, "is followed by %d bytes that are no pickle", m.c.size-off)
}

// trailingBytes is how much padding there may be.
const trailingBytes = 64 << 10

// broken is the end of a pickle that its loader would not get through. What it does before counts.
func (s *scan) broken(off int64, n int, err error) error {
	var damage *inspect.DamageError
	if n > 0 && errors.As(err, &damage) {
		return &inspect.DamageError{Offset: damage.Offset, Reason: "in a further pickle of the file: " + damage.Reason}
	}
	return err
}

// follows says whether what is behind a pickle is one more, or claims to be.
func (s *scan) follows(off int64) bool {
	b, err := s.m.c.slice(off, min(2, s.m.c.size-off))
	if err != nil || len(b) < 2 {
		return false
	}
	if b[0] == opProto && b[1] <= 5 {
		return true
	}
	t := trial{r: s.m.c.r, size: s.m.c.size}
	t.run(off, maxTrialOps)
	return t.called || t.stopped && t.ops > 2
}

// frameworks are packages whose objects make a file a model of theirs.
var frameworks = [...][2]string{
	{"sklearn", "scikit-learn"}, {"xgboost", "xgboost"}, {"lightgbm", "lightgbm"}, {"catboost", "catboost"}, {"torch", "pytorch"}, {"keras", "keras"},
	{"tensorflow", "tensorflow"}, {"transformers", "transformers"}, {"statsmodels", "statsmodels"}, {"spacy", "spacy"}, {"gensim", "gensim"},
}

// facts keeps what the inventory wants to know.
func (m *machine) facts() {
	m.torchFacts()
	for _, f := range frameworks {
		for i := range m.names.all {
			if module := m.names.all[i].module; strings.HasPrefix(module, f[0]) && (len(module) == len(f[0]) || module[len(f[0])] == '.') {
				m.part.Fact("framework", f[1])
				return
			}
		}
	}
}
