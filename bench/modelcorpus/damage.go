package main

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// damaged writes files that are broken: copies of honest files that are cut, and structures that lie.
func damaged(c *corpus) {
	cutShort(c)
	brokenPickles(c)
	brokenZips(c)
	brokenArrays(c)
	brokenTensors(c)
	brokenGGUF(c)
	brokenHDF5(c)
	brokenMessages(c)
	brokenText(c)
	brokenOthers(c)
}

// cuts are the formats in which a file that ends early is broken wherever it ends, and how many files of each are cut.
var cuts = map[string]int{
	"pickle": 6, "joblib": 3, "joblib zlib": 1, "joblib gzip": 1, "joblib bz2": 1, "joblib xz": 1, "joblib lzma": 1, "joblib lz4": 1, "npy": 3, "npz": 2, "torch zip": 3, "torch legacy": 2,
	"torchscript": 2, "h5": 4, "onnx": 3, "safetensors": 2, "gguf": 2, "tflite": 1, "7z": 1, "zip": 1, "rds": 1, "torch7": 1, "keras": 2, "saved model": 1, "pmml": 1, "openvino": 1, "coreml": 1, "caffe": 1,
}

// cutShort cuts files at many places.
func cutShort(c *corpus) {
	left := map[string]int{}
	for _, b := range slices.Clone(c.bases) {
		if left[b.format]++; left[b.format] > cuts[b.format] || len(b.data) < 32 {
			continue
		}
		last := len(b.data) - 1
		if b.format == "pmml" { // without the line end after it a document is still whole
			last = len(bytes.TrimSpace(b.data)) - 1
		}
		at := []int{last, len(b.data) * 3 / 5}
		if left[b.format] == 1 {
			at = append(at, len(b.data)/4, len(b.data)*9/10)
		}
		for _, n := range at {
			c.broken(b.family, "ends early", b.name, b.data[:n])
		}
	}
}

// edited is a copy with bytes put in at an offset, counted from the end if negative.
func edited(b []byte, at int, with ...byte) []byte {
	b = bytes.Clone(b)
	if at < 0 {
		at += len(b)
	}
	copy(b[at:], with)
	return b
}

func brokenPickles(c *corpus) {
	texts := map[string]string{
		"unknown opcode":          "\x80\x04]\x94(K\x01\xf7K\x02e.",
		"call on an empty stack":  "\x80\x02R.",
		"append on nothing":       "\x80\x02K\x01a.",
		"memo that is not there":  "\x80\x02h\x05.",
		"mark that is not there":  "\x80\x02K\x01t.",
		"text longer than file":   "\x80\x02X\xff\xff\xff\x7fabc.",
		"negative length":         "T\xff\xff\xff\xffabc.",
		"huge bytes":              "\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7fabc.",
		"protocol of the future":  "\x80\x63]\x94.",
		"number that is no digit": "(lp0\nIabc\na.",
		"stop on an empty stack":  "\x80\x02.",
		"no stop":                 "\x80\x04}\x94\x8c\x01a\x94K\x01s",
		"frame past the end":      "\x80\x04\x95\xff\xff\x00\x00\x00\x00\x00\x00}\x94.",
		"string without quotes":   "(lp0\nSabc\na.",
		"pop of nothing":          "\x80\x02K\x0100.",
		"not UTF-8":               "\x80\x04\x8c\x02\xff\xfe.",
		"odd number of items":     "\x80\x02}(K\x01K\x02K\x03u.",
	}
	for _, class := range sorted(texts) {
		c.broken("pickle", class, "model.pkl", []byte(texts[class]))
	}
}

