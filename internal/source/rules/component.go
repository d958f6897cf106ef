package rules

import (
	"bytes"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/script"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// The places of a template that show a value as HTML are read as calls of these names.
const (
	vueHTML    = "v_html"
	svelteHTML = "_html"
)

// parseComponent reads the scripts of a component of Vue, Svelte or Astro, and what its template shows as HTML; nil: there is none.
func parseComponent(data []byte) *syntax.Tree {
	code := componentCode(data)
	if code == nil {
		return nil
	}
	tree := script.Parse(string(code), script.TypeScript)
	tree.Errors = nil
	return tree
}

var (
	frontMatter = pattern.New(`^---[ \t]*\r?\n(?s:(.*?))\n---`)
	shownInVue  = pattern.New(`\bv-html="([^"\n]+)"`)
	shownInPage = pattern.New(`\{@html ([^}\n]+)\}`)
)

// componentCode is a component of which only code is left, each piece where it stands in the file; nil: there is none.
func componentCode(data []byte) []byte {
	if len(data) > maxPage {
		return nil
	}
	out := blank(make([]byte, 0, len(data)), data)
	found := false
	keep := func(from, to int) {
		found = true
		copy(out[from:to], data[from:to])
	}
	if at := frontMatter.Regexp().FindSubmatchIndex(data); at != nil {
		keep(at[2], at[3])
	}
	for _, s := range pageElements(data, "script") {
		if len(bytes.TrimSpace(data[s.from:s.to])) > 0 {
			keep(s.from, s.to)
		}
	}
	shown := func(what *pattern.Pattern, name string) {
		for _, at := range what.Regexp().FindAllSubmatchIndex(data, maxPageElements) {
			keep(at[2], at[3])
			copy(out[at[0]:], ";"+name+"(") // as long as what stood there
			out[at[3]] = ')'
		}
	}
	if bytes.Contains(data, []byte("v-html")) {
		shown(shownInVue, vueHTML)
	}
	if bytes.Contains(data, []byte("{@html")) {
		shown(shownInPage, svelteHTML)
	}
	if !found {
		return nil
	}
	return out
}
