package secret

import (
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Hider masks what it has learnt of credentials wherever they stand: whole, cut off, or as a part of a longer text. Reports quote code,
// names and addresses from a hundred places; what leaves a program goes through here once instead. The zero value knows nothing. It may be
// used by several goroutines at once.
type Hider struct {
	mu    sync.RWMutex
	runs  map[uint64]struct{} // all runs of runBytes that stand in a credential
	might [1 << 10]uint64     // which runs might be among them: a bit for each value of a hash
	short []string            // credentials that are shorter than a run or hardly longer, which are masked only as a whole
}

const (
	runBytes  = 8
	mostRuns  = 1 << 20 // some 30 MB
	mostShort = 200
)

// Learn takes in the credentials of a file. What opens nothing because it is a placeholder or a sample hides nothing: its letters are those
// of ordinary texts.
func (h *Hider) Learn(text []byte, found []Found) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range found {
		f := &found[i]
		if !f.drawn {
			continue
		}
		raw := string(text[f.Offset : f.Offset+f.Length])
		h.learn(raw, f)
		if strings.Contains(raw, "%") {
			if plain, err := url.PathUnescape(raw); err == nil {
				h.learn(plain, f)
			}
		}
		if code, err := base64.StdEncoding.DecodeString(raw); err == nil && printable(strings.TrimSpace(string(code))) {
			h.learn(strings.TrimSpace(string(code)), f)
		}
	}
}

// learn takes in one credential, piece by piece: a key block has lines, and an address has parts that are no secret.
func (h *Hider) learn(raw string, f *Found) {
	least := 6
	if len(raw) > 200 || strings.HasPrefix(raw, "http") {
		least = 2 * runBytes
	}
	pieces := strings.FieldsFunc(raw, func(r rune) bool { return r <= ' ' || r == '"' || r == '\'' || r == '\\' })
	if strings.HasPrefix(raw, "http") {
		pieces = strings.FieldsFunc(raw, func(r rune) bool { return strings.ContainsRune("/:?&=@", r) })
	}
	public := f.public
	for _, p := range pieces {
		if len(p) < least || strings.HasSuffix(p, ":") || strings.HasPrefix(p, "-----") { // names and marks of blocks
			continue
		}
		if len(p) < runBytes+4 && !slices.Contains(h.short, p) && len(h.short) < mostShort && !plainWord(p) {
			h.short = append(h.short, p)
		}
		for i := max(0, public-2); i+runBytes <= len(p) && len(h.runs) < mostRuns; i++ {
			if run := p[i : i+runBytes]; !plainWord(run) {
				if h.runs == nil {
					h.runs = map[uint64]struct{}{}
				}
				n := binary.LittleEndian.Uint64([]byte(run))
				h.runs[n] = struct{}{}
				h.might[spread(n)>>6] |= 1 << (spread(n) & 63)
			}
		}
		public = 0
	}
}

// plainWord says whether a run is made of letters as words are, or of one character: those stand in ordinary texts too.
func plainWord(run string) bool {
	rest := strings.TrimLeft(run[1:], "abcdefghijklmnopqrstuvwxyz")
	return strings.Trim(run[:1], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == "" && strings.Trim(rest, "_-") == "" ||
		strings.Trim(run, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == "" || strings.Trim(run, run[:1]) == ""
}

func spread(n uint64) uint64 { return n * 0x9e3779b97f4a7c15 >> 48 }

// Knows says whether there is anything to hide.
func (h *Hider) Knows() bool {
	if h == nil {
		return false
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.runs) > 0 || len(h.short) > 0
}

// masked stands for what is hidden.
const masked = "****"

// Text is a text with every credential that was learnt masked: of one that stands there with its beginning, no more than four characters
// stay, and those only where it is long.
func (h *Hider) Text(text string) string {
	if !h.Knows() || len(text) < 6 {
		return text
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	text = h.withoutShort(text)
	var out []byte
	done := 0
	for i := 0; i+runBytes <= len(text); i++ {
		if !h.knows(text[i : i+runBytes]) {
			continue
		}
		from, to := i, i+runBytes
		for from > done && goesOn(text[from-1]) {
			from--
		}
		for to < len(text) && (goesOn(text[to]) || to+1 >= runBytes && h.knows(text[to+1-runBytes:to+1])) {
			to++
		}
		keep := 0
		if to-from >= 6*4 && from > done && !goesOn(text[from-1]) || to-from >= 6*4 && from == 0 {
			keep = 4
		}
		out = append(out, text[done:from+keep]...)
		out = append(out, masked...)
		done, i = to, to-1
	}
	if done == 0 {
		return text
	}
	return string(append(out, text[done:]...))
}

func (h *Hider) knows(run string) bool {
	n := binary.LittleEndian.Uint64([]byte(run))
	if h.might[spread(n)>>6]>>(spread(n)&63)&1 == 0 {
		return false
	}
	_, ok := h.runs[n]
	return ok
}

// withoutShort masks short passwords where they stand by themselves.
func (h *Hider) withoutShort(text string) string {
	for _, s := range h.short {
		for at := 0; ; {
			i := strings.Index(text[at:], s)
			if i < 0 {
				break
			}
			from := at + i
			to := from + len(s)
			at = to
			if (from == 0 || !goesOn(text[from-1])) && (to == len(text) || !goesOn(text[to])) {
				text = text[:from] + masked + text[to:]
				at = from + len(masked)
			}
		}
	}
	return text
}

// goesOn says whether a byte next to a part of a credential belongs to it.
func goesOn(c byte) bool { return keyByte(c) || c == '+' || c == '~' || c == '^' }
