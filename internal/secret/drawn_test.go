package secret

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// What people write in the place of a secret, and what machines draw.
func TestDrawn(t *testing.T) {
	for text, want := range map[string]bool{
		"Zq7Lw2Xc9RtVb4Nm8PkYs3Hd6Fg1JuEo":     true,
		"9f3ac07e15d84b62a7e0c9135bd8f246":     true,
		"kX9#mP2$vL7q":                         true,
		"9f3ac07e-15d8-4b62-a7e0-c9135bd8f246": true,
		"zQwBnTsoRiApHcVyncnsDkxkJmLqZtWv":     true, // some draw letters only
		"1234567890abcdef1234567890abcdef":     false,
		"1a2b3c4d5e6f7g8h9i0j1k2l3m4n5o6p":     false,
		"abcd1234abcd1234abcd1234abcd1234":     false,
		"this-is-not-a-real-key-1234-but-long": false,
		"your-openai-key-goes-here-123456789":  false,
		"myApiKeyToAccessMyChromaInstance2":    false,
		"LlamaTokenizerFastVersion2":           false,
		"helpdesk.settings.v2.lastOpenedAt":    false,
		"Postgres123!":                         false,
		"P4ssw0rd!2024":                        false,
		"20240101-1234":                        false,
		"aaaaaaaaaaaaaaaaaaaaaaaa1":            false,
		"short1":                               false,
	} {
		if drawn(text) != want {
			t.Errorf("%s looks drawn: %v, want %v", text, !want, want)
		}
	}
}

// Of a thousand drawn values of each alphabet, hardly any is taken for made up.
func TestDrawnMisses(t *testing.T) {
	d := rand.New(rand.NewPCG(7, 7))
	for _, tt := range []struct {
		alphabet string
		size     int
		least    int // of 1000
	}{
		{"hex", 32, 990}, {"hex", 40, 990}, {"hex", 64, 990}, {"base62", 16, 970}, {"base62", 20, 985}, {"base62", 32, 990}, {"base62", 48, 990}, {"base64", 40, 990}, {"url", 43, 990}, {"lower36", 32, 950}, {"password", 16, 970}, {"password", 12, 920},
	} {
		passed, made := 0, 0
		for range 1000 {
			b := make([]byte, tt.size)
			for i := range b {
				b[i] = alphabets[tt.alphabet][d.IntN(len(alphabets[tt.alphabet]))]
			}
			if drawn(string(b)) {
				passed++
			}
			if madeUp(string(b), 2.5) != "" {
				made++
			}
		}
		if passed < tt.least || made > 10 {
			t.Errorf("%s of %d: %d of 1000 look drawn, %d made up", tt.alphabet, tt.size, passed, made)
		}
	}
}

func TestTells(t *testing.T) {
	for name, want := range map[string]int{
		"OPENAI_API_KEY": tellsKey, "apiKey": tellsKey, "x-api-key": tellsKey, "openai_key": tellsKey, "SECRET_KEY_BASE": tellsKey, "spring.ai.api-key": tellsKey, "AWS_SECRET_ACCESS_KEY": tellsKey, "APIKEY_2": tellsKey,
		"HF_TOKEN": tellsSecret, "authToken": tellsSecret, "clientSecret": tellsSecret, "Authorization": tellsSecret, "jwt_secret_prod": tellsSecret, "accesstoken": tellsSecret,
		"DB_PASSWORD": tellsPassword, "dbPassword": tellsPassword, "smtp_pass": tellsPassword, "PGPASSWORD": tellsPassword, "userpwd": tellsPassword,
		"key": tellsNothing, "cache_key": tellsNothing, "primaryKey": tellsNothing, "PUBLIC_KEY": tellsNothing, "NEXT_PUBLIC_API_KEY": tellsNothing, "monkey": tellsNothing, "keyboard": tellsNothing, "tokenizer": tellsNothing, "max_token": tellsNothing,
		"pad_token": tellsNothing, "nextPageToken": tellsNothing, "csrf_token": tellsNothing, "API_KEY_FILE": tellsNothing, "secretName": tellsNothing, "passwordHash": tellsNothing, "token_count": tellsNothing, "apiKeyPlaceholder": tellsNothing,
		"o200k_base.tiktoken": tellsNothing, "bypass": tellsNothing, "compass": tellsNothing, "": tellsNothing, "_": tellsNothing,
	} {
		if got := tells(name); got != want {
			t.Errorf("%s tells %d, want %d", name, got, want)
		}
	}
}

func TestChecks(t *testing.T) {
	for seed := range 50 {
		token, key := expand("{crc32 ghp_}", fmt.Sprint(seed)), expand("{age}", fmt.Sprint(seed))
		if !crc32Fits(token) || !bech32Fits(key) {
			t.Fatal("a checksum of our own does not fit")
		}
		for i := 4; i < len(token); i++ {
			if b := []byte(token); crc32Fits(string(append(append(b[:i:i], flip(b[i])), b[i+1:]...))) {
				t.Fatalf("character %d may change", i)
			}
		}
		for i := 16; i < len(key); i++ {
			b := []byte(key)
			c := byte('Q')
			if b[i] == c {
				c = 'P'
			}
			if bech32Fits(string(append(append(b[:i:i], c), b[i+1:]...))) {
				t.Fatalf("character %d may change", i)
			}
		}
	}
	// A sample with a known sum, and the shortest form of what is refused.
	if base62Of(0) != "000000" || crc32Fits("ghp_") || crc32Fits("") || bech32Fits("age1") || bech32Fits("") {
		t.Error("edges")
	}
}

func flip(c byte) byte {
	if c == 'a' {
		return 'b'
	}
	return 'a'
}
