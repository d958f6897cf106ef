package develop

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/hosted"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/weakness"
)

func supportedComponents() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-end-of-life", Version: 2,
		Title:    "No base image, runtime, AI package or hosted model is past the end of its support",
		Bears:    lodemark.Supports("DEV-1.7"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Past the end of support nobody fixes what is found, and the next hole in the runtime under the model stays open. A retired hosted " +
			"model answers with an error, or with another model than the one that was tested.",
		Fix:  "Move to a supported version, evaluate it, and put the next end of support into the debt register.",
		Help: "name versions in images (python:3.12-slim) and models (with their date), so that their end of support can be looked up",
		Bad:  endOfLifeBad(), Good: endOfLifeGood(),
		Run: runSupportedComponents,
	}
}

func runSupportedComponents(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	e := endings{s: s, seen: map[string]bool{}, other: map[string]bool{}}
	for c := range s.System.Of(lodemark.KindContainer, lodemark.KindCompose, lodemark.KindKubernetes) {
		if ctx.Err() != nil {
			break
		}
		uses, err := imagesOf(s, c)
		if err != nil {
			continue // dev-1-pinned-images says so
		}
		for _, u := range uses {
			e.image(c, u.line, u.image)
		}
	}
	for c := range s.System.Of(lodemark.KindPackage) {
		e.aiPackage(c)
	}
	for c := range s.System.Of(lodemark.KindHostedModel) {
		e.hosted(c)
	}
	for _, c := range weakness.SystemCode(ctx, s) {
		e.inCode(c)
	}
	for c := range s.System.Of(lodemark.KindInfrastructure) {
		if c.Format == "terraform" {
			e.functions(c)
		}
	}
	for _, f := range s.System.Files {
		if f.Link == "" && f.Size < 4096 {
			e.runtimeFile(f)
		}
	}
	r := lodemark.Conclude(e.looked, e.findings, nil, "images, runtimes, AI packages and hosted models with a known version")
	if r.Outcome == lodemark.NothingToSee {
		r.Reason = "no image, runtime, AI package or hosted model with a version was found outside tests"
	}
	return r
}

// endings collects what was looked at and what is past its end.
type endings struct {
	s        *lodemark.Subject
	looked   []lodemark.Component
	findings []lodemark.Finding
	seen     map[string]bool
	other    map[string]bool // of files of code: they tell of an address that is not the provider's
}

// judge reports a version whose support has ended; known says that its end is on record at all.
func (e *endings) judge(c lodemark.Component, line int, what string, end ending) {
	e.looked = append(e.looked, c)
	day, err := time.Parse(time.DateOnly, end.day)
	key := what + " " + end.day
	if err != nil || !e.s.At.After(day.Add(24*time.Hour)) || e.seen[c.Path+key] {
		return
	}
	e.seen[c.Path+key] = true
	message := fmt.Sprintf("%s is out of support since %s: what is found in it now is not mended.", what, end.day)
	if end.how != "" {
		message = fmt.Sprintf("%s %s (%s).", what, end.how, end.day)
	}
	fix := end.instead
	if fix == "" {
		fix = "move to a supported version and evaluate it"
	}
	e.findings = append(e.findings, lodemark.Finding{ID: "dev-1-end-of-life", Severity: lodemark.SeverityMedium, Path: c.Path, Line: line, Message: message, Fix: fix, Key: key})
}

// systemInTag is a distribution that a tag names behind the version: "3.11-slim-buster", "12.1.0-runtime-ubuntu18.04".
var systemInTag = pattern.New(`(?:^|[-_.])(jessie|stretch|buster|bullseye|ubuntu\d{2}\.\d{2}|alpine\d\.\d{1,2}|centos\d|focal|bionic|xenial|trusty)(?:$|[-_.])`)

var codenames = map[string]string{"jessie": "debian 8", "stretch": "debian 9", "buster": "debian 10", "bullseye": "debian 11", "focal": "ubuntu 20.04", "bionic": "ubuntu 18.04",
	"xenial": "ubuntu 16.04", "trusty": "ubuntu 14.04"}

var leadingVersion = pattern.New(`^v?(\d+)(?:\.(\d+))?(?:\.\d+)*(?:$|[-_.+a-z])`)

func (e *endings) image(c lodemark.Component, line int, i infra.Image) {
	product := path.Base(i.Name)
	if i.Registry != "" && i.Registry != "docker.io" && !strings.Contains(i.Registry, "mcr.microsoft.com") && !strings.Contains(i.Registry, "public.ecr.aws") && !strings.Contains(i.Registry, "quay.io") && !strings.Contains(i.Name, "library/") && !strings.Contains(i.Name, "base/") && !strings.Contains(i.Name, "mirror/") {
		return // an image of one's own may be called as the product is
	}
	if end, what, ok := versionEnding(product, i.Tag); ok {
		e.judge(c, line, what, end)
	}
	if m := systemInTag.FindStringSubmatch(strings.ToLower(i.Tag)); m != nil {
		name := codenames[m[1]]
		if name == "" {
			at := strings.IndexAny(m[1], "0123456789")
			name = m[1][:at] + " " + m[1][at:]
		}
		if product+" "+i.Tag == name {
			return
		}
		if end, ok := versionEnds[name]; ok {
			e.judge(c, line, fullName(i)+":"+i.Tag+" stands on "+strings.ToUpper(name[:1])+name[1:]+", which", ending{end, "is out of support", ""})
		}
	} else if product == "debian" {
		word, _, _ := strings.Cut(i.Tag, "-")
		if end, ok := versionEnds[codenames[word]]; ok {
			e.judge(c, line, "Debian "+word, ending{day: end})
		}
	}
}

