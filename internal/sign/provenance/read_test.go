package provenance

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

// bundle wraps a signed envelope as a Sigstore bundle of a key.
func bundle(envelope []byte) string {
	return `{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {"publicKey": {"hint": "builder"}}, "dsseEnvelope": ` + string(envelope) + `}`
}

// The same attestation in every wrapping in which it is handed out.
func TestWrappings(t *testing.T) {
	b := newBench(t)
	envelope := b.seal(statementV1)
	for _, row := range []struct{ name, file, source string }{
		{"an envelope", string(envelope), ""},
		{"a bundle", bundle(envelope), ""},
		{"a list", "[" + bundle(envelope) + "]", ""},
		{"one a line", bundle(envelope) + "\n" + string(envelope) + "\n", "line 1"},
		{"npm", `{"attestations": [{"predicateType": "https://slsa.dev/provenance/v1", "bundle": ` + bundle(envelope) + `}]}`, "npm"},
		{"GitHub", `{"attestations": [{"bundle": ` + bundle(envelope) + `, "repository_id": 17}]}`, "GitHub"},
		{"Cloud Build", `{"image_summary": {}, "provenance_summary": {"provenance": [{"kind": "BUILD", "build": {}, "envelope": ` + string(envelope) + `}, {"kind": "NOTE"}]}}`, "Cloud Build"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := b.verify([]byte(row.file), expected)
			if r.Verdict() != Verified || r.Best.Attestation.Source != row.source || !r.Best.Canary {
				t.Errorf("%s from %q: %s", r.Verdict(), r.Best.Attestation.Source, r.Summary())
			}
		})
	}
}

// An attestation of PyPI is a bundle under other names. Its certificate is for Sigstore's authorities to vouch for.
func TestPyPI(t *testing.T) {
	statement := base64.StdEncoding.EncodeToString([]byte(strings.ReplaceAll(statementV1, "SHA256", digest)))
	certificate := base64.StdEncoding.EncodeToString(certificateWith(t, nil).Raw)
	one := fmt.Sprintf(`{"version": 1, "verification_material": {"certificate": %q, "transparency_entries": []}, "envelope": {"statement": %q, "signature": "AAAA"}}`, certificate, statement)
	for _, file := range []string{one, `{"version": 1, "attestation_bundles": [{"publisher": {"kind": "GitHub"}, "attestations": [` + one + `]}]}`} {
		all, err := Read([]byte(file))
		if err != nil || len(all) != 1 {
			t.Fatalf("%d, %v", len(all), err)
		}
		a := all[0]
		if a.Wrapping != "PyPI attestation" || a.Source != "PyPI" || a.Problem != nil || a.SLSA == nil {
			t.Fatalf("%+v", a)
		}
		read, err := sigstore.ReadBundle(a.bundle)
		if err != nil || len(read.Certificates) != 1 || len(read.Envelope.Signatures) != 1 {
			t.Errorf("%+v, %v", read, err)
		}
		b := newBench(t)
		if r := b.verify([]byte(file), expected); r.Verdict() != Refused || !strings.Contains(r.Summary(), "--trusted-root") {
			t.Errorf("no authority is trusted: %s", r.Summary())
		}
	}
	all, err := Read([]byte(strings.Replace(one, `"version": 1`, `"version": 2`, 1)))
	if err != nil || len(all) != 1 || all[0].Problem == nil || !strings.Contains(all[0].Problem.Error(), "version other than 1") {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestReadRefuses(t *testing.T) {
	deep := strings.Repeat("[", 5000) + strings.Repeat("]", 5000)
	for _, row := range []struct {
		file, says string
		line       int
	}{
		{``, "", 0},
		{`{}`, "neither an envelope nor a bundle", 0},
		{`"text"`, "neither an object nor a list", 0},
		{`{"payload": "", "payload": "", "signatures": []}`, "twice", 0},
		{`{"attestations": [{"attestations": [{"attestations": [{"attestations": [{"attestations": [{}]}]}]}]}]}`, "wrapped too often", 0},
		{`{"attestations": {}}`, "attestations is no list", 0},
		{deep, "", 0},
		{"{\"_type\": \"x\", \"predicateType\": \"y\"}\n{", "", 2},
		{"{\"_type\": \"x\", \"predicateType\": \"y\"}\n\n[1]", "neither an object", 3},
		{`{} {}`, "", 0},
	} {
		_, err := Read([]byte(row.file))
		var e *ReadError
		if !errors.As(err, &e) || e.Line != row.line || !strings.Contains(e.Reason, row.says) {
			t.Errorf("%.60s: %v, want line %d and %q", row.file, err, row.line, row.says)
		}
	}
}

// Two different objects have two listings.
func TestParameterNames(t *testing.T) {
	listing := func(text string) string {
		o, err := readObject([]byte(text), "object")
		if err != nil {
			t.Fatal(err)
		}
		p, err := parameters(o)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	seen := map[string]string{}
	for _, text := range []string{`{"a": {"b": "c"}}`, `{"a.b": "c"}`, `{"a\\.b": "c"}`, `{"a\\": {"b": "c"}}`, `{"a": {"b": ["c"]}}`, `{"a": {}}`, `{"a": []}`, `{"a": 1}`} {
		got := listing(text)
		if other, ok := seen[got]; ok {
			t.Errorf("%s and %s are both listed as %s", text, other, got)
		}
		seen[got] = text
	}
}

// certificateWith makes a certificate with claims, as the authorities of Sigstore do; nobody vouches for it.
func certificateWith(t *testing.T, claims map[int]any) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: now, NotAfter: now.Add(time.Hour)}
	for arc, value := range claims {
		raw, bare := value.([]byte)
		if !bare {
			if raw, err = asn1.MarshalWithParams(value, "utf8"); err != nil {
				t.Fatal(err)
			}
		}
		template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, arc}, Value: raw})
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClaims(t *testing.T) {
	for _, row := range []struct {
		name string
		in   map[int]any
		out  claims
	}{
		{"none", nil, claims{}},
		{"of today", map[int]any{9: "https://github.com/builds/train/.github/workflows/train.yml@refs/tags/v2", 11: "github-hosted",
			12: "https://github.com/example/helpdesk", 13: "2ce3f90f", 14: "refs/tags/v1"},
			claims{Signer: "https://github.com/builds/train/.github/workflows/train.yml@refs/tags/v2", Runner: "github-hosted",
				Repository: "https://github.com/example/helpdesk", Commit: "2ce3f90f", Ref: "refs/tags/v1"}},
		{"of 2022", map[int]any{3: []byte("2ce3f90f"), 5: []byte("example/helpdesk"), 6: []byte("refs/heads/main")},
			claims{Repository: "https://github.com/example/helpdesk", Commit: "2ce3f90f", Ref: "refs/heads/main"}},
		{"malformed", map[int]any{12: []byte("no DER"), 11: []byte{}}, claims{}},
	} {
		if got := claimsOf(certificateWith(t, row.in)); got != row.out {
			t.Errorf("%s: %+v", row.name, got)
		}
	}
	if claimsOf(nil) != (claims{}) {
		t.Error("claims of nothing")
	}
}

