package provenance

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/internal/sign"
)

// A builder of an organisation's own states how it built a model.
const statementV1 = `{
  "_type": "https://in-toto.io/Statement/v1",
  "subject": [{"name": "model.gguf", "digest": {"sha256": "SHA256"}}],
  "predicateType": "https://slsa.dev/provenance/v1",
  "predicate": {
    "buildDefinition": {
      "buildType": "https://actions.github.io/buildtypes/workflow/v1",
      "externalParameters": {
        "workflow": {"repository": "https://git.example.org/helpdesk", "ref": "refs/tags/v1.4.0", "path": ".github/workflows/train.yml"},
        "inputs": {"precision": "fp16"}
      },
      "internalParameters": {"runner": "r7"},
      "resolvedDependencies": [
        {"uri": "git+https://git.example.org/helpdesk@refs/tags/v1.4.0", "digest": {"gitCommit": "2ce3f90facdb51aeb950d5bc641e981be61fdf48"}},
        {"uri": "https://data.example.org/tickets.parquet", "digest": {"sha256": "7e9b6e7ba2842c91cf49f3e214d04a7a496f8214356f41d81a6e6dcad11f11e3"}}
      ]
    },
    "runDetails": {
      "builder": {"id": "https://builds.example.org/train@v2"},
      "metadata": {"invocationId": "run-17", "startedOn": "2026-11-20T10:00:00Z", "finishedOn": "2026-11-20T12:00:00Z"}
    }
  }
}`

const statementV02 = `{
  "_type": "https://in-toto.io/Statement/v0.1",
  "subject": [{"name": "model.gguf", "digest": {"sha256": "SHA256"}}],
  "predicateType": "https://slsa.dev/provenance/v0.2",
  "predicate": {
    "builder": {"id": "https://builds.example.org/train@v1"},
    "buildType": "https://builds.example.org/types/train",
    "invocation": {
      "configSource": {"uri": "git+ssh://git@git.example.org/helpdesk.git@refs/heads/main", "digest": {"sha1": "2ce3f90facdb51aeb950d5bc641e981be61fdf48"}, "entryPoint": "train.yml"},
      "parameters": {"precision": "fp16"}
    },
    "metadata": {"buildInvocationId": "run-3", "buildFinishedOn": "2026-11-20T12:00:00Z", "completeness": {"parameters": true, "environment": false, "materials": false}},
    "materials": [{"uri": "git+https://git.example.org/helpdesk@refs/heads/main", "digest": {"sha1": "2ce3f90facdb51aeb950d5bc641e981be61fdf48"}}]
  }
}`

var (
	now    = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	digest = func() string { s := sha256.Sum256([]byte("weights")); return hex.EncodeToString(s[:]) }()
	// expected is what the operator says of statementV1.
	expected = Want{Builder: "https://builds.example.org/train@v2", Source: "https://git.example.org/helpdesk", Ref: "v1.4.0"}
)

// bench has a key that the operator trusts, and an artefact.
type bench struct {
	t        *testing.T
	key      *sign.PrivateKey
	believed Believed
	artefact Artefact
}

