package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
	"unicode/utf8"
)

// written says whether a text holds a sentence that is neither placeholder nor a template's.
func written(text string) bool {
	text = strings.TrimSpace(text)
	if isPlaceholder(text) || fromTemplate(text) {
		return false
	}
	value, labelled := withoutLabel(text)
	if labelled {
		return hasWord(value) && !isPlaceholder(value) && writtenSentences(value)
	}
	return writtenSentences(text)
}

func writtenSentences(text string) bool {
	all := sentences(text)
	if asks(all[0]) && pleaseAnswer.MatchString(text) { // a question of a form, with what its answer should hold
		return false
	}
	for _, s := range all {
		if hasWord(s) && !isPlaceholder(s) && !asks(s) && !fromTemplate(s) && !mostlyBlanks(s) {
			return true
		}
	}
	return false
}

var labelled = pattern.New(`^([^:：]{1,60})(?::(?:\s+|$)|：\s*)(.*)$`)

// withoutLabel takes a label of at most six words off: "Developed by: the help desk".
func withoutLabel(text string) (value string, ok bool) {
	m := labelled.FindStringSubmatch(text)
	if m == nil || len(strings.Fields(m[1])) > 6 {
		return text, false
	}
	return strings.TrimSpace(m[2]), true
}

// sentences cuts a text where a sentence ends.
func sentences(text string) []string {
	var out []string
	from := 0
	for _, m := range sentenceEnd.FindAllStringIndex(text, -1) {
		if abbreviation.MatchString(text[from : m[0]+1]) {
			continue
		}
		out = append(out, strings.TrimSpace(text[from:m[1]]))
		from = m[1]
	}
	return append(out, strings.TrimSpace(text[from:]))
}

var (
	sentenceEnd  = pattern.New(`[.!?][)"'*_”’\]]*(?:\s+|$)|[。！？]`)
	abbreviation = pattern.New(`(?i)(?:^|[\s(])(?:e\.g|i\.e|etc|cf|vs|approx|resp|incl|no|fig|sec|dr|mr|ms|st|z\.b|d\.h|bzw|p\.ex|\p{L})\.$`)
)

// asks says whether a sentence asks or instructs the writer, as the forms of data sheets do: "Who made it?", "If so, please
// describe how."
func asks(s string) bool {
	s = strings.TrimRight(strings.TrimSpace(s), "\"'”’)]*_ ")
	return strings.HasSuffix(s, "?") || strings.HasSuffix(s, "？") || askedOf.MatchString(strings.TrimLeft(s, "(\"'“*_ "))
}

var pleaseAnswer = pattern.New(`(?i)\bplease (?:describe|explain|list|provide|specify)\b`)

var askedOf = pattern.New(`(?i)^(?:if (?:so|not|yes|no|applicable|any|available|it is not|there (?:is|are) (?:an?|any) [\w -]{1,40}),? (?:please|you may skip|describe|explain|provide|list)\b|` +
	`in either case,? please\b|for (?:example|instance),? please (?:describe|provide)|` +
	`please (?:also )?(?:add|describe|document|explain|give|include|indicate|list|note|outline|provide|specify|state|summari[sz]e)\b.*\b(?:your (?:model|data(?:set)?|project|system|answer|organi[sz]ation|name|team)|` +
	`(?:an?|the|any) (?:brief |short |detailed )?(?:description|summary|overview|explanation)|this section|here|below)\b|` +
	`please (?:describe|explain|specify|elaborate)(?: (?:how|why|what|this))?$)`)

// isPlaceholder says whether a text as a whole stands for one that is yet to be written.
func isPlaceholder(text string) bool {
	t := strings.ToLower(strings.TrimSpace(text))
	t = strings.Trim(t, " \t*_`\"'“”")
	if t == "" || !hasWord(t) {
		return true
	}
	if unfinished.MatchString(t) || strings.Contains(t, "lorem ipsum") {
		return true
	}
	if enclosed(t) && !capitalList.MatchString(strings.TrimSpace(text)) {
		return true
	}
	t = strings.Trim(t, " .…!?:;,()[]<>{}-–—~=。、！？：")
	return dummy(t) || emptyWords[t] || toCome.MatchString(t) || instruction.MatchString(t)
}

