package rules

import (
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// facts are what one file shows and what decides about findings in others.
type facts uint8

const (
	asksWho      facts = 1 << iota // callers are asked who they are
	limitsCalls                    // callers are counted
	staysLocal                     // the server listens on its own machine only
	checksOrigin                   // pages of other sites are refused
)

// open is a finding that other files have a say in.
type open struct {
	finding Finding
	lifted  facts    // any of these makes it none
	leads   []uint64 // functions of which one must lead to a model; empty: it is known to
	stores  bool     // one that leads to a store does too
	calls   []uint64 // functions that run with it, of which one may show what lifts it
	ownApp  bool     // its application is made in its own file, so that no other file of its project stands before it
}

// shown is what a file says to those who look at others.
type shown struct {
	does   map[uint64]deed // functions of the file, by their names
	open   []open
	before facts // what it puts before routes of other files of its project
}

// deed is what a function does, itself or by what it calls.
type deed struct {
	asks  bool  // it asks a model: for text, or for the vectors of what it puts into a store
	fills bool  // it puts what is ready for that into a store
	shows facts // it asks who calls, or counts callers
	calls []uint64
}

func (s *shown) add(o *shown) {
	s.does = o.does
	s.before |= o.before
	s.open = append(s.open, o.open...)
}

// What shows that callers are asked who they are: on the side of the server, so that a key sent to a provider is no such sign.
var (
	asksWhoText = pattern.New(`(?i)\b(?:login_required|jwt_required|token_required|auth_required|api_key_required|require[sd]?_?(?:auth|login|user|api_?key|token|session|admin|signed_?in)\w*|is_?authenticated|authenticated?|authenticate_?(?:user|request|token)\w*|authoriz(?:e|ed)_?(?:user|request)?|` +
		`(?:verify|check|validate)_?(?:access_?)?(?:auth|token|api_?key|jwt|user|session|password|credentials|signature)\b|(?:verify|check|validate)_?(?:access_?)?(?:auth|token|jwt|user|session)_?(?:access|request|header|role|permission|id)\w*|(?:get_?)?current_?(?:active_?)?user\w*|getAuth|with_?auth\w*|HTTPBearer|HTTPBasic|HTTPBasicCredentials|OAuth2(?:Password|AuthorizationCode)\w+|APIKey(?:Header|Cookie|Query)|` +
		`auth_?middleware|AuthenticationMiddleware|jsonwebtoken|jwt|jose|next-auth|getServerSession|getSession|getServerUser|clerkMiddleware|flask_login|flask_jwt\w*|flask_httpauth|fastapi_users|auth0|iron-session|better-auth|lucia|compare_digest|timingSafeEqual|` +
		`session_?token|user_?session|permission_classes|UseGuards|getUser)\b|@clerk/|passport\.|["']passport|supabase\.auth|\bauth\(\)|auth\.(?:api|protect|getUser|verify)|` +
		`session\[["']user|session\.get\(["'](?:user|logged)|session\??\.user|\bg\.user\b|\breq\.user\b|\brequest\.user\.\w|(?:req(?:uest)?|ctx|event|info|self)\.headers?(?:\.get)?[(\[.]\s*["']?(?:authorization|x-[a-z-]*(?:key|token|secret|auth|signature)|api-?key)|headers\[?\.?\(?["']?authorization["']?\]?\)?\s*(?:!==?|===?)|get_?header\(\s*["'](?:authorization|x-api-key)|c\.req\.header\(["'](?:authorization|x-)`)
	limitsText  = pattern.New(`(?i)\b(?:rate[-_ ]?limit(?:er|ers|s|ing|ed|_?middleware|_?key|_?store|_?options|_?per\w*)?|throttl\w+|\w*limiter|slowapi|limit_req(?:_zone)?|requests_?per_?(?:minute|second|hour|day)|token_?bucket|(?:usage|daily|message|request|monthly|user)_?limits?|(?:\w+_?)?quotas?|arcjet|upstash/ratelimit)\b`)
	localText   = pattern.New(`(?:uvicorn\.run|\.run|\.listen|\.launch|serve)\([^)\n]{0,120}["'](?:127\.0\.0\.1|localhost|::1)["']`)
	ownedText   = pattern.New(`(?i)["']?\b(?:user|tenant|owner|org|organi[sz]ation|workspace|account|customer)_?id["']?\s*[:\]]`)
	gatewayText = pattern.New(`(?i)\bauth_basic\b|\bauth_request\b|ingress\.kubernetes\.io/auth-(?:url|type)|forwardauth|\bauthelia\b|oauth2[-_]proxy|\bkind:\s*(?:RequestAuthentication|AuthorizationPolicy)`)
	meterText   = pattern.New(`(?i)\blimit_req\b|ingress\.kubernetes\.io/limit-(?:rps|rpm|connections)`)
)

// Words of which one stands in every sign: only the lines that hold one are looked at further.
var (
	asksWhoWords = []string{"auth", "jwt", "login", "signed", "session", "current", "token", "api_key", "apikey", "api-key", "jose", "clerk", "passport", "compare_digest",
		"timingsafe", "getuser", "g.user", "req.user", "request.user", "require", "password", "permission_classes", "useguards", "lucia", "user_", "verify", "getserveruser", "header"}
	limitsWords = []string{"limit", "throttl", "slowapi", "requests", "bucket", "quota", "arcjet"}
	localWords  = []string{"127.0.0.1", "localhost", "::1"}
	ownedWords  = []string{"user_id", "userid", "tenant", "owner_id", "ownerid", "org_id", "orgid", "ation_id", "ationid", "workspace", "account", "customer"}
)

// showsInText reads those facts that are wanted out of the lines of a file that are no comments.
func showsInText(text string, wanted facts) facts {
	var all facts
	lower := lowered(text)
	for _, c := range []struct {
		fact  facts
		text  *pattern.Pattern
		words []string
	}{{asksWho, asksWhoText, asksWhoWords}, {limitsCalls, limitsText, limitsWords}, {staysLocal, localText, localWords}} {
		if wanted&c.fact != 0 && holdsSign(text, lower, c.text, c.words) {
			all |= c.fact
		}
	}
	return all
}

// lowered is the text with its letters of ASCII small, so that offsets stay.
func lowered(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// Bounds on the lines that are looked at for one sign, and on the bytes of a line.
const (
	maxSigns    = 60
	maxSignLine = 400
)

func holdsSign(text, lower string, sign *pattern.Pattern, words []string) bool {
	for _, word := range words {
		for at, n := 0, 0; n < maxSigns; n++ {
			i := strings.Index(lower[at:], word)
			if i < 0 {
				break
			}
			at += i
			start := max(strings.LastIndexByte(text[:at], '\n')+1, at-maxSignLine/2)
			end := min(len(text), at+maxSignLine)
			if i := strings.IndexByte(text[at:end], '\n'); i >= 0 {
				end = at + i
			}
			if m := sign.FindStringIndex(text[start:end]); m != nil && !commentLine.MatchString(text[start:start+m[0]]) {
				return true
			}
			at = max(end, at+len(word))
			if at >= len(lower) {
				break
			}
		}
	}
	return false
}

var commentLine = pattern.New(`^\s*(?:#|//|\*|/\*)|\s(?:#|//)\s`)

// tableOf is a table of names that is made when it is first asked for.
func tableOf(names ...string) func(string) bool {
	table := sync.OnceValue(func() *resolve.Table[bool] {
		var t resolve.Table[bool]
		for _, n := range names {
			t.Add(n, true)
		}
		return &t
	})
	return func(name string) bool { return table().Has(name) }
}

// storeWrites are calls that put something into a store that is searched for a model.
var storeWrites = tableOf("**.add_documents", "**.aadd_documents", "**.add_texts", "**.aadd_texts", "**.addDocuments", "**.addVectors", "langchain*.**.from_documents", "langchain*.**.from_texts", "langchain*.**.afrom_documents", "@langchain/*.**.fromDocuments", "@langchain/*.**.fromTexts", "langchain/*.**.fromDocuments", "langchain/*.**.fromTexts",
	"llama_index.**.from_documents", "llama_index.**.insert", "llama_index.**.insert_nodes", "chromadb.**.add", "chromadb.**.upsert", "?.collection.add", "?.collection.upsert", "?.*_collection.add", "?.*_collection.upsert", "pinecone.**.upsert", "@pinecone-database/*.**.upsert", "?.index.upsert", "?.index.insert", "qdrant_client.**.upsert",
	"qdrant_client.**.upload_points", "@qdrant/*.**.upsert", "?.qdrant*.upsert", "weaviate.**.insert", "weaviate.**.insert_many", "weaviate.**.add_object", "@pinecone-database/*.**.deleteAll", "@pinecone-database/*.**.deleteMany", "@pinecone-database/*.**.deleteOne", "@pinecone-database/*.**.upsertRecords", "?.index.namespace.upsert", "?.index.namespace.deleteAll", "?.namespace.upsert", "?.namespace.deleteAll", "chromadb.**.delete", "chromadb.**.delete_collection", "chromadb.**.deleteCollection", "pinecone.**.delete", "hubVectorize.upsert", "hubVectorize.insert", "**.VECTORIZE.upsert", "?.*.VECTORIZE.upsert", "**.VECTORIZE_INDEX.upsert", "**.VECTORIZE_INDEX.insert", "llamaindex.**.fromDocuments", "pymilvus.**.insert", "pymilvus.**.upsert", "lancedb.**.add")

// embeddingWrites are those of them that ask a model for the vectors of what they put there.
var embeddingWrites = tableOf("**.add_documents", "**.aadd_documents", "**.add_texts", "**.aadd_texts", "**.addDocuments", "langchain*.**.from_documents", "langchain*.**.from_texts", "langchain*.**.afrom_documents", "@langchain/*.**.fromDocuments", "@langchain/*.**.fromTexts", "langchain/*.**.fromDocuments", "langchain/*.**.fromTexts",
	"llama_index.**.from_documents", "llama_index.**.insert", "llama_index.**.insert_nodes", "chromadb.**.add", "chromadb.**.upsert")

// alsoModels are calls of models that answer no text, or that are not hosted.
var alsoModels = tableOf("openai.**.images.generate", "?.client.images.generate", "?.openai.images.generate", "openai.**.embeddings.create", "openai.**.transcriptions.create", "openai.**.speech.create", "replicate.run", "replicate.Replicate.run", "diffusers.**.from_pretrained", "?.model.predict", "?.model.generate", "?.model.chat", "?.model.stream_chat", "transformers.**.chat", "transformers.**.stream_chat", "transformers.**.from_pretrained.generate",
	"@google/generative-ai.**.sendMessage", "@google/generative-ai.**.sendMessageStream", "@google/genai.**.sendMessageStream", "google.generativeai.**.send_message", "google.genai.**.send_message_stream", "?.env.AI.run", "?.c.env.AI.run", "**.env.AI.run", "?.*.env.AI.run", "?.*.*.env.AI.run", "?.AI.run", "?.ai.run", "hubAI.run", "?.AI_BINDING.run", "**.AI_BINDING.run",
	"**.createEmbedding", "**.createImage", "ai.embed", "ai.embedMany", "ai.generateImage", "ai.experimental_generateImage", "ai.experimental_transcribe", "ai.experimental_generateSpeech", "**.embedQuery", "**.embedDocuments", "@langchain/*.**.stream", "@langchain/*.**.streamEvents", "openai.**.runs.create", "openai.**.runs.createAndPoll", "openai.**.runs.stream", "?.openai.embeddings.create",
	"@huggingface/inference.*.*", "replicate.**.run", "replicate.**.stream", "replicate.predictions.create", "replicate.**.predictions.create", "chatgpt.ChatGPTAPI.sendMessage", "chatgpt.ChatGPTUnofficialProxyAPI.sendMessage", "@anthropic-ai/claude-agent-sdk.query", "@anthropic-ai/claude-code.query",
	"@mastra/*.**.generate", "@mastra/*.**.stream", "@mastra/*.**.streamVNext", "llamaindex.**.chat", "llamaindex.**.query", "@google/generative-ai.**.embedContent", "@google/genai.**.embedContent", "@google/genai.**.generateImages", "ollama.**.embed", "ollama.**.embeddings", "cohere-ai.**.chat", "cohere-ai.**.embed", "cohere-ai.**.chatStream", "groq-sdk.**.create")

// asksModel says whether a name is one of a call that asks a model.
func (e *Engine) asksModel(name string) bool {
	return name != "" && e.models.Has(name) && !strings.HasPrefix(name, "twilio.") || alsoModels(name)
}

// deeds are what the functions of a file do.
func (l *look) deeds() map[uint64]deed {
	t := l.t
	all, keysOf := map[uint64]deed{}, map[syntax.ID][]uint64{}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Call || t.Kind(l.f.Scope(id)) == syntax.Module {
			continue
		}
		name := l.f.Callee(id)
		asks, fills := l.asks(id, name) || embeddingWrites(name), storeWrites(name)
		shows := l.callShows(id)
		var calls []uint64
		if !asks && !fills {
			if own := l.ownCallee(id, name); own != "" {
				calls = append(calls, hashed(own))
			} else if name != "" && nuxtFile.MatchString(l.f.Path) && !strings.ContainsAny(name, "./?[") {
				calls = append(calls, hashed(everywhereInNuxt+name))
			}
			calls = l.handedIn(id, calls)
		}
		if !asks && !fills && shows == 0 && len(calls) == 0 {
			continue
		}
		for s := l.f.Scope(id); s != 0; s = l.f.Scope(s) {
			if t.Kind(s) != syntax.Function {
				continue
			}
			if l.onEvent(s) {
				break // it runs when something else happens
			}
			keys, known := keysOf[s]
			if !known {
				keys = l.keysOf(s)
				keysOf[s] = keys
			}
			for _, key := range keys {
				d := all[key]
				d.asks, d.fills = d.asks || asks, d.fills || fills
				d.shows |= shows
				if len(d.calls) < maxCalls {
					d.calls = append(d.calls, calls...)
				}
				all[key] = d
			}
		}
	}
	return all
}

const maxCalls = 64

// onEvent says whether a function is handed over to be called when something happens.
func (l *look) onEvent(function syntax.ID) bool {
	t := l.t
	call := t.Parent(function)
	if t.Kind(call) != syntax.Call || t.Child(call, 0) == function {
		return false
	}
	switch calledLast(l, call) {
	case "on", "once", "addEventListener", "command", "hears", "action", "use", "get", "post", "put", "patch", "all", "setInterval", "schedule", "subscribe", "process", "tool", "registerTool":
		return t.Kind(t.Child(call, 1)) != syntax.Function
	}
	return false
}

// guardCalls are what calls are named that find out who calls, or how often.
var guardCalls = pattern.New(`(?i)^(?:require[sd]?_?(?:auth|login|user|api_?key|token|session|admin)\w*|is_?authenticated|authenticate\w*|authorize\w*|(?:verify|check|validate)\w*(?:auth|token|jwt|user|session|password|credential|permission|access|api_?key)s?|(?:get_?)?current_?user\w*|getServerSession|getSession|getUser|auth|get_jwt_identity|compare_digest|timingSafeEqual|rate_?limit\w*|check_?quota|consume)$`)

// guardParts are parts of such names, of which one stands in each.
var guardParts = []string{"auth", "Auth", "ser", "oken", "jwt", "ession", "ogin", "ey", "imit", "uota", "compare_digest", "SafeEqual", "consume", "word", "cred", "Cred", "ermission", "ccess", "dmin", "verify", "decode"}

// callShows says whether a call finds out who calls, or counts callers.
func (l *look) callShows(call syntax.ID) facts {
	name := calledLast(l, call)
	switch {
	case l.handsCaller(call):
		return asksWho
	case len(name) < 4 || len(name) > 40 || !slices.ContainsFunc(guardParts, func(p string) bool { return strings.Contains(name, p) }):
		return 0
	case name == "verify" || name == "decode":
		if code := l.t.Code(l.t.Child(call, 0)); strings.HasPrefix(code, "jwt") || strings.HasPrefix(code, "jose") {
			return asksWho
		}
		return 0
	case !guardCalls.MatchString(name):
		return 0
	case strings.Contains(strings.ToLower(name), "limit") || name == "consume" || strings.Contains(strings.ToLower(name), "quota"):
		return limitsCalls
	}
	return asksWho
}

// handsCaller says whether a call hands on all that a client is known by, which its headers and its cookies are: to what finds out who
// that is, or to another server, whose task that is then.
func (l *look) handsCaller(call syntax.ID) bool {
	t := l.t
	handed := 0
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		name, value := "", syntax.ID(0)
		switch t.Kind(a) {
		case syntax.Keyword:
			name, value = t.Name(a), t.Child(a, 0)
		case syntax.Dict:
			for c := range t.Children(a) {
				if key, _ := l.keyOf(c); (key == "cookies" || key == "headers") && t.Kind(c) == syntax.Pair && l.ofRequest(t.Last(c), key) {
					handed++
				}
			}
		}
		if (name == "cookies" || name == "headers") && l.ofRequest(value, name) {
			handed++
		}
	}
	return handed > 1
}

