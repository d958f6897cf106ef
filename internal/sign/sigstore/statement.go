package sigstore

import (
	"encoding/json"
	"fmt"

	"github.com/lodemark/lodemark/internal/sign"
)

// oldStatement is the type of statements before version 1. Many published packages carry one; its subjects are written in the same way.
const oldStatement = "https://in-toto.io/Statement/v0.1"

// maxSubjects is the most subjects of a statement that are looked at.
const maxSubjects = 100_000

// subjectsOf gives the digests of the subjects of a statement, by algorithm.
func subjectsOf(payload []byte) ([]map[string]string, error) {
	var w struct {
		Type    string `json:"_type"`
		Subject []struct {
			Name        string            `json:"name"`
			Digest      map[string]string `json:"digest"`
			URI         string            `json:"uri"`
			Content     json.RawMessage   `json:"content"`
			Download    string            `json:"downloadLocation"`
			MediaType   string            `json:"mediaType"`
			Annotations json.RawMessage   `json:"annotations"`
		} `json:"subject"`
		PredicateType string          `json:"predicateType"`
		Predicate     json.RawMessage `json:"predicate"`
	}
	if err := readJSON(payload, &w); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	if w.Type != sign.StatementType && w.Type != oldStatement {
		return nil, fmt.Errorf("the payload is a %s, not a statement", shorten(w.Type))
	}
	if len(w.Subject) > maxSubjects {
		return nil, fmt.Errorf("a statement about more than %d subjects", maxSubjects)
	}
	digests := make([]map[string]string, len(w.Subject))
	for i, s := range w.Subject {
		digests[i] = s.Digest
	}
	return digests, nil
}