// enclosed says whether the whole text stands in brackets as a slot: "[owner]", "<name>", "{{ value }}", "{short title}", "(link to it)".
// Addresses in angle brackets are none, nor are references such as "[1]".
func enclosed(t string) bool {
	if len(t) < 3 || angledAddress.MatchString(t) {
		return false
	}
	switch inside := t[1 : len(t)-1]; {
	case t[0] == '[' && t[len(t)-1] == ']':
		return !strings.ContainsAny(inside, "[]")
	case t[0] == '<' && t[len(t)-1] == '>':
		return !strings.ContainsAny(inside, "<>") && utf8.RuneCountInString(inside) < 200
	case t[0] == '(' && t[len(t)-1] == ')' && !strings.ContainsAny(inside, "()"): // "(link the data sheet)": a hint; who answers writes no brackets around it
		return strings.Contains(inside, " ")
	case t[0] == '{' && t[len(t)-1] == '}':
		return strings.Count(t, "{") == strings.Count(t, "}")
	case strings.HasPrefix(t, "%%") || strings.HasPrefix(t, "@@"):
		return strings.HasSuffix(t, t[:2]) && !strings.Contains(t, " ")
	}
	return false
}

// capitalList is a list of values that somebody put into brackets: "[Shell commands, Code]". Slots name what belongs there in
// lower case or end in "etc.".
var capitalList = pattern.New(`^\[\p{Lu}[^,\[\]]*(?:, \p{Lu}[^,\[\]]*)+\]$`)

// unfinished is how a text begins that its author has put off.
var unfinished = pattern.New(`^(?:to-?do|to do|tbd|tba|tbc|tbw|fixme|xxx+|wip|待办|todo)(?:$|[^\p{L}\p{N}])`)

// emptyWords are words that stand alone where nothing is said.
var emptyWords = set("n/a", "na", "n.a", "n. a", "not applicable", "unknown", "pending", "placeholder", "text", "content", "empty", "blank", "null", "nil",
	"nan", "undefined", "unspecified", "not specified", "not set", "changeme", "change me", "change-me", "fill me", "fill me in", "example", "insert",
	"work in progress", "in progress", "under construction", "under development", "coming soon", "more soon", "stay tuned", "to come", "to follow",
	"more information needed", "needs more information", "information needed", "more info needed", "more information required", "more details needed",
	"more information to come", "more information coming soon", "information pending", "no information", "no content", "no description", "no description provided",
	"noch offen", "offen", "folgt", "folgt noch", "in arbeit", "in bearbeitung", "wird ergänzt", "wird noch ergänzt", "wird nachgereicht", "zu ergänzen",
	"noch zu ergänzen", "noch zu klären", "entfällt", "k.a", "k. a", "keine angabe", "unbekannt",
	"à compléter", "a compléter", "à définir", "à venir", "à renseigner", "à préciser", "en cours", "en cours de rédaction", "bientôt", "bientôt disponible", "inconnu",
	"por definir", "por completar", "pendiente", "próximamente", "en progreso", "en construcción", "sin definir", "desconocido", "a definir", "em breve",
	"pendente", "em construção", "da definire", "da completare", "in lavorazione",
	"未定", "準備中", "作成中", "記入してください", "近日公開", "検討中", "未記入", "該当なし", "不明", "追記予定", "後日追記",
	"待定", "待补充", "待補充", "待完善", "待填写", "待填寫", "未填写", "未填寫", "暂无", "暫無", "敬请期待", "敬請期待", "无", "待更新", "请填写", "即将推出",
	"미정", "추후 작성", "작성 예정", "준비 중", "작성 중", "해당 없음", "уточняется", "будет добавлено", "в разработке", "не указано")

var toCome = pattern.New(`^(?:(?:this|the) (?:section|page|document|part|content|text|information|documentation)\b.{0,40}?)?(?:(?:is |are )?(?:still )?(?:yet )?to be|will be|needs? to be|is being|has yet to be|have yet to be|still needs to be|must be)(?: \w+ly)? ` +
	`(?:added|announced|completed|confirmed|decided|defined|described|determined|discussed|documented|done|filled(?: in| out)?|finali[sz]ed|provided|released|specified|updated|written|finished)(?:\b.{0,30})?$|` +
	`^(?:this|the) (?:section|page|document|part) (?:is |was )?(?:intentionally |currently |still )?(?:left )?(?:blank|empty|incomplete|under construction|work in progress|a work in progress|a placeholder|a stub|wip|tbd)\b.{0,40}$|` +
	`^(?:more|further|additional) (?:information|info|details?|documentation|content) (?:is |are )?(?:needed|required|to come|to follow|coming soon|will follow|pending|soon)\b.{0,40}$|` +
	`^(?:details?|information|documentation|content|description|guide|more) (?:(?:is|are) )?(?:coming|to come|to follow|will follow|pending)(?: soon| shortly)?$`)

