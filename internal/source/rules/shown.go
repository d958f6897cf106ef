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
	asksWho     facts = 1 << iota // callers are asked who they are
	limitsCalls                   // callers are counted
	staysLocal                    // the server listens on its own machine only
)

// open is a finding that other files have a say in.
type open struct {
	finding Finding
	lifted  facts    // any of these makes it none
	leads   []uint64 // functions of which one must lead to a model or a store; empty: it is known to
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
	done  bool  // it asks a model, or writes into a store
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
	"qdrant_client.**.upload_points", "@qdrant/*.**.upsert", "?.qdrant*.upsert", "weaviate.**.insert", "weaviate.**.insert_many", "weaviate.**.add_object", "pymilvus.**.insert", "pymilvus.**.upsert", "lancedb.**.add")

// alsoModels are calls of models that answer no text, or that are not hosted.
var alsoModels = tableOf("openai.**.images.generate", "?.client.images.generate", "?.openai.images.generate", "openai.**.embeddings.create", "openai.**.transcriptions.create", "openai.**.speech.create", "replicate.run", "replicate.Replicate.run", "diffusers.**.from_pretrained", "?.model.predict", "?.model.generate", "transformers.**.from_pretrained.generate",
	"@google/generative-ai.**.sendMessage", "@google/generative-ai.**.sendMessageStream", "@google/genai.**.sendMessageStream", "google.generativeai.**.send_message", "google.genai.**.send_message_stream", "?.env.AI.run", "?.c.env.AI.run")

// asksModel says whether a name is one of a call that asks a model.
func (e *Engine) asksModel(name string) bool {
	return name != "" && e.models.Has(name) && !strings.HasPrefix(name, "twilio.") || alsoModels(name)
}

// deeds are what the functions of a file do.
func (l *look) deeds() map[uint64]deed {
	t := l.t
	all := map[uint64]deed{}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Call || t.Kind(l.f.Scope(id)) == syntax.Module {
			continue
		}
		name := l.f.Callee(id)
		done := l.asks(id, name) || storeWrites(name)
		shows := l.callShows(id)
		if !done && shows == 0 && !ownName(name) {
			continue
		}
		for s := l.f.Scope(id); s != 0; s = l.f.Scope(s) {
			own := l.dotted(s)
			if t.Kind(s) != syntax.Function || own == "" {
				continue
			}
			for _, key := range endings(own) {
				d := all[key]
				d.done = d.done || done
				d.shows |= shows
				if !done && ownName(name) && len(d.calls) < maxCalls {
					d.calls = append(d.calls, hashed(name))
				}
				all[key] = d
			}
		}
	}
	return all
}

const maxCalls = 64

// guardCalls are what calls are named that find out who calls, or how often.
var guardCalls = pattern.New(`(?i)^(?:require[sd]?_?(?:auth|login|user|api_?key|token|session|admin)\w*|is_?authenticated|authenticate\w*|authorize\w*|(?:verify|check|validate)\w*(?:auth|token|jwt|user|session|password|credential|permission|access|api_?key)s?|(?:get_?)?current_?user\w*|getServerSession|getSession|getUser|auth|get_jwt_identity|compare_digest|timingSafeEqual|rate_?limit\w*|check_?quota|consume)$`)

// guardParts are parts of such names, of which one stands in each.
var guardParts = []string{"auth", "Auth", "ser", "oken", "jwt", "ession", "ogin", "ey", "imit", "uota", "compare_digest", "SafeEqual", "consume", "word", "cred", "Cred", "ermission", "ccess", "dmin", "verify", "decode"}

// callShows says whether a call finds out who calls, or counts callers.
func (l *look) callShows(call syntax.ID) facts {
	name := calledLast(l, call)
	switch {
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

// asks says whether a call asks a model: by its name, or as a request to an address that is one of a model.
func (l *look) asks(call syntax.ID, name string) bool {
	if l.e.asksModel(name) {
		return true
	}
	switch calledLast(l, call) {
	case "post", "fetch", "request", "stream":
		url, _ := l.f.Argument(call, "url", 0)
		v, ok := l.f.Constant(url)
		if ok && modelAddress.MatchString(v.Text) {
			return true
		}
	}
	return l.runsChain(call)
}

// modelAddress is the address of a model that is asked over HTTP.
var modelAddress = pattern.New(`/v1/(?:chat/)?completions|/v1/(?:messages|responses|embeddings)\b|:11434/api/|/api/(?:generate|chat)$|api\.(?:openai|anthropic|mistral|groq|cohere|together|deepseek|x)\.(?:com|ai|xyz)/|generativelanguage\.googleapis|api-inference\.huggingface|:generateContent|openrouter\.ai/api|/v2/models/[^/]+/infer`)

// ownName says whether a name may be one of the target's own functions: dotted, and of no value of unknown kind.
func ownName(name string) bool {
	return strings.ContainsAny(name, "./") && !strings.HasPrefix(name, "?.") && !strings.Contains(name, "[]")
}

// dotted is the name under which a function is called from elsewhere.
func (l *look) dotted(function syntax.ID) string {
	t := l.t
	name := t.Name(function)
	if parent := t.Parent(function); name == "" && t.Kind(parent) == syntax.Assign && t.Kind(t.Child(parent, 0)) == syntax.Ident {
		name = t.Name(t.Child(parent, 0))
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
	_, _ = h.Write([]byte(strings.TrimLeft(name, "@~/")))
	return h.Sum64()
}

// tellLater reports what other files have a say in.
func (l *look) tellLater(r *Rule, id, value syntax.ID, note string, o open) {
	n := len(l.found)
	l.tell(r, id, value, note)
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
