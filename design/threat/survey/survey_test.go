package survey

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

var day = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// tree is a small system: what discovery saw, and the files it saw it in.
type tree struct {
	files map[string]string
	seen  []lodemark.Component
}

func (t tree) subject() *lodemark.Subject {
	s := &lodemark.System{Name: "desk", Components: t.seen}
	for p := range t.files {
		lang := map[string]string{".py": "python", ".ts": "typescript", ".tsx": "typescript"}[path.Ext(p)]
		s.Files = append(s.Files, lodemark.File{Path: p, Language: lang, Size: int64(len(t.files[p]))})
	}
	slices.SortFunc(s.Files, func(a, b lodemark.File) int { return strings.Compare(a.Path, b.Path) })
	return &lodemark.Subject{System: s, At: day, Read: func(p string) ([]byte, error) {
		if text, ok := t.files[p]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}}
}

func is(kind lodemark.Kind, name, p string, line int, detail ...string) lodemark.Component {
	c := lodemark.Component{Kind: kind, Name: name, Path: p, Line: line, Pin: lodemark.PinNone, Origin: lodemark.OriginInferred, Detail: map[string]string{}}
	for i := 0; i+1 < len(detail); i += 2 {
		c.Detail[detail[i]] = detail[i+1]
	}
	return c
}

// desk is an agent behind an API, with a page, a tool that reads tickets, one that deletes them, and a vector store.
var desk = tree{
	files: map[string]string{
		"app/main.py":   "from fastapi import FastAPI\nfrom app.agent import agent\napp = FastAPI()\n@app.post('/ask')\ndef ask(q): return agent.run(q)\n",
		"app/agent.py":  "from app.tools import find_ticket, close_ticket\nfrom app.store import docs\nagent = Agent(model='gpt-4o', tools=[find_ticket, close_ticket])\n",
		"app/tools.py":  "import sqlite3\n@tool\ndef find_ticket(n):\n    \"\"\"Never runs os.remove(x).\"\"\"\n    return db().execute('SELECT * FROM tickets')\n\n@tool\ndef close_ticket(n):\n    wipe(n)\n\ndef wipe(n):\n    db().execute('DELETE FROM tickets')\n\ndef db():\n    return sqlite3.connect('t.db')\n",
		"app/store.py":  "import chromadb\ndocs = chromadb.Client()\n",
		"app/page.py":   "import streamlit as st\nimport requests\nq = st.chat_input('?')\nst.markdown(requests.post('http://api/ask', q).text)\n",
		"compose.yaml":  "services:\n  api:\n    build: .\n    command: uvicorn main:app\n    ports: ['8000:8000']\n  db:\n    image: postgres:16\n    ports: ['127.0.0.1:5432:5432']\n",
		"test_agent.py": "import subprocess\n",
	},
	seen: []lodemark.Component{
		is(lodemark.KindAgent, "agent", "app/agent.py", 3, "tools", "find_ticket, close_ticket", "provider", "openai"),
		is(lodemark.KindHostedModel, "gpt-4o", "app/agent.py", 3, "provider", "openai", "found_by", "call and name"),
		is(lodemark.KindTool, "find_ticket", "app/tools.py", 2),
		is(lodemark.KindTool, "close_ticket", "app/tools.py", 7),
		is(lodemark.KindVectorStore, "chroma", "app/store.py", 2, "provider", "chroma"),
		is(lodemark.KindCompose, "compose.yaml", "compose.yaml", 0),
		{Kind: lodemark.KindTool, Name: "fake", Path: "tests/test_x.py", Line: 1, Test: true},
	},
}

// written is the draft of a system as its file, read again: there may be no problem in it.
func written(t testing.TB, tr tree) (*Drawing, *threat.Model, string) {
	t.Helper()
	d := Draft(tr.subject())
	text := Write(d, day)
	m, problems := threat.Load("threats.yaml", text)
	if len(problems) > 0 {
		t.Fatalf("what was written cannot be read: %v\n%s", problems, text)
	}
	if len(m.Components) != len(d.Model.Components) || len(m.Flows) != len(d.Model.Flows) {
		t.Fatalf("%d components and %d flows were drawn, %d and %d read", len(d.Model.Components), len(d.Model.Flows), len(m.Components), len(m.Flows))
	}
	return d, m, string(text)
}

