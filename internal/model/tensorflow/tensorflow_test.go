package tensorflow

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// saver is what stands in every model that was saved: it writes and reads where the caller says.
var saver = []nodeSample{
	{name: "prefix", op: "Const", text: "model"},
	{name: "part", op: "Const", text: "_temp/part"},
	{name: "join", op: "StringJoin", inputs: []string{"prefix", "part"}},
	{name: "sharded", op: "ShardedFilename", inputs: []string{"join", "n", "n"}},
	{name: "save", op: "SaveV2", inputs: []string{"sharded", "names", "slices", "w"}},
	{name: "merge", op: "MergeV2Checkpoints", inputs: []string{"sharded", "prefix"}},
	{name: "restore", op: "RestoreV2", inputs: []string{"prefix", "names", "slices"}},
}

func saving(where string) []nodeSample {
	s := slices.Clone(saver)
	s[0].text = where
	return s
}

// What a graph holds, and what comes of it.
var cases = []struct {
	name  string
	nodes []nodeSample
	want  inspect.Verdict
	says  string
}{
	{"arithmetic", []nodeSample{{name: "a", op: "Const"}, {name: "b", op: "MatMul"}, {name: "c", op: "Relu"}}, inspect.Clean, ""},
	{"saving and restoring where the caller says", saver, inspect.Clean, ""},
	{"printing to the terminal", []nodeSample{{name: "p", op: "PrintV2", attrs: map[string]string{"output_stream": "stderr"}}}, inspect.Clean, ""},

	{"writing a file", []nodeSample{{name: "f", op: "Const", text: "/tmp/canary"}, {name: "w", op: "WriteFile", inputs: []string{"f", "c"}}}, inspect.Malicious, "tf-writes"},
	{"saving to a place of its own", saving("/home/u/.ssh/authorized_keys"), inspect.Malicious, "tf-writes"},
	{"saving above its folder", saving("../../x"), inspect.Malicious, "tf-writes"},
	{"printing into a file", []nodeSample{{name: "p", op: "PrintV2", attrs: map[string]string{"output_stream": "file:///tmp/canary"}}}, inspect.Malicious, "tf-writes"},
	{"reading a file", []nodeSample{{name: "f", op: "Const", text: "/etc/passwd"}, {name: "r", op: "ReadFile", inputs: []string{"f"}}}, inspect.Dangerous, "tf-reads"},
	{"a later version of reading a file", []nodeSample{{name: "r", op: "ReadFileV7"}}, inspect.Dangerous, "tf-reads"},
	{"listing files", []nodeSample{{name: "r", op: "MatchingFiles"}}, inspect.Dangerous, "tf-reads"},
	{"mapping a file into memory", []nodeSample{{name: "r", op: "ImmutableConst", attrs: map[string]string{"memory_region_name": "/etc/passwd"}}}, inspect.Dangerous, "tf-reads"},
	{"calling Python", []nodeSample{{name: "r", op: "PyFunc"}}, inspect.Dangerous, "tf-python"},
	{"sending tensors away", []nodeSample{{name: "r", op: "DebugIdentityV2", attrs: map[string]string{"debug_urls": "grpc://198.51.100.7:1"}}}, inspect.Dangerous, "tf-debug"},
	{"a table from anywhere", []nodeSample{{name: "f", op: "Const", text: "/etc/passwd"}, {name: "t", op: "InitializeTableFromTextFileV2", inputs: []string{"h", "f"}}}, inspect.Dangerous, "tf-reads"},
	{"a cache in a file", []nodeSample{{name: "f", op: "Const", text: "/tmp/canary"}, {name: "c", op: "CacheDatasetV2", inputs: []string{"d", "f"}}}, inspect.Dangerous, "tf-writes"},
	{"descriptions from a file", []nodeSample{{name: "c", op: "DecodeProtoV2", attrs: map[string]string{"descriptor_source": "/tmp/canary"}}}, inspect.Dangerous, "tf-reads"},
	{"a graph in a constant", []nodeSample{{name: "g", op: "Const", text: string(graphBytes([]nodeSample{{name: "w", op: "WriteFile"}}, nil))}, {name: "d", op: "DatasetFromGraph", inputs: []string{"g"}}},
		inspect.Malicious, "tf-writes"},
	{"words of a sampler in a file", []nodeSample{{name: "s", op: "FixedUnigramCandidateSampler", attrs: map[string]string{"vocab_file": "/etc/passwd"}}}, inspect.Dangerous, "tf-reads"},
	{"words of a sampler in the graph", []nodeSample{{name: "s", op: "FixedUnigramCandidateSampler", attrs: map[string]string{"vocab_file": ""}}}, inspect.Clean, ""},
	{"records by a pattern", []nodeSample{{name: "r", op: "RecordInput", attrs: map[string]string{"file_pattern": "/home/*"}}}, inspect.Dangerous, "tf-reads"},
	{"a dataset written to a file", []nodeSample{{name: "d", op: "DatasetToTFRecord", inputs: []string{"d", "f"}}}, inspect.Dangerous, "tf-writes"},
	{"two vocabularies", []nodeSample{{name: "f", op: "Const", text: "/etc/passwd"}, {name: "v", op: "GenerateVocabRemapping", inputs: []string{"x", "f"}}}, inspect.Dangerous, "tf-reads"},
	{"rows of another checkpoint", []nodeSample{{name: "f", op: "Const", text: "/home/u/ckpt"}, {name: "v", op: "LoadAndRemapMatrix", inputs: []string{"f"}}}, inspect.Dangerous, "tf-reads"},
	{"engines that were compiled elsewhere", []nodeSample{{name: "f", op: "Const", text: "/tmp/canary"}, {name: "v", op: "InitializeTRTResource", inputs: []string{"h", "f"}}}, inspect.Dangerous, "tf-reads"},
	{"engines that the caller names", []nodeSample{{name: "v", op: "InitializeTRTResource", inputs: []string{"h", "asset"}}}, inspect.Clean, ""},
	{"operators of TensorFlow Text", []nodeSample{{name: "t", op: "WhitespaceTokenizeWithOffsets"}, {name: "u", op: "TFText>RoundRobinTrim"}, {name: "v", op: "PhraseTokenize"}}, inspect.Clean, ""},
	{"descriptions that come with TensorFlow", []nodeSample{{name: "c", op: "DecodeProtoV2", attrs: map[string]string{"descriptor_source": "local://"}}}, inspect.Clean, ""},
	{"an operator of nobody's", []nodeSample{{name: "x", op: "EvilKernel"}}, inspect.Dangerous, "tf-custom-operator"},
	{"an internal operator that nobody knows", []nodeSample{{name: "x", op: "_Internal"}}, inspect.Unknown, "tf-operator"},
}

