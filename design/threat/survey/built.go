package survey

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// outputs are folders into which builds write.
var outputs = []string{"out", "dist", "build", ".next", ".nuxt", ".output", ".svelte-kit", "_next", "bundle", "bundles", "public", "static", "assets"}

// built says whether a script is what a build wrote, and nobody's source: it is minified, or stands among outputs and says who made it.
// Whose source it was is drawn, or lies elsewhere; a bundle also holds what its libraries can do and the page never does.
func built(name string, data []byte) bool {
	if strings.HasSuffix(name, ".min.js") || strings.HasSuffix(name, ".min.mjs") {
		return true
	}
	if lang := path.Ext(name); lang != ".js" && lang != ".mjs" && lang != ".cjs" {
		return false
	}
	folders := strings.Split(path.Dir(name), "/")
	output := slices.ContainsFunc(folders, func(f string) bool { return slices.Contains(outputs, strings.ToLower(f)) })
	lines, longest, within := 1, 0, 0
	for line := range bytes.Lines(data) {
		lines++
		longest = max(longest, len(line))
		if len(line) > 1000 {
			within += len(line)
		}
	}
	switch {
	case longest > 5000 && within > len(data)/2, len(data) > 4000 && len(data)/lines > 300:
		return true
	case !output:
		return false
	}
	head := string(data[:min(len(data), 4<<10)])
	for _, mark := range []string{"__webpack_require__", "webpackChunk", "webpackJsonp", "self.__next", "__NEXT_", "/******/", "__vite__", "__toESM(", "__commonJS(", "System.register(", "sourceMappingURL="} {
		if strings.Contains(head, mark) {
			return true
		}
	}
	tail := string(data[max(0, len(data)-300):])
	return strings.Contains(tail, "//# sourceMappingURL=")
}
