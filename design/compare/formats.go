package compare

import "github.com/lodemark/lodemark/internal/model/inspect"

type verdict = inspect.Verdict

// risk says what loading a format can do.
type risk string

const (
	dataOnly   risk = "data alone"
	runsCode   risk = "can run code when it is loaded"
	runsGraph  risk = "runs operators that can read and write files, or needs native code"
	runsNative risk = "is native code"
	unclear    risk = "not known"
)

// formats are those whose files hold weights, by the names that the scan gives them.
var formats = map[string]risk{
	"safetensors": dataOnly, "gguf": dataOnly, "ggml": dataOnly, "numpy": dataOnly, "xgboost-json": dataOnly, "xgboost-ubj": dataOnly, "xgboost-binary": dataOnly,
	"lightgbm": dataOnly, "catboost": dataOnly, "mxnet-params": dataOnly, "paddle-params": dataOnly, "h2o-mojo": dataOnly, "msgpack": dataOnly, "orbax-metadata": dataOnly,
	"tensorflow-checkpoint": dataOnly, "mnn": dataOnly, "ncnn": dataOnly, "executorch": dataOnly, "onnx": dataOnly, "ort": dataOnly, "tflite": dataOnly, "openvino": dataOnly,
	"coreml": dataOnly, "mlpackage-manifest": dataOnly, "tensorflowjs": dataOnly, "pmml": dataOnly, "zarr": dataOnly,

	"pickle": runsCode, "torch": runsCode, "torch-zip": runsCode, "torch-tar": runsCode, "torch-legacy": runsCode, "torch7": runsCode, "nemo": runsCode, "skops": runsCode,
	"joblib-zfile": runsCode, "keras": runsCode, "keras-h5": runsCode, "keras-config": runsCode, "keras-yaml": runsCode, "keras-metadata": runsCode, "hdf5": runsGraph,
	"torchserve": runsCode, "caffe": runsCode, "cntk": runsCode, "mxnet-symbol": runsCode, "spark-ml": runsCode, "dl4j": runsCode, "java-code": runsCode,
	"r-object": runsCode, "r-workspace": runsCode,

	"savedmodel": runsGraph, "tensorflow-graph": runsGraph, "tensorflow-metagraph": runsGraph, "tensorflow-text": runsGraph, "paddle": runsGraph, "paddle-pir": runsGraph,
	"tensorrt": runsNative, "rknn": runsNative, "llamafile": runsNative, "executable": runsNative,

	"zip": unclear, "tar": unclear, "7z": unclear, "rar": unclear, "gzip": unclear, "bzip2": unclear, "xz": unclear, "lzma": unclear, "zstd": unclear, "lz4": unclear, "zlib": unclear,
	"misnamed": unclear, "lfs-pointer": unclear,
}

// class is what loading the format can do.
func class(format string) risk {
	if r, ok := formats[format]; ok {
		return r
	}
	return unclear
}

func isWeight(format string) bool {
	_, ok := formats[format]
	return ok
}

// attribute is the word of the threat model's vocabulary for a format; empty: it has none.
func attribute(format string) string {
	switch format {
	case "safetensors", "gguf", "onnx", "pickle", "keras", "savedmodel":
		return format
	case "torch", "torch-zip", "torch-tar", "torch-legacy":
		return "torch"
	case "keras-h5", "hdf5":
		return "keras_h5"
	case "joblib-zfile":
		return "joblib"
	}
	return ""
}
