package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The second corpus is written from the literature alone, by someone who did not see how the scanner reads a format and never ran it
// on these files: it measures what is found at first sight. Each class is called second-..., and each source says what the usual
// loader would do, and whence the idea.

// secondParts write the second corpus.
var secondParts = []func(*corpus){
	secondKerasLambdas, secondKerasModules, secondKerasFiles, secondKerasArchives, secondKerasText, secondKerasLegacy,
	secondGraphPython, secondGraphFiles, secondGraphData, secondGraphReach, secondGraphNetwork, secondGraphPlaces, secondCheckpoints,
	secondFrameworks, secondFlat, secondLanguages,
	secondKerasHonest, secondGraphHonest, secondDamage,
}

// second writes the second corpus: what second.py left in the folder, and the parts above.
func second(c *corpus) error {
	if err := secondFromPython(c); err != nil {
		return err
	}
	for _, part := range secondParts {
		part(c)
	}
	return c.err
}

// onlySecond writes the second corpus and nothing else.
func onlySecond(out string) error {
	c := newCorpus(out)
	if err := c.clear(); err != nil {
		return err
	}
	if err := second(c); err != nil {
		return err
	}
	return c.finish()
}

// secondBad writes a file that must come out dangerous or worse. why is the effect and the idea, parted by a semicolon.
func (c *corpus) secondBad(family, class, why, name string, data []byte) {
	c.files("malicious", family, "second-"+class, why, name, map[string][]byte{name: data})
}

// secondBadFolder writes a folder of which at least one file must come out dangerous or worse.
func (c *corpus) secondBadFolder(family, class, why string, files map[string][]byte) {
	c.files("malicious", family, "second-"+class, why, "", files)
}

// secondGood writes a file that must be clean. It is not kept for the damage of the first corpus, so that that stays as it is.
func (c *corpus) secondGood(family, class, name string, data []byte) {
	c.files("benign", family, "second-"+class, "honest: laid out as the library writes it", name, map[string][]byte{name: data})
}

// secondGoodFolder writes a folder of which every file must be clean.
func (c *corpus) secondGoodFolder(family, class string, files map[string][]byte) {
	c.files("benign", family, "second-"+class, "honest: laid out as the library writes it", "", files)
}

// secondOpen writes a file that nobody can call clean: damaged, or of a class or operation that is known to nobody.
func (c *corpus) secondOpen(family, class, why, name string, data []byte) {
	c.files("malformed", family, "second-"+class, why, name, map[string][]byte{name: data})
}

// secondFromPython takes over what second.py wrote, if it did.
func secondFromPython(c *corpus) error {
	f, err := os.Open(filepath.Join(c.dir, "second-python", "labels.jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(os.Stderr, "modelcorpus: no files of second.py in", c.dir)
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
			return fmt.Errorf("labels of second.py: %w", err)
		}
		l.Want = wants[l.Label]
		c.labels = append(c.labels, l)
	}
	return lines.Err()
}

// js is a value as JSON, for texts within texts.
func js(v any) string {
	b, err := json.Marshal(v)
	must(err)
	return string(b)
}

// fill puts values in the place of $1, $2 ... of a text.
func fill(text string, values ...string) string {
	for i := len(values); i > 0; i-- {
		text = strings.ReplaceAll(text, fmt.Sprintf("$%d", i), values[i-1])
	}
	return text
}
