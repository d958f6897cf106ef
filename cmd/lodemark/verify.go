package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
)

type verifyFlags struct {
	trust     trustFlags
	identity  identityFlags
	signature string
	ignore    []string
	format    string
	at        string
	quiet     bool
	use       useFlags
	keep      verifyRecord
}

func verifyCommand() *cobra.Command {
	var f verifyFlags
	c := &cobra.Command{
		Use:   "verify PATH",
		Short: "Verify who signed a model, and that every file is as it was signed",
		Long: "Verify reads the signature of a folder or file (as lodemark sign and the reference of OpenSSF Model Signing write it), says whether\n" +
			"somebody whom you trust made it, and then reads every file: what is changed, missing, beyond the signature or a link is told by name,\n" +
			"all at once. Nobody is contacted. Whom you trust comes from --trust alone, never from PATH.\n\n" +
			"Exit codes: 0 verified; 1 not verified (a difference, a bad signature, a signature by an unknown key); 2 wrong command line, or a\n" +
			"broken file of trust; 3 could not find out (no signature, nobody trusted, a file that cannot be read).",
		Example: "  lodemark verify models/helpdesk --trust release.pub\n  lodemark verify model.safetensors --trust trust.yaml --format json\n" +
			"  lodemark verify models/helpdesk --signature helpdesk.sig --trust keys/",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("lodemark verify models/helpdesk --trust FILE", "verify needs one file or folder")
			}
			return f.use.arguments(args)
		},
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args[0]) },
	}
	f.trust.add(c)
	f.identity.add(c)
	f.use.add(c)
	f.keep.add(c)
	flags := c.Flags()
	flags.StringVar(&f.signature, "signature", "", "the signature's file (default: PATH/model.sig, or PATH.sig for a file)")
	flags.StringArrayVar(&f.ignore, "ignore", nil, "leave out this path below PATH, which was not signed; repeatable, and told")
	flags.StringVarP(&f.format, "format", "f", "text", "text or json")
	flags.StringVar(&f.at, "at", "", "when keys have to be valid, as 2026-01-31T12:00:00Z (default: now)")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no report; the exit code alone")
	return c
}

func (f *verifyFlags) run(c *cobra.Command, path string) error {
	if f.format != "text" && f.format != "json" {
		return usage("use text or json", "verify has no format %q", f.format)
	}
	options, err := f.options(path)
	if err != nil {
		return err
	}
	if f.keep.record && f.at != "" {
		return usage("leave one of them out", "--at and --record exclude each other: what is kept was seen now")
	}
	if err := f.keep.ready(path, f.signatureFile(path), c.ErrOrStderr()); err != nil {
		return err
	}
	bundle, trust, err := f.read(path, options)
	if err != nil {
		return err
	}
	if f.use.any() {
		f.keep.hook(c.Context(), &f.use, path, c.ErrOrStderr())
		return f.use.run(c, path, bundle, trust, options, func(r *oms.Result, err error) error { return f.outcome(path, r, err) })
	}
	progress := newProgress(c.ErrOrStderr(), f.quiet)
	options.Step = hashing(progress)
	result, err := oms.Verify(c.Context(), path, bundle, trust, options)
	progress.clear()
	if c.Context().Err() != nil {
		return c.Context().Err()
	}
	outcome := f.outcome(path, result, err)
	if !f.quiet {
		if err := f.write(c.OutOrStdout(), path, options.Signature, result, outcome); err != nil {
			return err
		}
	}
	if err := f.keep.verified(c.Context(), path, result, outcome, c.ErrOrStderr()); err != nil {
		return err
	}
	return outcome
}

// signatureFile is where the signature is read from.
func (f *verifyFlags) signatureFile(path string) string {
	if f.signature != "" {
		return f.signature
	}
	return signatureOf(path)
}

