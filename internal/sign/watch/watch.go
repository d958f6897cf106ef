package watch

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
)

// State is what is known of the model.
type State string

// The states of a watched model.
const (
	Verified  State = "verified"
	Changed   State = "changed"   // not as it was signed
	Suspected State = "suspected" // something was touched, and reading it takes longer than a moment
	Unknown   State = "unknown"   // it could not be verified: see the event's error
)

// Event is a transition. The first one tells how things stood at the start.
type Event struct {
	At     time.Time
	State  State
	Was    State       // "" at the start
	Result *oms.Result // of Verified and Changed: all differences there are now, and all files that are as they were signed
	Err    error       // of Unknown, and of Changed where it is the signature that is no longer good
	Paths  []string    // what was touched, sorted; nil after a full reading
	Took   time.Duration
}

// Config says what is watched, and how.
type Config struct {
	Path string
	// Signed verifies the signature and returns what was signed. It is asked at the start, at every full reading, and when the signature's file
	// is touched.
	Signed func() (*oms.Manifest, sign.Signer, error)
	Verify oms.VerifyOptions
	Poll   time.Duration // between two looks at names and times; 0: a second
	Full   time.Duration // between two full readings; 0: an hour
	Clock  func() time.Time
}

// patience is how long a reading may take before it is told that something was touched: with a look and a pause before it, within five seconds.
const patience = time.Second

