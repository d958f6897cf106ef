package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// label is what is known of a case. Path ends in a slash where the case is a folder: its worst file counts.
type label struct {
	Path   string   `json:"path"`
	Label  string   `json:"label"` // malicious, benign, malformed
	Class  string   `json:"class"`
	Family string   `json:"family"`
	Source string   `json:"source"`
	Want   []string `json:"want"` // the verdicts that agree
}

// wants are the verdicts that agree with a label.
var wants = map[string][]string{
	"malicious": {"malicious", "dangerous"},
	"benign":    {"clean"},
	"malformed": {"not read", "dangerous", "malicious", "unknown"},
}

// corpus is what is being written. The first error stays and stops everything after it.
type corpus struct {
	dir    string
	labels []label
	bases  []base // files that are right, to be damaged
	count  map[string]int
	err    error
}

// base is a file that its loader accepts.
type base struct {
	family, format, name string
	data                 []byte
}

func newCorpus(dir string) *corpus { return &corpus{dir: dir, count: map[string]int{}} }

// clear removes what an earlier run wrote, but not what benign.py did.
func (c *corpus) clear() error {
	for _, name := range []string{"malicious", "malformed", "benign-own"} {
		if err := os.RemoveAll(filepath.Join(c.dir, name)); err != nil {
			return err
		}
	}
	return os.MkdirAll(c.dir, 0o755)
}

// hostile writes one file that its loader would be harmed by.
func (c *corpus) hostile(family, class, source, name string, data []byte) {
	c.files("malicious", family, class, source, name, map[string][]byte{name: data})
}

// hostileFolder writes a folder that is harmful as a whole.
func (c *corpus) hostileFolder(family, class, source string, files map[string][]byte) {
	c.files("malicious", family, class, source, "", files)
}

// benign writes one honest file, and keeps it for damage under the name of its format.
func (c *corpus) benign(family, format, name string, data []byte) {
	c.files("benign", family, format, "written after the format's specification", name, map[string][]byte{name: data})
	c.bases = append(c.bases, base{family, format, name, data})
}

// benignFolder writes a folder with nothing wrong in it.
func (c *corpus) benignFolder(family, class string, files map[string][]byte) {
	c.files("benign", family, class, "written after the library's documentation", "", files)
}

// broken writes a file that no loader can read rightly.
func (c *corpus) broken(family, class, name string, data []byte) {
	c.files("malformed", family, class, "structural damage", name, map[string][]byte{name: data})
}

// files writes a case into a folder of its own, so that cases do not see one another.
func (c *corpus) files(kind, family, class, source, one string, files map[string][]byte) {
	if c.err != nil {
		return
	}
	top := kind
	if kind == "benign" {
		top = "benign-own"
	}
	c.count[kind+family]++
	folder := fmt.Sprintf("%s/%s/%03d-%s", top, family, c.count[kind+family], slug(class))
	for name, data := range files {
		at := filepath.Join(c.dir, filepath.FromSlash(folder), filepath.FromSlash(name))
		if c.err = errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, data, 0o644)); c.err != nil {
			return
		}
	}
	c.labels = append(c.labels, label{folder + "/" + one, kind, class, family, source, wants[kind]})
}

// fromPython takes over what benign.py wrote, if it did.
func (c *corpus) fromPython() error {
	f, err := os.Open(filepath.Join(c.dir, "benign", "labels.jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(os.Stderr, "modelcorpus: no files of benign.py in", c.dir)
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var l label
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("labels of benign.py: %w", err)
		}
		l.Want = wants[l.Label]
		c.labels = append(c.labels, l)
		if strings.HasSuffix(l.Path, "/") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(c.dir, filepath.FromSlash(l.Path)))
		if err != nil {
			return err
		}
		if len(data) < 1<<20 {
			c.bases = append(c.bases, base{l.Family, l.Class, filepath.Base(l.Path), data})
		}
	}
	return lines.Err()
}

// finish writes the labels, and says how many there are of each kind.
func (c *corpus) finish() error {
	if c.err != nil {
		return c.err
	}
	slices.SortFunc(c.labels, func(a, b label) int { return cmp.Compare(a.Path, b.Path) })
	var text []byte
	sum := map[string]int{}
	for _, l := range c.labels {
		line, err := json.Marshal(l)
		if err != nil {
			return err
		}
		text = append(append(text, line...), '\n')
		sum[l.Label]++
	}
	fmt.Printf("%d malicious, %d benign, %d malformed\n", sum["malicious"], sum["benign"], sum["malformed"])
	return os.WriteFile(filepath.Join(c.dir, "labels.jsonl"), text, 0o644)
}

// slug is a class as a folder is called by it.
func slug(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') }), "-")
}