// instruction is how a template tells its reader what to write at this place.
var instruction = pattern.New(`^(?:please )?(?:add|describe|document|enter|explain|fill(?: in| out)?|give|include|input|insert|list|mention|name|outline|paste|provide|put|replace|specify|state|summari[sz]e|type|write)\b.{0,160}\b(?:here|below|above this line|this (?:section|text|line|placeholder|paragraph))$|` +
	`^(?:please )?(?:fill(?: in| out)? (?:this|the|me|your)\b|insert (?:your|the|a|text|description)\b|replace (?:this|with your|me)\b|enter your\b|your (?:text|name|content|answer|description|response|e-?mail|company|organi[sz]ation|team|project|model)(?: \w+)?(?: goes)?(?: here)?$).{0,160}$|` +
	`^\w+(?: \w+){0,3} (?:goes|go) here$|` +
	`^(?:this|here) is (?:a|an|the) (?:\w+ )?(?:description|overview|summary|list|explanation) of (?:the|your|how|what)\b.{0,40}$|` +
	`^(?:a |an )?(?:brief|short|one[ -](?:sentence|line|paragraph)|detailed|high[ -]level|clear|clear and concise) (?:description|summary|overview|explanation|statement) of (?:the|your|what|how|why|this|each)\b.{0,120}$|` +
	`^(?:use this template|fill (?:in|out) (?:all|each|every)|remove (?:this|all|the) (?:section|instruction|placeholder|text|comment|guidance)|delete this (?:section|line|text|comment)|replace (?:all|the) (?:text|placeholders?)|guidance:|instructions?:)\b.{0,200}$|` +
	`^(?:this|the) (?:section|document|page|guide|chapter|plan|policy|file) will (?:soon |later |eventually )?(?:be|contain|cover|define|describe|document|explain|hold|include|list|outline|provide)\b.{0,160}$`)

// slot is a place for a value inside a sentence.
var slot = pattern.New(`\[(?:more information needed|needs more information|insert[^\]]*|your[^\]]*|[A-Z][A-Z0-9 _/-]{2,}|todo[^\]]*|tbd[^\]]*|x+|\.\.\.|…|_+)\]|<(?:insert[^>]*|your[^>]*|[A-Z][A-Z0-9 _/-]{2,}|[a-z]+(?:[ _-][a-z]+){0,4}|todo[^>]*|\.\.\.)>|\{\{[^{}]*\}\}|_{3,}|\bX{3,}\b|\bT(?:BD|BA|ODO)\b`)

// mostlyBlanks says whether a sentence is a form with slots rather than a statement: "Developed by [ORGANISATION]".
func mostlyBlanks(s string) bool {
	if !strings.ContainsAny(s, "[<{_XT") {
		return false
	}
	rest := slot.ReplaceAllString(s, "")
	return rest != s && len(strings.Fields(strings.Trim(rest, " .,;:"))) < 4
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

// withoutComments takes comments and template marks out, each replaced by the line ends it held.
func withoutComments(text string, format Format) string {
	text = without(text, "<!--", "-->")
	if strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "{#") {
		text = without(text, "{{", "}}")
		text = without(text, "{%", "%}")
		if format != Markdown { // "{#anchor}" is an attribute there
			text = without(text, "{#", "#}")
		}
	}
	switch format {
	case AsciiDoc:
		text = commentLines.ReplaceAllString(text, "")
	case YAML:
		text = hashComments.ReplaceAllString(text, "")
	case HTML:
		text = scripts.ReplaceAllStringFunc(text, onlyLineEnds)
	case RST:
		text = rstComment.ReplaceAllStringFunc(text, onlyLineEnds)
	}
	return text
}

var (
	commentLines = pattern.New(`(?m)^//(?:[^/\n].*)?$`)
	hashComments = pattern.New(`(?m)(?:^|[ \t])#.*$`)
	scripts      = pattern.New(`(?is)<script\b.*?</script>|<style\b.*?</style>`)
	rstComment   = pattern.New(`(?m)^\.\.(?: [^\s:_\[|][^:\n]*| *)$(?:\n[ \t]+\S.*$)*`)
)

// without takes everything from a begin to the next end out; what is never ended goes to the end of the text.
func without(text, begin, end string) string {
	if !strings.Contains(text, begin) {
		return text
	}
	var b strings.Builder
	for {
		i := strings.Index(text, begin)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		j := strings.Index(text[i:], end)
		if j < 0 {
			if begin == "<!--" {
				return b.String()
			}
			b.WriteString(text[i:])
			return b.String()
		}
		b.WriteString(onlyLineEnds(text[i : i+j+len(end)]))
		text = text[i+j+len(end):]
	}
}

func onlyLineEnds(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) }
