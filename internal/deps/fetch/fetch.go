// Package fetch gets a database of advisories from an address and puts it on the disk, whole and checked or not at all. It is the only
// package of advisories that talks to anybody, and only when the operator calls it.
package fetch

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/deps/osv"
	"github.com/lodemark/lodemark/internal/durable"
)

// Options say what to fetch and what is allowed on the way.
type Options struct {
	From       string // an http or https address of a zip
	To         string // a folder; it is made when it is missing
	MaxBytes   int64  // of the zip; zero: 1 GiB
	SHA256     string // hex, which the zip must have; empty: any
	OtherHosts bool   // follow redirects to other hosts
	PlainHTTP  bool   // plain http to other machines than this one
	Older      bool   // take a database whose newest advisory is older than that of the one in place, or that lost half of it
	Timeout    time.Duration
	Agent      string
}

// Outcome is what became of a fetch.
type Outcome struct {
	File      string
	Unchanged bool // the server says that what is in place is the newest
	Info      osv.Info
}

// Origin is noted beside a zip: where it came from, and what asks for a newer one.
type Origin struct {
	Schema       string    `json:"schema"`
	From         string    `json:"from"`
	ETag         string    `json:"etag,omitempty"`
	LastModified string    `json:"last_modified,omitempty"`
	Fetched      time.Time `json:"fetched"`
	Size         int64     `json:"size"`
	SHA256       string    `json:"sha256"`
	Advisories   int       `json:"advisories"`
	Newest       time.Time `json:"newest"`
}

const (
	originSchema = "lodemark.advisories-origin/1"
	defaultBytes = 1 << 30
	defaultTime  = 15 * time.Minute
	maxHops      = 5
)

// ErrRefused is wrapped when what was fetched, or the way to it, is not what the options allow. What was in place stays.
var ErrRefused = errors.New("refused")

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrRefused, fmt.Errorf(format, args...))
}

// Update fetches one zip. The order is: ask, with what is known of the one in place; read to a temporary file under the limit;
// compare digests; read every advisory of it as the command will; then the zip, its digest and its origin take their places.
func Update(ctx context.Context, o Options) (*Outcome, error) {
	from, err := o.address()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(o.To, filepath.FromSlash(fileName(from)))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of the database: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(o.Timeout, defaultTime))
	defer cancel()
	old := readOrigin(file)
	response, err := o.ask(ctx, from, old)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", from.Redacted(), err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotModified && old != nil {
		return &Outcome{File: file, Unchanged: true}, nil
	}
	if err := o.judge(response); err != nil {
		return nil, fmt.Errorf("fetch %s: %w", from.Redacted(), err)
	}
	return o.take(ctx, from, file, old, response)
}

// address checks where to fetch from.
func (o Options) address() (*url.URL, error) {
	from, err := url.Parse(o.From)
	if err != nil {
		return nil, refused("%q is no address", o.From)
	}
	return from, o.allowed(from)
}

func (o Options) allowed(u *url.URL) error {
	switch {
	case u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return refused("%q is no http or https address", u.Redacted())
	case u.Scheme == "http" && !o.PlainHTTP && !isThisMachine(u.Hostname()):
		return refused("plain http to %s: anybody on the way could change what comes", u.Hostname())
	}
	return nil
}

func isThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// fileName is where the zip is kept: "PyPI/all.zip" stays so, other names are kept alone.
func fileName(from *url.URL) string {
	clean := path.Clean("/" + from.Path)
	base, folder := path.Base(clean), path.Base(path.Dir(clean))
	if !strings.HasSuffix(base, ".zip") || !isPlainName(base) {
		base = "advisories.zip"
	}
	for _, e := range osv.Ecosystems() {
		if folder == e {
			return e + "/" + base
		}
	}
	return base
}

func isPlainName(s string) bool {
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' {
			continue
		}
		return false
	}
	return s != "" && s[0] != '.' && len(s) <= 100
}

func (o Options) ask(ctx context.Context, from *url.URL, old *Origin) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", cmp.Or(o.Agent, "lodemark"))
	request.Header.Set("Accept", "application/zip, application/octet-stream;q=0.9")
	if old != nil && old.From == from.String() {
		if old.ETag != "" {
			request.Header.Set("If-None-Match", old.ETag)
		}
		if old.LastModified != "" {
			request.Header.Set("If-Modified-Since", old.LastModified)
		}
	}
	client := &http.Client{CheckRedirect: func(r *http.Request, via []*http.Request) error {
		switch {
		case len(via) >= maxHops:
			return refused("more than %d redirects", maxHops)
		case r.URL.Host != from.Host && !o.OtherHosts:
			return refused("a redirect to another host, %s", r.URL.Host)
		case from.Scheme == "https" && r.URL.Scheme != "https":
			return refused("a redirect from https to %s", r.URL.Scheme)
		}
		return o.allowed(r.URL)
	}}
	return client.Do(request)
}

// judge looks at what the server says before anything is read.
func (o Options) judge(r *http.Response) error {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch kind = strings.ToLower(strings.TrimSpace(kind)); {
	case r.StatusCode != http.StatusOK:
		return refused("the server answers %d %s", r.StatusCode, http.StatusText(r.StatusCode))
	case kind != "application/zip" && kind != "application/x-zip-compressed" && kind != "application/octet-stream" && kind != "binary/octet-stream":
		return refused("the server sends %q, and no zip", kind)
	case r.ContentLength > o.most():
		return refused("the server announces %d bytes, and at most %d are taken", r.ContentLength, o.most())
	}
	return nil
}

func (o Options) most() int64 { return cmp.Or(o.MaxBytes, defaultBytes) }

