package osv

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// Bounds on what is kept of one advisory.
const (
	maxRefs    = 8
	maxCWEs    = 8
	maxImports = 12
	refBytes   = 500
)

// entries turns a record into what is kept for each package that we can know of.
func (r *record) entries(each func(ecosystem, name string, a *Advisory)) {
	for i := range r.Affected {
		a := &r.Affected[i]
		ecosystem := a.Package.Ecosystem
		if ecosystem == "Maven:https://repo.maven.apache.org/maven2" || ecosystem == "Maven:https://repo1.maven.org/maven2" {
			ecosystem = Maven
		}
		if _, known := systemOf(ecosystem); !known || a.Package.Name == "" {
			continue
		}
		each(ecosystem, PackageKey(ecosystem, a.Package.Name), r.advisory(ecosystem, a))
	}
}

func (r *record) advisory(ecosystem string, a *affected) *Advisory {
	out := &Advisory{ID: r.ID, Title: r.title(), Rating: r.rate(a), Malicious: r.malicious(), Modified: timeOf(r.Modified), Published: timeOf(r.Published)}
	for _, alias := range r.Aliases {
		if alias != "" && alias != r.ID && len(alias) <= nameBytes {
			out.Aliases = append(out.Aliases, alias)
		}
	}
	for _, kind := range []string{"ADVISORY", "FIX", "REPORT", "WEB", "ARTICLE", "EVIDENCE"} {
		for _, ref := range r.Refs {
			if ref.Type == kind && len(out.Refs) < maxRefs && len(ref.URL) <= refBytes && isWebAddress(ref.URL) && !slices.Contains(out.Refs, ref.URL) {
				out.Refs = append(out.Refs, ref.URL)
			}
		}
	}
	for _, cwe := range append(slices.Clone(r.Database.CWEs), a.Database.CWEs...) {
		if len(cwe) <= 20 && len(out.CWEs) < maxCWEs && !slices.Contains(out.CWEs, cwe) {
			out.CWEs = append(out.CWEs, cwe)
		}
	}
	if known := strings.TrimSpace(a.Database.Known); len(known) <= versionBytes {
		out.known = known
	}
	imports := a.Ecosystem.Imports
	out.Imports = imports[:min(len(imports), maxImports)]
	out.spans, out.commits = spansOf(a)
	out.versions = out.unspanned(ecosystem, a.Versions)
	return out
}

// isWebAddress lets through what a report may show as an address; an advisory is written by anybody.
func isWebAddress(s string) bool {
	return (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '"' || r == '<' || r == '>' })
}

func timeOf(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// unspanned leaves out the listed versions that a range holds anyhow, which is nearly all: the list of a package is often made from
// its ranges.
func (a *Advisory) unspanned(ecosystem string, versions []string) (keys []string) {
	for _, v := range versions {
		if at, ok := parseVersion(ecosystem, v); ok && slices.ContainsFunc(a.spans, func(s span) bool {
			in, _, _ := s.holds(ecosystem, at)
			return in && !a.beyond(ecosystem, s, at)
		}) {
			continue
		}
		if len(v) <= versionBytes {
			keys = append(keys, versionKey(ecosystem, v))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// The form of an advisory in the index: numbers as varints, texts with their length before them. Only we write it, yet a disk can
// fail and a cache can be anybody's: reading it trusts nothing.

func (a *Advisory) encode(b []byte) []byte {
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	texts := func(all []string) {
		b = binary.AppendUvarint(b, uint64(len(all)))
		for _, s := range all {
			text(s)
		}
	}
	text(a.ID)
	texts(a.Aliases)
	text(a.Title)
	flags := byte(0)
	for i, set := range []bool{a.Rating.Rated, a.Malicious, a.commits} {
		if set {
			flags |= 1 << i
		}
	}
	b = append(b, byte(a.Rating.Severity), flags)
	text(a.Rating.From)
	b = binary.AppendVarint(b, a.Modified.Unix())
	b = binary.AppendVarint(b, a.Published.Unix())
	texts(a.Refs)
	texts(a.CWEs)
	texts(a.Imports)
	text(a.known)
	b = binary.AppendUvarint(b, uint64(len(a.spans)))
	for _, s := range a.spans {
		b = binary.AppendUvarint(b, uint64(len(s.events)))
		for _, m := range s.events {
			b = append(b, byte(m.kind))
			text(m.version)
		}
	}
	texts(a.versions)
	return b
}

var errDamaged = errors.New("the index is damaged")

// decoder reads what encode wrote; after the first mistake all that follows is empty.
type decoder struct {
	data []byte
	bad  bool
}

func (d *decoder) number() uint64 {
	n, size := binary.Uvarint(d.data)
	if size <= 0 {
		d.data, d.bad = nil, true
		return 0
	}
	d.data = d.data[size:]
	return n
}

func (d *decoder) signed() int64 {
	n, size := binary.Varint(d.data)
	if size <= 0 {
		d.data, d.bad = nil, true
		return 0
	}
	d.data = d.data[size:]
	return n
}

func (d *decoder) byte() byte {
	if len(d.data) == 0 {
		d.bad = true
		return 0
	}
	c := d.data[0]
	d.data = d.data[1:]
	return c
}

func (d *decoder) bytes() []byte {
	n := d.number()
	if n > uint64(len(d.data)) {
		d.data, d.bad = nil, true
		return nil
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b
}

func (d *decoder) text() string { return string(d.bytes()) }

// count reads how many follow: each takes a byte at least.
func (d *decoder) count() int {
	n := d.number()
	if n > uint64(len(d.data)) {
		d.data, d.bad = nil, true
		return 0
	}
	return int(n)
}

func (d *decoder) texts() (all []string) {
	for range d.count() {
		all = append(all, d.text())
	}
	return all
}

func decodeAdvisory(data []byte) (*Advisory, error) {
	d := decoder{data: data}
	a := &Advisory{ID: d.text(), Aliases: d.texts(), Title: d.text()}
	severity, flags := d.byte(), d.byte()
	a.Rating = Rating{Severity: lodemark.Severity(severity), Rated: flags&1 != 0, From: d.text()}
	a.Malicious, a.commits = flags&2 != 0, flags&4 != 0
	a.Modified, a.Published = time.Unix(d.signed(), 0).UTC(), time.Unix(d.signed(), 0).UTC()
	a.Refs, a.CWEs, a.Imports, a.known = d.texts(), d.texts(), d.texts(), d.text()
	for range d.count() {
		var s span
		for range d.count() {
			s.events = append(s.events, mark{kind(d.byte()), d.text()})
		}
		a.spans = append(a.spans, s)
	}
	a.versions = d.texts()
	if d.bad || len(d.data) > 0 || a.Rating.Severity > lodemark.SeverityCritical || a.ID == "" {
		return nil, errDamaged
	}
	return a, nil
}