const (
	trainer = "https://github.com/builds/train/.github/workflows/train.yml@refs/tags/v2"
	own     = "https://github.com/example/helpdesk/.github/workflows/release.yml@refs/tags/v1.4.0"
)

// byIdentity is a verification in which the signature was found good, so that what the certificate says can be held against the statement.
func byIdentity(signer string, c claims, p Provenance, w Want) *verification {
	v := &verification{att: Attestation{SLSA: &p}, want: w, claims: c, at: now}
	v.out.Signer = Signer{By: "identity", Name: signer, Issuer: issuerGitHub}
	v.out.Canary = true
	for _, step := range []func(){v.builder, v.source, v.ref, v.commit} {
		step()
	}
	v.out.Verdict = v.verdict()
	v.out.Level, v.out.LevelWhy = v.level()
	return v
}

// A model is a folder: each of its files is a subject, under its name.
func TestFolder(t *testing.T) {
	b := newBench(t)
	dir := filepath.Join(t.TempDir(), "model")
	statement := func(subjects ...[2]string) []byte {
		var list []string
		for _, s := range subjects {
			sum := sha256.Sum256([]byte(s[1]))
			list = append(list, fmt.Sprintf(`{"name": %q, "digest": {"sha256": "%x"}}`, s[0], sum))
		}
		return b.seal(strings.Replace(statementV1, `[{"name": "model.gguf", "digest": {"sha256": "SHA256"}}]`, "["+strings.Join(list, ",")+"]", 1))
	}
	good := statement([2]string{"weights/a.bin", "first"}, [2]string{"dist/model/weights/b.bin", "second"}, [2]string{"config.json", "{}"}, [2]string{"README.md", "not delivered"},
		[2]string{"x/empty", ""}, [2]string{"y/empty", ""})
	for _, row := range []struct {
		name    string
		change  func()
		verdict Verdict
		says    string
	}{
		{"as it was built", func() {}, Verified, ""},
		{"one of two files of the same content", func() { write(t, filepath.Join(dir, "empty"), "") }, Verified, ""},
		{"a byte changed", func() { write(t, filepath.Join(dir, "config.json"), "[]") }, Refused, `"config.json": none of the 6 subjects is sha256:`},
		{"two files exchanged", func() {
			write(t, filepath.Join(dir, "weights/a.bin"), "second")
			write(t, filepath.Join(dir, "weights/b.bin"), "first")
		}, Refused, `"weights/a.bin": its content is that of subject "dist/model/weights/b.bin"`},
		{"a file more", func() { write(t, filepath.Join(dir, "x.py"), "import os") }, Refused, `"x.py": none of the 6`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(filepath.Join(dir, "weights"), 0o755)); err != nil {
				t.Fatal(err)
			}
			for name, content := range map[string]string{"weights/a.bin": "first", "weights/b.bin": "second", "config.json": "{}", "build.json": "the attestation"} {
				write(t, filepath.Join(dir, name), content)
			}
			row.change()
			a, err := ReadArtefact(t.Context(), dir, []string{"sha256"}, []string{"build.json"})
			if err != nil || len(a.Left) != 1 {
				t.Fatalf("%v, left %v", err, a.Left)
			}
			in := bench{t, b.key, b.believed, a}
			if r := in.verify(good, expected); r.Verdict() != row.verdict || !strings.Contains(r.Summary(), row.says) || !r.Best.Canary {
				t.Errorf("%s: %s", r.Verdict(), r.Summary())
			}
		})
	}
	if err := os.Symlink("config.json", filepath.Join(dir, "link.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadArtefact(t.Context(), dir, nil, nil); err == nil || !strings.Contains(err.Error(), "link.json is a link") {
		t.Errorf("a link: %v", err)
	}
	if _, err := ReadArtefact(t.Context(), t.TempDir(), nil, nil); err == nil || !strings.Contains(err.Error(), "holds no file") {
		t.Errorf("an empty folder: %v", err)
	}
}

