package bound

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// ErrNotArchive is wrapped for input that is no archive of a known kind.
var ErrNotArchive = errors.New("not an archive")

// Member is one file of an archive, at any depth of nesting.
type Member struct {
	Path      string      // "outer.zip!inner/file"; what follows the mark is the adversary's text and never opened
	Size      int64       // bytes read, never bytes declared
	Data      []byte      // at most FileBytes; the caller may keep it, not change it
	Truncated bool        // Data is not all there is, and a gap says why
	Mode      fs.FileMode // as declared
	Target    string      // of a link, as text
	Escapes   bool        // the name or the link would leave the folder it is unpacked into
	Duplicate bool        // the same archive holds an earlier member of that name, and programs differ in which they take
}

// Archive visits the members of an archive and of the archives inside it: zip, tar, gzip, bzip2 and what they nest. name
// only becomes the first part of member paths. Nothing is unpacked to a disk. What could not be read is returned as
// gaps; a damaged or truncated member is still visited with what was read of it, because a loader may stop there too.
// The error is that of visit, of a cancelled ctx, of reading r, or ErrNotArchive.
func Archive(ctx context.Context, name string, r io.ReaderAt, size int64, l Limits, visit func(Member) error) ([]Gap, error) {
	return ArchiveOnly(ctx, name, r, size, l, func(string) bool { return true }, visit)
}

// ArchiveOnly is Archive for those members whose path is wanted. The others are counted but neither read nor looked into,
// which spares the tensors of a large model.
func ArchiveOnly(ctx context.Context, name string, r io.ReaderAt, size int64, l Limits, want func(path string) bool, visit func(Member) error) ([]Gap, error) {
	limits, err := l.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("read archive %s: %w", QuoteName(name), err)
	}
	u := &unpacking{ctx: ctx, name: name, limits: limits, want: want, visit: visit}
	known, err := u.container(name, r, size, 1)
	if err == nil && !known {
		err = ErrNotArchive
	}
	if err != nil && !errors.Is(err, errSpent) {
		return u.gaps.list(), fmt.Errorf("read archive %s: %w", QuoteName(name), err)
	}
	return u.gaps.list(), nil
}

// unpacking is the state of one Archive call, over all nesting levels.
type unpacking struct {
	ctx    context.Context
	name   string
	limits Limits
	want   func(string) bool
	visit  func(Member) error

	gaps      gapSet
	members   int
	inflated  int64 // bytes that came out of decompressors
	delivered int64 // bytes that were read of members; apart, or those of a tar.gz would count twice
}

// errSpent ends the whole archive after a limit over all its levels was reached and recorded.
var errSpent = errors.New("a limit on the whole archive was reached")

func (u *unpacking) gap(path string, err error) { u.gaps.add(path, reason(err)) }

func (u *unpacking) limit(path, name string, max int64) error {
	e := &LimitError{Path: path, Limit: name, Max: max}
	u.gap(path, e)
	return e
}

// container reads an archive of any kind; known is false when it is none. A file can be two archives at once: a zip is
// found from its end and all others from their start, so a zip behind something else is read as well.
func (u *unpacking) container(at string, r io.ReaderAt, size int64, depth int) (known bool, err error) {
	head := make([]byte, min(size, sniffBytes))
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return false, err
	}
	kind := ArchiveKind(head[:n])
	end, zipped := findZipEnd(r, size)
	if kind != "zip" && zipped && !end.exact {
		zipped = false // a signature somewhere near the end of other data
	}
	if kind == "" && !zipped {
		return false, nil
	}
	if depth > u.limits.ArchiveDepth {
		u.limit(at, LimitArchiveDepth, int64(u.limits.ArchiveDepth))
		return true, nil
	}
	if kind != "" && kind != "zip" {
		if err := u.stream(at, kind, io.NewSectionReader(r, 0, size), depth); err != nil {
			return true, err
		}
	}
	switch {
	case zipped:
		return true, u.zip(at, r, size, end, depth)
	case kind == "zip":
		u.gap(at, errors.New("zip without its directory: truncated or damaged"))
	}
	return true, nil
}

// stream reads an archive that is understood from its start.
func (u *unpacking) stream(at, kind string, r io.Reader, depth int) error {
	switch kind {
	case "tar":
		return u.tar(at, r, depth)
	case "gzip", "bzip2":
		return u.compressed(at, kind, r, depth)
	}
	u.gap(at, fmt.Errorf("%s archives are not read", kind))
	return nil
}

