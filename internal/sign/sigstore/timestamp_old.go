package sigstore

import (
	"bytes"
	"crypto/sha1"
	"crypto/x509"
	"encoding/asn1"
)

// boundOld is for the first form of the attribute (RFC 2634), which knows no hash but SHA-1. The signature itself is over the attributes with
// a good hash, and by the key of a certificate that the operator trusts; this only tells which certificate is meant.
func (s *stamp) boundOld(c *x509.Certificate) bool {
	var v1 struct {
		Certs []struct {
			Digest []byte
			Issuer asn1.RawValue `asn1:"optional"`
		}
		Policies asn1.RawValue `asn1:"optional"`
	}
	if whole(s.signingCert, &v1, "") != nil || len(v1.Certs) == 0 {
		return false
	}
	digest := sha1.Sum(c.Raw)
	return bytes.Equal(v1.Certs[0].Digest, digest[:])
}
