package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// asksName is what something is called that asks callers who they are: middleware, a dependency, a decorator, a guard.
	asksName = pattern.New(`(?i)auth|log_?in|jwt|tokens?(?:[^a-hj-z]|$)|user|passport|account|api_?key|credential|permission|protect|guard|secur|sign_?in|signed|verif|valid(?:ate)?d?_?(?:req|user|api|key|token|access|session)|admin|member|role|owner|tenant|access|clerk|principal|identity|\bacl\b|rbac|bearer|session`)
	// plainName is what stands before a handler and asks nobody anything.
	plainName = pattern.New(`(?i)json|body|upload|multer|file|cors|limit|throttl|log|async|catch|wrap|cache|compress|schema|parse|helmet|static|multipart|bodyParser|raw|text|form|validat|sanitize|timeout|telemetry|metric|trace|communicat|^\[?\]?$`)
	// limitsName is what something is called that counts callers.
	limitsName = pattern.New(`(?i)rate_?-?limit|limiter|throttl|quota|slow_?down|slowapi|arcjet|default_limits|\blimit(?:ed)?\s*\(|(?:Depends|Security)\(\s*[\w.]*limit\w*\s*\)`)
	// crossOrigin is what says which pages may call.
	crossOrigin = pattern.New(`(?i)^\(\s*\w*cors\w*\b`)
	// dependencyCode is a parameter of a route that something else fills in.
	dependencyCode = pattern.New(`(?:Depends|Security|Header|Cookie)\s*\(|\bCurrent\w+|\w*(?:User|Auth|Principal|Identity|ApiKey|APIKey|Token)\w*(?:Dep|Dependency|Data|Payload)?\b`)
	// sessionOnly is a dependency that is called a session, which in Python is most often that of a database.
	sessionOnly = pattern.New(`(?i)\w*(?:db|database|async|sql)\w*session\w*|(?:get_)?session\w*`)
)

// guardsOf says what stands before a route: in its registration, its parameters and decorators, its own code, and the code of this file
// that its application or router runs for every request.
func (l *look) guardsOf(r *route) facts {
	if !r.guarded {
		r.guards, r.guarded = l.readGuards(r), true
	}
	return r.guards
}

func (l *look) readGuards(r *route) facts {
	t := l.t
	has := l.appGuards(r) | r.has
	if r.call != 0 {
		has |= l.registration(r)
	}
	if r.function != 0 && r.body == l.body(r.function) {
		for c := range t.Children(r.function) {
			switch t.Kind(c) {
			case syntax.Decorator:
				if t.Child(c, 0) != r.call {
					has |= named(t.Code(c))
				}
			case syntax.Param:
				if code := t.Code(c); dependencyCode.MatchString(code) {
					has |= named(sessionOnly.ReplaceAllString(code, ""))
				}
			}
		}
		if class := l.f.Scope(r.function); class != 0 && t.Kind(class) == syntax.Class {
			for c := range t.Children(class) {
				if t.Kind(c) == syntax.Decorator {
					has |= named(t.Code(c)) &^ asksWho
					if strings.Contains(t.Code(c), "Guard") || strings.Contains(strings.ToLower(t.Code(c)), "auth") {
						has |= asksWho
					}
				}
			}
		}
	}
	if r.body != 0 {
		has |= showsInText(t.Code(r.body), asksWho|limitsCalls)
		if r.at != r.function && t.Kind(r.at) == syntax.If {
			has |= l.beforeBranch(r.at)
		}
	}
	return has
}

// named says what a piece of code by its names is.
func named(code string) facts {
	code = code[:min(len(code), maxGuardCode)]
	var has facts
	if asksName.MatchString(code) {
		has |= asksWho
	}
	if limitsName.MatchString(code) {
		has |= limitsCalls
	}
	return has
}

const maxGuardCode = 4096

// registration looks at what is said beside the path and the handler: dependencies=[Depends(check)], middleware of Express, options.
func (l *look) registration(r *route) facts {
	t := l.t
	var has facts
	for a := t.Child(r.call, 1); a != 0; a = t.Next(a) {
		if a == r.function || t.Kind(a) == syntax.Str {
			continue
		}
		code := t.Code(a)
		if t.Language == syntax.Python {
			if t.Kind(a) == syntax.Keyword {
				switch t.Name(a) {
				case "dependencies", "per_req_config_modifier", "middleware", "permission", "auth", "decorators":
					has |= named(code)
				}
			}
			continue
		}
		if t.Next(a) == 0 {
			break // the handler
		}
		has |= named(code)
		if a != t.Child(r.call, 1) && t.Kind(a) != syntax.Dict && !plainName.MatchString(code[:min(len(code), maxGuardCode)]) {
			has |= asksWho // something of which nothing is known
		}
	}
	return has
}

// beforeBranch looks at what a server without a framework does before it looks at this address.
func (l *look) beforeBranch(branch syntax.ID) facts {
	t := l.t
	var has facts
	for c := range t.Children(t.Parent(branch)) {
		if c == branch {
			break
		}
		if _, other := l.branchRoute(c); t.Kind(c) == syntax.If && other {
			continue
		}
		has |= showsInText(t.Code(c), asksWho|limitsCalls)
	}
	return has
}

