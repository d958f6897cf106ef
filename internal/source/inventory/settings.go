package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// notSettings are files whose keys mean something else.
var notSettings = pattern.New(`(?i)^(?:package(?:-lock)?|tsconfig.*|composer|manifest|turbo|nx|angular|vercel|renovate|biome|components|devcontainer|tokenizer(?:_config)?|vocab|special_tokens_map|model\.safetensors\.index|.*\.lock|pnpm-lock|.*openapi.*|.*swagger.*|.*schema|mkdocs|_config|threats|lodemark|.*\.test|CITATION)\.(?:json|ya?ml|toml)$|^\.[^e]|^\.e[^n]`)

var (
	modelKey  = pattern.New(`(?i)(?:^|[_.-])model(?:[_-]?(?:name|id|path|repo))?s?$|^engine$|deployment(?:_?name)?$|(?:^|_)llm$|Model(?:Name|Id)?$|^served[_-]model|^model_?ur[il]$|model_name_or_path$|checkpoint$|tokenizer(?:_name)?$`)
	promptKey = pattern.New(`(?i)(?:^|[_.-])(?:system[_-]?)?prompt(?:[_-]?template)?s?$|^system(?:[_-]?(?:message|instructions?))?$|^instructions?$|Prompt$`)
	dataKey   = pattern.New(`(?i)(?:^|[_.-])datasets?(?:[_-]?(?:name|id|path|repo))?$|^train_?(?:data|file)$`)
)

// Settings gives the assets that a file of settings names: models, datasets and prompts at keys that are named after them.
func (b *Book) Settings(name string, roots []*settings.Node) []Asset {
	if servers := announced(path.Base(name), roots); servers != nil {
		return servers
	}
	if notSettings.MatchString(path.Base(name)) || recordings.MatchString(name) {
		return nil
	}
	var found []Asset
	known := map[key]bool{}
	tell := func(a Asset, n *settings.Node) {
		a.Line, a.EndLine = n.Line, n.EndLine
		if a.Origin == "" {
			a.Origin = lodemark.OriginInferred
		}
		if k := (key{a.Kind.Group(), a.Name, a.Line}); !known[k] && len(found) < 5000 {
			known[k] = true
			found = append(found, a)
		}
	}
	b.configured(name, roots, tell)
	for _, root := range roots {
		if recorded(root) {
			continue
		}
		walk(root, 0, func(n *settings.Node) {
			for _, a := range setting(n) {
				tell(a, n)
			}
		})
	}
	return found
}

// recordings are folders of what programs wrote down for tests to compare with.
var recordings = pattern.New(`(?i)(?:^|/)(?:__snapshots__|snapshots|cassettes|recordings|vcr_cassettes|__fixtures__)/|(?:^|/)(?:\w+[_-])?(?:results?|outputs?|predictions|responses|transcripts|logs|traces|leaderboards?)/(?:.+/)?[^/]+\.json$`)

// recorded says whether a document is what a model answered, and nothing that anybody set.
func recorded(root *settings.Node) bool {
	for _, n := range []*settings.Node{root, firstChild(root)} {
		if n == nil {
			continue
		}
		if n.Child("choices") != nil && (n.Child("usage") != nil || n.Child("object") != nil || n.Child("created") != nil) || n.Child("object") != nil && n.Child("usage") != nil || n.Child("candidates") != nil && n.Child("usageMetadata") != nil ||
			n.Child("stop_reason") != nil && n.Child("usage") != nil || n.Child("interactions") != nil && n.Child("version") != nil {
			return true
		}
	}
	return measured(root)
}

var (
	// measure are keys of what was measured, when of that it was.
	measure = pattern.New(`(?i)^(?:accuracy\w*|f1(?:_score)?|exact_match|bleu\w*|rouge\w*|perplexity|correct|incorrect|not_attempted|(?:avg|mean|p50|p95)_\w+|total_(?:cost\w*|duration\w*|time\w*|seconds|correct)|(?:correct|incorrect|answer|error|success|pass|win|hit|refusal|attempt|not_attempted)_rate|latency\w*|\w*duration_(?:s|ms|seconds)|elapsed\w*|win_?rate|pass_?rate|num_(?:examples|samples|questions)|tokens_used|total_?cost)$`)
	when    = pattern.New(`(?i)^(?:timestamp|run_?id|started_?at|finished_?at|created_?at|completed_?at|git_?commit|run_?metadata|evaluated_?at|generated_?at)$`)
)

