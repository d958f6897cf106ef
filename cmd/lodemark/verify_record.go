package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/deploy"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/record"
	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
	"github.com/lodemark/lodemark/internal/sign/watch"
)

// verifyRecord keeps what verify found as evidence about the system that the model belongs to.
type verifyRecord struct {
	recordFlags
	target   string
	restored bool

	model     string // PATH, relative to the target with slashes; empty where it lies outside
	signature string // the signature's file, likewise
}

func (f *verifyRecord) add(c *cobra.Command) {
	f.recordFlags.add(c)
	c.Flags().StringVar(&f.target, "target", ".", "with --record: the folder of the system that PATH belongs to")
	c.Flags().BoolVar(&f.restored, "restored", false, "with --record: PATH is a copy that came back from a backup; the signature is the system's")
}

// ready finds out what the record will be about, before any work is done.
func (f *verifyRecord) ready(model, signature string, stderr io.Writer) error {
	if !f.record {
		if f.restored {
			return usage("add --record --key NAME", "--restored says what is recorded, and nothing is to be recorded")
		}
		return f.recordFlags.ready(f.target, stderr)
	}
	var err error
	if f.model, err = within(f.target, model); err != nil && !f.restored {
		return usage("--target names the folder of the system", "%q does not lie in %q, so that a record of it says nothing of that system", model, f.target)
	}
	if f.restored && err == nil {
		return usage("restore into an empty folder elsewhere", "%q lies in %q: a rehearsal brings back a copy from a backup", model, f.target)
	}
	if f.signature, err = within(f.target, signature); err != nil {
		return usage("keep the signature with the system", "the signature %q does not lie in %q, so that nobody could tell when it changes", signature, f.target)
	}
	return f.recordFlags.ready(f.target, stderr)
}

// within is a path relative to a folder, with slashes.
func within(folder, name string) (string, error) {
	base, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	full, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(base, full)
	if err != nil || !filepath.IsLocal(rel) {
		return "", errors.New("outside")
	}
	return filepath.ToSlash(rel), nil
}

// verified keeps what a verification found. That it could not find out is no evidence.
func (f *verifyRecord) verified(ctx context.Context, name string, r *oms.Result, outcome error, stderr io.Writer) error {
	if !f.record {
		return nil
	}
	var e *exit
	if outcome != nil && (!errors.As(outcome, &e) || e.code != exitGate) {
		return nil
	}
	check := deploy.ModelsVerified()
	if f.restored {
		check = develop.RestoreRehearsed()
	}
	return f.put(ctx, check, name, r, outcome, time.Now(), stderr)
}

// hook keeps what is found while a verified model is used.
func (f *verifyRecord) hook(ctx context.Context, use *useFlags, name string, stderr io.Writer) {
	if !f.record {
		return
	}
	use.prepared = func(r *oms.Result) error {
		return f.put(ctx, deploy.VerifiedBeforeUse(), name, r, nil, time.Now(), stderr)
	}
	use.event = func(e watch.Event) error {
		if e.State == watch.Suspected {
			return nil // the next event says what came of it
		}
		var outcome error
		if e.State != watch.Verified {
			outcome = errors.Join(fmt.Errorf("%s is %s", plain(name), e.State), e.Err)
		}
		return f.put(context.WithoutCancel(ctx), deploy.TamperingWatched(), name, e.Result, outcome, e.At, stderr)
	}
}

// put keeps one record: a pass is bound to every signed file, to the names of all files there, and to the signature.
func (f *verifyRecord) put(ctx context.Context, check lodemark.Check, name string, r *oms.Result, outcome error, at time.Time, stderr io.Writer) error {
	result := lodemark.Result{Outcome: lodemark.Failed}
	var examined []lodemark.Digest
	canary := true
	if outcome == nil {
		result.Outcome = lodemark.Passed
		result.Reason = fmt.Sprintf("%s: %s as signed by %s", f.shown(name), count(len(r.Files), "file"), signerName(r.Signer))
		var err error
		if canary, err = notices(ctx); err != nil {
			return unknown("is the folder for temporary files writable?", "try a planted change: %w", err)
		}
	} else {
		result.Reason = strings.Join(strings.Fields(outcome.Error()), " ")
	}
	for _, x := range leftOut(r) {
		if outcome == nil {
			result.Outcome, result.Reason = lodemark.Undecided, fmt.Sprintf("%s: nothing is known of %s, which was left out when it was signed", f.shown(name), x)
			break
		}
	}
	examined, err := f.examined(ctx, r, outcome == nil)
	if err != nil {
		return unknown("verify it again when nobody writes there", "digest what was verified: %w", err)
	}
	if err := f.keep(ctx, f.target, "verify", at, []lodemark.Evidence{check.Evidence(result, examined, canary, at.UTC().Truncate(time.Second))}, stderr); err != nil {
		return err
	}
	if outcome != nil || f.restored || !canary {
		return nil
	}
	s, err := record.Verified{Tool: toolOf(), At: at, Properties: []string{"LODEMARK_SIGNED_BY_TRUSTED_KEY", "LODEMARK_FILES_AS_SIGNED"}}.Statement(
		slices.DeleteFunc(examined, func(d lodemark.Digest) bool { return d.Path == f.signature || strings.HasSuffix(d.Path, "/") }))
	if err != nil {
		return unknown("", "write what was verified: %w", err)
	}
	return f.keepStatement(ctx, f.target, s, stderr)
}

