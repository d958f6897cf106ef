package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	extraIndex = pattern.New(`(?:--extra-index-url[= ]+|\b(?:PIP|UV)_EXTRA_INDEX_URL\s*[=: ]\s*)["']?([^\s"',]+)`)
	// unsafeStrategy is how uv calls it by itself when the highest version of any index is taken.
	unsafeStrategy = pattern.New(`(?:--index-strategy[= ]+|\bUV_INDEX_STRATEGY\s*[=: ]\s*|^\s*index-strategy\s*=\s*)["']?unsafe-(?:best|any)-match`)
	// ownWheels are indexes of builds of well known packages for one machine or another. Nobody else can put a package there.
	ownWheels = pattern.New(`^["']?https://(?:pip\.repos\.neuron|(?:download\.pytorch\.org|pypi\.org|pypi\.nvidia\.com|pypi\.ngc\.nvidia\.com|data\.pyg\.org|storage\.googleapis\.com/jax-releases|abetlen\.github\.io|wheels\.vllm\.ai|flashinfer\.ai|test\.pypi\.org|huggingface\.github\.io|pytorch-extension\.intel\.com|packages\.amd\.com|repo\.radeon\.com|rocm\.))`)
)

// secondIndex finds where a line has an installer ask a second index that other names could come from, or one whose packages change from
// day to day.
func secondIndex(text string) (from, to int, found bool) {
	if at := unsafeStrategy.Regexp().FindStringIndex(text); at != nil {
		return at[0], at[1], true
	}
	for _, at := range extraIndex.Regexp().FindAllStringSubmatchIndex(text, 8) {
		address := text[at[2]:at[3]]
		if strings.HasPrefix(address, "$") || strings.HasPrefix(address, "{") || ownWheels.MatchString(address) && !strings.Contains(address, "nightly") {
			continue
		}
		return at[0], at[1], true
	}
	return 0, 0, false
}

func mentionsIndex(text string) bool {
	return slices.ContainsFunc([]string{"extra-index-url", "EXTRA_INDEX_URL", "index-strategy", "INDEX_STRATEGY"}, func(w string) bool { return strings.Contains(text, w) })
}

// otherIndex looks at the lines of scripts, build files and settings.
func otherIndex(f *file, m *matcher) {
	if !mentionsIndex(f.data) || strings.Contains(f.data, "--hash=sha256:") {
		return
	}
	for line, text := range logicalLines(f.data, slices.Contains(f.kinds, kindShell) || slices.Contains(f.kinds, kindDockerfile)) {
		if strings.HasPrefix(strings.TrimSpace(text), "#") {
			continue
		}
		if from, to, ok := secondIndex(text); ok {
			n := line + strings.Count(text[:from], "\n")
			f.report(m.rule, n, n, "", text[from:to])
		}
	}
}

// otherIndexInCode looks at the commands that stand in code as strings.
func otherIndexInCode(l *look, m *matcher) {
	t := l.t
	if !mentionsIndex(t.Source) {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Str {
			continue
		}
		text, ok := t.Text(id)
		if !ok || !strings.Contains(text, " ") || !mentionsIndex(text) || !strings.Contains(text, "install") {
			continue
		}
		if _, _, found := secondIndex(text); found {
			l.tell(m.rule, id, id, "")
		}
	}
}
