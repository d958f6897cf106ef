package torch

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// skopsFormat is skops' replacement of pickle for scikit-learn: a zip with a tree of types by name in schema.json.
func skopsFormat() inspect.Format {
	return inspect.Format{
		Name:    "skops",
		Doc:     "skops.io.load builds the types that schema.json names, which may call functions and methods of any module.",
		Endings: []string{".skops"},
		Covers:  []string{"zip"},
		Claims: func(p *inspect.Part) bool {
			if !archive.IsZip(p) {
				return false
			}
			z := archive.OpenZip(p)
			if z == nil {
				return false
			}
			e := find(z, "schema.json")
			if ended(p, ".skops") || e == nil {
				return ended(p, ".skops")
			}
			b, ok := z.Small(e, maxSchema)
			return ok && bytes.Contains(b, []byte(`"__loader__"`))
		},
		Scan: scanSkops,
		Canary: func() (string, []byte) {
			return "canary.skops", zipOf("schema.json", `{"__class__":"system","__module__":"os","__loader__":"FunctionNode","content":{"module_path":"os","function":"system"},"protocol":0}`)
		},
		CanaryWant: inspect.Malicious,
	}
}

const maxSchema = 64 << 20

func scanSkops(ctx context.Context, p *inspect.Part) error {
	z := archive.OpenZip(p)
	if z == nil {
		return &inspect.DamageError{Offset: -1, Reason: "no reader of zips would take it"}
	}
	z.Report()
	p.Fact("framework", "scikit-learn")
	e := find(z, "schema.json")
	if e == nil {
		p.Say(inspect.NotRead, "skops-structure", -1, "has no schema.json, without which skops does not read it")
	} else if b, ok := z.Small(e, maxSchema); !ok {
		p.Say(inspect.NotRead, "skops-structure", e.Header, "schema.json is too long or damaged")
	} else {
		s := &schema{p: p, z: z, at: e.Header, said: map[string]bool{}}
		if err := s.read(b); err != nil {
			p.Say(inspect.NotRead, "skops-structure", e.Header, "schema.json cannot be read: %v", err)
		}
	}
	z.Walk(ctx, nil)
	return ctx.Err()
}

// schema walks the tree of types.
type schema struct {
	p     *inspect.Part
	z     *archive.Zip
	at    int64
	said  map[string]bool
	nodes int
}

const (
	maxNodes = 2_000_000
	maxDepth = 500
)

func (s *schema) read(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if _, err := s.value(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows its end")
	}
	return nil
}

// value reads one value, and returns it if it is text.
func (s *schema) value(d *json.Decoder, depth int) (string, error) {
	if s.nodes++; s.nodes > maxNodes || depth > maxDepth {
		return "", fmt.Errorf("is nested too deeply or has too many nodes")
	}
	t, err := d.Token()
	if err != nil {
		return "", err
	}
	if depth == 0 && t != json.Delim('{') {
		s.say(inspect.NotRead, "skops-structure", "schema.json holds no node, and skops cannot read it")
	}
	switch t := t.(type) {
	case string:
		return t, nil
	case json.Delim:
		if t == '[' {
			for d.More() {
				if _, err := s.value(d, depth+1); err != nil {
					return "", err
				}
			}
			_, err := d.Token()
			return "", err
		}
		return "", s.object(d, depth)
	}
	return "", nil
}

// object reads one node.
func (s *schema) object(d *json.Decoder, depth int) error {
	fields := map[string]string{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		v, err := s.value(d, depth+1)
		if err != nil {
			return err
		}
		if _, again := fields[name]; again && strings.HasPrefix(name, "__") {
			s.say(inspect.NotRead, "skops-structure", "a node has two entries %s", inspect.Quote(name))
		}
		if v != "" && len(fields) < 1000 {
			fields[name] = v
		}
	}
	if depth == 0 {
		for _, need := range []string{"__loader__", "__class__", "__module__"} {
			if fields[need] == "" {
				s.say(inspect.NotRead, "skops-structure", "the outermost node has no %s, without which skops cannot read it", need)
			}
		}
	}
	s.node(fields)
	_, err := d.Token()
	return err
}

