package hdf5

import (
	"bytes"
	"compress/zlib"
	"io"
	"slices"
)

const maxChunk = 4 << 20 // bytes of a chunk of references that is unpacked

// variable shows the values of variable length of a dataset, most at most, each cut at maxText. whole is false where some
// were left out.
func (f *File) variable(d *Dataset, most int, see func([]byte) error) (whole bool, err error) {
	if !d.kind.variable || d.Class != classVariable {
		return true, nil
	}
	whole = d.old || d.chunked == undefined
	if !whole {
		return false, nil
	}
	some := func(b block, skipped int64) error {
		refs, err := f.unpacked(d, b, skipped)
		if err != nil {
			return err
		}
		n := min(int64(len(refs))/d.Size, d.Count) // a chunk may have room for more than there are
		if refs == nil || n > int64(most) {
			whole = false
			n = min(n, int64(most))
		}
		most -= int(n)
		c := f.cursor(refs, b.addr)
		for range n {
			length, heap, index := c.number(4), c.address(), c.number(4)
			if c.err != nil || heap == undefined || heap == 0 || length == 0 {
				continue
			}
			v, err := f.global(heap, index, length*d.kind.base.size, maxText)
			if err != nil {
				return err
			}
			if err := see(v); err != nil {
				return err
			}
		}
		return nil
	}
	if d.chunked != undefined {
		return whole, f.oldChunks(d, some)
	}
	if d.raw.addr != undefined {
		err = some(block{d.raw.addr, d.Count * d.Size}, 0)
	}
	return whole, err
}

// unpacked reads a chunk through the filters that HDF5 itself has but those skipped, bit by bit; nil for one with others, or
// that is too long.
func (f *File) unpacked(d *Dataset, b block, skipped int64) ([]byte, error) {
	if b.size > maxChunk {
		return nil, nil
	}
	data, err := f.store.at(b.addr, int(b.size))
	if err != nil {
		return nil, err
	}
	for i, filter := range slices.Backward(d.Filters) {
		if skipped>>i&1 != 0 {
			continue
		}
		switch filter {
		case 1:
			r, err := zlib.NewReader(bytes.NewReader(data))
			if err != nil {
				return nil, damaged(f.store.base+b.addr, "a chunk of a dataset cannot be unpacked")
			}
			if data, err = io.ReadAll(io.LimitReader(r, maxChunk)); err != nil {
				return nil, damaged(f.store.base+b.addr, "a chunk of a dataset cannot be unpacked")
			}
		case 2:
			data = unshuffled(data, int(d.Size))
		case 3:
			data = data[:max(0, len(data)-4)]
		default:
			return nil, nil
		}
	}
	return data, nil
}

// unshuffled puts the bytes of values together again that were sorted by their place in a value.
func unshuffled(b []byte, size int) []byte {
	n := len(b) / size
	out := make([]byte, len(b))
	for i := range n {
		for j := range size {
			out[i*size+j] = b[j*n+i]
		}
	}
	copy(out[n*size:], b[n*size:])
	return out
}
