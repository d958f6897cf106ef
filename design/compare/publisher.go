package compare

import (
	"fmt"
	"strings"
	"unicode"
)

// known are publishers of models under their names at the hub, and providers of hosted models. That a name stands here says that many
// people know it, and nothing of whether it is to be trusted.
var known = strings.Fields(`
	01-ai adept ai21 ai21labs aleph-alpha alibaba-nlp allenai amazon anthropic apple arcee-ai argilla baai baichuan-inc baidu bartowski bigcode bigscience black-forest-labs
	bytedance bytedance-seed cardiffnlp cerebras cohere cohereforai coherelabs coqui cross-encoder databricks dbmdz deepseek deepseek-ai diffusers distilbert docling-project eleutherai elevenlabs
	facebook facebookai fireworks google google-bert google-t5 gpt2 gradientai groq helsinki-nlp hfl huggingface huggingfaceh4 huggingfacem4 huggingfacetb huggingfacefw ibm ibm-granite ibm-research intel internlm
	intfloat jinaai kyutai laion lightricks liquidai lmsys llava-hf lmstudio-community meta meta-llama microsoft minimax minimaxai mistral mistralai mixedbread-ai moonshotai mosaicml naver nlptown
	nomic-ai nousresearch nvidia onnx-community open-orca openai openai-community openbmb opengvlab openmoss openrouter perplexity perplexity-ai prosusai pyannote pytorch qdrant
	qwen replicate runwayml salesforce sberbank-ai segmind sentence-transformers servicenow-ai smilegate-ai snowflake snunlp speechbrain stabilityai stanford-crfm
	suno t5 teknium tencent thebloke thudm tiiuae timm together togethercomputer ultralytics unsloth upstage vertex vicgalle voyage voyageai wizardlm wizardlmteam xai xai-org xenova
	xlnet zai-org zhipuai bedrock azure azure-openai gemini ollama vllm deepinfra sambanova writer inflection reka rekaai`)

// families are words of well known models' names. Some are a letter apart from each other.
var families = strings.Fields(`
	llama codellama tinyllama ollama llava mistral mixtral ministral codestral magistral pixtral qwen gemma falcon vicuna alpaca guanaco whisper roberta distilbert deberta
	albert electra bloom starcoder starcoder2 deepseek zephyr hermes openhermes granite nemotron command stable diffusion flux wizard wizardlm dolphin orca yolov8 yolov5 minilm mpnet claude
	gemini sonnet haiku turbo chatgpt longformer pegasus blenderbot dinov2 siglip segformer wav2vec2 hubert musicgen seamless nllb madlad phi3 phi4 olmo smollm smolvlm kimi internlm baichuan
	chatglm aya jamba mamba rwkv codegen codet5 codet5p santacoder electra camembert xlnet biobert clinicalbert legalbert finbert scibert`)

// publisher compares names with well known ones: a letter apart from one, or looking like one, is how copies are spread.
func publisher(c *Candidate, _ *asked) []Signal {
	org, name := c.orgAndName()
	at := ""
	if c.described != nil {
		at = c.described.Path
	}
	if c.Kind == Hosted {
		org, name = c.Provider, c.Model
		at = c.described.at(c.described.fields["provider"])
	}
	if org == "" && name == "" {
		return []Signal{{"publisher", "the copy does not say where it came from; name it as org/name=PATH", "", Unknown, false}}
	}
	out := []Signal{publisherSignal(org, at)}
	if s, ok := modelName(name, at); ok {
		out = append(out, s)
	}
	return out
}

func publisherSignal(org, at string) Signal {
	lower := strings.ReplaceAll(strings.ToLower(org), " ", "-")
	s := Signal{Name: "publisher", At: at}
	switch like, how := lookalike(lower, known); {
	case org == "":
		s.Value = "the name has no publisher"
	case how == "same":
		s.Value, s.State = fmt.Sprintf("%s, a well known name (that the account is theirs was not verified)", org), Good
	case how == "looks":
		s.Value, s.State = fmt.Sprintf("%s is made to look like %s", shown(org), like), Disqualifying
	case how == "near":
		s.Value, s.State = fmt.Sprintf("%s is one letter away from %s: make sure which is meant", shown(org), like), Poor
	default:
		s.Value = shown(org) + " is not among the well known publishers, and not like one"
	}
	return s
}

// modelName looks at the words of a model's name.
func modelName(name, at string) (Signal, bool) {
	for i, r := range name {
		if r > unicode.MaxASCII || r < ' ' {
			return Signal{"name", fmt.Sprintf("has the character %U at place %d, which may be taken for another", r, i+1), at, Disqualifying, false}, true
		}
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_./: ", r) }) {
		switch like, how := lookalike(w, families); how {
		case "looks":
			return Signal{"name", fmt.Sprintf("%q is made to look like %q", w, like), at, Disqualifying, false}, true
		case "near":
			return Signal{"name", fmt.Sprintf("%q is one letter away from %q", w, like), at, Poor, false}, true
		}
	}
	return Signal{"name", "no word of it is like that of a well known model without being it", at, Good, false}, name != ""
}

// lookalike compares a name with well known ones: the same, made of letters that look like it, near it, or none of these.
func lookalike(name string, among []string) (like, how string) {
	ascii := true
	for _, r := range name {
		ascii = ascii && r <= unicode.MaxASCII
	}
	for _, k := range among {
		if name == k {
			return k, "same"
		}
	}
	shape := skeleton(name)
	for _, k := range among {
		if len(k) >= 4 && shape == skeleton(k) {
			return k, "looks"
		}
	}
	if !ascii {
		return "", "" // of another script: what it looks like was compared above
	}
	for _, k := range among {
		if len(k) >= 6 && len(name) >= 6 && distance(name, k, 1) == 1 && !counted(name, k) {
			return k, "near"
		}
	}
	return "", ""
}

// counted says whether names differ by a digit, an ending s or a hyphen alone, as versions, plurals and spellings do: llama2, wizards.
func counted(a, b string) bool {
	trim := func(s string) string { return strings.TrimRight(strings.ReplaceAll(s, "-", ""), "0123456789") }
	x, y := trim(a), trim(b)
	return x == y || x == y+"s" || y == x+"s"
}

// skeleton writes a name with one letter for all that look like it.
func skeleton(name string) string {
	s := looks.Replace(strings.ToLower(name))
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == '.' || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, s)
}

// looks replaces letters that are taken for others: digits and pairs of the Latin script, and letters of Cyrillic and Greek.
var looks = strings.NewReplacer("rn", "m", "vv", "w", "cl", "d", "0", "o", "1", "l", "i", "l", "|", "l", "5", "s", "3", "e", "4", "a",
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "і", "l", "ѕ", "s", "ј", "j", "ԛ", "q", "ԝ", "w", "м", "m", "т", "t", "н", "h", "к", "k", "в", "b", "г", "r", "п", "n", "д", "d", "ɡ", "g",
	"α", "a", "ο", "o", "ρ", "p", "ν", "v", "ι", "l", "κ", "k", "τ", "t", "υ", "u", "χ", "x", "ε", "e", "ı", "l", "ö", "o", "ä", "a", "ü", "u", "é", "e", "è", "e", "á", "a", "à", "a", "í", "l", "ó", "o", "ñ", "n")

// shown writes a name so that letters of other scripts can be told from ours.
func shown(name string) string {
	for _, r := range name {
		if r > unicode.MaxASCII {
			return fmt.Sprintf("%+q", name)
		}
	}
	return name
}
