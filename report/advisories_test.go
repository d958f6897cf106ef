package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
)

// madeAdvisories holds a malicious package, one advisory with statements, one that nobody rated, what is not judged, and hostile text
// wherever an advisory or a target can put some.
func madeAdvisories() *Advisories {
	a := &Advisories{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, Target: "app", Packages: 120, Statements: 2, Vendored: 2,
		Database: AdvisoryDatabase{Path: "advisories", Digest: "sha256:" + strings.Repeat("0", 64), Advisories: map[string]int{"PyPI": 5000, "npm": 90000}, Newest: map[string]string{"PyPI": "2026-10-01"},
			Old: []string{"the newest advisory for PyPI is 31 days old, and what became known since is missing"}, Withdrawn: 3, Broken: 1, Unread: []lodemark.Gap{{Path: "PyPI/" + hostile, Reason: hostile}}},
		Findings: []AdvisoryFinding{
			{ID: "MAL-2026-1", Severity: lodemark.SeverityCritical, Rated: true, RatedBy: "malicious", Malicious: true, Ecosystem: "npm", Package: "lamp-helper", Version: "0.0.1", Summary: hostile, Changed: "2026-09-01",
				Places: []AdvisoryPlace{{Path: "package-lock.json", Line: 12, Asked: "through"}}, Counts: true},
			{ID: "GHSA-aaaa-0000-0001", Aliases: []string{"CVE-2026-0001", "PYSEC-2026-1"}, Severity: lodemark.SeverityHigh, Rated: true, RatedBy: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", Ecosystem: "PyPI",
				Package: "lamp", Version: "1.1.0", Fixed: []string{"1.0.9", "1.2"}, Summary: "Light leaks", CWEs: []string{"CWE-200"}, Refs: []string{"https://example.org/advisories/1", "https://example.org/fix"},
				Places: []AdvisoryPlace{{Path: "api/uv.lock", Line: 3, Asked: "direct"}, {Path: "uv.lock", Line: 3, From: "https://example.org/lamp.git"}, {Path: "web/uv.lock", Line: 3}, {Path: "tests/uv.lock", Line: 3, Test: true}, {Path: hostile, Line: 3}}, Counts: true,
				Stated: []AdvisoryStatement{{Status: "not_affected", Why: "never lit", Author: hostile, Day: "2026-09-02", File: "app.openvex.json", Declared: true, Clears: true}}},
			{ID: "GO-2026-1", Severity: lodemark.SeverityHigh, Ecosystem: "Go", Package: "example.org/lamp", Version: "v1.0.0", Imports: []string{"example.org/lamp/light"}, Places: []AdvisoryPlace{{Path: "go.mod", Line: 7}}, Counts: true},
			{ID: "X-" + hostile, Severity: lodemark.SeverityMedium, Rated: true, RatedBy: "database", Ecosystem: "PyPI", Package: "shade", Version: "2", Summary: "Too dark", Places: []AdvisoryPlace{{Path: "uv.lock", Line: 40}},
				Stated: []AdvisoryStatement{{Status: "not_affected", Why: "the shade is open", Author: "Security lead at example.org", Day: "2026-09-03", File: "ours.json", Clears: true}}},
		},
		Unjudged:  []AdvisoryCount{{"crates.io: the database holds no advisory for this ecosystem", 14}},
		Undecided: []AdvisoryUndecided{{ID: "PYSEC-2026-9", Package: "pytz", Version: "2004d", Reason: "its version is none that PyPI can order", Path: "uv.lock", Line: 90}},
		Gaps:      []lodemark.Gap{{Path: "yarn.lock", Line: 3, Reason: "malformed: " + hostile, Needed: true}},
	}
	a.Fingerprint()
	return a
}

