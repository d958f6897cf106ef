package inspect

import (
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/bound"
)

const (
	// HeadBytes is how much of a part's beginning and end is kept for telling formats apart.
	HeadBytes = 64 << 10
	// maxReasons bounds what is kept of one part; the worst are what matters, and they are not dropped for lesser ones.
	maxReasons = 100
	maxText    = 300 // characters of one hostile string in a message
)

// Part is the bytes of a file or of a member inside one. It is used by one goroutine.
type Part struct {
	Name  string // last element of its path as its container spells it: hostile text
	Path  string // member paths joined with "!", "" for the file itself
	Size  int64  // in bytes
	Depth int    // 0 for the file itself

	bytes      io.ReaderAt
	head, tail []byte
	unread     error
	found      *Found
	engine     Engine
}

// Engine is what carries a part: it looks into members and opens files beside it.
type Engine interface {
	// Member looks at the bytes of a member with random access.
	Member(ctx context.Context, parent *Part, name string, r io.ReaderAt, size int64)
	// Stream looks at the bytes of a member that can only be read once, such as unpacked ones. packed is their size before,
	// for the limit on ratios, 0 when it is not known.
	Stream(ctx context.Context, parent *Part, name string, r io.Reader, packed int64)
	// Beside opens a file by a slash path relative to the folder of the part's file, inside what is scanned. Bytes are capped
	// at max. It fails with bound.ErrOutside for a path that leaves it, and fs.ErrNotExist where nothing is.
	Beside(name string, max int64) ([]byte, error)
	// SizeBeside is the size in bytes of a file beside the part's file, with the errors of Beside.
	SizeBeside(name string) (int64, error)
	// Members spends n members of the file's budget, and says whether they were there.
	Members(n int) bool
}

// Found is what was seen in one file, over all of its parts.
type Found struct {
	Format  string // of the outermost reading
	Verdict Verdict
	Reasons []Reason
	Dropped int               // reasons beyond the bound
	Facts   map[string]string // for the inventory
	Parts   int
	Deep    bool // values of weights are looked at too; set by the engine
}

// NewPart makes a part. The engine makes them; tests of a format may with a nil engine, and then members are not looked at.
func NewPart(name string, r io.ReaderAt, size int64, found *Found, engine Engine) *Part {
	return &Part{Name: name, Size: size, bytes: r, found: found, engine: engine}
}

// Inside makes a part for a member of p.
func (p *Part) Inside(name string, r io.ReaderAt, size int64) *Part {
	whole := name
	if p.Path != "" {
		whole = p.Path + "!" + name
	}
	return &Part{Name: path.Base(name), Path: whole, Size: size, Depth: p.Depth + 1, bytes: r, found: p.found, engine: p.engine}
}

// Found is where what is seen is kept.
func (p *Part) Found() *Found { return p.found }

// ReadAt reads at an offset, as io.ReaderAt does.
func (p *Part) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 || off >= p.Size {
		return 0, io.EOF
	}
	if end := off + int64(len(b)); end <= int64(len(p.head)) { // most formats look at their beginning again and again
		return copy(b, p.head[off:]), nil
	}
	if left := p.Size - off; int64(len(b)) > left {
		n, err := p.bytes.ReadAt(b[:left], off)
		if err == nil {
			err = io.EOF
		}
		return n, err
	}
	return p.bytes.ReadAt(b, off)
}

// Section reads n bytes from off on, or what there is of them.
func (p *Part) Section(off, n int64) *io.SectionReader {
	return io.NewSectionReader(p, off, max(0, min(n, p.Size-off)))
}

// Read returns n bytes at off. n is capped by the caller, never a number that the part itself claims; less than n bytes is a
// *DamageError.
func (p *Part) Read(off int64, n int) ([]byte, error) {
	if off < 0 || off > p.Size || int64(n) > p.Size-off {
		return nil, &DamageError{off, fmt.Sprintf("ends after %d bytes where %d more are expected at %d", p.Size, n, off)}
	}
	b := make([]byte, n)
	if _, err := p.ReadAt(b, off); err != nil && err != io.EOF {
		return nil, fmt.Errorf("read %d bytes at %d: %w", n, off, err)
	}
	return b, nil
}

