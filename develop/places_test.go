package develop

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/infra"
)

// treeOf is a subject of files whose components are given, so that this test rests on the readers alone.
func treeOf(t *testing.T, files map[string]string, components ...lodemark.Component) *lodemark.Subject {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	system := &lodemark.System{Components: components}
	for path := range files {
		language := ""
		if strings.HasSuffix(path, "Makefile") {
			language = "make"
		}
		system.Files = append(system.Files, lodemark.File{Path: path, Language: language, Size: int64(len(files[path]))})
	}
	return &lodemark.Subject{System: system, Read: tree.ReadFile, Digest: tree.Digest}
}

func TestActionsOf(t *testing.T) {
	const workflow = `permissions: {contents: read}
jobs:
  publish:
    permissions: {packages: write}
    steps:
      - uses: acme/push@v1
      - uses: acme/setup@v2
  test:
    steps:
      - uses: acme/setup@v2
      - uses: acme/lint@v3
        with: {token: "${{ secrets.GITHUB_TOKEN }}"}
  eval:
    uses: acme/flows/.github/workflows/eval.yml@main
    secrets: inherit
  score:
    steps:
      - uses: acme/score@v4
      - run: |
          curl -H "x: ${{ secrets['KEY'] }}" y
`
	c := lodemark.Component{Kind: lodemark.KindPipeline, Path: ".github/workflows/a.yml", Format: "github"}
	uses, reached, err := actionsOf(treeOf(t, map[string]string{c.Path: workflow}, c), c)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range uses {
		got = append(got, fmt.Sprintf("%d %s writes=%v secrets=%v", u.line, u.uses, reached[u.uses].writes, reached[u.uses].secrets))
	}
	want := []string{
		"6 acme/push@v1 writes=true secrets=false",
		"7 acme/setup@v2 writes=true secrets=false",
		"11 acme/lint@v3 writes=false secrets=false", // another job's token is out of its reach
		"14 acme/flows/.github/workflows/eval.yml@main writes=false secrets=true",
		"18 acme/score@v4 writes=false secrets=true",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTakesSecret(t *testing.T) {
	for text, want := range map[string]bool{
		"${{ secrets.KEY }}": true, "a ${{ format('{0}', secrets.KEY) }}": true, "${{ toJSON(secrets) }}": true, "${{secrets['KEY']}}": true,
		"${{ secrets.GITHUB_TOKEN }}": false, "${{ secrets.github_token }}": false, "the secrets of the trade": false, "${{ env.secrets }}": false,
		"${{ secrets.GITHUB_TOKEN }} ${{ secrets.OTHER }}": true, "${{ secrets.GITHUB_TOKEN || secrets.PAT }}": true, "${{ needs.secrets.outputs.x }}": false,
	} {
		if takesSecret(text) != want {
			t.Errorf("%q takes a secret: %v", text, !want)
		}
	}
}

func TestImagesOf(t *testing.T) {
	files := map[string]string{
		"Dockerfile": "ARG TAG=1.0\nFROM acme/base:$TAG AS base\nFROM base\nFROM ${OPEN}\nFROM scratch\nCOPY --from=base /a /b\nCOPY --from=0 /a /b\n" +
			"COPY --from=ghcr.io/acme/uv:latest /uv /uv\nCOPY --from=context /a /b\nRUN --mount=type=bind,from=acme/tools,target=/t true\nRUN --mount=type=bind,from=acme/tools:2,target=/t true\nFROM vllm/vllm-openai\n",
		"compose.yaml":                "services:\n  a: {image: \"redis:${V:-7}\"}\n  b: {image: own, build: .}\n  c: {image: \"x:${V}\"}\n",
		"k8s/a.yaml":                  "kind: Deployment\nspec:\n  template:\n    spec:\n      initContainers: [{name: i, image: busybox}]\n      containers:\n        - {name: a, image: qdrant/qdrant:v1}\n        - {name: b, image: \"ko://x\"}\n        - {name: c, image: acme/app:latest}\n",
		"chart/templates/deploy.yaml": "kind: Deployment\nspec:\n  template:\n    spec:\n      {{- if .Values.x }}\n      containers:\n        - image: busybox:latest # wait\n        - image: \"{{ .Values.image }}\"\n        - name: x\n          image: {{ .Values.image }}\n      {{- end }}\n",
	}
	for path, want := range map[string]string{
		"Dockerfile":                  "2 acme/base:1.0|8 ghcr.io/acme/uv:latest|10 acme/tools|11 acme/tools:2|12 vllm/vllm-openai carries",
		"compose.yaml":                "2 redis:7",
		"k8s/a.yaml":                  "5 busybox|7 qdrant/qdrant:v1 carries|9 acme/app:latest",
		"chart/templates/deploy.yaml": "7 busybox:latest",
	} {
		kind := map[string]lodemark.Kind{"Dockerfile": lodemark.KindContainer, "compose.yaml": lodemark.KindCompose}[path]
		if kind == "" {
			kind = lodemark.KindKubernetes
		}
		c := lodemark.Component{Kind: kind, Path: path}
		uses, err := imagesOf(treeOf(t, files, c), c)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		var got []string
		for _, u := range uses {
			got = append(got, fmt.Sprint(u.line, " ", u.written, map[bool]string{true: " carries"}[u.carries]))
		}
		shown := strings.Join(got, "|")
		if shown != want {
			t.Errorf("%s: %s, want %s", path, shown, want)
		}
	}
}

// What a kustomization pins is pinned, whatever the manifest says; a tag that moves pins nothing.
func TestReplacedImages(t *testing.T) {
	files := map[string]string{
		"k8s/a.yaml":             "kind: Pod\napiVersion: v1\nspec:\n  containers:\n    - {name: a, image: acme/app:latest}\n    - {name: b, image: busybox}\n",
		"k8s/kustomization.yaml": "resources: [a.yaml]\nimages:\n  - {name: acme/app, newTag: 1.4.2}\n  - {name: busybox, newTag: latest}\n  - {name: ghcr.io/a/b, digest: \"sha256:00\"}\n",
	}
	c := lodemark.Component{Kind: lodemark.KindKubernetes, Path: "k8s/a.yaml"}
	s := treeOf(t, files, c)
	if got := fmt.Sprint(replacedImages(s)); got != "map[acme/app:true ghcr.io/a/b:true]" {
		t.Errorf("replaced: %s", got)
	}
	if r := runPinnedImages(t.Context(), s); len(r.Findings) != 1 || r.Findings[0].Line != 6 {
		t.Errorf("%+v", r.Findings)
	}
}

func TestBuiltHere(t *testing.T) {
	s := treeOf(t, map[string]string{
		"compose.yaml":            "services:\n  a: {image: \"desk:${V:-dev}\", build: .}\n  b: {image: redis}\n",
		"Makefile":                "image:\n\tdocker build \\\n\t  -t base:latest .\n\tdocker buildx build --platform x --tag=$(NAME) . && docker run -t other\n",
		".github/workflows/a.yml": "jobs: {a: {steps: [{run: docker build -t helpdesk/app:latest .}, {run: 'podman build --tag \"tools:1\" x'}]}}\n",
	}, lodemark.Component{Kind: lodemark.KindCompose, Path: "compose.yaml"}, lodemark.Component{Kind: lodemark.KindPipeline, Path: ".github/workflows/a.yml"})
	own := builtHere(s)
	for name, want := range map[string]bool{"desk": true, "base": true, "tools": true, "redis": false, "helpdesk/app": false, "other": false, "": false} {
		if own[name] != want {
			t.Errorf("%q is built here: %v", name, !want)
		}
	}
}

func TestShellUnitsOf(t *testing.T) {
	files := map[string]string{
		"Dockerfile":              "FROM x\nRUN a && \\\n  b\nRUN <<EOF\nc\nEOF\n",
		".github/workflows/a.yml": "jobs:\n  a:\n    steps:\n      - run: |\n          d\n          e\n      - {shell: python, run: f}\n      - {shell: 'bash -e {0}', run: g}\n",
		".gitlab-ci.yml":          ".s: &s [h]\na: {script: *s}\nb: {script: *s}\n",
		"setup.sh":                "#!/bin/sh\ni\n",
	}
	for path, want := range map[string]string{
		"Dockerfile": "2:a && \\\n  b|5:c", ".github/workflows/a.yml": "5:d\ne|8:g", ".gitlab-ci.yml": "1:h", "setup.sh": "1:#!/bin/sh\ni\n (script)",
	} {
		kind := map[string]lodemark.Kind{"Dockerfile": lodemark.KindContainer, "setup.sh": "script"}[path]
		if kind == "" {
			kind = lodemark.KindPipeline
		}
		c := lodemark.Component{Kind: kind, Path: path}
		units, err := shellUnitsOf(treeOf(t, files, c), c)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		var got []string
		for _, u := range units {
			got = append(got, fmt.Sprint(u.line, ":", u.text, map[bool]string{true: " (script)"}[u.script]))
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%s: %q, want %q", path, s, want)
		}
	}
}

// A file that makes no sense is an error with the line, from every reader.
func TestLineOf(t *testing.T) {
	files := map[string]string{"Dockerfile": "FROM x\nNONSENSE\n", "compose.yaml": "services:\n  a: [\n", ".github/workflows/a.yml": "on: push\njobs: 1\n", "k8s/a.yaml": "a: b\nc: d: e\n"}
	for path, kind := range map[string]lodemark.Kind{"Dockerfile": lodemark.KindContainer, "compose.yaml": lodemark.KindCompose, "k8s/a.yaml": lodemark.KindKubernetes, ".github/workflows/a.yml": lodemark.KindPipeline} {
		c := lodemark.Component{Kind: kind, Path: path}
		s := treeOf(t, files, c)
		var err error
		if kind == lodemark.KindPipeline {
			_, _, err = actionsOf(s, c)
		} else {
			_, err = imagesOf(s, c)
		}
		if infra.LineOf(err) != 2 {
			t.Errorf("%s: line %d of %v", path, infra.LineOf(err), err)
		}
	}
	if infra.LineOf(fmt.Errorf("no line")) != 0 {
		t.Error("a line out of nowhere")
	}
}