func newBench(t *testing.T) bench {
	t.Helper()
	key, err := sign.NewKey(sign.Ed25519)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "builder.pub"), string(key.PEM()))
	trust, err := sign.ReadTrust(filepath.Join(dir, "builder.pub"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "model.gguf"), "weights")
	a, err := ReadArtefact(t.Context(), filepath.Join(dir, "model.gguf"), []string{"sha256", "sha512"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return bench{t, key, Believed{Keys: trust}, a}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// seal signs a statement about the artefact.
func (b bench) seal(statement string) []byte {
	b.t.Helper()
	e, err := sign.Seal(sign.PayloadType, []byte(strings.ReplaceAll(statement, "SHA256", digest)), b.key)
	if err != nil {
		b.t.Fatal(err)
	}
	return e.JSON()
}

func (b bench) verify(file []byte, w Want) *Result {
	b.t.Helper()
	all, err := Read(file)
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := Verify(b.t.Context(), b.artefact, all, w, b.believed, now)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func TestVerified(t *testing.T) {
	b := newBench(t)
	r := b.verify(b.seal(statementV1), expected)
	if r.Verdict() != Verified || !r.Best.Canary {
		t.Fatalf("%s, canary %v: %s", r.Verdict(), r.Best.Canary, r.Summary())
	}
	if got, want := r.Best.Source, (Source{"https://git.example.org/helpdesk", "refs/tags/v1.4.0", "2ce3f90facdb51aeb950d5bc641e981be61fdf48", ".github/workflows/train.yml", true}); got != want {
		t.Errorf("source %+v", got)
	}
	if r.Best.Level != 2 || !strings.Contains(r.Best.LevelWhy, "level 1 where the project does") {
		t.Errorf("level %d: %s", r.Best.Level, r.Best.LevelWhy)
	}
	states := map[string]State{}
	for _, s := range r.Best.Steps {
		states[s.Name] = s.State
	}
	want := map[string]State{stepForm: Held, stepSignature: Held, stepSubject: Held, stepBuilder: Held, stepSource: Held, stepRef: Held,
		stepCommit: Open, stepBuildType: Open, stepParameters: Open, stepTime: Held}
	if d := cmp.Diff(want, states); d != "" {
		t.Error(d)
	}
}

// Every way of being something else is refused, and says what.
func TestRefused(t *testing.T) {
	replace := func(old, with string) func(string) string {
		return func(s string) string {
			if !strings.Contains(s, old) {
				t.Fatalf("the statement holds no %s", old)
			}
			return strings.ReplaceAll(s, old, with)
		}
	}
	for _, row := range []struct {
		name   string
		change func(string) string // of the statement, before it is signed
		want   func(*Want)
		says   string
	}{
		{"another artefact", replace("SHA256", strings.Repeat("ab", 32)), nil, "none of the 1 subjects is sha256:"},
		{"an upper-case digest", replace("SHA256", strings.ToUpper(digest)), nil, "no lower-case hex"},
		{"a short digest", replace("SHA256", digest[:40]), nil, "no lower-case hex of 64 digits"},
		{"a digest that counts for nothing", replace(`"sha256": "SHA256"`, `"md5": "900150983cd24fb0d6963f7d28e17f72"`), nil, "none of the 1 subjects has a digest that can be compared"},
		{"two digests of two things", replace(`"sha256": "SHA256"`, `"sha256": "SHA256", "sha512": "`+strings.Repeat("ab", 64)+`"`), nil, "contradict each other"},
		{"another builder", replace("train@v2", "laptop"), nil, "builder: expected"},
		{"another version of the builder", replace("train@v2", "train@v1"), nil, "builder: expected"},
		{"a builder of which this is the beginning", replace("train@v2", "train@v22"), nil, "builder: expected"},
		{"another source", replace("git.example.org/helpdesk", "git.example.org/fork"), nil, "source: expected"},
		{"another source in the parameters alone", replace(`"repository": "https://git.example.org/helpdesk"`, `"repository": "https://git.example.org/fork"`), nil, "source: expected"},
		{"another ref", replace("refs/tags/v1.4.0", "refs/tags/v1.3.0"), nil, `ref: expected "v1.4.0"`},
		{"a branch called like the tag", replace("refs/tags/v1.4.0", "refs/heads/v1.4.0"), func(w *Want) { w.Ref = "refs/tags/v1.4.0" }, "ref: expected"},
		{"another commit", nil, func(w *Want) { w.Commit = strings.Repeat("0", 40) }, "commit: expected"},
		{"two commits of the source", replace(`"https://data.example.org/tickets.parquet", "digest": {"sha256": "7e9b6e7ba2842c91cf49f3e214d04a7a496f8214356f41d81a6e6dcad11f11e3"}`,
			`"git+https://git.example.org/helpdesk@refs/tags/v1.4.0", "digest": {"gitCommit": "0000000000000000000000000000000000000000"}`), nil, "two commits"},
		{"another build type", nil, func(w *Want) { w.BuildType = "https://slsa.dev/other" }, "build type: expected"},
		{"another parameter", nil, func(w *Want) { w.Parameters = map[string]string{"inputs.precision": "fp32"} }, `"inputs.precision": expected "fp32", and it is "fp16"`},
		{"no such parameter", nil, func(w *Want) { w.Parameters = map[string]string{"inputs.seed": "1"} }, `expected "1", and it is "(none)"`},
		{"a parameter too many", nil, func(w *Want) { w.Only = true }, "1 that were not asked for"},
		{"another name", nil, func(w *Want) { w.Subject = "other.gguf" }, "expected to be called"},
		{"built in the future", replace("2026-11-20T12:00:00Z", "2027-01-01T00:00:00Z"), nil, "in the future"},
		{"ended before it began", replace("2026-11-20T10:00:00Z", "2026-11-20T13:00:00Z"), nil, "ended before it began"},
		{"no builder", replace(`"id": "https://builds.example.org/train@v2"`, `"id": ""`), nil, "names no builder"},
		{"the builder under another case", replace(`"builder": {"id"`, `"builder": {"ID"`), nil, "names no builder"},
		{"no external parameters", replace(`"externalParameters"`, `"external"`), nil, "no external parameters"},
		{"a member twice", replace(`"invocationId": "run-17"`, `"invocationId": "run-17", "invocationId": "run-18"`), nil, "twice"},
		{"a statement of another version", replace("Statement/v1", "Statement/v2"), nil, "no in-toto statement"},
		{"no subject", replace(`[{"name": "model.gguf", "digest": {"sha256": "SHA256"}}]`, `[]`), nil, "about nothing"},
		{"an address that is none", nil, func(w *Want) { w.Source = "https://" }, "is no address of a repository"},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t)
			statement, want := statementV1, expected
			if row.change != nil {
				statement = row.change(statement)
			}
			if row.want != nil {
				row.want(&want)
			}
			r := b.verify(b.seal(statement), want)
			if r.Verdict() != Refused || !strings.Contains(r.Summary(), row.says) {
				t.Errorf("%s: %s\nwant refused with %q", r.Verdict(), r.Summary(), row.says)
			}
		})
	}
}

