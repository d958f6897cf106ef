package bound

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// Package archive/zip reads a whole directory into memory, whatever its length, and believes it. Here the directory is
// read record by record under ArchiveMembers, each record is compared with the header in front of the data, and what
// different loaders would take differently is said.

var le = binary.LittleEndian

// zipEnd is what the end record says about the directory.
type zipEnd struct {
	at           int64 // where the directory must have ended
	count        uint64
	size, offset int64
	exact        bool // the record reaches to the end of the file, to the byte
}

// findZipEnd looks for the end record from the end backwards, as the loaders do.
func findZipEnd(r io.ReaderAt, size int64) (zipEnd, bool) {
	tail := make([]byte, min(size, 22+0xffff))
	from := size - int64(len(tail))
	if n, _ := r.ReadAt(tail, from); n < len(tail) {
		return zipEnd{}, false
	}
	for stop := len(tail); ; {
		i := bytes.LastIndex(tail[:stop], []byte("PK\x05\x06"))
		if i < 0 {
			return zipEnd{}, false
		}
		stop = i
		if i+22 > len(tail) {
			continue
		}
		if b, comment := tail[i:], i+22+int(le.Uint16(tail[i+20:])); comment <= len(tail) {
			end := zipEnd{at: from + int64(i), count: uint64(le.Uint16(b[10:])), size: int64(le.Uint32(b[12:])),
				offset: int64(le.Uint32(b[16:])), exact: comment == len(tail)}
			return end.wide(r), true
		}
	}
}

// wide takes the numbers from the zip64 record, if there is one.
func (e zipEnd) wide(r io.ReaderAt) zipEnd {
	var locator [20]byte
	if _, err := r.ReadAt(locator[:], e.at-20); e.at < 20 || err != nil || string(locator[:4]) != "PK\x06\x07" {
		return e
	}
	for _, at := range []int64{int64(le.Uint64(locator[8:])), e.at - 20 - 56} { // the second: other data in front
		var rec [56]byte
		if at < 0 || at > e.at-76 {
			continue
		}
		if _, err := r.ReadAt(rec[:], at); err == nil && string(rec[:4]) == "PK\x06\x06" {
			return zipEnd{at: at, count: le.Uint64(rec[32:]), size: int64(le.Uint64(rec[40:])), offset: int64(le.Uint64(rec[48:])), exact: e.exact}
		}
	}
	return e
}

// starts returns the offsets that all positions in the zip may be relative to: loaders differ when data stands in front.
func (e zipEnd) starts(r io.ReaderAt) []int64 {
	var bases []int64
	for _, base := range []int64{0, e.at - e.size - e.offset} {
		var sig [4]byte
		at := base + e.offset
		if base < 0 || e.offset < 0 || e.size < 0 || at < 0 || at > e.at || slices.Contains(bases, base) {
			continue
		}
		if _, err := r.ReadAt(sig[:], at); err == nil && string(sig[:]) == "PK\x01\x02" {
			bases = append(bases, base)
		}
	}
	return bases
}

// zipFile is one record of the directory, together with what the header in front of the data adds.
type zipFile struct {
	name          string
	flags, method uint16
	sum           uint32
	packed, plain int64 // as declared
	header, body  int64 // offsets in the file
	mode          fs.FileMode
	duplicate     bool
	sharing       bool
	quarrel       string // how the two headers differ
	bad           string // why it cannot be read at all
}

func (u *unpacking) zip(at string, r io.ReaderAt, size int64, end zipEnd, depth int) error {
	bases := end.starts(r)
	switch {
	case len(bases) == 0 && end.count > 0:
		u.gap(at, errors.New("zip directory is not where the end record says"))
	case len(bases) == 2:
		u.gap(at, errors.New("zip has two directories, and programs differ in which they read; both were read"))
	}
	for _, base := range bases {
		files, over := u.zipDirectory(at, r, end, base)
		if u.final(over) != nil && !errors.Is(over, errSpent) {
			return over
		}
		for i := range files {
			files[i].locate(r, size, base)
		}
		markSharing(files)
		if err := u.zipFiles(at, r, size, files, depth); err != nil {
			return err
		}
		if over != nil { // the members up to the limit were still read
			return over
		}
	}
	return nil
}

