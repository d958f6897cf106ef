package keras

import (
	_ "embed"
	"strings"
)

// names.txt lists the classes ("c") and functions ("f") of Keras, of all its versions and of its sister packages, that a
// configuration can name: one a line, in order.
//
//go:embed names.txt
var names string

// listed says whether a line stands in names.txt.
func listed(line string) bool {
	if len(line) > 128 || strings.ContainsAny(line, "\n") {
		return false
	}
	low, high := 0, len(names)
	for low < high {
		mid := low + (high-low)/2
		start := strings.LastIndexByte(names[:mid], '\n') + 1
		end := start + strings.IndexByte(names[start:], '\n')
		switch c := strings.Compare(names[start:end], line); {
		case c == 0:
			return true
		case c < 0:
			low = end + 1
		default:
			high = start
		}
	}
	return false
}

// knownClass says whether a class is one of Keras's. Classes of its sister packages are registered under their names.
func knownClass(name string) bool {
	if listed("c " + name) {
		return true
	}
	pkg, short, ok := strings.Cut(name, ">")
	if !ok || strings.Contains(short, ">") {
		return false
	}
	switch pkg, _, _ := strings.Cut(pkg, "."); pkg {
	case "Custom", // as the optimizers of Keras 2.11 and later are registered
		"keras", "keras_hub", "keras_nlp", "keras_cv", "keras_rs", "keras_core":
		return listed("c " + short)
	}
	return false
}

func knownFunction(name string) bool { return listed("f " + strings.TrimPrefix(name, "Addons>")) }

// family says whether a module is of Keras itself or one of its sister packages.
func family(module string) bool {
	for _, p := range []string{"keras", "tf_keras", "keras_hub", "keras_nlp", "keras_cv", "keras_core", "keras_rs", "tensorflow.keras", "tensorflow.python.keras", "tensorflow_addons",
		"tensorflow._api.v2.keras", "tensorflow._api.v1.keras", "tf.keras", "keras_applications", "keras_preprocessing"} {
		if module == p || strings.HasPrefix(module, p) && module[len(p)] == '.' {
			return true
		}
	}
	return false
}

// ecosystem says whether a module is of a package that honest models take classes from.
func ecosystem(module string) bool {
	first, _, _ := strings.Cut(module, ".")
	switch first {
	case "tensorflow", "tensorflow_hub", "tensorflow_text", "tensorflow_probability", "tensorflow_decision_forests", "tensorflow_model_optimization", "tensorflow_recommenders",
		"tensorflow_similarity", "tensorflow_ranking", "tensorflow_lattice", "tensorflow_quantum", "tensorflow_compression", "tensorflow_graphics", "tensorflow_gnn", "tfimm", "official",
		"transformers", "numpy", "jax", "flax", "torch", "keras_tuner", "kerastuner", "autokeras", "larq", "spektral", "qkeras", "keras_contrib", "keras_bert", "keras_radam", "keras_self_attention",
		"keras_transformer", "keras_pos_embd", "keras_multi_head", "keras_layer_normalization", "keras_position_wise_feed_forward", "keras_embed_sim", "keras_unet_collection", "segmentation_models",
		"efficientnet", "classification_models", "keras_retinanet", "stellargraph", "deepctr", "kapre", "tcn", "focal_loss", "vit_keras", "bayesflow", "gpflow", "nobuco", "akida_models", "cntk", "theano":
		return true
	}
	return false
}

// effect says what a function of Keras does that is no part of a model, "" if nothing.
func effect(name string) string {
	switch name {
	case "get_file", "_extract_archive", "extract_archive", "extract_open_archive":
		return "fetches a file from an address and unpacks it"
	case "enable_unsafe_deserialization":
		return "turns off the safe mode of the loader"
	case "load_model", "load_weights", "load_model_from_hdf5", "load_weights_only", "model_from_json", "model_from_yaml", "model_from_config", "_load_model_from_fileobj", "from_preset",
		"load_from_preset":
		return "loads another model"
	case "save_model", "save_weights", "save_weights_only", "save_img", "save_model_to_hdf5", "export_saved_model", "export_onnx", "copy", "copyfile", "remove", "rmtree", "makedirs", "rename",
		"plot_model", "upload_preset":
		return "writes or removes files"
	case "func_load", "deserialize_keras_object", "decode_and_deserialize", "unpickle_model", "deserialize_model_from_bytecode":
		return "makes objects of serialised data"
	case "load_img", "image_dataset_from_directory", "text_dataset_from_directory", "audio_dataset_from_directory", "timeseries_dataset_from_directory", "load_data", "path_to_string", "File", "read_file":
		return "reads files"
	case "import_module", "run", "run_cmd", "LazyLoader", "print_msg", "io_utils":
		return "reaches beyond models"
	}
	return ""
}
