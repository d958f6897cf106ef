package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

type signFlags struct {
	key         keyFlags
	certificate string
	signature   string
	ignore      []string
	git         bool
	shards      string
	keyless     bool
	services    string
}

// sealing makes a bundle out of a manifest.
type sealing struct {
	seal func(ctx context.Context, payload []byte) ([]byte, error)
	by   string
	note string // what the signer should know; may be empty
}

func signCommand() *cobra.Command {
	var f signFlags
	c := &cobra.Command{
		Use:   "sign PATH...",
		Short: "Sign a model, a dataset or a file: every file by its digest",
		Long: "Sign reads every file of a folder, or one file, and writes a signature beside it, in the format of OpenSSF Model Signing 1.0 (a\n" +
			"Sigstore bundle). Models, datasets and prompts are signed the same way, each PATH on its own.\n\n" +
			"The signature of a folder is PATH/model.sig, that of a file PATH.sig. Links are refused: what they lead to can change while they do\n" +
			"not. What git keeps for itself (.git, .github, .gitattributes, .gitignore) is left out, and what --ignore names; all that is left out\n" +
			"is listed here, in the signature, and by verify.\n\n" +
			"Exit codes: 0 signed; 2 wrong command line, or a key that cannot be used; 3 not signed (a link, a file that cannot be read).",
		Example: "  lodemark sign models/helpdesk --key release\n  lodemark sign models/helpdesk --key release --ignore cache --shards 256MiB\n" +
			"  lodemark sign model.safetensors prompts/ --key release.pem --certificate chain.pem",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return usage("lodemark sign models/helpdesk --key NAME", "sign needs a file or a folder")
			case len(args) > 1 && f.signature != "":
				return usage("leave it out: each gets a signature beside it", "--signature goes with a single PATH")
			case !f.key.set() && !f.keyless:
				return usage("lodemark keys new NAME makes one", "sign needs --key")
			case f.keyless && (f.key.set() || f.certificate != ""):
				return usage("drop one of them", "--keyless makes a key of its own: it does not go with --key or --certificate")
			case f.keyless != (f.services != ""):
				return usage("--keyless --signing-config FILE", "--keyless and --signing-config go together: the file says which services certify and log the signature")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return f.run(c, args) },
	}
	f.key.add(c)
	flags := c.Flags()
	flags.StringVar(&f.certificate, "certificate", "", "the key's certificates, PEM, leaf first: whoever trusts the root trusts the signature")
	flags.StringVar(&f.signature, "signature", "", "write the signature to this file (default: PATH/model.sig, or PATH.sig for a file)")
	flags.StringArrayVar(&f.ignore, "ignore", nil, "leave out this path below PATH, and all below it; repeatable")
	flags.BoolVar(&f.git, "with-git", false, "sign .git, .github, .gitattributes and .gitignore, too")
	flags.BoolVar(&f.keyless, "keyless", false, "sign as an identity, through Sigstore: the token is taken from "+sigstore.TokenVariable)
	flags.StringVar(&f.services, "signing-config", "", "with --keyless: signing_config.json, which names the services to use")
	flags.StringVar(&f.shards, "shards", "", "sign ranges of this size (as 256MiB) instead of files: one large file is then hashed on all cores")
	return c
}

func (f *signFlags) run(c *cobra.Command, paths []string) error {
	shard, err := sizeOf(f.shards)
	if err != nil {
		return usage("a number of bytes, or as 1GB, 256MiB", "--shards: %w", err)
	}
	by, err := f.sealing(c, paths)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := f.one(c, path, by, shard); err != nil {
			return err
		}
	}
	if by.note != "" {
		fmt.Fprintln(c.ErrOrStderr(), "lodemark: note: "+by.note)
	}
	return nil
}

// sealing opens what signs: a key, or the services that certify one for an identity.
func (f *signFlags) sealing(c *cobra.Command, paths []string) (*sealing, error) {
	if f.keyless {
		return sealingByIdentity(f.services)
	}
	f.key.apart = append(f.key.apart, paths...)
	key, err := f.key.private(c.ErrOrStderr())
	if err == nil {
		key, err = f.certified(key)
	}
	if err != nil {
		return nil, err
	}
	s := &sealing{by: key.ID, seal: func(_ context.Context, payload []byte) ([]byte, error) { return oms.Seal(payload, key) }}
	if key.Algorithm == sign.Ed25519 {
		s.note = "lodemark verifies signatures by Ed25519 keys; the reference of the format verifies ECDSA alone (lodemark keys new NAME --algorithm ecdsa-p256)"
	}
	return s, nil
}

