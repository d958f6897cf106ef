package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// What the commands share that look at any number of paths: which severities they show and fail on, how a path is opened, and how it is told
// that one of them could not be.

// severities reads --severity and --fail-on. Without the latter there is no gate.
func severities(shown, failOn string) (lowest, gate lodemark.Severity, err error) {
	if lowest, err = severityOf("--severity", shown); err != nil || failOn == "" {
		return lowest, gate, err
	}
	gate, err = severityOf("--fail-on", failOn)
	return lowest, gate, err
}

func severityOf(flag, word string) (lodemark.Severity, error) {
	s, err := lodemark.ParseSeverity(strings.ToLower(word))
	if err != nil {
		return s, usage("info, low, medium, high or critical", flag+": %w", err)
	}
	return s, nil
}

// notOver refuses reports that would be written over what is to be looked at.
func notOver[F any](paths []string, sinks []sinkOf[F]) error {
	for _, p := range paths {
		for _, s := range sinks {
			if s.file != "" && filepath.Clean(p) == filepath.Clean(s.file) {
				return usage("give the report a name of its own", "%s is what is to be looked at", s.file)
			}
		}
	}
	return nil
}

// split takes a path apart: the folder to open, and the one file in it that is meant; empty: all of them.
func split(target string) (dir, only string) {
	if info, err := os.Stat(target); err == nil && info.Mode().IsRegular() {
		return filepath.Dir(target), filepath.Base(target)
	}
	return target, ""
}

// openFolder opens the folder of a path, and says in plain words that there is none.
func openFolder(dir, target string) (*bound.Tree, error) {
	tree, err := bound.Open(dir, bound.Limits{})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open %q: there is no such file or folder", target)
	}
	return tree, err
}

// under says how the files of a target are named in a report: where there are several targets, names begin at the working folder.
func under(target string, several bool) func(name string) string {
	return func(name string) string {
		if several && name != "" {
			return path.Join(folderOf(target), name)
		}
		return name
	}
}

// eachPath looks at one path after the other. One that cannot be looked at is told, and a gap; what was seen elsewhere counts all the same.
// failed says that there was one; err that nothing more is to be done.
func eachPath(ctx context.Context, paths []string, p *progress, stderr io.Writer, look func(target string) error) (gaps []lodemark.Gap, failed bool, err error) {
	defer p.clear()
	for _, target := range paths {
		err := look(target)
		switch {
		case ctx.Err() != nil:
			return nil, failed, cmp.Or(err, ctx.Err())
		case err != nil:
			p.clear()
			fmt.Fprintf(stderr, "lodemark: error: %s\n", plain(err.Error()))
			failed = true
			gaps = append(gaps, lodemark.Gap{Path: target, Reason: err.Error()})
		}
	}
	return gaps, failed, nil
}