// What the certificate of a job says is held against what the job states.
func TestAgainstTheCertificate(t *testing.T) {
	workflowType := "https://actions.github.io/buildtypes/workflow/v1"
	statement := func(builder, repository, ref, commit string) Provenance {
		return Provenance{Version: "v1", BuildType: workflowType, Builder: builder,
			ext:          object{"workflow": map[string]any{"repository": repository, "ref": ref, "path": "x.yml"}},
			Dependencies: []Dependency{{URI: "git+" + repository + "@" + ref, Digests: map[string]string{"gitCommit": commit}}}}
	}
	helpdesk, tag, commit := "https://github.com/example/helpdesk", "refs/tags/v1.4.0", strings.Repeat("a", 40)
	claim := claims{Repository: helpdesk, Ref: tag, Commit: commit, Runner: "github-hosted"}
	withSigner := func(s string) claims { c := claim; c.Signer = s; return c }
	for _, row := range []struct {
		name    string
		signer  string
		claims  claims
		says    Provenance
		want    Want
		verdict Verdict
		level   int
		why     string
	}{
		{"a workflow of others", trainer, withSigner(trainer), statement(trainer, helpdesk, tag, commit), Want{Builder: trainer, Source: helpdesk}, Verified, 3, ""},
		{"the project's own workflow", own, withSigner(own), statement(own, helpdesk, tag, commit), Want{Builder: own, Source: helpdesk}, Verified, 2, ""},
		{"a machine of the project's", own, claims{Repository: helpdesk, Signer: own, Runner: "self-hosted"}, statement(own, helpdesk, tag, commit), Want{Builder: own, Source: helpdesk}, Verified, 1, ""},
		{"a person", "dev@example.org", claims{}, statement("https://builds.example.org", helpdesk, tag, commit), Want{Builder: "https://builds.example.org", Source: helpdesk}, Verified, 1, ""},
		{"a builder that did not sign", own, withSigner(own), statement(trainer, helpdesk, tag, commit), Want{Builder: trainer, Source: helpdesk}, Refused, 2, "signed it"},
		{"another source than the job's", own, withSigner(own), statement(own, "https://github.com/example/other", tag, commit), Want{Builder: own, Source: "https://github.com/example/other"}, Refused, 0, "and the certificate"},
		{"another ref than the job's", own, withSigner(own), statement(own, helpdesk, "refs/tags/v9", commit), Want{Builder: own, Source: helpdesk}, Refused, 2, "ref: the statement says"},
		{"another commit than the job's", own, withSigner(own), statement(own, helpdesk, tag, strings.Repeat("b", 40)), Want{Builder: own, Source: helpdesk}, Refused, 2, "commit: the statement says"},
		{"another kind of machine than the job's", own, claims{Repository: helpdesk, Signer: own, Runner: "self-hosted"}, statement("https://github.com/actions/runner/github-hosted", helpdesk, tag, commit),
			Want{Builder: "https://github.com/actions/runner/github-hosted", Source: helpdesk}, Refused, 1, "the certificate says"},
		{"npm before it named the machine", own, withSigner(own), statement("https://github.com/actions/runner", helpdesk, tag, commit),
			Want{Builder: "https://github.com/actions/runner/github-hosted", Source: helpdesk}, Verified, 2, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			v := byIdentity(row.signer, row.claims, row.says, row.want)
			if v.out.Verdict != row.verdict || !strings.Contains(v.out.Why(), row.why) || row.level > 0 && v.out.Level != row.level {
				t.Errorf("%s, level %d (%s): %q", v.out.Verdict, v.out.Level, v.out.LevelWhy, v.out.Why())
			}
		})
	}
}

