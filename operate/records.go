package operate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// The bounds of what is judged of one document. Nobody who is on call reads more.
const (
	passagesMost = 3000
	passageBytes = 8 << 10
)

// question is something that a record of the team must answer.
type question struct {
	check    string
	kinds    []string // kinds of documents where the answer may stand; the first is the record of it
	what     string   // that record with its article: "a monitoring plan"
	verb     string   // "does not say" where it is not given; what the topics' names go on after
	says     string   // what a pass says of the place: "names the value at which somebody is told"
	topics   []topic
	so       string // what follows from silence: "a worse model runs until a user complains"
	absent   string // what is missing where there is no record at all: "nothing alerts anybody ..."
	fix      string
	severity lodemark.Severity
}

// topic is one thing that must be spoken of. It is when a single passage matches all of its expressions; with an expression
// that must not match, when a single sentence does.
type topic struct {
	name string // goes on after the question's verb
	all  []*pattern.Pattern
	none *pattern.Pattern
}

// passage is a paragraph, an entry of a list or a row of a table, with the heading (and the table's header) it stands under.
type passage struct {
	path, heading, text string
	line                int
}

func (p passage) whole() string { return p.heading + "\n" + p.text }

// passagesOf are the passages of all documents of a kind, once in a run.
func passagesOf(s *lodemark.Subject, kind string) []passage {
	return lodemark.Shared(s, "operate.passages "+kind, func() []passage {
		var all []passage
		for _, d := range document.Find(s, kind).Documents {
			all = append(all, passages(d)...)
		}
		return all
	})
}

// answered looks for the answer in the records. What a record that is there leaves out is a finding; so is a missing record
// where there is a lodemark.yaml that could point to it.
func answered(s *lodemark.Subject, q question) lodemark.Result {
	var where []passage
	var missing []string
	for _, t := range q.topics {
		if p, ok := spoken(s, q.kinds, t); ok {
			where = append(where, p)
		} else {
			missing = append(missing, t.name)
		}
	}
	record := document.Find(s, q.kinds[0])
	switch {
	case len(missing) == 0:
		return passed(pathsOf(where), "%s:%d %s", where[0].path, where[0].line, q.says)
	case len(record.Documents) == 0:
		return q.missing(record)
	}
	d := record.Documents[0]
	for _, other := range record.Documents {
		if !isSecurityTxt(other.Path) { // which has fields and no room for more
			d = other
			break
		}
	}
	written := passagesOf(s, q.kinds[0])
	switch {
	case !firm(s, record, d):
		return undecided(record.Examined, "%s %s %s; it may stand elsewhere", d.Path, q.leaves(), strings.Join(missing, ", "))
	case len(written) == 0:
		return failed(record.Examined, []lodemark.Finding{q.finding(d.Path, "template",
			fmt.Sprintf("%s is a template that nobody filled in, so %s", d.Path, q.so))})
	case !document.English(textOf(written)):
		return undecided(record.Examined, "%s is not in English, the only language that this check reads", d.Path)
	}
	return failed(record.Examined, []lodemark.Finding{q.finding(d.Path, strings.Join(missing, "; "),
		fmt.Sprintf("%s %s %s, so %s", d.Path, q.leaves(), strings.Join(missing, ", "), q.so))})
}

func (q question) leaves() string {
	if q.verb == "" {
		return "does not say"
	}
	return q.verb
}

func (q question) finding(at, key, message string) lodemark.Finding {
	return lodemark.Finding{ID: q.check, Severity: q.severity, Path: at, Key: key, Message: message, Fix: q.fix}
}

// missing is the rule for missing documents, with what this question misses.
func (q question) missing(record document.Found) lodemark.Result {
	r := record.Missing(q.what)
	for i := range r.Findings {
		f := &r.Findings[i]
		f.ID, f.Severity = q.check, q.severity
		if strings.HasPrefix(f.Key, "no ") {
			f.Key, f.Fix = q.absent, q.fix
			f.Message = fmt.Sprintf("%s, and %s points to no %s", q.absent, f.Path, strings.ReplaceAll(record.Kind, "-", " "))
			r.Reason = f.Message
		}
	}
	if r.Outcome == lodemark.Undecided && len(r.Gaps) == 0 && !record.Declared {
		r.Reason = q.absent + "; it may be kept outside of the repository"
	}
	return r
}

