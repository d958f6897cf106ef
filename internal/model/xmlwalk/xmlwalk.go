// Package xmlwalk reads XML with bounds, and says what a document can make a parser read from elsewhere.
package xmlwalk

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

const (
	maxDepth = 512
	maxToken = 8 << 20
	maxBytes = 128 << 20
)

// wide says whether text begins in UTF-16, with a mark of its order or without, and whether its first byte is the high one.
func wide(h []byte) (big, ok bool) {
	if len(h) < 2 {
		return false, false
	}
	switch {
	case h[0] == 0xfe && h[1] == 0xff, h[0] == 0 && h[1] == '<':
		return true, true
	case h[0] == 0xff && h[1] == 0xfe, h[0] == '<' && h[1] == 0:
		return false, true
	}
	return false, false
}

const maxHead = 32 << 10

// Plain is the beginning of a document in UTF-8, without a mark in front.
func Plain(h []byte) string {
	s := string(h[:min(len(h), maxHead)])
	if big, ok := wide(h); ok {
		b := make([]byte, maxHead)
		n, _ := io.ReadFull(&utf16Reader{r: bytes.NewReader(h), big: big}, b)
		s = string(b[:n])
	}
	return strings.TrimPrefix(s, "\ufeff")
}

// Root is the name of the outermost element as far as the beginning shows it, "" where there is none.
func Root(h []byte) string {
	_, isWide := wide(h)
	if start := bytes.TrimLeft(bytes.TrimPrefix(h[:min(len(h), 1<<10)], []byte("\xef\xbb\xbf")), " \t\r\n"); !isWide && (len(start) == 0 || start[0] != '<') {
		return ""
	}
	s := Plain(h)
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		end := 0
		switch {
		case strings.HasPrefix(s, "<!--"):
			end = after(s[4:], "-->") + 4
		case strings.HasPrefix(s, "<?"):
			end = after(s[2:], "?>") + 2
		case strings.HasPrefix(s, "<!DOCTYPE"):
			end = directiveEnd(s)
		case strings.HasPrefix(s, "<"):
			i := strings.IndexAny(s[1:], " \t\r\n/>")
			if i < 0 {
				return ""
			}
			return s[1 : 1+i]
		default:
			return ""
		}
		s = s[end:]
	}
}

// after is where what follows end begins, or the end of s.
func after(s, end string) int {
	i := strings.Index(s, end)
	if i < 0 {
		return len(s)
	}
	return i + len(end)
}

// directiveEnd is where a document type ends: declarations, comments and texts in quotes stand inside it.
func directiveEnd(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case strings.HasPrefix(s[i:], "<!--"):
			i += 4 + after(s[i+4:], "-->") - 1
		case strings.HasPrefix(s[i:], "<?"):
			i += 2 + after(s[i+2:], "?>") - 1
		case c == '"' || c == '\'':
			i += after(s[i+1:], s[i:i+1])
		case c == '<':
			depth++
		case c == '>':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// utf16Reader turns UTF-16 into UTF-8.
type utf16Reader struct {
	r    io.Reader
	big  bool
	left []byte
	out  []byte
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		b := make([]byte, 8<<10)
		n := copy(b, u.left)
		got, err := u.r.Read(b[n:])
		b = b[:n+got]
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
			if u.big {
				units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
			}
		}
		keep := len(b) &^ 1
		if n := len(units); n > 1 && err == nil && units[n-1]&0xfc00 == 0xd800 { // half of a pair
			units, keep = units[:n-1], keep-2
		}
		u.left = append([]byte(nil), b[keep:]...)
		u.out = []byte(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff"))
		if err != nil && len(u.out) == 0 {
			return 0, err
		}
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// bounded ends a token that does not end.
type bounded struct {
	r     io.Reader
	n     int64 // bytes read
	until int64 // how many may be read by now
}

var errToken = errors.New("one piece of it is larger than what is looked at")

func (b *bounded) Read(p []byte) (int, error) {
	if b.n > b.until {
		return 0, errToken
	}
	n, err := b.r.Read(p)
	b.n += int64(n)
	return n, err
}

// Visitor is told what is met; path are the names of the elements that are open, without their prefixes.
type Visitor interface {
	Start(path []string, attributes []xml.Attr, at int64)
	Text(path []string, text []byte, at int64)
	End(path []string)
}

// Walk walks a part as XML that must be well formed. What a document can make a parser read from elsewhere is said here.
func Walk(ctx context.Context, p *inspect.Part, family string, v Visitor) error {
	if p.Size > maxBytes {
		p.Say(inspect.NotRead, "limit", -1, "is larger than the %d bytes of XML that are looked at", maxBytes)
		return nil
	}
	in := &bounded{r: p.Section(0, p.Size), until: maxToken}
	var r io.Reader = in
	if big, ok := wide(p.Head()); ok {
		r = &utf16Reader{r: in, big: big}
	}
	d := xml.NewDecoder(r)
	d.CharsetReader = charset
	var path []string
	for n := 0; ; n++ {
		at := d.InputOffset()
		in.until = at + maxToken
		token, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return damage(d.InputOffset(), err)
		}
		if n&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(path) >= maxDepth {
				return &inspect.DamageError{Offset: at, Reason: fmt.Sprintf("elements lie more than %d deep in each other", maxDepth)}
			}
			path = append(path, t.Name.Local)
			if t.Name.Local == "include" && (t.Name.Space == "xi" || t.Name.Space == "xinclude") {
				p.Say(inspect.Dangerous, family+"-include", at, "includes another file: %s", inspect.Quote(Attribute(t.Attr, "href")))
			}
			v.Start(path, t.Attr, at)
		case xml.EndElement:
			if len(path) == 0 || path[len(path)-1] != t.Name.Local {
				return &inspect.DamageError{Offset: at, Reason: fmt.Sprintf("the element %s ends that is not open", inspect.Quote(t.Name.Local))}
			}
			v.End(path)
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) > 0 {
				v.Text(path, t, at)
			} else if len(bytes.TrimSpace(t)) > 0 && !bytes.Equal(bytes.TrimSpace(t), []byte("\xef\xbb\xbf")) {
				return &inspect.DamageError{Offset: at, Reason: "text stands outside of all elements"}
			}
		case xml.Directive:
			directive(p, family, string(t), at)
		case xml.ProcInst:
			if t.Target == "xml-stylesheet" {
				v := inspect.Clean
				if strings.Contains(string(t.Inst), "://") || strings.Contains(string(t.Inst), "..") {
					v = inspect.Dangerous
				}
				p.Say(v, family+"-stylesheet", at, "names a style sheet that a program may read: %s", inspect.Quote(string(t.Inst)))
			}
		}
	}
	if len(path) > 0 {
		return &inspect.DamageError{Offset: p.Size, Reason: fmt.Sprintf("ends inside of the element %s", inspect.Quote(path[len(path)-1]))}
	}
	return nil
}

