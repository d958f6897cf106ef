package provenance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark/internal/sign"
)

// MaxFile is the largest file of attestations that is read.
const MaxFile = 32 << 20

// maxItems bounds every list that is read: attestations in a file, subjects, dependencies, parameters.
const maxItems = 20_000

// ReadError says what is wrong with a file of attestations, and where.
type ReadError struct {
	Line   int    // 1-based, in a file with one attestation a line; 0: the file is one value
	Reason string // lower case
}

func (e *ReadError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("read attestation: line %d: %s", e.Line, e.Reason)
	}
	return "read attestation: " + e.Reason
}

// object is a JSON object whose members are taken by their exact names. Decoding into structs would take "BuilderId" for "builderId", and
// what one reader passes over must not be what another one believes.
type object map[string]any

// readValue reads one JSON value: no member twice, nothing behind it.
func readValue(data []byte) (any, error) {
	var raw json.RawMessage
	if err := sign.StrictJSON(data, &raw); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return v, nil
}

func readObject(data []byte, what string) (object, error) {
	v, err := readValue(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	o, ok := asObject(v)
	if !ok {
		return nil, fmt.Errorf("%s is no JSON object", what)
	}
	return o, nil
}

func asObject(v any) (object, bool) {
	m, ok := v.(map[string]any)
	return m, ok
}

func (o object) has(name string) bool { _, ok := o[name]; return ok }

// text is a member that has to be a string; "" where it is missing or null.
func (o object) text(name string) (string, error) {
	switch v := o[name].(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	default:
		return "", fmt.Errorf("%s is no string", name)
	}
}

// object is a member that has to be an object; nil where it is missing or null.
func (o object) object(name string) (object, error) {
	switch v := o[name].(type) {
	case nil:
		return nil, nil
	case map[string]any:
		return v, nil
	default:
		return nil, fmt.Errorf("%s is no object", name)
	}
}

// list is a member that has to be a list; nil where it is missing or null.
func (o object) list(name string) ([]any, error) {
	switch v := o[name].(type) {
	case nil:
		return nil, nil
	case []any:
		if len(v) > maxItems {
			return nil, fmt.Errorf("%s has more than %d members", name, maxItems)
		}
		return v, nil
	default:
		return nil, fmt.Errorf("%s is no list", name)
	}
}

// flat lists the values of an object under dotted names, sorted by whoever shows them. Empty objects and lists stand for themselves.
func flat(into map[string]string, prefix string, v any) error {
	if len(into) > maxItems {
		return fmt.Errorf("more than %d parameters", maxItems)
	}
	o, ok := v.(map[string]any)
	if !ok || len(o) == 0 {
		into[prefix] = scalar(v)
		return nil
	}
	for name, member := range o { // the depth is bounded by StrictJSON
		if err := flat(into, prefix+"."+dotted(name), member); err != nil {
			return err
		}
	}
	return nil
}

// dotted is one part of a dotted name. A dot inside of it would let two different objects have one listing.
func dotted(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, `\`, `\\`), ".", `\.`)
}

// scalar is a value as text: a string as it is, all else as JSON.
func scalar(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	data, err := json.Marshal(v)
	if err != nil {
		return "" // what was decoded from JSON can be written as JSON
	}
	return string(data)
}