func TestGraphs(t *testing.T) {
	graph, saved, meta := byName("tensorflow-graph"), byName("savedmodel"), byName("tensorflow-metagraph")
	for _, c := range cases {
		hidden := []functionSample{{name: "f", nodes: c.nodes}}
		caller := []nodeSample{{name: "call", op: "PartitionedCall"}}
		for form, found := range map[string]*inspect.Found{
			"a frozen graph":             look(t, graph, "model.pb", graphBytes(c.nodes, nil)),
			"a frozen graph, by no name": look(t, graph, "model", graphBytes(c.nodes, nil)),
			"a function of a graph":      look(t, graph, "model.pb", graphBytes(caller, hidden)),
			"a SavedModel":               look(t, saved, "saved_model.pb", savedModelBytes(graphBytes(c.nodes, nil))),
			"a MetaGraph":                look(t, meta, "model.meta", metaGraphBytes(graphBytes(caller, hidden))),
		} {
			if found.Verdict != c.want || c.says != "" && (len(found.Reasons) == 0 || found.Reasons[0].ID != c.says) {
				t.Errorf("%s in %s: %s %v, want %s %s", c.name, form, found.Verdict, found.Reasons, c.want, c.says)
			}
		}
	}
}

func byName(name string) inspect.Format {
	return Formats()[slices.IndexFunc(Formats(), func(f inspect.Format) bool { return f.Name == name })]
}

func look(t testing.TB, f inspect.Format, name string, data []byte) *inspect.Found {
	t.Helper()
	found, claimed := inspecttest.Look([]inspect.Format{f}, name, data)
	if len(claimed) == 0 {
		t.Errorf("%s does not claim %s", f.Name, name)
	}
	return found
}

