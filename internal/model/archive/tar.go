package archive

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Package archive/tar stops at the first header that is not as it should be, and hides where data lies. The readers in use
// differ: Python's stops silently, others search on. Here headers are searched for to the end.

const (
	tarBlock   = 512
	maxTarMeta = 1 << 20 // of one extended header or long name
	maxTarSkip = 64 << 20
)

// tarEntry is a member of a tar.
type tarEntry struct {
	name, link string
	kind       byte
	size       int64 // of its data in the archive
	header     int64
	body       int64
	sparse     bool
}

// tarReader walks the members of a tar.
type tarReader struct {
	p    *inspect.Part
	at   int64
	say  func(id string, at int64, format string, args ...any)
	next tarMeta           // for the next member alone
	all  map[string]string // for all that follow
}

type tarMeta struct {
	name, link string
	pax        map[string]string
}

// isTar checks the header's sum, which all tar formats share, where the oldest have no magic.
func isTar(p *inspect.Part) bool {
	h := p.Head()
	return len(h) >= tarBlock && tarSum(h[:tarBlock])
}

func tarSum(h []byte) bool {
	want, ok := tarNumber(h[148:156])
	if !ok || h[0] == 0 && string(h[257:262]) != "ustar" {
		return false
	}
	var unsigned, signed int64
	for i, b := range h[:tarBlock] {
		if i >= 148 && i < 156 {
			b = ' '
		}
		unsigned += int64(b)
		signed += int64(int8(b))
	}
	return want == unsigned || want == signed
}

// tarNumber reads octal text, or the binary form that large numbers take.
func tarNumber(b []byte) (int64, bool) {
	if b[0]&0x80 != 0 {
		var n int64
		for i, c := range b {
			if i == 0 {
				c &= 0x7f
			}
			if n > 1<<54 {
				return 0, false
			}
			n = n<<8 | int64(c)
		}
		return n, b[0] != 0xff
	}
	text := strings.Trim(string(b), " \x00")
	if i := strings.IndexByte(text, 0); i >= 0 {
		text = text[:i]
	}
	n, err := strconv.ParseInt(text, 8, 64)
	return n, err == nil && n >= 0
}

