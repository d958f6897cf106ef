package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

// identityFlags say which identity the operator believes where a model was signed through Sigstore, and on whose word.
type identityFlags struct {
	name, pattern, issuer, root string
}

func (f *identityFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.name, "identity", "", "who signed through Sigstore: the address or workflow in the certificate, exactly")
	flags.StringVar(&f.pattern, "identity-pattern", "", "instead of --identity: a regular expression that the whole of it matches")
	flags.StringVar(&f.issuer, "issuer", "", "with --identity: who vouches for it, as https://token.actions.githubusercontent.com")
	flags.StringVar(&f.root, "trusted-root", "", "with --identity: your trusted_root.json, which names the authorities and logs you believe")
}

// keyless verifies signatures of the identity; nil where none is named. The root is the operator's, and must not lie in the model.
func (f *identityFlags) keyless(model string) (oms.Keyless, error) {
	if *f == (identityFlags{}) {
		return nil, nil
	}
	if f.root == "" || f.issuer == "" || (f.name == "") == (f.pattern == "") {
		return nil, usage("--identity NAME --issuer URL --trusted-root FILE", "an identity, its issuer and a trusted root go together")
	}
	if inside(settled(f.root), settled(model)) {
		return nil, usage("keep it elsewhere: whoever changes the model could change it", "%s lies in what is to be verified", plain(f.root))
	}
	data, err := os.ReadFile(f.root)
	if err != nil {
		return nil, usage("name your trusted_root.json", "read --trusted-root: %w", err)
	}
	root, err := sigstore.ReadTrustedRoot(data)
	if err != nil {
		return nil, usage("name your trusted_root.json", "--trusted-root %s: %w", plain(f.root), err)
	}
	policy := sigstore.Policy{Identity: sigstore.Identity{Issuer: f.issuer, SAN: f.name, Pattern: f.pattern}}
	return func(b *sigstore.Bundle, _ []byte) (sign.Signer, error) { return signerByIdentity(b, root, policy) }, nil
}

// signerByIdentity tells a signature of somebody else from one that is not good.
func signerByIdentity(b *sigstore.Bundle, root *sigstore.TrustedRoot, policy sigstore.Policy) (sign.Signer, error) {
	v, err := sigstore.Verify(b, sigstore.Artefact{}, root, policy)
	if err == nil {
		return sign.Signer{Name: v.SAN, KeyID: v.Issuer, Trusted: true}, nil
	}
	step := (*sigstore.VerifyError)(nil)
	if errors.As(err, &step) && (step.Step == "signature" || step.Step == "artefact") {
		return sign.Signer{}, &oms.SignatureError{Reason: err.Error()}
	}
	s := sign.Signer{Why: err.Error()}
	return s, &sign.UntrustedError{Signer: s}
}

// sealingByIdentity signs through the services that a file names.
func sealingByIdentity(file string) (*sealing, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, usage("name a signing_config.json", "read --signing-config: %w", err)
	}
	services, err := sigstore.ReadSigningConfig(data, time.Now())
	if err != nil {
		return nil, usage("name a signing_config.json", "--signing-config %s: %w", plain(file), err)
	}
	token := os.Getenv(sigstore.TokenVariable)
	if token == "" {
		return nil, usage("set it to the identity token of your provider or your pipeline", "%s is not set", sigstore.TokenVariable)
	}
	return &sealing{
		by:   "an identity",
		note: "verify the signature before you publish it: lodemark verify PATH --identity ... --issuer ... --trusted-root FILE",
		seal: func(ctx context.Context, payload []byte) ([]byte, error) {
			return sigstore.Sign(ctx, sign.PayloadType, payload, services, token)
		},
	}, nil
}
