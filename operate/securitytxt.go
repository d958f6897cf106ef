package operate

import (
	"bytes"
	"fmt"
	"github.com/lodemark/lodemark/internal/pattern"
	"net/url"
	"strings"
	"time"
)

// securityTxt is what a security.txt file says (RFC 9116), with what is wrong in it.
type securityTxt struct {
	Contacts []string
	Expires  time.Time // zero: none that could be read
	Line     int       // of Expires; 0: none
	Problems []textProblem
}

type textProblem struct {
	Line         int // 1-based; 0: the file as a whole
	Key, Message string
}

const (
	securityTxtBytes = 64 << 10 // far more than any such file has
	securityTxtLines = 1000
	problemsShown    = 20
)

// fieldShape is a field's name by the grammar of RFC 5322, to which RFC 9116 refers.
var fieldShape = pattern.New(`^([!-9;-~]+):[ \t]*(.*)$`)

// parseSecurityTxt reads a security.txt file. A signed one (cleartext OpenPGP) is read inside its armour; the signature is
// not verified, because whoever could change the file could sign it with a key of their own.
func parseSecurityTxt(data []byte) securityTxt {
	var t securityTxt
	if len(data) > securityTxtBytes {
		t.problem(0, "size", "has %d bytes; a security.txt file of more than %d is not read", len(data), securityTxtBytes)
		return t
	}
	armour := outside
	number, expires, languages := 0, 0, 0
	for raw := range bytes.Lines(bytes.TrimPrefix(data, []byte("\ufeff"))) {
		number++
		if number > securityTxtLines {
			t.problem(number, "lines", "has more than %d lines; the rest is not read", securityTxtLines)
			break
		}
		line := strings.TrimRight(string(raw), "\r\n \t")
		if armour = armour.next(line); armour.hides(line) || line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := fieldShape.FindStringSubmatch(strings.TrimPrefix(line, "- ")) // dash-escaped in signed text
		if m == nil || m[2] == "" {
			t.problem(number, "no field", "is neither a field with a value nor a comment, so readers drop the file or the line")
			continue
		}
		switch value := m[2]; strings.ToLower(m[1]) {
		case "contact":
			t.contact(number, value)
		case "policy", "canonical", "acknowledgments", "hiring":
			t.address(number, m[1], value)
		case "encryption":
			t.address(number, m[1], value)
			if strings.HasPrefix(value, "-----BEGIN") {
				t.problem(number, "key", "holds a key in its Encryption field, where RFC 9116 wants the address of one")
			}
		case "preferred-languages":
			if languages++; languages > 1 {
				t.problem(number, "languages", "has a second Preferred-Languages field; only one is allowed, and readers differ in which they take")
			}
		case "expires":
			expires++
			t.expires(number, expires, value)
		}
	}
	if len(t.Contacts) == 0 && !t.has("contact") {
		t.problem(0, "no contact", "names no Contact, so nobody can be told of a weakness")
	}
	if expires == 0 {
		t.problem(0, "no expires", "has no Expires field, which RFC 9116 demands, so nobody can tell whether the contact is still read")
	}
	return t
}

func (t *securityTxt) problem(line int, key, format string, args ...any) {
	if len(t.Problems) < problemsShown {
		t.Problems = append(t.Problems, textProblem{line, key, fmt.Sprintf(format, args...)})
	}
}

func (t *securityTxt) has(key string) bool {
	for _, p := range t.Problems {
		if p.Key == key {
			return true
		}
	}
	return false
}

// contact accepts what RFC 9116 does: a URI, over https where it is a web address.
func (t *securityTxt) contact(line int, value string) {
	u, err := url.Parse(value)
	switch {
	case err == nil && u.Scheme == "mailto" && strings.Contains(u.Opaque, "@"),
		err == nil && u.Scheme == "tel" && u.Opaque != "",
		err == nil && u.Scheme == "https" && u.Hostname() != "":
		t.Contacts = append(t.Contacts, value)
	case err == nil && u.Scheme == "http":
		t.problem(line, "contact", "names a Contact over http; a report on it can be read on the way, and RFC 9116 demands https")
	default:
		t.problem(line, "contact", "names a Contact that is no address (mailto:, https: or tel:), so tools cannot use it")
	}
}

// address refuses what RFC 9116 refuses of every field that holds an address: the web without encryption.
func (t *securityTxt) address(line int, field, value string) {
	if strings.HasPrefix(strings.ToLower(value), "http://") {
		t.problem(line, "http", "gives its %s over http; what stands there can be changed on the way, and RFC 9116 demands https", field)
	}
}

func (t *securityTxt) expires(line, count int, value string) {
	at, err := time.Parse(time.RFC3339, strings.ToUpper(value))
	switch {
	case count > 1:
		t.problem(line, "expires", "has a second Expires field; only one is allowed, and readers differ in which they take")
	case err != nil:
		t.problem(line, "expires", "has an Expires field that is no date and time as RFC 9116 wants it (2027-03-31T00:00:00Z)")
	default:
		t.Expires, t.Line = at, line
	}
}

// armour is where in a signed text a line stands.
type armour int

const (
	outside   armour = iota
	headers          // after the opening line, up to the first empty one
	inside           // the signed text
	signature        // what follows it
)

func (a armour) next(line string) armour {
	switch {
	case line == "-----BEGIN PGP SIGNED MESSAGE-----":
		return headers
	case line == "-----BEGIN PGP SIGNATURE-----":
		return signature
	case a == headers && line == "":
		return inside
	}
	return a
}

func (a armour) hides(line string) bool {
	return a == headers || a == signature || strings.HasPrefix(line, "-----")
}
