package secret

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// elsewherePrefixes begin what stands for a value that is kept in another place, and what is encrypted or hashed.
var elsewherePrefixes = []string{"vault:", "vault/", "op://", "ref+", "arn:", "file:", "env:", "env.", "secretref:", "encrypted:", "awssm:", "gcpsm:", "aws-sm", "projects/", "kms:", "keyring:", "ENC[", "ENC(", "@Microsoft.KeyVault", "os.", "process.",
	"var.", "local.", "data.", "module.", "secrets.", "sha256:", "sha256-", "sha512-", "sha512:", "sha1:", "sha1-", "md5:", "$2a$", "$2b$", "$2y$", "$argon2", "$5$", "$6$", "$1$", "pbkdf2", "scrypt:", "bcrypt", "{SSHA", "{SHA", "{CRYPT", "argon2", "data:", "urn:", "age1", "ssh-rsa", "ssh-ed25519",
	"AAAAB3", "AAAAC3", "self.", "this.", "config.", "settings.", "import.meta", "std::", "http:", "https:", "ws:", "wss:", "gs:", "s3:", "-----", "MFkw", "MIIB", "MCow", "\\u", "0x0", "pk_", "pk-", "pk.", "phc_", "rgb(", "#", "tel:", "mailto:", "com.", "org.", "io.", "Bearer", "application/", "text/", "image/"}

// fileEndings end what is the name of a file or a host.
var fileEndings = []string{".txt", ".pem", ".key", ".json", ".yaml", ".yml", ".com", ".org", ".net", ".io", ".py", ".ts", ".js", ".tsx", ".svg", ".png", ".html", ".md", ".crt", ".pfx", ".p12", ".env", ".toml", ".xml", ".csv", ".ai", ".dev", ".so", ".bin", ".gguf", ".safetensors", ".pub", ".enc"}

// elsewhere says whether a value is no secret by its form: it stands for one, names a place, is a template, a digest or a hash.
func elsewhere(text string, quoted, tight bool) bool {
	if len(text) < 8 || len(text) >= valueBytes || strings.ContainsAny(text, " \t") || strings.Contains(text, "://") {
		return true
	}
	switch text[0] {
	case '<', '{', '[', '(', ':', '?':
		return true
	case '/': // keys in base64 begin so now and then
		if mean, n := wordly(text); len(text) < 24 || n < 4 || mean > -0.5 || strings.Contains(text, ".") {
			return true
		}
	case '$', '%', '*', '&', '!', '|', '>', '@', '~', '.':
		if !quoted && !(tight && strings.IndexByte("*!~", text[0]) >= 0) || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || strings.HasPrefix(text, "~/") || text[0] == '$' && (text[1] == '{' || text[1] == '(') || strings.HasPrefix(text, "%s") {
			return true
		}
	}
	for _, mark := range []string{"${", "$(", "{{", "}}", "<%", "%>", "%(", "#{", "...", "\u2026", "):", "()", "${{", "=>", "->", "::", "&&", "||"} {
		if strings.Contains(text, mark) {
			return true
		}
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > '~' || r < ' ' }) || otherScript(text) || codedWords(text) {
		return true
	}
	if i := strings.IndexByte(text, '{'); i >= 0 && strings.IndexByte(text[i:], '}') > 0 {
		return true
	}
	for _, p := range elsewherePrefixes {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	low := strings.ToLower(text)
	for _, e := range fileEndings {
		if strings.HasSuffix(low, e) {
			return true
		}
	}
	if len(text) > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/') { // a path of Windows
		return true
	}
	if len(text) >= 150 && strings.HasPrefix(text, "Ag") && text[2] >= 'A' && text[2] <= 'D' { // sealed for a cluster
		return true
	}
	return manyParts(text)
}

// otherScript says whether a text has escaped letters of other scripts: it is for people to read.
func otherScript(text string) bool {
	i := strings.Index(text, `\u`)
	return i >= 0 && i+4 < len(text) && text[i+2:i+4] != "00"
}

