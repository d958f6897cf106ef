package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// route is a function, or a part of one, that answers requests over the network.
type route struct {
	function syntax.ID // 0: it is handed over by a name of another file
	body     syntax.ID // what runs when a request comes; 0 with function
	at       syntax.ID // what makes it a route
	call     syntax.ID // the call that registers it, which a decorator is too; 0: there is none
	handler  string    // the dotted name of a function of another file
	path     string    // as it is written; of Next, as the folders make it
	reads    bool      // it only answers GET
	whole    bool      // it is asked for every address
	first    bool      // with whole: it is told of rather than its branches
	hosted   bool      // a framework listens for it, so that it matters not where the program does
	has      facts     // what it is handed through
	chain    bool      // it leads to a model by what registers it

	guards  facts // see guardsOf
	guarded bool  // they are known
}

// routesOf are the routes of a file: by a decorator, as a callback of an application's or a router's method, by their place in Next's
// folders, as the fetch of a worker, or as a branch of a server that looks at the address by itself.
func (l *look) routesOf() []route {
	if l.routesRead {
		return l.routes
	}
	l.routesRead = true
	if !mayRoute(l.f) {
		return nil
	}
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch t.Kind(id) {
		case syntax.Function:
			if r, ok := l.routeOf(id); ok {
				l.routes = append(l.routes, r)
			}
		case syntax.Call:
			l.routes = append(l.routes, l.registered(id)...)
		case syntax.If:
			if r, ok := l.branchRoute(id); ok {
				l.routes = append(l.routes, r)
			}
		}
	}
	if t.Language == syntax.JavaScript {
		for _, r := range l.routesByPath() {
			if !slices.ContainsFunc(l.routes, func(q route) bool { return q.function == r.function }) {
				l.routes = append(l.routes, r)
			}
		}
		if slices.ContainsFunc(l.routes, func(r route) bool { return r.whole }) {
			var kept []route
			for _, r := range l.routes {
				if !l.toldTwice(r) {
					kept = append(kept, r)
				}
			}
			l.routes = kept
		}
	}
	return l.routes
}

// toldTwice says of a function that is asked for every address whether its branches, which look at the address, tell what it does; or of
// a branch whether the function does.
func (l *look) toldTwice(r route) bool {
	return slices.ContainsFunc(l.routes, func(q route) bool {
		whole, branch := &r, &q
		if !r.whole {
			whole, branch = &q, &r
		}
		if !whole.whole || whole.body == 0 || l.t.Kind(branch.at) != syntax.If || branch.at < firstInside(l.t, whole.body) || branch.at > whole.body {
			return false
		}
		if whole.first && showsInText(l.t.Code(whole.body), asksWho) == 0 {
			return branch == &r
		}
		done, calls := l.leadsTo(branch.body, false)
		return whole == &r && (done || len(calls) > 0)
	})
}

// mayRoute says quickly whether a file can have routes.
func mayRoute(f *resolve.File) bool {
	words := []string{".post(", ".delete(", `.get("/`, `.get('/`, "route(", ".websocket(", "add_post(", "add_url_rule(", "add_routes(", "self.path", ".put(", ".patch("}
	if f.Tree.Language == syntax.JavaScript {
		words = []string{".post(", ".get(", ".all(", ".ws(", ".delete(", "POST", "fetch(", "@Post(", ".url", ".put(", ".patch(", "use server", "erve(", "ventHandler", "handler", "action", "onRequest", "onCall", ".route(", "rocedure", "connection", "createServer("}
	}
	return slices.ContainsFunc(words, f.Holds)
}

