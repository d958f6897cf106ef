package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/internal/sign"
)

// keyLife is how long a key signs where nobody says otherwise.
const keyLife = 2 * 365 * 24 * time.Hour

func keysCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "keys",
		Short: "Make, list, rotate, revoke, import and export the keys that you sign with",
		Long: "Keys of your own lie in lodemark/keys in your configuration folder, or where --keys says: the private half of each in an age file that\n" +
			"a passphrase opens (LODEMARK_PASSPHRASE, else asked on the terminal), and what is known of them in trust.yaml. They never lie in an\n" +
			"AI system: whoever changes the system could sign for it.\n\n" +
			"Rotating makes the next key of a name: the old one is good for what it signed, and signs nothing more. Revoking ends belief in a\n" +
			"key altogether, because whoever has it can write any date. Both remove the private half.\n\n" +
			"Others trust you by what export writes, given to their --trust.",
		Example: "  lodemark keys new release\n  lodemark keys export release -o release.pub\n  lodemark keys rotate release\n  lodemark keys revoke release --reason \"laptop lost\"",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(keysNewCommand(), keysListCommand(), keysRotateCommand(), keysRevokeCommand(), keysImportCommand(), keysCertifyCommand(), keysExportCommand())
	return c
}

// exactly wants the arguments that the command's line of use names.
func exactly(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return usage("lodemark keys "+c.Use, "keys %s takes %s, got %d", c.Name(), count(n, "argument"), len(args))
		}
		return nil
	}
}

// newKeyFlags are those of all commands that write a private key.
type newKeyFlags struct {
	folder      string
	algorithm   string
	until       string
	uses        []string
	unprotected bool
}

func (f *newKeyFlags) add(c *cobra.Command, algorithm bool) {
	addKeys(c, &f.folder)
	if algorithm {
		c.Flags().StringVar(&f.algorithm, "algorithm", sign.Ed25519, sign.Ed25519+" or "+sign.ECDSAP256)
	}
	c.Flags().StringVar(&f.until, "until", "", "the day it expires, YYYY-MM-DD, or never (default: two years from now)")
	c.Flags().BoolVar(&f.unprotected, "unprotected", false, "keep it without a passphrase: whoever reads the file can sign")
}

func (f *newKeyFlags) addUses(c *cobra.Command) {
	c.Flags().StringSliceVar(&f.uses, "use", nil, "what it may sign, repeatable: evidence, checkpoint, model, gate, provenance (default: all)")
}

// open opens the folder of keys, where one may be kept.
func (f *newKeyFlags) open() (*sign.KeyFolder, error) { return openKeys(f.folder) }

func openKeys(given string) (*sign.KeyFolder, error) {
	dir, err := keyFolder(given)
	if err != nil {
		return nil, err
	}
	if err := keepApart(dir, nil); err != nil {
		return nil, err
	}
	folder, err := sign.OpenKeys(dir)
	return folder, keyProblem(err)
}

// entry is what is known of a key before it is made.
func (f *newKeyFlags) entry(name string, now time.Time) (sign.TrustedKey, error) {
	k := sign.TrustedKey{Name: name, From: now.UTC().Truncate(time.Second)}
	for _, u := range f.uses {
		if !slices.Contains(sign.Uses(), sign.Use(u)) {
			return k, usage("evidence, checkpoint, model, gate or provenance", "there is no use %q", u)
		}
		k.Uses = append(k.Uses, sign.Use(u))
	}
	switch f.until {
	case "":
		k.Until = now.UTC().Add(keyLife).Truncate(24 * time.Hour)
	case "never":
	default:
		until, err := time.Parse(time.DateOnly, f.until)
		if err != nil || !until.After(now) {
			return k, usage("a day to come, as in 2028-01-31, or never", "--until %q is no end for a key that is made now", f.until)
		}
		k.Until = until
	}
	return k, keyProblem(sign.KeyName(name))
}

// passphrase is what protects the new file; none only where that was asked for.
func (f *newKeyFlags) passphrase(stderr io.Writer, name string) ([]byte, error) {
	if f.unprotected {
		return nil, nil
	}
	return newPassphrase(stderr, name)
}

