package provenance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

// Believed is whom the operator believes. The zero value believes nobody.
type Believed struct {
	Keys     *sign.Trust
	Root     *sigstore.TrustedRoot // authorities and logs of Sigstore
	Identity sigstore.Identity     // who has to have signed; zero: who the expected builder and source say
}

// The names of the steps, in their order.
const (
	stepForm       = "form"
	stepSignature  = "signature"
	stepSubject    = "subject"
	stepBuilder    = "builder"
	stepSource     = "source"
	stepRef        = "ref"
	stepCommit     = "commit"
	stepBuildType  = "build type"
	stepParameters = "parameters"
	stepTime       = "time"
)

// Verify holds attestations of an artefact against what the operator expects. It needs no network. The error is that of ctx.
func Verify(ctx context.Context, a Artefact, attestations []Attestation, w Want, b Believed, at time.Time) (*Result, error) {
	r := &Result{Artefact: a, At: at}
	for _, att := range attestations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if att.SLSA == nil && (att.Problem == nil || att.Statement.PredicateType != "" && !slsa(att.Statement.PredicateType)) {
			r.Other = append(r.Other, att)
			continue
		}
		v := verification{artefact: a, att: att, want: w, believed: b, at: at}
		r.All = append(r.All, v.run())
	}
	for i := range r.All {
		if r.Best == nil || better(r.All[i], *r.Best) {
			r.Best = &r.All[i]
		}
	}
	return r, nil
}

// slsa says whether a predicate type is one that is read here.
func slsa(predicateType string) bool { return predicateType == TypeV1 || predicateType == TypeV02 }

func better(a, b Examined) bool {
	rank := map[Verdict]int{Verified: 2, Undecided: 1, Refused: 0}
	if rank[a.Verdict] != rank[b.Verdict] {
		return rank[a.Verdict] > rank[b.Verdict]
	}
	return a.held() > b.held()
}

// verification is the state of one attestation under way.
type verification struct {
	artefact Artefact
	att      Attestation
	want     Want
	believed Believed
	at       time.Time

	claims claims
	out    Examined
}

func (v *verification) run() Examined {
	v.out.Attestation = v.att
	steps := []func(){v.form, v.signature, v.subject, v.builder, v.source, v.ref, v.commit, v.buildType, v.parameters, v.time}
	for i, step := range steps {
		step()
		if i < 2 && v.out.Steps[i].State == Failed {
			break // what nobody vouches for is not looked at any further
		}
	}
	v.out.Verdict = v.verdict()
	if v.out.Verdict != Refused {
		v.out.Level, v.out.LevelWhy = v.level()
	}
	return v.out
}

func (v *verification) verdict() Verdict {
	state := map[string]State{}
	for _, s := range v.out.Steps {
		if s.State == Failed {
			return Refused
		}
		state[s.Name] = s.State
	}
	if state[stepBuilder] == Held && state[stepSource] == Held && v.out.Canary {
		return Verified
	}
	return Undecided
}

func (v *verification) step(name string, state State, proves, said string, args ...any) {
	v.out.Steps = append(v.out.Steps, Step{Name: name, State: state, Said: fmt.Sprintf(said, args...), Proves: proves})
}

func (v *verification) form() {
	if v.att.Problem != nil {
		v.step(stepForm, Failed, "", "%v", v.att.Problem)
		return
	}
	v.step(stepForm, Held, "the statement can be read in one way only", "%s, SLSA provenance %s", v.att.Wrapping, v.att.SLSA.Version)
}

func (v *verification) signature() {
	signer, found, err := v.believed.signer(v.att, v.want, v.at)
	if err != nil {
		v.step(stepSignature, Failed, "", "%v", err)
		return
	}
	v.out.Signer, v.claims = signer, found
	v.out.Canary = v.noticed()
	if signer.By == "key" {
		v.step(stepSignature, Held, "whoever holds this key stated it; the key alone does not show that a builder holds it", "by %s (key %s)", signer.Name, signer.Key)
		return
	}
	v.step(stepSignature, Held, "the job with this identity stated it, at a time that others vouch for", "by %s, on the word of %s", signer.Name, signer.Issuer)
}

// noticed tries the negative twins: another artefact, and the statement with one bit changed.
func (v *verification) noticed() bool {
	if _, err := v.artefact.other().subjects(v.att.Statement); err == nil {
		return false
	}
	forged, err := v.att.changed()
	if err != nil {
		return false
	}
	_, _, err = v.believed.signer(forged, v.want, v.at)
	return err != nil
}

