package archive

import (
	"archive/tar"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// tarOf writes a tar with Go's writer.
func tarOf(t testing.TB, format tar.Format, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		content := h.Uname // stands for the content here
		h.Uname = ""
		h.Format, h.Mode, h.Size = format, 0o644, int64(len(content))
		if h.Typeflag != tar.TypeReg && h.Typeflag != 0 {
			h.Size = 0
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			w.Write([]byte(content))
		}
	}
	w.Close()
	return b.Bytes()
}

func file(name, content string) tar.Header {
	return tar.Header{Name: name, Uname: content, Typeflag: tar.TypeReg}
}

// resum makes the sum of the header at an offset right again.
func resum(b []byte, at int) []byte {
	h := b[at : at+tarBlock]
	var sum int
	for i, c := range h {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int(c)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return b
}

func TestTarReadings(t *testing.T) {
	long := strings.Repeat("long/", 40) + "name"
	two := tarOf(t, tar.FormatUSTAR, file("a.txt", "hello"), file("b.bin", payload))
	for _, c := range []struct {
		what string
		tar  []byte
		v    inspect.Verdict
		ids  []string
	}{
		{"ustar", tarOf(t, tar.FormatUSTAR, file("a.txt", "hello")), inspect.Clean, nil},
		{"PAX with a long name", tarOf(t, tar.FormatPAX, file(long, "hello")), inspect.Clean, nil},
		{"GNU with a long name", tarOf(t, tar.FormatGNU, file(long, "hello"), file("b", "more")), inspect.Clean, nil},
		{"a payload", two, inspect.Malicious, []string{"payload"}},
		{"a payload behind a long name", tarOf(t, tar.FormatGNU, file(long, payload)), inspect.Malicious, []string{"payload"}},
		{"out of its folder", tarOf(t, tar.FormatUSTAR, file("../evil", "x")), inspect.Dangerous, []string{"archive-escape"}},
		{"absolute", tarOf(t, tar.FormatUSTAR, file("/etc/evil", "x")), inspect.Dangerous, []string{"archive-escape"}},
		{"out by a long name", tarOf(t, tar.FormatPAX, file("../"+long, "x")), inspect.Dangerous, []string{"archive-escape"}},
		{"a link out", tarOf(t, tar.FormatUSTAR, tar.Header{Name: "l", Linkname: "../../etc", Typeflag: tar.TypeSymlink}), inspect.Dangerous, []string{"archive-escape"}},
		{"a link inside", tarOf(t, tar.FormatUSTAR, file("d/a", "x"), tar.Header{Name: "d/l", Linkname: "a", Typeflag: tar.TypeSymlink}), inspect.Clean, nil},
		{"a hard link out", tarOf(t, tar.FormatUSTAR, tar.Header{Name: "l", Linkname: "/etc/passwd", Typeflag: tar.TypeLink}), inspect.Dangerous, []string{"archive-escape"}},
		{"through a link", tarOf(t, tar.FormatUSTAR, tar.Header{Name: "d/l", Linkname: "x", Typeflag: tar.TypeSymlink}, file("d/l", "x")), inspect.Dangerous, []string{"archive-escape"}},
		{"a device", tarOf(t, tar.FormatUSTAR, tar.Header{Name: "null", Typeflag: tar.TypeChar, Devmajor: 1, Devminor: 3}), inspect.Dangerous, []string{"tar-device"}},
		{"folders", tarOf(t, tar.FormatUSTAR, tar.Header{Name: "d/", Typeflag: tar.TypeDir}, file("d/a", "x")), inspect.Clean, nil},
		{"two of one name", tarOf(t, tar.FormatUSTAR, file("a", "1"), file("a", payload)), inspect.Malicious, []string{"tar-duplicate", "payload"}},
		{"the same twice", tarOf(t, tar.FormatUSTAR, file("a", "1"), file("a", "1")), inspect.Clean, nil},
		{"a member behind the end mark", append(tarOf(t, tar.FormatUSTAR, file("a", "1")), two...), inspect.Malicious, []string{"tar-trailing", "payload"}},
		{"text behind the end mark", append(tarOf(t, tar.FormatUSTAR, file("a", "1")), "text"...), inspect.NotRead, []string{"tar-trailing"}},
		{"more padding", append(tarOf(t, tar.FormatUSTAR, file("a", "1")), make([]byte, 9000)...), inspect.Clean, nil},
		{"no end mark", two[:1024], inspect.NotRead, []string{"tar-truncated"}},
		{"cut in a member", two[:1024+512+3], inspect.NotRead, []string{"tar-truncated"}},
		{"cut in a header", two[:1024+100], inspect.NotRead, []string{"tar-truncated"}},
		{"a damaged header in front of a payload", append(bytes.Clone(two[:1024]), append(bytes.Repeat([]byte("x"), 512), two[1024:]...)...), inspect.Malicious, []string{"tar-header", "payload"}},
		{"a size that lies", resum(bytes.Replace(bytes.Clone(two), []byte("00000000005\x00"), []byte("00077777777\x00"), 1), 0), inspect.NotRead, []string{"tar-truncated"}},
		{"a zip as member", tarOf(t, tar.FormatUSTAR, file("in.zip", string(rawZip{members: []rawMember{stored("p", payload)}}.bytes()))), inspect.Malicious, []string{"payload"}},
	} {
		wants(t, c.what, scanBytes("x.tar", c.tar), c.v, c.ids...)
	}
}

func TestPackedTar(t *testing.T) {
	b := packed(t, "gzip", tarOf(t, tar.FormatUSTAR, file("a.txt", "hello"), file("b.bin", payload)))
	f := scanBytes("x.tar.gz", b)
	wants(t, "tar.gz", f, inspect.Malicious, "payload")
	if f.Reasons[0].Part != "x.tar!b.bin" {
		t.Errorf("the payload is said to be in %q", f.Reasons[0].Part)
	}
}

func TestTarsOfPython(t *testing.T) {
	for _, format := range []string{"USTAR", "GNU", "PAX"} {
		b := run(t, `import sys,io,tarfile
b=io.BytesIO(); t=tarfile.open(fileobj=b,mode='w',format=tarfile.`+format+`_FORMAT)
for n in ['a.txt','ä/ö.txt','d/'+'x'*90,'e'*99]:
    i=tarfile.TarInfo(n); i.size=700; i.mtime=1.5 if '`+format+`'=='PAX' else 1
    t.addfile(i,io.BytesIO(b'7'*700))
i=tarfile.TarInfo('link'); i.type=tarfile.SYMTYPE; i.linkname='a.txt'; t.addfile(i)
t.close(); sys.stdout.buffer.write(b.getvalue())`, nil)
		wants(t, format, scanBytes("x.tar", b), inspect.Clean)
	}
}

func FuzzTar(f *testing.F) {
	f.Add(tarOf(f, tar.FormatPAX, file(strings.Repeat("long/", 40)+"n", "hello")))
	f.Add(tarOf(f, tar.FormatGNU, file(strings.Repeat("long/", 40)+"n", "hello"), tar.Header{Name: "l", Linkname: "x", Typeflag: tar.TypeSymlink}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= tarBlock {
			resum(b, 0)
		}
		scanBytes("x.tar", b)
	})
}
