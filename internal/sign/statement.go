package sign

import (
	"encoding/json"
	"fmt"
	"strings"
)

// StatementType is the "_type" of a statement, and PayloadType the type of an envelope that holds one.
const (
	StatementType = "https://in-toto.io/Statement/v1"
	PayloadType   = "application/vnd.in-toto+json"
)

// maxSubjects bounds the subjects of one statement.
const maxSubjects = 100_000

// Statement says something (the predicate) about what has these digests (the subjects): an in-toto Statement v1.
type Statement struct {
	Subject       []Subject
	PredicateType string
	Predicate     json.RawMessage // an object
}

// Subject is one thing that a statement is about. Digest maps the name of an algorithm to lower-case hex.
type Subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

// StatementError says why bytes are no statement.
type StatementError struct{ Reason string }

func (e *StatementError) Error() string { return "not a statement: " + e.Reason }

func statementErr(format string, args ...any) error {
	return &StatementError{Reason: fmt.Sprintf(format, args...)}
}

// statementJSON is a statement as it stands in a file.
type statementJSON struct {
	Type          string          `json:"_type"`
	Subject       []subjectJSON   `json:"subject"`
	PredicateType string          `json:"predicateType"`
	Predicate     json.RawMessage `json:"predicate"`
}

// subjectJSON takes the other members that a resource descriptor may have, as statements of other programs do, and uses none of them: only
// a digest says what a statement is about.
type subjectJSON struct {
	Subject
	URI              string         `json:"uri,omitempty"`
	Content          string         `json:"content,omitempty"`
	DownloadLocation string         `json:"downloadLocation,omitempty"`
	MediaType        string         `json:"mediaType,omitempty"`
	Annotations      map[string]any `json:"annotations,omitempty"`
}

// ReadStatement reads a statement strictly: version 1, at least one subject, no name twice, digests in lower-case hex of the length of their
// algorithm and one among them that cannot be forged, a predicate that is an object. What is wrong is a *StatementError.
func ReadStatement(data []byte) (Statement, error) {
	if len(data) > MaxEnvelope {
		return Statement{}, statementErr("larger than %d bytes", MaxEnvelope)
	}
	var raw statementJSON
	if err := StrictJSON(data, &raw); err != nil {
		return Statement{}, statementErr("%v", err)
	}
	if raw.Type != StatementType {
		return Statement{}, statementErr("_type is %s, not %s", quoteShort(raw.Type), StatementType)
	}
	if err := checkURI(raw.PredicateType); err != nil {
		return Statement{}, err
	}
	if len(raw.Predicate) == 0 || raw.Predicate[0] != '{' {
		return Statement{}, statementErr("the predicate is no object")
	}
	s := Statement{PredicateType: raw.PredicateType, Predicate: raw.Predicate}
	for _, subject := range raw.Subject {
		s.Subject = append(s.Subject, subject.Subject)
	}
	return s, checkSubjects(s.Subject)
}

// checkURI wants what the predicate's type is: a URI with a scheme, printable.
func checkURI(predicateType string) error {
	if scheme, rest, ok := strings.Cut(predicateType, ":"); !ok || scheme == "" || rest == "" || len(predicateType) > 1024 ||
		strings.ContainsFunc(predicateType, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return statementErr("predicateType %s is no URI", quoteShort(predicateType))
	}
	return nil
}

func checkSubjects(subjects []Subject) error {
	if len(subjects) == 0 {
		return statementErr("no subject")
	}
	if len(subjects) > maxSubjects {
		return statementErr("more than %d subjects", maxSubjects)
	}
	names := make(map[string]bool, len(subjects))
	for i, s := range subjects {
		if s.Name != "" && names[s.Name] { // a name may be left out, also more than once
			return statementErr("two subjects have the name %s", quoteShort(s.Name))
		}
		names[s.Name] = true
		if err := checkDigests(s.Digest); err != nil {
			return statementErr("subject %d, %s: %v", i+1, quoteShort(s.Name), err)
		}
	}
	return nil
}

// Statement is the statement inside an envelope. An envelope of another type is refused, whatever its bytes look like.
func (e Envelope) Statement() (Statement, error) {
	if e.PayloadType != PayloadType {
		return Statement{}, statementErr("the envelope holds %s, not %s", quoteShort(e.PayloadType), PayloadType)
	}
	return ReadStatement(e.Payload)
}

// JSON writes the statement on one line, and refuses what ReadStatement would.
func (s Statement) JSON() ([]byte, error) {
	raw := statementJSON{Type: StatementType, PredicateType: s.PredicateType, Predicate: s.Predicate, Subject: []subjectJSON{}}
	for _, subject := range s.Subject {
		raw.Subject = append(raw.Subject, subjectJSON{Subject: subject})
	}
	data, err := json.Marshal(raw)
	if err != nil {
		return nil, statementErr("%v", err)
	}
	if _, err := ReadStatement(data); err != nil {
		return nil, err
	}
	return data, nil
}
