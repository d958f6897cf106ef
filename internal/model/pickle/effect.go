package pickle

import (
	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// effectful does the opcodes that reach for names and call.
func (m *machine) effectful(s *step) error {
	switch s.code {
	case opGlobal:
		v, err := m.nameOfLines(s)
		if err != nil {
			return err
		}
		m.pushGot(v)
	case opStackGlobal:
		return m.stackGlobal(s)
	case opExt1, opExt2, opExt4:
		if s.num <= 0 {
			return m.fail("%s has code %d, and codes begin with 1", opcodes[s.code].name, s.num)
		}
		m.pushGot(m.extension(s.num))
	case opReduce, opNewObj:
		args, ok1 := m.pop()
		fn, ok2 := m.pop()
		if !ok1 || !ok2 {
			return m.underflow()
		}
		return m.invoke(s, fn, args, value(kAbsent))
	case opNewObjEx:
		kw, ok1 := m.pop()
		args, ok2 := m.pop()
		fn, ok3 := m.pop()
		if !ok1 || !ok2 || !ok3 {
			return m.underflow()
		}
		return m.invoke(s, fn, args, kw)
	case opInst:
		fn, err := m.nameOfLines(s)
		if err != nil {
			return err
		}
		items, ok := m.popMark()
		if !ok {
			return m.fail("INST has no mark to begin at")
		}
		args := m.tuple(items)
		m.names.all[fn.payload()].pushed++
		return m.invoke(s, fn, args, value(kAbsent))
	case opObj:
		items, ok := m.popMark()
		if !ok || len(items) == 0 {
			return m.fail("OBJ has no mark and class to begin at")
		}
		fn := items[0]
		args := m.tuple(items[1:])
		return m.invoke(s, fn, args, value(kAbsent))
	case opBuild:
		state, ok1 := m.pop()
		inst, ok2 := m.top()
		if !ok1 || !ok2 {
			return m.underflow()
		}
		if m.trace != nil {
			m.trace("build", m.label(inst))
		}
		return m.build(inst, state)
	case opPersID, opBinPersID:
		id := of(kText, uint64(s.off))
		if s.code == opBinPersID {
			var ok bool
			if id, ok = m.pop(); !ok {
				return m.underflow()
			}
		}
		if m.trace != nil {
			m.trace("persistent", "")
		}
		m.push(m.persistent(id))
	default:
		return m.fail("byte %#02x is no opcode", s.code)
	}
	return nil
}

// invoke is a call by an opcode, with its result on the stack.
func (m *machine) invoke(s *step, fn, args, kw value) error {
	if m.trace != nil {
		m.trace("call", m.label(fn))
	}
	if !canBeCalled(fn) {
		return m.fail("%s calls something that cannot be called", opcodes[s.code].name)
	}
	switch args.kind() {
	case kTuple, kEmptyTuple, kPlainTuple, kUnknown, kResult, kObject:
	case kLost:
		if args.payload() != lostTuple {
			m.note(&m.seen.shape, inspect.NotRead, "pickle-arguments", s.off, "gives arguments that are no tuple, which unpicklers read in different ways")
		}
	case kList, kDict, kSet, kText, kMemoText, kBytes, kByteArray: // the Python unpickler takes any of them apart
		m.note(&m.seen.shape, inspect.NotRead, "pickle-arguments", s.off, "gives arguments that are no tuple, which unpicklers read in different ways")
	default:
		return m.fail("%s has arguments that are no tuple", opcodes[s.code].name)
	}
	if m.calls++; m.calls > maxCalls {
		return m.tooMuch("calls")
	}
	var v value
	if s.code == opNewObj || s.code == opNewObjEx {
		v = m.makes(fn, args, kw)
	} else {
		v = m.call(fn, args, kw)
	}
	if (s.code == opNewObj || s.code == opNewObjEx) && fn.kind() == kName && m.names.all[fn.payload()].isFunction() {
		return m.fail("%s makes an object of %s, which is no class", opcodes[s.code].name, m.show(fn))
	}
	m.push(v)
	return nil
}

func canBeCalled(v value) bool {
	switch v.kind() {
	case kName, kModule, kObject, kResult, kUnknown:
		return true
	}
	return false
}

// maxName bounds names of modules and what is in them. Python has none nearly as long.
const maxName = 1024

func (m *machine) nameOfLines(s *step) (value, error) {
	module, err := m.c.slice(s.arg, min(s.n, maxName))
	if err != nil {
		return 0, err
	}
	name, err := m.c.slice(s.arg2, min(s.n2, maxName))
	if err != nil {
		return 0, err
	}
	if s.n == 0 || s.n2 == 0 {
		return 0, m.fail("%s has an empty name", opcodes[s.code].name)
	}
	if !validText(module) || !validText(name) {
		return 0, m.badText()
	}
	return m.named(module, name), nil
}

// named is a name that the pickle takes, and not one that a call reaches.
func (m *machine) named(module, attr []byte) value {
	v := m.name(module, attr)
	if v.kind() == kName {
		n := &m.names.all[v.payload()]
		if n.escapes && n.name == "__dict__" && severity(globals.Module(n.module)) < inspect.Dangerous {
			m.sayOf(n, inspect.Dangerous, "pickle-walks", "takes the names of module %s", inspect.Quote(n.module)) // dill does so for the globals of functions
		} else if n.escapes {
			m.sayOf(n, inspect.Malicious, "pickle-walks", "takes %s, from where all of Python can be reached", inspect.Quote(n.dotted()))
		}
	}
	return v
}

// stackGlobal takes a module's name and a name in it from the stack, however they came to be there.
func (m *machine) stackGlobal(s *step) error {
	nameValue, ok1 := m.pop()
	moduleValue, ok2 := m.pop()
	if !ok1 || !ok2 {
		return m.underflow()
	}
	for _, v := range [2]value{moduleValue, nameValue} {
		switch v.kind() {
		case kText, kMemoText, kResult, kObject, kUnknown:
		default:
			return m.fail("STACK_GLOBAL has a name that is no text")
		}
	}
	module, ok1 := m.constant(moduleValue, maxName)
	if ok1 {
		module = append(make([]byte, 0, 64), module...)
	}
	name, ok2 := m.constant(nameValue, maxName)
	if !ok1 || !ok2 {
		known := ""
		if ok1 {
			known = ", in module " + inspect.Quote(string(module))
		} else if ok2 {
			known = ", called " + inspect.Quote(string(name))
		}
		if m.trace == nil {
			m.say(inspect.Dangerous, "pickle-computed-name", "takes a name that is only put together when the file is loaded%s", known)
		}
		m.push(value(kUnknown))
		return nil
	}
	if len(module) == 0 || len(name) == 0 {
		return m.fail("STACK_GLOBAL has an empty name")
	}
	m.pushGot(m.named(module, name))
	return nil
}

// extension is what a code of copyreg's registry stands for. The registry is empty unless a program, or this pickle, filled it.
func (m *machine) extension(code int64) value {
	if v, ok := m.ext[code]; ok {
		return v
	}
	m.note(&m.seen.extension, inspect.Unknown, "pickle-extension", m.s.off, "takes name number %d of a registry that the loading program fills", code)
	return value(kUnknown)
}