func (s *schema) say(v inspect.Verdict, id, format string, args ...any) {
	text := id + fmt.Sprintf(format, args...)
	if !s.said[text] && len(s.said) < 1000 {
		s.said[text] = true
		s.p.Say(v, id, s.at, format, args...)
	}
}

// node judges what one node makes.
func (s *schema) node(f map[string]string) {
	if loader := f["__loader__"]; loader != "" {
		switch loader {
		case "JsonNode", "ReduceNode", "MethodNode", "FunctionNode", "PartialNode", "TypeNode", "ObjectNode", "DictNode", "DefaultDictNode", "OrderedDictNode", "ListNode", "TupleNode", "SetNode",
			"SliceNode", "BytesNode", "BytearrayNode", "NdArrayNode", "MaskedArrayNode", "RandomStateNode", "RandomGeneratorNode", "SparseMatrixNode", "UfuncNode", "DTypeNode", "SGDNode",
			"TreeNode", "QuantileForestNode", "CythonClassNode", "OperatorFuncNode", "CachedNode", "LossNode", "DatetimeNode", "TimedeltaNode":
		default:
			s.say(inspect.NotRead, "skops-structure", "a node has the loader %s, which is not known", inspect.Quote(loader))
		}
		if file := f["file"]; file != "" && find(s.z, file) == nil {
			s.say(inspect.NotRead, "skops-structure", "names the member %s, and there is none", inspect.Quote(file))
		}
		s.named(f["__module__"], f["__class__"], loader)
	}
	if m, fn := f["module_path"], f["function"]; m != "" || fn != "" {
		s.named(m, fn, "FunctionNode")
	}
	if m, fn := f["module"], f["func"]; m != "" && fn != "" {
		s.named(m, fn, "MethodNode")
	}
}

func (s *schema) named(module, name, loader string) {
	if module == "" && name == "" || name == "" || module == "builtins" && plainBuiltin(name) || loader == "JsonNode" {
		return
	}
	g := globals.Lookup(module, name)
	dotted := strconv.Quote(inspect.Cut(module + "." + name))
	called := loader == "FunctionNode" || loader == "PartialNode" || loader == "MethodNode" || loader == "OperatorFuncNode"
	switch {
	case g.Known && g.Capability&(effects|globals.Deserialises) != 0:
		s.say(inspect.Malicious, "skops-executes", "names %s in a %s: it %s", dotted, loader, what(g))
	case g.Known && g.Capability&globals.Reads != 0:
		s.say(inspect.Dangerous, "skops-reads", "names %s in a %s: it %s", dotted, loader, what(g))
	case module == "operator" || module == "_operator":
		if name != "itemgetter" && name != "attrgetter" && name != "methodcaller" {
			return
		}
		s.say(inspect.Dangerous, "skops-walks", "names %s: it reaches whatever attribute or method it is given the name of", dotted)
	case g.Known && g.Capability == globals.Constructs:
	case g.Known && g.Capability&(globals.Walks|globals.Calls) != 0:
		s.say(inspect.Unknown, "skops-walks", "names %s in a %s: it %s", dotted, loader, what(g))
	case honestPackage(module):
	case called:
		s.say(inspect.Unknown, "skops-unknown", "names the function %s, whose effect is not known", dotted)
	default:
		s.say(inspect.Unknown, "skops-unknown", "names the type %s, whose effect is not known", dotted)
	}
}

func plainBuiltin(name string) bool {
	switch name {
	case "dict", "list", "tuple", "set", "frozenset", "str", "int", "float", "bool", "bytes", "bytearray", "complex", "slice", "type", "object", "NoneType", "range":
		return true
	}
	return false
}

// honestPackage tells the packages whose types skops files hold.
func honestPackage(module string) bool {
	first, _, _ := strings.Cut(module, ".")
	switch first {
	case "sklearn", "numpy", "scipy":
		return true
	}
	return false
}

// effects are what no model needs of the names that it has called.
const effects = globals.Executes | globals.Interprets | globals.Native | globals.Writes | globals.Network | globals.Environment | globals.Imports

func what(g globals.Global) string {
	if g.What != "" {
		return g.What
	}
	return "has an effect that no model needs"
}
