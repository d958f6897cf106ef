package compare

import (
	"fmt"
	"slices"
	"strings"
)

// The share of memory that a model needs beside its weights to answer at all. What a server keeps for many callers comes on top, so this
// says what cannot fit and never what will.
const besideWeights = 1.1

// size compares what the model is with what the task needs (SD-4.2).
func size(c *Candidate, in *asked) []Signal {
	var out []Signal
	n, at := c.parameters()
	switch {
	case n == 0:
		out = append(out, Signal{"parameters", "not known", "", Unknown, false})
	case in.Need.Parameters == 0:
		out = append(out, Signal{"parameters", countWords(n) + "; what the task needs was not said (--need)", at, Unknown, false})
	case n > 1.05*in.Need.Parameters:
		out = append(out, Signal{"parameters", fmt.Sprintf("%s, where %s are needed", countWords(n), countWords(in.Need.Parameters)), at, Poor, false})
	default:
		out = append(out, Signal{"parameters", fmt.Sprintf("%s of %s", countWords(n), countWords(in.Need.Parameters)), at, Good, false})
	}
	out = append(out, c.memory(in.Need)...)
	if window, at := c.context(); window > 0 || in.Need.Context > 0 {
		s := Signal{"context", fmt.Sprintf("%d tokens", window), at, Good, false}
		switch {
		case window == 0:
			s.Value, s.State = "not known", Unknown
		case window < in.Need.Context:
			s.Value, s.State = fmt.Sprintf("%d tokens, where %d have to fit", window, in.Need.Context), Disqualifying
		}
		out = append(out, s)
	}
	return out
}

// parameters are how many the files hold, or how many somebody says.
func (c *Candidate) parameters() (float64, string) {
	for _, name := range []string{"parameters of " + string(dataOnly), "parameters of " + string(runsCode), "parameters of " + string(runsGraph)} {
		if f := c.fact(name); f.Value != "" {
			n, _ := parseCount(f.Value)
			return n, f.At
		}
	}
	if v, ok := c.said("size.parameters"); ok {
		n, _ := parseCount(v.Text)
		return n, c.described.at(v)
	}
	return 0, ""
}

func (c *Candidate) memory(need Need) []Signal {
	var n int64
	at := ""
	if v, ok := c.said("size.memory"); ok {
		n, _ = parseBytes(v.Text)
		at = c.described.at(v)
	} else if c.Kind != Hosted {
		if n = c.files.bytes(); n > 0 {
			at = c.files.safest()[0].path
		}
	}
	switch {
	case c.Kind == Hosted && n == 0:
		return []Signal{{"memory", "is the provider's", "", Inapplicable, false}}
	case n == 0:
		return []Signal{{"memory", "not known", "", Unknown, false}}
	case need.Memory == 0:
		return []Signal{{"memory", bytesWords(n) + " of weights", at, Good, false}}
	case float64(n)*besideWeights > float64(need.Memory):
		return []Signal{{"memory", fmt.Sprintf("%s of weights do not fit into %s", bytesWords(n), bytesWords(need.Memory)), at, Disqualifying, false}}
	}
	return []Signal{{"memory", fmt.Sprintf("%s of weights fit into %s", bytesWords(n), bytesWords(need.Memory)), at, Good, false}}
}

func (c *Candidate) context() (int, string) {
	if v, ok := c.said("size.context"); ok {
		n, _ := parseCount(v.Text)
		return int(n), c.described.at(v)
	}
	if f := c.fact("context"); f.Value != "" {
		if n, err := parseCount(f.Value); err == nil && n < 1e9 { // tokenizers write a number beyond all bounds for "not limited"
			return int(n), f.At
		}
	}
	return 0, ""
}

// hosting asks who sees what is sent to the model.
func hosting(c *Candidate, in *asked) []Signal {
	where, said := c.said("hosting.where")
	switch {
	case c.Kind == Hosted:
	case !said:
		return append([]Signal{{"data", "goes to wherever it will run, and nobody says where (a description does: hosting.where)", "", Unknown, false}}, c.reached()...)
	case where.Text == "self" || where.Text == "edge":
		return append([]Signal{{"data", "stays where you run it", c.described.at(where), Good, true}}, c.reached()...)
	}
	var out []Signal
	if v, ok := c.said("data.trains_on_inputs"); ok {
		s := Signal{Name: "training on inputs", At: c.described.at(v), Declared: true}
		switch v.Text {
		case "no", "opt-in":
			s.Value, s.State = map[string]string{"no": "no", "opt-in": "only when asked for"}[v.Text], Good
		case "opt-out":
			s.Value, s.State = "unless refused: refuse it, and keep the proof", Poor
		case "yes":
			s.Value, s.State = "yes", Poor
			if in.Need.sensitive() {
				s.Value, s.State = "yes, and the task sends "+in.Need.Data+" data", Disqualifying
			}
		default:
			s.Value = "not known"
		}
		out = append(out, s)
	} else {
		out = append(out, Signal{"training on inputs", "not said", "", Unknown, false})
	}
	if v, ok := c.said("data.retention_days"); ok {
		n, _ := parseCount(v.Text)
		s := Signal{"retention", v.Text + " days", c.described.at(v), Good, true}
		if v.Text == "0" {
			s.Value = "inputs are not kept"
		}
		if n > 30 {
			s.State = Poor
		}
		out = append(out, s)
	} else {
		out = append(out, Signal{"retention", "not said", "", Unknown, false})
	}
	out = append(out, c.regions(in.Need))
	if v, ok := c.said("data.human_review"); ok {
		s := Signal{Name: "people who may read", At: c.described.at(v), Declared: true}
		switch v.Text {
		case "no":
			s.Value, s.State = "nobody at the provider", Good
		case "on-abuse":
			s.Value, s.State = "where abuse is suspected", Good
			if in.Need.sensitive() {
				s.State = Poor
			}
		case "yes":
			s.Value, s.State = "people at the provider", Poor
		default:
			s.Value = "not known"
		}
		out = append(out, s)
	}
	return append(out, c.reached()...)
}

