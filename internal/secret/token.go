package secret

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// tokenBytes is the longest signed token that is read.
const tokenBytes = 8 << 10

// token reads a signed web token (RFC 7519): three parts, of which the first two are JSON.
func (l *looking) token(at int) {
	if at < l.past || !has(l.text[at:], "eyJ") || !l.begins(at) {
		return
	}
	to, dots := at, 0
	var marks [2]int
	for to < len(l.text) && to-at < tokenBytes && (keyByte(l.text[to]) || l.text[to] == '.' && dots < 2) {
		if l.text[to] == '.' {
			marks[dots] = to
			dots++
		}
		to++
	}
	if dots < 2 || to-marks[1] < 20 || to-at == tokenBytes {
		return
	}
	l.past = to
	var header struct {
		Algorithm  string `json:"alg"`
		Encryption string `json:"enc"`
	}
	var claims struct {
		Issuer  any    `json:"iss"`
		Role    string `json:"role"`
		Name    string `json:"name"`
		Subject any    `json:"sub"`
		Some    any    `json:"some"`
		Foo     any    `json:"foo"`
	}
	if !part(l.text[at:marks[0]], &header) || header.Algorithm == "" || header.Encryption != "" || !part(l.text[marks[0]+1:marks[1]], &claims) {
		return
	}
	c := candidate{from: at, to: to, secret: string(l.text[marks[1]+1 : to]), name: l.nameBefore(at)}
	issuer, _ := claims.Issuer.(string)
	subject, _ := claims.Subject.(string)
	form := ""
	switch {
	case strings.HasPrefix(issuer, "supabase") && claims.Role == "anon": // made to be seen
		return
	case strings.HasPrefix(issuer, "supabase") && claims.Role == "service_role":
		form = "supabase"
	}
	switch {
	case issuer == "supabase-demo":
		c.test = "the key that Supabase ships for trying out"
	case subject == "1234567890" || claims.Name == "John Doe", issuer == "joe", claims.Some == "payload", claims.Foo == "bar":
		c.test = "the sample of a signed token"
	case header.Algorithm == "none":
		c.test = "a token without a signature"
	case madeUp(c.secret, 3.5) != "":
		c.test = madeUp(c.secret, 3.5)
	case l.kind.test:
		c.test = amongTests
	}
	c.rule = l.form("token", form)
	c.secret = string(l.text[at:to])
	l.add(c)
}

// part decodes a part of a token.
func part(text []byte, into any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(string(text))
	return err == nil && json.Unmarshal(raw, into) == nil
}
