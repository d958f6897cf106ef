// Package reading is what the measuring commands share that hold a program's reports against lists which somebody wrote down from a reading of
// the files: what was read, where a line of a notebook's cell stands, and in which language a file is written.
package reading

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Scope lists what of a repository was read: paths with `*` for what stands between slashes, and `**` for any number of folders. An empty one
// is the whole.
type Scope []string

// Holds says whether a path was read.
func (s Scope) Holds(name string) bool {
	return len(s) == 0 || slices.ContainsFunc(s, func(glob string) bool { return matches(strings.Split(glob, "/"), strings.Split(name, "/")) })
}

func matches(glob, name []string) bool {
	if len(glob) == 0 {
		return len(name) == 0
	}
	if glob[0] == "**" {
		for i := range len(name) + 1 {
			if matches(glob[1:], name[i:]) {
				return true
			}
		}
		return false
	}
	if len(name) == 0 {
		return false
	}
	ok, _ := filepath.Match(glob[0], name[0])
	return ok && matches(glob[1:], name[1:])
}

// Notebooks tells where cells stand in the notebooks below a folder. The zero value of all but Dir works.
type Notebooks struct {
	Dir    string
	starts map[string][]int
}

// NoLine is no line of any file, and far from all of them.
const NoLine = -1000

// Line is the line of a notebook's file on which a line of a cell stands; cells count from 0, lines from 1. Of a cell whose source is one
// string every line stands on one.
func (n *Notebooks) Line(name string, cell, line int) int {
	starts, known := n.starts[name]
	if !known {
		starts = cellStarts(filepath.Join(n.Dir, name))
		if n.starts == nil {
			n.starts = map[string][]int{}
		}
		n.starts[name] = starts
	}
	switch {
	case cell >= len(starts):
		return NoLine
	case starts[cell] < 0:
		return -starts[cell]
	}
	return starts[cell] + line
}

// cellStarts are the lines on which the sources of cells begin, negative where a source is one string. What an output calls its source is
// indented in another way than the first cell's.
func cellStarts(file string) (starts []int) {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, 64<<20)
	indent := -1
	for line := 1; in.Scan(); line++ {
		text := strings.TrimSpace(in.Text())
		if !strings.HasPrefix(text, `"source": `) {
			continue
		}
		depth := len(in.Text()) - len(strings.TrimLeft(in.Text(), " \t"))
		if indent < 0 {
			indent = depth
		}
		switch {
		case depth != indent:
		case strings.HasPrefix(text, `"source": [`):
			starts = append(starts, line)
		case strings.HasPrefix(text, `"source": "`):
			starts = append(starts, -line)
		}
	}
	return starts
}

// Language is what the tables call a file's language: python, typescript (JavaScript too), or settings for all else.
func Language(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".py", ".ipynb":
		return "python"
	case ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs":
		return "typescript"
	}
	return "settings"
}