// versionEnding looks a version up by as many of its parts as the product counts by: Node by one, Python by two.
func versionEnding(product, tag string) (end ending, what string, ok bool) {
	m := leadingVersion.FindStringSubmatch(tag)
	if m == nil {
		return end, "", false
	}
	for _, v := range []string{m[1] + "." + m[2], m[1]} {
		if day, known := versionEnds[product+" "+v]; known {
			return ending{day: day}, strings.ToUpper(product[:1]) + product[1:] + " " + v, true
		}
	}
	return end, "", false
}

func (e *endings) aiPackage(c lodemark.Component) {
	for _, p := range packageEnds {
		if p.name != c.Name || p.ecosystem != c.Detail["ecosystem"] {
			continue
		}
		if p.below != "" && !olderThan(c.Version, p.below) {
			e.looked = append(e.looked, c)
			return
		}
		what := c.Name
		if p.below != "" {
			what += " " + c.Version
		}
		e.judge(c, c.Line, what, p.ending)
		return
	}
	if c.Version != "" {
		e.looked = append(e.looked, c)
	}
}

// olderThan compares the first two numbers of versions. An unknown version is not older.
func olderThan(version, limit string) bool {
	v, l := leadingVersion.FindStringSubmatch(version), leadingVersion.FindStringSubmatch(limit)
	if v == nil || l == nil {
		return false
	}
	for i := 1; i <= 2; i++ {
		a, _ := strconv.Atoi(v[i])
		b, _ := strconv.Atoi(l[i])
		if a != b {
			return a < b
		}
	}
	return false
}

// hosted looks at models at their own provider's address: clouds that resell them keep their own dates.
func (e *endings) hosted(c lodemark.Component) {
	model := strings.ToLower(strings.TrimPrefix(c.Detail["model"], "models/"))
	if model == "" {
		return
	}
	if m, _ := hosted.Of(model); m.Retired != "" && strings.EqualFold(m.Provider, c.Detail["provider"]) {
		e.judge(c, c.Line, "The hosted model "+c.Detail["model"], ending{m.Retired, "was retired by its provider", "choose a model that is offered, pin its version, and evaluate it"})
		return
	}
	e.looked = append(e.looked, c)
}

// inCode looks at models that code names, be it through variables and other files. A library says what is spoken there, and not with whom:
// where the file tells of another address, or of a cloud that resells models, the provider's dates say nothing.
func (e *endings) inCode(c lodemark.Component) {
	if c.Origin == lodemark.OriginUnresolved || c.Kind != lodemark.KindHostedModel && c.Kind != lodemark.KindEmbeddingModel {
		return
	}
	other, known := e.other[c.Path]
	if !known {
		data, err := e.s.Read(c.Path)
		other = err != nil || otherAddress.Match(data)
		e.other[c.Path] = other
	}
	if other {
		return
	}
	provider := c.Detail["provider"]
	if !hosted.Speaks(provider) {
		return // nothing is on record that would make its silence mean anything
	}
	c.Detail = map[string]string{"model": c.Name, "provider": provider}
	e.hosted(c)
}

var otherAddress = pattern.New(`(?i)azure|bedrock|vertex|localhost|127\.0\.0\.1|base_?url|api_base|endpoint`)

// functions looks at the runtimes of functions in Terraform: runtime = "python3.8".
func (e *endings) functions(c lodemark.Component) {
	blocks, err := infra.Read(e.s, c.Path, infra.ParseTerraform)
	if err != nil {
		return
	}
	for _, b := range blocks {
		if b.Type != "resource" {
			continue
		}
		if a, ok := b.Attribute("runtime"); ok && !a.Open {
			e.runtime(c, a.Value.Line, a.Value.Text)
		}
	}
}

var runtimeName = pattern.New(`(?i)^(python|node|nodejs)[-_]?v?(\d[\d.]*)(?:\.x)?$`)

func (e *endings) runtime(c lodemark.Component, line int, text string) {
	m := runtimeName.FindStringSubmatch(strings.ReplaceAll(strings.TrimSpace(text), ".x", ""))
	if m == nil {
		return
	}
	product := strings.TrimSuffix(strings.ToLower(m[1]), "js")
	version := m[2]
	if product == "python" && !strings.Contains(version, ".") && len(version) > 1 { // python38
		version = version[:1] + "." + version[1:]
	}
	if end, what, ok := versionEnding(product, version); ok && end.day != "" {
		e.judge(c, line, what, end)
	} else {
		e.looked = append(e.looked, c)
	}
}

// runtimeFile looks at the files that fix the runtime: runtime.txt, .python-version, .nvmrc.
func (e *endings) runtimeFile(f lodemark.File) {
	prefix, ok := map[string]string{"runtime.txt": "", ".python-version": "python-", ".nvmrc": "node-", ".node-version": "node-"}[path.Base(f.Path)]
	if !ok {
		return
	}
	data, err := e.s.Read(f.Path)
	if err != nil {
		return
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(data)), "\n")
	e.runtime(lodemark.Component{Path: f.Path, Test: f.Test || f.Vendored}, 1, prefix+strings.TrimPrefix(strings.TrimSpace(first), "v"))
}
