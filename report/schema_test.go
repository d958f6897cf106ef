package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/schema"
)

func compiled(t *testing.T, name string, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func published(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, err := schema.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return compiled(t, name, text)
}

func validate(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// What is written holds to the published schema, and the schema is strict enough to notice what would be wrong.
func TestAssessSchema(t *testing.T) {
	s := published(t, "assess")
	out := written(t, writeJSON, made(), Options{})
	if err := validate(t, s, out); err != nil {
		t.Errorf("%v", err)
	}
	for old, wrong := range map[string]string{
		`"schema": "lodemark.assess/1"`:    `"schema": "lodemark.assess/2"`,
		`"at": "2026-11-01T12:00:00Z"`:     `"at": "yesterday"`,
		`"verdict": "not met"`:             `"verdict": "failed"`,
		`"strength": "enforced"`:           `"strength": "none"`, // met without evidence of any strength
		`"id": "DEV-1.5"`:                  `"id": "DEV-9.5"`,
		`"state": "not met"`:               `"state": "red"`,
		`"severity": "critical"`:           `"severity": "blocker"`,
		`"line": 2`:                        `"line": -2`,
		`"pin": "tag"`:                     `"pin": "floating"`,
		`"standing": "self-approved"`:      `"standing": "fine"`,
		`"waived": ".lodemark/decisions/a`: `"waved": ".lodemark/decisions/a`,
		`"gaps": [`:                        `"gapes": [`,
		`"examined": 4`:                    `"examined": "4"`,
		`"languages": {`:                   `"score": 17, "languages": {`,
		`"verdict": "unknown"`:             `"verdict": "harmless"`,
		`"verdict": "not read"`:            `"verdict": "clean"`, // of a file that no format claims
		`"name": "parameters"`:             `"nom": "parameters"`,
		`"place": "models/README.md"`:      `"place": ""`,
		`"value": "1048576",`:              `"value": "1048576", "proof": "none",`,
	} {
		if !strings.Contains(out, old) {
			t.Errorf("there is no %s to make wrong", old)
		} else if err := validate(t, s, strings.ReplaceAll(out, old, wrong)); err == nil {
			t.Errorf("%s was taken for valid", wrong)
		}
	}
	if err := validate(t, s, written(t, writeJSON, &lodemark.Run{}, Options{})); err == nil {
		t.Error("a report without clauses was taken for valid")
	}
}

func TestDiffSchema(t *testing.T) {
	s := published(t, "diff")
	for _, pair := range [][2]*lodemark.Run{{made(), made()}, {made(), mended()}, {mended(), made()}} {
		out := diffJSON(t, compare(t, pair[0], pair[1]))
		if err := validate(t, s, out); err != nil {
			t.Errorf("%v", err)
		}
	}
	out := diffJSON(t, compare(t, mended(), made()))
	for old, wrong := range map[string]string{
		`"schema": "lodemark.diff/1"`: `"schema": "lodemark.diff/0"`,
		`"direction": "worse"`:        `"direction": "up"`,
		`"what": "new"`:               `"what": "old"`,
		`"after": "not met"`:          `"after": "bad"`,
		`"worse": true`:               `"worse": "yes"`,
	} {
		if !strings.Contains(out, old) {
			t.Errorf("there is no %s to make wrong", old)
		} else if err := validate(t, s, strings.ReplaceAll(out, old, wrong)); err == nil {
			t.Errorf("%s was taken for valid", wrong)
		}
	}
}

// The policy file is read by the command; what its own tests use is what the schema is tried on.
func TestPolicySchema(t *testing.T) {
	s := published(t, "policy")
	for text, ok := range map[string]bool{
		`{"schema": "lodemark.policy/1", "fail_on": ["medium", "OM-4.3", "DEV-1"]}`:                                                true,
		`{"schema": "lodemark.policy/1", "fail_on": [], "limits": {"files": 1000, "depth": 8, "file_bytes": 1, "total_bytes": 2}}`: true,
		`{"schema": "lodemark.policy/1"}`:                            true,
		`{"fail_on": ["medium"]}`:                                    false,
		`{"schema": "lodemark.policy/1", "fail_off": ["medium"]}`:    false,
		`{"schema": "lodemark.policy/1", "fail_on": ["terrible"]}`:   false,
		`{"schema": "lodemark.policy/1", "fail_on": ["FND-1"]}`:      false,
		`{"schema": "lodemark.policy/1", "limits": {"files": -1}}`:   false,
		`{"schema": "lodemark.policy/1", "limits": {"memory": 100}}`: false,
	} {
		if err := validate(t, s, text); (err == nil) != ok {
			t.Errorf("%s: %v, want valid %v", text, err, ok)
		}
	}
}

// The baseline of an older run can be read as long as its schema is the same: the golden file is one.
func TestGoldenReportIsABaseline(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadBaseline(data); err != nil {
		t.Error(err)
	}
}
