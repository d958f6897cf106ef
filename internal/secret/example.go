package secret

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// Example is a text that a rule finds something in, with the name of the file that it stands in.
type Example struct{ Rule, File, Text string }

// Examples writes out the examples of all rules that stand in the YAML files of a file system: what each rule has to find. The same seed draws
// the same keys, which nobody gave out.
func Examples(files fs.FS, seed string) ([]Example, error) {
	all, err := read(files)
	if err != nil {
		return nil, err
	}
	var out []Example
	for _, one := range all {
		for i, text := range one.Bad {
			e := Example{Rule: one.ID, File: "example.env", Text: expand(text, seed+one.ID+strconv.Itoa(i))}
			if rest, ok := strings.CutPrefix(e.Text, "file: "); ok {
				e.File, e.Text, _ = strings.Cut(rest, "\n")
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// try looks at the examples of a rule: each bad one is found by it, in each good one nothing is found by it but what opens nothing.
func (r *Rules) try(one *rule) error {
	if len(one.Bad) < 2 || len(one.Good) < 2 {
		return fmt.Errorf("rule %s: at least two bad and two good examples are needed", one.ID)
	}
	for i, text := range one.Bad {
		if !r.finds(one, expand(text, one.ID+strconv.Itoa(i))) {
			return fmt.Errorf("rule %s: bad example %d is not found by it", one.ID, i+1)
		}
	}
	for i, text := range one.Good {
		if r.finds(one, expand(text, one.ID+strconv.Itoa(i))) {
			return fmt.Errorf("rule %s: good example %d is found by it", one.ID, i+1)
		}
	}
	return nil
}

// finds says whether a rule finds something in a text. The name of the file may stand on a first line: "file: NAME".
func (r *Rules) finds(one *rule, text string) bool {
	name := "example.env"
	if rest, ok := strings.CutPrefix(text, "file: "); ok {
		name, text, _ = strings.Cut(rest, "\n")
	}
	found, _ := r.Look(name, []byte(text))
	for _, f := range found {
		if f.ID == one.ID && (f.Test == "" || one.Test != "") {
			return true
		}
	}
	return false
}

// alphabets are what examples draw from.
var alphabets = map[string]string{"hex": "0123456789abcdef", "HEX": "0123456789ABCDEF", "digits": "0123456789", "lower": "abcdefghijklmnopqrstuvwxyz", "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "letters": base62[10:], "base62": base62,
	"base64": base62 + "+/", "url": base62 + "_-", "base32": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "lower36": "0123456789abcdefghijklmnopqrstuvwxyz", "upper36": base62[:36], "password": base62 + "!*_+~^", "bech32": strings.ToUpper(bech32Letters)}

// drawn parts of an example: {36 base62}, {uuid}, {crc32 ghp_}, {age}, {base64 TEXT}, {token CLAIMS}, {block KIND}.
var (
	drawnPart = pattern.New(`\{(?:(\d+) ([A-Za-z0-9]+)|(uuid|age)|(crc32) ([a-z]+_)|(block|lines) ([A-Z0-9 ]+))\}`)
	codedPart = pattern.New(`\{base64 ([^{}]*)\}`)
	tokenPart = pattern.New(`\{token (\{[^{}]*\})\}`)
)

// expand writes an example out: no key stands in the rules as a whole, so that nobody who searches for keys finds one there. The same seed
// draws the same.
func expand(text, seed string) string {
	sum := sha256.Sum256([]byte(seed))
	d := rand.New(rand.NewPCG(binary.LittleEndian.Uint64(sum[:]), 1))
	draw := func(n int, alphabet string) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[d.IntN(len(alphabet))]
		}
		return string(b)
	}
	text = drawnPart.ReplaceAllStringFunc(text, func(part string) string {
		m := drawnPart.FindStringSubmatch(part)
		switch {
		case m[1] != "":
			n, _ := strconv.Atoi(m[1])
			if n > 4096 || alphabets[m[2]] == "" {
				return part
			}
			return draw(n, alphabets[m[2]])
		case m[3] == "uuid":
			h := draw(32, alphabets["hex"])
			return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
		case m[3] == "age":
			return ageKey(draw(52, bech32Letters))
		case m[4] == "crc32":
			body := draw(30, base62)
			return m[5] + body + base62Of(crc32.ChecksumIEEE([]byte(body)))
		}
		newline := "\n"
		if m[6] == "block" {
			newline = `\n`
		}
		return keyBlock(m[7], draw(260, base62), newline)
	})
	text = codedPart.ReplaceAllStringFunc(text, func(part string) string {
		return base64.StdEncoding.EncodeToString([]byte(codedPart.FindStringSubmatch(part)[1]))
	})
	return tokenPart.ReplaceAllStringFunc(text, func(part string) string {
		b := base64.RawURLEncoding.EncodeToString
		return b([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + b([]byte(tokenPart.FindStringSubmatch(part)[1])) + "." + draw(43, alphabets["url"])
	})
}

// ageKey adds the checksum to the data of a key.
func ageKey(body string) string {
	const human = "age-secret-key-"
	var data []byte
	for _, c := range []byte(body) {
		data = append(data, byte(strings.IndexByte(bech32Letters, c)))
	}
	sum := bech32Sum(append(append(bech32Human(human), data...), 0, 0, 0, 0, 0, 0)) ^ 1
	for i := range 6 {
		body += string(bech32Letters[sum>>(5*(5-i))&31])
	}
	return strings.ToUpper(human + "1" + body)
}

// keyBlock is a private key by its outer shape; there is no number in it.
func keyBlock(kind, drawn, newline string) string {
	raw := "\x30\x82\x01\x08\x02\x01\x00" + drawn
	if kind == "OPENSSH PRIVATE KEY" {
		raw = "openssh-key-v1\x00\x00\x00\x00\x04none\x00\x00\x00\x04none" + drawn
	}
	code := base64.StdEncoding.EncodeToString([]byte(raw))
	var b strings.Builder
	b.WriteString("-----BEGIN " + kind + "-----" + newline)
	for ; len(code) > 64; code = code[64:] {
		b.WriteString(code[:64] + newline)
	}
	b.WriteString(code + newline + "-----END " + kind + "-----")
	return b.String()
}
