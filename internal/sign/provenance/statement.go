package provenance

import (
	"encoding/hex"
	"fmt"

	"github.com/lodemark/lodemark/internal/sign"
)

// oldStatement is the type of in-toto statements before v1, which most of those in circulation are. The members are the same.
const oldStatement = "https://in-toto.io/Statement/v0.1"

// Statement is what an attestation says, about what.
type Statement struct {
	Type          string // the in-toto type
	Subjects      []Subject
	PredicateType string
	predicate     object
}

// Subject is one thing that a statement is about.
type Subject struct {
	Name    string
	Digests map[string]string // "sha256" to lower-case hex
}

// bits are the algorithms by which an artefact is told from others, with the length of their digests. SHA-1 and MD5 are not among them.
var bits = map[string]int{"sha256": 256, "sha384": 384, "sha512": 512}

// readStatement reads the payload of an envelope. Members that the format does not know are passed over, as the specification wants it.
func readStatement(payload []byte) (Statement, error) {
	o, err := readObject(payload, "the statement")
	if err != nil {
		return Statement{}, err
	}
	return statementOf(o)
}

func statementOf(o object) (s Statement, err error) {
	if s.Type, err = o.text("_type"); err != nil {
		return s, err
	}
	if s.Type != sign.StatementType && s.Type != oldStatement {
		return s, fmt.Errorf("%q is no in-toto statement of version 1 or 0.1", s.Type)
	}
	if s.PredicateType, err = o.text("predicateType"); err != nil {
		return s, err
	}
	if s.PredicateType == "" {
		return s, fmt.Errorf("the statement names no predicate type")
	}
	if s.predicate, err = o.object("predicate"); err != nil {
		return s, err
	}
	subjects, err := o.list("subject")
	if err != nil {
		return s, err
	}
	if len(subjects) == 0 {
		return s, fmt.Errorf("the statement is about nothing: it has no subject")
	}
	for i, v := range subjects {
		subject, err := readSubject(v)
		if err != nil {
			return s, fmt.Errorf("subject %d: %w", i+1, err)
		}
		s.Subjects = append(s.Subjects, subject)
	}
	return s, nil
}

func readSubject(v any) (Subject, error) {
	o, ok := asObject(v)
	if !ok {
		return Subject{}, fmt.Errorf("not an object")
	}
	name, err := o.text("name")
	if err != nil {
		return Subject{}, err
	}
	digests, err := readDigests(o)
	if err == nil && len(digests) == 0 {
		err = fmt.Errorf("no digest")
	}
	return Subject{name, digests}, err
}

// readDigests reads a set of digests. Those that count are checked for their form, so that two spellings cannot pass for two digests.
func readDigests(o object) (map[string]string, error) {
	set, err := o.object("digest")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for algorithm := range set {
		text, err := set.text(algorithm)
		if err != nil {
			return nil, fmt.Errorf("digest %w", err)
		}
		if n, known := bits[algorithm]; known && !isHex(text, n/4) {
			return nil, fmt.Errorf("%s is no lower-case hex of %d digits", algorithm, n/4)
		}
		out[algorithm] = text
	}
	return out, nil
}

// isHex says whether text is lower-case hexadecimal of n digits.
func isHex(text string, n int) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(text) == n && hex.EncodeToString(raw) == text
}
