package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// Texts that speak to the model behind its user's back: descriptions of tools that give orders, and skills and rules that hide what they
// do or put themselves over the rules that hold. Each sign alone has honest uses, so what counts is what stands together; a text that
// warns of such orders, or quotes them, is none.

var (
	// Keeping something from the person who is served.
	conceals = pattern.New(`(?i)\b(?:do\s+not|don'?t|never|must\s+not|should\s+not|without|avoid)\s+(?:\w+\s+){0,2}?(?:tell|telling|inform|informing|mention|mentioning|notify|notifying|alert|alerting|disclos\w+|reveal\w*)\b[^.\n]{0,50}\b(?:users?|humans?|operators?|developers?|anyone|anybody)\b` +
		`|\bpresent\s+(?:them|it|this|these|the\s+\w+)\s+as\s+(?:if\b|normal\b|regular\b|part\s+of\b|an?\s+normal\b)` +
		`|\b(?:hide|conceal)\s+(?:this|these|it|all|any|the)\b[^.\n]{0,40}\bfrom\s+(?:the\s+)?(?:user|human|operator|developer)` +
		`|\b(?:the\s+)?user\s+(?:must|should|does|need)\s*(?:not|n'?t)\s+(?:\w+\s+){0,2}(?:know|notice|see|be\s+(?:told|informed|aware))` +
		`|\b(?:silently|secretly|covertly|quietly)\s+(?:\w+\s+){0,3}?(?:send|post|upload|forward|copy|include|append|collect|exfiltrate|transmit|bcc|log|record)\b` +
		`|\bwithout\s+(?:the\s+)?user'?s?\s+(?:knowledge|consent|noticing|awareness)`)
	// Putting itself over the rules that hold.
	overrides = pattern.New(`(?i)\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|of\s+|my\s+|every\s+){0,3}(?:previous|prior|above|earlier|preceding|existing|system|safety|ethical|original)\s+(?:\w+\s+)?(?:instructions?|prompts?|rules|guidelines|directives|polic(?:y|ies)|restrictions|constraints|context)\b` +
		`|\b(?:safety|security|content|ethical)\s+(?:rules|guidelines|restrictions|filters|polic(?:y|ies)|constraints|controls|checks|verifications?)\s+(?:are|is)\s+(?:(?:now|temporarily|currently)\s+)?(?:suspended|disabled|off|void|lifted|inactive)`)
	// Having checks left out, in texts that agents follow.
	leavesOut = pattern.New(`(?im)(?:^[\s>*-]*|[.:]\s+|\b(?:may|can|should|must)\s+)(?:skip|bypass|circumvent|evade)\s+(?:\w+\s+){0,2}?(?:permission|safety|security|authentication|authorization)\s+(?:checks?|headers?|verifications?|controls?|restrictions?)\b|\b(?:prevents?|avoids?|evades?|bypass(?:es)?)\s+(?:[\w-]+\s+){0,2}(?:rejections?|detection|enforcement)\b[^.]{0,80}\.`)
	// Gathering what is worth stealing.
	gathers = pattern.New(`(?i)\b(?:collect|gather|harvest)\s+(?:all|any|every)\b[^.]{0,60}\benvironment\s+variables\b`)
	// Tags that make a description look like words of the system.
	systemTags = pattern.New(`(?i)<\s*/?\s*(?:important|system|secret|hidden|critical|admin|override|system[-_ ](?:prompt|override|instruction)s?)\s*>`)
	orders     = pattern.New(`(?i)\b(?:must|always|never|do\s+not|don'?t|before|first|read|send|call|include|ignore|you\s+should|make\s+sure)\b`)
	// Things worth stealing, and ways of taking them.
	keyFiles = pattern.New(`(?i)(?:~|\$HOME|\$\{HOME\}|/root|/home/[\w.-]+|/Users/[\w.-]+)/\.(?:ssh|aws|gnupg|kube|docker|netrc|npmrc|pypirc|cursor|claude|config/gcloud)\b|\bid_(?:rsa|ed25519|ecdsa)\b|\.aws/credentials|/etc/(?:passwd|shadow)\b|\bmcp\.json\b`)
	valuable = pattern.New(`(?i)\b(?:api[_ -]?keys?|credentials?|secrets?|access[_ -]tokens?|passwords?|private[_ -]keys?|environment\s+variables|env\s+vars|(?:entire|full|whole|complete|all|previous)\s+(?:\w+\s+){0,2}(?:conversation|chat|messages)|(?:conversation|chat|message)\s+history|system\s+prompt)\b`)
	takes    = pattern.New(`(?i)\b(?:send|post|upload|forward|pass|include|append|attach|transmit|exfiltrate|leak|share|output|reveal|dump|bcc|encode)\b`)
	outward  = pattern.New(`(?i)\bhttps?://[^\s"'<>)\]]+`)
	// Orders about other tools, and about what to do before this one is used.
	beforehand = pattern.New(`(?i)\b(?:before|prior\s+to)\s+(?:using|calling|invoking|running|executing|returning|giving|answering)\s+(?:this|any|the|other|all)\b[^.\n]{0,60}[,:]?\s*(?:you\s+)?(?:must|need\s+to|have\s+to|should|always|first|read|access|open)\b`)
	otherTools = pattern.New(`(?i)\b(?:when|whenever|if|every\s+time)\s+(?:the\s+)?(?:[\w"'-]+\s+)?(?:tools?|functions?)\s+(?:[\w"'-]+\s+)?(?:is|are|gets?)\s+(?:called|used|invoked|available|present)\b|\binstead\s+of\s+(?:the\s+)?(?:original|real|other|legitimate)\s+(?:[\w-]+\s+)?tools?\b|\bthis\s+(?:tool|server)\s+(?:overrides|supersedes|replaces)\b`)

	// Talk about such texts, which is no such text.
	speaksOf = pattern.New(`(?i)\binject|attack|malicious|adversar|jailbreak|untrusted|\battempt|suspicious|phish|\brefus|\breject|\bdetect|\bscan\b|red[ -]flag|exploit|\bsuch\s+as\b|\be\.g\.|\bfor\s+example\b|\bexamples?[\s:,]|\bnever\s+follow|\bnot\s+(?:follow|obey|comply|trust)|\bas\s+data\b|\bpatterns?\b|\bflag\b|\bblock(?:s|ed)?\b|\bsanitiz|\bthreat|\bguard|\bwarn|\bvulnerab|\bpoison|\btrick|\bregex|\btries\b|\btry\s+to\b|\bcontain(?:s|ing)\b|\bphrases?\b|\bwho\s+asks?|\bif\s+(?:asked\s+(?:to|for)|someone|a\s+user|the\s+user\s+asks)`)
)