func TestAssets(t *testing.T) {
	table := []nodeSample{{name: "file", op: "Const", text: "/tmp/made/here/vocab.txt"}, {name: "t", op: "InitializeTableFromTextFileV2", inputs: []string{"h", "file"}}}
	meta := byName("tensorflow-metagraph")
	honest := look(t, meta, "m.meta", metaGraphWith(graphBytes(table, nil), [2]string{"file:0", "vocab.txt"}))
	if honest.Verdict != inspect.Clean {
		t.Errorf("a table from the model's own assets: %v", honest.Reasons)
	}
	escape := look(t, meta, "m.meta", metaGraphWith(graphBytes(table, nil), [2]string{"file:0", "../../../etc/passwd"}))
	if escape.Verdict != inspect.Dangerous || escape.Reasons[0].ID != "tf-asset-escape" {
		t.Errorf("an asset outside of the folder: %v", escape.Reasons)
	}
}

func TestText(t *testing.T) {
	for source, want := range map[string]inspect.Verdict{
		`node { name: "a" op: "Const" attr { key: "value" value { tensor { dtype: DT_FLOAT float_val: 1.5 } } } } versions { producer: 21 }`:                         inspect.Clean,
		"# comment\nnode <\n name: 'w', op: 'Write' 'File'\n>":                                                                                                       inspect.Malicious,
		`library { function { signature { name: "f" } node_def { name: "x" op: "\x57riteFile" } } }`:                                                                 inspect.Malicious,
		`node { name: "f" op: "Const" attr { key: "value" value { tensor { dtype: DT_STRING string_val: "/etc/x" } } } } node { name: "s" op: "SaveV2" input: "f" }`: inspect.Malicious,
		`node { name: "a" op: "Const"`:  inspect.NotRead,
		`node { name: "a" op "Const" }`: inspect.NotRead,
		"node { calculator: 'A' input_stream: 'x' options { [mediapipe.AOptions.ext] { n: 1 } } } executor { name: '' type: 'T' }": inspect.Clean,
		"# calculator: \nnode { name: 'w' op: 'WriteFile' }":                                                                       inspect.Malicious,
		`node { name: a op: "Const" }`:                      inspect.NotRead,
		`node { name: "a" op: "Const" colour: "red" }`:      inspect.NotRead,
		`node { name: "a" op: "Const" >`:                    inspect.NotRead,
		`node { name: "a" op: "Relu" } nodes { name: "b" }`: inspect.NotRead,
		`node { name: "s" op: "DebugIdentityV2" attr { key: "debug_urls" value { list { s: ["", "file:///x"] } } } }`:                  inspect.Dangerous,
		`node { name: "s" op: "Relu" attr { key: "T" value { list { f: [1e+20, -inf, - 1.5], shape: [{}, {dim: [{size: -1}]}] } } } }`: inspect.Clean,
		`node { name: "a" op: "Const }`: inspect.NotRead,
	} {
		if found := look(t, byName("tensorflow-text"), "g.pbtxt", []byte(source)); found.Verdict != want {
			t.Errorf("%s: %s %v, want %s", source, found.Verdict, found.Reasons, want)
		}
	}
	if _, claimed := inspecttest.Look([]inspect.Format{byName("tensorflow-text")}, "config.pbtxt", []byte("name: \"m\"\nbackend: \"onnxruntime\"\n")); len(claimed) > 0 {
		t.Error("the configuration of a server is taken for a graph")
	}
}