// routeOf says whether a function is a route: by its decorator, as the fetch of a worker, or as an action of a server.
func (l *look) routeOf(function syntax.ID) (route, bool) {
	t := l.t
	for c := range t.Children(function) {
		call := t.Child(c, 0)
		if t.Kind(c) != syntax.Decorator || t.Kind(call) != syntax.Call {
			continue
		}
		method := calledLast(l, call)
		switch method {
		case "get", "post", "put", "patch", "delete", "route", "websocket", "api_route":
			first, _ := l.f.Argument(call, "path", 0)
			if text, ok := l.constantText(first); ok && (strings.HasPrefix(text, "/") || text == "") && t.Language == syntax.Python {
				reads := method == "get" || method == "route" && !strings.Contains(t.Code(call), "POST")
				return route{function: function, body: l.body(function), at: call, call: call, path: l.prefixOf(call) + text, reads: reads}, true
			}
		case "Get", "Post", "Put", "Patch", "All", "Sse":
			if t.Language == syntax.JavaScript && t.Kind(t.Child(call, 0)) == syntax.Ident {
				text, _ := l.constantText(t.Child(call, 1))
				return route{function: function, body: l.body(function), at: call, call: call, path: "/" + strings.TrimPrefix(text, "/"), reads: method == "Get"}, true
			}
		}
	}
	if t.Language != syntax.JavaScript {
		return route{}, false
	}
	if r, ok := l.workerRoute(function); ok {
		return r, true
	}
	if l.serverAction(function) {
		return route{function: function, body: l.body(function), at: function, path: "/" + l.f.Path}, true
	}
	return route{}, false
}

// prefixOf is what the router of a route puts before its path.
func (l *look) prefixOf(call syntax.ID) string {
	object := l.t.Child(l.t.Child(call, 0), 0)
	b := l.f.Binding(object)
	if b == 0 || l.t.Kind(object) != syntax.Ident || l.t.Kind(b) != syntax.Assign {
		return ""
	}
	if v := l.f.Value(b); l.t.Kind(v) == syntax.Call {
		for _, name := range []string{"prefix", "url_prefix"} {
			if p, _ := l.f.Argument(v, name, -1); p != 0 {
				text, _ := l.constantText(p)
				return text
			}
		}
	}
	return ""
}

// workerRoute is the fetch of a worker: export default { async fetch(request, env) { … } }.
func (l *look) workerRoute(function syntax.ID) (route, bool) {
	t := l.t
	pair := t.Parent(function)
	if t.Kind(pair) != syntax.Pair {
		return route{}, false
	}
	if key, _ := l.keyOf(pair); key != "fetch" {
		return route{}, false
	}
	outer := t.Parent(t.Parent(pair))
	if t.Kind(outer) == syntax.Cast {
		outer = t.Parent(outer)
	}
	if t.Kind(outer) != syntax.Export || t.Name(outer) != "default" {
		return route{}, false
	}
	return route{function: function, body: l.body(function), at: function, whole: true, first: true}, true
}

// registered are the routes that a call makes: router.add_api_route("/x", run), add_routes(app, chain, path="/x"); of JavaScript, see
// registeredInScript.
func (l *look) registered(call syntax.ID) []route {
	t := l.t
	if t.Language == syntax.JavaScript {
		return l.registeredInScript(call)
	}
	method := calledLast(l, call)
	switch method {
	case "add_api_route", "add_api_websocket_route", "add_url_rule", "add_post", "add_get":
	case "add_routes":
		if strings.HasPrefix(l.f.Callee(call), "langserve") {
			return []route{{at: call, call: call, chain: true}}
		}
		return nil
	default:
		return nil
	}
	text, ok := l.constantText(t.Child(call, 1))
	last := t.Child(call, 1)
	for t.Next(last) != 0 && t.Kind(t.Next(last)) != syntax.Keyword {
		last = t.Next(last)
	}
	for _, name := range []string{"endpoint", "view_func", "handler"} {
		if v, _ := l.f.Argument(call, name, -1); v != 0 {
			last = v
		}
	}
	if !ok || !strings.HasPrefix(text, "/") || last == t.Child(call, 1) {
		return nil
	}
	r := route{at: call, call: call, path: text, reads: method == "add_get"}
	switch t.Kind(last) {
	case syntax.Function:
		r.function, r.body = last, l.body(last)
		return []route{r}
	case syntax.Ident, syntax.Attribute:
		if b := l.f.Binding(last); t.Kind(last) == syntax.Ident && b != 0 {
			if t.Kind(b) == syntax.Function {
				r.function, r.body = b, l.body(b)
				return []route{r}
			}
			if v := l.f.Value(b); t.Kind(b) == syntax.Assign && t.Kind(v) == syntax.Function {
				r.function, r.body = v, l.body(v)
				return []route{r}
			}
		}
		if name := l.f.Name(last); ownName(name) {
			r.handler = name
			return []route{r}
		}
	}
	return nil
}

