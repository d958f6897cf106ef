package report

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// Briefing is one page for people in one role: what threatens this system, what was found in it, what it has been taught, and what
// they should do.
type Briefing struct {
	Tool      lodemark.Tool
	At        time.Time
	Role      string // "developers"
	System    string
	Sources   []string
	Parts     []BriefingPart
	Questions []BriefingQuestion
	Digest    string // 64 hex digits
	Command   string // with which it is acknowledged; empty: there is nothing that one could acknowledge
}

// BriefingPart is a heading with items, or with what is said where there is none.
type BriefingPart struct {
	Key   string         `json:"key"`
	Title string         `json:"title"`
	None  string         `json:"none,omitempty"`
	Items []BriefingItem `json:"items"`
}

// BriefingItem is one thing that is said.
type BriefingItem struct {
	Severity string `json:"severity,omitempty"`
	Text     string `json:"text"`
	Place    string `json:"place,omitempty"`
	Note     string `json:"note,omitempty"`
}

// BriefingQuestion is a question with its answer.
type BriefingQuestion struct {
	Ask    string `json:"question"`
	Answer string `json:"answer"`
}

// BriefingFormat is one way to draw a briefing.
type BriefingFormat struct {
	Name, About string
	Write       func(io.Writer, *Briefing, Options) error
}

// BriefingFormats lists the formats, text first.
func BriefingFormats() []BriefingFormat {
	return []BriefingFormat{
		{"text", "for people at a terminal", writeBriefingText},
		{"markdown", "for a wiki or a message", writeBriefingMarkdown},
		{"html", "one self-contained page that prints on paper", writeBriefingHTML},
		{"json", "everything, for programs", writeBriefingJSON},
	}
}

const (
	briefingAsks    = "Three questions"
	briefingAnswers = "Answers"
	briefingWord    = "An acknowledgement is a person's word that they have read this page. It ends when the threat model changes, and within a year."
)

func (b *Briefing) title() string { return fmt.Sprintf("Briefing for %s: %s", b.Role, b.System) }

// short is how a digest is written on the page and typed by people.
func (b *Briefing) short() string { return b.Digest[:min(len(b.Digest), 12)] }

