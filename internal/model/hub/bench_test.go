package hub

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// What is built to cost much is bounded, and not clean.
func TestBombs(t *testing.T) {
	for what, f := range map[string]struct{ name, data string }{
		"many values":    {"config.json", `{"x":[` + strings.Repeat("[1],", 500_000) + `1]}`},
		"many templates": {"tokenizer_config.json", `{"chat_template":[` + strings.Repeat(`{"name":"a","template":"{% for a in range(100000) %}{% for b in range(100000) %}{{ a*b }}{% endfor %}{% endfor %}"},`, 2000) + `{}]}`},
		"aliases":        {"hparams.yaml", "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [" + strings.Repeat("*c,", 5000) + "*c]\ne: " + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "\n"},
		"a long recipe":  {"hparams.yaml", "a: [" + strings.Repeat("x,", 1_000_000) + "x]\n"},
		"many shards":    {"model.safetensors.index.json", `{"weight_map":{` + manyShards(60_000) + `}}`},
	} {
		start := time.Now()
		found := look(folder{f.name: f.data}, f.name)
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: took %s", what, took)
		}
		if found.Verdict < inspect.NotRead {
			t.Errorf("%s: is %s %v", what, found.Verdict, found.Reasons)
		}
	}
}

func manyShards(n int) string {
	var s strings.Builder
	for i := range n {
		fmt.Fprintf(&s, `"w%d":"%d.bin",`, i, i)
	}
	return s.String() + `"w":"w.bin"`
}

func BenchmarkConfig(b *testing.B) {
	data := []byte(`{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":4096,"vocab_size":32000,"torch_dtype":"bfloat16","rope_scaling":null,"tie_word_embeddings":false}`)
	f := Formats()[1]
	b.ReportAllocs()
	for b.Loop() {
		p := inspect.NewPart("config.json", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
		if f.Claims(p) {
			f.Scan(context.Background(), p)
		}
	}
}

// A tokenizer of a large vocabulary is read at the speed of its scanner, without keeping it.
func BenchmarkTokenizer(b *testing.B) {
	var s strings.Builder
	s.WriteString(`{"version":"1.0","model":{"type":"BPE","vocab":{"x":0`)
	for i := range 200_000 {
		fmt.Fprintf(&s, `,"token%d":%d`, i, i)
	}
	s.WriteString(`},"merges":[]}}`)
	data := []byte(s.String())
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		p := inspect.NewPart("tokenizer.json", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
		if err := scanTokenizer(context.Background(), p); err != nil {
			b.Fatal(err)
		}
	}
}

// What claims cost on files that are none of ours.
func BenchmarkClaimsOther(b *testing.B) {
	data := bytes.Repeat([]byte("\x80\x04."), 300)
	formats := Formats()
	b.ReportAllocs()
	for b.Loop() {
		p := inspect.NewPart("model.pkl", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
		for _, f := range formats {
			if f.Claims(p) {
				b.Fatal(f.Name)
			}
		}
	}
}
