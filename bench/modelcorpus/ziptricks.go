package main

import (
	"encoding/binary"
	"hash/crc32"
)

// zipTricks hide a member from readers of one kind that readers of another kind load.
func zipTricks(c *corpus) {
	bad := system()
	good := []byte("\x80\x02}.")
	hostile := func(class, source string, a archive) { c.hostile("container", class, source, "model.zip", a.bytes()) }
	torch := func(class, source string, a archive) {
		c.hostile("container", class, source, "pytorch_model.bin", a.bytes())
	}
	ver := entry{name: "archive/version", data: []byte("3\n")}

	hostile("wrong CRC", "picklescan CVE-2025-10156", archive{entries: []entry{{name: "data.pkl", data: bad, badCRC: true}}})
	torch("wrong CRC", "picklescan CVE-2025-10156", archive{entries: []entry{{name: "archive/data.pkl", data: bad, badCRC: true}, ver}})
	for _, flag := range []uint16{1, 0x20, 0x40, 0x800, 0x2000} {
		torch("flag bits", "picklescan CVE-2025-1945", archive{entries: []entry{{name: "archive/data.pkl", data: bad, flags: flag}, ver}})
	}
	torch("name differs in the directory", "picklescan CVE-2025-1944", archive{entries: []entry{{name: "archive/data.pkl", central: "archive/datap.kl", data: bad}, ver}})
	torch("name differs in the member", "picklescan CVE-2025-1944", archive{entries: []entry{{name: "archive/data.pkl", local: "archive/data.txt", data: bad}, ver}})
	hostile("member outside the directory", "streaming readers of zip", archive{entries: []entry{{name: "data.pkl", data: bad, hidden: true}, {name: "readme.txt", data: []byte("x")}}})
	hostile("same name twice", "parser differentials of zip readers", archive{entries: []entry{{name: "data.pkl", data: good}, {name: "data.pkl", data: bad}}})
	hostile("same name twice", "parser differentials of zip readers", archive{entries: []entry{{name: "data.pkl", data: bad}, {name: "data.pkl", data: good}}})
	hostile("name by case", "parser differentials of zip readers", archive{entries: []entry{{name: "data.pkl", data: good}, {name: "DATA.PKL", data: bad}}})
	hostile("name with a zero byte", "parser differentials of zip readers", archive{entries: []entry{{name: "data.pkl\x00.txt", data: bad}}})
	uni := func(s string, of string) []byte {
		body := binary.LittleEndian.AppendUint32([]byte{1}, crc32.ChecksumIEEE([]byte(of)))
		body = append(body, s...)
		return append(binary.LittleEndian.AppendUint16([]byte("up"), uint16(len(body))), body...)
	}
	hostile("unicode path field", "parser differentials of zip readers", archive{entries: []entry{{name: "a.txt", extra: uni("data.pkl", "a.txt"), localRaw: uni("data.pkl", "a.txt"), data: bad}}})
	hostile("bytes before", "polyglot files", archive{before: []byte("#!/bin/true\n"), entries: []entry{{name: "data.pkl", data: bad}}})
	hostile("bytes before", "polyglot files", archive{before: []byte("GIF89a\x01\x00\x01\x00"), shift: true, entries: []entry{{name: "data.pkl", data: bad}}})
	hostile("bytes after", "polyglot files", archive{after: []byte("trailing bytes that are not a comment"), entries: []entry{{name: "data.pkl", data: bad}}})
	hostile("comment with an end record", "parser differentials: the first or last end record", archive{comment: string(zipped(entry{name: "data.pkl", data: good})), entries: []entry{{name: "data.pkl", data: bad}}})
	hostile("zip behind a zip", "parser differentials", archive{before: zipped(entry{name: "data.pkl", data: good}), shift: true, entries: []entry{{name: "data.pkl", data: bad}}})
	hostile("zip64", "parser differentials", archive{zip64: true, entries: []entry{{name: "data.pkl", data: bad}}})
	hostile("fewer members claimed", "parser differentials", archive{count: 1, entries: []entry{{name: "a.txt", data: good}, {name: "data.pkl", data: bad}}})
	hostile("member that ends in a slash", "parser differentials", archive{entries: []entry{{name: "data.pkl/", data: bad}}})
	hostile("text name", "picklescan malicious1_wrong_ext.zip", archive{entries: []entry{{name: "data.txt", data: bad}}})
	hostile("unusual name", "picklescan CVE-2025-1889: other endings in an archive", archive{entries: []entry{{name: "archive/config.p", data: bad}, {name: "archive/data.pkl", data: good}}})
	hostile("method says packed", "parser differentials: method", archive{entries: []entry{{name: "data.pkl", data: bad, deflate: true}}})
	lz := lzmaLiterals(bad)
	member := append([]byte{9, 4, 5, 0, 0x5d, 0, 0, 0x10, 0}, lz...)
	hostile("LZMA member", "zipfile reads method 14", archive{entries: []entry{{name: "data.pkl", data: member, method: 14, flags: 2, plain: bad}}})
	hostile("Zstandard member", "zipfile of Python 3.14 reads method 93", archive{entries: []entry{{name: "data.pkl", data: packed("zstd", bad), method: 93, plain: bad}}})
	hostile("bzip2 member", "zipfile reads method 12", archive{entries: []entry{{name: "data.pkl", data: []byte(bzipped), method: 12, plain: []byte(nestedSystem)}}})
	hostile("overlapping members", "zip bombs; parser differentials", archive{entries: []entry{{name: "a.txt", data: bad}, {name: "data.pkl", ghost: true, data: bad}}})

	pk := append([]byte("\x80\x02cposix\nsystem\nX\x04\x00\x00\x00echo\x85R."), zipped(entry{name: "archive/data.pkl", data: good}, ver)...)
	c.hostile("container", "pickle before a zip", "polyglot: torch.load reads the one, pickle.load the other", "model.pt", pk)
	c.hostile("container", "tar and zip in one", "polyglot files (Trail of Bits)", "model.tar", append(tarred(tarEntry{name: "a.txt", data: []byte("x")}), zipped(entry{name: "data.pkl", data: bad})...))
	st := safetensors(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, make([]byte, 4))
	c.hostile("container", "safetensors before a zip", "polyglot files (Trail of Bits)", "model.safetensors", append(st, zipped(entry{name: "archive/data.pkl", data: bad}, ver)...))
	gz := packed("gzip", zipped(entry{name: "data.pkl", data: bad}))
	c.hostile("container", "gzip of a zip", "modelaudit compressed tests", "model.zip.gz", gz)
	c.hostile("container", "gzip in two parts", "gzip readers go on", "model.pkl.gz", append(packed("gzip", []byte("\x80\x02")), packed("gzip", bad[2:])...))
}