func writtenAdvisories(t *testing.T, name string, a *Advisories, o Options) string {
	t.Helper()
	for _, f := range AdvisoriesFormats() {
		if f.Name == name {
			var b bytes.Buffer
			if err := f.Write(&b, a, o); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Fatalf("no format %s", name)
	return ""
}

// The golden files are there to be read.
func TestAdvisoriesGolden(t *testing.T) {
	golden(t, "advisories.txt", writtenAdvisories(t, "text", madeAdvisories(), Options{}))
	golden(t, "advisories-verbose.txt", writtenAdvisories(t, "text", madeAdvisories(), Options{ASCII: true, Verbose: true, Width: 100}))
	golden(t, "advisories.json", writtenAdvisories(t, "json", madeAdvisories(), Options{}))
	golden(t, "advisories.sarif", writtenAdvisories(t, "sarif", madeAdvisories(), Options{}))
}

func TestAdvisoriesText(t *testing.T) {
	out := strings.Join(strings.Fields(writtenAdvisories(t, "text", madeAdvisories(), Options{Width: 120})), " ")
	for _, want := range []string{"critical lamp-helper 0.0.1 MAL-2026-1", "A malicious package: it was made to do harm.", "high lamp 1.1.0 GHSA-aaaa-0000-0001 CVE-2026-0001, PYSEC-2026-1",
		"at api/uv.lock:3, asked for here", "at uv.lock:3, from https://example.org/lamp.git: that code can differ", "and at 2 more places", "fix Take lamp 1.0.9 or 1.2, or later", "unrated example.org/lamp v1.0.0 GO-2026-1 No summary is given",
		"Only where it is built with example.org/lamp/light.", "the target's own word, which no gate counts", "Stated not to be affected, or fixed medium shade 2",
		"Security lead at example.org states: not affected (the shade is open), 2026-09-03, in ours.json", "Cannot be decided ? pytz 2004d at uv.lock:90, PYSEC-2026-9", "yarn.lock:3: malformed",
		"3 advisories: 1 critical, 2 high", "120 packages compared with 95000 advisories; 1 stated not to be affected or fixed; 2 lock files in vendored folders not looked at; 1 file of the database not read",
		"not judged 14 packages of crates.io", "old the newest advisory for PyPI is 31 days old"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	for _, o := range []Options{{Width: 40}, {Width: 80, Color: true}, {Width: 80, ASCII: true, Verbose: true}, {Width: 200}} {
		for i, line := range strings.Split(writtenAdvisories(t, "text", madeAdvisories(), o), "\n") {
			if w := columns(line); w > o.Width {
				t.Errorf("width %d: line %d has %d columns: %q", o.Width, i+1, w, line)
			}
			if strings.IndexFunc(strings.NewReplacer("\x1b[", "").Replace(line), unsafe) >= 0 {
				t.Errorf("line %d holds what is not harmless: %q", i+1, line)
			}
		}
	}
}

func TestAdvisoriesJSONHoldsToItsSchema(t *testing.T) {
	s := published(t, "advisories")
	out := writtenAdvisories(t, "json", madeAdvisories(), Options{})
	if err := validate(t, s, out); err != nil {
		t.Error(err)
	}
	if err := validate(t, s, writtenAdvisories(t, "json", &Advisories{Target: ".", Tool: lodemark.Tool{Name: "lodemark"}}, Options{})); err != nil {
		t.Errorf("nothing found: %v", err)
	}
	for old, wrong := range map[string]string{
		`"severity": "critical"`: `"severity": "worst"`, `"line": 12`: `"line": -1`, `"asked": "through"`: `"asked": "maybe"`, `"ecosystem": "npm"`: `"ecosystem": "apt"`, `"status": "not_affected"`: `"status": "fine"`,
		`"schema": "lodemark.advisories/1"`: `"schema": "lodemark.advisories/2"`, `"changed": "2026-09-01"`: `"changed": "lately"`, `"unjudged": [`: `"unjudget": [`, `"counts": true`: `"counts": 1`,
	} {
		if changed := strings.Replace(out, old, wrong, 1); changed == out || validate(t, s, changed) == nil {
			t.Errorf("%s instead of %s is not noticed", wrong, old)
		}
	}
}

func TestAdvisoriesSARIFHoldsToTheStandard(t *testing.T) {
	a := madeAdvisories()
	a.Folder = "services/desk"
	out := writtenAdvisories(t, "sarif", a, Options{})
	if err := validate(t, officialSARIF(t), out); err != nil {
		t.Error(err)
	}
	for _, want := range []string{`"uri": "services/desk/api/uv.lock"`, `"ruleId": "MAL-2026-1"`, `"external/cwe/cwe-200"`, `"helpUri": "https://example.org/advisories/1"`, `"kind": "external"`, "may be too old", "14 packages not judged", `"security-severity": "9.5"`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if n := strings.Count(out, `"suppressions"`); n != 1 { // the operator's word alone
		t.Errorf("%d results are suppressed", n)
	}
}

// A database that saw nothing new for two weeks may miss what matters most.
func TestOldSince(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for days, want := range map[int]string{0: "", 14: "", 15: "the newest advisory for PyPI is 15 days old, and what became known since is missing", -1: ""} {
		if got := OldSince("PyPI", now.AddDate(0, 0, -days), now); got != want {
			t.Errorf("%d days: %q", days, got)
		}
	}
	if got := OldSince("Go", time.Time{}, now); !strings.Contains(got, "nobody can say how old") {
		t.Errorf("%q", got)
	}
}

// Neither a moved line nor a new version is a new finding.
func TestAdvisoryFingerprints(t *testing.T) {
	a, b := madeAdvisories(), madeAdvisories()
	b.Findings[1].Version, b.Findings[1].Places[0].Line = "1.1.1", 99
	b.Fingerprint()
	seen := map[string]bool{}
	for i := range a.Findings {
		for j, p := range a.Findings[i].Places {
			if q := b.Findings[i].Places[j]; p.Fingerprint != q.Fingerprint || seen[p.Fingerprint] || p.Fingerprint == "" {
				t.Errorf("%s at %q: %q and %q", a.Findings[i].ID, p.Path, p.Fingerprint, q.Fingerprint)
			}
			seen[p.Fingerprint] = true
		}
	}
}
