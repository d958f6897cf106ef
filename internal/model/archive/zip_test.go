package archive

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// rawMember is a member as the two headers have it, each field of its own.
type rawMember struct {
	name, localName       string
	data                  string // as it lies in the file
	method, localMethod   uint16
	flags, localFlags     uint16
	sum                   uint32
	packed, plain         uint32
	localPacked, localSum uint32
	mode                  uint32
	extra                 string
	hidden, noLocal       bool
	header                uint32 // where the directory says
	at                    uint32
	after                 string // between this member and the next
}

func stored(name, data string) rawMember {
	n := uint32(len(data))
	sum := crc32.ChecksumIEEE([]byte(data))
	return rawMember{name: name, localName: name, data: data, sum: sum, localSum: sum, packed: n, plain: n, localPacked: n}
}

func deflated(name, data string) rawMember {
	m := stored(name, data)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, _ := w.Create("x")
	io.WriteString(f, data)
	w.Close()
	r, _ := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	raw, _ := r.File[0].OpenRaw()
	packed, _ := io.ReadAll(raw)
	m.data, m.method, m.localMethod = string(packed), 8, 8
	m.packed, m.localPacked = uint32(len(packed)), uint32(len(packed))
	return m
}

type rawZip struct {
	front, after, comment string
	count, size, offset   int // added to what is true
	members               []rawMember
}

func (z rawZip) bytes() []byte {
	b := []byte(z.front)
	u16 := func(v uint16) { b = binary.LittleEndian.AppendUint16(b, v) }
	u32 := func(v uint32) { b = binary.LittleEndian.AppendUint32(b, v) }
	for i := range z.members {
		m := &z.members[i]
		m.at = uint32(len(b))
		if !m.noLocal {
			b = append(b, sigLocal...)
			u16(20)
			u16(m.localFlags)
			u16(m.localMethod)
			u32(0)
			u32(m.localSum)
			u32(m.localPacked)
			u32(m.plain)
			u16(uint16(len(m.localName)))
			u16(0)
			b = append(b, m.localName...)
		}
		b = append(b, m.data...)
		b = append(b, m.after...)
	}
	start := len(b)
	n := 0
	for _, m := range z.members {
		if m.hidden {
			continue
		}
		n++
		b = append(b, sigCentral...)
		u16(3<<8 | 20)
		u16(20)
		u16(m.flags)
		u16(m.method)
		u32(0)
		u32(m.sum)
		u32(m.packed)
		u32(m.plain)
		u16(uint16(len(m.name)))
		u16(uint16(len(m.extra)))
		u16(0)
		u16(0)
		u16(0)
		u32(m.mode << 16)
		u32(m.at + m.header)
		b = append(b, m.name...)
		b = append(b, m.extra...)
	}
	size := len(b) - start
	b = append(b, sigEnd...)
	u32(0)
	u16(uint16(n + z.count))
	u16(uint16(n + z.count))
	u32(uint32(size + z.size))
	u32(uint32(start + z.offset))
	u16(uint16(len(z.comment)))
	b = append(b, z.comment...)
	return append(b, z.after...)
}

func with(m rawMember, change func(*rawMember)) rawMember {
	change(&m)
	return m
}

