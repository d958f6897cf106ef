package develop

import (
	"strings"
	"testing"
)

// Keys are put together here so that no scanner takes this file for a leak.
var (
	anthropicKey = "sk-" + "ant-api03-Zq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1JuEo5TiAaKxWvCzBn0-QrMlPdSe"
	openaiKey    = "sk-" + "proj-Zq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1JuEo5TiAaKxWv"
	huggingToken = "hf" + "_ZqLwXcRtVbNmPkYsHdFgJuEoTiAaKxWvCe"
)

func TestCredentialsIn(t *testing.T) {
	bad := map[string]string{
		`"ANTHROPIC_API_KEY": "` + anthropicKey + `"`:                                     "an Anthropic key",
		"OPENAI_API_KEY=" + openaiKey:                                                     "an OpenAI project key",
		"HF_TOKEN=" + huggingToken:                                                        "a Hugging Face token",
		"aws_access_key_id = " + "AKIA" + "Z7QH4XW2LPNVK3RT":                              "an AWS access key id",
		"GITHUB_TOKEN=" + "ghp_" + "Zq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1JuEo5TiA":                 "a GitHub token",
		"key: " + "AIza" + "SyZq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1JuEo5":                          "a Google API key",
		"GROQ_API_KEY=" + "gsk_" + "Zq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1JuEo5TiAaKxWvCzBn0QrMlPd": "a Groq key",
	}
	for text, kind := range bad {
		got := credentialsIn("first line\n" + text + "\n")
		if len(got) != 1 || got[0].kind != kind || got[0].line != 2 {
			t.Errorf("%s: %d found, want one, %s", kind, len(got), kind)
			continue
		}
		if s := got[0].masked() + got[0].hash(); strings.Contains(s, got[0].secret[5:]) || strings.Contains(s, got[0].secret[:6]) {
			t.Errorf("%s: the mask %q shows too much", kind, s)
		}
	}
	good := []string{
		"OPENAI_API_KEY=sk-...your-key...", "OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "OPENAI_API_KEY=${OPENAI_API_KEY}",
		"OPENAI_API_KEY=sk-proj-your-openai-key-goes-here-123456789", "ANTHROPIC_API_KEY=sk-ant-api03-<your key>", "KEY=changeme",
		"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz12345678", "HF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		"sk-1234567890abcdef1234567890abcdef", "sk-111111111111111111111111111111111111", "task-Zq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1JuEo",
		"https://example.org/ask-ant-colony-about-everything-they-know-2024", "OPENAI_API_KEY=",
	}
	for _, text := range good {
		if got := credentialsIn(text); len(got) != 0 {
			t.Errorf("%q is taken for %s", text, got[0].kind)
		}
	}
}

func TestNamedCredentialsIn(t *testing.T) {
	for text, want := range map[string]bool{
		`"API_KEY": "Zq7Lw2Xc9RtVb4Nm8PkYs3Hd"`:                  true,
		`"Authorization": "Bearer Zq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1"`: true,
		`"API_KEY": "${input:api-key}"`:                          false,
		`"API_KEY": "YOUR_API_KEY_GOES_IN_THIS_PLACE_2"`:         false,
		`"TOKEN_LIMIT": "Zq7Lw2Xc9RtVb4Nm8PkYs3Hd"`:              false,
		`"API_KEY": "short1"`:                                    false,
		`"API_KEY_FILE": "/run/keys/provider"`:                   false,
	} {
		if got := len(namedCredentialsIn(text)) > 0; got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func FuzzCredentialsIn(f *testing.F) {
	f.Add("OPENAI_API_KEY=" + openaiKey)
	f.Add(`{"TOKEN":"` + huggingToken + `"}`)
	f.Add("sk-\xff\x00AKIA")
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range append(credentialsIn(text), namedCredentialsIn(text)...) {
			if len(c.secret) < 20 || strings.Contains(c.masked()+c.hash(), c.secret) {
				t.Errorf("%d characters of secret, masked as %q", len(c.secret), c.masked())
			}
		}
	})
}
