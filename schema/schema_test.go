package schema

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestNames(t *testing.T) {
	names := Names()
	for _, want := range []string{"assess", "bom", "code", "decision", "diff", "ledger-entry", "ledger-list", "ledger-verify", "lodemark", "policy", "provenance", "scan", "secrets", "verify", "verify-report", "verify-watch"} {
		if !slices.Contains(names, want) {
			t.Errorf("Names() = %v lacks %s", names, want)
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("Names() = %v is not in order", names)
	}
}

func TestReadTakesNameAndFile(t *testing.T) {
	want, err := os.ReadFile("decision.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"decision", "decision.schema.json"} {
		if got, err := Read(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("Read(%q): %d bytes, %v; want the %d of the file", name, len(got), err, len(want))
		}
	}
	for _, name := range []string{"", "nosuch", "../go.mod", "schema.go"} {
		if _, err := Read(name); err == nil || !strings.Contains(err.Error(), "decision, ") {
			t.Errorf("Read(%q) gives %v; want an error that lists what there is", name, err)
		}
	}
}

// A schema that breaks the rules of the draft is noticed: the test below would fail on it.
func TestABrokenSchemaIsNoticed(t *testing.T) {
	c := jsonschema.NewCompiler()
	doc := map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "sentence"}
	if err := c.AddResource("broken", doc); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Compile("broken"); err == nil {
		t.Error("a schema of type \"sentence\" was taken for valid")
	}
}

// Compiling a schema holds it to the meta schema of the draft it names, which has to be 2020-12.
func TestSchemasAreValid(t *testing.T) {
	for _, name := range Names() {
		data, err := Read(name)
		if err != nil {
			t.Fatal(err)
		}
		var head struct {
			Schema string `json:"$schema"`
			ID     string `json:"$id"`
			Title  string
		}
		if err := json.Unmarshal(data, &head); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		id, err := url.Parse(head.ID)
		if err != nil || !strings.HasSuffix(id.Path, "/"+name+ending) || head.Title == "" {
			t.Errorf("%s: $id %q and title %q do not name it", name, head.ID, head.Title)
		}
		if head.Schema != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("%s: $schema is %q", name, head.Schema)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource(name, doc); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Compile(name); err != nil {
			t.Errorf("%s is no valid schema: %v", name, err)
		}
	}
}
