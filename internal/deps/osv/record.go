package osv

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// record is one file of a database, as far as it is used (schema 1.0 to 1.7). Members that we do not know are left alone: a later
// schema only adds some.
type record struct {
	ID        string     `json:"id" yaml:"id"`
	Modified  string     `json:"modified" yaml:"modified"`
	Published string     `json:"published" yaml:"published"`
	Withdrawn string     `json:"withdrawn" yaml:"withdrawn"`
	Aliases   []string   `json:"aliases" yaml:"aliases"`
	Summary   string     `json:"summary" yaml:"summary"`
	Details   string     `json:"details" yaml:"details"`
	Severity  []rating   `json:"severity" yaml:"severity"`
	Affected  []affected `json:"affected" yaml:"affected"`
	Refs      []struct {
		Type string `json:"type" yaml:"type"`
		URL  string `json:"url" yaml:"url"`
	} `json:"references" yaml:"references"`
	Database loose `json:"database_specific" yaml:"database_specific"`
}

type rating struct {
	Type  string `json:"type" yaml:"type"`
	Score string `json:"score" yaml:"score"`
}

type affected struct {
	Package struct {
		Ecosystem string `json:"ecosystem" yaml:"ecosystem"`
		Name      string `json:"name" yaml:"name"`
	} `json:"package" yaml:"package"`
	Severity  []rating  `json:"severity" yaml:"severity"`
	Ranges    []spanned `json:"ranges" yaml:"ranges"`
	Versions  []string  `json:"versions" yaml:"versions"`
	Ecosystem loose     `json:"ecosystem_specific" yaml:"ecosystem_specific"`
	Database  loose     `json:"database_specific" yaml:"database_specific"`
}

type spanned struct {
	Type   string  `json:"type" yaml:"type"`
	Events []event `json:"events" yaml:"events"`
}

// event has one member that is set.
type event struct {
	Introduced   string `json:"introduced" yaml:"introduced"`
	Fixed        string `json:"fixed" yaml:"fixed"`
	LastAffected string `json:"last_affected" yaml:"last_affected"`
	Limit        string `json:"limit" yaml:"limit"`
}

// loose is what each database makes up for itself. A member of another type than ours is no mistake of the file's: it is not there.
type loose struct {
	Severity string
	CWEs     []string
	Imports  []string // packages of a Go module that hold the weakness
	Known    string   // GitHub: "<= 1.2.3", where a range has no end because no version without the weakness was known
	Informs  string   // RustSec: why this is no vulnerability: unmaintained, unsound, notice
}

func (l *loose) UnmarshalJSON(data []byte) error {
	var all map[string]json.RawMessage
	if json.Unmarshal(data, &all) != nil {
		return nil
	}
	l.take(func(key string, into any) bool { return all[key] != nil && json.Unmarshal(all[key], into) == nil })
	return nil
}

func (l *loose) UnmarshalYAML(n *yaml.Node) error {
	var all map[string]yaml.Node
	if n.Decode(&all) != nil {
		return nil
	}
	l.take(func(key string, into any) bool {
		member, ok := all[key]
		return ok && member.Decode(into) == nil
	})
	return nil
}

func (l *loose) take(get func(key string, into any) bool) {
	if !get("severity", &l.Severity) {
		l.Severity = ""
	}
	if !get("cwe_ids", &l.CWEs) {
		l.CWEs = nil
	}
	if !get("informational", &l.Informs) {
		l.Informs = ""
	}
	if !get("last_known_affected_version_range", &l.Known) {
		l.Known = ""
	}
	var described []struct {
		ID string `json:"cweId" yaml:"cweId"`
	}
	if get("cwes", &described) { // as those who collect malicious packages write it
		for _, d := range described {
			l.CWEs = append(l.CWEs, d.ID)
		}
	}
	var imports []struct {
		Path string `json:"path" yaml:"path"`
	}
	if get("imports", &imports) {
		for _, i := range imports {
			l.Imports = append(l.Imports, i.Path)
		}
	}
}

