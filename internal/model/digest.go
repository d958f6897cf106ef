package model

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"sync"
)

const (
	// runOn is how far reads must go on behind a gap until the gap is digested: who reads a table at the end of a file comes back
	// to its beginning, and who reads that far does not.
	runOn = 1 << 20
	// maxCaughtUp bounds the gaps that are digested while a file is looked at, whose time is limited. The rest comes afterwards.
	maxCaughtUp = 4 << 30
)

// digest makes the SHA-256 of a file out of the reads of whoever looks at it, so that what is read in order is read once. What
// nobody read is read at the end, or when it is clear that nobody will.
type digest struct {
	r     io.ReaderAt
	sum   hash.Hash // nil before begin
	at    int64     // what lies before it is digested
	last  int64     // where the last read behind a gap ended
	run   int64     // how far such reads have gone on
	spent int64     // bytes of gaps
}

// begin says that the file will be digested, and what its first bytes are. What was read until then is not digested: it may be
// of a file that nobody wants to know more of.
func (d *digest) begin(head []byte) {
	if d.sum == nil {
		d.sum = sha256.New()
		d.take(head, 0)
	}
}

// ReadAt reads, and digests what is next in order.
func (d *digest) ReadAt(p []byte, off int64) (int, error) {
	n, err := d.r.ReadAt(p, off)
	if d.sum != nil && n > 0 && off+int64(n) > d.at {
		if off > d.at && d.runsOn(off, int64(n)) {
			d.spent += off - d.at
			if d.catchUp(off) != nil {
				d.spent = maxCaughtUp // hex says so
			}
		}
		d.take(p[:n], off)
	}
	return n, err
}

// runsOn says whether a read behind a gap is one of many in a row.
func (d *digest) runsOn(off, n int64) bool {
	if off != d.last {
		d.run = 0
	}
	d.last, d.run = off+n, d.run+n
	return off-d.at <= runOn/16 || d.run >= runOn && off-d.at <= maxCaughtUp-d.spent
}

// take digests what of b, which lies at off, is next.
func (d *digest) take(b []byte, off int64) {
	if off <= d.at && off+int64(len(b)) > d.at {
		d.sum.Write(b[d.at-off:])
		d.at = off + int64(len(b))
	}
}

var digestBuffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

// catchUp reads and digests what lies before an offset, or everything.
func (d *digest) catchUp(to int64) error {
	b := digestBuffers.Get().(*[128 << 10]byte)
	defer digestBuffers.Put(b)
	for d.at < to {
		n, err := d.r.ReadAt(b[:min(int64(len(b)), to-d.at)], d.at)
		d.sum.Write(b[:n])
		d.at += int64(n)
		if err != nil {
			return err
		}
	}
	return nil
}

// hex is the digest of the whole file. Its end is where reading says so, not where its size did when it was opened.
func (d *digest) hex() (string, error) {
	d.begin(nil)
	if err := d.catchUp(1<<63 - 1); err != io.EOF {
		return "", fmt.Errorf("digest: %w", err)
	}
	return hex.EncodeToString(d.sum.Sum(nil)), nil
}
