package keras

import (
	"archive/zip"
	"bytes"

	"github.com/lodemark/lodemark/internal/model/hdf5"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Formats lists what Keras loads. HDF5 in general is a format of package hdf5.
func Formats() []inspect.Format {
	return []inspect.Format{
		{
			Name:    "keras",
			Doc:     "Loading a hostile .keras file runs the code of its Lambda layers, imports what its configuration names, and reads files.",
			Endings: []string{".keras"},
			Claims:  claimsZip,
			Scan:    scanZip,
			Covers:  []string{"zip"},
			Canary:  func() (string, []byte) { return "canary.keras", canaryZip() }, CanaryWant: inspect.Dangerous,
		},
		{
			Name:   "keras-h5",
			Doc:    "Loading a hostile Keras HDF5 file runs the code of its Lambda layers, and reads other files through links.",
			Claims: claimsHDF5,
			Scan:   scanHDF5,
			Covers: []string{"hdf5"},
			Canary: func() (string, []byte) {
				return "canary.h5", hdf5.Sample([][2]string{{"keras_version", "2.2.4"}, {"model_config", canaryConfig}}, nil)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name:   "tensorflowjs",
			Doc:    "A TensorFlow.js model names the files of its weights, which a hostile one looks for elsewhere.",
			Claims: claimsWeb,
			Scan:   scanWeb,
			Covers: []string{"keras-config"},
			Canary: func() (string, []byte) {
				return "model.json", []byte(`{"format":"layers-model","modelTopology":{},"weightsManifest":[{"paths":["../inert.bin"],"weights":[]}]}`)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name:   "keras-config",
			Doc:    "Making a model of a hostile configuration runs the code of its Lambda layers, imports what it names, and reads files.",
			Claims: claimsJSON,
			Scan:   scanJSON,
			Canary: func() (string, []byte) { return "model.json", []byte(canaryConfig) }, CanaryWant: inspect.Dangerous,
		},
		{
			Name:   "keras-yaml",
			Doc:    "Keras before 2.6 read configurations in YAML with a loader that makes any object of Python.",
			Claims: claimsYAML,
			Scan:   scanYAML,
			Canary: func() (string, []byte) {
				return "model.yaml", []byte("backend: tensorflow\nclass_name: Sequential\nconfig:\n  layers: !!python/object/apply:os.getcwd []\nkeras_version: 2.2.0\n")
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name:   "keras-metadata",
			Doc:    "The metadata beside a SavedModel holds the configuration of its layers, with the code of Lambda layers.",
			Claims: claimsMetadata,
			Scan:   scanMetadata,
			Canary: func() (string, []byte) { return "keras_metadata.pb", canaryMetadata() }, CanaryWant: inspect.Dangerous,
		},
	}
}

// canaryConfig names a function that only tells the folder of the process.
const canaryConfig = `{"module":"keras","class_name":"Sequential","config":{"layers":[` +
	`{"module":"os","class_name":"function","config":"getcwd","registered_name":"getcwd"}]},"registered_name":null}`

func canaryZip() []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range [][2]string{{"metadata.json", `{"keras_version":"3.0.0"}`}, {"config.json", canaryConfig}} {
		f, err := w.Create(m[0])
		if err == nil {
			_, err = f.Write([]byte(m[1]))
		}
		if err != nil {
			panic("keras: the canary cannot be written")
		}
	}
	if w.Close() != nil {
		panic("keras: the canary cannot be written")
	}
	return b.Bytes()
}
