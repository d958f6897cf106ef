package rules

import (
	"path"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/source/settings"
)

// settingFiles are the files of settings that source code reads constants from. It may be used by several goroutines at once.
type settingFiles struct {
	paths map[string]bool // as they are written
	read  func(string) ([]byte, error)

	lock sync.Mutex
	open map[string]*settings.Node
}

func newSettingFiles(paths []string, read func(string) ([]byte, error)) *settingFiles {
	s := &settingFiles{paths: map[string]bool{}, read: read, open: map[string]*settings.Node{}}
	for _, p := range paths {
		switch path.Ext(p) {
		case ".yaml", ".yml", ".json", ".jsonc", ".toml", ".env":
			s.paths[p] = true
		}
	}
	return s
}

// Bounds on what is read for constants: what people write by hand is far below.
const (
	maxSettingFiles = 256
	maxSettingBytes = 256 << 10
)

// value is the scalar at keys in the file that `from` calls name. Programs name files from where they are started, which is the folder of
// the source file, one above it, or the target's root.
func (s *settingFiles) value(from, name string, keys []string) (string, bool) {
	for dir := path.Dir(from); ; dir = path.Dir(dir) {
		if p := path.Join(dir, name); s.paths[p] {
			n := s.root(p)
			for _, key := range keys {
				n = n.Child(key)
			}
			if n == nil || !n.Scalar || strings.Contains(n.Value, "${") {
				return "", false
			}
			return n.Value, true
		}
		if dir == "." || dir == "/" {
			return "", false
		}
	}
}

// root reads a file once; nil: it cannot be read, or is too large to be settings.
func (s *settingFiles) root(name string) *settings.Node {
	s.lock.Lock()
	defer s.lock.Unlock()
	if n, known := s.open[name]; known || len(s.open) >= maxSettingFiles {
		return n
	}
	s.open[name] = nil
	data, err := s.read(name)
	if err != nil || len(data) > maxSettingBytes {
		return nil
	}
	if roots, err := readSettings(kindsOf(name, data), data); err == nil && len(roots) > 0 {
		s.open[name] = roots[0]
	}
	return s.open[name]
}
