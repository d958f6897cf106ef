package provenance

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/bound"
)

// Artefact is the thing whose making is in question.
type Artefact struct {
	Name    string            // as the operator named it; of a file in a folder: its slash path below the folder
	File    bool              // its bytes were read; otherwise the digest is what the operator said
	Digests map[string]string // "sha256" and others to lower-case hex; an image has the one that it is named by
	Files   []Artefact        // of a folder, sorted by path, with no digests of its own
	Left    []string          // of a folder: files that were left out
}

// Named reads an artefact that is named by its digest: "sha256:<hex>", or an image "registry/name@sha256:<hex>". ok is false for anything else.
func Named(text string) (a Artefact, ok bool) {
	_, digest, found := strings.Cut(text, "@")
	if !found {
		digest = text
	}
	algorithm, sum, _ := strings.Cut(digest, ":")
	n, known := bits[algorithm]
	if !known || !isHex(sum, n/4) {
		return a, false
	}
	return Artefact{Name: text, Digests: map[string]string{algorithm: sum}}, true
}

// Algorithms are the digests that have to be computed of an artefact to hold it against the attestations: SHA-256 always, the others where a
// subject has nothing else.
func Algorithms(attestations []Attestation) []string {
	need := map[string]bool{"sha256": true}
	for _, a := range attestations {
		for _, s := range a.Statement.Subjects {
			if s.Digests["sha256"] != "" {
				continue
			}
			for algorithm := range s.Digests {
				if bits[algorithm] > 0 {
					need[algorithm] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(need))
}

// ReadArtefact computes the digests of a file of any size, or of all files of a folder but those that leave names (slash paths below the folder).
// A link is no artefact: what it leads to can be exchanged.
func ReadArtefact(ctx context.Context, path string, algorithms, leave []string) (Artefact, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return Artefact{}, fmt.Errorf("read artefact: %w", err)
	}
	limits := bound.Limits{Files: maxItems, TotalBytes: 1 << 62}
	dir, base := path, ""
	if !info.IsDir() {
		dir, base = filepath.Dir(path), filepath.Base(path)
		if !info.Mode().IsRegular() {
			return Artefact{}, fmt.Errorf("read artefact: %s is neither a file nor a folder: %w", bound.QuoteName(path), bound.ErrIrregular)
		}
	}
	tree, err := bound.Open(dir, limits)
	if err != nil {
		return Artefact{}, fmt.Errorf("read artefact: %w", err)
	}
	defer tree.Close()
	if base != "" {
		a, err := digests(ctx, tree, base, algorithms)
		a.Name = path
		return a, err
	}
	return folder(ctx, tree, path, algorithms, leave)
}

func folder(ctx context.Context, tree *bound.Tree, path string, algorithms, leave []string) (Artefact, error) {
	var mu sync.Mutex
	a := Artefact{Name: path, File: true}
	err := tree.Walk(ctx, func(f bound.File) error {
		if slices.Contains(leave, f.Path) {
			mu.Lock()
			defer mu.Unlock()
			a.Left = append(a.Left, f.Path)
			return nil
		}
		if !f.Regular() {
			return fmt.Errorf("%s is a link", bound.QuoteName(f.Path))
		}
		one, err := digests(ctx, tree, f.Path, algorithms)
		mu.Lock()
		defer mu.Unlock()
		a.Files = append(a.Files, one)
		return err
	})
	if err == nil && len(tree.Gaps()) > 0 {
		err = fmt.Errorf("%s: %s", bound.QuoteName(tree.Gaps()[0].Path), tree.Gaps()[0].Reason)
	}
	if err == nil && len(a.Files) == 0 {
		err = fmt.Errorf("it holds no file")
	}
	if err != nil {
		return a, fmt.Errorf("read artefact %s: %w", bound.QuoteName(path), err)
	}
	slices.Sort(a.Left)
	slices.SortFunc(a.Files, func(x, y Artefact) int { return strings.Compare(x.Name, y.Name) })
	return a, nil
}

// digests reads a file once.
func digests(ctx context.Context, tree *bound.Tree, name string, algorithms []string) (Artefact, error) {
	a := Artefact{Name: name, File: true, Digests: map[string]string{}}
	h, err := tree.OpenFile(name)
	if err != nil {
		return a, fmt.Errorf("read artefact: %w", err)
	}
	defer h.Close()
	sums := map[string]hash.Hash{}
	for _, algorithm := range algorithms {
		switch algorithm {
		case "sha256":
			sums[algorithm] = sha256.New()
		case "sha384":
			sums[algorithm] = sha512.New384()
		case "sha512":
			sums[algorithm] = sha512.New()
		}
	}
	buffer := make([]byte, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return a, err
		}
		n, err := h.Read(buffer)
		for _, s := range sums {
			s.Write(buffer[:n])
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return a, fmt.Errorf("read artefact %s: %w", bound.QuoteName(name), err)
		}
	}
	for algorithm, s := range sums {
		a.Digests[algorithm] = hex.EncodeToString(s.Sum(nil))
	}
	return a, nil
}

// other is the same artefact with one bit changed; of a folder, in its last file.
func (a Artefact) other() Artefact {
	if len(a.Files) > 0 {
		b := a
		b.Files = slices.Clone(a.Files)
		last := len(b.Files) - 1
		b.Files[last] = b.Files[last].other()
		return b
	}
	b := Artefact{Name: a.Name, File: a.File, Digests: map[string]string{}}
	for algorithm, d := range a.Digests {
		raw, err := hex.DecodeString(d)
		if err != nil || len(raw) == 0 {
			continue
		}
		raw[len(raw)/2] ^= 1
		b.Digests[algorithm] = hex.EncodeToString(raw)
	}
	return b
}