// sign is what makes a text poisoned, and where it stands.
type sign struct {
	at, end int
	what    string
}

const around = 300 // bytes on both sides that count as standing together

// poisonedTool finds the sign in the text of a tool: it should say what the tool does, and give no orders beyond that.
func poisonedTool(text string) (sign, bool) {
	if len(text) < 20 {
		return sign{}, false
	}
	if at := systemTags.FindStringIndex(text); at != nil && orders.MatchString(near(text, at)) {
		return sign{at[0], at[1], "has tags that make it look like words of the system"}, true
	}
	if at := overrides.FindStringIndex(text); at != nil && !spokenOf(text, at) {
		return sign{at[0], at[1], "sets other instructions aside"}, true
	}
	if at := keyFiles.FindStringIndex(text); at != nil {
		if n := near(text, at); (takes.MatchString(n) || beforehand.MatchString(n)) && orders.MatchString(n) && !spokenOf(text, at) {
			return sign{at[0], at[1], "asks for files with keys"}, true
		}
	}
	if at := conceals.FindStringIndex(text); at != nil {
		n := near(text, at)
		if (takes.MatchString(n) || keyFiles.MatchString(n) || beforehand.MatchString(n) || otherTools.MatchString(n) || outward.MatchString(n)) && !spokenOf(text, at) {
			return sign{at[0], at[1], "keeps something from the user"}, true
		}
	}
	if at := otherTools.FindStringIndex(text); at != nil {
		if n := near(text, at); takes.MatchString(n) && (valuable.MatchString(n) || outward.MatchString(n) || address.MatchString(n)) && !spokenOf(text, at) {
			return sign{at[0], at[1], "gives orders about other tools"}, true
		}
	}
	if at := beforehand.FindStringIndex(text); at != nil {
		if n := near(text, at); valuable.MatchString(n) && takes.MatchString(n) && !spokenOf(text, at) {
			return sign{at[0], at[1], "asks for secrets before it is used"}, true
		}
	}
	return sign{}, false
}

var address = pattern.New(`[\w.+-]+@[\w-]+\.[\w.]+`)

// poisonedText finds the first sign in a text that agents follow, which is all orders anyway.
func poisonedText(text string) (sign, bool) {
	first := sign{at: len(text)}
	found := func(expression *pattern.Pattern, most int, what string, holds func(at []int) bool) {
		for _, at := range expression.Regexp().FindAllStringIndex(text, most) {
			if at[0] >= first.at {
				return
			}
			if !spokenOf(text, at) && holds(at) {
				first = sign{at[0], at[1], what}
				return
			}
		}
	}
	found(overrides, 20, "sets other instructions aside", func([]int) bool { return true })
	found(gathers, 20, "has secrets gathered", func(at []int) bool {
		n := near(text, at)
		return takes.MatchString(n) && strings.Contains(strings.ToLower(n), "credential")
	})
	found(leavesOut, 20, "has checks left out", func(at []int) bool {
		n := near(text, at)
		return !notDone.MatchString(text[max(0, at[0]-24):at[0]]) && (valuable.MatchString(n) || keyFiles.MatchString(n) || strings.Contains(n, "uthenti"))
	})
	found(conceals, 50, "keeps from the user what it sends away", func(at []int) bool {
		n := near(text, at)
		return takes.MatchString(n) && (keyFiles.MatchString(n) || valuable.MatchString(n) && outward.MatchString(n))
	})
	return first, first.end > 0
}

