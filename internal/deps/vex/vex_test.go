package vex

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/deps/osv"
)

// openvex is a document with one statement about a vulnerability of a made-up package.
func openvex(statement string) string {
	return `{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/vex/1","author":"Security team at example.org","timestamp":"2026-01-02T03:04:05Z","version":1,"statements":[` + statement + `]}`
}

func cyclonedx(analysis, affects string) string {
	return `{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:00000000-0000-4000-8000-000000000001","metadata":{"timestamp":"2026-01-02T03:04:05Z","supplier":{"name":"Security team at example.org"}},` +
		`"components":[{"bom-ref":"app","name":"app","components":[{"bom-ref":"lamp-ref","purl":"pkg:pypi/lamp@1.1"}]}],` +
		`"vulnerabilities":[{"id":"CVE-2026-0001","references":[{"id":"GHSA-aaaa-0000-0001"}],"analysis":` + analysis + `,"affects":[` + affects + `]}]}`
}

var lamp = Subject{IDs: []string{"GHSA-aaaa-0000-0001", "CVE-2026-0001"}, Ecosystem: osv.PyPI, Name: "lamp", Version: "1.1"}

// Who says what about a vulnerability in lamp 1.1, and whether it takes the finding out of a gate.
func TestStatements(t *testing.T) {
	const cve = `"vulnerability":{"name":"CVE-2026-0001"}`
	for name, c := range map[string]struct {
		file, want string
		clears     bool
	}{
		"not affected, with a reason": {openvex(`{` + cve + `,"products":[{"@id":"pkg:pypi/lamp@1.1"}],"status":"not_affected","justification":"vulnerable_code_not_in_execute_path","impact_statement":"The server is never started."}`),
			"not_affected by Security team at example.org: vulnerable_code_not_in_execute_path: The server is never started.", true},
		"not affected, without a reason": {openvex(`{` + cve + `,"products":[{"@id":"pkg:pypi/lamp@1.1"}],"status":"not_affected"}`), "not_affected by Security team at example.org: ", false},
		"nobody says so":                 {strings.Replace(openvex(`{`+cve+`,"products":[{"@id":"pkg:pypi/lamp@1.1"}],"status":"fixed"}`), "Security team at example.org", "", 1), "fixed by : ", false},
		"fixed":                          {openvex(`{` + cve + `,"products":[{"@id":"pkg:pypi/lamp@1.1"}],"status":"fixed"}`), "fixed by Security team at example.org: ", true},
		"affected":                       {openvex(`{` + cve + `,"products":[{"@id":"pkg:pypi/lamp"}],"status":"affected","action_statement":"update"}`), "affected by Security team at example.org: ", false},
		"looked into":                    {openvex(`{` + cve + `,"products":[{"@id":"pkg:pypi/Lamp"}],"status":"under_investigation"}`), "under_investigation by Security team at example.org: ", false},
		"by another name":                {openvex(`{"vulnerability":{"name":"X","aliases":["GHSA-aaaa-0000-0001"]},"products":[{"identifiers":{"purl":"pkg:pypi/lamp"}}],"status":"fixed"}`), "fixed by Security team at example.org: ", true},
		"as version 0.0.1 wrote it":      {openvex(`{"vulnerability":"CVE-2026-0001","products":["pkg:pypi/lamp@1.1"],"status":"fixed"}`), "fixed by Security team at example.org: ", true},
		"as a part of a product":         {openvex(`{` + cve + `,"products":[{"@id":"pkg:oci/app@sha256:0","subcomponents":[{"@id":"pkg:pypi/lamp@1.1"}]}],"status":"fixed"}`), "fixed by Security team at example.org: ", true},
		"about the product looked at":    {openvex(`{` + cve + `,"products":[{"@id":"pkg:oci/app"}],"status":"fixed"}`), "fixed by Security team at example.org: ", true},
		"about another product":          {openvex(`{` + cve + `,"products":[{"@id":"pkg:oci/other"}],"status":"fixed"}`), "nothing", false},
		"about another version":          {openvex(`{` + cve + `,"products":[{"@id":"pkg:pypi/lamp@1.2"}],"status":"fixed"}`), "nothing", false},
		"about another package":          {openvex(`{` + cve + `,"products":[{"@id":"pkg:npm/lamp@1.1"}],"status":"fixed"}`), "nothing", false},
		"about another vulnerability":    {openvex(`{"vulnerability":{"name":"CVE-2026-0002"},"products":[{"@id":"pkg:pypi/lamp@1.1"}],"status":"fixed"}`), "nothing", false},
		"about another part of a product": {openvex(`{` + cve + `,"products":[{"@id":"pkg:pypi/lamp@1.1","subcomponents":[{"@id":"pkg:pypi/shade"}]}],"status":"fixed"}`),
			"nothing", false},
		"the newest word counts": {openvex(`{` + cve + `,"products":[{"@id":"pkg:pypi/lamp"}],"status":"affected","timestamp":"2026-02-01T00:00:00Z"},{` + cve + `,"products":[{"@id":"pkg:pypi/lamp"}],"status":"fixed","timestamp":"2026-03-01T00:00:00Z"}`),
			"fixed by Security team at example.org: ", true},
		"of two words at once the careful one": {openvex(`{` + cve + `,"products":[{"@id":"pkg:pypi/lamp"}],"status":"fixed"},{` + cve + `,"products":[{"@id":"pkg:pypi/lamp"}],"status":"affected"}`),
			"affected by Security team at example.org: ", false},

		"CycloneDX, not affected": {cyclonedx(`{"state":"not_affected","justification":"code_not_reachable","detail":"never started"}`, `{"ref":"lamp-ref"}`), "not_affected by Security team at example.org: code_not_reachable: never started", true},
		"CycloneDX, resolved":     {cyclonedx(`{"state":"resolved"}`, `{"ref":"urn:cdx:00000000-0000-4000-8000-000000000001/1#lamp-ref"}`), "fixed by Security team at example.org: ", true},
		"CycloneDX, exploitable":  {cyclonedx(`{"state":"exploitable"}`, `{"ref":"pkg:pypi/lamp"}`), "affected by Security team at example.org: ", false},
		"CycloneDX, a version":    {cyclonedx(`{"state":"resolved"}`, `{"ref":"pkg:pypi/lamp","versions":[{"version":"1.0"},{"version":"1.1.0"}]}`), "fixed by Security team at example.org: ", true},
		"CycloneDX, other ones":   {cyclonedx(`{"state":"resolved"}`, `{"ref":"pkg:pypi/lamp","versions":[{"version":"1.0"},{"range":"vers:pypi/>=1.0"}]}`), "nothing", false},
		"CycloneDX, no reference": {cyclonedx(`{"state":"resolved"}`, `{"ref":"app"}`), "nothing", false},
	} {
		statements, err := Read("ours.json", []byte(c.file), Options{Products: []string{"pkg:oci/app"}})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, clears := "nothing", false
		for _, a := range Apply(statements, lamp) {
			got, clears = string(a.Status)+" by "+a.Author+": "+a.Why, a.Clears()
			if a.File != "ours.json" || a.Time.Year() != 2026 {
				t.Errorf("%s: %+v", name, a)
			}
		}
		if got != c.want || clears != c.clears {
			t.Errorf("%s: %q (clears %v), want %q (%v)", name, got, clears, c.want, c.clears)
		}
	}
}