func TestZipReadings(t *testing.T) {
	good, bad := stored("a.txt", "hello"), stored("b.bin", payload+" here")
	packed := deflated("c.bin", payload+strings.Repeat(" and so on", 50))
	inner := string(rawZip{members: []rawMember{bad}}.bytes())
	for _, c := range []struct {
		what string
		zip  rawZip
		v    inspect.Verdict
		ids  []string
	}{
		{"plain", rawZip{members: []rawMember{good}}, inspect.Clean, nil},
		{"with a comment", rawZip{members: []rawMember{good}, comment: "made by hand"}, inspect.Clean, nil},
		{"a stored payload", rawZip{members: []rawMember{good, bad}}, inspect.Malicious, []string{"payload"}},
		{"a deflated payload", rawZip{members: []rawMember{good, packed}}, inspect.Malicious, []string{"payload"}},
		{"a zip in a zip", rawZip{members: []rawMember{stored("in.zip", inner)}}, inspect.Malicious, []string{"payload"}},
		{"wrong sum", rawZip{members: []rawMember{with(good, func(m *rawMember) { m.sum++; m.localSum++ })}}, inspect.NotRead, []string{"zip-crc"}},
		{"wrong sum, deflated", rawZip{members: []rawMember{with(packed, func(m *rawMember) { m.sum++; m.localSum++ })}}, inspect.Malicious, []string{"zip-crc", "payload"}},
		{"a member that no directory lists", rawZip{members: []rawMember{good, with(bad, func(m *rawMember) { m.hidden = true })}}, inspect.Malicious, []string{"zip-hidden-member", "payload"}},
		{"a deflated one", rawZip{members: []rawMember{with(packed, func(m *rawMember) { m.hidden = true }), good}}, inspect.Malicious, []string{"zip-hidden-member", "payload"}},
		{"one of unknown length", rawZip{members: []rawMember{good, with(packed, func(m *rawMember) { m.hidden, m.localFlags, m.localPacked, m.localSum, m.plain = true, 8, 0, 0, 0 })}},
			inspect.Malicious, []string{"zip-hidden-member", "payload"}},
		{"other name in front", rawZip{members: []rawMember{with(bad, func(m *rawMember) { m.localName = "x.txt" })}}, inspect.Malicious, []string{"zip-headers-differ", "payload"}},
		{"other method in front", rawZip{members: []rawMember{with(packed, func(m *rawMember) { m.method = 0; m.plain = m.packed })}}, inspect.Malicious, []string{"zip-headers-differ", "payload"}},
		{"said to be deflated, but stored", rawZip{members: []rawMember{with(bad, func(m *rawMember) { m.method, m.localMethod = 8, 8 })}}, inspect.Malicious, []string{"zip-damaged", "payload"}},
		{"an unknown method, but stored", rawZip{members: []rawMember{with(bad, func(m *rawMember) { m.method, m.localMethod = 77, 77 })}}, inspect.Malicious, []string{"zip-method", "payload"}},
		{"marked as encrypted, but plain", rawZip{members: []rawMember{with(bad, func(m *rawMember) { m.flags, m.localFlags = 1, 1 })}}, inspect.Malicious, []string{"zip-encrypted", "payload"}},
		{"marked so in the directory alone", rawZip{members: []rawMember{with(packed, func(m *rawMember) { m.flags = 1 })}}, inspect.Malicious, []string{"zip-encrypted", "payload"}},
		{"two of one name", rawZip{members: []rawMember{good, with(bad, func(m *rawMember) { m.name, m.localName = "a.txt", "a.txt" })}}, inspect.Malicious, []string{"zip-duplicate", "payload"}},
		{"the same twice", rawZip{members: []rawMember{good, good}}, inspect.Clean, nil},
		{"sharing bytes", rawZip{members: []rawMember{good, with(good, func(m *rawMember) { m.name = "b.txt"; m.noLocal, m.data = true, ""; m.header = ^uint32(0) - 39 })}},
			inspect.NotRead, []string{"zip-overlap"}},
		{"a claimed size that is too long", rawZip{members: []rawMember{with(good, func(m *rawMember) { m.plain = 9 })}}, inspect.NotRead, []string{"zip-size"}},
		{"a deflated size that lies", rawZip{members: []rawMember{with(packed, func(m *rawMember) { m.plain = 3 })}}, inspect.Malicious, []string{"zip-size", "payload"}},
		{"bytes in front", rawZip{front: "prefix", offset: -6, members: []rawMember{with(bad, func(m *rawMember) { m.header -= 6 })}}, inspect.Malicious, []string{"zip-prepended", "payload"}},
		{"bytes behind", rawZip{members: []rawMember{good}, after: "suffix"}, inspect.NotRead, []string{"zip-trailing"}},
		{"bytes between", rawZip{members: []rawMember{with(good, func(m *rawMember) { m.after = "something" }), bad}}, inspect.Malicious, []string{"zip-gap"}},
		{"more members claimed", rawZip{members: []rawMember{good}, count: 1}, inspect.NotRead, []string{"zip-count"}},
		{"a longer directory claimed", rawZip{members: []rawMember{good}, size: 5, offset: 0}, inspect.NotRead, []string{"zip-count"}},
		{"out of its folder", rawZip{members: []rawMember{stored("../../evil", "x")}}, inspect.Dangerous, []string{"archive-escape"}},
		{"with the slashes of Windows", rawZip{members: []rawMember{stored(`..\evil`, "x")}}, inspect.Dangerous, []string{"archive-escape"}},
		{"to a drive", rawZip{members: []rawMember{stored(`C:\evil`, "x")}}, inspect.Dangerous, []string{"archive-escape"}},
		{"absolute", rawZip{members: []rawMember{stored("/etc/cron.d/x", "x")}}, inspect.Dangerous, []string{"archive-escape"}},
		{"up and down again", rawZip{members: []rawMember{stored("a/../b", "x")}}, inspect.Clean, nil},
		{"a NUL in a name", rawZip{members: []rawMember{stored("data.pkl\x00.txt", "x")}}, inspect.NotRead, []string{"zip-name"}},
		{"a link inside", rawZip{members: []rawMember{good, with(stored("l", "a.txt"), func(m *rawMember) { m.mode = 0o120777 })}}, inspect.Clean, nil},
		{"a link out", rawZip{members: []rawMember{with(stored("l", "../../etc/passwd"), func(m *rawMember) { m.mode = 0o120777 })}}, inspect.Dangerous, []string{"archive-escape"}},
		{"an absolute link", rawZip{members: []rawMember{with(deflated("l", "/etc/passwd"), func(m *rawMember) { m.mode = 0o120777 })}}, inspect.Dangerous, []string{"archive-escape"}},
		{"a folder with data", rawZip{members: []rawMember{stored("d/", payload)}}, inspect.Malicious, []string{"zip-folder-data", "payload"}},
		{"a folder", rawZip{members: []rawMember{stored("d/", "")}}, inspect.Clean, nil},
		{"a second name", rawZip{members: []rawMember{with(good, func(m *rawMember) { m.extra = "\x75\x70\x08\x00\x01abcdx.p" })}}, inspect.NotRead, []string{"zip-name"}},
	} {
		wants(t, c.what, scanBytes("x.zip", c.zip.bytes()), c.v, c.ids...)
	}
}

