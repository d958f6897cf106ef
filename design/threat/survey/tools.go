package survey

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/pattern"
)

// effect is what a call in the body of a tool does.
type effect struct {
	name string
	re   *pattern.Pattern
}

var effects = []effect{
	{"read", pattern.New(`\bopen\(|read_text\(|\breadFile\w*\(|\.query\(|\.execute\(|similarity_search|\.as_retriever|\.retriev\w*\(|\bretriev\w+\.a?invoke\(|\bSELECT\b|\breaddir|listdir\(|os\.walk\(|\.findMany\(|\.findUnique\(|\.findOne\(|\.find\(\{|\bdb\.select\(|load_\w*db\(|\.get_object\(|glob\(|\bsql\x60`)},
	{"write", pattern.New(`open\([^)\n]*,\s*["'][wax]b?\+?["']|write_text\(|write_bytes\(|\bwriteFile\w*\(|\bINSERT\s+INTO\b|\bUPDATE\s+\w+\s+SET\b|os\.makedirs\(|shutil\.(copy|move)|\.upsert\(|\.add_documents\(|\.insert\(|\.insertOne\(|\.to_csv\(|\bmkdir\w*\(|\.put_object\(|\bsave\w*\(|\bcreate\w*(Document|Record|Reservation|Ticket|Issue)\w*\(|\bappendFile|\bupdate\w+\(\{`)},
	{"irreversible", pattern.New(`os\.(remove|unlink|rmdir)\(|shutil\.rmtree\(|\bunlink\w*\(|\bfs\.rm\w*\(|\bDELETE\s+FROM\b|\bDROP\s+(TABLE|DATABASE|COLLECTION)\b|\.delete_\w+\(|\.deleteMany\(|\.deleteOne\(|dropCollection\(|deleteCollection\(|force_push`)},
	{"send", pattern.New(`smtplib|\.sendmail\(|\.send_message\(|chat_postMessage|\bsendMail\(|\bsendEmail\(|\bsend_email\(|twilio|resend\.emails|\.postMessage\(\s*\{\s*channel|users\(\)\.messages\(\)\.send|create_tweet|\.tweet\(`)},
	{"network", pattern.New(`(?i)\brequests\.(get|post|put|delete|request|Session)|\bhttpx\.|\baiohttp\.|urllib\.request|urlopen\(|\bfetch\(|\baxios\b|\bgot\(|tavily|duckduckgo|DDGS|serpapi|SerpAPI|GoogleSerper|BraveSearch|\bexa\.|ArxivQuery|arxiv\.|Wikipedia|wikipedia\.|OpenWeatherMap|firecrawl|playwright|puppeteer|browserbase|\bpage\.goto\(|WebBaseLoader|yfinance|githubkit|octokit`)},
	{"code", pattern.New(`\bsubprocess\.|os\.system\(|os\.popen\(|(^|[^.\w])exec\(|(^|[^.\w])eval\(|child_process|\bexecSync\(|\bspawn\w*\(|\bexecAsync\(|\bexecPromise\(|vm\.runIn|PythonREPL|PythonAstREPL|ShellTool|BashProcess|runCode\(|run_code\(|page\.evaluate\(|numexpr\.evaluate`)},
	{"computer_use", pattern.New(`pyautogui|\bpage\.(click|fill|type|press)\(|\.locator\([^)\n]*\)\.(click|fill)\(|stagehand\.\w*\.?act\(|xdotool`)},
	{"spend", pattern.New(`stripe\.\w|\bcheckout\.sessions|create_payment|createPayment|\bcharge_card`)},
}

var fetches = pattern.New(`(?i)tavily|duckduckgo|\bDDGS\b|serpapi|GoogleSerper|google\.serper|BraveSearch|\bexa[._-]?(js|py)|firecrawl|browserbase|stagehand|\bpage\.goto\(|WebBaseLoader|CheerioWebBaseLoader|PlaywrightWebBaseLoader|\bsearxng?\b|jina\.ai|api\.search\.brave|customsearch/v1|newspaper\b.{0,20}Article`)

