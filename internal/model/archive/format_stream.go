package archive

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/lodemark/lodemark/internal/model/archive/lzma"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// stream describes a format that is one packed content.
type stream struct {
	name    string
	endings []string // of names whose content this is, with the ending of what is inside after a "="
	claims  func(p *inspect.Part) bool
	open    func(r *bufio.Reader, p *inspect.Part) (io.Reader, error)
}

func streams() []stream {
	return []stream{
		{"gzip", []string{".gz", ".tgz=.tar", ".gzip"}, magic("\x1f\x8b\x08"), openGzip},
		{"bzip2", []string{".bz2", ".tbz2=.tar", ".bz"}, isBzip2, openBzip2},
		{"xz", []string{".xz", ".txz=.tar"}, magic("\xfd7zXZ\x00"), openXZ},
		{"lzma", []string{".lzma"}, isAlone, openAlone},
		{"zstd", []string{".zst", ".zstd", ".tzst=.tar"}, isZstd, openZstd},
		{"lz4", []string{".lz4"}, isLZ4, openLZ4},
		{"zlib", []string{".z", ".zlib"}, isZlib, openZlib},
		{"joblib-zfile", nil, isZFile, openZFile},
	}
}

func (s stream) format() inspect.Format {
	var endings []string
	for _, e := range s.endings {
		ending, _, _ := strings.Cut(e, "=")
		endings = append(endings, ending)
	}
	return inspect.Format{
		Name:    s.name,
		Doc:     "A loader unpacks it and reads what is inside, which may be a pickle that runs code.",
		Endings: endings,
		Claims:  s.claims,
		Scan: func(ctx context.Context, p *inspect.Part) error {
			return s.scan(ctx, p)
		},
		Canary:     s.sample,
		CanaryWant: inspect.NotRead,
	}
}

// sample is a stream of the kind that ends too early.
func (s stream) sample() (string, []byte) {
	for _, c := range []struct{ kind, data string }{
		{"gzip", "H4sIAAAAAAAAA8vMSy0qAQBB"},
		{"bzip2", "QlpoOTFBWSZTWQ=="},
		{"xz", "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj"},
		{"lzma", "XQAAgAD//////////wA0mUru"},
		{"zstd", "KLUv/SAFKQAAaW4="},
		{"lz4", "BCJNGGRApwUAAIBp"},
		{"zlib", "eJzLzEstKlFIzEtRSC4tUchPS1PI"},
		{"joblib-zfile", "WkYweDUgICAgICAgICAgICAgICAgeJzLzEstKg=="},
	} {
		if c.kind == s.name {
			b, err := base64.StdEncoding.DecodeString(c.data)
			if err != nil {
				panic("archive: a canary is damaged")
			}
			return "canary." + s.name, b
		}
	}
	panic("archive: no canary for " + s.name)
}

func (s stream) scan(ctx context.Context, p *inspect.Part) error {
	if !p.Members(1) {
		p.Say(inspect.NotRead, "limit", -1, "has more members than are looked at")
		return nil
	}
	in := bufio.NewReaderSize(p.Section(0, p.Size), int(min(max(p.Size, 16), 32<<10)))
	plain, err := s.open(in, p)
	if err != nil {
		p.Say(inspect.NotRead, s.name+"-damaged", 0, "cannot be unpacked as %s: %v", s.name, err)
		return nil
	}
	out := &summed{r: plain}
	p.Stream(ctx, within(p.Name, s.endings...), out, p.Size)
	if c, ok := plain.(io.Closer); ok {
		c.Close()
	}
	switch {
	case out.failed == nil:
	case errors.Is(out.failed, errTrailing), errors.Is(out.failed, lzma.ErrTrailing):
		p.Say(inspect.NotRead, s.name+"-trailing", -1, "bytes follow the end of its content: some programs refuse them, others ignore them")
	default:
		p.Say(inspect.NotRead, s.name+"-damaged", -1, "cannot be unpacked beyond its first %d bytes: %v", out.n, out.failed)
	}
	return nil
}

var errTrailing = errors.New("bytes follow its end")

func magic(m string) func(p *inspect.Part) bool {
	return func(p *inspect.Part) bool { return bytes.HasPrefix(p.Head(), []byte(m)) }
}

