package lodemark

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// decisionSchema is the first line of every decision file.
const decisionSchema = "lodemark.decision/1"

// ParseDecision reads one file of .lodemark/decisions, as strictly as ParseDeclaration reads lodemark.yaml. A decision
// lowers what is demanded or vouches for what no file shows, so everything that makes it one person's answerable word is
// required: who, why, until when, and what exactly it is bound to. With an error the decision must not be counted.
func ParseDecision(path string, data []byte) (Decision, error) {
	d := Decision{ID: path}
	s := &sheet{path: path}
	root := s.open(data)
	m := s.object(root, "decision")
	s.schema(m["schema"], decisionSchema)
	d.Kind = DecisionKind(s.word(m["kind"], "kind", wordsOf(DecisionKinds())))
	d.Clause, d.Finding = s.clause(m["clause"]), s.fingerprint(m["finding"])
	d.By, d.RequestedBy = s.line(m["by"], "by"), s.line(m["requested_by"], "requested_by")
	d.Reason = s.sentence(m["reason"], "reason")
	from, until := s.date(m["date"], "date"), s.date(m["until"], "until")
	d.Date, d.Until = moment(from), moment(until)
	d.Bound = s.bound(m["bound"])
	s.aboutThreat(&d, m)
	if root != nil {
		s.completeness(d, m, root)
		s.term(d, m["until"])
	}
	return d, s.err()
}

// completeness reports what a decision lacks. What stands there but could not be read was reported already.
func (s *sheet) completeness(d Decision, m map[string]*yaml.Node, root *yaml.Node) {
	required := []string{"kind", "by", "reason", "date", "until"}
	if d.Kind.NeedsSecondPerson() {
		required = append(required, "requested_by")
	}
	for _, key := range required {
		switch n, there := m[key]; {
		case !there && key == "requested_by":
			s.problem(root, "requested_by is missing; %s needs two people: one who asks and one who decides", d.Kind)
		case !there:
			s.problem(root, "%s is missing", key)
		case unfilled(n):
			s.problem(n, "%s is not filled in", key)
		}
	}
	clause, hasClause := m["clause"]
	finding, hasFinding := m["finding"]
	threat, hasThreat := m["threat"]
	about := d.Kind == Attest || d.Kind == NotApplicable
	if hasThreat {
		s.threatCompleteness(d, m, root)
	} else {
		s.withoutThreat(d, m)
	}
	switch {
	case hasThreat && (hasClause || hasFinding):
		s.problem(threat, "a decision is about a clause, a finding or a threat; this one names two")
	case hasThreat:
	case d.Kind.ofThreatsOnly() && (hasClause || hasFinding):
		// told above: the kind is about threats
	case hasClause && hasFinding:
		s.problem(finding, "a decision is about a clause or a finding; this one names both")
	case hasFinding && about:
		s.problem(finding, "%s is about a clause; a finding is accepted or deferred", d.Kind)
	case hasFinding && unfilled(finding):
		s.problem(finding, "finding is not filled in")
	case hasClause && unfilled(clause):
		s.problem(clause, "clause is not filled in")
	case !hasClause && !hasFinding:
		s.problem(root, "clause, finding or threat is missing: a decision is about one of them")
	}
	if n := m["bound"]; hasClause && !hasFinding && (unfilled(n) || n.Kind == yaml.SequenceNode && len(n.Content) == 0) {
		if n == nil {
			n = root
		}
		s.problem(n, "bound is missing: a decision about a clause names at least one file with its sha256, so that it ends when the file changes")
	}
}

// term holds a decision to its ceiling: every one of them ends by itself.
func (s *sheet) term(d Decision, until *yaml.Node) {
	if d.Date.IsZero() || d.Until.IsZero() {
		return
	}
	switch length := d.Until.Sub(d.Date); {
	case length <= 0:
		s.problem(until, "until %s is not after date %s", d.Until.Format(time.DateOnly), d.Date.Format(time.DateOnly))
	case d.Kind != "" && length > d.Kind.Ceiling():
		s.problem(until, "until %s is %d days after date %s; %s lasts at most %d days, until %s", d.Until.Format(time.DateOnly),
			length/day, d.Date.Format(time.DateOnly), d.Kind, d.Kind.Ceiling()/day, d.Date.Add(d.Kind.Ceiling()).Format(time.DateOnly))
	}
}

func (s *sheet) clause(n *yaml.Node) string {
	id, ok := s.scalar(n, "clause", lineLimit)
	if !ok {
		return ""
	}
	c, known := Guidelines().Clause(id)
	switch {
	case known && c.ID == id:
		return id
	case known:
		s.problem(n, "clause %s is written %s", quoted(id), c.ID)
	default:
		s.problem(n, "clause %s is not in the catalogue%s", quoted(id), s.nearby(id))
	}
	return ""
}

