package discover

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// Repetitions over which a reader with a quadratic loop would take minutes.
var hostilePieces = []string{"[", "{", "\"", "'", "(", "a", " ", "\n", "\r\n", "a: ", "- ", "a=1\n", "a = {", "[a]\n", "[[a]]\n", "# via\n", "#   a\n", "openai==1 \\\n", "a,", "&a ", "<a>", "<!--", "/*", "//\n",
	"install_requires = [", "requires=", "extras=['a',", "\\", "\t- a\n", "? ", "| ", "---\n", "kind: A\n---\n", "openai@^1:\n  version \"1\"\n", "{\"a\":", "a.", "\"openai\": {\"version\": \"1\"},", "cos\nsystem\n", "(dp0\n", "\x80\x04"}

func TestHostileRepetition(t *testing.T) {
	const size = 64 << 10
	for _, piece := range hostilePieces {
		tree := files{}
		body := strings.Repeat(piece, size/len(piece))
		for i, name := range fuzzedNames {
			tree[fmt.Sprintf("d%d/%s", i, name)] = body
		}
		b, err := bound.Memory(tree, bound.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := Discover(t.Context(), b, lodemark.Declaration{}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 60*time.Second {
			t.Errorf("%d bytes of %q took %v", size, piece, took)
		} else if testing.Verbose() {
			t.Logf("%q: %v", piece, took)
		}
	}
}

// hostileCounted are files with many different names, over which a linear look-up in a loop would take minutes.
var hostileCounted = map[string]struct{ before, each, after string }{
	"pyproject.toml":    {"[project]\nname = \"x\"\n[tool.poetry.dependencies]\n", "langchain-%d = \"*\"\n", ""},
	"a/pyproject.toml":  {"", "[k%d]\n", ""},
	"b/pyproject.toml":  {"[tool.uv.sources]\n", "k%d = {path = \"x\"}\n", ""},
	"package.json":      {"{\"peerDependencies\": {", "\"@langchain/k%d\": \"1\",", "}}"},
	"package-lock.json": {"{\"packages\": {", "\"node_modules/@langchain/k%d\": {\"version\": \"1\"},", "\"x\": {}}}"},
	"yarn.lock":         {"", "\"@langchain/k%d@^1\":\n  version \"1\"\n", ""},
	"pnpm-lock.yaml":    {"packages:\n", "  '@langchain/k%d@1.0.0':\n    resolution: {integrity: x}\n", ""},
	"requirements.txt":  {"", "langchain-%d==1\n    # via -r x.in\n", ""},
	"Cargo.lock":        {"", "[[package]]\nname = \"rig-%d\"\nsource = \"x\"\n", ""},
	"Cargo.toml":        {"[dependencies]\n", "rig-%d = \"1\"\n", ""},
	"go.mod":            {"module x\nrequire (\n", "\tgithub.com/openai/openai-go/k%d v1.0.0\n", ")\n"},
	"pom.xml":           {"<project>", "<dependency><groupId>dev.langchain4j</groupId><artifactId>k%d</artifactId></dependency>", "</project>"},
	".mcp.json":         {"{\"mcpServers\": {", "\"k%d\": {\"command\": \"x\"},", "}}"},
	".env":              {"", "OPENAI_K%[1]d_MODEL=m%[1]d\n", ""},
	"compose.yaml":      {"services:\n", "  k%d: {image: qdrant/qdrant}\n", ""},
	"k8s.yaml":          {"", "apiVersion: v1\nkind: K%d\n---\n", ""},
	"merge.yaml":        {"apiVersion: v1\nkind: A\nb: &b {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6}\nx:\n", "  - {<<: *b, k: %d}\n", ""},
}

func TestHostileNumbers(t *testing.T) {
	const count = 9000
	for name, c := range hostileCounted {
		var b strings.Builder
		b.WriteString(c.before)
		for i := range count {
			fmt.Fprintf(&b, c.each, i)
		}
		b.WriteString(c.after)
		start := time.Now()
		s := discovered(t, files{name: b.String(), "sub/requirements.txt": "-c ../requirements.txt\nlangchain-7\n"})
		if took := time.Since(start); took > 60*time.Second {
			t.Errorf("%s: %d bytes took %v", name, b.Len(), took)
		}
		if len(s.Components) == 0 && len(s.Gaps) == 0 {
			t.Errorf("%s was not looked at", name)
		}
	}
}
