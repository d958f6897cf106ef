package lzma

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"
)

// ErrTrailing is returned by XZ where bytes follow the last stream that belong to none.
var ErrTrailing = errors.New("xz: bytes follow its end")

// XZ unpacks xz files: streams one after the other, with zeros between. All sums are checked.
type XZ struct {
	r     *position
	block io.Reader // unpacks the block
	check byte
	sum   hash.Hash
	took  int64 // where the packed data of the block began
	sizes [2]int64
	out   int64
	index []record
	begun bool // one stream was read to its end
	err   error

	headerSize int64
}

type record struct{ unpadded, size int64 }

const maxBlocks = 1 << 20

// position is a reader that knows where it stands.
type position struct {
	r *bufio.Reader
	n int64
}

func (p *position) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.n += int64(n)
	return n, err
}

func (p *position) ReadByte() (byte, error) {
	b, err := p.r.ReadByte()
	if err == nil {
		p.n++
	}
	return b, err
}

// NewXZ unpacks xz. What is wrong with the header is told by Read.
func NewXZ(r io.Reader) *XZ {
	z := &XZ{r: &position{r: bufio.NewReaderSize(r, 16<<10)}}
	z.err = z.stream()
	return z
}

// Read implements io.Reader.
func (z *XZ) Read(p []byte) (int, error) {
	for z.err == nil {
		if z.block == nil {
			if z.err = z.next(); z.err != nil {
				break
			}
			continue
		}
		n, err := z.block.Read(p)
		z.out += int64(n)
		if z.sum != nil {
			z.sum.Write(p[:n])
		}
		if err == io.EOF {
			err = z.closeBlock()
		}
		z.err = err
		if n > 0 {
			return n, nil
		}
	}
	return 0, z.err
}

var magic = []byte("\xfd7zXZ\x00")

// stream reads the header of a stream.
func (z *XZ) stream() error {
	var h [12]byte
	if n, err := io.ReadFull(z.r, h[:]); err != nil {
		if z.begun && string(h[:min(n, 6)]) != string(magic[:min(n, 6)]) {
			return ErrTrailing
		}
		return io.ErrUnexpectedEOF
	}
	if string(h[:6]) != string(magic) || h[6] != 0 || h[7] > 15 || crc32.ChecksumIEEE(h[6:8]) != binary.LittleEndian.Uint32(h[8:]) {
		if z.begun {
			return ErrTrailing
		}
		return fmt.Errorf("xz: damaged header")
	}
	z.check, z.index = h[7], z.index[:0]
	return nil
}