func brokenZips(c *corpus) {
	config := entry{name: "config.json", data: []byte(llamaConfig)}
	array := entry{name: "w.npy", data: npy(1, "<f4", "(2,)", make([]byte, 8))}
	file := func(class string, a archive) { c.broken("container", class, "model.zip", a.bytes()) }
	bad := array
	bad.badCRC = true
	file("wrong CRC", archive{entries: []entry{config, bad}})
	bad.deflate = true
	file("wrong CRC", archive{entries: []entry{bad, config}})
	bad = array
	bad.method = 99
	file("unknown method", archive{entries: []entry{bad}})
	bad = array
	bad.flags = 1
	bad.data = bytes.Repeat([]byte{0xa7, 0x13, 0x5c}, 40)
	file("encrypted", archive{entries: []entry{bad}})
	bad = array
	bad.size = 1 << 30
	file("size that lies", archive{entries: []entry{bad}})
	bad = array
	bad.deflate, bad.size = true, 5
	file("size that lies", archive{entries: []entry{bad}})
	file("more members claimed", archive{count: 60000, entries: []entry{config, array}})
	whole := zipped(config, array)
	c.broken("container", "local header gone", "model.zip", edited(whole, 0, 'X', 'X'))
	c.broken("container", "directory out of the file", "model.zip", edited(whole, -6, 0xff, 0xff, 0xff, 0x7f))
	c.broken("container", "directory header gone", "model.zip", bytes.Replace(whole, []byte("PK\x01\x02"), []byte("PK\x09\x09"), 1))
	c.broken("container", "name longer than the file", "model.zip", edited(whole, 26, 0xff, 0xff))
	packedBad := zipped(entry{name: "w.npy", data: array.data, deflate: true})
	c.broken("container", "packed bytes changed", "model.zip", edited(packedBad, 40, 0xff, 0xff, 0xff))

	sd := pickled(style{proto: 2}, stateDict())
	c.broken("torch", "storage missing", "model.pt", zipped(entry{name: "archive/data.pkl", data: sd}, entry{name: "archive/version", data: []byte("3\n")}))
	c.broken("torch", "storage too short", "model.pt", zipped(entry{name: "archive/data.pkl", data: sd}, entry{name: "archive/data/0", data: make([]byte, 3)}, entry{name: "archive/version", data: []byte("3\n")}))
	c.broken("torch", "pickle cut", "model.pt", torchZip("archive", sd[:len(sd)-8]))
	c.broken("torch", "pickle missing", "model.pt", zipped(entry{name: "archive/version", data: []byte("3\n")}, entry{name: "archive/data/0", data: make([]byte, 16)}))

	t := tarred(tarEntry{name: "config.json", data: []byte(llamaConfig)}, tarEntry{name: "w.npy", data: array.data})
	c.broken("container", "checksum of a header", "model.tar", edited(t, 148, '7', '7', '7', '7'))
	c.broken("container", "size that lies", "model.tar", resummed(edited(t, 124, []byte("77777777777")...)))
	c.broken("container", "member cut", "model.tar", t[:700])
	for _, how := range []string{"gzip", "zlib", "bz2", "xz", "lzma", "lz4", "zstd"} {
		whole := packed(how, []byte(nestedSystem))
		if how != "bz2" {
			whole = packed(how, pickled(styles[4], dict{"a", list{1, 2, 3}, "text", strings.Repeat("honest ", 30)}))
		}
		c.broken("container", "packed file cut", "model.pkl."+how, whole[:len(whole)-5])
		if how != "lzma" {
			c.broken("container", "packed bytes changed", "model.pkl."+how, edited(whole, len(whole)/2, 0xff, 0x00, 0xff))
		}
	}
	z := sevenZip("w.npy", array.data)
	c.broken("container", "header changed", "model.7z", edited(z, -4, 0xff))
	c.broken("container", "start changed", "model.7z", edited(z, 14, 0xff))
}

// resummed mends the checksum of the first header of a tar.
func resummed(t []byte) []byte {
	copy(t[148:156], "        ")
	sum := 0
	for _, b := range t[:512] {
		sum += int(b)
	}
	copy(t[148:], []byte{byte('0' + sum>>15&7), byte('0' + sum>>12&7), byte('0' + sum>>9&7), byte('0' + sum>>6&7), byte('0' + sum>>3&7), byte('0' + sum&7), 0, ' '})
	return t
}

