package graphs

import (
	"fmt"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// whole is a part as one message.
func whole(p *inspect.Part) protobuf.Message {
	return protobuf.NewSource(p, p.Size, p.Head()).Whole()
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

// within goes through the fields of a message that is a field.
func within(f protobuf.Field, what string, do func(protobuf.Field) error) error {
	if f.Type != protobuf.Bytes {
		return &inspect.DamageError{Offset: f.Off, Reason: fmt.Sprintf("%s has wire type %d", what, f.Type)}
	}
	return each(f.Message(), do)
}

// entry goes through an entry of a map with texts as keys: the key, and the field of its value.
func entry(f protobuf.Field, what string, do func(key string, value protobuf.Field) error) error {
	key := ""
	var value protobuf.Field
	err := within(f, what, func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			key = f.Text(maxName)
		case 2:
			value = f
		}
		return nil
	})
	if err != nil {
		return err
	}
	return do(key, value)
}
