package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/report"
	"github.com/lodemark/lodemark/schema"
)

// assessedJSON assesses a folder with all practices and writes the report.
func assessedJSON(t *testing.T, folder string) []byte {
	t.Helper()
	r, err := assess.Run(t.Context(), assess.Options{Target: folder, Practices: practices(), At: assess.ExampleTime(), Tool: lodemark.Tool{Name: "lodemark", Version: "test"}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, f := range report.Formats() {
		if f.Name == "json" {
			if err := f.Write(&out, r, report.Options{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out.Bytes()
}

// The JSON of an assessment says of every model file what is in it, where that was found and how it is known, together with its
// digest. Two runs write the same bytes.
func TestModelsInJSON(t *testing.T) {
	header := `{"__metadata__":{"license":"mit"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}      `
	weights := append(append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...), make([]byte, 24)...)
	folder := t.TempDir()
	for name, data := range map[string][]byte{
		"good/ranker.safetensors": weights,
		"good/README.md":          []byte("---\nlicense: apache-2.0\n---\n\n# Ranker\n"),
		"bad/ranker.pkl":          []byte("cos\nsystem\n(S'echo canary'\ntR."),
		"cut/ranker.safetensors":  weights[:len(weights)-8],
	} {
		name = filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := assessedJSON(t, folder)
	if again := assessedJSON(t, folder); !bytes.Equal(out, again) {
		t.Error("two runs write different bytes")
	}
	holdsTo(t, "assess", out)

	var doc struct {
		System struct {
			Components []struct {
				Kind, Path, Digest string
				Scan               *lodemark.ModelScan
			}
		}
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		t.Fatal(err)
	}
	scans := map[string]*lodemark.ModelScan{}
	for _, c := range doc.System.Components {
		if c.Scan == nil {
			if c.Kind == "model" {
				t.Errorf("%s has no scan", c.Path)
			}
			continue
		}
		scans[c.Path] = c.Scan
		if len(c.Digest) != len("sha256:")+64 {
			t.Errorf("%s: digest %q", c.Path, c.Digest)
		}
	}
	good := scans["good/ranker.safetensors"]
	if good == nil || good.Format != "safetensors" || good.Verdict != "clean" {
		t.Fatalf("%+v", good)
	}
	for _, want := range []lodemark.ModelFact{
		{Name: "parameters", Value: "6", Origin: lodemark.OriginInferred, Place: "good/ranker.safetensors"},
		{Name: "licence", Value: "mit", Origin: lodemark.OriginDeclared, Place: "good/ranker.safetensors"},
		{Name: "licence", Value: "apache-2.0", Origin: lodemark.OriginDeclared, Place: "good/README.md"},
	} {
		found := false
		for _, f := range good.Facts {
			found = found || f == want
		}
		if !found {
			t.Errorf("%+v lacks %+v", good.Facts, want)
		}
	}
	for path, verdict := range map[string]string{"bad/ranker.pkl": "malicious", "cut/ranker.safetensors": "not read"} {
		if s := scans[path]; s == nil || s.Verdict != verdict {
			t.Errorf("%s: %+v, want %s", path, s, verdict)
		}
	}
}

func holdsTo(t *testing.T, name string, out []byte) {
	t.Helper()
	text, err := schema.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, rules); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		t.Error(err)
	}
}
