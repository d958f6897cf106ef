package document

import (
	"fmt"
	"io/fs"
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
func independent(data string) (headings []string) {
	root := goldmark.New().Parser().Parse(text.NewReader([]byte(data)))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		switch {
		case !ok:
		case h.Lines().Len() == 0: // an empty heading has no place in that parser
			headings = append(headings, fmt.Sprintf("%d empty", h.Level))
		default:
			headings = append(headings, fmt.Sprintf("%d line %d", h.Level, 1+strings.Count(data[:h.Lines().At(0).Start], "\n")))
		}
	}
	return headings
}

// ours reads them with this package, without tables and the headings in HTML blocks, which CommonMark does not know.
func ours(data string) (headings []string) {
	src, _ := newSource([]byte(data))
	p := &markdownParser{src: src, plain: true}
	for _, m := range p.parse(0) {
		if strings.Trim(src.line(src.lineAt(m.from)), "# \t") == "" {
			headings = append(headings, fmt.Sprintf("%d empty", m.level))
			continue
		}
		headings = append(headings, fmt.Sprintf("%d line %d", m.level, src.lineAt(m.from)+1))
	}
	return headings
}

// Where a heading begins and where none does, each text with the number of its headings.
func TestHeadingsAsCommonMark(t *testing.T) {
	tests := []struct {
		text string
		want int
	}{
		{"# a\n## b ##\n### c #d\n#### \n####### no\n#no\n\\# no\n", 4},
		{"   # a\n    # code\n\ttab\n", 1},
		{"a\n# b\n\n    # code\n", 1},
		{"a\n===\nb\n---\n---\n\n===\n", 2},
		{"two\nlines\n===\n", 1},
		{"a\n\n---\n\n- - -\n***\n", 0},
		{"- a\n---\n", 0},
		{"> a\n---\n> # quoted\n# b\n", 1},
		{"- # in a list\n\n  # still\n\n# out\n", 1},
		{"1. a\n\n   # in\n\n  # out\n", 1},
		{"10) a\n# out\n", 1},
		{"a\n2. no list\n===\n", 1},
		{"-\n\n  # out, the item was empty\n", 1},
		{"-\n  # in\n", 0},
		{"- a\n\n\n  # in\n", 0},
		{">\t# in\n>\n> a\nlazy\n===\n", 0},
		{"```\n# code\n```\n# a\n~~~ sh\n# code\n```\n~~~\n# b\n", 2},
		{"````\n```\n# code\n````\n# a\n", 1},
		{"``` `x`\n# a\n", 1},
		{"> ```\n# out\n```\n# code\n", 1},
		{"- ```\n  # code\n  ```\n# a\n", 1},
		{"<div>\n# html\n\n# a\n</div>\n", 1},
		{"<!--\n# comment\n\n# comment\n-->\n# a\n", 1},
		{"<pre>\n\n# pre\n</pre>\n# a\n", 1},
		{"<?php\n# a\n?>\n# b\n<!DOCTYPE html>\n# c\n<![CDATA[\n# d\n]]>\n", 2},
		{"a\n<b>\n# c\n", 1},
		{"<b>\n# html\n", 0},
		{"<https://example.org>\n===\n", 1},
		{"[a]: /b 'c'\n===\n", 0},
		{"[a]: /b\n  'title'\nc\n---\n", 1},
		{"[a]: <b c>\n---\n[a]: /b) \n---\n", 1},
		{"[a]:\n/b\nc\n===\n", 1},
		{"\t# code\n \t# code\n  # a\n", 1},
		{"- a\n\t# in\n\n# out", 1},
		{"a\n   -   \n", 1},
		{"a\n-- -\n", 0},
		{"a \\\n===\n", 1},
		{"# a\n\u00a0\n# b\n", 2},
	}
	for _, tt := range tests {
		got, want := ours(tt.text), independent(tt.text)
		if !slices.Equal(got, want) {
			t.Errorf("%q: ours %q, independent %q", tt.text, got, want)
		}
		if len(got) != tt.want {
			t.Errorf("%q has %d headings, want %d", tt.text, len(got), tt.want)
		}
	}
}

// The documents of this repository, read by both.
func TestHeadingsOfRealDocuments(t *testing.T) {
	files, headings := 0, 0
	err := filepath.WalkDir("../..", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".md") {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		d0 := Read(p, data)
		body := string(data)
		if len(d0.Front) > 0 { // front matter is none of CommonMark's
			_, from := frontMatter(&source{text: body, starts: sourceOf(body).starts})
			body = strings.Repeat("\n", strings.Count(body[:from], "\n")) + body[from:]
		}
		got, want := ours(body), independent(body)
		if !slices.Equal(got, want) {
			t.Errorf("%s: ours %q, independent %q", p, got, want)
		}
		files, headings = files+1, headings+len(want)
		return nil
	})
	if err != nil || files < 20 || headings < 60 {
		t.Fatalf("%d files with %d headings, %v", files, headings, err)
	}
}

func sourceOf(text string) *source {
	src, _ := newSource([]byte(text))
	return src
}
