package secret

import "strings"

// telling names are those whose last word says that the value is secret. How far a name tells:
const (
	tellsNothing  = iota
	tellsKey      // what a provider draws: 16 characters at least
	tellsSecret   // a word that somebody may have made up: 12 at least
	tellsPassword // what people type: 8 at least
)

// secretWords are last words that tell by themselves.
var secretWords = words("token secret secrets credential credentials creds bearer authorization")

// keyWords are last words that tell what is a key, written as one.
var keyWords = words("apikey accesskey secretkey privatekey authkey signingkey encryptionkey masterkey accountkey subscriptionkey sharedkey servicekey adminkey clientkey")

// joined are what people write before "token" and "secret" without a mark between.
var joined = words("auth access api bot user refresh bearer id hf gh github gitlab app client jwt session webhook hook admin service account consumer master shared signing server push deploy npm slack personal oauth my")

var passwordWords = []string{"password", "passwd", "passphrase", "passcode", "pwd", "passw"}

// keyOwners are words before "key" that make it a secret one.
var keyOwners = words("api access secret private auth account signing sign encryption encrypt master shared service subscription client storage admin app application license webhook hmac jwt session cookie crypto cipher aes role security ssh deploy host " +
	"openai azure anthropic claude cohere mistral gemini google groq pinecone qdrant weaviate search cosmos cosmosdb db database bot cloud function functions sendgrid stripe mailgun twilio tavily serper exa voyage jina hf huggingface replicate together fireworks " +
	"deepseek openrouter perplexity xai nvidia stability elevenlabs deepgram assemblyai wandb comet langfuse langsmith langchain databricks clarifai modal runpod ollama litellm proxy vector speech translator vision maps serpapi firecrawl helicone portkey e2b novita minimax zhipu dashscope qwen moonshot kimi siliconflow " +
	"integration ingestion user project team org organization server backend internal prod production rsa seed root kms iam")

// emptyWords may follow the word that tells.
var emptyWords = words("values prod production dev development staging stage live test old new backup default value val base primary secondary main b64 base64 plain raw string str text literal v1 v2 v3 ro rw eu us global local env temp tmp current 1 2 3")

// openWords make a name one whose value is meant to be seen, or that names something else than a secret.
var openWords = words("public publishable pub anon anonymous placeholder example dummy fake sample mock hash hashed digest checksum fingerprint csrf xsrf idempotency tokenizer pad eos bos unk sep cls mask stop special next page max min num count continuation sync cursor " +
	"label field input title message error regex pattern prefix suffix format length size expiry expires ttl cancel cancellation unsubscribe cache trace chat completion prompt image audio text vision begin end start bad forced first last encoder decoder think reasoning vocab mapbox design lock amz")

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// tells reads a name: apiKey, OPENAI_API_KEY, spring.datasource.password, x-api-key.
func tells(name string) int {
	if strings.EqualFold(name, "identified by") { // SQL
		return tellsPassword
	}
	if i := strings.LastIndexByte(name, '.'); i >= 0 && i+1 < len(name) {
		name = name[i+1:]
	}
	parts := wordsOf(name)
	n := len(parts)
	for n > 1 && (emptyWords[parts[n-1]] || strings.Trim(parts[n-1], "0123456789") == "") {
		n--
	}
	if n == 0 {
		return tellsNothing
	}
	for _, p := range parts[:n-1] {
		if openWords[p] {
			return tellsNothing
		}
	}
	last, before := parts[n-1], ""
	if n > 1 {
		before = parts[n-2]
	}
	switch {
	case endsIn(last, passwordWords), last == "pass" && !openWords[before], last == "dbpass", last == "userpass":
		return tellsPassword
	case secretWords[last], joined[strings.TrimSuffix(last, "token")] && strings.HasSuffix(last, "token"), joined[strings.TrimSuffix(last, "secret")] && strings.HasSuffix(last, "secret"):
		return tellsSecret
	case keyWords[last]:
		return tellsKey
	case last == "key" && keyOwners[before], last == "keys" && before == "api", last == "pat" && before != "", last == "auth" && (n == 1 || before == "npm" || before == "http" || before == "basic" || before == "redis"):
		return tellsKey
	}
	return tellsNothing
}

func endsIn(word string, ends []string) bool {
	for _, e := range ends {
		if strings.HasSuffix(word, e) {
			return true
		}
	}
	return false
}

// wordsOf takes a name apart where its writer did, in lower case: at marks, and where capitals begin.
func wordsOf(name string) (parts []string) {
	from := 0
	cut := func(to int) {
		if to > from {
			parts = append(parts, strings.ToLower(name[from:to]))
		}
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case c == '_' || c == '-' || c == '.' || c == '$' || c == ':':
			cut(i)
			from = i + 1
		case i > from && kindOf(c) == isUpper && (kindOf(name[i-1]) != isUpper || i+1 < len(name) && kindOf(name[i+1]) == isLower):
			cut(i)
			from = i
		}
	}
	cut(len(name))
	return parts
}
