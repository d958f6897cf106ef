package numpy

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/bits"
	"strconv"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	// maxHeader bounds a header: NumPy reads 10,000 characters unless it is told otherwise; types with many fields have more.
	maxHeader = 1 << 20
	maxArrays = 100_000 // in one file
	maxBehind = 64 << 20
)

var magic = []byte("\x93NUMPY")

// Format is .npy files. An .npz is a zip with them inside.
func Format() inspect.Format {
	return inspect.Format{
		Name:       "numpy",
		Doc:        "An array of objects is a pickle: loading it with allow_pickle runs what the pickle says.",
		Endings:    []string{".npy"},
		Claims:     func(p *inspect.Part) bool { return bytes.HasPrefix(p.Head(), magic) || p.Ending() == ".npy" },
		Scan:       scan,
		Canary:     canary,
		CanaryWant: inspect.NotRead,
	}
}

// canary is an array that is said to be longer than its file.
func canary() (string, []byte) {
	header := "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000,), }\n"
	b := append(bytes.Clone(magic), 1, 0)
	return "canary.npy", append(binary.LittleEndian.AppendUint16(b, uint16(len(header))), header...)
}

func damage(at int64, format string, args ...any) error {
	return &inspect.DamageError{Offset: at, Reason: fmt.Sprintf(format, args...)}
}

// scan goes over the arrays of a file: np.save on an open file puts one behind the other.
func scan(ctx context.Context, p *inspect.Part) error {
	if p.Ending() == ".npy" && bytes.HasPrefix(p.Head(), []byte("PK\x03\x04")) {
		return nil // an .npz by a wrong name, which numpy.load reads as such: the zip format has it
	}
	if looksPickled(p, 0) {
		return nil // numpy.load reads it as a pickle, and so does the pickle format, which claims it too
	}
	at := int64(0)
	for n := 0; at < p.Size || n == 0; n++ {
		if n == maxArrays {
			p.Say(inspect.NotRead, "numpy-limit", at, "more than %d arrays in one file", maxArrays)
			return nil
		}
		if n > 0 && !isMagic(p, at) {
			return trailing(ctx, p, at)
		}
		if n%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		next, err := array(ctx, p, at, n)
		if err != nil || next < 0 {
			return err
		}
		at = next
	}
	return nil
}

func isMagic(p *inspect.Part, at int64) bool {
	b, err := p.Read(at, len(magic))
	return err == nil && bytes.Equal(b, magic)
}

// looksPickled says whether a pickle of protocol 2 or later begins there.
func looksPickled(p *inspect.Part, at int64) bool {
	b, err := p.Read(at, 3)
	return err == nil && b[0] == 0x80 && b[1] >= 2 && b[1] <= 5
}

// trailing says what is behind the last array. A loop of numpy.load reads a pickle there.
func trailing(ctx context.Context, p *inspect.Part, at int64) error {
	if looksPickled(p, at) {
		p.Say(inspect.Clean, "numpy-trailing-pickle", at, "a pickle behind the last array, which a second numpy.load on the open file reads")
		p.Member(ctx, "<trailing>.pkl", p.Section(at, p.Size-at), p.Size-at)
		return nil
	}
	return damage(at, "%d bytes behind the last array", p.Size-at)
}

// array looks at one array, and says where the next one begins, -1 where nothing tells.
func array(ctx context.Context, p *inspect.Part, at int64, n int) (int64, error) {
	h, body, err := arrayHeader(p, at)
	if err != nil {
		return 0, err
	}
	return contents(ctx, p, h, body, n)
}

// arrayHeader reads a header, and says where the array's bytes begin.
func arrayHeader(p *inspect.Part, at int64) (*header, int64, error) {
	start, err := p.Read(at, 8)
	if err != nil {
		return nil, 0, err
	}
	if !bytes.HasPrefix(start, magic) {
		return nil, 0, damage(at, "the file does not begin as an array does")
	}
	major, minor := start[6], start[7]
	if major < 1 || major > 3 || minor != 0 {
		return nil, 0, damage(at+6, "version %d.%d is not known", major, minor)
	}
	width := 2
	if major > 1 {
		width = 4
	}
	b, err := p.Read(at+8, width)
	if err != nil {
		return nil, 0, err
	}
	length := int64(binary.LittleEndian.Uint16(b))
	if width == 4 {
		length = int64(binary.LittleEndian.Uint32(b))
	}
	body := at + 8 + int64(width)
	switch {
	case length > p.Size-body:
		return nil, 0, damage(at+8, "the header is said to have %d bytes, and the file has %d more", length, p.Size-body)
	case length > maxHeader:
		return nil, 0, damage(at+8, "a header of %d bytes, which no reader takes", length)
	}
	text, err := p.Read(body, int(length))
	if err != nil {
		return nil, 0, err
	}
	h, err := readHeader(text, major)
	if err != nil {
		if d, ok := err.(*inspect.DamageError); ok {
			d.Offset += body
		}
		return nil, 0, err
	}
	return h, body + length, nil
}

// contents checks an array's bytes against its shape, and hands a pickle on.
func contents(ctx context.Context, p *inspect.Part, h *header, at int64, n int) (int64, error) {
	elements, overflow := uint64(1), false
	zero := false
	for _, d := range h.shape {
		zero = zero || d == 0
		hi, lo := bits.Mul64(elements, max(d, 1))
		elements, overflow = lo, overflow || hi != 0 || lo > 1<<62
	}
	if zero {
		elements = 0
	}
	if n == 0 {
		p.Fact("tensors", "1")
		p.Fact("parameters", strconv.FormatUint(elements, 10))
		p.Fact("dtype", h.dtype.String())
	}
	if h.dtype.object {
		p.Say(inspect.Clean, "numpy-object", at, "an array of objects: loading it unpickles what follows")
		p.Member(ctx, "<object array>.pkl", p.Section(at, p.Size-at), p.Size-at)
		return -1, behind(ctx, p, at)
	}
	hi, size := bits.Mul64(elements, h.dtype.size)
	if overflow || hi != 0 || size > 1<<62 {
		return 0, damage(at, "a shape whose size overflows")
	}
	if size > uint64(p.Size-at) {
		return 0, damage(at, "an array of %d bytes, and the file has %d more", size, p.Size-at)
	}
	return at + int64(size), nil
}

// behind looks for more arrays of objects behind a pickle, whose length nobody tells here: a second numpy.load on the open file
// reads them.
func behind(ctx context.Context, p *inspect.Part, from int64) error {
	buf := make([]byte, 256<<10)
	end := min(p.Size, from+maxBehind)
	for at := from; at < end && ctx.Err() == nil; {
		n, _ := p.ReadAt(buf[:min(int64(len(buf)), end-at)], at)
		i := bytes.Index(buf[:n], magic)
		if i < 0 {
			if n < len(magic) || at+int64(n) >= end {
				break
			}
			at += int64(n - len(magic) + 1)
			continue
		}
		at += int64(i)
		if h, body, err := arrayHeader(p, at); err == nil && h.dtype.object {
			p.Member(ctx, "<object array>.pkl", p.Section(body, p.Size-body), p.Size-body)
			at = body
			continue
		}
		at += int64(len(magic))
	}
	return ctx.Err()
}
