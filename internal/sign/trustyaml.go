package sign

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// TrustSchema is what a trust.yaml begins with.
const TrustSchema = "lodemark.trust/1"

type certificates = []*x509.Certificate

func parseCertificate(der []byte) (*x509.Certificate, error) {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, keyErr("", "a certificate cannot be read: %v", err)
	}
	return c, nil
}

// TrustFileError says what is wrong in a trust.yaml, and where.
type TrustFileError struct {
	Line   int // 0: the whole file
	Reason string
}

func (e *TrustFileError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
	}
	return e.Reason
}

// trustYAML is the file as it is written.
type trustYAML struct {
	Schema    string        `yaml:"schema"`
	Keys      []keyYAML     `yaml:"keys,omitempty"`
	Roots     []rootYAML    `yaml:"roots,omitempty"`
	Witnesses []witnessYAML `yaml:"witnesses,omitempty"`
}

type keyYAML struct {
	Name    string `yaml:"name"`
	From    moment `yaml:"from,omitempty"`
	Until   moment `yaml:"until,omitempty"`
	Retired moment `yaml:"retired,omitempty"`
	Revoked moment `yaml:"revoked,omitempty"`
	Reason  string `yaml:"reason,omitempty"`
	Uses    []Use  `yaml:"uses,omitempty,flow"`
	File    string `yaml:"file,omitempty"`
	Key     string `yaml:"key,omitempty"`
}

type rootYAML struct {
	Name        string       `yaml:"name"`
	From        moment       `yaml:"from,omitempty"`
	Until       moment       `yaml:"until,omitempty"`
	Uses        []Use        `yaml:"uses,omitempty,flow"`
	Identity    identityYAML `yaml:"identity,omitempty"`
	File        string       `yaml:"file,omitempty"`
	Certificate string       `yaml:"certificate,omitempty"`
}

type identityYAML struct {
	SAN    string `yaml:"san,omitempty"`
	Issuer string `yaml:"issuer,omitempty"`
}

type witnessYAML struct {
	Name string `yaml:"name"`
	Key  string `yaml:"key"`
}

// moment is a time, or a day, which is its first moment in UTC.
type moment struct{ time.Time }

// UnmarshalYAML reads RFC 3339 or YYYY-MM-DD.
func (m *moment) UnmarshalYAML(node *yaml.Node) error {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, node.Value); err == nil && t.Year() > 1 {
			m.Time = t.UTC()
			return nil
		}
	}
	return fmt.Errorf("line %d: %s is no time: write YYYY-MM-DD, or as in 2026-11-26T09:00:00Z", node.Line, quoteShort(node.Value))
}

// MarshalYAML writes it so that UnmarshalYAML reads the same.
func (m moment) MarshalYAML() (any, error) { return m.UTC().Truncate(time.Second), nil }

// ParseTrust reads a trust.yaml. open reads the files that it names, which lie beside it. What is wrong is a *TrustFileError.
func ParseTrust(data []byte, open func(name string) ([]byte, error)) (*Trust, error) {
	var file trustYAML
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&file); errors.Is(err, io.EOF) {
		return nil, &TrustFileError{0, "the file is empty"}
	} else if err != nil {
		return nil, &TrustFileError{0, strings.Join(strings.Fields(err.Error()), " ")}
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, &TrustFileError{0, "a second document follows"}
	}
	if file.Schema != TrustSchema {
		return nil, &TrustFileError{1, fmt.Sprintf("schema is %s: begin with schema: %s", quoteShort(file.Schema), TrustSchema)}
	}
	if n := len(file.Keys); n > maxTrusted || len(file.Roots) > maxTrusted || len(file.Witnesses) > maxTrusted {
		return nil, &TrustFileError{0, fmt.Sprintf("more than %d entries", maxTrusted)}
	}
	p := trustParser{open: open, lines: linesOf(data)}
	for i, k := range file.Keys {
		if err := p.key(k); err != nil {
			return nil, p.at("keys", i, err)
		}
	}
	for i, r := range file.Roots {
		if err := p.root(r); err != nil {
			return nil, p.at("roots", i, err)
		}
	}
	for i, w := range file.Witnesses {
		if err := p.witness(w); err != nil {
			return nil, p.at("witnesses", i, err)
		}
	}
	if err := p.trust.eachOnce(); err != nil {
		return nil, &TrustFileError{0, err.Error()}
	}
	return &p.trust, nil
}

// trustParser checks entry by entry.
type trustParser struct {
	trust Trust
	open  func(string) ([]byte, error)
	lines map[string][]int
}

