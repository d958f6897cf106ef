package deploy

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

const manifestCheck = "dep-2-model-manifest"

func modelManifest() lodemark.Check {
	return lodemark.Check{
		ID: manifestCheck, Version: 1,
		Title:    "Digests or signatures of models and datasets are on record, and they fit the files",
		Bears:    lodemark.Supports("DEP-2.4", "DEP-2.5"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "Weights are bytes that nobody can read. Whoever swaps them, or adds rows to the training data, is seen only by " +
			"somebody who wrote down what they were when the training ended.",
		Fix: "Let the training job write digests of everything it used and made (sha256sum, DVC, OpenSSF model signing), keep them " +
			"under other rights than the files, and compare before loading.",
		Help: "record digests of each model, its configuration and each dataset (SHA256SUMS beside them, DVC, Git LFS, or a model.sig), and say in " +
			"lodemark.yaml whether the system trains models (facts: trains_models)",
		Bad: manifestBad(), Good: manifestGood(),
		Run: runModelManifest,
	}
}

// assetKind is one of the two kinds of file that the check is about.
type assetKind struct {
	clause, noun string
	total        int
	recorded     int
	open         []lodemark.Component // without a digest on record
}

func runModelManifest(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	l := newLedgerOfDigests(s)
	if len(l.assets) == 0 {
		return nothing("no model file and no dataset found outside tests and vendored folders")
	}
	l.readManifests(ctx)
	models, datasets := assetKind{clause: "DEP-2.4", noun: "model"}, assetKind{clause: "DEP-2.5", noun: "dataset"}
	for _, c := range l.components {
		kind := &datasets
		if c.Kind == lodemark.KindModel {
			kind = &models
		}
		kind.total++
		if l.recorded(c) {
			kind.recorded++
		} else {
			kind.open = append(kind.open, c)
		}
	}
	r := lodemark.Result{Findings: l.mismatches, Examined: l.examined, Gaps: l.gaps}
	if trains := s.System.Fact("trains_models").Answer; trains == lodemark.Yes && s.System.Declared.Path != "" {
		if _, early := notDeployed(s); !early {
			r.Findings = append(r.Findings, withoutAny(models, datasets)...)
		}
	} else if trains == lodemark.No && models.recorded+datasets.recorded == 0 {
		return nothing("the system trains no models, and no digest of a file is on record that could be wrong")
	}
	open := slices.Concat(models.open, datasets.open)
	for _, c := range open {
		r.Examined = append(r.Examined, c.Path)
	}
	omitted := l.omitted()
	switch {
	case len(r.Findings) > 0:
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	case ctx.Err() != nil:
		r.Outcome, r.Reason = lodemark.Undecided, "the time for computing digests ran out"
	case len(open) > 0:
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("no digest is on record for %s (%d of %d models and datasets); one may be kept elsewhere", open[0].Path, len(open), len(l.components))
	case len(omitted) > 0:
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("the digests on record leave out %s, which decides what its model does", omitted[0])
	case len(r.Gaps) > 0:
		r.Outcome, r.Reason = lodemark.Undecided, r.Gaps[0].Path+" could not be read: "+r.Gaps[0].Reason
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("digests or signatures of %d model file(s) and %d dataset(s) are on record; those of %d file(s) were computed again and are equal",
			models.total, datasets.total, l.compared)
	}
	return r
}

// withoutAny reports kinds of which not one file has a digest on record, in one finding at the first file.
func withoutAny(kinds ...assetKind) []lodemark.Finding {
	var open []lodemark.Component
	var clauses, counts []string
	for _, k := range kinds {
		if k.total > 0 && k.recorded == 0 {
			open = append(open, k.open...)
			clauses = append(clauses, k.clause)
			counts = append(counts, fmt.Sprintf("%d %s file(s)", k.total, k.noun))
		}
	}
	if len(open) == 0 {
		return nil
	}
	return []lodemark.Finding{{ID: manifestCheck, Severity: lodemark.SeverityMedium, Path: open[0].Path, Clauses: clauses, Key: "no digests",
		Message: fmt.Sprintf("No digest or signature of %s is on record (%s in all), so a swapped file cannot be told from the one that was trained or trained on.",
			open[0].Path, strings.Join(counts, " and ")),
		Fix: "let the training job write SHA256SUMS beside what it used and made, or track it with DVC or Git LFS"}}
}

// ledgerOfDigests is what the tree says about the bytes of its models and datasets.
type ledgerOfDigests struct {
	s            *lodemark.Subject
	sizes        map[string]int64 // of every file of its own
	components   []lodemark.Component
	assets       map[string]lodemark.Component
	byBase       map[string][]string // paths of assets by base name
	modelFolders map[string]bool     // folders in which a model stands
	known        map[string]bool     // files with a digest or signature on record
	folders      []string            // folders that DVC keeps a digest of
	listed       map[string]bool     // folders of assets that a list of digests covers file by file
	mismatches   []lodemark.Finding
	examined     []string
	gaps         []lodemark.Gap
	compared     int
}

func newLedgerOfDigests(s *lodemark.Subject) *ledgerOfDigests {
	l := &ledgerOfDigests{s: s, sizes: map[string]int64{}, assets: map[string]lodemark.Component{}, byBase: map[string][]string{},
		modelFolders: map[string]bool{}, known: map[string]bool{}, listed: map[string]bool{}}
	for _, f := range s.System.Files {
		if f.Link == "" {
			l.sizes[f.Path] = f.Size
		}
	}
	for c := range s.System.Of(lodemark.KindModel, lodemark.KindDataset) {
		if _, twice := l.assets[c.Path]; c.Test || c.Path == "" || twice {
			continue
		}
		l.components = append(l.components, c)
		l.assets[c.Path] = c
		if c.Kind == lodemark.KindModel {
			l.modelFolders[path.Dir(c.Path)] = true
		}
		base := path.Base(c.Path)
		l.byBase[base] = append(l.byBase[base], c.Path)
	}
	return l
}

// manifestsMax bounds the manifests that are read of one tree.
const manifestsMax = 2000

func (l *ledgerOfDigests) readManifests(ctx context.Context) {
	n := 0
	for _, f := range l.s.System.Files {
		if f.Link != "" || f.Test || f.Vendored || f.Size > recordsBytes || !manifestName.MatchString(path.Base(f.Path)) {
			continue
		}
		if n++; n > manifestsMax || ctx.Err() != nil {
			l.gaps = append(l.gaps, lodemark.Gap{Path: f.Path, Reason: fmt.Sprintf("over the limit of %d manifests of digests", manifestsMax)})
			return
		}
		data, err := l.s.Read(f.Path)
		if err != nil {
			l.gaps = append(l.gaps, lodemark.Unread(f.Path, 0, err, false))
			continue
		}
		l.take(ctx, f.Path, digestRecords(f.Path, data))
	}
}

// take compares what a manifest records with the files. One that speaks of no model and no dataset is about something else.
func (l *ledgerOfDigests) take(ctx context.Context, manifest string, records []digestRecord) {
	dir := path.Dir(manifest)
	about := map[string]digestRecord{}
	var order []string
	concerns := false
	for _, r := range records {
		p := l.resolve(dir, r.name)
		if r.folder {
			l.folders = append(l.folders, path.Join(dir, r.name))
			continue
		}
		if _, there := l.sizes[p]; !there {
			continue
		}
		_, asset := l.assets[p]
		if !asset && (!l.modelFolders[path.Dir(p)] || path.Base(manifest) == "dvc.lock") {
			continue // the digest of something else, which may change with the code
		}
		if _, twice := about[p]; !twice {
			order = append(order, p)
		}
		about[p] = r
		concerns = concerns || asset
	}
	if !concerns {
		return
	}
	l.examined = append(l.examined, manifest)
	for _, p := range order {
		if ctx.Err() != nil {
			return
		}
		l.compare(manifest, p, about[p])
	}
}

// resolve finds the file that a manifest means: relative to it, to the root, or by a base name that only one asset below has.
func (l *ledgerOfDigests) resolve(dir, name string) string {
	name = path.Clean(strings.ReplaceAll(name, `\`, "/"))
	for _, p := range []string{path.Join(dir, name), strings.TrimPrefix(name, "/")} {
		if _, ok := l.sizes[p]; ok {
			return p
		}
	}
	var below []string
	for _, p := range l.byBase[path.Base(name)] {
		if dir == "." || strings.HasPrefix(p, dir+"/") {
			below = append(below, p)
		}
	}
	if len(below) == 1 && !strings.Contains(name, "/") {
		return below[0]
	}
	return ""
}

func (l *ledgerOfDigests) compare(manifest, p string, r digestRecord) {
	l.known[p] = true
	l.examined = append(l.examined, p)
	_, asset := l.assets[p]
	if asset && !strings.HasSuffix(manifest, ".dvc") {
		l.listed[path.Dir(p)] = true
	}
	sums, err := l.sumsOf(p, r)
	if err != nil {
		l.gaps = append(l.gaps, lodemark.Unread(p, 0, err, false))
		return
	}
	if len(sums) == 0 {
		return // on record, and nothing here that could recompute it
	}
	l.compared++
	if slices.Contains(sums, r.sum) {
		return
	}
	clause := "DEP-2.4"
	if c, ok := l.assets[p]; ok && c.Kind == lodemark.KindDataset {
		clause = "DEP-2.5"
	}
	l.mismatches = append(l.mismatches, lodemark.Finding{ID: manifestCheck, Severity: lodemark.SeverityHigh, Path: manifest, Line: r.line, Key: p, Clauses: []string{clause},
		Message: fmt.Sprintf("%s records %s… for %s, and the file has %s…: it is not the one whose digest was taken.", manifest, r.sum[:12], p, sums[0][:12]),
		Fix:     "find out who changed the file and when; if the new one is right, evaluate it and record its digest"})
}

// sumsOf computes the digest again, or takes it from the Git LFS pointer that stands in the file's place. DVC used to
// translate line ends first, so there are two that fit.
func (l *ledgerOfDigests) sumsOf(p string, r digestRecord) ([]string, error) {
	if oid, ok := l.pointer(p); ok {
		if r.algorithm == "sha256" && oid != "" {
			return []string{oid}, nil
		}
		return nil, nil
	}
	switch r.algorithm {
	case "sha256":
		sum, err := l.s.Digest(p)
		return []string{strings.TrimPrefix(sum, "sha256:")}, err
	case "sha512", "sha1", "md5":
		data, err := l.s.Read(p)
		if err != nil {
			return nil, nil // too large to be held; the record stands as it is
		}
		return oldSums(data, r.algorithm), nil
	}
	return nil, nil
}

func oldSums(data []byte, algorithm string) []string {
	switch algorithm {
	case "sha512":
		sum := sha512.Sum512(data)
		return []string{hex.EncodeToString(sum[:])}
	case "sha1":
		sum := sha1.Sum(data)
		return []string{hex.EncodeToString(sum[:])}
	}
	sum, text := md5.Sum(data), md5.Sum(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")))
	return []string{hex.EncodeToString(sum[:]), hex.EncodeToString(text[:])}
}

var pointerOID = pattern.New(`(?m)^oid sha256:([0-9a-f]{64})\r?$`)

// pointer reads a Git LFS pointer. One without a digest names nothing.
func (l *ledgerOfDigests) pointer(p string) (oid string, is bool) {
	if size, ok := l.sizes[p]; !ok || size > 1024 {
		return "", false
	}
	data, err := l.s.Read(p)
	if err != nil || !bytes.HasPrefix(data, []byte("version https://git-lfs.github.com/")) {
		return "", false
	}
	if m := pointerOID.FindSubmatch(data); m != nil {
		return string(m[1]), true
	}
	return "", true
}

// recorded says whether the bytes of an asset are on record: in a manifest, under a folder of DVC's, by a pointer, or by a
// signature beside it.
func (l *ledgerOfDigests) recorded(c lodemark.Component) bool {
	if l.known[c.Path] || slices.ContainsFunc(l.folders, func(f string) bool { return f == c.Path || strings.HasPrefix(c.Path, f+"/") }) {
		return true
	}
	if oid, is := l.pointer(c.Path); is && oid != "" {
		l.examined = append(l.examined, c.Path)
		return true
	}
	if l.addressed(c.Path) {
		l.examined = append(l.examined, c.Path)
		return true
	}
	for _, kind := range signatureFiles {
		beside := c.Path + kind.end
		size, there := l.sizes[beside]
		if !there || size < 64 || size > recordsBytes {
			continue
		}
		if data, err := l.s.Read(beside); err == nil && bytes.Contains(data, []byte(kind.sign)) {
			l.examined = append(l.examined, c.Path, beside)
			return true
		}
	}
	return false
}

var (
	addressMD5    = pattern.New(`(?:^|/)(?:md5|cache)/([0-9a-f]{2})/([0-9a-f]{30})$`)
	addressSHA256 = pattern.New(`(?:^|/)(?:sha256[-:])?([0-9a-f]{64})$`)
)

// addressed says whether the path of a file is its digest, as in the stores of DVC, Ollama and the Hugging Face cache.
func (l *ledgerOfDigests) addressed(p string) bool {
	r := digestRecord{}
	if m := addressMD5.FindStringSubmatch(p); m != nil {
		r = digestRecord{algorithm: "md5", sum: m[1] + m[2]}
	} else if m := addressSHA256.FindStringSubmatch(p); m != nil {
		r = digestRecord{algorithm: "sha256", sum: m[1]}
	}
	sums, err := l.sumsOf(p, r)
	return err == nil && r.sum != "" && slices.Contains(sums, r.sum)
}

// signatureFiles are the endings under which a signature stands beside a file, with what it holds as text.
var signatureFiles = []struct{ end, sign string }{{".asc", "BEGIN PGP SIGNATURE"}, {".minisig", "untrusted comment:"}, {".sig", ""}, {".p7s", ""}}

// companions stand beside a model and decide what it does with an input.
var companions = []string{"config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "vocab.json", "vocab.txt", "merges.txt",
	"special_tokens_map.json", "generation_config.json", "preprocessor_config.json", "adapter_config.json", "chat_template.jinja", "labels.json"}

// omitted lists what stands beside a model whose folder has a list of digests, and is not on it.
func (l *ledgerOfDigests) omitted() []string {
	var all []string
	seen := map[string]bool{}
	for _, c := range l.components {
		dir := path.Dir(c.Path)
		if c.Kind != lodemark.KindModel || seen[dir] || !l.listed[dir] {
			continue
		}
		seen[dir] = true
		for _, name := range companions {
			p := path.Join(dir, name)
			if _, there := l.sizes[p]; there && !l.known[p] {
				all = append(all, p)
			}
		}
	}
	return all
}
