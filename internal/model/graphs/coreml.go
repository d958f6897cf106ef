package graphs

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

func coremlFormat() inspect.Format {
	return inspect.Format{
		Name:    "coreml",
		Doc:     "Core ML runs classes of the application for custom models and layers, and reads models and weights that the file names.",
		Endings: []string{".mlmodel"},
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			if p.Ending() == ".mlmodel" {
				return len(h) > 2 && (h[0] == 0x08 || h[0] == 0x12)
			}
			return len(h) > 4 && h[0] == 0x08 && h[1] < 32 && h[2] == 0x12 && coremlTop(whole(p))
		},
		Scan: scanCoreML,
		Canary: func() (string, []byte) {
			custom := protobuf.AppendBytes([]byte(nil), 10, "Canary")
			b := protobuf.AppendVarint([]byte(nil), 1, 4)
			return "canary.mlmodel", protobuf.AppendBytes(protobuf.AppendBytes(b, 2, ""), coremlCustomModel, custom)
		},
		CanaryWant: inspect.Dangerous,
	}
}

// Kinds of models, as fields of Model.
const (
	coremlPipelineClassifier = 200
	coremlPipelineRegressor  = 201
	coremlPipeline           = 202
	coremlNetworkRegressor   = 303
	coremlNetworkClassifier  = 403
	coremlNetwork            = 500
	coremlProgram            = 502
	coremlCustomModel        = 555
	coremlLinkedModel        = 556
	coremlSerialized         = 3000
)

var coremlKinds = map[int]string{200: "pipeline classifier", 201: "pipeline regressor", 202: "pipeline", 300: "linear regressor", 301: "support vector regressor", 302: "tree ensemble regressor",
	303: "neural network regressor", 304: "Bayesian probit regressor", 400: "linear classifier", 401: "support vector classifier", 402: "tree ensemble classifier", 403: "neural network classifier",
	404: "nearest neighbours classifier", 500: "neural network", 501: "item similarity recommender", 502: "program", 555: "custom model", 556: "linked model", 560: "class confidence thresholding",
	600: "one hot encoder", 601: "imputer", 602: "feature vectorizer", 603: "dict vectorizer", 604: "scaler", 606: "categorical mapping", 607: "normalizer", 609: "array feature extractor",
	610: "non maximum suppression", 900: "identity", 2000: "text classifier", 2001: "word tagger", 2002: "vision feature print", 2003: "sound analysis preprocessing", 2004: "gazetteer",
	2005: "word embedding", 2006: "audio feature print", 3000: "serialized model"}

// coremlTop says whether a message has the top level of a model.
func coremlTop(m protobuf.Message) bool {
	version, kind := false, false
	for range 16 {
		f, ok, err := m.Next()
		if err != nil {
			return false
		}
		if !ok {
			return version && kind
		}
		switch {
		case f.Number == 1 && f.Type == protobuf.Varint && f.Value < 32:
			version = true
		case f.Number == 2 && f.Type == protobuf.Bytes, f.Number == 10 && f.Type == protobuf.Varint:
		case coremlKinds[f.Number] != "" && f.Type == protobuf.Bytes:
			kind = true
		default:
			return false
		}
	}
	return false
}

type coremlLooker struct {
	ctx     context.Context
	p       *inspect.Part
	layers  int
	said    map[string]bool
	weights map[string]uint64 // how far into other files the values begin
	places  map[string]int64
}

func scanCoreML(ctx context.Context, p *inspect.Part) error {
	l := &coremlLooker{ctx: ctx, p: p, said: map[string]bool{}, weights: map[string]uint64{}, places: map[string]int64{}}
	err := l.model(whole(p), 0)
	p.Fact("framework", "coreml")
	if l.layers > 0 {
		p.Fact("layers", strconv.Itoa(l.layers))
	}
	if err != nil {
		return err
	}
	return l.files()
}

func coremlDamage(at int64, format string, args ...any) error {
	return &inspect.DamageError{Offset: at, Reason: fmt.Sprintf(format, args...)}
}

// model walks a Model; pipelines hold models.
func (l *coremlLooker) model(m protobuf.Message, depth int) error {
	if depth > 16 {
		return coremlDamage(-1, "models lie more than 16 deep in each other")
	}
	version, kinds := false, 0
	err := each(m, func(f protobuf.Field) error {
		kind := coremlKinds[f.Number]
		switch {
		case f.Number == 1:
			version = f.Type == protobuf.Varint && f.Value > 0 && f.Value < 1000
			if depth == 0 {
				l.p.Fact("version", strconv.FormatUint(f.Value, 10))
			}
			return nil
		case f.Number == 2:
			return l.description(f, depth)
		case f.Number == 10:
			return nil
		case kind == "":
			return coremlDamage(f.Off, "field %d is none of a model", f.Number)
		case f.Type != protobuf.Bytes:
			return coremlDamage(f.Off, "field %d of a model has wire type %d", f.Number, f.Type)
		}
		kinds++
		if depth == 0 {
			l.p.Fact("architecture", kind)
		}
		return l.kind(f, depth)
	})
	switch {
	case err != nil:
		return err
	case !version:
		return coremlDamage(-1, "a model states no version of the format")
	case kinds != 1:
		return coremlDamage(-1, "a model is of %d kinds at once", kinds)
	}
	return nil
}

