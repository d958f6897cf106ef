package xmlwalk

import (
	"bytes"
	"context"
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// names keeps what is met.
type names struct{ got []string }

func (n *names) Start(path []string, attrs []xml.Attr, _ int64) {
	n.got = append(n.got, strings.Join(path, "/")+attrText(attrs))
}

func attrText(attrs []xml.Attr) string {
	s := ""
	for _, a := range attrs {
		s += " " + a.Name.Local + "=" + a.Value
	}
	return s
}

func (n *names) Text(_ []string, text []byte, _ int64) {
	if s := strings.TrimSpace(string(text)); s != "" {
		n.got = append(n.got, s)
	}
}

func (n *names) End([]string) { n.got = append(n.got, "end") }

func walk(data []byte) ([]string, *inspect.Found, error) {
	v, found := &names{}, &inspect.Found{}
	err := Walk(context.Background(), inspect.NewPart("m.xml", bytes.NewReader(data), int64(len(data)), found, nil), "test", v)
	return v.got, found, err
}

func TestWalk(t *testing.T) {
	text := "<?xml version=\"1.0\"?><!-- c --><a:r x=\"1\"><b/>t&amp;</a:r>\n"
	want := "r x=1,r/b,end,t&,end"
	wide := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u>>8), byte(u))
	}
	for what, data := range map[string][]byte{"plain": []byte(text), "marked": []byte("\xef\xbb\xbf" + text), "wide": wide} {
		got, _, err := walk(data)
		if err != nil || strings.Join(got, ",") != want || Root(data) != "a:r" {
			t.Errorf("%s: %v %v, root %q", what, got, err, Root(data))
		}
	}
}

// The outermost element stands behind whatever a document type holds.
func TestRoot(t *testing.T) {
	for s, want := range map[string]string{
		"<a/>":                   "a",
		" <!-- <b> --><a x='1'>": "a",
		"<!DOCTYPE a><a/>":       "a",
		"<!DOCTYPE a [<!-- ]> --><!ENTITY x PUBLIC '>' \"]>\"><?p ]> ?>]><a/>": "a",
		"<\x00a\x00/\x00>\x00": "a",
		"\x00<\x00a\x00/\x00>": "a",
		"<!DOCTYPE a [":        "",
		"<!DOCTYPE a \"":       "",
		"<!--":                 "",
		"text":                 "",
	} {
		if got := Root([]byte(s)); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestRefuses(t *testing.T) {
	for _, s := range []string{"<a>", "<a></b>", "</a>", "<a/>text", "<a x=1/>", "<a>&unknown;</a>", strings.Repeat("<a>", 600), "<?xml version=\"1.0\" encoding=\"ebcdic\"?><a/>"} {
		if _, _, err := walk([]byte(s)); err == nil {
			t.Errorf("%.30q is taken", s)
		}
	}
}

func TestWhatAParserReads(t *testing.T) {
	for s, want := range map[string]inspect.Verdict{
		`<!DOCTYPE a><a/>`:                                         inspect.Clean,
		`<?xml-stylesheet href="a.xsl"?><a/>`:                      inspect.Clean,
		`<?xml-stylesheet href="http://example.org/a.xsl"?><a/>`:   inspect.Dangerous,
		`<!DOCTYPE a SYSTEM "a.dtd"><a/>`:                          inspect.Dangerous,
		`<!DOCTYPE a [<!ENTITY x "y">]><a/>`:                       inspect.Dangerous,
		`<!DOCTYPE a [<!ENTITY % x SYSTEM "http://h/x"> %x;]><a/>`: inspect.Dangerous,
		`<a xmlns:xi="x"><xi:include href="b"/></a>`:               inspect.Dangerous,
	} {
		if _, found, _ := walk([]byte(s)); found.Verdict != want {
			t.Errorf("%s: %s", s, found.Verdict)
		}
	}
}

// TestEndlessToken holds memory to a bound.
func TestEndlessToken(t *testing.T) {
	data := append([]byte("<a b=\""), bytes.Repeat([]byte("x"), maxToken+1<<20)...)
	if _, _, err := walk(data); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("%v", err)
	}
}

func FuzzWalk(f *testing.F) {
	f.Add([]byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><!DOCTYPE a [<!ENTITY x 'y'>]><a b='c'>&x;</a>"))
	f.Add([]byte("\xff\xfe<\x00a\x00/\x00>\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		Root(data)
		_, _, _ = walk(data)
	})
}

func BenchmarkWalk(b *testing.B) {
	data := []byte("<PMML>" + strings.Repeat("<Node id=\"1\"><SimplePredicate field=\"x\" operator=\"lessThan\" value=\"0.5\"/></Node>\n", 10_000) + "</PMML>")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, _, err := walk(data); err != nil {
			b.Fatal(err)
		}
	}
}
