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
		for number, rest := 1, data; len(rest) > 0; number++ {
			var line []byte
			line, rest = cutLine(rest)
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

func cutLine(data []byte) (line, rest []byte) {
	end := bytes.IndexByte(data, '\n')
	first := data
	if end >= 0 {
		first = data[:end]
	}
	if cr := bytes.IndexByte(first, '\r'); cr >= 0 && cr+1 != end {
		return data[:cr], data[cr+1:]
	} else if cr >= 0 {
		return data[:cr], data[end+1:]
	}
	if end < 0 {
		return data, nil
	}
	return first, data[end+1:]
}
