package oms

import (
	"encoding/json"
	"fmt"

	"github.com/lodemark/lodemark/internal/sign"
)

// mediaType is that of the bundles that are written, and the one the reference reads.
const mediaType = "application/vnd.dev.sigstore.bundle.v0.3+json"

type bundleJSON struct {
	MediaType string       `json:"mediaType"`
	Material  materialJSON `json:"verificationMaterial"`
	Envelope  envelopeJSON `json:"dsseEnvelope"`
}

type materialJSON struct {
	Key     *keyJSON   `json:"publicKey,omitempty"`
	Chain   *chainJSON `json:"x509CertificateChain,omitempty"`
	Entries []struct{} `json:"tlogEntries"`
}

type keyJSON struct {
	Hint string `json:"hint"`
}

type chainJSON struct {
	Certificates []certificateJSON `json:"certificates"`
}

type certificateJSON struct {
	Raw []byte `json:"rawBytes"`
}

type envelopeJSON struct {
	Payload    []byte          `json:"payload"`
	Type       string          `json:"payloadType"`
	Signatures []signatureJSON `json:"signatures"`
}

type signatureJSON struct {
	Sig   []byte `json:"sig"`
	KeyID string `json:"keyid"`
}

// Seal signs a manifest's payload and returns the bundle. A key with certificates is shown by them; any other is named by a digest.
func Seal(payload []byte, key *sign.PrivateKey) ([]byte, error) {
	sig, err := key.Sign(sign.PAE(sign.PayloadType, payload))
	if err != nil {
		return nil, fmt.Errorf("sign the manifest: %w", err)
	}
	b := bundleJSON{MediaType: mediaType, Material: materialJSON{Entries: []struct{}{}}}
	b.Envelope = envelopeJSON{payload, sign.PayloadType, []signatureJSON{{Sig: sig}}}
	if len(key.Chain) == 0 {
		b.Material.Key = &keyJSON{hintOf(key.PublicKey)}
	} else {
		b.Material.Chain = &chainJSON{}
		for _, c := range key.Chain {
			b.Material.Chain.Certificates = append(b.Material.Chain.Certificates, certificateJSON{c.Raw})
		}
	}
	out, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("write the signature: %w", err)
	}
	if len(out) > MaxBundle {
		return nil, fmt.Errorf("the signature would have %d bytes, and %d are read: choose larger shards, or sign folders apart", len(out), MaxBundle)
	}
	return out, nil
}
