package infra

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func compose(t *testing.T, text string) []Service {
	t.Helper()
	c, err := ParseCompose([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c.Services
}

func TestService(t *testing.T) {
	s := compose(t, `x-base: &base
  user: "1000"
  environment: &env {LOG: info}
services:
  app:
    <<: *base
    build: {context: ./app, dockerfile: Dockerfile.gpu}
    image: ${REGISTRY:-ghcr.io/acme}/app:${TAG:-latest}
    privileged: true
    read_only: false
    network_mode: host
    cap_add: [NET_ADMIN]
    cap_drop:
      - ALL
    security_opt: ["no-new-privileges:true"]
    devices: ["/dev/kvm:/dev/kvm"]
    environment:
      <<: *env
      KEY: ${KEY}
    entrypoint: ["python", "-m"]
    command: desk --host "0.0.0.0"
  llm:
    image: ${MODEL_SERVER}
    environment:
      - A=b=c
      - FROM_HOST
`)
	app := s[0]
	for what, got := range map[string][2]any{
		"place":       {app.Name + fmt.Sprint(app.Line), "app5"},
		"user":        {app.User, Value{"1000", 2}},
		"build":       {fmt.Sprint(app.Build, app.Context, app.Dockerfile), "true {./app 7} {Dockerfile.gpu 7}"},
		"image":       {app.Ref, Image{"ghcr.io", "acme/app", "latest", ""}},
		"as written":  {app.Image, Value{"${REGISTRY:-ghcr.io/acme}/app:${TAG:-latest}", 8}},
		"privileged":  {app.Privileged, Value{"true", 9}},
		"read only":   {app.ReadOnly.False(), true},
		"network":     {app.NetworkMode, Value{"host", 11}},
		"added":       {app.CapAdd, []Value{{"NET_ADMIN", 12}}},
		"dropped":     {app.CapDrop, []Value{{"ALL", 14}}},
		"options":     {app.SecurityOpt, []Value{{"no-new-privileges:true", 15}}},
		"devices":     {app.Devices, []Value{{"/dev/kvm:/dev/kvm", 16}}},
		"environment": {app.Environment, []Setting{{"KEY", Value{"${KEY}", 19}}, {"LOG", Value{"info", 3}}}},
		"command":     {fmt.Sprint(app.CommandAt, app.Command), "20 [python -m desk --host 0.0.0.0]"},
		"open":        {fmt.Sprint(s[1].Open, s[1].Ref), "true {   }"},
		"as a list":   {s[1].Environment, []Setting{{"A", Value{"b=c", 25}}, {"FROM_HOST", Value{"", 26}}}},
	} {
		if !reflect.DeepEqual(got[0], got[1]) {
			t.Errorf("%s: %+v, want %+v", what, got[0], got[1])
		}
	}
}

func TestPorts(t *testing.T) {
	for written, want := range map[string]string{ // host|published|target
		`"80"`: "||80", `8080:80`: "|8080|80", `"127.0.0.1:8080:80"`: "127.0.0.1|8080|80", `"0.0.0.0:80:80/tcp"`: "0.0.0.0|80|80",
		`"127.0.0.1::80"`: "127.0.0.1||80", `"127.0.0.1:80"`: "127.0.0.1||80", `"[::1]:80:8080"`: "::1|80|8080",
		`"6000-6010:6000-6010/udp"`: "|6000-6010|6000-6010", `"${PORT:-3000}:8080"`: "|3000|8080", `"${ADDR}:80:80"`: "${ADDR}|80|80",
		`"${BIND:-127.0.0.1}:${PORT:-80}:80"`: "127.0.0.1|80|80", `22:22`: "|22|22",
		`{target: 80, published: "8080", host_ip: 127.0.0.1, protocol: tcp}`: "127.0.0.1|8080|80", `{target: 80}`: "||80",
	} {
		p := compose(t, "services:\n  a:\n    image: x\n    ports:\n      - "+written+"\n")[0].Ports[0]
		if got := p.Host + "|" + p.Published + "|" + p.Target; got != want || p.Line != 5 {
			t.Errorf("%s: %q at line %d, want %q at 5", written, got, p.Line, want)
		}
	}
}

func TestMounts(t *testing.T) {
	for written, want := range map[string]string{ // source|target|bind|read only
		`/data`: "|/data|false|false", `models:/models`: "models|/models|false|false", `./models:/models:ro`: "./models|/models|true|true",
		`/var/run/docker.sock:/var/run/docker.sock`: "/var/run/docker.sock|/var/run/docker.sock|true|false",
		`~/.cache:/root/.cache:rw,z`:                "~/.cache|/root/.cache|true|false", `${DATA:-./data}:/data`: "./data|/data|true|false",
		`"${DATA}:/data"`: "${DATA}|/data|false|false", `'C:\models:/models:ro'`: `C:\models|/models|true|true`, `"${PWD}/x:/x"`: "${PWD}/x|/x|true|false",
		`{type: bind, source: /, target: /host, read_only: true}`: "/|/host|true|true", `{type: volume, source: v, target: /v}`: "v|/v|false|false",
	} {
		m := compose(t, "services:\n  a:\n    image: x\n    volumes:\n      - "+written+"\n")[0].Volumes[0]
		if got := fmt.Sprintf("%s|%s|%v|%v", m.Source, m.Target, m.Bind, m.ReadOnly); got != want || m.Line != 5 {
			t.Errorf("%s: %q at line %d, want %q at 5", written, got, m.Line, want)
		}
	}
}

// Which services a file has, in every form that files come in.
func TestServices(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "# nothing yet\n": "", "services:\n": "", "version: '3'\nvolumes: {}\n": "",
		"services:\n  a: {image: x}\n---\nservices:\n  b: {image: y}\n": "a b",
		"web:\n  image: x\ndb:\n  build: .\n":                           "web db", // the first version of the format
		"include: [other.yaml]\nname: x\n":                              "",
		"services:\n  a: &a {image: x}\n  b: *a\n":                      "a b",
		"services:\n  a:\n  b: {image: x}\n":                            "b",
	} {
		var names []string
		for _, s := range compose(t, text) {
			names = append(names, s.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q: services %q, want %q", text, got, want)
		}
	}
}

func TestBrokenCompose(t *testing.T) {
	for text, want := range map[string]string{
		"services: [\n":           "line 1: ",
		"- a\n":                   "line 1: a compose file is a mapping",
		"services:\n  - a\n":      "line 2: services is no mapping",
		"services:\n  a: image\n": "line 2: service \"a\" is no mapping",
		"services:\n  a:\n    image: {{ x }}\n    b: c: d\n":  "line ",
		"services:\n  a:\n    image: x\n   ports: []\n  b:\n": "line 4: did not find expected key",
		"services:\n  a: *none\n":                             "line 2: unknown anchor",
		"a: &a [*a]\n":                                        "line 1: alias *a stands inside what it names",
	} {
		_, err := ParseCompose([]byte(text))
		if e := (*Error)(nil); !errors.As(err, &e) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzCompose(f *testing.F) {
	for _, s := range []string{"services:\n  a: &a\n    image: ${A:-b}\n    ports: ['1:2', {target: 1}]\n  b: {<<: *a}\n", "a:\n  image: x\n---\nservices:\n",
		"services:\n  a:\n    build: .\n    volumes: ['C:\\x:/y:ro', {type: bind}]\n    command: 'a \"b'\n    entrypoint: [x]\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCompose(data)
		checkError(t, data, c == nil, err)
		if err != nil {
			return
		}
		for _, s := range c.Services {
			checkLine(t, data, s.Line)
			for _, p := range s.Ports {
				checkLine(t, data, p.Line)
			}
		}
	})
}

func checkLine(t *testing.T, data []byte, line int) {
	t.Helper()
	if lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + strings.Count(string(data), "\u0085") +
		strings.Count(string(data), "\u2028") + strings.Count(string(data), "\u2029") + 2; line < 1 || line > lines {
		t.Errorf("line %d of %d", line, lines)
	}
}

func checkError(t *testing.T, data []byte, none bool, err error) {
	t.Helper()
	if e := (*Error)(nil); err != nil && (!errors.As(err, &e) || !none) || err == nil && none {
		t.Errorf("error %v with a result: %v", err, !none)
	}
}
