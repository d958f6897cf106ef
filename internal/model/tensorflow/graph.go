package tensorflow

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// Bounds of what is looked at.
const (
	maxNodes  = 20_000_000
	maxConsts = 200_000 // constants of text that are kept to follow paths
	maxText   = 4 << 10
	maxInputs = 64
	maxFollow = 64 // nodes between a path and the operator that takes it
)

func damage(off int64, format string, args ...any) error {
	return &inspect.DamageError{Offset: off, Reason: fmt.Sprintf(format, args...)}
}

// each goes through the fields of a message.
func each(m protobuf.Message, do func(protobuf.Field) error) error {
	for {
		f, ok, err := m.Next()
		if err != nil || !ok {
			return err
		}
		if err := do(f); err != nil {
			return err
		}
	}
}

// looker walks the graphs of one file.
type looker struct {
	ctx    context.Context
	part   *inspect.Part
	nodes  int64
	assets map[string]bool // tensors that the loader replaces by paths in the model's own folder
	local  map[string]bool // functions that the file defines
	custom map[string]int64
	scope  *scope
	count  map[string]int
	inside bool // a graph inside a constant
}

// scope is one graph or function, in which nodes call each other by name.
type scope struct {
	nodes  map[string]*node // only those of text, and those that hand text on
	effect []*node
}

type node struct {
	name, op string
	inputs   []string
	texts    []string         // of a constant, cut
	places   []protobuf.Field // where those stand
	attrs    map[string][]string
	off      int64
	function string
}

func newLooker(ctx context.Context, p *inspect.Part) *looker {
	return &looker{ctx: ctx, part: p, assets: map[string]bool{}, local: map[string]bool{}, custom: map[string]int64{}, count: map[string]int{}}
}

// done says what can be said only when all was seen.
func (l *looker) done(err error) error {
	for op, off := range l.custom {
		if l.local[op] {
			continue
		}
		switch {
		case strings.HasPrefix(op, "_"), known(version(op)):
			l.part.Say(inspect.Unknown, "tf-operator", off, "the operator %s is not known", inspect.Quote(op))
		default:
			l.part.Say(inspect.Dangerous, "tf-custom-operator", off, "the operator %s is none of TensorFlow's: it needs a native library from outside of the model", inspect.Quote(op))
		}
	}
	l.part.Fact("framework", "tensorflow")
	l.part.Fact("nodes", strconv.FormatInt(l.nodes, 10))
	return err
}

// metaGraph walks a MetaGraphDef. Assets come last in a file and count for the graph before them, so they are looked for first.
func (l *looker) metaGraph(m protobuf.Message) error {
	err := each(m, func(f protobuf.Field) error {
		if f.Type != protobuf.Bytes || f.Number > 7 {
			return damage(f.Off, "field %d is none of a MetaGraph", f.Number)
		}
		if f.Number == 6 {
			return l.asset(f)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return each(m, func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			return each(f.Message(), func(f protobuf.Field) error {
				if f.Number == 5 {
					l.part.Fact("producer_version", f.Text(100))
				}
				return nil
			})
		case 2:
			return l.graph(f.Message())
		case 4:
			return l.collection(f.Message())
		case 7:
			return l.objects(f.Message())
		}
		return nil
	})
}

// asset reads an AssetFileDef: a file in the model's folder "assets", and the tensor that gets its path.
func (l *looker) asset(f protobuf.Field) error {
	name, tensor := "", ""
	err := each(f.Message(), func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			return each(f.Message(), func(f protobuf.Field) error {
				if f.Number == 1 {
					tensor = f.Text(maxText)
				}
				return nil
			})
		case 2:
			name = f.Text(maxText)
		}
		return nil
	})
	if len(l.assets) < maxConsts {
		l.assets[nodeOf(tensor)] = true
	}
	if leaves(name) {
		l.part.Say(inspect.Dangerous, "tf-asset-escape", f.Off, "names %s as a file of its assets, outside of its folder", inspect.Quote(name))
	}
	return err
}

// collection reads an entry of a MetaGraph's collections: pickled or serialised Python can lie in bytes lists.
func (l *looker) collection(m protobuf.Message) error {
	return each(m, func(f protobuf.Field) error {
		if f.Number != 2 || f.Type != protobuf.Bytes {
			return nil
		}
		return each(f.Message(), func(list protobuf.Field) error {
			if list.Number != 2 || list.Type != protobuf.Bytes {
				return nil
			}
			return each(list.Message(), func(v protobuf.Field) error {
				if v.Type == protobuf.Bytes {
					inspect.Payload(l.part, v.Off, "a collection", v.Text(maxText))
				}
				return nil
			})
		})
	})
}

// objects walks a SavedObjectGraph: Keras keeps the configuration of its layers there, with the code of Lambda layers.
func (l *looker) objects(m protobuf.Message) error {
	return each(m, func(f protobuf.Field) error {
		if f.Number != 1 || f.Type != protobuf.Bytes {
			return nil
		}
		return each(f.Message(), func(f protobuf.Field) error {
			if f.Number != 4 || f.Type != protobuf.Bytes {
				return nil
			}
			return each(f.Message(), func(f protobuf.Field) error {
				if f.Number == 3 && f.Len > 1 && l.part.Members(1) {
					text := f.Text(16 << 20)
					l.part.Member(l.ctx, "keras_metadata.json", strings.NewReader(text), int64(len(text)))
				}
				return nil
			})
		})
	})
}

// graph walks a GraphDef with its library of functions.
func (l *looker) graph(m protobuf.Message) error {
	var library []protobuf.Field
	l.scope = &scope{nodes: map[string]*node{}}
	err := each(m, func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			if f.Type != protobuf.Bytes {
				return damage(f.Off, "a node is no message")
			}
			return l.node(f, "")
		case 2:
			if f.Type != protobuf.Bytes {
				return damage(f.Off, "the library of functions is no message")
			}
			library = append(library, f)
		}
		return nil
	})
	l.judge()
	if err != nil {
		return err
	}
	for _, lib := range library {
		err := each(lib.Message(), func(f protobuf.Field) error {
			if f.Number == 1 && f.Type == protobuf.Bytes {
				return l.function(f.Message())
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// function walks a FunctionDef.
func (l *looker) function(m protobuf.Message) error {
	name := ""
	l.scope = &scope{nodes: map[string]*node{}}
	err := each(m, func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			return each(f.Message(), func(f protobuf.Field) error {
				if f.Number == 1 {
					name = f.Text(maxText)
					if len(l.local) < maxConsts {
						l.local[name] = true
					}
				}
				return nil
			})
		case 3:
			if f.Type != protobuf.Bytes {
				return damage(f.Off, "a node is no message")
			}
			return l.node(f, name)
		}
		return nil
	})
	l.judge()
	return err
}

// nodeOf takes the output number and the mark of a control input off a tensor's name.
func nodeOf(tensor string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(tensor, "^"), ":")
	return name
}

// leaves says whether a path leads out of the folder it is relative to, on any system.
func leaves(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.Contains(name, "://") || path.IsAbs(name) || len(name) > 1 && name[1] == ':' || strings.HasPrefix(name, "~") || strings.ContainsRune(name, 0) {
		return true
	}
	clean := path.Clean(name)
	return clean == ".." || strings.HasPrefix(clean, "../")
}