func brokenArrays(c *corpus) {
	file := func(class string, data []byte) { c.broken("other", "array: "+class, "array.npy", data) }
	good := npy(1, "<f4", "(2,)", make([]byte, 8))
	file("header longer than the file", edited(good, 8, 0xff, 0xff))
	file("version of the future", edited(good, 6, 9))
	file("shape larger than the file", npy(1, "<f4", "(2000,)", make([]byte, 8)))
	file("shape that overflows", npy(1, "<f8", "(4294967296, 4294967296)", make([]byte, 8)))
	file("negative shape", npy(1, "<f4", "(-2,)", make([]byte, 8)))
	file("unknown type", npy(1, "<q7", "(2,)", make([]byte, 8)))
	file("no literal", bytes.Replace(good, []byte("False"), []byte("fals("), 1))
	file("key missing", bytes.Replace(good, []byte("'shape'"), []byte("'shapf'"), 1))
	file("header cut", good[:40])
	file("magic alone", good[:6])
	c.broken("other", "array: member lies", "model.npz", zipped(entry{name: "w.npy", data: npy(1, "<f4", "(2000,)", make([]byte, 8))}))
}

func brokenTensors(c *corpus) {
	file := func(class, header string, n int) {
		c.broken("other", "safetensors: "+class, "model.safetensors", safetensors(header, make([]byte, n)))
	}
	file("overlap", `{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`, 12)
	file("hole", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}`, 12)
	file("bytes after the last", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 99)
	file("bytes missing", `{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}`, 12)
	file("same name twice", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8)
	file("unknown type", `{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}`, 4)
	file("shape and bytes differ", `{"a":{"dtype":"F32","shape":[7],"data_offsets":[0,4]}}`, 4)
	file("offsets reversed", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4)
	file("shape that overflows", `{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}}`, 4)
	file("negative offset", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}`, 4)
	file("metadata that is no text", `{"__metadata__":{"a":{"b":1}},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4)
	file("no JSON", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`, 4)
	file("list in place of an object", `[1,2,3]`, 0)
	file("deep", strings.Repeat(`{"a":`, 20000)+"1"+strings.Repeat("}", 20000), 0)
	good := safetensors(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, make([]byte, 4))
	c.broken("other", "safetensors: header longer than the file", "model.safetensors", edited(good, 0, 0xff, 0xff, 0xff))
	c.broken("other", "safetensors: header of no length", "model.safetensors", edited(good, 0, 0))
	c.broken("other", "safetensors: huge header", "model.safetensors", edited(good, 4, 0xff, 0xff, 0xff, 0x7f))
}

func brokenGGUF(c *corpus) {
	file := func(class string, data []byte) { c.broken("other", "gguf: "+class, "model.gguf", data) }
	good := gguf(ggufModel()...)
	le := binary.LittleEndian
	tensor := bytes.Index(good, []byte("token_embd.weight")) + len("token_embd.weight")
	file("version of the future", edited(good, 4, 99))
	file("many keys claimed", edited(good, 16, 0, 0xca, 0x9a, 0x3b))
	file("many tensors claimed", edited(good, 8, 0, 0xca, 0x9a, 0x3b))
	file("key longer than the file", edited(good, 24, 0xff, 0xff, 0xff, 0xff, 0xff))
	file("unknown kind of value", edited(good, bytes.Index(good, []byte("general.architecture"))+20, 77))
	file("many dimensions", edited(good, tensor, 9))
	file("dimension that overflows", edited(good, tensor+4, le.AppendUint64(nil, 1<<62)...))
	file("unknown kind of tensor", edited(good, tensor+20, 0xf0, 0xf0))
	file("offset out of the file", edited(good, tensor+24, 0xe0, 0xff, 0xff, 0x7f))
	file("offset off the grid", edited(good, tensor+24, 7))
	file("data cut", good[:len(good)-40])
	file("same key twice", gguf(append(ggufModel(), ggufKV{"general.name", "other"})...))
	file("grid of nothing", gguf(append(ggufModel(), ggufKV{"general.alignment", uint32(0)})...))
	file("array longer than the file", edited(good, bytes.Index(good, []byte("tokenizer.ggml.tokens"))+21+8, 0xff, 0xff, 0xff, 0x7f))
	file("head alone", good[:20])
}

