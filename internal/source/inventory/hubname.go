package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// hubAfter are repositories of organisations that are known as providers too.
	hubAfter = pattern.New(`(?i)^(?:openai/(?:whisper|clip|gpt-oss|shap|jukebox|consistency)|google/(?:flan|gemma|mt5|t5|byt5|bert|electra|long-t5|pegasus|siglip|paligemma|ul2|vit|owl|tapas|fnet|bigbird|canine|efficientnet|mobilenet|deplot|pix2struct|switch|embeddinggemma))`)
	// surelyHub are names that only models bear: of organisations that publish little else, or with their size.
	surelyHub = pattern.New(`(?i)^(?:meta-llama|mistralai|Qwen|deepseek-ai|tiiuae|lmsys|bigscience|EleutherAI|HuggingFaceH4|HuggingFaceTB|TinyLlama|NousResearch|teknium|01-ai|THUDM|zai-org|mosaicml|codellama|nomic-ai|mixedbread-ai|jinaai|cross-encoder|sentence-transformers|BAAI|thenlper|intfloat|runwayml|CompVis|stabilityai|TheBloke|llava-hf|liuhaotian|black-forest-labs|bartowski|huggyllama|decapoda-research|WizardLM|openchat|upstage|moonshotai|MiniMaxAI|ibm-granite|unsloth|hugging-quants|tiny-random|hf-internal-testing)/|^[\w.-]+/[\w.-]*\d(?:\.\d+)?[bm](?:$|[-_.])`)
	// bareHub are names of models of a hub that have no organisation in front.
	bareHub = pattern.New(`^(?:(?:distil)?bert-(?:base|large)[\w-]*|(?:distil)?roberta-(?:base|large)[\w-]*|xlm-roberta-(?:base|large)|albert-\w+-v\d|gpt2(?:-medium|-large|-xl)?|distilgpt2|t5-(?:small|base|large|3b|11b)|facebook-opt\S*|all-(?:mpnet-base|MiniLM-L\d+|distilroberta)-v\d|multi-qa-[\w-]+|paraphrase-[\w-]+-v\d|` +
		`(?:vicuna|alpaca|koala|wizardlm|llama-?[23]?(?:\.\d)?|mistral|mixtral|falcon|mpt|gemma-?\d?|phi-?\d?|qwen[\d.]*|zephyr|openchat|longchat|codellama|starcoder\d?|stablelm)-(?:\w+-)*\d+(?:\.\d+)?[bB](?:-[\w.]+)*)$`)
	bareEmbedding = pattern.New(`^(?:all-|multi-qa-|paraphrase-)`)
)

var (
	// bareEnding is an ending without a file, documented are names of what documentation lists.
	bareEnding = pattern.New(`^\*?\.\w+$`)
	documented = pattern.New(`(?i)_for_doc$|archive_list$|docstring`)
)

// isHub says whether a text names a repository of a hub.
func isHub(text string) bool {
	return hubName.MatchString(text) && (hubAfter.MatchString(text) || !notHub.MatchString(text)) && !strings.HasPrefix(text, "kernels-community/")
}

// tableWord are names of variables that hold tables whose values are models.
var tableWord = pattern.New(`(?i)(?:^|_)(?:models?|checkpoints?)(?:_?(?:ids?|names?|paths?|map|list|dict|registry|zoo|configs?|info|by_\w+))?$`)

// dataTable are those of data sets.
var dataTable = pattern.New(`(?i)datasets?(?:_?(?:ids?|names?|paths?|map|list|dict|registry|configs?|infos?))?$`)

