package secret

import (
	"bytes"
	"path"
	"strings"
)

// fileKind is what matters of a file's path.
type fileKind struct {
	bare bool // values stand without quotation marks: NAME=value
	lock bool // written by a package manager: full of digests
	test bool // stands among tests: a value there that is no provider's key opens nothing
	book bool // a notebook: code inside of JSON
	gaps bool // names and values with a space between: .netrc
}

var bareEndings = map[string]bool{".env": true, ".sh": true, ".bash": true, ".zsh": true, ".fish": true, ".yaml": true, ".yml": true, ".ini": true, ".cfg": true, ".conf": true, ".config": true, ".properties": true, ".toml": true,
	".tfvars": true, ".md": true, ".mdx": true, ".rst": true, ".txt": true, ".ps1": true, ".bat": true, ".cmd": true, ".envrc": true, ".ipynb": true, ".dockerfile": true, ".log": true, ".csv": true, ".service": true, "": true,
	".local": true, ".example": true, ".netrc": true, ".npmrc": true, ".pypirc": true, ".production": true, ".development": true, ".staging": true, ".prod": true, ".dev": true}

var lockFiles = map[string]bool{"package-lock.json": true, "npm-shrinkwrap.json": true, "yarn.lock": true, "pnpm-lock.yaml": true, "poetry.lock": true, "pdm.lock": true, "uv.lock": true, "Pipfile.lock": true, "Cargo.lock": true, "go.sum": true,
	"go.mod": true, "composer.lock": true, "Gemfile.lock": true, "bun.lock": true, "deno.lock": true, "flake.lock": true, "pubspec.lock": true, "Package.resolved": true, "gradle.lockfile": true, ".terraform.lock.hcl": true, "conda-lock.yml": true, "pixi.lock": true, "mix.lock": true, "yarn.lock.json": true}

// kindOfFile reads a path.
func kindOfFile(name string) fileKind {
	name = strings.ReplaceAll(name, `\`, "/")
	base := path.Base(name)
	ext := strings.ToLower(path.Ext(base))
	k := fileKind{lock: lockFiles[base] || strings.HasSuffix(base, ".sum") || strings.HasSuffix(base, ".map")}
	k.bare = bareEndings[ext] || strings.HasPrefix(base, ".env") || strings.HasPrefix(base, "Dockerfile") || strings.HasPrefix(base, ".") && strings.Count(base, ".") == 1
	k.book = ext == ".ipynb"
	k.gaps = base == ".netrc" || base == "_netrc"
	k.test = liesAmongTests(name)
	return k
}

var testFolders = map[string]bool{"test": true, "tests": true, "testing": true, "testdata": true, "test_data": true, "test-data": true, "__tests__": true, "__fixtures__": true, "__mocks__": true, "fixtures": true, "fixture": true, "mocks": true,
	"spec": true, "specs": true, "e2e": true, "testutil": true, "testutils": true, "cassettes": true, "conformance": true, "unittests": true, "unit": true, "selftest": true, "unit_tests": true, "integration_tests": true, "integration-tests": true}

// liesAmongTests knows the folders and names that tests have in the languages of AI systems.
func liesAmongTests(name string) bool {
	parts := strings.Split(strings.ToLower(name), "/")
	for _, p := range parts[:len(parts)-1] {
		if testFolders[p] {
			return true
		}
	}
	stem, _, _ := strings.Cut(parts[len(parts)-1], ".")
	rest := strings.TrimPrefix(parts[len(parts)-1], stem)
	return stem == "test" || strings.Contains(rest, ".test") || strings.HasPrefix(stem, "test_") || strings.HasSuffix(stem, "_test") || strings.HasSuffix(stem, "_tests") || stem == "conftest" || strings.HasPrefix(rest, ".spec.") ||
		strings.HasPrefix(rest, ".stories.") || strings.HasSuffix(stem, "_spec") || strings.HasPrefix(rest, ".e2e")
}

// textBytes is how much of a file's beginning tells whether it is text.
const textBytes = 8000

// Text says of a file by its beginning whether it is text that credentials are looked for in.
func Text(data []byte) bool {
	return bytes.IndexByte(data[:min(len(data), textBytes)], 0) < 0
}
