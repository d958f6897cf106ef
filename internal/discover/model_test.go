package discover

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

func tensors() string {
	header := `{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + "\x00\x00\x80\x3f"
}

func zipOf(names ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err != nil {
			panic(err)
		}
		w.Write([]byte(strings.Repeat("x", 3000))) // so that the directory lies beyond the head
	}
	z.Close()
	return b.String()
}

func squeezed(content string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write([]byte(content))
	w.Close()
	return b.String()
}

func gzipped(content string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(content))
	w.Close()
	return b.String()
}

const (
	estimator = "\x80\x04\x95\x28\x02\x00\x00\x00\x00\x00\x00\x8c\x14sklearn.svm._classes\x94\x8c\x03SVC\x94\x93\x94)\x81\x94}\x94."
	runs      = "cos\nsystem\n(S'id'\ntR."
	listText  = "(lp0\nI1\naI2\na."
	pointer   = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 134217728\n"
)

// modelCases: name and content in, format out; empty: no model.
var modelCases = []struct{ name, content, want string }{
	{"a.safetensors", tensors(), "safetensors"},
	{"renamed.dat", tensors(), "safetensors"},
	{"a.gguf", "GGUF\x03\x00\x00\x00\x00\x00\x00\x00", "gguf"},
	{"a.bin", "lmgg\x00\x00\x00\x00", "ggml"},
	{"a.pkl", "\x80\x04}q\x00.", "pickle"},
	{"weights.bin", "\x80\x02}q\x00.", "pickle"},
	{"no-ending", estimator, "pickle"},
	{"gdrive/56b1665d", estimator, "pickle"},
	{"old.pkl", listText, "pickle"},
	{"evil.txt.pkl", runs, "pickle"},
	{"evil.dat", runs, "pickle"},
	{"a.joblib", estimator, "joblib"},
	{"a.joblib", "\x80\x03cjoblib.numpy_pickle\nNumpyArrayWrapper\nq\x00)\x81q\x01}q\x02X\x01\x00\x00\x00aq\x03K\x01s\xfe\xff\x01\x02\x03\x04", "joblib"},
	{"a.joblib", squeezed(estimator), "joblib"},
	{"a.pkl.gz", gzipped(estimator), "pickle"},
	{"a.pkl", "\x80\x04\x95\x28\x00\x00\x00\x00\x00\x00\x00\x8c\x0adill._dill\x94\x8c\x01x\x94\x93\x94.", "dill"},
	{"a.pt", zipOf("archive/data.pkl", "archive/data/0"), "torch-zip"},
	{"renamed.zip", zipOf("tone/data.pkl"), "torch-zip"},
	{"late.zip", zipOf("a.txt", "model/data.pkl"), "torch-zip"},
	{"script.pt", zipOf("m/code/__torch__.py", "m/data.pkl", "m/constants.pkl"), "torchscript"},
	{"legacy.pth", "\x80\x02" + torchMagic + "\x80\x02M\xe9\x03.", "torch-legacy"},
	{"old.pth", "sys_info" + strings.Repeat("\x00", 249) + "ustar\x0000" + strings.Repeat("\x00", 300), "torch-tar"},
	{"a.keras", zipOf("metadata.json", "config.json", "model.weights.h5"), "keras"},
	{"a.h5", "\x89HDF\r\n\x1a\n" + strings.Repeat("\x00", 2000) + "keras_version", "keras_h5"},
	{"model.h5", "\x89HDF\r\n\x1a\n" + strings.Repeat("\x00", 2000), "hdf5"},
	{"weather.h5", "\x89HDF\r\n\x1a\n" + strings.Repeat("\x00", 2000), ""},
	{"embeddings.npy", "\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", "numpy"},
	{"a.npy", "\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "numpy-pickle"},
	{"weights.npz", zipOf("w.npy", "b.npy"), "npz"},
	{"assets/filters.npz", zipOf("w.npy", "b.npy"), ""},
	{"a.onnx", "\x08\x08\x12\x07pytorch\x1a\x052.4.0:\x80\x01", "onnx"},
	{"renamed.dat", "\x08\x08\x12\x07pytorch\x1a\x052.4.0:\x80\x01", "onnx"},
	{"a.tflite", "\x1c\x00\x00\x00TFL3\x00\x00", "tflite"},
	{"m/saved_model.pb", "\x08\x01\x12\x80\x01\x0a\x10", "savedmodel"},
	{"frozen.pb", "\x0a\x14\x0a\x05input\x12\x0bPlaceholder\x0a\x02", "tensorflow-graph"},
	{"v/variables.data-00000-of-00001", "\x00\x01\x02\x03", "tensorflow-checkpoint"},
	{"a.mlmodel", "\x08\x04\x12\x20\x0a\x1e", "coreml"},
	{"a.xml", "<?xml version=\"1.0\"?>\n<net name=\"m\" version=\"11\"><layers><layer id=\"0\"/>", "openvino"},
	{"a.cbm", "CBM1\x00\x00\x00\x00", "catboost"},
	{"a.json", `{"learner":{"attributes":{}}}` + strings.Repeat(" ", 60), "xgboost"},
	{"model.txt", "tree\nversion=v4\nnum_class=1\n", "lightgbm"},
	{"a.rknn", "RKNN\x00\x00\x00\x00", "rknn"},
	{"a.engine", "ftrt\x00\x00\x00\x00", "tensorrt"},
	{"a.pte", "\x00\x00\x00\x00ET12", "executorch"},
	{"lid.bin", "\xba\x16\x4f\x2f\x0c\x00\x00\x00", "fasttext"},
	{"n.param", "7767517\n2 2\n", "ncnn"},
	{"tfjs/model.json", `{"format":"layers-model","modelTopology":{},"weightsManifest":[]}` + strings.Repeat(" ", 40), "tfjs"},
	{"paddle/m.pdiparams", "\x00\x00\x00\x00\x01\x02", "paddle"},
	{"y.weights", "\x00\x00\x00\x00\x02\x00\x00\x00\x05\x00\x00\x00\x00\x7d\x00\x00\x00\x00\x00\x00", "darknet"},
	{"a.safetensors", "\x01\x02\x03\x04\xff\xfe", "unknown"},
	{"a.pt", "\xde\xad\xbe\xef\x01\x02\x03", "unknown"},

	{"a.safetensors", pointer, "safetensors"},
	{"pytorch_model.bin", pointer, "torch"},
	{"models/x.pth", pointer, "torch"},
	{"firmware.bin", pointer, ""},
	{"picture.png", pointer, ""},

	{"a.pkl", "not a pickle at all, a text", ""},
	{"a.pt", "{\"config\": true}", ""},
	{"a.ckpt", "see the wiki for checkpoints\n", ""},
	{"a.onnx", "TODO: export\n", ""},
	{"a.bin", "\x00\x01\x02\x03\x04\x05", ""},
	{"words.lst", "cat\ndog\nbird\n.\n", ""},
	{"list", "(see below)\n.\n", ""},
	{"a.dat", "]\n[\n}\n{\n", ""},
	{"README", "test of the thing\n.\n", ""},
	{"empty.pt", "", ""},
	{"a.docx", zipOf("[Content_Types].xml", "word/document.xml"), ""},
	{"a.jar", zipOf("META-INF/MANIFEST.MF", "data.bin"), ""},
	{"a.zip", zipOf("readme.txt", "src/a.c"), ""},
	{"photo.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF", ""},
	{"font.pfb", "\x80\x01\xd2\x0b\x00\x00%!PS", ""},
	{"random", "\x80\x03\x17\x99\x04\x00\xff", ""},
	{"x.json", `{"openapi": "3.1.0"}` + strings.Repeat(" ", 60), ""},
	{"x.xml", "<?xml version=\"1.0\"?><project/>", ""},
}

func TestModels(t *testing.T) {
	for _, c := range modelCases {
		s := discovered(t, files{c.name: c.content})
		got := ""
		for m := range s.Of(lodemark.KindModel) {
			got += m.Format
			if (m.Detail["lfs_pointer"] == "true") != (c.content == pointer) {
				t.Errorf("%s: detail %v", c.name, m.Detail)
			}
		}
		if got != c.want {
			t.Errorf("%s beginning with %.20q: format %q, want %q", c.name, c.content, got, c.want)
		}
	}
}

// Every kind of Python object pickled in every protocol is followed to its end; cut anywhere it still makes sense.
func TestPicklesAreFollowed(t *testing.T) {
	for _, p := range []string{
		"(dp0\nS'a'\np1\nI1\ns.", "I42\n.", "(lp0\n.", "}q\x00.", "ccollections\nOrderedDict\nq\x00)Rq\x01.", "(iapp\nModel\np0\n.",
		"\x80\x02]q\x00(K\x01K\x02e.", "\x80\x03cnumpy.core.multiarray\n_reconstruct\nq\x00cnumpy\nndarray\nq\x01K\x00\x85q\x02C\x01bq\x03\x87q\x04Rq\x05.",
		"\x80\x05\x95\x0e\x00\x00\x00\x00\x00\x00\x00\x96\x02\x00\x00\x00\x00\x00\x00\x00ab\x94.", "\x80\x04\x8f\x94(K\x01\x90.", estimator, runs, listText,
	} {
		if s := scanPickle([]byte(p), true); !s.valid || !s.ended {
			t.Errorf("%q was not followed to its end: %+v", p, s)
		}
		for i := 1; i < len(p); i++ {
			if s := scanPickle([]byte(p[:i]), false); !s.valid {
				t.Errorf("%q, cut after %d, makes no sense any more", p, i)
				break
			}
		}
	}
}

func TestTextIsNoPickle(t *testing.T) {
	for _, p := range []string{"import os\n", "# title\n", "{\"a\": 1}", "Nothing.\n", "class A:\n  pass\n", "I am\n", "(text)", "test", "data: 1\n", "apiVersion: v1\n", "e.g. this", "0.5\n", "Reading\n"} {
		if s := scanPickle([]byte(p), true); s.valid && s.ended && s.steps > 2 {
			t.Errorf("%q passes for a pickle: %+v", p, s)
		}
	}
}
