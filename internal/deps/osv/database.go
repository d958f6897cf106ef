package osv

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/durable"
)

// Options say where a database is and where its index may be kept.
type Options struct {
	Path  string // a folder of advisories (JSON or YAML) or zips in any arrangement, or one zip
	Cache string // a folder of the user's; empty: the index is made anew for this once
}

// Database answers questions about packages. It may be asked from several goroutines at once.
type Database struct {
	header  header
	index   io.ReaderAt
	offsets []byte
	close   func() error
}

// Open makes the index of a database, or takes it from the cache when nothing changed since it was made.
func Open(ctx context.Context, o Options) (*Database, error) {
	s, err := sourceOf(o.Path)
	if err != nil {
		return nil, err
	}
	stamp, newest, err := s.stamp(ctx)
	if err != nil {
		return nil, err
	}
	name, err := s.indexName()
	if err != nil {
		return nil, err
	}
	if o.Cache != "" {
		if d, err := openIndex(o.Cache, name); err == nil {
			if d.header.Stamp == stamp && !d.header.Fresh {
				return d, nil
			}
			d.Close()
		}
	}
	// As git does it: a file that changes twice within the grain of the clock has one time, so an index made right after a change
	// is not believed the next time.
	fresh := time.Now().UnixNano()-newest < int64(2*time.Second)
	if o.Cache == "" || os.MkdirAll(o.Cache, 0o700) != nil {
		return openOnce(ctx, s, stamp)
	}
	err = build(ctx, s, header{Stamp: stamp, Fresh: fresh}, func(write func(io.Writer) error) error {
		return durable.WriteFile(filepath.Join(o.Cache, name), 0o600, write)
	})
	if err != nil {
		return nil, err
	}
	return openIndex(o.Cache, name)
}

// openOnce makes an index that is gone when it is closed.
func openOnce(ctx context.Context, s source, stamp string) (*Database, error) {
	var spool *bound.Spool
	err := build(ctx, s, header{Stamp: stamp}, func(write func(io.Writer) error) (err error) {
		r, w := io.Pipe()
		go func() { w.CloseWithError(write(w)) }()
		spool, err = bound.NewSpool(r, spoolBytes, maxUnpacked)
		r.CloseWithError(err)
		return err
	})
	if err != nil {
		if spool != nil {
			spool.Close()
		}
		return nil, err
	}
	return newDatabase(spool, spool.Size(), spool.Close)
}

// openIndex opens an index of the cache.
func openIndex(folder, name string) (*Database, error) {
	tree, err := bound.Open(folder, bound.Limits{TotalBytes: 1 << 50})
	if err != nil {
		return nil, err
	}
	file, err := tree.OpenFile(name)
	if err != nil {
		tree.Close()
		return nil, err
	}
	return newDatabase(file, file.Size(), func() error { return cmp.Or(file.Close(), tree.Close()) })
}

// newDatabase reads the header and the table.
func newDatabase(index io.ReaderAt, size int64, close func() error) (*Database, error) {
	d := &Database{index: index, close: close}
	if err := d.readTable(size); err != nil {
		close()
		return nil, fmt.Errorf("open the index of the database of advisories: %w", err)
	}
	return d, nil
}

func (d *Database) readTable(size int64) error {
	start := make([]byte, len(magic)+4)
	if n, _ := d.index.ReadAt(start, 0); n < len(start) || string(start[:len(magic)]) != magic {
		return errDamaged
	}
	length := binary.LittleEndian.Uint32(start[len(magic):])
	if length > maxHeader {
		return errDamaged
	}
	head := make([]byte, length)
	if n, _ := d.index.ReadAt(head, int64(len(start))); n < len(head) || json.Unmarshal(head, &d.header) != nil {
		return errDamaged
	}
	if d.header.Bits < 1 || d.header.Bits > maxBits {
		return errDamaged
	}
	d.offsets = make([]byte, 8*(1<<d.header.Bits+1))
	if n, _ := d.index.ReadAt(d.offsets, int64(len(start))+int64(length)); n < len(d.offsets) {
		return errDamaged
	}
	if end := binary.LittleEndian.Uint64(d.offsets[len(d.offsets)-8:]); int64(end) != size {
		return errDamaged // cut off, or not written by us
	}
	return nil
}

// Info says what the database holds.
func (d *Database) Info() Info { return d.header.Info }

// Covers says whether there is any advisory for the ecosystem: without one, silence means nothing.
func (d *Database) Covers(ecosystem string) bool { return d.header.Advisories[ecosystem] > 0 }

// Close gives the index up.
func (d *Database) Close() error { return d.close() }

// Find returns what the database says about a package, by id. An id that is there twice counts as it was changed last.
func (d *Database) Find(ecosystem, name string) ([]*Advisory, error) {
	name = PackageKey(ecosystem, name)
	bucket, err := d.bucket(hashOf(ecosystem, name) >> (64 - d.header.Bits))
	if err != nil {
		return nil, fmt.Errorf("ask the index about %s: %w", bound.QuoteName(name), err)
	}
	key := ecosystem + "\x00" + name
	var all []*Advisory
	in := decoder{data: bucket}
	for len(in.data) > 0 {
		k, body := in.bytes(), in.bytes()
		if in.bad {
			return nil, fmt.Errorf("ask the index about %s: %w", bound.QuoteName(name), errDamaged)
		}
		if string(k) != key {
			continue
		}
		a, err := decodeAdvisory(body)
		if err != nil {
			return nil, fmt.Errorf("ask the index about %s: %w", bound.QuoteName(name), err)
		}
		all = append(all, a)
	}
	return newestEach(all), nil
}

func (d *Database) bucket(i uint64) ([]byte, error) {
	from, to := binary.LittleEndian.Uint64(d.offsets[8*i:]), binary.LittleEndian.Uint64(d.offsets[8*i+8:])
	if to < from+4 || to-from > maxBucket {
		return nil, errDamaged
	}
	data := make([]byte, to-from)
	if n, err := d.index.ReadAt(data, int64(from)); n < len(data) {
		return nil, errors.Join(errDamaged, err)
	}
	body := data[:len(data)-4]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(data[len(body):]) {
		return nil, errDamaged
	}
	return body, nil
}

// newestEach sorts by id, and drops what an id said before it was changed: two copies of a database may lie beside each other.
func newestEach(all []*Advisory) []*Advisory {
	newest := map[string]time.Time{}
	for _, a := range all {
		if a.Modified.After(newest[a.ID]) {
			newest[a.ID] = a.Modified
		}
	}
	all = slices.DeleteFunc(all, func(a *Advisory) bool { return a.Modified.Before(newest[a.ID]) })
	slices.SortStableFunc(all, func(a, b *Advisory) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), slices.CompareFunc(a.spans, b.spans, compareSpans))
	})
	return all
}

func compareSpans(a, b span) int {
	return slices.CompareFunc(a.events, b.events, func(x, y mark) int { return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.version, y.version)) })
}

// CacheFolder is where indexes are kept for the user; empty: the system knows no such place.
func CacheFolder() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "lodemark")
}

// IsDamaged says whether it is the index that cannot be read, and not the database: it can be made anew.
func IsDamaged(err error) bool { return errors.Is(err, errDamaged) }

// IsMissing says whether a database is not there at all.
func IsMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
