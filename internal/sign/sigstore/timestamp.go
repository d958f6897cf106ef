package sigstore

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// maxStamp is the largest answer of a timestamp authority that is read.
const maxStamp = 1 << 20

var (
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTimestampInfo = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCert   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSHA256        = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSigningCertV2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
)

// The hashes of timestamps, and the signature algorithms that name one. SHA-1 is not among them.
var (
	hashOIDs = map[string]crypto.Hash{
		"2.16.840.1.101.3.4.2.1": crypto.SHA256,
		"2.16.840.1.101.3.4.2.2": crypto.SHA384,
		"2.16.840.1.101.3.4.2.3": crypto.SHA512,
	}
	signatureOIDs = map[string]crypto.Hash{
		"1.2.840.10045.4.3.2":   crypto.SHA256, // ECDSA
		"1.2.840.10045.4.3.3":   crypto.SHA384,
		"1.2.840.10045.4.3.4":   crypto.SHA512,
		"1.2.840.113549.1.1.11": crypto.SHA256, // RSA
		"1.2.840.113549.1.1.12": crypto.SHA384,
		"1.2.840.113549.1.1.13": crypto.SHA512,
		"1.2.840.10045.2.1":     0, // an elliptic key, RSA, Ed25519: the hash is told elsewhere
		"1.2.840.113549.1.1.1":  0,
		"1.3.101.112":           0,
	}
)

// stamp is a timestamp as read: what it is over, when, and who says to have signed it.
type stamp struct {
	imprint     []byte
	hash        crypto.Hash
	at          time.Time
	certs       []*x509.Certificate // that came along; not trusted
	signer      signerInfo
	attributes  []byte // what the signature is over
	signingCert []byte // the value of the attribute that names the signer's certificate; v1 and v2 differ
	oldAttr     bool
	hashSigned  crypto.Hash
}

type timeResponse struct {
	Status asn1.RawValue // a number, then words that are not read
	Token  asn1.RawValue `asn1:"optional"`
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version int
	Hashes  []pkix.AlgorithmIdentifier `asn1:"set"`
	Content struct {
		Type asn1.ObjectIdentifier
		Data []byte `asn1:"explicit,tag:0"`
	}
	Certificates asn1.RawValue   `asn1:"optional,tag:0"`
	Revoked      asn1.RawValue   `asn1:"optional,tag:1"`
	Signers      []asn1.RawValue `asn1:"set"`
}

type signerInfo struct {
	Version    int
	ID         asn1.RawValue
	Hash       pkix.AlgorithmIdentifier
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
	Algorithm  pkix.AlgorithmIdentifier
	Signature  []byte
	Unsigned   asn1.RawValue `asn1:"optional,tag:1"`
}

type timestampInfo struct {
	Version  int
	Policy   asn1.ObjectIdentifier
	Imprint  imprint
	Serial   *big.Int
	Time     asn1.RawValue
	Accuracy accuracy         `asn1:"optional"`
	Ordering bool             `asn1:"optional"`
	Nonce    *big.Int         `asn1:"optional"`
	TSA      asn1.RawValue    `asn1:"optional,tag:0"`
	More     []pkix.Extension `asn1:"optional,tag:1"`
}

type imprint struct {
	Hash   pkix.AlgorithmIdentifier
	Digest []byte
}

type accuracy struct {
	Seconds int `asn1:"optional"`
	Millis  int `asn1:"optional,tag:0"`
	Micros  int `asn1:"optional,tag:1"`
}

