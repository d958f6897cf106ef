package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/lodemark/lodemark/internal/model/archive/lzma"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// archive7z is an archive whose header was read.
type archive7z struct {
	p       *inspect.Part
	streams streams7z
	files   []file7z
}

func open7z(p *inspect.Part) (*archive7z, error) {
	b, err := p.Read(0, 32)
	if err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(b[12:]) != le.Uint32(b[8:]) {
		return nil, errors.New("its first header has a wrong checksum")
	}
	at, size := le.Uint64(b[12:]), le.Uint64(b[20:])
	if size == 0 {
		return &archive7z{p: p}, nil
	}
	if at > uint64(p.Size) || size > maxHeader7z || 32+at+size > uint64(p.Size) {
		return nil, errors.New("its header lies outside the file: truncated or damaged")
	}
	header, err := p.Read(32+int64(at), int(size))
	if err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(header) != le.Uint32(b[28:]) {
		return nil, errors.New("its header has a wrong checksum")
	}
	if end := 32 + int64(at) + int64(size); end < p.Size {
		p.Say(inspect.NotRead, "7z-trailing", end, "%d bytes follow its end", p.Size-end)
	}
	a := &archive7z{p: p}
	for range 4 { // a header may itself be packed
		h := &header7z{b: header}
		switch h.byte() {
		case idHeader:
			return a, a.header(h)
		case idEncodedHeader:
			if header, err = a.unpackHeader(h); err != nil {
				return nil, err
			}
		default:
			return nil, errHeader7z
		}
	}
	return nil, errHeader7z
}

func (a *archive7z) unpackHeader(h *header7z) ([]byte, error) {
	s := h.streams()
	if h.bad || len(s.folders) != 1 || s.folders[0].size() > maxHeader7z {
		return nil, errHeader7z
	}
	packed := &archive7z{p: a.p, streams: s}
	r, err := packed.open(0)
	if err != nil {
		return nil, fmt.Errorf("its header: %w", err)
	}
	header, err := io.ReadAll(io.LimitReader(r, s.folders[0].size()))
	if err != nil {
		return nil, fmt.Errorf("its header: %w", err)
	}
	if f := s.folders[0]; f.hasSum && crc32.ChecksumIEEE(header) != f.sum {
		return nil, errors.New("its header has a wrong checksum")
	}
	return header, nil
}

func (a *archive7z) header(h *header7z) error {
	for {
		switch h.byte() {
		case idEnd:
			if h.bad {
				return errHeader7z
			}
			return nil
		case idArchiveProperties:
			for h.byte() != idEnd {
				h.take(h.number())
			}
		case idAdditionalStreams:
			h.streams()
		case idMainStreams:
			a.streams = h.streams()
			if len(a.streams.files) == 0 { // no list of what is inside: one file each
				for i, f := range a.streams.folders {
					a.streams.files = append(a.streams.files, file7z{folder: i, size: f.size(), sum: f.sum, hasSum: f.hasSum})
				}
			}
		case idFiles:
			a.files = h.files(&a.streams)
		default:
			return errHeader7z
		}
	}
}

