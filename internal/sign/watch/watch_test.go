package watch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
)

// model is a signed model that is being watched.
type model struct {
	t      *testing.T
	dir    string
	sig    string
	key    *sign.PrivateKey
	events chan Event
	reads  chan struct{} // one for every time the signature was verified
	slow   *atomic.Bool  // verifying the signature waits as long as it is set
}

func watched(t *testing.T, poll, full time.Duration) model {
	t.Helper()
	key, err := sign.NewKey(sign.Ed25519)
	fatal(t, err)
	dir := filepath.Join(t.TempDir(), "model")
	m := model{t, dir, filepath.Join(dir, "model.sig"), key, make(chan Event, 100), make(chan struct{}, 1000), &atomic.Bool{}}
	m.write("config.json", "{}")
	m.write("weights/a.bin", "first")
	m.write("weights/b.bin", "second")
	m.sign(key)
	public := filepath.Join(t.TempDir(), "release.pub")
	fatal(t, os.WriteFile(public, key.PEM(), 0o644))
	trust, err := sign.ReadTrust(public)
	fatal(t, err)
	options := oms.VerifyOptions{Signature: m.sig}
	c := Config{Path: dir, Verify: options, Poll: poll, Full: full, Signed: func() (*oms.Manifest, sign.Signer, error) {
		m.reads <- struct{}{}
		for m.slow.Load() {
			time.Sleep(time.Millisecond)
		}
		bundle, err := os.ReadFile(m.sig)
		if err != nil {
			return nil, sign.Signer{}, err
		}
		return oms.Signed(bundle, trust, options)
	}}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Run(ctx, c, func(e Event) { m.events <- e }) }()
	t.Cleanup(func() {
		m.slow.Store(false)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	if e := m.next(5 * time.Second); e.State != Verified || e.Was != "" || len(e.Result.Files) != 3 || e.Result.Signer.Name == "" {
		t.Fatalf("at the start: %+v", e)
	}
	return m
}

func (m model) write(name, content string) {
	m.t.Helper()
	file := filepath.Join(m.dir, name)
	fatal(m.t, os.MkdirAll(filepath.Dir(file), 0o755))
	fatal(m.t, os.WriteFile(file, []byte(content), 0o644))
}

func (m model) sign(key *sign.PrivateKey) {
	m.t.Helper()
	bundle, err := oms.Sign(context.Background(), m.dir, oms.Options{Signature: m.sig}, key)
	fatal(m.t, err)
	fatal(m.t, os.WriteFile(m.sig, bundle, 0o644))
}

func (m model) next(within time.Duration) Event {
	m.t.Helper()
	select {
	case e := <-m.events:
		return e
	case <-time.After(within):
		m.t.Fatalf("nothing was told within %v", within)
	}
	panic("unreachable")
}

// quiet checks that nothing is told for a while.
func (m model) quiet(d time.Duration) {
	m.t.Helper()
	select {
	case e := <-m.events:
		m.t.Errorf("told without need: %+v", e)
	case <-time.After(d):
	}
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// One byte is changed, and size and time of modification are set back: told within five seconds, at the intervals that people get.
func TestChangeThatHides(t *testing.T) {
	t.Parallel()
	m := watched(t, 0, 0)
	file := filepath.Join(m.dir, "weights/a.bin")
	old := time.Now().Add(-time.Hour)
	fatal(t, os.Chtimes(file, old, old))
	before, err := os.Stat(file)
	fatal(t, err)
	m.quiet(2500 * time.Millisecond) // until it was looked at twice, and would not be read again without a reason
	began := time.Now()
	m.write("weights/a.bin", "firsT")
	fatal(t, os.Chtimes(file, before.ModTime(), before.ModTime()))
	after, err := os.Stat(file)
	fatal(t, err)
	if !after.ModTime().Equal(before.ModTime()) || after.Size() != before.Size() {
		t.Fatal("the change does not hide")
	}
	e := m.next(5 * time.Second)
	if e.State != Changed || e.Was != Verified || len(e.Result.Changed) != 1 || e.Result.Changed[0].Path != "weights/a.bin" || !slices.Contains(e.Paths, "weights/a.bin") {
		t.Errorf("%+v", e)
	}
	t.Logf("told after %v", time.Since(began).Round(time.Millisecond))
}

// Every way of tampering is told, and so is its end.
func TestTransitions(t *testing.T) {
	for _, row := range []struct {
		name   string
		tamper func(m model)
		told   func(e Event) bool
		mend   func(m model)
	}{
		{"a byte changed", func(m model) { m.write("weights/a.bin", "firsT") },
			func(e Event) bool { return len(e.Result.Changed) == 1 && e.Result.Differences() == 1 },
			func(m model) { m.write("weights/a.bin", "first") }},
		{"a file exchanged by another of the same content and time", func(m model) {
			other := filepath.Join(m.t.TempDir(), "other")
			fatal(m.t, os.WriteFile(other, []byte("firsT"), 0o644))
			old, err := os.Stat(filepath.Join(m.dir, "weights/a.bin"))
			fatal(m.t, err)
			fatal(m.t, os.Chtimes(other, old.ModTime(), old.ModTime()))
			fatal(m.t, os.Rename(other, filepath.Join(m.dir, "weights/a.bin")))
		}, func(e Event) bool { return len(e.Result.Changed) == 1 }, func(m model) { m.write("weights/a.bin", "first") }},
		{"a file gone", func(m model) { fatal(m.t, os.Remove(filepath.Join(m.dir, "config.json"))) },
			func(e Event) bool {
				return slices.Equal(e.Result.Missing, []string{"config.json"}) && e.Result.Differences() == 1
			},
			func(m model) { m.write("config.json", "{}") }},
		{"a file more", func(m model) { m.write("weights/c.py", "import os") },
			func(e Event) bool {
				return slices.Equal(e.Result.Extra, []string{"weights/c.py"}) && e.Result.Differences() == 1
			},
			func(m model) { fatal(m.t, os.Remove(filepath.Join(m.dir, "weights/c.py"))) }},
		{"a link more", func(m model) { fatal(m.t, os.Symlink("config.json", filepath.Join(m.dir, "x.json"))) },
			func(e Event) bool { return len(e.Result.Links) == 1 },
			func(m model) { fatal(m.t, os.Remove(filepath.Join(m.dir, "x.json"))) }},
		{"signed again by an intruder", func(m model) {
			stranger, err := sign.NewKey(sign.Ed25519)
			fatal(m.t, err)
			m.sign(stranger)
		}, func(e Event) bool {
			untrusted := (*sign.UntrustedError)(nil)
			return errors.As(e.Err, &untrusted)
		}, func(m model) { m.sign(m.key) }},
		{"the signature gone", func(m model) { fatal(m.t, os.Remove(m.sig)) }, nil, func(m model) { m.sign(m.key) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := watched(t, 20*time.Millisecond, 0)
			m.t = t
			row.tamper(m)
			e := m.settled(row.told, row.told == nil)
			if e.Was == e.State {
				t.Errorf("no transition: %+v", e)
			}
			row.mend(m)
			if e := m.settled(func(e Event) bool { return e.State == Verified }, false); e.Result.Differences() > 0 || len(e.Result.Files) != 3 {
				t.Errorf("mended: %+v", e)
			}
		})
	}
}

// settled waits for the event that tells it. Writing takes several steps, and a look between them may tell of one of them first.
func (m model) settled(told func(Event) bool, unknown bool) Event {
	m.t.Helper()
	var e Event
	for range 5 {
		e = m.next(5 * time.Second)
		if unknown && e.State == Unknown && e.Err != nil {
			return e
		}
		if !unknown && (e.Result != nil || e.Err != nil) && told(e) {
			return e
		}
	}
	m.t.Fatalf("the last that was told: %+v", e)
	return e
}

// A file that is touched and not changed is read again, and nothing is told.
func TestTouched(t *testing.T) {
	t.Parallel()
	m := watched(t, 20*time.Millisecond, 0)
	at := time.Now().Add(-time.Hour)
	fatal(t, os.Chtimes(filepath.Join(m.dir, "config.json"), at, at))
	fatal(t, os.Chmod(filepath.Join(m.dir, "weights/a.bin"), 0o600))
	m.quiet(300 * time.Millisecond)
	if n := len(m.reads); n > 8 { // a few more as long as its file is fresh; every 20 ms would be 15 times
		t.Errorf("the signature was verified %d times", n)
	}
}

// What is not seen from outside is found by reading everything, at its interval.
func TestFullReading(t *testing.T) {
	t.Parallel()
	m := watched(t, 20*time.Millisecond, 200*time.Millisecond)
	deadline := time.After(5 * time.Second)
	for n := 0; n < 3; n++ {
		select {
		case <-m.reads:
		case <-deadline:
			t.Fatalf("read %d times", n)
		}
	}
	m.quiet(0)
}

// What is wrong is told wholly at every change, and not forgotten when something else is mended.
func TestSeveralChanges(t *testing.T) {
	t.Parallel()
	m := watched(t, 20*time.Millisecond, 0)
	var e Event
	for _, step := range []struct {
		name, content string
		changed       []string
	}{
		{"weights/a.bin", "firsT", []string{"weights/a.bin"}},
		{"weights/b.bin", "seconD", []string{"weights/a.bin", "weights/b.bin"}},
		{"weights/a.bin", "first", []string{"weights/b.bin"}},
		{"weights/b.bin", "second", nil},
	} {
		m.quiet(250 * time.Millisecond) // what was touched before is no longer fresh
		m.exchange(step.name, step.content)
		e = m.next(5 * time.Second)
		var got []string
		for _, c := range e.Result.Changed {
			got = append(got, c.Path)
		}
		if !slices.Equal(got, step.changed) || len(e.Result.Files) != 3-len(step.changed) {
			t.Errorf("%s is %q: %v are changed, %d files are not", step.name, step.content, got, len(e.Result.Files))
		}
	}
	if e.State != Verified {
		t.Errorf("%+v", e)
	}
}

// exchange puts a file in place of another at once.
func (m model) exchange(name, content string) {
	m.t.Helper()
	beside := m.dir + ".new"
	fatal(m.t, os.WriteFile(beside, []byte(content), 0o644))
	fatal(m.t, os.Rename(beside, filepath.Join(m.dir, name)))
}

// Reading a large model takes long. What is touched meanwhile is told at once, and what came of it afterwards.
func TestTouchedWhileRead(t *testing.T) {
	t.Parallel()
	m := watched(t, 20*time.Millisecond, time.Second)
	m.blockFullReading()
	m.exchange("weights/a.bin", "firsT")
	if e := m.next(5 * time.Second); e.State != Suspected || !slices.Equal(e.Paths, []string{"weights/a.bin"}) {
		t.Errorf("%+v", e)
	}
	m.slow.Store(false)
	if e := m.next(5 * time.Second); e.State != Changed || e.Was != Suspected || e.Result.Changed[0].Path != "weights/a.bin" {
		t.Errorf("%+v", e)
	}
	m.exchange("weights/a.bin", "first")
	if e := m.next(5 * time.Second); e.State != Verified {
		t.Errorf("%+v", e)
	}
	// The full reading may have passed a file before it was touched: that all was well is told after it was read again.
	m.blockFullReading()
	m.exchange("weights/b.bin", "second")
	if e := m.next(5 * time.Second); e.State != Suspected {
		t.Errorf("%+v", e)
	}
	m.slow.Store(false)
	if e := m.next(5 * time.Second); e.State != Verified || !slices.Equal(e.Paths, []string{"weights/b.bin"}) {
		t.Errorf("%+v", e)
	}
}

// blockFullReading waits for the next full reading, and keeps it from going on.
func (m model) blockFullReading() {
	t := m.t
	t.Helper()
	time.Sleep(400 * time.Millisecond) // the signature's file is no longer fresh, and only a full reading verifies it
	for len(m.reads) > 0 {
		<-m.reads
	}
	m.slow.Store(true)
	select {
	case <-m.reads: // the next full reading has begun
	case <-time.After(10 * time.Second):
		t.Fatal("there was no full reading")
	}
}

// The owner releases another version in place: what is signed now counts.
func TestSignedAnew(t *testing.T) {
	t.Parallel()
	m := watched(t, 20*time.Millisecond, 0)
	m.quiet(250 * time.Millisecond)
	m.exchange("config.json", "[]")
	if e := m.next(5 * time.Second); e.State != Changed {
		t.Errorf("%+v", e)
	}
	m.quiet(250 * time.Millisecond)
	m.sign(m.key)
	m.settled(func(e Event) bool { return e.State == Verified }, false)
}

// A file is fresh as long as a further change may carry the same time; a time in the future is another machine's.
func TestFresh(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	fatal(t, os.WriteFile(file, nil, 0o644))
	info, err := os.Lstat(file)
	fatal(t, err)
	changed, _, _ := inode(info)
	if changed == 0 {
		changed = info.ModTime().UnixNano()
	}
	at := time.Unix(0, changed)
	for after, want := range map[time.Duration]bool{0: true, 50 * time.Millisecond: true, 3 * time.Second: false, -time.Hour: false} {
		if got := lookAt(info, at.Add(after)).fresh; got != want {
			t.Errorf("%v after the change: fresh %v", after, got)
		}
	}
}

// A listing names what is not as it was; what was changed shortly before the look is named once more.
func TestSince(t *testing.T) {
	old := listing{"same": {size: 1, inode: 7}, "gone": {}, "longer": {size: 1}, "fresh": {fresh: true}}
	now := listing{"same": {size: 1, inode: 7}, "new": {}, "longer": {size: 2}, "fresh": {}}
	if got := strings.Join(now.since(old), " "); got != "fresh gone longer new" {
		t.Error(got)
	}
	if got := strings.Join(now.altered(old), " "); got != "gone longer new" {
		t.Error(got)
	}
	if got := now.since(now); len(got) > 0 {
		t.Error(got)
	}
}

func TestConfig(t *testing.T) {
	signed := func() (*oms.Manifest, sign.Signer, error) { return nil, sign.Signer{}, errors.New("no") }
	for _, c := range []Config{{}, {Path: "x"}, {Path: "x", Signed: signed, Poll: -1}, {Path: "x", Signed: signed, Full: -1}} {
		if err := Run(t.Context(), c, func(Event) {}); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
