package assess

import (
	"slices"
	"sync"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// cacheBytes bounds what is kept of files that several checks read.
const cacheBytes = 32 << 20

// source reads the files of one tree, each once where the cache allows, and remembers digests.
type source struct {
	tree    *bound.Tree
	mu      sync.Mutex
	data    map[string][]byte
	digests map[string]digest
	read    map[string]bool
	sizes   map[string]int64 // from discovery; nil before it
	held    int
	listed  map[string]string // the digests of the names in folders
}

type digest struct {
	sum string
	err error
}

func newSource(tree *bound.Tree) *source {
	return &source{tree: tree, data: map[string][]byte{}, digests: map[string]digest{}, read: map[string]bool{}}
}

// Read returns a file whole. Callers share the bytes and must not change them.
func (s *source) Read(path string) ([]byte, error) {
	s.mu.Lock()
	data, ok := s.data[path]
	s.mu.Unlock()
	if ok {
		return data, nil
	}
	data, err := s.tree.ReadFile(path)
	if err != nil {
		return nil, err
	}
	data = slices.Clip(data) // whoever appends gets a copy and does not write into what others read
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read[path] = true
	if _, again := s.data[path]; !again && s.held+len(data) <= cacheBytes {
		s.data[path] = data
		s.held += len(data)
	}
	return data, nil
}

// Head returns the first n bytes of a file, or all of a shorter one.
func (s *source) Head(path string, n int) ([]byte, error) {
	s.mu.Lock()
	data, ok := s.data[path]
	s.mu.Unlock()
	if ok {
		return data[:min(n, len(data))], nil
	}
	return s.tree.ReadHead(path, n)
}

// Open gives random access to a file.
func (s *source) Open(path string) (lodemark.Content, error) {
	h, err := s.tree.OpenFile(path)
	if err != nil {
		return nil, err // and not a nil *Handle that is no nil Content
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read[path] = true
	return h, nil
}

// Digest returns "sha256:<hex>" of a file.
func (s *source) Digest(path string) (string, error) {
	s.mu.Lock()
	d, ok := s.digests[path]
	s.mu.Unlock()
	if ok {
		return d.sum, d.err
	}
	d.sum, d.err = s.tree.Digest(path)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.digests[path] = d
	return d.sum, d.err
}

// taken is the digest of a file if one was computed, else empty.
func (s *source) taken(path string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.digests[path].sum
}

// reads counts the files that were read for content after discovery.
func (s *source) reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.read)
}