var notDone = pattern.New(`(?i)\b(?:never|not|n't|avoid|without|no)\b`)

// near is a text around a place.
func near(text string, at []int) string {
	return text[max(0, at[0]-around):min(len(text), at[1]+around)]
}

// spokenOf says whether a place is quoted, or stands in talk about such texts.
func spokenOf(text string, at []int) bool {
	before := text[:at[0]]
	if trimmed := strings.TrimRight(before, " (*_"); trimmed != "" && strings.HasSuffix(before, trimmed[len(trimmed)-1:]) {
		for _, quote := range []string{`"`, "'", "`", "“", "‘", "「", "«", "|"} {
			if strings.HasSuffix(trimmed, quote) {
				return true
			}
		}
	}
	return speaksOf.MatchString(near(text, at))
}

// poisonedSetting sees descriptions of tools in declarations of them, and the texts of servers.
func poisonedSetting(f *file, m *matcher) {
	for _, root := range f.roots {
		eachScalar(root, func(n *settings.Node) {
			if n.Key != "description" && n.Key != "instructions" || !declaresTool(n) {
				return
			}
			if s, ok := poisonedTool(n.Value); ok {
				line := n.Line + strings.Count(n.Value[:s.at], "\n")
				f.reportAs(m.rule, line, n.EndLine, n.Value[s.at:s.end], s.what)
			}
		})
	}
}

// declaresTool says whether a description belongs to a tool, a parameter of one, or a server.
func declaresTool(n *settings.Node) bool {
	for up := n.Parent; up != nil; up = up.Parent {
		if up.Child("inputSchema") != nil || up.Child("input_schema") != nil || up.Child("parameters") != nil && up.Child("name") != nil {
			return true
		}
		switch up.Key {
		case "tools", "mcpServers", "servers", "functions":
			return true
		}
	}
	return false
}

// poisonedInstructions sees skills, rules files, commands and prompts.
func poisonedInstructions(f *file, m *matcher) {
	if talksOfSecurity(f) {
		return
	}
	text := f.data
	for from, n := 0, 0; n < maxPoison; n++ {
		s, ok := poisonedText(text[from:])
		if !ok {
			if n > 0 {
				return
			}
			break
		}
		line := 1 + strings.Count(text[:from+s.at], "\n") + strings.Count(leadingSpace(text[from+s.at:from+s.end]), "\n")
		f.reportAs(m.rule, line, line, text[from+s.at:from+s.end], s.what)
		next := strings.Index(text[from+s.end:], "\n#") // a section is told of once
		if next < 0 {
			return
		}
		from += s.end + next
	}
	for _, at := range comments.Regexp().FindAllStringIndex(text, 200) {
		if s, ok := poisonedTool(text[at[0]:at[1]]); ok {
			line := 1 + strings.Count(text[:at[0]+s.at], "\n")
			f.reportAs(m.rule, line, line, text[at[0]+s.at:at[0]+s.end], s.what+", in a comment that is not shown")
			return
		}
	}
}

// maxPoison bounds how many places of one text are told of.
const maxPoison = 4

func leadingSpace(text string) string { return text[:len(text)-len(strings.TrimLeft(text, " \t\r\n"))] }

var (
	comments     = pattern.New(`(?s)<!--.*?-->`)
	heading      = pattern.New(`(?m)^(?:#+|name:)\s+(.*)$`)
	securityName = pattern.New(`(?i)inject|secur|attack|red-?team|jailbreak|guardrail|threat|vulnerabilit|pentest|adversarial|malicious|\baudit|scanner|forensic|exploit`)
)

// talksOfSecurity says whether a text is about attacks, by its name and its first lines.
func talksOfSecurity(f *file) bool {
	name := path.Base(f.path)
	if strings.EqualFold(name, "skill.md") {
		name = path.Base(path.Dir(f.path))
	}
	if securityName.MatchString(name) {
		return true
	}
	head := f.data[:min(len(f.data), 600)]
	if h := heading.FindStringSubmatch(head); h != nil && securityName.MatchString(h[1]) {
		return true
	}
	return slices.ContainsFunc([]string{"prompt injection", "red team", "jailbreak", "adversarial"}, func(w string) bool { return strings.Contains(strings.ToLower(head), w) })
}

// reportAs reports with a text of the target in {call} and what is the matter with it in {value}.
func (f *file) reportAs(r *Rule, line, end int, code, what string) {
	f.found = append(f.found, Finding{Rule: r, Path: f.path, Line: line, Column: 1, EndLine: max(line, end), Code: firstLine(code), Message: told(r.Message, quoteCode(code), what, "")})
}
