package sigstore

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/lodemark/lodemark/internal/sign"
)

// TokenVariable is the environment variable that the identity token is taken from. It is a secret, so it comes from nowhere else.
const TokenVariable = "SIGSTORE_ID_TOKEN"

// maxPayload is the longest payload that is signed.
const maxPayload = 16 << 20

// Endpoints are the services that sign: each an address of the operator's choice.
type Endpoints struct {
	Fulcio       string // the certificate authority
	Rekor        string // the log; empty: the bundle is in none
	RekorVersion int    // 1 or 2; 0 is 1
	TSA          string // the timestamp authority, its whole address; may be empty with a log of version 1, which gives a time of its own
}

// Sign signs a payload with a key that is made for it and forgotten: the authority certifies the key for the identity in the token, the log
// takes in what was signed, the timestamp authority says when. The result is a bundle of version 0.3. Nothing in it has been verified
// against anybody's trusted root; verify it before it is used.
func Sign(ctx context.Context, payloadType string, payload []byte, to Endpoints, token string) ([]byte, error) {
	data, err := signed(ctx, payloadType, payload, to, token)
	if err != nil {
		return nil, fmt.Errorf("sign with sigstore: %w", err)
	}
	return data, nil
}

func signed(ctx context.Context, payloadType string, payload []byte, to Endpoints, token string) ([]byte, error) {
	switch {
	case token == "":
		return nil, fmt.Errorf("there is no identity token (%s)", TokenVariable)
	case to.Fulcio == "":
		return nil, errors.New("there is no certificate authority")
	case len(payload) > maxPayload:
		return nil, fmt.Errorf("the payload is longer than %d bytes", maxPayload)
	case to.TSA == "" && (to.Rekor == "" || to.RekorVersion == 2):
		return nil, errors.New("there is nobody to say when it was signed: a timestamp authority or a log of version 1")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	c := newClient()
	leaf, err := c.certificate(ctx, to.Fulcio, key, token)
	if err != nil {
		return nil, err
	}
	e := wireEnvelope{Payload: payload, Type: text(payloadType)}
	digest := sha256.Sum256(sign.PAE(payloadType, payload))
	signature, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	if err != nil {
		return nil, err
	}
	e.Signatures = []wireSignature{{Sig: signature}}
	material := wireMaterial{Certificate: optional[wireCertificate]{&wireCertificate{leaf.Raw}}}
	if to.TSA != "" {
		stamp, err := c.timestamp(ctx, to.TSA, signature)
		if err != nil {
			return nil, err
		}
		material.Stamps.it = &wireStamps{RFC3161: []wireStamp{{stamp}}}
	}
	if to.Rekor != "" {
		entry, err := c.log(ctx, to, leaf, e, digest[:])
		if err != nil {
			return nil, err
		}
		material.Entries = []wireEntry{*entry}
	}
	data, err := json.Marshal(wireBundle{MediaType: mediaTypeNow, Material: optional[wireMaterial]{&material}, Envelope: optional[wireEnvelope]{&e}})
	if err != nil {
		return nil, err
	}
	if _, err := ReadBundle(data); err != nil { // what a service answered ends up in the bundle
		return nil, err
	}
	return data, nil
}

// certificate has the key certified for the identity in the token.
func (c *client) certificate(ctx context.Context, base string, key *ecdsa.PrivateKey, token string) (*x509.Certificate, error) {
	der, err := x509.CreateCertificateRequest(rand.Reader, new(x509.CertificateRequest), key)
	if err != nil {
		return nil, err
	}
	type credentials struct {
		Token string `json:"oidcIdentityToken"`
	}
	request := struct {
		Credentials credentials `json:"credentials"`
		CSR         []byte      `json:"certificateSigningRequest"`
	}{credentials{token}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})}
	answer, err := c.postJSON(ctx, "certificate authority", base, "/api/v2/signingCert", request)
	if err != nil {
		return nil, err
	}
	type issued struct {
		Chain struct {
			Certificates []string `json:"certificates"`
		} `json:"chain"`
	}
	var w struct {
		Embedded optional[issued] `json:"signedCertificateEmbeddedSct"`
	}
	if err := readJSON(answer, &w); err != nil || w.Embedded.it == nil {
		return nil, errors.New("the certificate authority did not answer with a certificate that holds its timestamp")
	}
	certificates := w.Embedded.it.Chain.Certificates
	if len(certificates) == 0 {
		return nil, errors.New("the certificate authority answered with no certificate")
	}
	block, _ := pem.Decode([]byte(certificates[0]))
	if block == nil {
		return nil, errors.New("the certificate authority answered with no certificate")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("the certificate authority's certificate: %w", err)
	}
	if !key.PublicKey.Equal(leaf.PublicKey) {
		return nil, errors.New("the certificate authority certified another key")
	}
	return leaf, nil
}