// measured says whether a document is the outcome of an evaluation or another run: near its root stand two things that were measured, or one and
// when that was.
func measured(root *settings.Node) bool {
	found, timed := 0, 0
	var visit func(n *settings.Node, depth int)
	visit = func(n *settings.Node, depth int) {
		for i, c := range n.Children {
			if i == 40 || found > 1 {
				return
			}
			switch {
			case c.Scalar && measure.MatchString(c.Key) && isNumber(c.Value):
				found++
			case when.MatchString(c.Key):
				timed = 1
			}
			if depth > 0 && !c.Scalar {
				visit(c, depth-1)
			}
		}
	}
	visit(root, 3)
	return found+timed > 1 && found > 0
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func firstChild(n *settings.Node) *settings.Node {
	if n == nil || !n.List || len(n.Children) == 0 {
		return nil
	}
	return n.Children[0]
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func walk(n *settings.Node, depth int, visit func(*settings.Node)) {
	if depth > 60 {
		return
	}
	if n.Scalar {
		visit(n)
	}
	for _, c := range n.Children {
		walk(c, depth+1, visit)
	}
}

// fetched is an address of a hub's model.
var fetched = pattern.New(`^(?:hf|huggingface)://([A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})`)

// isRow says whether a value stands in a row of data to train or test with.
func isRow(n *settings.Node) bool {
	if n.Key != "instruction" && n.Key != "prompt" && n.Key != "system" && n.Key != "instructions" || n.Parent == nil || n.Parent.Parent == nil || !n.Parent.Parent.List {
		return false
	}
	for _, k := range []string{"output", "response", "completion", "answer", "chosen", "rejected", "reference", "expected", "label", "target", "score", "grade", "report", "result", "prediction", "actual"} {
		if n.Parent.Child(k) != nil {
			return true
		}
	}
	return false
}

// quantized is a repository of the hub with the file of it that is meant, as llama.cpp and Ollama take it: org/name-GGUF:Q4_K_M.
var quantized = pattern.New(`^(?:hf\.co/)?[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}(?i:gguf):[\w.-]+$`)

func setting(n *settings.Node) []Asset {
	key := n.Key
	if n.Parent != nil && n.Parent.List {
		key = n.Parent.Key
	}
	value := orDefault(n.Value)
	if m := fetched.FindStringSubmatch(value); m != nil {
		return []Asset{{Kind: lodemark.KindModel, Name: m[1], Line: n.Line, EndLine: n.EndLine, Origin: lodemark.OriginInferred, Seen: ByName, Pin: lodemark.PinNone, Detail: map[string]string{"written": value}}}
	}
	switch {
	case isRow(n):
		return nil
	case promptKey.MatchString(key) && len(value) >= minPrompt && len(strings.Fields(value)) >= 3:
		role := "template"
		if systemWord.MatchString(key) {
			role = "system"
		}
		return []Asset{{Kind: lodemark.KindPrompt, Name: key, Line: n.Line, EndLine: n.EndLine, Origin: lodemark.OriginInferred, Seen: ByName, Digest: digestOf(n.Value), Detail: map[string]string{"role": role}}}
	case len(value) > 120 || strings.ContainsAny(value, " ${}<>"):
		return nil
	case modelKey.MatchString(key) && quantized.MatchString(value):
		return []Asset{{Kind: lodemark.KindModel, Name: value, Line: n.Line, EndLine: n.EndLine, Origin: lodemark.OriginInferred, Seen: ByName, Pin: lodemark.PinTag, Version: value[strings.LastIndexByte(value, ':')+1:]}}
	case modelKey.MatchString(key):
		a := Asset{Kind: lodemark.KindModel, Name: value, Line: n.Line, EndLine: n.EndLine, Origin: lodemark.OriginInferred, Seen: ByName, Pin: lodemark.PinNone}
		switch {
		case hostedName.MatchString(value), isRouted(value):
			a.Kind = kindOfHosted(value)
			if m := dated.FindStringSubmatch(value); m != nil {
				a.Pin, a.Version = lodemark.PinTag, m[1]
			}
		case isHub(value):
			if embedWord.MatchString(key + " " + value) {
				a.Kind = lodemark.KindEmbeddingModel
			}
		case pathEnding.MatchString(value) && !strings.HasSuffix(value, ".json"):
			a.Detail = map[string]string{"source": "local"}
		case family.MatchString(value) && sized.MatchString(value) && strings.ContainsAny(value, "-:.") && modelID.MatchString(value) && !noModel.MatchString(value):
			a.Kind = lodemark.KindHostedModel
			if embedWord.MatchString(key + " " + value) {
				a.Kind = lodemark.KindEmbeddingModel
			}
		default:
			return nil
		}
		return []Asset{a}
	case dataKey.MatchString(key) && isHub(value):
		return []Asset{{Kind: lodemark.KindDataset, Name: value, Line: n.Line, EndLine: n.EndLine, Origin: lodemark.OriginInferred, Seen: ByName, Pin: lodemark.PinNone}}
	}
	return nil
}
