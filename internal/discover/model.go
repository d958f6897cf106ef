package discover

import (
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// modelEndings are endings that loaders of models use, with the format each stands for where content cannot be seen: in a
// Git LFS pointer. Only with such an ending does content that no format claims count as a model of unknown format.
var modelEndings = map[string]string{
	".safetensors": "safetensors", ".gguf": "gguf", ".ggml": "ggml", ".onnx": "onnx", ".ort": "onnx", ".tflite": "tflite", ".pkl": "pickle",
	".pickle": "pickle", ".joblib": "joblib", ".dill": "dill", ".pt": "torch", ".pth": "torch", ".ckpt": "torch", ".pt2": "torch", ".ptl": "torchscript",
	".torchscript": "torchscript", ".mar": "torch-mar", ".nemo": "nemo", ".keras": "keras", ".h5": "keras_h5", ".hdf5": "keras_h5", ".mlmodel": "coreml",
	".pdparams": "pickle", ".pdmodel": "paddle", ".pdiparams": "paddle", ".cbm": "catboost", ".ubj": "xgboost", ".xgb": "xgboost", ".lgb": "lightgbm",
	".caffemodel": "caffe", ".engine": "tensorrt", ".trt": "tensorrt", ".rknn": "rknn", ".mnn": "mnn", ".pte": "executorch", ".llamafile": "llamafile",
	".skops": "skops", ".pmml": "pmml", ".mlflow": "pickle", ".tfl": "tflite", ".npz": "npz", ".npy": "numpy", ".msgpack": "flax", ".bin": "unknown",
}

// mayHoldOther endings are used for much else than models, so nothing is said where no format claims the content.
var mayHoldOther = set(".bin", ".h5", ".hdf5", ".npz", ".npy", ".msgpack", ".engine", ".mlflow", ".lgb", ".mar", ".pmml", ".ubj", ".xgb", ".tfl",
	".caffemodel", ".skops", ".pte", ".ort", ".pt2", ".llamafile", ".mnn", ".ggml", ".pdmodel", ".pdiparams")

// mayBeModel decides on the ending and the first bytes, for every file of the tree.
func (v *visit) mayBeModel() bool {
	h := v.head
	if len(h) < 2 {
		return false
	}
	if v.modelEnding() != "" {
		return true
	}
	switch h[0] {
	case 0x80:
		return h[1] >= 2 && h[1] <= 5
	case 'c', '(', ']', '}': // a pickle of protocol 0 or 1, or text
		return languageOfExt[v.ext] == "" && v.ext != ".txt" && bytes.IndexByte(h, '\n') > 0
	case 'P':
		return h[1] == 'K'
	case 'G', 'l', 'f', 't', 'C', 'R', 'b', 0x89, 0x93, 0xba, 0x08, 0x12:
		return true
	}
	return len(h) > 8 && (h[8] == '{' || h[4] == 'T' || h[4] == 'O' || h[4] == 'E' || h[0] == '{' && h[1] == 'L') ||
		v.ext == ".tar" || v.ext == ".xml" || v.ext == ".param" || v.ext == ".weights" || v.ext == ".json" && v.size > 64 || tensorFlowShard.MatchString(v.base) || v.ext == ".pb"
}

// modelEnding is the format that the ending stands for; of a compressed file, the ending before.
func (v *visit) modelEnding() string {
	switch v.ext {
	case ".gz", ".bz2", ".xz", ".zst", ".lz4", ".z":
		return modelEndings[path.Ext(stemOf(v.lower))]
	}
	return modelEndings[v.ext]
}

var tensorFlowShard = pattern.New(`\.data-[0-9]{5}-of-[0-9]{5}$`)

func (v *visit) readModel() {
	detail := map[string]string(nil)
	format := ""
	if lfs := isPointer(v.head); lfs {
		format = v.pointerFormat()
		detail = map[string]string{"lfs_pointer": "true"}
	} else {
		format = v.modelFormat()
	}
	switch format {
	case "":
		return
	case "numpy", "npz": // arrays of any kind: weights only where folder or name say so
		if v.ofData() || !v.in(modelFolders) && !arrayName.MatchString(v.lower) {
			return
		}
	case "hdf5":
		if v.ofData() {
			return
		}
	}
	v.addFile(lodemark.KindModel, format, detail)
}

const pointerHead = "version https://git-lfs.github.com/spec/"

// isPointer says whether a file is a Git LFS pointer, valid or broken.
func isPointer(head []byte) bool {
	return bytes.HasPrefix(head, []byte(pointerHead)) && len(head) < headBytes
}

// pointerFormat tells what a pointer stands for, from the name alone. An ending of its own that others use too needs a
// name that models have.
func (v *visit) pointerFormat() string {
	format := v.modelEnding()
	switch {
	case format == "" || (format == "numpy" || format == "npz" || format == "keras_h5") && v.ofData():
		return ""
	case v.ext == ".bin" && weightsName.MatchString(v.lower):
		return "torch"
	case mayHoldOther[v.ext] && !weightsName.MatchString(v.lower) && !v.in(modelFolders):
		return ""
	}
	return format
}

var (
	weightsName  = pattern.New(`^(pytorch_model|diffusion_pytorch_model|adapter_model|model|weights|checkpoint|consolidated)\b`)
	arrayName    = pattern.New(`model|weight|param|ckpt|checkpoint|embedding`)
	modelFolders = set("model", "models", "weights", "checkpoint", "checkpoints", "ckpt", "ckpts", "saved_model", "saved_models", "pretrained", "trained_models",
		"pretrained_models", "adapters", "loras", "lora", "artifacts", "model_repository", "model-repository")
)

// modelFormat names the format that the content has, whatever the file is called; empty: it is no model.
func (v *visit) modelFormat() string {
	h := v.head
	for _, known := range []func(*visit) string{(*visit).bySignature, (*visit).pickled, (*visit).zipped, (*visit).byShape, (*visit).asText} {
		if format := known(v); format != "" {
			return format
		}
	}
	if v.modelEnding() == "" || mayHoldOther[v.ext] || isText(h) || allZero(h) && v.size > int64(len(h)) && v.ext == ".bin" {
		return ""
	}
	if v.packed() { // of a packed file only what is outside is known
		return v.modelEnding()
	}
	return "unknown"
}

func allZero(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }

// bySignature knows formats that say what they are at a fixed place.
func (v *visit) bySignature() string {
	h := v.head
	at := func(offset int, magic string) bool {
		return len(h) >= offset+len(magic) && string(h[offset:offset+len(magic)]) == magic
	}
	switch {
	case at(0, "GGUF") && len(h) >= 8 && binary.LittleEndian.Uint32(h[4:])&0xffff < 100:
		return "gguf"
	case at(0, "lmgg") || at(0, "fmgg") || at(0, "tjgg") || at(0, "algg"):
		return "ggml"
	case isSafetensors(h, v.size):
		return "safetensors"
	case at(0, "\x93NUMPY"):
		if bytes.Contains(h[:min(len(h), 256)], []byte("|O")) {
			return "numpy-pickle" // an array of objects, which is loaded by running a pickle
		}
		return "numpy"
	case at(4, "TFL3"):
		return "tflite"
	case at(4, "ORTM"):
		return "onnx"
	case at(4, "ET12") || at(4, "ET13"):
		return "executorch"
	case at(0, "\x89HDF\r\n\x1a\n"):
		return v.hdf5()
	case at(0, "CBM1"):
		return "catboost"
	case at(0, "RKNN"):
		return "rknn"
	case at(0, "ftrt") || at(0, "ptrt"):
		return "tensorrt"
	case at(0, "\xba\x16\x4f\x2f") && len(h) >= 8:
		return "fasttext"
	case at(0, "\x12\x01\x00\x00\x00\x00\x00\x00") && v.ext == ".params":
		return "mxnet"
	case at(0, "binf") && at(4, "\x00\x00") || at(0, "{L\x00\x00\x00\x00\x00") && bytes.Contains(h[:min(len(h), 64)], []byte("learner")):
		return "xgboost"
	case at(257, "ustar"):
		return v.tarred()
	}
	return ""
}

// isSafetensors checks the length of the header against the file and what the header begins with.
func isSafetensors(h []byte, size int64) bool {
	if len(h) < 10 || h[8] != '{' {
		return false
	}
	n := binary.LittleEndian.Uint64(h)
	return n >= 2 && n < 1<<30 && int64(n)+8 <= size && strings.IndexByte("\"} \n\t\r", h[9]) >= 0
}

// hdf5 looks a little further for what Keras writes; other HDF5 files are models only by their name.
func (v *visit) hdf5() string {
	buf := make([]byte, 16<<10)
	n, err := v.file.ReadAt(buf, 0)
	if err != nil && err != io.EOF {
		return ""
	}
	for _, word := range []string{"keras_version", "model_weights", "layer_names", "model_config", "weight_names", "_layer_checkpoint_dependencies"} {
		if bytes.Contains(buf[:n], []byte(word)) {
			return "keras_h5"
		}
	}
	if v.in(modelFolders) || strings.Contains(v.lower, "model") || strings.Contains(v.lower, "weights") {
		return "hdf5"
	}
	return ""
}

// tarred knows the oldest archives of Torch, and those of NeMo.
func (v *visit) tarred() string {
	first := string(bytes.TrimLeft(cString(v.head[:100]), "./"))
	switch {
	case first == "sys_info" || first == "pickle" || first == "storages" || first == "tensors":
		return "torch-tar"
	case v.ext == ".nemo" || first == "model_config.yaml":
		return "nemo"
	}
	return ""
}

func cString(b []byte) []byte {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i]
	}
	return b
}

