package bound

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// file is one member of an archive made for a test.
type file struct{ name, data string }

func zipOf(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		m, err := w.Create(f.name)
		must(t, err)
		_, err = io.WriteString(m, f.data)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func tarOf(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		data := h.PAXRecords["TEST.data"]
		h.PAXRecords, h.Size, h.Mode = nil, int64(len(data)), 0o644
		must(t, w.WriteHeader(&h))
		_, err := io.WriteString(w, data)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func tarFile(name, data string) tar.Header {
	return tar.Header{Name: name, Typeflag: tar.TypeReg, PAXRecords: map[string]string{"TEST.data": data}}
}

func gzipOf(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(data)
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

// rawZip is a zip made byte by byte, to say what no honest writer would.
type rawZip struct {
	bytes.Buffer
	directory bytes.Buffer
	count     uint16
}

type rawMember struct {
	name, localName string // localName: in front of the data, when it differs
	data            []byte // as packed
	method, flags   uint16
	sum             uint32
	plain           uint32 // declared size
	packed          uint32 // declared packed size, when not that of data
}

// add appends a member and returns the offset of its header.
func (z *rawZip) add(m rawMember) uint32 {
	at := uint32(z.Len())
	local := m.localName
	if local == "" {
		local = m.name
	}
	if m.packed == 0 {
		m.packed = uint32(len(m.data))
	}
	z.WriteString("PK\x03\x04")
	for _, v := range []any{uint16(20), m.flags, m.method, uint32(0), m.sum, m.packed, m.plain, uint16(len(local)), uint16(0)} {
		put(&z.Buffer, v)
	}
	z.WriteString(local)
	z.Write(m.data)
	z.list(m, at)
	return at
}

// list adds only a record to the directory.
func (z *rawZip) list(m rawMember, at uint32) {
	if m.packed == 0 {
		m.packed = uint32(len(m.data))
	}
	z.directory.WriteString("PK\x01\x02")
	for _, v := range []any{uint16(20), uint16(20), m.flags, m.method, uint32(0), m.sum, m.packed, m.plain, uint16(len(m.name)),
		uint16(0), uint16(0), uint16(0), uint16(0), uint32(0), at} {
		put(&z.directory, v)
	}
	z.directory.WriteString(m.name)
	z.count++
}

func (z *rawZip) end() []byte {
	at := uint32(z.Len())
	z.Write(z.directory.Bytes())
	z.WriteString("PK\x05\x06\x00\x00\x00\x00")
	for _, v := range []any{z.count, z.count, uint32(z.directory.Len()), at, uint16(0)} {
		put(&z.Buffer, v)
	}
	return z.Bytes()
}

func put(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case uint16:
		b.Write(le.AppendUint16(nil, v))
	case uint32:
		b.Write(le.AppendUint32(nil, v))
	}
}

func stored(name, data string) rawMember {
	return rawMember{name: name, data: []byte(data), plain: uint32(len(data)), sum: crc32.ChecksumIEEE([]byte(data))}
}

// unpacked returns "path: content" for every member, in order, and the gaps.
func unpacked(t testing.TB, name string, data []byte, l Limits) ([]string, []Gap) {
	t.Helper()
	var got []string
	gaps, err := Archive(context.Background(), name, bytes.NewReader(data), int64(len(data)), l, func(m Member) error {
		line := m.Path + ": " + string(m.Data[:min(len(m.Data), 40)])
		if ArchiveKind(m.Data[:min(len(m.Data), 512)]) != "" {
			line = m.Path + ": (archive)"
		}
		for _, mark := range []struct {
			text string
			set  bool
		}{{" -> " + m.Target, m.Target != ""}, {" ESCAPES", m.Escapes}, {" DUPLICATE", m.Duplicate}, {" TRUNCATED", m.Truncated}} {
			if mark.set {
				line += mark.text
			}
		}
		if m.Size != int64(len(m.Data)) {
			t.Errorf("%s: size %d, but %d bytes of data", m.Path, m.Size, len(m.Data))
		}
		got = append(got, line)
		return nil
	})
	must(t, err)
	return got, gaps
}

func TestArchiveKindsAndNesting(t *testing.T) {
	inner := zipOf(t, file{"deep.txt", "deep"})
	tarball := tarOf(t, tarFile("a/x.txt", "x"), tarFile("a/in.zip", string(inner)))
	bz2, err := base64.StdEncoding.DecodeString("QlpoOTFBWSZTWRkxZT0AAACBAAJEoAAhmmgzTQczi7kinChIDJiynoA=")
	must(t, err)
	for _, c := range []struct {
		name string
		data []byte
		want []string
	}{
		{"a.zip", zipOf(t, file{"dir/", ""}, file{"dir/one", "1"}, file{"two", ""}), []string{"a.zip!dir/one: 1", "a.zip!two: "}},
		{"empty.zip", zipOf(t), nil},
		{"in front.zip", append([]byte("#!/bin/sh\nexit\n"), zipOf(t, file{"one", "1"})...), []string{"in front.zip!one: 1"}},
		{"a.tar", tarball, []string{"a.tar!a/x.txt: x", "a.tar!a/in.zip: (archive)", "a.tar!a/in.zip!deep.txt: deep"}},
		{"a.tar.gz", gzipOf(t, tarball), []string{"a.tar.gz!a/x.txt: x", "a.tar.gz!a/in.zip: (archive)", "a.tar.gz!a/in.zip!deep.txt: deep"}},
		{"log.gz", gzipOf(t, []byte("hello")), []string{"log.gz!log: hello"}},
		{"two.gz", append(gzipOf(t, []byte("one ")), gzipOf(t, []byte("two"))...), []string{"two.gz!two: one two"}},
		{"x.bz2", bz2, []string{"x.bz2!x: hello"}},
		{"z.zip", zipOf(t, file{"t.tgz", string(gzipOf(t, tarball))}), []string{"z.zip!t.tgz: (archive)", "z.zip!t.tgz!a/x.txt: x",
			"z.zip!t.tgz!a/in.zip: (archive)", "z.zip!t.tgz!a/in.zip!deep.txt: deep"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, gaps := unpacked(t, c.name, c.data, Limits{})
			expect(t, "members", got, c.want)
			expectGaps(t, gaps)
		})
	}
}

func TestWhatIsNoArchiveIsSaidToBeNone(t *testing.T) {
	for _, data := range []string{"", "PK", "hello", "BZhang Wei wrote this", strings.Repeat("\x00", 2000), strings.Repeat("x", 70_000) + "PK\x05\x06" + strings.Repeat("\x00", 30)} {
		_, err := Archive(context.Background(), "x", strings.NewReader(data), int64(len(data)), Limits{}, func(m Member) error {
			t.Errorf("%q: member %q", data[:min(len(data), 20)], m.Path)
			return nil
		})
		if !errors.Is(err, ErrNotArchive) {
			t.Errorf("%q: error %v, want ErrNotArchive", data[:min(len(data), 20)], err)
		}
	}
	_, gaps := unpacked(t, "x.7z", []byte("7z\xbc\xaf\x27\x1c\x00\x04"), Limits{})
	expectGaps(t, gaps, "x.7z: 7z archives are not read")
}

func TestMembersThatWouldEscapeAreReadAndMarked(t *testing.T) {
	names := []string{"../up", "/etc/passwd", `..\win`, `C:\win`, "a/../../up", "ok/..name"}
	var files []file
	var want []string
	for _, n := range names {
		files = append(files, file{n, "x"})
		mark := " ESCAPES"
		if n == "ok/..name" {
			mark = ""
		}
		want = append(want, "e.zip!"+n+": x"+mark)
	}
	got, gaps := unpacked(t, "e.zip", zipOf(t, files...), Limits{})
	expect(t, "members", got, want)
	expectGaps(t, gaps)
	got, gaps = unpacked(t, "e.tar", tarOf(t, tarFile("../up", "x"), tar.Header{Name: "d/in", Typeflag: tar.TypeSymlink, Linkname: "../ok"},
		tar.Header{Name: "d/out", Typeflag: tar.TypeSymlink, Linkname: "../../x"}, tar.Header{Name: "pipe", Typeflag: tar.TypeFifo}), Limits{})
	expect(t, "members", got, []string{"e.tar!../up: x ESCAPES", "e.tar!d/in:  -> ../ok", "e.tar!d/out:  -> ../../x ESCAPES"})
	expectGaps(t, gaps, `e.tar!pipe: tar entry of type '6' holds no file`)
}

func TestZipTraps(t *testing.T) {
	type trap struct {
		name  string
		build func(z *rawZip)
		want  []string
		gaps  []string
	}
	for _, c := range []trap{
		{"duplicate names", func(z *rawZip) { z.add(stored("a", "first")); z.add(stored("a", "second")) },
			[]string{"t.zip!a: first", "t.zip!a: second DUPLICATE"}, nil},
		{"another name in front of the data", func(z *rawZip) { m := stored("data.pkl", "x"); m.localName = "evil.pkl"; z.add(m) },
			[]string{"t.zip!data.pkl: x"}, []string{"t.zip!data.pkl: the name in front of the data is another one, evil.pkl"}},
		{"declares more than it holds", func(z *rawZip) { m := stored("a", "x"); m.plain = 4<<30 - 2; z.add(m) },
			[]string{"t.zip!a: x"}, []string{"t.zip!a: declares 4294967294 bytes, holds 1"}},
		{"declares less than it holds", func(z *rawZip) { m := stored("a", "xyz"); m.plain = 1; z.add(m) },
			[]string{"t.zip!a: xyz"}, []string{"t.zip!a: declares 1 bytes, holds 3"}},
		{"wrong checksum", func(z *rawZip) { m := stored("a", "x"); m.sum++; z.add(m) },
			[]string{"t.zip!a: x"}, []string{"t.zip!a: checksum does not match"}},
		{"encrypted", func(z *rawZip) { m := stored("a", "cipher"); m.flags = 1; m.sum++; z.add(m) },
			nil, []string{"t.zip!a: encrypted"}},
		{"marked as encrypted, to be passed over", func(z *rawZip) { m := stored("a", "plain"); m.flags = 1; z.add(m) },
			[]string{"t.zip!a: plain"}, []string{"t.zip!a: marked as encrypted, but it is not"}},
		{"unknown method", func(z *rawZip) { m := stored("a", "x"); m.method = 93; z.add(m) },
			nil, []string{"t.zip!a: zip compression method 93 is not read"}},
		{"data ends early", func(z *rawZip) { m := stored("a", "x"); m.packed = 1 << 30; z.add(m) },
			nil, []string{"t.zip!a: "}},
		{"no header in front", func(z *rawZip) { z.WriteString(strings.Repeat("-", 100)); z.list(stored("a", "x"), 3) },
			nil, []string{"t.zip!a: no header where the directory says"}},
		{"header outside", func(z *rawZip) { z.list(stored("a", "x"), 1<<31) },
			nil, []string{"t.zip!a: its data lies outside the zip"}},
		{"declares too few members", func(z *rawZip) { z.add(stored("a", "x")); z.add(stored("b", "y")); z.count = 1 },
			[]string{"t.zip!a: x", "t.zip!b: y"}, []string{"t.zip: zip declares 1 members, its directory lists 2"}},
		{"deflate stream cut off", func(z *rawZip) {
			var b bytes.Buffer
			w, _ := flate.NewWriter(&b, 9)
			w.Write([]byte("pickle that does its harm at once, and then some noise 1234567890"))
			w.Flush() // no end
			z.add(rawMember{name: "a", data: b.Bytes(), method: 8, plain: 65})
		}, []string{"t.zip!a: pickle that does its harm at once, and t TRUNCATED"}, []string{"t.zip!a: unexpected EOF"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var z rawZip
			c.build(&z)
			got, gaps := unpacked(t, "t.zip", z.end(), Limits{})
			if c.name == "data ends early" { // it takes the directory for its data
				got = nil
				gaps = slices.DeleteFunc(gaps, func(g Gap) bool { return !strings.Contains(g.Reason, "ends outside") })
			}
			expect(t, "members", got, c.want)
			expectGaps(t, gaps, c.gaps...)
		})
	}
}

func TestATruncatedArchiveLeavesAGap(t *testing.T) {
	whole := map[string][]byte{
		"x.zip":    zipOf(t, file{"a", strings.Repeat("abc", 100)}, file{"b", "x"}),
		"x.tar":    tarOf(t, tarFile("a", strings.Repeat("abc", 1000))),
		"x.tar.gz": gzipOf(t, tarOf(t, tarFile("a", strings.Repeat("abc", 1000)))),
		"x.gz":     gzipOf(t, []byte(strings.Repeat("abc", 1000))),
	}
	for name, data := range whole {
		if _, gaps := unpacked(t, name, data[:len(data)*2/3], Limits{}); len(gaps) == 0 {
			t.Errorf("%s: no gap when its end is missing", name)
		}
		if _, gaps := unpacked(t, name, data, Limits{}); len(gaps) != 0 {
			t.Errorf("%s: gaps %q when it is whole", name, gaps)
		}
	}
}

func TestDataHiddenBehindATarIsSaidSo(t *testing.T) {
	data := append(tarOf(t, tarFile("a", "x")), tarOf(t, tarFile("hidden", "y"))...)
	got, gaps := unpacked(t, "x.tar", data, Limits{})
	expect(t, "members", got, []string{"x.tar!a: x"})
	expectGaps(t, gaps, "x.tar: data after the end mark of a tar")
}

func TestAFileThatIsTwoArchivesIsReadAsBoth(t *testing.T) {
	data := append(gzipOf(t, []byte("as gzip")), zipOf(t, file{"a", "as zip"})...)
	got, gaps := unpacked(t, "x", data, Limits{})
	expect(t, "members", got, []string{"x!content: as gzip TRUNCATED", "x!a: as zip"})
	expectGaps(t, gaps, "x!content: gzip: invalid header")
}

// zeros is n bytes of nothing, the payload of a bomb.
func zeros(n int64) io.Reader { return io.LimitReader(nothing{}, n) }

type nothing struct{}

func (nothing) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// bomb10G deflates to about 10 GiB: a piece of packed zeros is repeated, because deflate blocks can follow one another.
func bomb10G(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, 9)
	must(t, err)
	_, err = io.Copy(w, zeros(4<<20))
	must(t, err)
	must(t, w.Flush())
	return bytes.Repeat(b.Bytes(), 2560)
}

func TestABombOf10GiBTakesLittleMemoryAndTime(t *testing.T) {
	bomb := bomb10G(t)
	var z rawZip
	z.add(rawMember{name: "bomb", data: bomb, method: 8, plain: 1 << 31})
	data := z.end()
	nested := zipOf(t, file{"in.zip", string(data)})
	var gz bytes.Buffer
	gz.WriteString("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff")
	gz.Write(bomb)
	for name, c := range map[string]struct {
		data []byte
		l    Limits
	}{
		"bomb.zip":        {data, Limits{}},
		"nested.zip":      {nested, Limits{}},
		"bomb.gz":         {gz.Bytes(), Limits{}},
		"without-a-ratio": {data, Limits{ArchiveRatio: 1 << 30}},
		"large-files.zip": {data, Limits{ArchiveRatio: 1 << 30, FileBytes: 16 << 20}},
	} {
		var gaps []Gap
		start := time.Now()
		grown := heapGrowth(func() { _, gaps = unpacked(t, name, c.data, c.l) })
		if grown > 64<<20 {
			t.Errorf("%s of %d bytes took %d MiB", name, len(c.data), grown>>20)
		}
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if len(gaps) == 0 || !slices.ContainsFunc(gaps, func(g Gap) bool { return strings.Contains(g.Reason, "over the limit") }) {
			t.Errorf("%s: gaps %q, want a limit", name, gaps)
		}
	}
}

func TestTheRatioIsBoundedAboveAFloor(t *testing.T) {
	small, large := strings.Repeat("\x00", 400<<10), strings.Repeat("\x00", 2<<20)
	for name, pack := range map[string]func(string) []byte{
		"r.zip": func(s string) []byte { return zipOf(t, file{"r", s}) },
		"r.gz":  func(s string) []byte { return gzipOf(t, []byte(s)) },
	} {
		_, gaps := unpacked(t, name, pack(small), Limits{})
		expectGaps(t, gaps)
		_, gaps = unpacked(t, name, pack(large), Limits{ArchiveRatio: 2000}) // deflate gets no further than 1032
		expectGaps(t, gaps)
		_, gaps = unpacked(t, name, pack(large), Limits{})
		if !slices.Contains(gaps, Gap{name + "!r", "over the limit of 200 archive ratio"}) {
			t.Errorf("%s: gaps %q, want the ratio", name, gaps)
		}
	}
}

// TestOverlappingMembersAreSaidToShareAndPaidOnce: many records share one run of packed bytes, so that 20 KB pay out gigabytes with each member
// under the ratio.
func TestOverlappingMembersAreSaidToShareAndPaidOnce(t *testing.T) {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 9)
	text := strings.Repeat("some text which packs well enough, but not too well 0123456789 ", 12_000)
	io.WriteString(w, text)
	w.Close()
	m := rawMember{name: "m0", data: b.Bytes(), method: 8, plain: uint32(len(text)), sum: crc32.ChecksumIEEE([]byte(text))}
	var z rawZip
	at := z.add(m)
	for i := range 3000 {
		m.name = fmt.Sprint("m", i+1)
		z.list(m, at)
	}
	data := z.end()
	var total int64
	gaps, err := Archive(context.Background(), "o.zip", bytes.NewReader(data), int64(len(data)), Limits{}, func(m Member) error { total += m.Size; return nil })
	must(t, err)
	if bound := 200*int64(len(data)) + 1<<20; total > bound {
		t.Errorf("%d bytes out of %d", total, len(data))
	}
	shared := 0
	for _, g := range gaps {
		if g.Reason == "shares its bytes with another member" {
			shared++
		}
	}
	if shared != 3001 {
		t.Errorf("%d members are said to share their bytes, want 3001", shared)
	}
}