// shown is the model's name for people: where it lies in the system.
func (f *verifyRecord) shown(name string) string {
	if f.model != "" {
		return f.model
	}
	return plain(name)
}

// examined are the digests of what was verified, in the target. Files that were signed by parts, or by another hash, are read once more.
func (f *verifyRecord) examined(ctx context.Context, r *oms.Result, whole bool) ([]lodemark.Digest, error) {
	tree, err := bound.Open(f.target, bound.Limits{})
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	var out []lodemark.Digest
	add := func(file, known string) error {
		sum, ok := strings.CutPrefix(known, "sha256:")
		if !ok && known != "" { // a second reading might meet other bytes
			return fmt.Errorf("%s is signed by %s, and a record needs the SHA-256 of what was read: sign it by files and SHA-256", plain(file), known[:strings.IndexByte(known+":", ':')])
		}
		if !ok {
			if sum, err = tree.Digest(file); err != nil {
				return err
			}
			sum = strings.TrimPrefix(sum, "sha256:")
		}
		out = append(out, lodemark.Digest{Path: file, SHA256: sum})
		return nil
	}
	if err := add(f.signature, ""); err != nil {
		return nil, err
	}
	if f.restored || !whole || r == nil {
		return out, nil
	}
	info, err := os.Stat(filepath.Join(f.target, filepath.FromSlash(f.model)))
	if err != nil {
		return nil, err
	}
	for _, file := range r.Files {
		at := f.model
		if info.IsDir() {
			at = path.Join(f.model, file.Path)
		}
		if err := add(at, file.Digest); err != nil {
			return nil, err
		}
	}
	if info.IsDir() {
		names, err := f.names(ctx, tree, r)
		if err != nil {
			return nil, err
		}
		out = append(out, lodemark.Digest{Path: f.model + "/", SHA256: names})
	}
	return out, nil
}

// names is the digest of the names of all files in the model's folder. Each has to be one that was verified, or left out by a rule that is told:
// a file that came meanwhile would be bound as if it had been there.
func (f *verifyRecord) names(ctx context.Context, tree *bound.Tree, r *oms.Result) (string, error) {
	known := map[string]bool{}
	for _, file := range r.Files {
		known[path.Join(f.model, file.Path)] = true
	}
	known[f.signature] = true
	var odd string
	names, err := assess.Names(ctx, tree, f.model+"/")
	if err != nil {
		return "", err
	}
	for _, n := range names {
		if known[n] || slices.ContainsFunc(r.Ignored, func(x oms.Ignored) bool {
			at := path.Join(f.model, x.Path)
			return n == at || strings.HasPrefix(n, at+"/")
		}) || slices.Contains(r.Empty, strings.TrimPrefix(n, f.model+"/")) {
			continue
		}
		odd = n
		break
	}
	if odd != "" {
		return "", fmt.Errorf("%s was not there when the model was verified", plain(odd))
	}
	return assess.ListingDigest(names, f.model+"/"), nil
}

// leftOut are the files that hold models or code and that a rule left out of the signature.
func leftOut(r *oms.Result) []string {
	var out []string
	if r != nil {
		for _, x := range r.Ignored {
			if x.Model {
				out = append(out, plain(x.Path))
			}
		}
	}
	return out
}

// notices is the negative twin of every verification that is kept: a file of our own is signed, verified, changed by one bit, and must be
// refused. A program that would not notice has verified nothing.
func notices(ctx context.Context) (bool, error) {
	dir, err := os.MkdirTemp("", "lodemark-twin-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	key, err := sign.NewKey("ed25519")
	if err != nil {
		return false, err
	}
	text, err := sign.WriteTrust([]sign.TrustedKey{{Name: "twin", Key: key.PublicKey}})
	if err != nil {
		return false, err
	}
	trust, err := sign.ParseTrust(text, func(string) ([]byte, error) { return nil, os.ErrNotExist })
	if err != nil {
		return false, err
	}
	file := filepath.Join(dir, "weights.bin")
	content := []byte("weights")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return false, err
	}
	bundle, err := oms.Sign(ctx, dir, oms.Options{}, key)
	if err != nil {
		return false, err
	}
	before, err := oms.Verify(ctx, dir, bundle, trust, oms.VerifyOptions{})
	if err != nil {
		return false, err
	}
	content[0] ^= 1
	if err := os.WriteFile(file, content, 0o600); err != nil {
		return false, err
	}
	after, err := oms.Verify(ctx, dir, bundle, trust, oms.VerifyOptions{})
	if err != nil {
		return false, err
	}
	return before.OK() && !after.OK() && len(after.Changed) == 1, nil
}
