package flow

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// limitsRoles says whether the file says of all roles that it describes which words they may be, and the system is none of them:
// role: z.enum(["user", "assistant"]), role: Literal["user"].
func (p *pass) limitsRoles() bool {
	if p.roles == 0 {
		p.roles = 1
		if p.w.spec.Message != 0 && describesRoles(p.t.Source) {
			p.roles = 2
		}
	}
	return p.roles == 2
}

// maxRole bounds how much of one description is looked at.
const maxRole = 200

func describesRoles(source string) bool {
	limited := false
	for rest := source; ; {
		_, after, ok := strings.Cut(rest, "role: ")
		if !ok {
			return limited
		}
		rest = after
		kind := after[:min(len(after), maxRole)]
		kind = strings.TrimPrefix(kind, "typing.")
		words, isKind := kind, false
		for _, opening := range [...]string{"z.enum([", "z.literal(", "Literal["} {
			if more, found := strings.CutPrefix(kind, opening); found {
				words, isKind = more, true
			}
		}
		switch {
		case isKind:
			words, _, closed := strings.Cut(words, closing(kind))
			if !closed || strings.Contains(words, "system") || strings.Contains(words, "developer") {
				return false
			}
			limited = true
		case strings.HasPrefix(kind, "z."), strings.HasPrefix(kind, "str"), strings.HasPrefix(kind, "Optional["):
			return false
		}
	}
}

func closing(kind string) string {
	if strings.HasPrefix(kind, "z.literal(") {
		return ")"
	}
	return "]"
}

// ownKind says whether a parameter is of a class that the file itself describes.
func (p *pass) ownKind(param syntax.ID) bool {
	for c := range p.t.Children(param) {
		if p.t.Kind(c) == syntax.Annotation && p.t.Node(c).First != 0 {
			return strings.HasPrefix(p.f.Name(p.t.Child(c, 0)), p.f.Module+".")
		}
	}
	return false
}
