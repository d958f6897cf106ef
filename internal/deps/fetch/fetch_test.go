package fetch

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/deps/osv"
)

func record(id, day string) string {
	return fmt.Sprintf(`{"id":%q,"modified":"%sT00:00:00Z","summary":"A flaw","affected":[{"package":{"ecosystem":"PyPI","name":"lamp"},"versions":["1.0"]}]}`, id, day)
}

func zipOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, data := range files {
		w, err := z.Create(fmt.Sprintf("%d.json", i))
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, data)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// server answers each request with what its handler does at the time; requests are kept.
type server struct {
	*httptest.Server
	handle http.HandlerFunc
	seen   []*http.Request
}

func serve(t *testing.T) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.seen = append(s.seen, r)
		s.handle(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func sends(kind string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("ETag", `"one"`)
		w.Header().Set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
		w.Write(body)
	}
}

// files lists what is below a folder, so that nothing half-made stays anywhere.
func files(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, name)
			all = append(all, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What is fetched stands there with its digest and its origin, and is what the command reads.
func TestUpdate(t *testing.T) {
	s, dir := serve(t), t.TempDir()
	body := zipOf(t, record("X-1", "2026-01-02"))
	s.handle = sends("application/zip", body)
	o := Options{From: s.URL + "/PyPI/all.zip", To: dir}
	done, err := Update(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if done.Info.Advisories["PyPI"] != 1 || done.Unchanged || s.seen[0].Header.Get("If-None-Match") != "" {
		t.Errorf("%+v", done)
	}
	if got := files(t, dir); !slices.Equal(got, []string{"PyPI/all.zip", "PyPI/all.zip.origin.json", "PyPI/all.zip.sha256"}) {
		t.Errorf("%v", got)
	}
	sum := sha256.Sum256(body)
	noted, err := os.ReadFile(filepath.Join(dir, "PyPI", "all.zip.sha256"))
	if want := hex.EncodeToString(sum[:]) + "  all.zip\n"; err != nil || string(noted) != want {
		t.Errorf("%q, want %q (%v)", noted, want, err)
	}
	db, err := osv.Open(context.Background(), osv.Options{Path: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if found, err := db.Find("PyPI", "lamp"); err != nil || len(found) != 1 {
		t.Errorf("%v %v", found, err)
	}

	// The next time the server is asked for what is newer only.
	s.handle = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != `"one"` || r.Header.Get("If-Modified-Since") != "Thu, 01 Jan 2026 00:00:00 GMT" {
			t.Errorf("%v", r.Header)
		}
		w.WriteHeader(http.StatusNotModified)
	}
	if done, err = Update(context.Background(), o); err != nil || !done.Unchanged {
		t.Errorf("%+v %v", done, err)
	}

	// Not when what is in place is no longer what was fetched.
	if err := os.WriteFile(filepath.Join(dir, "PyPI", "all.zip"), []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.handle = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			t.Error("asks whether a changed file is the newest")
		}
		sends("application/octet-stream", body)(w, r)
	}
	if done, err = Update(context.Background(), o); err != nil || done.Unchanged {
		t.Errorf("%+v %v", done, err)
	}
}

// Whatever is wrong with what comes, or with the way to it, what was there stays as it was.
func TestRefused(t *testing.T) {
	good := zipOf(t, record("X-1", "2026-01-02"), record("X-2", "2026-01-02"))
	elsewhere := serve(t)
	elsewhere.handle = sends("application/zip", good)
	other := strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		change func(*Options)
		want   string
	}{
		"not found":               {func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, nil, "the server answers 404 Not Found"},
		"a page instead of a zip": {sends("text/html; charset=utf-8", []byte("<html>log in</html>")), nil, `the server sends "text/html", and no zip`},
		"no zip":                  {sends("application/zip", []byte("not a zip at all")), nil, "not a database of advisories"},
		"a zip of something else": {sends("application/zip", zipOf(t, `{"name":"lamp"}`)), nil, "1 of its files cannot be read, the first"},
		"one broken advisory":     {sends("application/zip", zipOf(t, record("X-1", "2026-01-02"), `{"id":`)), nil, "all.zip!1.json: line 1: unexpected end of JSON input"},
		"another ecosystem":       {sends("application/zip", zipOf(t, strings.Replace(record("X-1", "2026-01-02"), "PyPI", "Packagist", 1))), nil, "it holds no advisory for an ecosystem that is looked at"},
		"too large, announced":    {sends("application/zip", good), func(o *Options) { o.MaxBytes = 100 }, "the server announces"},
		"too large, not announced": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/zip")
			for range 64 {
				w.Write(make([]byte, 32<<10))
				w.(http.Flusher).Flush()
			}
		}, func(o *Options) { o.MaxBytes = 1 << 20 }, "it has more than 1048576 bytes"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/zip")
			w.Header().Set("Content-Length", "1000000")
			w.Write(good)
		}, nil, "unexpected EOF"},
		"another digest":           {sends("application/zip", good), func(o *Options) { o.SHA256 = strings.Repeat("0", 64) }, "its SHA-256 is"},
		"a redirect elsewhere":     {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other+"/all.zip", http.StatusFound) }, nil, "a redirect to another host, localhost"},
		"redirects without end":    {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, nil, "more than 5 redirects"},
		"an older state":           {sends("application/zip", zipOf(t, record("X-1", "2025-06-01"), record("X-2", "2025-06-01"))), nil, "its newest advisory is of 2025-06-01T00:00:00Z, and that of the one in place of 2026-01-02T00:00:00Z"},
		"a state that lost most":   {sends("application/zip", zipOf(t, record("X-1", "2026-03-01"))), nil, "it holds 1 advisories, and the one in place 4"},
		"a server that never ends": {func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, func(o *Options) { o.Timeout = 200 * time.Millisecond }, "deadline exceeded"},
		"plain http elsewhere":     {nil, func(o *Options) { o.From = "http://mirror.example.org/all.zip" }, "plain http to mirror.example.org: anybody on the way could change what comes"},
		"no address":               {nil, func(o *Options) { o.From = "file:///etc/passwd" }, "is no http or https address"},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir := serve(t), t.TempDir()
			place := zipOf(t, record("X-1", "2026-01-02"), record("X-2", "2026-01-02"), record("X-3", "2026-01-02"), record("X-4", "2026-01-02"))
			s.handle = sends("application/zip", place)
			o := Options{From: s.URL + "/all.zip", To: dir}
			if _, err := Update(context.Background(), o); err != nil {
				t.Fatal(err)
			}
			before := files(t, dir)
			s.handle = c.handle
			if c.change != nil {
				c.change(&o)
			}
			if _, err := Update(context.Background(), o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if got, err := os.ReadFile(filepath.Join(dir, "all.zip")); err != nil || !bytes.Equal(got, place) {
				t.Errorf("what was in place is gone: %v", err)
			}
			if after := files(t, dir); !slices.Equal(before, after) {
				t.Errorf("%v, before %v", after, before)
			}
		})
	}
}

