package bound

import (
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// memory is a folder that exists only in memory.
type memory struct {
	node *node
	next int // position of list
}

// node is a file or a folder in memory, and its own fs.FileInfo.
type node struct {
	name  string
	data  string
	kids  map[string]*node // nil for a file
	order []string
}

func newMemory(files map[string]string) (*memory, error) {
	top := &node{name: ".", kids: map[string]*node{}}
	for name, data := range files {
		if name == "" || name == "." || path.Clean(name) != name || path.IsAbs(name) || name == ".." ||
			strings.HasPrefix(name, "../") || strings.IndexByte(name, 0) >= 0 {
			return nil, fmt.Errorf("file %s: %w path", QuoteName(name), fs.ErrInvalid)
		}
		if err := top.add(strings.Split(name, "/"), data); err != nil {
			return nil, fmt.Errorf("file %s: %w", QuoteName(name), err)
		}
	}
	top.sort()
	return &memory{node: top}, nil
}

func (n *node) add(parts []string, data string) error {
	if n.kids == nil {
		return fmt.Errorf("%s is a file as well as a folder", QuoteName(n.name))
	}
	kid := n.kids[parts[0]]
	switch {
	case len(parts) > 1 && kid == nil:
		kid = &node{name: parts[0], kids: map[string]*node{}}
		n.kids[parts[0]] = kid
		return kid.add(parts[1:], data)
	case len(parts) > 1:
		return kid.add(parts[1:], data)
	case kid != nil:
		return fmt.Errorf("%s is a file as well as a folder", QuoteName(parts[0]))
	}
	n.kids[parts[0]] = &node{name: parts[0], data: data}
	return nil
}

func (n *node) sort() {
	for name, kid := range n.kids {
		n.order = append(n.order, name)
		kid.sort()
	}
	slices.Sort(n.order)
}

func (m *memory) find(name string) (*node, error) {
	at := m.node
	if name == "." {
		return at, nil
	}
	for part := range strings.SplitSeq(name, "/") {
		if at.kids == nil || at.kids[part] == nil {
			return nil, fs.ErrNotExist
		}
		at = at.kids[part]
	}
	return at, nil
}

func (m *memory) list(n int) ([]string, error) {
	rest := m.node.order[m.next:]
	if len(rest) == 0 {
		return nil, io.EOF
	}
	rest = rest[:min(n, len(rest))]
	m.next += len(rest)
	return rest, nil
}

func (m *memory) lstat(name string) (fs.FileInfo, error) {
	n, err := m.find(name)
	if err != nil {
		return nil, err
	}
	return n, nil
}

func (m *memory) stat(name string) (fs.FileInfo, error) { return m.lstat(name) }

func (m *memory) readlink(string) (string, error) { return "", fs.ErrInvalid }

func (m *memory) sub(name string) (folder, error) {
	n, err := m.find(name)
	if err != nil {
		return nil, err
	}
	return &memory{node: n}, nil
}

func (m *memory) open(name string, _ fs.FileInfo) (content, fs.FileInfo, error) {
	n, err := m.find(name)
	if err != nil {
		return nil, nil, err
	}
	if n.kids != nil {
		return nil, nil, errFolder
	}
	return text{strings.NewReader(n.data)}, n, nil
}

func (m *memory) close() error { return nil }

type text struct{ *strings.Reader }

func (text) Close() error { return nil }

func (n *node) Name() string       { return n.name }
func (n *node) Size() int64        { return int64(len(n.data)) }
func (n *node) ModTime() time.Time { return time.Time{} }
func (n *node) IsDir() bool        { return n.kids != nil }
func (n *node) Sys() any           { return nil }
func (n *node) Mode() fs.FileMode {
	if n.kids != nil {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
