package hdf5

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestMutZZ(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.h5")
	rng := rand.New(rand.NewSource(1))
	n := 0
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); n++ {
		b, _ := os.ReadFile(files[rng.Intn(len(files))])
		for k := rng.Intn(4) + 1; k > 0; k-- {
			i := 8 + rng.Intn(len(b)-8)
			switch rng.Intn(4) {
			case 0: b[i] = byte(rng.Intn(256))
			case 1: b[i] = 0xff
			case 2: b[i] = 0
			case 3: j := 8 + rng.Intn(len(b)-40); copy(b[i:], b[j:j+8])
			}
		}
		file, err := open(bytes.NewReader(b), int64(len(b)), 0, true)
		if err != nil { continue }
		p := part(b)
		s := &scan{ctx: context.Background(), part: p}
		done := make(chan bool)
		st := time.Now()
		go func() { select { case <-done: case <-time.After(4 * time.Second): os.WriteFile("/tmp/p6/slow.h5", b, 0o644); panic("slow") } }()
		file.Walk(s.ctx, Visitor{Link: s.link, Attribute: s.attribute, Object: s.object})
		close(done)
		if d := time.Since(st); d > 150*time.Millisecond { fmt.Println("slow", d, file.work); os.WriteFile(fmt.Sprintf("/tmp/p6/slow%d.h5", n), b, 0o644) }
	}
	fmt.Println("runs", n)
}
