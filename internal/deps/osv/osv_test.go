package osv

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lodemark/lodemark"
)

// Packages and advisories here are made up.

// one is an advisory in JSON with the members that a test cares about.
func one(id, ecosystem, name, rest string) string {
	return fmt.Sprintf(`{"schema_version":"1.7.0","id":%q,"modified":"2026-01-02T03:04:05Z","summary":"A flaw in %s","affected":[{"package":{"ecosystem":%q,"name":%q},%s}]}`,
		id, name, ecosystem, name, rest)
}

func ranges(kind string, events ...string) string {
	var list []string
	for _, e := range events {
		word, version, _ := strings.Cut(e, " ")
		list = append(list, fmt.Sprintf(`{%q:%q}`, word, version))
	}
	return fmt.Sprintf(`"ranges":[{"type":%q,"events":[%s]}]`, kind, strings.Join(list, ","))
}

// folder writes files below a new folder, dated long ago so that an index of them is believed.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
		old := time.Now().Add(-time.Hour)
		if err := os.Chtimes(p, old, old); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func zipOf(t testing.TB, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, data)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func open(t testing.TB, o Options) *Database {
	t.Helper()
	d, err := Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func find(t testing.TB, d *Database, ecosystem, name string) []*Advisory {
	t.Helper()
	found, err := d.Find(ecosystem, name)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func ids(found []*Advisory) (all []string) {
	for _, a := range found {
		all = append(all, a.ID)
	}
	return all
}

// What a range says of a version, and which version ends it.
func TestAffects(t *testing.T) {
	for _, c := range []struct {
		ecosystem, ranges, version, want string
	}{
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "fixed 1.2"), "1.1.9", "fixed in 1.2"},
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "fixed 1.2"), "1.2", "no"},
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "fixed 1.2"), "1.2rc1", "fixed in 1.2"},
		{PyPI, ranges("ECOSYSTEM", "introduced 1.0", "fixed 1.2", "introduced 2.0", "fixed 2.1"), "2.0.5", "fixed in 2.1"},
		{PyPI, ranges("ECOSYSTEM", "introduced 1.0", "fixed 1.2", "introduced 2.0", "fixed 2.1"), "1.9", "no"},
		{PyPI, ranges("ECOSYSTEM", "introduced 2.0", "fixed 2.1", "introduced 1.0", "fixed 1.2"), "1.1", "fixed in 1.2"}, // in any order
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "last_affected 1.2"), "1.2", "no fix"},
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "last_affected 1.2"), "1.2.post1", "no"},
		{PyPI, ranges("ECOSYSTEM", "introduced 0"), "99", "no fix"},
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "last_affected 2.1.0"), "2.1.0+cu118", "no fix"}, // a build of 2.1.0
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "limit 2.0"), "1.9", "no fix"},
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "limit 2.0"), "2.0", "no"},
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "limit *"), "7", "no fix"},
		{PyPI, `"versions":["1.0","2023.7.22"]`, "1.0.0", "no fix"}, // one release, spelled in two ways
		{PyPI, `"versions":["1.0","2023.7.22"]`, "2023.07.22", "no fix"},
		{PyPI, `"versions":["1.0"]`, "1.1", "no"},
		{PyPI, `"versions":["2004d"]`, "2004d", "no fix"},
		{PyPI, `"versions":["3.0"],` + ranges("ECOSYSTEM", "introduced 0", "fixed 1.2"), "3.0", "no fix"}, // listed beside the range
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "fixed 1.2"), "2004d", "undecided: its version is none that PyPI can order"},
		{PyPI, ranges("ECOSYSTEM", "introduced 0", "fixed 2004d"), "1.0", "undecided: a range of the advisory names a version that PyPI cannot order"},
		{PyPI, ranges("GIT", "introduced 0", "fixed 8badf00d"), "1.0", "undecided: the advisory names commits and no versions"},
		{PyPI, `"versions":["1.0"],` + ranges("GIT", "introduced 0", "fixed 8badf00d"), "1.1", "no"},
		{NPM, ranges("SEMVER", "introduced 1.0.0", "fixed 1.2.3"), "1.2.3-rc.1", "fixed in 1.2.3"},
		{NPM, ranges("SEMVER", "introduced 1.0.0", "fixed 1.2.3"), "1.0.0-rc.1", "no"},
		// GitHub gives a range no end where nobody knew a version without the weakness, and says beside it how far it is known to reach.
		{NPM, `"database_specific":{"last_known_affected_version_range":"<= 1.4.2"},` + ranges("SEMVER", "introduced 1.0.0"), "1.4.2", "no fix"},
		{NPM, `"database_specific":{"last_known_affected_version_range":"<= 1.4.2"},` + ranges("SEMVER", "introduced 1.0.0"), "1.4.3", "undecided: the advisory is known to concern versions <= 1.4.2 and says nothing of later ones"},
		{NPM, `"database_specific":{"last_known_affected_version_range":"< 2.0.0"},` + ranges("SEMVER", "introduced 1.0.0"), "2.0.0", "undecided: the advisory is known to concern versions < 2.0.0 and says nothing of later ones"},
		{NPM, `"database_specific":{"last_known_affected_version_range":"< 2.0.0"},` + ranges("SEMVER", "introduced 1.0.0"), "0.9.0", "no"},
		{NPM, `"database_specific":{"last_known_affected_version_range":"<= 1.4.2"},` + ranges("SEMVER", "introduced 1.0.0", "fixed 1.6.0"), "1.5.0", "fixed in 1.6.0"}, // it has an end
		{NPM, `"versions":["1.5.0"],"database_specific":{"last_known_affected_version_range":"<= 1.4.2"},` + ranges("SEMVER", "introduced 1.0.0"), "1.5.0", "no fix"},   // but listed
		{NPM, `"versions":["99.99.99"]`, "99.99.99", "no fix"},
		{Go, ranges("SEMVER", "introduced 0", "fixed 0.17.0"), "v0.0.0-20220722155237-a158d28d115b", "fixed in 0.17.0"},
		{Go, ranges("SEMVER", "introduced 0", "fixed 0.17.0"), "v0.17.0", "no"},
		{Go, ranges("SEMVER", "introduced 0", "fixed 3.2.1"), "v3.2.0+incompatible", "fixed in 3.2.1"},
		{Cargo, ranges("SEMVER", "introduced 0.0.0-0", "fixed 0.3.47"), "0.3.41", "fixed in 0.3.47"},
		{Maven, ranges("ECOSYSTEM", "introduced 2.0-beta9", "fixed 2.15.0"), "2.14.1", "fixed in 2.15.0"},
		{Maven, ranges("ECOSYSTEM", "introduced 0", "fixed 1.0-rc2"), "1.0-alpha-3", "fixed in 1.0-rc2"},
		{Maven, ranges("ECOSYSTEM", "introduced 0", "fixed 31.1"), "31.1-jre", "no"},
	} {
		r, err := parse("x.json", []byte(one("X-1", c.ecosystem, "lamp", c.ranges)))
		if err != nil {
			t.Fatal(err)
		}
		got := "no"
		r.entries(func(ecosystem, _ string, a *Advisory) {
			stored, err := decodeAdvisory(a.encode(nil))
			if err != nil {
				t.Fatal(err)
			}
			switch answer := stored.Affects(ecosystem, c.version); {
			case answer.Affected && answer.Fixed == nil:
				got = "no fix"
			case answer.Affected:
				got = "fixed in " + strings.Join(answer.Fixed, ", ")
			case answer.Undecided != "":
				got = "undecided: " + answer.Undecided
			}
		})
		if got != c.want {
			t.Errorf("%s %s in %s: %s, want %s", c.ecosystem, c.version, c.ranges, got, c.want)
		}
	}
}

