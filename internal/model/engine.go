package model

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Limits bounds what one file may cost. The zero value of a field means its default, never unlimited.
type Limits struct {
	Unpacked int64         // bytes unpacked from one file over all levels; default 512 MiB or 20 times the file's size, at most 16 GiB
	Members  int           // members of archives over all levels; default 200,000
	Depth    int           // archives inside archives; default 8
	Time     time.Duration // wall time; default 2 minutes
}

func (l Limits) filled(size int64) Limits {
	if l.Unpacked <= 0 {
		l.Unpacked = min(max(512<<20, 20*min(size, 1<<40)), 16<<30)
	}
	if l.Members <= 0 {
		l.Members = 200_000
	}
	if l.Depth <= 0 {
		l.Depth = 8
	}
	if l.Time <= 0 {
		l.Time = 2 * time.Minute
	}
	return l
}

// spoolMemory is what one unpacked member may take in memory. Levels are nested and files are looked at in parallel, so this
// times Limits.Depth times the cores is the most there is.
const spoolMemory = 4 << 20

// Source is a file to look at.
type Source struct {
	Name   string // its path; the last element and its ending count
	Bytes  io.ReaderAt
	Size   int64
	Beside Neighbours // the files beside it; nil where there are none
	Deep   bool       // look at values of weights too

	digest *digest // of Bytes, nil if nobody asked for it
}

// Neighbours opens the files beside one, inside what is scanned.
type Neighbours interface {
	Read(name string, max int64) ([]byte, error)
	Size(name string) (int64, error)
}

// Examine looks at one file. It does not fail: what could not be read is a reason of its own. An empty Found.Format says that
// no format claims the file.
func Examine(ctx context.Context, src Source, formats []inspect.Format, l Limits) *inspect.Found {
	l = l.filled(src.Size)
	ctx, cancel := context.WithTimeout(ctx, l.Time)
	defer cancel()
	found := &inspect.Found{Deep: src.Deep}
	e := &engine{formats: formats, limits: l, unpacked: l.Unpacked, members: l.Members, beside: src.Beside, digest: src.digest}
	p := inspect.NewPart(base(src.Name), src.Bytes, src.Size, found, e)
	e.look(ctx, p)
	tidy(found)
	return found
}

// tidy puts what is worst first, and takes out what two readings of the same bytes both said.
func tidy(f *inspect.Found) {
	slices.SortStableFunc(f.Reasons, func(a, b inspect.Reason) int { return int(b.Verdict) - int(a.Verdict) })
	seen := map[inspect.Reason]bool{}
	f.Reasons = slices.DeleteFunc(f.Reasons, func(r inspect.Reason) bool {
		again := seen[r]
		seen[r] = true
		return again
	})
}

// engine carries the parts of one file.
type engine struct {
	formats  []inspect.Format
	limits   Limits
	unpacked int64
	members  int
	beside   Neighbours
	digest   *digest // of the file, or nil
}

// look gives a part to every format that claims it.
func (e *engine) look(ctx context.Context, p *inspect.Part) {
	p.Found().Parts++
	if err := p.Unreadable(); err != nil {
		e.unreadable(p, err)
		return
	}
	claims := e.claims(p)
	if len(claims) == 0 {
		e.unclaimed(p)
		return
	}
	if p.Depth == 0 {
		p.Found().Format = claims[0].Name
		if e.digest != nil {
			e.digest.begin(p.Head())
		}
	}
	for _, f := range claims {
		err := guarded(func() error { return f.Scan(ctx, p) })
		var damage *inspect.DamageError
		switch {
		case err == nil:
		case errors.As(err, &damage):
			p.Say(inspect.NotRead, "damaged", damage.Offset, "as %s: %s", f.Name, damage.Reason)
		case errors.Is(err, context.DeadlineExceeded):
			p.Say(inspect.NotRead, "limit", -1, "not looked at wholly within %s", e.limits.Time)
		default:
			p.Say(inspect.NotRead, "not-read", -1, "as %s: %v", f.Name, err)
		}
	}
}

// unreadable says why a part cannot be read at all, if it is named like a model: of others the tree keeps a gap.
func (e *engine) unreadable(p *inspect.Part, err error) {
	if p.Depth == 0 && !named(e.formats, p.Name) {
		return
	}
	if p.Depth == 0 {
		p.Found().Format = "unreadable"
	}
	p.Say(inspect.NotRead, "unreadable", -1, "cannot be read: %v", err)
}

// claims lists the formats that a part could be read as, without those whose reading another of them covers.
func (e *engine) claims(p *inspect.Part) []inspect.Format {
	var all []inspect.Format
	if p.Size == 0 || e.isForeign(p) {
		return nil
	}
	for _, f := range e.formats {
		claimed := false
		if err := guarded(func() error { claimed = f.Claims(p); return nil }); err != nil {
			p.Say(inspect.NotRead, "not-read", -1, "as %s: %v", f.Name, err)
		}
		if claimed {
			all = append(all, f)
		}
	}
	return slices.DeleteFunc(all, func(f inspect.Format) bool {
		return slices.ContainsFunc(all, func(other inspect.Format) bool { return slices.Contains(other.Covers, f.Name) })
	})
}

