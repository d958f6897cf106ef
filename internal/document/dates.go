package document

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/pattern"
)

// Date is a day that the document names.
type Date struct {
	Time    time.Time
	Text    string
	Line    int
	Section int
}

// Contact is a way to reach somebody.
type Contact struct {
	Kind    string // "mail" or "phone"
	Value   string
	Line    int
	Section int
}

var (
	isoDay     = pattern.New(`\b(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})\b`)
	dottedDay  = pattern.New(`\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b`)
	slashedDay = pattern.New(`\b(\d{1,2})/(\d{1,2})/(\d{4})\b`)
	dayFirst   = pattern.New(`(?i)\b(\d{1,2})(?:st|nd|rd|th|\.|er|º)?\s+(?:of\s+|de\s+)?(\p{L}{3,12})\.?,?\s+(?:de\s+|del\s+)?(\d{4})\b`)
	monthFirst = pattern.New(`(?i)\b(\p{L}{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b`)
	eastAsian  = pattern.New(`(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]`)
)

// months are the names of the months in English, German, French, Spanish, Italian and Portuguese, without accents. The first
// three letters of a name or more stand for it.
var months = [12]string{
	"january januar janvier enero gennaio janeiro", "february februar fevrier febrero febbraio fevereiro", "march marz maerz mars marzo marco",
	"april avril abril aprile", "may mai mayo maggio maio", "june juni juin junio giugno junho", "july juli juillet julio luglio julho",
	"august aout agosto", "september septembre septiembre settembre setembro", "october oktober octobre octubre ottobre outubro",
	"november novembre noviembre novembro", "december dezember decembre diciembre dicembre dezembro",
}

func monthOf(name string) time.Month {
	name = flatWords(name)
	for i, list := range months {
		if len(name) >= 3 && !strings.Contains(name, " ") && strings.Contains(" "+list, " "+name) {
			return time.Month(i + 1)
		}
	}
	return 0
}

// daysIn finds the days in a text that can be read in one way only: 2026-09-15, 15 September 2026, September 15, 2026,
// 15.09.2026, 2026年9月15日. "03/04/2026" is left out: it is a different day on either side of an ocean.
func daysIn(text string) (found []time.Time, texts []string) {
	add := func(text, year, day string, month time.Month) {
		y, _ := strconv.Atoi(year)
		d, _ := strconv.Atoi(day)
		t := time.Date(y, month, d, 0, 0, 0, 0, time.UTC)
		if month >= 1 && month <= 12 && t.Day() == d && t.Month() == month && y >= 1900 {
			found, texts = append(found, t), append(texts, text)
		}
	}
	number := func(s string) time.Month { n, _ := strconv.Atoi(s); return time.Month(n) }
	if !strings.ContainsAny(text, "0123456789") {
		return nil, nil
	}
	for _, m := range isoDay.FindAllStringSubmatch(text, 50) {
		if m[2] == m[4] {
			add(m[0], m[1], m[5], number(m[3]))
		}
	}
	for _, m := range dottedDay.FindAllStringSubmatchIndex(text, 50) {
		if (m[0] == 0 || text[m[0]-1] != '.') && !strings.HasPrefix(text[m[1]:], ".") || strings.TrimLeft(text[m[1]:], ".") == "" {
			add(text[m[0]:m[1]], text[m[6]:m[7]], text[m[2]:m[3]], number(text[m[4]:m[5]]))
		}
	}
	for _, m := range slashedDay.FindAllStringSubmatch(text, 50) {
		switch first, second := number(m[1]), number(m[2]); {
		case first > 12:
			add(m[0], m[3], m[1], second)
		case second > 12 || first == second:
			add(m[0], m[3], m[2], first)
		}
	}
	for _, m := range dayFirst.FindAllStringSubmatch(text, 50) {
		add(m[0], m[3], m[1], monthOf(m[2]))
	}
	for _, m := range monthFirst.FindAllStringSubmatch(text, 50) {
		add(m[0], m[3], m[2], monthOf(m[1]))
	}
	for _, m := range eastAsian.FindAllStringSubmatch(text, 50) {
		add(m[0], m[1], m[3], number(m[2]))
	}
	return found, texts
}

// Days are the days in a text that can be read in one way only, in the order of the text.
func Days(text string) []time.Time {
	days, texts := daysIn(text)
	order := make([]int, len(days))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(strings.Index(text, texts[a]), strings.Index(text, texts[b])) })
	sorted := make([]time.Time, len(days))
	for i, at := range order {
		sorted[i] = days[at]
	}
	return sorted
}

// FirstDay is the first of the days in a text.
func FirstDay(text string) (day time.Time, ok bool) {
	if days := Days(text); len(days) > 0 {
		return days[0], true
	}
	return day, false
}

// LabelledDay finds the first day after a label such as "Next review": in a front matter, a table row or running text. The
// sentence of the label must name it: in the next one the day of something else may follow. ok says that the label stands there,
// even where no day follows it.
func LabelledDay(raw string, labels *pattern.Pattern) (day time.Time, line int, ok bool) {
	n := 0
	for text := range strings.Lines(raw) {
		n++
		m := labels.FindStringIndex(text)
		if m == nil {
			continue
		}
		if !ok {
			line, ok = n, true
		}
		if t, dated := FirstDay(Sentence(text[m[1]:])); dated {
			return t, n, true
		}
	}
	return day, line, ok
}

var firstEnd = pattern.New(`\.\s|;`)

// Sentence is a text up to the end of its first sentence.
func Sentence(text string) string {
	if end := firstEnd.FindStringIndex(text); end != nil {
		return text[:end[0]]
	}
	return text
}

// Dates returns the days that the document names outside comments.
func (d Document) Dates() (all []Date) {
	for i, s := range d.Sections {
		for n, line := range strings.Split(s.Heading+"\n"+withoutComments(s.Text, s.format), "\n") {
			at := s.From + n - 1
			if n == 0 {
				at = s.Line
			}
			days, texts := daysIn(line)
			for k, t := range days {
				if len(all) >= partsMost {
					return all
				}
				all = append(all, Date{t, texts[k], at, i})
			}
		}
	}
	return all
}

var (
	mailAddress = pattern.New(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w.+-]+ ?(?:\[at\]|\(at\)) ?[\w-]+(?: ?(?:\[dot\]|\(dot\)|\.) ?[\w-]+)+`)
	phoneNumber = pattern.New(`(?:\btel:)?\+\d[\d ()./-]{6,20}\d`)
)

// Contacts returns the mail addresses and phone numbers outside comments.
func (d Document) Contacts() (all []Contact) {
	for i, s := range d.Sections {
		for n, line := range strings.Split(withoutComments(s.Text, s.format), "\n") {
			if len(all) >= partsMost {
				return all
			}
			if strings.Contains(line, "@") || strings.Contains(line, "at") {
				for _, m := range mailAddress.FindAllString(line, 50) {
					all = append(all, Contact{"mail", m, s.From + n, i})
				}
			}
			if strings.Contains(line, "+") {
				for _, m := range phoneNumber.FindAllString(line, 50) {
					all = append(all, Contact{"phone", strings.TrimPrefix(m, "tel:"), s.From + n, i})
				}
			}
		}
	}
	return all
}
