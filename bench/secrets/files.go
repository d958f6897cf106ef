package secrets

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// fileType is how a kind of file writes a name and its value on a line.
type fileType struct {
	name string
	line func(d *drawer, name, value string) string
}

func quoted(s string) string { b, _ := json.Marshal(s); return string(b) }

func camel(name string) string {
	words := strings.Split(strings.ToLower(name), "_")
	for i := 1; i < len(words); i++ {
		words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
	}
	return strings.Join(words, "")
}

// fileTypes are those that secrets are planted in; some write a line in several ways.
var fileTypes = []fileType{
	{"py", func(d *drawer, n, v string) string {
		return d.pick(n+` = "`+v+`"`, strings.ToLower(n)+` = '`+v+`'`, `os.environ["`+n+`"] = "`+v+`"`, `client = Client(model="small", `+strings.ToLower(n)+`="`+v+`")`, `settings = {"`+strings.ToLower(n)+`": "`+v+`", "retries": 3}`)
	}},
	{"ts", func(d *drawer, n, v string) string {
		return d.pick(`const `+camel(n)+` = "`+v+`";`, `  `+camel(n)+`: '`+v+`',`, `process.env.`+n+` = "`+v+`";`, `export const `+n+`: string = "`+v+`";`, `const `+camel(n)+" = process.env."+n+` || "`+v+`";`)
	}},
	{"env", func(d *drawer, n, v string) string {
		return d.pick(n+"="+v, n+`="`+v+`"`, "export "+n+"='"+v+"'")
	}},
	{"yaml", func(d *drawer, n, v string) string {
		return d.pick("  "+strings.ToLower(n)+`: "`+v+`"`, "      - "+n+"="+v, "  "+n+": "+v, "        - name: "+n+"\n          value: "+v)
	}},
	{"json", func(d *drawer, n, v string) string {
		return d.pick(`    "`+n+`": `+quoted(v)+`,`, `    "`+camel(n)+`": `+quoted(v)+`,`)
	}},
	{"toml", func(d *drawer, n, v string) string {
		return d.pick(strings.ToLower(n)+` = "`+v+`"`, n+` = '`+v+`'`)
	}},
	{"ipynb", func(d *drawer, n, v string) string {
		code := d.pick(n+` = "`+v+`"`, `os.environ["`+n+`"] = '`+v+`'`, `%env `+n+`=`+v, `!export `+n+`="`+v+`"`)
		return `    ` + quoted(code+"\n") + `,`
	}},
	{"ipynb.output", func(d *drawer, n, v string) string {
		return `      ` + quoted(d.pick("{'"+strings.ToLower(n)+"': '"+v+"', 'model': 'small'}\n", n+"="+v+"\n", n+": "+v+"\n")) + `,`
	}},
	{"sh", func(d *drawer, n, v string) string {
		return d.pick("export "+n+`="`+v+`"`, n+"='"+v+"' python serve.py", `run --`+strings.ReplaceAll(strings.ToLower(n), "_", "-")+` "`+v+`"`, `export `+n+`=`+shellBare(v))
	}},
	{"tf", func(d *drawer, n, v string) string {
		return d.pick("  "+strings.ToLower(n)+` = "`+v+`"`, "    "+n+` = "`+v+`"`)
	}},
	{"md", func(d *drawer, n, v string) string {
		return d.pick("    export "+n+"="+shellBare(v), "    "+n+`="`+v+`"`, "- "+n+": `"+v+"`")
	}},
	{"Dockerfile", func(d *drawer, n, v string) string {
		return d.pick("ENV "+n+"="+shellBare(v), "ENV "+n+" "+shellBare(v), "ARG "+n+`="`+v+`"`)
	}},
}

// shellBare quotes what a shell would take apart.
func shellBare(v string) string {
	if strings.ContainsAny(v, "&;!*~^$# ") {
		return "'" + v + "'"
	}
	return v
}

// plant is a place of the tree and what stands there.
type plant struct {
	path   string
	line   int
	kind   string
	secret bool
	length int
}

// tree is made of texts by path.
type tree struct {
	files  map[string]*file
	order  []string
	plants []plant
}

type file struct {
	b     strings.Builder
	lines int
}

func (t *tree) file(path string) *file {
	f := t.files[path]
	if f == nil {
		f = &file{}
		t.files[path] = f
		t.order = append(t.order, path)
	}
	return f
}

func (f *file) add(text string) {
	f.b.WriteString(text + "\n")
	f.lines += strings.Count(text, "\n") + 1
}

// put adds a line to a file and notes it. off is how many lines below the first what matters stands.
func (t *tree) put(path, text string, off int, k string, secret bool, length int) {
	f := t.file(path)
	t.plants = append(t.plants, plant{path, f.lines + 1 + off, k, secret, length})
	f.add(text)
}

