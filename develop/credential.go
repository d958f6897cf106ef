package develop

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// credential is a secret that stands in clear in a file. The secret itself never leaves this file but in the digest of hash.
type credential struct {
	line   int
	kind   string // "an OpenAI key"
	secret string
}

// masked shows enough to find the credential in a provider's console, and no more; of a short password nothing.
func (c credential) masked() string {
	shown := c.secret[:min(4, len(c.secret)/5)]
	return fmt.Sprintf("%s… (%d characters)", shown, len(c.secret))
}

// hash tells two credentials apart without naming them: fingerprints are published with reports.
func (c credential) hash() string {
	sum := sha256.Sum256([]byte(c.secret))
	return hex.EncodeToString(sum[:8])
}

// keyFormat is the shape of one provider's keys. The prefix is looked for first, and the expression tried only there.
type keyFormat struct {
	kind    string
	prefix  string
	pattern *pattern.Pattern
}

// The edge keeps a key from being found as the beginning of a longer word; group 1 is the key.
func shape(kind, prefix, body string) keyFormat {
	return keyFormat{kind, prefix, pattern.New(`^(` + regexp.QuoteMeta(prefix) + body + `)(?:$|[^A-Za-z0-9_-])`)}
}

// keyFormats go from the particular to the general: the first that fits names the key.
var keyFormats = []keyFormat{
	shape("an Anthropic key", "sk-ant-", `[A-Za-z0-9_-]{24,}`),
	shape("an OpenAI project key", "sk-proj-", `[A-Za-z0-9_-]{24,}`),
	shape("an OpenAI service account key", "sk-svcacct-", `[A-Za-z0-9_-]{24,}`),
	shape("an OpenAI administration key", "sk-admin-", `[A-Za-z0-9_-]{24,}`),
	shape("an OpenRouter key", "sk-or-", `v1-[0-9a-f]{40,}`),
	shape("a Langfuse secret key", "sk-lf-", `[0-9a-f-]{32,}`),
	shape("a model provider's key", "sk-", `[A-Za-z0-9]{32,64}`),
	shape("a Hugging Face token", "hf_", `[A-Za-z0-9]{30,40}`),
	shape("an AWS access key id", "AKIA", `[A-Z2-7]{16}`),
	shape("an AWS session key id", "ASIA", `[A-Z2-7]{16}`),
	shape("a GitHub token", "ghp_", `[A-Za-z0-9]{36}`),
	shape("a GitHub token", "gho_", `[A-Za-z0-9]{36}`),
	shape("a GitHub token", "ghs_", `[A-Za-z0-9]{36}`),
	shape("a GitHub token", "github_pat_", `[A-Za-z0-9_]{60,}`),
	shape("a GitLab token", "glpat-", `[A-Za-z0-9_-]{20,}`),
	shape("a Google API key", "AIza", `[A-Za-z0-9_-]{35}`),
	shape("a Slack token", "xoxb-", `[A-Za-z0-9-]{20,}`),
	shape("a Slack token", "xoxp-", `[A-Za-z0-9-]{20,}`),
	shape("a Groq key", "gsk_", `[A-Za-z0-9]{40,}`),
	shape("a Replicate token", "r8_", `[A-Za-z0-9]{30,}`),
	shape("a Pinecone key", "pcsk_", `[A-Za-z0-9_]{40,}`),
	shape("a LangSmith key", "lsv2_", `(?:pt|sk)_[A-Za-z0-9_]{30,}`),
	shape("an NVIDIA key", "nvapi-", `[A-Za-z0-9_-]{40,}`),
	shape("an npm token", "npm_", `[A-Za-z0-9]{36}`),
	shape("an xAI key", "xai-", `[A-Za-z0-9]{60,}`),
	shape("a Perplexity key", "pplx-", `[A-Za-z0-9]{40,}`),
}

// keyBytes is more than any key has; what is longer is something else.
const keyBytes = 400

// credentialsIn finds keys of known providers in text. Placeholders stay silent.
func credentialsIn(text string) []credential {
	type place struct {
		at int
		credential
	}
	var found []place
	runs := longRuns(text)
	for n := 0; n < len(runs)*len(keyFormats); n++ {
		f, run := keyFormats[n%len(keyFormats)], runs[n/len(keyFormats)]
		for from := run.from; ; {
			i := strings.Index(text[from:run.to], f.prefix)
			if i < 0 {
				break
			}
			i += from
			from = i + len(f.prefix)
			if i > 0 && keyByte(text[i-1]) && !escaped(text, i) {
				continue
			}
			m := f.pattern.FindStringSubmatch(text[i:min(i+keyBytes, len(text))])
			if m == nil || f.prefix != "hf_" && !strings.ContainsAny(m[1][len(f.prefix):], "0123456789") { // Hugging Face draws letters only
				continue
			}
			if slices.ContainsFunc(found, func(p place) bool { return p.at == i }) || !drawn(m[1][len(f.prefix):]) {
				continue
			}
			found = append(found, place{i, credential{kind: f.kind, secret: m[1]}})
		}
	}
	slices.SortStableFunc(found, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	var all []credential
	line, counted := 1, 0
	for _, p := range found {
		line += strings.Count(text[counted:p.at], "\n")
		counted = p.at
		p.line = line
		if n := len(all); n == 0 || all[n-1].line != line || all[n-1].secret != p.secret {
			all = append(all, p.credential)
		}
	}
	return all
}

// span is a piece of text.
type span struct{ from, to int }

// shortestKey is the length of the shortest key of any format, its prefix included.
const shortestKey = 20

// longRuns finds the pieces of text that could hold a key: letters, digits, "_" and "-" without a break. Most text has few of
// them, and only they are searched for two dozen prefixes.
func longRuns(text string) (runs []span) {
	for from := 0; from+shortestKey <= len(text); {
		// Looked at from behind: a break near the end of what would be the shortest key skips all before it.
		last := from + shortestKey - 1
		for last >= from && keyBytesTable[text[last]] {
			last--
		}
		if last >= from {
			from = last + 1
			continue
		}
		to := from + shortestKey
		for to < len(text) && keyBytesTable[text[to]] {
			to++
		}
		runs = append(runs, span{from, to})
		from = to + 1
	}
	return runs
}

// keyBytesTable says of each byte what keyByte says.
var keyBytesTable = func() (t [256]bool) {
	for c := range t {
		t[c] = keyByte(byte(c))
	}
	return t
}()

func keyByte(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// escaped says whether the letter before i is the end of an escape, as JSON and code write a line's end: "\nsk-...".
func escaped(text string, i int) bool {
	return i > 1 && text[i-2] == '\\' && (text[i-1] == 'n' || text[i-1] == 't' || text[i-1] == 'r')
}
