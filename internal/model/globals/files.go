package globals

import (
	_ "embed" // the data
	"strings"
)

// The texts. Those that few pickles need are packed; data/packed has them, and gen/compile.py writes it. No name is in two of
// them, so that the order in which they are asked only bears on speed.
var (
	//go:embed data/effects/stdlib.txt
	effectsStdlib string
	//go:embed data/effects/libraries.txt
	effectsLibraries string
	//go:embed data/packed/found.txt.gz
	effectsFound string

	//go:embed data/called/byhand.txt
	calledHand string
	//go:embed data/packed/called.txt.gz
	calledInSources string
	//go:embed data/called/packages.txt
	calledPackages string // that it has names of

	//go:embed data/packages.txt
	packages string // that the tables of various and found have names of
	//go:embed data/benign/stdlib.txt
	benignStdlib string
	//go:embed data/benign/byhand.txt
	benignByHand string
	//go:embed data/benign/numpy.txt
	benignNumpy string
	//go:embed data/packed/scipy.txt.gz
	benignScipy string
	//go:embed data/benign/pandas.txt
	benignPandas string
	//go:embed data/benign/sklearn.txt
	benignSklearn string
	//go:embed data/benign/torch.txt
	benignTorch string
	//go:embed data/packed/transformers.txt.gz
	benignTransformers string
	//go:embed data/packed/diffusers.txt.gz
	benignDiffusers string
	//go:embed data/packed/keras.txt.gz
	benignKeras string
	//go:embed data/packed/nemo.txt.gz
	benignNemo string
	//go:embed data/packed/text.txt.gz
	benignText string
	//go:embed data/packed/vision.txt.gz
	benignVision string
	//go:embed data/packed/graphs.txt.gz
	benignGraphs string
	//go:embed data/packed/various.txt.gz
	benignVarious string
)

// The tables over them. Their indices are built when they are first asked.
var (
	stdlibEffects  = table{embedded: &effectsStdlib}
	libraryEffects = table{embedded: &effectsLibraries}
	foundEffects   = table{embedded: &effectsFound, packed: true}

	calledByHand = table{embedded: &calledHand}
	calledFound  = table{embedded: &calledInSources, packed: true}

	stdlibBenign       = table{embedded: &benignStdlib}
	byHandBenign       = table{embedded: &benignByHand}
	numpyBenign        = table{embedded: &benignNumpy}
	scipyBenign        = table{embedded: &benignScipy, packed: true}
	pandasBenign       = table{embedded: &benignPandas}
	sklearnBenign      = table{embedded: &benignSklearn}
	torchBenign        = table{embedded: &benignTorch}
	transformersBenign = table{embedded: &benignTransformers, packed: true}
	diffusersBenign    = table{embedded: &benignDiffusers, packed: true}
	kerasBenign        = table{embedded: &benignKeras, packed: true}
	nemoBenign         = table{embedded: &benignNemo, packed: true}
	textBenign         = table{embedded: &benignText, packed: true}
	visionBenign       = table{embedded: &benignVision, packed: true}
	graphsBenign       = table{embedded: &benignGraphs, packed: true}
	variousBenign      = table{embedded: &benignVarious, packed: true}
)

// library is where the names of a package are listed.
type library struct {
	effects *table // by hand
	benign  *table // by hand
	more    *table // effects found in sources
	made    *table // harmless names found in sources
}

var (
	numpyLibrary        = library{&libraryEffects, &byHandBenign, &foundEffects, &numpyBenign}
	scipyLibrary        = library{&libraryEffects, &byHandBenign, &foundEffects, &scipyBenign}
	pandasLibrary       = library{&libraryEffects, &byHandBenign, &foundEffects, &pandasBenign}
	sklearnLibrary      = library{&libraryEffects, &byHandBenign, &foundEffects, &sklearnBenign}
	torchLibrary        = library{&libraryEffects, &byHandBenign, &foundEffects, &torchBenign}
	transformersLibrary = library{&libraryEffects, &byHandBenign, &foundEffects, &transformersBenign}
	diffusersLibrary    = library{&libraryEffects, &byHandBenign, &foundEffects, &diffusersBenign}
	kerasLibrary        = library{&libraryEffects, &byHandBenign, &foundEffects, &kerasBenign}
	nemoLibrary         = library{&libraryEffects, &byHandBenign, &foundEffects, &nemoBenign}
	textLibrary         = library{&libraryEffects, &byHandBenign, &foundEffects, &textBenign}
	visionLibrary       = library{&libraryEffects, &byHandBenign, &foundEffects, &visionBenign}
	graphsLibrary       = library{&libraryEffects, &byHandBenign, &foundEffects, &graphsBenign}
	variousLibrary      = library{&libraryEffects, &byHandBenign, &foundEffects, &variousBenign}
	strangeLibrary      = library{&libraryEffects, &byHandBenign, nil, nil}
	stdlibLibrary       = library{&stdlibEffects, &stdlibBenign, nil, nil}
)

// libraryOf is where the names of a module outside of the standard library are listed. gen/compile.py says the same.
func libraryOf(module string) *library {
	top, _, _ := strings.Cut(module, ".")
	switch top {
	case "numpy":
		return &numpyLibrary
	case "scipy":
		return &scipyLibrary
	case "pandas":
		return &pandasLibrary
	case "sklearn":
		return &sklearnLibrary
	case "torch":
		return &torchLibrary
	case "transformers":
		return &transformersLibrary
	case "diffusers":
		return &diffusersLibrary
	case "keras":
		return &kerasLibrary
	case "nemo":
		return &nemoLibrary
	case "allennlp", "bertopic", "fairseq", "flair", "gensim", "nltk", "sentence_transformers", "setfit", "spacy", "speechbrain",
		"srsly", "stanza", "thinc":
		return &textLibrary
	case "PIL", "albumentations", "detectron2", "efficientnet_pytorch", "fastai", "mmcv", "mmengine", "models", "monai", "sam2",
		"segmentation_models_pytorch", "skimage", "timm", "torchvision", "ultralytics", "utils":
		return &visionLibrary
	case "dgl", "networkx", "torch_geometric", "torch_sparse":
		return &graphsLibrary
	}
	if hasName(packages, top) {
		return &variousLibrary
	}
	return &strangeLibrary // a stranger's package: most often that of the file's author
}