func TestAMemberQuotedInsideAnotherShares(t *testing.T) {
	var inner rawZip
	inner.add(stored("inner", "x"))
	var z rawZip
	at := z.add(stored("outer", inner.Buffer.String()))
	z.list(stored("inner", "x"), at+30+uint32(len("outer")))
	_, gaps := unpacked(t, "q.zip", z.end(), Limits{})
	if len(gaps) < 2 {
		t.Errorf("gaps %q, want both members to share", gaps)
	}
}

// TestAQuineEnds: the zip in testdata, by Russ Cox, holds nothing but itself.
func TestAQuineEnds(t *testing.T) {
	data, err := os.ReadFile("testdata/quine.zip")
	must(t, err)
	got, gaps := unpacked(t, "q.zip", data, Limits{})
	if len(got) != 3 {
		t.Errorf("members %q, want three levels", got)
	}
	if len(gaps) == 0 || !strings.Contains(gaps[len(gaps)-1].Reason, "over the limit of 3 archive depth") {
		t.Errorf("gaps %q, want the depth", gaps)
	}
}

func TestNestingEndsAtTheDepth(t *testing.T) {
	data, want := []byte("core"), "n.gz"
	for range 30 {
		data = gzipOf(t, data)
	}
	got, gaps := unpacked(t, "n.gz", data, Limits{ArchiveDepth: 5})
	if len(got) != 5 {
		t.Errorf("%d levels were opened, want 5", len(got))
	}
	for range 5 {
		want += "!" + map[bool]string{true: "n", false: "content"}[want == "n.gz"]
	}
	expectGaps(t, gaps, want+": over the limit of 5 archive depth")
}