// fillers are lines between that say nothing.
var fillers = map[string][]string{
	"py": {"import os", "def answer(question: str) -> str:", `    return model.generate(question, max_new_tokens=256)`, "", "# The desk's answers are kept for a week."},
	"ts": {`import { Client } from "./client";`, "export async function answer(question: string) {", "  return await client.ask(question, { maxTokens: 256 });", "}", ""},
	"sh": {"set -euo pipefail", "cd \"$(dirname \"$0\")\"", "", "# starts the desk"}, "env": {"MODEL=gpt-4o-mini", "PORT=8080", "# the desk", ""}, "toml": {"[desk]", "port = 8080", ""},
	"tf": {`resource "aws_instance" "desk" {`, `  ami = "ami-0abcdef1234567890"`, "}", ""}, "yaml": {"  replicas: 2", "  image: example/desk:1.4.2", ""}, "json": {`    "model": "gpt-4o-mini",`, `    "max_tokens": 256,`},
	"ipynb": {`   "cell_type": "code",`, `    "import torch\n",`, `    "model.eval()\n",`}, "md": {"# The desk", "", "It answers questions of customers.", "```"}, "Dockerfile": {"FROM python:3.12-slim", "RUN pip install -r requirements.txt", "COPY . /app"},
}

// plantAll makes the tree. Nothing in it is a key that anybody gave out.
func plantAll(seed uint64, rounds, alike int) *tree {
	d := newDrawer(seed)
	t := &tree{files: map[string]*file{}}
	n := 0
	for round := range rounds {
		for _, k := range trueKinds {
			ft := fileTypes[(n+round*5)%len(fileTypes)]
			n++
			value := k.draw(d)
			text := ft.line(d, k.names[d.IntN(len(k.names))], value)
			t.put(t.pathFor(d, ft.name, "app", n/9), text, strings.Count(text, "\n"), k.name, true, len(value))
		}
		for i, name := range keyKinds {
			t.putKey(d, d.keyPEM(name), name, i+round, n)
		}
		for range 6 { // a Secret of Kubernetes, which is encoded and not encrypted
			k := trueKinds[d.IntN(len(trueKinds))]
			v := k.draw(d)
			n++
			path := fmt.Sprintf("deploy/secret%d.yaml", n)
			t.file(path).add("apiVersion: v1\nkind: Secret\nmetadata:\n  name: desk\ntype: Opaque\ndata:")
			t.put(path, "  "+k.names[0]+": "+base64.StdEncoding.EncodeToString([]byte(v)), 0, "kubernetes "+k.name, true, len(v))
		}
	}
	for i := range alike {
		l := looks[i%len(looks)]
		name, line := l.draw(d)
		t.put(t.pathFor(d, name, "desk", i/30), line, 0, l.name, false, len(line))
	}
	return t
}

// pathFor is a file of a kind, with some lines that say nothing before what comes.
func (t *tree) pathFor(d *drawer, name, folder string, n int) string {
	path := fmt.Sprintf("%s/part%d.%s", folder, n, name)
	switch {
	case name == "env":
		path = fmt.Sprintf("%s/%d/.env", folder, n)
	case name == "ipynb.output":
		path = fmt.Sprintf("%s/run%d.ipynb", folder, n)
	case strings.Contains(name, ".") && name != "min.js" || name == "Dockerfile":
		path = fmt.Sprintf("%s/%d/%s", folder, n, name)
	}
	lines := fillers[strings.TrimSuffix(name, ".output")]
	if len(lines) > 0 {
		for range 1 + d.IntN(4) {
			t.file(path).add(lines[d.IntN(len(lines))])
		}
	}
	return path
}

// putKey plants a private key as a file, in JSON, in a file of variables, in YAML and in code.
func (t *tree) putKey(d *drawer, block, kind string, form, n int) {
	escaped := strings.ReplaceAll(strings.TrimSpace(block), "\n", `\n`)
	switch form % 5 {
	case 0:
		t.put(fmt.Sprintf("keys/server%d-%d.pem", n, form), strings.TrimSpace(block), 0, kind, true, len(block))
	case 1:
		path := fmt.Sprintf("keys/account%d-%d.json", n, form)
		t.file(path).add("{\n  \"type\": \"service_account\",\n  \"project_id\": \"desk\",\n  \"private_key_id\": \"" + d.of(40, hexes) + `",`)
		t.put(path, `  "private_key": "`+escaped+`\n",`, 0, kind, true, len(block))
		t.file(path).add(`  "client_email": "desk@desk.iam.gserviceaccount.com"` + "\n}")
	case 2:
		t.put(fmt.Sprintf("keys/%d-%d/.env", n, form), `APP_PRIVATE_KEY="`+escaped+`"`, 0, kind, true, len(block))
	case 3:
		t.put(fmt.Sprintf("keys/tls%d-%d.yaml", n, form), "  tls.key: |\n    "+strings.ReplaceAll(strings.TrimSpace(block), "\n", "\n    "), 1, kind, true, len(block))
	case 4:
		t.put(fmt.Sprintf("keys/sign%d-%d.py", n, form), `KEY = """`+strings.TrimSpace(block)+`"""`, 0, kind, true, len(block))
	}
}

// kinds are the names of what was planted, in the order of planting.
func kinds(all []plant, secret bool) (names []string) {
	for _, p := range all {
		if p.secret == secret && !slices.Contains(names, p.kind) {
			names = append(names, p.kind)
		}
	}
	return names
}
