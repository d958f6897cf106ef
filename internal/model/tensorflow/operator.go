package tensorflow

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// operatorList names the operators of TensorFlow and of the packages that ship with it, sorted, one on a line.
//
//go:embed operators.txt
var operatorList string

// known says whether an operator comes with TensorFlow. The list is searched where it lies, so that it costs nothing at start-up.
func known(op string) bool {
	lo, hi := 0, len(operatorList)
	for lo < hi {
		mid := (lo + hi) / 2
		start := strings.LastIndexByte(operatorList[lo:mid], '\n') + 1 + lo
		end := start + strings.IndexByte(operatorList[start:], '\n')
		switch strings.Compare(operatorList[start:end], op) {
		case 0:
			return true
		case -1:
			lo = end + 1
		default:
			hi = start
		}
	}
	return false
}

// version takes the number off that a later form of an operator has: ReadFileV2 is read as ReadFile is.
func version(op string) string {
	at := strings.LastIndexByte(op, 'V')
	if at <= 0 || at == len(op)-1 || strings.Trim(op[at+1:], "0123456789") != "" {
		return op
	}
	return op[:at]
}

// effect is what an operator does beyond computing.
type effect struct {
	verdict inspect.Verdict
	id      string
	what    string
	paths   []string // names of the attributes, or "input N" of the inputs, that say which file; the effect stands only where they are not known to be harmless
}

// effectOf looks an operator up. Reading is dangerous, since the file lies outside of the model; writing and running is what
// no honest model does. Saving and restoring stand in every model, and count where they name a place of their own.
func effectOf(op string) (effect, bool) {
	plain := version(op)
	switch {
	case plain == "WriteFile":
		return effect{inspect.Malicious, "tf-writes", "writes a file", nil}, true
	case plain == "ReadFile", plain == "WholeFileReader", plain == "ImmutableConst":
		return effect{inspect.Dangerous, "tf-reads", "reads a file", nil}, true
	case plain == "MatchingFiles", plain == "MatchingFilesDataset", plain == "ExperimentalMatchingFilesDataset":
		return effect{inspect.Dangerous, "tf-reads", "lists files", nil}, true
	case slices.Contains([]string{"PyFunc", "PyFuncStateless", "EagerPyFunc"}, plain):
		return effect{inspect.Dangerous, "tf-python", "calls a Python function of the process that loads it", nil}, true
	case slices.Contains([]string{"TextLineReader", "FixedLengthRecordReader", "TFRecordReader", "LMDBReader", "TextLineDataset", "TFRecordDataset", "FixedLengthRecordDataset",
		"CSVDataset", "ExperimentalCSVDataset", "LMDBDataset", "ExperimentalLMDBDataset", "SqlDataset", "ExperimentalSqlDataset", "LoadDataset", "SnapshotDatasetReader",
		"SnapshotNestedDatasetReader", "SnapshotChunkDataset", "ListSnapshotChunksDataset"}, plain):
		return effect{inspect.Dangerous, "tf-reads", "reads files of data", nil}, true
	case slices.Contains([]string{"SaveDataset", "SnapshotDataset", "DistributedSave", "DatasetToTFRecord", "ExperimentalDatasetToTFRecord", "CreateSummaryFileWriter", "CreateSummaryDbWriter"}, plain):
		return effect{inspect.Dangerous, "tf-writes", "writes files", nil}, true
	case slices.Contains([]string{"DataServiceDataset", "RegisterDataset", "KafkaDataset", "BigtableClient", "BigQueryReader", "Rpc", "TryRpc", "FileSystemSetConfiguration",
		"GcsConfigureCredentials", "GcsConfigureBlockCache", "ConfigureDistributedTPU"}, plain):
		return effect{inspect.Dangerous, "tf-network", "talks to other machines", nil}, true
	case slices.Contains([]string{"RemoteCall", "RemoteFusedGraphExecute"}, plain):
		return effect{inspect.Unknown, "tf-remote", "runs a function on a device that is named at run time", nil}, true
	case plain == "Print" && op != "Print":
		return effect{inspect.Malicious, "tf-writes", "writes what it prints to a file", []string{"output_stream"}}, true
	case strings.HasPrefix(plain, "Debug") && plain != "DebugGradientIdentity" && plain != "DebugGradientRefIdentity":
		return effect{inspect.Dangerous, "tf-debug", "sends tensors to an address", []string{"debug_urls"}}, true
	case plain == "Save", plain == "SaveSlices", plain == "MergeV2Checkpoints":
		return effect{inspect.Malicious, "tf-writes", "writes a checkpoint", []string{"input 0", "input 1"}}, true
	case plain == "Restore", plain == "RestoreSlice", plain == "DTensorRestore", plain == "CheckpointHasKey":
		return effect{inspect.Dangerous, "tf-reads", "reads a checkpoint", []string{"input 0"}}, true
	case plain == "InitializeTableFromTextFile":
		return effect{inspect.Dangerous, "tf-reads", "reads a table", []string{"input 0", "input 1"}}, true
	case plain == "GenerateVocabRemapping":
		return effect{inspect.Dangerous, "tf-reads", "reads two vocabularies", []string{"input 0", "input 1"}}, true
	case plain == "LoadAndRemapMatrix":
		return effect{inspect.Dangerous, "tf-reads", "reads another checkpoint", []string{"input 0"}}, true
	case plain == "InitializeTRTResource":
		return effect{inspect.Dangerous, "tf-reads", "reads compiled engines", []string{"input 1"}}, true
	case plain == "SerializeTRTResource":
		return effect{inspect.Dangerous, "tf-writes", "writes compiled engines to a file", []string{"input 1"}}, true
	case plain == "FixedUnigramCandidateSampler":
		return effect{inspect.Dangerous, "tf-reads", "reads a vocabulary", []string{"vocab_file"}}, true
	case plain == "Skipgram":
		return effect{inspect.Dangerous, "tf-reads", "reads a text", []string{"filename"}}, true
	case plain == "RecordInput":
		return effect{inspect.Dangerous, "tf-reads", "reads files of data", []string{"file_pattern"}}, true
	case plain == "CacheDataset":
		return effect{inspect.Dangerous, "tf-writes", "keeps data in a file", []string{"input 1", "input 0"}}, true
	case plain == "DecodeProto", plain == "EncodeProto":
		return effect{inspect.Dangerous, "tf-reads", "reads descriptions of messages from a file", []string{"descriptor_source"}}, true
	case plain == "SimpleMLLoadModelFromPath", plain == "SimpleMLLoadModelFromPathWithHandle":
		return effect{inspect.Dangerous, "tf-reads", "reads another model", []string{"input 0", "input 1"}}, true
	case plain == "Abort":
		return effect{inspect.Dangerous, "tf-abort", "ends the process that runs it", nil}, true
	}
	return effect{}, false
}

