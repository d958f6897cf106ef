package numpy

import (
	"unicode/utf8"
)

// header is what an array's header says.
type header struct {
	dtype dtype
	shape []uint64
}

// readHeader reads the Python dictionary that a header is. Offsets of its errors count from the header's beginning.
func readHeader(text []byte, major byte) (*header, error) {
	if major == 3 && !utf8.Valid(text) {
		return nil, damage(0, "a header that is no UTF-8")
	}
	r := &reader{src: text}
	v := r.value(0)
	r.space()
	if r.err == nil && r.pos < len(r.src) {
		r.fail("something behind the dictionary")
	}
	if r.err != nil {
		return nil, r.err
	}
	if v.kind != kDict {
		return nil, damage(0, "the header is no dictionary")
	}
	h := &header{}
	seen := 0
	for i := 0; i < len(v.list); i += 2 {
		key, val := v.list[i], v.list[i+1]
		bit := 0
		switch {
		case key.kind != kText:
		case key.text == "descr":
			bit = 1
			d, err := readType(val, 0)
			if err != nil {
				return nil, err
			}
			h.dtype = d
		case key.text == "fortran_order":
			bit = 2
			if val.kind != kBool {
				return nil, damage(0, "fortran_order is neither True nor False")
			}
		case key.text == "shape":
			bit = 4
			if val.kind != kTuple {
				return nil, damage(0, "the shape is no tuple")
			}
			for _, d := range val.list {
				if d.kind != kInteger && d.kind != kBool {
					return nil, damage(0, "a shape of something else than numbers")
				}
				h.shape = append(h.shape, d.n)
			}
		}
		if bit == 0 || seen&bit != 0 {
			return nil, damage(0, "the header has other keys than descr, fortran_order and shape, or one twice")
		}
		seen |= bit
	}
	if seen != 7 {
		return nil, damage(0, "the header lacks descr, fortran_order or shape")
	}
	if len(h.shape) > 64 {
		return nil, damage(0, "a shape of %d dimensions, and 64 are the most", len(h.shape))
	}
	return h, nil
}