// Run watches until ctx ends, and tells every transition in its order. The error is that of a configuration that cannot work, or nil at the
// end of ctx.
func Run(ctx context.Context, c Config, tell func(Event)) error {
	if c.Signed == nil || c.Path == "" {
		return errors.New("watch: nothing to watch")
	}
	if c.Poll < 0 || c.Full < 0 {
		return errors.New("watch: an interval below zero")
	}
	if c.Poll == 0 {
		c.Poll = time.Second
	}
	if c.Full == 0 {
		c.Full = time.Hour
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	w := &watcher{config: c, tell: tell}
	for {
		w.round(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(c.Poll):
		}
	}
}

type watcher struct {
	config   Config
	tell     func(Event)
	state    State
	seen     listing
	manifest *oms.Manifest
	signer   sign.Signer
	bad      map[string]bool     // paths that differ
	good     map[string]oms.File // as they were signed, when they were last read
	shown    string              // the differences that were told last
	lastErr  string
	full     time.Time // of the last full reading
}

// round looks once, and reads what has to be read.
func (w *watcher) round(ctx context.Context) {
	now, err := list(w.config.Path, w.config.Verify.Signature)
	if err != nil {
		w.failed(err, nil)
		return
	}
	touched := now.since(w.seen)
	whole := w.manifest == nil || time.Since(w.full) >= w.config.Full
	if i := slices.Index(touched, signatureName); i >= 0 && !whole {
		touched = slices.Delete(touched, i, i+1)
		same, err := w.sameSignature()
		if err != nil {
			w.manifest, w.seen = nil, nil
			w.failed(err, nil)
			return
		}
		whole = !same
	}
	if !whole && len(touched) == 0 {
		w.seen = now
		return
	}
	if err := w.read(ctx, now, whole, touched); err != nil {
		if ctx.Err() == nil {
			w.manifest = nil // try from the beginning
			w.seen = nil
			w.failed(err, touched)
		}
		return
	}
	w.seen = now // as it was before the reading: what was changed since shows next time
	if whole {
		w.full = time.Now()
	}
}

// sameSignature verifies the signature again, and says whether the same is signed as before. The files need not be read for that.
func (w *watcher) sameSignature() (bool, error) {
	m, signer, err := w.config.Signed()
	if err != nil {
		return false, err
	}
	same := reflect.DeepEqual(m, w.manifest)
	w.signer = signer
	return same, nil
}

// read verifies what was touched, or everything. A large model takes long to read, and is looked at meanwhile.
func (w *watcher) read(ctx context.Context, before listing, whole bool, touched []string) error {
	began := time.Now()
	type outcome struct {
		result *oms.Result
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		r, err := w.compare(ctx, whole, touched)
		done <- outcome{r, err}
	}()
	late := false // something was touched while it was read
	suspect := func(paths []string) {
		if w.state == Verified && len(paths) > 0 {
			w.emit(Event{State: Suspected, Paths: paths, Took: time.Since(began)})
		}
	}
	look := time.NewTicker(max(patience, w.config.Poll))
	defer look.Stop()
	for {
		select {
		case <-look.C:
			suspect(touched)
			if now, err := list(w.config.Path, w.config.Verify.Signature); err == nil {
				paths := now.altered(before)
				late = late || len(paths) > 0
				suspect(paths)
			}
		case o := <-done:
			if o.err != nil {
				return o.err
			}
			if whole {
				touched = nil
			}
			w.judge(o.result, touched, late, time.Since(began))
			return nil
		}
	}
}

// compare reads the files in question and returns all differences that there are now.
func (w *watcher) compare(ctx context.Context, whole bool, touched []string) (*oms.Result, error) {
	if whole {
		m, signer, err := w.config.Signed()
		if err != nil {
			return nil, err
		}
		w.manifest, w.signer = m, signer
		r, err := oms.Compare(ctx, w.config.Path, m, w.config.Verify)
		if err == nil {
			r.Signer = signer
		}
		return r, err
	}
	again := maps.Clone(w.bad)
	if again == nil {
		again = map[string]bool{}
	}
	for _, p := range touched {
		again[p] = true
	}
	part := *w.manifest
	if !part.Single() {
		part.Parts = slices.DeleteFunc(slices.Clone(part.Parts), func(p oms.Part) bool { return !again[p.Path] })
	}
	r, err := oms.Compare(ctx, w.config.Path, &part, w.config.Verify)
	if err != nil {
		return nil, err
	}
	r.Signer = w.signer
	signed := map[string]bool{}
	for _, p := range w.manifest.Parts {
		signed[p.Path] = true
	}
	r.Extra = slices.DeleteFunc(r.Extra, func(p string) bool { return signed[p] }) // those that were not read again
	return r, nil
}

// judge tells what came out, where it is news. That all was well is no news where something was touched since: the next round tells.
func (w *watcher) judge(r *oms.Result, touched []string, late bool, took time.Duration) {
	w.sort(r, touched == nil)
	if len(r.Unread) > 0 {
		w.failed(fmt.Errorf("%s: %s", r.Unread[0].Path, r.Unread[0].Reason), touched)
		return
	}
	state, shown := Verified, ""
	if r.Differences() > 0 {
		state = Changed
		shown = fmt.Sprint(r.Changed, r.Missing, r.Extra, r.Links, r.Odd)
	}
	if state == w.state && shown == w.shown || state == Verified && late && w.state == Suspected {
		return
	}
	w.shown, w.lastErr = shown, ""
	w.emit(Event{State: state, Result: r, Paths: touched, Took: took})
}

// sort keeps which files are as they were signed, and which are not, and completes the result by those that were not read again.
func (w *watcher) sort(r *oms.Result, whole bool) {
	w.bad = map[string]bool{}
	for _, c := range r.Changed {
		w.bad[c.Path] = true
	}
	for _, p := range r.Missing {
		w.bad[p] = true
	}
	for _, g := range r.Unread {
		w.bad[g.Path] = true
	}
	if whole {
		w.good = map[string]oms.File{}
	}
	for _, f := range r.Files {
		w.good[f.Path] = f
	}
	for p := range w.bad {
		delete(w.good, p)
	}
	r.Files = slices.SortedFunc(maps.Values(w.good), func(a, b oms.File) int { return strings.Compare(a.Path, b.Path) })
}

// failed tells that nothing is known any more, or that the signature is not good any more; the same reason once.
func (w *watcher) failed(err error, touched []string) {
	state := Unknown
	if badSignature(err) {
		state = Changed
	}
	if w.state == state && err.Error() == w.lastErr {
		return
	}
	w.lastErr, w.shown = err.Error(), ""
	w.emit(Event{State: state, Err: err, Paths: touched})
}

// badSignature says whether a signature is there and is not one that the operator trusts.
func badSignature(err error) bool {
	var (
		untrusted *sign.UntrustedError
		bad       *oms.SignatureError
		manifest  *oms.ManifestError
		bundle    *oms.BundleError
	)
	return errors.As(err, &untrusted) || errors.As(err, &bad) || errors.As(err, &manifest) || errors.As(err, &bundle)
}

func (w *watcher) emit(e Event) {
	e.At, e.Was = w.config.Clock(), w.state
	w.state = e.State
	w.tell(e)
}

// slash is the name of a file below the watched path, as a manifest has it.
func slash(path, file string) (string, error) {
	rel, err := filepath.Rel(path, file)
	return filepath.ToSlash(rel), err
}
