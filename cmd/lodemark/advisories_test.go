package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func advisoriesZip(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("X-1.json")
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(`{"id":"X-1","modified":"2026-01-01T00:00:00Z","summary":"A flaw","affected":[{"package":{"ecosystem":"PyPI","name":"lamp"},"versions":["1.0"]}]}`))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// From a server to a finding: update fetches, and what compares afterwards needs nobody. The server stands on this machine.
func TestAdvisoriesFromAServer(t *testing.T) {
	body, asked := advisoriesZip(t), 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/zip")
		w.Header().Set("ETag", `"1"`)
		w.Write(body)
	}))
	dir := t.TempDir()
	db, app := filepath.Join(dir, "db"), filepath.Join(dir, "app")
	if err := os.MkdirAll(app, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(app, "requirements.txt"), []byte("lamp==1.0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	command := func(want int, args ...string) (stdout, stderr string) {
		t.Helper()
		var out, err bytes.Buffer
		if code := run(args, &out, &err); code != want {
			t.Errorf("%v ends with %d, want %d: %s%s", args, code, want, out.String(), err.String())
		}
		return out.String(), err.String()
	}
	update := []string{"advisories", "update", "--from", server.URL + "/PyPI/all.zip", "--to", db}
	if out, _ := command(exitOK, update...); !strings.Contains(out, filepath.Join("PyPI", "all.zip")+": 1 for PyPI advisories, 0 withdrawn left out, sha256:") {
		t.Errorf("%s", out)
	}
	if out, _ := command(exitOK, update...); !strings.Contains(out, "all.zip is unchanged") {
		t.Errorf("%s", out)
	}
	server.Close()
	if _, message := command(exitUnknown, update...); !strings.Contains(message, "hint: what was there is still in place") {
		t.Errorf("%s", message)
	}

	// Now whoever tries to talk to anybody fails.
	transport := http.DefaultTransport
	defer func() { http.DefaultTransport = transport }()
	tried := 0
	http.DefaultTransport = refusing(func(*http.Request) { tried++ })
	before := asked
	if _, message := command(exitGate, "advisories", app, "--database", db, "--cache", filepath.Join(dir, "cache"), "--fail-on", "high"); !strings.Contains(message, "gate: high X-1 in lamp 1.0 at requirements.txt:1") {
		t.Errorf("%s", message)
	}
	if tried > 0 || asked != before {
		t.Errorf("comparing asked somebody %d times", tried+asked-before)
	}
	if _, message := command(exitUnknown, update...); tried == 0 {
		t.Errorf("the trap does not see what fetching does: %s", message)
	}
}

type refusing func(*http.Request)

func (f refusing) RoundTrip(r *http.Request) (*http.Response, error) {
	f(r)
	return nil, errors.New("there is no network in this test")
}