// zipDirectory reads the records. Their number is counted, not believed.
func (u *unpacking) zipDirectory(at string, r io.ReaderAt, end zipEnd, base int64) ([]zipFile, error) {
	from := base + end.offset
	dir := bufio.NewReaderSize(io.NewSectionReader(r, from, end.at-from), 32<<10)
	var files []zipFile
	names := map[string]bool{}
	var seen uint64
	for ; ; seen++ {
		var rec [46]byte
		if _, err := io.ReadFull(dir, rec[:]); err != nil || string(rec[:4]) != "PK\x01\x02" {
			break
		}
		if err := u.count(); err != nil {
			return files, err
		}
		tail := make([]byte, int(le.Uint16(rec[28:]))+int(le.Uint16(rec[30:]))+int(le.Uint16(rec[32:])))
		if _, err := io.ReadFull(dir, tail); err != nil {
			break
		}
		f := zipRecord(rec, tail)
		if u.longName(at, f.name) {
			continue
		}
		f.duplicate = names[f.name]
		names[f.name] = true
		files = append(files, f)
	}
	if seen != end.count {
		u.gap(at, fmt.Errorf("zip declares %d members, its directory lists %d", end.count, seen))
	}
	return files, nil
}

func zipRecord(rec [46]byte, tail []byte) zipFile {
	nameLen, extraLen := int(le.Uint16(rec[28:])), int(le.Uint16(rec[30:]))
	f := zipFile{
		name:   string(tail[:nameLen]),
		flags:  le.Uint16(rec[8:]),
		method: le.Uint16(rec[10:]),
		sum:    le.Uint32(rec[16:]),
		packed: int64(le.Uint32(rec[20:])),
		plain:  int64(le.Uint32(rec[24:])),
		header: int64(le.Uint32(rec[42:])),
		mode:   0o644,
	}
	if rec[5] == 3 || rec[5] == 19 { // made on Unix or macOS: the upper half is its mode
		f.mode = unixMode(le.Uint32(rec[38:]) >> 16)
	}
	f.widen(tail[nameLen : nameLen+extraLen])
	return f
}

// widen takes from the zip64 extra field those numbers that did not fit.
func (f *zipFile) widen(extra []byte) {
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			return
		}
		field := extra[:n]
		extra = extra[n:]
		if id != 1 {
			continue
		}
		for _, v := range []*int64{&f.plain, &f.packed, &f.header} {
			if *v == 0xffffffff && len(field) >= 8 {
				*v = int64(le.Uint64(field))
				field = field[8:]
			}
		}
	}
}

func unixMode(m uint32) fs.FileMode {
	mode := fs.FileMode(m & 0o777)
	switch m & 0o170000 {
	case 0o040000:
		mode |= fs.ModeDir
	case 0o120000:
		mode |= fs.ModeSymlink
	case 0, 0o100000:
	default:
		mode |= fs.ModeIrregular
	}
	return mode
}

// locate reads the header in front of the data and compares it with the directory. A loader that goes by the one sees
// another archive than a loader that goes by the other.
func (f *zipFile) locate(r io.ReaderAt, size, base int64) {
	f.header += base
	var rec [30]byte
	if f.header < 0 || f.packed < 0 || f.header > size-30 {
		f.bad = "its data lies outside the zip: truncated or damaged"
		return
	}
	if _, err := r.ReadAt(rec[:], f.header); err != nil || string(rec[:4]) != "PK\x03\x04" {
		f.bad = "no header where the directory says"
		return
	}
	nameLen := int64(le.Uint16(rec[26:]))
	f.body = f.header + 30 + nameLen + int64(le.Uint16(rec[28:]))
	if f.body > size {
		f.bad = "its data lies outside the zip: truncated or damaged"
		return
	}
	name := make([]byte, nameLen)
	r.ReadAt(name, f.header+30)
	switch {
	case string(name) != f.name:
		f.quarrel = fmt.Sprintf("the name in front of the data is another one, %s", QuoteName(string(name[:min(nameLen, 256)])))
	case le.Uint16(rec[8:]) != f.method:
		f.quarrel = "directory and header name different compression methods"
	case (le.Uint16(rec[6:])^f.flags)&1 != 0:
		f.quarrel = "only one of directory and header says it is encrypted"
	}
}

