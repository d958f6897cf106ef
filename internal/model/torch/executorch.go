package torch

import (
	"context"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// executorchFormat is ExecuTorch's program: a flatbuffer, and segments of weights behind it.
func executorchFormat() inspect.Format {
	return inspect.Format{
		Name:    "executorch",
		Doc:     "The runtime believes the offsets in a program, and calls the kernels and delegates that it names.",
		Endings: []string{".pte"},
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			return len(h) >= 8 && h[4] == 'E' && h[5] == 'T' && digits(string(h[6:8]))
		},
		Scan: scanExecutorch,
		Canary: func() (string, []byte) {
			return "canary.pte", []byte("\xff\xff\xff\x00ET12inert")
		},
		CanaryWant: inspect.NotRead,
	}
}

func scanExecutorch(ctx context.Context, p *inspect.Part) error {
	p.Fact("framework", "executorch")
	size, base := p.Size, int64(0)
	h := p.Head()
	if len(h) >= 32 && string(h[8:12]) == "eh00" {
		length := int64(binary.LittleEndian.Uint32(h[12:]))
		size, base = int64(binary.LittleEndian.Uint64(h[16:])), int64(binary.LittleEndian.Uint64(h[24:]))
		if length < 24 || size <= 0 || size > p.Size || base < 0 || base > p.Size || base != 0 && base < size {
			p.Say(inspect.NotRead, "executorch-structure", 8, "its header claims a program of %d bytes and segments at %d, in a file of %d", size, base, p.Size)
			size = min(max(size, 0), p.Size)
		}
	}
	if size > maxProgram {
		p.Say(inspect.NotRead, "executorch-limit", -1, "its program is %d bytes long, and was not looked at", size)
		return nil
	}
	b, err := p.Read(0, int(size))
	if err != nil {
		return err
	}
	f := &flat{b: b}
	root := f.table(f.u32(0))
	if f.bad {
		return &inspect.DamageError{Offset: 0, Reason: "its root lies outside the program"}
	}
	p.Fact("version", strconv.Itoa(int(f.u32At(root, 0))))
	f.program(p, root, base)
	if f.bad {
		return &inspect.DamageError{Offset: f.at, Reason: "an offset in the program leads outside it"}
	}
	return ctx.Err()
}

const maxProgram = 256 << 20

// flat reads a flatbuffer. bad is set by the first offset that leads outside.
type flat struct {
	b    []byte
	bad  bool
	at   int64
	left int
}

func (f *flat) fail(at int64) {
	if !f.bad {
		f.bad, f.at = true, at
	}
}

func (f *flat) u32(at int64) int64 {
	if at < 0 || at+4 > int64(len(f.b)) {
		f.fail(at)
		return 0
	}
	return int64(binary.LittleEndian.Uint32(f.b[at:]))
}

func (f *flat) u64(at int64) uint64 {
	if at < 0 || at+8 > int64(len(f.b)) {
		f.fail(at)
		return 0
	}
	return binary.LittleEndian.Uint64(f.b[at:])
}

// table checks that a table and the list of its fields lie inside.
func (f *flat) table(at int64) int64 {
	v := at - int64(int32(f.u32(at)))
	if f.bad || v < 0 || v+4 > int64(len(f.b)) {
		f.fail(at)
		return at
	}
	if n := int64(binary.LittleEndian.Uint16(f.b[v:])); n < 4 || v+n > int64(len(f.b)) || at+int64(binary.LittleEndian.Uint16(f.b[v+2:])) > int64(len(f.b)) {
		f.fail(at)
	}
	return at
}

// field is where a field of a table stands, 0 where it is not there.
func (f *flat) field(table int64, i int) int64 {
	if f.bad {
		return 0
	}
	v := table - int64(int32(f.u32(table)))
	if v < 0 || v+4 > int64(len(f.b)) {
		f.fail(table)
		return 0
	}
	n := int64(binary.LittleEndian.Uint16(f.b[v:]))
	at := v + 4 + 2*int64(i)
	if at+2 > v+n || at+2 > int64(len(f.b)) {
		return 0
	}
	off := int64(binary.LittleEndian.Uint16(f.b[at:]))
	if off == 0 {
		return 0
	}
	return table + off
}

func (f *flat) u32At(table int64, i int) int64 {
	if at := f.field(table, i); at != 0 {
		return f.u32(at)
	}
	return 0
}

func (f *flat) u64At(table int64, i int) uint64 {
	if at := f.field(table, i); at != 0 {
		return f.u64(at)
	}
	return 0
}

func (f *flat) text(table int64, i int) string {
	at := f.field(table, i)
	if at == 0 {
		return ""
	}
	at += f.u32(at)
	n := f.u32(at)
	if f.bad || at+4+n > int64(len(f.b)) {
		f.fail(at)
		return ""
	}
	return string(f.b[at+4 : at+4+min(n, 512)])
}

