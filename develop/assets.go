package develop

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// DEV-2: identify, track and protect your assets.
func assets() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "DEV-2",
		Checks:    []lodemark.Check{assetRegister(), logReaders(), logStores(), assetsVersioned(), lockedAssets(), secretsInConfig(), restorePlan(), dataFlows()},
		Kept:      []lodemark.Check{RestoreRehearsed()},
		Later:     map[string]string{"DEV-2.12": laterGateway},
	}
}

func secretsInConfig() lodemark.Check {
	return lodemark.Check{
		ID: secretsID, Version: 3, Exposed: true,
		Title:    "No credential stands in clear in the files of the system",
		Bears:    lodemark.Supports("DEV-2.9"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "A provider's key in a file of the repository is read by everyone who ever clones it, and by every agent that works in " +
			"it. Keys for models are spent within hours, and keys for tools open the data behind them.",
		Fix:  "Revoke the credential, take it out of the file and of the history, and name an environment variable or a secret store instead.",
		Help: "make the configuration file that could not be read readable; lodemark secrets lists every place",
		Bad:  secretsBad(), Good: secretsGood(),
		Run: runSecretsInConfig,
	}
}

func assetsVersioned() lodemark.Check {
	return lodemark.Check{
		ID: "dev-2-assets-versioned", Version: 1,
		Title:    "Models, datasets and prompts have recorded versions",
		Bears:    lodemark.Supports("DEV-2.7"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "When a model misbehaves, the first question is what was running. Weights and data that lie on a disk beside the " +
			"repository cannot be named, compared or brought back.",
		Fix:  "Track models, data and prompts with Git LFS or DVC, or keep a manifest of their SHA-256 digests beside them.",
		Help: "keep digests of models, data and prompts: Git LFS, DVC, or a SHA256SUMS file beside them",
		Bad:  versionedBad(), Good: versionedGood(),
		Run: runAssetsVersioned,
	}
}

// recordedDigest is what a DVC file holds for each output.
var recordedDigest = pattern.New(`(?m)^\s*-?\s*(md5|etag|checksum|sha256|hash_value|digest):\s*["']?[0-9a-fA-F-]{8,}`)

func runAssetsVersioned(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "dev-2-assets-versioned"
	v := versions{s: s, files: map[string]bool{}, sizes: map[string]int64{}, sums: map[string]string{}}
	for _, f := range s.System.Files {
		v.files[f.Path], v.sizes[f.Path] = true, f.Size
	}
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var unknown []string
	rules := ignoreRules(s)
	for c := range s.System.Of(lodemark.KindModel, lodemark.KindDataset, lodemark.KindPrompt) {
		if c.Test || c.Path == "" {
			continue
		}
		looked = append(looked, c)
		if v.brokenPointer(c.Path) {
			findings = append(findings, lodemark.Finding{ID: id, Severity: lodemark.SeverityLow, Path: c.Path,
				Message: c.Path + " is a Git LFS pointer without a valid digest, so it names no version of anything.",
				Fix:     "restore the pointer or the file from version control", Key: "broken pointer"})
			continue
		}
		if v.recorded(c) {
			continue
		}
		if r, ok := ignoredBy(rules, c.Path); ok {
			findings = append(findings, lodemark.Finding{ID: id, Severity: lodemark.SeverityLow, Path: c.Path, Line: c.Line,
				Message: fmt.Sprintf("%s is kept out of version control (%s:%d) and no digest of it is recorded, so nobody can say later which version ran.", c.Path, r.path, r.line),
				Fix:     "track it with Git LFS or DVC, or record its SHA-256 digest in a manifest", Key: "ignored " + c.Path})
			continue
		}
		if c.Kind != lodemark.KindPrompt { // text lies in version control with the code beside it
			unknown = append(unknown, c.Path)
		}
	}
	for _, f := range s.System.Files {
		if path.Ext(f.Path) != ".dvc" || path.Base(f.Path) == ".dvc" || f.Test || f.Vendored || f.Link != "" {
			continue
		}
		looked = append(looked, lodemark.Component{Kind: lodemark.KindDataset, Path: f.Path})
		data, err := s.Read(f.Path)
		if err == nil && !recordedDigest.Match(data) {
			findings = append(findings, lodemark.Finding{ID: id, Severity: lodemark.SeverityLow, Path: f.Path,
				Message: f.Path + " names an output without a digest, so any bytes pass for it.", Fix: "run dvc add or dvc commit, so that the digest is recorded", Key: "no digest"})
		}
	}
	r := lodemark.Conclude(looked, findings, nil, "models, datasets and prompts")
	if r.Outcome == lodemark.Passed {
		r.Reason = fmt.Sprintf("a digest is recorded for each of the %d models, datasets and prompts", len(looked))
		if len(unknown) > 0 {
			r.Outcome = lodemark.Undecided
			r.Reason = fmt.Sprintf("no digest is recorded for %s (%d of %d); whether version control holds it cannot be told from files", unknown[0], len(unknown), len(looked))
		}
	}
	return r
}

// versions looks up whether the bytes of an asset are on record.
type versions struct {
	s     *lodemark.Subject
	files map[string]bool
	sizes map[string]int64
	sums  map[string]string // manifests, read once
}

// recorded says whether an asset is a Git LFS pointer, an output of DVC with a digest, or in a manifest
// of digests near it. A manifest that holds another digest is no record of these bytes.
func (v versions) recorded(c lodemark.Component) bool {
	if c.Detail["lfs_pointer"] == "true" {
		return true
	}
	for p := c.Path; p != "." && p != "/"; p = path.Dir(p) {
		if v.files[p+".dvc"] && recordedDigest.MatchString(v.text(p+".dvc")) {
			return true
		}
	}
	sum, _ := v.s.Digest(c.Path)
	sum = strings.TrimPrefix(sum, "sha256:")
	for dir := path.Dir(c.Path); sum != ""; dir = path.Dir(dir) {
		for _, name := range []string{"SHA256SUMS", "sha256sums.txt", "SHA256SUMS.txt", "checksums.txt", "checksums.sha256", "manifest.json", "model-manifest.json", "MANIFEST.json"} {
			if strings.Contains(strings.ToLower(v.text(path.Join(dir, name))), sum) {
				return true
			}
		}
		if lock := v.text(path.Join(dir, "dvc.lock")); strings.Contains(lock, path.Base(c.Path)) && recordedDigest.MatchString(lock) {
			return true
		}
		if dir == "." || dir == "/" {
			break
		}
	}
	return sum != "" && strings.Contains(strings.ToLower(v.text(c.Path+".sha256")), sum)
}

// brokenPointer says whether a file begins as a Git LFS pointer does and names no digest.
func (v versions) brokenPointer(p string) bool {
	if size, ok := v.sizes[p]; !ok || size > 1024 {
		return false
	}
	data, err := v.s.Read(p)
	return err == nil && bytes.HasPrefix(data, []byte("version https://git-lfs")) && !pointerOID.Match(data)
}

func (v versions) text(p string) string {
	if !v.files[p] {
		return ""
	}
	if t, ok := v.sums[p]; ok {
		return t
	}
	data, err := v.s.Read(p)
	if err != nil || len(data) > scriptBytes {
		data = nil
	}
	v.sums[p] = string(data)
	return v.sums[p]
}
