package oms

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// names are the paths of a manifest, so that no two of them are one file on some file system.
type names struct {
	seen  map[string]string // by what a file system without case or with one form of Unicode makes of it
	under map[string]string // folders that files stand in
}

func newNames() *names {
	return &names{seen: map[string]string{}, under: map[string]string{}}
}

// add takes a path in, or says why it may not stand in a manifest.
func (n *names) add(name string) error {
	if err := checkPath(name); err != nil {
		return err
	}
	key := folded(name)
	if other, ok := n.seen[key]; ok {
		if other == name {
			return fmt.Errorf("%q stands in the manifest twice", name)
		}
		return fmt.Errorf("%q and %q are one file where names differ in nothing but case or the form of Unicode", other, name)
	}
	if other, ok := n.under[key]; ok {
		return fmt.Errorf("%q is a file, and %q stands below it", name, other)
	}
	n.seen[key] = name
	for at := strings.LastIndexByte(key, '/'); at > 0; at = strings.LastIndexByte(key[:at], '/') {
		folder := key[:at]
		if other, ok := n.seen[folder]; ok {
			return fmt.Errorf("%q is a file, and %q stands below it", other, name)
		}
		if _, ok := n.under[folder]; ok {
			break // so are those above it
		}
		n.under[folder] = name
	}
	return nil
}

// folded is what is left of a path on file systems that tell fewer names apart: without case (macOS, Windows), with one form of Unicode
// (macOS), without dots and spaces at the end (Windows).
func folded(name string) string {
	if ascii(name) {
		name = strings.ToUpper(name)
	} else {
		name = norm.NFC.String(strings.Map(fold, norm.NFC.String(name)))
	}
	if !strings.Contains(name+"/", "./") && !strings.Contains(name+"/", " /") {
		return name
	}
	parts := strings.Split(name, "/")
	for i, p := range parts {
		parts[i] = strings.TrimRight(p, ". ")
	}
	return strings.Join(parts, "/")
}

// fold is the least of the letters that differ from one in case alone.
func fold(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// maxPath is the longest path in bytes, that of most systems.
const maxPath = 4096

// checkPath says why a path may not stand in a manifest. What means one file on every system is accepted and nothing else.
func checkPath(name string) error {
	reason := ""
	switch {
	case name == "":
		return fmt.Errorf("an empty path")
	case len(name) > maxPath:
		return fmt.Errorf("a path that begins with %q has %d bytes, more than %d", strings.ToValidUTF8(name[:64], ""), len(name), maxPath)
	case !utf8.ValidString(name):
		reason = "is not UTF-8"
	case strings.IndexByte(name, 0) >= 0:
		reason = "holds a zero byte"
	case strings.IndexByte(name, '\\') >= 0:
		reason = "holds a backslash, which is a separator on some systems"
	case path.IsAbs(name) || len(name) > 1 && name[1] == ':' && letter(name[0]):
		reason = "is an absolute path"
	case path.Clean(name) != name || name == ".." || strings.HasPrefix(name, "../") || name == ".":
		reason = "is not a plain path below the model"
	default:
		for part := range strings.SplitSeq(name, "/") {
			if device(part) {
				reason = "names a device on Windows"
			}
		}
	}
	if reason == "" {
		return nil
	}
	return fmt.Errorf("the path %q %s", name, reason)
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// device says whether Windows opens a device under this name, whatever follows the first dot.
func device(part string) bool {
	base, _, _ := strings.Cut(part, ".")
	base = strings.ToLower(strings.TrimRight(base, " "))
	switch base {
	case "con", "prn", "aux", "nul", "conin$", "conout$":
		return true
	}
	if rest, ok := strings.CutPrefix(base, "com"); ok || strings.HasPrefix(base, "lpt") {
		if !ok {
			rest = base[3:]
		}
		return len(rest) == 1 && '0' <= rest[0] && rest[0] <= '9' || rest == "\u00b9" || rest == "\u00b2" || rest == "\u00b3"
	}
	return false
}
