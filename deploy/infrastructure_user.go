package deploy

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

func containerUser() lodemark.Check {
	return lodemark.Check{
		ID: "dep-1-container-user", Version: 1,
		Title:    "Containers run as a user without the rights of root",
		Bears:    lodemark.Supports("DEP-1.1"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "A model file that runs code, or a tool that a prompt talks into something, acts with the rights of its process. As root " +
			"inside a container it can rewrite the application and is one flaw of the kernel away from the host.",
		Fix: "End the container file with USER and a number (USER 10001:10001), give that user the folders it writes to, and let the " +
			"cluster insist: runAsNonRoot: true.",
		Help: "write USER at the end of the container file where the base image's user is not known from its name",
		Bad:  userBad(), Good: userGood(),
		Run: runContainerUser,
	}
}

func runContainerUser(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	e := survey(s, lodemark.KindContainer, lodemark.KindCompose, lodemark.KindKubernetes)
	var findings []lodemark.Finding
	var open []string
	for _, f := range e.containers {
		if ctx.Err() != nil {
			break
		}
		u := userOf(f.Dockerfile)
		switch {
		case u.state == userUnknown && !f.Test:
			open = append(open, f.Path)
			e.gaps = append(e.gaps, lodemark.Gap{Path: f.Path, Line: u.line, Reason: u.why})
		case u.state == userRoot && !stepsDown(s, f) && !overridden(e.compose, f):
			findings = append(findings, rootFinding(f.Path, u))
		}
	}
	for _, f := range e.compose {
		for _, svc := range f.Services {
			if isRoot(filled(svc.User.Text)) {
				findings = append(findings, lodemark.Finding{Severity: severity(f.Path, lodemark.SeverityMedium), Path: f.Path, Line: svc.User.Line, Key: svc.Name + " user",
					Message: fmt.Sprintf("The service %s is started as root (user: %s), whatever its image says.", svc.Name, svc.User.Text),
					Fix:     "take the line away, or name an unprivileged user: user: \"10001:10001\""})
			}
		}
	}
	for _, m := range e.manifests {
		findings = append(findings, rootPods(m)...)
	}
	if len(e.containers) > 0 {
		e.templates = nil // the images say who runs; a template could only add to it
	}
	r := e.concluded(findings, "files that say how containers run")
	if r.Outcome == lodemark.Passed && len(open) > 0 {
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("the user of %d image(s) stands in a base image that is not known here, the first is that of %s", len(open), open[0])
	}
	return r
}

func rootFinding(file string, u imageUser) lodemark.Finding {
	worst := lodemark.SeverityMedium
	if u.harmless {
		worst = lodemark.SeverityLow
	}
	return lodemark.Finding{Severity: severity(file, worst), Path: file, Line: u.line, Key: "root " + u.why,
		Message: fmt.Sprintf("%s builds an image that runs as root (%s), so whatever a model or prompt makes it do, it does with all rights inside the container.", file, u.why),
		Fix:     "end the last stage with USER and a number: USER 10001:10001"}
}

type userState int

const (
	userPlain userState = iota
	userRoot
	userUnknown
)

// imageUser is the user that an image starts as, and why that is known.
type imageUser struct {
	state    userState
	line     int
	why      string
	harmless bool // it only starts as root: workers run as somebody else
}

// userOf follows the last stage of a container file down to the USER that counts. Earlier stages only build.
func userOf(d *infra.Dockerfile) imageUser {
	at := len(d.Stages) - 1
	line := d.Stages[at].Line
	for range d.Stages { // each step goes to an earlier stage
		stage := d.Stages[at]
		if stage.User.Given() {
			return namedUser(stage.User)
		}
		if !stage.FromStage {
			return baseUser(stage, d.Stages[len(d.Stages)-1], line)
		}
		earlier, ok := d.Stage(strings.Trim(stage.Base.Text, `"'`), at)
		if !ok || earlier >= at {
			break
		}
		at = earlier
	}
	return imageUser{userUnknown, line, "the last stage builds on one that was not found", false}
}

func namedUser(u infra.Value) imageUser {
	if isRoot(u.Text) {
		return imageUser{userRoot, u.Line, "USER " + u.Text, false}
	}
	return imageUser{state: userPlain}
}

// isRoot says whether a user, or a user with its group, is root. A variable without a default was put there to choose
// another one.
func isRoot(user string) bool {
	name, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(user), `"'`), ":")
	return strings.EqualFold(name, "root") || name != "" && strings.Trim(name, "0") == ""
}

