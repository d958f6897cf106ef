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

// flexOperator is the name of the operator of TensorFlow that a custom operator stands for, "" for another.
func flexOperator(name string) string {
	op, ok := strings.CutPrefix(name, "Flex")
	if !ok {
		return ""
	}
	return op
}

// tfliteCustom judges an operator that is not built in: its code must come from elsewhere.
func tfliteCustom(p *inspect.Part, name string, at int64) {
	if slices.ContainsFunc(tfliteShipped, func(s string) bool {
		start, all := strings.CutSuffix(s, "*")
		return s == name || all && strings.HasPrefix(name, start)
	}) {
		return
	}
	p.Say(inspect.Dangerous, "tflite-custom-operator", at, "the operator %s is none of TensorFlow Lite's: running the model needs native code that the application has to load for it", inspect.Quote(name))
}

// tfliteFlex judges an operator of TensorFlow itself, which the Flex delegate runs. options are those of a node: the name of the
// operator and its NodeDef.
func tfliteFlex(p *inspect.Part, op string, options []byte, at int64) {
	if v, what, ok := tensorflow.EffectOf(op, flexDefinition(options)); ok {
		p.Say(v, "tflite-flex-operator", at, "the operator %s of TensorFlow %s when the model runs", inspect.Quote(op), what)
		return
	}
	if !tensorflow.Known(op) {
		p.Say(inspect.Dangerous, "tflite-custom-operator", at, "the operator %s is none of TensorFlow's: running the model needs native code that the application has to load for it", inspect.Quote(op))
	}
}

// flexDefinition takes the NodeDef out of the options of a node: a FlexBuffer that is a vector of two texts. A FlexBuffer is read
// from its end: how wide the root is, its type, and how far before it the vector lies.
func flexDefinition(b []byte) []byte {
	if len(b) < 4 {
		return nil
	}
	width := int(b[len(b)-1])
	if width != 1 && width != 2 && width != 4 && width != 8 || len(b) < 2+width {
		return nil
	}
	number := func(at, width int) int { // -1 for what is not there
		if at < 0 || width > len(b)-at {
			return -1
		}
		v := uint64(0)
		for i := width - 1; i >= 0; i-- {
			v = v<<8 | uint64(b[at+i])
		}
		if v > uint64(len(b)) {
			return -1
		}
		return int(v)
	}
	follow := func(at, width int) int {
		far := number(at, width)
		if far <= 0 || far > at {
			return -1
		}
		return at - far
	}
	kind := b[len(b)-2]
	inner := 1 << (kind & 3)
	vector := follow(len(b)-2-width, width)
	length := number(vector-inner, inner)
	types := vector + inner*length
	if kind>>2 != flexVector || vector < 0 || length != 2 || types+1 >= len(b) {
		return nil
	}
	text := follow(vector+inner, inner)
	kind = b[types+1]
	if kind>>2 != flexText && kind>>2 != flexBlob || text < 0 {
		return nil
	}
	w := 1 << (kind & 3)
	size := number(text-w, w)
	if size < 0 || size > len(b)-text {
		return nil
	}
	return b[text : text+size]
}

// Types of values of FlexBuffers.
const (
	flexText   = 5
	flexVector = 10
	flexBlob   = 25
)