// valuesOf notes the models and data sets that are the values of a table of Python, which a name tells to be one.
func (l *look) valuesOf(name string, dict syntax.ID, depth int) {
	t := l.t
	models, data := tableWord.MatchString(name), dataTable.MatchString(name)
	if depth == 0 || !models && !data || t.Kind(dict) != syntax.Dict {
		return
	}
	for pair := range t.Children(dict) {
		if t.Kind(pair) != syntax.Pair {
			continue
		}
		v := t.Last(pair)
		if t.Kind(v) == syntax.Dict {
			l.valuesOf(name, v, depth-1)
			continue
		}
		text, ok := t.Text(v)
		if !ok || t.Kind(v) != syntax.Str || !l.ai && !surelyHub.MatchString(text) {
			continue
		}
		key, _ := t.Text(t.Child(pair, 0))
		switch {
		case data && isHub(text) && (key == "path" || key == "name" || key == "repo" || key == "repo_id" || key == "id" || key == "dataset" || key == "hf_path" || strings.Contains(key, "hub")):
			l.add(Asset{Kind: lodemark.KindDataset, Name: text, Pin: lodemark.PinNone, Seen: ByName, at: v})
		case models && (isHub(text) || hostedName.MatchString(text)):
			a := Asset{Kind: lodemark.KindModel, Name: text, Seen: ByName, at: v}
			if hostedName.MatchString(text) {
				a.Kind = kindOfHosted(text)
			} else if embedWord.MatchString(name + " " + text) {
				a.Kind = lodemark.KindEmbeddingModel
			}
			l.judge(&Entry{}, &a, 0)
			l.add(a)
		}
	}
}

// dataLink is where a data set of the hub is downloaded from.
var dataLink = pattern.New(`^https://huggingface\.co/(?:api/)?datasets/([\w.-]+/[\w.-]+)/(?:resolve|raw|parquet|blob)/`)

// downloaded notes a data set of the hub that an address names.
func (l *look) downloaded(id syntax.ID) {
	n := l.t.Node(id)
	if n.End-n.Start < 45 {
		return
	}
	code := l.t.Source[n.Start+1 : min(n.Start+12, n.End)]
	if !strings.HasPrefix(code, "https://hu") {
		return
	}
	if text, ok := l.t.Text(id); ok {
		if m := dataLink.FindStringSubmatch(text); m != nil {
			a := Asset{Kind: lodemark.KindDataset, Name: m[1], Pin: lodemark.PinNone, Seen: ByName, at: id}
			a.set("url", short(text))
			l.add(a)
		}
	}
}

// formats are what load_dataset reads files with, which are named apart.
var formats = map[string]bool{"json": true, "csv": true, "parquet": true, "text": true, "arrow": true, "pandas": true, "xml": true, "imagefolder": true, "audiofolder": true, "videofolder": true, "webdataset": true, "sql": true}

// dataFiles names a data set after the files that it is read from.
func (l *look) dataFiles(a *Asset, call syntax.ID) {
	v := l.argument(call, "data_files|data_dir")
	if v == 0 {
		return
	}
	a.set("format", a.Name)
	for depth := 0; depth < 3; depth++ {
		switch lit := l.literalBefore(v); l.t.Kind(lit) {
		case syntax.Dict, syntax.List, syntax.Tuple:
			if v = l.t.Child(lit, 0); v != 0 && l.t.Kind(v) == syntax.Pair {
				v = l.t.Last(v)
			}
			continue
		}
		break
	}
	if v == 0 {
		return
	}
	if c, ok := l.f.Constant(v); ok && c.String && !c.Partial && c.Text != "" {
		a.Name, a.at = c.Text, l.writtenAt(v, v)
		return
	}
	a.Name, a.Origin = short(l.t.Code(v)), lodemark.OriginUnresolved
}

// handsOn says whether a call hands on what its function is given by any name.
func (l *look) handsOn(call syntax.ID) bool {
	t := l.t
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		if t.Kind(a) == syntax.Spread && t.Is(a, syntax.Double) && t.Kind(t.Child(a, 0)) == syntax.Ident {
			if b := l.f.Bindings(t.Name(t.Child(a, 0)), a); len(b) > 0 && t.Kind(b[0]) == syntax.Param && t.Is(b[0], syntax.Double) {
				return true
			}
		}
	}
	return false
}
