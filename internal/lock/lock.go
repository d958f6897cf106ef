package lock

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// FileName is where a target keeps its lock.
const FileName = "lodemark.lock"

// Schema names the layout of the file.
const Schema = "lodemark.lock/1"

// Lock is what was there when it was written.
type Lock struct {
	Schema  string  `json:"schema"`
	Entries []Entry `json:"entries"` // in order of kind, name and path
}

// Entry is one part of the system. The line it stands on is left out: code moves.
type Entry struct {
	Kind    lodemark.Kind `json:"kind"`
	Name    string        `json:"name"`
	Path    string        `json:"path,omitempty"`
	Pin     lodemark.Pin  `json:"pin,omitempty"`
	Version string        `json:"version,omitempty"`
	Digest  string        `json:"digest,omitempty"` // "sha256:<hex>"; empty: only the name is fixed
	Line    int           `json:"-"`
}

// Kinds are those that a lock holds.
func Kinds() []lodemark.Kind {
	return []lodemark.Kind{lodemark.KindModel, lodemark.KindHostedModel, lodemark.KindEmbeddingModel, lodemark.KindDataset, lodemark.KindPrompt, lodemark.KindTool, lodemark.KindMCPServer, lodemark.KindAgentConfig}
}

// Of gives the lock of a system. What stands in tests is left out, and so is what no file resolves: a name of a variable fixes nothing.
// digest gives the digest of a file of the target; empty: it cannot be read whole.
func Of(s *lodemark.System, digest func(path string) string) Lock {
	l := Lock{Schema: Schema}
	kinds := Kinds()
	for _, c := range slices.Concat(s.Components, s.Code) {
		if c.Test || c.Origin == lodemark.OriginUnresolved || c.Name == "" || !slices.Contains(kinds, c.Kind) {
			continue
		}
		e := Entry{Kind: c.Kind, Name: c.Name, Path: c.Path, Pin: c.Pin, Version: c.Version, Digest: c.Digest, Line: c.Line}
		switch {
		case c.Kind == lodemark.KindMCPServer:
			e.Digest = serverDigest(c)
		case e.Digest == "" && WholeFile(c):
			e.Digest = digest(c.Path)
		}
		l.Entries = append(l.Entries, e)
	}
	l.sort()
	return l
}

// WholeFile says whether a component is a file of the target, which has a digest, and not a name in one.
func WholeFile(c lodemark.Component) bool {
	return c.Line == 0 && c.Path != "" && c.Detail["lfs_pointer"] == "" && (c.Kind == lodemark.KindModel || c.Kind == lodemark.KindDataset || c.Kind == lodemark.KindPrompt || c.Kind == lodemark.KindAgentConfig)
}

// serverDigest is over all that says which server is reached and what it may do.
func serverDigest(c lodemark.Component) string {
	var b strings.Builder
	for _, key := range []string{"transport", "command", "args", "url", "env", "auto_approve", "disabled", "role"} {
		fmt.Fprintf(&b, "%s=%q\n", key, c.Detail[key])
	}
	sum := sha256.Sum256([]byte(b.String()))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func (l *Lock) sort() {
	slices.SortFunc(l.Entries, order)
	l.Entries = slices.CompactFunc(l.Entries, func(a, b Entry) bool {
		a.Line, b.Line = 0, 0
		return a == b
	})
}

func order(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Digest, b.Digest), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Line, b.Line))
}

// Loose counts the entries of which only the name is fixed: what is behind it can change, and no look at files will tell.
func (l Lock) Loose() int {
	n := 0
	for _, e := range l.Entries {
		if e.Digest == "" && e.Pin != lodemark.PinCommit && e.Pin != lodemark.PinDigest {
			n++
		}
	}
	return n
}

// Write writes the file: JSON with a line for each entry, so that a change reads well in a review.
func (l Lock) Write(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"schema\": %q,\n  \"entries\": [", Schema)
	for i, e := range l.Entries {
		var line bytes.Buffer
		enc := json.NewEncoder(&line)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			return fmt.Errorf("write the lock: %w", err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		b.Write(bytes.TrimRight(line.Bytes(), "\n"))
	}
	b.WriteString("\n  ]\n}\n")
	_, err := w.Write(b.Bytes())
	return err
}

// maxBytes bounds a lock: one of a hundred thousand entries is smaller.
const maxBytes = 32 << 20

// Read reads a lock, strictly.
func Read(data []byte) (Lock, error) {
	var l Lock
	if len(data) > maxBytes {
		return l, fmt.Errorf("larger than %d bytes", maxBytes)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		return Lock{}, fmt.Errorf("no lock: %w", err)
	}
	if l.Schema != Schema {
		return Lock{}, fmt.Errorf("its schema is %q, and %q is known here", l.Schema, Schema)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Lock{}, fmt.Errorf("something follows after the lock")
	}
	for i, e := range l.Entries {
		if e.Kind == "" || e.Name == "" {
			return Lock{}, fmt.Errorf("entry %d has no kind or no name", i+1)
		}
	}
	l.sort()
	return l, nil
}
