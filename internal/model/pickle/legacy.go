package pickle

import (
	"encoding/binary"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// legacyMagic is the pickle of a number that PyTorch's files began with before version 1.6, and begin with today if one asks.
const legacyMagic = "\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."

// legacy looks at the pickles of such a file: a magic number, a version, what system wrote it, the object, and the keys of the
// storages. The storages follow, each a count and its elements; they are not looked at.
func (s *scan) legacy() error {
	m := s.m
	defer m.conclude()
	off := int64(0)
	for n := range 5 {
		end, err := s.one(off)
		if err != nil {
			m.torchFacts()
			return err
		}
		off = end
		if n == 3 {
			m.torchFacts()
		}
	}
	keys, _ := m.members(m.result)
	total := int64(len(keys))
	if m.result.kind() == kList {
		total = int64(m.nodes.nodes[m.result.payload()].total)
	}
	if m.result.kind() != kList {
		return damaged(off, "the keys of the storages are no list")
	}
	return s.storages(off, total)
}

// storages looks whether the elements of all storages are there.
func (s *scan) storages(off, total int64) error {
	m := s.m
	rest := m.c.size - off
	switch {
	case m.torch.odd:
		return nil
	case total != int64(len(m.torch.storages)):
		m.part.Say(inspect.NotRead, "torch-structure", off, "the object refers to %d storages, and the file has %d", len(m.torch.storages), total)
	case rest < m.torch.bytes+8*total:
		return damaged(off, "the storages need %d bytes, and %d are left", m.torch.bytes+8*total, rest)
	case rest > m.torch.bytes+8*total:
		m.part.Say(inspect.Clean, "pickle-trailing", off+m.torch.bytes+8*total, "is followed by %d bytes that are no storage", rest-m.torch.bytes-8*total)
	}
	if total > 0 && rest >= 8 {
		b, err := m.c.slice(off, 8)
		if err != nil {
			return err
		}
		if n := int64(binary.LittleEndian.Uint64(b)); n < 0 || n > rest {
			return damaged(off, "a storage claims %d elements, and %d bytes are left", uint64(n), rest-8)
		}
	}
	return nil
}

func legacyCanary() (string, []byte) {
	return "canary.pt", []byte(legacyMagic + "\x80\x02M\xe9\x03.\x80\x02}.\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.\x80\x02].")
}
