package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/sign/provenance"
	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

func provenanceCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "provenance",
		Short: "Verify where an artefact was built, from what and by whom it is said",
		Long: "Provenance reads attestations (SLSA provenance v1 and v0.2) of models, packages and images, as GitHub, npm, PyPI, Google Cloud Build\n" +
			"and builders of your own hand them out. Nobody is contacted.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(provenanceVerifyCommand(), provenanceShowCommand())
	return c
}

type provenanceFlags struct {
	attestations []string
	root         string
	identity     sigstore.Identity
	want         provenance.Want
	parameters   []string
	trust        trustFlags
	record       recordFlags
	target       string
	format       string
	at           string
	quiet        bool
}

func provenanceVerifyCommand() *cobra.Command {
	var f provenanceFlags
	c := &cobra.Command{
		Use:   "verify ARTEFACT --attestation FILE",
		Short: "Hold the attestation of an artefact against what you expect",
		Long: "Verify says whether somebody whom you trust states that ARTEFACT, by its digest, was built by the builder and from the source that you\n" +
			"expect. ARTEFACT is a file, a folder of which every file is a subject, an image or a digest (registry/name@sha256:..., sha256:...). Whom you trust comes from --trust\n" +
			"(keys) and --trusted-root (Sigstore's authorities and logs) alone, never from the attestation.\n\n" +
			"What was not asked for is told and not judged; without --builder and --source the answer is \"undecided\", since anybody's build of\n" +
			"anything would pass. Where --identity is left out, a Sigstore signature has to be by the workflow that --builder names, or by one\n" +
			"of the repository that --source names.\n\n" +
			"Exit codes: 0 verified; 1 refused (a bad signature, another artefact, another builder or source); 2 wrong command line, or a\n" +
			"broken file of trust; 3 could not find out (no provenance in the file, or nobody said what to expect).",
		Example: "  lodemark provenance verify dist/model.gguf --attestation model.intoto.jsonl --trusted-root trusted_root.json \\\n" +
			"      --builder https://github.com/example/builds/.github/workflows/model.yml --source https://github.com/example/model --ref v1.4.0\n" +
			"  lodemark provenance verify registry.example.org/helpdesk@sha256:4b... --attestation build.json --trust builder.pub \\\n" +
			"      --builder https://builds.example.org/v1 --source https://git.example.org/helpdesk",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 1:
				return usage("lodemark provenance verify model.gguf --attestation FILE", "provenance verify takes one artefact, got %d", len(args))
			case len(f.attestations) == 0:
				return usage("it is what the builder hands out beside the artefact", "provenance verify needs --attestation FILE")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	f.trust.add(c)
	fl := c.Flags()
	fl.StringArrayVar(&f.attestations, "attestation", nil, "a file of attestations; repeatable, and one good one is enough")
	fl.StringVar(&f.root, "trusted-root", "", "the authorities and logs of Sigstore that you believe (trusted_root.json)")
	fl.StringVar(&f.identity.SAN, "identity", "", "who has to have signed, exactly as in the certificate")
	fl.StringVar(&f.identity.Pattern, "identity-pattern", "", "or a regular expression that matches the whole of it")
	fl.StringVar(&f.identity.Issuer, "issuer", "", "who vouches for that identity")
	fl.StringVar(&f.want.Builder, "builder", "", "the builder's id; without @version, any version of it")
	fl.StringVar(&f.want.Source, "source", "", "the address of the repository it was built from")
	fl.StringVar(&f.want.Ref, "ref", "", "the branch or tag: refs/tags/v1.4.0, or v1.4.0")
	fl.StringVar(&f.want.Commit, "commit", "", "the commit")
	fl.StringVar(&f.want.Subject, "subject", "", "what the statement has to call the artefact, exactly: pkg:npm/example@1.4.0")
	fl.StringVar(&f.want.BuildType, "build-type", "", "the kind of build, exactly")
	fl.StringArrayVar(&f.parameters, "parameter", nil, "an external parameter as NAME=VALUE (inputs.precision=fp16); repeatable")
	fl.BoolVar(&f.want.Only, "only-parameters", false, "refuse external parameters that --parameter does not name")
	fl.StringVar(&f.target, "target", ".", "with --record, the folder of the AI system that the record is about")
	fl.StringVarP(&f.format, "format", "f", "text", "text or json")
	fl.StringVar(&f.at, "at", "", "verify as of this time (RFC 3339 or YYYY-MM-DD)")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no report; the exit code alone")
	f.record.add(c)
	return c
}

// check reads the flags before anything is opened.
func (f *provenanceFlags) check() error {
	if f.format != "text" && f.format != "json" {
		return usage("use text or json", "provenance verify has no format %q", f.format)
	}
	f.want.Parameters = map[string]string{}
	for _, p := range f.parameters {
		name, value, ok := strings.Cut(p, "=")
		if !ok || name == "" {
			return usage("write --parameter NAME=VALUE", "--parameter %q names no value", p)
		}
		f.want.Parameters[name] = value
	}
	who := f.identity
	if named := who.SAN != "" || who.Pattern != ""; named != (who.Issuer != "") {
		return usage("add the other, or leave both out", "--identity and --issuer go together: the same name means another at another issuer")
	}
	if who.SAN != "" && who.Pattern != "" {
		return usage("leave one of them out", "--identity and --identity-pattern exclude each other")
	}
	return nil
}

func (f *provenanceFlags) run(c *cobra.Command, name string) error {
	if err := f.check(); err != nil {
		return err
	}
	if err := f.record.ready(f.target, c.ErrOrStderr()); err != nil {
		return err
	}
	at, err := timeOf(f.at)
	if err != nil {
		return err
	}
	believed, err := f.believed()
	if err != nil {
		return err
	}
	var attestations []provenance.Attestation
	from := map[int]string{} // which file an attestation stood in, by its place
	for _, file := range f.attestations {
		read, err := readAttestations(file)
		if err != nil {
			return err
		}
		for range read {
			from[len(from)] = file
		}
		attestations = append(attestations, read...)
	}
	artefact, ok := provenance.Named(name)
	if !ok {
		if artefact, err = provenance.ReadArtefact(c.Context(), name, provenance.Algorithms(attestations), f.beside(name)); err != nil {
			return unknown("name a file, a folder of files, or a digest as sha256:<64 hex digits>", "%w", err)
		}
	}
	result, err := provenance.Verify(c.Context(), artefact, attestations, f.want, believed, at)
	if err != nil {
		return err
	}
	if !f.quiet {
		if err := f.write(c.OutOrStdout(), result); err != nil {
			return err
		}
	}
	if f.record.record {
		if err := f.keep(c, name, result, attestations, from); err != nil {
			return err
		}
	}
	return provenanceOutcome(result)
}

// beside are the files that may lie in a folder without having been built: the attestations, and the signature of a model.
func (f *provenanceFlags) beside(folder string) []string {
	out := []string{"model.sig"}
	for _, file := range f.attestations {
		if at, err := within(folder, file); err == nil {
			out = append(out, at)
		}
	}
	return out
}

// believed reads whom the operator believes.
func (f *provenanceFlags) believed() (b provenance.Believed, err error) {
	if len(f.trust.paths) > 0 {
		if b.Keys, err = f.trust.read(); err != nil {
			return b, err
		}
	}
	b.Identity = f.identity
	if f.root == "" {
		return b, nil
	}
	data, err := readWhole(f.root, 8<<20)
	if err == nil {
		b.Root, err = sigstore.ReadTrustedRoot(data)
	}
	if err != nil {
		return b, usage("it is the trusted_root.json of a Sigstore instance", "--trusted-root %s: %w", f.root, err)
	}
	return b, nil
}

func readAttestations(file string) ([]provenance.Attestation, error) {
	data, err := readWhole(file, provenance.MaxFile)
	if err != nil {
		return nil, unknown("is the file there?", "read the attestation: %w", err)
	}
	all, err := provenance.Read(data)
	if err != nil {
		return nil, unknown("lodemark provenance reads DSSE envelopes, Sigstore bundles, and what npm, PyPI, GitHub and gcloud hand out", "%s: %w", plain(file), err)
	}
	return all, nil
}

// readWhole reads a regular file that the operator names, up to a size.
func readWhole(file string, most int64) ([]byte, error) {
	tree, err := bound.Open(filepath.Dir(file), bound.Limits{FileBytes: most})
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	return tree.ReadFile(filepath.Base(file))
}

// provenanceOutcome turns what was found into the exit code.
func provenanceOutcome(r *provenance.Result) error {
	switch r.Verdict() {
	case provenance.Verified:
		return nil
	case provenance.Refused:
		return &exit{code: exitGate, err: fmt.Errorf("%s", r.Summary())}
	}
	if r.Best == nil {
		return unknown("lodemark provenance show FILE lists what is in it", "%s", r.Summary())
	}
	return unknown("say what you expect with --builder and --source", "%s", r.Summary())
}

// keep records the result for the system in the target's folder: bound to the artefact and the attestation, which therefore have to lie in it.
func (f *provenanceFlags) keep(c *cobra.Command, name string, r *provenance.Result, all []provenance.Attestation, from map[int]string) error {
	file := f.attestations[0]
	if r.Best != nil {
		i := slices.IndexFunc(all, func(a provenance.Attestation) bool { return a.SLSA != nil && a.SLSA == r.Best.Attestation.SLSA })
		if i >= 0 {
			file = from[i]
		}
	}
	path, err := withinTarget(f.target, file)
	if err != nil {
		return err
	}
	data, err := readWhole(file, provenance.MaxFile)
	if err != nil {
		return unknown("", "read the attestation: %w", err)
	}
	sum := sha256.Sum256(data)
	artefact, listing := "", ""
	if r.Artefact.File {
		if artefact, err = withinTarget(f.target, name); err != nil {
			return err
		}
	}
	if len(r.Artefact.Files) > 0 {
		tree, err := bound.Open(f.target, bound.Limits{})
		if err != nil {
			return unknown("", "list the artefact: %w", err)
		}
		defer tree.Close()
		names, err := assess.Names(c.Context(), tree, artefact+"/")
		if err != nil {
			return unknown("", "%w", err)
		}
		listing = assess.ListingDigest(names, artefact+"/")
	}
	e := r.Evidence(develop.VerifiedProvenance(), artefact, listing, lodemark.Digest{Path: path, SHA256: hex.EncodeToString(sum[:])})
	return f.record.keep(c.Context(), f.target, "provenance verify", r.At, []lodemark.Evidence{e}, c.ErrOrStderr())
}

// withinTarget is the slash path of a file in the assessed folder: a record about anything else could never be held against what is there.
func withinTarget(target, file string) (string, error) {
	at, err := within(target, file)
	if err != nil {
		return "", usage("keep it in the folder that --target names", "%s does not lie in %s, and a record of it would be bound to nothing there", plain(file), plain(target))
	}
	return at, nil
}

func dateOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
