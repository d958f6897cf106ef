package develop

import (
	"strings"

	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// state is how far a card says something.
type state int8

const (
	absent  state = iota // nothing in the card speaks of it
	empty                // there is a place for it, and nothing is written there
	unclear              // it may say so: the only sign is weak
	filled
)

// said is what a card has on one field, with the place.
type said struct {
	state state
	line  int
	text  string // what is written there, as far as it was looked at
}

// cardFields says what a document has on each of the fields that are asked for.
func cardFields(d document.Document, names ...string) map[string]said {
	c := newCardText(d)
	out := map[string]said{}
	for _, name := range names {
		out[name] = c.says(fieldNamed(name))
	}
	return out
}

// says looks for the field in the front matter, in labels and tables, under headings and questions, and in the text.
func (c *cardText) says(f field) said {
	best := said{}
	for _, look := range []func(field) said{c.inLabels, c.inTitles, c.inPlaces, c.inProse, c.inOtherWords} {
		s := look(f)
		if s.state == unclear && best.state == empty && best.text == "" {
			continue // there is a place for it, and nothing in it: a loose word elsewhere does not make up for that
		}
		if s.state > best.state {
			best = s
		}
		if best.state == filled {
			break
		}
	}
	return best
}

func (c *cardText) inLabels(f field) said {
	best := said{}
	for _, l := range c.labels {
		if s, ok := f.beside(l); ok && s.state > best.state {
			best = s
		}
	}
	if f.name == fieldScope { // a column "Purpose" speaks of the rows, not of what the card is about
		return best
	}
	for _, l := range c.columns {
		if s, ok := f.beside(l); ok && s.state > best.state {
			best = s
		}
	}
	return best
}

// inTitles finds a heading that says it by itself.
func (c *cardText) inTitles(f field) said {
	for _, p := range c.places {
		if matches(f.titles, p.heading) {
			return said{filled, p.line, p.heading}
		}
	}
	return said{}
}

func (c *cardText) inPlaces(f field) said {
	best := said{}
	for _, p := range c.places {
		if f.opens(p.heading) {
			if s := p.says(f); s.state > best.state {
				best = s
			}
			if best.state == filled {
				break
			}
		}
	}
	return best
}

// inProse looks for lines of code, for statements, and for signs that it may be said.
func (c *cardText) inProse(f field) said {
	best := said{}
	for _, s := range c.prose {
		if f.code != nil {
			if m := f.code.FindStringIndex(s.code); m != nil {
				return said{filled, s.line + strings.Count(s.code[:m[0]], "\n"), s.code[m[0]:m[1]]}
			}
		}
		for _, w := range s.weights(f) {
			if w.state <= best.state {
				continue
			}
			if found, ok := s.states(f, w); ok {
				best = found
			}
		}
		if best.state == filled {
			break
		}
	}
	return best
}

// weight says how much the words of a pattern are worth.
type weight struct {
	words *pattern.Pattern
	state state
}

// weights lists what may be found in the stretch. Where the matter is at hand, words are worth more.
func (s stretch) weights(f field) []weight {
	near := s.opening || matches(f.near, s.headings)
	stated := weight{f.statements, filled}
	if f.loose && !near {
		stated.state = unclear
	}
	all := []weight{stated, {f.signs, unclear}}
	if s.opening {
		all = append(all, weight{f.opening, filled})
	}
	if near {
		all = append(all, weight{f.faint, unclear})
	}
	return all
}

// longProse is from how many words on a card surely says what cards usually say.
const longProse = 300

// inOtherWords doubts that a long text leaves out what nearly every card says: the words may not be among the known ones.
func (c *cardText) inOtherWords(f field) said {
	if !f.usual || c.words() < longProse {
		return said{}
	}
	return said{state: unclear, line: c.prose[0].line}
}

// words counts those that somebody wrote in prose, as far as it matters here.
func (c *cardText) words() int {
	n := 0
	for _, s := range c.prose {
		if begin := s.text[:min(len(s.text), longProse*16)]; answered(begin) {
			n += len(strings.Fields(begin))
		}
		if n >= longProse {
			break
		}
	}
	return n
}

const (
	matchesMost = 20 // of one pattern in one stretch
	signWords   = 5  // a sentence has that many before a word in it is a sign of anything
)

// states looks for words in a stretch of prose, in a sentence that is no question and no slot of a template.
func (s stretch) states(f field, w weight) (said, bool) {
	if w.words == nil {
		return said{}, false
	}
	for _, m := range w.words.FindAllStringIndex(s.text, matchesMost) {
		sentence := around(s.text, m[0], m[1])
		switch {
		case asked(sentence) || prompt.MatchString(lineOfMatch(s.text, m[0])) || matches(f.unless, sentence):
		case f.holds(sentence) < unclear || !answered(sentence):
		case w.state == unclear && len(strings.Fields(sentence)) < signWords:
		default:
			return said{w.state, s.lineOf(m[0]), sentence}, true
		}
	}
	return said{}, false
}

// beside judges what stands beside a label, if the label is one of the field.
func (f field) beside(l document.Label) (said, bool) {
	name := strings.TrimSpace(l.Name)
	label, heading := matches(f.labels, name), f.opens(name)
	if !label && (!heading || l.Value == "") { // "The model is trained on three files:" is no place that was left empty
		return said{}, false
	}
	s := said{empty, l.Line, l.Value}
	switch {
	case !l.Filled:
		s.text = ""
	case (label || f.telling(l.Value) != l.Value) && f.values != nil && !f.values.MatchString(f.telling(l.Value)):
	case !label && f.values == nil && score.MatchString(l.Value): // "Safety: 100 %" is a result of a test
	case f.name == fieldSources && isName(f.telling(l.Value), label): // a short name needs no sentence around it
		s.state = filled
	default:
		s.state = f.holds(l.Value)
	}
	return s, true
}

// isName says whether a value is short enough to be a name: beside a label that asks for it, or any.
func isName(value string, label bool) bool {
	most := 6
	if label {
		most = 12
	}
	return len(strings.Fields(value)) <= most && nameLike.MatchString(value)
}

// score is a value that is only a number.
var score = pattern.New(`^[\s~±<>≈]*\d[\d.,]*\s*%?$`)

// opens says whether a heading or label is one under which the field is said.
func (f field) opens(heading string) bool {
	return heading != "" && matches(f.headings, heading) && !matches(f.not, heading)
}

// holds says how much a text holds of what the field asks for.
func (f field) holds(text string) state {
	if left := pointer.ReplaceAllString(text, " "); left != text && len(strings.Fields(left)) < 4 {
		return empty // it only says where to look
	}
	switch told := f.telling(text); {
	case told != text && !nameLike.MatchString(told):
		return empty
	case f.needs == nil || f.needs.MatchString(told):
		return filled
	case matches(f.hardly, told):
		return unclear
	}
	return empty
}

// telling is a text without what says nothing.
func (f field) telling(text string) string {
	text = unsaid.ReplaceAllString(text, " ")
	if f.vague != nil {
		text = f.vague.ReplaceAllString(text, " ")
	}
	return text
}

// pointer is a picture, or a sentence that sends the reader elsewhere.
var pointer = pattern.New(`(?i)!\[[^\]]*\]\([^)]*\)|(?:please )?\b(?:see|refer to) (?:the|our|its|this) (?:\w+ )?(?:paper|code|repository|repo|website|homepage|article)\b[^.\n]*\.?`)

// unsaid is a sentence by which a card leaves something open, or a line that is yet to be filled in.
var unsaid = pattern.New(`(?im)^[\s>*_-]*(?:(?:this|it|that|they) (?:is|was|are|were) )?(?:not|nothing|none) (?:yet |currently |explicitly )?(?:specified|stated|reported|documented|provided|available|applicable|described|disclosed|known|planned|implemented|determined)\b[^.\n]*\.?|^.*\b(?:TBD|TODO|FIXME)\b.*$`)

var nameLike = pattern.New(`\pL{3}`)

func matches(re *pattern.Pattern, text string) bool { return re != nil && re.MatchString(text) }

// says judges what is written under a heading.
func (p place) says(f field) said {
	if !p.filled() {
		return said{empty, p.line, ""}
	}
	s := said{empty, p.line, p.text()}
	if f.values != nil || !score.MatchString(strings.TrimSpace(s.text)) {
		s.state = f.holds(s.text)
	}
	return s
}
