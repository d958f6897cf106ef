package operate

import (
	"context"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

const (
	advisoryPath  = "docs/advisories/2026-001.md"
	soundAdvisory = "# CVE-2026-10001: articles could steer the agent\n\n| | |\n|---|---|\n| Affected | 1.0.0 to 2.0.0 |\n| Fixed in | 2.0.1 |\n| Severity | high, CVSS 7.1 |\n| Weakness | CWE-1427 |\n\n" +
		"Text in an article could make the agent call a tool. Update to 2.0.1.\n"
	vagueAdvisory = "# Security update of May\n\nVarious security fixes. Please update.\n"
	osvAdvisory   = "{\"schema_version\": \"1.6.0\", \"id\": \"GHSA-2f3g-4h5j-6m7p\", \"modified\": \"2026-05-04T10:00:00Z\", \"aliases\": [\"CVE-2026-10001\"],\n" +
		" \"affected\": [{\"package\": {\"ecosystem\": \"PyPI\", \"name\": \"desk\"}, \"ranges\": [{\"type\": \"ECOSYSTEM\", \"events\": [{\"introduced\": \"0\"}, {\"fixed\": \"2.0.1\"}]}]}],\n" +
		" \"severity\": [{\"type\": \"CVSS_V3\", \"score\": \"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N\"}], \"database_specific\": {\"cwe_ids\": [\"CWE-1427\"]}}\n"
)

func publishedAdvisories() lodemark.Check {
	return lodemark.Check{
		ID: "om-4-published-advisories", Version: 1,
		Title:    "Confirmed weaknesses are told to those who are affected",
		Bears:    lodemark.Supports("OM-4.5"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Others run the same model, the same agent framework or this system. What one team fixes in silence, the next one learns from an attacker.",
		Fix: "Publish an advisory for each confirmed weakness that others can meet, and say in the security policy when and where that happens.",
		Help: "say in the security policy when and where advisories are published, or point to them from lodemark.yaml (documents: advisories); none " +
			"published is no fault where there was nothing to tell",
		Bad: []lodemark.Example{
			{Name: "a policy of silence", Files: undeclared(map[string]string{
				"SECURITY.md": "# Security policy\n\nWrite to security@example.org. We never publish advisories; fixes are part of the next release.\n"})},
			{Name: "a pointer to nothing", Files: map[string]string{
				"lodemark.yaml": declaredDesk + "documents:\n  advisories: docs/advisories\n", "requirements.txt": deskPackages}},
		},
		Good: []lodemark.Example{
			{Name: "an advisory", Files: undeclared(map[string]string{advisoryPath: soundAdvisory})},
			{Name: "a policy that says where", Files: undeclared(map[string]string{
				"SECURITY.md": "# Security policy\n\nWrite to security@example.org. Once a fix is out we publish an advisory with a CVE on https://desk.example.org/advisories.\n"})},
		},
		Run: runPublishedAdvisories,
	}
}

// What a policy says of publication. "Do not publish" alone speaks to reporters, not of the owner's own habit.
var (
	silence   = pattern.New(`(?i)\bwe\b[^.\n]{0,20}\b(?:do not|don't|never|will not|won't)\b[^.\n]{0,20}\b(?:publish|issue|announce|release)\b[^.\n]{0,40}\b(?:advisor(?:y|ies)|bulletins?|CVEs?|vulnerabilit\w+|weaknesses)\b|\b(?:fixed|patched) silently\b|\bsilent(?:ly)? (?:fix|patch)\w*`)
	announces = pattern.New(`(?i)\b(?:publish|issue|announce|release|request|post)\w*\b[^.\n]{0,60}\b(?:advisor(?:y|ies)|bulletins?|CVEs?)\b|\b(?:advisor(?:y|ies)|bulletins?|CVEs?)\b[^.\n]{0,60}\b(?:published|issued|announced|posted|requested|assigned)\b`)
)

func runPublishedAdvisories(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if r, early := notRunning(s); early {
		return r
	}
	for _, p := range passagesOf(s, "security-policy") {
		if silence.MatchString(p.text) {
			return failed([]string{p.path}, []lodemark.Finding{{ID: "om-4-published-advisories", Severity: lodemark.SeverityLow, Path: p.path, Line: p.line, Key: "silence",
				Message: p.path + " says that weaknesses are not published, so others who run the same thing learn of them from an attacker",
				Fix:     "Publish an advisory for each confirmed weakness that others can meet."}})
		}
	}
	if all := advisoriesOf(s); len(all) > 0 {
		return passed([]string{all[0].path}, "%d advisor(ies) are published, such as %s", len(all), all[0].name())
	}
	for _, p := range passagesOf(s, "security-policy") {
		if announces.MatchString(p.text) && !strings.Contains(p.text, "advisories/new") {
			return passed([]string{p.path}, "%s:%d says that advisories are published", p.path, p.line)
		}
	}
	if f := document.Find(s, "advisories"); f.Declared && len(f.Documents) == 0 {
		r := f.Missing("the advisories")
		for i := range r.Findings {
			r.Findings[i].ID, r.Findings[i].Severity = "om-4-published-advisories", lodemark.SeverityLow
		}
		return r
	}
	return undecided(nil, "no advisory is published here, and no policy says when one would be; there may have been nothing to tell")
}

func completeAdvisories() lodemark.Check {
	return lodemark.Check{
		ID: "om-4-complete-advisories", Version: 1,
		Title:    "Each advisory names CVE or GHSA, CWE, affected and fixed versions, and severity",
		Bears:    lodemark.Supports("OM-4.6"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Scanners and inventories match advisories by identifier and version. One that says \"various fixes\" reaches nobody who runs the model or " +
			"the agent inside something else.",
		Fix:  "Give each advisory an identifier, the weakness (CWE), affected and fixed versions and a severity with its vector, also as OSV or CSAF.",
		Help: "point to the advisories from lodemark.yaml (documents: advisories); where none was needed an attestation says so",
		Bad: []lodemark.Example{
			{Name: "various security fixes", Files: undeclared(map[string]string{"docs/advisories/2026-05.md": vagueAdvisory})},
			{Name: "a record without weakness and fix", Files: undeclared(map[string]string{
				"advisories/desk-1.json": "{\"schema_version\": \"1.6.0\", \"id\": \"CVE-2026-10001\", \"modified\": \"2026-05-04T10:00:00Z\", \"affected\": [{\"versions\": [\"2.0.0\"]}], \"severity\": [{\"type\": \"CVSS_V3\", \"score\": \"CVSS:3.1/AV:N\"}]}\n"})},
		},
		Good: []lodemark.Example{
			{Name: "a table with all of it", Files: undeclared(map[string]string{advisoryPath: soundAdvisory})},
			{Name: "a record in OSV", Files: undeclared(map[string]string{".github/advisories/GHSA-2f3g-4h5j-6m7p.json": osvAdvisory})},
		},
		Run: runCompleteAdvisories,
	}
}

func runCompleteAdvisories(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if r, early := notRunning(s); early {
		return r
	}
	all := advisoriesOf(s)
	if len(all) == 0 {
		return undecided(nil, "no advisory is published here that could be complete or not")
	}
	var findings []lodemark.Finding
	var looked []string
	for _, a := range all {
		looked = append(looked, a.path)
		if len(a.lacks) == 0 {
			continue
		}
		findings = append(findings, lodemark.Finding{ID: "om-4-complete-advisories", Severity: lodemark.SeverityLow, Path: a.path, Line: a.line, Key: a.id + " " + strings.Join(a.lacks, "; "),
			Message: fmt.Sprintf("the advisory %s does not name %s, so tools and readers cannot tell whether they are affected", a.name(), strings.Join(a.lacks, ", ")),
			Fix:     "Add what is missing, and publish it as OSV or CSAF as well."})
	}
	if len(findings) > 0 {
		return failed(looked, findings)
	}
	return passed(looked, "all %d advisor(ies) name identifier, weakness, affected and fixed versions, and severity", len(all))
}