func (c *Candidate) regions(need Need) Signal {
	v, ok := c.said("data.regions")
	if !ok {
		return Signal{"regions", "not said", "", Unknown, false}
	}
	s := Signal{"regions", v.Text, c.described.at(v), Good, true}
	if len(need.Regions) == 0 {
		return s
	}
	for _, r := range v.List {
		if !slices.ContainsFunc(need.Regions, func(n string) bool {
			r := strings.ToLower(r)
			return r == n || strings.HasPrefix(r, n+"-") || strings.HasPrefix(r, n+" ")
		}) {
			return Signal{"regions", fmt.Sprintf("%s, where the need is %s", v.Text, strings.Join(need.Regions, " or ")), s.At, Disqualifying, true}
		}
	}
	return s
}

// reached is from where, and by whom, the model can be called.
func (c *Candidate) reached() (out []Signal) {
	if v, ok := c.said("hosting.authentication"); ok {
		s := Signal{"authentication", v.Text, c.described.at(v), Good, true}
		switch v.Text {
		case "none":
			if s.State = Poor; c.exposure() == "internet" {
				s.Value, s.State = "none, and it is reachable from the internet", Disqualifying
			}
		case "unknown":
			s.State = Unknown
		}
		out = append(out, s)
	}
	return out
}

func (c *Candidate) exposure() string {
	v, _ := c.said("hosting.exposure")
	return v.Text
}

// returns asks what a caller gets, since logits, scores and embeddings let others copy a model and turn its answers back into inputs.
func returns(c *Candidate, _ *asked) []Signal {
	if v, ok := c.said("returns"); ok {
		s := Signal{"answers", v.Text, c.described.at(v), Good, true}
		if slices.ContainsFunc(v.List, func(r string) bool { return r == "logits" || r == "scores" || r == "embeddings" }) {
			s.State = Poor
		}
		return []Signal{s}
	}
	kinds, f := c.answers()
	if len(kinds) == 0 {
		return []Signal{{"answers", "neither card nor configuration say what it gives", "", Unknown, false}}
	}
	note := strings.Join(kinds, ", ") + ", by its task (" + f.Value + ")"
	if c.Kind != Hosted {
		note += "; whoever serves it decides what callers see"
	}
	s := Signal{"answers", note, f.At, Unknown, false}
	if slices.Contains(kinds, "embeddings") { // it has nothing else to give
		s.State = Poor
	}
	return []Signal{s}
}

// answers are what the model gives by its task, and where that stands.
func (c *Candidate) answers() (kinds []string, from Fact) {
	if f := c.task(); f.Value != "" {
		switch f.Value {
		case "text-generation", "text2text-generation", "conversational", "summarization", "translation", "image-text-to-text", "image-to-text", "automatic-speech-recognition",
			"question-answering", "visual-question-answering", "document-question-answering", "any-to-any", "audio-text-to-text", "video-text-to-text":
			return []string{"text"}, f
		case "feature-extraction", "sentence-similarity", "image-feature-extraction":
			return []string{"embeddings"}, f
		case "text-to-image", "image-to-image", "unconditional-image-generation", "text-to-video", "image-to-video":
			return []string{"images"}, f
		case "text-to-speech", "text-to-audio", "audio-to-audio":
			return []string{"audio"}, f
		case "fill-mask", "text-ranking":
			return []string{"scores"}, f
		}
		if strings.Contains(f.Value, "classification") || strings.Contains(f.Value, "detection") || strings.Contains(f.Value, "segmentation") || strings.Contains(f.Value, "regression") {
			return []string{"labels", "scores"}, f
		}
	}
	f := c.fact("architecture")
	for _, k := range []struct {
		ending string
		gives  []string
	}{{"ForCausalLM", []string{"text"}}, {"ForConditionalGeneration", []string{"text"}}, {"LMHeadModel", []string{"text"}}, {"Classification", []string{"labels", "scores"}}, {"Detection", []string{"labels", "scores"}}, {"ForMaskedLM", []string{"scores"}}} {
		if strings.HasSuffix(f.Value, k.ending) {
			return k.gives, f
		}
	}
	return nil, Fact{}
}