func brokenHDF5(c *corpus) {
	good := hdf5([]attr{{"model_config", model2(dense2)}, {"keras_version", "2.11.0"}}, group("model_weights", group("dense")))
	file := func(class string, data []byte) { c.broken("keras", "hdf5: "+class, "model.h5", data) }
	file("signature changed", edited(good, 1, 'X'))
	file("version of the future", edited(good, 8, 77))
	file("end beyond the file", edited(good, 40, 0xff, 0xff, 0xff, 0x7f))
	file("root beyond the file", edited(good, 64, 0xff, 0xff, 0xff, 0x7f))
	root := int(binary.LittleEndian.Uint64(good[64:]))
	file("header version of the future", edited(good, root, 99))
	file("more messages claimed", edited(good, root+2, 0xff, 0xff))
	file("message longer than its header", edited(good, root+18, 0xf8, 0xff))
	file("size of offsets", edited(good, 13, 3))
	at := bytes.Index(good, []byte("model_config"))
	file("text longer than its message", edited(good, at+16+4, 0xff, 0xff, 0x7f))
	file("link beyond the file", edited(good, bytes.Index(good, []byte("model_weights"))+13, 0xff, 0xff, 0xff, 0x7f))

	keras := func(class string, data []byte) { c.broken("keras", class, "model.keras", data) }
	keras("configuration is no JSON", kerasZip(model3(dense3)[:200]))
	keras("configuration nests without end", kerasZip(strings.Repeat(`{"class_name":"Sequential","config":{"layers":[`, 3000)+strings.Repeat("]}}", 3000)))
	keras("configuration missing", zipped(entry{name: "metadata.json", data: []byte(`{"keras_version": "3.8.0"}`)}, entry{name: "model.weights.h5", data: hdf5(nil, group("layers"))}))
	keras("weights cut", zipped(entry{name: "metadata.json", data: []byte(`{"keras_version": "3.8.0"}`)}, entry{name: "config.json", data: []byte(model3(dense3))}, entry{name: "model.weights.h5", data: hdf5(nil, group("layers"))[:100]}))
}

func brokenMessages(c *corpus) {
	good := onnxModel(graph([]proto{opNode("Identity", "")}, inlineTensor()))
	file := func(class string, data []byte) { c.broken("onnx", class, "model.onnx", data) }
	file("field longer than the file", edited(good, bytes.Index(good, []byte("corpus"))-1, 0xff, 0xff, 0x7f))
	file("tensor shorter than its shape", onnxModel(graph([]proto{opNode("Identity", "")}, proto{}.num(1, 4000).num(2, 1).str(8, "w").bin(9, make([]byte, 16)))))
	file("tensor longer than its shape", onnxModel(graph([]proto{opNode("Identity", "")}, proto{}.num(1, 1).num(2, 1).str(8, "w").bin(9, make([]byte, 16)))))
	file("kind of field that is none", append(bytes.Clone(good), 0x0f, 1))
	file("text in place of a model", []byte("this is no model at all, only words\n"))
	file("empty file", nil)
	deep := graph([]proto{opNode("Identity", "")})
	for range 3000 {
		deep = graph([]proto{opNode("If", "", proto{}.str(1, "then_branch").bin(6, deep).num(20, 5))})
	}
	file("graphs without end", onnxModel(deep))
	saved := savedModel(tfGraph(tfNode("x", "Placeholder", nil), tfNode("y", "Relu", []string{"x"})))
	tf := func(class string, data []byte) { c.broken("tensorflow", class, "saved_model.pb", data) }
	tf("field longer than the file", edited(saved, 3, 0xff, 0xff))
	tf("cut", saved[:len(saved)-2])
	tf("random bytes", bytes.Repeat([]byte{0xf3, 0x0f, 0x91}, 60))
	tf("kind of field that is none", append(bytes.Clone(saved), 0x17, 1))
	tf("empty file", nil)
}