// codedWords says whether a text is base64 of words that say that it is no secret.
func codedWords(text string) bool {
	raw, err := base64.StdEncoding.DecodeString(text)
	return err == nil && len(raw) >= 6 && printable(string(raw)) && (sureWord(string(raw)) || ofWords(string(raw)))
}

// manyParts says whether a text is a path or a chain of names: three or more parts of letters between marks of one kind.
func manyParts(text string) bool {
	for _, mark := range []string{"/", ".", "_", "-", ":"} {
		parts := strings.Split(text, mark)
		if len(parts) < 3 {
			continue
		}
		wordy, letters := 0, 0
		for _, p := range parts {
			if k, changes := kindsIn(p); k&isDigit == 0 && k&isOther == 0 && changes <= 1 && len(p) > 1 {
				wordy++
				letters += len(p)
			}
		}
		if wordy >= 2 && wordy*2 > len(parts) && letters*2 >= len(text)-len(parts) {
			return true
		}
	}
	return false
}

// samples are values that providers print in their documentation and ship in their emulators, by the beginning of a digest: this file
// holds none of them.
var samples = map[string]string{
	"5f83f5d22b14": "a key of Google's public samples",
	"f56e323494a6": "a key of Google's public samples",
	"2037abcaffb2": "a key of Google's public samples",
	"3f370c9dd822": "a key of Google's public samples",
	"e4a5542bb7fd": "a key of Google's public samples",
	"a19f89ab3555": "a key of Google's public samples",
	"0b476bdf9acf": "a key of Google's public samples",
	"eb540d2b6ee2": "a key of Google's public samples",
	"37f8f09bdf12": "a key of Google's public samples",
	"8731261cb72d": "a key of Google's public samples",
	"49f777db995e": "a key of Google's public samples",
	"27a9a42931df": "a key of Google's public samples",
	"dc0fcf046c61": "a key of Google's public samples",
	"4c98242dcadc": "a key of Google's public samples",
	"ea9bb1082cf9": "a key of Google's public samples",
	"3a8b61d0f636": "a key of Google's public samples",
	"a6c814bc555a": "a key of Google's public samples",
	"6c96130f130a": "a sample of the OAuth standards",
	"00cf4c781dc3": "a sample of the OAuth standards",
	"53f5da0aaa93": "a sample of the OAuth standards",
	"e9974c507d2a": "a sample of the OAuth standards",
	"9d03b692e941": "a sample of the OAuth standards",
	"cb87c87e4a13": "a sample of the OAuth standards",
	"649e1f5c769e": "a sample of the OAuth standards",
	"bb9b1163338b": "a sample of the OAuth standards",
	"c20fbc2b9618": "a sample of the OAuth standards",
	"b8e148545b13": "a sample of the OAuth standards",
	"b5017c19b924": "a sample of the OAuth standards",
	"ad71fb416553": "a sample of the OAuth standards",
	"9e309cccd311": "a sample of the OAuth standards",
	"0011cc25eb43": "the key that the storage emulator of Azure ships",
	"aa6547439583": "the key that the emulator of Cosmos DB ships",
	"bc3ae723f57c": "a sample of GitHub's documentation",
	"3543c50b0cb9": "a sample of GitHub's documentation",
	"82e74299544e": "a sample of GitHub's documentation",
	"6d7fa4e64d4b": "a sample of GitHub's documentation",
	"2cafc0970149": "a sample of Stripe's documentation",
	"02091175c1ae": "a sample of SendGrid's documentation",
	"b27447611d8c": "a sample of Slack's documentation",
	"731fa294d036": "a sample of Telegram's documentation",
	"0b5dd075ccdd": "a sample of Telegram's documentation",
	"02f7ce3c263f": "a sample of Discord's documentation",
}

// knownSample says of what a value is the documented sample; empty for none.
func knownSample(text string) string {
	sum := sha256.Sum256([]byte(text))
	return samples[hex.EncodeToString(sum[:6])]
}