// open unpacks a folder.
func (a *archive7z) open(folder int) (io.Reader, error) {
	f := &a.streams.folders[folder]
	if len(f.packed) != 1 {
		return nil, errors.New("a chain of several streams (BCJ2) is not read")
	}
	first := 0
	for i := range folder {
		first += len(a.streams.folders[i].packed)
	}
	at := 32 + a.streams.at
	for i, n := range a.streams.sizes {
		if i == first {
			break
		}
		at += n
	}
	if first >= len(a.streams.sizes) || at < 0 || at > a.p.Size {
		return nil, errHeader7z
	}
	var r io.Reader = a.p.Section(at, a.streams.sizes[first])
	order, err := f.order()
	if err != nil {
		return nil, err
	}
	for _, i := range order {
		if r, err = f.coders[i].open(r, f.sizes[i]); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// order is how the coders follow each other, from the packed stream on. Each has one input and one output.
func (f *folder7z) order() ([]int, error) {
	var order []int
	for _, c := range f.coders {
		if c.in != 1 || c.out != 1 {
			return nil, errors.New("a coder with several streams is not read")
		}
	}
	at := f.packed[0]
	for range f.coders {
		if at >= len(f.coders) {
			return nil, errHeader7z
		}
		order = append(order, at)
		next := -1
		for _, b := range f.bonds {
			if b[1] == at {
				next = b[0]
			}
		}
		if next < 0 {
			break
		}
		at = next
	}
	if len(order) != len(f.coders) {
		return nil, errHeader7z
	}
	return order, nil
}

var errEncrypted = errors.New("encrypted")

// open unpacks with one coder.
func (c coder7z) open(r io.Reader, size int64) (io.Reader, error) {
	switch c.id {
	case 0:
		return r, nil
	case 0x030101:
		if len(c.settings) != 5 {
			return nil, errHeader7z
		}
		return lzma.NewReader(r, c.settings[0], le.Uint32(c.settings[1:]), size)
	case 0x21:
		if len(c.settings) != 1 {
			return nil, errHeader7z
		}
		window, err := lzma.WindowSize(c.settings[0])
		if err != nil {
			return nil, err
		}
		return lzma.NewReader2(r, uint32(min(int64(window), max(size, 1))))
	case 3:
		if len(c.settings) != 1 {
			return nil, errHeader7z
		}
		return lzma.NewDelta(r, int(c.settings[0])+1), nil
	case 4, 0x03030103:
		return lzma.NewX86(r), nil
	case 0x040108:
		return inflate(r), nil
	case 0x040202:
		return newBzip2(r), nil
	case 0x04f71101:
		return newZstd(r)
	case 0x06f10701:
		return nil, errEncrypted
	}
	return nil, fmt.Errorf("the method %#x is not read", c.id)
}

func scan7z(ctx context.Context, p *inspect.Part) error {
	a, err := open7z(p)
	if errors.Is(err, errEncrypted) {
		p.Say(inspect.NotRead, "7z-encrypted", -1, "is encrypted, the names of its members as well")
		return nil
	}
	if err != nil {
		p.Say(inspect.NotRead, "7z-damaged", 0, "%v", err)
		return nil
	}
	names := map[string]bool{}
	for _, f := range a.files {
		spelled(p, "7z-name", -1, f.name)
		if !f.isDir && names[f.name] {
			p.Say(inspect.NotRead, "7z-duplicate", -1, "has two members called %s, and readers differ in which they take; both were looked at", inspect.Quote(f.name))
		}
		names[f.name] = true
	}
	if !p.Members(len(a.files)) {
		p.Say(inspect.NotRead, "limit", -1, "has more members than are looked at")
		return nil
	}
	a.walk(ctx)
	return ctx.Err()
}

// walk unpacks folder by folder, and hands on file by file.
func (a *archive7z) walk(ctx context.Context) {
	var r io.Reader
	folder, broken := -1, error(nil)
	for i := range a.files {
		f := &a.files[i]
		if f.empty || ctx.Err() != nil {
			continue
		}
		if f.folder != folder {
			folder = f.folder
			if r, broken = a.open(folder); broken != nil {
				a.unread(broken)
				r = bytes.NewReader(nil)
			}
		}
		if broken != nil {
			continue
		}
		broken = a.member(ctx, f, r)
	}
}

func (a *archive7z) unread(err error) {
	if errors.Is(err, errEncrypted) {
		a.p.Say(inspect.NotRead, "7z-encrypted", -1, "holds members that are encrypted")
		return
	}
	a.p.Say(inspect.NotRead, "7z-damaged", -1, "some of its members cannot be unpacked: %v", err)
}

func (a *archive7z) member(ctx context.Context, f *file7z, r io.Reader) error {
	out := &summed{r: io.LimitReader(r, f.size)}
	if f.attributes&0x8000 != 0 && f.attributes>>16&0o170000 == 0o120000 {
		b, _ := io.ReadAll(io.LimitReader(out, maxName))
		linked(a.p, -1, f.name, string(b))
	} else {
		a.p.Stream(ctx, f.name, out, 0)
	}
	if !out.ended {
		if _, err := io.Copy(io.Discard, io.LimitReader(out, maxSkip7z)); err != nil || !out.ended {
			return errors.New("a limit")
		}
	}
	switch {
	case out.failed != nil:
		a.unread(out.failed)
		return out.failed
	case out.n < f.size:
		err := fmt.Errorf("ends %d bytes too early", f.size-out.n)
		a.unread(err)
		return err
	case f.hasSum && out.sum != f.sum:
		a.p.Say(inspect.NotRead, "7z-crc", -1, "the checksum of member %s does not match its content: damaged or changed", inspect.Quote(f.name))
	}
	return nil
}

// maxSkip7z is how much is unpacked of a member that nobody looks at, to reach the next one.
const maxSkip7z = 64 << 20
