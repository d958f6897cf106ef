package bound

import (
	"bytes"
	"iter"
)

// Lines yields the lines of data with their 1-based numbers and without their ends: "\n", "\r\n" or a bare "\r". A line
// longer than LineBytes comes in pieces under the same number, so that nothing can hide at the end of one. The slices
// are part of data.
func Lines(data []byte, l Limits) iter.Seq2[int, []byte] {
	max := l.LineBytes
	if max <= 0 {
		max = 1 << 20
	}
	return func(yield func(int, []byte) bool) {
		c := cutter{data: data, lf: -1, cr: -1}
		for number := 1; c.at < len(data); number++ {
			line := c.next()
			for len(line) > max {
				if !yield(number, line[:max:max]) {
					return
				}
				line = line[max:]
			}
			if !yield(number, line[:len(line):len(line)]) {
				return
			}
		}
	}
}

// cutter finds the next line end of either kind and remembers both: a search that starts anew for every line would take
// quadratic time on a file of nothing but one kind.
type cutter struct {
	data       []byte
	at, lf, cr int // lf and cr: the next of their kind, valid when not before at
}

func (c *cutter) next() []byte {
	c.lf = c.find(c.lf, '\n')
	c.cr = c.find(c.cr, '\r')
	from, end := c.at, min(c.lf, c.cr)
	c.at = end + 1
	if end == c.cr && c.lf == end+1 {
		c.at++ // "\r\n"
	}
	return c.data[from:end]
}

func (c *cutter) find(known int, b byte) int {
	if known >= c.at {
		return known
	}
	if i := bytes.IndexByte(c.data[c.at:], b); i >= 0 {
		return c.at + i
	}
	return len(c.data)
}
