package edge

import (
	"context"
	"encoding/xml"
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
	"github.com/lodemark/lodemark/internal/model/xmlwalk"
)

func openvinoFormat() inspect.Format {
	return inspect.Format{
		Name: "openvino",
		Doc:  "A runtime reads weights from the file beside a graph, and needs a native library for operators that are none of OpenVINO's.",
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			if len(h) < 10 || h[0] != '<' && h[0] != 0xef && h[0] != 0xff && h[0] != 0xfe && h[0] > ' ' {
				return false
			}
			root := xmlwalk.Root(h)
			if root != "net" && root != "Net" {
				return root == "CustomLayers"
			}
			text := xmlwalk.Plain(h)
			return strings.Contains(text, "<layer") || root == "net" && strings.Contains(text, "version=")
		},
		Scan: scanOpenVINO,
		Canary: func() (string, []byte) {
			return "canary.xml", []byte(`<net name="canary" version="11"><layers><layer id="0" name="c" type="Canary" version="canary_extension" library="canary.so"/></layers></net>`)
		},
		CanaryWant: inspect.Dangerous,
	}
}

// maxLayers are those whose numbers are kept.
const maxLayers = 200_000

type openvinoVisitor struct {
	p       *inspect.Part
	version int
	layers  map[string]bool // their numbers
	count   int
	said    map[string]bool
	reach   int64 // how far into the weights constants reach
	at      int64
	lie     error
	kind    string // of the layer that is open
}

func scanOpenVINO(ctx context.Context, p *inspect.Part) error {
	v := &openvinoVisitor{p: p, layers: map[string]bool{}, said: map[string]bool{}}
	err := xmlwalk.Walk(ctx, p, "openvino", v)
	p.Fact("framework", "openvino")
	p.Fact("layers", strconv.Itoa(v.count))
	if err != nil {
		return err
	}
	if v.lie != nil {
		return v.lie
	}
	return v.weights()
}

// weights compares what the constants take with the file beside it.
func (v *openvinoVisitor) weights() error {
	if v.reach == 0 || v.p.Depth > 0 {
		return nil
	}
	name := strings.TrimSuffix(v.p.Name, v.p.Name[len(v.p.Name)-len(v.p.Ending()):]) + ".bin"
	size, err := v.p.SizeBeside(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.p.Say(inspect.Clean, "openvino-weights-missing", -1, "the file of its weights, %s, is not there", inspect.Quote(name))
	case err == nil && size < v.reach:
		return &inspect.DamageError{Offset: v.at, Reason: "a constant reaches to byte " + strconv.FormatInt(v.reach, 10) + " of " + inspect.Quote(name) + ", which has " + strconv.FormatInt(size, 10)}
	}
	return nil
}

// openvinoTokenizers are the operators of OpenVINO's own extension for tokenizers. It is sorted.
var openvinoTokenizers = []string{"BPETokenizer", "BytesToChars", "CaseFold", "CharsMapNormalization", "CharsToBytes", "CombineSegments", "EqualStr", "FuzeRagged", "FuzeSpecialTokens", "NormalizeUnicode", "RaggedTensorPack", "RaggedToDense", "RaggedToRagged",
	"RaggedToSparse", "RegexNormalization", "RegexSplit", "SentencepieceDetokenizer", "SentencepieceStreamDetokenizer", "SentencepieceTokenizer", "SpecialTokensSplit", "StringTensorPack", "StringTensorUnpack",
	"StringToHashBucket", "TrieTokenizer", "Truncate", "UTF8Validate", "UnigramTokenizer", "VocabDecoder", "VocabEncoder", "WordpieceTokenizer", "StringToTypedTensor", "BytePairEncoding", "CLIPTokenizer", "RaggedTensorUnpack"}

// openvinoBits are the sizes of elements.
var openvinoBits = map[string]int64{"f64": 64, "f32": 32, "f16": 16, "bf16": 16, "f8e4m3": 8, "f8e5m2": 8, "f8e8m0": 8, "f4e2m1": 4, "nf4": 4, "i64": 64, "i32": 32, "i16": 16, "i8": 8, "i4": 4, "u64": 64, "u32": 32,
	"u16": 16, "u8": 8, "u4": 4, "u3": 3, "u2": 2, "u6": 6, "u1": 1, "boolean": 8}

func (v *openvinoVisitor) fail(at int64, reason string) {
	if v.lie == nil {
		v.lie = &inspect.DamageError{Offset: at, Reason: reason}
	}
}

