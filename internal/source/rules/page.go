package rules

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/script"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// maxPage is how long a page may be: longer ones are written by programs.
const maxPage = 1 << 20

// parsePage reads the scripts that stand in a page. What is no script is blanked out, so that every place is the one in the file; nil: there
// is none. What a template fills in cannot be read as code, so what is broken is not told.
func parsePage(data []byte) *syntax.Tree {
	code := pageScripts(data)
	if code == nil {
		return nil
	}
	tree := script.Parse(string(code), script.JavaScript)
	tree.Errors = nil
	return tree
}

var scriptKind = pattern.New(`(?i)\btype\s*=\s*["']?\s*([\w./+-]+)`)

// pageScripts is a page of which only the scripts are left; nil: there are none.
func pageScripts(data []byte) []byte {
	if len(data) > maxPage {
		return nil
	}
	var out []byte
	end := 0
	for _, s := range pageElements(data, "script") {
		if kind := scriptKind.FindStringSubmatch(string(s.head)); kind != nil {
			switch strings.ToLower(kind[1]) {
			case "text/javascript", "module", "application/javascript", "text/babel", "text/ecmascript", "text/jsx":
			default:
				continue // data, templates
			}
		}
		body := data[s.from:s.to]
		if len(bytes.TrimSpace(body)) == 0 {
			continue
		}
		if out == nil {
			out = make([]byte, 0, len(data))
		}
		out = append(blank(out, data[end:s.from]), body...)
		filled(out[s.from:])
		end = s.to
	}
	if out == nil {
		return nil
	}
	out = blank(out, data[end:])
	return out
}

// pageElement is an element of a page: its attributes, and where its content begins and ends.
type pageElement struct {
	head     []byte
	at       int
	from, to int
}

const maxPageElements = 200

// pageElements are the elements of a name, which hold only text.
func pageElements(data []byte, name string) []pageElement {
	var all []pageElement
	open, closed := "<"+name, "</"+name
	for at := 0; len(all) < maxPageElements; {
		i := indexFold(data[at:], open)
		if i < 0 {
			return all
		}
		start := at + i + len(open)
		at = start
		if start >= len(data) || data[start] != '>' && data[start] != ' ' && data[start] != '\t' && data[start] != '\n' && data[start] != '\r' {
			continue
		}
		head := bytes.IndexByte(data[start:], '>')
		if head < 0 {
			return all
		}
		from := start + head + 1
		to := indexFold(data[from:], closed)
		if to < 0 {
			return all
		}
		all = append(all, pageElement{head: data[start : start+head], at: start - len(open), from: from, to: from + to})
		at = from + to
	}
	return all
}

// indexFold is bytes.Index of a tag that may be written in large letters.
func indexFold(data []byte, tag string) int {
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '<')
		if i < 0 {
			return -1
		}
		at += i
		if len(data)-at >= len(tag) && strings.EqualFold(string(data[at:at+len(tag)]), tag) {
			return at
		}
		at++
	}
}

// blank adds spaces for a text, with its lines.
func blank(out, text []byte) []byte {
	for _, c := range text {
		if c != '\n' && c != '\r' {
			c = ' '
		}
		out = append(out, c)
	}
	return out
}

// filled puts a 0 in the place of what a template fills in, and takes out its commands: var id = {{ page.id }}; {% if x %}
func filled(code []byte) {
	for _, mark := range []struct {
		open, closed string
		value        byte
	}{{"{{", "}}", '0'}, {"{%", "%}", ' '}, {"<?", "?>", ' '}, {"<%", "%>", ' '}} {
		for at := 0; ; {
			i := bytes.Index(code[at:], []byte(mark.open))
			if i < 0 {
				break
			}
			from := at + i
			n := bytes.Index(code[from:], []byte(mark.closed))
			if n < 0 {
				break
			}
			to := from + n + len(mark.closed)
			at = to
			if line := bytes.IndexByte(code[from:to], '\n'); line >= 0 && mark.open == "{{" || mark.open == "{{" && bytes.IndexByte(code[from+2:to-2], '{') >= 0 {
				at = from + 2 // an object in an object
				continue
			}
			for k := from; k < to; k++ {
				if code[k] != '\n' && code[k] != '\r' {
					code[k] = ' '
				}
			}
			code[from] = mark.value
		}
	}
}

var (
	pageSource    = pattern.New(`(?i)\bsrc\s*=\s*["']?\s*([^"'\s>]+)`)
	pageIntegrity = pattern.New(`(?i)\bintegrity\s*=`)
)

// cdnScriptsOfPage finds the first script of a page that a host for everybody's files gives, without its digest: one is enough to be told.
func cdnScriptsOfPage(f *file, m *matcher) {
	if !strings.Contains(f.data, "//") || len(f.data) > maxPage {
		return
	}
	data := []byte(f.data)
	for _, s := range pageElements(data, "script") {
		source := pageSource.FindStringSubmatch(string(s.head))
		if source == nil || pageIntegrity.Match(s.head) || !cdnFile.MatchString(source[1]) {
			continue
		}
		line := 1 + bytes.Count(data[:s.at], []byte("\n"))
		f.report(m.rule, line, line, "<script>", source[1])
		f.found[len(f.found)-1].Message = told(m.rule.Message, quoteCode("<script>"), quoteCode(source[1]), unchecked)
		return
	}
}