// What the target says of itself stands beside the operator's word, and never replaces it.
func TestBothWordsAreKept(t *testing.T) {
	fixed := openvex(`{"vulnerability":{"name":"CVE-2026-0001"},"products":[{"@id":"pkg:pypi/lamp"}],"status":"fixed","timestamp":"2026-09-01T00:00:00Z"}`)
	ours := openvex(`{"vulnerability":{"name":"CVE-2026-0001"},"products":[{"@id":"pkg:pypi/lamp"}],"status":"affected"}`)
	theirs, err := Read(".vex/app.json", []byte(fixed), Options{Declared: true})
	if err != nil {
		t.Fatal(err)
	}
	operators, err := Read("ours.json", []byte(ours), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := Apply(append(theirs, operators...), lamp)
	if len(got) != 2 || got[0].Declared || got[0].Status != Affected || !got[1].Declared || got[1].Status != Fixed {
		t.Errorf("%+v", got)
	}
}

// Package URLs of each ecosystem.
func TestProductOf(t *testing.T) {
	for id, want := range map[string]Product{
		"pkg:pypi/lamp@1.0":                                      {Ecosystem: osv.PyPI, Name: "lamp", Version: "1.0"},
		"pkg:npm/%40lamp/shade@1.0.0":                            {Ecosystem: osv.NPM, Name: "@lamp/shade", Version: "1.0.0"},
		"pkg:npm/@lamp/shade":                                    {Ecosystem: osv.NPM, Name: "@lamp/shade"},
		"pkg:golang/example.org/lamp/v2@v2.0.1?type=module#cmd/": {Ecosystem: osv.Go, Name: "example.org/lamp/v2", Version: "v2.0.1"},
		"pkg:maven/org.example/lamp@1.0":                         {Ecosystem: osv.Maven, Name: "org.example:lamp", Version: "1.0"},
		"pkg:cargo/lamp@0.1.0":                                   {Ecosystem: osv.Cargo, Name: "lamp", Version: "0.1.0"},
	} {
		if got, ok := productOf(id, Options{}); !ok || got != want {
			t.Errorf("%s: %+v, %v", id, got, ok)
		}
	}
	for _, id := range []string{"", "lamp", "pkg:oci/app", "pkg:pypi/", "pkg:maven/lamp", "pkg:pypi/%zz", "pkg:" + strings.Repeat("a/", 5000)} {
		if got, ok := productOf(id, Options{}); ok {
			t.Errorf("%q: %+v", id, got)
		}
	}
}

// A file of the operator's that is not what it should be is an error, and never silently nothing.
func TestBrokenFiles(t *testing.T) {
	for file, want := range map[string]string{
		`{`:                           "no JSON",
		`{"statements":[]}`:           "neither OpenVEX",
		`[]`:                          "no JSON",
		openvex(`{"status":"maybe"}`): `statement 1 has the status "maybe"`,
		openvex(`{"status":"fixed"}`): "statement 1 names no vulnerability",
		openvex(`{"vulnerability":7,"status":"fixed"}`):                  "not in the layout of OpenVEX",
		cyclonedx(`{"state":"well"}`, ""):                                `vulnerability 1 has the state "well"`,
		`{"@context":"https://openvex.dev/ns","statements":"` + `none"}`: "not in the layout of OpenVEX",
	} {
		if _, err := Read("x.json", []byte(file), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %q", file, err, want)
		}
	}
	if all, err := Read("bom.json", []byte(`{"bomFormat":"CycloneDX","specVersion":"1.6"}`), Options{}); err != nil || len(all) != 0 {
		t.Errorf("a document without vulnerabilities: %v, %v", all, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(openvex(`{"vulnerability":{"name":"CVE-2026-0001"},"products":[{"@id":"pkg:pypi/lamp@1.1"}],"status":"fixed"}`)))
	f.Add([]byte(openvex(`{"vulnerability":"CVE-2026-0001","products":["pkg:oci/app"],"status":"not_affected"}`)))
	f.Add([]byte(cyclonedx(`{"state":"resolved"}`, `{"ref":"lamp-ref","versions":[{"version":"1.1"}]}`)))
	f.Add([]byte(`{"bomFormat":"CycloneDX","components":[{"components":[{"components":[]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		statements, err := Read("x.json", data, Options{Products: []string{"pkg:oci/app"}})
		if err != nil {
			return
		}
		for _, a := range Apply(statements, lamp) {
			if len(a.Why) > whyBytes+4 || len(a.Author) > 204 {
				t.Errorf("%d and %d bytes are kept", len(a.Why), len(a.Author))
			}
		}
	})
}
