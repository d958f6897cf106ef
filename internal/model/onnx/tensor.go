package onnx

import (
	"fmt"
	"math"
	"math/bits"
	"path"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// bitsOf is how many bits an element of each data type of TensorProto takes; 0 for strings, whose size differs.
var bitsOf = [...]int{1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 8: 0, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64, 14: 64, 15: 128, 16: 16,
	17: 8, 18: 8, 19: 8, 20: 8, 21: 4, 22: 4, 23: 4, 24: 8, 25: 2, 26: 2}

// tensor walks a TensorProto: whether its bytes are as many as its shape needs, and which other file holds them.
func (l *looker) tensor(t protobuf.Field) error {
	var name string
	var rank int
	elements, raw, kind, external := uint64(1), int64(-1), uint64(0), false
	overflow := false
	values := int64(0)
	var at elsewhere
	err := each(t.Message(), func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			return f.Varints(func(d uint64) bool {
				rank++
				var high uint64
				high, elements = bits.Mul64(elements, d)
				overflow = overflow || high != 0 || int64(d) < 0
				return rank < 64
			})
		case 2:
			kind = f.Value
		case 4, 5, 6, 7, 10, 11:
			values += max(1, f.Len)
		case 8:
			name = f.Text(200)
		case 9:
			raw = f.Len
		case 13:
			return at.entry(f.Message(), f.Off)
		case 14:
			external = f.Value == 1
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.tensors++
	damage := func(format string, args ...any) error {
		return &inspect.DamageError{Offset: t.Off, Reason: fmt.Sprintf("the tensor %s %s", inspect.Quote(name), fmt.Sprintf(format, args...))}
	}
	if kind == 0 || kind >= uint64(len(bitsOf)) {
		return damage("is of type %d, which is none", kind)
	}
	if overflow || elements > math.MaxInt64/128 {
		return damage("claims more elements than there can be")
	}
	l.parameters += int64(elements)
	need := int64((elements*uint64(bitsOf[kind]) + 7) / 8)
	switch {
	case external || len(at.locations) > 0:
		return l.outside(name, at, need, t.Off, damage)
	case raw >= 0 && bitsOf[kind] > 0 && raw != need:
		return damage("has %d bytes where its shape needs %d", raw, need)
	case raw < 0 && values == 0 && elements > 0:
		return damage("has no data")
	}
	return nil
}

// elsewhere is what a tensor says of the file that holds its bytes.
type elsewhere struct {
	locations      []string
	offset, length int64
	at             int64
	lies           bool
}

// entry reads a StringStringEntryProto. Where a key stands twice readers differ in which they take, so all count.
func (e *elsewhere) entry(m protobuf.Message, off int64) error {
	var key, value string
	err := each(m, func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			key = f.Text(64)
		case 2:
			value = f.Text(maxText)
		}
		return nil
	})
	e.at = off
	switch key {
	case "location":
		if len(e.locations) < 8 {
			e.locations = append(e.locations, value)
		}
	case "offset", "length":
		n, bad := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		e.lies = e.lies || bad != nil || n < 0
		if key == "offset" {
			e.offset = n
		} else {
			e.length = n
		}
	}
	return err
}

// outside keeps which other files a model's tensors are read from.
func (l *looker) outside(name string, e elsewhere, need, off int64, damage func(string, ...any) error) error {
	if len(e.locations) == 0 {
		return damage("lies in another file that is not named")
	}
	for _, where := range e.locations {
		if escapes(where) {
			l.part.Say(inspect.Dangerous, "onnx-external-escape", e.at, "the tensor %s is read from %s, outside of the model's folder", inspect.Quote(name), inspect.Quote(where))
			continue
		}
		if e.lies || e.offset > math.MaxInt64-max(need, e.length) {
			return damage("lies at a place in %s that there cannot be", inspect.Quote(where))
		}
		if e.length > 0 && need > 0 && e.length < need {
			return damage("has %d bytes in %s where its shape needs %d", e.length, inspect.Quote(where), need)
		}
		if len(l.external) < maxExternal || l.external[where] > 0 {
			l.external[where] = max(l.external[where], e.offset+max(e.length, need))
		}
	}
	return nil
}

// escapes says whether a location leads out of the folder of the model, on any system.
func escapes(where string) bool {
	where = strings.ReplaceAll(where, `\`, "/")
	if strings.ContainsRune(where, 0) || strings.Contains(where, "://") || len(where) > 1 && where[1] == ':' || path.IsAbs(where) || strings.HasPrefix(where, "~") {
		return true
	}
	clean := path.Clean(where)
	return clean == ".." || strings.HasPrefix(clean, "../")
}