func (v *openvinoVisitor) Start(path []string, attrs []xml.Attr, at int64) {
	name := path[len(path)-1]
	switch {
	case len(path) == 1:
		v.version, _ = strconv.Atoi(xmlwalk.Attribute(attrs, "version"))
		v.p.Fact("ir_version", xmlwalk.Attribute(attrs, "version"))
		v.p.Fact("graph", xmlwalk.Attribute(attrs, "name"))
		if name == "CustomLayers" {
			v.p.Say(inspect.Dangerous, "openvino-kernels", at, "brings kernels of its own for a graphics processor, from files that it names")
		}
	case name == "layer" && path[len(path)-2] == "layers":
		v.layer(attrs, at)
	case name == "data" && path[len(path)-2] == "layer":
		v.data(attrs, at)
	case (name == "weights" || name == "biases" || name == "custom" || name == "mean") && xmlwalk.Attribute(attrs, "offset") != "":
		v.place(xmlwalk.Attribute(attrs, "offset"), xmlwalk.Attribute(attrs, "size"), at)
	case name == "edge":
		for _, end := range []string{"from-layer", "to-layer"} {
			if id := xmlwalk.Attribute(attrs, end); len(path) == 3 && !v.layers[id] && len(v.layers) < maxLayers {
				v.fail(at, "an edge leads to layer "+inspect.Quote(id)+", which is none")
			}
		}
	}
	for _, a := range attrs {
		xmlwalk.Linked(v.p, "openvino", name, a, at)
		if strings.ContainsAny(a.Value, "(/|<") {
			outside.CommandIn(v.p, at, "openvino-command", "the attribute "+inspect.Quote(a.Name.Local), a.Value)
		}
	}
}

// layer judges what a layer computes with.
func (v *openvinoVisitor) layer(attrs []xml.Attr, at int64) {
	kind, set, id := xmlwalk.Attribute(attrs, "type"), xmlwalk.Attribute(attrs, "version"), xmlwalk.Attribute(attrs, "id")
	v.kind = kind
	v.count++
	if len(v.layers) < maxLayers {
		v.layers[id] = true
	}
	if kind == "" || id == "" {
		v.fail(at, "a layer has no type or no number")
		return
	}
	if v.said[kind+"\x00"+set] || len(v.said) > 1000 {
		return
	}
	v.said[kind+"\x00"+set] = true
	switch lower := strings.ToLower(kind); {
	case strings.HasPrefix(lower, "python"), lower == "pyop", lower == "custom", lower == "customlayer", strings.HasPrefix(lower, "external"):
		v.p.Say(inspect.Dangerous, "openvino-custom", at, "a layer of the type %s runs code from outside of the model", inspect.Quote(kind))
	case set == "" || strings.HasPrefix(set, "opset") || set == "experimental" || set == "ie_internal_opset" || strings.HasPrefix(set, "gpu") || strings.HasPrefix(set, "SnippetsOpset") || strings.HasPrefix(set, "util"):
	case set == "extension" && slices.Contains(openvinoTokenizers, kind):
		v.p.Say(inspect.Clean, "openvino-tokenizer", at, "a layer of the type %s is of OpenVINO's extension for tokenizers", inspect.Quote(kind))
	default:
		v.p.Say(inspect.Dangerous, "openvino-custom", at, "a layer of the type %s is of the set %s: it needs a native library that the application has to load for it", inspect.Quote(kind), inspect.Quote(set))
	}
}

func (v *openvinoVisitor) place(offset, size string, at int64) (int64, bool) {
	o, err1 := strconv.ParseInt(offset, 10, 62)
	n, err2 := strconv.ParseInt(size, 10, 62)
	if err1 != nil || err2 != nil || o < 0 || n < 0 || o > 1<<50 || n > 1<<50 {
		v.fail(at, "a constant of "+inspect.Quote(size)+" bytes at "+inspect.Quote(offset)+" lies nowhere")
		return 0, false
	}
	if o+n > v.reach {
		v.reach, v.at = o+n, at
	}
	return n, true
}

func (v *openvinoVisitor) data(attrs []xml.Attr, at int64) {
	offset := xmlwalk.Attribute(attrs, "offset")
	if v.kind != "Const" || offset == "" {
		return
	}
	size, ok := v.place(offset, xmlwalk.Attribute(attrs, "size"), at)
	bits, known := openvinoBits[strings.ToLower(xmlwalk.Attribute(attrs, "element_type"))]
	shape, stated := xmlwalk.Attribute(attrs, "shape"), slices.ContainsFunc(attrs, func(a xml.Attr) bool { return a.Name.Local == "shape" })
	if !ok || !known || !stated {
		return
	}
	elements := int64(1)
	for d := range strings.SplitSeq(shape, ",") {
		if d = strings.TrimSpace(d); d == "" {
			continue
		}
		n, err := strconv.ParseInt(d, 10, 62)
		if err != nil || n < 0 || elements > 1<<42 || n > 1<<42 {
			v.fail(at, "a constant has the shape "+inspect.Quote(shape))
			return
		}
		elements *= n
	}
	if want := (elements*bits + 7) / 8; want > size {
		v.fail(at, "a constant of "+strconv.FormatInt(want, 10)+" bytes is said to have "+strconv.FormatInt(size, 10))
	}
}

func (v *openvinoVisitor) Text([]string, []byte, int64) {}

func (v *openvinoVisitor) End(path []string) {
	if path[len(path)-1] == "layer" {
		v.kind = ""
	}
}
