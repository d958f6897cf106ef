package document

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// independent reads the headings at the top level of a Markdown text with another parser of CommonMark: level and line.
func independent(data []byte) (headings []string) {
	root := goldmark.New().Parser().Parse(text.NewReader(data))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok {
			continue
		}
		if h.Lines().Len() == 0 { // an empty heading has no place in that parser
			headings = append(headings, fmt.Sprintf("%d empty", h.Level))
			continue
		}
		headings = append(headings, fmt.Sprintf("%d line %d", h.Level, 1+strings.Count(string(data[:h.Lines().At(0).Start]), "\n")))
	}
	return headings
}

// ours reads them with this package, without the headings in HTML blocks, which that parser takes for HTML.
func ours(data []byte) (headings []string) {
	src, _ := newSource(data)
	if src == nil {
		return nil
	}
	p := &markdownParser{src: src, plain: true}
	for _, m := range p.parse(0) {
		if m.text == "" && strings.Trim(src.line(src.lineAt(m.from)), "# \t") == "" {
			headings = append(headings, fmt.Sprintf("%d empty", m.level))
			continue
		}
		headings = append(headings, fmt.Sprintf("%d line %d", m.level, src.lineAt(m.from)+1))
	}
	return headings
}

func TestHeadingsAsCommonMark(t *testing.T) {
	files, err := filepath.Glob("testdata/commonmark/*.md")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := ours(data), independent(data); !slices.Equal(got, want) {
			t.Errorf("%s\n%s\nours        %q\nindependent %q", f, data, got, want)
		}
	}
}
