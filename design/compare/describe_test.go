package compare

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

const whole = `name: Small one
provider: Acme
model: acme-small-2026-01-02
loader: [acme==1.2.3, "npm:@acme/sdk==2.0.0"]
licence: {id: Terms of service, url: https://example.org/terms, restrictions: [no medical advice], reviewed: 2026-09-01}
data: {trains_on_inputs: opt-out, retention_days: 30, regions: [eu], human_review: on-abuse}
hosting: {where: vendor, exposure: internet, authentication: key}
returns: [text, scores]
size: {parameters: 8B, memory: 16GiB, context: 128000}
stability: {alias: false, retires: 2028-01-01, notice_days: 60}
robustness:
  - {test: Planted instructions, result: 3 of 200 followed, on: 2026-10-01, source: our own tests}
privacy: {personal_data_in_training: unknown, memorisation: none of 500 canaries, agreement: "DPA of 2026-03-01"}
lineage: {base: none, datasets: [web text]}
operations: {owner: Platform lead, monitoring: dashboard, updates: release gate, contact: status page}
fallback: {to: keyword search, tested: 2026-09-20}
threat: {has_system_prompt: true, modality: [text, image], logging: full}
`

func TestDescribe(t *testing.T) {
	d, err := Describe("a.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	if v := d.fields["data.retention_days"]; v.Text != "30" || v.Line != 6 {
		t.Errorf("%+v", v)
	}
	if len(d.tests) != 1 || d.tests[0].Line != 12 || len(d.threat) != 3 {
		t.Errorf("%+v %+v", d.tests, d.threat)
	}
}

// What holds to the reader holds to the published schema, and the other way round.
func TestDescribeAndSchemaAgree(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(Schema())))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("candidate", doc); err != nil {
		t.Fatal(err)
	}
	s := c.MustCompile("candidate")
	for _, tt := range []struct {
		text string
		good bool
	}{
		{whole, true},
		{"name: A\nfolder: models/a\nreference: org/a\n", true},
		{"name: A\nprovider: B\nmodel: c\ndata: {trains_on_inputs: no}\n", true},
		{"name: A\n", false},
		{"provider: B\nmodel: c\n", false},
		{"name: A\nprovider: B\nmodel: c\nfolder: d\n", false},
		{"name: A\nprovider: B\n", false},
		{"name: A\nfolder: b\ncolour: red\n", false},
		{"name: A\nfolder: b\ndata: {trains_on_inputs: sometimes}\n", false},
		{"name: A\nfolder: b\nreturns: [tokens]\n", false},
		{"name: A\nfolder: b\nsize: {context: many}\n", false},
		{"name: A\nfolder: b\nrobustness: [{test: x}]\n", false},
	} {
		_, err := Describe("a.yaml", []byte(tt.text))
		if (err == nil) != tt.good {
			t.Errorf("%q: the reader says %v", tt.text, err)
		}
		var value any
		if err := yaml.Unmarshal([]byte(tt.text), &value); err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		read, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(read); (err == nil) != tt.good && !strings.Contains(tt.text, "2026-") { // days of YAML become times on their way to JSON
			t.Errorf("%q: the schema says %v", tt.text, err)
		}
	}
}

// All that is wrong comes at once, each with its line.
func TestDescribeTellsAllProblems(t *testing.T) {
	_, err := Describe("a.yaml", []byte("name: A\nprovidr: B\ndata:\n  retention_days: many\n  trains_on_input: no\nreturns: [text, logit]\nsize: &x {context: 1}\nname: C\n"))
	var p *Problems
	if !errors.As(err, &p) || len(p.All) != 6 {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{
		`a.yaml:2: "providr" is not known (did you mean provider?)`, `a.yaml:4: data.retention_days: "many" is no whole number`,
		`a.yaml:5: "data.trains_on_input" is not known (did you mean trains_on_inputs?)`, `a.yaml:6: returns: "logit" is not among`, `a.yaml:8: "name" stands there twice`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in\n%v", want, err)
		}
	}
}

func TestDescribeIsBounded(t *testing.T) {
	for _, text := range []string{"", "- a\n", "name: [", "a: &a [x]\nb: *a\n", strings.Repeat("[", 5000), "name: A\n---\nname: B\n", "name: " + strings.Repeat("x", 5000) + "\nfolder: b\n", strings.Repeat("x: 1\n", 100_000)} {
		if _, err := Describe("a.yaml", []byte(text)); err == nil {
			t.Errorf("%.40q was read", text)
		}
	}
}

func FuzzDescribe(f *testing.F) {
	f.Add(whole)
	f.Add("name: A\nfolder: b\nthreat: {a: [1, {b: c}]}\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Describe("a.yaml", []byte(text))
		if (d == nil) == (err == nil) {
			t.Errorf("%v %v", d, err)
		}
		if err == nil {
			_ = d.meaning()
		}
	})
}

func TestNeed(t *testing.T) {
	var n Need
	for _, text := range []string{"8B", "16GiB", "context=32k", "use=commercial", "data=personal", "region=EU"} {
		if err := n.Add(text); err != nil {
			t.Error(err)
		}
	}
	if got, want := n.String(), "at most 8B parameters, 16 GiB of memory, a context of 32000 tokens, commercial use, personal data, processed in eu"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	for _, text := range []string{"", "fast", "memory=much", "memory=-1GiB", "data=secret", "colour=red", "parameters=NaN", "parameters=1e300", "memory=9e18TiB"} {
		if err := new(Need).Add(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[float64]string{16: "16", 65792: "65.8k", 1.24e9: "1.24B", 7e9: "7B", 405e9: "405B", 999.6e6: "1000M"} {
		if got := countWords(n); got != want {
			t.Errorf("%v: %s, want %s", n, got, want)
		}
	}
	if got := bytesWords(1020 << 30); got != "1020 GiB" {
		t.Error(got)
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"meta", "meta", 0}, {"meta", "mate", 2}, {"meta", "emta", 1}, {"meta", "metta", 1}, {"meta", "met", 1}, {"meta", "beta", 1}, {"a", "abcdef", 3}} {
		if got := distance(tt.a, tt.b, 2); got != tt.want {
			t.Errorf("%s, %s: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
