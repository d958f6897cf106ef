package discover

import (
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// inventory is what Join lists of some kinds, as `kind name place pin [key=value]`.
func inventoryOf(t *testing.T, f files, kinds ...lodemark.Kind) []string {
	t.Helper()
	tree, err := bound.Memory(f, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := Observe(t.Context(), tree, lodemark.Declaration{})
	if err != nil {
		t.Fatal(err)
	}
	d.Join()
	var out []string
	for c := range d.System.Of(kinds...) {
		words := []string{string(c.Kind), c.Name, at(c.Path, c.Line)}
		for _, more := range []string{string(c.Pin), c.Version, c.Detail["written"], c.Detail["technology"]} {
			if more != "" {
				words = append(words, more)
			}
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

func TestInventory(t *testing.T) {
	for _, c := range []struct {
		name  string
		files files
		kinds []lodemark.Kind
		want  []string
	}{
		{"a manifest says what is asked for, its lock file what is taken", files{
			"pyproject.toml": "[project]\nname = \"a\"\ndependencies = [\"huggingface_hub>=0.20\"]\n",
			"uv.lock":        "version = 1\n[[package]]\nname = \"huggingface-hub\"\nversion = \"0.30.1\"\nsdist = { hash = \"sha256:00\" }\n\n[[package]]\nname = \"tokenizers\"\nversion = \"0.21.0\"\n",
		}, []lodemark.Kind{lodemark.KindPackage}, []string{"package huggingface-hub pyproject.toml:3 none 0.30.1 huggingface_hub", "package huggingface-hub uv.lock:2 digest 0.30.1", "package tokenizers uv.lock:7 tag 0.21.0"}},
		{"what is taken from a repository without a revision is not pinned, and neither is a folder of this tree", files{
			"requirements.txt": "git+https://example.org/huggingface/trl\n", "package.json": `{"dependencies": {"@langchain/core": "workspace:*"}}`,
		}, []lodemark.Kind{lodemark.KindPackage}, []string{"package @langchain/core package.json:1 none", "package trl requirements.txt:1 none"}},
		{"what is only behind a package is that package", files{"requirements.txt": "qdrant-client==1.9.0\nanthropic\nvllm\n"},
			[]lodemark.Kind{lodemark.KindPackage, lodemark.KindVectorStore, lodemark.KindHostedModel, lodemark.KindServer},
			[]string{"package qdrant-client requirements.txt:1 tag 1.9.0", "package anthropic requirements.txt:2 none", "package vllm requirements.txt:3 none"}},
		{"a container file that installs", files{"Dockerfile": "FROM a\nARG V=0.9.1\nRUN pip install --index-url https://example.org/torch \\\n    # why\n    torch \\\n    'vllm[all]'==$V && rm -rf x\nRUN npm i -g @anthropic-ai/claude-code\nRUN pip install -r transformers.txt flask\n"},
			[]lodemark.Kind{lodemark.KindPackage}, []string{"package torch Dockerfile:5 none", "package vllm Dockerfile:6 tag 0.9.1", "package @anthropic-ai/claude-code Dockerfile:7 none"}},
		{"a script that only speaks of it", files{"a.sh": "echo \"run pip install torch\"\n# pip install vllm\npip install torch==$UNKNOWN\n"}, []lodemark.Kind{lodemark.KindPackage}, []string{"package torch a.sh:3 tag"}},
		{"columns of vectors", files{"a.sql": "create extension if not exists vector;\nCREATE TABLE public.notes (\n  id int,\n  near vector(384), -- old vector(1536)\n  \"far\" extensions.halfvec(1536)\n);\ncreate function f(query_embedding vector(384)) returns int;\nALTER TABLE b ADD COLUMN c vector(3);\n"},
			[]lodemark.Kind{lodemark.KindVectorStore}, []string{"vector_store notes.near a.sql:4 pgvector", "vector_store notes.far a.sql:5 pgvector", "vector_store b.c a.sql:8 pgvector"}},
		{"the extension alone, and a table of SQLite", files{"a.sql": "CREATE EXTENSION vector;\n", "b.sql": "CREATE VIRTUAL TABLE v USING vec0(e float[3]);\n", "c.sql": "select vector(1), 'create extension vector';\n"},
			[]lodemark.Kind{lodemark.KindVectorStore}, []string{"vector_store pgvector a.sql:1 pgvector", "vector_store v b.sql:1 sqlite-vec"}},
		{"a server that variables point to", files{".env.example": "OLLAMA_BASE_URL=http://localhost:11434\n# VLLM_URL=http://a\nTGI_URL=\nREDIS_URL=redis://a\n"}, []lodemark.Kind{lodemark.KindServer}, []string{"model_server ollama .env.example:1 ollama"}},
		{"values of a chart", files{"values.yaml": "server:\n  image:\n    repository: vllm/vllm-openai\n    tag: v0.9.1\nold:\n  enabled: false\n  image: {repository: ollama/ollama}\nweb:\n  image: {repository: nginx}\n", "Chart.yaml": "name: a\ndependencies:\n  - name: qdrant\n    version: 0.9.1\n  - name: postgresql\n    version: 1.0.0\n"},
			[]lodemark.Kind{lodemark.KindServer, lodemark.KindVectorStore}, []string{"model_server server values.yaml:3 tag v0.9.1 vllm", "vector_store qdrant Chart.yaml:3 tag 0.9.1 qdrant"}},
		{"a runtime of KServe is one server", files{"r.yaml": "apiVersion: serving.kserve.io/v1alpha1\nkind: ClusterServingRuntime\nmetadata:\n  name: fast\nspec:\n  containers:\n    - name: kserve-container\n      image: vllm/vllm-openai:v0.9.1\n"}, []lodemark.Kind{lodemark.KindServer}, []string{"model_server fast r.yaml:4 tag v0.9.1 vllm"}},
		{"agents of an assistant, and commands by the names that people call", files{".claude/agents/a.md": "---\nname: recruiter\ntools: Read\n---\nHire well.\n", ".claude/commands/ship.md": "Ship it.\n", "plugins/x/agents/b.md": "---\nname: tester\ndescription: d\nmodel: opus\n---\n", "docs/agents/c.md": "---\nname: c\ndescription: a page\n---\n"},
			[]lodemark.Kind{"agent", lodemark.KindAgentConfig}, []string{"agent recruiter .claude/agents/a.md:2", "agent tester plugins/x/agents/b.md:2", "agent_config a.md .claude/agents/a.md", "agent_config ship .claude/commands/ship.md"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := inventoryOf(t, c.files, c.kinds...)
			slices.Sort(got)
			if want := slices.Sorted(slices.Values(c.want)); !slices.Equal(got, want) {
				t.Errorf("got\n  %s\nnot\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
			}
		})
	}
}
