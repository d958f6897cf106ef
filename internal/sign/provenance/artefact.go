package provenance

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"strings"

	"github.com/lodemark/lodemark/internal/bound"
)

// Artefact is the thing whose making is in question.
type Artefact struct {
	Name    string            // as the operator named it
	File    bool              // its bytes were read; otherwise the digest is what the operator said
	Digests map[string]string // "sha256" and "sha512" to lower-case hex; an image has the one that it is named by
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

// ReadArtefact computes the digests of a file of any size. A link is no artefact: what it leads to can be exchanged.
func ReadArtefact(ctx context.Context, file string) (Artefact, error) {
	tree, err := bound.Open(filepath.Dir(file), bound.Limits{TotalBytes: 1 << 62})
	if err != nil {
		return Artefact{}, fmt.Errorf("read artefact: %w", err)
	}
	defer tree.Close()
	h, err := tree.OpenFile(filepath.Base(file))
	if err != nil {
		return Artefact{}, fmt.Errorf("read artefact: %w", err)
	}
	defer h.Close()
	sums := map[string]hash.Hash{"sha256": sha256.New(), "sha512": sha512.New()}
	buffer := make([]byte, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return Artefact{}, err
		}
		n, err := h.Read(buffer)
		for _, s := range sums {
			s.Write(buffer[:n])
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return Artefact{}, fmt.Errorf("read artefact %s: %w", bound.QuoteName(file), err)
		}
	}
	a := Artefact{Name: file, File: true, Digests: map[string]string{}}
	for name, s := range sums {
		a.Digests[name] = hex.EncodeToString(s.Sum(nil))
	}
	return a, nil
}

// subject finds the subject of a statement that is this artefact. Where a subject has several digests, all that can be compared agree.
func (a Artefact) subject(s Statement) (Subject, error) {
	comparable := false
	for _, subject := range s.Subjects {
		equal, differs := 0, 0
		for algorithm := range bits {
			want, said := a.Digests[algorithm], subject.Digests[algorithm]
			switch {
			case want == "" || said == "":
			case want == said:
				equal++
			default:
				differs++
			}
		}
		comparable = comparable || equal+differs > 0
		switch {
		case equal > 0 && differs > 0:
			return Subject{}, fmt.Errorf("the digests of subject %s contradict each other", quote(subject.Name))
		case equal > 0:
			return subject, nil
		}
	}
	if !comparable {
		return Subject{}, fmt.Errorf("none of the %d subjects has a digest that can be compared with %s", len(s.Subjects), a.main())
	}
	return Subject{}, fmt.Errorf("none of the %d subjects is %s", len(s.Subjects), a.main())
}

// main is the digest to speak of.
func (a Artefact) main() string { return a.by(a.Digests) }

// by is the first digest of the artefact whose algorithm is among others.
func (a Artefact) by(others map[string]string) string {
	for _, algorithm := range []string{"sha256", "sha384", "sha512"} {
		if d := a.Digests[algorithm]; d != "" && others[algorithm] != "" {
			return algorithm + ":" + d
		}
	}
	return "an artefact without digest"
}

// other is the same artefact with one bit changed.
func (a Artefact) other() Artefact {
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
