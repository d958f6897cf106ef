package ledger

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxCheckpoint bounds a checkpoint with its signatures: a hundred of the largest that are in use.
const maxCheckpoint = 512 << 10

// Checkpoint is the head of a ledger at a size: which ledger it is, how many entries it has and the root hash over them.
type Checkpoint struct {
	Origin string // the ledger's own name, drawn when it was made
	Size   int64
	Root   tlog.Hash

	signatures []note.Signature // none of them checked
}

// FormError says why bytes are no checkpoint, no proof or none that a ledger would write.
type FormError struct {
	What   string // "checkpoint" or "proof"
	Line   int    // 0: the whole
	Reason string
}

func (e *FormError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("not a %s: %s", e.What, e.Reason)
	}
	return fmt.Sprintf("not a %s: line %d: %s", e.What, e.Line, e.Reason)
}

func badCheckpoint(line int, format string, args ...any) error {
	return &FormError{"checkpoint", line, fmt.Sprintf(format, args...)}
}

// body is what is signed.
func (c *Checkpoint) body() []byte {
	return fmt.Appendf(nil, "%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// Text is the checkpoint as it stands in a file, with its signatures.
func (c *Checkpoint) Text() []byte {
	text, err := note.Sign(&note.Note{Text: string(c.body()), UnverifiedSigs: c.signatures})
	if err != nil {
		panic("a checkpoint that was read cannot be written: " + err.Error())
	}
	return text
}

// ReadCheckpoint reads a checkpoint (https://c2sp.org/tlog-checkpoint) in its one canonical writing: three lines, no extension lines, no
// signature line twice. What is wrong is a *FormError. No signature is checked.
func ReadCheckpoint(data []byte) (*Checkpoint, error) {
	if len(data) > maxCheckpoint {
		return nil, badCheckpoint(0, "larger than %d bytes", maxCheckpoint)
	}
	var unverified *note.UnverifiedNoteError
	if _, err := note.Open(data, nil); !errors.As(err, &unverified) {
		return nil, badCheckpoint(0, "no signed note of at most 100 signatures")
	}
	n := unverified.Note
	c, err := readBody(n.Text)
	if err != nil {
		return nil, err
	}
	keys := map[string]bool{}
	for _, s := range n.UnverifiedSigs {
		raw, err := base64.StdEncoding.Strict().DecodeString(s.Base64)
		if err != nil || base64.StdEncoding.EncodeToString(raw) != s.Base64 {
			return nil, badCheckpoint(0, "a signature is not written in canonical base64")
		}
		key := fmt.Sprintf("%s+%08x", s.Name, s.Hash)
		if keys[key] {
			return nil, badCheckpoint(0, "two signatures by the key %q", key)
		}
		keys[key] = true
	}
	c.signatures = n.UnverifiedSigs
	if !bytes.Equal(c.Text(), data) { // the library drops what is there twice
		return nil, badCheckpoint(0, "it is not written in the canonical way: a signature line stands there twice")
	}
	return c, nil
}

func readBody(text string) (*Checkpoint, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 {
		return nil, badCheckpoint(0, "%d lines instead of origin, size and root hash", len(lines))
	}
	if len(lines) > 3 {
		return nil, badCheckpoint(4, "extension lines, which nobody can check, are not taken")
	}
	c := &Checkpoint{Origin: lines[0]}
	if !validName(c.Origin) {
		return nil, badCheckpoint(1, "the origin %q has spaces, plus signs or more than 255 bytes", clip(c.Origin))
	}
	var ok bool
	if c.Size, ok = readSize(lines[1]); !ok {
		return nil, badCheckpoint(2, "the size %q is no number from 0 to 2^40 in plain decimal", clip(lines[1]))
	}
	if c.Root, ok = readHash(lines[2]); !ok {
		return nil, badCheckpoint(3, "the root hash is not 32 bytes in canonical base64")
	}
	if empty := (edge{}).root(); c.Size == 0 && c.Root != empty {
		return nil, badCheckpoint(3, "the root hash is not that of an empty ledger")
	}
	return c, nil
}

// validName says whether a text can be an origin and, because the origin is the name of the ledger's key, the name of a key.
func validName(s string) bool {
	return s != "" && len(s) <= 255 && !strings.Contains(s, "+") && !strings.ContainsFunc(s, unicode.IsSpace)
}

// clip keeps hostile text short in a message.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "..."
	}
	return s
}

func readSize(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n >= 0 && n <= maxSize && strconv.FormatInt(n, 10) == s
}

func readHash(s string) (h tlog.Hash, ok bool) {
	raw, err := base64.StdEncoding.Strict().DecodeString(s)
	copy(h[:], raw)
	return h, err == nil && len(raw) == len(h) && base64.StdEncoding.EncodeToString(raw) == s
}
