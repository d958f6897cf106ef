package archive

import (
	"path"
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// spelled says what is wrong with a member's name: one that leads out of the folder it is unpacked into, and one that
// programs read differently.
func spelled(p *inspect.Part, id string, at int64, name string) {
	switch {
	case strings.IndexByte(name, 0) >= 0:
		p.Say(inspect.NotRead, id, at, "the name %s holds a NUL byte: programs that end it there see another name", inspect.Quote(name))
		before, _, _ := strings.Cut(name, "\x00")
		if escapes(before) || escapes(strings.ReplaceAll(name, "\x00", "")) {
			p.Say(inspect.Dangerous, "archive-escape", at, "unpacking member %s would write outside the folder it is unpacked into", inspect.Quote(name))
		}
	case escapes(name):
		p.Say(inspect.Dangerous, "archive-escape", at, "unpacking member %s would write outside the folder it is unpacked into", inspect.Quote(name))
	case name == "":
		p.Say(inspect.NotRead, id, at, "a member has no name")
	case controls(name):
		p.Say(inspect.NotRead, id, at, "the name %s holds characters that cannot be seen", inspect.Quote(name))
	}
}

// linked says where a link leads that leaves the folder it is unpacked into.
func linked(p *inspect.Part, at int64, name, target string) {
	if linkEscapes(name, target) {
		p.Say(inspect.Dangerous, "archive-escape", at, "unpacking member %s would make a link to %s, outside the folder it is unpacked into", inspect.Quote(name), inspect.Quote(target))
	}
}

// escapes says whether a member name would leave the folder it is unpacked into, on any operating system.
func escapes(name string) bool {
	slashed := strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(slashed, "/") && strings.Trim(slashed, "/") != "" || drive(slashed) {
		return true
	}
	depth := 0
	for part := range strings.SplitSeq(slashed, "/") {
		switch strings.TrimRight(part, " ") { // Windows drops blanks at the end
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return true
			}
		default:
			depth++
		}
	}
	return false
}

func drive(s string) bool {
	return len(s) > 2 && s[1] == ':' && (s[2] == '/' || s[2] == '\\') && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
}

func linkEscapes(name, target string) bool {
	slashed := strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(slashed, "/") || drive(slashed) {
		return true
	}
	to := path.Join(path.Dir(strings.TrimLeft(name, "/")), slashed)
	return to == ".." || strings.HasPrefix(to, "../")
}

// controls tells names with control characters or marks that turn the direction of text.
func controls(name string) bool {
	for _, r := range name {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200b {
			return true
		}
	}
	return false
}

// within is a name without what follows its last element's packing: model.pkl.gz is model.pkl inside.
func within(name string, endings ...string) string {
	for _, ending := range endings {
		packed, plain, _ := strings.Cut(ending, "=")
		if len(name) > len(packed) && strings.EqualFold(name[len(name)-len(packed):], packed) {
			return name[:len(name)-len(packed)] + plain
		}
	}
	if !utf8.ValidString(name) || name == "" {
		return "content"
	}
	return name
}

// resource marks the name of what macOS packs beside a file for its own use: it has the file's ending, and is none of its kind.
func resource(name string) string {
	dir, base := path.Split(name)
	if strings.HasPrefix(base, "._") && len(base) > 2 {
		return dir + base + ".appledouble"
	}
	return name
}
