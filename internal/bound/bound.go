// Package bound is the only opener of untrusted input: a rooted read-only tree, archives and lines, all with limits.
//
// Everything under a target is written by an adversary. No link leads out of the target, nothing but regular files is
// opened, no memory is taken because a file claims to be large, and whatever was not read is kept as a Gap with the
// reason, so that a report can never mistake "not read" for "clean".
package bound

import (
	"errors"
	"fmt"
	"io/fs"
)

// Limits bounds what is read from one target. The zero value of a field means its default, never unlimited.
type Limits struct {
	Files          int   // entries walked, folders and links included; default 500,000
	Depth          int   // folders below the root; default 64
	FileBytes      int64 // largest file handed out whole; default 8 MiB
	TotalBytes     int64 // all bytes handed out by one Tree; default 4 GiB
	LineBytes      int   // longest piece of a line that Lines yields; default 1 MiB
	NameBytes      int   // longest path; default 4,096
	ArchiveMembers int   // members of an archive, over all nesting levels together; default 10,000
	ArchiveBytes   int64 // bytes unpacked from one archive, over all levels; default 256 MiB
	ArchiveRatio   int   // unpacked bytes per packed byte, above a floor of 512 KiB; default 200
	ArchiveDepth   int   // archives inside archives, the outermost counted as one; default 3
	EnterGit       bool  // walk git\'s own folders too, all but the packed objects; default: leave them out
}

// Names of the limits, as they stand in LimitError.Limit.
const (
	LimitFiles          = "files"
	LimitDepth          = "depth"
	LimitFileBytes      = "file bytes"
	LimitTotalBytes     = "total bytes"
	LimitNameBytes      = "name bytes"
	LimitArchiveMembers = "archive members"
	LimitArchiveBytes   = "archive bytes"
	LimitArchiveRatio   = "archive ratio"
	LimitArchiveDepth   = "archive depth"
)

// ErrOutside is wrapped when a path or a link leads out of the tree.
var ErrOutside = errors.New("path leaves the tree")

// ErrIrregular is wrapped when something other than a regular file is asked for: a folder, pipe, socket or device.
var ErrIrregular = errors.New("not a regular file")

// LimitError says that a limit was reached. Max is the limit in the unit its name tells.
type LimitError struct {
	Path, Limit string
	Max         int64
}

// Error names the limit and what can be done about it.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: over the limit of %d %s; what lies beyond was not read, raise this limit to have it read",
		QuoteName(e.Path), e.Max, e.Limit)
}

// TooLarge says whether it is the file itself that was too large to be read whole.
func (e *LimitError) TooLarge() bool { return e.Limit == LimitFileBytes }

// Gap is something that was not read, and why.
type Gap struct{ Path, Reason string }

// withDefaults fills in the defaults; a negative limit has no meaning and is refused.
func (l Limits) withDefaults() (Limits, error) {
	for _, f := range []struct {
		name  string
		value *int
		def   int
	}{
		{"Files", &l.Files, 500_000},
		{"Depth", &l.Depth, 64},
		{"LineBytes", &l.LineBytes, 1 << 20},
		{"NameBytes", &l.NameBytes, 4096},
		{"ArchiveMembers", &l.ArchiveMembers, 10_000},
		{"ArchiveRatio", &l.ArchiveRatio, 200},
		{"ArchiveDepth", &l.ArchiveDepth, 3},
	} {
		if err := fill(f.name, f.value, f.def); err != nil {
			return l, err
		}
	}
	for _, f := range []struct {
		name  string
		value *int64
		def   int64
	}{
		{"FileBytes", &l.FileBytes, 8 << 20},
		{"TotalBytes", &l.TotalBytes, 4 << 30},
		{"ArchiveBytes", &l.ArchiveBytes, 256 << 20},
	} {
		if err := fill(f.name, f.value, f.def); err != nil {
			return l, err
		}
	}
	return l, nil
}

func fill[T int | int64](name string, value *T, def T) error {
	switch {
	case *value < 0:
		return fmt.Errorf("limit %s is %d: a limit cannot be negative", name, *value)
	case *value == 0:
		*value = def
	}
	return nil
}

// reason is an error as a gap tells it: without the path, which the gap already names.
func reason(err error) string {
	if limit := (*LimitError)(nil); errors.As(err, &limit) {
		return fmt.Sprintf("over the limit of %d %s", limit.Max, limit.Limit)
	}
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
