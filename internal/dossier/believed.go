package dossier

import (
	"fmt"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/record"
	"github.com/lodemark/lodemark/internal/sign"
)

// Believed judges the records of earlier runs by whom the reader trusts, whatever the dossier says of them: it returns the dossier with
// them judged anew, the records themselves, and what of them is not in a statement that is signed and proven.
func (d Dossier) Believed(trust *sign.Trust) (Dossier, []lodemark.Evidence, []Difference) {
	var kept []lodemark.Evidence
	var out []Difference
	for _, e := range d.Kept {
		entry, why := proven(e, trust, d)
		if entry.Data == nil {
			out = append(out, Difference{"record", fmt.Sprintf("entry %d", e.Index), "a proof of it", why})
			continue
		}
		l := record.One(record.Source{Trust: trust, At: d.At, System: d.System.Name}, entry, []byte(e.Aside))
		for _, g := range l.Gaps {
			out = append(out, Difference{"record", fmt.Sprintf("entry %d", e.Index), "a statement of evidence", g.Reason})
		}
		for _, ev := range l.Evidence {
			if why != "" && ev.Kept.Trusted {
				k := *ev.Kept
				k.Trusted, k.Why = false, why
				ev.Kept = &k
			}
			kept = append(kept, ev)
		}
	}
	judged := make([]lodemark.Evidence, len(d.Evidence))
	copy(judged, d.Evidence)
	for i, said := range judged {
		if said.Kept == nil {
			continue
		}
		found, ok := statementOf(said, kept)
		switch {
		case !ok:
			out = append(out, Difference{"record", said.Check, outcome(said), fmt.Sprintf("no such record in entry %d as it was signed", said.Kept.Entry)})
			k := *said.Kept
			k.Trusted, k.Why = false, "the dossier holds no signed statement of it"
			judged[i].Kept = &k
		default:
			judged[i].Kept = found.Kept
		}
	}
	d.Evidence = judged
	return d, kept, out
}

// statementOf finds the signed record that one of the dossier's is.
func statementOf(said lodemark.Evidence, kept []lodemark.Evidence) (lodemark.Evidence, bool) {
	for _, e := range kept {
		if e.Kept.Entry == said.Kept.Entry && e.Check == said.Check && e.ID == said.ID && e.Outcome == said.Outcome && e.At.Equal(said.At) && sameDigests(e.Examined, said.Examined) &&
			e.Strength >= said.Strength {
			return e, true
		}
	}
	return lodemark.Evidence{}, false
}

func sameDigests(a, b []lodemark.Digest) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// proven reads the proof of an entry, and says why it is not shown to be in a ledger that is trusted; empty: it is.
func proven(e Entry, trust *sign.Trust, d Dossier) (entry ledger.Entry, why string) {
	p, err := ledger.ReadProof([]byte(e.Proof))
	if err != nil {
		return entry, "it cannot be read: " + err.Error()
	}
	if p.Entry.Index != e.Index {
		return entry, fmt.Sprintf("it is one of entry %d", p.Entry.Index)
	}
	r, err := p.Verify(trust.For(sign.UseCheckpoint), d.At)
	switch {
	case err != nil:
		return entry, "it does not hold: " + err.Error()
	case !r.Signer.Trusted:
		return p.Entry, "the ledger's checkpoint is not by a key that you trust: " + r.Signer.Why
	}
	return p.Entry, ""
}
