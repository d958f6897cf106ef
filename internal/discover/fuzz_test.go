package discover

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// fuzzedNames has one name for every reader.
var fuzzedNames = []string{"requirements.txt", "constraints.txt", "pyproject.toml", "Pipfile", "setup.cfg", "setup.py", "uv.lock", "poetry.lock", "pylock.toml", "Pipfile.lock", "environment.yml",
	"conda-lock.yml", "package.json", "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "pnpm-workspace.yaml", "bun.lock", "bun.lockb", "deno.json", "deno.lock", "go.mod", "go.sum", "go.work", "Cargo.toml",
	"Cargo.lock", "pom.xml", "build.gradle", "libs.versions.toml", "gradle.lockfile", "model.pt", "model.bin", "noending", "data/train.csv", "data/x.parquet", "prompts/a.md", "a.ipynb", "models/README.md",
	".mcp.json", ".codex/config.toml", ".continue/config.yaml", ".claude/settings.json", ".vscode/settings.json", "Dockerfile", "compose.yaml", "k8s/a.yaml", "k8s/a.json", "chart/templates/a.yaml", ".env",
	"litellm.yaml", "main.tf", ".github/workflows/a.yml", "threats.yaml", "a.pkl.gz", "a.xml",
	"a.sql", "install.sh", "values.yaml", "Chart.yaml", ".claude/agents/a.md", "agents/b.md"}

// FuzzFile gives any content to each reader. Nothing may crash, and places must lie in the file.
func FuzzFile(f *testing.F) {
	for _, c := range manifestCases {
		for name, content := range c.files {
			for i, n := range fuzzedNames {
				if strings.HasSuffix(name, n) {
					f.Add(byte(i), []byte(content))
				}
			}
		}
	}
	for _, c := range modelCases {
		f.Add(byte(30), []byte(c.content))
		f.Add(byte(32), []byte(c.content))
	}
	for i := range fuzzedNames {
		f.Add(byte(i), []byte("{\"mcpServers\": {\"a\": {\"command\": [\"x\"]}}}"))
		f.Add(byte(i), []byte("apiVersion: v1\nkind: Pod\nservices: {a: {image: qdrant/qdrant}}\n---\nkind: CustomResourceDefinition\n---\na: *b"))
	}
	f.Fuzz(func(t *testing.T, which byte, content []byte) {
		name := fuzzedNames[int(which)%len(fuzzedNames)]
		tree, err := bound.Memory(files{name: string(content)}, bound.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Discover(t.Context(), tree, lodemark.Declaration{})
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range s.Gaps {
			if strings.Contains(g.Reason, "internal error") {
				t.Errorf("%s: %s", name, g.Reason)
			}
		}
		lines := strings.Count(string(content), "\n") + 1
		if strings.Contains(string(content), "\r") || !utf8.Valid(content) || strings.ContainsAny(string(content), "\u0085\u2028\u2029") {
			return // formats count other line ends as well
		}
		for _, c := range s.Components {
			if c.Path != name || c.Line < 0 || c.Line > lines {
				t.Errorf("%s: component %+v lies outside the %d lines of the file", name, c, lines)
			}
		}
		for _, g := range s.Gaps {
			if g.Line < 0 || g.Line > lines+1 || g.Reason == "" {
				t.Errorf("%s: gap %+v of a file of %d lines", name, g, lines)
			}
		}
	})
}

func FuzzRequirement(f *testing.F) {
	for _, s := range []string{"openai==1.0", "a[b]>=1,<2; python_version < '3'", "a @ git+https://h/x@v1#sha256=ab", "a (==1)", "-e .", "a@b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseRequirement(s)
		if ok && (d.name == "" || d.pin == "" || d.name != pythonName(d.name)) {
			t.Errorf("%q was read as %+v", s, d)
		}
	})
}

func FuzzPickle(f *testing.F) {
	for _, s := range []string{estimator, runs, listText, "\x80\x05\x95\xff\xff\xff\xff\xff\xff\xff\xff", "\x8e\xff\xff\xff\xff\xff\xff\xff\xff"} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, all bool) {
		s := scanPickle(data, all)
		if s.steps > len(data) || s.ended && !s.valid {
			t.Errorf("%q: %+v", data, s)
		}
	})
}

// FuzzNodes holds the three readers of structured text to their bounds.
func FuzzNodes(f *testing.F) {
	f.Add([]byte(`{"a": [1, {"b": null}]}`))
	f.Add([]byte("a = 1\n[b.c]\nd = [1, {e = 2}]\n[[f]]\n"))
	f.Add([]byte("a: &x {b: [c]}\nd: *x\n<<: *x\n"))
	f.Add([]byte(strings.Repeat("[", 600)))
	f.Add([]byte(strings.Repeat("a.", 600) + "b = 1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func([]byte) (*node, error){parseJSON, parseTOML} {
			if n, err := parse(data); err == nil && n == nil {
				t.Error("neither a value nor an error")
			}
		}
		docs, _ := parseYAML(data)
		for _, d := range docs {
			d.get("a", "b").list()
		}
	})
}
