package provenance

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

// Want is what the operator expects. What is empty is not asked for.
type Want struct {
	Builder    string            // the builder's id; without "@version", any version of it
	Source     string            // the address of the repository
	Ref        string            // "refs/tags/v1.2.0", or "v1.2.0" for a tag or branch of that name
	Commit     string            // hex
	BuildType  string            // exactly
	Subject    string            // what the statement calls the artefact, exactly: "pkg:npm/example@1.4.0"
	Parameters map[string]string // under dotted names
	Only       bool              // no other parameters than these, and those that say where the source is
}

// The identity provider of GitHub's and GitLab's jobs.
const (
	issuerGitHub = "https://token.actions.githubusercontent.com"
	issuerGitLab = "https://gitlab.com"
)

// identity is who has to have signed where the operator names no identity: the builder's workflow, or a workflow of the source. Branches
// and tags may, proposals of strangers (refs/pull) may not.
func (w Want) identity() (sigstore.Identity, error) {
	const version = "@refs/(?:heads|tags)/.+"
	source, _ := splitURI(w.Source)
	name, _, exact := strings.Cut(w.Builder, "@")
	switch {
	case workflow(w.Builder) && exact:
		return sigstore.Identity{Issuer: issuerGitHub, SAN: w.Builder}, nil
	case workflow(w.Builder):
		return sigstore.Identity{Issuer: issuerGitHub, Pattern: regexp.QuoteMeta(name) + version}, nil
	case strings.HasPrefix(source, "https://github.com/"):
		return sigstore.Identity{Issuer: issuerGitHub, Pattern: regexp.QuoteMeta(source) + `/\.github/workflows/[^@]+` + version}, nil
	case strings.HasPrefix(source, "https://gitlab.com/"):
		return sigstore.Identity{Issuer: issuerGitLab, Pattern: regexp.QuoteMeta(source) + `//[^@]+` + version}, nil
	}
	return sigstore.Identity{}, errors.New("it is signed by an identity of Sigstore, and nobody says which to expect: name the builder or the source " +
		"(--builder, --source), or the identity itself (--identity and --issuer)")
}

// builder compares the builder's id, and asks whether who signed may speak for that builder.
func (v *verification) builder() {
	got, want := v.att.SLSA.Builder, v.want.Builder
	if got == "https://github.com/actions/runner" && v.claims.Runner != "" {
		got += "/" + v.claims.Runner // npm did not write in 2023 what kind of machine it was; the certificate does
	}
	name, _, _ := strings.Cut(got, "@")
	switch {
	case want == "":
		v.step(stepBuilder, Open, "", "not asked for; the statement says %s", quote(got))
		return
	case got != want && name != want: // name holds no "@", so that a version that is asked for is compared
		v.step(stepBuilder, Failed, "", "expected %s, and it is %s", quote(want), quote(got))
		return
	}
	if err := v.speaksFor(got); err != nil {
		v.step(stepBuilder, Failed, "", "%v", err)
		return
	}
	proves := "who signed says that this builder made it"
	if v.out.Signer.By == "identity" && (got == v.out.Signer.Name || v.claims.Runner != "") {
		proves = "the certificate says the same of the builder"
	}
	v.step(stepBuilder, Held, proves, "%s", quote(got))
}

// speaksFor says why who signed may not speak for a builder. A workflow has a certificate made out to itself; that another may speak for it
// is for the operator to say, by naming that identity.
func (v *verification) speaksFor(builder string) error {
	if v.out.Signer.By != "identity" {
		return nil
	}
	runner, hosted := strings.CutPrefix(builder, "https://github.com/actions/runner/")
	switch {
	case workflow(builder) && builder != v.out.Signer.Name && v.believed.Identity == (sigstore.Identity{}):
		return fmt.Errorf("the statement names the builder %s, and %s signed it", quote(builder), quote(v.out.Signer.Name))
	case hosted && v.claims.Runner != "" && v.claims.Runner != runner:
		return fmt.Errorf("the statement names a runner that is %s, and the certificate says %s", quote(runner), quote(v.claims.Runner))
	}
	return nil
}

