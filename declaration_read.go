package lodemark

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// declarationSchema is the first line of every lodemark.yaml.
const declarationSchema = "lodemark/1"

// ParseDeclaration reads lodemark.yaml (SD-1.1, FND-5: who answers for the system, and how much hangs on it). The reading
// is strict: what is unknown, doubtful or written in a way that two YAML readers could take differently is a problem, and
// all problems come back together, as *FileError values joined in the order of their lines. What could be read comes back
// with them. Placeholders such as "TODO" or "<name>" count as not filled in; they are no problem.
func ParseDeclaration(path string, data []byte) (Declaration, error) {
	d := Declaration{Path: path, Lines: map[string]int{}}
	s := &sheet{path: path, lines: d.Lines}
	root := s.open(data)
	top := s.object(root, "declaration")
	if !s.opened { // nothing of it could be read, so it says no more than a file that is not there
		d.Path = ""
	}
	d.Unfilled = waiting(nil, root, "", 0)
	s.schema(top["schema"], declarationSchema)
	d.Name = s.line(top["name"], "name")
	d.Owner = s.person(top["owner"], "owner")
	d.Leader = s.person(top["accountable_leader"], "accountable_leader")
	d.Criticality = Criticality(s.word(top["criticality"], "criticality", criticalities()))
	d.Stage = Stage(s.word(top["stage"], "stage", wordsOf(Stages())))
	d.Users = s.users(top["users"])
	d.DataClasses = s.dataClasses(top["data_classes"])
	d.Models = s.hostedModels(top["hosted_models"])
	d.Endpoints = s.endpoints(top["endpoints"])
	d.Documents = s.documents(top["documents"])
	d.Facts = s.facts(top["facts"])
	return d, s.err()
}

// waiting gathers the keys below a value that hold a placeholder or an empty text. A whole entry that holds nothing, such as
// "documents:" with all of its lines commented out, waits for nobody.
func waiting(keys []string, n *yaml.Node, at string, depth int) []string {
	if n == nil || depth > depthLimit {
		return keys
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			keys = waiting(keys, n.Content[i+1], strings.TrimPrefix(at+"."+n.Content[i].Value, "."), depth+1)
		}
	case yaml.SequenceNode:
		for i, e := range n.Content {
			keys = waiting(keys, e, entry(at, i), depth+1)
		}
	case yaml.ScalarNode:
		if unfilled(n) && (depth > 1 || n.ShortTag() != "!!null") {
			keys = append(keys, at)
		}
	}
	return keys
}

// keysOf lists the keys that may stand in each mapping of our own files. The published schemas list the same.
func keysOf(mapping string) []string {
	switch mapping {
	case "declaration":
		return []string{"schema", "name", "owner", "accountable_leader", "criticality", "stage", "users", "data_classes",
			"hosted_models", "endpoints", "documents", "facts"}
	case "owner", "accountable_leader":
		return []string{"name", "contact"}
	case "hosted_models":
		return []string{"provider", "model", "version", "purpose"}
	case "endpoints":
		return []string{"name", "url", "exposure"}
	case "documents":
		return DocumentKinds()
	case "document":
		return []string{"path", "address", "sha256", "date"}
	case "facts":
		return factNames()
	case "fact":
		return []string{"answer", "reason"}
	case "decision":
		return []string{"schema", "kind", "clause", "finding", "threat", "component", "by", "requested_by", "reason", "date", "until", "mitigations", "due", "model", "bound"}
	case "acknowledgement":
		return []string{"schema", "role", "by", "date", "until", "model", "briefing"}
	case "model":
		return []string{"path", "meaning"}
	case "bound":
		return []string{"path", "sha256"}
	}
	panic("no keys are listed for " + mapping) // a name in our own code
}

func criticalities() []string {
	return wordsOf([]Criticality{CriticalityCritical, CriticalityHigh, CriticalityModerate, CriticalityLow})
}

func exposures() []string { return []string{"internet", "partner", "internal"} }

func wordsOf[T ~string](values []T) []string {
	var words []string
	for _, v := range values {
		words = append(words, string(v))
	}
	return words
}

// entry names one entry of a list by the place it takes among those that are kept.
func entry(list string, i int) string { return list + "." + strconv.Itoa(i) }

func (s *sheet) person(n *yaml.Node, at string) Person {
	m := s.mapping(n, at, keysOf(at))
	return Person{Name: s.line(m["name"], at+".name"), Contact: s.line(m["contact"], at+".contact")}
}