func (f *verifyFlags) options(path string) (oms.VerifyOptions, error) {
	o := oms.VerifyOptions{Signature: f.signature, Ignore: f.ignore}
	var err error
	if o.Keyless, err = f.identity.keyless(path); err != nil {
		return o, err
	}
	if o.Signature == "" {
		o.Signature = signatureOf(path)
	}
	if f.at != "" {
		at, err := time.Parse(time.RFC3339, f.at)
		if err != nil {
			return o, usage("write it as 2026-01-31T12:00:00Z", "--at %q is no time", f.at)
		}
		o.At = at
	}
	return o, nil
}

// read reads the signature and the operator's trust.
func (f *verifyFlags) read(path string, o oms.VerifyOptions) ([]byte, *sign.Trust, error) {
	f.trust.apart = append(f.trust.apart, path)
	if f.keep.record {
		f.trust.apart = append(f.trust.apart, f.keep.target)
	}
	trust, err := f.trust.read()
	if err != nil {
		return nil, nil, err
	}
	signature := o.Signature
	bundle, err := readSignature(signature)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, unknown("lodemark sign makes one; --signature FILE names one that lies elsewhere", "%s is not signed: there is no %s", plain(path), plain(signature))
	case err != nil:
		return nil, nil, unknown("--signature FILE names another", "read the signature: %w", err)
	case trust == nil && o.Keyless == nil:
		return nil, nil, unknown("--trust FILE: the public key or certificate of somebody you believe; not one that came with the model", "nobody is trusted, so that nothing can be verified")
	}
	return bundle, trust, nil
}

// outcome turns what was found into the exit code: nil where the model is verified.
func (f *verifyFlags) outcome(path string, r *oms.Result, err error) error {
	var (
		untrusted *sign.UntrustedError
		bad       *oms.SignatureError
		manifest  *oms.ManifestError
		refused   *oms.RefusedError
	)
	name := plain(path)
	switch {
	case errors.As(err, &untrusted):
		told := notTrusted(name, untrusted.Signer)
		told.err = because{told.err.Error(), err}
		return told
	case errors.As(err, new(*oms.MethodError)):
		return unknown("verify it with the program that signed it", "%s: could not find out: %w", name, err)
	case errors.As(err, &bad), errors.As(err, &manifest), errors.As(err, &refused):
		return &exit{exitGate, fmt.Errorf("%s is not verified: %w", name, err), ""}
	case errors.As(err, new(*oms.RuleError)):
		return usage("name a path below PATH: --ignore cache", "--ignore: %w", err)
	case errors.Is(err, oms.ErrKeyless):
		return unknown("--identity, --issuer and --trusted-root say it", "%s: %w", name, err)
	case err != nil:
		return unknown("", "%s: could not find out: %w", name, err)
	case r.Differences() > 0:
		return &exit{code: exitGate, err: fmt.Errorf("%s is not as it was signed: %s", name, count(r.Differences(), "difference"))}
	case !r.OK():
		return unknown("the report names them", "%s could not be read wholly", name)
	}
	return nil
}

// notTrusted says whose signature it is that nobody here believes: a stranger's, or that of a key that does not count any more.
func notTrusted(name string, s sign.Signer) *exit {
	switch {
	case s.KeyID == "": // an identity
		return &exit{exitGate, fmt.Errorf("%s is not signed by anybody you trust: %s", name, s.Why), ""}
	case s.Name != "":
		return &exit{exitGate, fmt.Errorf("%s is not signed by anybody you trust: %s", name, s.Why),
			"the signature of a model bears no date: if you know that it was made while the key was good, say --at TIME; otherwise have it signed anew"}
	}
	return &exit{exitGate, fmt.Errorf("%s is signed by an unknown key: %s", name, s.Why), "if you believe them, give their key with --trust; do not take it from the model"}
}

// because is what is told of an error, which whoever asks still finds.
type because struct {
	text  string
	cause error
}

func (e because) Error() string { return e.text }
func (e because) Unwrap() error { return e.cause }
