package document

import (
	"bytes"
	"fmt"
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// source is the text of a document with the offsets at which its lines begin. Line ends are "\n" whatever they were.
type source struct {
	text   string
	starts []int
}

// newSource decodes a document. It is nil for what is no text; cut says what was left out and why.
func newSource(data []byte) (src *source, cut string) {
	if len(data) > documentBytes {
		data, cut = data[:documentBytes], fmt.Sprintf("is longer than %d bytes, and the rest was not read", documentBytes)
	}
	text, ok := decode(data)
	if !ok {
		return nil, "is not text"
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	src = &source{text: text, starts: []int{0}}
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
		src.starts = append(src.starts, at)
	}
	return src, cut
}

// decode turns the bytes into valid UTF-8 without a mark of byte order.
func decode(data []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decode16(data[2:], 0, 1), true
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decode16(data[2:], 1, 0), true
	}
	if bytes.IndexByte(data, 0) >= 0 || bytes.HasPrefix(data, []byte("%PDF-")) {
		return "", false
	}
	return strings.ToValidUTF8(string(data), string(utf8.RuneError)), true
}

func decode16(data []byte, low, high int) string {
	units := make([]uint16, 0, len(data)/2)
	for i := 0; i+1 < len(data); i += 2 {
		units = append(units, uint16(data[i+low])|uint16(data[i+high])<<8)
	}
	return string(utf16.Decode(units))
}

// lines is the number of lines; a text that ends with a line end has no further empty one.
func (s *source) lines() int {
	n := len(s.starts)
	if s.starts[n-1] == len(s.text) {
		n--
	}
	return n
}

// line returns the i-th line, counted from 0, without its end. Of a line without measure only the beginning is looked at.
func (s *source) line(i int) string {
	text := s.text[s.starts[i]:s.start(i+1)]
	text = strings.TrimSuffix(text, "\n")
	if len(text) > lineBytes {
		text = strings.ToValidUTF8(text[:lineBytes], "")
	}
	return text
}

// start is the offset at which a line begins; the end of the text for the line after the last.
func (s *source) start(i int) int {
	if i >= len(s.starts) {
		return len(s.text)
	}
	return s.starts[i]
}

// lineAt is the index of the line that holds the offset.
func (s *source) lineAt(offset int) int { return sort.SearchInts(s.starts, offset+1) - 1 }

// lineCounter gives the 1-based line of an offset.
func (s *source) lineCounter() func(int) int {
	return func(offset int) int { return s.lineAt(offset) + 1 }
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }

// leadingBlank counts the blank lines with which a text begins.
func leadingBlank(text string) int {
	return strings.Count(text[:len(text)-len(strings.TrimLeft(text, " \t\n"))], "\n")
}

func shorten(text string) string {
	if len(text) <= headingBytes {
		return text
	}
	return strings.ToValidUTF8(text[:headingBytes], "") + "…"
}

// sameName compares names of fields without case and without the marks between words.
func sameName(a, b string) bool { return flatName(a) == flatName(b) }

func flatName(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}