// What nothing here looks at is taken apart as well: a reader refuses the whole file for it.
func TestTakenApart(t *testing.T) {
	graph := graphBytes(cases[0].nodes, nil)
	model := func(info []byte) []byte {
		meta := protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, info), 2, graph)
		return protobuf.AppendBytes(protobuf.AppendVarint(nil, 1, 1), 2, meta)
	}
	operator := protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "Relu"), 2, protobuf.AppendBytes([]byte(nil), 1, "x"))
	list := func(op []byte) []byte {
		return protobuf.AppendBytes([]byte(nil), 2, protobuf.AppendBytes([]byte(nil), 1, op))
	}
	good := model(list(operator))
	broken := bytes.Clone(operator)
	broken[1] = 0x7f // the name is longer than the operator
	for name, tt := range map[string]struct {
		data []byte
		want inspect.Verdict
	}{
		"whole":                    {good, inspect.Clean},
		"a text that is too long":  {model(list(broken)), inspect.NotRead},
		"a number for a message":   {model(protobuf.AppendVarint(nil, 2, 7)), inspect.NotRead},
		"an attribute that is cut": {savedModelBytes(protobuf.AppendBytes([]byte(nil), 1, append(nodeSample{name: "a", op: "Relu"}.bytes(), 0x2a, 3, 0x0a, 9, 'T'))), inspect.NotRead},
	} {
		if found := look(t, byName("savedmodel"), "saved_model.pb", tt.data); found.Verdict != tt.want {
			t.Errorf("%s: %s %v", name, found.Verdict, found.Reasons)
		}
	}
}

// The file called checkpoint may name what lies beside it, and what the machine had that wrote it.
func TestState(t *testing.T) {
	for source, want := range map[string]inspect.Verdict{
		"model_checkpoint_path: \"model.ckpt-7\"\nall_model_checkpoint_paths: \"model.ckpt-6\"\nall_model_checkpoint_paths: \"model.ckpt-7\"\nall_model_checkpoint_timestamps: 1.5e+09\n": inspect.Clean,
		"model_checkpoint_path: \"/home/u/train/model.ckpt-7\"\n":    inspect.Clean,
		"model_checkpoint_path: \"../../elsewhere/model.ckpt\"\n":    inspect.Dangerous,
		"model_checkpoint_path: \"\\\\\\\\example.org\\\\x\\\\m\"\n": inspect.Dangerous,
		"model_checkpoint_path: \"gs://example/model.ckpt\"\n":       inspect.Dangerous,
		"all_model_checkpoint_paths: \"..\\\\..\\\\m\"\n":            inspect.Dangerous,
		"model_checkpoint_path: \"model.ckpt-7":                      inspect.NotRead,
		"model_checkpoint_path: 7":                                   inspect.NotRead,
		"model_checkpoint_path: \"m\"\nother: \"x\"\n":               inspect.NotRead,
	} {
		if found := look(t, byName("tensorflow-state"), "checkpoint", []byte(source)); found.Verdict != want {
			t.Errorf("%s: %s %v, want %s", source, found.Verdict, found.Reasons, want)
		}
	}
}

func TestDamage(t *testing.T) {
	whole := graphBytes(cases[0].nodes, nil)
	for n := 1; n < len(whole); n++ {
		found, claimed := inspecttest.Look([]inspect.Format{byName("tensorflow-graph")}, "m.pb", whole[:n])
		if len(claimed) > 0 && found.Verdict == inspect.Clean && !strings.HasSuffix(string(whole[:n]), "Const") && !strings.HasSuffix(string(whole[:n]), "MatMul") {
			t.Errorf("cut after %d bytes it is clean", n)
		}
	}
}

func TestOperatorListIsSearchable(t *testing.T) {
	names := strings.Fields(operatorList)
	if !slices.IsSorted(names) || len(names) < 1500 {
		t.Fatalf("%d names, sorted: %v", len(names), slices.IsSorted(names))
	}
	for _, name := range names {
		if !known(name) {
			t.Errorf("%s is listed and not found", name)
		}
	}
	for _, name := range []string{"", "A", "Zzz", "MatMulX", "\n", "Abs\nAcos"} {
		if known(name) {
			t.Errorf("%q is found", name)
		}
	}
}

func FuzzFormats(f *testing.F) {
	for _, c := range cases {
		f.Add(graphBytes(c.nodes, []functionSample{{name: "f", nodes: c.nodes}}))
		f.Add(savedModelBytes(graphBytes(c.nodes, nil)))
	}
	f.Add([]byte(`node { name: "w" op: "WriteFile" input: ["a", "b"] attr { key: "x" value { s: "\101" } } }`))
	f.Add(indexSample())
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range Formats() {
			for _, name := range []string{"saved_model.pb", "m.meta", "m.pbtxt", "m.index", "m.pb", "checkpoint", "m"} {
				inspecttest.Look([]inspect.Format{format}, name, data)
			}
		}
	})
}