// A database is found in every arrangement that people keep one in, and each says the same.
func TestArrangements(t *testing.T) {
	a := one("GHSA-aaaa-0000-0001", PyPI, "Lamp_Shade", ranges("ECOSYSTEM", "introduced 0", "fixed 1.2"))
	b := one("GO-2026-0001", Go, "example.org/lamp", ranges("SEMVER", "introduced 0", "fixed 1.2.0"))
	y := "id: PYSEC-2026-1\nmodified: 2026-01-02T03:04:05Z\naliases:\n- CVE-2026-0001\ndetails: A flaw\n  in lamp-shade\naffected:\n- package:\n    ecosystem: PyPI\n    name: lamp-shade\n" +
		"  ranges:\n  - type: GIT\n    repo: https://example.org/lamp\n    events:\n    - introduced: \"0\"\n  - type: ECOSYSTEM\n    events:\n    - introduced: \"0\"\n    - fixed: 1.10\n  versions:\n  - 1.0\n  - \"1.9\"\n"
	for name, c := range map[string]struct {
		path  string
		shade []string
		lamp  int
	}{
		"a plain folder":        {folder(t, map[string]string{"a.json": a, "b.json": b}), []string{"GHSA-aaaa-0000-0001"}, 1},
		"a folder an ecosystem": {folder(t, map[string]string{"PyPI/GHSA-a.json": a, "Go/GO-b.json": b, "README.md": "notes", "PyPI/.github/x.json": "not one"}), []string{"GHSA-aaaa-0000-0001"}, 1},
		"a zip an ecosystem":    {folder(t, map[string]string{"PyPI/all.zip": zipOf(t, map[string]string{"a.json": a}), "Go/all.zip": zipOf(t, map[string]string{"b.json": b})}), []string{"GHSA-aaaa-0000-0001"}, 1},
		"one zip":               {filepath.Join(folder(t, map[string]string{"all.zip": zipOf(t, map[string]string{"PyPI/a.json": a, "b.json": b}), "c.json": "not looked at"}), "all.zip"), []string{"GHSA-aaaa-0000-0001"}, 1},
		"YAML beside JSON":      {folder(t, map[string]string{"vulns/lamp-shade/PYSEC-2026-1.yaml": y, "a.json": a}), []string{"GHSA-aaaa-0000-0001", "PYSEC-2026-1"}, 0},
	} {
		d := open(t, Options{Path: c.path})
		if got := ids(find(t, d, PyPI, "lamp.shade")); !slices.Equal(got, c.shade) {
			t.Errorf("%s: %v, want %v", name, got, c.shade)
		}
		if got := find(t, d, Go, "example.org/lamp"); len(got) != c.lamp {
			t.Errorf("%s: %d for the Go module", name, len(got))
		}
		if got := find(t, d, PyPI, "lamp"); len(got) != 0 {
			t.Errorf("%s: %v for a package that nobody warns of", name, ids(got))
		}
		if info := d.Info(); info.Broken != 0 || info.Newest[PyPI].Format(time.RFC3339) != "2026-01-02T03:04:05Z" || !strings.HasPrefix(info.Digest, "sha256:") {
			t.Errorf("%s: %+v", name, info)
		}
	}
	d := open(t, Options{Path: folder(t, map[string]string{"y.yml": y})})
	got := find(t, d, PyPI, "lamp-shade")[0]
	if diff := cmp.Diff([]string{"CVE-2026-0001"}, got.Aliases); diff != "" || got.Title != "A flaw in lamp-shade" {
		t.Errorf("%q %s", got.Title, diff)
	}
	if a := got.Affects(PyPI, "1.9"); !a.Affected || !slices.Equal(a.Fixed, []string{"1.10"}) { // not the number 1.1
		t.Errorf("%+v", a)
	}
}

