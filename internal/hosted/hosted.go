// Package hosted holds what is publicly known of the names of models behind APIs: which of them their providers have shut down, and which move on
// to another model by themselves. There is one table for the rules on code and for the checks on what a system is made of.
package hosted

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed models.txt
var written string

// State is what is known of a name.
type State struct {
	Retired  string // the day of the shutdown (2006-01-02), if it is over
	Fixed    string // the name that stays what it is, if this one moves
	Provider string // at whose own address both hold: OpenAI, Anthropic, Google, Mistral, Groq
}

type table struct {
	exact  map[string]State
	begins []beginning
}

type beginning struct {
	text string
	State
}

var models = sync.OnceValue(func() table {
	t := table{exact: map[string]State{}}
	for line := range strings.Lines(written) {
		f := strings.Fields(line)
		if len(f) != 4 {
			continue
		}
		s := State{Provider: f[3]}
		switch f[0] {
		case "retired":
			s.Retired = f[2]
		case "floating":
			s.Fixed = f[2]
		default:
			continue
		}
		if begin, ok := strings.CutSuffix(f[1], "*"); ok {
			t.begins = append(t.begins, beginning{begin, s})
		} else {
			t.exact[f[1]] = s
		}
	}
	return t
})

// Of is what is known of a model by its name, without what names the provider in front. Known is false for most: the table is no list of what is
// offered.
func Of(name string) (s State, known bool) {
	t := models()
	if s, known = t.exact[name]; known {
		return s, true
	}
	for i := range t.begins {
		if strings.HasPrefix(name, t.begins[i].text) {
			return t.begins[i].State, true
		}
	}
	return State{}, false
}

// Speaks says whether the table knows anything of a provider, so that its silence on a model means something.
func Speaks(provider string) bool {
	for _, s := range models().exact {
		if strings.EqualFold(s.Provider, provider) {
			return true
		}
	}
	return false
}

// Bare takes off what names the provider: openai/gpt-4o, openai:gpt-4o, models/gemini-pro.
func Bare(id string) string {
	for _, p := range []string{"openai", "anthropic", "google", "gemini", "models", "mistral", "groq", "cohere", "xai", "deepseek"} {
		for _, mark := range []string{"/", ":"} {
			if rest, ok := strings.CutPrefix(id, p+mark); ok {
				return rest
			}
		}
	}
	return id
}
