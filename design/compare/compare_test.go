package compare

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/bound"
)

var update = flag.Bool("update", false, "write the published schema anew")

var now = time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)

// tensors is a small file of weights.
func tensors(t *testing.T) string {
	t.Helper()
	header := `{"w":{"dtype":"F32","shape":[4,4],"data_offsets":[0,64]}}       `
	var b bytes.Buffer
	if err := binary.Write(&b, binary.LittleEndian, uint64(len(header))); err != nil {
		t.Fatal(err)
	}
	b.WriteString(header)
	b.Write(make([]byte, 64))
	return b.String()
}

// evil is a pickle that would print a word when it is loaded.
const evil = "cos\nsystem\n(S'echo canary'\ntR."

// plainPickle holds a list of numbers.
const plainPickle = "\x80\x04]\x94(K\x01K\x02e."

const goodCard = `---
license: apache-2.0
library_name: transformers
pipeline_tag: text-classification
base_model: google-bert/bert-base-uncased
datasets:
- acme/tickets
---
# Ticket ranker

## Intended use

Orders incoming tickets by topic for one help desk.

## Out-of-scope use

Decisions about people.

## Limitations

Knows English tickets only.

## Training procedure

Three epochs, learning rate 2e-5.

## Evaluation

Macro F1 0.91 on 4,000 tickets.

### Robustness

Under word swaps accuracy falls from 92.1 % to 71.4 %.

Developed by: Platform team

Version: 1.2
`