// What the operator asks for is allowed.
func TestAllowed(t *testing.T) {
	elsewhere, s, dir := serve(t), serve(t), t.TempDir()
	elsewhere.handle = sends("application/zip", zipOf(t, record("X-1", "2026-01-02")))
	other := strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)
	s.handle = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other+"/all.zip", http.StatusFound) }
	o := Options{From: s.URL + "/npm/../odd name.zip", To: dir, OtherHosts: true}
	done, err := Update(context.Background(), o)
	if err != nil || filepath.Base(done.File) != "advisories.zip" {
		t.Fatalf("%+v %v", done, err)
	}
	elsewhere.handle = sends("application/zip", zipOf(t, record("X-1", "2025-01-02")))
	if _, err := Update(context.Background(), o); !errors.Is(err, ErrRefused) {
		t.Errorf("%v", err)
	}
	o.Older = true
	if _, err := Update(context.Background(), o); err != nil {
		t.Errorf("%v", err)
	}
	o.SHA256 = "sha256:" + strings.ToUpper(hex.EncodeToString(func() []byte { s := sha256.Sum256(zipOf(t, record("X-1", "2025-01-02"))); return s[:] }()))
	if _, err := Update(context.Background(), o); err != nil {
		t.Errorf("%v", err)
	}
}

// Where a zip is kept is never decided by the text of an address alone.
func TestFileName(t *testing.T) {
	for address, want := range map[string]string{
		"https://example.org/PyPI/all.zip": "PyPI/all.zip", "https://example.org/crates.io/all.zip": "crates.io/all.zip", "https://example.org/all.zip": "all.zip", "https://example.org/": "advisories.zip",
		"https://example.org/x/%2e%2e/%2e%2e/evil.zip": "evil.zip", "https://example.org/.zip": "advisories.zip", "https://example.org/a%00b.zip": "advisories.zip", "https://example.org/Debian/all.zip": "all.zip",
	} {
		from, err := Options{From: address}.address()
		if err != nil {
			t.Fatal(err)
		}
		if got := fileName(from); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