// nearby says which clauses a guideline has, when an id names a guideline alone or a clause that it does not have.
func (s *sheet) nearby(id string) string {
	g, ok := Guidelines().Guideline(GuidelineOf(id))
	if !ok {
		return ""
	}
	return fmt.Sprintf("; %s has the clauses %s to %s", g.ID, g.Clauses[0].ID, g.Clauses[len(g.Clauses)-1].ID)
}

func (s *sheet) fingerprint(n *yaml.Node) string {
	text, ok := s.scalar(n, "finding", lineLimit)
	if ok && !fingerprintPattern.MatchString(text) {
		s.problem(n, "finding %s is not a fingerprint: 24 hex digits in lower case, as reports show them", quoted(text))
		return ""
	}
	return text
}

// sentence reads a reason that a reviewer can judge.
func (s *sheet) sentence(n *yaml.Node, at string) string {
	text := s.prose(n, at)
	if text != "" && !sentencePattern.MatchString(text) {
		s.problem(n, "%s %s is too short to be judged; write a sentence", at, quoted(text))
		return ""
	}
	return text
}

func (s *sheet) bound(n *yaml.Node) []Digest {
	var bound []Digest
	for _, e := range s.list(n, "bound") {
		at := entry("bound", len(bound))
		m := s.mapping(e, at, keysOf("bound"))
		s.demand(e, m, at, "path", "sha256")
		for _, v := range append(slices.Collect(maps.Values(m)), e) {
			if unfilled(v) {
				s.problem(v, "%s is not filled in", at)
			}
		}
		b := Digest{Path: s.treePath(m["path"], at+".path"), SHA256: s.digest(m["sha256"], at+".sha256")}
		if b.Path != "" && b.SHA256 != "" {
			bound = append(bound, b)
		}
	}
	return bound
}

// moment is the start of a day in UTC; the zero time for no date.
func moment(date string) time.Time {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}
	}
	return t
}

// What both kinds of file share from here on: one strict reading of YAML.

// The bounds of our own files: none needs a fraction of it, and a target may be hostile.
const (
	fileLimit    = 1 << 20 // bytes
	signLimit    = 100_000 // line ends and signs that can begin a value; the decoder's memory grows with them
	depthLimit   = 16      // levels of nesting
	lineLimit    = 500     // characters of a name, an address, a path
	proseLimit   = 4000    // characters of a reason or purpose
	problemLimit = 20      // problems told one by one
	problemsKept = 1000    // problems remembered while reading
)

// The shapes of text. The published JSON Schemas hold the same expressions, in the dialect that both Go and ECMAScript read.
const (
	placeholderShape = `^\s*((TODO|TBD|TBA|FIXME|XXX)([\s:.,;!?(/-][\s\S]*)?|[Tt]odo|[Tt]b[ad]|[Ff]ixme|x{3,}` +
		`|[Cc][Hh][Aa][Nn][Gg][Ee][ _-]?[Mm][Ee]|[Rr][Ee][Pp][Ll][Aa][Cc][Ee][ _-]?[Mm][Ee]|[Ff][Ii][Ll][Ll][ _-]([Mm][Ee][ _-])?[Ii][Nn]` +
		`|[Tt]o be (confirmed|decided|defined|determined|done|filled in|named)|[Pp]laceholder|([Yy]our )?[Nn]ame here|[Yy]our name` +
		`|[Ll]orem ipsum[\s\S]*|<[^<>@:]*>|\[[^\[\]]*\]|\{\{[^{}]*\}\}|\$\{[^{}]*\}|\.{3}|…|\?+|-+|_+)?\s*$`
	sentenceShape    = `^\s*\S[\s\S]{13,}\S\s*$`
	fingerprintShape = `^[0-9a-f]{24}$`
	digestShape      = `^[0-9a-f]{64}$`
	dateShape        = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
	endpointShape    = `^(https?|wss?|grpcs?)://[A-Za-z0-9._~:\[\]-]+([/?#][!-~]*)?$`
	documentShape    = `^(https?|s3|gs|oci)://[A-Za-z0-9._~:\[\]-]+([/?#][!-~]*)?$`
	notInTreeShape   = `(^|/)(\.|\.\.)?(/|$)|\\|^[A-Za-z][A-Za-z0-9+.-]*:` // what no path in the tree looks like
)

