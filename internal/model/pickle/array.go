package pickle

import (
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// dtypeOf is the size of an element of a NumPy type, and whether its elements are Python objects.
func (m *machine) dtypeOf(v value) (size int64, objects, ok bool) {
	if v.kind() != kResult {
		return 0, false, false
	}
	n := &m.nodes.nodes[v.payload()]
	if n.from.kind() != kName || m.names.all[n.from.payload()].act != actDtype {
		return 0, false, false
	}
	args, _ := m.members(n.args)
	if len(args) == 0 {
		return 0, false, false
	}
	b, known := m.constant(args[0], 64)
	if !known || len(b) < 2 {
		return 0, false, false
	}
	text := string(b)
	width, err := strconv.ParseInt(text[1:], 10, 32)
	if err != nil || width < 0 {
		return 0, false, false
	}
	switch text[0] {
	case 'O':
		return width, true, true
	case 'U':
		return 4 * width, false, true
	case 'V': // the state has fields, size, alignment and flags
		if len(n.items) >= 8 {
			if flags, ok := intOf(n.items[7]); ok && flags&1 != 0 {
				return width, true, true
			}
			if w, ok := intOf(n.items[5]); ok && w > 0 {
				width = w
			}
		}
		return width, false, true
	case 'f', 'i', 'u', 'b', 'c', 'S', 'a', 'M', 'm', 'B', '?':
		return width, false, true
	}
	return 0, false, false
}

// elements multiplies a shape out.
func (m *machine) elements(shape value) (int64, bool) {
	items, all := m.members(shape)
	if !all {
		return 0, false
	}
	count := int64(1)
	for _, v := range items {
		n, ok := intOf(v)
		if !ok || n < 0 || n > 0 && count > (1<<55)/n {
			return 0, false
		}
		count *= n
	}
	return count, true
}

// arrayState is the state of a NumPy array: version, shape, element type, order, bytes. NumPy refuses bytes of another size.
func (m *machine) arrayState(inst, state value) error {
	items, all := m.members(state)
	if !all || len(items) < 4 {
		return nil
	}
	if len(items) >= 5 {
		items = items[1:]
	}
	count, ok1 := m.elements(items[0])
	size, objects, ok2 := m.dtypeOf(items[1])
	if !ok1 || !ok2 {
		return nil
	}
	data := items[3]
	if objects {
		if data.kind() == kList && int64(m.nodes.nodes[data.payload()].total) != count && !m.runs {
			return m.fail("an array of %d objects has %d", count, m.nodes.nodes[data.payload()].total)
		}
		return nil
	}
	if n, ok := m.sizeOf(data); ok && (size > 0 && count > (1<<55)/size || n != count*size) {
		return m.fail("an array of %d elements of %d bytes has %d bytes", count, size, n)
	}
	return nil
}

// countedText bounds the text that is decoded to see how many bytes it stands for.
const countedText = 64 << 10

// sizeOf is how many bytes a value has.
func (m *machine) sizeOf(v value) (int64, bool) {
	if section, ok := m.sectionOf(v); ok {
		return section.Size(), true
	}
	if v.kind() == kResult {
		b, ok := m.constant(v, countedText)
		return int64(len(b)), ok
	}
	return 0, false
}

// bufferSize looks at numpy's _frombuffer(bytes, type, shape, order).
func (m *machine) bufferSize(items []value) {
	if len(items) < 3 {
		return
	}
	count, ok1 := m.elements(items[2])
	width, _, ok2 := m.dtypeOf(items[1])
	n, ok3 := m.sizeOf(items[0])
	if ok1 && ok2 && ok3 && (width > 0 && count > (1<<55)/width || n != count*width) {
		m.say(inspect.NotRead, "pickle-array", "has an array of %d elements of %d bytes in %d bytes", count, width, n)
	}
}

// isDtype says whether a short text can be a type of NumPy's.
func (m *machine) isDtype(v value) bool {
	b, ok := m.constant(v, 4)
	if !ok {
		return true
	}
	if len(b) == 0 || strings.IndexByte("?bBhHiIlLqQpPefdgFDGSUVOMmacut<>=|", b[0]) < 0 {
		return false
	}
	if strings.IndexByte("fic", b[0]) >= 0 && len(b) > 1 {
		switch string(b[1:]) {
		case "1", "2", "4", "8", "12", "16", "32", "24":
		default:
			return b[len(b)-1] < '0' || b[len(b)-1] > '9' // int, cfloat ...
		}
	}
	return true
}

// arrayBytes is the place in a file of joblib's where an array's bytes follow. They are not part of the pickle, and joblib's
// reader goes on behind them.
func (m *machine) arrayBytes(inst, state value) error {
	items, all := m.members(state)
	if !all || state.kind() != kDict {
		return m.fail("an array's description is not of the kind that joblib writes")
	}
	var shape, dtype, align value
	for i := 0; i+1 < len(items); i += 2 {
		key, _ := m.constant(items[i], 64)
		switch string(key) {
		case "shape":
			shape = items[i+1]
		case "dtype":
			dtype = items[i+1]
		case "numpy_array_alignment_bytes":
			align = items[i+1]
		}
	}
	count, ok1 := m.elements(shape)
	size, objects, ok2 := m.dtypeOf(dtype)
	if !ok1 || !ok2 || size > 0 && count > (1<<55)/size {
		return m.fail("how many bytes an array has cannot be told from its description")
	}
	if m.frameEnd > m.c.offset() {
		m.note(&m.seen.frames, inspect.NotRead, "pickle-frame", m.s.off, "has an array inside of a frame, which readers see in different ways")
	}
	m.fork()
	m.stack[len(m.stack)-1] = value(kUnknown) // the array takes the place of its description
	if i := m.arrayName(inst); i.kind() == kObject {
		m.stack[len(m.stack)-1] = i
	}
	if objects {
		return m.inlinePickle()
	}
	if align.kind() != kAbsent && align.kind() != kNone {
		b, err := m.c.slice(m.c.offset(), 1)
		if err != nil {
			return err
		}
		if err := m.skip(1 + int64(b[0])); err != nil {
			return err
		}
	}
	return m.skip(count * size)
}

func (m *machine) arrayName(inst value) value {
	n := &m.nodes.nodes[inst.payload()]
	return of(kObject, n.from.payload())
}

func (m *machine) skip(n int64) error {
	if n > m.c.size-m.c.offset() {
		return m.fail("an array has %d bytes, and %d are left", n, m.c.size-m.c.offset())
	}
	m.c.seek(m.c.offset() + n)
	return nil
}

// inlinePickle is an array of objects in joblib's files: a pickle of its own in the middle of the other.
func (m *machine) inlinePickle() error {
	if m.depth >= maxNested {
		return m.fail("pickles lie more than %d deep inside each other", maxNested)
	}
	inner := newScan(m.ctx, m.part, m.options)
	inner.m.depth, inner.m.budget = m.depth+1, m.budget
	end, err := inner.one(m.c.offset())
	if err != nil {
		return err
	}
	m.c.seek(end)
	return nil
}

// fork looks at what another reader than joblib's would do, which takes an array's bytes for opcodes. Bytes that are really an
// array's are no opcodes for long.
func (m *machine) fork() {
	if m.plainReader || m.depth > 0 || m.forked >= maxForks {
		return
	}
	t := trial{r: m.c.r, size: m.c.size, depth: len(m.stack), marks: len(m.marks)}
	t.run(m.c.offset(), maxTrialOps)
	if !t.called {
		return
	}
	m.forked++
	m.otherwise("by a reader that does not know joblib's arrays", func(o *machine) { o.plainReader = true })
}

// arrayFile is an array of joblib before version 0.10, which lies in a file beside.
func (m *machine) arrayFile(inst, state value) error {
	items, _ := m.members(state)
	for i := 0; i+1 < len(items); i += 2 {
		key, _ := m.constant(items[i], 64)
		if string(key) != "filename" {
			continue
		}
		file, ok := m.constant(items[i+1], 4096)
		if !ok || strings.ContainsAny(string(file), "/\\") {
			m.say(inspect.Dangerous, "pickle-reads", "reads an array from %s, which is no file beside", m.show(items[i+1]))
		}
	}
	m.stack[len(m.stack)-1] = value(kUnknown)
	if i := m.arrayName(inst); i.kind() == kObject {
		m.stack[len(m.stack)-1] = i
	}
	return nil
}
