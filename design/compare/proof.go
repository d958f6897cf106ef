package compare

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/bound"
)

// signature says what could be verified. Whether it holds is not looked at here: somebody has to say whose key is trusted. What a
// signed list of files says is compared with the files, since a difference shows without any key.
func signature(c *Candidate, _ *asked) []Signal {
	if c.Kind == Hosted {
		if v, ok := c.said("signature"); ok {
			return []Signal{{"statement", v.Text + " (not verified)", c.described.at(v), Unknown, true}}
		}
		return []Signal{{"signature", "a caller gets no file that could be signed", "", Inapplicable, false}}
	}
	f := c.files
	var out []Signal
	for _, p := range f.proofs {
		out = append(out, Signal{"proof", "present, not verified", p, Unknown, false})
	}
	if v, ok := c.said("signature"); ok {
		out = append(out, Signal{"statement", v.Text + " (not verified)", c.described.at(v), Unknown, true})
	}
	if len(out) == 0 {
		out = append(out, Signal{"signature", "no signature, attestation or list of digests lies beside the files", "", Poor, false})
	}
	if f.manifest != nil {
		out = append(out, f.manifest.compared(f))
	}
	return out
}

// proofName says whether a file is called as signatures and attestations are.
func proofName(lower string) bool {
	for _, ending := range []string{".sig", ".asc", ".sigstore", ".sigstore.json", ".intoto.jsonl", ".intoto.json", ".att", ".cosign.bundle", ".minisig", ".p7s"} {
		if strings.HasSuffix(lower, ending) {
			return true
		}
	}
	switch lower {
	case "sha256sums", "sha256sums.txt", "sha512sums", "checksums.txt", "checksums.sha256", "claims.jsonl", "provenance.json", "attestation.json", "slsa-provenance.json":
		return true
	}
	return false
}

// manifest is a list of files with digests in a bundle of the model signing format.
type manifest struct {
	at    string
	files map[string]string // slash path to hex digest
}

const (
	manifestBytes = 4 << 20
	manifestFiles = 20_000
)

// readManifest looks for the first bundle that lists files. One that cannot be read is only present.
func (f *files) readManifest(tree *bound.Tree, full func(string) string) {
	for _, name := range f.proofs {
		if l := strings.ToLower(name); !strings.HasSuffix(l, ".sig") && !strings.Contains(l, "sigstore") {
			continue
		}
		data, err := tree.ReadHead(full(name), manifestBytes)
		if err != nil {
			continue
		}
		if m := parseManifest(data); m != nil {
			m.at = name
			f.manifest = m
			return
		}
	}
}

// parseManifest reads the statement inside a bundle: what is signed lists the files of a model with their digests.
func parseManifest(data []byte) *manifest {
	var bundle struct {
		Envelope struct {
			Payload string `json:"payload"`
		} `json:"dsseEnvelope"`
	}
	if len(data) >= manifestBytes || json.Unmarshal(data, &bundle) != nil {
		return nil
	}
	payload, err := base64.StdEncoding.DecodeString(bundle.Envelope.Payload)
	if err != nil || len(payload) == 0 {
		return nil
	}
	var statement struct {
		Predicate struct {
			Resources []struct {
				Name      string `json:"name"`
				Algorithm string `json:"algorithm"`
				Digest    string `json:"digest"`
			} `json:"resources"`
		} `json:"predicate"`
		Subject []struct {
			Name   string            `json:"name"`
			Digest map[string]string `json:"digest"`
		} `json:"subject"`
	}
	if json.Unmarshal(payload, &statement) != nil {
		return nil
	}
	m := &manifest{files: map[string]string{}}
	for _, r := range statement.Predicate.Resources {
		if strings.EqualFold(r.Algorithm, "sha256") && len(m.files) < manifestFiles {
			m.files[path.Clean(r.Name)] = strings.ToLower(r.Digest)
		}
	}
	if len(m.files) == 0 { // the first version listed files as subjects
		for _, s := range statement.Subject {
			if d := s.Digest["sha256"]; d != "" && s.Name != "" && len(m.files) < manifestFiles {
				m.files[path.Clean(s.Name)] = strings.ToLower(d)
			}
		}
	}
	if len(m.files) == 0 {
		return nil
	}
	return m
}

