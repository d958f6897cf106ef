package compare

import (
	"slices"
	"strings"
)

// Setting is an attribute of the threat model that a candidate would change, with the place that says so.
type Setting struct {
	Name  string
	Value any // a bool, an int, a string, a []string; nil takes the attribute away
	At    string
}

// modelAttributes are those of weights. What nobody knows of the candidate is unknown, and what was declared of the model in use now
// does not go over to it.
func (c *Candidate) modelAttributes() []Setting {
	out := []Setting{c.formatAttribute()}
	origin := Setting{"origin", "unknown", ""}
	if c.Reference != "" {
		origin = Setting{"origin", "hub", c.Path}
	}
	out = append(out, origin, c.pinAttribute())
	at, _ := c.files.remoteCode()
	out = append(out, Setting{"remote_code", at != "", at}, Setting{"adapters", c.files.adapters(), ""})
	out = append(out, c.taskAttributes()...)
	if c.Reference != "" {
		out = append(out, Setting{"public_detail", true, c.Path}) // what a hub holds is there for everybody
	} else {
		out = append(out, Setting{"public_detail", nil, ""})
	}
	return append(out, c.trainedOn())
}

func (c *Candidate) formatAttribute() Setting {
	for _, w := range c.files.safest() {
		if a := attribute(w.format); a != "" {
			return Setting{"format", a, w.path}
		}
	}
	return Setting{"format", "unknown", ""}
}

func (c *Candidate) pinAttribute() Setting {
	switch {
	case c.Kind == Hosted:
		p := c.hostedPin()
		return Setting{"pinned", map[State]string{Good: "digest", Poor: "none", Unknown: "unknown"}[p.State], p.At}
	case isCommit(c.Revision.Value):
		return Setting{"pinned", "digest", c.Revision.At}
	case c.Revision.Value != "":
		return Setting{"pinned", "tag", c.Revision.At}
	case c.Kind == Hub:
		return Setting{"pinned", "none", c.Path}
	}
	return Setting{"pinned", "unknown", ""}
}

// taskAttributes are what the candidate takes in and gives back. Where neither card nor description say so, those of the model in use
// stay: the task is the same.
func (c *Candidate) taskAttributes() (out []Setting) {
	kinds, from := c.answers()
	if v, ok := c.said("returns"); ok {
		kinds, from = v.List, Fact{v.Text, c.described.at(v)}
	}
	if len(kinds) == 0 {
		return nil
	}
	out = append(out, Setting{"returns", kinds, from.At})
	generative := slices.ContainsFunc(kinds, func(k string) bool { return k == "text" || k == "images" || k == "audio" })
	if _, said := c.said("returns"); !said || !slices.Contains(kinds, "text") || len(kinds) == 1 { // text may be a transcript, and labels may stand beside it
		out = append(out, Setting{"generative", generative, from.At})
	}
	if takes := takesIn(c.task().Value); len(takes) > 0 {
		out = append(out, Setting{"modality", takes, c.task().At})
	}
	return out
}

// takesIn reads the name of a task of the hub.
func takesIn(task string) (kinds []string) {
	input, _, _ := strings.Cut(task, "-to-")
	for _, k := range []struct{ word, kind string }{{"image", "image"}, {"video", "video"}, {"audio", "audio"}, {"speech", "audio"}, {"text", "text"}, {"token", "text"}, {"tabular", "tabular"},
		{"visual", "image"}, {"question-answering", "text"}, {"summarization", "text"}, {"translation", "text"}, {"fill-mask", "text"}, {"feature-extraction", "text"}, {"sentence-similarity", "text"},
		{"object-detection", "image"}, {"zero-shot-classification", "text"}, {"depth-estimation", "image"}, {"conversational", "text"}} {
		if strings.Contains(input, k.word) && !slices.Contains(kinds, k.kind) {
			kinds = append(kinds, k.kind)
		}
	}
	if strings.HasPrefix(task, "image-") || strings.HasPrefix(task, "audio-") || strings.HasPrefix(task, "video-") {
		kinds = slices.DeleteFunc(kinds, func(k string) bool { return k == "text" && !strings.Contains(task, "text") })
	}
	return kinds
}

func (c *Candidate) trainedOn() Setting {
	v, ok := c.said("privacy.personal_data_in_training")
	switch {
	case !ok || v.Text == "unknown":
		return Setting{"trained_on", "unknown", ""}
	case v.Text == "yes":
		return Setting{"trained_on", []string{"personal"}, c.described.at(v)}
	}
	return Setting{"trained_on", []string{"public"}, c.described.at(v)}
}

// servingAttributes are those of what answers calls.
func (c *Candidate) servingAttributes() []Setting {
	hosting := Setting{"hosting", "self", c.Path}
	if c.Kind == Hosted {
		hosting = Setting{"hosting", "vendor", c.Path}
	}
	if v, ok := c.said("hosting.where"); ok && v.Text != "unknown" {
		hosting = Setting{"hosting", v.Text, c.described.at(v)}
	}
	out := []Setting{hosting}
	if v, ok := c.said("hosting.authentication"); ok {
		out = append(out, Setting{"authn", v.Text, c.described.at(v)})
	}
	if v, ok := c.said("hosting.exposure"); ok {
		out = append(out, Setting{"exposure", v.Text, c.described.at(v)})
	}
	if c.Kind == Hosted {
		out = append(out, Setting{"origin", "third_party", c.Path}, c.pinAttribute(), Setting{"metered", true, ""}, c.trainedOn(),
			Setting{"format", nil, ""}, Setting{"remote_code", nil, ""}, Setting{"adapters", nil, ""}, Setting{"public_detail", nil, ""}, Setting{"serves_own_model", nil, ""})
	} else {
		out = append(out, Setting{"metered", nil, ""})
	}
	return append(out, c.taskAttributes()...)
}

// stated are the attributes that the description sets itself; they come last, and count more than what was derived.
func (c *Candidate) stated() (out []Setting) {
	if c.described == nil {
		return nil
	}
	for name, value := range c.described.threat {
		if list, ok := value.([]any); ok {
			var all []string
			for _, e := range list {
				s, _ := e.(string)
				all = append(all, s)
			}
			value = all
		}
		out = append(out, Setting{name, value, c.described.at(c.described.fields["threat"])})
	}
	slices.SortFunc(out, func(a, b Setting) int { return strings.Compare(a.Name, b.Name) })
	return out
}
