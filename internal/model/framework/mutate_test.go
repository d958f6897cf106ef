package framework_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/lodemark/lodemark/internal/model"
	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/framework"
)

func TestMutate(t *testing.T) {
	dir := os.Getenv("REAL")
	if dir == "" {
		t.Skip("REAL names no folder")
	}
	fs := slices.Concat(framework.Formats(), archive.Formats())
	look := func(name string, b []byte) (int, string, string) {
		got := model.Examine(context.Background(), model.Source{Name: name, Bytes: bytes.NewReader(b), Size: int64(len(b))}, fs, model.Limits{})
		why := ""
		if len(got.Reasons) > 0 {
			why = got.Reasons[0].Message
		}
		return int(got.Verdict), got.Format, why
	}
	r := rand.New(rand.NewSource(1))
	cut, cutClean, flip, flipClean := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() || info.Size() > 300_000 {
			return nil
		}
		b, _ := os.ReadFile(path)
		v, f, _ := look(path, b)
		if f == "" || v != 0 {
			return nil
		}
		for i := range 12 {
			n := len(b) * (i + 1) / 13
			if i == 11 {
				n = len(b) - 1
			}
			cut[f]++
			if v, _, _ := look(path, b[:n]); v == 0 {
				cutClean[f]++
				if os.Getenv("SHOW") != "" {
					fmt.Println("cut clean", f, n, len(b), path)
				}
			}
		}
		for range 20 {
			c := bytes.Clone(b)
			i := r.Intn(min(len(c), 400))
			c[i] ^= 1 << r.Intn(8)
			flip[f]++
			if v, _, _ := look(path, c); v == 0 {
				flipClean[f]++
			}
		}
		return nil
	})
	for f := range cut {
		fmt.Printf("%-18s cut %d clean %d   flip(head) %d clean %d\n", f, cut[f], cutClean[f], flip[f], flipClean[f])
	}
}