// next reads the header of a block, or the index and what follows.
func (z *XZ) next() error {
	size, err := z.r.ReadByte()
	if err != nil {
		return io.ErrUnexpectedEOF
	}
	if size == 0 {
		return z.ending()
	}
	b := make([]byte, (int(size)+1)*4)
	b[0] = size
	if _, err := io.ReadFull(z.r, b[1:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	body := b[:len(b)-4]
	if crc32.ChecksumIEEE(body) != binary.LittleEndian.Uint32(b[len(b)-4:]) {
		return errors.New("xz: damaged block header")
	}
	z.headerSize = int64(len(b))
	return z.openBlock(body[1], body[2:])
}

func (z *XZ) openBlock(flags byte, b []byte) error {
	damaged := errors.New("xz: damaged block header")
	if flags&0x3c != 0 {
		return damaged
	}
	z.sizes = [2]int64{-1, -1}
	for i := range z.sizes {
		if flags&(0x40<<i) != 0 {
			v, n := binary.Uvarint(b)
			if n <= 0 || v > 1<<62 {
				return damaged
			}
			z.sizes[i], b = int64(v), b[n:]
		}
	}
	type filter struct {
		id    uint64
		props []byte
	}
	var filters []filter
	for range int(flags&3) + 1 {
		id, n := binary.Uvarint(b)
		if n <= 0 {
			return damaged
		}
		size, m := binary.Uvarint(b[n:])
		if m <= 0 || size > uint64(len(b)-n-m) {
			return damaged
		}
		filters = append(filters, filter{id, b[n+m:][:size]})
		b = b[n+m+int(size):]
	}
	for _, c := range b {
		if c != 0 {
			return damaged
		}
	}
	last := filters[len(filters)-1]
	if last.id != 0x21 || len(last.props) != 1 {
		return fmt.Errorf("xz: filter %#x is not read", last.id)
	}
	window, err := WindowSize(last.props[0])
	if err != nil {
		return err
	}
	var r io.Reader
	if r, err = NewReader2(z.r, window); err != nil {
		return err
	}
	for i := len(filters) - 2; i >= 0; i-- {
		f := filters[i]
		switch {
		case f.id == 3 && len(f.props) == 1:
			r = NewDelta(r, int(f.props[0])+1)
		case f.id == 4 && len(f.props) == 0:
			r = NewX86(r)
		default:
			return fmt.Errorf("xz: filter %#x is not read", f.id)
		}
	}
	z.block, z.took, z.out, z.sum = r, z.r.n, 0, nil
	switch z.check {
	case 1:
		z.sum = crc32.NewIEEE()
	case 4:
		z.sum = crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		z.sum = sha256.New()
	}
	return nil
}

var checkSizes = [16]int{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}

// closeBlock checks what follows the packed data.
func (z *XZ) closeBlock() error {
	packed := z.r.n - z.took
	z.block = nil
	if z.sizes[0] >= 0 && z.sizes[0] != packed || z.sizes[1] >= 0 && z.sizes[1] != z.out {
		return errors.New("xz: a block has another size than it claims")
	}
	if err := z.padding(packed); err != nil {
		return err
	}
	var want [64]byte
	check := want[:checkSizes[z.check]]
	if _, err := io.ReadFull(z.r, check); err != nil {
		return io.ErrUnexpectedEOF
	}
	if z.sum != nil && string(z.order(z.sum.Sum(nil))) != string(check) {
		return errors.New("xz: the checksum does not match the content")
	}
	if len(z.index) >= maxBlocks {
		return errors.New("xz: too many blocks")
	}
	z.index = append(z.index, record{z.headerSize + packed + int64(len(check)), z.out})
	return nil
}

// order turns a sum into the order of bytes that xz writes.
func (z *XZ) order(sum []byte) []byte {
	if z.check != 10 {
		for i, j := 0, len(sum)-1; i < j; i, j = i+1, j-1 {
			sum[i], sum[j] = sum[j], sum[i]
		}
	}
	return sum
}

func (z *XZ) padding(n int64) error {
	for ; n%4 != 0; n++ {
		if b, err := z.r.ReadByte(); err != nil {
			return io.ErrUnexpectedEOF
		} else if b != 0 {
			return errors.New("xz: damaged padding")
		}
	}
	return nil
}

// ending reads the index and the footer, and begins the next stream if there is one.
func (z *XZ) ending() error {
	if err := z.readIndex(); err != nil {
		return err
	}
	var f [12]byte
	if _, err := io.ReadFull(z.r, f[:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	if string(f[10:]) != "YZ" || f[8] != 0 || f[9] != z.check || crc32.ChecksumIEEE(f[4:10]) != binary.LittleEndian.Uint32(f[:]) {
		return errors.New("xz: damaged footer")
	}
	z.begun = true
	for {
		b, err := z.r.r.Peek(4)
		if len(b) == 0 && err != nil {
			return io.EOF
		}
		if len(b) < 4 || string(b) != "\x00\x00\x00\x00" {
			return z.stream()
		}
		if _, err := io.ReadFull(z.r, f[:4]); err != nil {
			return err
		}
	}
}

// readIndex reads the list of blocks, which must be what was read.
func (z *XZ) readIndex() error {
	damaged := errors.New("xz: damaged index")
	start := z.r.n - 1
	sum := crc32.NewIEEE()
	sum.Write([]byte{0})
	number := func() (int64, error) {
		v, err := binary.ReadUvarint(z.r)
		if err != nil || v > 1<<62 {
			return 0, damaged
		}
		sum.Write(binary.AppendUvarint(nil, v))
		return int64(v), nil
	}
	n, err := number()
	if err != nil || n != int64(len(z.index)) {
		return damaged
	}
	for _, r := range z.index {
		unpadded, err := number()
		size, err2 := number()
		if err != nil || err2 != nil || unpadded != r.unpadded || size != r.size {
			return damaged
		}
	}
	for pad := z.r.n - start; pad%4 != 0; pad++ {
		if b, err := z.r.ReadByte(); err != nil || b != 0 {
			return damaged
		}
		sum.Write([]byte{0})
	}
	var want [4]byte
	if _, err := io.ReadFull(z.r, want[:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	if binary.LittleEndian.Uint32(want[:]) != sum.Sum32() {
		return damaged
	}
	return nil
}
