package keras

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
	"github.com/lodemark/lodemark/internal/model/tensorflow"
)

// layer judges layers that do more than compute: they hold code, read files or fetch.
func (j *judge) layer(n *node, class string, config *node) {
	short := class[strings.LastIndexAny(class, ">.")+1:]
	switch short {
	case "Lambda":
		j.lambdaLayer(n, config)
	case "TFSMLayer":
		j.say(inspect.Dangerous, "keras-savedmodel", n, "has a layer that loads and runs the SavedModel at %s", inspect.Quote(config.str("filepath")))
	case "TorchModuleWrapper":
		j.torchModule(n, config)
	case "KerasLayer":
		if h := config.str("handle"); h != "" {
			j.say(inspect.Dangerous, "keras-hub", n, "fetches or reads the model %s when it is loaded, and runs it", inspect.Quote(h))
		}
	case "JaxLayer", "FlaxLayer":
		j.say(inspect.Unknown, "keras-jax", n, "has a layer that calls a function of JAX which its configuration names")
	case "StringLookup", "IntegerLookup", "TextVectorization", "IndexLookup", "CategoryLookup":
		j.path(config.get("vocabulary"), class, "vocabulary")
		j.path(config.get("idf_weights"), class, "weights")
	case "TFOpLambda", "SlicingOpLambda":
		if f := config.get("function"); f != nil && f.kind == text {
			j.tensorflow(f, f.text)
		}
	case "ClassMethod", "InstanceMethod", "InstanceProperty":
		if f := config.get("cls_symbol"); f != nil && f.kind == text {
			j.tensorflow(f, f.text+"."+config.str("method_name"))
		}
	case "TensorFlowOpLayer":
		j.operator(config.get("node_def"))
	}
	if strings.HasSuffix(short, "Tokenizer") {
		for _, key := range []string{"vocabulary", "merges", "proto"} {
			if v := config.get(key); v != nil && v.kind == text && len(v.text) < 4096 && strings.ContainsAny(v.text, "/\\.:") && !isBase64(v.text) {
				j.path(v, class, key)
			}
		}
	}
}

// path judges a setting that is a list of words, or the name of a file that the loader reads.
func (j *judge) path(v *node, class, what string) {
	if v != nil && v.kind == text && v.text != "" {
		j.say(inspect.Dangerous, "keras-reads", v, "layer %s reads its %s from %s when the model is loaded, a file outside the model", inspect.Quote(class), what, inspect.Quote(v.text))
	}
}

func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	return err == nil && len(s) > 200
}

// torchModule hands on the PyTorch file that a layer holds.
func (j *judge) torchModule(n *node, config *node) {
	j.say(inspect.Dangerous, "keras-torch", n, "has a layer that unpickles a module of PyTorch which it holds")
	m := config.get("module")
	if m == nil || m.kind != text || m.text == "" {
		return
	}
	b := base64Bytes(m.text)
	if len(b) == 0 || !j.part.Members(1) {
		return
	}
	j.part.Member(j.ctx, "torch_module.pt", bytes.NewReader(b), int64(len(b)))
}

// tensorflow judges a function of TensorFlow's that a layer calls by name.
func (j *judge) tensorflow(n *node, symbol string) {
	symbol = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(symbol, "tf."), "compat.v1."), "compat.v2.")
	if v, does := tensorflowDoes(symbol); does != "" {
		j.say(v, "keras-tensorflow", n, "calls TensorFlow's %s, which %s", inspect.Quote(symbol), does)
		return
	}
	if op, ok := strings.CutPrefix(symbol, "raw_ops."); ok {
		if v, what, bad := tensorflow.Effect(op); bad {
			j.say(v, "keras-tensorflow", n, "runs TensorFlow's operator %s, which %s", inspect.Quote(op), what)
		}
		return
	}
	first, _, deep := strings.Cut(symbol, ".")
	switch first {
	case "math", "nn", "linalg", "image", "strings", "signal", "sparse", "ragged", "random", "__operators__", "dtypes", "quantization", "bitwise", "audio", "sets", "compat", "RaggedTensor", "keras",
		"SparseTensor", "Tensor", "TensorShape", "io", "experimental", "debugging", "one_hot", "lookup":
		return
	}
	if deep {
		j.say(inspect.Unknown, "keras-tensorflow", n, "calls TensorFlow's %s, whose effect is not known", inspect.Quote(symbol))
	}
}

