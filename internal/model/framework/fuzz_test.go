package framework

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
)

// FuzzLook reads anything as whatever claims it, under the names that the formats go by.
func FuzzLook(f *testing.F) {
	inspecttest.Fuzz(f, Formats(), []string{"m.tflite", "m.rds", "m.t7", "m-symbol.json", "m.params", "m.msgpack", "_METADATA", "Manifest.json", "part-00000", "model.ini", "configuration.json", "m.java", "m.bin"},
		[]byte(symbolText))
}

// zeros is a large file of nothing behind a beginning.
type zeros struct {
	head []byte
	size int64
}

func (z zeros) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	if off < int64(len(z.head)) {
		copy(p, z.head[off:])
	}
	if off+int64(len(p)) > z.size {
		return int(max(0, z.size-off)), io.EOF
	}
	return len(p), nil
}

// TestWeightsAreSkipped holds large files to what their structure costs.
func TestWeightsAreSkipped(t *testing.T) {
	const size = 1 << 30
	head := []byte("\x81\xa6params\x81\xa1w\xc9\x3f\xff\xff\xe0\x01\x93\x91\xce\x0f\xff\xff\xf0\xa7float32\xc6\x3f\xff\xff\xc0")
	start := time.Now()
	found := &inspect.Found{}
	for _, format := range Formats() {
		p := inspect.NewPart("m.msgpack", zeros{head, size}, size, found, nil)
		if format.Claims(p) {
			_ = format.Scan(context.Background(), p)
		}
	}
	if d := time.Since(start); d > time.Minute {
		t.Errorf("a gigabyte took %s", d)
	}
}

func BenchmarkForeignFiles(b *testing.B) {
	all := Formats()
	for _, s := range []struct {
		name string
		data []byte
	}{{"m.pkl", bytes.Repeat([]byte("\x80\x04]\x94(K\x01K\x02e."), 20)}, {"notes.txt", bytes.Repeat([]byte("some text\n"), 1000)}, {"weights.bin", make([]byte, 64<<10)}} {
		b.Run(s.name, func(b *testing.B) {
			b.SetBytes(int64(len(s.data)))
			for b.Loop() {
				inspecttest.Look(all, s.name, s.data)
			}
		})
	}
}