// ownAddress is a comparison of the address that a request asks for, by a server that has no framework.
var ownAddress = pattern.New(`\b(?:req(?:uest)?|ctx)\.(?:url|method|path)\b|\bself\.path\b|\b(?:url|uri|parsed\w*|u)\.pathname\b|\bpathname\s*===?\s*["']`)

// answersText is how such a server answers.
var answersText = pattern.New(`\b(?:res|resp|response|reply)\b|Response\(|self\.(?:wfile|send_|_?send|_?respond|_?json|reply|handle|do_|_handle)`)

// branchRoute is a branch of a server that looks at the address by itself: if (req.url === "/chat") { … }.
func (l *look) branchRoute(branch syntax.ID) (route, bool) {
	t := l.t
	test := t.Child(branch, 0)
	code := t.Code(test)
	if len(code) > maxBranchTest || !strings.Contains(code, "/") || !ownAddress.MatchString(code) || t.Language == syntax.Python && !strings.Contains(code, "self.path") {
		return route{}, false
	}
	if body := t.Code(t.Child(branch, 1)); strings.Contains(body, "next(") || !answersText.MatchString(body) {
		return route{}, false
	}
	address := ""
	for id := firstInside(t, test); id <= test; id++ {
		text, ok := t.Text(id)
		if !ok || !strings.HasPrefix(text, "/") {
			continue
		}
		p := t.Parent(id)
		switch {
		case t.Kind(p) == syntax.Compare && (t.Name(p) == "==" || t.Name(p) == "==="), t.Kind(p) == syntax.Call:
			if address == "" || strings.HasSuffix(address, "/") {
				address += strings.TrimPrefix(text, "/")
				if !strings.HasPrefix(address, "/") {
					address = "/" + address
				}
			}
		default:
			return route{}, false // what it does for every other address
		}
	}
	if address == "" || t.Kind(t.Child(branch, 1)) != syntax.Block {
		return route{}, false
	}
	return route{function: l.innermostFunction(branch), body: t.Child(branch, 1), at: branch, path: address, reads: strings.Contains(code, "GET")}, true
}

const maxBranchTest = 300

// constantText is a text that an expression is known to be.
func (l *look) constantText(id syntax.ID) (string, bool) {
	if id == 0 {
		return "", false
	}
	if text, ok := l.t.Text(id); ok {
		return text, true
	}
	v, ok := l.f.Constant(id)
	return v.Text, ok && v.Text != ""
}

