package develop

import (
	"testing"

	"github.com/lodemark/lodemark/internal/infra"
)

// References of actions, what the workflow could do harm with, and what is reported.
func TestJudgeAction(t *testing.T) {
	writes, secrets := workflowReach{writes: true}, workflowReach{secrets: true}
	tests := []struct {
		uses  string
		reach workflowReach
		want  string // empty: silent
	}{
		{"acme/x@main", workflowReach{}, "medium"},
		{"acme/x@release/v1", workflowReach{}, "medium"},
		{"acme/x/sub@master", workflowReach{}, "medium"},
		{"acme/x", workflowReach{}, "medium"},
		{"actions/checkout@main", workflowReach{}, "low"},
		{"acme/x@v1", writes, "low"},
		{"acme/x@v1", secrets, "low"},
		{"actions/checkout@v4", writes, "low"},
		{"actions/checkout@v4", secrets, ""},
		{"acme/x@v1", workflowReach{}, ""},
		{"acme/x@11bd71901bbe5b1630ceea73d27597364c9af683", writes, ""},
		{"./.github/actions/x", writes, ""},
		{"docker://alpine:3", writes, ""},
		{"${{ matrix.action }}", writes, ""},
	}
	for _, tt := range tests {
		f, bad := judgeAction("ci.yml", actionUse{1, tt.uses}, tt.reach)
		if got := map[bool]string{true: f.Severity.String()}[bad]; got != tt.want {
			t.Errorf("%s with %+v: %q, want %q", tt.uses, tt.reach, got, tt.want)
		}
	}
}

// Image references, whether the image carries the AI system, and what is reported.
func TestJudgeImage(t *testing.T) {
	const digest = "@sha256:9c18ff53ef1946dbcba1dc97f5d15e1b1724b1ca066f84a292347142e68fadd4"
	tests := []struct {
		ref     string
		carries bool
		want    string
	}{
		{"python", false, "medium"}, {"python:latest", false, "medium"}, {"ghcr.io/acme/x:main", true, "medium"}, {"localhost:5000/x", false, "medium"},
		{"python:3.12.7", false, ""}, {"python:3.12.7", true, "low"}, {"python" + digest, true, ""}, {"python:latest" + digest, true, ""},
		{"localhost:5000/x:1.0", false, ""},
	}
	for _, tt := range tests {
		f, bad := judgeImage("Dockerfile", imageUse{1, tt.ref, infra.ParseImage(tt.ref), tt.carries})
		if got := map[bool]string{true: f.Severity.String()}[bad]; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.ref, got, tt.want)
		}
	}
	for ref, want := range map[string]bool{"controller:latest": true, "ko://example.org/cmd": true, "{{ .Values.image }}:latest": true, "$(IMAGE)": true, "python:latest": false} {
		if placeholderImage.MatchString(ref) != want {
			t.Errorf("%s is a placeholder: %v", ref, !want)
		}
	}
}
