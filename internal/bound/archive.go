package bound

import (
	"context"
	"errors"
	"io"
	"io/fs"
)

// ErrNotArchive is returned for input that is no archive of a known kind.
var ErrNotArchive = errors.New("not an archive")

// Member is one file of an archive, at any depth of nesting.
type Member struct {
	Path      string      // "outer.zip!inner/file"; what follows the mark is the adversary's text and never opened
	Size      int64       // bytes read, never bytes declared
	Data      []byte      // the first FileBytes of it; the caller may keep it
	Truncated bool        // Data is not all there is, and a gap says why
	Mode      fs.FileMode // as declared
	Target    string      // of a link, as text
	Escapes   bool        // the name would leave the folder it is unpacked into
	Duplicate bool        // the same archive holds an earlier member of that name: programs differ in which they take
}

// Archive visits the members of an archive and of the archives inside it.
func Archive(ctx context.Context, name string, r io.ReaderAt, size int64, l Limits, visit func(Member) error) ([]Gap, error) {
	return nil, ErrNotArchive
}