// log has the log take in the signature.
func (c *client) log(ctx context.Context, to Endpoints, leaf *x509.Certificate, e wireEnvelope, digest []byte) (*wireEntry, error) {
	switch to.RekorVersion {
	case 0, 1:
		return c.logFirst(ctx, to.Rekor, leaf, e)
	case 2:
		return c.logSecond(ctx, to.Rekor, leaf, e, digest)
	}
	return nil, fmt.Errorf("logs of version %d are not known", to.RekorVersion)
}

func (c *client) logFirst(ctx context.Context, base string, leaf *x509.Certificate, e wireEnvelope) (*wireEntry, error) {
	envelope, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	type content struct {
		Envelope  string   `json:"envelope"`
		Verifiers [][]byte `json:"verifiers"`
	}
	type spec struct {
		Content content `json:"proposedContent"`
	}
	request := struct {
		Version string `json:"apiVersion"`
		Kind    string `json:"kind"`
		Spec    spec   `json:"spec"`
	}{"0.0.1", "dsse", spec{content{string(envelope), [][]byte{pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw})}}}}
	answer, err := c.postJSON(ctx, "log", base, "/api/v1/log/entries", request)
	if err != nil {
		return nil, err
	}
	w, err := readFirstAnswer(answer)
	if err != nil {
		return nil, fmt.Errorf("the log's answer: %w", err)
	}
	return w, nil
}

// firstAnswer is an entry as a log of version 1 answers with it.
type firstAnswer struct {
	Attestation  json.RawMessage `json:"attestation"`
	Body         octets          `json:"body"`
	At           count           `json:"integratedTime"`
	Log          hexadecimal     `json:"logID"`
	Index        count           `json:"logIndex"`
	Verification struct {
		Proof struct {
			Checkpoint string        `json:"checkpoint"`
			Hashes     []hexadecimal `json:"hashes"`
			Index      count         `json:"logIndex"`
			Root       hexadecimal   `json:"rootHash"`
			Size       count         `json:"treeSize"`
		} `json:"inclusionProof"`
		Promise octets `json:"signedEntryTimestamp"`
	} `json:"verification"`
}

func readFirstAnswer(data []byte) (*wireEntry, error) {
	var answers map[string]firstAnswer
	if err := readJSON(data, &answers); err != nil {
		return nil, err
	}
	if len(answers) != 1 {
		return nil, fmt.Errorf("%d entries instead of one", len(answers))
	}
	for _, a := range answers {
		p := a.Verification.Proof
		proof := wireProof{Index: p.Index, Root: octets(p.Root), Size: p.Size, Checkpoint: optional[wireCheckpoint]{&wireCheckpoint{text(p.Checkpoint)}}}
		for _, h := range p.Hashes {
			proof.Hashes = append(proof.Hashes, octets(h))
		}
		return &wireEntry{
			Index:   a.Index,
			Log:     optional[wireLogID]{&wireLogID{octets(a.Log)}},
			Kind:    optional[wireKind]{&wireKind{"dsse", "0.0.1"}},
			At:      a.At,
			Promise: optional[wirePromise]{&wirePromise{a.Verification.Promise}},
			Proof:   optional[wireProof]{&proof},
			Body:    a.Body,
		}, nil
	}
	return nil, nil // not reached: there is one
}

func (c *client) logSecond(ctx context.Context, base string, leaf *x509.Certificate, e wireEnvelope, digest []byte) (*wireEntry, error) {
	var record struct {
		Digest    octets       `json:"digest"`
		Signature newSignature `json:"signature"`
	}
	record.Digest, record.Signature.Content = digest, e.Signatures[0].Sig
	record.Signature.Verifier.Details = "PKIX_ECDSA_P256_SHA_256"
	record.Signature.Verifier.Certificate = &wireCertificate{leaf.Raw}
	answer, err := c.postJSON(ctx, "log", base, "/api/v2/log/entries", map[string]any{"hashedRekordRequestV002": record})
	if err != nil {
		return nil, err
	}
	w := new(wireEntry)
	if err := readJSON(answer, w); err != nil {
		return nil, fmt.Errorf("the log's answer: %w", err)
	}
	return w, nil
}

// timestamp has the timestamp authority say when the signature was there.
func (c *client) timestamp(ctx context.Context, address string, signature []byte) ([]byte, error) {
	query, err := stampQuery(signature)
	if err != nil {
		return nil, err
	}
	answer, err := c.post(ctx, "timestamp authority", address, "application/timestamp-query", query)
	if err != nil {
		return nil, err
	}
	s, err := readStamp(answer)
	if err != nil {
		return nil, fmt.Errorf("the timestamp authority's answer: %w", err)
	}
	if !bytes.Equal(s.imprint, sum(s.hash, signature)) {
		return nil, errors.New("the timestamp authority's answer is over another signature")
	}
	return answer, nil
}
