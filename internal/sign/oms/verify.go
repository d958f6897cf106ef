package oms

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

// VerifyOptions say how a model is verified. The zero value is what most want.
type VerifyOptions struct {
	Signature string    // where the bundle was read from; when it lies in the model's folder it is no part of the model
	Ignore    []string  // slash paths that the operator leaves out beside what the signature does; what is signed is verified all the same
	At        time.Time // when keys have to be valid; zero: now
	Keyless   Keyless   // verifies bundles of Sigstore's certificates; nil: they are refused
	Step      func(done, total int64)
}

// Keyless verifies a bundle whose certificate was issued to an identity for a moment, and returns what it signs and by whom.
type Keyless func(bundle *sigstore.Bundle, data []byte) (sign.Signer, error)

// File is a file of a model. Digest is "<method>:<hex>".
type File struct {
	Path   string
	Digest string
	Size   int64
}

// Change is a file that is not as it was signed.
type Change struct {
	Path       string
	Want, Have string // digests; Have is empty where the file could not be of the signed length
	Where      string // of a file in shards: the first range that differs
}

// Result is what verifying a model found. Only OK says that it is verified.
type Result struct {
	Signer  sign.Signer
	Model   string // the name that was signed
	Root    string // "sha256:<hex>" of the manifest; empty in the format of model-signing 0.2
	Method  string // how it was cut into parts and hashed, in words
	Files   []File // that are as they were signed, sorted by path
	Missing []string
	Extra   []string // beyond the signature
	Changed []Change
	Links   []Link      // which are never followed
	Odd     []bound.Gap // neither files nor folders
	Unread  []bound.Gap // what could not be looked at
	Ignored []Ignored   // left out by a rule: nothing is known of them
	Rules   []string    // that the signature leaves out
	Empty   []string    // files without a byte, which a signature by shards does not cover
}

// OK says that every file that was signed is there as it was signed, and that nothing else is but what was left out.
func (r *Result) OK() bool {
	return r.Signer.Trusted && len(r.Files) > 0 && r.Differences() == 0 && len(r.Unread) == 0
}

// Differences counts what is not as it was signed.
func (r *Result) Differences() int {
	return len(r.Missing) + len(r.Extra) + len(r.Changed) + len(r.Links) + len(r.Odd)
}

// Read reads a bundle and the manifest in it. Nothing is verified: it says what somebody claims to have signed.
func Read(bundle []byte) (*Manifest, error) {
	b, err := readBundle(bundle)
	if err != nil {
		return nil, err
	}
	m, err := readManifest(b.Envelope.Payload)
	if err != nil {
		return nil, &ManifestError{err}
	}
	return m, nil
}

// Verify verifies who signed a model, and then that it is as it was signed. The errors are: a *sign.UntrustedError for a good signature by
// somebody whom the operator does not trust, a *SignatureError for one that is not good, a *ManifestError for a good one over a manifest
// that is refused, a *BundleError for what is no signature of a model, a *RefusedError for what is no model. What is not as it was signed is
// no error: see Result.OK.
func Verify(ctx context.Context, path string, bundle []byte, trust *sign.Trust, o VerifyOptions) (*Result, error) {
	if o.At.IsZero() {
		o.At = time.Now()
	}
	m, signer, err := Signed(bundle, trust, o)
	if err != nil {
		return nil, err
	}
	r, err := Compare(ctx, path, m, o)
	if err != nil {
		return nil, err
	}
	r.Signer = signer
	return r, nil
}

// Signed verifies who signed a manifest, and reads it.
func Signed(bundle []byte, trust *sign.Trust, o VerifyOptions) (*Manifest, sign.Signer, error) {
	if o.At.IsZero() {
		o.At = time.Now()
	}
	b, err := readBundle(bundle)
	if err != nil {
		return nil, sign.Signer{}, err
	}
	signer, old, err := whose(b, bundle, trust, o)
	if err != nil {
		return nil, signer, err
	}
	m, err := readManifest(b.Envelope.Payload)
	if err == nil && old != m.Method.Old {
		err = errors.New("an envelope of model-signing 0.2 holds a manifest of another version")
	}
	if err != nil {
		return nil, signer, &ManifestError{err}
	}
	return m, signer, nil
}

