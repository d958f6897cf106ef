package document

import (
	"context"
	"fmt"
	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func tmpSubject(t *testing.T, dir string) *lodemark.Subject {
	tree, err := bound.Open(dir, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s := &lodemark.System{}
	var mu = make(chan int, 1)
	tree.Walk(context.Background(), func(f bound.File) error {
		mu <- 1
		defer func() { <-mu }()
		low := "/" + strings.ToLower(f.Path)
		s.Files = append(s.Files, lodemark.File{Path: f.Path, Size: f.Size, Test: strings.Contains(low, "/test") || strings.Contains(low, "fixture"), Vendored: strings.Contains(low, "/vendor/") || strings.Contains(low, "node_modules")})
		return nil
	})
	return &lodemark.Subject{System: s, Read: tree.ReadFile}
}
func TestTmpFind(t *testing.T) {
	dirs, _ := filepath.Glob("/tmp/real/*")
	for _, d := range dirs {
		if o := os.Getenv("ONLY"); o != "" && !strings.Contains(d, o) {
			continue
		}
		if st, e := os.Stat(d); e != nil || !st.IsDir() {
			continue
		}
		s := tmpSubject(t, d)
		start := time.Now()
		fmt.Println("=====", filepath.Base(d), len(s.System.Files))
		for _, k := range lodemark.DocumentKinds() {
			f := Find(s, k)
			if len(f.Documents) == 0 && len(f.Unread) == 0 {
				continue
			}
			fmt.Println("  ", k)
			for _, doc := range f.Documents {
				fmt.Printf("      %s [%s] %q %d sections filled=%v %s\n", doc.Path, doc.Format, doc.Title, len(doc.Sections), doc.Filled(), doc.Cut)
				if os.Getenv("SECT") != "" && strings.Contains(k, os.Getenv("SECT")) {
					for i, sec := range doc.Sections {
						fmt.Printf("          %4d %s%q filled=%v under=%v\n", sec.Line, strings.Repeat("  ", sec.Level), sec.Heading, sec.Filled(), doc.FilledUnder(i))
					}
				}
			}
			for _, u := range f.Unread {
				fmt.Println("      UNREAD", u)
			}
		}
		fmt.Println("  ", time.Since(start).Round(time.Millisecond))
	}
}
