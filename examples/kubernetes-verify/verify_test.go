// Package kubernetesverify_test holds the example to what it claims.
package kubernetesverify_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/deploy"
	"github.com/lodemark/lodemark/design"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/operate"
)

// objects reads the manifests of a file.
func objects(t *testing.T, file string) []map[string]any {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	d := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var o map[string]any
		err := d.Decode(&o)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if o["apiVersion"] == nil || o["kind"] == nil {
			t.Errorf("%s holds something that is no object", file)
		}
		all = append(all, o)
	}
}

// at walks into nested maps and lists.
func at[T any](t *testing.T, v any, path ...any) T {
	t.Helper()
	for _, p := range path {
		switch p := p.(type) {
		case string:
			v = v.(map[string]any)[p]
		case int:
			v = v.([]any)[p]
		}
	}
	out, ok := v.(T)
	if !ok {
		t.Fatalf("%v is a %T", path, v)
	}
	return out
}

// mounts are the volumes of a container, with whether it can write to them.
func mounts(t *testing.T, container any) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for _, m := range at[[]any](t, container, "volumeMounts") {
		m := m.(map[string]any)
		out[m["name"].(string)] = m["readOnly"] != true
	}
	return out
}

func TestServerSeesTheVerifiedCopyAlone(t *testing.T) {
	pod := objects(t, "model-server.yaml")[0]["spec"].(map[string]any)["template"].(map[string]any)["spec"]
	verify, watch, server := at[map[string]any](t, pod, "initContainers", 0), at[map[string]any](t, pod, "initContainers", 1), at[map[string]any](t, pod, "containers", 0)
	if m := mounts(t, server); m["verified"] || len(m) != 2 {
		t.Errorf("the server mounts %v", m)
	}
	if _, sees := mounts(t, server)["store"]; sees {
		t.Error("the server sees the store")
	}
	if m := mounts(t, verify); m["store"] || m["trust"] || !m["verified"] {
		t.Errorf("the init container mounts %v (true: can write)", m)
	}
	if m := mounts(t, watch); m["store"] || m["trust"] || m["verified"] {
		t.Errorf("the watch can write: %v", m)
	}
	for _, c := range []map[string]any{verify, watch} {
		args := at[[]any](t, c, "args")
		i := slices.Index(args, any("--trust"))
		if args[0] != "verify" || i < 0 || !strings.HasPrefix(args[i+1].(string), "/trust/") {
			t.Errorf("args %v", args)
		}
	}
	if watch["restartPolicy"] != "Always" {
		t.Error("the watch ends, and the pod would wait for it for ever")
	}
}

// The trust in the ConfigMap is one that lodemark reads, and is for models alone.
func TestTrust(t *testing.T) {
	text := at[string](t, objects(t, "trust.yaml")[0], "data", "trust.yaml")
	trust, err := sign.ParseTrust([]byte(text), func(string) ([]byte, error) { return nil, os.ErrNotExist })
	if err != nil {
		t.Fatal(err)
	}
	keys := trust.Entries()
	if len(keys) != 1 || !slices.Equal(keys[0].Uses, []sign.Use{sign.UseModel}) || keys[0].Until.IsZero() {
		t.Errorf("%+v", keys)
	}
}

// Our own checks find nothing in it.
func TestAssessed(t *testing.T) {
	run, err := assess.Run(t.Context(), assess.Options{Target: ".", Practices: slices.Concat(design.Practices(), develop.Practices(), deploy.Practices(), operate.Practices())})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range run.Findings {
		if f.Counts() && f.Path != "" {
			t.Errorf("%s:%d %s: %s", f.Path, f.Line, f.ID, f.Message)
		}
	}
	kinds := map[lodemark.Kind]bool{}
	for _, c := range run.System.Components {
		kinds[c.Kind] = true
	}
	if !kinds[lodemark.KindKubernetes] {
		t.Error("the manifests were not looked at")
	}
}

// Every file is named in the README, so that nobody applies one unread.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		objects(t, f)
		if f != "namespace.yaml" && !strings.Contains(string(readme), f) {
			t.Errorf("%s is not explained", f)
		}
	}
}
