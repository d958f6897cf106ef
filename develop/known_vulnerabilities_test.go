package develop

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/deps/osv"
	"github.com/lodemark/lodemark/internal/deps/vex"
)

// Packages and advisories here are made up. The clock of examples stands at 2026-11-01.

func flaw(id, ecosystem, name, rest string) string {
	return fmt.Sprintf(`{"id":%q,"modified":"2026-10-30T00:00:00Z","summary":"A flaw","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],"affected":[{"package":{"ecosystem":%q,"name":%q},%s}]}`, id, ecosystem, name, rest)
}

const (
	mended   = `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2"}]}]`
	unmended = `"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]`
)

func advisoriesOf(t *testing.T, records ...string) Advisories {
	t.Helper()
	dir := t.TempDir()
	for i, r := range records {
		if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(i)+".json"), []byte(r), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	db, err := osv.Open(context.Background(), osv.Options{Path: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return Advisories{Database: db, Path: "advisories"}
}

func compare(t *testing.T, a Advisories, files map[string]string) lodemark.Result {
	t.Helper()
	r, err := assess.Try(t.Context(), KnownVulnerabilities(a), lodemark.Example{Files: files}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestKnownVulnerabilities(t *testing.T) {
	a := advisoriesOf(t, flaw("GHSA-aaaa-0000-0001", "PyPI", "lamp", mended), flaw("GHSA-aaaa-0000-0002", "PyPI", "wick", unmended))
	for name, tt := range map[string]struct {
		files  map[string]string
		want   lodemark.Outcome
		reason string
		found  []string // path:line severity clauses
	}{
		"a version with a hole":          {map[string]string{"requirements.txt": "shade==2.0\nlamp==1.1\n"}, lodemark.Failed, "lamp 1.1 is known", []string{"requirements.txt:2 high DEV-1.6 DEV-1.7"}},
		"a hole that nobody mended":      {map[string]string{"requirements.txt": "wick==3.0\n"}, lodemark.Failed, "wick 3.0", []string{"requirements.txt:1 high DEV-1.6"}},
		"the version that mends it":      {map[string]string{"requirements.txt": "lamp==1.2\n"}, lodemark.Passed, "no known vulnerability counts; locked packages compared: 1", nil},
		"in a test":                      {map[string]string{"tests/requirements.txt": "lamp==1.1\n"}, lodemark.NothingToSee, "no locked package", []string{"tests/requirements.txt:1 low DEV-1.6 DEV-1.7"}},
		"nothing is locked":              {map[string]string{"requirements.txt": "lamp\n"}, lodemark.NothingToSee, "no locked package", nil},
		"an ecosystem that is not known": {map[string]string{"requirements.txt": "lamp==1.2\n", "go.mod": "module example.org/x\n\ngo 1.24\n\nrequire example.org/y v1.0.0\n"}, lodemark.Undecided, "Go: the database holds no advisory", nil},
		"a lock file that is broken":     {map[string]string{"package-lock.json": "{\"lockfileVersion\": 3, \"packages\": {\n", "requirements.txt": "lamp==1.2\n"}, lodemark.Undecided, "package-lock.json could not be read", nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := compare(t, a, tt.files)
			var found []string
			for _, f := range r.Findings {
				found = append(found, fmt.Sprintf("%s:%d %s %s", f.Path, f.Line, f.Severity, strings.Join(f.Clauses, " ")))
			}
			if r.Outcome != tt.want || !strings.Contains(r.Reason, tt.reason) || !slices.Equal(found, tt.found) {
				t.Errorf("%s (%s) with %q; want %s with %q", r.Outcome, r.Reason, found, tt.want, tt.found)
			}
			if r.Outcome != lodemark.NothingToSee && r.Outcome != lodemark.Undecided && !strings.Contains(r.Reason, a.Database.Info().Digest) {
				t.Errorf("the reason does not name the database: %s", r.Reason)
			}
		})
	}
}

// An advisory that nobody touched for weeks leaves a pass open, and the failure stands.
func TestOldAdvisoriesDecideNoPass(t *testing.T) {
	a := advisoriesOf(t, strings.Replace(flaw("GHSA-aaaa-0000-0001", "PyPI", "lamp", mended), "2026-10-30", "2026-09-30", 1))
	if r := compare(t, a, map[string]string{"requirements.txt": "lamp==1.2\n"}); r.Outcome != lodemark.Undecided || !strings.Contains(r.Reason, "32 days old") {
		t.Errorf("%s (%s)", r.Outcome, r.Reason)
	}
	if r := compare(t, a, map[string]string{"requirements.txt": "lamp==1.1\n"}); r.Outcome != lodemark.Failed {
		t.Errorf("%s (%s)", r.Outcome, r.Reason)
	}
}

// What the operator states with name and reason is shown and fails nothing; the target's own word is shown and changes nothing.
func TestStatementsAboutVulnerabilities(t *testing.T) {
	const statement = `{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/vex/1", "author": "Security lead", "timestamp": "2026-10-30T00:00:00Z", "version": 1,
 "statements": [{"vulnerability": {"name": "GHSA-aaaa-0000-0001"}, "products": [{"@id": "pkg:pypi/lamp@1.1"}], "status": "not_affected", "impact_statement": "The lamp is never lit."}]}`
	a := advisoriesOf(t, flaw("GHSA-aaaa-0000-0001", "PyPI", "lamp", mended))
	files := map[string]string{"requirements.txt": "lamp==1.1\n"}

	files["ours.openvex.json"] = statement
	r := compare(t, a, files)
	if r.Outcome != lodemark.Failed || !strings.Contains(r.Findings[0].Message, "the target's own word") {
		t.Errorf("the target's word: %s %+v", r.Outcome, r.Findings)
	}
	delete(files, "ours.openvex.json")

	var err error
	if a.Statements, err = vex.Read("ours.openvex.json", []byte(statement), vex.Options{}); err != nil {
		t.Fatal(err)
	}
	r = compare(t, a, files)
	if r.Outcome != lodemark.Passed || len(r.Findings) != 1 || r.Findings[0].Counts() || !strings.Contains(r.Findings[0].Message, "Security lead states: not affected (The lamp is never lit.)") ||
		!strings.Contains(r.Reason, "stated not to be affected, or fixed: 1") {
		t.Errorf("the operator's word: %s (%s) %+v", r.Outcome, r.Reason, r.Findings)
	}
}

// The canary is made of the database: one that holds a version that can be locked answers for itself, in every ecosystem.
func TestCanaryIsAnAdvisoryOfTheDatabase(t *testing.T) {
	listed := `"versions":["1.0.0"]`
	for ecosystem, name := range map[string]string{osv.PyPI: "lamp", osv.NPM: "@lamp/stand", osv.Go: "example.org/lamp", osv.Cargo: "lamp", osv.Maven: "org.example:lamp"} {
		c := KnownVulnerabilities(advisoriesOf(t, flaw("X-1", ecosystem, name, listed)))
		if len(c.Bad) != 1 {
			t.Errorf("%s: no canary", ecosystem)
			continue
		}
		if r, err := assess.Try(t.Context(), c, c.Bad[0], time.Minute); err != nil || r.Outcome != lodemark.Failed || len(r.Findings) == 0 {
			t.Errorf("%s: the canary gives %s (%s) %v %v", ecosystem, r.Outcome, r.Reason, c.Bad[0].Files, err)
		}
	}
	if c := KnownVulnerabilities(advisoriesOf(t, flaw("X-1", osv.PyPI, "lamp", `"ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]`))); len(c.Bad) != 0 {
		t.Errorf("a database that can answer nothing has the canary %v", c.Bad)
	}
	if r := compare(t, Advisories{}, nil); r.Outcome != lodemark.Undecided {
		t.Errorf("without a database: %s", r.Outcome)
	}
}
