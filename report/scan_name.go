package report

import (
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark/scan"
)

// jsonName is a name as the JSON report has it: as it is, but for those that JSON has no text for. Each byte that is not UTF-8
// becomes \xNN, and each backslash of such a name two, so that different names stay different and the bytes can be had back. A
// name that holds \x itself is written so too, or else nobody could tell the two apart.
func jsonName(name string) string {
	if utf8.ValidString(name) && !strings.Contains(name, `\x`) {
		return name
	}
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + string(digits[name[i]>>4]) + string(digits[name[i]&15]))
		case r == '\\':
			b.WriteString(`\\`)
		default:
			b.WriteString(name[i : i+size])
		}
		i += size
	}
	return b.String()
}

// jsonNames writes the names of a scan as JSON can have them. What was scanned stays as it is.
func jsonNames(r *scan.Result) *scan.Result {
	out := *r
	out.Target = jsonName(r.Target)
	out.Files = append([]scan.File(nil), r.Files...)
	for i := range out.Files {
		f := &out.Files[i]
		f.Path = jsonName(f.Path)
		for j, reason := range f.Reasons {
			if part := jsonName(reason.Part); part != reason.Part {
				f.Reasons = append([]scan.Reason(nil), f.Reasons...)
				f.Reasons[j].Part = part
			}
		}
	}
	out.Gaps = nil
	for _, g := range r.Gaps {
		out.Gaps = append(out.Gaps, scan.Gap{Path: jsonName(g.Path), Reason: g.Reason})
	}
	out.Links = nil
	for _, l := range r.Links {
		out.Links = append(out.Links, jsonName(l))
	}
	return &out
}