// spoken finds the first passage of the records that speaks of a topic.
func spoken(s *lodemark.Subject, kinds []string, t topic) (passage, bool) {
	for _, kind := range kinds {
		for _, p := range passagesOf(s, kind) {
			if t.in(p) {
				return p, true
			}
		}
	}
	return passage{}, false
}

func (t topic) in(p passage) bool {
	if t.none == nil {
		return t.matches(p.whole())
	}
	return slices.ContainsFunc(sentenceEnd.Split(p.text, -1), func(s string) bool { return !t.none.MatchString(s) && t.matches(s) })
}

func (t topic) matches(text string) bool {
	return !slices.ContainsFunc(t.all, func(re *pattern.Pattern) bool { return !re.MatchString(text) })
}

var sentenceEnd = pattern.New(`[.;!?]\s`)

func textOf(all []passage) string {
	var b strings.Builder
	for _, p := range all {
		b.WriteString(p.text + "\n")
	}
	return b.String()
}

func pathsOf(all []passage) []string {
	var out []string
	for _, p := range all {
		out = append(out, p.path)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var firmNames = pattern.New(`(?i)plan|policy|procedure|process|record`)

// firm says whether a document is the system's own record of its kind. A page called "monitoring" without a lodemark.yaml may
// as well tell users how to monitor what they install.
func firm(s *lodemark.Subject, f document.Found, d document.Document) bool {
	return f.Declared || s.System.Declared.Path != "" || firmNames.MatchString(path.Base(d.Path))
}

var (
	remark    = pattern.New(`(?s)<!--.*?(?:-->|\z)`)
	blanks    = pattern.New(`\b(?:TODO|TBD|TBA|FIXME|XXX+)\b|(?i:lorem ipsum|\[(?:describe|insert|enter|add|name|list|your|fill|e\.g\.)\b[^\]]*\])|\{\{|<(?:[a-z]+[ _-]){0,4}(?:name|value|threshold|date|owner|team|metric|version)>`)
	entryMark = pattern.New(`^\s*(?:[-*+•]|\d{1,3}[.)])\s+`)
	tableRule = pattern.New(`^[\s|:+=-]+$`)
)

// passages takes a document apart. Sections that nobody filled in and passages with blanks to fill in are left out.
func passages(d document.Document) []passage {
	var all []passage
	for _, section := range d.Sections {
		if len(all) >= passagesMost {
			break
		}
		if section.Filled() {
			all = append(all, cutSection(d.Path, section)...)
		}
	}
	return all
}

func cutSection(path string, section document.Section) (all []passage) {
	text := remark.ReplaceAllStringFunc(section.Text, func(c string) string { return strings.Repeat("\n", strings.Count(c, "\n")) })
	var lines []string
	first, header := 0, ""
	flush := func() {
		if joined := strings.Join(lines, " "); strings.TrimSpace(joined) != "" && !blanks.MatchString(joined) && len(all) < passagesMost {
			all = append(all, passage{path, section.Heading, joined[:min(len(joined), passageBytes)], section.From + first})
		}
		lines = nil
	}
	for n, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		row := strings.HasPrefix(trimmed, "|")
		switch {
		case trimmed == "":
			flush()
			header = ""
			continue
		case row && tableRule.MatchString(trimmed):
			if len(all) > 0 && len(lines) == 0 && all[len(all)-1].line == section.From+n-1 { // what stood above the rule was the header
				header = all[len(all)-1].text
				all = all[:len(all)-1]
			}
			continue
		case row || entryMark.MatchString(line):
			flush()
		}
		if len(lines) == 0 {
			first = n
		}
		lines = append(lines, trimmed)
		if row {
			if header != "" && !blanks.MatchString(trimmed) {
				lines = []string{header + "\n" + trimmed}
			}
			flush()
		}
	}
	flush()
	return all
}
