package provenance

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

// TestOracle runs over a checkout of github.com/slsa-framework/slsa-verifier (LODEMARK_SLSA) with the trusted root of the public instance of
// Sigstore (LODEMARK_SIGSTORE_ROOT): attestations by builders of five kinds, of npm packages and of images are accepted or refused as its own
// tests expect; and attestations of PyPI with a checkout of github.com/trailofbits/pypi-attestations (LODEMARK_PYPI). `make oracle` fetches them; without
// them there is nothing to compare with.
func TestOracle(t *testing.T) {
	checkout, rootFile := os.Getenv("LODEMARK_SLSA"), os.Getenv("LODEMARK_SIGSTORE_ROOT")
	if checkout == "" || rootFile == "" {
		t.Skip("LODEMARK_SLSA names no checkout of slsa-verifier, or LODEMARK_SIGSTORE_ROOT no trusted root")
	}
	data, err := os.ReadFile(rootFile)
	if err != nil {
		t.Fatal(err)
	}
	root, err := sigstore.ReadTrustedRoot(data)
	if err != nil {
		t.Fatal(err)
	}
	o := &oracle{t: t, testdata: filepath.Join(checkout, "cli/slsa-verifier/testdata"), checkout: checkout, root: root}
	t.Run("builders", o.builders)
	t.Run("npm", o.npm)
	t.Run("bazel", o.bazel)
	t.Run("cloud build", o.cloudBuild)
	if pypi := os.Getenv("LODEMARK_PYPI"); pypi != "" {
		t.Run("pypi", func(t *testing.T) { o.pypi(t, filepath.Join(pypi, "test/assets")) })
	}
	t.Logf("%d accepted, %d refused, %d of an older form that cannot be verified offline", o.accepted, o.refused, o.old)
	if o.accepted < 80 || o.refused < 600 {
		t.Error("fewer than there were in November 2026")
	}
}

type oracle struct {
	t                      *testing.T
	testdata, checkout     string
	root                   *sigstore.TrustedRoot
	accepted, refused, old int
}