type attribute struct {
	ID     asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

// stampQuery asks for a timestamp over a signature, with the authority's certificate in the answer.
func stampQuery(signature []byte) ([]byte, error) {
	return asn1.Marshal(struct {
		Version int
		Imprint imprint
		Certs   bool `asn1:"optional"`
	}{1, imprint{pkix.AlgorithmIdentifier{Algorithm: oidSHA256, Parameters: asn1.NullRawValue}, sum(crypto.SHA256, signature)}, true})
}

var errStamp = errors.New("the timestamp is malformed")

// readStamp reads an answer of a timestamp authority (RFC 3161), in DER, and verifies nothing.
func readStamp(der []byte) (*stamp, error) {
	if len(der) > maxStamp {
		return nil, errStamp
	}
	var answer timeResponse
	if err := whole(der, &answer, ""); err != nil {
		return nil, err
	}
	var status int
	if _, err := asn1.Unmarshal(answer.Status.Bytes, &status); err != nil {
		return nil, errStamp
	}
	if status != 0 && status != 1 {
		return nil, fmt.Errorf("the timestamp authority did not grant the timestamp (status %d)", status)
	}
	var info contentInfo
	if err := whole(answer.Token.FullBytes, &info, ""); err != nil {
		return nil, err
	}
	var data signedData
	if err := whole(info.Content.Bytes, &data, ""); err != nil {
		return nil, err
	}
	if !info.Type.Equal(oidSignedData) || !data.Content.Type.Equal(oidTimestampInfo) {
		return nil, errors.New("the timestamp holds something else than a time")
	}
	if len(data.Signers) != 1 {
		return nil, fmt.Errorf("the timestamp has %d signers instead of one", len(data.Signers))
	}
	s := new(stamp)
	if err := whole(data.Signers[0].FullBytes, &s.signer, ""); err != nil {
		return nil, err
	}
	if len(data.Certificates.Bytes) > 0 {
		certs, err := x509.ParseCertificates(data.Certificates.Bytes)
		if err != nil || len(certs) > maxCertificates {
			return nil, errStamp
		}
		s.certs = certs
	}
	if err := s.readInfo(data.Content.Data); err != nil {
		return nil, err
	}
	return s, s.readAttributes(data.Content.Data)
}

// whole reads DER to its end.
func whole(der []byte, into any, params string) error {
	if rest, err := asn1.UnmarshalWithParams(der, into, params); err != nil || len(rest) > 0 {
		return errStamp
	}
	return nil
}

func (s *stamp) readInfo(der []byte) error {
	var info timestampInfo
	if err := whole(der, &info, ""); err != nil {
		return err
	}
	s.hash = hashOIDs[info.Imprint.Hash.Algorithm.String()]
	if s.hash == 0 || len(info.Imprint.Digest) != s.hash.Size() {
		return errors.New("the timestamp is over a hash that is not one of SHA-256, SHA-384 and SHA-512")
	}
	s.imprint = info.Imprint.Digest
	// RFC 3161, 2.4.2: seconds, with a fraction or without, in UTC.
	text := string(info.Time.Bytes)
	if info.Time.Tag != asn1.TagGeneralizedTime || info.Time.Class != asn1.ClassUniversal || !strings.HasSuffix(text, "Z") || len(text) > 32 {
		return errStamp
	}
	var err error
	if s.at, err = time.Parse("20060102150405Z", text); err != nil || info.Version != 1 {
		return errStamp
	}
	for _, e := range info.More {
		if e.Critical {
			return errors.New("the timestamp has a critical extension that is not known")
		}
	}
	return nil
}

// readAttributes reads what the signature is over: the attributes, which hold the digest of the time information.
func (s *stamp) readAttributes(content []byte) error {
	hash := hashOIDs[s.signer.Hash.Algorithm.String()]
	named, known := signatureOIDs[s.signer.Algorithm.Algorithm.String()]
	if hash == 0 || !known {
		return errors.New("the timestamp is signed with an algorithm that is not known or not safe")
	}
	s.hashSigned = hash
	if named != 0 {
		s.hashSigned = named
	}
	if len(s.signer.Attributes.Bytes) == 0 {
		return errors.New("the timestamp has no signed attributes")
	}
	s.attributes = append([]byte(nil), s.signer.Attributes.FullBytes...)
	s.attributes[0] = 0x31 // RFC 5652, 5.4: signed as a SET, sent with a tag of its own
	var list []attribute
	if err := whole(s.attributes, &list, "set"); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, a := range list {
		name := a.ID.String()
		if seen[name] || len(a.Values) != 1 {
			return errors.New("the timestamp has an attribute twice")
		}
		seen[name] = true
		value := a.Values[0].FullBytes
		switch {
		case a.ID.Equal(oidContentType):
			var id asn1.ObjectIdentifier
			if whole(value, &id, "") != nil || !id.Equal(oidTimestampInfo) {
				return errStamp
			}
		case a.ID.Equal(oidMessageDigest):
			var digest []byte
			if whole(value, &digest, "") != nil || !bytes.Equal(digest, sum(hash, content)) {
				return errors.New("the timestamp's signature is over another time information")
			}
		case a.ID.Equal(oidSigningCert):
			s.signingCert, s.oldAttr = value, true
		case a.ID.Equal(oidSigningCertV2):
			s.signingCert, s.oldAttr = value, false
		}
	}
	if !seen[oidContentType.String()] || !seen[oidMessageDigest.String()] || s.signingCert == nil {
		return errors.New("the timestamp does not sign its content, its type and its signer's certificate")
	}
	return nil
}

// is tells whether a certificate is the one that the timestamp names as its signer.
func (s *stamp) is(c *x509.Certificate) bool {
	if s.signer.ID.Class == asn1.ClassContextSpecific && s.signer.ID.Tag == 0 {
		return len(c.SubjectKeyId) > 0 && bytes.Equal(s.signer.ID.Bytes, c.SubjectKeyId)
	}
	var id struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	if whole(s.signer.ID.FullBytes, &id, "") != nil {
		return false
	}
	return bytes.Equal(id.Issuer.FullBytes, c.RawIssuer) && id.Serial.Cmp(c.SerialNumber) == 0
}

// bound tells whether the signed attributes hold the digest of the certificate (RFC 5035), so that no other of the same name can stand in.
func (s *stamp) bound(c *x509.Certificate) bool {
	if s.oldAttr {
		return s.boundOld(c)
	}
	var v2 struct {
		Certs []struct {
			Hash   pkix.AlgorithmIdentifier `asn1:"optional"`
			Digest []byte
			Issuer asn1.RawValue `asn1:"optional"`
		}
		Policies asn1.RawValue `asn1:"optional"`
	}
	if whole(s.signingCert, &v2, "") != nil || len(v2.Certs) == 0 {
		return false
	}
	hash := crypto.SHA256 // the default
	if id := v2.Certs[0].Hash.Algorithm; len(id) > 0 {
		if hash = hashOIDs[id.String()]; hash == 0 {
			return false
		}
	}
	return bytes.Equal(v2.Certs[0].Digest, sum(hash, c.Raw))
}

// verify verifies the signature and what it is over, by the certificate of a timestamp authority.
func (s *stamp) verify(c *x509.Certificate, signature []byte) error {
	switch {
	case !s.bound(c):
		return errors.New("the timestamp is bound to another certificate than its signer's")
	case len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(c.UnknownExtKeyUsage) > 0:
		return errors.New("the timestamp's signer is not one for timestamps only") // RFC 3161, 2.3
	case !verifyMessage(c.PublicKey, s.attributes, s.signer.Signature, s.hashSigned):
		return errors.New("the timestamp's signature is wrong")
	case !bytes.Equal(s.imprint, sum(s.hash, signature)):
		return errors.New("the timestamp is over another signature")
	}
	return nil
}

// verifyStamp verifies a timestamp over a signature. known is false where no authority of the trusted root has signed it.
func (r *TrustedRoot) verifyStamp(der, signature []byte) (t Time, known bool, err error) {
	s, err := readStamp(der)
	if err != nil {
		return Time{}, true, err
	}
	err = errors.New("no timestamp authority of the trusted root has signed the timestamp")
	for i := range r.stampers {
		a := &r.stampers[i]
		for _, c := range a.signers(s) {
			chains, chainErr := a.verify(c, s.at, x509.ExtKeyUsageTimeStamping)
			if a.leaf == nil && len(chains) == 0 { // a certificate that came along and that this authority did not issue, or not for then
				if !known {
					err = fmt.Errorf("the timestamp's certificate is not one of %s: %w", shorten(a.uri), chainErr)
				}
				continue
			}
			known = true
			if err = s.verify(c, signature); err == nil {
				err = chainErr
			}
			if err == nil {
				return Time{At: s.at, By: a.uri, Kind: Timestamp}, true, nil
			}
		}
	}
	return Time{}, known, err
}

// signers gives the certificates that may have signed: the one of the trusted root, or where it names none, those that came along.
func (a *authority) signers(s *stamp) []*x509.Certificate {
	if a.leaf != nil {
		if s.is(a.leaf) {
			return []*x509.Certificate{a.leaf}
		}
		return nil
	}
	var out []*x509.Certificate
	for _, c := range s.certs {
		if !c.IsCA && s.is(c) {
			out = append(out, c)
		}
	}
	return out
}