// source compares the repository with the one expected and with the one in the certificate.
func (v *verification) source() {
	s, err := v.att.SLSA.Source()
	proves := "who signed says that it was built from there; not that what is there is clean"
	if claimed := v.claims.Repository; claimed != "" {
		proves = "the certificate says the same of the source; not that what is there is clean"
		switch {
		case err != nil || !s.Sure && s.Repository != claimed:
			s, err = Source{Repository: claimed, Ref: v.claims.Ref, Commit: v.claims.Commit, Sure: true}, nil
		case s.Repository != claimed:
			v.step(stepSource, Failed, "", "the statement says %s, and the certificate %s", quote(s.Repository), quote(claimed))
			return
		}
	}
	v.out.Source = s
	want, ref := splitURI(v.want.Source)
	switch {
	case v.want.Source == "" && err != nil:
		v.step(stepSource, Open, "", "not asked for; %v", err)
	case v.want.Source == "":
		v.step(stepSource, Open, "", "not asked for; the statement says %s", quote(s.Repository))
	case want == "" || ref != "":
		v.step(stepSource, Failed, "", "%s is no address of a repository", quote(v.want.Source))
	case err != nil:
		v.step(stepSource, Failed, "", "expected %s: %v", quote(want), err)
	case s.Repository != want:
		v.step(stepSource, Failed, "", "expected %s, and it is %s", quote(want), quote(s.Repository))
	default:
		if !s.Sure {
			proves = "it is the only repository that went in, by the word of who signed; not that what is there is clean"
		}
		v.step(stepSource, Held, proves, "%s", quote(s.Repository))
	}
}

func (v *verification) ref() {
	got, want := v.out.Source.Ref, v.want.Ref
	if claimed := v.claims.Ref; claimed != "" && got != "" && got != claimed && v.out.Source.Repository == v.claims.Repository {
		v.step(stepRef, Failed, "", "the statement says %s, and the certificate %s", quote(got), quote(claimed))
		return
	}
	if want != "" && !strings.HasPrefix(want, "refs/") {
		for _, full := range []string{"refs/tags/" + want, "refs/heads/" + want} {
			if got == full {
				want = full
			}
		}
	}
	v.compare(stepRef, want, got, "it was built from this branch or tag; where it points to can be changed later")
}

func (v *verification) commit() {
	got := v.out.Source.Commit
	if claimed := v.claims.Commit; claimed != "" && got != "" && got != claimed && v.out.Source.Repository == v.claims.Repository {
		v.step(stepCommit, Failed, "", "the statement says %s, and the certificate %s", quote(got), quote(claimed))
		return
	}
	v.compare(stepCommit, v.want.Commit, got, "it was built from this state of the source")
}

// parameters compares those that were asked for, and lists the others: whoever started the build chose them.
func (v *verification) parameters() {
	p := v.att.SLSA
	for _, name := range slices.Sorted(maps.Keys(v.want.Parameters)) {
		want := v.want.Parameters[name]
		got, there := p.Parameters[name]
		if !there || got != want {
			if !there {
				got = "(none)"
			}
			v.step(stepParameters, Failed, "", "%s: expected %s, and it is %s", quote(name), quote(want), quote(got))
			return
		}
	}
	var rest []string
	for _, name := range p.Names() {
		if _, asked := v.want.Parameters[name]; !asked && !p.tellsSource(name) {
			rest = append(rest, name)
		}
	}
	shown := quote(strings.Join(rest, ", "))
	switch {
	case len(rest) == 0 && p.Version == "v1":
		v.step(stepParameters, Held, "whoever started the build chose nothing else", "%d compared, no others", len(v.want.Parameters))
	case v.want.Only && len(rest) > 0:
		v.step(stepParameters, Failed, "", "%d that were not asked for: %s", len(rest), shown)
	case len(rest) == 0:
		v.step(stepParameters, Open, "", "%d compared; the statement lists no others, and does not claim to list them all", len(v.want.Parameters))
	default:
		v.step(stepParameters, Open, "", "%d compared; whoever started the build chose %d others: %s", len(v.want.Parameters), len(rest), shown)
	}
}

// tellsSource says whether a parameter is one of those that say where the source is, which have steps of their own.
func (p Provenance) tellsSource(name string) bool {
	if p.Version != "v1" {
		return false
	}
	member, _, _ := strings.Cut(name, ".")
	return slices.Contains([]string{"workflow.repository", "workflow.ref", "workflow.path", "buildConfigSource.repository", "buildConfigSource.ref", "buildConfigSource.path"}, name) ||
		member == "source" && strings.HasPrefix(p.BuildType, "https://slsa.dev/container-based-build/") || name == "configPath"
}