// expect verifies and compares the verdict.
func (o *oracle) expect(t *testing.T, want Verdict, artefact, attestation string, w Want, b Believed) {
	t.Helper()
	data, err := os.ReadFile(attestation)
	if err != nil {
		t.Fatal(err)
	}
	all, err := Read(data)
	if err != nil {
		if want == Verified {
			t.Errorf("%s: %v", attestation, err)
		}
		o.refused++
		return
	}
	a, ok := Named(artefact)
	if !ok {
		if a, err = ReadArtefact(t.Context(), artefact, Algorithms(all), nil); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Verify(t.Context(), a, all, w, b, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Verdict(); got != want {
		t.Errorf("%s with %+v: %s, want %s: %s", filepath.Base(attestation), w, got, want, r.Summary())
	}
	if r.Verdict() == Verified {
		o.accepted++
	} else {
		o.refused++
	}
}

const generator = "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/"

// builders takes every artefact that a reusable workflow built: accepted for its source, ref and builder, and refused for any other.
func (o *oracle) builders(t *testing.T) {
	example := "github.com/slsa-framework/example-package"
	delegated := sigstore.Identity{Issuer: issuerGitHub, Pattern: `https://github\.com/slsa-framework/slsa-github-generator/\.github/workflows/delegator_[a-z-]*generic_slsa3\.yml@refs/(tags/v.+|heads/main)`}
	for _, kind := range []struct {
		folder, builder string
		identity        sigstore.Identity
	}{
		{"gha_go", generator + "builder_go_slsa3.yml", sigstore.Identity{}},
		{"gha_generic", generator + "generator_generic_slsa3.yml", sigstore.Identity{}},
		{"gha_container-based", generator + "builder_container-based_slsa3.yml", sigstore.Identity{}},
		{"gha_maven", generator + "builder_maven_slsa3.yml", delegated},
		{"gha_gradle", generator + "builder_gradle_slsa3.yml", delegated},
		{"gha_delegator", "https://github.com/slsa-framework/example-trw/.github/workflows/builder_high-perms_slsa3.yml", delegated},
	} {
		err := filepath.WalkDir(filepath.Join(o.testdata, kind.folder), func(file string, d fs.DirEntry, err error) error {
			artefact := file
			for _, suffix := range []string{".intoto.jsonl", ".intoto.build.slsa", ".build.slsa"} {
				artefact = strings.TrimSuffix(artefact, suffix)
			}
			if err != nil || d.IsDir() || artefact == file {
				return err
			}
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			if !strings.Contains(string(data), "verificationMaterial") {
				o.old++
				return nil
			}
			ref := "refs/heads/main"
			if _, tag, ok := strings.Cut(filepath.Base(artefact), "push-"); ok {
				ref = "refs/tags/" + tag
			}
			if _, err := os.Stat(artefact); err != nil {
				return nil // an attestation of several artefacts under another name
			}
			b := Believed{Root: o.root, Identity: kind.identity}
			good := Want{Builder: kind.builder, Source: example, Ref: ref}
			o.expect(t, Verified, artefact, file, good, b)
			for _, change := range []func(*Want){
				func(w *Want) { w.Source = example + "A" },
				func(w *Want) { w.Source = "github.com/slsa-framework/A" + "example-package" },
				func(w *Want) { w.Builder = generator + "not-trusted.yml" },
				func(w *Want) { w.Ref = "refs/heads/master" },
				func(w *Want) { w.Commit = strings.Repeat("0", 40) },
				func(w *Want) { w.BuildType = "https://example.org/other" },
			} {
				w := good
				change(&w)
				o.expect(t, Refused, artefact, file, w, b)
			}
			o.expect(t, Refused, file, file, good, b) // another artefact
			o.expect(t, Refused, artefact, file, good, Believed{Identity: kind.identity})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (o *oracle) npm(t *testing.T) {
	const (
		hosted = "https://github.com/actions/runner/github-hosted"
		short  = "https://github.com/actions/runner"
	)
	for _, row := range []struct {
		file, source, builder, subject string
		want                           Verdict
	}{
		{"supreme-googles-cli-v02-tag.tgz", "github.com/trishankatdatadog/supreme-goggles", hosted, "pkg:npm/%40trishankatdatadog/supreme-goggles@1.0.5", Verified},
		{"supreme-googles-cli-v02-tag.tgz", "github.com/trishankatdatadog/supreme-goggles", hosted, "pkg:npm/%40trishankatdatadog/supreme-goggles@1.0.4", Refused},
		{"supreme-googles-cli-v02-tag.tgz", "github.com/trishankatdatadog/supreme-goggleS", hosted, "", Refused},
		{"supreme-googles-cli-v02-tag.tgz", "github.com/trishankatdatadog/supreme-goggles", short + "2", "", Refused},
		{"supreme-googles-cli-v02-tag.tgz", "github.com/trishankatdatadog/supreme-goggles", "", "", Undecided},
		{"supreme-googles-cli-v02-tag-invalidsigprov.tgz", "github.com/trishankatdatadog/supreme-goggles", hosted, "", Refused},
		{"gundam-visor-cli-v1-tag.tgz", "github.com/ramonpetgrave64/gundam-visor", hosted, "pkg:npm/gundam-visor@1.0.1", Verified},
		{"gundam-visor-cli-v1-tag.tgz", "github.com/ramonpetgrave64/gundam-visor", short, "", Refused},
		{"gundam-visor-cli-v1-tag.tgz", "github.com/ramonpetgrave64/gundam-visorS", hosted, "", Refused},
		{"gundam-visor-cli-v1-tag.tgz", "github.com/ramonpetgrave64/gundam-visor", hosted + "2", "", Refused},
		{"gundam-visor-cli-v1-tag.tgz", "github.com/ramonpetgrave64/gundam-visor", hosted, "pkg:npm/gundam-visorS@1.0.1", Refused},
		{"gundam-visor-cli-v1-tag-invalidsigprov.tgz", "github.com/ramonpetgrave64/gundam-visor", hosted, "", Refused},
		{"provenance-npm-test-cli-v02-prega.tgz", "github.com/laurentsimon/provenance-npm-test", hosted, "", Verified},
		{"provenance-npm-test-cli-v02-prega.tgz", "github.com/laurentsimon/provenance-npm-test2", hosted, "", Refused},
		{"provenance-npm-test-cli-v02-prega-invalidsigprov.tgz", "github.com/laurentsimon/provenance-npm-test", hosted, "", Refused},
		{"provenance-npm-test-cli-v1-prega.tgz", "github.com/sigstore/sigstore-js", hosted, "", Verified},
		{"provenance-npm-test-cli-v1-prega.tgz", "github.com/sigstore/sigstore-js", short, "", Refused},
		{"provenance-npm-test-cli-v1-prega-invalidsigprov.tgz", "github.com/sigstore/sigstore-js", hosted, "", Refused},
	} {
		file := filepath.Join(o.testdata, "npm/gha", row.file)
		o.expect(t, row.want, file, file+".json", Want{Builder: row.builder, Source: row.source, Subject: row.subject}, Believed{Root: o.root})
	}
}

func (o *oracle) bazel(t *testing.T) {
	publish := "https://github.com/bazel-contrib/publish-to-bcr/.github/workflows/publish.yaml"
	release := "https://github.com/bazel-contrib/.github/.github/workflows/release_ruleset.yaml"
	for _, row := range []struct {
		file, builder string
		want          Verdict
	}{
		{"MODULE.bazel", publish, Verified},
		{"MODULE.bazel", release, Refused},
		{"MODULE-wrong-signer.bazel", publish, Refused},
		{"rules_lint-v1.3.1.tar.gz", release, Verified},
	} {
		file := filepath.Join(o.testdata, "bcr", row.file)
		o.expect(t, row.want, file, file+".intoto.jsonl", Want{Builder: row.builder, Source: "github.com/aspect-build/rules_lint"}, Believed{Root: o.root})
	}
}

// cloudBuild takes what gcloud tells of images. Signatures are by keys of Google, which are handed in as an operator would.
func (o *oracle) cloudBuild(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(o.checkout, "verifiers/internal/gcb/keys/materials/*.key"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no keys: %v", err)
	}
	var keys *sign.Trust
	for _, file := range files {
		k, err := sign.ReadTrust(file)
		if err != nil {
			t.Fatal(err)
		}
		keys = keys.Merge(k)
	}
	image := "sha256:7e9b6e7ba2842c91cf49f3e214d04a7a496f8214356f41d81a6e6dcad11f11e3"
	want := Want{Builder: "https://cloudbuild.googleapis.com/GoogleHostedWorker", Source: "https://github.com/khalkie/gcb-prod-prov"}
	for _, row := range []struct {
		file   string
		change func(*Want)
		want   Verdict
	}{
		{"v1.0-gcloud-container-github.json", nil, Verified},
		{"v1.0-gcloud-container-github-single.json", nil, Verified},
		{"v1.0-gcloud-container-github.json", func(w *Want) { w.Source += "A" }, Refused},
		{"v1.0-gcloud-container-github.json", func(w *Want) { w.Builder += "A" }, Refused},
		{"v1.0-gcloud-container-github-single-invalid-sig.json", nil, Refused},
		{"v1.0-gcloud-container-github-both-invalid-sig.json", nil, Refused},
	} {
		w := want
		if row.change != nil {
			row.change(&w)
		}
		o.expect(t, row.want, image, filepath.Join(o.checkout, "verifiers/internal/gcb/testdata", row.file), w, Believed{Keys: keys})
	}
}

// pypi takes attestations of PEP 740: one of provenance, and those that say who published.
func (o *oracle) pypi(t *testing.T, assets string) {
	file := filepath.Join(assets, "pypi_attestations-0.0.19.tar.gz")
	builder := "https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml"
	good := Want{Builder: builder, Source: "github.com/trailofbits/pypi-attestations", Ref: "v0.0.19"}
	o.expect(t, Verified, file, file+".slsa.attestation", good, Believed{Root: o.root})
	o.expect(t, Refused, file, file+".slsa.attestation", Want{Builder: builder, Source: good.Source, Ref: "v0.0.18"}, Believed{Root: o.root})
	o.expect(t, Refused, filepath.Join(assets, "rfc8785-0.1.2-py3-none-any.whl"), file+".slsa.attestation", good, Believed{Root: o.root})
	o.expect(t, Undecided, file, file+".publish.attestation", good, Believed{Root: o.root}) // who published it, not how it was made
	o.expect(t, Undecided, file, file+".provenance", good, Believed{Root: o.root})
}