func TestTwoDirectories(t *testing.T) {
	first := rawZip{members: []rawMember{stored("b.bin", payload)}}.bytes()
	second := rawZip{front: string(first), members: []rawMember{stored("a.txt", "hello")}}.bytes()
	wants(t, "two zips in a row", scanBytes("x.zip", second), inspect.Malicious, "payload")

	z := rawZip{members: []rawMember{stored("a.txt", "hello")}}.bytes()
	end := bytes.Clone(z[len(z)-22:])
	inside := rawZip{members: []rawMember{stored("a.txt", "hello")}, comment: string(end)}.bytes()
	wants(t, "an end in the comment", scanBytes("x.zip", inside), inspect.NotRead)
}

func TestZipInAZipIsNoSecondDirectory(t *testing.T) {
	inner := string(rawZip{members: []rawMember{stored("a.txt", "hello")}}.bytes())
	wants(t, "stored as last member", scanBytes("x.zip", rawZip{members: []rawMember{stored("b.txt", "x"), stored("in.zip", inner)}}.bytes()), inspect.Clean)
	wants(t, "in bytes of something else", scanBytes("x.dat", []byte("something "+inner+" else")), inspect.Clean)
}

func TestEveryTruncationIsSeen(t *testing.T) {
	whole := rawZip{members: []rawMember{stored("a.txt", "hello"), deflated("b.txt", strings.Repeat("so long ", 40)), stored("c", "1")}}.bytes()
	wants(t, "whole", scanBytes("x.zip", whole), inspect.Clean)
	for n := 30; n < len(whole); n++ {
		if f := scanBytes("x.zip", whole[:n]); f.Verdict < inspect.NotRead {
			t.Errorf("cut at %d of %d: verdict %v", n, len(whole), f.Verdict)
		}
	}
}

// A bit that is turned in what describes a member must not go unnoticed; times, versions and comments describe nothing.
func TestTurnedBits(t *testing.T) {
	whole := rawZip{members: []rawMember{stored("a.txt", "hello"), deflated("b.txt", strings.Repeat("so long ", 40))}}.bytes()
	harmless := map[int]bool{}
	for i := 0; i+30 <= len(whole); i++ {
		switch string(whole[i : i+4]) {
		case sigLocal:
			for k := 4; k < 8; k++ { // of the flags, most are compared
				harmless[i+k] = true
			}
			for k := 10; k < 14; k++ {
				harmless[i+k] = true
			}
		case sigCentral:
			for k := 4; k < 10; k++ {
				harmless[i+k] = true
			}
			for k := 12; k < 16; k++ {
				harmless[i+k] = true
			}
			for k := 36; k < 42; k++ {
				harmless[i+k] = true
			}
		}
	}
	quiet := 0
	for at := range whole {
		for bit := range 8 {
			b := bytes.Clone(whole)
			b[at] ^= 1 << bit
			if f := scanBytes("x.zip", b); f.Verdict < inspect.NotRead && !harmless[at] && at < len(whole)-20 {
				quiet++
				if quiet <= 10 {
					t.Logf("byte %d bit %d: verdict %v", at, bit, f.Verdict)
				}
			}
		}
	}
	if quiet > 7 { // a deflated stream may have some bits that nobody reads, before a block that is not packed
		t.Errorf("%d turned bits went unnoticed", quiet)
	}
}

