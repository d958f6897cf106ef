package develop

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// tellingName matches the end of names whose values are secrets, whoever issued them.
var tellingName = pattern.New(`(?i)(?:api[_-]?key|access[_-]?key|secret[_-]?key|account[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|auth[_-]?key|subscription[_-]?key|` +
	`(?:openai|azure|cohere|mistral|anthropic|pinecone|gemini|groq|search|storage|cosmos(?:db)?)_key|token|secret|passw(?:or)?d|passphrase|pwd|db_pass|authorization|_auth)$`)

// openName matches names of values that are meant to be seen, or that name something else than the secret.
var openName = pattern.New(`(?i)public|publishable|anon_|(?:pad|eos|bos|unk|sep|cls|mask|stop|special|next|page|max|num)_?token$|csrf|idempotency`)

// storedElsewhere matches what stands for a value that is kept in another place, and values that are encrypted.
var storedElsewhere = pattern.New(`(?i)^[$%<{\[/.~!*&|>]|\$[{(]|\{\{|^(?:vault|op|ref\+\w+|arn|file|env|secretref|encrypted|awssm|gcpsm|aws-sm|projects|kms|sha256|sha512|sm|keyring):?[:/]|^ENC\[|^@Microsoft|^(?:os\.|process\.|var\.|local\.|data\.)|\.(?:txt|pem|key|json|ya?ml|com|org|net|io)$|^\$2[aby]\$`)

// addressSecret finds a password in an address. A host that is this machine serves nobody else.
var addressSecret = pattern.New(`\b[a-z][a-z0-9+.-]{1,30}://[^\s:/@"'<>{}$]{0,80}:([^\s:/@"'<>{}$\\]{8,120})@([\w.-]{1,255})`)

var (
	assigned   = pattern.New(`^\s*(?:-\s+)?(?:export\s+|set\s+|ENV\s+|ARG\s+)?["']?([A-Za-z_/:][\w./:-]{0,120}?)["']?\s*(?:=|:\s)\s*(\S.*)$`)
	quotedPair = pattern.New(`"([A-Za-z][\w.-]{0,120})"\s*:\s*"([^"\\\s]{8,200})"`) // in JSON several may stand on a line
)

// authScheme is what an Authorization header says before the secret.
var authScheme = pattern.New(`(?i)^(?:bearer|basic|token)\s+`)

// assignedCredentialsIn finds random values under telling names in files of variables and in YAML: NAME=value, NAME: value,
// and a pair of lines "name: NAME", "value: ...". What passes is for the check on well-known values.
func assignedCredentialsIn(text string) []credential {
	inData := false
	name, secretObject := "", strings.Contains(text, "kind: Secret\n") || strings.Contains(text, "kind: Secret\r")
	return eachLine(text, func(line string) []credential {
		before := name
		name = ""
		if trimmed := strings.TrimSpace(line); trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';' || len(line) > 4096 {
			return nil
		}
		found := addressCredentials(line)
		if !strings.ContainsAny(line, "=:") {
			return found
		}
		if line[0] != ' ' {
			inData = secretObject && strings.HasPrefix(line, "data:")
		}
		if !inData && !telling(line) {
			return found
		}
		m := assigned.FindStringSubmatch(line)
		if m == nil {
			return found
		}
		value := plainValue(m[2])
		switch {
		case m[1] == "name":
			name = value
			return found
		case m[1] == "value" && before != "":
			return append(found, namedCredential(before, value)...)
		}
		if inData { // what does not decode there is refused by the cluster, and opens nothing
			plain, ok := decoded(value)
			if !ok {
				return found
			}
			return append(found, withNamed(credentialsIn(plain), namedCredential(m[1], plain))...)
		}
		return append(found, namedCredential(m[1], value)...)
	})
}

// telling says whether a line could assign a secret: it holds a word of tellingName, or is one of a pair of lines with name and
// value. Bundles of manifests have hundreds of thousands of lines, and the expressions are slow.
func telling(line string) bool {
	start := strings.TrimLeft(line, " \t-")
	if strings.HasPrefix(start, "name") || strings.HasPrefix(start, "value") || strings.HasPrefix(start, `"name`) || strings.HasPrefix(start, `"value`) {
		return true
	}
	for i := 0; i+3 <= len(line); i++ {
		switch line[i] | 0x20 {
		case 'k', 't', 's', 'p', 'a':
			for _, w := range tellingWords {
				if len(line)-i >= len(w) && line[i]|0x20 == w[0] && strings.EqualFold(line[i:i+len(w)], w) {
					return true
				}
			}
		}
	}
	return false
}

var tellingWords = []string{"key", "token", "secret", "pass", "pwd", "auth"}

// decoded reads the data of a Secret of Kubernetes, which is not encrypted.
func decoded(value string) (string, bool) {
	raw, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(raw) == 0 {
		return "", false
	}
	text := strings.TrimSpace(string(raw))
	return text, text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// namedCredentialsIn finds the same in JSON.
func namedCredentialsIn(text string) []credential {
	return eachLine(text, func(line string) []credential {
		if len(line) > 64<<10 {
			return nil
		}
		found := addressCredentials(line)
		for _, m := range quotedPairs(line) {
			found = append(found, namedCredential(m[0], m[1])...)
		}
		return found
	})
}

// quotedPairs are the names and values of JSON on a line; an Authorization header has its scheme taken off.
func quotedPairs(line string) [][2]string {
	if strings.Contains(line, "uthorization") {
		line = headerScheme.Regexp().ReplaceAllString(line, `"$1": "`)
	}
	var all [][2]string
	for _, m := range quotedPair.Regexp().FindAllStringSubmatch(line, -1) {
		all = append(all, [2]string{m[1], m[2]})
	}
	return all
}

var headerScheme = pattern.New(`(?i)"(authorization)"\s*:\s*"(?:bearer|basic|token)\s+`)

// plainValue takes quotes, and a comment behind the value, off.
func plainValue(text string) string {
	text = strings.TrimSpace(text)
	if q := text[:min(1, len(text))]; q == `"` || q == "'" {
		if i := strings.Index(text[1:], q); i >= 0 {
			return text[1 : 1+i]
		}
		return ""
	}
	if i := strings.Index(text, " #"); i >= 0 {
		text = text[:i]
	}
	return strings.Trim(strings.TrimSpace(text), `"',`)
}

func namedCredential(name, value string) []credential {
	value = authScheme.Regexp().ReplaceAllString(value, "")
	if len(value) < 8 || len(value) > 200 || strings.ContainsAny(value, " \t,;()") || !tellingName.MatchString(name) || openName.MatchString(name) || storedElsewhere.MatchString(value) || strings.Contains(value, "://") || !drawnValue(value) {
		return nil
	}
	return []credential{{kind: fmt.Sprintf("the value of %q", name), secret: value}}
}

func addressCredentials(line string) []credential {
	if !strings.Contains(line, "://") || !strings.Contains(line, "@") || len(line) > 4096 {
		return nil
	}
	var found []credential
	for _, m := range addressSecret.FindAllStringSubmatch(line, -1) {
		if m[2] != "localhost" && !strings.HasPrefix(m[2], "127.") && drawnValue(m[1]) {
			found = append(found, credential{kind: "the password of an address", secret: m[1]})
		}
	}
	return found
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