var (
	// modelPath is the address of a route that can only lead to a model, or to those who serve one.
	modelPath = pattern.New(`(?i)(?:^|/)(?:(?:chat/)?completions|embeddings|images/generations|v1/(?:messages(?:/async|/batches)?|complete|responses|rerank)|worker_(?:generate|get_embedding)\w*|register_worker|generate_stream|api/generate|invocations)/?$`)
	// chatPath is one that leads to a model where the function hands something on that sounds like a question.
	chatPath = pattern.New(`(?i)(?:^|/)(?:stream[-_]?|ai[-_]?|llm[-_]?|rag[-_]?|agent[-_]?|send[-_]?)?(?:chat|ask|conversations?|quer(?:y|ies)|generat(?:e|ion)(?:[-_]\w+)*|complet(?:e|ion)|infer(?:ence)?|predict(?:ion)?s?|prompt|llm|agent|rag|summari[sz]e|summary|answer|question|qa|embed|retrieve|tutor|assistant|copilot|messages?|invoke|stream)(?:[-_]?(?:stream|streaming|completion|message|question|agent|sync|async|query|bot|image|text|answer|response|with[-_]\w+))?(?:/(?:stream|sync|async|batch|invoke|run|send|ask))?/?$`)
	// plainChatPath is one of those that mean little else.
	plainChatPath = pattern.New(`(?i)(?:chat|ask|generat|complet|prompt|llm|agent|rag|answer|question|assistant|copilot|embed|infer)[^/]*(?:/(?:stream|sync|async|batch|invoke|run|send|ask))?/?$`)
	// storePath is one that puts documents into a store.
	storePath = pattern.New(`(?i)(?:^|/)(?:upsert|delete|ingest|index|embed|vectorize|(?:add|upload|index|process)[-_]?(?:docs?|documents?|pdfs?|files?|text|knowledge)|upload)(?:[-_]?(?:docs?|documents?|pdfs?|files?|text|url|data))?/?$`)
	// handsOn is how functions are called that bring a question to a model, or look for what it needs.
	handsOn = pattern.New(`(?i)(?:generat|infer|predict|complet|chat|(?:^|_)ask|answer|query|invoke|stream|respon[sd]|summar|embed|retriev|similarity|llm|agent|send_?message)`)
	// documentWords are what is looked for by a function that does so by itself.
	documentWords = pattern.New(`(?i)knowledge_?base|vector_?(?:store|db)|embeddings|\bdata_?store\.|similarity_?search`)
	// storeWords are what a function that puts documents into a store speaks of.
	storeWords = pattern.New(`(?i)knowledge_?base|vector|data_?store|embedd|chroma|pinecone|qdrant|weaviate|milvus|faiss|retriever|\brag\w*`)
)

// servesModel says whether a route's address, and what it speaks of, show that it leads to a model.
func (l *look) servesModel(r *route) bool {
	switch {
	case r.chain:
		return true
	case r.path == "" || r.reads:
		return false
	case modelPath.MatchString(r.path):
		return true
	case r.body == 0 || !chatPath.MatchString(r.path):
		return false
	case !l.speaksOfModels() && !(l.whole.has(factModels) && (plainChatPath.MatchString(r.path) || documentWords.MatchString(l.t.Code(r.body)))):
		return false
	}
	return l.asksOn(r.body) || documentWords.MatchString(l.t.Code(r.body))
}

// fillsStore says whether a route's address, and what it speaks of, show that it puts documents before a model.
func (l *look) fillsStore(r *route) bool {
	return r.body != 0 && !r.reads && storePath.MatchString(r.path) && (l.speaksOfModels() || l.whole.has(factModels)) && storeWords.MatchString(l.t.Code(r.body))
}

// asksOn says whether a part of a function hands a question on.
func (l *look) asksOn(body syntax.ID) bool {
	found := false
	l.callsIn(body, func(call syntax.ID, _ string) bool {
		name := calledLast(l, call)
		found = handsOn.MatchString(name) && !notHanded.MatchString(name)
		return !found
	})
	return found
}

// notHanded are calls that sound alike and send an answer back.
var notHanded = pattern.New(`^(?:[A-Z]\w*Response|StreamingResponse|Response|jsonify|make_response|response|streamSSE|createReadableStream|getReader|query_params|querySelector\w*|create_error_response|parse_obj|get_query_param|generateId|generate_?uuid|send_?response|end_?headers)$`)

// speaksOfModels says whether a file that has routes is one of a program that asks models.
func (l *look) speaksOfModels() bool {
	if l.modelFile == 0 {
		l.modelFile = 1
		if speaksOfModels(l.t.Source, l.t.Comments) {
			l.modelFile = 2
		}
	}
	return l.modelFile == 2
}

