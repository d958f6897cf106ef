package secret

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func loaded(t testing.TB) *Rules {
	t.Helper()
	r, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// look is Look without the word that there is more.
func look(r *Rules, path, text string) []Found {
	found, _ := r.Look(path, []byte(text))
	return found
}

var update = flag.Bool("update", false, "write rules.json anew from the YAML files")

// written reads the rules as they are written, with their examples.
func written(t testing.TB) []*rule {
	t.Helper()
	all, err := read(os.DirFS("data"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// rules.json holds what the YAML files say.
func TestEmbedded(t *testing.T) {
	want, err := json.MarshalIndent(written(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile("rules.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(embedded, want) {
		t.Error("rules.json is not what the YAML files say: run go test -run Embedded -update")
	}
}

// Every rule finds its bad examples and leaves its good ones alone. Keys are drawn when the test runs: none stands in the sources.
func TestRules(t *testing.T) {
	r := loaded(t)
	seen := map[string]bool{}
	for _, one := range written(t) {
		if err := r.try(one); err != nil {
			t.Error(err)
		}
		if seen[one.ID] {
			t.Errorf("two rules have the id %s", one.ID)
		}
		seen[one.ID] = true
	}
	if n := len(r.List()); n < 200 || n != len(r.all) {
		t.Errorf("%d rules are listed", n)
	}
}

// What stands in files of all kinds: the file, its text, and the rules that find something there, with the line, the name and whether it is
// told as one that opens nothing. {36 base62} is drawn.
func TestLook(t *testing.T) {
	for _, tt := range []struct{ name, path, text, want string }{
		{"a file of variables", ".env", "# the desk\nOPENAI_API_KEY=sk-proj-{48 base62}\n", "2 openai-project-key OPENAI_API_KEY"},
		{"code", "app.py", `client = OpenAI(api_key="sk-{48 base62}")`, "1 model-provider-key api_key"},
		{"the environment", "app.py", `os.environ["HF_TOKEN"] = "hf_{34 letters}"`, "1 huggingface-token HF_TOKEN"},
		{"a default for the environment", "a.ts", `const k = process.env.DESK_API_KEY || "{40 base62}";`, "1 assigned-secret process.env.DESK_API_KEY"},
		{"a typed name", "a.py", `api_key: str = "{40 base62}"`, "1 assigned-secret api_key"},
		{"a wrapped value", "a.py", `password=SecretStr("{14 password}")`, "1 assigned-password password"},
		{"a source cell of a notebook", "a.ipynb", "{\n \"cells\": [\n  {\n   \"source\": [\n    \"import os\\n\",\n    \"os.environ[\\\"GROQ_API_KEY\\\"] = \\\"gsk_{52 base62}\\\"\\n\"\n", "6 groq-api-key GROQ_API_KEY"},
		{"an output of a notebook", "a.ipynb", "  \"text\": [\n   \"key:\\nsk-ant-api03-{93 url}AA\\n\"\n  ]", "2 anthropic-api-key"},
		{"a name in a notebook that only the name makes secret", "a.ipynb", `    "DESK_PASSWORD = \"{16 password}\"\n",`, "1 assigned-password DESK_PASSWORD"},
		{"a pair of lines", "deploy.yaml", "- name: DESK_API_KEY\n  value: {40 hex}\n", "2 assigned-secret DESK_API_KEY"},
		{"a pair in JSON", "task.json", `{"name": "DESK_API_KEY", "value": "{40 hex}"}`, "1 assigned-secret DESK_API_KEY"},
		{"a container file", "Dockerfile", "FROM scratch\nENV DESK_TOKEN {40 base62}\n", "2 assigned-secret DESK_TOKEN"},
		{"an option", "run.sh", "serve --api-key '{40 base62}' &", "1 assigned-secret api-key"},
		{"a header", "run.sh", `curl -H "Authorization: Bearer {40 base62}" https://example.org`, "1 assigned-secret Authorization"},
		{"JSON in a line", "a.json", `{"model":"m","apiKey":"{40 base62}","n":1}`, "1 assigned-secret apiKey"},
		{"XML", "a.xml", "<server>\n<password>{16 password}</password>", "2 assigned-password password"},
		{"the name of the provider", ".env", "MISTRAL_API_KEY={32 base62}", "1 mistral-api-key MISTRAL_API_KEY"},
		{"the provider before", "a.py", `llm = ChatMistral(api_key="{32 base62}")`, "1 mistral-api-key api_key"},
		{"a password in an address", "a.py", `engine = create_engine("postgresql://desk:{14 password}@db.example.org/desk")`, "1 postgres-password create_engine"},
		{"a password in an address, escaped", ".env", "DATABASE_URL=mysql://desk:{8 base62}%40{6 base62}@db.example.org/desk", "1 mysql-password DATABASE_URL"},
		{"an address of the machine itself", ".env", "DATABASE_URL=postgres://desk:{14 base62}@localhost:5432/desk", "1 postgres-password DATABASE_URL (the host is the machine itself)"},
		{"a Secret of Kubernetes", "s.yaml", "apiVersion: v1\nkind: Secret\ndata:\n  HF_TOKEN: {base64 hf_{34 letters}}\n  user: ZGVzaw==\n", "4 huggingface-token HF_TOKEN"},
		{"the same in JSON", "s.json", "{\n \"kind\": \"Secret\",\n \"data\": {\n  \"token\": \"{base64 {40 base62}}\"\n }\n}", "4 kubernetes-secret token"},
		{"a Secret whose data is no base64", "s.yaml", "kind: Secret\ndata:\n  HF_TOKEN: aGZfVk5Vd1JVAUdCa0l4WmZMTHVrc2VHeW9VVm9udU5pBHUVT==\n", ""},
		{"a key in base64", "kube.yaml", "    client-key-data: {base64 -----BEGIN PRIVATE KEY-----}", ""},
		{"a service account", "key.json", "{\n \"type\": \"service_account\",\n \"private_key\": \"{block PRIVATE KEY}\\n\"\n}", "3 google-service-account-key private_key"},
		{"a token of a service", "a.env", "A_TOKEN={token {\"sub\":\"desk\"}}", "1 signed-token A_TOKEN"},
		{"a token that everybody may have", "a.py", `headers = {"apikey": "{token {"iss":"supabase","role":"anon"}}"}`, ""},
		{"XML on lines of its own", "a.xml", "<apiToken>\n  {40 base62}\n</apiToken>", "2 assigned-secret apiToken"},
		{"a declaration with a type", "a.go", `var deskToken string = "{40 base62}"`, "1 assigned-secret deskToken"},
		{"a makefile", "Makefile", "DESK_TOKEN ::= {40 base62}", "1 assigned-secret DESK_TOKEN"},
		{"user and password of curl", "a.sh", "curl -s -u desk:{16 base62} https://example.org", "1 basic-credentials curl -u"},
		{"SQL", "a.sql", "CREATE USER desk WITH PASSWORD '{16 password}';\nALTER USER desk IDENTIFIED BY '{16 password}';", "1 assigned-password PASSWORD; 2 assigned-password IDENTIFIED BY"},
		{"a file of logins", ".netrc", "machine example.org login desk password {16 password}", "1 assigned-password password"},
		{"a registry's file", ".npmrc", "//registry.example.org/:_authToken={40 base62}", "1 assigned-secret _authToken"},
		{"a sealed secret", "s.yaml", "kind: SealedSecret\nspec:\n  encryptedData:\n    DB_PASSWORD: AgB{300 base64}", ""},
		{"a comment", ".env", "# OLD_API_KEY={40 base62}", "1 assigned-secret OLD_API_KEY"},
		{"a letter of another case", "a.py", `x = "SK-PROJ-{48 base62}"`, ""},
		{"the inside of a picture", "a.ipynb", "\"image/png\": \"{120 base62}/AKIA{16 base32}/{40 base62}\"", ""},
		{"an address that was signed", "a.md", "https://desk.s3.amazonaws.com/f?X-Amz-Credential=AKIA{16 base32}%2F20260101", ""},
		{"an invitation", "a.md", "https://example.zoom.us/j/83469905816?pwd={32 base62}", ""},
		{"a key that may be seen", "a.ts", `const POSTHOG_API_KEY = "phc_{43 base62}"`, ""},
		{"the ending of a file", "a.md", "https://example.org/box.ico-{32 base62}.png", ""},
		{"a key among tests is a key", "tests/test_a.py", `key = "gsk_{52 base62}"`, "1 groq-api-key key"},
		{"a password among tests is none", "tests/test_a.py", `password = "{16 password}"`, "1 assigned-password password (stands among tests)"},
		{"a test key", "pay.ts", `stripe("sk_test_{24 base62}")`, "1 stripe-test-key stripe (a key of the test mode: no money moves)"},
		{"a sample of the documentation", "README.md", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "1 aws-access-key-id AWS_ACCESS_KEY_ID (a placeholder that says so)"},
		{"a placeholder in the format", "README.md", "HF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "1 huggingface-token HF_TOKEN (a placeholder that says so)"},
		{"a placeholder that counts", "a.py", `k = "sk-1234567890abcdef1234567890abcdef"`, "1 model-provider-key k (a placeholder that counts or repeats)"},
		{"a lock file", "package-lock.json", `"token": "{40 base62}", "integrity": "sha512-{86 base64}=="`, ""},
		{"a provider's key in a lock file", "package-lock.json", `"resolved": "https://example.org/?t=npm_{36 base62}"`, "1 npm-token t"},
		{"translations", "de.json", `"password": "Passwort2 \u00e4ndern"`, ""},
		{"a badge", "README.md", "![build](https://example.org/desk.svg?token={40 hex})", ""},
		{"a hash", ".env", "ADMIN_PASSWORD=$2b$12${53 base62}", ""},
		{"a parameter in an address", "a.py", `url = "https://example.org/v1?api_key={40 hex}&n=1"`, "1 assigned-secret api_key"},
		{"a connection string", "a.cs", `var c = "Server=db.example.org;User ID=desk;Password={16 base62};Encrypt=True";`, "1 assigned-password Password"},
	} {
		text := expand(tt.text, tt.name)
		var got []string
		for _, f := range look(loaded(t), tt.path, text) {
			s := strings.TrimSpace(strings.Join([]string{itoa(f.Line), f.ID, f.Context}, " "))
			if f.Test != "" {
				s += " (" + f.Test + ")"
			}
			got = append(got, s)
		}
		if all := strings.Join(got, "; "); all != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, all, tt.want)
		}
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

// A user's rules are tried before the built-in ones, and their own examples before they are used.
func TestLoadWith(t *testing.T) {
	const good = `
- id: desk-key
  title: Key of the desk
  severity: high
  confidence: high
  literals: ['desk_']
  pattern: 'desk_[a-z0-9]{32}'
  bad: ['DESK=desk_{32 lower36}', 'key = "desk_{32 lower36}"']
  good: ['DESK=desk_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'help_desk_of_the_house']
`
	r, err := LoadWith(fstest.MapFS{"own.yaml": {Data: []byte(good)}})
	if err != nil {
		t.Fatal(err)
	}
	if f := look(r, ".env", expand("DESK_TOKEN=desk_{32 lower36}", "own")); len(f) != 1 || f[0].ID != "desk-key" {
		t.Errorf("found %+v", f)
	}
	if len(r.all) != len(loaded(t).all)+1 {
		t.Error("the built-in rules are gone")
	}
	for change, want := range map[string]string{
		"[a-z0-9]{32}'=>[a-z0-9{32}'":              "error parsing regexp",
		"high=>grave":                              "severity",
		"title=>titel":                             "titel",
		"desk_[a-z=>dusk_[a-z":                     "bad example 1 is not found",
		"['desk_']=>['d']":                         "too short",
		"  literals:=>  check: crc99\n  literals:": "no check",
		"desk_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=>desk_{32 lower36}":                                        "good example 1 is found",
		"  good: ['DESK=desk_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'help_desk_of_the_house']=>  good: ['a']": "at least two",
	} {
		from, to, _ := strings.Cut(change, "=>")
		_, err := LoadWith(fstest.MapFS{"own.yaml": {Data: []byte(strings.Replace(good, from, to, 1))}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", change, err, want)
		}
	}
}

// Reports are published: of what is found, no more than the first four characters stand in what is told, and nothing of what could be guessed.
func TestNothingOfASecretIsTold(t *testing.T) {
	r := loaded(t)
	looked := 0
	for _, one := range written(t) {
		for i, text := range one.Bad {
			text = strings.TrimPrefix(expand(text, one.ID+itoa(i)), "file: ")
			for _, f := range look(r, "a.env", text) {
				looked++
				told := fmt.Sprint(f.Shown, f.Digest, f.Context, f.Test, f.Confidence)
				for at := f.Offset + 4; at+8 <= f.Offset+f.Length; at++ {
					if strings.Contains(told, text[at:at+8]) && !strings.HasPrefix(text[at:], "-----") && f.Length < 200 {
						t.Errorf("%s: what is told holds characters %d to %d of it", f.ID, at-f.Offset, at-f.Offset+8)
						break
					}
				}
			}
		}
	}
	if looked < 400 {
		t.Errorf("only %d were looked at", looked)
	}
	key, other := expand("gsk_{52 base62}", "a"), expand("ghp_{36 base62}", "b")
	for text, want := range map[string]string{"K=" + key: "gsk_…", "DB_PASSWORD=" + expand("{16 password}", "a"): "…", `{"` + other + `": "` + key + `"}`: "gsk_…"} {
		f := look(r, ".env", text)
		if got := f[len(f)-1]; got.Shown != want || strings.Contains(got.Context, other[8:]) {
			t.Errorf("shown %q under %q, want %q", got.Shown, got.Context, want)
		}
	}
}

// The digest of a key is of the key. That of a password is not: whoever reads a report could try guesses on it.
func TestDigest(t *testing.T) {
	r := loaded(t)
	digestOf := func(path, text string) string {
		f := look(r, path, text)
		if len(f) != 1 {
			t.Fatalf("%d found", len(f))
		}
		return f[0].Digest
	}
	key, other := expand("gsk_{52 base62}", "a"), expand("gsk_{52 base62}", "b")
	if digestOf(".env", "K="+key) != digestOf("a.py", `groq("`+key+`")`) || digestOf(".env", "K="+key) == digestOf(".env", "K="+other) {
		t.Error("a key is told apart by its value, wherever it stands")
	}
	first, second := expand("{16 password}", "a"), expand("{16 password}", "b")
	if digestOf(".env", "DB_PASSWORD="+first) != digestOf(".env", "DB_PASSWORD="+second) {
		t.Error("the digest of a password depends on the password")
	}
	if digestOf(".env", "DB_PASSWORD="+first) == digestOf(".env", "MQ_PASSWORD="+first) {
		t.Error("the digest of a password does not depend on its name")
	}
}