// What is withdrawn is left out, what another ecosystem has is counted, and what cannot be read is told by name.
func TestWhatIsLeftOutIsTold(t *testing.T) {
	gone := strings.Replace(one("X-2", PyPI, "lamp", `"versions":["1.0"]`), `"summary"`, `"withdrawn":"2026-02-01T00:00:00Z","summary"`, 1)
	dir := folder(t, map[string]string{"1.json": one("X-1", PyPI, "lamp", `"versions":["1.0"]`), "2.json": gone, "3.json": one("X-3", "Packagist", "lamp/lamp", `"versions":["1.0"]`),
		"4.json": one("X-4", "Maven:https://repo.example.org", "org.example:lamp", `"versions":["1.0"]`), "5.json": "{", "6.json": `{"name": "a package.json"}`, "7.yaml": "a: [b",
		"8.json": `{"id":"X-8","modified":"yesterday"}`, "9.json": `{"id":5}`})
	d := open(t, Options{Path: dir})
	if got := ids(find(t, d, PyPI, "lamp")); !slices.Equal(got, []string{"X-1"}) {
		t.Errorf("%v", got)
	}
	info := d.Info()
	if info.Withdrawn != 1 || info.Others != 2 || info.Broken != 5 || info.Advisories[PyPI] != 1 {
		t.Errorf("%+v", info)
	}
	var gaps []string
	for _, g := range info.Gaps {
		gaps = append(gaps, g.Path+": "+g.Reason)
	}
	want := []string{"5.json: line 1: unexpected end of JSON input", "6.json: no advisory: it has no id", "7.yaml: line 1: did not find expected ',' or ']'", `8.json: modified is "yesterday", and no time`,
		"9.json: line 1: json: cannot unmarshal number into Go struct field record.id of type string"}
	if diff := cmp.Diff(want, gaps); diff != "" {
		t.Error(diff)
	}
	if d.Covers(NPM) || !d.Covers(PyPI) {
		t.Error("an ecosystem without advisories is not covered")
	}
}