func TestMembersAreCountedOverAllLevels(t *testing.T) {
	var files []file
	for i := range 60 {
		files = append(files, file{fmt.Sprint("f", i), "x"})
	}
	inner := string(zipOf(t, files...))
	got, gaps := unpacked(t, "m.zip", zipOf(t, file{"1.zip", inner}, file{"2.zip", inner}, file{"3.zip", inner}), Limits{ArchiveMembers: 100})
	if len(got) > 100 || len(got) < 90 {
		t.Errorf("%d members under a limit of 100", len(got))
	}
	expectGaps(t, gaps, "m.zip: over the limit of 100 archive members")
}

func TestArchiveBytesBoundsAllMembersTogether(t *testing.T) {
	noise := strings.Repeat("0123456789abcdef", 64) // 1 KiB
	var files []file
	for i := range 50 {
		files = append(files, file{fmt.Sprint("f", i), noise})
	}
	for name, data := range map[string][]byte{"b.zip": zipOf(t, files...), "b.tar.gz": gzipOf(t, func() []byte {
		var h []tar.Header
		for _, f := range files {
			h = append(h, tarFile(f.name, f.data))
		}
		return tarOf(t, h...)
	}())} {
		got, gaps := unpacked(t, name, data, Limits{ArchiveBytes: 10 << 10})
		if len(got) < 4 || len(got) > 11 {
			t.Errorf("%s: %d members of 1 KiB under a limit of 10 KiB", name, len(got))
		}
		if !slices.Contains(gaps, Gap{name, "over the limit of 10240 archive bytes"}) {
			t.Errorf("%s: gaps %q", name, gaps)
		}
	}
}

