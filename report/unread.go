package report

import (
	"fmt"

	"github.com/lodemark/lodemark"
)

// maxUnread is how many places a report lists that nothing is claimed about, unless all are asked for.
const maxUnread = 12

// unread lists what could not be looked at.
func (p *page) unread(title string, gaps []lodemark.Gap, verbose bool) {
	p.unsure(title, len(gaps), verbose, func(i int) string { return place(gaps[i].Path, gaps[i].Line) + ": " + sentence(gaps[i].Reason) })
}

// unsure lists n things that nothing is claimed about.
func (p *page) unsure(title string, n int, verbose bool, text func(i int) string) {
	if n == 0 {
		return
	}
	p.heading(title, "")
	for i := range n {
		if i == maxUnread && !verbose {
			p.block(block{indent: codeIndent, ink: dim, text: fmt.Sprintf("and %d more: --verbose or --format json lists them", n-i)})
			return
		}
		p.block(block{indent: codeIndent, mark: "?", markInk: yellow, hang: 2, text: text(i)})
	}
}
