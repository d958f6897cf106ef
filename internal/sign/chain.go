package sign

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// trustedRoot is a certificate authority that the operator believes, for whom it may speak, and for what.
type trustedRoot struct {
	name        string
	certificate *x509.Certificate
	san         string // the name that the certificate must carry; a * at the end stands for any rest; empty: any
	issuer      string // who vouched for that name at the authority, as certificates of Fulcio say; empty: anybody
	from, until time.Time
	uses        []Use
}

// minRSA and maxRSA are the shortest and the longest RSA key of an authority, in bits. Nobody here signs content with RSA.
const (
	minRSA = 2048
	maxRSA = 8192
)

// bySomeRoot says whether one of the roots vouches for the key at a time.
func (t *Trust) bySomeRoot(k PublicKey, at time.Time) Signer {
	s := Signer{KeyID: k.ID}
	if len(k.Chain) == 0 || len(t.roots) == 0 {
		s.Why = fmt.Sprintf("the key %s is not among the trusted ones", short(k.ID))
		if len(k.Chain) > 0 {
			s.Why = fmt.Sprintf("no authority is trusted, and neither is the key %s of %s itself", short(k.ID), nameOf(k.Chain[0]))
		}
		return s
	}
	var reasons []string
	for _, root := range t.roots {
		err := root.vouches(k.Chain, at, t.use)
		if e := t.revocation(certificateKeyID(root.certificate)); e != nil { // by another file than the one that names it
			err = fmt.Errorf("its key was revoked on %s: %s", day(e.Revoked), e.Reason)
		}
		if err == nil {
			s.Name, s.Trusted = nameOf(k.Chain[0]), true
			return s
		}
		if reason := fmt.Sprintf("%s: %v", root.name, err); len(reasons) < 3 && !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	s.Why = fmt.Sprintf("the certificate of %s is not trusted by %s", nameOf(k.Chain[0]), strings.Join(reasons, "; "))
	return s
}

// vouches checks the chain up to this root, at a time.
func (r trustedRoot) vouches(chain []*x509.Certificate, at time.Time, use Use) error {
	switch {
	case !r.from.IsZero() && at.Before(r.from):
		return fmt.Errorf("trusted from %s only, and this is dated %s", clock(r.from), clock(at))
	case !r.until.IsZero() && !at.Before(r.until):
		return fmt.Errorf("trusted until %s only, and this is dated %s", clock(r.until), clock(at))
	case use != "" && len(r.uses) > 0 && !slices.Contains(r.uses, use):
		return fmt.Errorf("trusted for %s, not for %s", list(r.uses), use)
	}
	if err := maySign(chain[0]); err != nil {
		return err
	}
	options := x509.VerifyOptions{
		Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool(), CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}, // maySign is stricter about the leaf
	}
	options.Roots.AddCert(r.certificate)
	for _, c := range chain[1:] {
		options.Intermediates.AddCert(c)
	}
	paths, err := chain[0].Verify(options)
	if err != nil {
		return chainReason(err, at)
	}
	if i := slices.IndexFunc(paths, func(path []*x509.Certificate) bool { return weak(path) == nil }); i < 0 {
		return weak(paths[0])
	}
	return r.identity(chain[0])
}

// maySign wants a certificate that was issued for signing: one of a web server, of which an organisation has thousands, is none.
func maySign(leaf *x509.Certificate) error {
	code := slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageCodeSigning) || slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageAny)
	if limited := len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) > 0; limited && !code {
		return errors.New("it was not issued for code signing: its extended key usage says something else")
	}
	if leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 && (leaf.KeyUsage != 0 || !code) {
		return errors.New("it was not issued for digital signatures: its key usage does not say so")
	}
	return nil
}

// weak names a certificate of the path whose signature or key can be forged. The standard library refuses MD5 and SHA-1 already.
func weak(path []*x509.Certificate) error {
	for i, c := range path {
		if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < minRSA {
			return fmt.Errorf("the RSA key of %s has %d bits, fewer than %d", nameOf(c), key.N.BitLen(), minRSA)
		}
		if i == len(path)-1 {
			break // nobody needs the signature of a root over itself
		}
		switch c.SignatureAlgorithm {
		case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1, x509.UnknownSignatureAlgorithm:
			return fmt.Errorf("the certificate of %s is signed with %s", nameOf(c), c.SignatureAlgorithm)
		}
	}
	return nil
}

func chainReason(err error, at time.Time) error {
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		return fmt.Errorf("the certificate of %s is valid from %s to %s, and this is dated %s",
			nameOf(invalid.Cert), clock(invalid.Cert.NotBefore), clock(invalid.Cert.NotAfter), clock(at))
	}
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		if strings.Contains(err.Error(), "SHA1") || strings.Contains(err.Error(), "MD5") {
			return errors.New("a certificate of the chain is signed with a broken hash")
		}
		return errors.New("the chain does not lead to it")
	}
	return err
}

// identity holds the certificate to the name that the operator asks for.
func (r trustedRoot) identity(leaf *x509.Certificate) error {
	if r.san != "" && !slices.ContainsFunc(namesOf(leaf), func(name string) bool { return fits(r.san, name) }) {
		return fmt.Errorf("the certificate is for %s, not for %s", quoteShort(strings.Join(namesOf(leaf), ", ")), r.san)
	}
	if r.issuer != "" && oidcIssuer(leaf) != r.issuer {
		return fmt.Errorf("the identity comes from %s, not from %s", quoteShort(oidcIssuer(leaf)), r.issuer)
	}
	return nil
}

func fits(pattern, name string) bool {
	if start, open := strings.CutSuffix(pattern, "*"); open {
		return strings.HasPrefix(name, start)
	}
	return pattern == name
}

// namesOf lists the subject's alternative names.
func namesOf(c *x509.Certificate) []string {
	names := slices.Concat(c.EmailAddresses, c.DNSNames)
	for _, u := range c.URIs {
		names = append(names, u.String())
	}
	return names
}

// oidcIssuer reads who vouched for an identity at Fulcio: extension 8 holds a UTF8String, and the older 1 the bare text.
func oidcIssuer(c *x509.Certificate) string {
	old := ""
	for _, e := range c.Extensions {
		switch {
		case e.Id.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}):
			var text string
			if rest, err := asn1.UnmarshalWithParams(e.Value, &text, "utf8"); err == nil && len(rest) == 0 {
				return text
			}
			return ""
		case e.Id.Equal(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 1}):
			old = string(e.Value)
		}
	}
	return old
}

// nameOf is what a certificate is called in a sentence.
func nameOf(c *x509.Certificate) string {
	if c.Subject.CommonName != "" {
		return quoteShort(c.Subject.CommonName)
	}
	if names := namesOf(c); len(names) > 0 {
		return quoteShort(names[0])
	}
	return "serial " + c.SerialNumber.String()
}

// certificateKeyID is PublicKey.ID for a certificate whose key may be of any kind.
func certificateKeyID(c *x509.Certificate) string {
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return "sha256:" + hex.EncodeToString(sum[:])
}
