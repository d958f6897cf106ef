package infra

import (
	"errors"
	"testing"
)

func TestParseKustomization(t *testing.T) {
	k, err := ParseKustomization([]byte(`apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: desk
resources:
  - app.yaml
bases: [../base]
patches:
  - path: limits.yaml
  - patch: |-
      - op: add
        path: /spec
patchesStrategicMerge: [more.yaml]
images:
  - name: desk
    newName: registry.example.org/desk
    newTag: 2.1.0
  - {name: store, digest: "sha256:00"}
secretGenerator:
  - name: keys
`))
	switch {
	case err != nil:
		t.Fatal(err)
	case k.Namespace.Text != "desk" || k.Namespace.Line != 3:
		t.Errorf("namespace %+v", k.Namespace)
	case len(k.Resources) != 2 || k.Resources[0] != (Value{"app.yaml", 5}) || k.Resources[1].Text != "../base":
		t.Errorf("resources %+v", k.Resources)
	case len(k.Patches) != 3 || k.Patches[0].Text != "limits.yaml" || k.Patches[1].Text != "- op: add" || k.Patches[2].Text != "more.yaml":
		t.Errorf("patches %+v", k.Patches)
	case len(k.Images) != 2 || k.Images[0].NewTag.Text != "2.1.0" || k.Images[0].Line != 14 || k.Images[1].Digest.Text != "sha256:00":
		t.Errorf("images %+v", k.Images)
	case len(k.Generators) != 1 || k.Generators[0] != "keys":
		t.Errorf("generators %+v", k.Generators)
	}
	var e *Error
	if _, err := ParseKustomization([]byte("- a\n")); !errors.As(err, &e) || e.Line != 1 {
		t.Errorf("a list passes for a kustomization: %v", err)
	}
	if _, err := ParseKustomization([]byte("namespace: {{ x }}\n")); !errors.Is(err, ErrTemplate) {
		t.Errorf("a template gives %v", err)
	}
}