func filled(text string) string {
	if t, open := infra.Expand(text, nil); !open {
		return t
	}
	return text
}

// baseUser judges by the base image's name. last is the stage that is built: an image without any command is no program.
func baseUser(stage, last infra.Stage, line int) imageUser {
	written := stage.Base.Text
	switch {
	case stage.Open:
		return imageUser{userUnknown, line, "the base image " + written + " is named by a variable, and no USER follows", false}
	case stage.Image.Name == "": // scratch
		if len(last.Command) == 0 {
			return imageUser{state: userPlain}
		}
		return imageUser{userRoot, line, "no USER on an empty base", false}
	}
	name, tag := strings.ToLower(stage.Image.Name), strings.ToLower(stage.Image.Tag)
	full := strings.ToLower(stage.Image.Registry) + "/" + name
	switch {
	case unprivilegedTag.MatchString(name) || unprivilegedTag.MatchString(tag) || unprivilegedImage.MatchString(full):
		return imageUser{state: userPlain}
	case windowsImage.MatchString(full) || stepsDownImage.MatchString(name):
		return imageUser{state: userPlain}
	case forkingImage.MatchString(name):
		return imageUser{userRoot, line, "no USER, and " + shownImage(stage.Image, written) + " starts as root and hands requests to unprivileged workers", true}
	case rootImage.MatchString(full):
		return imageUser{userRoot, line, "no USER, and " + shownImage(stage.Image, written) + " has none either", false}
	}
	return imageUser{userUnknown, line, "no USER, and whose user " + shownImage(stage.Image, written) + " has is not known here", false}
}

// What is known about users of images that others publish. Names go without tag; the first group has the registry.
var (
	unprivilegedTag   = pattern.New(`(?:^|[-_/.])(?:nonroot|non[-_]root|unprivileged|rootless|chiseled(?:-extra)?)(?:$|[-_/.])`)
	unprivilegedImage = pattern.New(`^cgr\.dev/|^dhi\.io/|/chainguard/|(?:^|/)bitnami(?:legacy|secure)?/|(?:^|/)jupyter/[\w-]*notebook|/ubi\d+/(?:python|nodejs|openjdk|ruby|php|perl|go-toolset|httpd|nginx)[\w-]*$|` +
		`(?:^|/)(?:curlimages/curl|apache/airflow|apache/spark|apache/superset|pytorch/torchserve|grafana/[\w-]+|prom/[\w-]+|jenkins/[\w-]+|n8nio/n8n|mambaorg/micromamba|selenium/[\w-]+|` +
		`elasticsearch/elasticsearch|opensearchproject/[\w-]+|keycloak/keycloak|rapidsai/(?:base|notebooks)|confluentinc/[\w-]+|sonatype/nexus3|rayproject/[\w-]+|lambda/\w+|jupyter/docker-stacks-foundation|unstructured-io/unstructured(?:-api)?)$`)
	// These start as root to prepare their volume and step down before they listen.
	stepsDownImage = pattern.New(`(?:^|/)(?:postgres|pgvector|timescaledb|postgis|mysql|mariadb|mongo|redis|valkey|rabbitmq|cassandra|couchdb|influxdb|neo4j|elasticsearch)$`)
	// These keep a first process as root and serve with others.
	forkingImage = pattern.New(`(?:^|/)(?:nginx|openresty|httpd|php)$`)
	windowsImage = pattern.New(`/windows/|/windows$|windowsservercore|nanoserver`)
	rootImage    = pattern.New(`/(?:python|node|golang|rust|debian|ubuntu|alpine|fedora|centos|rockylinux|almalinux|amazonlinux|oraclelinux|archlinux|busybox|openjdk|eclipse-temurin|amazoncorretto|` +
		`ruby|perl|elixir|erlang|haskell|swift|maven|gradle|julia|r-base|buildpack-deps|bun|deno|pypy|caddy|traefik|haproxy|docker|uv|playwright|playwright-python|dotnet/(?:sdk|aspnet|runtime)|` +
		`miniconda3?|anaconda3?|miniforge3?|mambaforge|distroless/[\w-]+|ubi\d*|ubi\d*-minimal|ubi-minimal|ubi-micro|` +
		`cuda|cuda-dl-base|pytorch|tensorflow|tritonserver|tensorrt|deepspeed|rocm-terminal|dev-ubuntu-[\d.]+|huggingface-pytorch-[\w-]+|transformers-pytorch-gpu|pytorch-(?:training|inference)|tensorflow-(?:training|inference)|` +
		`vllm-openai|vllm-openai-rocm|sglang|lmdeploy|text-generation-inference|text-embeddings-inference|ollama|localai|llama\.cpp|open-webui|mlflow|chroma|qdrant|weaviate|litellm)$`)
)

