package secrets

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// looks are lines that hold no secret, by what they are taken for one. Each gives the ending of a file it may stand in and the line.
var looks = []struct {
	name string
	draw func(*drawer) (file, line string)
}{
	{"uuid", func(d *drawer) (string, string) {
		name := d.pick("request_id", "project_id", "tenant_id", "cache_key", "session_id", "key_id", "partition_key")
		return d.forms(name, d.uuid())
	}},
	{"digest", func(d *drawer) (string, string) {
		name := d.pick("sha256", "checksum", "commit", "digest", "cache_key", "etag", "content_hash", "model_sha")
		return d.forms(name, d.of(d.pickN(40, 64), hexes))
	}},
	{"integrity", func(d *drawer) (string, string) {
		return d.pick("package-lock.json", "yarn.lock", "pnpm-lock.yaml"), `      "integrity": "sha512-` + base64.StdEncoding.EncodeToString(d.bytes(64)) + `",`
	}},
	{"lock digest", func(d *drawer) (string, string) {
		return d.pick("poetry.lock", "requirements.txt", "Cargo.lock"), `    {file = "tokenizers-0.2` + d.of(1, digits) + `.0-py3-none-any.whl", hash = "sha256:` + d.of(64, hexes) + `"},`
	}},
	{"image digest", func(d *drawer) (string, string) {
		return "Dockerfile", "FROM ghcr.io/example/auth-token-service@sha256:" + d.of(64, hexes)
	}},
	{"public key", func(d *drawer) (string, string) {
		return d.forms(d.pick("public_key", "PUBLIC_KEY", "ssh_public_key", "publicKey", "VAPID_PUBLIC_KEY"), d.pick("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"+d.of(43, base64s)+" desk@example.org", base64.RawURLEncoding.EncodeToString(d.bytes(65)), "age1"+d.of(58, "qpzry9x8gf2tvdw0s3jn54khce6mua7l")))
	}},
	{"publishable key", func(d *drawer) (string, string) {
		return d.forms(d.pick("STRIPE_PUBLISHABLE_KEY", "NEXT_PUBLIC_POSTHOG_KEY", "LANGFUSE_PUBLIC_KEY", "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY"), d.pick("pk_live_"+d.of(24, base62), "phc_"+d.of(43, base62), "pk-lf-"+d.uuid(), "pk_test_"+d.of(40, base62)))
	}},
	{"placeholder", func(d *drawer) (string, string) {
		return d.forms(d.pick("OPENAI_API_KEY", "API_KEY", "SECRET_KEY", "DB_PASSWORD", "HF_TOKEN", "ANTHROPIC_API_KEY"), d.pick("your-api-key", "YOUR_API_KEY_HERE", "<your-key>", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "changeme", "change-me-in-production", "sk-...", "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
			"sk-ant-api03-your-key-goes-here", "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "sk-proj-your-openai-key-goes-here-123456789", "insert_token_here", "REPLACE_ME_WITH_A_SECRET", "********************", "1234567890abcdef1234567890abcdef", "0123456789", "sk-1234567890abcdef1234567890abcdef1234567890abcdef", "enter-your-password", "redacted", "todo-set-this-value-2", "mysecretpassword", "super-secret-password-123", "dummy-key-for-local-use", "not-needed", "EMPTY", "fake_token_0123456789abcdef", "abcdefghijklmnopqrstuvwxyz123456", "sk-test-key-not-real-0000000000"))
	}},
	{"environment look-up", func(d *drawer) (string, string) {
		name := d.pick("OPENAI_API_KEY", "HF_TOKEN", "DB_PASSWORD", "AWS_SECRET_ACCESS_KEY")
		switch d.IntN(6) {
		case 0:
			return "py", `api_key = os.environ["` + name + `"]`
		case 1:
			return "py", `token = os.getenv("` + name + `", "")`
		case 2:
			return "ts", `const apiKey = process.env.` + name + ` ?? config.get("secrets.openaiApiKey2");`
		case 3:
			return "tf", `  password = var.` + strings.ToLower(name) + `_2024_production`
		case 4:
			return "yaml", `    api_key: !ENV ` + name
		}
		return "sh", `export TOKEN="$(pass show desk/` + strings.ToLower(name) + `-2)"`
	}},
	{"template", func(d *drawer) (string, string) {
		return d.forms(d.pick("api_key", "DB_PASSWORD", "token", "client_secret"), d.pick("${OPENAI_API_KEY}", "{{ .Values.openai.apiKey }}", "{{ secrets.OPENAI_API_KEY }}", "${{ secrets.HF_TOKEN_2024 }}", "%(DB_PASSWORD)s", "<%= ENV['SECRET_KEY_2'] %>", "$(SECRET_TOKEN_9)", "{api_key_2_for_customer}", "#{Octopus.Password7}", "@Microsoft.KeyVault(SecretUri=https://desk.vault.example.org/s1)", "vault:secret/data/desk#apiKey9", "op://Desk/OpenAI/credential1", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:desk-AbC1dE", "ENC[AES256_GCM,data:"+d.of(24, base64s)+",type:str]", "projects/desk/secrets/openai-key/versions/2"))
	}},
	{"translation", func(d *drawer) (string, string) {
		return "json", "  " + d.pick(`"password": "Passwort"`, `"passwordRequired": "Bitte geben Sie Ihr Passwort ein (8+ Zeichen)"`, `"auth.token": "Zugriffstoken2"`, `"secretKey": "Geheimer Schlüssel 256"`, `"apiKey": "Clé API (v2)"`, `"api_key": "API-Schlüssel"`, `"forgotPassword": "forgot_password_link_2"`, `"token": "settings.tokens.create_new_v2"`, `"secret": "settings:secrets.title1"`, `"password": "auth.signin.passwordField2"`) + ","
	}},
	{"image", func(d *drawer) (string, string) {
		img := "iVBORw0KGgoAAAANSUhEUgAA" + d.of(400+d.IntN(2000), base64s)
		return d.pick2(d, []string{"html", "css", "md", "ipynb", "svg"}, []string{`<img alt="token key" src="data:image/png;base64,` + img + `">`, `.key { background: url(data:image/png;base64,` + img + `) }`, `![secret](data:image/png;base64,` + img + `)`, `    "image/png": "` + img + `\n",`, `<image href="data:image/png;base64,` + img + `"/>`})
	}},
	{"minified", func(d *drawer) (string, string) {
		return "min.js", `!function(e,t){"use strict";var n={key:"` + d.pick("ArrowDown", "Enter", "mousemove2", "data-v-3c2b1a9f") + `",token:t.token,password:e.password||"",secret:!0,apiKey:r.apiKey,authToken:o(a,"authToken"),pwd:i[7]};` + d.minified(300) + `}(window,document);`
	}},
	{"model id", func(d *drawer) (string, string) {
		return d.forms(d.pick("model", "key", "model_key", "tokenizer", "base_model"), d.pick("sk-learn-text-classification-base-v2-2024-uncased", "gpt-4o-mini-2024-07-18", "claude-3-5-sonnet-20241022", "meta-llama/Llama-3.1-8B-Instruct", "anthropic.claude-3-5-sonnet-20241022-v2:0", "sentence-transformers/all-MiniLM-L6-v2", "hf_transformers_tokenizer_fast_bert_base", "text-embedding-3-large", "accounts/fireworks/models/llama-v3p1-405b-instruct", "fw_llama_v3_70b_instruct_fast", "gsk_benchmark_results_for_all_of_the_models_in_2024"))
	}},
	{"documented sample", func(d *drawer) (string, string) {
		return d.pick2(d, []string{"md", "md", "env", "py", "md", "yaml", "md"}, []string{"aws_access_key_id = AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_ACCESS_KEY_ID=AKIAI44QH8DHBEXAMPLE", `token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"`,
			"AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;", "DATABASE_URL: postgres://user:password@localhost:5432/db", "postgresql://username:your_password@host:5432/dbname"})
	}},
	{"local address", func(d *drawer) (string, string) {
		return d.forms("DATABASE_URL", d.pick("postgres://postgres:postgres@localhost:5432/app", "redis://localhost:6379/0", "mysql://root:root@127.0.0.1/app", "mongodb://mongo:27017/app", "postgresql://user:pass@db:5432/app", "postgres://app:${DB_PASSWORD}@db/app", "amqp://guest:guest@rabbitmq:5672/", "https://example.org/@user:page/123456789"))
	}},
	{"test key", func(d *drawer) (string, string) {
		return d.forms("STRIPE_SECRET_KEY", d.pick("sk_test_"+d.of(24, base62), "rk_test_"+d.of(24, base62)))
	}},
	{"path", func(d *drawer) (string, string) {
		return d.forms(d.pick("SSH_PRIVATE_KEY", "token_file", "API_KEY_FILE", "secret_path", "TLS_KEY"), d.pick("/run/secrets/openai_api_key_2", "/etc/ssl/private/desk-2024.key", "./keys/service1.pem", "~/.ssh/id_ed25519", "C:\\\\keys\\\\desk2.pfx", "secrets/prod/openai-key-3.txt", "../certs/tls9.key"))
	}},
	{"identifier", func(d *drawer) (string, string) {
		return d.pick2(d, []string{"py", "py", "ts", "ts", "yaml", "py", "ts", "tf", "py", "yaml", "ts"}, []string{`secret_key_name = "openai-production-key-v2"`, `tokenizer_class = "LlamaTokenizerFast2"`, `const tokenType = "urn:ietf:params:oauth:token-type:access_token";`, `const passwordField = document.querySelector("#password-input-2");`, `  secretName: helpdesk-openai-credentials-7f9c`,
			`pad_token = "<|finetune_right_pad_id|>"`, `const STORAGE_KEY = "helpdesk.settings.v2.lastOpenedAt";`, `  key_vault_secret_id = azurerm_key_vault_secret.openai2.id`, `sort_key = "created_at_2024_desc"`, `        - key: app.kubernetes.io/part-of-helpdesk2`, `import { apiKeyAuth2 as token } from "./authToken2Provider";`})
	}},
	{"code", func(d *drawer) (string, string) {
		return d.pick2(d, []string{"py", "ts", "py", "ts", "py", "ts", "sh", "py"}, []string{`password = hashlib.sha256(b"desk" + salt).hexdigest()[:16]`, `const token = await getAccessToken({ audience: "https://api.example.org/v2" });`, `    api_key: str = Field(default=None, alias="openaiApiKey2")`, `if (password !== confirmPassword2) { setError("Passwords1 do not match"); }`, `token = tokens[i+1].lower_ if tokens[i].pos_ == "NOUN2" else None`,
			`headers: { Authorization: "Bearer " + accessToken2 },`, `TOKEN=$(curl -s -X PUT "http://192.0.2.1/latest/api/token" -H "X-TTL: 21600")`, `raise ValueError("api_key=None is not allowed: set OPENAI_API_KEY2")`})
	}},
	{"encoded data", func(d *drawer) (string, string) {
		return d.pick2(d, []string{"json", "py", "ts", "yaml"}, []string{`  "embedding": "` + d.of(800, base64s) + `",`, `WEIGHTS_B64 = "` + d.of(400, base64s) + `"`, `const wasm = "AGFzbQEAAAAB` + d.of(300, base64s) + `";`, `  caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1J` + d.of(400, base64s)})
	}},
	{"certificate", func(d *drawer) (string, string) {
		block := d.certificatePEM(d.pick("CERTIFICATE", "PUBLIC KEY", "RSA PUBLIC KEY"))
		return "json", `  "tls_key_chain": "` + strings.ReplaceAll(block, "\n", `\n`) + `",`
	}},
	{"hashed password", func(d *drawer) (string, string) {
		return d.forms(d.pick("password", "password_hash", "ADMIN_PASSWORD"), d.pick("$2b$12$"+d.of(53, base62+"./"), "$argon2id$v=19$m=65536,t=3,p=4$"+d.of(22, base64s)+"$"+d.of(43, base64s), "pbkdf2_sha256$600000$"+d.of(22, base62)+"$"+d.of(43, base64s)+"=", "{SSHA}"+d.of(32, base64s)))
	}},
	{"notebook metadata", func(d *drawer) (string, string) {
		return "ipynb", `   "id": "` + d.of(8, hexes) + `-` + d.of(4, hexes) + `", "execution_count": 12, "outputId": "` + d.uuid() + `"`
	}},
	{"prose", func(d *drawer) (string, string) {
		return "md", d.pick("Set the token: it starts with `hf_` and has 37 characters.", "The API key (sk-...) is read from `OPENAI_API_KEY`, the password: from `.env.local2`.", "Secret key: generate one with `openssl rand -hex 32`.", "password = at least 12 characters, 1 digit", "| `api_key` | string | `None` | key of the provider2 |", "export OPENAI_API_KEY=sk-your-key-here", "Authorization: Bearer YOUR_ACCESS_TOKEN_123", `curl -H "Authorization: Bearer $OPENAI_API_KEY" https://api.example.org/v1/models`)
	}},
	{"anonymous role", func(d *drawer) (string, string) {
		return d.forms("NEXT_PUBLIC_SUPABASE_ANON_KEY", d.webToken(`{"iss":"supabase","ref":"`+d.of(20, lowers)+`","role":"anon","iat":1735689600,"exp":2051222400}`))
	}},
}

// forms writes a name and a value as one of several kinds of file does.
func (d *drawer) forms(name, value string) (file, line string) {
	f := fileTypes[d.IntN(len(fileTypes))]
	return f.name, f.line(d, name, value)
}

func (d *drawer) pick2(_ *drawer, a, b []string) (string, string) {
	i := d.IntN(len(a))
	return a[i], b[i]
}

// minified is what a bundler makes of code.
func (d *drawer) minified(n int) string {
	var b strings.Builder
	for b.Len() < n {
		fmt.Fprintf(&b, "function %s(%s,%s){return %s.%s(%s?%d:0x%s)}", d.of(2, lowers), d.of(1, lowers), d.of(1, lowers), d.of(1, lowers), d.pick("apply", "call", "key", "token"), d.of(1, lowers), d.IntN(9000), hex.EncodeToString(d.bytes(2)))
	}
	return b.String()
}
