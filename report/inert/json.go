package inert

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"unicode"
	"unicode/utf8"
)

// JSON writes v as indented JSON that is harmless on a terminal: characters that have no shape are written as \u escapes, which
// loses nothing. < > & stay as they are.
func JSON(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err := w.Write(escaped(b.Bytes()))
	return err
}

// escaped escapes what has no shape. Outside of strings JSON is plain ASCII, so every such character stands in one.
func escaped(text []byte) []byte {
	hidden := func(r rune) bool {
		return r == 0x7f || r >= utf8.RuneSelf && r != utf8.RuneError && !unicode.IsGraphic(r)
	}
	var out bytes.Buffer
	for len(text) > 0 {
		i := bytes.IndexFunc(text, hidden)
		if i < 0 {
			i = len(text)
		}
		out.Write(text[:i])
		if text = text[i:]; len(text) == 0 {
			break
		}
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		if r >= 0x10000 {
			r -= 0x10000
			fmt.Fprintf(&out, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
			continue
		}
		fmt.Fprintf(&out, `\u%04x`, r)
	}
	return out.Bytes()
}

// Href is a path of the target as a relative address, with every byte that has a meaning in addresses escaped; empty for none.
func Href(path string) string {
	if path == "" {
		return ""
	}
	return (&url.URL{Path: path}).String()
}
