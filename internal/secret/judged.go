package secret

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// schemes stand before the secret in a header.
var schemes = words("Bearer bearer Token token ApiKey Basic basic")

// judge says whether a value under a telling name is a secret, and of which rule.
func (l *looking) judge(name, scheme string, how int, v value) {
	text := v.text
	if before, after, ok := strings.Cut(text, " "); ok && schemes[before] { // "Bearer VALUE"
		scheme, text = before, after
		v.from += len(before) + 1
	}
	if strings.EqualFold(scheme, "basic") || strings.HasSuffix(strings.ToLower(name), "auth") {
		l.basic(name, text, v)
		return
	}
	if !v.ends || l.tooBare(text, v) || !varied(text) {
		return
	}
	if elsewhere(text, v.quoted, v.tight) {
		if !strings.ContainsAny(text, " {\\\"'") { // the words in it name nothing: arn:aws:secretsmanager:...:secret:...
			l.valued = max(l.valued, v.to)
		}
		return
	}
	c := candidate{from: v.from, to: v.from + len(text), secret: text, name: name}
	if c.secret = l.plainText(text); c.secret == "" {
		return
	}
	sample := knownSample(c.secret)
	if sample != "" {
		c.test = sample
	} else if !drawn(c.secret) && !(how == tellsPassword && typed(c.secret)) || len(c.secret) < shortest[how] && !(how == tellsSecret && mixed(c.secret)) || l.badge(v.from) {
		return
	}
	if l.kind.test && c.test == "" {
		c.test = amongTests
	}
	for _, r := range l.named {
		if r.fits(name, c.secret) || l.calledFor(r, c) {
			c.rule = r
			l.add(c)
			return
		}
	}
	if strings.HasPrefix(text, "eyJ") && strings.Count(text, ".") == 2 { // a signed token, which says itself what it opens
		return
	}
	method := "assigned"
	if how == tellsPassword {
		method = "password"
	}
	c.rule = l.form(method, "")
	if len(c.secret) < 16 || !drawn(c.secret) {
		c.confidence = "low"
	}
	l.add(c)
}

// varied says whether a text has the kinds of characters that every secret has, as few texts do: digits and others, or letters of
// both cases.
func varied(text string) bool {
	kinds, _ := kindsIn(text)
	return kinds&isDigit != 0 && kinds != isDigit || kinds&isUpper != 0 && kinds&isLower != 0
}

// shortest is how long a value is at least, by how far its name tells.
var shortest = [...]int{tellsKey: 16, tellsSecret: 16, tellsPassword: 8}

// mixed says whether a value of 12 characters or more has characters of all kinds, as those that a manager of passwords draws.
func mixed(text string) bool {
	kinds, _ := kindsIn(text)
	return len(text) >= 12 && kinds&isDigit != 0 && kinds&isUpper != 0 && kinds&isLower != 0
}

// badge says whether a value stands in the address of a picture of a build's state or of a meeting: who is invited reads it.
func (l *looking) badge(at int) bool {
	before := l.text[max(0, at-60):at]
	return bytes.Contains(before, []byte(".svg?")) || bytes.Contains(before, []byte("badge")) || bytes.Contains(l.text[max(0, at-400):at], []byte("cf-beacon")) || bytes.Contains(before, []byte("zoom.")) || bytes.Contains(before, []byte("/meeting/"))
}

// fits says whether a value under a name is one of a rule.
func (r *rule) fits(name, text string) bool {
	low := strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
	for _, n := range r.Names {
		if strings.Contains(low, n) {
			return r.re().MatchString(text)
		}
	}
	return false
}

// calledFor says whether the line before the name speaks of a rule's provider: MistralClient(api_key="...").
func (l *looking) calledFor(r *rule, c candidate) bool {
	before := l.text[max(0, c.from-80):c.from]
	if i := bytes.LastIndexByte(before, '\n'); i >= 0 {
		before = before[i+1:]
	}
	before = bytes.ToLower(before)
	for _, n := range r.Names {
		if len(n) > 3 && bytes.Contains(before, []byte(n)) {
			return r.re().MatchString(c.secret)
		}
	}
	return false
}

// tooBare says whether a value without marks of quotation is more likely an expression.
func (l *looking) tooBare(text string, v value) bool {
	if v.quoted || l.kind.bare && (v.tight || !l.kind.book || !strings.Contains(text, ".")) {
		return false
	}
	after := byte(0)
	if v.to < len(l.text) {
		after = l.text[v.to]
	}
	if after == ';' && v.tight && !l.kind.bare { // Server=...;Password=...; inside a text
		return len(text) < 8
	}
	if !v.tight && len(text) >= 24 && (v.to == len(l.text) || after == '\n' || after == '\r') { // YAML inside of code
		return strings.Contains(text, ".")
	}
	return !v.tight || len(text) < 20 || strings.Contains(text, ".")
}

// plainText undoes the escapes of percent and JSON that are common in secrets; empty if it cannot.
func (l *looking) plainText(text string) string {
	if strings.Contains(text, `\/`) {
		text = strings.ReplaceAll(text, `\/`, "/")
	}
	if strings.Contains(text, `\`) {
		text = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, `'`, `\n`, "", `\r`, "", `\u003d`, "=", `\u0026`, "&", `\$`, "$").Replace(text)
	}
	return text
}

// basic reads the user and password that HTTP, npm and Docker write in base64.
func (l *looking) basic(name, text string, v value) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		raw, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	}
	_, password, ok := strings.Cut(string(raw), ":")
	if err != nil || !ok || len(password) < 6 || !printable(password) {
		return
	}
	c := candidate{rule: l.form("password", "basic"), from: v.from, to: v.from + len(text), secret: password, name: name}
	if !drawn(password) {
		return
	}
	if c.test = knownSample(password); c.test == "" && l.kind.test {
		c.test = amongTests
	}
	l.add(c)
}

func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}

// nameBefore is the name that what stands at a place is assigned to, for what was found by its format.
func (l *looking) nameBefore(at int) string {
	t := l.text
	i, low := at, max(0, at-nameBytes-24)
	for i > low && strings.IndexByte(" \t\"'`=:>\\(,[]|?", t[i-1]) >= 0 {
		i--
	}
	if i == at {
		return ""
	}
	to := i
	for i > low && (keyByte(t[i-1]) || t[i-1] == '.') {
		i--
	}
	if i > low && t[i-1] == '\\' && i < to {
		i++
	}
	name := strings.Trim(string(t[i:to]), "-.")
	if bytes.IndexByte(t[to:at], ',') >= 0 && tells(name) == tellsNothing { // the one before in a list
		return ""
	}
	if drawn(name) { // a secret itself, which must not be told
		return ""
	}
	if strings.EqualFold(name, "bearer") || strings.EqualFold(name, "token") || len(name) > nameBytes || strings.Trim(name, "0123456789") == "" {
		return ""
	}
	return name
}
