package deploy

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

const (
	publishedCheck = "dep-2-published-digests"
	verifiedCheck  = "dep-2-verified-on-load"
)

func publishedDigests() lodemark.Check {
	return lodemark.Check{
		ID: publishedCheck, Version: 1,
		Title:    "Who takes a model can compare it with a digest or signature that came another way",
		Bears:    lodemark.Supports("DEP-2.6"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A digest that lies beside the model in the same bucket is changed by whoever changes the model. Only one that comes by " +
			"another way, or a signature, tells a consumer that the weights are those that were released.",
		Fix: "Sign models or attest them where they are released (cosign, model signing, attestations), or publish digests with the release, " +
			"and let whoever loads them verify.",
		Help: "keep the pipeline that releases models in the repository, and the step by which whoever loads them verifies",
		Bad:  publishedBad(), Good: publishedGood(),
		Run: runPublishedDigests,
	}
}

func verifiedOnLoad() lodemark.Check {
	return lodemark.Check{
		ID: verifiedCheck, Version: 1,
		Title:    "Models, data and prompts are compared with their digests when they are loaded or by the clock",
		Bears:    lodemark.Supports("DEP-2.10"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A model is built once and loaded for months. A digest that is only compared in the build says nothing about the file " +
			"that lies on the serving host today.",
		Fix: "Compare digests or verify the signature before each load (an init container, the start script, ExecStartPre), let a mismatch " +
			"stop the start, and repeat it by a schedule.",
		Help: "keep the start script, init container or scheduled job that verifies in the repository; what code does when it loads is not read yet",
		Bad:  verifiedBad(), Good: verifiedGood(),
		Run: runVerifiedOnLoad,
	}
}

var (
	verifies   = pattern.New(`\bsha(?:256|512)sum\b[^;&|\n]*\s(?:-[a-z]*c\b|--check\b)|\bshasum\b[^;&|\n]*\s(?:-c\b|--check\b)|\bcosign\s+verify|\bgh\s+attestation\s+verify\b|\bmodel[_-]signing\s+verify|\b(?:gpg|gpgv)\b[^;&|\n]*--verify|\bgpgv\s|\bminisign\s+(?:-\w*V|--verify)|\bslsa-verifier\s+verify|\bsignify\s+-[\w]*V|\bnotation\s+verify\b|\bopenssl\s+dgst\b[^;&|\n]*-verify|\bb2sum\b[^;&|\n]*\s(?:-c\b|--check\b)|\bdvc\s+(?:status|doctor)\b[^;&|\n]*--cloud`)
	signs      = pattern.New(`\bcosign\s+(?:sign|attest)|\bmodel[_-]signing\s+sign|\bgpg\b[^;&|\n]*(?:--detach-sig|--clearsign|-b\b|--sign)|\bminisign\s+(?:-\w*S|--sign)|\bnotation\s+sign\b|\bslsa-github-generator|uses: (?:actions/attest(?:-build-provenance)?|sigstore/gh-action-sigstore-python|sigstore/model-transparency)[\w/-]*@`)
	sums       = pattern.New(`\b(?:sha(?:256|512)sum|b2sum|shasum\s+-a\s*(?:256|512))\b[^;|&\n]*(?:>|\|\s*tee)`)
	ignoredBy  = pattern.New(`\|\|\s*(?:true\b|:(?:\s|$)|echo\b|printf\b|exit\s+0\b|logger\b|warn\b|log\b)`)
	uploads    = pattern.New(`\baws\s+s3\s+(?:cp|sync|mv)\b|\bgsutil\s+(?:-m\s+)?(?:cp|rsync|mv)\b|\bgcloud\s+storage\s+(?:cp|rsync|mv)\b|\baz\s+storage\s+blob\s+upload|\bazcopy\s+copy\b|\b(?:mc|rclone)\s+(?:cp|copy|sync|mirror)\b|\b(?:scp|rsync)\s`)
	target     = pattern.New(`((?:s3|gs)://[^\s"'/]+|https://[\w.-]+\.blob\.core\.windows\.net|[\w.@-]+:/)[^\s"']*["']?\s*(?:$|--|\\|&&|;)`)
	modelWord  = pattern.New(`(?i)(?:^|[\s/"'=._-])(?:models?|weights?|checkpoints?|ckpt)(?:$|[\s/"'._-])|\.(?:safetensors|gguf|onnx|pt|pth|ckpt|h5|keras|pkl|joblib|tflite|bin|nemo|mar)\b`)
	imageBuild = pattern.New(`\bdocker\s+(?:buildx\s+)?(?:build|push)|uses: docker/build-push-action|\bcosign\s+(?:sign|attest)\s`)
	sumWord    = pattern.New(`(?i)sha(?:256|512)|checksums?|\.sig\b|\.asc\b|\.sigstore|\.minisig|manifest\.json|digests?`)
	fetches    = pattern.New(`\b(?:curl|wget|aria2c)\b`)
	webHost    = pattern.New(`https?://([\w.-]+)(/[^\s"'|;&]*)?`)
	releases   = pattern.New(`\bgh\s+release\s+(?:create|upload)\b|\bglab\s+release\b|uses: (?:softprops/action-gh-release|ncipollo/release-action|actions/upload-release-asset|svenstaro/upload-release-action)`)
)

// hints of commands that verify, sign or hand on: lines without one are not worth an expression.
var digestHints = []string{"sum", "cosign", "attest", "signing", "gpg", "minisign", "slsa", "signify", "notation", "openssl", "dvc", "sigstore", "transparency"}

func hinted(text string, hints []string) bool {
	return slices.ContainsFunc(hints, func(h string) bool { return strings.Contains(text, h) })
}

func isVerification(text string) bool { return hinted(text, digestHints) && verifies.MatchString(text) }

// assetsAtHand says whether the system has models, data or prompts whose bytes could be swapped.
func assetsAtHand(s *lodemark.Subject, kinds ...lodemark.Kind) bool {
	for c := range s.System.Of(kinds...) {
		if !c.Test && c.Path != "" {
			return true
		}
	}
	return false
}

// publication is what one file with commands does about models that it hands on.
type publication struct {
	lodemark.Component
	upload       commandLine
	uploaded     bool
	lines        []string // its commands
	place        string   // bucket or host to which models go
	signed, sums bool
	sumsAt       commandLine // where digests go to the same place as the models
	beside       bool
	otherWay     bool
}

func runPublishedDigests(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	byFile := map[string]*publication{}
	var order []string
	var verifying []commandLine
	for _, l := range commandsOf(s) {
		if ctx.Err() != nil {
			break
		}
		p := byFile[l.Path]
		if p == nil {
			p = &publication{Component: l.Component}
			byFile[l.Path] = p
			order = append(order, l.Path)
		}
		p.see(l)
		if isVerification(l.text) && !ignoredBy.MatchString(l.text) && !l.Test && !forPractice(l.Path) && aboutAssets(l, nil) {
			verifying = append(verifying, l)
		}
	}
	var looked []lodemark.Component
	var findings []lodemark.Finding
	published := ""
	for _, name := range order {
		p := byFile[name]
		if forPractice(p.Path) || !p.uploaded && !((p.signed || p.sums && p.otherWay) && p.assets()) {
			continue
		}
		looked = append(looked, p.Component)
		if f, bad := p.finding(); bad {
			findings = append(findings, f)
		} else if !p.Test && published == "" {
			published = p.Path
		}
	}
	if len(looked) == 0 {
		if !assetsAtHand(s, lodemark.KindModel, lodemark.KindDataset) {
			return nothing("no model file and no dataset stands in the repository, and nothing in it hands one on")
		}
		return undecided(nil, "no pipeline or script in the repository hands models on, and none publishes digests or signatures of them")
	}
	r := lodemark.Conclude(looked, shortened(findings), nil, "files that hand models on")
	if r.Outcome == lodemark.Passed && len(verifying) == 0 {
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s publishes digests or signatures, and nothing in the repository verifies one; whether consumers do is not seen", published)
	}
	if r.Outcome == lodemark.Passed {
		r.Reason = fmt.Sprintf("%s publishes digests or signatures, and %s verifies them", published, verifying[0].Path)
		r.Examined = append(r.Examined, verifying[0].Path)
	}
	return r
}

func (p *publication) see(l commandLine) {
	text := l.text
	p.lines = append(p.lines, text)
	hint := hinted(text, digestHints)
	p.signed = p.signed || hint && signs.MatchString(text)
	p.sums = p.sums || hint && sums.MatchString(text)
	p.otherWay = p.otherWay || strings.Contains(text, "release") && releases.MatchString(text)
	if !hinted(text, uploadHints) || !uploads.MatchString(text) {
		return
	}
	at := target.FindStringSubmatch(text)
	if at == nil {
		return
	}
	isSum := sumWord.MatchString(text)
	switch {
	case isSum && p.uploaded && at[1] == p.place:
		p.beside, p.sumsAt = true, l
	case isSum:
		p.otherWay = p.otherWay || p.uploaded
	case modelWord.MatchString(text[:strings.Index(text, at[0])]) && !p.uploaded:
		p.uploaded, p.upload, p.place = true, l, at[1]
	}
}

var uploadHints = []string{" cp", " sync", " mv", "upload", "scp ", "rsync", " copy", " mirror"}

// assets says whether the commands speak of models, or build the images that hold them.
func (p *publication) assets() bool {
	return slices.ContainsFunc(p.lines, func(l string) bool { return modelWord.MatchString(l) || imageBuild.MatchString(l) })
}

func (p *publication) finding() (lodemark.Finding, bool) {
	f := lodemark.Finding{ID: publishedCheck, Path: p.Path, Fix: "sign the model before it is uploaded, or publish its digest with the release, and let whoever loads it verify"}
	switch {
	case !p.uploaded || p.signed || p.sums && p.otherWay:
		return f, false
	case p.beside:
		f.Severity, f.Line, f.Key = severity(p.Path, lodemark.SeverityMedium), p.sumsAt.line, "digest beside "+p.place
		f.Message = fmt.Sprintf("The digest goes to %s, where the model goes: whoever can replace the one there can replace the other.", p.place)
	default:
		f.Severity, f.Line, f.Key = severity(p.Path, lodemark.SeverityMedium), p.upload.line, "no digest "+p.place
		f.Message = fmt.Sprintf("A model is uploaded to %s without a signature or a digest that comes another way, so whoever loads it cannot tell whether it is the one that was released.", p.place)
	}
	return f, true
}

func runVerifiedOnLoad(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var started, built *commandLine
	fetched := map[string][]commandLine{} // downloads by file
	for _, l := range commandsOf(s) {
		if ctx.Err() != nil {
			break
		}
		if (strings.Contains(l.text, "curl") || strings.Contains(l.text, "wget") || strings.Contains(l.text, "aria2c")) && fetches.MatchString(l.text) {
			fetched[l.Path] = append(fetched[l.Path], l)
		}
		if !isVerification(l.text) || !aboutAssets(l, fetched[l.Path]) {
			continue
		}
		looked = append(looked, l.Component)
		if ignoredBy.MatchString(l.text) {
			findings = append(findings, lodemark.Finding{ID: verifiedCheck, Severity: severity(l.Path, lodemark.SeverityMedium), Path: l.Path, Line: l.line, Key: "ignored " + verifies.FindString(l.text),
				Message: "Digests are compared here and a mismatch is ignored, so a model that was swapped is loaded all the same.", Fix: "let the command fail: take what stands behind || away"})
			continue
		}
		if host, beside := digestBeside(fetched[l.Path]); beside {
			findings = append(findings, lodemark.Finding{ID: verifiedCheck, Severity: severity(l.Path, lodemark.SeverityLow), Path: l.Path, Line: l.line, Key: "same origin " + host,
				Message: fmt.Sprintf("The digest is fetched from %s as the file is, so whoever replaced the file there has replaced the digest too.", host),
				Fix:     "keep the digest in this repository, or verify a signature by a key that is kept here"})
			continue
		}
		l := l
		if l.when == atStart || l.timed {
			started = &l
		} else if !l.Test {
			built = &l
		}
	}
	switch {
	case len(findings) == 0 && started != nil && !started.Test:
		return passed([]string{started.Path}, "%s:%d verifies digests or signatures when the system starts or by the clock", started.Path, started.line)
	case len(findings) > 0 && started == nil:
		return lodemark.Conclude(looked, shortened(findings), nil, "steps that compare digests")
	case built != nil:
		return undecided([]string{built.Path}, "%s:%d verifies, and no start command, init container or scheduled job does: what changes after the build is not noticed by files that were read", built.Path, built.line)
	case !assetsAtHand(s, lodemark.KindModel, lodemark.KindDataset, lodemark.KindPrompt):
		return nothing("no model, dataset or prompt stands in the repository")
	}
	return undecided(nil, "no start command, init container, script or pipeline compares digests or signatures of models, data or prompts; what code does when it loads was not read")
}

// aboutAssets says whether a verification can be one of models, data, prompts or images: not one of a tool that was downloaded
// a line before.
func aboutAssets(l commandLine, downloads []commandLine) bool {
	if strings.Contains(l.text, "cosign verify") || strings.Contains(l.text, "attestation verify") || strings.Contains(l.text, "signing verify") || strings.Contains(l.text, "model_signing") {
		return true
	}
	if modelWord.MatchString(l.text) || modelFolders.MatchString(l.text) || strings.Contains(l.text, "prompt") || strings.Contains(l.text, "MODEL") {
		return true
	}
	if l.when == inBuild {
		return slices.ContainsFunc(downloads, func(d commandLine) bool { return modelWord.MatchString(d.text) && l.line-d.line < 12 })
	}
	// A list of digests that stands in a folder of models is named without the folder: the step's own folder tells.
	return strings.Contains(l.text, "SHA256SUMS") && len(downloads) == 0 || strings.HasPrefix(path.Base(l.Path), "verify") ||
		slices.ContainsFunc(downloads, func(d commandLine) bool { return modelWord.MatchString(d.text) && l.line-d.line < 12 })
}

// digestBeside says whether a digest and a model were fetched from one host.
func digestBeside(downloads []commandLine) (host string, beside bool) {
	models, digests := map[string]bool{}, map[string]bool{}
	for _, d := range downloads {
		for _, m := range webHost.FindAllStringSubmatch(d.text, 8) {
			switch {
			case sumWord.MatchString(m[2]):
				digests[m[1]] = true
			case modelWord.MatchString(m[2]):
				models[m[1]] = true
			}
		}
	}
	for h := range digests {
		if models[h] && (host == "" || h < host) {
			host, beside = h, true
		}
	}
	return host, beside
}
