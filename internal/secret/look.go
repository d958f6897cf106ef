package secret

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// Found is a credential in a file. It does not hold the credential.
type Found struct {
	Rule
	Line, Column int    // from 1; the column counts bytes
	Offset       int    // of its first byte in the file
	Length       int    // in bytes of the file
	Shown        string // its beginning: at most four characters and at most a quarter; nothing of what could be guessed
	Digest       string // tells it from others: see digest
	Context      string // the name that it is assigned to; empty if none was seen
	Test         string // why it opens nothing of worth: a placeholder, a test key, a sample; empty for what may be real

	drawn  bool // somebody drew or chose it: it is no placeholder, though it may open nothing of worth
	public int  // how many of its first bytes every key of its kind has
}

// Why something opens nothing of worth that somebody drew or chose all the same.
const (
	amongTests = "stands among tests"
	ownHost    = "the host is the machine itself"
)

// mostFound is how many credentials of a file are told, and how many of those that open nothing: a file full of placeholders hides no
// key. Nobody reads more, and hostile files could hold millions.
const mostFound = 1000

// mostDepth is how often one encoding inside another is read.
const mostDepth = 2

// What a word sets off.
const (
	doesKey = iota
	doesName
	doesAddress
	doesBlock
	doesToken
	doesSecretObject
	doesEncodedBlock
	doesCommand
)

// ownWords are the words that the methods wait for.
var ownWords = []struct {
	does  int
	words []string
}{
	{doesName, []string{"key", "token", "secret", "passw", "passphrase", "pwd", "pass", "credential", "creds", "authorization", "bearer", "_auth", "identified by", `"auth`, "_pat", `pat"`, "pat=", "pat =", "pat:"}},
	{doesAddress, []string{"://"}},
	{doesBlock, []string{"-----begin", "putty-user-key-file"}},
	{doesToken, []string{"eyj"}},
	{doesSecretObject, []string{"kind: secret", `kind":"secret"`, `kind": "secret"`}},
	{doesEncodedBlock, []string{"ls0tls1crudjti", "zxlk"}}, // base64 of -----BEGIN and of eyJ
	{doesCommand, []string{"curl "}},
}

// candidate is a place that may be a credential.
type candidate struct {
	rule       *rule
	from, to   int    // in the text
	secret     string // as it is used, without the encoding that it stands in
	name       string
	test       string
	confidence string // where it is not the rule's
	decoded    bool   // stands in an encoding
}

// looking is one look at one text.
type looking struct {
	*Rules
	text    []byte
	kind    fileKind
	depth   int
	found   []candidate
	tests   int            // how many of found open nothing
	objects []int          // where a Secret of Kubernetes is said to stand
	coded   []stretch      // the lines of their data
	past    int            // what is before has been read as a block or a token
	valued  int            // names before are inside of a value
	names   map[string]int // how far names tell that were met before
	cut     bool           // there was more than is told
}

// Look finds the credentials of a file by their place. The path says what kind of file it is, nothing is opened. cut says that there are more
// than are told of one file.
func (r *Rules) Look(path string, text []byte) (found []Found, cut bool) {
	l := &looking{Rules: r, text: text, kind: kindOfFile(path)}
	l.look()
	found = l.tell()
	return found, l.cut
}

func (l *looking) look() {
	l.words.each(l.text, func(word, from int) {
		if len(l.found)-l.tests >= 4*mostFound {
			l.cut = true
			return
		}
		for _, u := range l.uses[word] {
			switch u.does {
			case doesKey:
				l.key(u, from)
			case doesName:
				l.assigned(from, from+l.words.sizes[word])
			case doesAddress:
				l.address(from)
			case doesBlock:
				l.block(from)
			case doesToken:
				l.token(from)
			case doesCommand:
				l.command(from)
			case doesEncodedBlock:
				l.encodedBlock(from)
			case doesSecretObject:
				if len(l.objects) < mostFound {
					l.objects = append(l.objects, from)
				} else {
					l.cut = true
				}
			}
		}
	})
	l.secretObjects()
}

// add notes a candidate, unless the same rule found it before from a word further left.
func (l *looking) add(c candidate) {
	for i := len(l.found) - 1; i >= 0 && i >= len(l.found)-4; i-- {
		if o := l.found[i]; o.rule == c.rule && c.from < o.to && o.from < c.to {
			return
		}
	}
	if c.test != "" {
		if l.tests == mostFound {
			l.cut = true
			return
		}
		l.tests++
	}
	l.found = append(l.found, c)
}

// tell settles which rule names a place, and says what is found there.
func (l *looking) tell() []Found {
	kept := l.settle()
	all := make([]Found, 0, len(kept))
	line, start, counted, real := 1, 0, 0, 0
	for _, c := range kept {
		if c.test == "" {
			if real == mostFound {
				l.cut = true
				continue
			}
			real++
		}
		line += bytes.Count(l.text[counted:c.from], []byte{'\n'})
		if i := bytes.LastIndexByte(l.text[counted:c.from], '\n'); i >= 0 {
			start = counted + i + 1
		}
		counted = c.from
		f := Found{Rule: c.rule.Rule, Line: line, Column: c.from - start + 1, Offset: c.from, Length: c.to - c.from, Context: c.name, Test: c.test}
		f.Confidence = cmp.Or(c.confidence, f.Confidence)
		f.Shown, f.Digest = shown(c), digest(c)
		f.drawn = c.test == "" || c.test == amongTests || c.test == ownHost || c.test == c.rule.Test
		for _, w := range c.rule.Literals {
			if strings.HasPrefix(c.secret, w) {
				f.public = max(f.public, len(w))
			}
		}
		all = append(all, f)
	}
	return all
}

