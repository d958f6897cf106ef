package develop

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

func packageOrigins() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-package-origins", Version: 1,
		Title:    "Packages come over verified connections, from one index or one that wins, and from fixed commits",
		Bears:    lodemark.Supports("DEV-1.5"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Asked for a package at two indexes, pip takes the higher version: whoever registers an inner name in the public index is " +
			"installed beside the model and its keys. A nightly build of a machine learning framework was taken over in this way.",
		Fix:  "Install inner packages from a proxy that knows which names are yours (one --index-url), or tie names to an index; use https; name commits.",
		Help: "correct the file that could not be read",
		Bad:  originsBad(), Good: originsGood(),
		Run: runPackageOrigins,
	}
}

// origin is one place that says where packages come from.
type origin struct {
	line   int
	option string // "extra-index-url", "index-url", "trusted-host", "find-links", "git", "strict-ssl"
	value  string
	uv     bool // uv asks indexes in order and takes the first that has the name
	mixed  bool // uv was told to compare all indexes
	hashed bool // digests are required, so that no other package passes
}

func runPackageOrigins(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	take := func(c lodemark.Component, found []origin) {
		looked = append(looked, c)
		seen := map[string]bool{}
		for _, o := range gathered(found) {
			if f, bad := judgeOrigin(c.Path, o); bad && !seen[f.Key] {
				if o.option == "git" && c.Kind == lodemark.KindPipeline {
					f.Severity = lodemark.SeverityLow // to try against the newest is what such a run is often for
				}
				seen[f.Key] = true
				findings = append(findings, f)
			}
		}
	}
	for _, c := range shellPlaces(s.System) {
		if ctx.Err() != nil {
			break
		}
		units, err := shellUnitsOf(s, c)
		if err != nil {
			continue // dev-1-piped-install says so
		}
		var found []origin
		installs := c.Kind == lodemark.KindContainer
		for _, u := range units {
			if mentionsInstall(u.text) {
				installs = true
				found = append(found, originsInShell(u)...)
			}
		}
		if c.Kind == lodemark.KindContainer {
			if d, err := containerFile(s, c); err == nil {
				for _, stage := range d.Stages {
					for _, e := range stage.Env {
						if o, ok := originOfVariable(e.Name, e.Value.Text, e.Value.Line); ok {
							found = append(found, o)
						}
					}
				}
			}
		}
		if installs {
			take(c, found)
		}
	}
	for _, c := range settingsOfInstallers(s.System) {
		if found, large, err := originsInLargeLock(s, c); large {
			if err != nil {
				gaps = append(gaps, lodemark.Unread(c.Path, 0, err, c.Test))
			} else {
				take(c, found)
			}
			continue
		}
		data, err := s.Read(c.Path)
		if err == nil && len(data) > scriptBytes {
			err = fmt.Errorf("the file has %d bytes; at most %d are read", len(data), scriptBytes)
		}
		if err != nil {
			gaps = append(gaps, lodemark.Unread(c.Path, 0, err, c.Test))
			continue
		}
		take(c, originsInFile(c, string(data)))
	}
	return lodemark.Conclude(looked, findings, gaps, "manifests, build files and scripts that install packages")
}

// lockBytes is the largest lock file that is read, in a stream.
const lockBytes = 64 << 20

// originsInLargeLock reads a lock file of npm that is too large to be read whole; large is false for all else.
func originsInLargeLock(s *lodemark.Subject, c lodemark.Component) (found []origin, large bool, err error) {
	if c.Kind != lodemark.KindLockFile || c.Format != "npm" || s.Open == nil {
		return nil, false, nil
	}
	i, known := slices.BinarySearchFunc(s.System.Files, c.Path, func(f lodemark.File, p string) int { return strings.Compare(f.Path, p) })
	if !known || s.System.Files[i].Size <= scriptBytes {
		return nil, false, nil
	}
	content, err := s.Open(c.Path)
	if err != nil {
		return nil, true, err
	}
	defer content.Close()
	if content.Size() > lockBytes {
		return nil, true, fmt.Errorf("the file has %d bytes; at most %d are read", content.Size(), lockBytes)
	}
	return originsInNodeLock(bufio.NewReader(io.NewSectionReader(content, 0, content.Size()))), true, nil
}

// gathered makes one entry of all repositories that a file installs from: they are one decision of its author.
func gathered(found []origin) []origin {
	var all []origin
	var repositories []string
	first := -1
	for _, o := range found {
		if o.option != "git" {
			all = append(all, o)
			continue
		}
		if first < 0 {
			first = len(all)
			all = append(all, o)
		}
		if !slices.Contains(repositories, o.value) {
			repositories = append(repositories, o.value)
		}
	}
	if first >= 0 {
		all[first].value = shortList(repositories)
	}
	return all
}

func mentionsInstall(text string) bool {
	return strings.Contains(text, "install") || strings.Contains(text, "index") || strings.Contains(text, "uv sync") || strings.Contains(text, "uv add") || strings.Contains(text, "PIP_")
}