// compared sets the list against the files as they are.
func (m *manifest) compared(f *files) Signal {
	if !f.hashed {
		return Signal{"signed list", fmt.Sprintf("names %d files; --digest compares them", len(m.files)), m.at, Unknown, false}
	}
	same, missing := 0, []string{}
	for _, w := range slices.Concat(f.weights, f.around) {
		switch listed, ok := m.files[w.path]; {
		case ok && listed != w.sha256:
			return Signal{"signed list", fmt.Sprintf("the signed list gives %s another digest than the file has", w.path), m.at, Disqualifying, false}
		case ok:
			same++
		case isWeight(w.format):
			missing = append(missing, w.path)
		}
	}
	if len(missing) > 0 {
		return Signal{"signed list", fmt.Sprintf("does not name %s, so no signature covers it", missing[0]), m.at, Poor, false}
	}
	return Signal{"signed list", fmt.Sprintf("%d files have the digests that it names (its signature is not verified)", same), m.at, Unknown, false}
}

// fetched is what a client of the hub noted about a file that it fetched.
type fetched struct {
	file, commit, tag, at string
}

const fetchedMost = 2000

// readFetched reads the notes that a client of the hub keeps beside files it fetched into a folder: the commit, and the tag by which the
// hub names the content, which is the SHA-256 of large files.
func (f *files) readFetched(ctx context.Context, tree *bound.Tree, under string) error {
	root := path.Join(under, ".cache/huggingface/download")
	queue := []string{root}
	for len(queue) > 0 && len(f.fetched) < fetchedMost {
		if err := ctx.Err(); err != nil {
			return err
		}
		dir := queue[0]
		queue = queue[1:]
		entries, err := tree.List(dir, fetchedMost)
		if err != nil && len(entries) == 0 {
			continue // there are no notes, which is the usual case
		}
		for _, e := range entries {
			at := path.Join(dir, e.Name())
			if e.IsDir() {
				if len(queue) < fetchedMost && strings.Count(at, "/") < 30 {
					queue = append(queue, at)
				}
				continue
			}
			name, ok := strings.CutSuffix(at, ".metadata")
			if !ok {
				continue
			}
			data, err := tree.ReadHead(at, 4096)
			if err != nil {
				continue
			}
			lines := bytes.Split(data, []byte("\n"))
			if len(lines) < 2 || !isCommit(string(lines[0])) {
				continue
			}
			f.fetched = append(f.fetched, fetched{strings.TrimPrefix(name, root+"/"), string(lines[0]), strings.ToLower(string(lines[1])), strings.TrimPrefix(strings.TrimPrefix(at, under), "/")})
		}
	}
	return nil
}

// commits are the different commits that the files came from.
func (f *files) commits() (all []string) {
	for _, n := range f.fetched {
		if !slices.Contains(all, n.commit) {
			all = append(all, n.commit)
		}
	}
	return all
}

// altered is a file that is not what the hub gave, as far as digests were computed and the hub names the content by its SHA-256.
func (f *files) altered() (fetched, bool) {
	if !f.hashed {
		return fetched{}, false
	}
	digests := map[string]string{}
	for _, w := range slices.Concat(f.weights, f.around) {
		digests[w.path] = w.sha256
	}
	for _, n := range f.fetched {
		if d := digests[n.file]; d != "" && len(n.tag) == 64 && isHex(n.tag) && d != n.tag {
			return n, true
		}
	}
	return fetched{}, false
}

func isCommit(s string) bool { return len(s) == 40 && isHex(s) }

func isHex(s string) bool {
	return strings.Trim(s, "0123456789abcdef") == "" && s != ""
}
