package threat

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write the schema that is published")

const published = "../../schema/threat-model.schema.json"

// What is published is what the vocabulary says.
func TestSchemaIsPublished(t *testing.T) {
	if *update {
		if err := os.WriteFile(published, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if data, err := os.ReadFile(published); err != nil || !bytes.Equal(data, Schema()) {
		t.Errorf("%s is not what the vocabulary says (%v); run go test ./design/threat -update", published, err)
	}
}

// The schema takes what Load takes, and refuses what Load refuses for its words.
func TestSchemaAgreesWithLoad(t *testing.T) {
	c := jsonschema.NewCompiler()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("threat-model", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("threat-model")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../bench/threats/*/threats.yaml")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	heldout, err := filepath.Glob("../../bench/threats/heldout/*/threats.yaml")
	if err != nil || len(heldout) != 2 {
		t.Fatal(heldout, err)
	}
	files = append(append(files, heldout...), "../../examples/helpdesk-sound/threats.yaml")
	cases := map[string]bool{
		"components: {a: {kind: app}}\nflows: []":                                       true,
		"components: [{id: a, kind: app, generative: unknown}]":                         true,
		"components: [{id: a, kind: app, x-note: 1}]":                                   true,
		"components: [{id: a, kind: robot}]":                                            false,
		"components: [{id: a}]":                                                         false,
		"components: [{id: a, kind: app, colour: red}]":                                 false,
		"components: [{id: a, kind: app, memory: forever}]":                             false,
		"components: [{id: a, kind: app, adapters: many}]":                              false,
		"flows: [{from: a}]":                                                            false,
		"impact: {system: It stops., x-by: me}\nattractiveness: {level: low, who: [a]}": true,
		"impact: [{party: system, text: It stops.}]":                                    true,
		"impact: [{party: board, text: It stops.}]":                                     false,
		"impact: {board: It stops.}":                                                    false,
		"attractiveness: {level: huge}":                                                 false,
		"excluded: {evasion: It cannot.}":                                               true,
		"excluded: [{class: evasion, reason: It cannot.}]":                              true,
		"excluded: [{class: evasion}]":                                                  false,
		"excluded: {theft: It cannot.}":                                                 false,
		"outlook: {date: '2026-10-01', catalogue: 1, text: It grows.}":                  true,
		"outlook: {date: soon}":                                                         false,
		"threats: {R-1: {title: x, cause: malfunction, impact: {users: They wait.}}}":   true,
		"threats: [{id: R-1, cause: accident}]":                                         false,
		"components: {a: {kind: app}}\nflows: [{from: a, to: a, carries: [gold]}]":      false,
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		cases[string(data)] = true
	}
	for text, want := range cases {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		_, problems := Load("threats.yaml", []byte(text))
		err = schema.Validate(instance)
		if (err == nil) != want || (len(problems) == 0) != want {
			t.Errorf("%.70q: the schema says %v, Load says %v; want %v", text, err, problems, want)
		}
	}
}