func text(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// member returns the next member, or nil at the end.
func (t *tarReader) member() *tarEntry {
	var h [tarBlock]byte
	empty := 0
	for {
		n, err := t.p.ReadAt(h[:], t.at)
		if n < tarBlock {
			t.short(h[:n], err, empty)
			return nil
		}
		switch {
		case len(bytes.Trim(h[:], "\x00")) == 0:
			t.at += tarBlock
			if empty++; empty >= 2 {
				if t.padding() {
					return nil
				}
				empty = 0
			}
			continue
		case !tarSum(h[:]):
			if !t.resume() {
				return nil
			}
			continue
		}
		if empty == 1 {
			t.say("tar-trailing", t.at, "members follow an empty block: some programs end there, others read on; all were looked at")
		}
		empty = 0
		e, last := t.header(h[:])
		if last {
			return nil
		}
		if e != nil {
			return e
		}
	}
}

// short says what is wrong with an end that is no end.
func (t *tarReader) short(rest []byte, err error, empty int) {
	switch {
	case err != nil && err != io.EOF:
		t.say("not-read", t.at, "%v", err)
	case len(rest) > 0 && len(bytes.Trim(rest, "\x00")) > 0:
		t.say("tar-truncated", t.at, "ends within a header: truncated or damaged")
	case empty == 0 && t.at > t.p.Size:
		// said where the member's data ended
	case empty == 0:
		t.say("tar-truncated", t.at, "has no end mark: truncated, or not written to its end")
	}
}

// padding skips zeros behind the end mark, and tells whether that was all there is. Members behind it are looked at, too.
func (t *tarReader) padding() bool {
	w := &window{t.p, make([]byte, 4<<10)}
	for at := t.at; at < t.p.Size; {
		b, err := w.read(at, t.p.Size)
		if i := bytes.IndexFunc(b, func(r rune) bool { return r != 0 }); i >= 0 {
			t.say("tar-trailing", at+int64(i), "bytes follow the end mark: some programs end there, others read on")
			t.at = (at + int64(i)) &^ (tarBlock - 1)
			return false
		}
		if err != nil && err != io.EOF || len(b) == 0 {
			break
		}
		at += int64(len(b))
	}
	return true
}

// resume searches for the next header after one that is damaged.
func (t *tarReader) resume() bool {
	t.say("tar-header", t.at, "a header has a wrong checksum: damaged; members after it were searched for")
	var h [tarBlock]byte
	for end := min(t.p.Size, t.at+maxTarSkip); t.at+tarBlock < end; {
		t.at += tarBlock
		if n, _ := t.p.ReadAt(h[:], t.at); n == tarBlock && tarSum(h[:]) {
			return true
		}
	}
	return false
}

// header reads one header. Both results are zero for one that only describes the next.
func (t *tarReader) header(h []byte) (e *tarEntry, last bool) {
	start := t.at
	size, ok := tarNumber(h[124:136])
	if !ok {
		t.say("tar-header", start, "a member's size is damaged")
		size = 0
	}
	kind := h[156]
	t.at += tarBlock
	switch kind {
	case 'x', 'g', 'L', 'K':
		data, ok := t.meta(size)
		if !ok {
			t.say("tar-header", start, "an extended header claims %d bytes: truncated or damaged", size)
			return nil, t.at >= t.p.Size
		}
		t.extend(kind, data, start)
		return nil, false
	}
	e = &tarEntry{name: text(h[:100]), link: text(h[157:257]), kind: kind, size: size, header: start}
	if string(h[257:263]) == "ustar\x00" {
		if prefix := text(h[345:500]); prefix != "" && kind != 'S' {
			e.name = prefix + "/" + e.name
		}
	}
	t.complete(e, h)
	if kind == 'S' && h[482] != 0 { // more of the list of what is there follows
		for more := true; more; t.at += tarBlock {
			var b [tarBlock]byte
			n, _ := t.p.ReadAt(b[:], t.at)
			more = n == tarBlock && b[504] != 0
		}
	}
	e.body = t.at
	if e.holdsNothing() && kind != '1' { // some readers skip data here, others do not: what follows is a header either way
		size = 0
		if e.size > 0 && kind != '5' {
			t.say("tar-header", start, "member %s is a link or a device, and has a size", inspect.Quote(e.name))
		}
	} else {
		size = e.size
	}
	if kind == '1' && t.headerFollows() {
		size = 0
	}
	if size > t.p.Size-t.at {
		t.say("tar-truncated", start, "member %s claims %d bytes, and %d are left: truncated or damaged", inspect.Quote(e.name), size, t.p.Size-t.at)
		e.size = t.p.Size - t.at
		t.at = t.p.Size + 1
		return e, false
	}
	t.at += (size + tarBlock - 1) &^ (tarBlock - 1)
	return e, false
}

func (t *tarReader) headerFollows() bool {
	var h [tarBlock]byte
	n, _ := t.p.ReadAt(h[:], t.at)
	return n < tarBlock || tarSum(h[:]) || len(bytes.Trim(h[:], "\x00")) == 0
}

// holdsNothing tells members without data: links, devices, folders, pipes.
func (e *tarEntry) holdsNothing() bool { return e.kind >= '1' && e.kind <= '6' }

func (t *tarReader) meta(size int64) ([]byte, bool) {
	at := t.at
	t.at += (size + tarBlock - 1) &^ (tarBlock - 1)
	if size < 0 || size > maxTarMeta {
		t.at = max(t.at, at)
		return nil, false
	}
	b, err := t.p.Read(at, int(size))
	return b, err == nil
}

// extend keeps what an extended header says.
func (t *tarReader) extend(kind byte, data []byte, at int64) {
	switch kind {
	case 'L':
		t.next.name = text(data)
		return
	case 'K':
		t.next.link = text(data)
		return
	}
	records, ok := paxRecords(data)
	if !ok {
		t.say("tar-header", at, "an extended header is damaged")
	}
	if kind == 'g' {
		t.all = records
		return
	}
	t.next.pax = records
}

// paxRecords reads lines of the form "length key=value".
func paxRecords(b []byte) (map[string]string, bool) {
	out := map[string]string{}
	for len(b) > 0 {
		if len(bytes.Trim(b, "\x00")) == 0 {
			return out, true
		}
		sp := bytes.IndexByte(b[:min(len(b), 20)], ' ')
		if sp < 0 {
			return out, false
		}
		n, err := strconv.Atoi(string(b[:sp]))
		if err != nil || n < sp+2 || n > len(b) || b[n-1] != '\n' {
			return out, false
		}
		key, value, ok := strings.Cut(string(b[sp+1:n-1]), "=")
		if !ok || len(out) > 1000 {
			return out, false
		}
		out[key] = value
		b = b[n:]
	}
	return out, true
}

// complete puts together what the headers in front say with the member's own.
func (t *tarReader) complete(e *tarEntry, h []byte) {
	get := func(key string) (string, bool) {
		if v, ok := t.next.pax[key]; ok {
			return v, true
		}
		v, ok := t.all[key]
		return v, ok
	}
	if t.next.name != "" {
		e.name = t.next.name
	}
	if t.next.link != "" {
		e.link = t.next.link
	}
	if v, ok := get("path"); ok {
		e.name = v
	}
	if v, ok := get("GNU.sparse.name"); ok {
		e.name = v
	}
	if v, ok := get("linkpath"); ok {
		e.link = v
	}
	if v, ok := get("size"); ok {
		if n, err := strconv.ParseInt(v, 10, 62); err == nil && n >= 0 {
			if e.size != 0 && e.size != n {
				t.say("tar-header", e.header, "member %s has a size of %d in one header and %d in another, and readers differ in which they believe", inspect.Quote(e.name), n, e.size)
			}
			e.size = n
		} else {
			t.say("tar-header", e.header, "an extended header's size is damaged")
		}
	}
	_, major := get("GNU.sparse.major")
	_, blocks := get("GNU.sparse.numblocks")
	_, list := get("GNU.sparse.map")
	e.sparse = h[156] == 'S' || major || blocks || list
	t.next = tarMeta{}
}

// EachTar calls visit for every member of a tar that holds data, with its name, offset and size, until it says no. Nothing
// is said of damage.
func EachTar(p *inspect.Part, visit func(name string, offset, size int64) bool) {
	t := &tarReader{p: p, say: func(string, int64, string, ...any) {}}
	for range maxEntries {
		e := t.member()
		if e == nil || !e.holdsNothing() && !visit(e.name, e.body, e.size) {
			return
		}
	}
}

// IsTar tells whether a part begins with the header of a tar.
func IsTar(p *inspect.Part) bool { return isTar(p) }

func tarFormat() inspect.Format {
	return inspect.Format{
		Name:       "tar",
		Doc:        "Unpacking a hostile tar can write outside its folder, directly or through links.",
		Endings:    []string{".tar"},
		Claims:     isTar,
		Scan:       ScanTar,
		Canary:     func() (string, []byte) { return CanaryTar("../canary.txt") },
		CanaryWant: inspect.Dangerous,
	}
}

// ScanTar looks at a tar and hands its members on.
func ScanTar(ctx context.Context, p *inspect.Part) error {
	t := &tarReader{p: p}
	said := 0
	t.say = func(id string, at int64, format string, args ...any) {
		if said++; said <= 16 {
			p.Say(inspect.NotRead, id, at, format, args...)
		}
	}
	s := &tarScan{ctx: ctx, p: p, say: t.say, names: map[string]*tarEntry{}}
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		e := t.member()
		if e == nil {
			return nil
		}
		if !p.Members(1) {
			p.Say(inspect.NotRead, "limit", e.header, "has more members than are looked at")
			return nil
		}
		s.member(e)
	}
}

