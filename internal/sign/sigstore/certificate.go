package sigstore

import (
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Identity is whom the operator expects to have signed. Issuer and one of SAN and Pattern are needed.
type Identity struct {
	Issuer  string // the address of the identity provider, exactly
	SAN     string // the address, workflow or name in the certificate, exactly
	Pattern string // or a regular expression that the whole of it matches
}

// check says what is missing, and gives the pattern.
func (i Identity) check() (*regexp.Regexp, error) {
	switch {
	case i.Issuer == "" || (i.SAN == "") == (i.Pattern == ""):
		return nil, errors.New("an issuer and either an identity or a pattern of identities are needed: without them, anybody's signature would do")
	case i.Pattern == "":
		return nil, nil
	}
	re, err := regexp.Compile(`\A(?:` + i.Pattern + `)\z`)
	if err != nil {
		return nil, fmt.Errorf("pattern of identities: %w", err)
	}
	return re, nil
}

// matches compares the identity with the one that a verified certificate holds.
func (i Identity) matches(issuer, san string) error {
	re, err := i.check()
	switch {
	case err != nil:
		return err
	case issuer != i.Issuer:
		return fmt.Errorf("the certificate was issued on the word of %s, not of %s", shorten(issuer), shorten(i.Issuer))
	case re == nil && san != i.SAN:
		return fmt.Errorf("it was signed by %s, not by %s", shorten(san), shorten(i.SAN))
	case re != nil && !re.MatchString(san):
		return fmt.Errorf("it was signed by %s, which does not match %s", shorten(san), shorten(i.Pattern))
	}
	return nil
}

// The extensions of a certificate by Fulcio (github.com/sigstore/fulcio/blob/main/docs/oid-info.md), and that of names (RFC 5280).
var (
	oidIssuerRaw = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 1}
	oidIssuer    = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}
	oidOtherName = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 7}
	oidNames     = asn1.ObjectIdentifier{2, 5, 29, 17}
)

// identityOf reads issuer and name from a certificate: one name, and issuers that agree where both forms of it are there.
func identityOf(c *x509.Certificate) (issuer, san string, err error) {
	for _, e := range c.Extensions {
		var text string
		switch {
		case e.Id.Equal(oidIssuer):
			rest, err := asn1.UnmarshalWithParams(e.Value, &text, "utf8")
			if err != nil || len(rest) > 0 {
				return "", "", errors.New("the issuer in the certificate is malformed")
			}
		case e.Id.Equal(oidIssuerRaw):
			text = string(e.Value)
		default:
			continue
		}
		if issuer != "" && issuer != text {
			return "", "", errors.New("the certificate names two issuers")
		}
		issuer = text
	}
	if issuer == "" {
		return "", "", errors.New("the certificate names no issuer of the identity")
	}
	names, err := namesOf(c)
	if err != nil {
		return "", "", err
	}
	if len(names) != 1 || names[0] == "" {
		return "", "", fmt.Errorf("the certificate holds %d names instead of one", len(names))
	}
	return issuer, names[0], nil
}

func namesOf(c *x509.Certificate) ([]string, error) {
	names := append(append([]string(nil), c.EmailAddresses...), c.DNSNames...)
	for _, u := range c.URIs {
		names = append(names, u.String())
	}
	for _, e := range c.Extensions {
		if !e.Id.Equal(oidNames) {
			continue
		}
		other, err := otherNames(e.Value)
		if err != nil {
			return nil, err
		}
		names = append(names, other...)
	}
	return names, nil
}

// otherNames reads the names of a kind of Sigstore's own (user names at a provider), which crypto/x509 does not know.
func otherNames(extension []byte) ([]string, error) {
	malformed := errors.New("the names in the certificate are malformed")
	var all asn1.RawValue
	if rest, err := asn1.Unmarshal(extension, &all); err != nil || len(rest) > 0 || !all.IsCompound {
		return nil, malformed
	}
	var names []string
	for rest := all.Bytes; len(rest) > 0; {
		var one asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &one); err != nil {
			return nil, malformed
		}
		if one.Class != asn1.ClassContextSpecific || one.Tag != 0 {
			continue
		}
		var other struct {
			ID    asn1.ObjectIdentifier
			Value asn1.RawValue `asn1:"tag:0"`
		}
		if left, err := asn1.UnmarshalWithParams(one.FullBytes, &other, "tag:0"); err != nil || len(left) > 0 || !other.ID.Equal(oidOtherName) {
			return nil, malformed
		}
		var text string
		if left, err := asn1.UnmarshalWithParams(other.Value.Bytes, &text, "utf8"); err != nil || len(left) > 0 {
			return nil, malformed
		}
		names = append(names, text)
	}
	return names, nil
}

// verifyCertificate verifies a certificate at every time that somebody vouches for, and gives the chains up to the authorities at one of them.
func (r *TrustedRoot) verifyCertificate(leaf *x509.Certificate, times []Time) (chains [][]*x509.Certificate, err error) {
	if leaf.IsCA {
		return nil, errors.New("the certificate is one of an authority, not of a signer")
	}
	leaf = withoutNames(leaf)
	for _, t := range times {
		if t.At.Before(leaf.NotBefore) || t.At.After(leaf.NotAfter) {
			return nil, fmt.Errorf("it was signed at %s (%s), when the certificate was not valid (%s to %s)", t.At.Format(time.RFC3339), t.By,
				leaf.NotBefore.Format(time.RFC3339), leaf.NotAfter.Format(time.RFC3339))
		}
		var found [][]*x509.Certificate
		var reasons error
		for i := range r.authorities {
			c, err := r.authorities[i].verify(leaf, t.At, x509.ExtKeyUsageCodeSigning)
			if err != nil {
				reasons = errors.Join(reasons, err)
			}
			found = append(found, c...)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("no authority of the trusted root has issued the certificate: %w", oneLine(reasons))
		}
		chains = found
	}
	return chains, nil
}

// withoutNames is the certificate for crypto/x509, which refuses a critical extension of names when it knows none of them; they are read
// by identityOf.
func withoutNames(c *x509.Certificate) *x509.Certificate {
	names, err := namesOf(c)
	if err != nil || len(names) == 0 {
		return c
	}
	plain := *c
	plain.UnhandledCriticalExtensions = nil
	for _, oid := range c.UnhandledCriticalExtensions {
		if !oid.Equal(oidNames) {
			plain.UnhandledCriticalExtensions = append(plain.UnhandledCriticalExtensions, oid)
		}
	}
	return &plain
}