// appGuards are what the application or router of a route does for every request, as far as this file shows.
func (l *look) appGuards(r *route) facts {
	if !l.appRead {
		l.appRead = true
		l.readApp()
	}
	has := l.appHas[""]
	if object := l.objectOf(r); object != "" {
		has |= l.appHas[object]
	}
	return has
}

// objectOf is the name of the application or router that a route belongs to.
func (l *look) objectOf(r *route) string {
	if r.call == 0 {
		return ""
	}
	callee := l.t.Child(r.call, 0)
	if l.t.Kind(callee) != syntax.Attribute {
		return ""
	}
	return l.t.Code(l.t.Child(callee, 0))
}

// application is the name of a call that makes an application, not a part of one.
func application(name string) bool {
	switch name[strings.LastIndexAny(name, "./")+1:] {
	case "FastAPI", "Flask", "Starlette", "Quart", "Sanic", "Litestar", "express", "Hono", "OpenAPIHono", "fastify", "Fastify", "Koa", "Elysia", "restify", "Robyn":
		return true
	}
	return false
}

// ownApp says whether a route belongs to an application that is made in this file, so that no other file stands before it unseen.
func (l *look) ownApp(r *route) bool {
	t := l.t
	if t.Kind(r.at) == syntax.If {
		return true
	}
	if r.call == 0 {
		return false
	}
	object := t.Child(t.Child(r.call, 0), 0)
	if r.chain {
		object = t.Child(r.call, 1)
	}
	if t.Kind(object) != syntax.Ident {
		return false
	}
	b := l.f.Binding(object)
	if b == 0 || t.Kind(b) != syntax.Assign {
		return false
	}
	v := l.f.Value(b)
	for t.Kind(v) == syntax.Await || t.Kind(v) == syntax.Cast {
		v = t.Child(v, 0)
	}
	return t.Kind(v) == syntax.Call && application(strings.TrimSuffix(l.f.Callee(v), ".()"))
}

// readApp notes what a file puts before all routes of an application or a router: by the name of that, and "" for all of the file.
func (l *look) readApp() {
	t := l.t
	l.appHas = map[string]facts{}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch t.Kind(id) {
		case syntax.Call:
			if object, has := l.guardCall(id); has != 0 {
				l.appHas[object] |= has
			}
		case syntax.Assign:
			v := l.f.Value(id)
			if t.Kind(v) != syntax.Call || t.Kind(t.Child(id, 0)) != syntax.Ident {
				continue
			}
			switch calledLast(l, v) {
			case "FastAPI", "APIRouter", "Starlette", "Blueprint", "Router", "Litestar", "Quart", "Flask", "Hono", "express", "fastify", "BlueprintGroup":
				for a := t.Child(v, 1); a != 0; a = t.Next(a) {
					if t.Kind(a) == syntax.Keyword && (t.Name(a) == "dependencies" || t.Name(a) == "middleware" || t.Name(a) == "before") {
						l.appHas[t.Name(t.Child(id, 0))] |= named(t.Code(a))
					}
				}
			}
		case syntax.Function:
			l.hook(id)
		}
	}
}

// otherFiles stands for routers of other files, of which it is not told which ones they are.
const otherFiles = "*"

// guardCall is a call that puts something before every route: app.use(auth), app.add_middleware(AuthMiddleware).
func (l *look) guardCall(call syntax.ID) (object string, has facts) {
	t := l.t
	callee := t.Child(call, 0)
	if t.Kind(callee) == syntax.Attribute {
		object = t.Code(t.Child(callee, 0))
	}
	switch name := calledLast(l, call); name {
	case "use", "add_middleware", "before_request", "useGlobalGuards", "addHook", "register", "onBeforeHandle", "derive", "guard", "onRequest":
		if first := t.Child(call, 1); t.Kind(first) == syntax.Str && t.Next(first) == 0 {
			return "", 0
		}
		if name == "register" && t.Language == syntax.Python {
			return "", 0
		}
		code := t.Code(call)
		code = code[len(t.Code(callee)):]
		if crossOrigin.MatchString(code) { // it speaks of credentials, and asks for none
			return "", 0
		}
		has = named(code)
		if has&asksWho == 0 && t.Kind(t.Last(call)) == syntax.Function {
			has |= showsInText(t.Code(t.Last(call)), asksWho|limitsCalls)
		}
		if t.Kind(t.Last(call)) == syntax.Function {
			has |= refusesOrigins(t.Code(t.Last(call)))
		}
		if pathFirst := t.Child(call, 1); name == "use" && t.Kind(pathFirst) == syntax.Str && t.Language == syntax.JavaScript { // only for a part of it
			if text, _ := t.Text(pathFirst); text != "*" && text != "/*" && text != "/" && !strings.HasPrefix(text, "/api") {
				return otherFiles, has
			}
		}
		return object, has
	case "include_router", "register_blueprint", "mount":
		for a := t.Child(call, 1); a != 0; a = t.Next(a) {
			if t.Kind(a) == syntax.Keyword && t.Name(a) == "dependencies" {
				if router := t.Child(call, 1); t.Kind(router) == syntax.Ident && l.f.Binding(router) != 0 && t.Kind(l.f.Binding(router)) == syntax.Assign {
					return t.Code(router), named(t.Code(a))
				}
				return otherFiles, named(t.Code(a))
			}
		}
	case "init_app", "Limiter":
		if code := t.Code(call); strings.Contains(code, "default_limits") {
			return "", limitsCalls
		}
	case "run", "listen", "launch", "serve":
		if code := t.Code(call); len(code) < maxBranchTest && localText.MatchString(code) {
			return "", staysLocal
		}
	}
	return "", 0
}