func writeBriefingText(w io.Writer, b *Briefing, o Options) error {
	p := newPage(o)
	p.block(block{text: sentence(b.title()), ink: bold})
	p.block(block{text: fmt.Sprintf("As of %s. %s", day(b.At), sentence(strings.Join(b.Sources, " "))), ink: dim})
	for _, part := range b.Parts {
		p.heading(part.Title, "")
		if len(part.Items) == 0 {
			p.block(block{indent: 2, text: part.None, ink: dim})
		}
		for i, item := range part.Items {
			mark, ink := fmt.Sprintf("%d.", i+1), noInk
			if s, err := lodemark.ParseSeverity(item.Severity); err == nil {
				mark, ink = item.Severity, severityInks[s]
			}
			hang := 4
			if item.Severity != "" {
				hang = 10
			}
			p.block(block{indent: 2, mark: mark, markInk: ink, hang: hang, text: sentence(item.Text)})
			if about := joinedAbout(item); about != "" {
				p.block(block{indent: 2 + hang, text: sentence(about), ink: dim})
			}
		}
	}
	p.heading(briefingAsks, "")
	for i, q := range b.Questions {
		p.block(block{indent: 2, mark: fmt.Sprintf("%d.", i+1), hang: 4, text: sentence(q.Ask)})
	}
	p.blank()
	if b.Command != "" {
		p.block(block{text: briefingWord, ink: dim})
		p.command(2, strings.ReplaceAll(b.Command, " --", "  --")) // a line may end before a flag, and not inside the digits
	}
	p.block(block{text: sentence(b.Tool.Name+" "+b.Tool.Version) + ". " + lodemark.Disclaimer, ink: dim})
	p.heading(briefingAnswers, "")
	for i, q := range b.Questions {
		p.block(block{indent: 2, mark: fmt.Sprintf("%d.", i+1), hang: 4, text: sentence(q.Answer)})
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

func joinedAbout(i BriefingItem) string {
	switch {
	case i.Place != "" && i.Note != "":
		return i.Place + " (" + i.Note + ")"
	case i.Place != "":
		return i.Place
	}
	return i.Note
}

func writeBriefingMarkdown(w io.Writer, b *Briefing, _ Options) error {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	line("<!-- lodemark brief -->\n# %s\n", escapeMarkdown(b.title()))
	line("As of %s. %s", day(b.At), escapeMarkdown(strings.Join(b.Sources, " ")))
	for _, part := range b.Parts {
		line("\n## %s\n", part.Title)
		if len(part.Items) == 0 {
			line("%s", escapeMarkdown(part.None))
		}
		for i, item := range part.Items {
			lead := ""
			if item.Severity != "" {
				lead = "**" + escapeMarkdown(item.Severity) + "** "
			}
			line("%d. %s%s", i+1, lead, escapeMarkdown(item.Text))
			if about := joinedAbout(item); about != "" {
				line("   <sub>%s</sub>", escapeMarkdown(about))
			}
		}
	}
	line("\n## %s\n", briefingAsks)
	for i, q := range b.Questions {
		line("%d. %s", i+1, escapeMarkdown(q.Ask))
	}
	if b.Command != "" {
		line("\n%s\n\n%s", briefingWord, code(b.Command))
	}
	line("\n<sub>%s %s. %s</sub>\n\n## %s\n", escapeMarkdown(b.Tool.Name), escapeMarkdown(b.Tool.Version), lodemark.Disclaimer, briefingAnswers)
	for i, q := range b.Questions {
		line("%d. %s", i+1, escapeMarkdown(q.Answer))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// briefingSchema names the layout of the JSON form.
const briefingSchema = "lodemark.brief/1"

type briefingJSON struct {
	Schema     string             `json:"schema"`
	Tool       lodemark.Tool      `json:"tool"`
	At         time.Time          `json:"at"`
	Role       string             `json:"for"`
	System     string             `json:"system"`
	Sources    []string           `json:"sources"`
	Parts      []BriefingPart     `json:"parts"`
	Questions  []BriefingQuestion `json:"questions"`
	Digest     string             `json:"digest"`
	Disclaimer string             `json:"disclaimer"`
}

func writeBriefingJSON(w io.Writer, b *Briefing, _ Options) error {
	out := briefingJSON{briefingSchema, b.Tool, b.At.UTC(), b.Role, b.System, some(b.Sources), nil, some(b.Questions), b.Digest, lodemark.Disclaimer}
	for _, p := range b.Parts {
		p.Items = some(p.Items)
		out.Parts = append(out.Parts, p)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// briefingPage is all that the template sees; its texts are harmless already.
type briefingPage struct {
	Style                             template.CSS
	Policy                            string
	Title, Tool, At, AtISO            string
	Sources                           []string
	Parts                             []briefingPagePart
	Asks                              string
	Questions, Answers                []string
	AnswersTitle                      string
	Word, Command, Digest, Disclaimer string
}

type briefingPagePart struct {
	Key, Title, None string
	Items            []BriefingItem
}

// writeBriefingHTML draws one page that needs nothing else; no request leaves it, and no script runs in it.
func writeBriefingHTML(w io.Writer, b *Briefing, _ Options) error {
	frame, err := smallPage("briefing")
	if err != nil {
		return err
	}
	page := briefingPage{Style: frame.style, Policy: frame.policy,
		Title: sentence(b.title()), Tool: strings.TrimSpace(sentence(b.Tool.Name) + " " + sentence(b.Tool.Version)), At: day(b.At), AtISO: b.At.UTC().Format(time.RFC3339), Asks: briefingAsks, AnswersTitle: briefingAnswers,
		Word: briefingWord, Command: sentence(b.Command), Digest: b.short(), Disclaimer: lodemark.Disclaimer}
	for _, s := range b.Sources {
		page.Sources = append(page.Sources, sentence(s))
	}
	for _, p := range b.Parts {
		part := briefingPagePart{p.Key, p.Title, p.None, nil}
		for _, i := range p.Items {
			part.Items = append(part.Items, BriefingItem{i.Severity, sentence(i.Text), sentence(i.Place), sentence(i.Note)})
		}
		page.Parts = append(page.Parts, part)
	}
	for _, q := range b.Questions {
		page.Questions, page.Answers = append(page.Questions, sentence(q.Ask)), append(page.Answers, sentence(q.Answer))
	}
	return frame.draw(w, page)
}