func (l *coremlLooker) kind(f protobuf.Field, depth int) error {
	switch f.Number {
	case coremlPipelineClassifier, coremlPipelineRegressor:
		return within(f, "a pipeline", func(f protobuf.Field) error {
			if f.Number == 1 {
				return l.pipeline(f, depth)
			}
			return nil
		})
	case coremlPipeline:
		return l.pipeline(f, depth)
	case coremlNetwork, coremlNetworkClassifier, coremlNetworkRegressor:
		return l.network(f, 0)
	case coremlProgram:
		return l.program(f)
	case coremlCustomModel:
		return l.custom(f, "custom model")
	case coremlLinkedModel:
		return l.linked(f)
	case coremlSerialized:
		l.p.Say(inspect.Unknown, "coreml-serialized", f.Off, "holds a model in a form that only its framework reads")
	}
	return each(f.Message(), func(protobuf.Field) error { return nil })
}

func (l *coremlLooker) pipeline(f protobuf.Field, depth int) error {
	return within(f, "a pipeline", func(f protobuf.Field) error {
		if f.Number == 1 && f.Type == protobuf.Bytes {
			return l.model(f.Message(), depth+1)
		}
		return nil
	})
}

// description looks at what the model says of itself.
func (l *coremlLooker) description(f protobuf.Field, depth int) error {
	return within(f, "a description", func(f protobuf.Field) error {
		if f.Number != 100 {
			return nil
		}
		return within(f, "metadata", func(f protobuf.Field) error {
			fact := map[int]string{1: "description", 2: "model_version", 3: "author", 4: "licence"}[f.Number]
			if f.Number == 100 {
				return entry(f, "metadata", func(key string, value protobuf.Field) error {
					if key == "com.github.apple.coremltools.version" {
						l.p.Fact("producer_version", value.Text(100))
					}
					l.free(value, "the metadata "+inspect.Quote(key))
					return nil
				})
			}
			if fact != "" {
				if depth == 0 {
					l.p.Fact(fact, f.Text(200))
				}
				l.free(f, "the "+fact)
			}
			return nil
		})
	})
}

// free looks at free text.
func (l *coremlLooker) free(f protobuf.Field, where string) {
	Free(l.p, f.Off, "coreml-command", where, f.Text(inspect.HeadBytes))
}

// network walks a NeuralNetwork; branches and loops hold networks.
func (l *coremlLooker) network(f protobuf.Field, depth int) error {
	if depth > 32 {
		return coremlDamage(f.Off, "networks lie more than 32 deep in each other")
	}
	return within(f, "a network", func(f protobuf.Field) error {
		if f.Number != 1 {
			return nil
		}
		if l.layers++; l.layers&0xfff == 0 && l.ctx.Err() != nil {
			return l.ctx.Err()
		}
		return within(f, "a layer", func(f protobuf.Field) error {
			switch f.Number {
			case 500:
				return l.custom(f, "custom layer")
			case 605, 615:
				return within(f, "a branch", func(inner protobuf.Field) error {
					if f.Number == 605 && inner.Number <= 2 || f.Number == 615 && (inner.Number == 3 || inner.Number == 4) {
						return l.network(inner, depth+1)
					}
					return nil
				})
			}
			return nil
		})
	})
}

// custom looks at a class of the application that is to run: its name and its parameters.
func (l *coremlLooker) custom(f protobuf.Field, what string) error {
	class := ""
	err := within(f, "a "+what, func(f protobuf.Field) error {
		switch f.Number {
		case 10:
			class = f.Text(maxName)
		case 30:
			return entry(f, "a parameter", func(key string, value protobuf.Field) error {
				return within(value, "a parameter", func(v protobuf.Field) error {
					if v.Number == 20 && v.Type == protobuf.Bytes {
						l.free(v, "the parameter "+inspect.Quote(key))
					}
					return nil
				})
			})
		case 40:
			l.free(f, "the description of a "+what)
		}
		return nil
	})
	if err == nil && !l.said[what+class] && len(l.said) < 1000 {
		l.said[what+class] = true
		l.p.Say(inspect.Dangerous, "coreml-custom", f.Off, "a %s runs the class %s, which the application has to bring", what, inspect.Quote(class))
	}
	return err
}

// linked looks at a model that another file holds.
func (l *coremlLooker) linked(f protobuf.Field) error {
	return within(f, "a linked model", func(f protobuf.Field) error {
		return within(f, "a linked model", func(f protobuf.Field) error {
			if f.Number != 1 && f.Number != 2 {
				return nil
			}
			return within(f, "a path", func(v protobuf.Field) error {
				if v.Number == 1 {
					for name := range strings.SplitSeq(v.Text(maxName), ":") {
						outside.File(l.p, v.Off, "coreml-linked", "a model is loaded", name)
					}
				}
				return nil
			})
		})
	})
}
