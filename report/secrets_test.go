package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// madeSecrets is a look at the files of a target with credentials of several kinds, some that open nothing, and hostile text.
func madeSecrets() *Secrets {
	one := func(s Secret, message string) Secret {
		s.Finding = lodemark.Finding{ID: s.ID, Severity: s.Severity, Path: s.Path, Line: s.Line, Message: message, Fix: "revoke it", Clauses: []string{"DEV-2.9"}, Refs: []string{"CWE-798"}, Key: s.ID}
		all := lodemark.Fingerprinted([]lodemark.Finding{s.Finding})
		s.Finding, s.Fingerprint = all[0], all[0].Fingerprint
		return s
	}
	rule := func(id, title string, s lodemark.Severity) lodemark.Rule {
		return lodemark.Rule{ID: id, Title: title, Severity: s, Confidence: "high", Why: "Whoever can read the file can use it.", Fix: "revoke it", Refs: []string{"CWE-798"}, Clauses: []string{"DEV-2.9"}}
	}
	return &Secrets{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, Target: "app",
		Rules: []lodemark.Rule{rule("groq-api-key", "Groq API key", lodemark.SeverityHigh), rule("assigned-password", "Password under a telling name", lodemark.SeverityMedium), rule("npm-token", "npm token", lodemark.SeverityHigh)},
		Found: []Secret{
			one(Secret{ID: "groq-api-key", Kind: "Groq API key", Provider: "Groq", Severity: lodemark.SeverityHigh, Confidence: "high", Path: "app/llm.py", Line: 7, Column: 12, Name: "GROQ_API_KEY", Shown: "gsk_…", Length: 56}, "A Groq API key stands here."),
			one(Secret{ID: "assigned-password", Kind: "Password under a telling name", Severity: lodemark.SeverityMedium, Confidence: "low", Path: "app/llm.py", Line: 9, Column: 3, Name: "DB_PASSWORD", Shown: "…", Length: 14}, "A password stands here."),
			one(Secret{ID: "npm-token", Kind: "Access token", Provider: "npm", Severity: lodemark.SeverityCritical, Confidence: "high", Path: hostile, Line: 1, Column: 1, Name: hostile, Shown: "npm_…", Length: 40}, hostile),
		},
		Tests: []Secret{one(Secret{ID: "groq-api-key", Kind: "Groq API key", Provider: "Groq", Severity: lodemark.SeverityInfo, Confidence: "high", Path: "README.md", Line: 3, Column: 1, Shown: "gsk_…", Length: 56, Test: "a placeholder that says so"}, "A placeholder.")},
		Gaps:  []lodemark.Gap{{Path: "data.log", Reason: "over the limit of 4294967296 total bytes"}, {Path: hostile, Reason: hostile}},
		Files: SecretFiles{Read: 120, Binary: 4, Vendored: 900, Unread: 2}, Hidden: SecretHidden{Lesser: 3}}
}

func writtenSecrets(t *testing.T, name string, s *Secrets, o Options) string {
	t.Helper()
	for _, f := range SecretsFormats() {
		if f.Name == name {
			var b bytes.Buffer
			if err := f.Write(&b, s, o); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Fatalf("no format %s", name)
	return ""
}

// The golden files are there to be read.
func TestSecretsGolden(t *testing.T) {
	golden(t, "secrets.txt", writtenSecrets(t, "text", madeSecrets(), Options{}))
	golden(t, "secrets-none.txt", writtenSecrets(t, "text", &Secrets{Rules: madeSecrets().Rules, Files: SecretFiles{Read: 3}, Hidden: SecretHidden{Tests: 2}}, Options{}))
	golden(t, "secrets.json", writtenSecrets(t, "json", madeSecrets(), Options{}))
	golden(t, "secrets.sarif", writtenSecrets(t, "sarif", madeSecrets(), Options{}))
}

// What is written holds to the published schema, and the schema is strict enough to notice what would be wrong.
func TestSecretsSchema(t *testing.T) {
	s := published(t, "secrets")
	for _, made := range []*Secrets{madeSecrets(), {Tool: lodemark.Tool{Name: "lodemark"}, Target: ".", Rules: madeSecrets().Rules}} {
		if err := validate(t, s, writtenSecrets(t, "json", made, Options{})); err != nil {
			t.Error(err)
		}
	}
	out := writtenSecrets(t, "json", madeSecrets(), Options{})
	for old, wrong := range map[string]string{
		`"schema": "lodemark.secrets/1"`: `"schema": "lodemark.secrets/2"`,
		`"severity": "high"`:             `"severity": "grave"`,
		`"confidence": "low"`:            `"confidence": "none"`,
		`"line": 9`:                      `"line": 0`,
		`"shown": "…"`:                   `"secret": "…"`,
		`"read": 120`:                    `"read": -1`,
	} {
		changed := strings.Replace(out, old, wrong, 1)
		if changed == out {
			t.Errorf("%s is not written", old)
		} else if validate(t, s, changed) == nil {
			t.Errorf("the schema takes %s", wrong)
		}
	}
}

// The log holds to the schema of SARIF 2.1.0, and its paths begin where viewers of code look.
func TestSecretsSARIF(t *testing.T) {
	s := officialSARIF(t)
	made := madeSecrets()
	made.Folder = "services/desk"
	out := writtenSecrets(t, "sarif", made, Options{})
	if err := validate(t, s, out); err != nil {
		t.Error(err)
	}
	if !strings.Contains(out, `"uri": "services/desk/app/llm.py"`) || strings.Count(out, `"ruleId"`) != 4 {
		t.Errorf("%d results", strings.Count(out, `"ruleId"`))
	}
}

// The text fits the width, and hostile names stay harmless.
func TestSecretsText(t *testing.T) {
	for _, o := range []Options{{Width: 40}, {Width: 80, Color: true}, {Width: 80, ASCII: true}, {Width: 200}} {
		for i, line := range strings.Split(writtenSecrets(t, "text", madeSecrets(), o), "\n") {
			if w := columns(line); w > o.Width {
				t.Errorf("width %d: line %d has %d columns: %q", o.Width, i+1, w, line)
			}
			if strings.IndexFunc(strings.NewReplacer("\x1b[", "").Replace(line), unsafe) >= 0 {
				t.Errorf("line %d holds what is not harmless: %q", i+1, line)
			}
		}
	}
}