// ofRequest says whether a value is a request's own field of this name, or a copy of it.
func (l *look) ofRequest(v syntax.ID, name string) bool {
	t := l.t
	if t.Kind(v) == syntax.Call { // dict(request.headers)
		v = t.Child(v, 1)
	}
	return t.Kind(v) == syntax.Attribute && t.Name(v) == name && requestObject.MatchString(t.Code(t.Child(v, 0)))
}

var requestObject = pattern.New(`(?i)(?:^|[._])(?:\w*request|req|websocket|ws|ctx|c)$`)

// asks says whether a call asks a model: by its name, or as a request to an address that is one of a model.
func (l *look) asks(call syntax.ID, name string) bool {
	if l.e.asksModel(name) || l.e.wrappers.Has(name) || name == "agents.routeAgentRequest" && !l.f.Holds("onBefore") {
		return true
	}
	switch calledLast(l, call) {
	case "embed_documents", "aembed_documents", "embed_query", "aembed_query", "embedDocuments", "embedQuery", "vectorize":
		return true
	case "post", "fetch", "request", "stream", "axios", "got", "ofetch", "$fetch", "fetchEventSource", "undici":
		url, _ := l.f.Argument(call, "url", 0)
		v, ok := l.f.Constant(url)
		if ok && modelAddress.MatchString(v.Text) {
			return true
		}
	}
	if strings.HasSuffix(name, ".from_pretrained") && l.t.Kind(l.t.Child(call, 0)) == syntax.Ident { // model(**inputs): the loaded model itself is called
		return strings.HasPrefix(name, "transformers.") && strings.Contains(name, "Model")
	}
	return l.runsChain(call)
}

