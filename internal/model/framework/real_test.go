package framework_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model"
	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/framework"
)

func TestReal(t *testing.T) {
	dir := os.Getenv("REAL")
	if dir == "" {
		t.Skip("REAL names no folder")
	}
	n, bad := 0, 0
	fs := slices.Concat(framework.Formats(), archive.Formats())
	filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return nil
		}
		f, _ := os.Open(path)
		defer f.Close()
		start := time.Now()
		got := model.Examine(context.Background(), model.Source{Name: path, Bytes: f, Size: info.Size()}, fs, model.Limits{})
		n++
		if d := time.Since(start); d > 200*time.Millisecond {
			fmt.Println("SLOW", d, path)
		}
		if got.Verdict > 0 || os.Getenv("ALL") != "" || got.Format == "" {
			bad++
			fmt.Printf("%s %s %q\n", path, got.Verdict, got.Format)
			for i, r := range got.Reasons {
				if i < 6 {
					fmt.Printf("    %s %s @%d %s %s\n", r.Verdict, r.ID, r.Offset, r.Part, r.Message)
				}
			}
			if os.Getenv("ALL") != "" {
				fmt.Println("   ", got.Facts)
			}
		}
		return nil
	})
	fmt.Println(n, "files", bad, "not clean")
}