func TestALongMemberIsCutAndSaidSo(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for name, data := range map[string][]byte{"l.zip": zipOf(t, file{"long", long}, file{"next", "y"}), "l.tar.gz": gzipOf(t, tarOf(t, tarFile("long", long), tarFile("next", "y")))} {
		got, gaps := unpacked(t, name, data, Limits{FileBytes: 10})
		expect(t, name, got, []string{name + "!long: xxxxxxxxxx TRUNCATED", name + "!next: y"})
		expectGaps(t, gaps, name+"!long: over the limit of 10 file bytes")
	}
}

// TestALongArchiveInsideIsReadOn: an archive within is looked into although it is longer than FileBytes.
func TestALongArchiveInsideIsReadOn(t *testing.T) {
	var noise strings.Builder
	for i := range 3000 {
		fmt.Fprint(&noise, i*i*7919)
	}
	limits := Limits{FileBytes: 8 << 10}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"in.zip", zipOf(t, file{"noise", noise.String()}, file{"last", "y"})},
		{"in.tar.gz", gzipOf(t, tarOf(t, tarFile("noise", noise.String()), tarFile("last", "y")))},
	} {
		if len(c.data) <= 8<<10 || len(c.data) > 32<<10 {
			t.Fatalf("%s has %d bytes, no good for this test", c.name, len(c.data))
		}
		got, _ := unpacked(t, "o.tar", tarOf(t, tarFile(c.name, string(c.data)), tarFile("after", "z")), limits)
		if !slices.Contains(got, "o.tar!"+c.name+"!last: y") || !slices.Contains(got, "o.tar!after: z") {
			t.Errorf("%s: members %q", c.name, got)
		}
	}
}