// What happens to the envelope after it was signed.
func TestRefusedEnvelopes(t *testing.T) {
	b := newBench(t)
	good := b.seal(statementV1)
	edit := func(change func(o map[string]any)) []byte {
		var o map[string]any
		if err := json.Unmarshal(good, &o); err != nil {
			t.Fatal(err)
		}
		change(o)
		data, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	first := func(o map[string]any) map[string]any { return o["signatures"].([]any)[0].(map[string]any) }
	stranger, err := sign.NewKey(sign.ECDSAP256)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := sign.Seal(sign.PayloadType, []byte(strings.ReplaceAll(statementV1, "SHA256", digest)), stranger)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		file []byte
		says string
	}{
		{"another statement under the signature", edit(func(o map[string]any) {
			o["payload"] = base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(strings.ReplaceAll(statementV1, "SHA256", digest), "r7", "r8")))
		}), "signature:"},
		{"another payload type", edit(func(o map[string]any) { o["payloadType"] = "application/json" }), "not that of a statement"},
		{"a stranger's signature", foreign.JSON(), "signature:"},
		{"a stranger's signature under the builder's key id", edit(func(o map[string]any) { first(o)["sig"] = base64.StdEncoding.EncodeToString(foreign.Signatures[0].Sig) }), "signature:"},
		{"no signatures", edit(func(o map[string]any) { o["signatures"] = []any{} }), "no signatures"},
		{"an empty signature", edit(func(o map[string]any) { first(o)["sig"] = "" }), "0 bytes"},
		{"a certificate in the envelope", edit(func(o map[string]any) { first(o)["cert"] = "-----BEGIN CERTIFICATE-----" }), "can only be verified by asking a log"},
		{"a member nobody knows", edit(func(o map[string]any) { o["more"] = 1 }), "more"},
		{"the bare statement", []byte(strings.ReplaceAll(statementV1, "SHA256", digest)), "not signed"},
		{"base64 with a line break", edit(func(o map[string]any) { o["payload"] = o["payload"].(string)[:8] + "\n" + o["payload"].(string)[8:] }), "base64"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := b.verify(row.file, expected)
			if r.Verdict() != Refused || !strings.Contains(r.Summary(), row.says) {
				t.Errorf("%s: %s\nwant refused with %q", r.Verdict(), r.Summary(), row.says)
			}
		})
	}
	if r := (bench{t, b.key, Believed{}, b.artefact}).verify(good, expected); r.Verdict() != Refused || !strings.Contains(r.Summary(), "--trust") {
		t.Errorf("nobody trusted: %s", r.Summary())
	}
	text, err := sign.WriteTrust([]sign.TrustedKey{{Name: "models", Key: b.key.PublicKey, Uses: []sign.Use{sign.UseModel}}})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := sign.ParseTrust(text, os.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	if r := (bench{t, b.key, Believed{Keys: elsewhere}, b.artefact}).verify(good, expected); r.Verdict() != Refused || !strings.Contains(r.Summary(), "provenance") {
		t.Errorf("a key that is trusted for models alone: %s", r.Summary())
	}
	if r := b.verify(good, expected); r.Verdict() != Verified {
		t.Errorf("untouched: %s", r.Summary())
	}
}

// Without an expected builder and source, nothing is wrong and nothing is shown.
func TestUndecided(t *testing.T) {
	b := newBench(t)
	for _, w := range []Want{{}, {Builder: expected.Builder}, {Source: expected.Source}} {
		if r := b.verify(b.seal(statementV1), w); r.Verdict() != Undecided || !strings.Contains(r.Summary(), "not asked for") {
			t.Errorf("%+v: %s: %s", w, r.Verdict(), r.Summary())
		}
	}
	other := b.seal(strings.Replace(statementV1, TypeV1, "https://example.org/test-result/v1", 1))
	if r := b.verify(other, expected); r.Verdict() != Undecided || len(r.Other) != 1 || !strings.Contains(r.Summary(), "none of the 1 attestations is SLSA provenance") {
		t.Errorf("no provenance: %s: %s", r.Verdict(), r.Summary())
	}
}

