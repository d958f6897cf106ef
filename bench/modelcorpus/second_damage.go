package main

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// secondDamage are files of Keras and TensorFlow that no loader can read rightly.
func secondDamage(c *corpus) {
	broken := func(family, class, why, name string, data []byte) { c.secondOpen(family, class, why, name, data) }
	config := k3Sequential(k3Dense())
	meta, weights := entry{name: "metadata.json", data: []byte(k3Metadata)}, entry{name: "model.weights.h5", data: k3Weights()}
	right := k3Zip(config)

	const cut = "damage: cut off"
	for _, n := range []int{len(right) / 3, len(right) - 30, len(right) - 1, 4} {
		broken("keras", "cut keras", cut, "model.keras", right[:n])
	}
	model := entry{name: "config.json", data: []byte(config), deflate: true}
	crc, size, method, secret := model, model, model, model
	crc.badCRC = true
	size.size = 10
	method.deflate, method.method = false, 99
	secret.flags = 1
	spoilt := entry{name: "config.json", data: bytes.Repeat([]byte{0xee}, 200), method: 8, plain: []byte(config)}
	for _, e := range []entry{crc, size, method, secret, spoilt} {
		broken("keras", "keras member that cannot be unpacked", "damage: checksum, size, method, encryption or packed data is wrong", "model.keras", zipped(meta, e, weights))
	}
	broken("keras", "keras member that cannot be unpacked", "damage: more members are counted than there are", "model.keras", archive{entries: []entry{meta, model, weights}, count: 7}.bytes())
	for _, text := range []string{config[:len(config)/2], "", "{", strings.Replace(config, `"layers": [`, `"layers": ["`, 1), strings.Replace(config, ":", " ", 1), "\xff\xfe\x00" + config, config + "}", "[1, 2", strings.Repeat(`{"class_name": "Sequential", "config": {"layers": [`, 60000)} {
		broken("keras", "configuration that is no JSON", "damage: json.loads of config.json fails", "model.keras", zipped(meta, entry{name: "config.json", data: []byte(text)}, weights))
	}
	for _, text := range []string{config[:len(config)-1], strings.Replace(config, `"units": 2`, `"units": `, 1), k2Text(k2Sequential(k2Dense))[:200]} {
		broken("keras", "architecture that is no JSON", "damage: json.loads fails", "model.json", []byte(text))
	}
	broken("keras", "archive without a model", "damage: config.json is missing, so that load_model fails", "model.keras", zipped(meta, weights))
	broken("keras", "archive without a model", "damage: the weights are cut off", "model.keras", zipped(meta, entry{name: "config.json", data: []byte(config)}, entry{name: "model.weights.h5", data: weights.data[:len(weights.data)/2]}))
	h5 := k2H5(k2Sequential(k2Dense), "")
	for _, n := range []int{40, len(h5) / 2, len(h5) - 8} {
		broken("keras", "cut h5", cut, "model.h5", h5[:n])
	}
	broken("keras", "h5 with a spoilt header", "damage: the root group lies behind the end", "model.h5", edited(h5, 64, 0xff, 0xff, 0xff, 0x7f))
	broken("keras", "h5 with a spoilt header", "damage: a version of the superblock that does not exist", "model.h5", edited(h5, 8, 77))
	broken("keras", "h5 with a spoilt header", "damage: offsets of three bytes", "model.h5", edited(h5, 13, 3))
	broken("keras", "h5 configuration that is no JSON", "damage: json.loads of model_config fails", "model.h5", k2H5(k2Sequential(k2Dense)[:150], ""))
	broken("keras", "h5 configuration that is no JSON", "damage: json.loads of training_config fails", "model.h5", k2H5(k2Sequential(k2Dense), `{"loss": `))

	pb := served(g(place("x", dtFloat), n("out", "Relu", "x").with("T", gType(dtFloat))), "out:0").bytes()
	for _, n := range []int{3, len(pb) / 2, len(pb) - 1} {
		broken("tensorflow", "cut saved model", cut, "saved_model.pb", pb[:n])
	}
	broken("tensorflow", "cut saved model", "damage: nothing is left of it, and no meta graph", "saved_model.pb", nil)
	at := bytes.Index(pb, []byte("Relu")) - 1
	broken("tensorflow", "saved model with a wrong length", "damage: a text is longer than its node", "saved_model.pb", edited(pb, at, 0x7f))
	broken("tensorflow", "saved model with a wrong length", "damage: a length of eleven bytes", "saved_model.pb", append(bytes.Clone(pb), append([]byte{0x12}, bytes.Repeat([]byte{0xff}, 11)...)...))
	broken("tensorflow", "saved model with a wrong length", "damage: wire type 7", "saved_model.pb", append(bytes.Clone(pb), 0x17, 1, 2))
	broken("tensorflow", "saved model with a wrong length", "damage: field number 0", "saved_model.pb", append(bytes.Clone(pb), 0x02, 1, 2))
	broken("tensorflow", "saved model with a wrong length", "damage: a group that never ends", "saved_model.pb", append(bytes.Clone(pb), 0x13, 0x08, 1))
	text := string(g(place("x", dtFloat), konst("a", "b"), n("out", "Relu", "x").with("T", gType(dtFloat))).text())
	for _, t := range []string{text[:len(text)/2], strings.Replace(text, "}", "", 1), strings.Replace(text, `"Relu"`, `"Relu`, 1), strings.Replace(text, "op:", "op", 1)} {
		broken("tensorflow", "text format that does not parse", "damage: text_format.Parse fails", "graph.pbtxt", []byte(t))
	}
	keras := kerasMetadata([3]string{"_tf_keras_layer", "root", k2Dense})
	broken("tensorflow", "cut keras metadata", cut, "keras_metadata.pb", keras[:len(keras)-9])
	broken("tensorflow", "cut keras metadata", "damage: the configuration within is no JSON", "keras_metadata.pb", kerasMetadata([3]string{"_tf_keras_layer", "root", k2Dense[:60]}))

	zero := make([]byte, 32)
	one := []bundled{{key: "a", dtype: dtFloat, shape: gShape{4, 2}, size: 32, crc: crc32c(zero)}}
	index := checkpointIndex(one)
	broken("tensorflow", "spoilt checkpoint index", cut, "m.index", index[:len(index)-9])
	broken("tensorflow", "spoilt checkpoint index", cut, "m.index", index[len(index)/2:])
	broken("tensorflow", "spoilt checkpoint index", "damage: checksum of the first block", "m.index", edited(index, 3, index[3]^0x10))
	broken("tensorflow", "spoilt checkpoint index", "damage: the index block lies behind the end", "m.index", edited(index, len(index)-46, 0xff, 0xff, 0x7f))
	broken("tensorflow", "spoilt checkpoint index", "damage: a kind of packing that does not exist", "m.index", spoiltBlock(one))
	broken("tensorflow", "spoilt checkpoint index", "damage: a tensor in a shard that does not exist", "m.index", checkpointIndex([]bundled{{key: "a", dtype: dtFloat, shape: gShape{4, 2}, shard: 9, size: 32}}))
	c.files("malformed", "tensorflow", "second-checkpoint with data missing", "damage: the data are shorter than the index says", "", map[string][]byte{"m.index": checkpointIndex([]bundled{{key: "a", dtype: dtFloat, shape: gShape{4, 200}, size: 3200}}), "m.data-00000-of-00001": zero})
	c.files("malformed", "tensorflow", "second-checkpoint with data missing", "damage: size and shape of a tensor disagree", "", map[string][]byte{"m.index": checkpointIndex([]bundled{{key: "a", dtype: dtFloat, shape: gShape{400, 200}, size: 32, crc: crc32c(zero)}}), "m.data-00000-of-00001": zero})

	lite := liteModel([]table{liteCode(19, "")}, []uint32{0})
	for _, n := range []int{7, len(lite) / 2, len(lite) - 2} {
		broken("other", "cut tflite", cut, "model.tflite", lite[:n])
	}
	broken("other", "spoilt tflite", "damage: the root table lies behind the end", "model.tflite", edited(lite, 0, 0xff, 0xff, 0xff, 0x7f))
	broken("other", "spoilt tflite", "damage: an op of a code that does not exist", "model.tflite", liteModel([]table{liteCode(19, "")}, []uint32{7}))
	flipped := bytes.Clone(lite)
	root := binary.LittleEndian.Uint32(flipped)
	copy(flipped[root:], []byte{0xff, 0xff, 0xff, 0x7f})
	broken("other", "spoilt tflite", "damage: the root's vtable lies before the file", "model.tflite", flipped)
	core := proto{}.num(1, 4).bin(2, proto{}.bin(1, proto{}.str(1, "x"))).bin(500, proto{}.bin(1, proto{}.str(1, "l")))
	broken("other", "cut core ml", cut, "model.mlmodel", core[:len(core)-2])
}

// spoiltBlock is an index whose first block says it is packed in a way that does not exist, with the right checksum.
func spoiltBlock(tensors []bundled) []byte {
	b := checkpointIndex(tensors)
	// The second block is the empty one of eight bytes, with its trailer; what is before it is the first block.
	end := bytes.Index(b, append([]byte{0, 0, 0, 0, 1, 0, 0, 0, 0}, fixed32(masked(crc32c([]byte{0, 0, 0, 0, 1, 0, 0, 0, 0})))...))
	b[end-5] = 7
	copy(b[end-4:], fixed32(masked(crc32c(b[:end-4]))))
	return b
}
