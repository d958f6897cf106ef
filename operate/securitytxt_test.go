package operate

import (
	"strings"
	"testing"
	"time"
)

func TestSecurityTxt(t *testing.T) {
	for _, x := range []struct {
		name, text string
		problems   string // "line:key", in order
	}{
		{"sound", "Contact: mailto:a@b.example.org\nExpires: 2027-01-01T00:00:00Z\n", ""},
		{"fields in any case, CRLF, comments", "# hello\r\n\r\ncontact: https://b.example.org/report\r\nEXPIRES: 2027-01-01T00:00:00+01:00\r\n", ""},
		{"a byte order mark", "\ufeffContact: tel:+44\nExpires: 2027-01-01T00:00:00Z\n", ""},
		{"unknown fields are ignored", "Contact: tel:+44\nExpires: 2027-01-01T00:00:00Z\nCSAF: https://b.example.org/csaf\n", ""},
		{"empty", "", "0:no contact 0:no expires"},
		{"no scheme", "Contact: a@b.example.org\nExpires: 2027-01-01T00:00:00Z\n", "1:contact"},
		{"not encrypted", "Contact: http://b.example.org\nExpires: 2027-01-01T00:00:00Z\n", "1:contact"},
		{"not an address", "Contact: mailto:nobody\nExpires: 2027-01-01T00:00:00Z\n", "1:contact"},
		{"a date without time", "Contact: tel:+44\nExpires: 2027-01-01\n", "2:expires"},
		{"twice", "Contact: tel:+44\nExpires: 2027-01-01T00:00:00Z\nExpires: 2030-01-01T00:00:00Z\n", "3:expires"},
		{"languages twice", "Contact: tel:+44\nExpires: 2027-01-01T00:00:00Z\nPreferred-Languages: en\npreferred-languages: de\n", "4:languages"},
		{"addresses without encryption", "Contact: tel:+44\nExpires: 2027-01-01T00:00:00Z\nCanonical: http://b.example.org/.well-known/security.txt\nPolicy: HTTP://b.example.org\n", "3:http 4:http"},
		{"several of what may be several", "Contact: tel:+44\nContact: tel:+49\nExpires: 2027-01-01T00:00:00Z\nCanonical: https://b.example.org/a\nCanonical: https://b.example.org/b\nEncryption: openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f\n", ""},
		{"a key instead of its address", "Contact: tel:+44\nExpires: 2027-01-01T00:00:00Z\nEncryption: -----BEGIN PGP PUBLIC KEY BLOCK-----\n", "3:key"},
		{"prose", "Please write to us.\nContact: tel:+44\nExpires: 2027-01-01T00:00:00Z\n", "1:no field"},
		{"a field without a value", "Contact:\nContact: tel:+44\nExpires: 2027-01-01T00:00:00Z\n", "1:no field"},
		{"what follows a signature is not signed", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nContact: tel:+44\n-----BEGIN PGP SIGNATURE-----\nExpires: 2027-01-01T00:00:00Z\n",
			"0:no expires"},
		{"too large", strings.Repeat("#\n", securityTxtBytes), "0:size"},
	} {
		t.Run(x.name, func(t *testing.T) {
			var got []string
			for _, p := range parseSecurityTxt([]byte(x.text)).Problems {
				got = append(got, string(rune('0'+p.Line))+":"+p.Key)
			}
			if s := strings.Join(got, " "); s != x.problems {
				t.Errorf("problems %q, want %q", s, x.problems)
			}
		})
	}
}

func TestSecurityTxtExpiry(t *testing.T) {
	sound := parseSecurityTxt([]byte("Contact: tel:+44\nExpires: 2027-01-01T00:00:00Z\n"))
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	if f := securityTxtFindings("security.txt", sound, end.Add(-time.Second)); len(f) != 0 {
		t.Errorf("a second before its end: %v", f)
	}
	if f := securityTxtFindings("security.txt", sound, end); len(f) != 1 || f[0].Line != 2 {
		t.Errorf("at its end: %v, want one finding at line 2", f)
	}
}

func FuzzSecurityTxt(f *testing.F) {
	for _, seed := range []string{"Contact: mailto:a@b.example.org\nExpires: 2027-01-01T00:00:00Z\n", "-----BEGIN PGP SIGNED MESSAGE-----\n\n- Contact: x\n",
		"Expires: 9999-12-31T23:59:60Z\n", "\xff:\x00\r\r\n", ":", "Contact: mailto:%zz@", "Contact: https://[::1\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := parseSecurityTxt(data)
		if len(s.Problems) == 0 && (len(s.Contacts) == 0 || s.Expires.IsZero() || s.Line == 0) {
			t.Errorf("no problem, and no contact or end: %+v", s)
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, p := range s.Problems {
			if p.Line < 0 || p.Line > lines || p.Message == "" {
				t.Errorf("problem at line %d of %d: %q", p.Line, lines, p.Message)
			}
		}
	})
}
