package survey

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// entry is how people or programs come into a system, by what its code says.
type entry struct {
	role string // api, app, bot, cli, browser
	lang string
	why  string
	re   *pattern.Pattern
}

var entering = []entry{
	{"api", "python", "it answers requests", pattern.New(`\b(FastAPI|APIRouter|Sanic|LitServer|Starlette|Quart)\(|\bFlask\(|\bBlueprint\(|(?m)^\s*@(app|api|router|bp|blueprint|server)\.(get|post|put|delete|patch|route|websocket)\(|@bentoml\.service|\burlpatterns\s*=`)},
	{"app", "python", "it draws a page for people", pattern.New(`\bst\.(chat_input|text_input|text_area|set_page_config|file_uploader|title)\(|\bgr\.(Blocks|Interface|ChatInterface)\(|@cl\.on_(message|chat_start)|\bnicegui\b|\bDash\(__name__`)},
	{"bot", "python", "it answers in a messenger", pattern.New(`\b(discord\.Client|commands\.Bot|slack_bolt|ApplicationBuilder|telebot\.TeleBot|TeleBot)\b`)},
	{"desktop", "typescript", "it runs in an editor", pattern.New(`\bvscode\.commands\.registerCommand\(`)},
	{"cli", "python", "it is started from a command line", pattern.New(`argparse\.ArgumentParser\(|@click\.(command|group)|typer\.Typer\(|@app\.command\(|\binput\(`)},
	{"api", "typescript", "it answers requests", pattern.New(`\bexpress\(\)|new Hono\b|\bfastify\(|\bFastify\(|new Elysia\(|\bDeno\.serve\(|createServer\(|new Koa\(`)},
	{"api", "typescript", "its functions are called from the browser", pattern.New(`(?m)^\s*['"]use server['"]`)},
	{"bot", "typescript", "it answers in a messenger", pattern.New(`from ['"](discord\.js|telegraf|grammy|@slack/bolt|whatsapp-web\.js)['"]`)},
	{"cli", "typescript", "it is started from a command line", pattern.New(`(?m)^#!/usr/bin/env|\breadline\.createInterface\(|from ['"](commander|yargs|inquirer|prompts|ink)['"]`)},
	{"browser", "typescript", "it runs in a browser", pattern.New(`(?m)^\s*['"]use client['"]|\buseState\(|\buseState<|createRoot\(|\buseEffect\(|\bcreateApp\(|<script setup|\bdocument\.getElementById\(`)},
}

var (
	nextRoute = pattern.New(`(^|/)(app/.*route\.(ts|js|tsx)|pages/api/.*\.(ts|js|tsx)|routes/.*\+server\.(ts|js)|server/api/.*\.(ts|js)|api/.*route\.(ts|js))$`)
	ownServer = pattern.New(`\b(FastMCP|McpServer|MCPServer)\(|new Server\(\s*\{\s*name`)
)

// units are the folders with a manifest of their own; the root is one always.
func (d *drafter) units() {
	d.roots = []string{"."}
	for c := range d.sys.Of(lodemark.KindManifest) {
		if dir := path.Dir(c.Path); !d.aside(c) && !slices.Contains(d.roots, dir) {
			d.roots = append(d.roots, dir)
		}
	}
	slices.SortFunc(d.roots, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
}

func (d *drafter) unit(p string) string {
	for _, r := range d.roots {
		if r != "." && strings.HasPrefix(p, r+"/") {
			return r
		}
	}
	return "."
}

// entries draws what people and programs come in by: one for each unit and role.
func (d *drafter) entries() {
	for _, p := range d.order {
		s := d.code[p]
		if evaluates(p) {
			continue
		}
		if line, ok := s.find(ownServer); ok {
			d.ownServer(p, line)
			continue
		}
		if s.lang == "typescript" && nextRoute.MatchString(p) {
			d.entry("api", "it answers requests", place{p, 0})
			continue
		}
		for _, e := range entering {
			if e.lang != s.lang {
				continue
			}
			if line, ok := s.find(e.re); ok {
				if e.role == "browser" && strings.Contains(s.text, "from 'ink'") {
					continue
				}
				d.entry(e.role, e.why, place{p, line})
				break
			}
		}
	}
	// A command line beside an API or a page is how developers start it, or a script.
	for _, cli := range d.kinds("app") {
		if !strings.HasPrefix(cli.why, "it is started") {
			continue
		}
		for _, other := range d.kinds("app", "api", "mcp_server") {
			if other != cli && d.unit(other.at.path) == d.unit(cli.at.path) {
				d.drop(cli)
				break
			}
		}
	}
}

// drop takes a part out again.
func (d *drafter) drop(p *part) {
	for key, q := range d.parts {
		if q == p {
			delete(d.parts, key)
		}
	}
	for f, owners := range d.owner {
		d.owner[f] = slices.DeleteFunc(owners, func(q *part) bool { return q == p })
	}
	for e := range d.asks {
		if e.from == p || e.to == p {
			delete(d.asks, e)
		}
	}
}

func (d *drafter) entry(role, why string, at place) *part {
	unit, label := d.unit(at.path), d.label(at.path)
	var p *part
	switch role {
	case "api":
		p = d.add("api "+unit, "api", joined(label, "API"), "serving", why, at)
		p.unknown("exposure")
	case "app":
		p = d.add("app "+unit, "app", joined(label, "web app"), "serving", why, at)
		p.unknown("exposure")
	case "bot":
		p = d.add("bot "+unit, "app", joined(label, "bot"), "serving", why, at)
		p.unknown("exposure")
	case "desktop":
		p = d.add("desk "+unit, "app", joined(label, "editor extension"), "user-device", why, at)
		p.text("runs_in", "desktop", "")
	case "cli":
		p = d.add("cli "+unit, "app", joined(label, "command line"), "user-device", why, at)
		p.text("runs_in", "desktop", "it is started from a command line")
	case "browser":
		p = d.add("browser "+unit, "browser_client", joined(label, "web client"), "user-device", why, at)
	}
	d.own(p, at.path)
	return p
}

func (d *drafter) own(p *part, file string) {
	if !slices.Contains(d.owner[file], p) {
		d.owner[file] = append(d.owner[file], p)
	}
}

func joined(label, what string) string {
	if strings.EqualFold(label, what) || strings.HasSuffix(strings.ToLower(label), strings.ToLower(what)) {
		return label
	}
	return strings.TrimSpace(label + " " + what)
}

// evaluates says whether a file measures or prepares rather than runs with the system.
func evaluates(p string) bool {
	for part := range strings.SplitSeq(strings.ToLower(p), "/") {
		switch strings.TrimSuffix(part, path.Ext(part)) {
		case "eval", "evals", "evaluation", "evaluations", "benchmark", "benchmarks", "bench":
			return true
		}
	}
	return false
}

// main is the part that runs a file that nobody brings in: the first of its unit.
func (d *drafter) main(p string) *part {
	unit := d.unit(p)
	for {
		for _, key := range []string{"api ", "app ", "bot ", "own ", "desk ", "cli "} {
			if q := d.parts[key+unit]; q != nil {
				return q
			}
		}
		if unit == "." {
			return nil
		}
		unit = d.unit(unit)
	}
}