// tools draws tools: those of a server of this tree belong to it; others are one for each, or for each file where there are many.
func (d *drafter) tools() {
	var all []lodemark.Component
	for c := range d.sys.Of(lodemark.KindTool) {
		if !d.aside(c) && !evaluates(c.Path) && c.Origin != lodemark.OriginUnresolved {
			all = append(all, c)
		}
	}
	all = append(all, d.inline(all)...)
	served := map[*part]map[string]string{}
	many := len(all) > 10
	for _, c := range all {
		found, known := d.effects(c)
		if server := d.serves(c.Path); server != nil {
			server.seen(place{c.Path, c.Line})
			if served[server] == nil {
				served[server] = map[string]string{}
			}
			if !known {
				served[server]["?"] = ""
			}
			for _, e := range found {
				served[server][e.name] = e.at
			}
			continue
		}
		names := []string{}
		for _, e := range found {
			names = append(names, e.name)
		}
		key, name := "tool "+c.Name, c.Name
		if many {
			key = "tools " + path.Dir(c.Path) + strings.Join(names, "+")
			if strings.Contains(c.Path, "/tools/") || len(filesWithTools(all, path.Dir(c.Path))) < 3 {
				key = "tools " + path.Dir(c.Path)
			}
			name = "tools of " + path.Base(path.Dir(c.Path))
			if len(filesWithTools(all, path.Dir(c.Path))) < 3 {
				key, name = "tools "+c.Path, "tools of "+strings.TrimSuffix(path.Base(c.Path), path.Ext(c.Path))
			}
		}
		p := d.add(key, "tool", name, "tool-runtime", "code offers it to a model as a tool", place{c.Path, c.Line})
		d.give(p, found, known)
	}
	for server, found := range served {
		var list []said
		for _, e := range effects {
			if at, ok := found[e.name]; ok {
				list = append(list, said{e.name, at})
			}
		}
		_, open := found["?"]
		d.give(server, list, !open || len(list) > 0)
	}
	for _, p := range d.kinds("mcp_server") {
		p.unknown("effects")
	}
}

var (
	plainTool = pattern.New(`(?m)^[ \t]*(\w+):[ \t]*\{[ \t]*\n[ \t]*description:`)
	takes     = pattern.New(`\b(parameters|inputSchema):`)
	runs      = pattern.New(`\bexecute\b`)
)

// inline finds tools that are written as plain objects in a script: name, description, parameters, and what is executed.
func (d *drafter) inline(known []lodemark.Component) []lodemark.Component {
	var all []lodemark.Component
	for _, p := range d.order {
		s := d.code[p]
		if s.lang != "typescript" || slices.ContainsFunc(known, func(c lodemark.Component) bool { return c.Path == p }) || !runs.MatchString(s.text) || evaluates(p) {
			continue
		}
		lines := strings.Split(s.text, "\n")
		for _, at := range plainTool.FindAllStringSubmatchIndex(s.text, 100) {
			line := 1 + strings.Count(s.text[:at[2]], "\n")
			body := strings.Join(lines[line-1:s.end(lines, line-1)], "\n")
			if takes.MatchString(body) && runs.MatchString(body) {
				all = append(all, lodemark.Component{Kind: lodemark.KindTool, Name: s.text[at[2]:at[3]], Path: p, Line: line})
			}
		}
	}
	d.more = all
	return all
}

func filesWithTools(all []lodemark.Component, dir string) map[string]bool {
	files := map[string]bool{}
	for _, c := range all {
		if path.Dir(c.Path) == dir {
			files[c.Path] = true
		}
	}
	return files
}

// serves gives the MCP server of this tree to which a file belongs.
func (d *drafter) serves(file string) *part {
	for _, p := range d.kinds("mcp_server") {
		if p.attributes["origin"].Text == "own" && d.unit(p.at.path) == d.unit(file) {
			for _, other := range d.kinds("agent") {
				if len(other.files[file]) > 0 {
					return nil
				}
			}
			return p
		}
	}
	return nil
}

type said struct{ name, at string }

