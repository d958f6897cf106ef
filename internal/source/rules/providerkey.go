package rules

import (
	"fmt"
	"iter"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// keyForm is how a provider writes its keys. Text is only searched for the form where it holds the mark.
type keyForm struct {
	provider string
	mark     string
	form     *pattern.Pattern
	context  *pattern.Pattern // the file has to hold a match, as the form is used for other things too; nil: it is not
	unless   *pattern.Pattern // the file must not
}

var keyForms = []keyForm{
	{"Anthropic", "sk-ant-", pattern.New(`\bsk-ant-(?:api|admin|oat|ort)[0-9]{2}-[A-Za-z0-9_-]{60,}`), nil, nil},
	{"OpenAI", "sk-", pattern.New(`\bsk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{40,}`), nil, nil},
	{"OpenAI", "T3BlbkFJ", pattern.New(`\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b`), nil, nil},
	{"OpenRouter", "sk-or-", pattern.New(`\bsk-or-v1-[a-f0-9]{64}\b`), nil, nil},
	{"Langfuse", "sk-lf-", pattern.New(`\bsk-lf-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\b`), nil, nil},
	{"model provider", "sk-", pattern.New(`\bsk-(?:[A-Za-z0-9]{48}|[a-f0-9]{32})\b`), pattern.New(`(?i)openai|deepseek|moonshot|dashscope|stability|siliconflow|llm|api_?key`), nil},
	{"Hugging Face", "hf_", pattern.New(`\bhf_[A-Za-z0-9]{34}\b`), nil, nil},
	{"Hugging Face", "api_org_", pattern.New(`\bapi_org_[A-Za-z0-9]{34}\b`), nil, nil},
	{"Groq", "gsk_", pattern.New(`\bgsk_[A-Za-z0-9]{48,56}\b`), nil, nil},
	{"Replicate", "r8_", pattern.New(`\br8_[A-Za-z0-9]{37}\b`), nil, nil},
	{"xAI", "xai-", pattern.New(`\bxai-[A-Za-z0-9]{70,90}\b`), nil, nil},
	{"Perplexity", "pplx-", pattern.New(`\bpplx-[A-Za-z0-9]{48,56}\b`), nil, nil},
	{"NVIDIA", "nvapi-", pattern.New(`\bnvapi-[A-Za-z0-9_-]{60,70}`), nil, nil},
	{"LangSmith", "lsv2_", pattern.New(`\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\b`), nil, nil},
	{"LangSmith", "ls__", pattern.New(`\bls__[a-f0-9]{32}\b`), nil, nil},
	{"Tavily", "tvly-", pattern.New(`\btvly-(?:dev-|prod-)?[A-Za-z0-9]{32}\b`), nil, nil},
	{"Pinecone", "pcsk_", pattern.New(`\bpcsk_[A-Za-z0-9]{4,8}_[A-Za-z0-9]{40,70}\b`), nil, nil},
	{"Cerebras", "csk-", pattern.New(`\bcsk-[a-z0-9]{48}\b`), nil, nil},
	{"E2B", "e2b_", pattern.New(`\be2b_[a-f0-9]{40}\b`), nil, nil},
	{"Jina", "jina_", pattern.New(`\bjina_[a-f0-9]{32}[A-Za-z0-9_-]{28}`), nil, nil},
	{"ElevenLabs", "sk_", pattern.New(`\bsk_[a-f0-9]{48}\b`), nil, nil},
	{"Firecrawl", "fc-", pattern.New(`\bfc-[a-f0-9]{32}\b`), pattern.New(`(?i)firecrawl`), nil},
	{"Fireworks", "fw_", pattern.New(`\bfw_[A-Za-z0-9]{22,24}\b`), pattern.New(`(?i)fireworks`), nil},
	// Keys of the same form are public where they belong to Firebase or to maps.
	{"Google", "AIza", pattern.New(`\bAIza[A-Za-z0-9_-]{35}\b`), pattern.New(`(?i)gemini|generativelanguage|google\.generativeai|google\.genai|google_generativeai|@google/gen|palm_api|makersuite`), pattern.New(`(?i)authDomain|messagingSenderId|maps\.googleapis|google_maps`)},
	{"", "", pattern.New(`(?i)\b(cohere|mistral|together(?:ai)?|azure_?openai|openai|anthropic|ai21|anyscale|elevenlabs|voyage|wandb|deepinfra|deepseek|serpapi|serper|pinecone|qdrant|weaviate|zhipuai|dashscope|huggingface(?:hub)?)_?(?:ai_?)?(?:api_?)?(?:key|token)["'\]]{0,2}[ \t]{0,4}(?::[ \t]*str[ \t]*)?[:=][ \t]{0,4}["']?([A-Za-z0-9]{32,88}|[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12})(?:["'\s]|$)`), nil, nil},
}

// leakedKey is a key of a provider that stands in a text.
type leakedKey struct {
	provider   string
	start, end int
}

// keysIn finds keys of providers of models and of what belongs to them. Placeholders and made-up keys are none. Only what stands around a
// mark is looked at, as most files hold none.
func keysIn(text string) []leakedKey {
	var all []leakedKey
	for i := range keyForms {
		k := &keyForms[i]
		each := marksIn
		if k.mark == "" {
			each = namesIn
		}
		n := 0
		for start, end := range each(text, k) {
			at := k.form.FindStringSubmatchIndex(text[start:end])
			if at == nil {
				continue
			}
			found := leakedKey{k.provider, start + at[0], start + at[1]}
			if k.mark == "" {
				found = leakedKey{strings.ToLower(text[start+at[2] : start+at[3]]), start + at[4], start + at[5]}
			}
			if overlaps(all, found) || !genuine(text[found.start:found.end], k.mark) ||
				k.context != nil && !k.context.MatchString(text) || k.unless != nil && k.unless.MatchString(text) {
				continue
			}
			all = append(all, found)
			if n++; n == maxKeys {
				break
			}
		}
	}
	return all
}

// Bounds on the keys of one form in a text, and on what is looked at behind and before a mark.
const (
	maxKeys   = 100
	afterMark = 256
	innerMark = 23 // what stands before the mark of keys that have it inside
	nameReach = 40
)

// marksIn are the pieces of a text that begin with a form's mark and could be a key.
func marksIn(text string, k *keyForm) iter.Seq2[int, int] {
	inside := k.mark == "T3BlbkFJ"
	return func(yield func(int, int) bool) {
		for at := 0; ; {
			i := strings.Index(text[at:], k.mark)
			if i < 0 {
				return
			}
			start := at + i
			at = start + len(k.mark)
			switch {
			case inside:
				start = max(0, start-innerMark)
			case start > 0 && wordByte(text[start-1]):
				continue
			}
			if !yield(start, min(len(text), at+afterMark)) {
				return
			}
		}
	}
}

// namesIn are the pieces of a text in which a name that ends in key or token is given a value.
func namesIn(text string, _ *keyForm) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for _, name := range [...]string{"_KEY", "_key", "Key", "_TOKEN", "_token", "Token"} {
			for at := 0; ; {
				i := strings.Index(text[at:], name)
				if i < 0 {
					break
				}
				from := at + i
				at = from + len(name)
				rest := text[at:min(len(text), at+nameReach)]
				if value := strings.TrimLeft(rest, "\"'] \t"); value == "" || value[0] != ':' && value[0] != '=' {
					continue
				}
				start := max(0, from-nameReach)
				if !namesProvider(text[start:at]) {
					continue
				}
				if nl := strings.LastIndexByte(text[start:from], '\n'); nl >= 0 {
					start += nl
				}
				if !yield(start, min(len(text), at+afterMark)) {
					return
				}
			}
		}
	}
}

