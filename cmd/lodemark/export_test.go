package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/defenseunicorns/go-oscal/src/pkg/validation"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark/schema"
)

// What real assessments give holds to the schemas that auditors' tools hold it to.
func TestExportsHoldToTheirSchemas(t *testing.T) {
	bundle := etsiSchema(t)
	for _, example := range []string{"helpdesk-risky", "helpdesk-sound"} {
		dir := t.TempDir()
		at := func(name string) string { return filepath.Join(dir, name) }
		var out, errs bytes.Buffer
		code := run([]string{"export", filepath.Join("..", "..", "examples", example), "--at", "2026-11-01", "--quiet", "--format", "oscal-ar=" + at("oscal-ar"), "--format", "oscal-poam=" + at("oscal-poam"),
			"--format", "oscal-catalog=" + at("oscal-catalog"), "--format", "cdxa=" + at("cdxa"), "--format", "etsi=" + at("etsi"), "--format", "etsi-markdown=" + at("etsi-markdown")}, &out, &errs)
		if code != exitOK {
			t.Fatalf("%s: exit %d: %s", example, code, errs.String())
		}
		for _, x := range exportFormats() {
			text, err := os.ReadFile(at(x.name))
			if err != nil {
				t.Errorf("%s: %v", example, err)
				continue
			}
			switch {
			case strings.HasPrefix(x.name, "oscal-"):
				v, err := validation.NewValidator(text)
				if err == nil {
					err = v.Validate()
				}
				if err != nil {
					t.Errorf("%s as %s: %v", example, x.name, err)
				}
			case x.name == "cdxa": // its own package holds it to the schema
				if err := cdx.NewBOMDecoder(bytes.NewReader(text), cdx.BOMFileFormatJSON).Decode(new(cdx.BOM)); err != nil {
					t.Errorf("%s as %s: %v", example, x.name, err)
				}
			case x.name == "etsi":
				doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
				if err == nil {
					err = bundle.Validate(doc)
				}
				if err != nil {
					t.Errorf("%s as %s: %v", example, x.name, err)
				}
			case x.name == "etsi-markdown":
				if !bytes.HasPrefix(text, []byte("# Conformance bundle: ")) {
					t.Errorf("%s as %s begins with %.60q", example, x.name, text)
				}
			default:
				t.Errorf("nothing holds %s to anything", x.name)
			}
		}
	}
}

func etsiSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := schema.Read("etsi")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("etsi", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("etsi")
	if err != nil {
		t.Fatal(err)
	}
	return s
}