func (d *drafter) give(p *part, found []said, known bool) {
	v := p.attributes["effects"]
	if !known && len(found) == 0 {
		if v.List == nil {
			p.unknown("effects")
		}
		return
	}
	names, why := slices.Clone(v.List), p.because["effects"]
	for _, e := range found {
		if !slices.Contains(names, e.name) {
			names = append(names, e.name)
			if why != "" {
				why += "; "
			}
			why += e.name + " at " + e.at
		}
	}
	if names == nil {
		names = []string{}
		why = "no call that reaches outside was seen in its body"
	}
	p.attributes["effects"], p.because["effects"] = threat.Value{List: names}, why
}

// effects judges what a tool does by the calls in its body and in functions of the same file that it calls.
func (d *drafter) effects(c lodemark.Component) ([]said, bool) {
	s := d.code[c.Path]
	if s == nil {
		return nil, false
	}
	lines := strings.Split(s.text, "\n")
	if c.Line < 1 || c.Line > len(lines) {
		return nil, false
	}
	bodies := s.body(lines, c)
	var found []said
	for _, e := range effects {
		for _, b := range bodies {
			text := strings.Join(lines[b[0]:b[1]], "\n")
			if at := e.re.FindStringIndex(text); at != nil {
				found = append(found, said{e.name, place{c.Path, b[0] + 1 + strings.Count(text[:at[0]], "\n")}.String()})
				break
			}
		}
	}
	found = d.beyond(s, lines, bodies, found)
	return found, len(found) > 0 || harmless(lines, bodies)
}

// plainCalls are calls that change nothing and reach nowhere; a body that makes others may do anything.
var plainCalls = []string{"len", "str", "int", "float", "bool", "list", "dict", "tuple", "set", "sum", "min", "max", "abs", "round", "sorted", "range", "zip", "enumerate", "print", "format", "join", "split", "strip", "lower",
	"upper", "append", "dumps", "loads", "stringify", "parse", "now", "strftime", "isoformat", "get", "items", "keys", "values", "map", "filter", "reduce", "toString", "toFixed", "Number", "String", "Date", "floor", "sqrt",
	"pow", "log", "sin", "cos", "replace", "push", "describe", "object", "string", "number", "boolean", "array", "optional", "z", "tool", "if", "for", "while", "return", "switch", "catch", "function", "def", "async", "ValueError", "Error"}

// harmless says whether a function was found and all that it calls is known to do nothing.
func harmless(lines []string, bodies [][2]int) bool {
	function := false
	for _, b := range bodies {
		for i := b[0]; i < b[1]; i++ {
			names := map[string]bool{}
			if m := pyDef.FindStringSubmatch(lines[i]); m != nil {
				function, names[m[1]] = true, true
			}
			function = function || strings.Contains(lines[i], "execute") || strings.Contains(lines[i], "=>")
			for _, m := range called.FindAllStringSubmatch(lines[i], 50) {
				if !names[m[1]] && m[1] != "execute" && !slices.Contains(plainCalls, m[1]) {
					return false
				}
			}
		}
	}
	return function
}

// beyond looks into functions of other files of the tree that a body calls, one step far.
func (d *drafter) beyond(s *source, lines []string, bodies [][2]int, found []said) []said {
	names := map[string]bool{}
	for _, b := range bodies {
		for _, m := range called.FindAllStringSubmatch(strings.Join(lines[b[0]:b[1]], "\n"), 200) {
			names[m[1]] = true
		}
	}
	for _, f := range s.imports {
		other := d.code[f]
		if other == nil || len(other.text) > 200_000 {
			continue
		}
		theirs := strings.Split(other.text, "\n")
		defs := other.functions(theirs)
		for _, n := range slices.Sorted(maps.Keys(defs)) {
			if !names[n] {
				continue
			}
			b := defs[n]
			text := strings.Join(theirs[b[0]:b[1]], "\n")
			for _, e := range effects {
				if at := e.re.FindStringIndex(text); at != nil && !slices.ContainsFunc(found, func(o said) bool { return o.name == e.name }) {
					found = append(found, said{e.name, place{f, b[0] + 1 + strings.Count(text[:at[0]], "\n")}.String()})
				}
			}
		}
	}
	slices.SortStableFunc(found, func(a, b said) int { return order(a.name) - order(b.name) })
	return found
}