// namesProvider says quickly whether a name could hold that of a provider.
func namesProvider(name string) bool {
	name = lowered(name)
	for _, p := range [...]string{"cohere", "mistral", "together", "openai", "anthropic", "ai21", "anyscale", "elevenlabs", "voyage", "wandb", "deep", "serp", "pinecone", "qdrant", "weaviate", "zhipuai", "dashscope", "huggingface"} {
		if strings.Contains(name, p) {
			return true
		}
	}
	return false
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func overlaps(all []leakedKey, k leakedKey) bool {
	for _, o := range all {
		if k.start < o.end && o.start < k.end {
			return true
		}
	}
	return false
}

// madeUp is what people write in place of a key.
var madeUp = pattern.New(`(?i)example|placeholder|your|xxx|dummy|fake|test|sample|redacted|change|replace|secret|0000|1234|2345|3456|4567|5678|6789|abcd|bcde|cdef|defg|qwert|asdf|foobar|deadbeef|aaaa|abc123|key[-_]?here`)

// genuine tells a key from a placeholder: it is as mixed as chance makes it, and holds no word or row of characters.
func genuine(key, mark string) bool {
	secret := strings.TrimPrefix(key, mark)
	if madeUp.MatchString(secret) || longestRun(secret) > 3 {
		return false
	}
	need := 3.6
	if onlyHex(secret) {
		need = 2.9
	}
	return entropy(secret) >= need && strings.ContainsAny(secret, "0123456789")
}

func onlyHex(s string) bool { return strings.Trim(s, "0123456789abcdef_-") == "" }

// longestRun is how often one character stands there in a row, at most.
func longestRun(s string) int {
	longest, run := 0, 0
	for i := range len(s) {
		if i > 0 && s[i] == s[i-1] {
			run++
		} else {
			run = 1
		}
		longest = max(longest, run)
	}
	return longest
}

// entropy is Shannon's, in bits for each character.
func entropy(s string) float64 {
	var count [256]int
	for i := range len(s) {
		count[s[i]]++
	}
	sum := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(s))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}

