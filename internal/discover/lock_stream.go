package discover

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/lodemark/lodemark"
)

// Lock files of large repositories are longer than what is read of a file at once. Those whose form allows it are read in a stream then: line by
// line, or token by token, with nothing kept but the packages.

const (
	streamFrom  = 8 << 20  // shorter ones are read whole
	streamBytes = 64 << 20 // the longest that is read
	streamLine  = 64 << 10 // of a line, the rest says nothing that is asked for
)

// streamed are readers of lock files that need not stand in memory.
func (v *visit) streamed() func(*visit, *stream) (*manifest, error) {
	switch v.lower {
	case "package-lock.json", "npm-shrinkwrap.json":
		return func(v *visit, s *stream) (*manifest, error) {
			counted := &lineCounter{r: s.reader()}
			return packageLock(v, &jsonWalk{d: json.NewDecoder(counted), lines: counted})
		}
	case "yarn.lock":
		return func(v *visit, s *stream) (*manifest, error) { return yarnLock(v, s.lines()) }
	case "pnpm-lock.yaml":
		return func(v *visit, s *stream) (*manifest, error) { return pnpmLock(v, s.lines()) }
	case "go.sum":
		return func(v *visit, s *stream) (*manifest, error) { return goSum(v, s.lines()) }
	case "uv.lock", "poetry.lock", "pdm.lock", "cargo.lock":
		return func(v *visit, s *stream) (*manifest, error) { return tomlLock(v, s.lines()) }
	}
	if strings.HasPrefix(v.lower, "conda-lock") && (v.ext == ".yml" || v.ext == ".yaml") {
		return func(v *visit, s *stream) (*manifest, error) { return condaLock(v, s.lines()) }
	}
	return nil
}

// readStream reads a lock file of that size; false: it is none, or short enough to be read whole.
func (v *visit) readStream() bool {
	if v.size <= streamFrom {
		return false
	}
	read := v.streamed()
	if read == nil {
		return false
	}
	if v.size > streamBytes {
		v.unread(&sizeError{v.size, streamBytes})
		return true
	}
	s := &stream{v: v}
	m, err := read(v, s)
	if m != nil && (m.names || m.locks) {
		v.out.hints.manifest = m
		v.addManifest(m)
	}
	if err = errors.Join(s.err, err); err != nil {
		v.malformed(err)
	}
	return true
}

// stream reads a file from its beginning to its end, once.
type stream struct {
	v   *visit
	err error
}

func (s *stream) reader() io.Reader {
	return bufio.NewReaderSize(io.NewSectionReader(s.v.file, 0, s.v.size), 1<<20)
}

// lines are those of the file. A line stands only until the next one; of a very long one its beginning.
func (s *stream) lines() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		r := bufio.NewReaderSize(io.NewSectionReader(s.v.file, 0, s.v.size), streamLine)
		for {
			line, err := r.ReadSlice('\n')
			if errors.Is(err, bufio.ErrBufferFull) {
				line = bytes.Clone(line)
				for errors.Is(err, bufio.ErrBufferFull) {
					_, err = r.ReadSlice('\n')
				}
			}
			if len(line) > 0 && !yield(line) {
				return
			}
			if err != nil {
				if !errors.Is(err, io.EOF) {
					s.err = fmt.Errorf("read it in a stream: %w", err)
				}
				return
			}
		}
	}
}

// lineCounter knows on which line an offset stands that lies behind all that were asked for.
type lineCounter struct {
	r      io.Reader
	offset int
	ends   []int // of lines that nobody asked beyond yet
	passed int
}

func (c *lineCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for at := 0; at < n; {
		i := bytes.IndexByte(p[at:n], '\n')
		if i < 0 {
			break
		}
		c.ends = append(c.ends, c.offset+at+i)
		at += i + 1
	}
	c.offset += n
	return n, err
}

func (c *lineCounter) line(offset int) int {
	i := 0
	for i < len(c.ends) && c.ends[i] < offset {
		i++
	}
	c.passed += i
	c.ends = c.ends[:copy(c.ends, c.ends[i:])]
	return c.passed + 1
}

// tomlLock reads the tables of packages in a lock file of TOML by their lines: such files are written by machines, a key on each.
func tomlLock(v *visit, lines iter.Seq[[]byte]) (*manifest, error) {
	m := &manifest{ecosystem: "pypi", locks: true, format: strings.TrimSuffix(v.lower, ".lock"), folders: []string{""}}
	if v.lower == "cargo.lock" {
		m.ecosystem, m.format = "cargo", "cargo"
	}
	var all []dependency
	current := (*dependency)(nil)
	number, source := 0, ""
	end := func() {
		if current == nil {
			return
		}
		if m.ecosystem == "cargo" && source == "" {
			m.projects = append(m.projects, current.name)
		} else if local := strings.Contains(source, "editable =") || strings.Contains(source, "virtual =") || strings.Contains(source, "directory ="); !local && v.wants(m.ecosystem, current.name) {
			all = append(all, *current)
		} else if folder := betweenQuotes(source); local && folder != "" {
			m.folders = append(m.folders, folder)
		}
		current, source = nil, ""
	}
	for raw := range lines {
		number++
		line := strings.TrimRight(string(raw[:min(len(raw), 2000)]), "\r\n")
		if strings.HasPrefix(line, "[") {
			if strings.TrimSpace(line) == "[[package]]" {
				end()
				current = &dependency{line: number, pin: lodemark.PinTag}
			} else if !strings.HasPrefix(line, "[package.") {
				end()
			}
			continue
		}
		if current == nil {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch {
		case ok && key == "name" && current.name == "":
			if current.name = betweenQuotes(value); m.ecosystem == "pypi" {
				current.name = pythonName(current.name)
			}
		case ok && key == "version" && current.version == "":
			current.version = betweenQuotes(value)
		case ok && key == "source":
			source = value
			if strings.Contains(value, "git") && strings.Contains(value, "://") && !strings.Contains(value, "registry") {
				current.address, current.pin = betweenQuotes(value), lodemark.PinCommit
			}
		case ok && key == "checksum":
			current.pin, current.digest = lodemark.PinDigest, "sha256:"+betweenQuotes(value)
		case current.pin == lodemark.PinTag && (strings.Contains(line, `hash = "`) || strings.Contains(line, `"sha256:`)):
			current.pin = lodemark.PinDigest
		}
	}
	end()
	m.fixes = all
	return m, nil
}

// betweenQuotes is the first text in quotes.
func betweenQuotes(s string) string {
	_, rest, ok := strings.Cut(s, `"`)
	if !ok {
		return ""
	}
	text, _, _ := strings.Cut(rest, `"`)
	return text
}