// certified shows the key by the certificates that were issued for it.
func (f *signFlags) certified(key *sign.PrivateKey) (*sign.PrivateKey, error) {
	if f.certificate == "" {
		return key, nil
	}
	data, err := os.ReadFile(f.certificate)
	if err != nil {
		return nil, usage("name a PEM file of certificates", "read --certificate: %w", err)
	}
	chain, err := sign.ReadPublic(data)
	if err == nil {
		key, err = key.WithChain(chain)
	}
	if err != nil {
		return nil, usage(hintOf(err), "--certificate %s: %w", f.certificate, err)
	}
	return key, nil
}

// hintOf is what the keys' package says can be done about an error.
func hintOf(err error) string {
	if k := (*sign.KeyError)(nil); errors.As(err, &k) {
		return k.Hint
	}
	return ""
}

func (f *signFlags) one(c *cobra.Command, path string, by *sealing, shard int64) error {
	file := f.signature
	if file == "" {
		file = signatureOf(path)
	}
	if err := mayReplace(file); err != nil {
		return err
	}
	progress := newProgress(c.ErrOrStderr(), false)
	taken, err := oms.Take(c.Context(), path, oms.Options{Signature: file, Ignore: f.ignore, KeepGit: f.git, ShardSize: shard, Step: hashing(progress)})
	progress.clear()
	if err != nil {
		return notSigned(path, err)
	}
	payload, err := taken.Payload()
	if err != nil {
		return notSigned(path, err)
	}
	bundle, err := by.seal(c.Context(), payload)
	if err != nil {
		return notSigned(path, err)
	}
	if err := durable.WriteFile(file, 0o644, func(w io.Writer) error { _, err := w.Write(bundle); return err }); err != nil {
		return usage("is the folder there, and writable?", "write the signature: %w", err)
	}
	f.tell(c, path, file, by, taken)
	return nil
}

func notSigned(path string, err error) error {
	if refused := (*oms.RefusedError)(nil); errors.As(err, &refused) {
		return unknown("sign a copy without it, or leave it out with --ignore", "%s is not signed: %w", plain(path), err)
	}
	if errors.As(err, new(*oms.RuleError)) {
		return usage("name a path below PATH: --ignore cache", "--ignore: %w", err)
	}
	return unknown("", "%s is not signed: %w", plain(path), err)
}

// hashing draws how far hashing is.
func hashing(p *progress) func(done, total int64) {
	return func(done, total int64) {
		p.step(assess.Step{Phase: "hash", Done: int(done >> 20), Total: int(total >> 20), Name: "MiB"})
	}
}

// signatureOf is where the signature of a path is kept: as the reference calls it in a folder, beside a file.
func signatureOf(path string) string {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return path + ".sig"
	}
	return filepath.Join(path, "model.sig")
}

// mayReplace keeps a signature from being written over anything else than a signature.
func mayReplace(file string) error {
	info, err := os.Lstat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && info.Mode()&(fs.ModeDevice|fs.ModeNamedPipe) != 0 {
		return nil
	}
	if err == nil && info.Mode().IsRegular() {
		if data, err := readSignature(file); err == nil {
			if _, err := oms.Read(data); err == nil {
				return nil
			}
		}
	}
	return usage("name another file with --signature", "%s is there already, and is no signature of a model", plain(file))
}

func (f *signFlags) tell(c *cobra.Command, path, file string, by *sealing, taken *oms.Inventory) {
	w := c.OutOrStdout()
	files := len(taken.Files())
	fmt.Fprintf(w, "signed %s: %s (%s) by %s\n", plain(path), count(files, "file"), bytesOf(taken.Bytes), by.by)
	fmt.Fprintf(w, "  digest     %s (%s)\n", taken.Root, taken.Method)
	fmt.Fprintf(w, "  signature  %s\n", plain(file))
	tellIgnored(w, taken.Left)
	if len(taken.Empty) > 0 {
		fmt.Fprintf(w, "  empty      %s without a byte: a signature by shards does not cover them\n", count(len(taken.Empty), "file"))
	}
	for _, i := range taken.Left {
		if i.Model {
			fmt.Fprintf(c.ErrOrStderr(), "lodemark: warning: %s is left out of the signature, and nobody will notice when it changes\n", bound.QuoteName(i.Path))
		}
	}
}

// readSignature reads a bundle, and no more than a bundle can be.
func readSignature(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder", plain(file))
	}
	data, err := io.ReadAll(io.LimitReader(f, oms.MaxBundle+1))
	if err == nil && len(data) > oms.MaxBundle {
		err = fmt.Errorf("%s is over %s, which no signature is", plain(file), bytesOf(oms.MaxBundle))
	}
	return data, err
}

// sizeOf reads a size in bytes with an optional unit; empty is 0.
func sizeOf(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	number := strings.TrimRight(s, "kKMGTiB")
	unit, known := map[string]int64{"": 1, "B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}[s[len(number):]]
	n, err := strconv.ParseInt(number, 10, 40)
	if err != nil || !known || n < 1 || n > 1<<50/unit {
		return 0, fmt.Errorf("%q is no size", s)
	}
	return n * unit, nil
}