// told says what was made, and what to do with it.
func told(w io.Writer, verb string, folder *sign.KeyFolder, name string) {
	k, _ := folder.Current(name)
	file, kept := folder.PrivateFile(k)
	fmt.Fprintf(w, "%s %s\n  id         %s\n  algorithm  %s\n  until      %s\n  private    %s (%s)\n", verb, k.Name, k.Key.ID, k.Key.Algorithm, cmp.Or(dayOf(k.Until), "-"), plain(file), kept)
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

func keysNewCommand() *cobra.Command {
	var f newKeyFlags
	c := &cobra.Command{
		Use:     "new NAME",
		Short:   "Make a key",
		Example: "  lodemark keys new release\n  lodemark keys new ci --algorithm ecdsa-p256 --use evidence --until 2027-06-30",
		Args:    exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			entry, err := f.entry(args[0], time.Now())
			if err != nil {
				return err
			}
			folder, err := f.open()
			if err != nil {
				return err
			}
			if err := f.make(folder, entry, c.ErrOrStderr()); err != nil {
				return err
			}
			told(c.OutOrStdout(), "made", folder, entry.Name)
			return nil
		},
	}
	f.add(c, true)
	f.addUses(c)
	return c
}

func (f *newKeyFlags) make(folder *sign.KeyFolder, entry sign.TrustedKey, stderr io.Writer) error {
	if _, taken := folder.Current(entry.Name); taken { // before anybody types a passphrase
		return usage("lodemark keys rotate "+entry.Name+" replaces it", "the key %s is there already", entry.Name)
	}
	private, err := sign.NewKey(f.algorithm)
	if err != nil {
		return keyProblem(err)
	}
	passphrase, err := f.passphrase(stderr, entry.Name)
	if err != nil {
		return err
	}
	return keyProblem(folder.Add(entry, private, passphrase))
}

func keysRotateCommand() *cobra.Command {
	var f newKeyFlags
	c := &cobra.Command{
		Use:     "rotate NAME",
		Short:   "Make the next key of a name, and retire the one it has",
		Long:    "The old key stays good for what is dated before now, and its private half is removed. The new one has the same uses.",
		Example: "  lodemark keys rotate release",
		Args:    exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			now := time.Now()
			entry, err := f.entry(args[0], now)
			if err != nil {
				return err
			}
			folder, err := f.open()
			if err != nil {
				return err
			}
			old, err := f.rotate(c, folder, entry, now)
			if err != nil {
				return err
			}
			told(c.OutOrStdout(), "made the next key of", folder, entry.Name)
			fmt.Fprintf(c.OutOrStdout(), "retired %s (private half removed)\n", old.Key.ID)
			return nil
		},
	}
	f.add(c, true)
	return c
}

func (f *newKeyFlags) rotate(c *cobra.Command, folder *sign.KeyFolder, entry sign.TrustedKey, now time.Time) (old sign.TrustedKey, err error) {
	algorithm := f.algorithm
	if current, ok := folder.Current(entry.Name); ok && !c.Flags().Changed("algorithm") {
		algorithm = current.Key.Algorithm
	}
	private, err := sign.NewKey(algorithm)
	if err != nil {
		return old, keyProblem(err)
	}
	passphrase, err := f.passphrase(c.ErrOrStderr(), entry.Name)
	if err != nil {
		return old, err
	}
	old, err = folder.Rotate(entry, private, passphrase, now)
	return old, keyProblem(err)
}

func keysRevokeCommand() *cobra.Command {
	var folder, reason string
	c := &cobra.Command{
		Use:   "revoke NAME|ID --reason TEXT",
		Short: "End all belief in a key",
		Long: "From now on nothing that the key signed is believed, whatever its date: whoever has the key can write any date. What is to be believed on\n" +
			"has to be signed anew. NAME is the key that signs; an older one is named by the beginning of its ID. Its private half is removed.",
		Example: "  lodemark keys revoke release --reason \"laptop lost\"\n  lodemark keys revoke sha256:3f2a9c0d1e2b --reason \"found in a public repository\"",
		Args:    exactly(1),
		RunE: func(c *cobra.Command, args []string) error {
			if strings.TrimSpace(reason) == "" {
				return usage("--reason \"laptop lost\"", "revoking needs a --reason: others read it when they are told not to believe")
			}
			keys, err := openKeys(folder)
			if err != nil {
				return err
			}
			k, err := keys.Revoke(args[0], reason, time.Now())
			if err != nil {
				return keyProblem(err)
			}
			fmt.Fprintf(c.OutOrStdout(), "revoked %s\n  id         %s\ngive everybody who trusts it the new list: lodemark keys export --trust\n", k.Name, k.Key.ID)
			return nil
		},
	}
	addKeys(c, &folder)
	c.Flags().StringVar(&reason, "reason", "", "why, in a sentence that whoever believed it will read")
	return c
}

