package osv

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// An example is a question whose answer is yes, whatever kind of advisory the database holds; where none names a version there is no example.
func TestExampleIsAffected(t *testing.T) {
	for name, tt := range map[string]struct {
		records []string
		want    string
	}{
		"a range from the beginning": {[]string{`{"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "lamp"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}]}]}]}`}, "PyPI lamp 0.0.0"},
		"a range from a version on":  {[]string{`{"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "npm", "name": "@lamp/stand"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "2.1.0"}, {"fixed": "2.2.0"}]}]}]}`}, "npm @lamp/stand 2.1.0"},
		"a list of versions":         {[]string{`{"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "Maven", "name": "org.example:lamp"}, "versions": ["1.1"]}]}`}, "Maven org.example:lamp 1.1"},
		"the first ecosystem": {[]string{
			`{"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "npm", "name": "lamp"}, "versions": ["1.0.0"]}]}`,
			`{"id": "X-2", "modified": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "lamp"}, "versions": ["2.0"]}]}`}, "PyPI lamp 2"},
		"commits alone":                {[]string{`{"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "PyPI", "name": "lamp"}, "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}]}`}, ""},
		"a version that no file holds": {[]string{`{"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": [{"package": {"ecosystem": "npm", "name": "lamp"}, "versions": ["1.0\n--"]}]}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for i, r := range tt.records {
				if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(i)+".json"), []byte(r), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			db, err := Open(context.Background(), Options{Path: dir})
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			ecosystem, pkg, version, ok := db.Example()
			got := ""
			if ok {
				got = ecosystem + " " + pkg + " " + version
			}
			if got != tt.want {
				t.Fatalf("%q, want %q", got, tt.want)
			}
			if !ok {
				return
			}
			found, err := db.Find(ecosystem, pkg)
			if err != nil || len(found) != 1 || !found[0].Affects(ecosystem, version).Affected {
				t.Errorf("the database does not answer about its own example: %v %v", found, err)
			}
		})
	}
}