// tensorflowDoes says what a function of TensorFlow's does beyond computing, "" if nothing is known. Any part of its name can say
// so: what a file that was opened is asked for stands behind the class.
func tensorflowDoes(symbol string) (inspect.Verdict, string) {
	first, _, _ := strings.Cut(symbol, ".")
	found, does := inspect.Clean, ""
	for part := range strings.SplitSeq(symbol, ".") {
		v, what := inspect.Clean, ""
		switch part {
		case "write_file", "TFRecordWriter", "write_graph", "save_weights", "create_file_writer", "rmtree", "makedirs", "enable_dump_debug_info", "CheckpointManager", "FileWriter", "ExportArchive":
			v, what = inspect.Malicious, "writes files"
		case "remove", "rename", "mkdir", "export", "save":
			if first == "io" || first == "saved_model" || first == "gfile" || first == "train" || first == "keras" || part == "export" || part == "remove" || part == "rename" {
				v, what = inspect.Malicious, "writes files"
			}
		case "gfile", "GFile", "FastGFile", "Open":
			if part == "Open" && first != "gfile" && first != "io" {
				break
			}
			v, what = inspect.Dangerous, "opens, lists or removes files by name"
		case "load_op_library", "load_library", "load_pluggable_device_library", "load_file_system_library":
			v, what = inspect.Malicious, "loads native code"
		case "py_function", "numpy_function", "py_func":
			v, what = inspect.Dangerous, "runs code of Python"
		case "from_generator":
			v, what = inspect.Dangerous, "calls a function of Python"
		case "read_file", "matching_files", "match_filenames_once", "load", "load_model", "load_weights", "get_file", "TFRecordDataset", "TextLineDataset", "FixedLengthRecordDataset", "CsvDataset", "SqlDataset", "load_checkpoint",
			"load_variable", "list_variables", "checkpoints_iterator", "latest_checkpoint", "init_from_checkpoint", "warm_start", "TextFileInitializer", "image_dataset_from_directory", "text_dataset_from_directory",
			"audio_dataset_from_directory", "list_files", "make_csv_dataset", "make_batched_features_dataset", "tf_record_iterator", "TextLineReader", "TFRecordReader", "WholeFileReader", "FixedLengthRecordReader", "load_data",
			"path_to_string", "load_img":
			v, what = inspect.Dangerous, "reads files"
		case "Server", "TPUClusterResolver", "connect_to_cluster", "connect_to_remote_host", "DispatchServer", "WorkerServer", "from_dataset_id":
			v, what = inspect.Dangerous, "talks to other machines"
		}
		if what != "" && v > found {
			found, does = v, what
		}
	}
	return found, does
}

// operator judges an operator of TensorFlow that a layer holds, as an object or a serialised message.
func (j *judge) operator(n *node) {
	if n == nil {
		return
	}
	op := n.str("op")
	if n.kind == object && n.str("class_name") == "__bytes__" {
		n = n.get("value")
	}
	var definition []byte
	if n != nil && n.kind == text && op == "" {
		if inner, _, err := parseJSON([]byte(n.text)); err == nil {
			op = inner.str("op")
		} else {
			definition = []byte(n.text)
			op = nodeOperator(definition)
		}
	}
	if op == "" {
		return
	}
	if v, what, bad := tensorflow.EffectOf(op, definition); bad {
		j.say(v, "keras-tensorflow", n, "runs TensorFlow's operator %s, which %s", inspect.Quote(op), what)
	}
}

// nodeOperator reads the operator of a serialised NodeDef: its second field.
func nodeOperator(b []byte) string {
	m := protobuf.NewSource(bytes.NewReader(b), int64(len(b)), b).Whole()
	for {
		f, ok, err := m.Next()
		if err != nil || !ok {
			return ""
		}
		if f.Number == 2 && f.Type == protobuf.Bytes {
			return f.Text(256)
		}
	}
}

// base64Bytes decodes as Python does: what is no digit of base64 is passed over.
func base64Bytes(s string) []byte {
	clean := make([]byte, 0, len(s))
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' {
			clean = append(clean, c)
		}
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean)
	return out[:n]
}
