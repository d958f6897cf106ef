package report

import (
	"io"

	"github.com/lodemark/lodemark"
)

// Secrets are the credentials that stand in the text files of a target. None of them is in it: of each, no more than its beginning.
type Secrets struct {
	Tool   lodemark.Tool
	Target string
	Folder string          // where the target lies as seen from where viewers of code look; empty: right there
	Rules  []lodemark.Rule // all that were tried
	Found  []Secret        // by path and place
	Tests  []Secret        // those that open nothing of worth, where they are asked for
	Gaps   []lodemark.Gap
	Files  SecretFiles
	Hidden SecretHidden
}

// Secret is a credential at one place.
type Secret struct {
	ID          string            `json:"id"`                 // of the rule
	Kind        string            `json:"kind"`               // what it is
	Provider    string            `json:"provider,omitempty"` // who gave it out; empty where anybody may have
	Severity    lodemark.Severity `json:"severity"`
	Confidence  string            `json:"confidence"` // high, medium, low
	Path        string            `json:"path"`
	Line        int               `json:"line"`   // 1-based
	Column      int               `json:"column"` // 1-based, in bytes
	Name        string            `json:"name,omitempty"`
	Shown       string            `json:"shown"`  // how it begins, where that helps nobody but its owner
	Length      int               `json:"length"` // in bytes
	Test        string            `json:"test,omitempty"`
	Fingerprint string            `json:"fingerprint"`

	Finding lodemark.Finding `json:"-"` // the same as a finding, for what lists findings
}

// SecretFiles counts the files of a target.
type SecretFiles struct {
	Read     int `json:"read"`
	Binary   int `json:"binary"`   // no text: models, pictures, archives
	Vendored int `json:"vendored"` // in folders of what others wrote: not looked at
	Unread   int `json:"unread"`   // not looked at, or not wholly
}

// SecretHidden counts what was asked not to be shown.
type SecretHidden struct {
	Tests  int `json:"tests"`  // what opens nothing of worth: placeholders, samples, test keys, passwords among tests
	Lesser int `json:"lesser"` // below the severity that was asked for
}

// SecretsFormat is one way to draw the credentials of a target.
type SecretsFormat struct {
	Name, About string
	Write       func(io.Writer, *Secrets, Options) error
}

// SecretsFormats lists the formats, text first.
func SecretsFormats() []SecretsFormat {
	return []SecretsFormat{
		{"text", "for people at a terminal", writeSecretsText},
		{"json", "everything, for programs", writeSecretsJSON},
		{"sarif", "for code scanning (SARIF 2.1.0)", writeSecretsSARIF},
	}
}

// secretCounts counts what is listed by severity, and what opens nothing apart from it.
type secretCounts struct {
	Found    int `json:"found"`
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
	Tests    int `json:"tests"`
}

func (s *Secrets) counts() secretCounts {
	n := secretCounts{Found: len(s.Found), Tests: len(s.Tests)}
	for i := range s.Found {
		switch s.Found[i].Severity {
		case lodemark.SeverityCritical:
			n.Critical++
		case lodemark.SeverityHigh:
			n.High++
		case lodemark.SeverityMedium:
			n.Medium++
		case lodemark.SeverityLow:
			n.Low++
		default:
			n.Info++
		}
	}
	return n
}
