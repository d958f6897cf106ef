package rules

import (
	"strings"
	"testing"
)

// TestKeysIn: keys of providers are found by their form, and what only looks like one is not.
func TestKeysIn(t *testing.T) {
	for _, c := range []struct{ text, provider string }{
		{`key = "sk-proj-Zk9wQm3VtR7nLx2HbYc8JpDs5GfTa1Ue6Wi4OoNvKqXzBhMrCy"`, "OpenAI"},
		{`token: hf_QzWvXnRtLkJhGfDsApOiUyTrEwMnBvCx7K`, "Hugging Face"},
		{`COHERE_API_KEY=q8Zr2LmVx7TnWc4HbJk9PdSf3GyUa6Ei1OoQtKvX`, "cohere"},
		{`ChatMistralAI(mistral_api_key="q8Zr2LmVx7TnWc4HbJk9PdSf3GyUa6Ei")`, "mistral"},
		{`sk-proj-your-key-goes-in-here-and-not-into-the-repository`, ""},
		{`sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`, ""},
		{`hf_abcdefghijklmnopqrstuvwxyzABCDEFGH`, ""},
		{`OPENAI_API_KEY=${OPENAI_API_KEY_FROM_THE_VAULT_OF_THE_TEAM}`, ""},
		{`"openai_key": "da39a3ee5e6b4b0d3255bfef95601890afd80709", "authDomain": 1`, "openai"},
		{`commit da39a3ee5e6b4b0d3255bfef95601890afd80709`, ""},
		{`risk-averse-people-do-not-write-keys-into-their-source-code`, ""},
	} {
		got := ""
		for _, k := range keysIn(c.text) {
			got = k.provider
		}
		if got != c.provider {
			t.Errorf("%s: %q, want %q", c.text, got, c.provider)
		}
	}
}

// TestWithoutKeys: what is shown of code holds no key in full.
func TestWithoutKeys(t *testing.T) {
	key := "sk-proj-Zk9wQm3VtR7nLx2HbYc8JpDs5GfTa1Ue6Wi4OoNvKqXzBhMrCy"
	got := withoutKeys(`a = OpenAI(api_key="` + key + `", other="` + key + `")`)
	if strings.Contains(got, key[:12]) || !strings.HasPrefix(got, `a = OpenAI(api_key="sk-p…", other="sk-p…")`) {
		t.Error(got)
	}
	if got := toldKey(key); got != "sk-p… (58 characters)" {
		t.Error(got)
	}
}