func TestZipBombsAreBounded(t *testing.T) {
	var members []rawMember
	long := deflated("0", strings.Repeat("\x00", 10<<20))
	for i := range 2000 { // all of the same bytes
		m := long
		m.name, m.localName = fmt.Sprint(i), "0"
		if i > 0 {
			m.data, m.noLocal = "", true
			m.header = ^uint32(len(long.data)+31) + 1
		}
		members = append(members, m)
	}
	start := time.Now()
	f := scanBytes("x.zip", rawZip{members: members}.bytes())
	wants(t, "2,000 members of the same bytes", f, inspect.NotRead, "zip-overlap")
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
	members = members[:0]
	for i := range 5000 { // each a stored member of nearly all of the file
		m := stored(fmt.Sprint(i), "")
		m.packed, m.plain = 1<<20, 1<<20
		if i == 0 {
			m = stored("0", strings.Repeat("\x00", 1<<20))
		} else {
			m.noLocal = true
			m.header = ^uint32(30+1+1<<20) + 1
		}
		members = append(members, m)
	}
	start = time.Now()
	wants(t, "5,000 stored members of the same bytes", scanBytes("x.zip", rawZip{members: members}.bytes()), inspect.NotRead, "limit", "zip-overlap")
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
	end := []byte("PK\x06\x06" + strings.Repeat("\x00", 20) + "\xff\xff\xff\xff\xff\xff\x00\x00\xff\xff\xff\xff\xff\xff\x00\x00" + strings.Repeat("\x00", 16) +
		"PK\x06\x07\x00\x00\x00\x00" + strings.Repeat("\x00", 8) + "\x01\x00\x00\x00PK\x05\x06\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00")
	z := append(rawZip{members: []rawMember{stored("a", "b")}}.bytes(), end...)
	if f := scanBytes("x.zip", z); f.Verdict < inspect.NotRead {
		t.Errorf("members without number: verdict %v", f.Verdict)
	}
}

// What Go writes, in all of its ways, is clean.
func TestZipsOfGo(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	r := rand.New(rand.NewSource(1))
	for i := range 200 {
		h := &zip.FileHeader{Name: fmt.Sprintf("folder/ä %d.txt", i), Method: uint16(i % 2 * 8)}
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		data := make([]byte, r.Intn(5000))
		r.Read(data)
		f.Write(data)
	}
	w.SetComment("with a comment")
	w.Close()
	wants(t, "Go's", scanBytes("x.zip", b.Bytes()), inspect.Clean)
}

func FuzzZip(f *testing.F) {
	f.Add(rawZip{members: []rawMember{stored("a.txt", "hello"), deflated("b.txt", strings.Repeat("so long ", 40))}}.bytes())
	f.Add(rawZip{front: "prefix", members: []rawMember{stored("a/", ""), with(stored("l", "/x"), func(m *rawMember) { m.mode = 0o120777 })}, after: "more"}.bytes())
	f.Fuzz(func(t *testing.T, b []byte) { scanBytes("x.zip", b) })
}

func BenchmarkZip(b *testing.B) {
	data := rawZip{members: []rawMember{stored("a/data.pkl", "hello"), stored("a/data/0", "1234"), stored("a/version", "3")}}.bytes()
	for b.Loop() {
		scanBytes("x.zip", data)
	}
}

func BenchmarkOpenZip(b *testing.B) {
	var members []rawMember
	for i := range 300 {
		members = append(members, stored(fmt.Sprintf("archive/data/%d", i), "0123456789"))
	}
	data := rawZip{members: members}.bytes()
	p := inspect.NewPart("x.zip", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
	for b.Loop() {
		if OpenZip(p) == nil {
			b.Fatal("no zip")
		}
	}
}
