package assess

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/document"
)

// careless reads a file and passes over the error.
func careless(path string) lodemark.Check {
	c := pinned()
	c.Run = func(_ context.Context, s *lodemark.Subject) lodemark.Result {
		_, _ = s.Read(path)
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "nothing to see"}
	}
	return c
}

// A file that could not be read is told even where the check that wanted it says nothing.
func TestUnreadIsTold(t *testing.T) {
	tree, err := bound.Memory(map[string]string{"notes.bin": strings.Repeat("x", 4096)}, bound.Limits{FileBytes: 1024})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	r, err := Tree(t.Context(), tree, Options{Target: "app", At: ExampleTime(), Practices: []lodemark.Practice{{Guideline: "DEV-1", Checks: []lodemark.Check{careless("notes.bin")}}}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.Gaps, func(g lodemark.Gap) bool {
		return g.Path == "notes.bin" && strings.Contains(g.Reason, "1024 file bytes")
	}) {
		t.Errorf("gaps %+v", r.Gaps)
	}
}

// A decision about a model stands however large the model is.
func TestDecisionBoundToLargeFile(t *testing.T) {
	model := strings.Repeat("\x00", digestBytes+1)
	decision := fmt.Sprintf("schema: lodemark.decision/1\nkind: attest\nclause: DEV-1.5\nby: Model owner\nreason: I compared the digest with the provider's page\n"+
		"date: \"2026-10-01\"\nuntil: \"2027-01-01\"\nbound:\n  - path: m/model.bin\n    sha256: %x\n", sha256.Sum256([]byte(model)))
	r := assessed(t, map[string]string{"m/model.bin": model, DecisionFolder + "/a.yaml": decision}, careless("x"))
	if d := r.Assessment.Decisions; len(d) != 1 || d[0].Standing != lodemark.Current {
		t.Errorf("%+v", d)
	}
}

// A file with many findings is read once for all their excerpts, and each shows its own lines.
func TestExcerptsReadOnce(t *testing.T) {
	var text strings.Builder
	for i := range 50 {
		fmt.Fprintf(&text, "line %d\n", i+1)
	}
	tree, err := bound.Memory(map[string]string{"a.txt": text.String()}, bound.Limits{TotalBytes: int64(text.Len())}) // enough for once
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	src := newSource(tree)
	src.held = cacheBytes // full: nothing more is kept
	findings := []lodemark.Finding{{Path: "a.txt", Line: 49}, {Path: "a.txt", Line: 1}, {Path: "a.txt", Line: 25}, {Path: "a.txt", Line: 25, EndLine: 40}, {Path: "a.txt", Line: 99}}
	addExcerpts(findings, src)
	var got []string
	for _, f := range findings {
		first, _, _ := strings.Cut(f.Excerpt, "\n")
		got = append(got, fmt.Sprintf("%d %s %d", f.ExcerptLine, first, strings.Count(f.Excerpt, "\n")))
	}
	want := []string{"47 line 47 3", "1 line 1 2", "23 line 23 4", "23 line 23 10", "97  0"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// The cut at the width of an excerpt does not leave the beginning of a secret that is then too short to be known for one.
func TestCutSecretStaysMasked(t *testing.T) {
	secret := "q9" + strings.Repeat("Xy7Zk2", 8)
	for _, at := range []int{150, 185, 195, 385, 395} {
		line := strings.Repeat("a ", at/2) + secret + " and the rest of it"
		if s := excerptLine([]byte(line)); strings.Contains(s, secret[:6]) || !strings.HasPrefix(line, strings.TrimRight(s[:100], "*")) {
			t.Errorf("at %d: %q", at, s)
		}
	}
	if s := excerptLine([]byte(strings.Repeat("é", 300))); len(s) > excerptWidth+len(" …") || !strings.HasSuffix(s, " …") {
		t.Errorf("%q", s)
	}
}

// Whoever appends to what was read gets a copy, because other checks read the same bytes.
func TestReadCannotBeExtended(t *testing.T) {
	tree, err := bound.Memory(map[string]string{"a": "x"}, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if data, err := newSource(tree).Read("a"); err != nil || len(data) != 1 || cap(data) != len(data) {
		t.Errorf("%d of %d bytes, %v", len(data), cap(data), err)
	}
}

// A decision that lies where none is looked for has no effect, and whoever wrote it is told.
func TestDecisionElsewhereIsTold(t *testing.T) {
	r := assessed(t, map[string]string{"Dockerfile": "FROM x:latest\n", DecisionFolder + "/2026/a.yaml": "schema: lodemark.decision/1\n", DecisionFolder + "/b.YAML": "x",
		DecisionFolder + "/README.md": "how we decide"}, pinned())
	var told []string
	for _, g := range r.Gaps {
		if strings.Contains(g.Reason, "not read as a decision") && !g.Needed {
			told = append(told, g.Path)
		}
	}
	if want := []string{DecisionFolder + "/2026/a.yaml", DecisionFolder + "/b.YAML"}; !slices.Equal(told, want) || len(r.Assessment.Decisions) > 0 {
		t.Errorf("%q, want %q", told, want)
	}
}

// A manifest may be more than is understood of one before it is more than is read of any file: it is the same gap.
func TestALargeManifestIsNeeded(t *testing.T) {
	r := assessed(t, map[string]string{"Dockerfile": "FROM x@sha256:1\n", "docker-compose.yaml": "services: {}\n" + strings.Repeat("# padding\n", 3<<17)}, pinned())
	if len(r.Gaps) != 1 || r.Gaps[0].Kind != lodemark.TooLarge || !r.Gaps[0].Needed || !strings.Contains(r.Gaps[0].Reason, "at most 2097152 are read") {
		t.Errorf("gaps %+v", r.Gaps)
	}
}

// A bound that was reached while documents were looked for is told, though the check that asked has no use for it.
func TestBoundOfDocumentsIsTold(t *testing.T) {
	files := map[string]string{"Dockerfile": "FROM x@sha256:1\n"}
	for i := range 21 {
		files[fmt.Sprintf("cards/%02d/MODEL_CARD.md", i)] = "# Card\n"
	}
	c := pinned()
	c.Run = func(_ context.Context, s *lodemark.Subject) lodemark.Result {
		document.Find(s, "model-card")
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "nothing to see"}
	}
	r := assessed(t, files, c)
	if len(r.Gaps) != 1 || r.Gaps[0].Path != "cards/20/MODEL_CARD.md" || r.Gaps[0].Needed {
		t.Errorf("gaps %+v", r.Gaps)
	}
}

// A manifest that was padded beyond what is read is no reason to say that all is well.
func TestAPaddedManifestIsNeeded(t *testing.T) {
	pad := strings.Repeat("# padding\n", 1<<20)
	r := assessed(t, map[string]string{"Dockerfile": "FROM x@sha256:1\n", "deploy/app.yaml": pad, "docs/samples/app.yaml": pad}, pinned())
	for _, g := range r.Gaps {
		if want := g.Path == "deploy/app.yaml"; g.Needed != want || g.Kind != lodemark.TooLarge {
			t.Errorf("%s: needed is %v (%s)", g.Path, g.Needed, g.Reason)
		}
	}
	if len(r.Gaps) != 2 {
		t.Errorf("gaps %+v", r.Gaps)
	}
}
