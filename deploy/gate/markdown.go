package gate

import (
	"fmt"
	"io"
	"strings"

	"github.com/lodemark/lodemark"
)

// mostMarkdown is what the lines may take of a comment under a pull request, which ends at 65,536 characters.
const mostMarkdown = 48_000

// writeMarkdown draws the verdict as a comment under a pull request.
func writeMarkdown(w io.Writer, v Verdict, _ View) error {
	var b strings.Builder
	sign := "❌"
	if v.Met {
		sign = "✅"
	}
	fmt.Fprintf(&b, "<!-- lodemark gate -->\n## %s %s\n\n%s, by the policy %s, as of %s.\n\n", sign, escape(headline(v)), escape(v.System), escape(policyName(v)), moment(v.At))
	fmt.Fprintf(&b, "%d rules: %d met, %d not met, %d waived, %d not about this system.\n", v.Counts.Rules, v.Counts.Met, v.Counts.NotMet, v.Counts.Waived, v.Counts.NotJudged)
	var rest []string
	for _, l := range v.Lines {
		if l.Result != RuleNotMet {
			rest = append(rest, restOf(l))
			continue
		}
		text := markdownOf(l)
		if b.Len()+len(text) > mostMarkdown {
			fmt.Fprintf(&b, "\n### %s\n\nNot met; the JSON verdict says why.\n", escape(l.Title))
			continue
		}
		b.WriteString(text)
	}
	folded(&b, "Rules that are met, waived, or not about this system", rest)
	var borne []string
	for i, s := range v.Borne {
		if i == mostBorne {
			borne = append(borne, fmt.Sprintf("and %d more; the JSON verdict names all", len(v.Borne)-i))
			break
		}
		borne = append(borne, escape(clip(s, 300)))
	}
	folded(&b, "Let through by decisions, comments and waivers", borne)
	if !v.Asks {
		b.WriteString("\n**This policy would also be met by a system of which nothing is known, so its verdict shows nothing.**\n")
	}
	fmt.Fprintf(&b, "\n<sub>%s %s. %s</sub>\n", escape(v.Tool.Name), escape(v.Tool.Version), lodemark.Disclaimer)
	_, err := io.WriteString(w, b.String())
	return err
}

func markdownOf(l Line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n", escape(l.Title))
	if l.Waiver != "" {
		fmt.Fprintf(&b, "%s.\n\n", escape(l.Waiver))
	}
	for _, p := range l.Parts {
		fmt.Fprintf(&b, "- %s\n", escape(clip(p.Failed, 500)))
		for _, r := range p.Rests {
			fmt.Fprintf(&b, "  - rests on %s\n", escape(clip(r.String(), 400)))
		}
		for _, s := range p.Satisfy {
			fmt.Fprintf(&b, "  - *would help:* %s\n", escape(clip(s, 400)))
		}
	}
	if l.Fix != "" {
		fmt.Fprintf(&b, "\n*Fix:* %s\n", escape(l.Fix))
	}
	return b.String()
}

func restOf(l Line) string {
	switch l.Result {
	case RuleWaived:
		return fmt.Sprintf("%s: %s", escape(l.Title), escape(clip(l.Waiver, 500)))
	case RuleNotJudged:
		return fmt.Sprintf("%s: not judged, %s does not hold here", escape(l.Title), escape(l.When))
	}
	return escape(l.Title) + ": met"
}

func folded(b *strings.Builder, summary string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n<details><summary>%s</summary>\n\n- %s\n\n</details>\n", summary, strings.Join(items, "\n- "))
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}

// breaker is a space of no width, which keeps a name, a number or an address from being turned into a link.
const breaker = "&#8203;"

// escape keeps text of the target from being markup, a link, a mention or a line of its own.
func escape(s string) string {
	var b strings.Builder
	for _, r := range plain(s) {
		switch {
		case strings.ContainsRune("\\`*_{}[]()#+!|<>~$", r):
			b.WriteByte('\\')
			b.WriteRune(r)
			if r == '#' {
				b.WriteString(breaker)
			}
		case r == '&':
			b.WriteString("&amp;")
		case r == '@': // nobody is called by a file of the target
			b.WriteString("@" + breaker)
		default:
			b.WriteRune(r)
		}
	}
	return strings.NewReplacer("://", ":"+breaker+"//", "www.", "www"+breaker+".").Replace(b.String())
}