// isBzip2 looks further than the three letters, which a text may begin with.
func isBzip2(p *inspect.Part) bool {
	h := p.Head()
	return len(h) >= 10 && string(h[:3]) == "BZh" && h[3] >= '1' && h[3] <= '9' &&
		(string(h[4:10]) == "\x31\x41\x59\x26\x53\x59" || string(h[4:10]) == "\x17\x72\x45\x38\x50\x90")
}

func isZstd(p *inspect.Part) bool {
	h := p.Head()
	return len(h) >= 8 && (le.Uint32(h) == 0xfd2fb528 || skippable(h) && ended(p, ".zst", ".zstd"))
}

func isLZ4(p *inspect.Part) bool {
	h := p.Head()
	return len(h) >= 7 && (le.Uint32(h) == 0x184d2204 || skippable(h) && ended(p, ".lz4"))
}

// skippable tells a frame that both zstd and lz4 skip.
func skippable(h []byte) bool { return le.Uint32(h)&^0xf == 0x184d2a50 }

func ended(p *inspect.Part, endings ...string) bool {
	for _, e := range endings {
		if p.Ending() == e {
			return true
		}
	}
	return false
}

// isZlib tries: two bytes are too little to know by, and weights may begin with them.
func isZlib(p *inspect.Part) bool {
	h := p.Head()
	if len(h) < 8 || h[0]&0xf != 8 || h[0]>>4 > 7 || (int(h[0])<<8|int(h[1]))%31 != 0 || h[1]&0x20 != 0 {
		return false
	}
	if h[0] != 0x78 && !ended(p, ".z", ".zlib") {
		return false
	}
	r, err := zlib.NewReader(bytes.NewReader(h))
	if err != nil {
		return false
	}
	return unpacks(r, p)
}

func isAlone(p *inspect.Part) bool {
	h := p.Head()
	if len(h) < 14 || h[13] != 0 || h[0] >= 9*5*5 {
		return false
	}
	if h[0] != 0x5d && !ended(p, ".lzma", ".xz") {
		return false
	}
	if size := int64(le.Uint64(h[5:])); size < -1 || size >= 1<<38 {
		return false
	}
	if window := le.Uint32(h[1:]); window != 0xffffffff && window&(window-1) != 0 && (window/3)&(window/3-1) != 0 {
		return false // liblzma as well goes by what packers write: a power of two, or one and a half of it
	}
	r, err := lzma.NewAlone(bytes.NewReader(h))
	if errors.Is(err, lzma.ErrWindow) {
		return ended(p, ".lzma", ".xz")
	}
	return err == nil && unpacks(r, p)
}

// unpacks tells whether a reader gets something out of the beginning of a part. What breaks off only at the end of the
// beginning is good.
func unpacks(r io.Reader, p *inspect.Part) bool {
	var b [512]byte
	n, err := io.ReadFull(r, b[:])
	return n > 0 && (err == nil || err == io.ErrUnexpectedEOF) || err == io.EOF || ended(p, ".z", ".zlib", ".lzma")
}

func openGzip(r *bufio.Reader, _ *inspect.Part) (io.Reader, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &members{r: r, now: z, again: func() error {
		err := z.Reset(r)
		if err == nil {
			z.Multistream(false)
		}
		return err
	}}, nil
}

// members reads one packed stream after the other. Zeros may follow the last.
type members struct {
	r     *bufio.Reader
	now   io.Reader
	again func() error
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.now.Read(p)
		if n > 0 && err == io.EOF {
			err = nil
		}
		if n > 0 || err != io.EOF {
			return n, err
		}
		if err := m.next(); err != nil {
			return 0, err
		}
	}
}

func (m *members) next() error {
	if err := skipZeros(m.r); err != nil {
		return err
	}
	if m.again() != nil {
		return errTrailing
	}
	return nil
}

// skipZeros skips padding, and returns io.EOF where nothing else follows.
func skipZeros(r *bufio.Reader) error {
	for {
		b, err := r.ReadByte()
		if err != nil {
			return err
		}
		if b != 0 {
			return r.UnreadByte()
		}
	}
}

func newBzip2(r io.Reader) io.Reader { return bzip2.NewReader(r) }