// unclaimed says so of a part that is named like a model and has the content of none: something is wrong with it, or we do
// not know it. Either way nobody looked.
func (e *engine) unclaimed(p *inspect.Part) {
	if e.isForeign(p) || isPathFile(p) || strings.HasPrefix(p.Name, "Dockerfile.") || p.Depth > 0 && slices.Contains(packedEndings, p.Ending()) { // what was unpacked keeps its name
		return
	}
	for _, f := range e.formats {
		if slices.Contains(f.Names, strings.ToLower(p.Name)) && !(p.Size > 0 && isText(p.Head())) || slices.Contains(f.Endings, p.Ending()) && (p.Ending() != ".bin" || weightsName(p.Name)) {
			if p.Depth == 0 {
				p.Found().Format = f.Name
			}
			if p.Size == 0 && p.Depth > 0 {
				return // a loader that gets to it fails, and there is nothing to look at
			}
			if p.Size == 0 {
				p.Say(inspect.NotRead, "empty", -1, "is named like %s and is empty", f.Name)
				return
			}
			p.Say(inspect.NotRead, "unknown-format", 0, "is named like %s, and its content is no format that is known", f.Name)
			return
		}
	}
}

// packedEndings are those of single files that were packed.
var packedEndings = []string{".z", ".gz", ".bz2", ".xz", ".lzma", ".zst", ".lz4", ".zlib"}

// weightsName says whether a file called .bin, as all kinds of data are, is called as weights are.
func weightsName(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"model", "weights", "adapter", "lora", "training_args", "optimizer", "scheduler", "checkpoint", "embedding", "embeddings", "ggml"}, func(word string) bool {
		return strings.Contains(name, word)
	})
}

// guarded turns a panic of ours over hostile input into an error: the file is not read, and the run goes on.
func guarded(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			stack := debug.Stack()
			err = fmt.Errorf("a defect of this program: %v (please report it with %d bytes of stack: %s)", r, len(stack), place(stack))
		}
	}()
	return do()
}

// Member looks into a member with random access.
func (e *engine) Member(ctx context.Context, parent *inspect.Part, name string, r io.ReaderAt, size int64) {
	if e.tooDeep(ctx, parent, name) {
		return
	}
	e.look(ctx, parent.Inside(name, r, size))
}

// Stream unpacks a member within the budget and looks into it.
func (e *engine) Stream(ctx context.Context, parent *inspect.Part, name string, r io.Reader, packed int64) {
	if e.tooDeep(ctx, parent, name) {
		return
	}
	s, err := bound.NewSpool(interruptible{ctx, r}, spoolMemory, e.unpacked)
	defer func() { s.Close() }() // there is one in any case
	e.unpacked -= s.Size()
	p := parent.Inside(name, s, s.Size())
	var limit *bound.LimitError
	switch {
	case err == nil:
	case errors.As(err, &limit):
		e.unpacked = 0
		p.Say(inspect.NotRead, "limit", -1, "unpacks to more than the %d bytes that are allowed for the whole file (--max-unpacked)", e.limits.Unpacked)
	case errors.Is(err, context.DeadlineExceeded):
		p.Say(inspect.NotRead, "limit", -1, "not unpacked within %s", e.limits.Time)
	default:
		p.Say(inspect.NotRead, "damaged", s.Size(), "cannot be unpacked further: %v", err)
	}
	if s.Size() > 0 || err == nil {
		e.look(ctx, p)
	}
}

func (e *engine) tooDeep(ctx context.Context, parent *inspect.Part, name string) bool {
	if parent.Depth+1 > e.limits.Depth {
		parent.Say(inspect.NotRead, "limit", -1, "%s lies more than %d archives deep", bound.QuoteName(name), e.limits.Depth)
		return true
	}
	if ctx.Err() != nil {
		parent.Say(inspect.NotRead, "limit", -1, "not looked at wholly within %s", e.limits.Time)
		return true
	}
	return false
}

// Beside opens a file beside the one that is looked at.
func (e *engine) Beside(name string, max int64) ([]byte, error) {
	if e.beside == nil {
		return nil, fmt.Errorf("open %s: %w", bound.QuoteName(name), errAlone)
	}
	return e.beside.Read(name, max)
}

// SizeBeside tells how large a file beside the one that is looked at is.
func (e *engine) SizeBeside(name string) (int64, error) {
	if e.beside == nil {
		return 0, fmt.Errorf("look at %s: %w", bound.QuoteName(name), errAlone)
	}
	return e.beside.Size(name)
}

var errAlone = errors.New("only this file is looked at")

// Members spends members.
func (e *engine) Members(n int) bool {
	e.members -= n
	return e.members >= 0
}

// interruptible ends a long stream when the time is up.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (r interruptible) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
