package operate

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/document"
)

// What advisories leave out, in prose and in the formats of machines.
func TestAdvisories(t *testing.T) {
	for _, x := range []struct {
		name, path, text string
		want             string // number of advisories, then what they lack
	}{
		{"whole", advisoryPath, soundAdvisory, "1"},
		{"vague", "docs/advisories/2026-05.md", vagueAdvisory, "1 " + strings.Join([]string{partID, partCWE, partAffected, partFixed, partSeverity}, ", ")},
		{"an identifier of one's own, with the reason", "docs/advisories/HD-2026-2.md", strings.ReplaceAll(soundAdvisory, "CVE-2026-10001", "HD-2026-2") + "\nNo CVE was requested.\n", "1"},
		{"an identifier of one's own, without", "docs/advisories/HD-2026-2.md", strings.ReplaceAll(soundAdvisory, "CVE-2026-10001", "HD-2026-2"), "1 " + partID},
		{"two in one document", "docs/security-advisories.md", "# Security advisories\n\n## CVE-2026-10001\n\nAffected: before 1.2. Fixed in 1.2.0. CWE-79, severity high.\n\n## CVE-2026-10002\n\nFixed in 1.3.0.\n",
			"2 " + strings.Join([]string{partCWE, partAffected, partSeverity}, ", ")},
		{"the list of a folder", "docs/advisories/README.md", "# Security advisories\n\nEach weakness has a file here.\n", "0"},
		{"a remark", "docs/advisories/2026-001.md", strings.ReplaceAll(soundAdvisory, "CWE-1427", "<!-- CWE-1427 -->"), "1 " + partCWE},
		{"OSV", ".github/advisories/a.json", osvAdvisory, "1"},
		{"OSV without a fix", "osv/a.json", strings.ReplaceAll(osvAdvisory, `, {"fixed": "2.0.1"}`, ""), "1 " + partFixed},
		{"CSAF", "csaf/a.json", `{"document": {"category": "csaf_security_advisory", "tracking": {"id": "DESK-1"}}, "vulnerabilities": [{"cve": "CVE-2026-10001", "cwe": {"id": "CWE-79"}, "scores": [{}], "product_status": {"known_affected": ["A"]}}]}`, "1 " + partFixed},
		{"other JSON", "advisories/package.json", `{"name": "x"}`, "0"},
		{"broken JSON", "advisories/a.json", `{"id": `, "0"},
	} {
		t.Run(x.name, func(t *testing.T) {
			var all []advisory
			if strings.HasSuffix(x.path, ".json") {
				if a, ok := structured(x.path, []byte(x.text)); ok {
					all = append(all, a)
				}
			} else {
				all = proseAdvisories(document.Read(x.path, []byte(x.text)))
			}
			got := string(rune('0' + len(all)))
			for _, a := range all {
				if len(a.lacks) > 0 {
					got += " " + strings.Join(a.lacks, ", ")
				}
			}
			if got != x.want {
				t.Errorf("%q, want %q", got, x.want)
			}
		})
	}
}

func FuzzAdvisory(f *testing.F) {
	for _, seed := range []string{soundAdvisory, vagueAdvisory, osvAdvisory, `{"document": {"category": "csaf_base"}, "vulnerabilities": [{}]}`, "## CVE-2026-10001\n## CVE-2026-10002\n", "affected affected affected"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		structured("osv/a.json", []byte(text))
		for _, a := range proseAdvisories(document.Read("advisories/a.md", []byte(text))) {
			if a.line < 0 || a.name() == "" {
				t.Errorf("advisory %+v", a)
			}
		}
	})
}

