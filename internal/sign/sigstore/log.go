package sigstore

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// verify verifies what a log says of the entry, and gives the time that it vouches for: zero where it vouches for none, as every log of
// Rekor 2 and every bare proof, whose time nobody signed.
func (e *entry) verify(l *logKey) (time.Time, error) {
	if l.from.IsZero() {
		return time.Time{}, errors.New("the trusted root gives no start of validity for this log")
	}
	if e.newSchema() && (e.proof == nil || e.promise != nil) {
		return time.Time{}, errors.New("an entry of this kind has a proof of inclusion and no promise")
	}
	var at time.Time
	if e.promise != nil {
		if err := e.verifyPromise(l); err != nil {
			return at, err
		}
		at = e.at
	}
	if e.proof != nil {
		if err := e.verifyProof(l); err != nil {
			return at, err
		}
	}
	return at, nil
}

// verifyPromise verifies the signed entry timestamp: the log's signature over the canonical JSON of the entry. Its members are in the
// order of their names, and none of the values needs an escape, so encoding/json writes what RFC 8785 asks for.
func (e *entry) verifyPromise(l *logKey) error {
	if e.at.IsZero() {
		return errors.New("a promise of inclusion without time")
	}
	if !l.covers(e.at) {
		return fmt.Errorf("the log's key was not valid when the entry was made (%s)", e.at.Format(time.RFC3339))
	}
	message, err := json.Marshal(struct {
		Body  []byte `json:"body"`
		At    int64  `json:"integratedTime"`
		Log   string `json:"logID"`
		Index int64  `json:"logIndex"`
	}{e.body, e.at.Unix(), hex.EncodeToString(e.log), e.index})
	if err != nil {
		return err
	}
	if !verifyMessage(l.key, message, e.promise, crypto.SHA256) {
		return errors.New("the log's promise of inclusion is not over this entry")
	}
	return nil
}

// verifyProof verifies that the log signed the tree, and that the entry is in it.
func (e *entry) verifyProof(l *logKey) error {
	p := e.proof
	if e.newSchema() && p.index != e.index {
		return errors.New("the proof of inclusion is of another entry")
	}
	size, root, err := l.openCheckpoint(p.checkpoint)
	if err != nil {
		return err
	}
	if size != p.size || !bytes.Equal(root[:], p.root) {
		return errors.New("the checkpoint is of another tree than the proof of inclusion")
	}
	if p.index >= size {
		return fmt.Errorf("a proof of inclusion of entry %d in a tree of %d", p.index, size)
	}
	hashes := make(tlog.RecordProof, len(p.hashes))
	for i, h := range p.hashes {
		if len(h) != len(hashes[i]) {
			return errors.New("a proof of inclusion with a hash of the wrong length")
		}
		copy(hashes[i][:], h)
	}
	if tlog.CheckRecord(hashes, size, root, p.index, tlog.RecordHash(e.body)) != nil {
		return errors.New("the proof of inclusion does not lead from this entry to the root of the log's tree")
	}
	return nil
}

// firstRekor tells the origin of a log of Rekor 1, which adds the number of its tree to its name.
func firstRekor(origin string) bool {
	at := strings.LastIndex(origin, " - ")
	return at > 0 && len(origin) > at+3 && strings.Trim(origin[at+3:], "0123456789") == ""
}

// openCheckpoint verifies a checkpoint (C2SP tlog-checkpoint) and gives the size and the root of the tree that the log signed. Signatures
// of others, such as witnesses, are passed over.
func (l *logKey) openCheckpoint(text string) (size int64, root tlog.Hash, err error) {
	opened, err := note.Open([]byte(text), checkpointKey{l, firstLine(text)})
	if err != nil {
		var unverified *note.UnverifiedNoteError
		if errors.As(err, &unverified) {
			return 0, root, errors.New("the checkpoint has no signature of this log")
		}
		return 0, root, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return 0, root, errors.New("checkpoint: an origin, a size and a root hash were expected")
	}
	size, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 1 || strconv.FormatInt(size, 10) != lines[1] {
		return 0, root, fmt.Errorf("checkpoint: %s is no size of a tree", shorten(lines[1]))
	}
	hash, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(hash) != len(root) {
		return 0, root, fmt.Errorf("checkpoint: %s is no root hash", shorten(lines[2]))
	}
	return size, tlog.Hash(hash), nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// checkpointKey finds the log's key for the signatures under a checkpoint. In Rekor 1 the key alone tells the log; since Rekor 2 the name
// counts as well: it is the log's host, and the origin of the checkpoint.
type checkpointKey struct {
	log    *logKey
	origin string
}

func (c checkpointKey) Verifier(name string, hash uint32) (note.Verifier, error) {
	unknown := &note.UnknownVerifierError{Name: name, KeyHash: hash}
	if firstRekor(c.origin) {
		if hash != binary.BigEndian.Uint32(c.log.spki[:4]) {
			return nil, unknown
		}
	} else {
		u, err := url.Parse(c.log.baseURL)
		if err != nil || (name != u.Host && name != u.Hostname()) || name != c.origin || hash != c.log.noteHash(name) {
			return nil, unknown
		}
	}
	return checkpointSignature{name, hash, c.log.key}, nil
}

// noteHash is how a signed note names a key (C2SP signed-note): by its name and kind for Ed25519, by the key alone for others.
func (l *logKey) noteHash(name string) uint32 {
	id := l.spki
	if k, ok := l.key.(ed25519.PublicKey); ok {
		id = sha256.Sum256(append([]byte(name+"\n\x01"), k...))
	}
	return binary.BigEndian.Uint32(id[:4])
}

type checkpointSignature struct {
	name string
	hash uint32
	key  crypto.PublicKey
}

func (s checkpointSignature) Name() string    { return s.name }
func (s checkpointSignature) KeyHash() uint32 { return s.hash }
func (s checkpointSignature) Verify(message, signature []byte) bool {
	return verifyMessage(s.key, message, signature, crypto.SHA256)
}
