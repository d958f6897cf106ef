package oms

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Manifest is what a signature says about a model: its name, how it was read, and the digest of each of its parts.
type Manifest struct {
	Name    string   // of the model's folder or file; information only
	Method  Method   // how the model was cut into parts, and hashed
	Ignored []string // slash paths below the model that the signer left out, with all below them
	Parts   []Part   // in the order they are signed in
	Root    string   // "sha256:<hex>": over the digests of all parts; empty for the format of model-signing 0.2
}

// Method says how a model is cut into parts and hashed.
type Method struct {
	Hash      string // sha256 or blake2b
	ShardSize int64  // bytes of a part; 0: every file is one part
	Links     bool   // the signer followed links; here they are refused all the same
	Old       bool   // the format of model-signing 0.2, which signs no root digest and no list of what was left out
}

// String describes a method in the words of the format.
func (m Method) String() string {
	switch {
	case m.Old:
		return "files, " + m.Hash + ", format of model-signing 0.2"
	case m.ShardSize > 0:
		return fmt.Sprintf("shards of %d bytes, %s", m.ShardSize, m.Hash)
	}
	return "files, " + m.Hash
}

// algorithm is how the format names the method at each part.
func (m Method) algorithm() string {
	if m.ShardSize > 0 {
		return fmt.Sprintf("%s-sharded-%d", m.Hash, m.ShardSize)
	}
	return m.Hash
}

// Part is a file, or a range of its bytes.
type Part struct {
	Path       string // slash path below the model; "." when the model is a single file
	Start, End int64  // of a shard, End not included; both 0: the whole file
	Digest     []byte
}

// name is how the format names a part.
func (p Part) name(m Method) string {
	if m.ShardSize > 0 {
		return fmt.Sprintf("%s:%d:%d", p.Path, p.Start, p.End)
	}
	return p.Path
}

// Single says that the model is a single file.
func (m *Manifest) Single() bool { return len(m.Parts) > 0 && m.Parts[0].Path == "." }

// Files lists the files of a manifest, sorted by path, with the digest that is signed for each; that of a file in shards is the SHA-256
// of the digests of its shards. Size is 0 where the format does not sign it: for whole files.
func (m *Manifest) Files() []File {
	var out []File
	for at := 0; at < len(m.Parts); {
		end := at + 1
		for m.Method.ShardSize > 0 && end < len(m.Parts) && m.Parts[end].Path == m.Parts[at].Path {
			end++
		}
		parts := m.Parts[at:end]
		out = append(out, File{Path: parts[0].Path, Digest: digestOf(m.Method, parts), Size: parts[len(parts)-1].End})
		at = end
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// digestOf is one digest for a file: its own, or that of its shards' digests.
func digestOf(m Method, parts []Part) string {
	if m.ShardSize == 0 {
		return m.Hash + ":" + hex.EncodeToString(parts[0].Digest)
	}
	sum := sha256.New()
	for _, p := range parts {
		sum.Write(p.Digest)
	}
	return m.algorithm() + ":" + hex.EncodeToString(sum.Sum(nil))
}

// root is the digest that stands for the model: over those of its parts, in their order.
func (m *Manifest) root() []byte {
	sum := sha256.New()
	for _, p := range m.Parts {
		sum.Write(p.Digest)
	}
	return sum.Sum(nil)
}

// sortParts brings parts into the order of the format: path by path segment, then where a shard begins. "a/b" stands before "a.txt".
func sortParts(parts []Part) {
	slices.SortFunc(parts, func(a, b Part) int {
		return cmp.Or(comparePaths(a.Path, b.Path), cmp.Compare(a.Start, b.Start))
	})
}

func comparePaths(a, b string) int {
	for {
		x, restA, moreA := strings.Cut(a, "/")
		y, restB, moreB := strings.Cut(b, "/")
		if c := strings.Compare(x, y); c != 0 {
			return c
		}
		if !moreA || !moreB {
			switch {
			case moreB:
				return -1
			case moreA:
				return 1
			}
			return 0
		}
		a, b = restA, restB
	}
}

// check refuses a manifest that could be read in two ways: a path that leads out of the model or means another file elsewhere, shards
// that overlap or leave a hole, a digest of the wrong length, a root digest that is not that of the parts.
func (m *Manifest) check() error {
	size, err := digestSize(m.Method.Hash)
	if err != nil {
		return err
	}
	names := newNames()
	last := ""
	for i, p := range m.Parts {
		if len(p.Digest) != size {
			return fmt.Errorf("the digest of %q has %d bytes, %s has %d", p.Path, len(p.Digest), m.Method.Hash, size)
		}
		if m.Method.ShardSize > 0 {
			if err := m.shardFollows(i); err != nil {
				return err
			}
			if i > 0 && p.Path == last {
				continue
			}
		}
		last = p.Path
		if p.Path == "." && len(m.Files()) > 1 {
			return fmt.Errorf("%q names the model itself, and stands beside other files", p.Path)
		}
		if p.Path != "." {
			if err := names.add(p.Path); err != nil {
				return err
			}
		}
	}
	for _, rule := range m.Ignored {
		if err := checkRule(rule); err != nil {
			return err
		}
	}
	if want := "sha256:" + hex.EncodeToString(m.root()); !m.Method.Old && m.Root != want {
		return fmt.Errorf("the manifest contradicts itself: its root digest is %s, and its parts give %s", m.Root, want)
	}
	return nil
}

// shardFollows says whether a shard begins where the one before it ended, and is as long as the method says.
func (m *Manifest) shardFollows(i int) error {
	p, size := m.Parts[i], m.Method.ShardSize
	want := int64(0)
	if i > 0 && m.Parts[i-1].Path == p.Path {
		want = m.Parts[i-1].End
		if m.Parts[i-1].End-m.Parts[i-1].Start != size {
			return fmt.Errorf("the shard before %q is not the last one, and not %d bytes long", p.name(m.Method), size)
		}
	}
	switch {
	case p.Start != want:
		return fmt.Errorf("shard %q begins at %d, and the bytes signed before it end at %d", p.name(m.Method), p.Start, want)
	case p.End <= p.Start || p.End-p.Start > size:
		return fmt.Errorf("shard %q is not between 1 and %d bytes long", p.name(m.Method), size)
	}
	return nil
}
