package report

import (
	"fmt"

	"github.com/lodemark/lodemark"
)

// failNothing parts the findings that fail nothing into those that comments of the target mute, and those that only advise.
func failNothing(r *lodemark.Run) (muted, advice []lodemark.Finding) {
	for _, f := range r.Findings {
		switch {
		case f.Muted != "":
			muted = append(muted, f)
		case f.Advisory:
			advice = append(advice, f)
		}
	}
	return muted, advice
}

// apart lists what comments in the code mute, each with its reason, and counts what only advises.
func (t *text) apart() {
	muted, advice := failNothing(t.run)
	if len(muted) > 0 {
		t.heading("Muted by comments in the code", count(len(muted), "finding")+" that the target itself asks to be silent about; they count for nothing above.")
		for _, f := range muted {
			t.block(block{indent: 2, mark: f.Severity.String(), markInk: dim, hang: 10, text: place(f.Path, f.Line) + "  " + plain(f.ID)})
			t.block(block{indent: 12, text: sentence(f.Message), ink: dim})
			t.block(block{indent: 12, text: capital(sentence(f.Muted)), ink: yellow})
		}
	}
	if len(advice) == 0 {
		return
	}
	t.heading("Advice", count(len(advice), "hint")+" at something absent; advice fails nothing.")
	for i, f := range advice {
		if i == shownActions && !t.verbose {
			t.block(block{indent: 2, text: fmt.Sprintf("and %d more (--verbose shows all)", len(advice)-i), ink: dim})
			return
		}
		t.block(block{indent: 2, mark: place(f.Path, f.Line) + "  ", markInk: dim, text: sentence(f.Message)})
	}
}

// apart does the same in a comment under a pull request: what is muted stands open, because a change could bring it in.
func (m *markdown) apart() {
	muted, advice := failNothing(m.run)
	if len(muted) > 0 {
		m.b.WriteString("\n### Muted by comments in the code\n\n")
		var items []string
		for _, f := range muted {
			items = append(items, fmt.Sprintf("- %s %s %s: %s *%s*\n", f.Severity, code(shortPlace(f.Path, f.Line)), escapeMarkdown(clip(f.ID, 100)),
				escapeMarkdown(clip(f.Message, 300)), escapeMarkdown(clip(capital(f.Muted), 300))))
		}
		m.listed(items, markdownApart, "finding")
	}
	var items []string
	for _, f := range advice {
		items = append(items, fmt.Sprintf("- %s %s\n", code(shortPlace(f.Path, f.Line)), escapeMarkdown(clip(f.Message, 300))))
	}
	m.details(fmt.Sprintf("Advice (%d), which fails nothing", len(advice)), items, markdownApart, "hint")
}