func keysImportCommand() *cobra.Command {
	var f newKeyFlags
	var chain string
	c := &cobra.Command{
		Use:   "import NAME FILE",
		Short: "Keep a private key that was made elsewhere",
		Long: "FILE is PKCS#8 PEM (encrypted as openssl does it, too), SEC1 PEM, or an age file that holds one: Ed25519, or ECDSA over P-256, P-384 or\n" +
			"P-521. It stays where it is: remove it. Its passphrase comes from LODEMARK_OLD_PASSPHRASE, then LODEMARK_PASSPHRASE, then the terminal.",
		Example: "  lodemark keys import release release.pem\n  lodemark keys import release release.pem --chain chain.pem",
		Args:    exactly(2),
		RunE: func(c *cobra.Command, args []string) error {
			entry, err := f.entry(args[0], time.Now())
			if err != nil {
				return err
			}
			folder, err := f.open()
			if err != nil {
				return err
			}
			if err := f.bring(folder, entry, args[1], chain, c.ErrOrStderr()); err != nil {
				return err
			}
			told(c.OutOrStdout(), "imported", folder, entry.Name)
			return nil
		},
	}
	f.add(c, false)
	f.addUses(c)
	c.Flags().StringVar(&chain, "chain", "", "the certificates issued for it, PEM, leaf first")
	return c
}

func (f *newKeyFlags) bring(folder *sign.KeyFolder, entry sign.TrustedKey, file, chain string, stderr io.Writer) error {
	entry.From = time.Time{} // it may have signed before it came here
	private, err := sign.ReadPrivateFile(file, func() ([]byte, error) { return importPassphrase(stderr, file) })
	if err != nil {
		return keyProblem(err)
	}
	if chain != "" {
		certificates, err := readChain(chain)
		if err != nil {
			return err
		}
		if private, err = private.WithChain(certificates); err != nil {
			return keyProblem(err)
		}
	}
	passphrase, err := f.passphrase(stderr, entry.Name)
	if err != nil {
		return err
	}
	return keyProblem(folder.Add(entry, private, passphrase))
}

func readChain(file string) (sign.PublicKey, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return sign.PublicKey{}, usage("name a PEM file of certificates", "read the chain: %w", err)
	}
	chain, err := sign.ReadPublic(data)
	if err != nil {
		return chain, usage(hintOf(err), "read the chain: %s: %w", plain(file), err)
	}
	return chain, nil
}

func keysCertifyCommand() *cobra.Command {
	var folder string
	c := &cobra.Command{
		Use:     "certify NAME CHAIN",
		Short:   "Attach the certificates that an authority issued for a key",
		Long:    "CHAIN is PEM, leaf first, without the root. What is signed with the key then carries them: whoever trusts the authority trusts it.",
		Example: "  lodemark keys export release --request -o release.csr\n  lodemark keys certify release chain.pem",
		Args:    exactly(2),
		RunE: func(c *cobra.Command, args []string) error {
			chain, err := readChain(args[1])
			if err != nil {
				return err
			}
			keys, err := openKeys(folder)
			if err != nil {
				return err
			}
			k, err := keys.Certify(args[0], chain)
			if err != nil {
				return keyProblem(err)
			}
			leaf := k.Key.Chain[0]
			fmt.Fprintf(c.OutOrStdout(), "certified %s\n  subject    %s\n  valid      %s to %s\n", k.Name, plain(leaf.Subject.String()), dayOf(leaf.NotBefore), dayOf(leaf.NotAfter))
			return nil
		},
	}
	addKeys(c, &folder)
	return c
}

// writeOut writes to a file, or to standard output.
func writeOut(file string, stdout io.Writer, data []byte) error {
	write := func(w io.Writer) error { _, err := w.Write(data); return err }
	if file == "" {
		return write(stdout)
	}
	if err := durable.WriteFile(file, 0o644, write); err != nil {
		return usage("is the folder there, and writable?", "write %s: %w", plain(file), err)
	}
	return nil
}
