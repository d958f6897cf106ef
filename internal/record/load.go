package record

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/sign"
)

// Bounds on what is read of a ledger for one assessment: the newest entries come first.
const (
	mostEntries = 20_000
	mostBytes   = 64 << 20
	// skew is by how much the clocks of two machines that write one ledger may differ.
	skew = 10 * time.Minute
)

// Source is where records are read from, and for what.
type Source struct {
	Ledger
	Trust  *sign.Trust // whom the operator believes; nil: nobody
	At     time.Time   // the assessment's clock: what was made later does not exist yet
	System string      // whose records they have to be
}

// Loaded is what a ledger holds of a system's evidence.
type Loaded struct {
	Evidence []lodemark.Evidence // in the order of the ledger, each with Kept
	Gaps     []lodemark.Gap
	Found    bool // there is a ledger
	Report   ledger.Report
}

// Load reads the records of a system. Nothing of it fails: what is wrong with the ledger or an entry is told as a gap, and what was
// read of a ledger that is not whole counts as the target's own word.
func Load(ctx context.Context, src Source) Loaded {
	l, err := src.open()
	if errors.Is(err, fs.ErrNotExist) {
		return Loaded{}
	}
	out := Loaded{Found: true}
	if err != nil {
		out.gap(-1, err.Error(), true)
		return out
	}
	why := ""
	out.Report, err = l.Verify(src.Trust.For(sign.UseCheckpoint), src.At)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Loaded{}
	case err != nil:
		out.gap(-1, "the ledger is not whole: "+err.Error(), true)
		why = "the ledger is not whole"
	case !out.Report.Signer.Trusted:
		why = "the ledger's checkpoint is not by a key that you trust: " + out.Report.Signer.Why
		if src.Trust != nil {
			out.gap(-1, "its records count as the target's own word: "+why, false)
		}
	}
	first := max(0, l.Size()-mostEntries)
	if first > 0 {
		out.gap(-1, fmt.Sprintf("of its %d entries the newest %d were read", l.Size(), mostEntries), false)
	}
	r := reader{src: src, why: why, out: &out, aside: func(a Aside) ([]byte, error) { return a.fetch(src.Dir) }}
	for entry, err := range l.Entries(first, l.Size()) {
		if err != nil {
			out.gap(-1, err.Error(), true)
			break
		}
		if ctx.Err() != nil || r.bytes > mostBytes {
			out.gap(entry.Index, "reading ended here: time or size ran out", true)
			break
		}
		r.entry(entry)
	}
	return out
}

// One reads a single entry, which somebody proves to be in a ledger that the operator trusts.
//
// aside are the records that lie beside the ledger for this entry; nil: there are none.
func One(src Source, entry ledger.Entry, aside []byte) Loaded {
	out := Loaded{Found: true}
	r := reader{src: src, out: &out, aside: func(a Aside) ([]byte, error) { return aside, a.check(aside) }}
	r.entry(entry)
	return out
}

// AsideOf reads the records that lie beside the ledger in dir for an entry of it; nil where there are none.
func AsideOf(dir string, entry []byte) ([]byte, error) {
	envelope, err := sign.ReadEnvelope(entry)
	if err != nil {
		return nil, err
	}
	run, err := read(envelope.Payload)
	if err != nil || run.Elsewhere == nil {
		return nil, err
	}
	return run.Elsewhere.fetch(dir)
}

// gap tells of the ledger, or of one entry of it.
func (l *Loaded) gap(entry int64, reason string, needed bool) {
	if entry >= 0 {
		reason = fmt.Sprintf("entry %d: %s", entry, reason)
	}
	l.Gaps = append(l.Gaps, lodemark.Gap{Path: Dir, Reason: reason, Needed: needed})
}

// reader reads entry after entry.
type reader struct {
	aside  func(Aside) ([]byte, error) // reads what lies beside the ledger
	src    Source
	why    string // why none of this ledger is trusted; empty: it is whole and its checkpoint trusted
	out    *Loaded
	bytes  int
	newest time.Time // of the trusted statements so far
}

func (r *reader) entry(e ledger.Entry) {
	r.bytes += len(e.Data)
	envelope, err := sign.ReadEnvelope(e.Data)
	if err != nil || envelope.PayloadType != sign.PayloadType {
		return // something else that somebody keeps; lodemark ledger list shows it
	}
	run, err := read(envelope.Payload)
	if errors.Is(err, errOther) {
		return
	}
	if err != nil {
		r.out.gap(e.Index, err.Error(), true)
		return
	}
	if run.At.After(r.src.At) {
		return
	}
	if run.Elsewhere != nil {
		data, err := r.aside(*run.Elsewhere)
		if err == nil {
			r.bytes += len(data)
			err = run.take(data)
		}
		if err != nil {
			r.out.gap(e.Index, err.Error(), true)
			return
		}
	}
	kept, err := r.judge(envelope, run)
	if err != nil {
		r.out.gap(e.Index, err.Error(), true)
		return
	}
	kept.Entry = e.Index
	back := kept.Trusted && r.back(run.At)
	for _, ev := range run.Records {
		if !bounded(ev) {
			r.out.gap(e.Index, fmt.Sprintf("the record of %q names a path outside the target", ev.Check), true)
			continue
		}
		k := kept
		if back && ev.Outcome == lodemark.Passed { // nobody dates a failure back for gain
			k.Trusted, k.Why = false, "it is dated before an entry that stands in front of it"
		}
		ev.Kept = &k
		r.out.Evidence = append(r.out.Evidence, ev)
	}
}

// judge says who signed a statement and what that is worth. A signature that is wrong is an error: the entry says nothing.
func (r *reader) judge(envelope sign.Envelope, run Run) (lodemark.Kept, error) {
	signer, err := envelope.Verify(r.src.Trust.For(sign.UseEvidence), run.At)
	var untrusted *sign.UntrustedError
	if err != nil && !errors.As(err, &untrusted) {
		return lodemark.Kept{}, err
	}
	k := lodemark.Kept{Signer: signer.Name, Key: signer.KeyID, Trusted: err == nil && signer.Trusted, Why: signer.Why}
	if k.Key == "" && len(envelope.Signatures) > 0 {
		k.Key = envelope.Signatures[0].KeyID
	}
	if err != nil && k.Why == "" {
		k.Why = err.Error()
	}
	distrust := func(why string) {
		if k.Trusted {
			k.Trusted, k.Why = false, why
		}
	}
	if r.why != "" {
		distrust(r.why)
	}
	if r.src.System != "" && run.System != r.src.System {
		distrust(fmt.Sprintf("it was made of %q, and not of this system", run.System))
	}
	return k, nil
}

// back says whether a statement is dated before one in front of it. A ledger grows with time: who steals a key that has ended could date a
// statement back to its good days; the entries in front tell.
func (r *reader) back(at time.Time) bool {
	if at.Before(r.newest.Add(-skew)) {
		return true
	}
	if at.After(r.newest) {
		r.newest = at
	}
	return false
}

// bounded says whether a record names only paths of the target.
func bounded(e lodemark.Evidence) bool {
	for _, d := range e.Examined {
		if !inside(d.Path) {
			return false
		}
	}
	return true
}
