package oms

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/lodemark/lodemark/internal/sign"
)

// The predicate types of the format: since model-signing 0.3, and that of 0.2.
const (
	predicateType    = "https://model_signing/signature/v1.0"
	oldPredicateType = "https://model_signing/Digests/v0.1"
)

func hexOf(b []byte) string { return hex.EncodeToString(b) }

type resourceJSON struct {
	Algorithm string `json:"algorithm"`
	Digest    string `json:"digest"`
	Name      string `json:"name"`
}

type serializationJSON struct {
	Method    string   `json:"method"`
	Hash      string   `json:"hash_type"`
	ShardSize int64    `json:"shard_size,omitempty"`
	Links     bool     `json:"allow_symlinks"`
	Ignored   []string `json:"ignore_paths,omitempty"`
}

// Payload is the in-toto statement that is signed for a manifest. The same manifest gives the same bytes.
func (m *Manifest) Payload() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("write manifest: %w", err)
	}
	var predicate struct {
		Serialization serializationJSON `json:"serialization"`
		Resources     []resourceJSON    `json:"resources"`
	}
	predicate.Serialization = serializationJSON{Method: "files", Hash: m.Method.Hash, ShardSize: m.Method.ShardSize, Ignored: m.Ignored}
	if m.Method.ShardSize > 0 {
		predicate.Serialization.Method = "shards"
	}
	predicate.Resources = make([]resourceJSON, 0, len(m.Parts))
	for _, p := range m.Parts {
		predicate.Resources = append(predicate.Resources, resourceJSON{m.Method.algorithm(), hexOf(p.Digest), p.name(m.Method)})
	}
	raw, err := json.Marshal(predicate)
	if err != nil {
		return nil, fmt.Errorf("write manifest: %w", err)
	}
	root := strings.TrimPrefix(m.Root, "sha256:")
	s := sign.Statement{Subject: []sign.Subject{{Name: m.Name, Digest: map[string]string{"sha256": root}}}, PredicateType: predicateType, Predicate: raw}
	payload, err := s.JSON()
	if err != nil {
		return nil, fmt.Errorf("write manifest: %w", err)
	}
	return payload, nil
}

// readManifest reads a statement. Members that the format does not name are passed over, as it demands; one that stands twice is refused.
func readManifest(payload []byte) (*Manifest, error) {
	if values(payload) > maxValues {
		return nil, fmt.Errorf("the statement holds more than %d values", maxValues)
	}
	var any any
	if err := sign.StrictJSON(payload, &any); err != nil {
		return nil, err
	}
	s, err := object(any, "the statement")
	if err != nil {
		return nil, err
	}
	if kind, _ := s["_type"].(string); kind != sign.StatementType {
		return nil, fmt.Errorf("the statement's type is %q, and not %q", kind, sign.StatementType)
	}
	subjects, ok := s["subject"].([]anyJSON)
	if !ok {
		return nil, errors.New("the statement has no list of subjects")
	}
	m := &Manifest{}
	switch kind, _ := s["predicateType"].(string); kind {
	case predicateType:
		err = m.read(subjects, s["predicate"])
	case oldPredicateType:
		err = m.readOld(subjects)
	default:
		return nil, fmt.Errorf("the predicate type is %q: this is no signature of a model", kind)
	}
	if err != nil {
		return nil, err
	}
	if len(m.Parts) == 0 {
		return nil, errors.New("the manifest names no file")
	}
	return m, m.check()
}

// maxValues is twice what the largest manifest that is written holds. A short text can be many values, and each takes memory.
const maxValues = 8 * maxParts

// values counts the values of a JSON text, or some more where it is none.
func values(text []byte) (n int) {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case !quoted && (c == '{' || c == '[' || c == ','):
			n++
		}
	}
	return n
}

type anyJSON = any

func (m *Manifest) read(subjects []anyJSON, predicate any) error {
	if len(subjects) != 1 {
		return fmt.Errorf("the statement has %d subjects, and a model is one", len(subjects))
	}
	var digest []byte
	var err error
	if m.Name, digest, err = subject(subjects[0]); err != nil {
		return err
	}
	m.Root = "sha256:" + hexOf(digest)
	body, err := object(predicate, "the predicate")
	if err != nil {
		return err
	}
	if err := m.readMethod(body["serialization"]); err != nil {
		return err
	}
	resources, ok := body["resources"].([]anyJSON)
	if !ok {
		return errors.New("the predicate has no list of resources")
	}
	m.Parts = make([]Part, 0, len(resources))
	for _, r := range resources {
		part, err := m.readPart(r)
		if err != nil {
			return err
		}
		m.Parts = append(m.Parts, part)
	}
	return nil
}