// linesOf finds where each entry of each list begins.
func linesOf(data []byte) map[string][]int {
	lines := map[string][]int{}
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return lines
	}
	top := doc.Content[0].Content
	for i := 0; i+1 < len(top); i += 2 {
		for _, entry := range top[i+1].Content {
			lines[top[i].Value] = append(lines[top[i].Value], entry.Line)
		}
	}
	return lines
}

func (p *trustParser) at(list string, i int, err error) error {
	e := &TrustFileError{Reason: err.Error()}
	if i < len(p.lines[list]) {
		e.Line = p.lines[list][i]
	}
	return e
}

func (p *trustParser) key(k keyYAML) error {
	text, err := p.text("key", k.Key, k.File)
	if err != nil {
		return err
	}
	public, err := ReadPublic(text)
	if err != nil {
		return err
	}
	if err := checkEntry(k.Name, k.From, k.Until, k.Uses); err != nil {
		return err
	}
	switch {
	case k.Revoked.IsZero() && k.Reason != "":
		return errors.New("a reason without revoked: it says why a key was revoked")
	case !k.Revoked.IsZero() && strings.TrimSpace(k.Reason) == "":
		return errors.New("revoked without a reason")
	}
	p.trust.keys = append(p.trust.keys, TrustedKey{
		Name: k.Name, Key: public, From: k.From.Time, Until: k.Until.Time, Retired: k.Retired.Time, Revoked: k.Revoked.Time, Reason: k.Reason, Uses: k.Uses,
	})
	return nil
}

func (p *trustParser) root(r rootYAML) error {
	text, err := p.text("certificate", r.Certificate, r.File)
	if err != nil {
		return err
	}
	blocks, err := readPEM(text)
	if err != nil {
		return err
	}
	if len(blocks) != 1 || blocks[0].Type != "CERTIFICATE" {
		return errors.New("a root is one certificate: give each its own entry")
	}
	c, err := parseCertificate(blocks[0].Bytes)
	if err != nil {
		return err
	}
	if !c.IsCA {
		return errors.New("the certificate is not that of an authority: write it under keys")
	}
	if err := checkEntry(r.Name, r.From, r.Until, r.Uses); err != nil {
		return err
	}
	if star := strings.Index(r.Identity.SAN, "*"); star >= 0 && star < len(r.Identity.SAN)-1 || r.Identity.SAN == "*" {
		return errors.New("identity.san may have a * at its end and nowhere else")
	}
	p.trust.roots = append(p.trust.roots, trustedRoot{
		name: r.Name, certificate: c, san: r.Identity.SAN, issuer: r.Identity.Issuer, from: r.From.Time, until: r.Until.Time, uses: r.Uses,
	})
	return nil
}

func (p *trustParser) witness(w witnessYAML) error {
	if err := checkName(w.Name); err != nil {
		return err
	}
	if err := checkVKey(w.Key); err != nil {
		return err
	}
	p.trust.witnesses = append(p.trust.witnesses, Witness{Name: w.Name, VKey: w.Key})
	return nil
}

// text is what stands in the entry itself, or in the file that it names.
func (p *trustParser) text(member, inline, file string) ([]byte, error) {
	switch {
	case (inline == "") == (file == ""):
		return nil, fmt.Errorf("give either %s or file", member)
	case inline != "":
		return []byte(inline), nil
	case !filepath.IsLocal(filepath.FromSlash(file)):
		return nil, fmt.Errorf("file %s: only files beside the trust file are read", quoteShort(file))
	case p.open == nil:
		return nil, fmt.Errorf("file %s: no files can be read here", quoteShort(file))
	}
	return p.open(file)
}

func checkEntry(name string, from, until moment, uses []Use) error {
	if err := checkName(name); err != nil {
		return err
	}
	if !from.IsZero() && !until.IsZero() && !from.Before(until.Time) {
		return errors.New("until is not after from: it would never be trusted")
	}
	for i, u := range uses {
		if !slices.Contains(Uses(), u) {
			return fmt.Errorf("there is no use %s: there are %s", quoteShort(string(u)), list(Uses()))
		}
		if slices.Contains(uses[:i], u) {
			return fmt.Errorf("the use %s stands twice", u)
		}
	}
	return nil
}

// checkName wants a name that is the same in a report and in a person's eyes.
func checkName(name string) error {
	if name == "" || len(name) > 100 || strings.TrimSpace(name) != name || strings.ContainsFunc(name, func(r rune) bool {
		return r < ' ' || r == 0x7f || r > 0xffff || (r >= 0x200b && r <= 0x206f) || r == 0xfeff
	}) {
		return fmt.Errorf("name %s: write 1 to 100 printable characters", quoteShort(name))
	}
	return nil
}