func TestVersion02(t *testing.T) {
	b := newBench(t)
	w := Want{Builder: "https://builds.example.org/train", Source: "git.example.org/helpdesk", Ref: "main", Commit: "2ce3f90facdb51aeb950d5bc641e981be61fdf48",
		Parameters: map[string]string{"precision": "fp16"}}
	r := b.verify(b.seal(statementV02), w)
	if r.Verdict() != Verified {
		t.Fatal(r.Summary())
	}
	lacks := strings.Join(r.Best.Attestation.SLSA.Lacks, "; ")
	for _, want := range []string{"does not keep what the requester chose apart", "does not claim to list all that went into the build"} {
		if !strings.Contains(lacks, want) {
			t.Errorf("lacks %q: no %q", lacks, want)
		}
	}
	if strings.Contains(lacks, "list all parameters") {
		t.Errorf("it claims to list all parameters: %q", lacks)
	}
}

// A file may hold several attestations; one good one is enough, and the best is spoken of.
func TestSeveral(t *testing.T) {
	b := newBench(t)
	good := b.seal(statementV1)
	wrong := b.seal(strings.Replace(statementV1, "SHA256", strings.Repeat("cd", 32), 1))
	lines := strings.Join([]string{string(wrong), "", string(good), string(b.seal(strings.Replace(statementV1, TypeV1, "https://example.org/vsa", 1)))}, "\n")
	r := b.verify([]byte(lines), expected)
	if r.Verdict() != Verified || len(r.All) != 2 || len(r.Other) != 1 || r.Best.Attestation.Source != "line 3" {
		t.Errorf("%s, %d and %d, %q: %s", r.Verdict(), len(r.All), len(r.Other), r.Best.Attestation.Source, r.Summary())
	}
	if r := b.verify(wrong, expected); r.Verdict() != Refused {
		t.Error(r.Summary())
	}
}

func TestEvidence(t *testing.T) {
	b := newBench(t)
	check := develop.VerifiedProvenance()
	at := lodemark.Digest{Path: "dist/model.intoto.jsonl", SHA256: strings.Repeat("12", 32)}
	for _, row := range []struct {
		want    Want
		outcome lodemark.Outcome
	}{
		{expected, lodemark.Passed},
		{Want{}, lodemark.Undecided},
		{Want{Builder: "https://builds.example.org/other", Source: expected.Source}, lodemark.Failed},
	} {
		e := b.verify(b.seal(statementV1), row.want).Evidence(check, "dist/model.gguf", "", at)
		if e.Check != "dev-1-verified-provenance" || len(e.Bears) != 2 || e.Outcome != row.outcome || e.ID == "" || !e.Canary || (e.Strength == lodemark.Exercised) != (row.outcome == lodemark.Passed) {
			t.Errorf("%+v: %s, %s, canary %v", row.want, e.Outcome, e.Strength, e.Canary)
		}
		if d := cmp.Diff([]lodemark.Digest{at, {Path: "dist/model.gguf", SHA256: digest}}, e.Examined); d != "" {
			t.Error(d)
		}
	}
}

func TestNamed(t *testing.T) {
	for text, ok := range map[string]bool{
		"sha256:" + digest: true,
		"registry.example.org/helpdesk:1.4@sha256:" + digest: true,
		"sha256:" + strings.ToUpper(digest):                  false,
		"sha256:" + digest[1:]:                               false,
		"md5:900150983cd24fb0d6963f7d28e17f72":               false,
		"registry.example.org/helpdesk:1.4":                  false,
		"model.gguf":                                         false,
	} {
		if _, got := Named(text); got != ok {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestSplitURI(t *testing.T) {
	for _, row := range [][3]string{
		{"git+https://github.com/example/model@refs/heads/main", "https://github.com/example/model", "refs/heads/main"},
		{"git+ssh://git@GitHub.com/example/model.git", "https://github.com/example/model", ""},
		{"github.com/example/model", "https://github.com/example/model", ""},
		{"https://github.com/example/model/", "https://github.com/example/model", ""},
		{"https://github.com/example/model?x=1", "", ""},
		{"https://github.com/../model", "", ""},
		{"file:///etc/passwd", "", ""},
		{"pkg:npm/example@1", "", ""},
		{"", "", ""},
	} {
		if r, ref := splitURI(row[0]); r != row[1] || ref != row[2] {
			t.Errorf("%s: %q at %q, want %q at %q", row[0], r, ref, row[1], row[2])
		}
	}
}
