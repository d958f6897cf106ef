package assess

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// pinned is a check as a stage would write it: container files may not build on a floating tag.
func pinned() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-test", Version: 1, Title: "images are pinned", Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced,
		Bears: []lodemark.Bearing{{Clause: "DEV-1.5", Settles: true}}, MaxAge: 90 * 24 * time.Hour, Help: "pin it", Fix: "pin it",
		Bad: []lodemark.Example{{Name: "floating", Files: map[string]string{"Dockerfile": "FROM x:latest\n"}}},
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			data, err := s.Read("Dockerfile")
			if err != nil {
				return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no container file"}
			}
			if strings.Contains(string(data), ":latest") {
				return lodemark.Result{Outcome: lodemark.Failed, Reason: "the base image floats", Examined: []string{"Dockerfile"},
					Findings: []lodemark.Finding{{Path: "Dockerfile", Line: 1, Severity: lodemark.SeverityCritical, Message: "floating"}}}
			}
			return lodemark.Result{Outcome: lodemark.Passed, Reason: "the base image is fixed", Examined: []string{"Dockerfile"}}
		},
	}
}

func assessed(t *testing.T, files map[string]string, checks ...lodemark.Check) *lodemark.Run {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	r, err := Tree(t.Context(), tree, Options{Target: "app", At: ExampleTime(), CheckTimeout: 200 * time.Millisecond,
		Practices: []lodemark.Practice{{Guideline: "DEV-1", Checks: checks}}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func verdictOf(t *testing.T, r *lodemark.Run, id string) lodemark.ClauseResult {
	t.Helper()
	for _, c := range r.Assessment.Clauses {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no result for %s", id)
	return lodemark.ClauseResult{}
}

func TestFromFilesToVerdict(t *testing.T) {
	bad := assessed(t, map[string]string{"Dockerfile": "FROM x:latest\nUSER 1\n"}, pinned())
	if v := verdictOf(t, bad, "DEV-1.5"); v.Verdict != lodemark.NotMet || v.Reason != "the base image floats" {
		t.Errorf("%v (%s), want not met", v.Verdict, v.Reason)
	}
	f := bad.Findings[0]
	if f.ID != "dev-1-test" || f.Fingerprint == "" || f.Fix != "pin it" || f.Clauses[0] != "DEV-1.5" || f.Excerpt != "FROM x:latest\nUSER 1" {
		t.Errorf("the finding is not filled in: %+v", f)
	}
	if f.Severity != lodemark.SeverityMedium {
		t.Errorf("a check of at most medium reported %v", f.Severity)
	}
	good := assessed(t, map[string]string{"Dockerfile": "FROM x@sha256:1\n"}, pinned())
	if v := verdictOf(t, good, "DEV-1.5"); v.Verdict != lodemark.Met || v.Strength != lodemark.Enforced || v.Until.IsZero() {
		t.Errorf("%v, %v until %v; want met, enforced, with an end", v.Verdict, v.Strength, v.Until)
	}
	if e := good.Evidence[0]; len(e.Examined) != 1 || len(e.Examined[0].SHA256) != 64 || !e.Canary {
		t.Errorf("the record is not bound to what it saw: %+v", e)
	}
}

// Checks that misbehave cost their own clause and nothing else.
func TestChecksThatMisbehave(t *testing.T) {
	crash, hang, mute, blind := pinned(), pinned(), pinned(), pinned()
	crash.ID, crash.Run = "dev-1-crash", func(context.Context, *lodemark.Subject) lodemark.Result { panic("boom") }
	hang.ID, hang.Run = "dev-1-hang", func(ctx context.Context, _ *lodemark.Subject) lodemark.Result {
		<-time.After(5 * time.Second)
		return lodemark.Result{Outcome: lodemark.Passed, Reason: "too late"}
	}
	mute.ID, mute.Run = "dev-1-mute", func(context.Context, *lodemark.Subject) lodemark.Result { return lodemark.Result{} }
	blind.ID = "dev-1-blind"
	blind.Bad = []lodemark.Example{{Name: "no defect at all", Files: map[string]string{"Dockerfile": "FROM x@sha256:1\n"}}}
	for _, c := range []lodemark.Check{crash, hang, mute, blind} {
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			r := assessed(t, map[string]string{"Dockerfile": "FROM x@sha256:1\n"}, c)
			if v := verdictOf(t, r, "DEV-1.5"); v.Verdict != lodemark.Inconclusive || v.Reason == "" {
				t.Errorf("%v (%s), want inconclusive with the reason", v.Verdict, v.Reason)
			}
		})
	}
}

func TestBrokenOwnFilesAreGapsWithAPlace(t *testing.T) {
	r := assessed(t, map[string]string{
		"Dockerfile":                 "FROM x:latest\n",
		"lodemark.yaml":              "schema: lodemark/1\nname: Assistant\nownr: {}\n",
		".lodemark/decisions/a.yaml": "schema: lodemark.decision/1\nkind: bless\n",
	}, pinned())
	if r.System.Name != "Assistant" {
		t.Errorf("name %q: what could be read of the declaration was lost", r.System.Name)
	}
	places := map[string]bool{}
	for _, g := range r.Gaps {
		if g.Needed && g.Line > 0 {
			places[g.Path] = true
		}
	}
	if !places["lodemark.yaml"] || !places[".lodemark/decisions/a.yaml"] {
		t.Errorf("gaps %+v do not name both files with a line", r.Gaps)
	}
	if len(r.Findings) != 1 {
		t.Errorf("%d findings; a broken declaration must not cost the rest", len(r.Findings))
	}
}

func TestTargetThatIsNotThere(t *testing.T) {
	_, err := Run(t.Context(), Options{Target: t.TempDir() + "/none"})
	var te *TargetError
	if !errors.As(err, &te) || !strings.Contains(err.Error(), "there is no such folder") {
		t.Errorf("%v, want a target error", err)
	}
}

func TestInterruptEndsTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	tree, _ := bound.Memory(map[string]string{"Dockerfile": "FROM x\n"}, bound.Limits{})
	if _, err := Tree(ctx, tree, Options{Practices: []lodemark.Practice{{Checks: []lodemark.Check{pinned()}}}}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want canceled", err)
	}
}

func TestMask(t *testing.T) {
	hidden := map[string]string{ // line: what may not be left
		`OPENAI_API_KEY=sk-proj-Zk3v9QpL2mX8aB7cD4eF6gH1`:         "Zk3v9QpL2mX8aB7cD4eF6gH1",
		`  "password": "hunter2hunter2"`:                          "hunter2hunter2",
		`url: postgres://app:s3cr3tpassw0rd@db:5432/x`:            "s3cr3tpassw0rd",
		`Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc123XY`: "eyJhbGciOiJIUzI1NiJ9",
		`AWS AKIAIOSFODNN7EXAMPL9 here`:                           "AKIAIOSFODNN7EXAMPL9",
		`MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7`:    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7",
		`token: 0123456789abcdef`:                                 "0123456789abcdef",
	}
	for line, secret := range hidden {
		if got := Mask(line); strings.Contains(got, secret) {
			t.Errorf("%q still holds the secret: %q", line, got)
		}
	}
	for _, line := range []string{
		"FROM vllm/vllm-openai:latest",
		"FROM python@sha256:0b5b1ed0a3d3f1f4f8ad3c1d2f8f1b3a2c4d5e6f708192a3b4c5d6e7f8091a2b",
		"uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683",
		"  - deploy/kubernetes/overlays/production/kustomization.yaml",
		`OPENAI_API_KEY=${OPENAI_API_KEY}`,
		"MODEL_NAME=mistralai/Mistral-7B-Instruct-v0.3",
		"max_tokens: 1024",
	} {
		if got := Mask(line); got != line {
			t.Errorf("%q was masked to %q: nothing secret there", line, got)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("key=abc://a:b@c")
	f.Add("password: \xff\xfe")
	f.Fuzz(func(t *testing.T, line string) {
		if got := Mask(line); len(got) > 8*len(line)+64 {
			t.Errorf("%d bytes became %d", len(line), len(got))
		}
	})
}
