package discover

import (
	"bytes"
	"path"
	"strings"
)

// vendoredFolders hold what others wrote or a build made.
var vendoredFolders = set("node_modules", "bower_components", "jspm_packages", "vendor", "vendored", "third_party", "third-party",
	"thirdparty", "3rdparty", "external_libs", ".venv", "venv", ".virtualenv", "virtualenv", "site-packages", "dist-packages",
	"__pypackages__", ".tox", ".nox", ".eggs", ".yarn", ".pnpm-store", ".gradle", ".terraform", ".next", ".nuxt", ".svelte-kit",
	"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".ipynb_checkpoints", "pods", "deriveddata", ".cargo-vendor")

// testFolders hold tests and their fixtures. Examples are not tests: people run and copy them.
var testFolders = set("test", "tests", "testing", "testdata", "test-data", "test_data", "testdatas", "fixture", "fixtures",
	"__tests__", "__test__", "__mocks__", "__fixtures__", "__snapshots__", "e2e", "e2e-tests", "spec", "specs", "unittests", "unit_tests",
	"unit-tests", "integration_tests", "integration-tests", "integrationtests", "functional_tests", "test-fixtures", "test_fixtures",
	"mocks", "cypress", "playwright", "conftest")

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// place is where a file stands and what its name alone tells.
type place struct {
	path, base, lower, ext string // lower and ext (with its dot) in lower case
	folders                []string
	vendored, test         bool
}

// placeOf reads a path. A spec folder counts as tests only where it does not hold API specifications at the root.
func placeOf(p string) place {
	pl := place{path: p, base: path.Base(p)}
	pl.lower = strings.ToLower(pl.base)
	pl.ext = path.Ext(pl.lower)
	dir := strings.ToLower(path.Dir(p))
	if dir != "." {
		pl.folders = strings.Split(dir, "/")
	}
	for _, f := range pl.folders {
		pl.vendored = pl.vendored || vendoredFolders[f]
		pl.test = pl.test || testFolders[f]
	}
	return pl
}

// aside says that what stands here is reported but decides nothing.
func (p place) aside() bool { return p.vendored || p.test }

// in says whether one of the folders above has one of the names.
func (p place) in(names map[string]bool) bool {
	for _, f := range p.folders {
		if names[f] {
			return true
		}
	}
	return false
}

// under says whether the file stands directly in a folder of that path, at any depth: ".cursor", "github/workflows".
func (p place) under(dir string) bool {
	at := strings.Join(p.folders, "/")
	return at == dir || strings.HasSuffix(at, "/"+dir)
}

// below says whether a folder path stands anywhere above the file: ".claude/skills" above ".claude/skills/x/y.md".
func (p place) below(dir string) bool {
	return strings.Contains("/"+strings.Join(p.folders, "/")+"/", "/"+dir+"/")
}

var languageOfExt = map[string]string{
	".py": "python", ".pyi": "python", ".pyw": "python", ".pyx": "cython", ".ipynb": "jupyter", ".js": "javascript", ".mjs": "javascript",
	".cjs": "javascript", ".jsx": "javascript", ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "typescript",
	".vue": "vue", ".svelte": "svelte", ".astro": "astro", ".go": "go", ".rs": "rust", ".java": "java", ".kt": "kotlin", ".kts": "kotlin",
	".scala": "scala", ".groovy": "groovy", ".gradle": "groovy", ".c": "c", ".h": "c", ".cc": "c++", ".cpp": "c++", ".cxx": "c++",
	".hpp": "c++", ".hh": "c++", ".cu": "cuda", ".cuh": "cuda", ".cs": "c#", ".fs": "f#", ".vb": "visual basic", ".rb": "ruby", ".php": "php",
	".swift": "swift", ".m": "objective-c", ".mm": "objective-c", ".r": "r", ".jl": "julia", ".lua": "lua", ".pl": "perl", ".pm": "perl",
	".ex": "elixir", ".exs": "elixir", ".erl": "erlang", ".hs": "haskell", ".clj": "clojure", ".dart": "dart", ".zig": "zig", ".nim": "nim",
	".sh": "shell", ".bash": "shell", ".zsh": "shell", ".fish": "shell", ".ps1": "powershell", ".bat": "batch", ".cmd": "batch",
	".sql": "sql", ".tf": "terraform", ".hcl": "hcl", ".rego": "rego", ".proto": "protobuf", ".graphql": "graphql", ".gql": "graphql",
	".yaml": "yaml", ".yml": "yaml", ".json": "json", ".jsonc": "json", ".json5": "json", ".toml": "toml", ".ini": "ini", ".cfg": "ini",
	".xml": "xml", ".html": "html", ".htm": "html", ".css": "css", ".scss": "scss", ".less": "less", ".md": "markdown", ".mdx": "markdown",
	".markdown": "markdown", ".rst": "restructuredtext", ".adoc": "asciidoc", ".tex": "tex", ".j2": "jinja", ".jinja": "jinja",
	".jinja2": "jinja", ".mk": "make", ".cmake": "cmake", ".dockerfile": "dockerfile", ".bzl": "starlark", ".star": "starlark", ".nix": "nix",
	".prisma": "prisma", ".sol": "solidity", ".wgsl": "wgsl", ".vim": "vim script",
}

var languageOfName = map[string]string{
	"makefile": "make", "gnumakefile": "make", "dockerfile": "dockerfile", "containerfile": "dockerfile", "jenkinsfile": "groovy",
	"vagrantfile": "ruby", "rakefile": "ruby", "gemfile": "ruby", "cmakelists.txt": "cmake", "build.bazel": "starlark",
	"workspace.bazel": "starlark", "pipfile": "toml", "cargo.lock": "toml", "poetry.lock": "toml", "uv.lock": "toml", "snakefile": "python",
	"sconstruct": "python", "sconscript": "python", "wscript": "python", "procfile": "procfile", "justfile": "just",
}

// interpreters are looked for in a "#!" line, longest first where one name begins another.
var interpreters = []struct{ name, language string }{
	{"python", "python"}, {"uv", "python"}, {"node", "javascript"}, {"deno", "typescript"}, {"bun", "typescript"}, {"ts-node", "typescript"},
	{"tsx", "typescript"}, {"bash", "shell"}, {"zsh", "shell"}, {"dash", "shell"}, {"ksh", "shell"}, {"sh", "shell"}, {"ruby", "ruby"},
	{"perl", "perl"}, {"Rscript", "r"}, {"php", "php"}, {"lua", "lua"}, {"julia", "julia"}, {"pwsh", "powershell"},
}

// languageOf names a file's language: by well-known name, by extension, then by its "#!" line. Data gets none.
func languageOf(p place, head []byte) string {
	if l := languageOfName[p.lower]; l != "" {
		return l
	}
	if l := languageOfExt[p.ext]; l != "" {
		return l
	}
	if strings.HasPrefix(p.lower, "dockerfile.") || strings.HasPrefix(p.lower, "containerfile.") {
		return "dockerfile"
	}
	return shebang(head)
}

func shebang(head []byte) string {
	if !bytes.HasPrefix(head, []byte("#!")) {
		return ""
	}
	line, _, _ := bytes.Cut(head[2:], []byte("\n"))
	for i, word := range strings.Fields(string(line)) {
		name := path.Base(word)
		if i > 4 || name == "env" || strings.HasPrefix(name, "-") {
			continue
		}
		for _, in := range interpreters {
			if rest, ok := strings.CutPrefix(name, in.name); ok && strings.Trim(rest, "0123456789.") == "" {
				return in.language
			}
		}
	}
	return ""
}