// entry is what an archive says about a member, before it is read.
type entry struct {
	name      string
	mode      fs.FileMode
	target    string
	duplicate bool
	hidden    func(read error) bool // whether what was read is no content after all; nil means it is
}

// count counts a member. What is over the limit ends the archive.
func (u *unpacking) count() error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	u.members++
	if u.members > u.limits.ArchiveMembers {
		u.limit(u.name, LimitArchiveMembers, int64(u.limits.ArchiveMembers))
		return errSpent
	}
	return nil
}

// longName refuses a member name over NameBytes; the gap carries its beginning.
func (u *unpacking) longName(at, name string) bool {
	if len(name) <= u.limits.NameBytes {
		return false
	}
	u.limit(at+"!"+name[:min(len(name), 64)]+"...", LimitNameBytes, int64(u.limits.NameBytes))
	return true
}

// member reads one member, shows it, and looks into it when it is an archive itself.
func (u *unpacking) member(at string, e entry, r io.Reader, depth int) error {
	if u.longName(at, e.name) {
		return nil
	}
	m := Member{Path: at + "!" + e.name, Mode: e.mode, Target: e.target, Duplicate: e.duplicate}
	m.Escapes = escapes(e.name) || e.target != "" && linkEscapes(e.name, e.target)
	if !u.want(m.Path) {
		return nil
	}
	got, err := hold(&metered{u: u, path: m.Path, r: r, total: &u.delivered}, u.limits.FileBytes)
	defer got.release()
	if e.hidden != nil && e.hidden(err) {
		return u.final(err)
	}
	m.Data, m.Size = got.bytes(u.limits.FileBytes), min(got.size, u.limits.FileBytes)
	m.Truncated = err != nil || got.size > u.limits.FileBytes
	switch {
	case err != nil:
		u.gap(m.Path, err)
	case m.Truncated:
		u.limit(m.Path, LimitFileBytes, u.limits.FileBytes)
	}
	if m.Mode&fs.ModeSymlink != 0 && m.Target == "" { // a zip keeps it as content
		m.Target = string(m.Data[:min(len(m.Data), u.limits.NameBytes)])
		m.Escapes = m.Escapes || linkEscapes(e.name, m.Target)
	}
	if err := u.visit(m); err != nil {
		return err
	}
	if final := u.final(err); final != nil {
		return final
	}
	return u.nested(m, got, r, depth)
}

// final keeps those errors of a member that end the whole archive.
func (u *unpacking) final(err error) error {
	if errors.Is(err, errSpent) || u.ctx.Err() != nil {
		return err
	}
	return nil
}

// nested looks into a member. When it was not read whole, it goes on where the reading stopped.
func (u *unpacking) nested(m Member, got *held, rest io.Reader, depth int) error {
	if !m.Truncated || m.Size < u.limits.FileBytes {
		_, err := u.container(m.Path, bytes.NewReader(m.Data), m.Size, depth+1)
		return err
	}
	kind := ArchiveKind(m.Data[:min(len(m.Data), sniffBytes)])
	if kind == "" {
		return nil
	}
	if depth+1 > u.limits.ArchiveDepth {
		u.limit(m.Path, LimitArchiveDepth, int64(u.limits.ArchiveDepth))
		return nil
	}
	more := &metered{u: u, path: m.Path, r: rest, total: &u.delivered}
	if kind != "zip" {
		return u.stream(m.Path, kind, io.MultiReader(got.reader(), more), depth+1)
	}
	if err := got.fill(more, nestedZip*u.limits.FileBytes); err != nil {
		u.gap(m.Path, err)
		return u.final(err)
	}
	if got.size > nestedZip*u.limits.FileBytes {
		u.gap(m.Path, fmt.Errorf("zip inside an archive, too large to look into (over %d bytes)", nestedZip*u.limits.FileBytes))
		return nil
	}
	_, err := u.container(m.Path, got, got.size, depth+1)
	return err
}

// escapes says whether a member name would leave the folder it is unpacked into, on any operating system.
func escapes(name string) bool {
	slashed := strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(slashed, "/") || len(name) > 1 && name[1] == ':' || strings.IndexByte(name, 0) >= 0 {
		return true
	}
	for part := range strings.SplitSeq(slashed, "/") {
		if part == ".." {
			return true
		}
	}
	return false
}

func linkEscapes(name, target string) bool {
	slashed := strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(slashed, "/") || len(target) > 1 && target[1] == ':' {
		return true
	}
	to := path.Join(path.Dir(name), slashed)
	return to == ".." || strings.HasPrefix(to, "../")
}