func (s *sheet) users(n *yaml.Node) []string {
	var users []string
	for _, e := range s.list(n, "users") {
		at := entry("users", len(users))
		if text := s.line(e, at); text != "" {
			s.mark(at, e)
			users = append(users, text)
		}
	}
	return users
}

func (s *sheet) dataClasses(n *yaml.Node) []string {
	var classes []string
	for _, e := range s.list(n, "data_classes") {
		at := entry("data_classes", len(classes))
		class := s.word(e, at, dataClasses())
		switch {
		case slices.Contains(classes, class):
			s.problem(e, "data_classes names %q twice", class)
		case class != "":
			s.mark(at, e)
			classes = append(classes, class)
		}
	}
	return classes
}

func (s *sheet) hostedModels(n *yaml.Node) []HostedModel {
	var models []HostedModel
	for _, e := range s.list(n, "hosted_models") {
		at := entry("hosted_models", len(models))
		m := s.mapping(e, at, keysOf("hosted_models"))
		s.demand(e, m, at, "provider", "model")
		model := HostedModel{
			Provider: s.line(m["provider"], at+".provider"), Model: s.line(m["model"], at+".model"),
			Version: s.line(m["version"], at+".version"), Purpose: s.prose(m["purpose"], at+".purpose"),
		}
		if model != (HostedModel{}) {
			s.mark(at, e)
			models = append(models, model)
		}
	}
	return models
}

func (s *sheet) endpoints(n *yaml.Node) []Endpoint {
	var endpoints []Endpoint
	for _, e := range s.list(n, "endpoints") {
		at := entry("endpoints", len(endpoints))
		m := s.mapping(e, at, keysOf("endpoints"))
		s.demand(e, m, at, "url", "exposure")
		endpoint := Endpoint{
			Name:     s.line(m["name"], at+".name"),
			URL:      s.address(m["url"], at+".url", endpointPattern, "an address such as https://ask.example.org/api"),
			Exposure: s.word(m["exposure"], at+".exposure", exposures()),
		}
		if endpoint != (Endpoint{}) {
			s.mark(at, e)
			endpoints = append(endpoints, endpoint)
		}
	}
	return endpoints
}

func (s *sheet) documents(n *yaml.Node) map[string]DocumentPointer {
	documents := map[string]DocumentPointer{}
	found := s.mapping(n, "documents", keysOf("documents"))
	for _, kind := range slices.Sorted(maps.Keys(found)) { // in order: of more problems than are kept, the same ones are
		p := s.pointer(found[kind], "documents."+kind)
		if p != (DocumentPointer{}) {
			documents[kind] = p
		}
	}
	return documents
}

// pointer reads where a document lies: a path, or a mapping with either a path or an address.
func (s *sheet) pointer(n *yaml.Node, at string) DocumentPointer {
	if n != nil && n.Kind == yaml.ScalarNode {
		return DocumentPointer{Path: s.treePath(n, at)}
	}
	m := s.mapping(n, at, keysOf("document"))
	p := DocumentPointer{
		Path:    s.treePath(m["path"], at+".path"),
		Address: s.address(m["address"], at+".address", documentPattern, "an address such as https://wiki.example.org/plan"),
		SHA256:  s.digest(m["sha256"], at+".sha256"), Date: s.date(m["date"], at+".date"),
	}
	_, path := m["path"]
	_, address := m["address"]
	_, sum := m["sha256"]
	_, date := m["date"]
	switch {
	case n == nil || n.Kind != yaml.MappingNode:
	case path && address:
		s.problem(n, "%s has a path and an address; one of them says where the document lies", at)
	case !path && !address:
		s.problem(n, "%s says neither path nor address", at)
	case path && (sum || date):
		s.problem(n, "%s has a path; sha256 and date go with an address, those of a file in the tree are looked up", at)
	}
	return p
}

func (s *sheet) facts(n *yaml.Node) map[string]DeclaredFact {
	facts := map[string]DeclaredFact{}
	found := s.mapping(n, "facts", keysOf("facts"))
	for _, name := range slices.Sorted(maps.Keys(found)) {
		v := found[name]
		at := "facts." + name
		m := s.mapping(v, at, keysOf("fact"))
		answer, reason := s.answer(m["answer"], at+".answer"), s.prose(m["reason"], at+".reason")
		switch {
		case answer != Unknown && reason == "" && !s.refused(m["reason"]):
			s.problem(v, "%s answers %s without a reason; an answer that cannot be checked decides nothing", at, answer)
		case answer != Unknown && reason != "":
			facts[name] = DeclaredFact{answer, reason}
		}
	}
	return facts
}