func TestFromCodeToModel(t *testing.T) {
	_, m, text := written(t, desk)
	for id, kind := range map[string]string{"user": "end_user", "desk-web-app": "app", "desk-api": "api", "desk-agent": "agent", "openai-models": "hosted_model_api",
		"find-ticket": "tool", "close-ticket": "tool", "chroma": "vector_store", "postgresql": "document_store", "sqlite-database": "document_store"} {
		if c := m.Component(id); c == nil || c.Kind != kind {
			t.Errorf("%s should be drawn as %s: %+v", id, kind, c)
		}
	}
	for _, want := range []string{
		"effects: [read]  # guess: read at app/tools.py:5",
		"effects: [read, irreversible]  # guess: read at app/tools.py:12; irreversible at app/tools.py:12", // what it calls counts, what a comment says does not
		"exposure: unknown  # guess: port 8000:8000 is published on every address, at compose.yaml:5",
		"exposure: internal  # guess: its port is published on this machine alone, at compose.yaml:8",
		"autonomy: unknown",
		"status: draft",
		"pinned: none",
		"{from: desk-web-app, to: desk-api, carries: [prompt]}  # guess: its code asks over HTTP, in app/page.py",
		"renders: markdown",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not written:\n%s", want, text)
		}
	}
	for _, never := range []string{"fake", "[code]", "authn: none", "isolation: none", "multi_tenant: false"} {
		if strings.Contains(text, never) {
			t.Errorf("%q is written: it is of a test, or nobody can know it", never)
		}
	}
}

func TestFlowsAreThoseOfTheCode(t *testing.T) {
	_, m, _ := written(t, desk)
	have := map[string]bool{}
	for _, f := range m.Flows {
		have[f.Place()] = true
	}
	agent := ""
	for _, c := range m.Components {
		if c.Kind == "agent" {
			agent = c.ID
		}
	}
	for _, want := range []string{"user -> desk-web-app", "desk-api -> " + agent, agent + " -> find-ticket", agent + " -> close-ticket", agent + " -> openai-models", agent + " -> chroma", "chroma -> " + agent} {
		if !have[want] {
			t.Errorf("no flow %s: %v", want, have)
		}
	}
	for _, never := range []string{"desk-api -> find-ticket", "desk-web-app -> openai-models", "desk-web-app -> " + agent, "find-ticket -> close-ticket"} {
		if have[never] {
			t.Errorf("a flow %s, which no code shows", never)
		}
	}
}

// The tools of a server are one component, and somebody's assistant calls it.
func TestAServerOfToolsIsOneComponent(t *testing.T) {
	tr := tree{files: map[string]string{
		"server.py": "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('files')\n@mcp.tool()\ndef read(p):\n    return open(p).read()\n@mcp.tool()\ndef run(c):\n    return subprocess.run(c)\nmcp.run(transport=\"stdio\")\n",
	}, seen: []lodemark.Component{
		is(lodemark.KindMCPServer, "files", "server.py", 2, "role", "server"),
		is(lodemark.KindTool, "read", "server.py", 3), is(lodemark.KindTool, "run", "server.py", 6),
	}}
	_, m, _ := written(t, tr)
	var kinds []string
	for _, c := range m.Components {
		kinds = append(kinds, c.Kind)
	}
	slices.Sort(kinds)
	if got := strings.Join(kinds, " "); got != "agent end_user mcp_server" {
		t.Errorf("drawn: %s", got)
	}
	s := m.Component("desk-mcp-server")
	if got := s.Attributes["effects"].String(); got != "[read, code]" || s.Attributes["transport"].Text != "stdio" || s.Attributes["origin"].Text != "own" {
		t.Errorf("the server: %s %+v", got, s.Attributes)
	}
}