// settingsOfInstallers lists manifests and the settings of installers, each once.
func settingsOfInstallers(s *lodemark.System) []lodemark.Component {
	var all []lodemark.Component
	seen := map[string]bool{}
	add := func(c lodemark.Component) {
		if !seen[c.Path] {
			seen[c.Path] = true
			all = append(all, c)
		}
	}
	for c := range s.Of(lodemark.KindManifest) {
		switch c.Format {
		case "requirements", "constraints", "pyproject", "poetry", "pipfile", "conda", "package.json":
			add(c)
		}
	}
	for c := range s.Of(lodemark.KindLockFile) {
		if c.Format == "npm" || c.Format == "requirements" {
			add(c)
		}
	}
	for _, f := range s.Files {
		base := strings.ToLower(path.Base(f.Path))
		if f.Link == "" && (base == "pip.conf" || base == "pip.ini" || base == ".npmrc" || base == "uv.toml" || base == ".condarc") {
			add(lodemark.Component{Kind: lodemark.KindManifest, Path: f.Path, Format: base, Test: f.Test || f.Vendored})
		}
	}
	return all
}

// openIndexes are indexes that vendors run for builds of their own packages, which stand in the public index under the same
// owner or under none.
var openIndexes = pattern.New(`^(?:[\w-]+\.)*(?:pytorch\.org|pypi\.org|pypi\.nvidia\.com|pypi\.ngc\.nvidia\.com|pythonhosted\.org|flashinfer\.ai|vllm\.ai|huggingface\.co|huggingface\.github\.io|` +
	`abetlen\.github\.io|data\.pyg\.org|storage\.googleapis\.com|pip\.repos\.neuron\.amazonaws\.com|anaconda\.org|anaconda\.com|npmjs\.org|intel\.com|paddlepaddle\.org\.cn|docs\.sglang\.ai|rocm\.docs\.amd\.com|repo\.radeon\.com|` +
	`tsinghua\.edu\.cn|aliyun\.com|ustc\.edu\.cn|tencentyun\.com|tencent\.com|huaweicloud\.com|douban\.com|npmmirror\.com)$`)

func judgeOrigin(p string, o origin) (lodemark.Finding, bool) {
	f := lodemark.Finding{ID: "dev-1-package-origins", Path: p, Line: o.line, Severity: lodemark.SeverityMedium, Key: o.option + " " + o.value}
	host, scheme := hostOf(o.value)
	local := host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "host.docker.") || host == ""
	switch {
	case strings.ContainsAny(o.value, "${}<"):
		return f, false // a variable: what is in it the file does not tell
	case o.option == "strict-ssl" && o.value == "false":
		f.Message = "The connection to the package index is not verified (strict-ssl=false), so anyone on the way decides what is installed."
		f.Fix = "take the line out, and give the installer your certificate (cafile) where it needs one"
	case o.option == "trusted-host" && !local:
		f.Message = fmt.Sprintf("The connection to %s is not verified (trusted-host), so anyone on the way decides what is installed.", o.value)
		f.Fix = "take trusted-host out, and give pip your certificate (--cert) where it needs one"
	case scheme == "http" && !local && (o.option == "index-url" || o.option == "extra-index-url" || o.option == "find-links" || o.option == "resolved"):
		f.Severity = lodemark.SeverityHigh
		f.Message = fmt.Sprintf("Packages are fetched from %s without encryption, so anyone on the way decides what is installed.", o.value)
		f.Fix = "use https"
	case o.option == "extra-index-url" && scheme == "https" && !local && !openIndexes.MatchString(host) && !o.hashed && (!o.uv || o.mixed):
		f.Message = fmt.Sprintf("Names are looked up at %s and in the public index, and the higher version wins: whoever registers one of your names there is installed.", host)
		f.Fix = "use one index that knows both (--index-url), require digests, or tie names to their index"
	case o.option == "extra-index-url" && nightlyIndex.MatchString(o.value) && !o.hashed && (!o.uv || o.mixed):
		f.Severity = lodemark.SeverityLow
		f.Message = fmt.Sprintf("Nightly builds of %s are mixed with the public index, in which others may register the names of their dependencies.", host)
		f.Fix = "install released versions, or require digests"
	case o.option == "git":
		f.Severity = lodemark.SeverityMedium
		f.Message = fmt.Sprintf("Packages are installed from %s, whatever stands there that day.", o.value)
		f.Fix = "name the full commit: git+https://...@<40 hex digits>"
	case o.option == "integrity":
		f.Severity = lodemark.SeverityLow
		f.Message = fmt.Sprintf("%s: the installer takes any bytes for them.", o.value)
		f.Fix = "remove node_modules and the lock file's entries and let npm write them again"
	default:
		return f, false
	}
	return f, true
}

var nightlyIndex = pattern.New(`(?i)/nightly\b`)

func hostOf(value string) (host, scheme string) {
	value = strings.Trim(value, `"'`)
	if !strings.Contains(value, "://") {
		name, _, _ := strings.Cut(value, ":")
		return strings.ToLower(name), ""
	}
	u, err := url.Parse(value)
	if err != nil {
		return "", ""
	}
	return strings.ToLower(u.Hostname()), strings.ToLower(u.Scheme)
}