func TestArchiveOnlyReadsNothingElse(t *testing.T) {
	data := zipOf(t, file{"model/data.pkl", "code"}, file{"model/data/0", strings.Repeat("t", 1000)})
	var got []string
	gaps, err := ArchiveOnly(context.Background(), "m.pt", bytes.NewReader(data), int64(len(data)), Limits{ArchiveBytes: 10},
		func(path string) bool { return strings.HasSuffix(path, ".pkl") },
		func(m Member) error { got = append(got, m.Path); return nil })
	must(t, err)
	expect(t, "members", got, []string{"m.pt!model/data.pkl"})
	expectGaps(t, gaps)
}

func TestVisitsErrorAndCancellationEndAnArchive(t *testing.T) {
	data := zipOf(t, file{"a", "x"}, file{"b", "y"})
	boom, n := errors.New("boom"), 0
	_, err := Archive(context.Background(), "x.zip", bytes.NewReader(data), int64(len(data)), Limits{}, func(Member) error { n++; return boom })
	if !errors.Is(err, boom) || n != 1 {
		t.Errorf("error %v after %d visits, want the visitor's after one", err, n)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err = Archive(ctx, "x.zip", bytes.NewReader(data), int64(len(data)), Limits{}, func(Member) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	if _, err := Archive(context.Background(), "x.zip", bytes.NewReader(data), int64(len(data)), Limits{ArchiveRatio: -1}, nil); err == nil {
		t.Error("a negative limit was taken")
	}
}

func FuzzArchive(f *testing.F) {
	quine, err := os.ReadFile("testdata/quine.zip")
	must(f, err)
	inner := zipOf(f, file{"a", "x"}, file{"../b", "y"})
	var overlap rawZip
	m := stored("a", "x")
	overlap.list(m, overlap.add(m))
	for _, seed := range [][]byte{quine, inner, overlap.end(), zipOf(f, file{"in.zip", string(inner)}), tarOf(f, tarFile("a", "x"), tarFile("b.zip", string(inner))),
		gzipOf(f, tarOf(f, tarFile("a", "x"))), gzipOf(f, inner), append(gzipOf(f, nil), inner...), []byte("PK\x03\x04"), []byte("BZh91AY&SY")} {
		f.Add(seed)
	}
	limits := Limits{FileBytes: 4 << 10, ArchiveBytes: 64 << 10, ArchiveMembers: 100, NameBytes: 200}
	f.Fuzz(func(t *testing.T, data []byte) {
		members, total := 0, int64(0)
		var cut []string
		gaps, err := Archive(context.Background(), "f", bytes.NewReader(data), int64(len(data)), limits, func(m Member) error {
			members, total = members+1, total+m.Size
			if m.Size != int64(len(m.Data)) || m.Size > limits.FileBytes || !strings.HasPrefix(m.Path, "f!") {
				t.Fatalf("member %q: size %d, %d bytes", m.Path, m.Size, len(m.Data))
			}
			if m.Truncated {
				cut = append(cut, m.Path)
			}
			return nil
		})
		if err != nil && !errors.Is(err, ErrNotArchive) {
			t.Fatalf("error %v", err)
		}
		if members > limits.ArchiveMembers || total > limits.ArchiveBytes {
			t.Fatalf("%d members, %d bytes", members, total)
		}
		for _, path := range cut {
			if !slices.ContainsFunc(gaps, func(g Gap) bool { return g.Path == path }) {
				t.Fatalf("%q was cut without a gap", path)
			}
		}
	})
}
