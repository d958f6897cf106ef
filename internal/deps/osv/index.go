package osv

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lodemark/lodemark/internal/bound"
)

// The index is one file: a magic line, the length of a header and the header (JSON), a table of offsets, and as many buckets. A bucket
// holds the advisories of all packages whose key hashes into it, one after the other, and a checksum. A question reads one bucket.

const (
	magic      = "lodemark advisories 3\n"
	maxHeader  = 1 << 20
	maxBits    = 16
	maxBucket  = 64 << 20
	spoolBytes = 32 << 20 // what is gathered stays in memory up to here, and goes to a nameless file beyond
)

// Info says what a database holds.
type Info struct {
	Digest     string               `json:"digest"`     // over everything that was read
	Advisories map[string]int       `json:"advisories"` // by ecosystem
	Newest     map[string]time.Time `json:"newest"`     // the latest change of an advisory, by ecosystem; missing: none tells its time
	Withdrawn  int                  `json:"withdrawn"`
	Others     int                  `json:"others"` // advisories for ecosystems that are not looked at
	Broken     int                  `json:"broken"` // files that are no advisories
	Gaps       []bound.Gap          `json:"gaps"`   // why, for the first of them
}

// header is Info with what finds the rest.
type header struct {
	Info
	Stamp string `json:"stamp"`
	Fresh bool   `json:"fresh"` // a file changed so shortly before that a later change may show no other time
	Bits  int    `json:"bits"`
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func hashOf(ecosystem, name string) uint64 {
	h := fnv.New64a()
	io.WriteString(h, ecosystem)
	h.Write([]byte{0})
	io.WriteString(h, name)
	x := h.Sum64()
	return x ^ x>>29*0xbf58476d1ce4e5b9 // the top bits of the plain sum are weak for short texts
}

// located is one encoded advisory in the spool.
type located struct {
	hash   uint64
	offset int64
	size   int
}

// builder gathers what a source is read for.
type builder struct {
	mu    sync.Mutex
	out   *io.PipeWriter
	err   error
	at    int64
	all   []located
	info  Info
	spare []byte
}

// maxNotes is how many broken files are told one by one.
const maxNotes = 20

func (b *builder) visit(name string, data []byte) {
	r, err := parse(name, data)
	if err != nil {
		b.broken(name, err)
		return
	}
	type one struct {
		ecosystem, name string
		advisory        *Advisory
	}
	var kept []one
	if r.Withdrawn == "" {
		r.entries(func(ecosystem, name string, a *Advisory) { kept = append(kept, one{ecosystem, name, a}) })
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case r.Withdrawn != "":
		b.info.Withdrawn++
	case len(kept) == 0:
		b.info.Others++
	}
	counted := map[string]bool{}
	for _, k := range kept {
		if !counted[k.ecosystem] {
			counted[k.ecosystem] = true
			b.info.Advisories[k.ecosystem]++
		}
		if at := k.advisory.Modified; at.Year() > 1 && at.After(b.info.Newest[k.ecosystem]) {
			b.info.Newest[k.ecosystem] = at
		}
		b.put(k.ecosystem, k.name, k.advisory)
	}
}

func (b *builder) broken(name string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.info.Broken++
	if len(b.info.Gaps) < 50*maxNotes { // enough to tell the first of them by name
		b.info.Gaps = append(b.info.Gaps, bound.Gap{Path: name, Reason: err.Error()})
	}
}

// put appends one entry: the key, then the advisory, each with its length.
func (b *builder) put(ecosystem, name string, a *Advisory) {
	key := ecosystem + "\x00" + name
	body := a.encode(b.spare[:0])
	b.spare = body
	entry := binary.AppendUvarint(nil, uint64(len(key)))
	entry = append(entry, key...)
	entry = binary.AppendUvarint(entry, uint64(len(body)))
	entry = append(entry, body...)
	b.all = append(b.all, located{hashOf(ecosystem, name), b.at, len(entry)})
	b.at += int64(len(entry))
	if b.err == nil {
		_, b.err = b.out.Write(entry)
	}
}

// build reads a source and hands its index to put, which calls what it is given with where to write to.
func build(ctx context.Context, s source, h header, put func(write func(io.Writer) error) error) error {
	r, w := io.Pipe()
	b := &builder{out: w, info: Info{Advisories: map[string]int{}, Newest: map[string]time.Time{}}}
	done := make(chan error, 1)
	go func() {
		digest, gaps, err := s.read(ctx, b.visit)
		b.info.Digest = digest
		b.info.Broken += len(gaps) // what could not be read at all
		b.info.Gaps = append(b.info.Gaps, gaps...)
		w.CloseWithError(cmp.Or(err, b.err)) // nil ends the pipe
		done <- err
	}()
	spool, err := bound.NewSpool(r, spoolBytes, maxUnpacked)
	r.CloseWithError(err)
	defer spool.Close()
	if err := cmp.Or(<-done, err); err != nil {
		return fmt.Errorf("read the database of advisories: %w", err)
	}
	slices.SortFunc(b.info.Gaps, func(a, c bound.Gap) int {
		return cmp.Or(strings.Compare(a.Path, c.Path), strings.Compare(a.Reason, c.Reason))
	})
	b.info.Gaps = b.info.Gaps[:min(len(b.info.Gaps), maxNotes)]
	for i := range b.info.Gaps {
		b.info.Gaps[i].Path, b.info.Gaps[i].Reason = oneLine(b.info.Gaps[i].Path, 300), oneLine(b.info.Gaps[i].Reason, 300)
	}
	h.Info, h.Bits = b.info, bitsFor(len(b.all))
	slices.SortFunc(b.all, func(x, y located) int { return cmp.Or(cmp.Compare(x.hash, y.hash), cmp.Compare(x.offset, y.offset)) })
	return put(func(w io.Writer) error { return writeIndex(w, h, b.all, spool) })
}

// bitsFor gives about four advisories a bucket.
func bitsFor(entries int) int {
	bits := 1
	for bits < maxBits && 4<<bits < entries {
		bits++
	}
	return bits
}

func writeIndex(w io.Writer, h header, all []located, spool io.ReaderAt) error {
	head, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if len(head) > maxHeader {
		return fmt.Errorf("the header has %d bytes", len(head))
	}
	buckets := 1 << h.Bits
	offsets := make([]byte, 0, 8*(buckets+1))
	at := int64(len(magic)+4+len(head)) + int64(8*(buckets+1))
	starts := make([]int, buckets+1)
	for i, next := 0, 0; i < buckets; i++ {
		starts[i] = next
		offsets = binary.LittleEndian.AppendUint64(offsets, uint64(at))
		for next < len(all) && int(all[next].hash>>(64-h.Bits)) == i {
			at += int64(all[next].size)
			next++
		}
		starts[i+1] = next
		at += 4
	}
	offsets = binary.LittleEndian.AppendUint64(offsets, uint64(at))
	buffered := bufio.NewWriterSize(w, 256<<10)
	buffered.WriteString(magic)
	buffered.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(head))))
	buffered.Write(head)
	buffered.Write(offsets)
	var entry []byte
	for i := range buckets {
		sum := crc32.New(castagnoli)
		for _, l := range all[starts[i]:starts[i+1]] {
			entry = slices.Grow(entry[:0], l.size)[:l.size]
			if n, err := spool.ReadAt(entry, l.offset); n < l.size {
				return fmt.Errorf("read what was gathered: %w", err)
			}
			sum.Write(entry)
			buffered.Write(entry)
		}
		buffered.Write(binary.LittleEndian.AppendUint32(nil, sum.Sum32()))
	}
	return buffered.Flush()
}
