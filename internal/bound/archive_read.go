package bound

import (
	"fmt"
	"io"
	"sync"
)

const (
	ratioFloor = 512 << 10 // a short run of zeros may shrink as it likes
	chunkBytes = 256 << 10
	nestedZip  = 4 // a zip inside an archive is held in memory, up to so many times FileBytes
)

// counted counts the packed bytes a decompressor took.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// metered counts bytes as they come out, and stops at ArchiveBytes over the whole archive and at ArchiveRatio.
type metered struct {
	u      *unpacking
	path   string
	r      io.Reader
	total  *int64
	packed *counted // nil where nothing is unpacked
	out    int64
}

func (m *metered) Read(p []byte) (int, error) {
	if err := m.u.ctx.Err(); err != nil {
		return 0, err
	}
	if room := max(m.u.limits.ArchiveBytes-*m.total, 0); room < int64(len(p)) {
		p = p[:room+1] // one more, to tell the limit from the end
	}
	n, err := m.r.Read(p)
	m.out += int64(n)
	*m.total += int64(n)
	if *m.total > m.u.limits.ArchiveBytes {
		n -= int(min(*m.total-m.u.limits.ArchiveBytes, int64(n)))
		return n, fmt.Errorf("%w: %w", errSpent, m.u.limit(m.u.name, LimitArchiveBytes, m.u.limits.ArchiveBytes))
	}
	if m.packed != nil && m.out > ratioFloor && m.out/int64(m.u.limits.ArchiveRatio) > m.packed.n {
		return n, m.u.limit(m.path, LimitArchiveRatio, int64(m.u.limits.ArchiveRatio))
	}
	return n, err
}

var chunks = sync.Pool{New: func() any { return new([chunkBytes]byte) }}

// held is content read into memory: memory is taken as bytes arrive, not as they are declared. All chunks but a single
// small one are chunkBytes long.
type held struct {
	chunks [][]byte
	size   int64
}

// hold reads up to limit bytes, and one more if there is one. What was read before an error is kept.
func hold(r io.Reader, limit int64) (*held, error) {
	h := &held{}
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	var err error
	for err == nil && h.size <= limit && h.size < int64(len(buf)) {
		var n int
		n, err = r.Read(buf[h.size:min(int64(len(buf)), limit+1)])
		h.size += int64(n)
	}
	h.chunks = [][]byte{append([]byte(nil), buf[:h.size]...)} // most members are small and end here
	if err == nil && h.size <= limit {
		err = h.fill(r, limit)
	}
	if err == io.EOF {
		err = nil
	}
	return h, err
}

// fill reads on, up to limit bytes and one more.
func (h *held) fill(r io.Reader, limit int64) error {
	if len(h.chunks) == 1 && len(h.chunks[0]) < chunkBytes {
		small := h.chunks[0]
		h.chunks[0] = chunks.Get().(*[chunkBytes]byte)[:]
		copy(h.chunks[0], small)
	}
	for h.size <= limit {
		if h.size == int64(len(h.chunks))*chunkBytes {
			h.chunks = append(h.chunks, chunks.Get().(*[chunkBytes]byte)[:])
		}
		room := h.chunks[len(h.chunks)-1][h.size%chunkBytes:]
		n, err := r.Read(room[:min(int64(len(room)), limit+1-h.size)])
		h.size += int64(n)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// bytes returns the first limit bytes in one piece.
func (h *held) bytes(limit int64) []byte {
	n := min(h.size, limit)
	if len(h.chunks) == 1 && len(h.chunks[0]) < chunkBytes {
		return h.chunks[0][:n]
	}
	all := make([]byte, n)
	h.ReadAt(all, 0)
	return all
}

// release gives the large chunks back. What bytes returned is none of them.
func (h *held) release() {
	for _, c := range h.chunks {
		if len(c) == chunkBytes {
			chunks.Put((*[chunkBytes]byte)(c))
		}
	}
	h.chunks, h.size = nil, 0
}

// ReadAt makes held content readable as an archive of its own.
func (h *held) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) && off < h.size {
		piece := h.chunks[off/chunkBytes][off%chunkBytes:]
		piece = piece[:min(int64(len(piece)), h.size-off)]
		c := copy(p[n:], piece)
		n, off = n+c, off+int64(c)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *held) reader() io.Reader { return io.NewSectionReader(h, 0, h.size) }