func damage(at int64, err error) error {
	var bad *xml.SyntaxError
	if errors.As(err, &bad) {
		return &inspect.DamageError{Offset: at, Reason: "is no well formed XML: " + inspect.Cut(bad.Msg)}
	}
	return &inspect.DamageError{Offset: at, Reason: inspect.Cut(err.Error())}
}

// directive judges a document type: entities are how XML reads files and fetches addresses, and how little becomes much.
func directive(p *inspect.Part, family, text string, at int64) {
	if !strings.HasPrefix(text, "DOCTYPE") {
		return
	}
	upper := strings.ToUpper(text)
	switch {
	case strings.Contains(upper, "<!ENTITY") && (strings.Contains(upper, "SYSTEM") || strings.Contains(upper, "PUBLIC")):
		p.Say(inspect.Dangerous, family+"-entity", at, "declares an entity that a parser reads from elsewhere: %s", inspect.Quote(text))
	case strings.Contains(upper, "<!ENTITY"):
		p.Say(inspect.Dangerous, family+"-entity", at, "declares entities, which can make a parser use up memory: %s", inspect.Quote(text))
	case (strings.Contains(upper, "SYSTEM") || strings.Contains(upper, "PUBLIC")) && !strings.Contains(upper, "WWW.DMG.ORG/"):
		p.Say(inspect.Dangerous, family+"-external-dtd", at, "names a document type that a parser reads from elsewhere: %s", inspect.Quote(text))
	default:
		p.Say(inspect.Clean, family+"-doctype", at, "has a document type: %s", inspect.Quote(text))
	}
}

// Attribute is the value of an attribute, "" where it is absent.
func Attribute(attrs []xml.Attr, name string) string {
	for _, a := range attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// charset reads the encodings of one byte a character as Latin 1: names of elements are ASCII in all of them.
func charset(label string, in io.Reader) (io.Reader, error) {
	switch l := strings.ToLower(label); {
	case strings.HasPrefix(l, "utf-16"), l == "utf8", l == "us-ascii", l == "ascii": // already turned into UTF-8
		return in, nil
	case strings.HasPrefix(l, "iso-8859"), strings.HasPrefix(l, "windows-"), strings.HasPrefix(l, "cp12"), l == "latin1", l == "ibm850", l == "macintosh":
		return &latin1{r: in}, nil
	}
	return nil, fmt.Errorf("the encoding %s is not read", inspect.Quote(label))
}

type latin1 struct {
	r   io.Reader
	out []byte
}

func (l *latin1) Read(p []byte) (int, error) {
	if len(l.out) == 0 {
		var b [4 << 10]byte
		n, err := l.r.Read(b[:])
		for _, c := range b[:n] {
			l.out = utf8.AppendRune(l.out, rune(c))
		}
		if n == 0 && err != nil {
			return 0, err
		}
	}
	n := copy(p, l.out)
	l.out = l.out[n:]
	return n, nil
}

// linkNames are attributes that name another file in the formats that have such.
var linkNames = []string{"library", "lib", "lib_path", "plugin", "plugin_path", "dll", "so", "module", "module_path", "source", "filename", "file", "path", "uri", "url", "href", "src", "location", "script", "extension"}

// Linked judges an attribute that names another file.
func Linked(p *inspect.Part, family, element string, a xml.Attr, at int64) {
	name := strings.ToLower(a.Name.Local)
	found := false
	for _, l := range linkNames {
		found = found || l == name
	}
	if !found || a.Value == "" || a.Name.Space == "xmlns" {
		return
	}
	lower := strings.ToLower(a.Value)
	switch {
	case outside.Native(lower):
		p.Say(inspect.Dangerous, family+"-library", at, "the element %s names code outside of the model in %s: %s", inspect.Quote(element), inspect.Quote(a.Name.Local), inspect.Quote(a.Value))
	case outside.Leaves(a.Value) && strings.ContainsAny(a.Value, `/\`):
		p.Say(inspect.Dangerous, family+"-path", at, "the element %s names something outside of the model's folder in %s: %s", inspect.Quote(element), inspect.Quote(a.Name.Local), inspect.Quote(a.Value))
	}
}
