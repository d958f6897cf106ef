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

// DEP-2: protect your model continuously.
func modelProtection() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "DEP-2",
		Checks: []lodemark.Check{privateKeys(), modelManifest(), encryptionAtRest(), worldWritable(), servingEgress(), publishedDigests(), verifiedOnLoad(),
			confidentiality(), privacyAssessment()},
		Kept:  []lodemark.Check{ModelsVerified(), VerifiedBeforeUse(), TamperingWatched()},
		Later: map[string]string{"DEP-2.2": laterGateway},
	}
}

func privateKeys() lodemark.Check {
	return lodemark.Check{
		ID: "dep-2-private-keys", Version: 1, Exposed: true,
		Title:    "No private key lies beside what it protects",
		Bears:    lodemark.Supports("DEP-2.7"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A signature on a model is worth as much as the key is hard to get. A private key in the repository is read by " +
			"everyone who ever cloned it and by every agent that works in it; each of them can sign a model of their own.",
		Fix:  "Treat the key as stolen: revoke it, sign again with a new one, and keep that in a key store or hardware that lets nobody read it.",
		Help: "make the file readable that could not be read",
		Bad:  keysBad(), Good: keysGood(),
		Run: runPrivateKeys,
	}
}

const (
	keyFileBytes  = 1 << 20   // a larger file is no key
	settingBytes  = 256 << 10 // a larger file of settings is data that a machine wrote
	settingsTotal = 128 << 20 // of all settings together
	examinedFiles = 200       // so many names of files without a key are kept as evidence
)

var (
	keyName = pattern.New(`(?i)\.(?:pem|key|p12|pfx|pkcs12|ppk|asc|gpg|pgp|p8|pk8|pkcs8|der|jks|keystore|jwk|jwks|priv|private|privkey|sec|minisign|age)$|` +
		`^(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|ssh_host_\w+_key|secring\.\w+|identity|.*[-_.](?:rsa|ed25519|ecdsa|priv|privkey)|.*private[-_.]?key.*|.*(?:[-_]|signing|secret|ssh)key)$`)
	settingName = pattern.New(`(?i)\.(?:ya?ml|json[c5]?|toml|env|envrc|ini|conf|cfg|cnf|config|properties|tf|tfvars|hcl|txt|xml|plist|kubeconfig|ovpn|sh|bash|ps1|tpl|tmpl)$|` +
		`^\.env(?:\.|$)|^(?:Dockerfile|Containerfile|Makefile|Jenkinsfile|Vagrantfile|Procfile)|^[^.]+$`)
)

func runPrivateKeys(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "dep-2-private-keys"
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	named, held, left := 0, int64(0), 0
	for _, f := range keyCandidates(s.System) {
		byName, aside := keyName.MatchString(path.Base(f.Path)), f.Test || f.Vendored
		if held += f.Size; ctx.Err() != nil || !byName && held > settingsTotal {
			left++
			continue
		}
		data, err := s.Read(f.Path)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(f.Path, 0, err, aside))
			continue
		}
		keys := privateKeysIn(data)
		if byName {
			named++
		}
		if c := (lodemark.Component{Path: f.Path, Test: aside}); byName || len(keys) > 0 || len(looked) < examinedFiles {
			looked = append(looked, c)
		}
		for _, k := range keys {
			findings = append(findings, keyFinding(id, f.Path, k, byName))
		}
	}
	r := lodemark.Conclude(looked, findings, gaps, "files that could hold a private key")
	switch {
	case r.Outcome == lodemark.Passed && left > 0:
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%d file(s) of settings were not looked at for private keys: over the limit of %d MiB or out of time", left, settingsTotal>>20)
	case r.Outcome == lodemark.Passed && named > 0:
		r.Reason = fmt.Sprintf("no private key of our own in %d file(s) that are named like keys, nor in files of settings", named)
	case r.Outcome == lodemark.Passed:
		r.Reason = "no file is named like a key, and no private key stands in files of settings"
	}
	return r
}

// keyCandidates lists the files that are looked into, those named like keys first. Of tests and vendored folders only those.
func keyCandidates(s *lodemark.System) []lodemark.File {
	var keys, settings []lodemark.File
	for _, f := range s.Files {
		base := path.Base(f.Path)
		switch {
		case f.Link != "" || f.Size == 0:
		case mayBeKeyName(base) && keyName.MatchString(base):
			if f.Size <= keyFileBytes {
				keys = append(keys, f)
			}
		case !f.Test && !f.Vendored && f.Size <= settingBytes && settingName.MatchString(base):
			settings = append(settings, f)
		}
	}
	return slices.Concat(keys, settings)
}

// mayBeKeyName is cheap and lets no name of a key pass by: an ending that is none of common text, or the word in the name.
func mayBeKeyName(base string) bool {
	switch path.Ext(base) {
	case ".py", ".ts", ".tsx", ".js", ".jsx", ".md", ".go", ".rs", ".java", ".html", ".css", ".ipynb", ".svg", ".png", ".json", ".yaml", ".yml", ".txt", ".toml":
		return strings.Contains(strings.ToLower(base), "key")
	}
	return true
}

// keyFinding tells of a key and shows nothing of it; the excerpt of the place is given here, so that none is cut from the file.
func keyFinding(id, file string, k privateKey, byName bool) lodemark.Finding {
	f := lodemark.Finding{ID: id, Severity: lodemark.SeverityHigh, Path: file, Key: k.mark,
		Message: fmt.Sprintf("%s holds %s: whoever can read the repository can sign and decrypt with it.", file, k.kind)}
	if k.locked {
		f.Severity = lodemark.SeverityMedium
		f.Message = fmt.Sprintf("%s holds %s behind a passphrase: whoever can read the repository has the time to guess it, and a guess opens every copy.", file, k.kind)
	}
	if !byName {
		f.Line, f.Excerpt, f.ExcerptLine = k.line, "("+strings.TrimPrefix(strings.TrimPrefix(k.kind, "a "), "an ")+", not shown)", k.line
	}
	return f
}