func openBzip2(r *bufio.Reader, _ *inspect.Part) (io.Reader, error) {
	return &trailed{r: bzip2.NewReader(r)}, nil
}

// trailed tells what follows bzip2 streams from damage: its reader takes anything behind a stream for the next one.
type trailed struct {
	r   io.Reader
	out int64
}

func (t *trailed) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.out += int64(n)
	var bad bzip2.StructuralError
	if errors.As(err, &bad) && strings.Contains(bad.Error(), "continuation") {
		err = errTrailing
	}
	return n, err
}

func newXZ(r io.Reader) io.Reader { return lzma.NewXZ(r) }

func openXZ(r *bufio.Reader, _ *inspect.Part) (io.Reader, error) { return lzma.NewXZ(r), nil }

func openAlone(r *bufio.Reader, _ *inspect.Part) (io.Reader, error) {
	z, err := lzma.NewAlone(r)
	if err != nil {
		return nil, err
	}
	return &aloneReader{z, r}, nil
}

// aloneReader looks at what follows the stream.
type aloneReader struct {
	z *lzma.Reader
	r *bufio.Reader
}

func (a *aloneReader) Read(p []byte) (int, error) {
	n, err := a.z.Read(p)
	if err == io.EOF {
		if len(bytes.Trim(a.z.Rest(), "\x00")) > 0 {
			return n, errTrailing
		}
		if rest := skipZeros(a.r); rest != io.EOF {
			return n, errTrailing
		}
	}
	return n, err
}

// newRawLZMA reads the properties of a raw stream and then the stream.
func newRawLZMA(r io.Reader, size int64) (io.Reader, error) {
	var h [5]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return nil, err
	}
	return lzma.NewReader(r, h[0], le.Uint32(h[1:]), size)
}

func newZstd(r io.Reader) (io.Reader, error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return nil, err
	}
	return z.IOReadCloser(), nil
}

func openZstd(r *bufio.Reader, _ *inspect.Part) (io.Reader, error) { return newZstd(r) }

func openLZ4(r *bufio.Reader, _ *inspect.Part) (io.Reader, error) {
	z := lz4.NewReader(r)
	if err := z.Apply(lz4.ConcurrencyOption(1)); err != nil {
		return nil, err
	}
	return &members{r: r, now: z, again: func() error {
		if b, err := r.Peek(4); err != nil || le.Uint32(b) != 0x184d2204 && !skippable(b) {
			return errTrailing
		}
		z.Reset(r)
		return nil
	}}, nil
}

func openZlib(r *bufio.Reader, p *inspect.Part) (io.Reader, error) {
	z, err := zlib.NewReader(r)
	if err != nil {
		return nil, err
	}
	return &members{r: r, now: z, again: func() error {
		if b, err := r.Peek(2); err != nil || b[0]&0xf != 8 {
			return errTrailing
		}
		return z.(zlib.Resetter).Reset(r, nil)
	}}, nil
}

// The oldest joblib wrote "ZF", the size of the content as hexadecimal text in a field of 19 bytes, and a zlib stream.
const zField = 19

func isZFile(p *inspect.Part) bool {
	return bytes.HasPrefix(p.Head(), []byte("ZF0x")) && len(p.Head()) > 2+zField+2
}

func openZFile(r *bufio.Reader, p *inspect.Part) (io.Reader, error) {
	h := p.Head()
	text := strings.TrimRight(strings.TrimRight(string(h[4:2+zField]), " "), "L")
	size, err := strconv.ParseUint(text, 16, 62)
	if err != nil {
		return nil, fmt.Errorf("its size is damaged")
	}
	skip := 2 + zField
	if h[skip] == ' ' { // Python 2 wrote one more
		skip++
	}
	r.Discard(skip)
	z, err := zlib.NewReader(r)
	if err != nil {
		return nil, err
	}
	return &sized{r: z, want: int64(size), after: r}, nil
}

// sized is content whose size was claimed beforehand.
type sized struct {
	r     io.Reader
	n     int64
	want  int64
	after *bufio.Reader
}

func (s *sized) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	if err == io.EOF {
		if s.n != s.want {
			return n, fmt.Errorf("claims %d bytes and has %d", s.want, s.n)
		}
		if skipZeros(s.after) != io.EOF {
			return n, errTrailing
		}
	}
	return n, err
}
