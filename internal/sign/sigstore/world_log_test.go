package sigstore

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// standInLog is a transparency log: a Merkle tree in memory, and the key that signs it.
type standInLog struct {
	t      *testing.T
	name   string
	key    crypto.Signer
	first  bool // of version 1
	hashes []tlog.Hash
	size   int64
}

// newLog makes a log that others have used before.
func newLog(t *testing.T, name string, key crypto.Signer, first bool) *standInLog {
	l := &standInLog{t: t, name: name, key: key, first: first}
	for i := range 11 {
		l.append([]byte(fmt.Sprint("somebody else's entry ", i)))
	}
	return l
}

func (l *standInLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		out[i] = l.hashes[at]
	}
	return out, nil
}

func (l *standInLog) append(body []byte) int64 {
	l.t.Helper()
	more, err := tlog.StoredHashes(l.size, body, l)
	if err != nil {
		l.t.Fatal(err)
	}
	l.hashes = append(l.hashes, more...)
	l.size++
	return l.size - 1
}

// id is how entries name the log.
func (l *standInLog) id() []byte {
	id, err := keyID(l.key.Public())
	if err != nil {
		l.t.Fatal(err)
	}
	return id
}

// add takes an entry in, and answers with all that proves it.
func (l *standInLog) add(fields map[string]any) wireEntry {
	l.t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		l.t.Fatal(err)
	}
	at := l.append(body)
	l.append([]byte("somebody else's, after it"))
	e := wireEntry{
		Index: count(at), Log: some(wireLogID{l.id()}), Body: body, Proof: some(l.prove(at)),
		Kind: some(wireKind{text(fmt.Sprint(fields["kind"])), text(fmt.Sprint(fields["apiVersion"]))}),
	}
	if l.first {
		const shard = 4_000_000 // the number in the whole of the log is not the one in its newest tree
		e.Index += shard
		e.At = count(noon.Unix())
		e.Promise = some(wirePromise{l.promise(body, noon.Unix(), int64(e.Index))})
	}
	return e
}

func (l *standInLog) promise(body []byte, at, index int64) []byte {
	message := fmt.Sprintf(`{"body":"%s","integratedTime":%d,"logID":"%s","logIndex":%d}`, base64.StdEncoding.EncodeToString(body), at,
		hex.EncodeToString(l.id()), index)
	return signSHA256(l.t, l.key, []byte(message))
}

func (l *standInLog) prove(at int64) wireProof {
	l.t.Helper()
	way, err := tlog.ProveRecord(l.size, at, l)
	if err != nil {
		l.t.Fatal(err)
	}
	root, err := tlog.TreeHash(l.size, l)
	if err != nil {
		l.t.Fatal(err)
	}
	p := wireProof{Index: count(at), Size: count(l.size), Root: root[:], Checkpoint: some(wireCheckpoint{text(l.checkpoint(l.size, root[:]))})}
	for _, h := range way {
		p.Hashes = append(p.Hashes, append(octets(nil), h[:]...))
	}
	return p
}

func (l *standInLog) checkpoint(size int64, root []byte) string {
	origin := l.name
	if l.first {
		origin += " - 1193050959916656506"
	}
	return signNote(l.t, fmt.Sprintf("%s\n%d\n%s\n", origin, size, base64.StdEncoding.EncodeToString(root)), l.name, l.key)
}

// signNote signs a note (C2SP signed-note) with a key, under a name.
func signNote(t *testing.T, body, name string, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	id := sha256.Sum256(der)
	if k, ok := key.Public().(ed25519.PublicKey); ok {
		id = sha256.Sum256(append([]byte(name+"\n\x01"), k...))
	}
	signature := append(binary.BigEndian.AppendUint32(nil, binary.BigEndian.Uint32(id[:])), signSHA256(t, key, []byte(body))...)
	return body + "\n— " + name + " " + base64.StdEncoding.EncodeToString(signature) + "\n"
}

// dsseBody is what a log of version 1 keeps of an envelope.
func dsseBody(e wireEnvelope, leaf *x509.Certificate) map[string]any {
	hash := func(data []byte) map[string]any {
		h := sha256.Sum256(data)
		return map[string]any{"algorithm": "sha256", "value": hex.EncodeToString(h[:])}
	}
	return map[string]any{"apiVersion": "0.0.1", "kind": "dsse", "spec": map[string]any{
		"envelopeHash": hash([]byte("the envelope as it was sent")),
		"payloadHash":  hash(e.Payload),
		"signatures":   []any{map[string]any{"signature": []byte(e.Signatures[0].Sig), "verifier": pemOf(leaf)}},
	}}
}

func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// recordBody is what a log of version 2 keeps of anything.
func recordBody(digest, signature []byte, leaf *x509.Certificate) map[string]any {
	return map[string]any{"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": map[string]any{"hashedRekordV002": map[string]any{
		"data": map[string]any{"algorithm": "SHA2_256", "digest": digest},
		"signature": map[string]any{"content": signature, "verifier": map[string]any{
			"keyDetails": "PKIX_ECDSA_P256_SHA_256", "x509Certificate": map[string]any{"rawBytes": leaf.Raw}}},
	}}}
}
