package survey

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// drawnOf gives what is drawn, each as "id kind", and the flows.
func drawnOf(m *threat.Model) (parts, flows string) {
	for _, c := range m.Components {
		parts += "|" + c.ID + " " + c.Kind
	}
	for _, f := range m.Flows {
		flows += "|" + f.Place()
	}
	return parts + "|", flows + "|"
}

const asksOf = "from fastapi import FastAPI\nfrom app.models import answer\napp = FastAPI()\n@app.post('/ask')\ndef ask(q): return answer(q)\n"

// Ollama is drawn and asked by whoever brings it in, however its module is called.
func TestServersOfModelsByTheirOwnModules(t *testing.T) {
	for name, file := range map[string]string{
		"its own library":         "import ollama\n\ndef answer(q):\n    return ollama.chat(model='llama3.1', messages=[q])\n",
		"a client with a host":    "from langchain_ollama import ChatOllama\n\ndef answer(q):\n    return ChatOllama(model='m', base_url='http://ollama:11434').invoke(q)\n",
		"plain HTTP":              "import os, requests\n\ndef answer(q):\n    return requests.post(os.environ['OLLAMA_BASE_URL'] + '/api/chat', json=q)\n",
		"chosen by its name":      "from langchain.chat_models import init_chat_model\n\ndef answer(q):\n    return init_chat_model('llama3', model_provider='ollama').invoke(q)\n",
		"another server's module": "import lmstudio\n\ndef answer(q):\n    return lmstudio.llm('m').respond(q)\n",
	} {
		_, m, _ := written(t, tree{files: map[string]string{"app/main.py": asksOf, "app/models.py": file}})
		parts, flows := drawnOf(m)
		if !strings.Contains(parts, "-server model_server|") || !strings.Contains(flows, "|desk-api -> ollama-server|") && !strings.Contains(flows, "|desk-api -> lm-studio-server|") {
			t.Errorf("%s: %s %s", name, parts, flows)
		}
	}
	_, m, _ := written(t, tree{files: map[string]string{"app/main.py": asksOf, "app/models.py": "def answer(q):\n    return {'ollama': 'a local server', 'gpt': 'a hosted one'}[q]\n"}})
	if parts, _ := drawnOf(m); strings.Contains(parts, "ollama") {
		t.Errorf("a name in a list is no call: %s", parts)
	}
}

// A vector store that only settings or a composition name is used by the only part that could.
func TestStoresThatNoCodeNamesHaveFlows(t *testing.T) {
	tr := tree{files: map[string]string{"app/main.py": asksOf, "app/models.py": "def answer(q):\n    return q\n"},
		seen: []lodemark.Component{is(lodemark.KindVectorStore, "qdrant", "compose.yaml", 4, "technology", "qdrant")}}
	_, m, _ := written(t, tr)
	if _, flows := drawnOf(m); !strings.Contains(flows, "|desk-api -> qdrant|") || !strings.Contains(flows, "|qdrant -> desk-api|") {
		t.Errorf("%s", flows)
	}
	tr.files["admin/main.py"] = strings.ReplaceAll(asksOf, "app.models", "admin.models") // who of two uses it, nobody can say
	tr.seen = append(tr.seen, is(lodemark.KindManifest, "requirements.txt", "admin/requirements.txt", 0), is(lodemark.KindManifest, "requirements.txt", "app/requirements.txt", 0))
	_, m, _ = written(t, tr)
	if parts, flows := drawnOf(m); strings.Count(parts, " api|") == 2 && strings.Contains(flows, "qdrant") {
		t.Errorf("two APIs: %s", flows)
	}
	// The same store named in a migration and used by code is one.
	_, m, _ = written(t, tree{files: map[string]string{"app/main.py": asksOf, "app/models.py": "def answer(q):\n    return store.query(q)\n"},
		seen: []lodemark.Component{is(lodemark.KindVectorStore, "pgvector", "migrations/1.sql", 4, "technology", "pgvector"), is(lodemark.KindVectorStore, "supabase pgvector", "app/models.py", 2, "technology", "supabase pgvector")}})
	if parts, _ := drawnOf(m); strings.Count(parts, "vector_store") != 1 {
		t.Errorf("one store is drawn as: %s", parts)
	}
}