// torchMagic is what torch.save wrote before it wrote zip archives: a pickle of this number comes first.
const torchMagic = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."

func (v *visit) pickled() string {
	h := v.head
	expected := v.modelEnding() != ""
	data := h
	if expected && v.packed() {
		if data = unpackedHead(h); data == nil {
			return ""
		}
	}
	s := scanPickle(data, v.size <= int64(len(h)) && &data[0] == &h[0])
	switch {
	case !s.valid && data[0] == 0x80 && s.globals && s.steps >= 4: // joblib puts the bytes of arrays between instructions
	case !s.valid || s.steps < 2:
		return ""
	case h[0] != 0x80 && !expected && !(s.globals && s.called && (s.ended || s.steps >= 6)):
		return "" // text can begin like a pickle of protocol 0
	case h[0] == 0x80 && !expected && s.steps < 3 && !s.ended:
		return ""
	case isText(data) && !s.ended && s.steps < 8 && !s.globals:
		return ""
	}
	switch {
	case len(data) > 2 && data[0] == 0x80 && bytes.HasPrefix(data[2:], []byte(torchMagic)):
		return "torch-legacy"
	case bytes.Contains(data, []byte("joblib.numpy_pickle")) || v.ext == ".joblib":
		return "joblib"
	case bytes.Contains(data, []byte("dill._dill")) || v.ext == ".dill":
		return "dill"
	case bytes.Contains(data, []byte("cloudpickle.cloudpickle")):
		return "cloudpickle"
	}
	return "pickle"
}