// settle orders the candidates by place and keeps, of those that overlap, the one of the rule that comes first. Where the same secret
// stands twice on a line it is told once.
func (l *looking) settle() (kept []candidate) {
	slices.SortStableFunc(l.found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.rule.order, b.rule.order))
	})
	for _, c := range l.found {
		n := len(kept)
		switch {
		case n > 0 && c.from < kept[n-1].to:
			if better(c, kept[n-1]) {
				c.name = cmp.Or(c.name, kept[n-1].name)
				kept[n-1] = c
			} else {
				kept[n-1].name = cmp.Or(kept[n-1].name, c.name)
			}
		case n > 0 && c.secret == kept[n-1].secret && bytes.IndexByte(l.text[kept[n-1].to:c.from], '\n') < 0:
		default:
			kept = append(kept, c)
		}
	}
	return kept
}

// better says whether of two candidates for a place the first names it better. What opens nothing loses against nothing: a rule that knows
// a sample knows more than one that sees a value under a name.
func better(a, b candidate) bool { return a.rule.order < b.rule.order }

// key tries a rule with a format of its own at one of its literals: where the key begins with it, at the literal; otherwise at each place
// shortly before where a key may begin.
func (l *looking) key(u use, at int) {
	r := u.rule
	if end := at + len(u.text); string(l.text[at:end]) != u.text { // the automaton does not know cases
		return
	}
	if r.Before == 0 {
		if r.Free || l.begins(at) {
			l.keyAt(u, at, at)
		}
		return
	}
	for from := at - 1; from >= max(0, at-r.Before) && l.text[from] > ' ' && l.text[from] != '"'; from-- {
		if l.begins(from) && (from == 0 || l.text[from-1] != '~') && l.keyAt(u, from, at) {
			return
		}
	}
}

// keyAt says whether a key of the rule begins at a place and holds the literal, and notes it.
func (l *looking) keyAt(u use, from, at int) bool {
	r := u.rule
	window := l.text[from:min(len(l.text), from+r.Window+1)]
	m := r.re().FindSubmatchIndex(window)
	if m == nil || from+m[1] <= at {
		return false
	}
	c := candidate{rule: r, from: from + m[2], to: from + m[3], secret: string(window[m[2]:m[3]]), test: r.Test}
	if len(r.Near) > 0 && !l.near(c.from, r.Near) || len(r.Unless) > 0 && l.just(c.from, r.Unless) {
		return false
	}
	body := c.secret
	if m[2] == m[0] && r.Before == 0 {
		body = body[min(len(body), len(u.text)):]
	}
	least := r.Entropy
	if hexOnly(body) {
		least = min(least, 2.5)
	}
	if sample := knownSample(c.secret); sample != "" {
		c.test = sample
	} else if why := madeUp(body, least); why != "" && c.test == "" {
		c.test = why
	}
	if check := checks[r.Check]; check != nil && c.test == "" {
		if check(c.secret) {
			c.confidence = "high"
		} else {
			c.confidence = "medium" // made up, or the format has changed since
		}
	}
	c.name = l.nameBefore(c.from)
	l.add(c)
	return true
}

// begins says whether a key may begin at a place: not in the middle of a word, unless the letters before are those of an escape, as in
// "\nsk-...", "\u0026sk-..." and "%3Dsk-...".
func (l *looking) begins(at int) bool {
	if at > 0 && (l.text[at-1] == '/' || l.text[at-1] == '+') && l.packed(at-1) {
		return false
	}
	if at == 0 || !keyByte(l.text[at-1]) {
		return at < 2 || l.text[at-1] != '.' || !keyByte(l.text[at-2]) // the ending of a file: box.ico-7a3...
	}
	if at >= 2 && l.text[at-2] == '\\' && (l.text[at-1] == 'n' || l.text[at-1] == 't' || l.text[at-1] == 'r') {
		return true
	}
	if at >= 6 && has(l.text[at-6:at], `\u00`) {
		return true
	}
	return at >= 3 && l.text[at-3] == '%' && hexByte(l.text[at-2]) && hexByte(l.text[at-1])
}

// packedBytes is how long a stretch of base64 is at least before something in it is no word of its own.
const packedBytes = 48

// packed says whether what stands before a place is the inside of a picture or of another blob in base64.
func (l *looking) packed(at int) bool {
	for i := 1; i <= packedBytes; i++ {
		if at < i {
			return false
		}
		if c := l.text[at-i]; c != '/' && c != '+' && (!keyByte(c) || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// near says whether one of some words stands in the 200 bytes before a place or in the 100 behind it, whatever its case.
func (l *looking) near(at int, words []string) bool {
	around := bytes.ToLower(l.text[max(0, at-200):min(len(l.text), at+100)])
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(around, []byte(w)) })
}

// just says whether one of some words stands right before a place, with at most a few bytes between, whatever its case.
func (l *looking) just(at int, words []string) bool {
	before := bytes.ToLower(l.text[max(0, at-24):at])
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(before, []byte(w)) })
}

func keyByte(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

func hexByte(c byte) bool { return '0' <= c && c <= '9' || 'a' <= lower(c) && lower(c) <= 'f' }