// hook is a function that runs before every request: @app.middleware("http"), @app.before_request.
func (l *look) hook(function syntax.ID) {
	t := l.t
	for c := range t.Children(function) {
		if t.Kind(c) != syntax.Decorator {
			continue
		}
		d := t.Child(c, 0)
		if t.Kind(d) == syntax.Call {
			d = t.Child(d, 0)
		}
		if t.Kind(d) != syntax.Attribute {
			continue
		}
		switch t.Name(d) {
		case "middleware", "before_request", "before_app_request", "on_request":
			l.appHas[t.Code(t.Child(d, 0))] |= showsInText(t.Code(l.body(function)), asksWho|limitsCalls) | refusesOrigins(t.Code(l.body(function)))
		}
	}
}

// refusesOrigins says whether code that runs before every request looks at the page that it comes from, and refuses some.
func refusesOrigins(code string) facts {
	if originRead.MatchString(code) && refusal.MatchString(code) {
		return checksOrigin
	}
	return 0
}

var (
	originRead = pattern.New(`(?i)(?:headers?(?:\.get)?[(\[]\s*["'](?:origin|referer)["']|headers\.(?:origin|referer)\b|\.header\(\s*["'](?:origin|referer)["'])`)
	refusal    = pattern.New(`\b(?:403|401|FORBIDDEN|Forbidden|UNAUTHORIZED|abort\()`)
)

// standsBefore is what a file puts before routes of others in its own part of the target: on an application that it makes or is
// given, or as Next's middleware.
func (l *look) standsBefore() facts {
	if l.t.Language == syntax.JavaScript {
		switch {
		case nextGate.MatchString(l.f.Path):
			if sparesAPI.MatchString(l.t.Source) {
				return 0
			}
			return showsInText(l.t.Source, asksWho|limitsCalls)
		case nuxtSettings.MatchString(l.f.Path):
			return showsInText(l.t.Source, limitsCalls)
		case buildSettings.MatchString(l.f.Path):
			return 0
		}
	}
	if notDeployed.MatchString(l.f.Path) || !slices.ContainsFunc(guardWords, l.f.Holds) {
		return 0
	}
	if !l.appRead {
		l.appRead = true
		l.readApp()
	}
	var has facts
	for object, more := range l.appHas {
		if !strings.Contains(strings.ToLower(object), "rout") {
			has |= more
		}
	}
	if l.f.Holds("DEFAULT_PERMISSION_CLASSES") && l.f.Holds("IsAuthenticated") || l.f.Holds("APP_GUARD") {
		has |= asksWho
	}
	if helperScript.MatchString(l.f.Path) {
		has &^= staysLocal
	}
	return has
}

// guardWords are what stands in every file that puts something before the routes of others.
var guardWords = []string{"add_middleware", "include_router", "register_blueprint", "before_request", "before_app_request", "middleware", "useGlobalGuards", "addHook", "default_limits", ".use(", "APP_GUARD",
	"DEFAULT_PERMISSION_CLASSES", "dependencies", "127.0.0.1", "localhost"}

var (
	// nextGate is what Next, Astro, SvelteKit, Nuxt and Cloudflare's pages run before every route.
	nextGate = pattern.New(`^(?:.*/)?(?:_?middleware|proxy|hooks\.server)\.(?:ts|js|mjs)$|(?:^|/)server/middleware/[^/]+\.(?:ts|js)$`)
	// sparesAPI is a list of Next's middleware that leaves the routes out: matcher: ["/((?!api|_next/static).*)"].
	sparesAPI     = pattern.New(`matcher\s*:\s*(?:\[\s*(?:(?://|/?\*)[^\n]*\n\s*)*)?["'\x60]/\(\(\?!(?:[\w./-]+\|)*api\b`)
	nuxtSettings  = pattern.New(`(?:^|/)nuxt\.config\.(?:ts|js|mjs)$`)
	buildSettings = pattern.New(`(?:^|/)[\w-]+\.config\.(?:ts|js|mjs|cjs|mts)$`)
	helperScript  = pattern.New(`(?:^|/)(?:scripts?|tools?|examples?|dev|e2e)/`)
)
