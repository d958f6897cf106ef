package operate

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// updateRecords are the kinds of documents in which teams write how updates are made and reach people.
var updateRecords = []string{"update-policy", "user-guidance"}

const (
	policyPath  = "docs/update-policy.md"
	soundUpdate = "# Update policy\n\n## How updates reach you\n\nThe desktop client takes updates automatically; this is on by default. To defer one, set the channel to \"held\" for up to 14 days.\n\n" +
		"## Parts\n\nCode, model, prompt, filter rules and knowledge have versions of their own, and each can be updated without the others.\n\n" +
		"## Model changes\n\nA new model is offered as a preview for 14 days before it takes effect, under the version \"next\".\n"
	shippedDesk = "schema: lodemark/1\nname: help desk\nstage: operate\nfacts:\n  ships_product: {answer: \"yes\", reason: a desktop client is given to customers}\n"
	tauriConfig = "{\n  \"productName\": \"desk\",\n  \"plugins\": {\n    \"updater\": {\n      \"pubkey\": \"dW50cnVzdGVk\",\n      \"endpoints\": [\"https://updates.example.org/{{target}}\"]\n    }\n  }\n}\n"
)

func automaticUpdates() lodemark.Check {
	return lodemark.Check{
		ID: "om-3-automatic-updates", Version: 1,
		Title:    "The product updates itself by default",
		Bears:    lodemark.Supports("OM-3.1"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A jailbreak that works on last month's model goes on working wherever nobody updates. Users do not; the product has to, and has to say " +
			"how to wait.",
		Fix:  "Ship an updater that is on by default and takes signed releases, and say how an update is deferred.",
		Help: "add the updater's configuration, or say in the update policy that updates are automatic and how to defer one (documents: update-policy)",
		Bad: []lodemark.Example{
			{Name: "an updater that is switched off", Files: undeclared(map[string]string{
				"client/tauri.conf.json": "{\n  \"tauri\": {\n    \"updater\": {\n      \"active\": false,\n      \"endpoints\": [\"https://updates.example.org\"]\n    }\n  }\n}\n"})},
			{Name: "a policy that leaves updating to the user", Files: map[string]string{
				"lodemark.yaml": shippedDesk, "requirements.txt": deskPackages, policyPath: "# Update policy\n\nUsers download new versions from the site when they wish.\n"}},
			{Name: "a product without a word on updates", Files: map[string]string{"lodemark.yaml": shippedDesk, "requirements.txt": deskPackages}},
		},
		Good: []lodemark.Example{
			{Name: "the updater of the client", Files: undeclared(map[string]string{"client/tauri.conf.json": tauriConfig})},
			{Name: "a policy", Files: map[string]string{"lodemark.yaml": shippedDesk, "requirements.txt": deskPackages, policyPath: soundUpdate}},
		},
		Run: runAutomaticUpdates,
	}
}

// What a policy says of updates.
var (
	automatically = pattern.New(`(?i)\bautomatic\w*|\bauto[- ]?updat\w*|\bself[- ]updat\w*|\bby itself\b|\bwithout (?:any )?(?:action|doing anything)`)
	updateWords   = pattern.New(`(?i)\bupdat\w+|\bupgrad\w+|\bnew (?:versions?|releases?)\b|\brolled out\b`)
	byDefault     = pattern.New(`(?i)\bby default\b|\bon for (?:all|everyone|every)\b|\balways\b|\bdefault\b|\bevery(?:one| user| installation)\b|\bat (?:the next|each|every) (?:start|load|log-?in)\b`)
)

func runAutomaticUpdates(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if r, early := notRunning(s); early {
		return r
	}
	seen := sights(s)
	if list := seen.by[signNoUpdater]; len(list) > 0 {
		at := list[0]
		return failed([]string{at.path}, []lodemark.Finding{{ID: "om-3-automatic-updates", Severity: lodemark.SeverityLow, Path: at.path, Line: at.line, Key: at.what,
			Message: fmt.Sprintf("%s has %s, so installations keep models and prompts with known weaknesses", at.path, at.what),
			Fix:     "Switch automatic updates on by default, and say how one is deferred."}})
	}
	if at, ok := seen.first(signUpdater); ok {
		return passed([]string{at.path}, "%s:%d configures %s", at.path, at.line, at.what)
	}
	r := answered(s, question{
		check: "om-3-automatic-updates", kinds: updateRecords, what: "an update policy", severity: lodemark.SeverityLow,
		says:   "says that updates are automatic by default",
		topics: []topic{{name: "that updates are taken automatically and by default", all: []*pattern.Pattern{automatically, updateWords, byDefault}}},
		so:     "installations keep models and prompts with known weaknesses",
		absent: "nothing shows that the product updates itself",
		fix:    "Ship an updater that is on by default, and write how an update is deferred.",
	})
	ships := s.System.Fact("ships_product")
	switch {
	case r.Outcome == lodemark.Passed || ships.Answer == lodemark.Yes:
		return r
	case ships.Answer == lodemark.No:
		return nothing("no product is given to others: " + ships.Reason)
	}
	return undecided(r.Examined, "nothing shows an updater, and whether a product is given to others is not known")
}

func secureUpdates() lodemark.Check {
	return lodemark.Check{
		ID: "om-3-secure-updates", Version: 1,
		Title:    "Releases are signed or come with digests, and clients verify them",
		Bears:    lodemark.Supports("OM-3.2"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Whoever replaces a release replaces the model, the prompts and the guard in one move, everywhere. An encrypted connection protects the way and " +
			"not the file.",
		Fix:  "Sign what the release workflow publishes (cosign, attestations, minisign) or publish its digests with it, and let clients refuse what does not verify.",
		Help: "add the step of the release workflow that signs or attests, or say in the update policy how releases are verified (documents: update-policy)",
		Bad: []lodemark.Example{
			{Name: "a client that takes updates over http", Files: undeclared(map[string]string{
				"client/tauri.conf.json": "{\n  \"plugins\": {\n    \"updater\": {\n      \"dangerousInsecureTransportProtocol\": true,\n      \"endpoints\": [\"http://updates.example.org\"]\n    }\n  }\n}\n"})},
			{Name: "a release that nobody can verify", Files: desk(map[string]string{
				".github/workflows/release.yml": "on:\n  push:\n    tags: [\"v*\"]\njobs:\n  images:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: docker push registry.example.org/desk:1.0.0\n"})},
			{Name: "a client that does not verify signatures", Files: undeclared(map[string]string{
				"electron-builder.config.yml": "win:\n  verifyUpdateCodeSignature: false\n"})},
		},
		Good: []lodemark.Example{
			{Name: "images that are signed", Files: undeclared(map[string]string{
				".github/workflows/release.yml": "on:\n  push:\n    tags: [\"v*\"]\njobs:\n  images:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: docker push registry.example.org/desk:1.0.0\n      - run: cosign sign --yes registry.example.org/desk@$DIGEST\n"})},
			{Name: "packages with attestations", Files: undeclared(map[string]string{
				".github/workflows/publish.yml": "on:\n  release:\n    types: [published]\njobs:\n  publish:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/attest-build-provenance@v1\n      - run: twine upload dist/*\n"})},
		},
		Run: runSecureUpdates,
	}
}

// What a step of a release does.
var (
	publishes = pattern.New(`(?m)\bdocker (?:buildx build\b[^\n]*--push|push)\b|\bpodman push\b|\bhelm push\b|\boras push\b|\bgh release (?:create|upload)\b|\btwine upload\b|\bnpm publish\b|\bpnpm publish\b|\buv publish\b|\bpoetry publish\b|\bcargo publish\b|\bgoreleaser (?:release|--)|` +
		`\bhuggingface-cli upload\b|\bhf upload\b|\b(?:aws s3|gsutil) (?:cp|sync)\b[^\n]*releases?/`)
	publishActions = pattern.New(`(?i)^(?:pypa/gh-action-pypi-publish|softprops/action-gh-release|ncipollo/release-action|goreleaser/goreleaser-action|tauri-apps/tauri-action|svenstaro/upload-release-action|actions/create-release|actions/upload-release-asset|js-devtools/npm-publish)@`)
	vouches        = pattern.New(`\bcosign (?:sign|attest)\w*\b|\bsigstore sign\b|\bgpg2? (?:[^\n;&|]*\s)?(?:--detach-sign\w*|--clearsign|-(?:[abuz]*s|ab|b|sb)\b|--sign)|\bminisign -S|\bsignify -S|\bnotation sign\b|\brekor-cli upload\b|\bnpm publish\b[^\n]*--provenance|\bsignify\b|\bcodesign\b|\bnotarytool\b|\bsigntool(?:\.exe)? sign\b|` +
		`\b(?:sha(?:256|384|512)sum|shasum(?: -a \d+)?|b2sum|Get-FileHash)\b[^\n]*(?:>|\|\s*(?:Out-File|tee))|\bmodel_signing sign\b|\bgh attestation\b|\bcrane\b[^\n]*\bdigest\b[^\n]*>|\bprovenance[:= ]`)
	vouchActions = pattern.New(`(?i)^(?:sigstore/gh-action-sigstore-python|actions/attest[\w-]*|slsa-framework/slsa-github-generator[\w./-]*|crazy-max/ghaction-import-gpg|azure/(?:trusted-signing-action|artifact-signing-action)|signpath/[\w-]+|notaryproject/notation-action[\w/-]*|tauri-apps/tauri-action)@`)
	verified     = pattern.New(`(?i)\bsign(?:ed|ature|atures|ing)\b|\bchecksums?\b|\bSHA-?(?:256|512)\w*\b|\bdigests?\b|\battest\w+|\bprovenance\b`)
	releaseWords = pattern.New(`(?i)\breleases?\b|\bupdat\w+|\bimages?\b|\bpackages?\b|\bartefacts?\b|\bartifacts?\b|\bbinar(?:y|ies)\b`)
)

// buildPush is the action that attests where an image comes from unless it is told not to, so its silence proves nothing.
const buildPush = "docker/build-push-action"

// released is what the pipelines do with a release.
type released struct {
	publish, vouch sighting // zero line: none
	examined       []string
	unread         []lodemark.Gap
}

func releases(s *lodemark.Subject) released {
	var out released
	for _, c := range own(s, lodemark.KindPipeline) {
		w, err := infra.ReadPipeline(s, c.Path, c.Format == "gitlab")
		if err != nil {
			out.unread = append(out.unread, lodemark.Gap{Path: c.Path, Reason: err.Error()})
			continue
		}
		for _, j := range w.Jobs {
			out.take(c.Path, j.Uses, j.Uses.Text, "")
			for _, step := range j.Steps {
				out.take(c.Path, infra.Value{Line: max(step.Line, step.Run.Line, step.Uses.Line)}, step.Uses.Text, withoutComments(step.Run.Text))
				if strings.HasPrefix(step.Uses.Text, "pypa/gh-action-pypi-publish@") && with(step, "password") == "" && with(step, "attestations") != "false" && out.vouch.line == 0 {
					out.vouch = sighting{"attestations of the package index", c.Path, step.Uses.Line} // it attests only for publishers that the index trusts by identity
				}
				if pushes(step) && out.publish.line == 0 {
					out.publish = sighting{buildPush, c.Path, step.Uses.Line}
				}
				if strings.HasPrefix(step.Uses.Text, "docker/build-push-action@") && (with(step, "provenance") != "" && with(step, "provenance") != "false") && out.vouch.line == 0 {
					out.vouch = sighting{"the provenance of docker/build-push-action", c.Path, step.Uses.Line}
				}
			}
		}
	}
	slices.Sort(out.examined)
	out.examined = slices.Compact(out.examined)
	return out
}

func (o *released) take(p string, at infra.Value, uses, run string) {
	name, _, _ := strings.Cut(uses, "@")
	if m := publishes.FindString(run); (m != "" || publishActions.MatchString(uses)) && o.publish.line == 0 {
		o.publish = sighting{firstOf(m, name), p, at.Line}
		o.examined = append(o.examined, p)
	}
	if m := vouches.FindString(run); (m != "" || vouchActions.MatchString(uses)) && o.vouch.line == 0 {
		o.vouch = sighting{firstOf(strings.TrimSpace(m), name), p, at.Line}
		o.examined = append(o.examined, p)
	}
}

func firstOf(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func pushes(step infra.Step) bool {
	return strings.HasPrefix(step.Uses.Text, "docker/build-push-action@") && with(step, "push") != "" && with(step, "push") != "false"
}

func with(step infra.Step, name string) string {
	for _, w := range step.With {
		if w.Name == name {
			return w.Value.Text
		}
	}
	return ""
}

func runSecureUpdates(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if r, early := notRunning(s); early {
		return r
	}
	finding := func(at sighting, message, fix string) lodemark.Result {
		return failed([]string{at.path}, []lodemark.Finding{{ID: "om-3-secure-updates", Severity: lodemark.SeverityMedium, Path: at.path, Line: at.line, Key: at.what, Message: message, Fix: fix}})
	}
	if at, ok := sights(s).first(signUnsafe); ok {
		return finding(at, fmt.Sprintf("%s takes %s, so whoever gets between, or into the update server, replaces the model and the program with it", at.path, at.what),
			"Take updates over https only, and refuse those whose signature does not verify.")
	}
	o := releases(s)
	if o.vouch.line > 0 {
		return passed([]string{o.vouch.path}, "%s:%d vouches for what is released (%s)", o.vouch.path, o.vouch.line, o.vouch.what)
	}
	if _, signed := goreleaser(s); signed != "" {
		return passed([]string{signed}, "%s signs or lists digests of what is released", signed)
	}
	if p, ok := spoken(s, updateRecords[:1], topic{all: []*pattern.Pattern{verified, releaseWords}}); ok {
		return passed([]string{p.path}, "%s:%d says how releases are verified", p.path, p.line)
	}
	switch {
	case o.publish.line > 0 && o.publish.what != buildPush && s.System.Declared.Path != "" && len(o.unread) == 0:
		return finding(o.publish, fmt.Sprintf("%s publishes a release (%s), and no pipeline signs it or records its digest, so nobody can tell it from one that was replaced", o.publish.path, o.publish.what),
			"Sign what is published (cosign sign, an attestation), or publish its digests with it.")
	case o.publish.line > 0:
		r := undecided(o.examined, "%s:%d publishes a release, and no step that signs it or records its digest was found; it may be done elsewhere", o.publish.path, o.publish.line)
		r.Gaps = o.unread
		return r
	}
	return undecided(nil, "no pipeline that publishes a release was found, so how updates are secured is not known")
}

// goreleaser finds its configuration, and says whether it signs or writes digests.
func goreleaser(s *lodemark.Subject) (found, signed string) {
	for _, f := range s.System.Files {
		if base := path.Base(f.Path); f.Test || f.Vendored || f.Link != "" || base != ".goreleaser.yml" && base != ".goreleaser.yaml" {
			continue
		}
		found = f.Path
		if data, err := s.Read(f.Path); err == nil && goreleaserSigns.Match(data) {
			return found, f.Path
		}
	}
	return found, ""
}

var goreleaserSigns = pattern.New(`(?m)^(?:signs|docker_signs|checksum|binary_signs)\s*:`)
