package osv

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"
)

// Whatever a file of a database holds, what is kept of it is bounded, survives the index, and is asked without a panic.
func FuzzRecord(f *testing.F) {
	f.Add("a.json", []byte(one("X-1", PyPI, "lamp", `"versions":["1.0"],`+ranges("ECOSYSTEM", "introduced 0", "fixed 1.2"))))
	f.Add("a.json", []byte(one("MAL-1", NPM, "@lamp/shade", ranges("SEMVER", "introduced 0"))))
	f.Add("a.yaml", []byte("id: X-1\nmodified: 2026-01-02T03:04:05Z\naffected:\n- package: {ecosystem: PyPI, name: lamp}\n  versions: [1.0, 2004d]\n  ranges:\n  - type: ECOSYSTEM\n    events: [{introduced: '0'}, {limit: 2}]\n"))
	f.Add("a.yaml", []byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		r, err := parse(name, data)
		if err != nil {
			return
		}
		r.entries(func(ecosystem, name string, a *Advisory) {
			if len(a.Title) > titleBytes+4 || !utf8.ValidString(a.Title) || len(a.Refs) > maxRefs {
				t.Errorf("%q %q", a.Title, a.Refs)
			}
			stored, err := decodeAdvisory(a.encode(nil))
			if err != nil {
				t.Fatalf("%+v: %v", a, err)
			}
			for _, v := range []string{"1.0", "v0.0.0-20200101000000-abcdefabcdef", "99", "2004d", ""} {
				if x, y := a.Affects(ecosystem, v), stored.Affects(ecosystem, v); x.Affected != y.Affected || x.Undecided != y.Undecided {
					t.Errorf("%s: %+v and %+v", v, x, y)
				}
			}
		})
	})
}

// Versions of all ecosystems: no panic, and an order that holds both ways.
func FuzzVersions(f *testing.F) {
	for _, pair := range [][2]string{{"1.0", "1.0.0"}, {"1!2.0rc1.post0.dev3+cu118", "v1_a"}, {"1.2.3-rc.1+b", "1.2.3"}, {"2.0-beta9", "2.0-SNAPSHOT"}, {"0.0.0-20200101000000-abcdefabcdef", "2.0.0+incompatible"}} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, ecosystem := range Ecosystems() {
			x, ok := parseVersion(ecosystem, a)
			y, also := parseVersion(ecosystem, b)
			versionKey(ecosystem, a)
			if ok && also && (x.compare(y) > 0) != (y.compare(x) < 0) {
				t.Errorf("%s: %q and %q are in both orders", ecosystem, a, b)
			}
			if ok && x.compare(x) != 0 {
				t.Errorf("%s: %q is not itself", ecosystem, a)
			}
			SortVersions(ecosystem, []string{a, b, a})
		}
	})
}

// An index that anybody wrote: an error, or advisories; never a panic, and no memory that it only claims.
func FuzzIndex(f *testing.F) {
	dir := folder(f, map[string]string{"1.json": one("X-1", PyPI, "lamp", `"versions":["1.0"]`)})
	cache := f.TempDir()
	open(f, Options{Path: dir, Cache: cache})
	entries, err := os.ReadDir(cache)
	if err != nil || len(entries) != 1 {
		f.Fatal(err, len(entries))
	}
	data, err := os.ReadFile(filepath.Join(cache, entries[0].Name()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:40])
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := newDatabase(bytes.NewReader(data), int64(len(data)), func() error { return nil })
		if err != nil {
			return
		}
		defer d.Close()
		d.Find(PyPI, "lamp")
		d.Find(Go, "lamp")
	})
}
