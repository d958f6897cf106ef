package main

import (
	"encoding/binary"
	"math"
)

func safetensors(header string, data []byte) []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(out, header...), data...)
}

// A key and value of GGUF.
type ggufKV struct {
	key   string
	value any // string, uint32, float32, bool, []string, []uint32
}

func ggufText(b []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint64(b, uint64(len(s))), s...)
}

// ggufModel is what every model says of itself.
func ggufModel(more ...ggufKV) []ggufKV {
	return append([]ggufKV{
		{"general.architecture", "llama"}, {"general.name", "tiny"}, {"general.file_type", uint32(0)}, {"llama.context_length", uint32(128)}, {"llama.embedding_length", uint32(8)},
		{"llama.block_count", uint32(1)}, {"llama.attention.layer_norm_rms_epsilon", float32(1e-5)}, {"tokenizer.ggml.model", "llama"}, {"tokenizer.ggml.tokens", []string{"<unk>", "<s>", "</s>", "a"}},
		{"tokenizer.ggml.token_type", []uint32{2, 3, 3, 1}}, {"tokenizer.ggml.add_bos_token", true},
	}, more...)
}

// gguf writes version 3 with one tensor of 8 x 4 floats.
func gguf(kvs ...ggufKV) []byte { return ggufVersion(3, kvs...) }

func ggufVersion(version uint32, kvs ...ggufKV) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("GGUF"), version)
	b = le.AppendUint64(le.AppendUint64(b, 1), uint64(len(kvs)))
	for _, kv := range kvs {
		b = ggufText(b, kv.key)
		switch v := kv.value.(type) {
		case string:
			b = ggufText(le.AppendUint32(b, 8), v)
		case uint32:
			b = le.AppendUint32(le.AppendUint32(b, 4), v)
		case float32:
			b = le.AppendUint32(le.AppendUint32(b, 6), math.Float32bits(v))
		case bool:
			b = append(le.AppendUint32(b, 7), 1)
		case []string:
			b = le.AppendUint64(le.AppendUint32(le.AppendUint32(b, 9), 8), uint64(len(v)))
			for _, s := range v {
				b = ggufText(b, s)
			}
		case []uint32:
			b = le.AppendUint64(le.AppendUint32(le.AppendUint32(b, 9), 4), uint64(len(v)))
			for _, n := range v {
				b = le.AppendUint32(b, n)
			}
		}
	}
	b = ggufText(b, "token_embd.weight")
	b = le.AppendUint32(b, 2)
	b = le.AppendUint64(le.AppendUint64(b, 8), 4)
	b = le.AppendUint32(b, 0)
	b = le.AppendUint64(b, 0)
	for len(b)%32 != 0 {
		b = append(b, 0)
	}
	return append(b, make([]byte, 8*4*4)...)
}

// benignTensors are formats of tensors alone, which the machine's own Python does not write.
func benignTensors(c *corpus) {
	for _, st := range []struct {
		header string
		n      int
	}{
		{`{"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}`, 16},
		{`{"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},"b":{"dtype":"BF16","shape":[1,1],"data_offsets":[6,8]}}`, 8},
		{`{"__metadata__":{"format":"np","licence":"apache-2.0"},"i":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"e":{"dtype":"F32","shape":[0,4],"data_offsets":[8,8]}}`, 8},
		{`{"u":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"m":{"dtype":"BOOL","shape":[2],"data_offsets":[4,6]},"q":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[6,8]}}         `, 8},
		{`{}`, 0},
	} {
		c.benign("other", "safetensors", "model.safetensors", safetensors(st.header, make([]byte, st.n)))
	}
	c.benign("other", "gguf", "model.gguf", gguf(ggufModel()...))
	c.benign("other", "gguf", "model-Q8_0.gguf", gguf(ggufModel(ggufKV{"general.license", "apache-2.0"}, ggufKV{"general.tags", []string{"text-generation"}})...))
	c.benign("other", "gguf", "old.gguf", ggufVersion(2, ggufModel()...))
	for i, t := range honestTemplates {
		if i%3 == 0 {
			c.benign("template", "gguf", "model.gguf", gguf(ggufModel(ggufKV{"tokenizer.chat_template", t})...))
		}
	}
}
