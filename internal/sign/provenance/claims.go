package provenance

import (
	"crypto/x509"
	"encoding/asn1"
	"strings"
)

// claims are what a certificate authority of Sigstore wrote into a certificate of the run in which the signature was made: the authority
// took it from the identity provider's token, and not from whoever signed.
// See github.com/sigstore/fulcio/blob/main/docs/oid-info.md.
type claims struct {
	Repository string // "https://github.com/example/model"
	Commit     string
	Ref        string
	Signer     string // the workflow that ran the job, in whose name the certificate is
	Config     string // the workflow that was started, which may have called it
	Runner     string // "github-hosted" or "self-hosted"
}

// claimsOf reads the claims of a verified certificate. Authorities before 2023 wrote fewer, as bare text.
func claimsOf(c *x509.Certificate) claims {
	if c == nil {
		return claims{}
	}
	var out, old claims
	for _, e := range c.Extensions {
		if len(e.Id) != 9 || !e.Id[:8].Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1}) {
			continue
		}
		switch e.Id[8] {
		case 3:
			old.Commit = string(e.Value)
		case 5:
			old.Repository = "https://github.com/" + string(e.Value)
		case 6:
			old.Ref = string(e.Value)
		case 9:
			out.Signer = asText(e.Value)
		case 11:
			out.Runner = asText(e.Value)
		case 12:
			out.Repository = asText(e.Value)
		case 13:
			out.Commit = asText(e.Value)
		case 14:
			out.Ref = asText(e.Value)
		case 18:
			out.Config = asText(e.Value)
		}
	}
	if out.Repository == "" {
		out.Repository, out.Commit, out.Ref = old.Repository, old.Commit, old.Ref
	}
	out.Repository, _ = splitURI(out.Repository)
	return out
}

func asText(der []byte) string {
	var text string
	if rest, err := asn1.UnmarshalWithParams(der, &text, "utf8"); err != nil || len(rest) > 0 {
		return ""
	}
	return text
}

// workflow says whether a builder's id is the address of a workflow, which is what such a certificate is made out to.
func workflow(id string) bool {
	return strings.HasPrefix(id, "https://github.com/") && strings.Contains(id, "/.github/workflows/")
}

// repositoryOf is the repository in which a workflow stands.
func repositoryOf(workflow string) string {
	at, _, _ := strings.Cut(workflow, "/.github/workflows/")
	r, _ := splitURI(at)
	return r
}
