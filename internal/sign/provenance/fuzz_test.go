package provenance

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

func allows(t *testing.T, id sigstore.Identity, san string) bool {
	t.Helper()
	if id.SAN != "" {
		return id.SAN == san
	}
	return regexp.MustCompile(`\A(?:` + id.Pattern + `)\z`).MatchString(san)
}

// Whatever is read: nothing panics, what has no problem has a statement with subjects, and nothing is verified without trust.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		statementV1, statementV02, "{}", "[]", "{}\n{}",
		`{"payloadType": "application/vnd.in-toto+json", "payload": "e30=", "signatures": [{"sig": "AAAA", "keyid": ""}]}`,
		bundle([]byte(`{"payloadType": "application/vnd.in-toto+json", "payload": "e30=", "signatures": [{"sig": "AAAA"}]}`)),
		`{"version": 1, "attestation_bundles": [{"attestations": [{"version": 1, "verification_material": {"certificate": "AAAA", "transparency_entries": []}, "envelope": {"statement": "e30=", "signature": "AAAA"}}]}]}`,
		`{"provenance_summary": {"provenance": [{"envelope": {"payload": "", "signatures": []}}]}}`,
	} {
		f.Add([]byte(strings.ReplaceAll(seed, "SHA256", digest)))
	}
	a, _ := Named("sha256:" + digest)
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := Read(data)
		if err != nil {
			return
		}
		for _, att := range all {
			if att.Problem == nil && (len(att.Statement.Subjects) == 0 || att.Statement.PredicateType == "") {
				t.Errorf("no problem, and no statement: %+v", att)
			}
			if att.SLSA != nil {
				_, _ = att.SLSA.Source()
			}
		}
		r, err := Verify(t.Context(), a, all, expected, Believed{}, now)
		if err != nil || r.Verdict() == Verified {
			t.Errorf("%v, %+v", err, r)
		}
	})
}

func FuzzSplitURI(f *testing.F) {
	for _, seed := range []string{"git+https://github.com/example/model@refs/heads/main", "git+ssh://git@github.com/example/model.git", "::", "https://a/b@c@d", "http://a//b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		r, _ := splitURI(uri)
		if r == "" {
			return
		}
		if again, ref := splitURI(r); again != r || ref != "" {
			t.Errorf("%q gives %q, and that %q at %q", uri, r, again, ref)
		}
	})
}
