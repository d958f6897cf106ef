package keras

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/hdf5"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

const dense = `{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2}, "registered_name": null}`

func zipped(t *testing.T, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		f, err := w.Create(members[i])
		if err == nil {
			_, err = f.Write([]byte(members[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestZip(t *testing.T) {
	weights := string(hdf5.Sample(nil, nil))
	meta := `{"keras_version": "3.8.0", "date_saved": "2025-01-01@00:00:00"}`
	evil := withLayer(`{"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}`)
	for _, tt := range []struct {
		name    string
		file    string
		members []string
		want    inspect.Verdict
		id      string
	}{
		{"as Keras writes it", "m.keras", []string{"metadata.json", meta, "config.json", withLayer(dense), "model.weights.h5", weights}, inspect.Clean, ""},
		{"under another name", "m.zip", []string{"metadata.json", meta, "config.json", withLayer(dense), "model.weights.h5", weights}, inspect.Clean, ""},
		{"without metadata", "m.keras", []string{"config.json", withLayer(dense), "model.weights.h5", weights}, inspect.Clean, ""},
		{"hostile", "m.keras", []string{"metadata.json", meta, "config.json", evil, "model.weights.h5", weights}, inspect.Malicious, "keras-import"},
		{"hostile in another encoding", "m.keras", []string{"metadata.json", meta, "config.json", "\xff\xfe" + strings.Join(strings.Split(evil, ""), "\x00") + "\x00", "model.weights.h5", weights}, inspect.Malicious, "keras-import"},
		{"without a configuration", "m.keras", []string{"metadata.json", meta, "model.weights.h5", weights}, inspect.NotRead, "keras-no-config"},
		{"with a configuration that is none", "m.keras", []string{"metadata.json", meta, "config.json", "{ invalid }"}, inspect.NotRead, "keras-config-damaged"},
		{"with a member that leads outside", "m.keras", []string{"metadata.json", meta, "config.json", withLayer(dense), "assets/../../inert", "x"}, inspect.Dangerous, "archive-escape"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := scanned(t, tt.file, zipped(t, tt.members...))
			if f.Format != "keras" {
				t.Errorf("read as %q", f.Format)
			}
			expect(t, f, tt.want, tt.id)
		})
	}
	f := scanned(t, "m.keras", zipped(t, "metadata.json", meta, "config.json", withLayer(dense), "model.weights.h5", weights))
	for fact, want := range map[string]string{"framework": "keras", "keras_version": "3.8.0", "architecture": "Sequential", "layers": "2"} {
		if f.Facts[fact] != want {
			t.Errorf("%s is %q", fact, f.Facts[fact])
		}
	}
	whole := zipped(t, "metadata.json", meta, "config.json", withLayer(dense), "model.weights.h5", weights)
	for n := 100; n < len(whole); n += 50 {
		if f := scanned(t, "m.keras", whole[:n]); f.Format == "keras" && f.Verdict == inspect.Clean {
			t.Errorf("cut to %d bytes passes", n)
		}
	}
}

func TestWeb(t *testing.T) {
	web := func(topology, paths string) string {
		return `{"format": "layers-model", "generatedBy": "keras v2.15.0", "modelTopology": ` + topology + `, "weightsManifest": [{"paths": ` + paths + `, "weights": [{"name": "w", "shape": [1], "dtype": "float32"}]}]}`
	}
	plain := `{"keras_version": "2.15.0", "backend": "tensorflow", "model_config": ` + old(`{"class_name": "Dense", "config": {"units": 1}}`) + `}`
	for _, tt := range []struct {
		config string
		want   inspect.Verdict
		id     string
	}{
		{web(plain, `["group1-shard1of2.bin", "sub/group1-shard2of2.bin"]`), inspect.Clean, ""},
		{web(`{"node": [{"name": "x", "op": "Placeholder"}], "library": {}}`, `["a.bin"]`), inspect.Clean, ""},
		{web(plain, `["../../inert.bin"]`), inspect.Dangerous, "tfjs-weights-outside"},
		{web(plain, `["https://example.org/inert.bin"]`), inspect.Dangerous, "tfjs-weights-outside"},
		{web(plain, `["/etc/inert"]`), inspect.Dangerous, "tfjs-weights-outside"},
		{web(plain, `["a/../../inert.bin"]`), inspect.Dangerous, "tfjs-weights-outside"},
		{web(plain, `[3]`), inspect.NotRead, "tfjs-manifest"},
		{web(strings.Replace(plain, `"Dense"`, `"Lambda"`, 1), `["a.bin"]`), inspect.Dangerous, "keras-lambda"},
	} {
		f := scanned(t, "model.json", []byte(tt.config))
		if f.Format != "tensorflowjs" {
			t.Errorf("%s read as %q", tt.config, f.Format)
		}
		expect(t, f, tt.want, tt.id)
	}
}

func TestYAML(t *testing.T) {
	head := "backend: tensorflow\nclass_name: Sequential\nkeras_version: 2.2.4\nconfig:\n  name: m\n  layers:\n"
	layer := "  - class_name: Dense\n    config:\n      units: 2\n      batch_input_shape: !!python/tuple [null, 4]\n      name: !!python/unicode d\n"
	for _, tt := range []struct {
		yaml string
		want inspect.Verdict
		id   string
	}{
		{head + layer, inspect.Clean, ""},
		{head + layer + "  - &l\n    class_name: Dropout\n    config: {rate: 0.5}\n  - *l\n", inspect.Clean, ""},
		{head + layer + "  - !!python/object/apply:os.system ['echo inert']\n", inspect.Malicious, "keras-yaml-object"},
		{head + layer + "  - !<tag:yaml.org,2002:python/object/new:subprocess.Popen> ['echo']\n", inspect.Malicious, "keras-yaml-object"},
		{"%TAG !p! tag:yaml.org,2002:python/\n---\n" + head + layer + "  - !p!object/apply:eval ['1']\n", inspect.Malicious, "keras-yaml-object"},
		{head + layer + "  - !!python/name:mine.thing\n", inspect.Dangerous, "keras-yaml-object"},
		{head + layer + "  - !!python/module:subprocess\n", inspect.Malicious, "keras-yaml-object"},
		{head + layer + "  - class_name: Lambda\n    config:\n      function_type: lambda\n      function: !!python/tuple ['" + pythonCode(layout{5, false}, fn{names: []string{"K"}}) + "', null, null]\n", inspect.Dangerous, "keras-lambda"},
		{head + layer + "  - ? !!python/object/apply:os.system ['echo inert']\n    : 1\n", inspect.Malicious, "keras-yaml-object"},
		{head + "  - [", inspect.NotRead, "damaged"},
	} {
		f := scanned(t, "model.yaml", []byte(tt.yaml))
		if f.Format != "keras-yaml" {
			t.Errorf("%s read as %q", tt.yaml, f.Format)
		}
		expect(t, f, tt.want, tt.id)
	}
}

func TestMetadata(t *testing.T) {
	if f := scanned(t, "keras_metadata.pb", canaryMetadata()); f.Verdict != inspect.Dangerous {
		t.Errorf("%v %v", f.Verdict, f.Reasons)
	}
	b := canaryMetadata()
	for n := 1; n < len(b); n++ {
		if f := scanned(t, "keras_metadata.pb", b[:n]); f.Verdict == inspect.Clean {
			t.Errorf("cut to %d bytes passes", n)
		}
	}
	// classes of a SavedModel's author are made from its graph
	layer := `{"name": "mine", "class_name": "Mine", "config": {"layer was saved without config": true}, "trainable": true, "shared_object_id": 1}`
	if f := scanned(t, "keras_metadata.json", []byte(layer)); f.Format != "keras-config" || f.Verdict != inspect.Clean {
		t.Errorf("%v as %q: %v", f.Verdict, f.Format, f.Reasons)
	}
}

func TestCanaries(t *testing.T) {
	for _, f := range Formats() {
		name, b := f.Canary()
		got := scanned(t, name, b)
		if got.Format != f.Name || got.Verdict != f.CanaryWant {
			t.Errorf("%s: %v as %q: %v", f.Name, got.Verdict, got.Format, got.Reasons)
		}
	}
}

// testdata/keras3-*.keras and .h5 were written by Keras 3.16 (see testdata/write.py).
func TestRealFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/keras3-*")
	if err != nil || len(files) < 6 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want := inspect.Clean
		switch {
		case strings.Contains(name, "lambda"):
			want = inspect.Dangerous
		case strings.Contains(name, "custom"):
			want = inspect.Unknown
		}
		if f := scanned(t, filepath.Base(name), b); f.Verdict != want || f.Format == "" {
			t.Errorf("%s: %v as %q: %v", name, f.Verdict, f.Format, f.Reasons)
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, format := range Formats() {
		name, b := format.Canary()
		f.Add(name, b)
	}
	f.Add("config.json", []byte(old(`{"class_name": "Lambda", "config": {"function": ["4wEA", null, null], "vocabulary": "x", "s": "\u00e9\ud83d\ude00"}}`)))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		scanned(t, name, b)
	})
}

func BenchmarkConfig(b *testing.B) {
	config := []byte(withLayer(strings.TrimSuffix(strings.Repeat(dense+", ", 200), ", ")))
	b.SetBytes(int64(len(config)))
	b.ReportAllocs()
	for b.Loop() {
		found := &inspect.Found{}
		p := inspect.NewPart("config.json", bytes.NewReader(config), int64(len(config)), found, nil)
		if err := scanJSON(b.Context(), p); err != nil || found.Verdict != inspect.Clean {
			b.Fatal(err, found)
		}
	}
}