var (
	placeholderPattern = regexp.MustCompile(placeholderShape)
	sentencePattern    = regexp.MustCompile(sentenceShape)
	fingerprintPattern = regexp.MustCompile(fingerprintShape)
	digestPattern      = regexp.MustCompile(digestShape)
	datePattern        = regexp.MustCompile(dateShape)
	endpointPattern    = regexp.MustCompile(endpointShape)
	documentPattern    = regexp.MustCompile(documentShape)
	notInTreePattern   = regexp.MustCompile(notInTreeShape)
	syntaxPattern      = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	anchorPattern      = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// sheet is one of our own files while it is read. A problem is kept and the reading goes on, so that a person sees all of
// them at once and nothing that was written is lost over one slip.
type sheet struct {
	path     string
	lines    map[string]int // key to line, where the caller wants it
	problems []*FileError
	more     int  // problems beyond those kept
	opened   bool // the file is YAML and a mapping
	bad      map[*yaml.Node]bool
}

func (s *sheet) problem(n *yaml.Node, format string, args ...any) {
	if s.bad == nil {
		s.bad = map[*yaml.Node]bool{}
	}
	s.bad[n] = true
	if s.full() {
		s.more++
		return
	}
	s.problemAt(n.Line, n.Column, fmt.Sprintf(format, args...))
}

func (s *sheet) problemAt(line, column int, message string) {
	if s.full() {
		s.more++
		return
	}
	s.problems = append(s.problems, &FileError{Path: s.path, Line: line, Column: column, Message: message})
}

// full says that no further problem is worded, which keeps a file of nothing but mistakes cheap.
func (s *sheet) full() bool { return len(s.problems) >= problemsKept }

// refused says whether a value stands there and was found wrong.
func (s *sheet) refused(n *yaml.Node) bool { return n != nil && s.bad[n] }

func (s *sheet) mark(key string, n *yaml.Node) {
	if s.lines != nil {
		s.lines[key] = n.Line
	}
}

// err joins the problems in the order of their places.
func (s *sheet) err() error {
	slices.SortStableFunc(s.problems, func(a, b *FileError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	var errs []error
	for i, p := range s.problems {
		if i == problemLimit {
			rest := fmt.Sprintf("%d more problems from here on", len(s.problems)-i+s.more)
			errs = append(errs, &FileError{Path: s.path, Line: p.Line, Message: rest})
			break
		}
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}

// open gives the one value of the file; nil when it cannot be read as YAML, which is then among the problems.
func (s *sheet) open(data []byte) *yaml.Node {
	if len(data) > fileLimit {
		s.problemAt(0, 0, fmt.Sprintf("the file has %d bytes; at most %d are read", len(data), fileLimit))
		return nil
	}
	if signs := countSigns(data); signs > signLimit {
		s.problemAt(0, 0, fmt.Sprintf("the file holds about %d values; at most %d are read", signs, signLimit))
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	sound := s.checkBytes(data)
	docs, err := decode(bytes.ToValidUTF8(data, []byte("\ufffd")))
	if err != nil && sound {
		s.syntax(err, data)
	}
	if len(docs) == 0 {
		if err == nil {
			s.problemAt(1, 1, "the file holds nothing")
		}
		return nil
	}
	if len(docs) > 1 {
		s.problem(docs[1], "a second document begins here; the file holds one")
	}
	s.refuse(docs[0], 0)
	return docs[0].Content[0]
}

func countSigns(data []byte) int {
	n := 0
	for _, c := range data {
		if strings.IndexByte("\r\n,:[{?-&*", c) >= 0 {
			n++
		}
	}
	return n
}

// checkBytes reports bytes that are not UTF-8, control characters, and tabs in indentation, which YAML readers disagree about.
func (s *sheet) checkBytes(data []byte) bool {
	before := len(s.problems)
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if !utf8.Valid(line) {
			s.problemAt(number, 0, "the line is not UTF-8 text")
		}
		if i := bytes.IndexFunc(line, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\r\n", r) || r == 0x7f }); i >= 0 {
			s.problemAt(number, i+1, fmt.Sprintf("the line holds the control character %U", line[i]))
		}
		text := bytes.TrimLeft(line, " \t")
		if i := bytes.IndexByte(line[:len(line)-len(text)], '\t'); i >= 0 && len(bytes.TrimSpace(text)) > 0 {
			s.problemAt(number, i+1, "the line is indented with a tab; indent with spaces")
		}
	}
	return len(s.problems) == before
}

// decode reads at most two documents. A crash in the decoder is a file that cannot be read, not the end of an assessment.
func decode(data []byte) (docs []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			docs, err = nil, fmt.Errorf("yaml: the decoder gave up: %v", r)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(data))
	for len(docs) < 2 {
		var doc yaml.Node
		if err := dec.Decode(&doc); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return docs, err
		}
		if len(doc.Content) == 1 {
			docs = append(docs, &doc)
		}
	}
	return docs, nil
}

// syntax reports what the decoder says. It counts the lines of some messages from nought and gives none on the first.
func (s *sheet) syntax(err error, data []byte) {
	m := syntaxPattern.FindStringSubmatch(err.Error())
	if m == nil {
		s.problemAt(0, 0, "not YAML: "+quoted(err.Error()))
		return
	}
	if a := anchorPattern.FindStringSubmatch(m[2]); a != nil {
		before, _, _ := bytes.Cut(data, []byte("*"+a[1]))
		s.problemAt(1+bytes.Count(before, []byte("\n")), 0, fmt.Sprintf("alias %s; %s", quoted("*"+a[1]), noAliases))
		return
	}
	line, _ := strconv.Atoi(m[1]) // none: 0
	if line == 0 || strings.HasPrefix(m[2], "did not find expected") {
		line++
	}
	if strings.HasPrefix(m[2], "did not find expected ',' or") {
		if opens := openBracket(data); opens > 0 {
			line = opens
		} else {
			m[2] += " (each bracket is closed, so a comma or a quote is missing)"
		}
	}
	message := "not YAML: " + m[2]
	if hint := syntaxHint(m[2]); hint != "" {
		message += "; " + hint
	}
	s.problemAt(line, 0, message)
}

// openBracket gives the line of the first bracket that is never closed; 0: there is none. Outside brackets, one counts only
// where a value begins; quotes and comments are passed over.
func openBracket(data []byte) int {
	var open []int // lines
	line, quote, previous := 1, byte(0), byte('\n')
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch begins := strings.IndexByte("\n:,[{-", previous) >= 0; {
		case c == '\n':
			line++
		case quote == '"' && c == '\\':
			i++
			if i < len(data) && data[i] == '\n' {
				line++
			}
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && begins:
			quote = c
		case c == '#' && (i == 0 || strings.IndexByte(" \t\n", data[i-1]) >= 0):
			for i+1 < len(data) && data[i+1] != '\n' {
				i++
			}
			continue
		case (c == '[' || c == '{') && (len(open) > 0 || begins):
			if open = append(open, line); len(open) > signLimit {
				return open[0]
			}
		case (c == ']' || c == '}') && len(open) > 0:
			open = open[:len(open)-1]
		}
		if c != ' ' && c != '\t' && c != '\r' {
			previous = c
		}
	}
	if len(open) == 0 {
		return 0
	}
	return open[0]
}

// syntaxHint says what is usually behind a message of the decoder.
func syntaxHint(message string) string {
	for _, h := range [][2]string{
		{"mapping values are not allowed", `text that holds ": " needs quotes, and the indentation must fit the lines above`},
		{"did not find expected key", "the indentation does not fit the lines above, or a quote or bracket is too many"},
		{"each bracket is closed", ""},
		{"did not find expected ',' or", "the bracket that opens here is not closed, or a comma is missing"},
		{"found unexpected end of stream", "the quote that opens here is not closed"},
		{"could not find expected ':'", `a key and its value are written "key: value"`},
		{"cannot start any token", "text that begins with such a character needs quotes"},
		{"unknown escape character", `write \\ for a backslash in double quotes, or use single quotes`},
	} {
		if strings.Contains(message, h[0]) {
			return h[1]
		}
	}
	return ""
}

const noAliases = "aliases and anchors are not used here, write the value out"

// refuse reports, in the whole file, the features of YAML that let a value stand elsewhere or mean something else than its text.
func (s *sheet) refuse(n *yaml.Node, depth int) {
	switch {
	case depth > depthLimit:
		s.problem(n, "nested deeper than %d levels", depthLimit)
		return
	case n.Kind == yaml.AliasNode:
		s.problem(n, "alias %s; %s", quoted("*"+n.Value), noAliases)
	case n.Anchor != "":
		s.problem(n, "anchor %s; %s", quoted("&"+n.Anchor), noAliases)
	case n.Style&yaml.TaggedStyle != 0:
		s.problem(n, "tag %s; tags are not used here, put text in quotes", quoted(n.Tag))
	}
	for _, c := range n.Content {
		s.refuse(c, depth+1)
	}
}

// schema holds the file to the one layout this version reads.
func (s *sheet) schema(n *yaml.Node, want string) {
	switch {
	case n == nil && s.opened:
		s.problemAt(1, 1, fmt.Sprintf("schema is missing; the file begins with schema: %s", want))
	case n != nil && !s.refused(n) && n.Value != want:
		s.problem(n, "schema %s is not known here; this version reads %s", quoted(n.Value), want)
	}
}