// modelAddress is the address of a model that is asked over HTTP.
var modelAddress = pattern.New(`/v1/(?:chat/)?completions|/v1/(?:messages|responses|embeddings)\b|:11434/api/|/api/(?:generate|chat)$|api\.(?:openai|anthropic|mistral|groq|cohere|together|deepseek|x)\.(?:com|ai|xyz)/|generativelanguage\.googleapis|api-inference\.huggingface|:generateContent|openrouter\.ai/api|/v2/models/[^/]+/infer`)

// dotted is the name under which a function is called from elsewhere.
func (l *look) dotted(function syntax.ID) string {
	t := l.t
	name, parent := t.Name(function), t.Parent(function)
	if t.Kind(parent) == syntax.Call { // const profile = cache(async () => …)
		parent = t.Parent(parent)
	}
	switch t.Kind(parent) {
	case syntax.Assign:
		if name == "" && t.Kind(t.Child(parent, 0)) == syntax.Ident {
			name = t.Name(t.Child(parent, 0))
		}
	case syntax.Pair: // const bot = { async ask() { … } }
		key, _ := l.keyOf(parent)
		if assign := t.Parent(t.Parent(parent)); key != "" && t.Kind(assign) == syntax.Assign && t.Kind(t.Child(assign, 0)) == syntax.Ident {
			name = t.Name(t.Child(assign, 0)) + "." + key
		}
	}
	if name == "" && l.t.Language == syntax.JavaScript && l.isDefault(function) {
		name = "default"
	}
	if name == "" {
		return ""
	}
	if c := l.f.Scope(function); c != 0 && t.Kind(c) == syntax.Class {
		name = t.Name(c) + "." + name
	}
	return l.f.Module + "." + name
}