// answer reads yes or no, bare or in quotes. Readers of YAML 1.1 write a bare no back as false, so that is taken as well.
func (s *sheet) answer(n *yaml.Node, at string) Answer {
	if n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!bool" && n.Style == 0 {
		if strings.EqualFold(n.Value, "true") {
			return Yes
		}
		return No
	}
	return Answer(s.word(n, at, []string{string(Yes), string(No)}))
}

func (s *sheet) address(n *yaml.Node, at string, shape *regexp.Regexp, want string) string {
	text, ok := s.scalar(n, at, lineLimit)
	if !ok {
		return ""
	}
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil:
		s.problem(n, "%s holds a user name or password; credentials have no place in this file", at)
	case !shape.MatchString(text) || err != nil || u.Hostname() == "":
		s.problem(n, "%s %s is not %s", at, quoted(text), want)
	default:
		return text
	}
	return ""
}

// The typed values that may stand in our own files. Each reader takes nil for a key that is not there, reports what is
// wrong at the value's own line, and gives the zero value for what is not filled in.

// object reads the mapping that a whole file is.
func (s *sheet) object(n *yaml.Node, keys string) map[string]*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode && !s.refused(n) {
		s.problem(n, "the file is %s; it must be a mapping of keys to values", kindOf(n))
		return nil
	}
	s.opened = true
	return s.mapping(n, "", keysOf(keys))
}

// mapping gives the values of the known keys; unknown and repeated ones are problems.
func (s *sheet) mapping(n *yaml.Node, at string, keys []string) map[string]*yaml.Node {
	found := map[string]*yaml.Node{}
	if unfilled(n) || n.Kind == yaml.AliasNode {
		return found
	}
	if n.Kind != yaml.MappingNode {
		s.problem(n, "%s is %s; it must be a mapping with the keys %s", at, kindOf(n), strings.Join(keys, ", "))
		return found
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		first, twice := found[key.Value]
		switch {
		case key.Kind == yaml.AliasNode || s.refused(key):
		case key.Kind != yaml.ScalarNode:
			s.problem(key, "a key is %s; keys are plain words", kindOf(key))
		case key.Value == "<<":
			s.problem(key, "merge key <<; merge keys are not used here, write the keys out")
		case !slices.Contains(keys, key.Value):
			s.problem(key, "unknown key %s%s%s", quoted(key.Value), within(at), s.suggest(key.Value, keys))
		case twice:
			s.problem(key, "key %s%s stands here again; it stands at line %d already", quoted(key.Value), within(at), first.Line)
		default:
			found[key.Value] = value
			s.mark(strings.TrimPrefix(at+"."+key.Value, "."), key)
		}
	}
	return found
}

// demand reports the keys that an entry cannot do without.
func (s *sheet) demand(n *yaml.Node, m map[string]*yaml.Node, at string, keys ...string) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for _, key := range keys {
		if _, ok := m[key]; !ok {
			s.problem(n, "%s lacks %s", at, key)
		}
	}
}

func (s *sheet) list(n *yaml.Node, at string) []*yaml.Node {
	if unfilled(n) || n.Kind == yaml.AliasNode {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		s.problem(n, "%s is %s; it must be a list, also for one entry", at, kindOf(n))
		return nil
	}
	return n.Content
}

// scalar gives text as it is written; false for what is not filled in or was refused.
func (s *sheet) scalar(n *yaml.Node, at string, most int) (string, bool) {
	switch {
	case unfilled(n) || n.Kind == yaml.AliasNode || s.refused(n):
		return "", false
	case n.Kind != yaml.ScalarNode:
		s.problem(n, "%s is %s; it must be text", at, kindOf(n))
	case n.ShortTag() != "!!str" && n.ShortTag() != "!!timestamp":
		s.problem(n, "%s is %s here; put it in quotes to make it text: %q", at, kindOf(n), cut(n.Value))
	case utf8.RuneCountInString(n.Value) > most:
		s.problem(n, "%s has %d characters; at most %d are read", at, utf8.RuneCountInString(n.Value), most)
	default:
		return n.Value, true
	}
	return "", false
}

// line reads one line of text: runs of white space become one space, and what would show as nothing, or turn the line
// round, is refused, because two names that look alike must be alike (a decision needs two different people).
func (s *sheet) line(n *yaml.Node, at string) string { return s.spaced(n, at, lineLimit) }