// markSharing marks members whose bytes belong to another one as well: that is how a small zip pays many times over.
func markSharing(files []zipFile) {
	order := make([]int, 0, len(files))
	for i := range files {
		if files[i].bad == "" {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(files[a].header, files[b].header) })
	owner := -1
	for _, i := range order {
		if owner >= 0 && files[i].header < files[owner].body+files[owner].packed {
			files[i].sharing, files[owner].sharing = true, true
		}
		if owner < 0 || files[i].body+files[i].packed > files[owner].body+files[owner].packed {
			owner = i
		}
	}
}

// zipFiles reads the members. All together they may take in a zip twice and give out ArchiveRatio times its size, so
// that members which share bytes are still read, but not for ever.
func (u *unpacking) zipFiles(at string, r io.ReaderAt, size int64, files []zipFile, depth int) error {
	var in, out int64
	for i := range files {
		f := &files[i]
		if f.mode.IsDir() && f.plain == 0 || strings.HasSuffix(f.name, "/") && f.packed == 0 {
			continue
		}
		path := at + "!" + f.name
		for _, trouble := range []string{f.quarrel, f.bad} {
			if trouble != "" {
				u.gap(path, errors.New(trouble))
			}
		}
		if f.sharing {
			u.gap(path, errors.New("shares its bytes with another member"))
		}
		if f.bad != "" {
			continue
		}
		if in > 2*size || out > ratioFloor && out/int64(u.limits.ArchiveRatio) > size {
			u.limit(path, LimitArchiveRatio, int64(u.limits.ArchiveRatio))
			continue
		}
		took, gave, err := u.zipMember(at, r, size, f, depth)
		if err != nil {
			return err
		}
		in, out = in+took, out+gave
	}
	return nil
}

var inflaters = sync.Pool{New: func() any { return flate.NewReader(strings.NewReader("")) }}

// zipMember reads one member and then says what was wrong with it.
func (u *unpacking) zipMember(at string, r io.ReaderAt, size int64, f *zipFile, depth int) (in, out int64, err error) {
	path := at + "!" + f.name
	if f.body+f.packed > size || f.body+f.packed < 0 {
		u.gap(path, errors.New("its data ends outside the zip: truncated or damaged"))
		f.packed = size - f.body
	}
	packed := &counted{r: io.NewSectionReader(r, f.body, f.packed)}
	var plain io.Reader
	switch f.method {
	case 0:
		plain = packed
	case 8:
		z := inflaters.Get().(io.ReadCloser)
		defer inflaters.Put(z)
		z.(flate.Resetter).Reset(bufio.NewReaderSize(packed, 4<<10), nil)
		plain = z
	case 99:
		u.gap(path, errors.New("encrypted"))
		return 0, 0, nil
	default:
		u.gap(path, fmt.Errorf("zip compression method %d is not read", f.method))
		return 0, 0, nil
	}
	sum := &summed{r: &metered{u: u, path: path, r: plain, total: &u.inflated, packed: packed}}
	e := entry{name: f.name, mode: f.mode, duplicate: f.duplicate, hidden: func(read error) bool { return u.judge(path, f, sum, read) }}
	err = u.member(at, e, sum, depth)
	return packed.n, sum.n, err
}

// judge says what is wrong with a member that was read, and whether it is encrypted and hence no content. The mark alone
// proves nothing: a loader that ignores it reads what a scanner that believes it does not.
func (u *unpacking) judge(path string, f *zipFile, sum *summed, read error) (hidden bool) {
	whole := read == nil && sum.ended
	intact := whole && sum.sum == f.sum
	switch {
	case f.flags&1 != 0 && !intact:
		u.gap(path, errors.New("encrypted"))
		return true
	case f.flags&1 != 0:
		u.gap(path, errors.New("marked as encrypted, but it is not"))
	case whole && !intact:
		u.gap(path, errors.New("checksum does not match the content"))
	}
	if whole && sum.n != f.plain {
		u.gap(path, fmt.Errorf("declares %d bytes, holds %d", f.plain, sum.n))
	}
	return false
}

// summed is a member's content with the checksum that zip uses.
type summed struct {
	r     io.Reader
	n     int64
	sum   uint32
	ended bool
}

func (s *summed) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.sum = crc32.Update(s.sum, crc32.IEEETable, p[:n])
	s.n += int64(n)
	s.ended = s.ended || err == io.EOF
	return n, err
}
