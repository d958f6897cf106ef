package boosting

import (
	"context"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jsonwalk"
)

func xgboostUBJFormat() inspect.Format {
	return inspect.Format{
		Name:    "xgboost-ubj",
		Doc:     "Boosted trees of XGBoost as Universal Binary JSON: numbers, and the names of the features.",
		Endings: []string{".ubj"},
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			if len(h) < 12 || h[0] != '{' || h[1] == '"' {
				return false
			}
			return len(h) > 17 && h[1] == 'L' && h[2]|h[3]|h[4]|h[5]|h[6]|h[7]|h[8] == 0 && (string(h[10:17]) == "learner" || string(h[10:17]) == "version" || string(h[10:16]) == "Config" || string(h[10:15]) == "Model")
		},
		Scan: func(ctx context.Context, p *inspect.Part) error {
			l := newXGBoostLooker(p)
			if err := walkUBJ(ctx, p, l.visit); err != nil {
				return err
			}
			return l.done()
		},
		Canary:     func() (string, []byte) { return "canary.ubj", []byte("{L\x00\x00\x00\x00\x00\x00\x00\x07learner{}}") },
		CanaryWant: inspect.NotRead,
	}
}

// ubjWalker reads Universal Binary JSON, whose numbers have their biggest bytes first.
type ubjWalker struct {
	*cursor.Reader
	ctx   context.Context
	path  jsonwalk.Path
	visit func(path jsonwalk.Path, kind jsonwalk.Kind, text string, at int64)
	steps int
}

func walkUBJ(ctx context.Context, p *inspect.Part, visit func(path jsonwalk.Path, kind jsonwalk.Kind, text string, at int64)) error {
	w := &ubjWalker{Reader: cursor.New(p, binary.BigEndian), ctx: ctx, visit: visit}
	w.value(w.Byte())
	if w.Err() == nil && w.Left() > 0 {
		w.Fail("%d bytes follow its end", w.Left())
	}
	return w.Err()
}

// ubjSize is how many bytes a number of a type takes, 0 for other types.
func ubjSize(kind byte) int64 {
	switch kind {
	case 'i', 'U', 'C', 'B':
		return 1
	case 'I', 'u':
		return 2
	case 'l', 'd', 'm':
		return 4
	case 'L', 'D', 'M':
		return 8
	}
	return 0
}

func (w *ubjWalker) integer(kind byte) int64 {
	switch kind {
	case 'i':
		return int64(int8(w.Byte()))
	case 'U', 'B':
		return int64(w.Byte())
	case 'I':
		return int64(int16(w.Uint16()))
	case 'u':
		return int64(w.Uint16())
	case 'l':
		return int64(w.Int32())
	case 'm':
		return int64(w.Uint32())
	case 'L', 'M':
		return w.Int64()
	}
	w.Fail("%q begins no length", string(rune(kind)))
	return 0
}

func (w *ubjWalker) text(max int) string { return w.Text(w.integer(w.Byte()), max) }

func (w *ubjWalker) value(kind byte) {
	if w.steps++; w.steps&0xffff == 0 && w.ctx.Err() != nil {
		w.Fail("not looked at wholly in time")
	}
	if len(w.path) > jsonwalk.MaxDepth {
		w.Fail("values lie more than %d deep in each other", jsonwalk.MaxDepth)
	}
	if w.Err() != nil {
		return
	}
	at := w.Off() - 1
	switch kind {
	case 'Z', 'N':
		w.visit(w.path, jsonwalk.Null, "", at)
	case 'T', 'F':
		w.visit(w.path, jsonwalk.Bool, string(rune(kind)), at)
	case 'i', 'U', 'I', 'u', 'l', 'm', 'L', 'M', 'B':
		w.visit(w.path, jsonwalk.Number, strconv.FormatInt(w.integer(kind), 10), at)
	case 'd':
		w.visit(w.path, jsonwalk.Number, strconv.FormatFloat(float64(math.Float32frombits(w.Uint32())), 'g', -1, 32), at)
	case 'D':
		w.visit(w.path, jsonwalk.Number, strconv.FormatFloat(math.Float64frombits(w.Uint64()), 'g', -1, 64), at)
	case 'C':
		w.Byte()
	case 'S', 'H':
		w.visit(w.path, jsonwalk.Text, w.text(jsonwalk.MaxText), at)
	case '{':
		w.container(true, at)
	case '[':
		w.container(false, at)
	default:
		w.Fail("%q begins no value", string(rune(kind)))
	}
}

// container reads an object or an array, whose type and count can be stated beforehand.
func (w *ubjWalker) container(object bool, at int64) {
	kind, count := byte(0), int64(-1)
	open, end := jsonwalk.Array, byte(']')
	if object {
		open, end = jsonwalk.Object, '}'
	}
	w.visit(w.path, open, "", at)
	if w.next() == '$' {
		w.Skip(1)
		kind = w.Byte()
		if w.next() != '#' {
			w.Fail("states a type and no count")
			return
		}
	}
	if w.next() == '#' {
		w.Skip(1)
		count = w.integer(w.Byte())
		if count < 0 || count > w.Left() {
			w.Fail("claims %d elements where %d bytes are left", count, w.Left())
			return
		}
	}
	small := kind == 'i' || kind == 'U' || kind == 'I' || kind == 'l' || kind == 'L'
	if size := ubjSize(kind); !object && size > 0 && count >= 0 && !(small && w.watched()) {
		w.Skip(count * size)
		w.visit(w.path, jsonwalk.End, strconv.FormatInt(count, 10), at)
		return
	}
	w.path = append(w.path, "")
	n := int64(0)
	for w.Err() == nil && (count < 0 || n < count) {
		if count < 0 && w.next() == end {
			w.Skip(1)
			break
		}
		if object {
			w.path[len(w.path)-1] = w.text(maxName)
		}
		if kind != 0 {
			w.value(kind)
		} else {
			w.value(w.Byte())
		}
		n++
	}
	w.path = w.path[:len(w.path)-1]
	w.visit(w.path, jsonwalk.End, strconv.FormatInt(n, 10), at)
}

// watched says whether the numbers of the array that is read are looked at.
func (w *ubjWalker) watched() bool {
	last := w.path.Last()
	return last == "left_children" || last == "right_children" || last == "version"
}

// next is the next byte, which is not passed by.
func (w *ubjWalker) next() byte {
	if b := w.Peek(); len(b) > 0 {
		return b[0]
	}
	w.Fail("ends where more is expected")
	return 0
}