// The same model at ten places is one component; ids do not change when code moves down.
func TestIdsStayWhenCodeMoves(t *testing.T) {
	before, _, _ := written(t, desk)
	moved := tree{files: map[string]string{}, seen: slices.Clone(desk.seen)}
	for p, text := range desk.files {
		moved.files[p] = text
	}
	moved.files["app/agent.py"] = "\n\n\n" + desk.files["app/agent.py"]
	for i := range moved.seen {
		if moved.seen[i].Path == "app/agent.py" {
			moved.seen[i].Line += 3
		}
	}
	after, _, _ := written(t, moved)
	for i, c := range before.Model.Components {
		if after.Model.Components[i].ID != c.ID {
			t.Errorf("%s became %s", c.ID, after.Model.Components[i].ID)
		}
	}
	if !bytes.Equal(Write(before, day), Write(Draft(desk.subject()), day)) {
		t.Error("the same system gave two drafts")
	}
}

func TestNothingIsNoError(t *testing.T) {
	_, m, text := written(t, tree{})
	if len(m.Components) != 0 || !strings.Contains(text, "components:\n  []") {
		t.Errorf("an empty tree: %s", text)
	}
	s := desk.subject()
	s.Read = nil
	if d := Draft(s); len(d.Model.Components) == 0 {
		t.Error("without files to read, what discovery saw is drawn still")
	}
}

// A tree may be made to take long. What is many is folded.
func TestManyParts(t *testing.T) {
	tr := tree{files: map[string]string{}}
	for i := range 1200 {
		n := fmt.Sprintf("a%d", i)
		file := "lib/" + n + ".py"
		tr.files[file] = "import sqlite3\nfrom lib import a1, a2, a3\n" + n + " = Agent(tools=[t1])\nsqlite3.connect('x')\n"
		for _, k := range []lodemark.Kind{lodemark.KindAgent, lodemark.KindTool, lodemark.KindMCPServer, lodemark.KindModel, lodemark.KindDataset, lodemark.KindHostedModel} {
			tr.seen = append(tr.seen, is(k, n, file, 3, "provider", "openai", "url", "https://"+n+".example.org", "handoffs", "a1, a2", "tools", "t1"))
		}
	}
	start := time.Now()
	_, m, _ := written(t, tr)
	if took := time.Since(start); took > 20*time.Second || len(m.Components) > 200 {
		t.Errorf("%d components in %s", len(m.Components), took)
	}
}

func TestTrainingIsDrawn(t *testing.T) {
	tr := tree{files: map[string]string{"train.py": "from trl import SFTTrainer\nm = AutoModelForCausalLM.from_pretrained('org/base')\nd = load_dataset('org/data')\nSFTTrainer(m, train_dataset=d).train()\nm.save_pretrained('out')\n"},
		seen: []lodemark.Component{
			is(lodemark.KindTraining, "SFTTrainer", "train.py", 4), is(lodemark.KindDataset, "org/data", "train.py", 3, "source", "hub"),
			is(lodemark.KindModel, "org/base", "train.py", 2, "found_by", "call and name"),
		}}
	_, m, _ := written(t, tr)
	var flows []string
	for _, f := range m.Flows {
		flows = append(flows, f.Place()+" "+f.Attributes["carries"].String())
	}
	for _, want := range []string{"base -> fine-tuning [weights]", "data -> fine-tuning [training]", "fine-tuning -> model-from-fine-tuning [weights]", "developer -> fine-tuning [internal]"} {
		if !slices.Contains(flows, want) {
			t.Errorf("no %s in %v", want, flows)
		}
	}
	if got := m.Component("base").Attributes; got["origin"].Text != "hub" || !got["format"].Unknown {
		t.Errorf("the base model: %v", got)
	}
}

// Bytes that are no text show nothing: a lock file in a form of its own may begin like a script.
func TestBytesThatAreNoText(t *testing.T) {
	plain, odd := tree{seen: desk.seen, files: map[string]string{}}, tree{seen: desk.seen, files: map[string]string{}}
	for p, text := range desk.files {
		plain.files[p], odd.files[p] = text, text
	}
	odd.files["bun.ts"] = "#!/usr/bin/env bun\nimport pg from 'pg'\x00\x01aws-sdk mongodb sqlite3 redis"
	_, _, want := written(t, plain)
	if _, _, got := written(t, odd); got != want {
		t.Errorf("a file that is no text changed the draft:\n%s", got)
	}
}
