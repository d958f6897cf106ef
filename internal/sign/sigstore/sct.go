package sigstore

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

var oidStamps = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}

// certStamp is a signed certificate timestamp (RFC 6962): the promise of a log of certificates to publish one.
type certStamp struct {
	log        []byte
	at         uint64 // milliseconds since 1970
	extensions []byte
	hash, kind byte // the algorithm of the signature
	signature  []byte
}

// verifyCertStamps verifies that a trusted log of certificates knows of the certificate: without that, an authority that was broken into
// could issue one unseen.
func (r *TrustedRoot) verifyCertStamps(leaf *x509.Certificate, chains [][]*x509.Certificate) error {
	stamps, err := readCertStamps(leaf)
	if err != nil {
		return err
	}
	if len(stamps) == 0 {
		return errors.New("the certificate holds no certificate timestamp")
	}
	tbs, err := withoutStamps(leaf.RawTBSCertificate)
	if err != nil {
		return err
	}
	reason := errors.New("the certificate timestamp is of a log that the trusted root does not name")
	for _, s := range stamps {
		for i := range r.certLogs {
			l := &r.certLogs[i]
			if !bytes.Equal(l.id, s.log) {
				continue
			}
			at := time.UnixMilli(int64(s.at)).UTC()
			if !l.covers(at) {
				reason = fmt.Errorf("the key of the log of certificates was not valid at %s", at.Format(time.RFC3339))
				continue
			}
			for _, chain := range chains {
				if len(chain) > 1 && s.verify(l, tbs, chain[1]) {
					return nil
				}
			}
			reason = errors.New("the certificate timestamp is not over this certificate")
		}
	}
	return reason
}

func readCertStamps(c *x509.Certificate) ([]certStamp, error) {
	malformed := errors.New("the certificate timestamps are malformed")
	var stamps []certStamp
	for _, e := range c.Extensions {
		if !e.Id.Equal(oidStamps) {
			continue
		}
		var list []byte
		if rest, err := asn1.Unmarshal(e.Value, &list); err != nil || len(rest) > 0 {
			return nil, malformed
		}
		list, rest, ok := vector(list)
		if !ok || len(rest) > 0 {
			return nil, malformed
		}
		for len(list) > 0 {
			var one []byte
			if one, list, ok = vector(list); !ok || len(stamps) == maxStamps {
				return nil, malformed
			}
			s, ok := readCertStamp(one)
			if !ok {
				return nil, malformed
			}
			stamps = append(stamps, s)
		}
	}
	return stamps, nil
}

// vector takes bytes with a length of two bytes before them.
func vector(data []byte) (out, rest []byte, ok bool) {
	if len(data) < 2 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(data))
	if len(data)-2 < n {
		return nil, nil, false
	}
	return data[2 : 2+n], data[2+n:], true
}

func readCertStamp(data []byte) (s certStamp, ok bool) {
	const head = 1 + sha256.Size + 8
	if len(data) < head || data[0] != 0 { // version 1 is written as 0
		return s, false
	}
	s.log, s.at = data[1:1+sha256.Size], binary.BigEndian.Uint64(data[1+sha256.Size:])
	if s.extensions, data, ok = vector(data[head:]); !ok || len(data) < 2 {
		return s, false
	}
	s.hash, s.kind = data[0], data[1]
	s.signature, data, ok = vector(data[2:])
	return s, ok && len(data) == 0
}

// verify verifies the signature over the certificate as it was before the timestamp was put into it.
func (s certStamp) verify(l *logKey, tbs []byte, issuer *x509.Certificate) bool {
	const sha256ID = 4 // RFC 5246, 7.4.1.4.1
	var kind byte
	switch l.key.(type) {
	case *rsa.PublicKey:
		kind = 1
	case *ecdsa.PublicKey:
		kind = 3
	case ed25519.PublicKey:
		kind = 7
	}
	if s.kind != kind || (s.hash != sha256ID && kind != 7) || len(tbs) >= 1<<24 {
		return false
	}
	by := sha256.Sum256(issuer.RawSubjectPublicKeyInfo)
	message := []byte{0, 0} // version 1, certificate timestamp
	message = binary.BigEndian.AppendUint64(message, s.at)
	message = append(message, 0, 1) // an entry of a certificate before its timestamp
	message = append(message, by[:]...)
	message = append(message, byte(len(tbs)>>16), byte(len(tbs)>>8), byte(len(tbs)))
	message = append(message, tbs...)
	message = binary.BigEndian.AppendUint16(message, uint16(len(s.extensions)))
	message = append(message, s.extensions...)
	return verifyMessage(l.key, message, s.signature, crypto.SHA256)
}

// withoutStamps takes the extension with the timestamps out of the part of a certificate that is signed.
func withoutStamps(tbs []byte) ([]byte, error) {
	malformed := errors.New("the certificate cannot be written without its timestamps")
	var whole asn1.RawValue
	if rest, err := asn1.Unmarshal(tbs, &whole); err != nil || len(rest) > 0 {
		return nil, malformed
	}
	var out []byte
	for rest := whole.Bytes; len(rest) > 0; {
		var field asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &field); err != nil {
			return nil, malformed
		}
		if field.Class != asn1.ClassContextSpecific || field.Tag != 3 {
			out = append(out, field.FullBytes...)
			continue
		}
		kept, err := extensionsWithout(field.Bytes)
		if err != nil {
			return nil, malformed
		}
		out = append(out, kept...)
	}
	return asn1.Marshal(asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSequence, IsCompound: true, Bytes: out})
}

func extensionsWithout(sequence []byte) ([]byte, error) {
	var list, kept []asn1.RawValue
	if rest, err := asn1.Unmarshal(sequence, &list); err != nil || len(rest) > 0 {
		return nil, errors.New("malformed extensions")
	}
	for _, e := range list {
		var id asn1.ObjectIdentifier
		if _, err := asn1.Unmarshal(e.Bytes, &id); err != nil {
			return nil, err
		}
		if !id.Equal(oidStamps) {
			kept = append(kept, e)
		}
	}
	inner, err := asn1.Marshal(kept)
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 3, IsCompound: true, Bytes: inner})
}
