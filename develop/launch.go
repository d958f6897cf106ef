package develop

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// launch is what a command fetches and runs, as far as the command line alone says it.
type launch struct {
	runner string // "npx", "uvx", "docker" ...
	spec   string // the package or image as written
	name   string // without its version
	pinned bool   // one exact version, commit or digest
}

// launched reads the command line of an MCP server. ok is false where nothing is fetched: a local program or script, a
// variable in the place of the package, or a command that is not understood.
func launched(command string, args []string) (l launch, ok bool) {
	words := append(strings.Fields(command), args...)
	for range 4 { // wrappers of wrappers; more than this is nobody's configuration
		if len(words) == 0 {
			return launch{}, false
		}
		switch program(words[0]) {
		case "env":
			words = afterAssignments(words[1:])
		case "cmd":
			words = afterFlag(words[1:], "/c", "/C")
		case "sh", "bash", "zsh", "dash":
			words = shellWords(afterFlag(words[1:], "-c", "-lc", "-ic", "-cl"))
		default:
			return fetched(program(words[0]), words[1:])
		}
	}
	return launch{}, false
}

func program(word string) string {
	name := strings.ToLower(path.Base(strings.ReplaceAll(word, `\`, "/")))
	for _, ext := range []string{".cmd", ".exe", ".ps1", ".bat"} {
		name = strings.TrimSuffix(name, ext)
	}
	return name
}

func afterAssignments(words []string) []string {
	for len(words) > 0 && (strings.Contains(words[0], "=") || strings.HasPrefix(words[0], "-")) {
		words = words[1:]
	}
	return words
}

func afterFlag(words []string, flags ...string) []string {
	for i, w := range words {
		for _, f := range flags {
			if w == f {
				return words[i+1:]
			}
		}
	}
	return nil
}

// shellWords splits the one command of "sh -c": where there are several, nothing is said about any.
func shellWords(words []string) []string {
	if len(words) != 1 {
		return words
	}
	pipelines := shellPipelines(words[0])
	if len(pipelines) == 0 || len(pipelines[len(pipelines)-1].commands) != 1 {
		return nil
	}
	return pipelines[len(pipelines)-1].commands[0]
}

// runnerOf describes how a package runner's command line is read.
type runnerOf struct {
	name   string
	sub    []string // words between the program and its flags
	valued []string // flags that take a value in the next word
	from   []string // those of them whose value names the package instead of the first plain word
	python bool
}

var runners = []runnerOf{
	{name: "npx", valued: []string{"-c", "--call", "--registry", "--cache", "-w", "--workspace", "--prefix", "--userconfig"}, from: []string{"-p", "--package"}},
	{name: "bunx", valued: []string{"--cwd"}, from: []string{"-p", "--package"}},
	{name: "bun", sub: []string{"x"}, from: []string{"-p", "--package"}},
	{name: "pnpm", sub: []string{"dlx"}, from: []string{"--package"}},
	{name: "yarn", sub: []string{"dlx"}, from: []string{"-p", "--package"}},
	{name: "npm", sub: []string{"exec"}, from: []string{"-p", "--package"}},
	{name: "npm", sub: []string{"x"}, from: []string{"-p", "--package"}},
	{name: "uvx", valued: uvValued, from: []string{"--from"}, python: true},
	{name: "uv", sub: []string{"tool", "run"}, valued: uvValued, from: []string{"--from"}, python: true},
	{name: "uv", sub: []string{"x"}, valued: uvValued, from: []string{"--from"}, python: true},
	{name: "pipx", sub: []string{"run"}, valued: []string{"--python", "--pip-args", "--index-url", "-i"}, from: []string{"--spec"}, python: true},
}

var uvValued = []string{"--with", "-w", "--with-editable", "--with-requirements", "--python", "-p", "--index", "--index-url", "-i", "--default-index",
	"--extra-index-url", "--find-links", "-f", "--directory", "--project", "--env-file", "--cache-dir", "--constraints", "-c", "--overrides",
	"--config-file", "--resolution", "--prerelease", "--exclude-newer", "--allow-insecure-host", "--refresh-package"}

func fetched(name string, words []string) (launch, bool) {
	if name == "docker" || name == "podman" || name == "nerdctl" {
		return ranImage(name, words)
	}
	for _, r := range runners {
		if r.name != name || len(words) < len(r.sub) || strings.Join(words[:len(r.sub)], " ") != strings.Join(r.sub, " ") {
			continue
		}
		spec := r.specOf(words[len(r.sub):])
		l := launch{runner: strings.Join(append([]string{name}, r.sub...), " "), spec: spec}
		if r.python {
			return l.python()
		}
		return l.npm()
	}
	return launch{}, false
}

// specOf finds the package that a runner is told to fetch.
func (r runnerOf) specOf(words []string) string {
	plain := ""
	for i := 0; i < len(words); i++ {
		w := words[i]
		flag, value, inline := strings.Cut(w, "=")
		switch {
		case w == "--":
			if plain == "" && i+1 < len(words) {
				plain = words[i+1]
			}
			return plain
		case contains(r.from, flag) && inline:
			return value
		case contains(r.from, w) && i+1 < len(words):
			return words[i+1]
		case contains(r.valued, w):
			i++
		case strings.HasPrefix(w, "-"):
		default:
			return w // what follows belongs to the program that is run
		}
	}
	return plain
}

func contains(words []string, w string) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}

var (
	exactNPM    = pattern.New(`^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$`)
	exactPython = pattern.New(`^[0-9]+(\.[0-9]+)+([a-z0-9.+!-]*)$`)
	commitHash  = pattern.New(`^[0-9a-f]{40}([0-9a-f]{24})?$`)
	npmName     = pattern.New(`^(@[A-Za-z0-9][\w.-]*/)?[A-Za-z0-9_][\w.-]*$`)
	pythonName  = pattern.New(`^[A-Za-z0-9][\w.-]*(\[[\w., -]*\])?$`)
	repoPath    = pattern.New(`^[A-Za-z0-9][\w-]*/[\w.-]+$`)
)

// localScripts are programs of the Node world that run a file of the tree; the project's own lock file fixes them.
var localScripts = []string{"tsx", "ts-node", "ts-node-esm", "nodemon", "vite-node", "cross-env", "dotenv", "dotenvx", "node", "tsc", "turbo", "nx"}

// npm reads a package the way npx does: a name with an optional scope and version, a repository, an address, or a path.
func (l launch) npm() (launch, bool) {
	spec := strings.TrimPrefix(l.spec, "npm:")
	switch {
	case !nameable(spec) || strings.HasPrefix(spec, "file:"):
		return l, false
	case strings.Contains(spec, "://") || strings.HasPrefix(spec, "git@") || strings.HasPrefix(spec, "github:") || strings.HasPrefix(spec, "gitlab:"):
		name, ref, _ := strings.Cut(spec, "#")
		l.name, l.pinned = name, commitHash.MatchString(ref)
		return l, true
	}
	name, version := spec, ""
	if i := strings.LastIndexByte(spec, '@'); i > 0 {
		name, version = spec[:i], spec[i+1:]
	}
	if base, ref, _ := strings.Cut(spec, "#"); repoPath.MatchString(base) { // GitHub's short form: owner/repo#commit
		l.name, l.pinned = base, commitHash.MatchString(ref)
		return l, true
	}
	if !npmName.MatchString(name) || contains(localScripts, name) {
		return l, false
	}
	l.name, l.pinned = name, exactNPM.MatchString(version)
	return l, true
}

// python reads a requirement the way uvx and pipx do.
func (l launch) python() (launch, bool) {
	spec := strings.ReplaceAll(l.spec, " ", "")
	if before, after, ok := strings.Cut(spec, "@git+"); ok && pythonName.MatchString(before) {
		spec = "git+" + after
	}
	if !nameable(spec) || strings.HasPrefix(spec, "file:") {
		return l, false
	}
	if strings.Contains(spec, "://") {
		address, _, _ := strings.Cut(spec, "#")
		l.name = address
		if i := strings.LastIndexByte(address, '@'); i > strings.Index(address, "://")+3 {
			l.name, l.pinned = address[:i], commitHash.MatchString(address[i+1:])
		}
		return l, true
	}
	name, version, _ := strings.Cut(spec, "==")
	if at, v, ok := strings.Cut(spec, "@"); ok {
		name, version = at, v
	}
	if i := strings.IndexAny(name, "<>~!="); i >= 0 {
		name, version = name[:i], ""
	}
	if !pythonName.MatchString(name) || strings.HasSuffix(name, ".py") {
		return l, false
	}
	l.name, l.pinned = name, exactPython.MatchString(strings.TrimPrefix(version, "="))
	return l, true
}

// Flags of "docker run" by whether the next word belongs to them. A flag in neither list ends the reading: to guess would
// be to take a flag's value for the image.
var (
	imageFlags = []string{"--rm", "--init", "-i", "-t", "-it", "-ti", "-d", "--interactive", "--tty", "--privileged", "--read-only", "--detach", "-P",
		"--publish-all", "--no-healthcheck", "--oom-kill-disable", "--sig-proxy", "--quiet", "-q", "--disable-content-trust"}
	imageValues = []string{"-e", "--env", "--env-file", "-v", "--volume", "--mount", "-p", "--publish", "--name", "--network", "--net", "-w", "--workdir",
		"--entrypoint", "-u", "--user", "--platform", "--add-host", "-l", "--label", "-m", "--memory", "--cpus", "--gpus", "--pull", "--ipc", "--pid",
		"--shm-size", "--device", "-h", "--hostname", "--restart", "--log-driver", "--log-opt", "--cap-add", "--cap-drop", "--security-opt", "--ulimit",
		"--tmpfs", "--runtime", "--dns", "--expose", "--cidfile", "--stop-timeout", "--pids-limit", "--userns", "--memory-swap"}
)

func ranImage(runner string, words []string) (launch, bool) {
	for len(words) > 0 && words[0] == "container" {
		words = words[1:]
	}
	if len(words) == 0 || words[0] != "run" {
		return launch{}, false
	}
	for i := 1; i < len(words); i++ {
		w := words[i]
		flag, _, inline := strings.Cut(w, "=")
		switch {
		case contains(imageFlags, flag):
		case contains(imageValues, flag) && inline:
		case contains(imageValues, w):
			i++
		case len(w) > 2 && w[0] == '-' && w[1] != '-' && contains([]string{"-e", "-v", "-p", "-u", "-w", "-m", "-l", "-h"}, w[:2]): // -eKEY=value
		case strings.HasPrefix(w, "-"):
			return launch{}, false
		default:
			return imageLaunch(runner+" run", w)
		}
	}
	return launch{}, false
}

// imageLaunch judges an image by its text: a digest or a tag other than latest is a version. A bare name without either
// may be an image built on the same machine, so nothing is said about it.
func imageLaunch(runner, spec string) (launch, bool) {
	if strings.ContainsAny(spec, "${}<>%\\ ") || strings.HasPrefix(spec, ".") || strings.HasPrefix(spec, "/") {
		return launch{}, false
	}
	name, digest, _ := strings.Cut(spec, "@")
	tag := ""
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		name, tag = name[:i], name[i+1:]
	}
	if name == "" || !strings.Contains(name, "/") && tag == "" && digest == "" {
		return launch{}, false
	}
	return launch{runner: runner, spec: spec, name: name, pinned: digest != "" || tag != "" && tag != "latest"}, true
}

// nameable rules out what names nothing that is fetched: a path, a variable, a placeholder.
func nameable(spec string) bool {
	return spec != "" && !strings.ContainsAny(spec, "${}%\\ ") && !strings.ContainsAny(spec[:1], "./~<-")
}
