package discover

import (
	_ "embed"
	"strings"
	"sync"
)

// aiPackage is what the table says about a package for AI.
type aiPackage struct {
	role string // provider-sdk, gateway, framework, agent, mcp, model-library, training, serving, embedding, vector-store, hub, data, evaluation, guardrail, observability
	of   string // the provider, technology or family
}

//go:embed packages.txt
var packagesText string

// packageTable holds exact names and beginnings for each ecosystem.
type packageTable struct {
	exact    map[string]aiPackage
	begins   []familyName
	ends     []familyName
	prepares map[string]bool
}

type familyName struct {
	part string
	aiPackage
}

// packageTables reads the table once, when the first dependency is looked up: most runs of the program need it, its start
// does not.
var packageTables = sync.OnceValue(func() map[string]*packageTable {
	tables := map[string]*packageTable{}
	of := func(ecosystem string) *packageTable {
		if tables[ecosystem] == nil {
			tables[ecosystem] = &packageTable{exact: map[string]aiPackage{}, prepares: map[string]bool{}}
		}
		return tables[ecosystem]
	}
	section := ""
	for line := range strings.Lines(packagesText) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
			continue
		case line[0] == '[':
			section = strings.Trim(line, "[]")
			continue
		}
		head, names, _ := strings.Cut(line, ": ")
		if section == "prepares" {
			for _, n := range strings.Fields(names) {
				of(head).prepares[n] = true
			}
			continue
		}
		role, family, _ := strings.Cut(head, " ")
		of(section).add(aiPackage{role, family}, strings.Fields(names))
	}
	return tables
})

func (t *packageTable) add(p aiPackage, names []string) {
	for _, n := range names {
		if begin, ok := strings.CutSuffix(n, "*"); ok {
			t.begins = append(t.begins, familyName{begin, p})
		} else if end, ok := strings.CutPrefix(n, "*"); ok {
			t.ends = append(t.ends, familyName{end, p})
		} else if _, known := t.exact[n]; !known { // the first line that names a package decides
			t.exact[n] = p
		}
	}
}

// packageOf looks a package up by its normalised name.
func packageOf(ecosystem, name string) (aiPackage, bool) {
	t := packageTables()[tableOf(ecosystem)]
	if t == nil || name == "" {
		return aiPackage{}, false
	}
	if p, ok := t.exact[name]; ok {
		return p, true
	}
	if ecosystem == "go" {
		return t.module(name)
	}
	var best familyName
	for _, f := range t.begins {
		if len(f.part) > len(best.part) && strings.HasPrefix(name, f.part) {
			best = f
		}
	}
	for _, f := range t.ends {
		if len(f.part) > len(best.part) && strings.HasSuffix(name, f.part) {
			best = f
		}
	}
	return best.aiPackage, best.part != ""
}

// module looks a Go module up by its path and those above it: "github.com/openai/openai-go/v3" is openai-go.
func (t *packageTable) module(name string) (aiPackage, bool) {
	for {
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			return aiPackage{}, false
		}
		name = name[:i]
		if p, ok := t.exact[name]; ok {
			return p, true
		}
	}
}

// tableOf: conda takes the names of Python packages for most of what it shares with the Python index.
func tableOf(ecosystem string) string {
	if ecosystem == "conda" {
		return "pypi"
	}
	return ecosystem
}

func preparesInputs(ecosystem, name string) bool {
	t := packageTables()[tableOf(ecosystem)]
	return t != nil && t.prepares[name]
}