// each visits the tables of a vector.
func (f *flat) each(table int64, i int, visit func(int64)) int64 {
	at := f.field(table, i)
	if at == 0 {
		return 0
	}
	at += f.u32(at)
	n := f.u32(at)
	if f.bad || n > (int64(len(f.b))-at)/4 {
		f.fail(at)
		return 0
	}
	for k := range n {
		if f.left++; f.bad || f.left > 5_000_000 {
			break
		}
		item := at + 4 + 4*k
		if t := f.table(item + f.u32(item)); visit != nil && !f.bad {
			visit(t)
		}
	}
	return n
}

// vector checks that a vector of plain values lies inside, and returns its length and where its values begin.
func (f *flat) vector(table int64, i int, size int64) (n, at int64) {
	at = f.field(table, i)
	if at == 0 {
		return 0, 0
	}
	at += f.u32(at)
	n = f.u32(at)
	if f.bad || n > (int64(len(f.b))-at-4)/size {
		f.fail(at)
		return 0, 0
	}
	return n, at + 4
}

// indices checks that a vector of indices leads to what is there.
func (f *flat) indices(table int64, i int, most int64) {
	n, at := f.vector(table, i, 4)
	for k := range n {
		if v := f.u32(at + 4*k); v >= most && v != 0xffffffff {
			f.fail(at + 4*k)
			return
		}
	}
}

// program looks at a program: operators by name, delegates, segments.
func (f *flat) program(p *inspect.Part, root, base int64) {
	seen := map[string]bool{}
	f.each(root, 2, func(b int64) { f.vector(b, 0, 1) })
	if at := f.field(root, 5); at != 0 {
		f.vector(f.table(at+f.u32(at)), 1, 8)
	}
	plans := f.each(root, 1, func(plan int64) { f.plan(p, plan, seen) })
	if plans == 0 && !f.bad {
		p.Say(inspect.NotRead, "executorch-structure", root, "has no plan to execute")
	}
	f.each(root, 3, func(d int64) { f.vector(d, 0, 1) })
	f.each(root, 4, func(segment int64) {
		off, n := f.u64At(segment, 0), f.u64At(segment, 1)
		if off > uint64(p.Size) || n > uint64(p.Size) || base+int64(off)+int64(n) > p.Size {
			p.Say(inspect.NotRead, "executorch-structure", segment, "a segment of %d bytes at %d lies outside the file: truncated or damaged", n, off)
		}
	})
	p.Fact("operators", strconv.Itoa(len(seen)))
}

// The kinds of a value, of its union, and of an instruction, of its own, that hold what must be in range.
const (
	valueTensor  = 5
	valueString  = 6
	kernelCall   = 1
	delegateCall = 2
)

// plan looks at one method: what its instructions call and name must be there, since the runtime does not look.
func (f *flat) plan(p *inspect.Part, plan int64, seen map[string]bool) {
	f.text(plan, 0)
	values := f.each(plan, 2, func(v int64) {
		kind, at := int64(0), f.field(v, 0)
		if at != 0 && at < int64(len(f.b)) {
			kind = int64(f.b[at])
		}
		at = f.field(v, 1)
		if at == 0 || kind == 0 {
			return
		}
		t := f.table(at + f.u32(at))
		switch kind {
		case valueTensor:
			f.vector(t, 2, 4)
			f.vector(t, 3, 1)
		case valueString:
			f.text(t, 0)
		}
	})
	f.indices(plan, 3, values)
	f.indices(plan, 4, values)
	operators := f.each(plan, 6, func(op int64) {
		name := f.text(op, 0)
		f.text(op, 1)
		space, _, _ := strings.Cut(name, "::")
		if name != "" && !seen[name] && len(seen) < 10_000 {
			seen[name] = true
			if !knownKernels(space) {
				p.Say(inspect.Unknown, "executorch-custom-op", op, "calls the kernel %s, whose effect is not known", inspect.Quote(name))
			}
		}
	})
	delegates := f.each(plan, 7, func(d int64) { p.Fact("delegate", f.text(d, 0)) })
	f.each(plan, 5, func(chain int64) {
		f.each(chain, 2, func(instruction int64) { f.instruction(instruction, values, operators, delegates) })
	})
	f.vector(plan, 8, 8)
}

func (f *flat) instruction(instruction, values, operators, delegates int64) {
	kind, at := byte(0), f.field(instruction, 0)
	if at != 0 && at < int64(len(f.b)) {
		kind = f.b[at]
	}
	if at = f.field(instruction, 1); at == 0 {
		return
	}
	t := f.table(at + f.u32(at))
	most := map[byte]int64{kernelCall: operators, delegateCall: delegates}
	if n, ok := most[kind]; ok {
		if f.u32At(t, 0) >= n {
			f.fail(t)
		}
		f.indices(t, 1, values)
	}
}

func knownKernels(space string) bool {
	switch space {
	case "aten", "prim", "prims", "executorch_prim", "dim_order_ops", "quantized_decomposed", "_quantized", "quantized", "llama", "et_vk", "torchao", "cadence", "cortex_m", "tosa", "dialects",
		"higher_order", "backends", "_aten", "et", "mps", "qnn", "neutron":
		return true
	}
	return false
}
