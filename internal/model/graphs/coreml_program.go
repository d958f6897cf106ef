package graphs

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// program walks an ML program: functions of blocks of operations, whose values may lie in other files.
func (l *coremlLooker) program(f protobuf.Field) error {
	return within(f, "a program", func(f protobuf.Field) error {
		switch f.Number {
		case 2:
			return entry(f, "a function", func(_ string, value protobuf.Field) error { return l.function(value) })
		case 4:
			return entry(f, "an attribute", func(_ string, value protobuf.Field) error { return l.value(value, 0) })
		}
		return nil
	})
}

func (l *coremlLooker) function(f protobuf.Field) error {
	return within(f, "a function", func(f protobuf.Field) error {
		if f.Number == 3 {
			return entry(f, "a block", func(_ string, value protobuf.Field) error { return l.block(value, 0) })
		}
		return nil
	})
}

func (l *coremlLooker) block(f protobuf.Field, depth int) error {
	if depth > 32 {
		return coremlDamage(f.Off, "blocks lie more than 32 deep in each other")
	}
	return within(f, "a block", func(f protobuf.Field) error {
		if f.Number != 3 {
			return nil
		}
		if l.layers++; l.layers&0xfff == 0 && l.ctx.Err() != nil {
			return l.ctx.Err()
		}
		kind := false
		err := within(f, "an operation", func(f protobuf.Field) error {
			switch f.Number {
			case 1:
				kind = f.Len > 0
				if name := f.Text(100); strings.HasPrefix(name, "custom_") || name == "custom" {
					l.p.Say(inspect.Dangerous, "coreml-custom", f.Off, "the operation %s runs code that the application has to bring", inspect.Quote(name))
				}
			case 2:
				return l.arguments(f)
			case 4:
				return l.block(f, depth+1)
			case 5:
				return entry(f, "an attribute", func(_ string, value protobuf.Field) error { return l.value(value, 0) })
			}
			return nil
		})
		if err == nil && !kind {
			return coremlDamage(f.Off, "an operation has no type")
		}
		return err
	})
}

func (l *coremlLooker) arguments(f protobuf.Field) error {
	return entry(f, "an input", func(_ string, value protobuf.Field) error {
		return within(value, "an input", func(f protobuf.Field) error {
			return within(f, "an argument", func(f protobuf.Field) error {
				if f.Number == 2 {
					return l.value(f, 0)
				}
				return nil
			})
		})
	})
}

// value looks where a value lies.
func (l *coremlLooker) value(f protobuf.Field, depth int) error {
	return within(f, "a value", func(f protobuf.Field) error {
		if f.Number != 5 {
			return nil
		}
		name, offset := "", uint64(0)
		err := within(f, "a value in a file", func(f protobuf.Field) error {
			switch f.Number {
			case 1:
				name = f.Text(maxName)
			case 2:
				offset = f.Value
			}
			return nil
		})
		if _, seen := l.weights[name]; err == nil && (seen || len(l.weights) < maxLinkedFiles) {
			if offset >= l.weights[name] {
				l.weights[name], l.places[name] = offset, f.Off
			}
		}
		return err
	})
}

// files judges the files that values lie in, and whether they are long enough.
func (l *coremlLooker) files() error {
	for name, offset := range l.weights {
		inside, ok := strings.CutPrefix(name, "@model_path/")
		if !ok {
			inside = name
		}
		outside.File(l.p, l.places[name], "coreml-weights", "weights are read", inside)
		if outside.Leaves(inside) || l.p.Depth > 0 {
			continue
		}
		size, err := l.p.SizeBeside(inside)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			l.p.Say(inspect.Clean, "coreml-weights-missing", l.places[name], "the file of its weights, %s, is not there", inspect.Quote(inside))
		case err == nil && offset >= uint64(max(size, 1)):
			return coremlDamage(l.places[name], "a value begins at byte %d of %s, which has %d", offset, inspect.Quote(inside), size)
		}
	}
	return nil
}