// local opens a candidate that lies in memory.
func local(t *testing.T, files map[string]string, change ...func(*Source)) *Candidate {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	s := Source{Path: "models/ranker", Tree: tree, Hash: true}
	for _, f := range change {
		f(&s)
	}
	c, err := Open(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func from(reference string) func(*Source) {
	return func(s *Source) { s.Reference = reference }
}

// described opens a hosted candidate.
func described(t *testing.T, text string) *Candidate {
	t.Helper()
	d, err := Describe("candidate.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Open(context.Background(), Source{Path: "candidate.yaml", Described: d})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// judged is what one criterion says of a candidate.
func judged(c *Candidate, id string, o Options) Judgement {
	if o.At.IsZero() {
		o.At = now
	}
	return Judge(context.Background(), []*Candidate{c}, o).Judgements[id][0]
}

// said joins the signals of a judgement.
func (j Judgement) said() string {
	var b strings.Builder
	for _, s := range j.Signals {
		b.WriteString(s.Name + ": " + s.Value + " [" + s.At + "]\n")
	}
	return b.String()
}

func TestThereAreSeventeenCriteria(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Criteria() {
		if seen[c.ID] || c.Title == "" || !strings.HasSuffix(c.Asks, "?") {
			t.Errorf("%+v", c)
		}
		seen[c.ID] = true
	}
	if len(seen) != 17 {
		t.Errorf("there are %d", len(seen))
	}
}

// Every criterion says something about every kind of candidate, and what nobody knows is never good.
func TestNothingIsGoodByDefault(t *testing.T) {
	all := []*Candidate{local(t, map[string]string{"notes.txt": "nothing"}), described(t, "name: A\nprovider: Acme\nmodel: acme-large\n")}
	c := Judge(context.Background(), all, Options{At: now})
	for _, k := range Criteria() {
		for i, j := range c.Judgements[k.ID] {
			if len(j.Signals) == 0 {
				t.Errorf("%s says nothing about %s", k.ID, all[i].Name)
			}
			if j.State == Good {
				t.Errorf("%s is good for %s without anything to see: %s", k.ID, all[i].Name, j.said())
			}
		}
	}
}

// Bad and good pairs: what lies in a folder, what a criterion makes of it, and a word that its signals hold.
func TestFolders(t *testing.T) {
	commit := strings.Repeat("a", 40)
	for _, tt := range []struct {
		name, criterion string
		files           map[string]string
		source          func(*Source)
		need            Need
		want            State
		word            string
	}{
		{"tensors alone", "weight-format", map[string]string{"model.safetensors": tensors(t)}, nil, Need{}, Good, "data alone"},
		{"a pickle", "weight-format", map[string]string{"model.pkl": plainPickle}, nil, Need{}, Poor, "can run code"},
		{"a pickle beside tensors", "weight-format", map[string]string{"model.safetensors": tensors(t), "model.pkl": plainPickle}, nil, Need{}, Good, "leave it out"},
		{"code of its own", "weight-format", map[string]string{"model.safetensors": tensors(t), "x.py": "class Net: pass\n",
			"config.json": `{"architectures":["Net"],"model_type":"net","auto_map":{"AutoModel":"x.Net"}}`}, nil, Need{}, Poor, "auto_map"},

		{"a pickle that runs a program", "malicious-content", map[string]string{"model.pkl": evil}, nil, Need{}, Disqualifying, "echo canary"},
		{"numbers", "malicious-content", map[string]string{"model.pkl": plainPickle}, nil, Need{}, Good, "clean"},
		{"a pointer to what is not here", "malicious-content", map[string]string{"model.safetensors": "version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("1", 64) + "\nsize 10\n"}, nil, Need{}, Unknown, "not here"},

		{"nothing signed", "signature", map[string]string{"model.safetensors": tensors(t)}, nil, Need{}, Poor, "no signature"},
		{"a signature", "signature", map[string]string{"model.safetensors": tensors(t), "model.sig": "x"}, nil, Need{}, Unknown, "present, not verified"},

		{"an unknown commit", "pinning", map[string]string{"model.safetensors": tensors(t)}, from("BAAI/bge-m3"), Need{}, Poor, "which commit"},
		{"a commit", "pinning", map[string]string{"model.safetensors": tensors(t)}, func(s *Source) { s.Reference, s.Revision = "BAAI/bge-m3", commit }, Need{}, Good, commit},
		{"a name", "pinning", map[string]string{"model.safetensors": tensors(t)}, func(s *Source) { s.Reference, s.Revision = "BAAI/bge-m3", "main" }, Need{}, Poor, "other files"},
		{"a commit in the client's notes", "pinning", map[string]string{"model.safetensors": tensors(t), ".cache/huggingface/download/model.safetensors.metadata": commit + "\n" + strings.Repeat("b", 40) + "\n1.0\n"},
			from("BAAI/bge-m3"), Need{}, Good, commit},
		{"changed after it was fetched", "pinning", map[string]string{"model.safetensors": tensors(t), ".cache/huggingface/download/model.safetensors.metadata": commit + "\n" + strings.Repeat("b", 64) + "\n1.0\n"},
			from("BAAI/bge-m3"), Need{}, Disqualifying, "not what the hub gave"},

		{"open terms", "licence", map[string]string{"README.md": goodCard}, nil, Need{}, Good, "apache-2.0"},
		{"no terms", "licence", map[string]string{"README.md": "# Ranker\n"}, nil, Need{}, Poor, "no right"},
		{"no commercial use", "licence", map[string]string{"README.md": "---\nlicense: cc-by-nc-4.0\n---\n"}, nil, Need{}, Poor, "no commercial use"},
		{"no commercial use, and that is meant", "licence", map[string]string{"README.md": "---\nlicense: cc-by-nc-4.0\n---\n"}, nil, Need{Commercial: true}, Disqualifying, "no commercial use"},
		{"the terms forbid it", "licence", map[string]string{"LICENSE": "You may use the model for non-commercial purposes only.\n"}, nil, Need{Commercial: true}, Disqualifying, "not commercial"},
		{"card and file differ", "licence", map[string]string{"README.md": "---\nlicense: mit\n---\n", "LICENSE": "Creative Commons Attribution-NonCommercial 4.0 International\n"}, nil, Need{}, Poor, "the card says mit"},
		{"terms that go along", "licence", map[string]string{"README.md": "---\nlicense: mit\nbase_model: meta-llama/Llama-3.1-8B\n---\n"}, nil, Need{}, Poor, "go along"},
		{"a name of the publisher's", "licence", map[string]string{"README.md": "---\nlicense: other\nlicense_name: acme-model-licence\n---\n"}, nil, Need{}, Unknown, "not known here"},

		{"a whole card", "card", map[string]string{"README.md": goodCard}, nil, Need{}, Good, "limitations: said [README.md:19]"},
		{"headings alone", "card", map[string]string{"README.md": "---\nlicense: mit\n---\n# x\n\n## Uses\n\n[More Information Needed]\n"}, nil, Need{}, Poor, "purpose: no section"},
		{"no card", "card", map[string]string{"model.safetensors": tensors(t)}, nil, Need{}, Poor, "none"},

		{"base and data", "lineage", map[string]string{"README.md": goodCard}, nil, Need{}, Good, "acme/tickets [README.md:7]"},
		{"a path of somebody's", "lineage", map[string]string{"README.md": "---\nlicense: mit\nbase_model: /data/run7\n---\n"}, nil, Need{}, Poor, "machine"},

		{"does not fit", "size", map[string]string{"model.safetensors": tensors(t)}, nil, Need{Memory: 64}, Disqualifying, "do not fit"},
		{"fits", "size", map[string]string{"model.safetensors": tensors(t)}, nil, Need{Memory: 1 << 20, Parameters: 20}, Good, "fit into"},
		{"larger than needed", "size", map[string]string{"model.safetensors": tensors(t)}, nil, Need{Parameters: 4}, Poor, "16, where 4 are needed"},
		{"a window too short", "size", map[string]string{"config.json": `{"model_type":"bert","architectures":["BertModel"],"max_position_embeddings":512}`}, nil, Need{Context: 8000}, Disqualifying, "8000 have to fit"},

		{"embeddings", "returns", map[string]string{"README.md": "---\npipeline_tag: feature-extraction\nlicense: mit\n---\n"}, nil, Need{}, Poor, "embeddings"},
		{"figures under attack", "robustness", map[string]string{"README.md": goodCard}, nil, Need{}, Good, "Robustness"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			change := []func(*Source){}
			if tt.source != nil {
				change = append(change, tt.source)
			}
			j := judged(local(t, tt.files, change...), tt.criterion, Options{Need: tt.need})
			if j.State != tt.want || !strings.Contains(j.said(), tt.word) {
				t.Errorf("%s is %s, want %s with %q:\n%s", tt.criterion, j.State, tt.want, tt.word, j.said())
			}
		})
	}
}

func TestHostedModels(t *testing.T) {
	const acme = "name: A\nprovider: Acme\nmodel: acme-large-2026-01-02\n"
	for _, tt := range []struct {
		name, criterion, text string
		need                  Need
		want                  State
		word                  string
	}{
		{"a dated name", "pinning", acme, Need{}, Good, "one release"},
		{"a name that moves", "pinning", "name: A\nprovider: OpenAI\nmodel: gpt-4o\n", Need{}, Poor, "gpt-4o-2024-11-20"},
		{"latest", "pinning", "name: A\nprovider: Acme\nmodel: acme-latest\n", Need{}, Poor, "moves on"},
		{"no date", "pinning", "name: A\nprovider: Acme\nmodel: acme-large\n", Need{}, Unknown, "no date"},
		{"shut down", "stability", "name: A\nprovider: OpenAI\nmodel: gpt-3.5-turbo-0613\n", Need{}, Disqualifying, "2024-09-13"},
		{"shut down soon", "stability", acme + "stability: {retires: 2027-01-31, notice_days: 90}\n", Need{}, Poor, "half a year"},
		{"stays", "stability", acme + "stability: {retires: 2028-01-31, notice_days: 90}\n", Need{}, Good, "2028"},
		{"trains on inputs", "hosting", acme + "data: {trains_on_inputs: yes}\n", Need{}, Poor, "yes"},
		{"trains on personal data", "hosting", acme + "data: {trains_on_inputs: yes}\n", Need{Data: "personal"}, Disqualifying, "personal"},
		{"elsewhere", "hosting", acme + "data: {trains_on_inputs: no, retention_days: 0, regions: [us-east, eu]}\n", Need{Regions: []string{"eu"}}, Disqualifying, "where the need is eu"},
		{"here", "hosting", acme + "data: {trains_on_inputs: no, retention_days: 0, regions: [eu-west]}\n", Need{Regions: []string{"eu"}}, Good, "not kept"},
		{"open to everybody", "hosting", acme + "hosting: {authentication: none, exposure: internet}\n", Need{}, Disqualifying, "internet"},
		{"logits", "returns", acme + "returns: [text, logits]\n", Need{}, Poor, "logits"},
		{"text", "returns", acme + "returns: text\n", Need{}, Good, "text"},
		{"tested", "robustness", acme + "robustness: [{test: Planted instructions, result: 3 of 200, on: 2026-10-01}]\n", Need{}, Good, "3 of 200"},
		{"tested long ago", "robustness", acme + "robustness: [{test: Planted instructions, result: 3 of 200, on: 2024-10-01}]\n", Need{}, Poor, "more than a year"},
		{"nobody agreed on personal data", "privacy", acme, Need{Data: "personal"}, Poor, "personal data"},
		{"terms read long ago", "licence", acme + "licence: {id: Terms, reviewed: 2024-01-01}\n", Need{}, Poor, "more than a year"},
		{"a tried fallback", "fallback", acme + "fallback: {to: keyword search, tested: 2026-09-01}\n", Need{}, Good, "keyword search"},
		{"run by somebody", "operations", acme + "operations: {owner: Lead, monitoring: board, updates: gate, contact: page}\n", Need{}, Good, "Lead"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := judged(described(t, tt.text), tt.criterion, Options{Need: tt.need})
			if j.State != tt.want || !strings.Contains(j.said(), tt.word) {
				t.Errorf("%s is %s, want %s with %q:\n%s", tt.criterion, j.State, tt.want, tt.word, j.said())
			}
		})
	}
}

// A fallback at the same provider fails with it.
func TestFallbackAtTheSameProvider(t *testing.T) {
	a := described(t, "name: A\nprovider: Acme\nmodel: a-1\nfallback: {to: B, tested: 2026-09-01}\n")
	b := described(t, "name: B\nprovider: Acme\nmodel: b-1\n")
	if j := Judge(context.Background(), []*Candidate{a, b}, Options{At: now}).Judgements["fallback"][0]; j.State != Poor {
		t.Errorf("%s", j.said())
	}
}

func TestAdvisories(t *testing.T) {
	ask := func(found ...Advisory) Advisories {
		return func(string, string, string) ([]Advisory, bool, error) { return found, true, nil }
	}
	const head = "name: A\nprovider: Acme\nmodel: a-1\n"
	for _, tt := range []struct {
		name, loader string
		ask          Advisories
		want         State
		word         string
	}{
		{"no database", "loader: openai==1.0.0\n", nil, Unknown, "no database"},
		{"affected", "loader: openai==1.0.0\n", ask(Advisory{ID: "GHSA-1", Fixed: []string{"1.2"}}), Poor, "mended in 1.2"},
		{"none", "loader: openai==1.0.0\n", ask(), Good, "no advisory"},
		{"malicious", "loader: opena1==1.0.0\n", ask(Advisory{ID: "MAL-1", Malicious: true}), Disqualifying, "MAL-1"},
		{"no version", "loader: openai\n", ask(Advisory{ID: "GHSA-1"}), Unknown, "name the version"},
		{"undecided", "loader: openai==1.0.0\n", ask(Advisory{ID: "GHSA-1", Undecided: "odd"}), Unknown, "nobody can tell"},
		{"not covered", "loader: openai==1.0.0\n", func(string, string, string) ([]Advisory, bool, error) { return nil, false, nil }, Unknown, "nothing about PyPI"},
		{"no loader", "", ask(), Unknown, "no package"},
	} {
		if old := judged(described(t, head+tt.loader), "advisories", Options{Advisories: tt.ask, Old: map[string]string{"PyPI": "it is old"}}); old.State == Good {
			t.Errorf("%s: an old database is silent, and that counts", tt.name)
		}
		if j := judged(described(t, head+tt.loader), "advisories", Options{Advisories: tt.ask}); j.State != tt.want || !strings.Contains(j.said(), tt.word) {
			t.Errorf("%s: %s, want %s with %q:\n%s", tt.name, j.State, tt.want, tt.word, j.said())
		}
	}
}

// Names that are made to look like known ones, names near them, and names that only look unusual.
func TestPublishers(t *testing.T) {
	for name, want := range map[string]State{
		"meta-llama/Llama-3.1-8B": Good, "BAAI/bge-m3": Good, "TheBloke/CodeLlama-7B-GGUF": Good, "HuggingFaceM4/idefics2-8b": Good, "Salesforce/codet5p-6b": Good,
		"meta-1lama/Llama-3.1-8B": Disqualifying, "meta-IIama/Llama-3.1-8B": Disqualifying, "goog1e/gemma-2b": Disqualifying, "0penai/whisper-large": Disqualifying, "rnistralai/Mistral-7B": Disqualifying,
		"оpenai/whisper-large": Disqualifying, "mistralai/Mistra1-7B": Disqualifying, "mistralai/Mistrаl-7B": Disqualifying, "huggingfaceh44/zephyr": Unknown,
		"microsft/phi-3": Poor, "stabiltyai/stable-diffusion": Poor, "nvidia/Mistrall-7B": Poor,
		"acme/ranker": Unknown, "openaccess-ai-collective/manticore-13b": Unknown, "Алёна/модель": Disqualifying,
	} {
		if j := judged(local(t, map[string]string{"a.txt": "x"}, from(name)), "publisher", Options{}); j.State != want {
			t.Errorf("%s is %s, want %s: %s", name, j.State, want, j.said())
		}
	}
}

// The published schema is that of the table, and every field of the table can be read.
func TestSchemaIsPublished(t *testing.T) {
	const file = "../../schema/candidate.schema.json"
	if *update {
		if err := os.WriteFile(file, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(data, Schema()) {
		t.Errorf("the published schema is not that of the table (%v): go test ./design/compare -update", err)
	}
	var doc map[string]any
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Error(err)
	}
}