// prose reads a longer text in the same way.
func (s *sheet) prose(n *yaml.Node, at string) string { return s.spaced(n, at, proseLimit) }

func (s *sheet) spaced(n *yaml.Node, at string, most int) string {
	text, _ := s.scalar(n, at, most)
	text = strings.Join(strings.Fields(text), " ")
	if r, ok := hidden(text); ok {
		s.problem(n, "%s holds the invisible character %U; leave it out", at, r)
		return ""
	}
	return text
}

// word reads one of a fixed set of words.
func (s *sheet) word(n *yaml.Node, at string, words []string) string {
	if n != nil && n.Kind == yaml.ScalarNode && !unfilled(n) && !s.refused(n) && !slices.Contains(words, n.Value) {
		s.problem(n, "%s %s is not %s%s", at, quoted(n.Value), oneOf(words), s.suggest(n.Value, words))
		return ""
	}
	text, _ := s.scalar(n, at, lineLimit)
	return text
}

func (s *sheet) treePath(n *yaml.Node, at string) string {
	path, ok := s.scalar(n, at, lineLimit)
	if !ok {
		return ""
	}
	hides := strings.ContainsFunc(path, func(r rune) bool { return unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) })
	switch {
	case strings.Contains(path, "://"):
		s.problem(n, "%s %s is an address, not a path in the tree; write {address: ...}", at, quoted(path))
	case hides || notInTreePattern.MatchString(path) || !fs.ValidPath(path):
		s.problem(n, "%s %s is not a path in the tree: relative to its root, with / between folders, without . and ..", at, quoted(path))
	default:
		return path
	}
	return ""
}

func (s *sheet) digest(n *yaml.Node, at string) string {
	text, ok := s.scalar(n, at, lineLimit)
	if ok && !digestPattern.MatchString(text) {
		s.problem(n, "%s %s is not a SHA-256 digest: 64 hex digits in lower case", at, quoted(text))
		return ""
	}
	return text
}

func (s *sheet) date(n *yaml.Node, at string) string {
	text, ok := s.scalar(n, at, lineLimit)
	if !ok {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil || !datePattern.MatchString(text) {
		s.problem(n, "%s %s is not a date: YYYY-MM-DD", at, quoted(text))
		return ""
	}
	return text
}

// unfilled says whether a value is missing, empty or a placeholder that waits for a person.
func unfilled(n *yaml.Node) bool {
	if n == nil {
		return true
	}
	if n.Kind != yaml.ScalarNode || n.Style&yaml.TaggedStyle != 0 {
		return false
	}
	return n.ShortTag() == "!!null" || n.ShortTag() == "!!str" && placeholderPattern.MatchString(n.Value)
}

// hidden finds a character that draws nothing or changes the direction of writing. Joiners and variation selectors belong
// to the scripts and emoji that use them; after a Latin letter they only make one name into two.
func hidden(text string) (rune, bool) {
	previous := ' '
	for _, r := range text {
		joins := r == '\u200c' || r == '\u200d' || unicode.Is(unicode.Variation_Selector, r)
		draws := strconv.IsPrint(r) && !drawsNothing(r)
		if joins && previous < '\u0600' || !joins && !draws {
			return r, true
		}
		if !joins {
			previous = r
		}
	}
	return 0, false
}

func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "an alias"
	}
	switch n.ShortTag() {
	case "!!null":
		return "empty"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	}
	return "text"
}

func within(at string) string {
	if at == "" {
		return ""
	}
	return " in " + at
}

func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// suggest names the word that was probably meant.
func (s *sheet) suggest(wrong string, words []string) string {
	if s.full() {
		return ""
	}
	plain := func(w string) string {
		return strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(w), "-", "_"), " ", "_")
	}
	best, distance := "", 3
	for _, w := range words {
		if d := edits(plain(wrong), plain(w)); d < distance && d*2 <= len(w) {
			best, distance = w, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// edits counts the letters to insert, drop or replace; long words are never taken for a slip.
func edits(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			row[j+1] = min(cost, above+1, row[j]+1)
			diagonal = above
		}
	}
	return row[len(b)]
}

// quoted makes hostile text safe to print and keeps it short.
func quoted(text string) string { return quoteVisibly(cut(text)) }

func cut(text string) string { return clip(text, 60) }

func clip(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-3]) + "..."
}