// dropsRights matches commands that start the program as another user.
var dropsRights = pattern.New(`(?:^|[\s"'/&|;(])(?:gosu|su-exec|setpriv|runuser|s6-setuidgid|chpst|setuidgid)(?:\s|"|$)|\bsu (?:-|-\w+ )[^\n]*\s-c\b`)

// maxEntryScript bounds a start script that is looked at. A larger one is no script that a person wrote.
const maxEntryScript = 256 << 10

// stepsDown says whether the image's start command gives root's rights up, by itself or in a script that the image copies.
func stepsDown(s *lodemark.Subject, f containerFile) bool {
	last := f.Last()
	if dropsRights.MatchString(strings.Join(last.Command, " ")) {
		return true
	}
	for _, word := range last.Command {
		base := path.Base(word)
		if base == "." || base == "/" || strings.HasPrefix(word, "-") {
			continue
		}
		for _, file := range s.System.Files {
			if path.Base(file.Path) != base || file.Size > maxEntryScript || !copied(last.Copies, file.Path) {
				continue
			}
			if data, err := s.Read(file.Path); err == nil && dropsRights.Match(data) {
				return true
			}
		}
	}
	return false
}

// copied says whether a COPY takes the file, or a folder that may hold it, from the tree.
func copied(copies []infra.Copy, file string) bool {
	for _, c := range copies {
		for _, src := range c.Sources {
			src = strings.Trim(path.Clean(src), "/")
			if c.From == "" && (src == "." || path.Base(src) == path.Base(file) || strings.Contains("/"+file, "/"+src+"/") || strings.ContainsAny(src, "*?")) {
				return true
			}
		}
	}
	return false
}

// overridden says whether compose files build from this container file, and each service that does names a user other
// than root, which then counts.
func overridden(files []composeFile, f containerFile) bool {
	used := false
	for _, c := range files {
		for _, svc := range c.Services {
			if c.Test || !svc.Build || !builds(c.Path, svc, f.Path) {
				continue
			}
			if user := filled(svc.User.Text); !svc.User.Given() || isRoot(user) || user == "" {
				return false
			}
			used = true
		}
	}
	return used
}

func builds(compose string, svc infra.Service, file string) bool {
	dir := path.Join(path.Dir(compose), filled(svc.Context.Text))
	name := filled(svc.Dockerfile.Text)
	if name == "" {
		name = "Dockerfile"
	}
	return path.Join(dir, name) == file
}

// rootPods finds what a manifest starts as root in so many words. A manifest that says nothing leaves it to the image.
func rootPods(m manifest) []lodemark.Finding {
	var all []lodemark.Finding
	said := map[int]bool{}
	for _, o := range m.objects {
		for _, p := range o.Pods {
			for _, c := range p.Containers {
				user := c.RunAsUser
				if !user.Given() {
					user = p.RunAsUser
				}
				if !user.Given() || !isRoot(user.Text) || said[user.Line] || c.Init {
					continue // what only prepares a volume ends before anything listens
				}
				said[user.Line] = true
				all = append(all, lodemark.Finding{Severity: severity(m.Path, lodemark.SeverityMedium), Path: m.Path, Line: user.Line, Key: strings.Join([]string{o.Kind, o.Name, c.Name, "root"}, " "),
					Message: fmt.Sprintf("%s %s runs its container %s as root, whatever the image says.", o.Kind, o.Name, c.Name),
					Fix:     "name an unprivileged user and insist on it: runAsNonRoot: true, runAsUser: 10001"})
			}
		}
	}
	return slices.Clip(all)
}