// Compare reads a model and says what differs from a manifest. It does not ask who signed that: Signer stays empty.
func Compare(ctx context.Context, path string, m *Manifest, o VerifyOptions) (*Result, error) {
	p, err := open(path)
	if err != nil {
		return nil, err
	}
	defer p.tree.Close()
	if single := p.single != ""; single != m.Single() {
		return nil, &RefusedError{Model: path, Reasons: []string{mismatch(path, m)}}
	}
	var own []string
	if at := within(path, o.Signature); at != "" {
		own = append(own, at)
	}
	if len(m.Ignored) == 0 { // before model-signing 1.1 signatures did not say what the signer left out: it was this
		own = append(own, gitRules()...)
	}
	for _, rule := range slices.Concat(o.Ignore, own) {
		if err := checkRule(rule); err != nil {
			return nil, &RuleError{err}
		}
	}
	signed := map[string]bool{}
	for _, part := range m.Parts {
		signed[part.Path] = true
	}
	f, err := p.look(ctx, newRules(m.Ignored, o.Ignore, own), signed)
	if err != nil {
		return nil, err
	}
	c := comparison{place: p, manifest: m, signed: signed, found: f, result: &Result{Model: m.Name, Root: m.Root, Method: m.Method.String(), Rules: slices.Clone(m.Ignored)}}
	if err := c.run(ctx, o.Step); err != nil {
		return nil, err
	}
	c.rest(within(path, o.Signature))
	return c.result, nil
}

func mismatch(path string, m *Manifest) string {
	if m.Single() {
		return "the signature is of a single file, and " + bound.QuoteName(path) + " is a folder"
	}
	return "the signature is of a folder, and " + bound.QuoteName(path) + " is a file"
}

type comparison struct {
	place    *place
	manifest *Manifest
	signed   map[string]bool
	found    *found
	result   *Result
}

// run reads what was signed.
func (c *comparison) run(ctx context.Context, step func(done, total int64)) error {
	m := c.manifest
	linked := map[string]bool{}
	for _, l := range c.found.links {
		linked[l.Path] = true
	}
	pieces := make([]*piece, 0, len(m.Parts))
	kept := make([]Part, 0, len(m.Parts))
	for at, part := range m.Parts {
		size, there := c.found.files[part.Path]
		if there {
			last := m.Method.ShardSize == 0 || at+1 == len(m.Parts) || m.Parts[at+1].Path != part.Path
			piece := newPiece(c.place, part, size)
			piece.last = last
			pieces, kept = append(pieces, piece), append(kept, part)
			continue
		}
		if !linked[part.Path] && (len(c.result.Missing) == 0 || c.result.Missing[len(c.result.Missing)-1] != part.Path) {
			c.result.Missing = append(c.result.Missing, part.Path)
		}
	}
	if err := digestAll(ctx, c.place.tree, m.Method.Hash, pieces, step); err != nil {
		return fmt.Errorf("digest the model: %w", err)
	}
	for at := 0; at < len(kept); {
		end := at + 1
		for end < len(kept) && kept[end].Path == kept[at].Path {
			end++
		}
		c.file(kept[at:end], pieces[at:end])
		at = end
	}
	return nil
}

// file compares one file with what was signed of it.
func (c *comparison) file(parts []Part, read []*piece) {
	m, size := c.manifest.Method, int64(0)
	for i, part := range parts {
		have := read[i]
		if have.err != nil {
			c.result.Unread = append(c.result.Unread, bound.Gap{Path: part.Path, Reason: have.err.Error()})
			return
		}
		size += have.read
		if string(have.digest) == string(part.Digest) && (part.End == 0 || have.read == part.End-part.Start) {
			continue
		}
		change := Change{Path: part.Path, Want: m.Hash + ":" + hexOf(part.Digest), Have: m.Hash + ":" + hexOf(have.digest)}
		if part.End > 0 {
			change.Where = fmt.Sprintf("bytes %d to %d", part.Start, part.End)
		}
		if change.Want == change.Have {
			change.Have, change.Where = "", fmt.Sprintf("it goes on after byte %d", part.End)
		}
		c.result.Changed = append(c.result.Changed, change)
		return
	}
	c.result.Files = append(c.result.Files, File{Path: parts[0].Path, Digest: digestOf(m, parts), Size: size})
}

// rest tells what lies in the folder beyond what was signed.
func (c *comparison) rest(signature string) {
	r, f := c.result, c.found
	for _, i := range f.ignored {
		if i.Path != signature {
			r.Ignored = append(r.Ignored, i)
		}
	}
	for _, name := range sorted(f.files) {
		switch {
		case c.signed[name]:
		case f.files[name] == 0 && c.manifest.Method.ShardSize > 0:
			r.Empty = append(r.Empty, name)
		default:
			r.Extra = append(r.Extra, name)
		}
	}
	r.Links, r.Odd = f.links, f.odd
	told := map[string]bool{}
	for _, g := range r.Unread {
		told[g.Path] = true
	}
	for _, g := range f.unread {
		if !told[g.Path] {
			r.Unread = append(r.Unread, g)
		}
	}
	slices.Sort(r.Missing)
	slices.SortFunc(r.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(r.Changed, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