// byShape knows messages that have no signature by what their first fields must be.
func (v *visit) byShape() string {
	h := v.head
	switch {
	case v.lower == "saved_model.pb" && len(h) > 2 && h[0] == 0x08 && h[2] == 0x12:
		return "savedmodel"
	case v.lower == "saved_model.pbtxt" && isText(h):
		return "savedmodel"
	case v.ext == ".pb" && isGraph(h):
		return "tensorflow-graph"
	case isONNX(h, v.ext == ".onnx"):
		return "onnx"
	case v.ext == ".mlmodel" && len(h) > 2 && h[0] == 0x08 && h[1] < 32 && h[2]&7 == 2:
		return "coreml"
	case isText(h):
		return ""
	case tensorFlowShard.MatchString(v.base):
		return "tensorflow-checkpoint"
	case v.ext == ".pdmodel" || v.ext == ".pdiparams":
		return "paddle"
	case v.ext == ".caffemodel":
		return "caffe"
	case v.ext == ".weights" && len(h) > 16 && binary.LittleEndian.Uint32(h) == 0 && binary.LittleEndian.Uint32(h[4:]) <= 3:
		return "darknet"
	case v.ext == ".mnn" || v.ext == ".llamafile" || v.ext == ".engine" && v.in(modelFolders):
		return modelEndings[v.ext]
	case v.ext == ".msgpack" && (strings.Contains(v.lower, "model") || strings.Contains(v.lower, "params")):
		return "flax"
	}
	return ""
}

