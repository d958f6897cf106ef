package deploy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// Which values everybody knows; of a sample that is to be edited, only those that do not ask for it.
func TestKnown(t *testing.T) {
	for _, tt := range []struct {
		value, user   string
		used, sampled bool
	}{
		{"postgres", "", true, true},
		{"minioadmin", "", true, true},
		{"sk-1234", "", true, true},
		{"neo4j/password", "", true, true},
		{"desk_password1", "", true, true},
		{"StrongPassword123!", "", true, true},
		{"difyai123456", "", true, true},
		{"0000000000000000", "", true, true},
		{"changeme", "", true, false},
		{"change-me-please", "", true, false},
		{"your-secret-key", "", true, false},
		{"infini_rag_flow", "", true, false},
		{"desk", "desk", true, false},
		{"q7Vh2Lr9XwT4mBz8KdNf3GsYp6JcUa5E", "", false, false},
		{"", "", false, false},
		{"<generate>", "", false, false},
		{"${SECRET}", "", false, false},
		{"/run/secrets/db", "", false, false},
		{"{{ .Values.password }}", "", false, false},
		{"true", "", false, false},
	} {
		if got := known(tt.value, tt.user, false); got != tt.used {
			t.Errorf("%q as it stands: %v, want %v", tt.value, got, tt.used)
		}
		if got := known(tt.value, tt.user, true); got != tt.sampled {
			t.Errorf("%q in a sample: %v, want %v", tt.value, got, tt.sampled)
		}
	}
}

// What a file of variables or values comes with: name and line.
func TestTextDefaults(t *testing.T) {
	for _, tt := range []struct {
		name string
		kind settings
		text string
		want string
	}{
		{"a password", sampleVariables, "A=1\nDB_PASSWORD=postgres\n", "DB_PASSWORD:2"},
		{"one that a comment asks to change", sampleVariables, "# change this in production\nDB_PASSWORD=postgres\n", ""},
		{"one that its own line asks to change", sampleVariables, "DB_PASSWORD=postgres # generate your own\n", ""},
		{"a comment far above", sampleVariables, "# change nothing\n" + strings.Repeat("A=1\n", 8) + "DB_PASSWORD=postgres\n", "DB_PASSWORD:10"},
		{"a commented line", sampleVariables, "# DB_PASSWORD=postgres\n", ""},
		{"the key of a provider", sampleVariables, "OPENAI_API_KEY=secret\nAWS_SECRET_ACCESS_KEY=secret\nOAUTH_CLIENT_SECRET=secret\n", ""},
		{"what is no secret", sampleVariables, "PASSWORD_MIN_LENGTH=8\nSECRET_NAME=postgres\nPASSWORD_FILE=/run/secrets/db\nDISABLE_PASSWORD_LOGIN=false\n", ""},
		{"an address with a password", sampleVariables, "DATABASE_URL=postgresql://app:postgres@db:5432/app\n", "DATABASE_URL:1"},
		{"an address on the own machine", sampleVariables, "DATABASE_URL=postgresql://app:postgres@localhost:5432/app\n", ""},
		{"windows line ends", usedVariables, "DB_PASSWORD=\"changeme\"\r\n", "DB_PASSWORD:1"},
		{"an export", usedVariables, "export JWT_SECRET='secret'\n", "JWT_SECRET:1"},
		{"a value of a chart", chartValues, "auth:\n  password: changeme\n", "password:2"},
		{"a key of a Secret", chartValues, "redis:\n  secretKeys:\n    REDIS_PASSWORD: redis_password\n  existingSecret: redis\n", ""},
		{"the name of a Secret", chartValues, "PROXY_SECRET: sandbox-proxy-ca\n", ""},
		{"an empty value of a chart", chartValues, "auth:\n  password: \"\"\n", ""},
	} {
		found, _ := textDefaults(tt.text, tt.kind)
		var got []string
		for _, c := range found {
			got = append(got, fmt.Sprintf("%s:%d", c.name, c.line))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
}

func TestSecretDefaults(t *testing.T) {
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  PASSWORD: postgres\n---\napiVersion: v1\nstringData:\n  password: postgres\n  token: \"\"\nkind: Secret\n---\nkind: Secret\ndata:\n  DB_PASSWORD: cGFzc3dvcmQ=\n  other: '!'\n"
	var got []string
	for _, c := range secretDefaults(text) {
		got = append(got, fmt.Sprintf("%s:%d=%s", c.name, c.line, c.value))
	}
	if want := "password:9=postgres DB_PASSWORD:15=password"; strings.Join(got, " ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// How grave a default is follows from who can use it, and from whether the file is meant for operation.
func TestSeverityOfDefaults(t *testing.T) {
	store := func(ports, more string) string {
		return "services:\n  db:\n    image: postgres:16\n" + ports + "    environment:\n      POSTGRES_PASSWORD: postgres\n" + more
	}
	for _, tt := range []struct {
		name, file, text string
		want             lodemark.Outcome
		severity         lodemark.Severity
	}{
		{"on every address", "compose.yaml", store("    ports: [\"5432:5432\"]\n", ""), lodemark.Failed, lodemark.SeverityHigh},
		{"on the loopback address", "compose.yaml", store("    ports: [\"127.0.0.1:5432:5432\"]\n", ""), lodemark.Failed, lodemark.SeverityMedium},
		{"on no address", "compose.yaml", store("", ""), lodemark.Failed, lodemark.SeverityMedium},
		{"for work on one's own machine", "docker-compose.dev.yml", store("    ports: [\"5432:5432\"]\n", ""), lodemark.NothingToSee, lodemark.SeverityLow},
		{"an example among others", "examples/rag/compose.yaml", store("    ports: [\"5432:5432\"]\n", ""), lodemark.NothingToSee, lodemark.SeverityLow},
		{"a client of an open store", "compose.yaml", "services:\n  web:\n    image: registry.example.org/web:1\n    ports: [\"80:80\"]\n    environment: {POSTGRES_PASSWORD: postgres}\n", lodemark.Failed, lodemark.SeverityMedium},
		{"a secret that signs sessions", "compose.yaml", "services:\n  web:\n    image: registry.example.org/web:1\n    ports: [\"80:80\"]\n    environment: {NEXTAUTH_SECRET: mysecret}\n", lodemark.Failed, lodemark.SeverityHigh},
		{"a sample", ".env.example", "MINIO_ROOT_PASSWORD=minioadmin\n", lodemark.Failed, lodemark.SeverityLow},
	} {
		r := stage.Try(t, defaultCredential, map[string]string{tt.file: tt.text})
		if r.Outcome != tt.want || len(r.Findings) != 1 || r.Findings[0].Severity != tt.severity {
			t.Errorf("%s: %s with %+v, want %s and %s", tt.name, r.Outcome, r.Findings, tt.want, tt.severity)
		}
	}
}

func FuzzTextDefaults(f *testing.F) {
	for _, seed := range []string{"A_PASSWORD=postgres\n", "auth:\n  secretKeys:\n    PASSWORD: x\n", "SECRET_KEY=\"${A:-b}\" # x\r\n", "---\nkind: Secret\ndata:\n  password: cGFzcw==\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		for _, kind := range []settings{sampleVariables, usedVariables, chartValues} {
			found, _ := textDefaults(text, kind)
			for _, c := range found {
				if c.line < 1 || c.line > lines {
					t.Errorf("line %d of %d", c.line, lines)
				}
			}
		}
		for _, c := range secretDefaults(text) {
			if c.line < 1 || c.line > lines {
				t.Errorf("line %d of %d", c.line, lines)
			}
		}
	})
}
