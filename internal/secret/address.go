package secret

import (
	"bytes"
	"net/url"
	"strings"
)

const (
	schemeBytes = 32
	userBytes   = 400 // user and password of an address
)

// address looks for a password in an address: scheme://user:password@host. at is where "://" stands.
func (l *looking) address(at int) {
	t := l.text
	from := at
	for from > 0 && at-from < schemeBytes && schemeByte(t[from-1]) {
		from--
	}
	start := at + len("://")
	end, sign, colon := start, -1, -1
	for end < len(t) && end-start < userBytes && addressByte(t[end]) {
		switch c := t[end]; {
		case c == '@':
			sign = end
		case c == ':' && colon < 0:
			colon = end
		}
		end++
	}
	if from == at || sign < 0 || colon < 0 || colon > sign-2 {
		return
	}
	scheme := strings.ToLower(string(t[from:at]))
	if i := strings.LastIndexByte(scheme, ':'); i >= 0 {
		scheme = scheme[i+1:]
	}
	user, raw := string(t[start:colon]), string(t[colon+1:sign])
	host := string(t[sign+1 : end])
	password := raw
	if p, err := url.PathUnescape(raw); err == nil && printable(p) {
		password = p
	}
	c := candidate{rule: l.form("address", family(scheme)), from: colon + 1, to: sign, secret: password}
	c.name = l.nameBefore(from)
	if strings.HasPrefix(scheme, "http") || scheme == "git" || scheme == "ftp" {
		c.rule = l.form("address", "http")
	}
	if !l.passwordOf(user, raw, password) {
		return
	}
	if h, _, _ := strings.Cut(host, ":"); h == "localhost" || strings.HasPrefix(h, "127.") || h == "0.0.0.0" || h == "[" || h == "host.docker.internal" {
		c.test = ownHost
	} else if l.kind.test {
		c.test = amongTests
	}
	if sample := knownSample(password); sample != "" {
		c.test = sample
	}
	l.add(c)
}

// commandBytes is how much of a command is read.
const commandBytes = 400

// command looks for the user and password that curl is given: -u user:password.
func (l *looking) command(at int) {
	line := l.text[at:min(len(l.text), at+commandBytes)]
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	for _, option := range []string{" -u ", " --user "} {
		i := bytes.Index(line, []byte(option))
		if i < 0 {
			continue
		}
		v, ok := l.read(at+i+len(option), true, false)
		user, password, pair := strings.Cut(v.text, ":")
		if !ok || !v.ends || !pair || !l.passwordOf(user, password, password) {
			continue
		}
		c := candidate{rule: l.form("password", "basic"), from: v.to - len(password), to: v.to, secret: password, name: "curl -u"}
		if c.test = knownSample(password); c.test == "" && l.kind.test {
			c.test = amongTests
		}
		l.add(c)
	}
}

// passwordOf says whether what stands in the place of a password is one that somebody uses.
func (l *looking) passwordOf(user, raw, password string) bool {
	if len(password) < 6 || strings.ContainsAny(raw, ":<>{}[]\\") || strings.Contains(raw, "***") || strings.Contains(raw, "$(") || raw[0] == '$' || strings.EqualFold(user, password) || strings.HasPrefix(raw, "%s") || strings.HasPrefix(raw, "%(") || sureWord(password) || elsewhereMark(raw) {
		return false
	}
	if drawn(password) {
		return true
	}
	// In its place a password need not look drawn: it must only not be one that everybody writes there.
	kinds, _ := kindsIn(password)
	return kinds&(kinds-1) != 0 && counted(password)*3 <= len(password) && worded(password)*3 <= len(password) && !ofWords(password) && entropy(password) >= 2.2
}

func elsewhereMark(raw string) bool {
	return strings.Contains(raw, "...") || strings.Trim(raw, "*xX.-_#") == "" || strings.HasPrefix(raw, "//")
}

// family is the word of a rule for schemes of one kind of server.
func family(scheme string) string {
	scheme, _, _ = strings.Cut(strings.TrimPrefix(scheme, "jdbc:"), "+")
	switch scheme {
	case "postgres", "postgresql", "pgsql", "cockroachdb", "timescaledb", "redshift":
		return "postgres"
	case "mysql", "mariadb", "mysqlx":
		return "mysql"
	case "mongodb":
		return "mongodb"
	case "redis", "rediss", "valkey":
		return "redis"
	case "amqp", "amqps", "mqtt", "mqtts", "nats", "kafka", "stomp", "pulsar":
		return "queue"
	}
	return scheme
}

func schemeByte(c byte) bool {
	return keyByte(c) && c != '_' || c == '+' || c == '.'
}

// addressByte is what an address consists of before its path. A slash in a password has to be escaped.
func addressByte(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte("\"'`<>|/", c) < 0
}

// lineOf is the line that a place stands on, of bounded length.
func (l *looking) lineOf(at, most int) []byte {
	from, to := max(0, at-most), min(len(l.text), at+most)
	if i := bytes.LastIndexByte(l.text[from:at], '\n'); i >= 0 {
		from += i + 1
	}
	if i := bytes.IndexByte(l.text[at:to], '\n'); i >= 0 {
		to = at + i
	}
	return l.text[from:to]
}
