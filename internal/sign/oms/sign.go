package oms

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/sign"
)

// Options say how a model is signed. The zero value signs every file by SHA-256, as the reference does by default.
type Options struct {
	Signature string                  // where the signature will be kept; left out when it lies in the model's folder
	Ignore    []string                // slash paths below the model to leave out, with all below them; git's own are, unless KeepGit
	KeepGit   bool                    // sign .git, .gitattributes, .github and .gitignore, too
	ShardSize int64                   // sign ranges of this many bytes instead of files: large files are hashed on several cores
	Hash      string                  // sha256 (default) or blake2b
	Step      func(done, total int64) // told of the bytes hashed so far; may be nil
}

// Inventory is a model ready to be signed, and what was left out of it.
type Inventory struct {
	*Manifest
	Left  []Ignored // by a rule
	Empty []string  // files without a byte, which a signature by shards does not cover
	Bytes int64
}

// Sign signs a model and returns the bundle to keep beside it.
func Sign(ctx context.Context, path string, o Options, key *sign.PrivateKey) ([]byte, error) {
	inventory, err := Take(ctx, path, o)
	if err != nil {
		return nil, err
	}
	payload, err := inventory.Payload()
	if err != nil {
		return nil, err
	}
	return Seal(payload, key)
}

// Take reads a model and lists its files with their digests. Links, names that mean another file elsewhere, and whatever cannot be read
// are refused with a *RefusedError: a signature covers everything, or it is none.
func Take(ctx context.Context, path string, o Options) (*Inventory, error) {
	if o.Hash == "" {
		o.Hash = "sha256"
	}
	if _, err := digestSize(o.Hash); err != nil {
		return nil, err
	}
	if o.ShardSize < 0 {
		return nil, fmt.Errorf("shards of %d bytes", o.ShardSize)
	}
	p, err := open(path)
	if err != nil {
		return nil, err
	}
	defer p.tree.Close()
	ignore, err := o.rules(path, p.single != "")
	if err != nil {
		return nil, err
	}
	f, err := p.look(ctx, newRules(ignore), nil)
	if err != nil {
		return nil, err
	}
	m := &Manifest{Name: p.name, Method: Method{Hash: o.Hash, ShardSize: o.ShardSize}, Ignored: ignore}
	if err := refusal(path, f, m.Method); err != nil {
		return nil, err
	}
	inventory := &Inventory{Manifest: m, Left: f.ignored}
	return inventory, inventory.fill(ctx, p, f, o.Step)
}

// rules are the paths to leave out, as the signature will say it.
func (o Options) rules(path string, single bool) ([]string, error) {
	if single {
		if len(o.Ignore) > 0 {
			return nil, &RuleError{errors.New("nothing can be left out of a single file")}
		}
		return nil, nil
	}
	all := slices.Clone(o.Ignore)
	if at := within(path, o.Signature); at != "" {
		all = append(all, at)
	}
	if !o.KeepGit {
		all = append(all, gitRules()...)
	}
	for i, rule := range all {
		if err := checkRule(rule); err != nil {
			return nil, &RuleError{err}
		}
		all[i] = plainRule(rule)
		if err := checkPath(all[i]); err != nil {
			return nil, &RuleError{err}
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// maxParts is the most that a signature lists. It keeps a manifest within what is read again.
const maxParts = 250_000

// countParts is how many parts a model is cut into.
func countParts(f *found, m Method) (n int64) {
	for _, size := range f.files {
		switch {
		case m.ShardSize == 0:
			n++
		case size > 0:
			n += (size-1)/m.ShardSize + 1
		}
	}
	return n
}

// refusal says all that keeps a model from being signed.
func refusal(path string, f *found, m Method) error {
	var reasons []string
	for _, l := range f.links {
		reasons = append(reasons, fmt.Sprintf("%s is a link to %s", bound.QuoteName(l.Path), bound.QuoteName(l.Target)))
	}
	for _, g := range slices.Concat(f.odd, f.unread) {
		reasons = append(reasons, bound.QuoteName(g.Path)+": "+g.Reason)
	}
	seen := newNames()
	signed := 0
	for _, name := range sorted(f.files) {
		if f.files[name] > 0 || m.ShardSize == 0 {
			signed++
		}
		if name == "." {
			continue
		}
		if err := seen.add(name); err != nil {
			reasons = append(reasons, err.Error())
		}
		if m.ShardSize > 0 && slices.Contains([]byte(name), ':') {
			reasons = append(reasons, fmt.Sprintf("%q holds a colon, which separates the ranges of shards", name))
		}
	}
	if count := countParts(f, m); count > maxParts {
		reasons = append(reasons, fmt.Sprintf("it has %d parts, and a signature lists %d at most: choose larger shards, or sign its folders apart", count, maxParts))
	}
	if signed == 0 && len(reasons) == 0 {
		reasons = append(reasons, "there is no file in it to sign")
	}
	if len(reasons) > 0 {
		return &RefusedError{Model: path, Reasons: reasons}
	}
	return nil
}

func (i *Inventory) fill(ctx context.Context, p *place, f *found, step func(done, total int64)) error {
	var pieces []*piece
	for name, size := range f.files {
		switch shard := i.Method.ShardSize; {
		case shard == 0:
			i.Parts = append(i.Parts, Part{Path: name})
		case size == 0:
			i.Empty = append(i.Empty, name)
		default:
			for start := int64(0); start < size; start += shard {
				i.Parts = append(i.Parts, Part{Path: name, Start: start, End: min(start+shard, size)})
			}
		}
	}
	slices.Sort(i.Empty)
	sortParts(i.Parts)
	for _, part := range i.Parts {
		pieces = append(pieces, newPiece(p, part, f.files[part.Path]))
	}
	if err := digestAll(ctx, p.tree, i.Method.Hash, pieces, step); err != nil {
		return fmt.Errorf("digest the model: %w", err)
	}
	for n, piece := range pieces {
		part := &i.Parts[n]
		switch {
		case piece.err != nil:
			return piece.err
		case part.End > 0 && piece.read != part.End-part.Start, part.End == 0 && piece.read != f.files[part.Path]:
			return &RefusedError{Model: p.name, Reasons: []string{bound.QuoteName(part.Path) + " changed while it was read"}}
		}
		part.Digest = piece.digest
		i.Bytes += piece.read
	}
	i.Root = "sha256:" + hexOf(i.root())
	return nil
}

// newPiece is what is to be read for a part of a file of a size.
func newPiece(p *place, part Part, size int64) *piece {
	out := &piece{path: p.path(part.Path), start: part.Start, end: part.End, size: size, last: part.End >= size}
	if part.End > 0 {
		out.size = part.End - part.Start
	}
	return out
}