func (v *verification) subject() {
	found, err := v.artefact.subjects(v.att.Statement)
	if err != nil {
		v.step(stepSubject, Failed, "", "%v", err)
		return
	}
	s := found[0]
	if want := v.want.Subject; want != "" && (s.Name != want || len(v.artefact.Files) > 0) {
		v.step(stepSubject, Failed, "", "expected to be called %s, and it is called %s", quote(want), quote(s.Name))
		return
	}
	switch {
	case len(v.artefact.Files) > 0:
		v.step(stepSubject, Held, "the statement is about these bytes, under these names; not that nothing is missing", "all %d files of the folder are subjects", len(found))
	case v.artefact.File:
		v.step(stepSubject, Held, "the statement is about these bytes", "%s is %s", quote(s.Name), v.artefact.by(s.Digests))
	default:
		v.step(stepSubject, Held, "the statement is about this digest; that what runs has it is for whoever pulls it to see", "%s is %s", quote(s.Name), v.artefact.by(s.Digests))
	}
}

func (v *verification) buildType() {
	v.compare(stepBuildType, v.want.BuildType, v.att.SLSA.BuildType, "the builder says that it ran this kind of build")
}

// compare is a step in which one text has to be another.
func (v *verification) compare(step, want, got, proves string) {
	switch {
	case want == "":
		v.step(step, Open, "", "not asked for; the statement says %s", saying(got))
	case got == "":
		v.step(step, Failed, "", "expected %s, and the statement does not tell", quote(want))
	case got != want:
		v.step(step, Failed, "", "expected %s, and it is %s", quote(want), quote(got))
	default:
		v.step(step, Held, proves, "%s", quote(got))
	}
}

func saying(text string) string {
	if text == "" {
		return "nothing of it"
	}
	return quote(text)
}

func (v *verification) time() {
	p := v.att.SLSA
	signed := v.out.Signer.Time
	switch {
	case p.Finished.After(v.at):
		v.step(stepTime, Failed, "", "the build is said to have ended on %s, which is in the future", p.Finished.UTC().Format(time.RFC3339))
	case !signed.IsZero() && p.Started.After(signed):
		v.step(stepTime, Failed, "", "the build is said to have begun on %s, after the statement was signed on %s",
			p.Started.UTC().Format(time.RFC3339), signed.UTC().Format(time.RFC3339))
	case p.Finished.IsZero() && signed.IsZero():
		v.step(stepTime, Open, "", "the statement does not tell when it was built")
	case p.Finished.IsZero():
		v.step(stepTime, Held, "others saw the signature at that time", "signed on %s", signed.UTC().Format(time.RFC3339))
	default:
		v.step(stepTime, Held, "by the builder's clock", "built on %s", p.Finished.UTC().Format(time.RFC3339))
	}
}

// signer verifies who signed an attestation, and what the certificate tells of them.
func (b Believed) signer(a Attestation, w Want, at time.Time) (Signer, claims, error) {
	if a.bundle == nil {
		s, err := b.byKey(*a.envelope, at)
		return s, claims{}, err
	}
	bundle, err := sigstore.ReadBundle(a.bundle)
	if err != nil {
		return Signer{}, claims{}, err
	}
	if bundle.Envelope == nil {
		return Signer{}, claims{}, errors.New("the bundle signs bytes and states nothing of them")
	}
	if bundle.Key != nil {
		s, err := b.byKey(*bundle.Envelope, at)
		return s, claims{}, err
	}
	return b.byIdentity(bundle, w, at)
}

func (b Believed) byKey(e sign.Envelope, at time.Time) (Signer, error) {
	if b.Keys == nil {
		return Signer{}, errors.New("it is signed by a key, and no key is trusted: name the builder's with --trust")
	}
	s, err := e.Verify(b.Keys.For(sign.UseProvenance), at)
	if err != nil {
		return Signer{}, err
	}
	return Signer{By: "key", Name: s.Name, Key: s.KeyID}, nil
}

func (b Believed) byIdentity(bundle *sigstore.Bundle, w Want, at time.Time) (Signer, claims, error) {
	if b.Root == nil {
		return Signer{}, claims{}, errors.New("it is signed by an identity of Sigstore: name the authorities and logs that you believe with --trusted-root")
	}
	who := b.Identity
	if who == (sigstore.Identity{}) {
		var err error
		if who, err = w.identity(); err != nil {
			return Signer{}, claims{}, err
		}
	}
	v, err := sigstore.Verify(bundle, sigstore.Artefact{}, b.Root, sigstore.Policy{Identity: who})
	if err != nil {
		return Signer{}, claims{}, err
	}
	s := Signer{By: "identity", Name: v.SAN, Issuer: v.Issuer}
	for _, t := range v.Times {
		if s.Time.IsZero() || t.At.Before(s.Time) {
			s.Time = t.At
		}
	}
	if s.Time.After(at) {
		return Signer{}, claims{}, fmt.Errorf("it was signed on %s, which is in the future", s.Time.UTC().Format(time.RFC3339))
	}
	return s, claimsOf(v.Certificate), nil
}