// Effect says what an operator does beyond computing, wherever it is named without its inputs. ok is false for one that only
// computes, or that is known to stand in honest models.
func Effect(op string) (verdict inspect.Verdict, what string, ok bool) {
	e, there := effectOf(op)
	if !there || len(e.paths) > 0 {
		return inspect.Clean, "", false
	}
	return e.verdict, e.what, true
}

// EffectOf is Effect for an operator outside of its graph, as TFLite models hold them. definition is its NodeDef, empty where
// there is none. What an input says of a file is not seen then, and no honest model of that kind has one.
func EffectOf(op string, definition []byte) (verdict inspect.Verdict, what string, ok bool) {
	e, there := effectOf(op)
	if !there {
		return inspect.Clean, "", false
	}
	n := &node{op: op}
	m := protobuf.NewSource(bytes.NewReader(definition), int64(len(definition)), definition).Whole()
	readable := len(definition) > 0 && each(m, func(f protobuf.Field) error {
		if f.Number == 5 {
			return n.attribute(f.Message())
		}
		return nil
	}) == nil
	l := &looker{}
	for _, from := range e.paths {
		if strings.HasPrefix(from, "input ") || !readable {
			return e.verdict, e.what, true
		}
		for _, text := range n.attrs[from] {
			if !l.harmless(n, from, text) {
				return e.verdict, e.what + " (" + inspect.Quote(text) + ")", true
			}
		}
	}
	return e.verdict, e.what, len(e.paths) == 0
}

// Known says whether an operator comes with TensorFlow.
func Known(op string) bool { return known(op) || known(version(op)) }
