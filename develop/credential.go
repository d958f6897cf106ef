package develop

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// credential is a secret that stands in clear in a file. The secret itself never leaves this file but in the digest of hash.
type credential struct {
	line   int
	kind   string // "an OpenAI key"
	secret string
}

// masked shows enough to find the credential in a provider's console, and no more.
func (c credential) masked() string {
	return fmt.Sprintf("%s… (%d characters)", c.secret[:min(4, len(c.secret))], len(c.secret))
}

// hash tells two credentials apart without naming them: fingerprints are published with reports.
func (c credential) hash() string {
	sum := sha256.Sum256([]byte(c.secret))
	return hex.EncodeToString(sum[:8])
}

// keyFormat is the shape of one provider's keys. Prefixes decide whether the expression is worth trying.
type keyFormat struct {
	kind    string
	prefix  string
	pattern *pattern.Pattern
}

// The edges keep a key from being found inside a longer word; RE2 has no look-around, so group 1 is the key.
func shape(kind, prefix, body string) keyFormat {
	return keyFormat{kind, prefix, pattern.New(`(?:^|[^A-Za-z0-9_-])(` + regexp.QuoteMeta(prefix) + body + `)(?:$|[^A-Za-z0-9_-])`)}
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
	shape("an xAI key", "xai-", `[A-Za-z0-9]{60,}`),
	shape("a Perplexity key", "pplx-", `[A-Za-z0-9]{40,}`),
}

// namedValue finds a quoted value under a name that says it is a secret, as agent configuration writes it.
var namedValue = pattern.New(`(?i)"([a-z0-9_-]*(?:api[_-]?key|access[_-]?key|token|secret|passw(?:or)?d|authorization))"\s*[:=]\s*"(?:(?:bearer|basic|token)\s+)?([A-Za-z0-9_+/=.~-]{20,200})"`)

// credentialsIn finds keys of known providers in text, line by line. Placeholders stay silent.
func credentialsIn(text string) []credential {
	return eachLine(text, func(line string) []credential {
		var found []credential
		taken := ""
		for _, f := range keyFormats {
			if !strings.Contains(line, f.prefix) {
				continue
			}
			for _, m := range f.pattern.FindAllStringSubmatch(line, -1) {
				body := m[1][len(f.prefix):]
				if strings.Contains(taken, m[1]) || !random(body, 3.0) {
					continue
				}
				taken += m[1] + "\n"
				found = append(found, credential{kind: f.kind, secret: m[1]})
			}
		}
		return found
	})
}

// namedCredentialsIn finds values that stand under a telling name and look random, whoever issued them.
func namedCredentialsIn(text string) []credential {
	return eachLine(text, func(line string) []credential {
		var found []credential
		for _, m := range namedValue.FindAllStringSubmatch(line, -1) {
			if strings.ContainsAny(m[2], "0123456789") && random(m[2], 3.7) {
				found = append(found, credential{kind: fmt.Sprintf("the value of %q", m[1]), secret: m[2]})
			}
		}
		return found
	})
}

func eachLine(text string, find func(string) []credential) []credential {
	var all []credential
	n := 0
	for line := range strings.Lines(text) {
		n++
		for _, c := range find(strings.TrimRight(line, "\r\n")) {
			c.line = n
			all = append(all, c)
		}
	}
	return all
}

var placeholderWords = []string{"your", "example", "xxxx", "placeholder", "changeme", "change-me", "change_me", "dummy", "fake", "redacted",
	"sample", "insert", "replace", "secret", "mykey", "my-key", "my_key", "apikey", "api-key", "api_key", "keyhere", "key-here", "here",
	"notreal", "not-real", "todo", "goes", "0000", "1111", "test-", "-test", "test_", "_test", "demo", "mock"}

// random says whether text looks drawn by a machine: letters of mixed kind, many different ones, no counting up, no words
// that people write where a key belongs. bits is the least entropy of one character.
func random(text string, bits float64) bool {
	lower := strings.ToLower(text)
	for _, w := range placeholderWords {
		if strings.Contains(lower, w) {
			return false
		}
	}
	letters := strings.ContainsAny(lower, "abcdefghijklmnopqrstuvwxyz")
	mixed := strings.ContainsAny(text, "0123456789") || lower != text && strings.ToUpper(text) != text // some providers draw letters only
	return letters && mixed && entropy(text) >= bits && longestRun(lower) < 6
}

// entropy is Shannon's, in bits of one character.
func entropy(text string) float64 {
	var counts [256]int
	for i := range len(text) {
		counts[text[i]]++
	}
	h := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(text))
			h -= p * math.Log2(p)
		}
	}
	return h
}

// longestRun is the length of the longest stretch that counts up or repeats: "abcdef", "123456", "aaaaaa".
func longestRun(text string) int {
	best, up, same := 1, 1, 1
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case text[i-1] + 1:
			up, same = up+1, 1
		case text[i-1]:
			up, same = 1, same+1
		default:
			up, same = 1, 1
		}
		best = max(best, up, same)
	}
	return best
}