type tarScan struct {
	ctx   context.Context
	p     *inspect.Part
	say   func(id string, at int64, format string, args ...any)
	names map[string]*tarEntry
}

func (s *tarScan) member(e *tarEntry) {
	p := s.p
	if len(e.name) > maxName {
		s.say("tar-name", e.header, "a member's name is %d bytes long", len(e.name))
		e.name = e.name[:maxName]
	}
	spelled(p, "tar-name", e.header, e.name)
	switch e.kind {
	case '2':
		linked(p, e.header, e.name, e.link)
	case '1': // the target of a hard link is relative to the folder it is unpacked into
		if escapes(e.link) {
			p.Say(inspect.Dangerous, "archive-escape", e.header, "unpacking member %s would make a link to %s, outside the folder it is unpacked into", inspect.Quote(e.name), inspect.Quote(e.link))
		}
	case '3', '4':
		p.Say(inspect.Dangerous, "tar-device", e.header, "unpacking member %s would make a device", inspect.Quote(e.name))
	case '6':
		p.Say(inspect.NotRead, "tar-device", e.header, "member %s is a pipe: a program that opens it waits for ever", inspect.Quote(e.name))
	}
	if e.holdsNothing() {
		if e.kind == '2' {
			s.names[e.name] = e
		}
		return
	}
	switch e.kind {
	case 0, '0', '7', 'S':
	case 'V', 'M', 'D', 'N':
		return // labels and lists of GNU tar
	default:
		s.say("tar-type", e.header, "member %s is of the unknown kind %q, which programs take for a file", inspect.Quote(e.name), string(rune(e.kind)))
	}
	s.duplicate(e)
	if strings.HasSuffix(e.name, "/") && e.size == 0 {
		return
	}
	if e.sparse {
		s.say("tar-sparse", e.header, "member %s is stored with holes; it was looked at as it is stored", inspect.Quote(e.name))
	}
	p.Member(s.ctx, resource(e.name), p.Section(e.body, e.size), e.size)
}