func (m *Manifest) readMethod(v any) error {
	s, err := object(v, "the predicate's serialization")
	if err != nil {
		return err
	}
	m.Method.Hash, _ = s["hash_type"].(string)
	if _, err := digestSize(m.Method.Hash); err != nil {
		return err
	}
	switch method, _ := s["method"].(string); method {
	case "files":
		if s["shard_size"] != nil {
			return errors.New("files have no size of shards")
		}
	case "shards":
		size, ok := s["shard_size"].(float64) // protocol buffers write 1000000000.0
		if !ok || size < 1 || size > 1<<53 || size != math.Trunc(size) {
			return fmt.Errorf("the size of shards is %v", s["shard_size"])
		}
		m.Method.ShardSize = int64(size)
	default:
		return fmt.Errorf("a model in parts by %q is not known here: files and shards are", method)
	}
	switch links := s["allow_symlinks"].(type) {
	case bool:
		m.Method.Links = links
	case nil:
	default:
		return fmt.Errorf("allow_symlinks is %v", links)
	}
	rules, ok := s["ignore_paths"].([]anyJSON)
	if s["ignore_paths"] != nil && !ok {
		return errors.New("ignore_paths is no list")
	}
	for _, r := range rules {
		rule, ok := r.(string)
		if !ok {
			return errors.New("ignore_paths holds something else than a text")
		}
		m.Ignored = append(m.Ignored, rule)
	}
	return nil
}

func (m *Manifest) readPart(v any) (Part, error) {
	r, err := object(v, "a resource")
	if err != nil {
		return Part{}, err
	}
	name, _ := r["name"].(string)
	if algorithm, _ := r["algorithm"].(string); algorithm != m.Method.algorithm() {
		return Part{}, fmt.Errorf("the digest of %q is by %q, and the manifest says %q", name, algorithm, m.Method.algorithm())
	}
	text, _ := r["digest"].(string)
	digest, err := readHex(text)
	if err != nil {
		return Part{}, fmt.Errorf("the digest of %q: %w", name, err)
	}
	part := Part{Path: name, Digest: digest}
	if m.Method.ShardSize == 0 {
		return part, nil
	}
	fields := strings.Split(name, ":")
	if len(fields) != 3 {
		return Part{}, fmt.Errorf("%q is no shard: path, start and end were expected, with colons between them", name)
	}
	part.Path = fields[0]
	if part.Start, err = offset(fields[1]); err == nil {
		part.End, err = offset(fields[2])
	}
	if err != nil {
		return Part{}, fmt.Errorf("shard %q: %w", name, err)
	}
	return part, nil
}

// readOld reads the format of model-signing 0.2: every file is a subject, always by SHA-256.
func (m *Manifest) readOld(subjects []anyJSON) error {
	m.Method = Method{Hash: "sha256", Old: true}
	for _, s := range subjects {
		name, digest, err := subject(s)
		if err != nil {
			return err
		}
		m.Parts = append(m.Parts, Part{Path: name, Digest: digest})
	}
	return nil
}

func subject(v any) (name string, digest []byte, err error) {
	s, err := object(v, "a subject")
	if err != nil {
		return "", nil, err
	}
	name, _ = s["name"].(string)
	digests, err := object(s["digest"], "a subject's digest")
	if err != nil {
		return "", nil, err
	}
	text, _ := digests["sha256"].(string)
	digest, err = readHex(text)
	if err == nil && len(digest) != 32 {
		err = fmt.Errorf("%d bytes are no SHA-256", len(digest))
	}
	if err != nil {
		return "", nil, fmt.Errorf("the digest of subject %q: %w", name, err)
	}
	return name, digest, nil
}

func object(v any, what string) (map[string]any, error) {
	o, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s is missing, or no object", what)
	}
	return o, nil
}

// readHex reads lower-case hexadecimal digits: one digest has one spelling.
func readHex(s string) ([]byte, error) {
	b, err := hex.DecodeString(s)
	if err != nil || s == "" || hexOf(b) != s {
		return nil, fmt.Errorf("%q is not in lower-case hexadecimal digits", s)
	}
	return b, nil
}

// offset reads a number of bytes in its one spelling.
func offset(s string) (int64, error) {
	n := int64(0)
	if s == "" || len(s) > 18 || s[0] == '0' && s != "0" {
		return 0, fmt.Errorf("%q is no offset", s)
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, fmt.Errorf("%q is no offset", s)
		}
		n = 10*n + int64(s[i]-'0')
	}
	return n, nil
}
