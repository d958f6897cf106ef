package bound

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"
)

// Handle is one open regular file. All its reads count towards TotalBytes; none of them is trusted with a size.
type Handle struct {
	tree    *Tree
	path    string
	size    int64
	content content
}

// Size is the file's size when it was opened.
func (h *Handle) Size() int64 { return h.size }

// Close closes the file.
func (h *Handle) Close() error { return h.content.Close() }

// Read reads on from where the last Read ended.
func (h *Handle) Read(p []byte) (int, error) {
	n, err := h.content.Read(p)
	return h.counted(n, err)
}

// ReadAt reads at an offset.
func (h *Handle) ReadAt(p []byte, off int64) (int, error) {
	n, err := h.content.ReadAt(p, off)
	return h.counted(n, err)
}

func (h *Handle) counted(n int, err error) (int, error) {
	if err != nil && err != io.EOF {
		h.tree.gap(h.path, err)
	}
	if limit := h.tree.spend(h.path, n); limit != nil {
		return 0, limit
	}
	return n, err
}

// whole reads a file under FileBytes. The size at opening is only a hint: the file may grow while it is read.
func (h *Handle) whole() ([]byte, error) {
	max := h.tree.limits.FileBytes
	if h.size > max {
		return nil, h.tree.limit(h.path, LimitFileBytes, max)
	}
	data := make([]byte, 0, h.size+1) // one more than expected, so that growth shows
	for {
		n, err := h.ReadAt(data[len(data):cap(data)], int64(len(data)))
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > max:
			return nil, h.tree.limit(h.path, LimitFileBytes, max)
		case err == io.EOF:
			if int64(len(data)) != h.size {
				h.tree.gap(h.path, fmt.Errorf("changed while it was read, from %d to %d bytes", h.size, len(data)))
			}
			return data, nil
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", QuoteName(h.path), err)
		}
		if len(data) == cap(data) {
			grown := make([]byte, len(data), min(2*int64(cap(data)), max+1))
			copy(grown, data)
			data = grown
		}
	}
}

var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func (h *Handle) head(n int) ([]byte, error) {
	if n < 0 {
		return nil, fmt.Errorf("read head of %s: %d bytes: %w", QuoteName(h.path), n, fs.ErrInvalid)
	}
	n = int(min(int64(n), h.size))
	if n == 0 {
		return nil, nil
	}
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	into := buf[:]
	if n > len(into) {
		into = make([]byte, n)
	}
	got, err := h.ReadAt(into[:n], 0)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read head of %s: %w", QuoteName(h.path), err)
	}
	if n > len(buf) {
		return into[:got], nil
	}
	return slices.Clone(into[:got]), nil // the pooled buffer stays ours
}

func (h *Handle) digest() (string, error) {
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	sum, off := sha256.New(), int64(0)
	for {
		n, err := h.ReadAt(buf[:], off)
		off += int64(n)
		sum.Write(buf[:n])
		if err == io.EOF {
			return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
		}
		if err != nil {
			return "", fmt.Errorf("digest %s: %w", QuoteName(h.path), err)
		}
	}
}
