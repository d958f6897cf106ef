package boosting

import (
	"context"
	"encoding/binary"
	"io"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/flatbuffers"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

func catboostFormat() inspect.Format {
	return inspect.Format{
		Name:    "catboost",
		Doc:     "Boosted trees of CatBoost: numbers, and what is known of the training.",
		Endings: []string{".cbm"},
		Claims:  func(p *inspect.Part) bool { h := p.Head(); return len(h) >= 8 && string(h[:4]) == "CBM1" },
		Scan:    scanCatBoost,
		Canary: func() (string, []byte) {
			core := flatbuffers.Build(flatbuffers.Object{0: "FlabuffersModel_v1", 1: flatbuffers.Object{2: []int32{9}}}, "")
			return "canary.cbm", append(binary.LittleEndian.AppendUint32([]byte("CBM1"), uint32(len(core)+4)), core...)
		},
		CanaryWant: inspect.NotRead,
	}
}

func scanCatBoost(ctx context.Context, p *inspect.Part) error {
	size := int64(binary.LittleEndian.Uint32(p.Head()[4:]))
	if size > p.Size-8 {
		return &inspect.DamageError{Offset: 4, Reason: "claims " + strconv.FormatInt(size, 10) + " bytes of trees where " + strconv.FormatInt(p.Size-8, 10) + " are left"}
	}
	head := p.Head()[8:]
	core := flatbuffers.New(io.NewSectionReader(p, 8, size), size, head[:min(int64(len(head)), size)])
	err := catboostCore(p, core, 8)
	p.Fact("framework", "catboost")
	if err != nil {
		outside.CommandIn(p, 0, "catboost-command", "the file", string(p.Head()))
		return err
	}
	if core.Root(0).Vector(3, 4).Len == 0 && p.Size > 8+size {
		return &inspect.DamageError{Offset: 8 + size, Reason: strconv.FormatInt(p.Size-8-size, 10) + " bytes follow the trees, and nothing says what they are"}
	}
	return core.Err()
}

func catboostCore(p *inspect.Part, b *flatbuffers.Buffer, base int64) error {
	core := b.Root(0)
	version := core.Text(0, 100)
	if b.Err() == nil && !strings.HasPrefix(version, "FlabuffersModel_v") {
		b.Fail(core.At(), "states version %s of the format, which is none that is read", inspect.Quote(version))
	}
	t := core.Table(1)
	if b.Err() == nil && !t.Is() {
		b.Fail(core.At(), "has no trees")
	}
	splits, sizes, starts := t.Vector(1, 4), t.Vector(2, 4), t.Vector(3, 4)
	sum := int64(0)
	sizes.Int32s(func(n int32) bool { sum += int64(n); return n >= 0 })
	if b.Err() == nil && (sum != int64(splits.Len) || sizes.Len != starts.Len) {
		b.Fail(t.At(), "its trees claim %d splits in all and have %d", sum, splits.Len)
	}
	floats, cats := t.Vector(5, 4), t.Vector(4, 4)
	for _, field := range []int{4, 5, 12, 18} {
		features := t.Vector(field, 4)
		for i := 0; i < features.Len && b.Err() == nil; i++ {
			f := features.Table(i)
			text := 2
			if field == 5 {
				f.Vector(3, 4)
				text = 4
			}
			if name := f.Text(text, maxName); strings.ContainsAny(name, "(/|<") {
				outside.CommandIn(p, base+f.At(), "catboost-command", "the name of a feature", name)
			}
		}
	}
	for _, field := range []int{6, 7, 13} {
		v := t.Vector(field, 4)
		for i := 0; i < v.Len && b.Err() == nil; i++ {
			v.Table(i)
		}
	}
	t.Vector(8, 8)
	t.Vector(9, 8)
	t.Vector(10, 4)
	t.Vector(11, 4)
	t.Vector(16, 8)
	t.Vector(17, 4)
	info := core.Vector(2, 4)
	for i := 0; i < info.Len && b.Err() == nil; i++ {
		kv := info.Table(i)
		key, value := kv.Text(0, maxName), kv.Text(1, pageText)
		switch key {
		case "catboost_version_info":
			p.Fact("producer_version", catboostVersion(value))
		case "train_finish_time":
			p.Fact("trained", value)
		}
		if key != "catboost_version_info" && key != "params" && key != "training" || strings.ContainsAny(value, "(|<") {
			inspect.Payload(p, base+kv.At(), "the information "+inspect.Quote(key), value)
			outside.CommandIn(p, base+kv.At(), "catboost-command", "the information "+inspect.Quote(key), value)
		}
	}
	p.Fact("trees", strconv.Itoa(sizes.Len))
	p.Fact("features", strconv.Itoa(floats.Len+cats.Len))
	return b.Err()
}

// pageText is how much of a text that is looked at a window holds.
const pageText = 4000

func catboostVersion(text string) string {
	for line := range strings.Lines(text) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "Branch: "); ok {
			return v
		}
	}
	return ""
}
