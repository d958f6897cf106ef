// Package record keeps evidence: as signed statements, bound to the digests of what was examined, in the ledger of a system.
//
// A statement is an in-toto Statement v1 in a DSSE envelope. Its subjects are the digests that the records in it are bound to, so that
// any reader of in-toto can tell what it is about; its predicate is ours (EvidenceType). Reading refuses what does not agree with itself.
package record

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/sign"
)

// EvidenceType is the predicate of a statement of evidence; schema/evidence.schema.json describes it.
const EvidenceType = "https://lodemark.example.org/evidence/v1"

// Run is what made the records: one run of a command over one system.
type Run struct {
	Tool    lodemark.Tool       `json:"tool"`
	Command string              `json:"command"` // "verify", "gate" ...
	System  string              `json:"system"`  // its name: records of one system say nothing of another
	At      time.Time           `json:"at"`      // when they were made
	Records []lodemark.Evidence `json:"records"`
	// Elsewhere names the records where they are too long for an entry: then Records is empty.
	Elsewhere *Aside `json:"elsewhere,omitempty"`
}

// Aside names records that lie beside the ledger, in the file SHA256.json of its folder of records.
type Aside struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// predicateSubject names the subject of a run that examined nothing: a statement must be about something.
const predicateSubject = "predicate"

// recordsSubject names the subject of a run whose records lie beside the ledger.
const recordsSubject = "records"

// Statement writes the run as a statement. Records are sealed, and their signer left out: that is told by whoever reads them.
func (r Run) Statement() (sign.Statement, error) {
	r.At = r.At.UTC().Truncate(time.Second)
	r.Records = append([]lodemark.Evidence{}, r.Records...)
	digests := map[string]string{}
	for i := range r.Records {
		r.Records[i].Kept = nil
		r.Records[i].At = r.At
		r.Records[i] = r.Records[i].Sealed()
		for _, d := range r.Records[i].Examined {
			if old, ok := digests[d.Path]; ok && d.SHA256 != "" && old != d.SHA256 {
				return sign.Statement{}, fmt.Errorf("write a statement: %q changed while it was examined", d.Path)
			}
			if d.SHA256 != "" {
				digests[d.Path] = d.SHA256
			}
		}
	}
	predicate, err := json.Marshal(r)
	if err != nil {
		return sign.Statement{}, fmt.Errorf("write a statement: %w", err)
	}
	return sign.Statement{Subject: r.subjects(digests, predicate), PredicateType: EvidenceType, Predicate: predicate}, nil
}

func (r Run) subjects(digests map[string]string, predicate []byte) []sign.Subject {
	if r.Elsewhere != nil {
		return []sign.Subject{{Name: recordsSubject, Digest: map[string]string{"sha256": r.Elsewhere.SHA256}}}
	}
	if len(digests) == 0 {
		sum := sha256.Sum256(predicate)
		return []sign.Subject{{Name: predicateSubject, Digest: map[string]string{"sha256": hex.EncodeToString(sum[:])}}}
	}
	var out []sign.Subject
	for _, path := range slices.Sorted(maps.Keys(digests)) {
		out = append(out, sign.Subject{Name: path, Digest: map[string]string{"sha256": digests[path]}})
	}
	return out
}

// Ledger is where records are kept: its folder, and the operator's file that remembers what was seen of it, if they have one: a ledger that was
// set back is not written on.
type Ledger struct{ Dir, Seen string }

func (l Ledger) open() (*ledger.Ledger, error) {
	opened, err := ledger.Open(l.Dir)
	if err == nil && l.Seen != "" {
		opened.Remember(l.Seen)
	}
	return opened, err
}

// Append signs the run's records and appends them to a ledger; it returns the first of their entries and how many there
// are. A run whose records do not fit into one entry is split; a record that fits into none is laid beside the ledger.
func Append(ctx context.Context, to Ledger, key *sign.PrivateKey, r Run) (first, n int64, err error) {
	entries, aside, err := r.entries(key)
	if err != nil {
		return 0, 0, err
	}
	for name, data := range aside {
		if err := writeAside(to.Dir, name, data); err != nil {
			return 0, 0, err
		}
	}
	l, err := to.open()
	if err != nil {
		return 0, 0, err
	}
	first, err = l.Append(ctx, entries, key)
	return first, int64(len(entries)), err
}

