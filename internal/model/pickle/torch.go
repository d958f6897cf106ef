package pickle

import (
	"hash/maphash"
	"strconv"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// torchSeen is what a pickle said of PyTorch's tensors and where their bytes are.
type torchSeen struct {
	tensors, parameters int64
	storages            map[uint64]int64 // hash of a key to the bytes it has
	bytes               int64            // of all storages
	odd                 bool             // something of them was not understood
	dtypes              map[string]int64
	seed                maphash.Seed
}

const maxStorages = 1 << 20

// itemBytes is the size of an element by the name of its storage class, 0 if it is not known.
func itemBytes(class string) int64 {
	switch class {
	case "ByteStorage", "CharStorage", "BoolStorage", "QInt8Storage", "QUInt8Storage", "UntypedStorage", "_UntypedStorage", "QUInt4x2Storage", "QUInt2x4Storage":
		return 1
	case "HalfStorage", "BFloat16Storage", "ShortStorage":
		return 2
	case "FloatStorage", "IntStorage", "QInt32Storage":
		return 4
	case "DoubleStorage", "LongStorage", "ComplexFloatStorage":
		return 8
	case "ComplexDoubleStorage":
		return 16
	}
	return 0
}

// persistent is the object that stands outside of the pickle under an id.
func (m *machine) persistent(id value) value {
	items, _ := m.members(id)
	kind, ok := []byte(nil), false
	if id.kind() == kTuple && len(items) > 0 {
		kind, ok = m.constant(items[0], 64)
	}
	if !ok {
		m.note(&m.seen.persistent, inspect.Unknown, "pickle-persistent", m.s.off, "refers to an object outside of the pickle (%s), which only the loading program knows", m.show(id))
		return value(kUnknown)
	}
	switch string(kind) {
	case "storage":
		if len(items) < 5 || items[1].kind() != kName {
			m.torch.odd = true
			m.note(&m.seen.persistent, inspect.NotRead, "pickle-persistent", m.s.off, "refers to a storage without saying which")
			return value(kUnknown)
		}
		m.storage(items)
		m.names.all[items[1].payload()].called++
		v := m.remember(items[1], id)
		if v.kind() == kResult {
			m.nodes.nodes[v.payload()].plain = true
		}
		return v
	case "module":
		if len(items) >= 2 && items[1].kind() == kName { // a class with its source text, to warn when it has changed
			return items[1]
		}
	}
	m.note(&m.seen.persistent, inspect.Unknown, "pickle-persistent", m.s.off, "refers to an object outside of the pickle (%s), which only the loading program knows", m.show(id))
	return value(kUnknown)
}

func (m *machine) storage(items []value) {
	t := &m.torch
	class := m.names.all[items[1].payload()].name
	width := itemBytes(class)
	n, ok := intOf(items[4])
	key, keyOK := m.constant(items[2], 256)
	if !ok || !keyOK || width == 0 || n < 0 || n > 1<<50 {
		t.odd = true
		return
	}
	if t.storages == nil {
		t.storages, t.seed = map[uint64]int64{}, maphash.MakeSeed()
	}
	h := maphash.Bytes(t.seed, key)
	if _, ok := t.storages[h]; ok || len(t.storages) >= maxStorages {
		return
	}
	t.storages[h] = n * width
	t.bytes += n * width
	if t.dtypes == nil {
		t.dtypes = map[string]int64{}
	}
	if len(t.dtypes) < 32 {
		t.dtypes[class]++
	}
}

// tensor counts a tensor and its elements: _rebuild_tensor_v2(storage, offset, size, stride, ...).
func (m *machine) tensor(items []value) {
	m.torch.tensors++
	if len(items) < 3 {
		return
	}
	sizes, all := m.members(items[2])
	if !all {
		return
	}
	count := int64(1)
	for _, v := range sizes {
		n, ok := intOf(v)
		if !ok || n < 0 || n > 0 && count > (1<<50)/n {
			return
		}
		count *= n
	}
	m.torch.parameters += count
	m.tensorFits(items, sizes)
}

// tensorFits looks whether a tensor lies inside of its storage. PyTorch refuses others, and those who read without it might not.
func (m *machine) tensorFits(items, sizes []value) {
	if len(items) < 4 || items[0].kind() != kResult {
		return
	}
	storage, _ := m.members(m.nodes.nodes[items[0].payload()].args)
	strides, all := m.members(items[3])
	last, ok := intOf(items[1])
	if len(storage) < 5 || !all || !ok || len(strides) != len(sizes) {
		return
	}
	has, ok := intOf(storage[4])
	if !ok {
		return
	}
	for i, v := range sizes {
		n, _ := intOf(v)
		stride, ok := intOf(strides[i])
		if !ok || stride < 0 || stride > 1<<50 {
			return
		}
		if n == 0 {
			return // no elements
		}
		if n-1 > 0 && stride > (1<<50)/(n-1) {
			last = 1 << 51
			break
		}
		last += (n - 1) * stride
	}
	if last < 0 || last >= has {
		m.note(&m.seen.tensor, inspect.NotRead, "torch-tensor", m.s.off, "has a tensor that reaches to element %d of a storage of %d", last, has)
	}
}

// torchFacts keeps for the inventory what was seen of tensors.
func (m *machine) torchFacts() {
	t := &m.torch
	if t.tensors == 0 && len(t.storages) == 0 {
		return
	}
	m.part.Fact("framework", "pytorch")
	m.part.Fact("tensors", strconv.FormatInt(max(t.tensors, int64(len(t.storages))), 10))
	if t.parameters > 0 {
		m.part.Fact("parameters", strconv.FormatInt(t.parameters, 10))
	}
	best, most := "", int64(0)
	for class, n := range t.dtypes {
		if n > most || n == most && class < best {
			best, most = class, n
		}
	}
	m.part.Fact("dtype", best)
}