func order(name string) int {
	return slices.IndexFunc(effects, func(e effect) bool { return e.name == name })
}

var called = pattern.New(`\b([A-Za-z_]\w*)\(`)

// body gives the spans of lines that belong to a tool: its own statement, the function it stands for, and what that calls here.
func (s *source) body(lines []string, c lodemark.Component) [][2]int {
	defs := s.functions(lines)
	own := [2]int{c.Line - 1, s.end(lines, c.Line-1)}
	bodies := [][2]int{own}
	var names []string
	add := func(text string, written string) {
		for _, m := range called.FindAllStringSubmatch(text, 200) {
			names = append(names, m[1])
		}
		names = append(names, written)
	}
	add(strings.Join(lines[own[0]:own[1]], "\n"), c.Detail["written"])
	names = append(names, c.Name)
	for range 2 {
		now := names
		names = nil
		for _, n := range now {
			if b, ok := defs[n]; ok && !slices.Contains(bodies, b) && len(bodies) < 12 {
				bodies = append(bodies, b)
				add(strings.Join(lines[b[0]:b[1]], "\n"), "")
			}
		}
	}
	return bodies
}

var (
	pyDef = pattern.New(`^\s*(?:async\s+)?def\s+(\w+)`)
	tsDef = pattern.New(`^\s*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\s+(\w+)|(?:const|let)\s+(\w+)\s*=\s*(?:async\s*)?(?:\(|function)|(?:private|public|protected|static)?\s*(?:async\s+)(\w+)\s*\()`)
)

// functions finds the functions of a file by name.
func (s *source) functions(lines []string) map[string][2]int {
	defs := map[string][2]int{}
	re := tsDef
	if s.lang == "python" {
		re = pyDef
	}
	for i, l := range lines {
		if len(l) > 500 {
			continue
		}
		if m := re.FindStringSubmatch(l); m != nil {
			for _, n := range m[1:] {
				if _, known := defs[n]; n != "" && !known {
					defs[n] = [2]int{i, s.end(lines, i)}
				}
			}
		}
	}
	return defs
}

// end finds where the statement ends that begins at a line: by indentation in Python (a decorator's function belongs to it),
// by brackets elsewhere.
func (s *source) end(lines []string, from int) int {
	const most = 300
	if s.lang == "python" {
		indent := len(lines[from]) - len(strings.TrimLeft(lines[from], " \t"))
		i, body := from+1, strings.HasPrefix(strings.TrimSpace(lines[from]), "def ") || strings.HasPrefix(strings.TrimSpace(lines[from]), "async def ") || strings.HasPrefix(strings.TrimSpace(lines[from]), "class ")
		depth := strings.Count(lines[from], "(") - strings.Count(lines[from], ")")
		decorated := strings.HasPrefix(strings.TrimSpace(lines[from]), "@")
		for ; i < len(lines) && i < from+most; i++ {
			t := strings.TrimSpace(lines[i])
			if t == "" {
				continue
			}
			in := len(lines[i]) - len(strings.TrimLeft(lines[i], " \t"))
			if depth <= 0 && in <= indent && !(decorated && !body) && !strings.HasPrefix(t, ")") {
				return i
			}
			if strings.HasPrefix(t, "def ") || strings.HasPrefix(t, "async def ") || strings.HasPrefix(t, "class ") {
				body = true
			}
			depth += strings.Count(lines[i], "(") - strings.Count(lines[i], ")")
		}
		return i
	}
	depth, opened := 0, false
	for i := from; i < len(lines) && i < from+most; i++ {
		for _, r := range lines[i] {
			switch r {
			case '{', '(', '[':
				depth++
				opened = true
			case '}', ')', ']':
				depth--
			}
		}
		if opened && depth <= 0 {
			return i + 1
		}
	}
	return min(len(lines), from+most)
}
