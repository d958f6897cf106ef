package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

type realEngine struct{ eng }

func (realEngine) Member(context.Context, *inspect.Part, string, io.ReaderAt, int64) {}
func (realEngine) Stream(context.Context, *inspect.Part, string, io.Reader, int64)   {}

type eng struct{ root, dir string }

func (e eng) at(name string) (string, error) {
	full := path.Join(e.dir, name)
	if path.IsAbs(name) || !strings.HasPrefix(full, e.root) {
		return "", bound.ErrOutside
	}
	return full, nil
}
func (e eng) Beside(name string, max int64) ([]byte, error) {
	f, err := e.at(name)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(f)
	if err == nil && int64(len(b)) > max {
		return nil, errors.New("limit")
	}
	return b, err
}
func (e eng) SizeBeside(name string) (int64, error) {
	f, err := e.at(name)
	if err != nil {
		return 0, err
	}
	i, err := os.Stat(f)
	if err != nil {
		return 0, err
	}
	return i.Size(), nil
}
func (e eng) Members(int) bool { return true }

func TestRealScratch(t *testing.T) {
	root := os.Getenv("HUBREAL")
	if root == "" {
		t.Skip("scratch")
	}
	counts := map[string]int{}
	filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(p)
		if err != nil || len(b) == 0 {
			return nil
		}
		found := &inspect.Found{}
		part := inspect.NewPart(path.Base(p), bytes.NewReader(b), int64(len(b)), found, realEngine{eng{root, path.Dir(p)}})
		start := time.Now()
		for _, f := range Formats() {
			if !f.Claims(part) {
				continue
			}
			found.Format += f.Name + " "
			if err := f.Scan(context.Background(), part); err != nil {
				part.Say(inspect.NotRead, "damaged", -1, "%v", err)
			}
		}
		if found.Format == "" {
			return nil
		}
		if el := time.Since(start); el > 200*time.Millisecond {
			fmt.Printf("SLOW %v %d %s\n", el, len(b), p)
		}
		counts[strings.TrimSpace(found.Format)+"\t"+found.Verdict.String()]++
		rel, _ := filepath.Rel(root, p)
		for _, r := range found.Reasons {
			if r.Verdict == found.Verdict {
				fmt.Printf("%s\t%s\t%s\t%s\t%s\n", found.Verdict, strings.TrimSpace(found.Format), r.ID, rel, r.Message)
			}
		}
		return nil
	})
	for k, n := range counts {
		fmt.Printf("COUNT\t%d\t%s\n", n, k)
	}
}
