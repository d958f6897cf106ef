package pickle

import (
	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// isDefaultDict says whether a name is the class of dictionaries that call a factory for a key that they lack.
func (n *name) isDefaultDict() bool {
	switch n.module {
	case "collections", "_collections", "torch.optim.optimizer":
		return n.name == "defaultdict" || n.name == "defaultdict.__new__" || n.name == "defaultdict.__init__"
	}
	return false
}

// defaultDict looks at the factory of such a dictionary.
func (m *machine) defaultDict(n *name, args value) {
	items, all := m.members(args)
	at := 0
	if n.name != "defaultdict" {
		at = 1 // behind the class, or the dictionary
	}
	switch {
	case len(items) > at:
		m.factory(items[at])
	case !all:
		m.factory(value(kUnknown))
	}
}

// factory counts a callable as called without arguments: that is what happens at the first key that is missing, and the pickle
// can look it up itself.
func (m *machine) factory(v value) {
	switch v.kind() {
	case kName:
		n := &m.names.all[v.payload()]
		if !n.global.Known {
			if !globals.Module(n.module).Known {
				n.called++
				m.unknownCall(n)
			}
			return
		}
		switch n.global.Rule {
		case globals.HarmlessCallable, globals.ConstantText, globals.SafeAttribute, globals.NestedBytes, globals.Pathless:
			return // without arguments they do nothing, or fail
		}
		if worst := severity(n.global); worst >= inspect.Dangerous {
			n.called++
			m.sayOf(n, worst, verb(n.global.Capability), "makes a dictionary that calls %s for a key it does not have: %s", inspect.Quote(n.dotted()), n.global.What)
		}
	case kResult:
		n := &m.nodes.nodes[v.payload()]
		if n.from.kind() != kName || m.names.all[n.from.payload()].act != actPartial {
			return
		}
		n.factory = true // its state can still change what it calls
		if kept, all := m.members(n.args); all && len(kept) == 1 {
			if m.calling < maxCalling {
				m.calling++
				m.factory(kept[0])
				m.calling--
			}
			return
		}
		m.call(v, value(kEmptyTuple), value(kAbsent))
	case kUnknown:
		m.say(inspect.Unknown, "pickle-unknown", "makes a dictionary with a factory that is only known when the file is loaded")
	}
}

// isFunction says of names that are surely functions that they are no classes: NEWOBJ of one stops every unpickler.
func (n *name) isFunction() bool {
	switch n.act {
	case actTensor, actParameter, actRebuildType, actArray, actFromBuffer:
		return true
	case actNewObject:
		return n.module == "copyreg" || n.module == "copy_reg"
	case actDecode:
		return n.module == "codecs" || n.module == "_codecs"
	}
	return false
}
