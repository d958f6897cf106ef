package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"github.com/lodemark/lodemark/internal/sign"
)

// The signature types of https://c2sp.org/signed-note that a ledger knows.
const (
	typeEd25519     = 1
	typeECDSA       = 2
	typeCosignature = 4
)

// KeyError says that a key cannot sign what it was given for.
type KeyError struct{ Reason string }

func (e *KeyError) Error() string { return e.Reason }

// noteKey is how a key signs the ledger of a name: with which number, and which id in the signature line.
func noteKey(k sign.PublicKey, name string) (kind byte, id uint32, err error) {
	switch k.Algorithm {
	case sign.Ed25519:
		return typeEd25519, ed25519ID(k, name, typeEd25519), nil
	case sign.ECDSAP256:
		der, err := x509.MarshalPKIXPublicKey(k.Key)
		if err != nil {
			return 0, 0, &KeyError{fmt.Sprintf("the key cannot be written as PKIX: %v", err)}
		}
		sum := sha256.Sum256(der) // these ids do not depend on the name
		return typeECDSA, binary.BigEndian.Uint32(sum[:]), nil
	}
	return 0, 0, &KeyError{fmt.Sprintf("a ledger is signed with Ed25519 or ECDSA P-256, not with %s", k.Algorithm)}
}

func ed25519ID(k sign.PublicKey, name string, kind byte) uint32 {
	h := sha256.New()
	h.Write([]byte(name + "\n"))
	h.Write([]byte{kind})
	h.Write(k.Key.(ed25519.PublicKey))
	return binary.BigEndian.Uint32(h.Sum(nil))
}

// signer signs a note as the library wants it.
type signer struct {
	name string
	id   uint32
	sign func([]byte) ([]byte, error)
}

func (s *signer) Name() string                        { return s.name }
func (s *signer) KeyHash() uint32                     { return s.id }
func (s *signer) Sign(message []byte) ([]byte, error) { return s.sign(message) }

var _ note.Signer = (*signer)(nil)

// signed is the checkpoint with one more signature, by the ledger's own key. One by the same key is replaced.
func (c *Checkpoint) signed(key *sign.PrivateKey) (*Checkpoint, error) {
	_, id, err := noteKey(key.PublicKey, c.Origin)
	if err != nil {
		return nil, err
	}
	return c.with(&signer{c.Origin, id, key.Sign})
}

func (c *Checkpoint) with(s note.Signer) (*Checkpoint, error) {
	text, err := note.Sign(&note.Note{Text: string(c.body()), UnverifiedSigs: c.signatures}, s)
	if err != nil {
		return nil, fmt.Errorf("sign the checkpoint: %w", err)
	}
	return ReadCheckpoint(text)
}