// Cases that the record itself shows to be late or wrong.
func TestLateCases(t *testing.T) {
	table := func(rows string) string { return "# Lessons\n\n| reported | fixed | lesson |\n|---|---|---|\n" + rows }
	for _, x := range []struct {
		name, text, want string // keys
		cases            int
	}{
		{"in time", table("| 2026-05-02 | 2026-05-04 | x |\n"), "", 1},
		{"open for a week", table("| 2026-10-25 | open | x |\n"), "", 1},
		{"open for a year", table("| 2025-10-25 | open | x |\n"), "open", 1},
		{"open, and the cell is empty", table("| 2025-10-25 |  | x |\n"), "open", 1},
		{"mitigated in words", table("| 2025-10-25 | mitigated by the filter, accepted until spring | x |\n"), "", 1},
		{"dates in the wrong order", table("| 2026-05-12 | 2026-05-04 | x |\n"), "fixed before reported", 1},
		{"reported in the future", table("| 2027-05-12 | open | x |\n"), "", 0},
		{"no date", table("| last week | open | x |\n"), "", 0},
		{"another table", "# Lessons\n\n| who | what |\n|---|---|\n| 2025-01-01 | open |\n", "", 0},
	} {
		t.Run(x.name, func(t *testing.T) {
			wrong, cases := lateCases(document.Read("l.md", []byte(x.text)), assess.ExampleTime())
			got := ""
			for _, f := range wrong {
				got, _, _ = strings.Cut(f.Key, " 2")
			}
			if got != x.want || cases != x.cases || len(wrong) > 0 && wrong[0].Line != 5 {
				t.Errorf("%q and %d case(s), want %q and %d: %+v", got, cases, x.want, x.cases, wrong)
			}
		})
	}
}

// What pipelines do with a release.
func TestReleases(t *testing.T) {
	job := func(step string) map[string]string {
		return map[string]string{".github/workflows/release.yml": "on: push\njobs:\n  a:\n    steps:\n      - " + step + "\n"}
	}
	for _, x := range []struct {
		name, step     string
		publish, vouch bool
	}{
		{"a push", "run: docker push a/b:1", true, false},
		{"a signature", "run: cosign sign --yes a/b@sha256:0", false, true},
		{"an attestation", "uses: actions/attest-build-provenance@v2", false, true},
		{"digests", "run: sha256sum dist/* > dist/SHA256SUMS", false, true},
		{"digests that are only checked", "run: sha256sum --check SHA256SUMS", false, false},
		{"packages with provenance", "run: npm publish --provenance", true, true},
		{"packages without", "run: npm publish", true, false},
		{"trusted publishing", "uses: pypa/gh-action-pypi-publish@release/v1", true, true},
		{"trusted publishing without attestations", "{uses: pypa/gh-action-pypi-publish@release/v1, with: {attestations: false}}", true, false},
		{"a build that is not pushed", "{uses: docker/build-push-action@v6, with: {push: false}}", false, false},
		{"a build with provenance", "{uses: docker/build-push-action@v6, with: {push: true, provenance: mode=max}}", true, true},
		{"a remark", "run: |\n          # cosign sign x\n          make", false, false},
		{"the word", "run: echo design", false, false},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := stage.TryCheck(t, lodemark.Check{Run: stage.Check(t, "om-3-secure-updates").Run}, job(x.step))
			passed, publishes := r.Outcome == lodemark.Passed, strings.Contains(r.Reason, "publishes a release, and")
			if passed != x.vouch || !x.vouch && publishes != x.publish {
				t.Errorf("%s: %s", r.Outcome, r.Reason)
			}
		})
	}
}

func FuzzDescribed(f *testing.F) {
	for _, seed := range []string{soundAPI, "{\"paths\": {\"/v1\": []}}", "paths:\n  /a: {\nservers:\n- url: /v1\n", "swagger: '2.0'\nbasePath: /v2\npaths:\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func([]byte) ([]string, []string, error){describedYAML, describedJSON} {
			paths, servers, err := read(data)
			if len(paths)+len(servers) > 2*len(data)+1 || err != nil && len(paths) > 0 {
				t.Errorf("%d paths, %d servers, %v", len(paths), len(servers), err)
			}
		}
	})
}