// Head is the first HeadBytes of the part, or all of a smaller one. It is not to be changed.
func (p *Part) Head() []byte {
	if p.head == nil {
		p.head = p.slice(0, min(p.Size, HeadBytes))
	}
	return p.head
}

// Tail is the last HeadBytes of the part, or all of a smaller one. It is not to be changed.
func (p *Part) Tail() []byte {
	if p.Size <= HeadBytes {
		return p.Head()
	}
	if p.tail == nil {
		p.tail = p.slice(p.Size-HeadBytes, HeadBytes)
	}
	return p.tail
}

func (p *Part) slice(off, n int64) []byte {
	b := make([]byte, n)
	got, err := p.bytes.ReadAt(b, off)
	if err != nil && err != io.EOF && p.unread == nil {
		p.unread = err
	}
	return b[:got]
}

// Unreadable is why the bytes of the part could not be had, nil where they could.
func (p *Part) Unreadable() error {
	p.Head()
	return p.unread
}

// Ending is the file name's ending in lower case, with the dot.
func (p *Part) Ending() string { return strings.ToLower(path.Ext(p.Name)) }

// Say keeps a reason. offset is -1 where there is no one place. Hostile text in args must go through Quote.
func (p *Part) Say(v Verdict, id string, offset int64, format string, args ...any) {
	f := p.found
	f.Verdict = max(f.Verdict, v)
	r := Reason{Verdict: v, ID: id, Offset: offset, Part: p.Path, Message: fmt.Sprintf(format, args...)}
	if len(f.Reasons) < maxReasons {
		f.Reasons = append(f.Reasons, r)
		return
	}
	f.Dropped++
	for i := range f.Reasons { // what is worse takes the place of what is not
		if f.Reasons[i].Verdict < v {
			f.Reasons[i] = r
			return
		}
	}
}

// Fact keeps something for the inventory: tensors, parameters, architecture, quantisation, producer, licence, opset, ... The
// first that is said of a name stays.
func (p *Part) Fact(name, value string) {
	f := p.found
	if f.Facts == nil {
		f.Facts = map[string]string{}
	}
	if _, ok := f.Facts[name]; !ok && value != "" && len(f.Facts) < 64 {
		f.Facts[name] = Cut(value)
	}
}

// Member looks into a member with random access.
func (p *Part) Member(ctx context.Context, name string, r io.ReaderAt, size int64) {
	if p.engine != nil {
		p.engine.Member(ctx, p, name, r, size)
	}
}

// Stream looks into a member that can only be read once. packed is its size before unpacking, 0 if not known.
func (p *Part) Stream(ctx context.Context, name string, r io.Reader, packed int64) {
	if p.engine != nil {
		p.engine.Stream(ctx, p, name, r, packed)
	}
}

// Beside reads at most max bytes of a file beside the part's file, inside what is scanned: bound.ErrOutside for a path that
// leaves it, fs.ErrNotExist where there is nothing. Members of archives have nothing beside them.
func (p *Part) Beside(name string, max int64) ([]byte, error) {
	if p.engine == nil || p.Depth > 0 {
		return nil, fmt.Errorf("open %s: %w", bound.QuoteName(name), bound.ErrIrregular)
	}
	return p.engine.Beside(name, max)
}

// SizeBeside is the size in bytes of a file beside the part's file, with the errors of Beside.
func (p *Part) SizeBeside(name string) (int64, error) {
	if p.engine == nil || p.Depth > 0 {
		return 0, fmt.Errorf("look at %s: %w", bound.QuoteName(name), bound.ErrIrregular)
	}
	return p.engine.SizeBeside(name)
}

// Members spends n members of the file's budget and says whether they were there; the caller says NotRead otherwise.
func (p *Part) Members(n int) bool { return p.engine == nil || p.engine.Members(n) }

// Quote makes hostile text printable, in quotes and cut.
func Quote(s string) string { return fmt.Sprintf("%q", Cut(s)) }

// Cut shortens hostile text.
func Cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + "..."
}
