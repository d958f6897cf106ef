package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
)

// markdownMarks finds the headings that stand at the top level of a Markdown text, as CommonMark 0.31 reads it with the
// tables of GitHub, and the HTML headings in its HTML blocks. Headings inside quotes and lists cut nothing: they belong to
// what is quoted.
func markdownMarks(src *source, first int) []mark {
	p := &markdownParser{src: src}
	return p.parse(first)
}

// leaf is the kind of the innermost open block.
type leaf int

const (
	noLeaf leaf = iota
	paragraph
	table
	fence
	indented
	htmlBlock
)

// container is an open quote or list item. A quote has no indent.
type container struct {
	quote  bool
	indent int  // columns that continuation lines of an item must be indented by
	empty  bool // an item that holds nothing yet
}

type markdownParser struct {
	src    *source
	open   []container
	leaf   leaf
	at     int      // line at which the leaf began
	text   []string // of the open paragraph, line by line
	fence  byte     // ` or ~
	width  int      // of the fence
	end    *pattern.Pattern
	marks  []mark
	number int  // of the current line
	plain  bool // CommonMark alone: no headings out of HTML blocks, no tables
}

// parse reads the lines from the first on.
func (p *markdownParser) parse(first int) []mark {
	for p.number = first; p.number < p.src.lines(); p.number++ {
		p.take()
	}
	p.close(0)
	return p.marks
}

// take reads one line.
func (p *markdownParser) take() {
	c := &cursor{s: p.src.line(p.number)}
	matched := p.match(c)
	if p.leaf == fence || p.leaf == htmlBlock {
		if matched == len(p.open) {
			p.insideBlock(c)
			return
		}
	}
	fresh := p.starts(c, &matched)
	if fresh {
		return
	}
	switch {
	case c.blank():
		p.close(matched)
	case p.leaf == paragraph && matched < len(p.open): // a lazy line goes on with the paragraph
		p.text = append(p.text, c.rest())
	default:
		if matched < len(p.open) || p.leaf != paragraph {
			p.close(matched)
		}
		p.addText(c.rest())
	}
}

// match goes down the open containers as far as the line continues them.
func (p *markdownParser) match(c *cursor) int {
	for k := range p.open {
		o := &p.open[k]
		switch {
		case o.quote:
			if c.indent() > 3 || c.peek() != '>' {
				return k
			}
			c.skipSpace()
			c.passMark()
		case c.blank():
			if o.empty && k == len(p.open)-1 && p.leaf == noLeaf {
				return k // an item that begins with a blank line ends at the second one
			}
		case c.indent() >= o.indent:
			c.columns(o.indent)
		default:
			return k
		}
	}
	return len(p.open)
}

// insideBlock reads a line of a fence or an HTML block.
func (p *markdownParser) insideBlock(c *cursor) {
	if p.leaf == fence {
		if c.indent() <= 3 && closesFence(c.trimmed(), p.fence, p.width) {
			p.leaf = noLeaf
		}
		return
	}
	if p.end == nil { // ends before a blank line
		if c.blank() {
			p.endHTML(p.number)
		}
	} else if p.end.MatchString(c.rest()) {
		p.endHTML(p.number + 1)
	}
}

// starts opens the blocks that begin on the line. It is true where nothing of the line is left over.
func (p *markdownParser) starts(c *cursor, matched *int) bool {
	for {
		if c.blank() {
			return false
		}
		inParagraph := p.leaf == paragraph && *matched == len(p.open)
		if c.indent() > 3 {
			if p.leaf == paragraph {
				return false // goes on with the paragraph, lazily or not
			}
			p.close(*matched)
			p.begin(indented)
			return true
		}
		text := c.trimmed()
		switch {
		case text[0] == '>' && len(p.open) < nestingMost:
			p.close(*matched)
			c.skipSpace()
			c.passMark()
			p.push(container{quote: true})
			*matched = len(p.open)
			continue
		case text[0] == '#' && atxLevel(text) > 0:
			p.close(*matched)
			p.heading(atxLevel(text), p.number, atxText(text))
			return true
		case opensFence(text):
			p.close(*matched)
			p.begin(fence)
			p.fence, p.width = text[0], run(text, text[0])
			return true
		}
		if end, ok := opensHTML(text, p.leaf == paragraph); ok && text[0] == '<' {
			p.close(*matched)
			p.begin(htmlBlock)
			p.end = end
			if end != nil && end.MatchString(text) {
				p.endHTML(p.number + 1)
			}
			return true
		}
		if inParagraph && p.underlined(text) {
			return true
		}
		if thematicBreak(text) {
			p.close(*matched)
			return true
		}
		item, width, ok := listMarker(c, inParagraph)
		if !ok || len(p.open) >= nestingMost {
			break
		}
		p.close(*matched)
		item.empty = true
		c.columns(width)
		p.push(item)
		*matched = len(p.open)
	}
	if p.leaf == paragraph && *matched == len(p.open) && p.tabled(c.trimmed()) {
		p.leaf = table
		return true
	}
	if p.leaf == table && *matched == len(p.open) {
		return true
	}
	return false
}

func (p *markdownParser) push(c container) {
	p.touch()
	p.open = append(p.open, c)
}

func (p *markdownParser) begin(l leaf) {
	p.touch()
	p.leaf, p.at, p.text = l, p.number, p.text[:0]
}

// touch notes that the innermost item holds something.
func (p *markdownParser) touch() {
	if n := len(p.open); n > 0 {
		p.open[n-1].empty = false
	}
}

// close ends the leaf and all containers beyond the first n.
func (p *markdownParser) close(n int) {
	if p.leaf == htmlBlock {
		p.endHTML(p.number)
	}
	p.leaf = noLeaf
	p.open = p.open[:min(n, len(p.open))]
}

func (p *markdownParser) addText(text string) {
	if p.leaf == paragraph {
		p.text = append(p.text, text)
		return
	}
	p.begin(paragraph)
	p.text = append(p.text, text)
}

// heading makes a mark of a heading at the top level.
func (p *markdownParser) heading(level, line int, text string) {
	p.touch()
	if len(p.open) == 0 {
		p.marks = append(p.marks, mark{p.src.start(line), p.src.start(p.number + 1), level, inlineText(text)})
	}
}

// underlined takes an underline that makes the open paragraph a heading.
func (p *markdownParser) underlined(text string) bool {
	level := setextLevel(text)
	if level == 0 {
		return false
	}
	whole := strings.Join(p.text, "\n")
	rest := withoutReferences(whole)
	if blank(rest) {
		return false
	}
	line := p.at + strings.Count(whole[:len(whole)-len(rest)], "\n")
	p.leaf = noLeaf
	p.heading(level, line, rest)
	return true
}

// tabled says whether the line is the rule below the header of a table, which the open paragraph then ends with.
func (p *markdownParser) tabled(text string) bool {
	n := ruleCells(text)
	return !p.plain && n > 0 && len(p.text) > 0 && n == len(cellsOf(p.text[len(p.text)-1]))
}

// endHTML closes an HTML block that ends before the line, and takes the headings in it.
func (p *markdownParser) endHTML(line int) {
	p.leaf = noLeaf
	if len(p.open) == 0 && !p.plain {
		marks, _ := htmlMarks(p.src, p.src.start(p.at), p.src.start(line))
		p.marks = append(p.marks, marks...)
	}
}