// withoutKeys masks every key in a piece of code that is shown.
func withoutKeys(code string) string {
	if len(code) < 20 {
		return code
	}
	keys := keysIn(code)
	slices.SortFunc(keys, func(a, b leakedKey) int { return b.start - a.start })
	for _, k := range keys {
		code = code[:k.start] + masked(code[k.start:k.end]) + code[k.end:]
	}
	return code
}

// toldKey shows which key it is and no more.
func toldKey(key string) string { return fmt.Sprintf("%s (%d characters)", masked(key), len(key)) }

// leakedInCode finds keys in source code, comments too.
func leakedInCode(l *look, m *matcher) {
	for _, k := range keysIn(l.t.Source) {
		key := l.t.Source[k.start:k.end]
		line, column := l.t.Line(uint32(k.start))
		l.found = append(l.found, Finding{Rule: m.rule, Path: l.f.Path, Line: line, Column: column, EndLine: line, Code: toldKey(key),
			Message: told(m.rule.Message, providerName(k.provider), "`"+toldKey(key)+"`", "")})
	}
}

// leakedInFile finds keys in configuration, texts and what notebooks printed. A file of variables that stays on its machine may hold
// them: that is what it is for.
func leakedInFile(f *file, m *matcher) {
	if slices.Contains(f.kinds, kindMCP) || slices.Contains(f.kinds, kindEnv) && f.target.keepsBack(path.Base(f.path)) {
		return
	}
	for _, k := range keysIn(f.data) {
		key := f.data[k.start:k.end]
		line := 1 + strings.Count(f.data[:k.start], "\n")
		column := k.start - strings.LastIndexByte(f.data[:k.start], '\n')
		f.found = append(f.found, Finding{Rule: m.rule, Path: f.path, Line: line, Column: column, EndLine: line, Code: toldKey(key),
			Message: told(m.rule.Message, providerName(k.provider), "`"+toldKey(key)+"`", "")})
	}
}

func providerName(s string) string {
	if s == "" {
		return "model provider"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
