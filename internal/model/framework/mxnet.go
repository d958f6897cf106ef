package framework

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/graphs"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jsonwalk"
	"github.com/lodemark/lodemark/internal/model/outside"
)

func mxnetFormats() []inspect.Format {
	return []inspect.Format{
		{
			Name:   "mxnet-symbol",
			Doc:    "A graph of MXNet can name operators that are written in Python or that stand at an address in memory.",
			Claims: claimsSymbol,
			Scan:   scanSymbol,
			Canary: func() (string, []byte) {
				return "canary-symbol.json", []byte(`{"nodes":[{"op":"Custom","name":"canary","attrs":{"op_type":"canary"},"inputs":[]}],"arg_nodes":[],"heads":[[0,0,0]]}`)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name: "mxnet-params",
			Doc:  "A list of MXNet's arrays with their names: numbers alone.",
			Claims: func(p *inspect.Part) bool {
				h := p.Head()
				return len(h) >= 24 && binary.LittleEndian.Uint64(h) == 0x112 && binary.LittleEndian.Uint64(h[8:]) == 0
			},
			Scan: scanParams,
			Canary: func() (string, []byte) {
				return "canary.params", append(binary.LittleEndian.AppendUint64(make([]byte, 0, 24), 0x112), 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)
			},
			CanaryWant: inspect.NotRead,
		},
	}
}

// claimsSymbol tells a graph by its list of nodes, which comes first, and by what follows it.
func claimsSymbol(p *inspect.Part) bool {
	h := p.Head()
	if !bytes.HasPrefix(bytes.TrimLeft(h[:min(len(h), 64)], "\xef\xbb\xbf \t\r\n"), []byte("{")) || !bytes.Contains(h, []byte(`"nodes"`)) || !bytes.Contains(h, []byte(`"op"`)) {
		return false
	}
	if first, _, _ := bytes.Cut(bytes.TrimLeft(h[:min(len(h), 64)], "\xef\xbb\xbf{ \t\r\n"), []byte(":")); string(bytes.TrimSpace(first)) == `"nodes"` && bytes.Contains(h, []byte(`"inputs"`)) {
		return true
	}
	t := p.Tail()
	return bytes.Contains(t, []byte(`"arg_nodes"`)) || bytes.Contains(t, []byte(`"heads"`)) || bytes.Contains(h, []byte(`"arg_nodes"`)) || strings.HasSuffix(strings.ToLower(p.Name), "-symbol.json")
}

// mxnetLinks are attributes of nodes that would name code or files.
var mxnetLinks = map[string]bool{"library": true, "lib": true, "lib_path": true, "dll": true, "plugin": true, "module": true, "filename": true, "uri": true, "url": true, "symbol_file": true, "params_file": true,
	"config_path": true, "path": true, "path_imgrec": true, "path_imglist": true, "path_root": true, "data_csv": true, "image_list": true}

func scanSymbol(ctx context.Context, p *inspect.Part) error {
	var (
		nodes, args int
		op          string
		custom      = map[string]bool{}
		heads, list bool
		lie         error
	)
	index := func(text string, at int64, what string, limit int) {
		if n, err := strconv.Atoi(text); (err != nil || n < 0 || n >= limit) && lie == nil {
			lie = &inspect.DamageError{Offset: at, Reason: fmt.Sprintf("%s is node %s of %d", what, inspect.Cut(text), limit)}
		}
	}
	column := 0
	err := jsonwalk.Walk(ctx, p, func(path jsonwalk.Path, kind jsonwalk.Kind, text string, at int64) {
		switch {
		case len(path) == 1 && path[0] == "heads":
			heads = true
		case path.Is("nodes"):
			list = list || kind == jsonwalk.Array
		case path.Is("nodes", "") && kind == jsonwalk.Object:
			nodes++
			op = ""
		case path.Is("nodes", "") && kind == jsonwalk.End && op == "" && lie == nil:
			lie = &inspect.DamageError{Offset: at, Reason: "a node names no operator"}
		case kind == jsonwalk.Text && len(path) >= 3 && path[len(path)-1] == "op" && path[len(path)-2] == "" && path[len(path)-3] == "nodes": // graphs lie in nodes too
			op = text
			if !custom[op] && len(custom) < 1000 {
				custom[op] = true
				symbolOperator(p, op, at)
			}
		case len(path) == 4 && path.Is("nodes", "", "inputs", "") && (kind == jsonwalk.Array || kind == jsonwalk.End):
			column = 0
		case len(path) == 5 && path.Is("nodes", "", "inputs", "", ""):
			if column++; column == 1 {
				index(text, at, "an input", nodes)
			}
		case path.Is("arg_nodes", ""):
			args++
			index(text, at, "an argument", nodes)
		case len(path) >= 4 && path[0] == "nodes" && kind == jsonwalk.Text && (path[2] == "attrs" || path[2] == "attr" || path[2] == "param"):
			symbolAttribute(p, op, path.Last(), text, at)
		case len(path) >= 2 && path[0] == "attrs" && path.Last() == "" && kind == jsonwalk.Number && path[1] == "mxnet_version":
			p.Fact("producer_version", mxnetVersion(text))
		case len(path) >= 2 && path[0] == "attrs" && kind == jsonwalk.Text:
			graphs.Free(p, at, "mxnet-command", "an attribute of the graph", text)
		case kind == jsonwalk.Text && strings.ContainsAny(text, "(/|<"):
			outside.CommandIn(p, at, "mxnet-command", "the graph", text)
		}
	})
	p.Fact("framework", "mxnet")
	p.Fact("nodes", strconv.Itoa(nodes))
	switch {
	case err != nil:
		return err
	case lie != nil:
		return lie
	case !list || nodes == 0 || !heads:
		return &inspect.DamageError{Offset: -1, Reason: "has no nodes or no heads"}
	}
	return nil
}

func mxnetVersion(text string) string {
	n, err := strconv.Atoi(text)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d", n/10000, n/100%100, n%100)
}

// symbolOperator judges an operator by its name.
func symbolOperator(p *inspect.Part, op string, at int64) {
	switch op {
	case "Custom", "_Custom", "_CustomFunction", "_PythonOp", "PythonOp", "_backward_CustomFunction", "_Python":
		p.Say(inspect.Dangerous, "mxnet-custom", at, "the operator %s runs Python code of the application", inspect.Quote(op))
	case "_Native", "_NDArray", "_NumpyOp":
		p.Say(inspect.Dangerous, "mxnet-native", at, "the operator %s calls code at an address that the file states", inspect.Quote(op))
	case "_FusedOp", "_TensorRT", "_contrib_tvm_op", "_CachedOp", "CaffeOp", "CaffeLoss", "TorchModule", "TorchCriterion":
		p.Say(inspect.Dangerous, "mxnet-foreign", at, "the operator %s runs code of another program", inspect.Quote(op))
	}
}

func symbolAttribute(p *inspect.Part, op, key, text string, at int64) {
	lower := strings.ToLower(text)
	switch {
	case mxnetLinks[strings.ToLower(key)] && (outside.Native(lower) || outside.Leaves(text)):
		p.Say(inspect.Dangerous, "mxnet-path", at, "the attribute %s of a node names something outside of the model: %s", inspect.Quote(key), inspect.Quote(text))
	case key == "lua_string" || key == "lua_string2":
		p.Say(inspect.Dangerous, "mxnet-foreign", at, "the attribute %s of an operator %s is Lua code: %s", inspect.Quote(key), inspect.Quote(op), inspect.Quote(text))
	default:
		graphs.Free(p, at, "mxnet-command", "the attribute "+inspect.Quote(key), text)
	}
}

// sizes of elements by type, as mshadow numbers them
var mxnetSizes = [...]int64{4, 8, 2, 1, 4, 1, 8, 1, 2, 2, 4, 8, 2}

func scanParams(ctx context.Context, p *inspect.Part) error {
	c := cursor.New(p, binary.LittleEndian)
	c.Skip(16)
	n := c.Uint64()
	if n > uint64(p.Size)/8 {
		c.Fail("claims %d arrays in %d bytes", n, p.Size)
	}
	total := int64(0)
	for i := uint64(0); i < n && c.Err() == nil; i++ {
		total += mxnetArray(c)
		if i&0xfff == 0xfff && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	names := c.Uint64()
	if c.Err() == nil && names != 0 && names != n {
		c.Fail("has %d names for %d arrays", names, n)
	}
	for i := uint64(0); i < names && c.Err() == nil; i++ {
		c.Text(c.Int64(), 0)
	}
	if c.Err() == nil && c.Left() > 0 {
		p.Say(inspect.NotRead, "mxnet-trailing", c.Off(), "%d bytes follow its end: MXNet does not read them", c.Left())
	}
	p.Fact("framework", "mxnet")
	p.Fact("tensors", strconv.FormatUint(n, 10))
	p.Fact("parameters", strconv.FormatInt(total, 10))
	return c.Err()
}

// mxnetArray passes an array by and returns how many elements it has.
func mxnetArray(c *cursor.Reader) int64 {
	shape := func(long bool, dims uint32) int64 {
		if dims > 64 {
			c.Fail("an array has %d dimensions", dims)
			return 0
		}
		elements := int64(1)
		for range dims {
			d := int64(0)
			if long {
				d = c.Int64()
			} else {
				d = int64(c.Uint32())
			}
			if d < 0 || d > 1<<40 || elements > 1<<42 {
				c.Fail("an array has a dimension of %d", d)
				return 0
			}
			elements *= d
		}
		return elements
	}
	magic := c.Uint32()
	elements, auxiliary := int64(0), 0
	stored := int64(-1)
	switch magic {
	case 0xf993faca, 0xf993fac9:
		switch kind := c.Int32(); kind {
		case -1, 0:
		case 1:
			auxiliary = 1
		case 2:
			auxiliary = 2
		default:
			c.Fail("an array is stored in a way %d that is none", kind)
		}
		if auxiliary > 0 {
			stored = shape(true, c.Uint32())
		}
		dims := c.Uint32()
		if dims == 0 && magic == 0xf993fac9 || dims == 1<<32-1 {
			return 0
		}
		elements = shape(true, dims)
	case 0xf993fac8:
		dims := c.Uint32()
		if dims == 0 {
			return 0
		}
		elements = shape(true, dims)
	default:
		if magic == 0 {
			return 0
		}
		elements = shape(false, magic)
	}
	if device := c.Int32(); c.Err() == nil && (device < 1 || device > 16) {
		c.Fail("an array lies on a device %d that is none", device)
	}
	c.Int32()
	size := func() int64 {
		kind := c.Uint32()
		if kind >= uint32(len(mxnetSizes)) {
			c.Fail("an array is of type %d, which is none", kind)
			return 0
		}
		return mxnetSizes[kind]
	}
	width := size()
	var rest int64
	for range auxiliary {
		w := size()
		rest += w * shape(true, c.Uint32())
	}
	if stored >= 0 {
		elements = stored
	}
	c.Skip(elements*width + rest)
	return elements
}