// notDeployed are files whose routes nobody can reach.
var notDeployed = pattern.New(`(?i)(?:^|/)(?:tests?|__tests__|e2e|__mocks__|mocks?|fixtures|testing|testdata)/|(?:^|/)(?:test_|conftest)[^/]*$|_test\.py$|\.(?:test|spec|e2e|stories)\.[jt]sx?$`)

// ownMachine are files of containers that run only where software is made or tested.
var ownMachine = pattern.New(`(?i)(?:^|/)(?:tests?|__tests__|e2e|fixtures|testing|testdata|\.devcontainer|\.github|\.circleci)/|(?:^|/)(?:(?:dev|test|e2e|ci)[._-]dockerfile|dockerfile[._-](?:dev|devel|development|test|tests|testing|e2e|ci)|(?:docker-)?compose[._-](?:dev|devel|development|test|tests|testing|e2e|ci)\.ya?ml)$`)

// openRoute finds routes that lead to a model or to a store, where nothing shows what must stand before them.
func openRoute(lifted facts, onlyModels bool) func(*look, *matcher) {
	return func(l *look, m *matcher) {
		if notDeployed.MatchString(l.f.Path) {
			return
		}
		routes := l.routesOf()
		for i := range routes {
			r := &routes[i]
			lifted := lifted
			if !r.hosted {
				lifted |= staysLocal
			}
			if l.guardsOf(r)&lifted != 0 {
				continue
			}
			done, calls := false, []uint64(nil)
			if r.body == 0 {
				calls = []uint64{hashed(r.handler)}
			} else {
				done, calls = l.leadsTo(r.body, onlyModels)
			}
			o := open{lifted: lifted, calls: calls, stores: !onlyModels, ownApp: l.ownApp(r)}
			if !done && !l.servesModel(r) && (onlyModels || !l.fillsStore(r)) {
				if o.leads = calls; len(calls) == 0 || r.reads && r.body != 0 {
					continue // what only reads is told of where it asks a model by itself
				}
			}
			l.tellLater(m.rule, r.at, r.at, "", o)
		}
	}
}

// leadsTo says whether a part of a function asks a model or writes into a store, and which functions of the target it calls.
func (l *look) leadsTo(body syntax.ID, onlyModels bool) (done bool, calls []uint64) {
	l.callsIn(body, func(call syntax.ID, name string) bool {
		switch {
		case l.asks(call, name), !onlyModels && storeWrites(name):
			done = true
		case l.ownCallee(call, name) != "" && len(calls) < maxCalls:
			calls = append(calls, hashed(l.ownCallee(call, name)))
		case name != "" && !strings.ContainsAny(name, "./?[") && len(calls) < maxCalls:
			for _, module := range l.starImports() { // from .answers import *
				calls = append(calls, hashed(module+"."+name))
			}
			if nuxtFile.MatchString(l.f.Path) {
				calls = append(calls, hashed(everywhereInNuxt+name))
			}
		}
		if !done && len(calls) < maxCalls {
			calls = l.handedIn(call, calls)
		}
		return true
	})
	return done, calls
}

// starImports are the modules of which a file of Python takes every name.
func (l *look) starImports() []string {
	if l.starsRead {
		return l.stars
	}
	l.starsRead = true
	if l.t.Language != syntax.Python || !l.f.Holds("import *") {
		return nil
	}
	for id := syntax.ID(1); int(id) < len(l.t.Nodes); id++ {
		if l.t.Kind(id) == syntax.Alias && l.t.Is(id, syntax.Namespace) && l.t.Kind(l.t.Parent(id)) == syntax.ImportOf && len(l.stars) < maxStars {
			l.stars = append(l.stars, l.f.Absolute(l.t.Code(l.t.Child(l.t.Parent(id), 0))))
		}
	}
	return l.stars
}

const maxStars = 8