// endings are the hashes of a dotted name and of what is left of it without its first folders: where the target's modules are looked
// for is not known.
func endings(name string) []uint64 {
	all := []uint64{hashed(name)}
	for {
		i := strings.IndexAny(name, "./")
		if i < 0 || !strings.ContainsAny(name[i+1:], "./") || len(all) > 12 {
			return all
		}
		name = name[i+1:]
		all = append(all, hashed(name))
	}
}

func hashed(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.TrimLeft(name, "@~/#$")))
	return h.Sum64()
}

// tellLater reports what other files have a say in.
func (l *look) tellLater(r *Rule, id, value syntax.ID, note string, o open) {
	l.sayLater(r, id, id, codeOf(l.t, value), note, o)
}

// sayLater does so of a place that is a part of what the message is about.
func (l *look) sayLater(r *Rule, id, of syntax.ID, value, note string, o open) {
	n := len(l.found)
	l.say(r, id, of, value, note)
	if len(l.found) > n {
		o.finding = l.found[n]
		l.found = l.found[:n]
		l.shown.open = append(l.shown.open, o)
	}
}

// keepsBack says whether a file of variables is one that is kept out of the repository.
func (t *target) keepsBack(base string) bool {
	switch {
	case base == ".env", base == ".env.local", strings.HasPrefix(base, ".env.") && strings.HasSuffix(base, ".local"):
		return t != nil && t.ignoresEnv
	}
	return false
}

// showsOwners says whether a file puts things into a store together with whose they are.
func showsOwners(l *look) bool {
	if !holdsSign(l.t.Source, lowered(l.t.Source), ownedText, ownedWords) {
		return false
	}
	for id := syntax.ID(1); int(id) < len(l.t.Nodes); id++ {
		if l.t.Kind(id) == syntax.Call && storeWrites(l.f.Callee(id)) && l.ownedWrite(id) {
			return true
		}
	}
	return false
}

// ownedWrite says whether what a call writes is marked with an owner: in the call itself, or in what the function makes for it.
func (l *look) ownedWrite(call syntax.ID) bool {
	p := &place{f: l.f, id: call, value: call, engine: l.e}
	body := l.t.Root
	if function := p.function(); function != l.t.Root {
		body = l.body(function)
	}
	for id := firstInside(l.t, body); id <= body; id++ {
		key := ""
		switch l.t.Kind(id) {
		case syntax.Pair:
			key, _ = l.t.Text(l.t.Child(id, 0))
		case syntax.Index:
			key, _ = l.t.Text(l.t.Child(id, 1))
		}
		if key != "" && subjectName.MatchString(key) {
			return true
		}
	}
	return false
}