// How bad it is, and who says so.
func TestRating(t *testing.T) {
	for _, c := range []struct {
		members, id string
		want        Rating
	}{
		{`"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]`, "X", Rating{lodemark.SeverityCritical, true, "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}},
		{`"severity":[{"type":"CVSS_V3","score":"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}]`, "X", Rating{lodemark.SeverityHigh, true, "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}},
		{`"severity":[{"type":"CVSS_V2","score":"AV:N/AC:M/Au:N/C:P/I:N/A:N"}]`, "X", Rating{lodemark.SeverityMedium, true, "AV:N/AC:M/Au:N/C:P/I:N/A:N"}},
		{`"severity":[{"type":"CVSS_V2","score":"AV:N/AC:L/Au:N/C:C/I:C/A:C"}]`, "X", Rating{lodemark.SeverityHigh, true, "AV:N/AC:L/Au:N/C:C/I:C/A:C"}},
		{`"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},{"type":"CVSS_V4","score":"CVSS:4.0/AV:L/AC:L/AT:P/PR:N/UI:P/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N"}]`, "X",
			Rating{lodemark.SeverityLow, true, "CVSS:4.0/AV:L/AC:L/AT:P/PR:N/UI:P/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N"}}, // the newest version says it best
		{`"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}],"database_specific":{"severity":"MODERATE"}`, "X", Rating{lodemark.SeverityMedium, true, "database"}},
		{`"database_specific":{"severity":7}`, "X", Rating{lodemark.SeverityHigh, false, ""}},
		{`"details":"nobody rated it"`, "X", Rating{lodemark.SeverityHigh, false, ""}},
		{`"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}]`, "MAL-2026-1", Rating{lodemark.SeverityCritical, true, "malicious"}},
		{`"aliases":["MAL-2026-1"]`, "GHSA-x", Rating{lodemark.SeverityCritical, true, "malicious"}},
	} {
		r, err := parse("x.json", []byte(`{"id":"`+c.id+`","modified":"2026-01-02T03:04:05Z","affected":[{"package":{"ecosystem":"npm","name":"lamp"}}],`+c.members+`}`))
		if err != nil {
			t.Fatalf("%s: %v", c.members, err)
		}
		if got := r.rate(&r.Affected[0]); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.members, got, c.want)
		}
	}
	for word, want := range map[string]Rating{"unmaintained": {lodemark.SeverityInfo, true, "unmaintained"}, "unsound": {lodemark.SeverityLow, true, "unsound"}} {
		r, err := parse("x.json", []byte(one("RUSTSEC-1", Cargo, "lamp", `"database_specific":{"informational":"`+word+`","categories":[]}`)))
		if err != nil {
			t.Fatal(err)
		}
		if got := r.rate(&r.Affected[0]); got != want {
			t.Errorf("%s: %+v", word, got)
		}
	}
}

// The index is taken from the cache while nothing changed, and never believed when something did, or when it is damaged.
func TestIndex(t *testing.T) {
	dir := folder(t, map[string]string{"1.json": one("X-1", PyPI, "lamp", `"versions":["1.0"]`)})
	cache := filepath.Join(t.TempDir(), "cache")
	made := func() (string, time.Time) {
		t.Helper()
		entries, err := os.ReadDir(cache)
		if err != nil || len(entries) == 0 {
			t.Fatal(err, len(entries))
		}
		info, err := entries[len(entries)-1].Info()
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Join(cache, info.Name()), info.ModTime()
	}
	ask := func() []string {
		t.Helper()
		d := open(t, Options{Path: dir, Cache: cache})
		return ids(find(t, d, PyPI, "lamp"))
	}
	ask()
	index, first := made()
	if ask(); true {
		if _, second := made(); second != first {
			t.Error("the index is made anew although nothing changed")
		}
	}
	for name, harm := range map[string]func([]byte) []byte{
		"cut":     func(b []byte) []byte { return b[:len(b)-3] },
		"empty":   func([]byte) []byte { return nil },
		"changed": func(b []byte) []byte { b[len(b)-20] ^= 1; return b },
		"longer":  func(b []byte) []byte { return append(b, 0) },
		"other":   func(b []byte) []byte { return append([]byte("something"), b...) },
	} {
		data, err := os.ReadFile(index)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(index, harm(slices.Clone(data)), 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := Open(context.Background(), Options{Path: dir, Cache: cache})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if found, err := d.Find(PyPI, "lamp"); err == nil && len(found) != 1 {
			t.Errorf("%s: the index answers %v", name, ids(found)) // an error is honest, silence is not
		} else if err != nil && !IsDamaged(err) {
			t.Errorf("%s: %v", name, err)
		}
		d.Close()
		if err := os.WriteFile(index, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	more := filepath.Join(dir, "2.json")
	if err := os.WriteFile(more, []byte(one("X-2", PyPI, "lamp", `"versions":["1.0"]`)), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := ask(); !slices.Equal(got, []string{"X-1", "X-2"}) {
		t.Errorf("after a change: %v", got)
	}
	// The file is seconds old: a change within the grain of the clock would show no other time, so the index is not believed yet.
	info, err := os.Stat(more)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(more, []byte(one("X-3", PyPI, "lamp", `"versions":["1.0"]`)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(more, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	if got := ask(); !slices.Equal(got, []string{"X-1", "X-3"}) {
		t.Errorf("after a change that no time shows: %v", got)
	}
}

// A zip that a fetch put there is held to the digest beside it.
func TestAZipIsHeldToItsDigest(t *testing.T) {
	z := zipOf(t, map[string]string{"1.json": one("X-1", PyPI, "lamp", `"versions":["1.0"]`)})
	dir := folder(t, map[string]string{"all.zip": z, "all.zip.sha256": strings.Repeat("0", 64) + "  all.zip\n"})
	for _, path := range []string{dir, filepath.Join(dir, "all.zip")} {
		if _, err := Open(context.Background(), Options{Path: path}); err == nil || !strings.Contains(err.Error(), "is not what was fetched") {
			t.Errorf("%v", err)
		}
	}
}

// The same id twice is one advisory, as it was changed last; several entries for one package are all looked at.
func TestOneIDTwice(t *testing.T) {
	older := one("X-1", PyPI, "lamp", ranges("ECOSYSTEM", "introduced 0"))
	newer := strings.Replace(one("X-1", PyPI, "lamp", ranges("ECOSYSTEM", "introduced 0", "fixed 2.0")), "2026-01-02", "2026-05-02", 1)
	d := open(t, Options{Path: folder(t, map[string]string{"a/X-1.json": older, "b/X-1.json": newer})})
	found := find(t, d, PyPI, "lamp")
	if len(found) != 1 || found[0].Affects(PyPI, "2.1").Affected {
		t.Errorf("%d, and the older says more", len(found))
	}
	twice := `{"id":"X-2","modified":"2026-01-02T03:04:05Z","affected":[{"package":{"ecosystem":"PyPI","name":"lamp"},` + ranges("ECOSYSTEM", "introduced 1", "fixed 1.5") +
		`},{"package":{"ecosystem":"PyPI","name":"Lamp"},` + ranges("ECOSYSTEM", "introduced 2", "fixed 2.5") + `}]}`
	d = open(t, Options{Path: folder(t, map[string]string{"1.json": twice})})
	hits := 0
	for _, a := range find(t, d, PyPI, "LAMP") {
		if a.Affects(PyPI, "2.1").Affected {
			hits++
		}
	}
	if hits != 1 {
		t.Errorf("%d of the entries for one package say so", hits)
	}
}

func TestBrokenPlaces(t *testing.T) {
	if _, err := Open(context.Background(), Options{Path: filepath.Join(t.TempDir(), "none")}); !IsMissing(err) {
		t.Errorf("%v", err)
	}
	if _, err := Open(context.Background(), Options{Path: filepath.Join(folder(t, map[string]string{"x.zip": "no zip"}), "x.zip")}); err == nil || !strings.Contains(err.Error(), "not an archive") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, Options{Path: folder(t, map[string]string{"1.json": "{}"})}); err == nil {
		t.Error("a cancelled context is no error")
	}
}

// Hostile zips and records cost little and hide nothing.
func TestHostile(t *testing.T) {
	good := one("X-1", PyPI, "lamp", `"versions":["1.0"]`)
	many := strings.Repeat(`"1.0",`, maxVersions) + `"1.0"`
	var stored bytes.Buffer
	z := zip.NewWriter(&stored)
	w, _ := z.Create("bomb.json")
	io.Copy(w, io.LimitReader(zeros{}, 16<<20))
	w, _ = z.Create("../../escape.json")
	io.WriteString(w, good)
	z.Close()
	dir := folder(t, map[string]string{"a.zip": stored.String(), "deep.json": `{"id":` + strings.Repeat("[", 100_000), "many.json": one("X-2", PyPI, "lamp", `"versions":[`+many+`]`),
		"alias.yaml": "a: &a [1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\nid: [*f,*f,*f,*f,*f,*f,*f,*f]\n",
		"name.json":  one("X-3", PyPI, strings.Repeat("n", 2000), `"versions":["1.0"]`), "large.json": strings.Repeat(" ", maxRecord+1)})
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link.json")); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	d := open(t, Options{Path: dir})
	if spent := time.Since(start); spent > 30*time.Second {
		t.Errorf("%v", spent)
	}
	if got := ids(find(t, d, PyPI, "lamp")); !slices.Equal(got, []string{"X-1"}) {
		t.Errorf("%v", got) // a name that would leave the folder is only a name: nothing is unpacked
	}
	said := fmt.Sprint(d.Info().Gaps)
	for _, want := range []string{"a.zip!bomb.json", "deep.json", "many.json", "alias.yaml", "name.json", "large.json"} {
		if !strings.Contains(said, want) {
			t.Errorf("%s is not told in %s", want, said)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Text of an advisory is anybody's: it is cut, and addresses that are none are left out.
func TestWhatIsKeptIsBounded(t *testing.T) {
	r, err := parse("x.json", []byte(`{"id":"X-1","modified":"2026-01-02T03:04:05Z","details":"`+strings.Repeat("lángas ", 10_000)+`","affected":[{"package":{"ecosystem":"PyPI","name":"lamp"}}],`+
		`"references":[{"type":"WEB","url":"javascript:alert(1)"},{"type":"WEB","url":"https://example.org/a b"},{"type":"FIX","url":"https://example.org/fix"},{"type":"ADVISORY","url":"https://example.org/advisory"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	a := r.advisory(PyPI, &r.Affected[0])
	if len(a.Title) > titleBytes+len("…") || !strings.HasSuffix(a.Title, "…") {
		t.Errorf("%d bytes: %q", len(a.Title), a.Title)
	}
	if diff := cmp.Diff([]string{"https://example.org/advisory", "https://example.org/fix"}, a.Refs); diff != "" {
		t.Error(diff)
	}
}

// A question reads one bucket, whatever the size of the database; the index takes what it needs and no more.
func TestManyAdvisoriesTakeLittleMemory(t *testing.T) {
	files := map[string]string{}
	for i := range 4000 {
		id := fmt.Sprintf("MAL-2026-%d", i)
		files[id+".json"] = one(id, NPM, fmt.Sprintf("lamp-%d", i), `"versions":["1.0.0"]`)
	}
	path := filepath.Join(folder(t, map[string]string{"all.zip": zipOf(t, files)}), "all.zip")
	d := open(t, Options{Path: path, Cache: t.TempDir()})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 500 {
		if found := find(t, d, NPM, fmt.Sprintf("lamp-%d", i*7)); len(found) != 1 || !found[0].Malicious {
			t.Fatalf("lamp-%d: %v", i*7, ids(found))
		}
	}
	runtime.ReadMemStats(&after)
	if each := (after.TotalAlloc - before.TotalAlloc) / 500; each > 8<<10 {
		t.Errorf("a question takes %d bytes", each)
	}
}

// The order of Maven's versions, as its POM reference gives it.
func TestMavenOrder(t *testing.T) {
	for _, c := range []struct{ a, sign, b string }{
		{"1", "=", "1.0"}, {"1", "=", "1.ga"}, {"1-ga", "=", "1"}, {"1-0", "=", "1"}, {"1-a1", "=", "1-alpha-1"}, {"1-cr1", "=", "1-rc1"}, {"1.0-RC1", "=", "1.0-rc1"},
		{"1-alpha", "<", "1-beta"}, {"1-beta", "<", "1-milestone"}, {"1-milestone", "<", "1-rc"}, {"1-rc", "<", "1-snapshot"}, {"1-snapshot", "<", "1"}, {"1", "<", "1-sp"}, {"1-sp", "<", "1-foo"},
		{"1-foo2", "<", "1-foo10"}, {"1-foo", "<", "1-1"}, {"1-1", "<", "1.1"}, {"2.9", "<", "2.10"}, {"2.14.1", "<", "2.15.0"}, {"31.0-jre", "<", "31.1-jre"}, {"4.1.100.Final", "<", "4.1.101.Final"},
	} {
		x, ok := parseVersion(Maven, c.a)
		y, also := parseVersion(Maven, c.b)
		if !ok || !also {
			t.Errorf("%s or %s is refused", c.a, c.b)
			continue
		}
		got := map[bool]string{true: "<", false: "="}[x.compare(y) < 0]
		if x.compare(y) > 0 {
			got = ">"
		}
		if got != c.sign {
			t.Errorf("%s %s %s, want %s", c.a, got, c.b, c.sign)
		}
	}
}