// malformed says why a file of the database is no advisory.
type malformed struct {
	line   int // 0: not known
	reason string
}

func (e *malformed) Error() string {
	if e.line > 0 {
		return fmt.Sprintf("line %d: %s", e.line, e.reason)
	}
	return e.reason
}

// Bounds on one record. The largest advisories known have some thousand versions and a few hundred kilobytes.
const (
	yamlBytes   = 1 << 20
	maxAffected = 10_000
	maxVersions = 200_000 // of one record, over all packages
	maxEvents   = 100_000
	maxAliases  = 200
	nameBytes   = 1000
)

// parse reads one advisory, JSON or, where the name says so, YAML.
func parse(name string, data []byte) (*record, error) {
	var r record
	if isYAML(name) {
		if len(data) > yamlBytes {
			return nil, &malformed{0, fmt.Sprintf("has %d bytes, and at most %d are read of YAML", len(data), yamlBytes)}
		}
		if err := yaml.Unmarshal(data, &r); err != nil {
			return nil, yamlError(err)
		}
	} else if err := json.Unmarshal(data, &r); err != nil {
		return nil, jsonError(data, err)
	}
	return &r, r.check()
}

func isYAML(name string) bool {
	return strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

func yamlError(err error) error {
	e := &malformed{reason: strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " ")}
	if n, _ := fmt.Sscanf(e.reason, "line %d:", &e.line); n == 1 {
		_, e.reason, _ = strings.Cut(e.reason, ": ")
	}
	return e
}

func jsonError(data []byte, err error) error {
	e := &malformed{reason: err.Error()}
	offset := int64(-1)
	if se := (*json.SyntaxError)(nil); errors.As(err, &se) {
		offset = se.Offset
	} else if te := (*json.UnmarshalTypeError)(nil); errors.As(err, &te) {
		offset = te.Offset
	}
	if offset >= 0 {
		e.line = 1 + bytes.Count(data[:min(int(offset), len(data))], []byte("\n"))
	}
	return e
}

// check holds a record to what the rest of the package relies on.
func (r *record) check() error {
	versions, events := 0, 0
	for _, a := range r.Affected {
		versions += len(a.Versions)
		for _, s := range a.Ranges {
			events += len(s.Events)
		}
		if len(a.Package.Name) > nameBytes {
			return &malformed{0, "a package has a name of more than 1000 bytes"}
		}
	}
	switch {
	case r.ID == "":
		return &malformed{0, "no advisory: it has no id"}
	case len(r.ID) > nameBytes:
		return &malformed{0, "its id has more than 1000 bytes"}
	case len(r.Affected) > maxAffected || versions > maxVersions || events > maxEvents || len(r.Aliases) > maxAliases:
		return &malformed{0, fmt.Sprintf("%d packages, %d versions, %d events and %d aliases: more than any advisory has", len(r.Affected), versions, events, len(r.Aliases))}
	}
	if _, err := time.Parse(time.RFC3339, r.Modified); err != nil {
		return &malformed{0, fmt.Sprintf("modified is %q, and no time", r.Modified)}
	}
	return nil
}

// malicious says whether this is no weakness but a package that was made to do harm.
func (r *record) malicious() bool {
	if strings.HasPrefix(r.ID, "MAL-") {
		return true
	}
	for _, a := range r.Aliases {
		if strings.HasPrefix(a, "MAL-") {
			return true
		}
	}
	return false
}

// title is a line that says what it is about.
func (r *record) title() string {
	text := r.Summary
	if text == "" {
		text = r.Details
	}
	return oneLine(text, titleBytes)
}

// titleBytes bounds what is kept of a summary; the rest stands where the references lead.
const titleBytes = 300

// oneLine folds white space and cuts a text at a character's end.
func oneLine(s string, most int) string {
	cut := s
	if len(cut) > 4*most {
		cut = cut[:4*most]
	}
	cut = strings.ToValidUTF8(strings.Join(strings.Fields(cut), " "), "\uFFFD")
	if len(cut) <= most {
		return cut
	}
	return strings.ToValidUTF8(cut[:most], "") + "…"
}
