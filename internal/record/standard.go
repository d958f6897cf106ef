package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/sign"
)

// Statements in predicates that others read too: what a command found, without our words.

// The predicates of https://github.com/in-toto/attestation that fit.
const (
	testResultType = "https://in-toto.io/attestation/test-result/v0.1"
	svrType        = "https://in-toto.io/attestation/svr/v0.1"
	cyclonedxType  = "https://cyclonedx.org/bom"
)

// Resource describes a file that a result rests on: a policy, a library of threats.
type Resource struct {
	Name   string            `json:"name"`
	URI    string            `json:"uri,omitempty"`
	Digest map[string]string `json:"digest,omitempty"`
}

// TestResult is the outcome of a number of tests of the subjects.
type TestResult struct {
	Result        string     `json:"result"` // PASSED, WARNED or FAILED; set when it is written
	Configuration []Resource `json:"configuration"`
	Passed        []string   `json:"passedTests"`
	Warned        []string   `json:"warnedTests"`
	Failed        []string   `json:"failedTests"`
}

// Statement writes it about files of a target.
func (r TestResult) Statement(subjects []lodemark.Digest) (sign.Statement, error) {
	switch {
	case len(r.Failed) > 0:
		r.Result = "FAILED"
	case len(r.Warned) > 0 || len(r.Passed) == 0: // nothing tested is nothing passed
		r.Result = "WARNED"
	default:
		r.Result = "PASSED"
	}
	r.Configuration = append([]Resource{}, r.Configuration...)
	r.Passed, r.Warned, r.Failed = append([]string{}, r.Passed...), append([]string{}, r.Warned...), append([]string{}, r.Failed...)
	return about(subjects, testResultType, r)
}

// Verified is a Simple Verification Result: what was shown of the subjects, at a moment, by this program.
type Verified struct {
	Tool       lodemark.Tool
	At         time.Time
	Properties []string  // LODEMARK_MODEL_SIGNED ...
	Policy     *Resource // by which it was decided, where there is one
}

// Statement writes it about files of a target.
func (v Verified) Statement(subjects []lodemark.Digest) (sign.Statement, error) {
	type verifier struct {
		ID      string            `json:"id"`
		Version map[string]string `json:"version"`
		Policy  *Resource         `json:"policy,omitempty"`
	}
	return about(subjects, svrType, struct {
		Verifier    verifier `json:"verifier"`
		TimeCreated string   `json:"timeCreated"`
		Properties  []string `json:"properties"`
	}{verifier{"https://lodemark.example.org/verifier/v1", map[string]string{v.Tool.Name: v.Tool.Version}, v.Policy}, v.At.UTC().Format(time.RFC3339), append([]string{}, v.Properties...)})
}

// BOM says that a CycloneDX document, as JSON, is the bill of materials of the subjects.
func BOM(document []byte, subjects []lodemark.Digest) (sign.Statement, error) {
	return about(subjects, cyclonedxType, json.RawMessage(document))
}

func about(subjects []lodemark.Digest, kind string, predicate any) (sign.Statement, error) {
	s := sign.Statement{PredicateType: kind}
	seen := map[string]bool{}
	for _, d := range subjects {
		if d.SHA256 != "" && !seen[d.Path] {
			seen[d.Path] = true
			s.Subject = append(s.Subject, sign.Subject{Name: d.Path, Digest: map[string]string{"sha256": d.SHA256}})
		}
	}
	if len(s.Subject) == 0 {
		return s, errors.New("a statement is about files by their digests, and here is none")
	}
	data, err := json.Marshal(predicate)
	s.Predicate = data
	return s, err
}

// TooLongError says that a statement does not fit into an entry of the ledger.
type TooLongError struct {
	Type  string
	Bytes int
}

func (e *TooLongError) Error() string {
	return fmt.Sprintf("a statement of type %s has %d bytes signed, and an entry of a ledger at most %d", e.Type, e.Bytes, ledger.MaxEntry)
}

// AppendStatements signs statements and appends them to a ledger, all or none; it returns the first of their entries.
func AppendStatements(ctx context.Context, to Ledger, key *sign.PrivateKey, statements ...sign.Statement) (int64, error) {
	var entries [][]byte
	for _, s := range statements {
		payload, err := s.JSON()
		if err != nil {
			return 0, fmt.Errorf("write a statement: %w", err)
		}
		e, err := sign.Seal(sign.PayloadType, payload, key)
		if err != nil {
			return 0, fmt.Errorf("sign a statement: %w", err)
		}
		entry := e.JSON()
		if len(entry) > ledger.MaxEntry {
			return 0, &TooLongError{s.PredicateType, len(entry)}
		}
		entries = append(entries, entry)
	}
	l, err := to.open()
	if err != nil {
		return 0, err
	}
	return l.Append(ctx, entries, key)
}