// What a build wrote is nobody's source, whatever its libraries could do.
func TestBundlesAreNoSource(t *testing.T) {
	page := "'use client'\nimport { useChat } from 'ai/react'\nexport default function Page() { const { messages } = useChat(); return <div dangerouslySetInnerHTML={{ __html: messages }} /> }\n"
	minified := "(self.webpackChunk=self.webpackChunk||[]).push([[1],{1:function(e,t){t.dangerouslySetInnerHTML=1;e.innerHTML=t;fetch(\"https://api.mistral.ai\")}}]);"
	source := map[string]string{"app/page.tsx": page}
	_, want, _ := written(t, tree{files: source})
	wantParts, _ := drawnOf(want)
	for name, file := range map[string][2]string{
		"minified, anywhere":           {"docs-site/lib.js", strings.Repeat("var a=1;", 900) + minified},
		"a chunk of a page":            {"out/_next/static/chunks/app.js", minified},
		"a bundle with a map":          {"dist/index.mjs", "var a = 1;\ne.innerHTML = a;\nfetch('https://api.mistral.ai');\n//# sourceMappingURL=index.mjs.map\n"},
		"a library under its own name": {"web/vendor.min.js", "fetch('https://api.mistral.ai')"},
	} {
		tr := tree{files: map[string]string{"app/page.tsx": page, file[0]: file[1]}, seen: []lodemark.Component{is(lodemark.KindHostedModel, "mistral-large", file[0], 1, "provider", "mistral", "found_by", "call and name")}}
		s := tr.subject()
		for i := range s.System.Files {
			if s.System.Files[i].Language == "" {
				s.System.Files[i].Language = "javascript"
			}
		}
		if parts, _ := drawnOf(Draft(s).Model); parts != wantParts {
			t.Errorf("%s: %s, want %s", name, parts, wantParts)
		}
	}
	if built("public/chat.js", []byte("const box = document.getElementById('chat')\nbox.innerHTML = answer\n")) || built("src/out/page.ts", []byte(page)) {
		t.Error("what a person wrote is taken for a bundle")
	}
}

// Nobody asks for the login of a store that lies inside the process; a store with a server is another matter.
func TestStoresInsideTheProcess(t *testing.T) {
	for name, c := range map[string]struct{ file, tech, want string }{
		"files of faiss":         {"import faiss\ndef answer(q): return faiss.read_index('i').search(q)\n", "faiss", "in_process"},
		"chroma in a folder":     {"import chromadb\ndef answer(q): return chromadb.PersistentClient('db').query(q)\n", "chroma", "in_process"},
		"chroma behind a server": {"import chromadb\ndef answer(q): return chromadb.HttpClient(host='db').query(q)\n", "chroma", "unknown"},
		"lancedb in a folder":    {"import lancedb\ndef answer(q): return lancedb.connect('./db').search(q)\n", "lancedb", "in_process"},
		"lancedb in the cloud":   {"import lancedb\ndef answer(q): return lancedb.connect('db://desk', api_key=k).search(q)\n", "lancedb", "unknown"},
		"qdrant":                 {"from qdrant_client import QdrantClient\ndef answer(q): return QdrantClient(url=u).search(q)\n", "qdrant", "unknown"},
	} {
		_, m, _ := written(t, tree{files: map[string]string{"app/main.py": asksOf, "app/models.py": c.file}, seen: []lodemark.Component{is(lodemark.KindVectorStore, c.tech, "app/models.py", 2, "technology", c.tech)}})
		v := m.Component(c.tech)
		if v == nil || v.Attributes["authn"].String() != c.want {
			t.Errorf("%s: %+v, want authn %s", name, v, c.want)
		}
	}
}

// Models of others come from a hub, which is drawn with the loosest of the references; a file in the tree comes from nowhere.
func TestHubsAreSources(t *testing.T) {
	one := is(lodemark.KindModel, "org/ranker", "app/models.py", 2, "found_by", "call and name")
	two := is(lodemark.KindModel, "org/embedder", "app/models.py", 3, "found_by", "call and name")
	two.Pin = lodemark.PinCommit
	files := map[string]string{"app/main.py": asksOf, "app/models.py": "def answer(q):\n    a = AutoModel.from_pretrained('org/ranker')\n    b = AutoModel.from_pretrained('org/embedder')\n    return q\n"}
	_, m, _ := written(t, tree{files: files, seen: []lodemark.Component{two, one}})
	hub := m.Component("model-hub")
	if hub == nil || hub.Kind != "package_source" || hub.Attributes["pinned"].Text != "none" || hub.Attributes["origin"].Text != "hub" {
		t.Fatalf("%+v", hub)
	}
	if _, flows := drawnOf(m); !strings.Contains(flows, "|model-hub -> ranker|") || !strings.Contains(flows, "|model-hub -> embedder|") {
		t.Error(flows)
	}
	own := is(lodemark.KindModel, "intent", "models/intent.safetensors", 0)
	own.Format = "safetensors"
	_, m, _ = written(t, tree{files: files, seen: []lodemark.Component{own}})
	if m.Component("model-hub") != nil {
		t.Error("a file in the tree is drawn as from a hub")
	}
}