// duplicate says that a name comes again, with other content, or behind a link of that name.
func (s *tarScan) duplicate(e *tarEntry) {
	first, again := s.names[e.name]
	if !again {
		s.names[e.name] = e
		return
	}
	switch {
	case first.kind == '2':
		s.p.Say(inspect.Dangerous, "archive-escape", e.header, "unpacking member %s would write through the link of that name, to %s", inspect.Quote(e.name), inspect.Quote(first.link))
	case first.size == e.size && s.same(first, e):
		s.p.Say(inspect.Clean, "tar-duplicate", e.header, "has %s twice, with the same content", inspect.Quote(e.name))
	default:
		s.say("tar-duplicate", e.header, "has two members called %s, and readers differ in which they take; both were looked at", inspect.Quote(e.name))
	}
}

// same compares small members.
func (s *tarScan) same(a, b *tarEntry) bool {
	if a.size > 1<<20 {
		return false
	}
	x, err := s.p.Read(a.body, int(a.size))
	y, err2 := s.p.Read(b.body, int(b.size))
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

// CanaryTar is an inert tar of empty members of these names, for samples of formats that a tar carries.
func CanaryTar(names ...string) (string, []byte) {
	var out []byte
	for _, name := range names {
		h := make([]byte, tarBlock)
		copy(h, name)
		copy(h[100:], "0000644\x00")
		copy(h[124:], "00000000000\x00")
		h[156] = '0'
		var sum int
		for i, b := range h {
			if i >= 148 && i < 156 {
				b = ' '
			}
			sum += int(b)
		}
		copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
		out = append(out, h...)
	}
	return "canary.tar", append(out, make([]byte, 2*tarBlock)...)
}