// Several repositories went in, and the build type does not tell which was built: then only the certificate does.
func TestWhichSource(t *testing.T) {
	p := Provenance{Version: "v1", BuildType: "https://builds.example.org/own", Builder: trainer, ext: object{}, Dependencies: []Dependency{
		{URI: "git+https://github.com/example/helpdesk"}, {URI: "git+https://github.com/example/fork"}, {URI: "https://example.org/data.csv"}}}
	w := Want{Builder: trainer, Source: "https://github.com/example/helpdesk"}
	if v := byIdentity(trainer, claims{}, p, w); v.out.Verdict != Refused || !strings.Contains(v.out.Why(), "do not tell which of them was built") {
		t.Errorf("%s: %s", v.out.Verdict, v.out.Why())
	}
	if v := byIdentity(trainer, claims{Repository: "https://github.com/example/helpdesk"}, p, w); v.out.Verdict != Verified {
		t.Errorf("%s: %s", v.out.Verdict, v.out.Why())
	}
	if v := byIdentity(trainer, claims{Repository: "https://github.com/example/fork"}, p, w); v.out.Verdict != Refused {
		t.Errorf("%s: %s", v.out.Verdict, v.out.Why())
	}
}

// Whose signature is expected where the operator names a builder and a source.
func TestExpectedIdentity(t *testing.T) {
	for _, row := range []struct {
		want   Want
		issuer string
		yes    []string
		no     []string
	}{
		{Want{Builder: trainer}, issuerGitHub, []string{trainer}, []string{strings.Replace(trainer, "v2", "v3", 1)}},
		{Want{Builder: "https://github.com/builds/train/.github/workflows/train.yml"}, issuerGitHub, []string{trainer},
			[]string{strings.Replace(trainer, "refs/tags/v2", "refs/pull/3/merge", 1), strings.Replace(trainer, "train.yml", "trainXyml", 1), strings.Replace(trainer, "train.yml", "train.yml.yml", 1)}},
		{Want{Builder: "https://github.com/actions/runner/github-hosted", Source: "github.com/example/helpdesk"}, issuerGitHub, []string{own},
			[]string{trainer, strings.Replace(own, "helpdesk", "helpdesk2", 1), strings.Replace(own, "example/helpdesk", "evil/x/example/helpdesk", 1)}},
		{Want{Source: "https://gitlab.com/example/helpdesk"}, issuerGitLab, []string{"https://gitlab.com/example/helpdesk//.gitlab-ci.yml@refs/heads/main"}, []string{own}},
	} {
		id, err := row.want.identity()
		if err != nil || id.Issuer != row.issuer {
			t.Fatalf("%+v: %+v, %v", row.want, id, err)
		}
		for _, san := range row.yes {
			if !allows(t, id, san) {
				t.Errorf("%+v refuses %s", row.want, san)
			}
		}
		for _, san := range row.no {
			if allows(t, id, san) {
				t.Errorf("%+v allows %s", row.want, san)
			}
		}
	}
	if _, err := (Want{Source: "https://git.example.org/helpdesk"}).identity(); err == nil {
		t.Error("an identity was made up")
	}
}
