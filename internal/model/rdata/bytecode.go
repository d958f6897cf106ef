package rdata

// bytecode reads compiled code: its instructions, and its constants, of which the first is the code it was compiled from.
func (w *walker) bytecode(depth int) {
	if w.tooDeep(depth) {
		return
	}
	w.object(depth+1, false)
	n := w.length()
	if n > w.Left() {
		w.Fail("claims %d constants where %d bytes are left", n, w.Left())
	}
	for i := int64(0); i < n && w.Err() == nil; i++ {
		at := w.Off()
		switch kind := int(w.integer()); kind {
		case bytecodeSxp:
			w.bytecode(depth + 1)
		case langSxp, listSxp, bcRepDefSxp, bcRepRefSxp, attrLangSxp, attrListSxp:
			w.shared(kind, depth+1)
		default:
			v := w.object(depth+1, false)
			if w.code != nil && v.kind == symSxp && w.code.place != inClosure {
				w.code.call(v.name, at)
			}
		}
	}
}

// shared reads the code that byte code was compiled from, whose parts may be shared.
func (w *walker) shared(kind, depth int) value {
	if w.tooDeep(depth) {
		return value{}
	}
	at := w.Off()
	if kind == bcRepRefSxp {
		w.integer()
		return value{kind: bcRepRefSxp}
	}
	if kind == bcRepDefSxp {
		w.integer()
		kind = int(w.integer())
	}
	var args []value
	call := kind == langSxp || kind == attrLangSxp
	for {
		switch kind {
		case attrLangSxp, attrListSxp:
			w.attributes(true, depth)
		case langSxp, listSxp:
		default:
			w.Fail("shared code is of type %d", kind)
			return value{}
		}
		w.object(depth+1, false) // its name
		v := w.part(int(w.integer()), depth+1)
		if len(args) < maxArgs {
			args = append(args, v)
		}
		kind = int(w.integer())
		if kind != listSxp && kind != attrListSxp {
			break
		}
		if w.tooDeep(depth) {
			return value{}
		}
	}
	w.part(kind, depth+1)
	if !call {
		return value{kind: listSxp}
	}
	return value{langSxp, w.called(args, at)}
}

func (w *walker) part(kind, depth int) value {
	switch kind {
	case langSxp, listSxp, bcRepDefSxp, bcRepRefSxp, attrLangSxp, attrListSxp:
		return w.shared(kind, depth)
	}
	return w.object(depth, false)
}