// take reads the body, checks it as a whole, and puts it in place.
func (o Options) take(ctx context.Context, from *url.URL, file string, old *Origin, r *http.Response) (*Outcome, error) {
	folder, err := os.MkdirTemp(filepath.Dir(file), ".lodemark-fetch-*")
	if err != nil {
		return nil, fmt.Errorf("make room for what is fetched: %w", err)
	}
	defer os.RemoveAll(folder)
	arrived := filepath.Join(folder, filepath.Base(file))
	origin := Origin{Schema: originSchema, From: from.String(), ETag: r.Header.Get("ETag"), LastModified: r.Header.Get("Last-Modified"), Fetched: time.Now().UTC().Truncate(time.Second)}
	if err := o.receive(arrived, r, &origin); err != nil {
		return nil, fmt.Errorf("fetch %s: %w", from.Redacted(), err)
	}
	info, err := check(ctx, arrived)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", from.Redacted(), err)
	}
	for ecosystem, n := range info.Advisories {
		origin.Advisories += n
		if at := info.Newest[ecosystem]; at.After(origin.Newest) {
			origin.Newest = at
		}
	}
	if err := o.notBehind(old, &origin); err != nil {
		return nil, fmt.Errorf("fetch %s: %w", from.Redacted(), err)
	}
	if err := place(arrived, file, &origin); err != nil {
		return nil, err
	}
	return &Outcome{File: file, Info: info}, nil
}

// receive writes the body to a file and takes its digest. What does not arrive whole is refused.
func (o Options) receive(arrived string, r *http.Response, origin *Origin) error {
	sum := sha256.New()
	err := durable.WriteFile(arrived, 0o600, func(w io.Writer) error {
		n, err := io.Copy(io.MultiWriter(w, sum), io.LimitReader(r.Body, o.most()+1))
		origin.Size = n
		switch {
		case err != nil:
			return fmt.Errorf("after %d bytes: %w", n, err)
		case n > o.most():
			return refused("it has more than %d bytes", o.most())
		case r.ContentLength >= 0 && n != r.ContentLength:
			return refused("%d bytes of %d arrived", n, r.ContentLength)
		}
		return nil
	})
	if err != nil {
		return err
	}
	origin.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if want := strings.TrimPrefix(strings.ToLower(o.SHA256), "sha256:"); want != "" && want != origin.SHA256 {
		return refused("its SHA-256 is %s, and not %s", origin.SHA256, want)
	}
	return nil
}

// check reads every advisory, as the command will. One that cannot be read would be missing without anybody's seeing it.
func check(ctx context.Context, arrived string) (osv.Info, error) {
	db, err := osv.Open(ctx, osv.Options{Path: arrived})
	if err != nil {
		if ctx.Err() != nil {
			return osv.Info{}, err
		}
		return osv.Info{}, refused("not a database of advisories: %w", err)
	}
	defer db.Close()
	info := db.Info()
	held := 0
	for _, n := range info.Advisories {
		held += n
	}
	switch {
	case info.Broken > 0 && len(info.Gaps) > 0:
		return info, refused("%d of its files cannot be read, the first %s: %s", info.Broken, bound.QuoteName(info.Gaps[0].Path), info.Gaps[0].Reason)
	case held == 0:
		return info, refused("it holds no advisory for an ecosystem that is looked at (%s)", strings.Join(osv.Ecosystems(), ", "))
	}
	return info, nil
}

// notBehind refuses what would take knowledge away: a server that is stuck, or one that is made to serve an old state.
func (o Options) notBehind(old, origin *Origin) error {
	switch {
	case old == nil || o.Older || old.From != origin.From:
		return nil
	case origin.Newest.Before(old.Newest):
		return refused("its newest advisory is of %s, and that of the one in place of %s", origin.Newest.Format(time.RFC3339), old.Newest.Format(time.RFC3339))
	case origin.Advisories < old.Advisories/2:
		return refused("it holds %d advisories, and the one in place %d", origin.Advisories, old.Advisories)
	}
	return nil
}

// place puts the new zip where the old one was. The digest of the old one goes first: between the steps a reader finds a zip without a
// digest, which it reads, and never a zip beside the digest of another.
func place(arrived, file string, origin *Origin) error {
	if err := os.Remove(file + ".sha256"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("put the database in place: %w", err)
	}
	if err := os.Rename(arrived, file); err != nil {
		return fmt.Errorf("put the database in place: %w", err)
	}
	line := fmt.Sprintf("%s  %s\n", origin.SHA256, filepath.Base(file))
	if err := durable.WriteFile(file+".sha256", 0o644, func(w io.Writer) error { _, err := io.WriteString(w, line); return err }); err != nil {
		return err
	}
	var note bytes.Buffer
	encoder := json.NewEncoder(&note)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(origin); err != nil {
		return err
	}
	return durable.WriteFile(file+".origin.json", 0o644, func(w io.Writer) error { _, err := note.WriteTo(w); return err })
}

// readOrigin reads what is noted of the zip in place. Without the zip itself, or where its digest is another, the note is worth nothing.
func readOrigin(file string) *Origin {
	tree, err := bound.Open(filepath.Dir(file), bound.Limits{FileBytes: 64 << 10})
	if err != nil {
		return nil
	}
	defer tree.Close()
	data, err := tree.ReadFile(filepath.Base(file) + ".origin.json")
	if err != nil {
		return nil
	}
	var o Origin
	if json.Unmarshal(data, &o) != nil || o.Schema != originSchema {
		return nil
	}
	if sum, err := tree.Digest(filepath.Base(file)); err != nil || sum != "sha256:"+o.SHA256 {
		return nil
	}
	return &o
}
