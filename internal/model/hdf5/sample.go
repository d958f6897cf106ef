package hdf5

// Sample makes a small file, for canaries and tests: a root group with attributes that are texts, and with links to groups
// of other files.
func Sample(attributes, external [][2]string) []byte {
	var messages []byte
	add := func(kind byte, data []byte) {
		messages = append(messages, kind, byte(len(data)), byte(len(data)>>8), 0)
		messages = append(messages, data...)
	}
	none := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	add(msgLinkInfo, append(append([]byte{0, 0}, none...), none...))
	for _, a := range attributes {
		name := append([]byte(a[0]), 0)
		b := []byte{3, 0, byte(len(name)), byte(len(name) >> 8), 8, 0, 4, 0, 1}
		b = append(b, name...)
		b = append(b, 0x10|classString, 0x10, 0, 0) // UTF-8 that ends at a zero byte
		b = le.AppendUint32(b, uint32(len(a[1])+1))
		b = append(b, 2, 0, 0, 0) // one value
		b = append(append(b, a[1]...), 0)
		add(msgAttribute, b)
	}
	for i, l := range external {
		name := "outer" + string(rune('0'+i%10))
		value := "\x00" + l[0] + "\x00" + l[1] + "\x00"
		b := append([]byte{1, 8, External, byte(len(name))}, name...)
		b = le.AppendUint16(b, uint16(len(value)))
		add(msgLink, append(b, value...))
	}
	header := append([]byte("OHDR\x02\x02"), 0, 0, 0, 0)
	le.PutUint32(header[6:], uint32(len(messages)))
	header = append(header, messages...)
	header = le.AppendUint32(header, lookup3(header))
	const root = 48
	super := append([]byte(signature), 2, 8, 8, 0)
	super = le.AppendUint64(super, 0)
	super = append(super, none...)
	super = le.AppendUint64(super, uint64(root+len(header)))
	super = le.AppendUint64(super, root)
	super = le.AppendUint32(super, lookup3(super))
	return append(super, header...)
}
