package provenance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lodemark/lodemark/internal/sign"
)

// Attestation is one statement in its wrapping. Nothing of it is verified yet.
type Attestation struct {
	Wrapping  string // "DSSE envelope", "Sigstore bundle", "PyPI attestation", "bare statement"
	Source    string // where it stood in the file: "", "line 3", "npm", "GitHub", "PyPI", "Cloud Build"
	Statement Statement
	SLSA      *Provenance // nil: the statement is about something else, or is malformed
	Problem   error       // why it cannot be verified, whoever is trusted; nil: it can be tried

	envelope *sign.Envelope // signed by a key
	bundle   []byte         // a Sigstore bundle as JSON
}

// Read reads a file of attestations: an envelope, a Sigstore bundle, what npm, PyPI, GitHub and Google Cloud Build answer when asked for the
// attestations of a package, or one of these a line. An attestation that is malformed carries its problem, and the others stand; the error
// is for a file that is none of these, and is a *ReadError.
func Read(data []byte) ([]Attestation, error) {
	if len(data) > MaxFile {
		return nil, &ReadError{Reason: fmt.Sprintf("larger than %d bytes", MaxFile)}
	}
	if all, ok, err := readLines(data); ok {
		return all, err
	}
	v, err := readValue(data)
	if err != nil {
		return nil, &ReadError{Reason: err.Error()}
	}
	all, err := unwrap(v, "", 0)
	if err != nil {
		return nil, &ReadError{Reason: err.Error()}
	}
	return all, nil
}

// readLines reads JSON values that stand one a line. ok is false where the file is a single value.
func readLines(data []byte) (all []Attestation, ok bool, err error) {
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	if len(lines) < 2 || !json.Valid(lines[0]) {
		return nil, false, nil
	}
	for i, line := range lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		v, err := readValue(line)
		if err != nil {
			return nil, true, &ReadError{Line: i + 1, Reason: err.Error()}
		}
		more, err := unwrap(v, fmt.Sprintf("line %d", i+1), 0)
		if err != nil {
			return nil, true, &ReadError{Line: i + 1, Reason: err.Error()}
		}
		if all = append(all, more...); len(all) > maxItems {
			return nil, true, &ReadError{Line: i + 1, Reason: fmt.Sprintf("more than %d attestations", maxItems)}
		}
	}
	return all, true, nil
}

// wrapDepth is how many wrappings may lie around an attestation: PyPI's answer has three.
const wrapDepth = 4

// unwrap finds the attestations in a value by its shape.
func unwrap(v any, from string, depth int) ([]Attestation, error) {
	if depth > wrapDepth {
		return nil, errors.New("wrapped too often")
	}
	if items, ok := v.([]any); ok {
		return each(items, from, depth)
	}
	o, ok := asObject(v)
	if !ok {
		return nil, errors.New("neither an object nor a list of them")
	}
	switch {
	case o.has("mediaType") && o.has("verificationMaterial"):
		return []Attestation{fromBundle(o, from)}, nil
	case o.has("payload") && o.has("signatures"):
		return []Attestation{fromEnvelope(o, from)}, nil
	case o.has("envelope") && o.has("verification_material"):
		return []Attestation{fromPyPI(o, from)}, nil
	case o.has("_type") && o.has("predicateType"):
		return []Attestation{bare(o, from)}, nil
	case o.has("attestation_bundles"):
		return members(o, "attestation_bundles", or(from, "PyPI"), depth)
	case o.has("attestations"):
		return members(o, "attestations", from, depth)
	case o.has("bundle"):
		where := "npm"
		if o.has("repository_id") {
			where = "GitHub"
		}
		return unwrap(o["bundle"], or(from, where), depth+1)
	case o.has("provenance_summary"):
		return fromCloudBuild(o, from, depth)
	}
	return nil, errors.New("neither an envelope nor a bundle, and no list of attestations that is known")
}

func each(items []any, from string, depth int) ([]Attestation, error) {
	if len(items) > maxItems {
		return nil, fmt.Errorf("more than %d attestations", maxItems)
	}
	var all []Attestation
	for i, item := range items {
		more, err := unwrap(item, from, depth+1)
		if err != nil {
			return nil, fmt.Errorf("attestation %d: %w", i+1, err)
		}
		if all = append(all, more...); len(all) > maxItems {
			return nil, fmt.Errorf("more than %d attestations", maxItems)
		}
	}
	return all, nil
}

func members(o object, name, from string, depth int) ([]Attestation, error) {
	items, err := o.list(name)
	if err != nil {
		return nil, err
	}
	return each(items, from, depth)
}