func brokenText(c *corpus) {
	file := func(class, name, text string) { c.broken("config", class, name, []byte(text)) }
	file("no JSON", "config.json", llamaConfig[:200])
	file("nests without end", "config.json", strings.Repeat(`{"a":`, 100000)+"1"+strings.Repeat("}", 100000))
	file("nests without end", "tokenizer_config.json", `{"a":`+strings.Repeat("[", 100000)+strings.Repeat("]", 100000)+"}")
	file("no JSON", "tokenizer_config.json", `{"chat_template": "{{ x }}"`)
	file("no JSON", "model.safetensors.index.json", `{"weight_map": {"w": "a.safetensors"`)
	file("no JSON", "adapter_config.json", `{"peft_type": "LORA", }}`)
	file("zero bytes", "config.json", strings.Repeat("\x00", 300))
	file("pointer of Git LFS", "model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n")
	file("pointer of Git LFS", "pytorch_model.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n")
	for _, t := range []string{"{% for m in messages %}{{ m }}", "{{ messages[0 }}", "{% if x %}{% endfor %}", "{{ 'abc }}", "{% unknown_tag %}"} {
		c.broken("template", "template that does not parse", "model.gguf", gguf(ggufModel(ggufKV{"tokenizer.chat_template", t})...))
	}
	c.broken("template", "template that nests without end", "model.gguf", gguf(ggufModel(ggufKV{"tokenizer.chat_template", "{{ " + strings.Repeat("(", 50000) + "1" + strings.Repeat(")", 50000) + " }}"})...))
}

func brokenOthers(c *corpus) {
	file := func(class, name string, data []byte) { c.broken("other", class, name, data) }
	lite := tflite(19, "")
	file("tflite: root beyond the file", "model.tflite", edited(lite, 0, 0xff, 0xff, 0xff, 0x7f))
	root := int(binary.LittleEndian.Uint32(lite))
	file("tflite: table of fields beyond the file", "model.tflite", edited(lite, root, 0xff, 0xff, 0xff, 0x7f))
	file("tflite: vector beyond the file", "model.tflite", edited(lite, root+8, 0xff, 0xff, 0xff, 0x7f))
	file("tflite: head alone", "model.tflite", lite[:8])
	r := rds(rText("honest"), false)
	file("rds: text longer than the file", "model.rds", edited(r, -10, 0x7f, 0xff))
	file("rds: unknown kind", "model.rds", edited(r, 14, 0, 0, 0, 0xc8))
	file("rds: version of the future", "model.rds", edited(r, 2, 0, 0, 0, 99))
	file("rds: packed file cut", "model.rds", packed("gzip", r)[:20])
	t := t7Table()
	file("torch7: text longer than the file", "model.t7", edited(t, 16, 0xff, 0xff, 0xff, 0x7f))
	file("torch7: unknown kind", "model.t7", edited(t, 0, 77))
	file("torch7: many items claimed", "model.t7", edited(t, 8, 0xff, 0xff, 0xff, 0x7f))
	file("empty file", "model.pt", nil)
	file("empty file", "model.safetensors", nil)
	file("words", "pytorch_model.bin", []byte("this is no model at all, only words\n"))
	file("words", "model.h5", []byte("this is no model at all, only words\n"))
	file("page of a web server", "model.onnx", []byte("<!DOCTYPE html><html><body>404 Not Found</body></html>\n"))
	file("page of a web server", "model.pt", []byte("<!DOCTYPE html><html><body>404 Not Found</body></html>\n"))
	file("zero bytes", "model.gguf", make([]byte, 4096))
	file("zero bytes", "pytorch_model.bin", make([]byte, 4096))
}
