package pickle

import (
	"bytes"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// escapes are attributes by which code gets from any object to all of Python.
var escapes = [...]string{
	"__base__", "__bases__", "__builtins__", "__class__", "__closure__", "__code__", "__defaults__", "__dict__", "__func__", "__getattribute__",
	"__globals__", "__import__", "__init_subclass__", "__kwdefaults__", "__loader__", "__mro__", "__self__", "__setattr__", "__delattr__", "__spec__", "__subclasses__",
	"__wrapped__", "__reduce__", "__reduce_ex__", "ag_frame", "co_code", "cr_frame", "f_back", "f_builtins", "f_globals", "f_locals", "func_code", "func_globals", "gi_code", "gi_frame",
	"im_func", "im_self", "mro", "tb_frame",
}

func isEscape(attr string) bool {
	if len(attr) < 3 {
		return false
	}
	for _, e := range escapes {
		if attr == e {
			return true
		}
	}
	return false
}

// walkArgs is getattr(object, name).
func (m *machine) walkArgs(fn, args value) value {
	items, all := m.members(args)
	if !all || len(items) < 2 {
		m.effect(fn, args)
		return value(kUnknown)
	}
	return m.walk(items[0], items[1])
}

// walk reaches an attribute by a name that may have dots.
func (m *machine) walk(v, attr value) value {
	text, ok := m.constant(attr, maxName)
	if !ok {
		m.say(inspect.Dangerous, "pickle-computed-name", "reaches an attribute of %s whose name is only put together when the file is loaded", m.show(v))
		return value(kUnknown)
	}
	text = append([]byte{}, text...)
	for part := range bytes.SplitSeq(text, []byte(".")) {
		v = m.attribute(v, part)
	}
	m.pushedName(v)
	return v
}

// attribute reaches one attribute.
func (m *machine) attribute(v value, attr []byte) value {
	if isEscape(string(attr)) {
		m.say(inspect.Malicious, "pickle-walks", "reaches %s of %s, from where all of Python can be reached", inspect.Quote(string(attr)), m.show(v))
	}
	switch v.kind() {
	case kModule, kName, kObject:
		n := &m.names.all[v.payload()]
		module := []byte(n.module)
		if v.kind() == kModule || n.name == "" {
			if string(attr) == "__dict__" {
				return m.name(module, attr)
			}
			return m.name(module, attr)
		}
		if len(n.name)+len(attr) > maxName {
			return value(kUnknown)
		}
		return m.name(module, append(append([]byte(n.name), '.'), attr...))
	case kResult:
		n := m.nodes.nodes[v.payload()]
		if n.from.kind() != kName {
			return value(kUnknown)
		}
		kept, _ := m.members(n.args)
		switch m.names.all[n.from.payload()].act {
		case actPartial:
			if string(attr) == "func" && len(kept) > 0 {
				return kept[0]
			}
		case actDecode:
			return m.name([]byte("builtins"), append([]byte("str."), attr...))
		}
		return m.attribute(of(kObject, n.from.payload()), attr)
	case kText, kMemoText:
		return m.name([]byte("builtins"), append([]byte("str."), attr...))
	case kBytes, kByteArray:
		return m.name([]byte("builtins"), append([]byte("bytes."), attr...))
	case kDict:
		return m.name([]byte("builtins"), append([]byte("dict."), attr...))
	case kList:
		return m.name([]byte("builtins"), append([]byte("list."), attr...))
	case kTuple, kEmptyTuple, kPlainTuple:
		return m.name([]byte("builtins"), append([]byte("tuple."), attr...))
	}
	return value(kUnknown)
}

// isNamespace says whether a value holds a module's names.
func (m *machine) isNamespace(v value) bool {
	switch v.kind() {
	case kName:
		n := &m.names.all[v.payload()]
		return n.module == "sys" && n.name == "modules" || endsIn(n.name, "__dict__") || endsIn(n.name, "__globals__") || endsIn(n.name, "__builtins__")
	case kResult:
		from := m.nodes.nodes[v.payload()].from
		return from.kind() == kName && m.names.all[from.payload()].act == actNamespace
	}
	return false
}

func endsIn(name, part string) bool {
	return name == part || len(name) > len(part) && name[len(name)-len(part):] == part && name[len(name)-len(part)-1] == '.'
}

// item is container[key].
func (m *machine) item(container, key value) value {
	text, isText := m.constant(key, maxName)
	text = append([]byte{}, text...)
	switch container.kind() {
	case kName:
		n := &m.names.all[container.payload()]
		switch {
		case !isText:
		case n.module == "sys" && n.name == "modules":
			m.say(inspect.Dangerous, "pickle-walks", "takes module %s from those that are loaded", inspect.Quote(string(text)))
			return m.name(text, nil)
		case endsIn(n.name, "__builtins__"):
			return m.pushed(m.name([]byte("builtins"), text))
		case endsIn(n.name, "__globals__"):
			if string(text) == "__builtins__" {
				return m.name([]byte("builtins"), []byte("__dict__"))
			}
			if m.isModuleName(text) {
				return m.name(text, nil)
			}
			return m.pushed(m.name([]byte(n.module), text))
		case endsIn(n.name, "__dict__"):
			inner := []byte(n.name[:len(n.name)-len("__dict__")])
			return m.pushed(m.name([]byte(n.module), append(inner, text...)))
		default:
			return value(kUnknown)
		}
		m.say(inspect.Dangerous, "pickle-computed-name", "takes an item of %s by a key that is only put together when the file is loaded", m.show(container))
	case kResult:
		n := m.nodes.nodes[container.payload()]
		if n.from.kind() != kName || m.names.all[n.from.payload()].act != actNamespace {
			return value(kUnknown)
		}
		args, _ := m.members(n.args)
		if len(args) > 0 && isText {
			return m.pushed(m.attribute(args[0], text))
		}
		if isText && m.isModuleName(text) {
			return m.name(text, nil)
		}
		if isText {
			return m.pushed(m.name([]byte("builtins"), text))
		}
	case kDict:
		items, _ := m.members(container)
		for i := 0; i+1 < len(items); i += 2 {
			if items[i] == key {
				return items[i+1]
			}
			if k, ok := m.constant(items[i], maxName); ok && isText && bytes.Equal(k, text) {
				return items[i+1]
			}
		}
	case kList, kTuple:
		items, _ := m.members(container)
		if i, ok := intOf(key); ok && i < int64(len(items)) && i >= -int64(len(items)) {
			if i < 0 {
				i += int64(len(items))
			}
			return items[i]
		}
	}
	return value(kUnknown)
}

func (m *machine) pushed(v value) value {
	m.pushedName(v)
	return v
}

func (m *machine) isModuleName(text []byte) bool {
	v := m.name(text, nil)
	return m.names.all[v.payload()].global.Known
}
