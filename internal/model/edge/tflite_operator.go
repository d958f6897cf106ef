package edge

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/tensorflow"
)

// tfliteShipped are custom operators whose code comes with TensorFlow Lite, its delegates, MediaPipe and the usual converters;
// a name ending in a star stands for all that begin so. It is sorted.
var tfliteShipped = []string{
	"AddN", "Atan2", "AudioSpectrogram", "Bucketize", "CIRCULAR_BUFFER", "Complex", "ComplexAbs", "Conv3DTranspose", "Convolution2DTransposeBias", "Delegate/*", "DISPATCH_OP", "ETHOSU",
	"Cumsum", "ExtractFeatures", "Gelu", "HashTableFind", "HashTableImport", "HashTableSize", "HashTableV2", "Imag", "Irfft2d", "KmeansEmbeddingLookup", "Landmarks2TransformMatrix",
	"LandmarksToTransformMatrix", "LookupTableFindV2", "MatrixDiag", "MaxPoolingWithArgmax2D", "MaxUnpooling2D", "Mfcc", "Microfrontend", "MultinomialSampling", "NGrams*", "Normalize", "ParseExample", "ParseExampleV2",
	"NumericVerify", "Predict", "RandomStandardNormal", "RandomUniform", "Real", "Reciprocal", "Resampler", "Rfft2d", "RoiAlign", "RoiToTransformMatrix", "Roll", "Sign", "SignalDelay", "SignalEnergy",
	"SignalFftAutoScale", "SignalFilterBank", "SignalFilterBankLog", "SignalFilterBankSpectralSubtraction", "SignalFilterBankSquareRoot", "SignalFramer", "SignalIrfft", "SignalOverlapAdd",
	"SignalPCAN", "SignalRfft", "SignalStacker", "SignalWindow", "StreamingExtendInput", "TFLite_Detection_PostProcess", "TFLite_HitBox_Decode", "TFSentencepieceDetokenizeOp",
	"TFSentencepieceTokenizeOp", "TransformLandmarks", "TransformTensor", "TransformTensorBilinear", "UnsortedSegmentJoin", "aten::*", "edgetpu-custom-op", "edgetpu_custom_op", "ethos-u",
	"odml.*", "pytorch_lite.*", "tftext:*", "vhlo.*",
}

// tfliteCustom judges an operator that is not built in: its code must come from elsewhere.
func tfliteCustom(p *inspect.Part, name string, at int64) {
	if op, ok := strings.CutPrefix(name, "Flex"); ok && op != "" {
		tfliteFlex(p, op, at)
		return
	}
	if slices.ContainsFunc(tfliteShipped, func(s string) bool {
		start, all := strings.CutSuffix(s, "*")
		return s == name || all && strings.HasPrefix(name, start)
	}) {
		return
	}
	p.Say(inspect.Dangerous, "tflite-custom-operator", at, "the operator %s is none of TensorFlow Lite's: running the model needs native code that the application has to load for it", inspect.Quote(name))
}

// tfliteFlex judges an operator of TensorFlow itself.
func tfliteFlex(p *inspect.Part, op string, at int64) {
	if v, what, ok := tensorflow.Effect(op); ok && v > inspect.Clean {
		p.Say(v, "tflite-flex-operator", at, "the operator %s of TensorFlow %s", inspect.Quote(op), what)
		return
	}
	switch op { // the operators whose paths a graph would show, and this one hides in its tensors
	case "ReadFile", "WholeFileReader", "WholeFileReaderV2", "MatchingFiles", "RestoreV2", "Restore", "RestoreSlice", "InitializeTableFromTextFile", "InitializeTableFromTextFileV2",
		"TextLineReader", "TextLineReaderV2", "TFRecordReader", "TFRecordReaderV2", "TextLineDataset", "TFRecordDataset", "FixedLengthRecordDataset", "FixedLengthRecordDatasetV2",
		"FixedLengthRecordReader", "FixedLengthRecordReaderV2", "ImmutableConst", "LoadDataset", "MergeV2Checkpoints":
		p.Say(inspect.Dangerous, "tflite-flex-operator", at, "the operator %s of TensorFlow reads files by name when the model runs", inspect.Quote(op))
	case "Save", "SaveV2", "SaveSlices", "SaveDataset", "WriteFile", "PrintV2", "Print":
		if !strings.HasPrefix(op, "Print") {
			p.Say(inspect.Malicious, "tflite-flex-operator", at, "the operator %s of TensorFlow writes files when the model runs", inspect.Quote(op))
		}
	}
}