// entries are the signed statements of the run, each small enough for the ledger, and by their digest the records that lie beside it.
func (r Run) entries(key *sign.PrivateKey) (entries [][]byte, aside map[string][]byte, err error) {
	aside = map[string][]byte{}
	rest := r.Records
	for len(rest) > 0 || len(entries) == 0 {
		part := r
		var entry []byte
		n := fitting(rest)
		for {
			part.Records = rest[:n]
			if entry, err = part.envelope(key); err != nil {
				return nil, nil, err
			}
			if len(entry) <= ledger.MaxEntry {
				break
			}
			if n == 1 {
				data, err := part.elsewhere()
				if err != nil {
					return nil, nil, err
				}
				aside[part.Elsewhere.SHA256] = data
				if entry, err = part.envelope(key); err != nil {
					return nil, nil, err
				}
				break
			}
			n = max(1, n*9/10)
		}
		entries = append(entries, entry)
		rest = rest[n:]
	}
	return entries, aside, nil
}

// fitting guesses how many of the records fit into one entry: base64 makes three bytes four, and each digest stands twice, once among
// the subjects.
func fitting(records []lodemark.Evidence) int {
	const room = ledger.MaxEntry * 3 / 4 * 9 / 10
	used := 0
	for i, e := range records {
		data, err := json.Marshal(e)
		if err != nil {
			return i + 1 // writing the statement will say it
		}
		used += len(data)
		for _, d := range e.Examined {
			used += len(d.Path) + 110
		}
		if used > room {
			return max(1, i)
		}
	}
	return max(1, len(records))
}

func (r Run) envelope(key *sign.PrivateKey) ([]byte, error) {
	s, err := r.Statement()
	if err != nil {
		return nil, err
	}
	payload, err := s.JSON()
	if err != nil {
		return nil, fmt.Errorf("write a statement: %w", err)
	}
	e, err := sign.Seal(sign.PayloadType, payload, key)
	if err != nil {
		return nil, fmt.Errorf("sign a statement: %w", err)
	}
	return e.JSON(), nil
}

// read takes a statement of evidence apart, and refuses one that does not agree with itself.
func read(payload []byte) (Run, error) {
	s, err := sign.ReadStatement(payload)
	if err != nil {
		return Run{}, err
	}
	if s.PredicateType != EvidenceType {
		return Run{}, errOther
	}
	var r Run
	if err := sign.StrictJSON(s.Predicate, &r); err != nil {
		return Run{}, fmt.Errorf("its evidence: %w", err)
	}
	if r.Elsewhere != nil && len(r.Records) > 0 {
		return Run{}, errors.New("its records are here and elsewhere")
	}
	named, err := r.agrees()
	if err != nil {
		return Run{}, err
	}
	if !slices.EqualFunc(s.Subject, r.subjects(named, s.Predicate), sameSubject) {
		return Run{}, errors.New("its subjects are not what its records examined")
	}
	return r, nil
}

// agrees says where the records contradict each other or their statement, and gives the digests that they are bound to.
func (r Run) agrees() (map[string]string, error) {
	named := map[string]string{}
	for _, e := range r.Records {
		switch {
		case e.Kept != nil:
			return nil, fmt.Errorf("the record of %q says itself who signed it", e.Check)
		case !e.At.Equal(r.At):
			return nil, fmt.Errorf("the record of %q is of another time than its statement", e.Check)
		case e.Sealed().ID != e.ID:
			return nil, fmt.Errorf("the record of %q is not the one that its id names", e.Check)
		}
		for _, d := range e.Examined {
			if old, ok := named[d.Path]; ok && old != d.SHA256 && d.SHA256 != "" {
				return nil, fmt.Errorf("%q has two digests", d.Path)
			}
			if d.SHA256 != "" {
				named[d.Path] = d.SHA256
			}
		}
	}
	return named, nil
}

// errOther says that a statement is none of evidence: others may lie in a ledger too.
var errOther = errors.New("no statement of evidence")

func sameSubject(a, b sign.Subject) bool {
	return a.Name == b.Name && maps.Equal(a.Digest, b.Digest)
}

// Dir is where a system keeps its ledger, relative to the target.
const Dir = ".lodemark/ledger"

// inside says whether a path of a record stays in the target; Lodemark writes no other.
func inside(path string) bool {
	return path != "" && !strings.HasPrefix(path, "/") && !strings.Contains("/"+path+"/", "/../")
}
