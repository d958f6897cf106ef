package develop

import (
	"encoding/base64"
	"slices"
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
		`placeholder="sk-myApiKeyToAccessMyChromaInstance"`,
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

// A word or a run somewhere in a long key does not make it a placeholder; being made of them does.
func TestDrawn(t *testing.T) {
	for body, want := range map[string]bool{
		"Zq7Lw2Xc9RtVb4Nm8PkY0123456789s3Hd6Fg1JuEo5TiAaKxWv": true,
		"Zq7Lw2Xc9RtVb4Nm8PkYsdemoHd6Fg1JuEo5TiAaKxWvCz":      true,
		"Zq7Lw2Xc9RthereVb4Nm8PkYs3Hd6Fg1":                    true,
		"Zq7Lw20000Xc9RtVb4Nm8PkYs3Hd6Fg1abcdef":              true,
		"1234567890abcdef1234567890abcdef":                    false,
		"1a2b3c4d5e6f7g8h9i0j1k2l3m4n5o6p":                    false,
		"abcd1234efgh5678ijkl9012mnop3456":                    false,
		"this-is-not-a-real-key-1234-but-looks-like-one":      false,
		"your-openai-key-goes-here-123456789":                 false,
		"Zq7Lw2Xc9RtVb4Nm8PkYEXAMPLE":                         false,
		"DEMO-Zq7L-mock-test-here-fake-0000-1234567":          false,
	} {
		if drawn(body) != want {
			t.Errorf("%s looks drawn: %v, want %v", body, !want, want)
		}
	}
}

// Lines of variables, YAML and addresses, and whether a secret stands there. Well-known values are for another check.
func TestAssignedCredentialsIn(t *testing.T) {
	const drawn40, hex32 = "Zq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1JuEo5TiAaKxW", "9f3ac07e15d84b62a7e0c9135bd8f246"
	for text, want := range map[string]bool{
		"AWS_SECRET_ACCESS_KEY=" + drawn40:                              true,
		"export AZURE_OPENAI_API_KEY=" + hex32 + " # of the west":       true,
		"MISTRAL_API_KEY: '" + drawn40[:32] + "'":                       true,
		"      - COHERE_API_KEY=" + drawn40:                             true,
		"PINECONE_API_KEY=9f3ac07e-15d8-4b62-a7e0-c9135bd8f246":         true,
		"DB_PASSWORD=kX9#mP2$vL7q":                                      true,
		"- name: JWT_SECRET\n  value: " + drawn40:                       true,
		"DATABASE_URL=postgres://desk:kX9mP2vL7q@db.example.org:5432/d": true,
		"ENV SECRET_KEY=" + drawn40:                                     true,
		"apiVersion: v1\nkind: Secret\ndata:\n  token: " + base64.StdEncoding.EncodeToString([]byte(drawn40)): true,
		"kind: Secret\ndata:\n  password: bWluaW8xMjM=":                                                       false,
		"DATABASE_URL=postgres://desk:password@db.example.org/d":                                              false,
		"DATABASE_URL=postgres://desk:kX9mP2vL7q@localhost:5432/d":                                            false,
		"kind: Secret\ndata:\n  HF_TOKEN: aGZfVk5Vd1JVAUdCa0l4WmZMTHVrc2VHeW9VVm9udU5pBHUVT==":                false, // no base64
		"DB_PASSWORD=postgres":                                   false,
		"ADMIN_PASSWORD=Postgres123!":                            false,
		"ADMIN_PASSWORD=changeme1":                               false,
		"API_KEY=your-api-key-12345":                             false,
		"API_KEY=${API_KEY}":                                     false,
		"API_KEY=vault:secret/data/desk#k3Y9":                    false,
		"SECRET_KEY=ENC[AES256_GCM,data:Zq7Lw2Xc9Rt]":            false,
		"MAX_TOKEN=Zq7Lw2Xc9RtVb4Nm":                             false,
		"MODEL=gpt-4o-mini-2024-07-18":                           false,
		"- name: JWT_SECRET\n  valueFrom:\n  value2: " + drawn40: false,
		"#API_KEY=" + drawn40:                                    false,
	} {
		if got := len(assignedCredentialsIn(text)) == 1; got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

func FuzzCredentialsIn(f *testing.F) {
	f.Add("OPENAI_API_KEY=" + openaiKey)
	f.Add(`{"TOKEN":"` + huggingToken + `"}`)
	f.Add("- name: DB_PASSWORD\n  value: kX9#mP2$vL7q\nX=postgres://a:kX9mP2vL7q@b")
	f.Add("sk-\xff\x00AKIA")
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range append(append(credentialsIn(text), namedCredentialsIn(text)...), assignedCredentialsIn(text)...) {
			if len(c.secret) < 8 || strings.Contains(c.masked()+c.hash(), c.secret) {
				t.Errorf("%d characters of secret, masked as %q", len(c.secret), c.masked())
			}
		}
	})
}

// The pieces that could hold a key, against the plain way of finding them.
func TestLongRuns(t *testing.T) {
	plainly := func(text string) (runs []span) {
		from := 0
		for i := 0; i <= len(text); i++ {
			if i < len(text) && keyByte(text[i]) {
				continue
			}
			if i-from >= shortestKey {
				runs = append(runs, span{from, i})
			}
			from = i + 1
		}
		return runs
	}
	long := strings.Repeat("a", shortestKey)
	for _, text := range []string{"", "a", long, long[1:], " " + long, long + " ", long + "b c " + long, long[1:] + " " + long[1:], "x" + long + "=" + long + "\n", strings.Repeat("ab ", 30) + long + "!" + long[1:]} {
		if got, want := longRuns(text), plainly(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
