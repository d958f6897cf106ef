package sign

import (
	"encoding/json"
	"reflect"
	"strings"
)

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// plainType takes pointers off. It is nil for what may be any JSON: an interface, or a type that decodes itself.
func plainType(t reflect.Type) reflect.Type {
	for t != nil {
		if t.Implements(unmarshaler) || reflect.PointerTo(t).Implements(unmarshaler) || t.Kind() == reflect.Interface {
			return nil
		}
		if t.Kind() != reflect.Pointer {
			return t
		}
		t = t.Elem()
	}
	return nil
}

// frameOf says what may stand in an object or array of a type. Where the two do not fit, the decoder says so later.
func frameOf(t reflect.Type, array bool) jsonFrame {
	f := jsonFrame{array: array}
	if t == nil {
		return f
	}
	switch kind := t.Kind(); {
	case array && (kind == reflect.Slice || kind == reflect.Array), !array && kind == reflect.Map:
		f.element = t.Elem()
	case !array && kind == reflect.Struct:
		f.members = map[string]reflect.Type{}
		addMembers(f.members, t)
	}
	return f
}

// addMembers collects the members of a struct as encoding/json names them.
func addMembers(members map[string]reflect.Type, t reflect.Type) {
	for i := range t.NumField() {
		field := t.Field(i)
		tag := field.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		if inner := plainType(field.Type); field.Anonymous && name == "" && inner != nil && inner.Kind() == reflect.Struct {
			addMembers(members, inner)
			continue
		}
		if tag == "-" || !field.IsExported() {
			continue
		}
		if name == "" {
			name = field.Name
		}
		members[name] = field.Type
	}
}