// isGraph knows a GraphDef: nodes, each with a name and an operation.
func isGraph(h []byte) bool {
	if len(h) < 8 || h[0] != 0x0a {
		return false
	}
	node, rest, ok := message(h[1:])
	if !ok || len(node) < 4 || node[0] != 0x0a || len(rest) > 0 && rest[0] != 0x0a {
		return false
	}
	name, after, ok := message(node[1:])
	return ok && len(name) > 0 && isText(name) && len(after) > 2 && after[0] == 0x12
}

// message cuts one field with a length off the front. ok is false where the length is no length. A field that goes on
// beyond what is known is cut there.
func message(b []byte) (field, rest []byte, ok bool) {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > 1<<40 {
		return nil, nil, false
	}
	b = b[used:]
	if n > uint64(len(b)) {
		return b, nil, true
	}
	return b[:n], b[n:], true
}

// isONNX follows the first fields of a ModelProto: the version of the format, then its producer or the graph. Without the
// usual ending the producer must be one that is known.
func isONNX(h []byte, named bool) bool {
	if len(h) < 6 || h[0] != 0x08 || h[1] == 0 || h[1] > 20 {
		return false
	}
	b := h[2:]
	switch b[0] {
	case 0x12: // producer_name
		name, _, ok := message(b[1:])
		if !ok || len(name) > 200 || !isText(name) {
			return false
		}
		if named {
			return true
		}
		for _, p := range []string{"pytorch", "tf2onnx", "skl2onnx", "onnx", "keras2onnx", "OnnxMLTools", "paddle", "CNTK", "winml", "sklearn-onnx", "optimum"} {
			if strings.HasPrefix(string(name), p) {
				return true
			}
		}
	case 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42: // later fields in order, where no producer is given
		return named
	}
	return false
}

// asText knows models that are written as text.
func (v *visit) asText() string {
	h := v.head
	switch {
	case bytes.HasPrefix(h, []byte("tree\nversion=v")):
		return "lightgbm"
	case v.ext == ".json" && bytes.HasPrefix(bytes.TrimLeft(h, " \r\n\t{"), []byte(`"learner"`)) && h[0] == '{':
		return "xgboost"
	case v.ext == ".json" && bytes.Contains(h, []byte(`"modelTopology"`)):
		return "tfjs"
	case v.ext == ".xml" && bytes.HasPrefix(bytes.TrimSpace(afterProlog(h)), []byte("<net name=")) && bytes.Contains(h, []byte("<layer")):
		return "openvino"
	case v.ext == ".param" && bytes.HasPrefix(h, []byte("7767517\n")):
		return "ncnn"
	case v.ext == ".pmml" && bytes.Contains(h, []byte("<PMML")):
		return "pmml"
	}
	return ""
}

func afterProlog(h []byte) []byte {
	if i := bytes.Index(h, []byte("?>")); i >= 0 && bytes.HasPrefix(h, []byte("<?xml")) {
		return h[i+2:]
	}
	return h
}

// stemOf is a name without its last ending.
func stemOf(base string) string { return strings.TrimSuffix(base, path.Ext(base)) }
