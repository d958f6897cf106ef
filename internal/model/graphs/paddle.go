package graphs

import (
	"bytes"
	"context"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jsonwalk"
	"github.com/lodemark/lodemark/internal/model/outside"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

func paddleFormats() []inspect.Format {
	return []inspect.Format{
		{
			Name:    "paddle",
			Doc:     "A program of PaddlePaddle can call Python functions, and read and write files by name.",
			Endings: []string{".pdmodel"},
			Claims:  claimsPaddle,
			Scan:    scanPaddle,
			Canary: func() (string, []byte) {
				return "canary.pdmodel", paddleSample("py_func", nil)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name: "paddle-pir",
			Doc:  "A program of PaddlePaddle 3 as JSON can call Python functions.",
			Claims: func(p *inspect.Part) bool {
				h := p.Head()
				return len(h) > 20 && h[0] == '{' && bytes.Contains(h[:min(len(h), 300)], []byte(`"pir"`)) && bytes.Contains(h[:min(len(h), 300)], []byte(`"magic"`))
			},
			Scan: scanPaddlePIR,
			Canary: func() (string, []byte) {
				return "canary.json", []byte(`{"base_code":{"magic":"pir","version":1},"program":{"regions":[{"blocks":[{"ops":[{"#":"1.py_func"}]}]}]}}`)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name:    "paddle-params",
			Doc:     "Parameters of PaddlePaddle one after the other: numbers alone.",
			Endings: []string{".pdiparams"},
			Claims:  claimsPaddleParams,
			Scan:    scanPaddleParams,
			Canary: func() (string, []byte) {
				return "canary.pdiparams", []byte("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x08\x05\x10\x09")
			},
			CanaryWant: inspect.NotRead,
		},
	}
}

// claimsPaddle takes what begins with the outermost block of a program, which has the number 0 and no parent.
func claimsPaddle(p *inspect.Part) bool {
	h := p.Head()
	if len(h) < 16 || h[0] != 0x0a {
		return false
	}
	if p.Ending() == ".pdmodel" || p.Name == "__model__" {
		return true
	}
	m := whole(p)
	f, ok, err := m.Next()
	if err != nil || !ok || f.Type != protobuf.Bytes {
		return false
	}
	b := f.Message()
	index, ok, err := b.Next()
	parent, ok2, err2 := b.Next()
	return ok && ok2 && err == nil && err2 == nil && index.Number == 1 && index.Type == protobuf.Varint && index.Value == 0 && parent.Number == 2 && parent.Type == protobuf.Varint && int64(parent.Value) == -1
}

// paddleSample is a program of one operator.
func paddleSample(op string, attributes map[string]string) []byte {
	o := protobuf.AppendBytes([]byte(nil), 3, op)
	for k, v := range attributes {
		o = protobuf.AppendBytes(o, 4, protobuf.AppendBytes(protobuf.AppendVarint(protobuf.AppendBytes([]byte(nil), 1, k), 2, 2), 5, v))
	}
	b := protobuf.AppendVarint(protobuf.AppendVarint([]byte(nil), 1, 0), 2, 1<<64-1)
	return protobuf.AppendBytes([]byte(nil), 1, protobuf.AppendBytes(b, 4, o))
}

func scanPaddle(ctx context.Context, p *inspect.Part) error {
	blocks, ops, vars := 0, 0, 0
	said := map[string]bool{}
	err := each(whole(p), func(f protobuf.Field) error {
		switch {
		case f.Number == 1:
			blocks++
			index := false
			err := within(f, "a block", func(f protobuf.Field) error {
				switch f.Number {
				case 1:
					index = f.Type == protobuf.Varint && f.Value < 100_000
				case 3:
					vars++
					return within(f, "a variable", func(protobuf.Field) error { return nil })
				case 4:
					if ops++; ops&0xfff == 0 && ctx.Err() != nil {
						return ctx.Err()
					}
					return paddleOperator(p, f, said)
				case 2, 5:
				default:
					return &inspect.DamageError{Offset: f.Off, Reason: "field " + strconv.Itoa(f.Number) + " is none of a block"}
				}
				return nil
			})
			if err == nil && !index {
				return &inspect.DamageError{Offset: f.Off, Reason: "a block has no number"}
			}
			return err
		case f.Number == 4:
			return within(f, "the version", func(v protobuf.Field) error {
				if v.Number == 1 && v.Value > 0 {
					p.Fact("producer_version", strconv.FormatUint(v.Value/1_000_000, 10)+"."+strconv.FormatUint(v.Value/1000%1000, 10)+"."+strconv.FormatUint(v.Value%1000, 10))
				}
				return nil
			})
		case f.Number == 5 || f.Number == 2 || f.Number == 3:
			return nil
		}
		return &inspect.DamageError{Offset: f.Off, Reason: "field " + strconv.Itoa(f.Number) + " is none of a program"}
	})
	p.Fact("framework", "paddlepaddle")
	p.Fact("nodes", strconv.Itoa(ops))
	if err == nil && blocks == 0 {
		err = &inspect.DamageError{Offset: -1, Reason: "has no blocks"}
	}
	return err
}

// paddleOperator reads an OpDesc.
func paddleOperator(p *inspect.Part, o protobuf.Field, said map[string]bool) error {
	op := ""
	var attributes []protobuf.Field
	err := within(o, "an operator", func(f protobuf.Field) error {
		switch f.Number {
		case 3:
			op = f.Text(maxName)
		case 4:
			if f.Type != protobuf.Bytes {
				return &inspect.DamageError{Offset: f.Off, Reason: "an attribute is no message"}
			}
			attributes = append(attributes, f)
		case 1, 2, 5:
		default:
			return &inspect.DamageError{Offset: f.Off, Reason: "field " + strconv.Itoa(f.Number) + " is none of an operator"}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if op == "" {
		return &inspect.DamageError{Offset: o.Off, Reason: "an operator has no type"}
	}
	if !said[op] && !paddleKnown(op) {
		p.Say(inspect.Unknown, "paddle-operator", o.Off, "the operator %s is not known to be one of PaddlePaddle's: others come from a library that the application has to load", inspect.Quote(op))
	}
	paddleJudge(p, op, o.Off, said)
	for _, a := range attributes {
		name := ""
		err := each(a.Message(), func(f protobuf.Field) error {
			switch f.Number {
			case 1:
				name = f.Text(maxName)
			case 5, 8:
				if f.Type == protobuf.Bytes && name != "op_callstack" {
					paddleText(p, op, name, f.Text(jsonwalk.MaxText), f.Off)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// paddleJudge judges an operator by its type.
func paddleJudge(p *inspect.Part, op string, at int64, said map[string]bool) {
	if said[op] || len(said) > 10_000 {
		return
	}
	said[op] = true
	quoted := inspect.Quote(op)
	switch op {
	case "py_func", "py_layer", "pyfunc", "python_op":
		p.Say(inspect.Dangerous, "paddle-python", at, "the operator %s runs a Python function", quoted)
	case "save", "save_combine", "sparse_tensor_save", "dist_save":
		p.Say(inspect.Malicious, "paddle-writes", at, "the operator %s writes files when the program runs", quoted)
	case "load", "load_combine", "read", "create_custom_reader", "open_files", "create_recordio_file_reader", "read_file":
		if op != "read" {
			p.Say(inspect.Dangerous, "paddle-reads", at, "the operator %s reads files by name when the program runs", quoted)
		}
	case "listen_and_serv", "send", "recv", "send_and_recv", "fetch_barrier", "send_barrier", "gen_nccl_id", "c_gen_nccl_id", "gen_bkcl_id", "heter_listen_and_serv", "distributed_lookup_table", "checkpoint_notify", "prefetch":
		p.Say(inspect.Dangerous, "paddle-network", at, "the operator %s talks to other machines", quoted)
	case "tensorrt_engine", "lite_engine", "anakin_engine", "dlnne_engine", "cinn_launch", "cinn_instruction_run":
		p.Say(inspect.Unknown, "paddle-engine", at, "the operator %s holds a part that was compiled by another program", quoted)
	default:
		if strings.HasPrefix(op, "custom") || strings.Contains(op, "user_defined") {
			p.Say(inspect.Dangerous, "paddle-custom", at, "the operator %s needs a native library that the application has to load for it", quoted)
		}
	}
}

// paddleLinks are attributes that name files.
var paddleLinks = map[string]bool{"file_path": true, "filename": true, "file_name": true, "file_names": true, "path": true, "dirname": true, "model_file": true, "params_file": true, "library": true, "library_path": true, "so_path": true, "dll": true,
	"opt_cache_dir": true, "model_opt_cache_dir": true, "model_dir": true, "calibration_data_path": true, "shape_range_info_path": true}

func paddleText(p *inspect.Part, op, name, text string, at int64) {
	if text == "" {
		return
	}
	switch {
	case paddleLinks[name] && (outside.Native(strings.ToLower(text)) || outside.Leaves(text)) && !strings.HasSuffix(name, "cache_dir"):
		p.Say(inspect.Dangerous, "paddle-path", at, "the operator %s names something outside of the model in %s: %s", inspect.Quote(op), inspect.Quote(name), inspect.Quote(text))
	case strings.ContainsAny(text, "(/|<"):
		outside.CommandIn(p, at, "paddle-command", "the attribute "+inspect.Quote(name), text)
	}
}

func scanPaddlePIR(ctx context.Context, p *inspect.Part) error {
	said := map[string]bool{}
	ops, program := 0, false
	err := jsonwalk.Walk(ctx, p, func(path jsonwalk.Path, kind jsonwalk.Kind, text string, at int64) {
		program = program || len(path) > 0 && path[0] == "program"
		if kind != jsonwalk.Text {
			return
		}
		if path.Last() == "#" {
			ops++
			dialect, op, _ := strings.Cut(text, ".")
			op = strings.TrimSuffix(op, "_")
			if dialect == "3" && !said[op] { // the dialect of operators of somebody's own
				p.Say(inspect.Unknown, "paddle-operator", at, "the operator %s is none of PaddlePaddle's: it comes from a library that the application has to load", inspect.Quote(op))
			}
			paddleJudge(p, op, at, said)
			return
		}
		if strings.ContainsAny(text, "(/|<") {
			outside.CommandIn(p, at, "paddle-command", "the program", text)
		}
	})
	p.Fact("framework", "paddlepaddle")
	p.Fact("nodes", strconv.Itoa(ops))
	if err == nil && !program {
		err = &inspect.DamageError{Offset: -1, Reason: "holds no program"}
	}
	return err
}

func claimsPaddleParams(p *inspect.Part) bool {
	h := p.Head()
	if len(h) < 24 || binary.LittleEndian.Uint32(h) != 0 {
		return false
	}
	if p.Ending() == ".pdiparams" || p.Name == "__params__" {
		return true
	}
	size := binary.LittleEndian.Uint32(h[16:])
	return binary.LittleEndian.Uint64(h[4:]) == 0 && binary.LittleEndian.Uint32(h[12:]) == 0 && size >= 4 && size < 64 && h[20] == 0x08 && h[21] < 32 && h[22] == 0x10
}

var paddleSizes = map[uint64]int64{0: 1, 1: 2, 2: 4, 3: 8, 4: 2, 5: 4, 6: 8, 19: 8, 20: 1, 21: 1, 22: 2, 23: 8, 24: 16, 32: 1, 33: 1}

func scanPaddleParams(ctx context.Context, p *inspect.Part) error {
	c := cursor.New(p, binary.LittleEndian)
	tensors, total := 0, int64(0)
	for c.Left() > 0 && c.Err() == nil {
		if v := c.Uint32(); v != 0 {
			c.Fail("a tensor is of version %d", v)
			break
		}
		levels := c.Uint64()
		if levels > 16 {
			c.Fail("a tensor has %d levels", levels)
			break
		}
		for range levels {
			c.Skip(c.Int64())
		}
		if v := c.Uint32(); v != 0 {
			c.Fail("a tensor is of version %d", v)
			break
		}
		size := int64(c.Int32())
		if size < 2 || size > 4096 {
			c.Fail("a tensor's description has %d bytes", size)
			break
		}
		at := c.Off()
		c.Skip(size)
		if c.Err() != nil {
			break
		}
		desc, err := p.Read(at, int(size))
		if err != nil {
			return err
		}
		bytesOf, elements := int64(-1), int64(1)
		err = each(protobuf.NewSource(bytes.NewReader(desc), size, desc).Whole(), func(f protobuf.Field) error {
			switch f.Number {
			case 1:
				if w, ok := paddleSizes[f.Value]; ok {
					bytesOf = w
				}
			case 2:
				return f.Varints(func(d uint64) bool {
					if d > 1<<40 || elements > 1<<42 {
						elements = -1
						return false
					}
					elements *= int64(d)
					return true
				})
			}
			return nil
		})
		if err != nil || bytesOf < 0 || elements < 0 {
			c.Fail("a tensor's description is damaged")
			break
		}
		c.Skip(bytesOf * elements)
		tensors++
		total += elements
		if tensors&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	p.Fact("framework", "paddlepaddle")
	p.Fact("tensors", strconv.Itoa(tensors))
	p.Fact("parameters", strconv.FormatInt(total, 10))
	return c.Err()
}
