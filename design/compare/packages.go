package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

var packageName = pattern.New(`^(?:(PyPI|pypi|npm|Go|go|crates\.io|Maven|maven):)?(@?[A-Za-z0-9][A-Za-z0-9._:/-]{0,100})(?:==([A-Za-z0-9][A-Za-z0-9.+!_-]{0,60}))?$`)

// parsePackage reads name==version, npm:name==version or a name alone.
func parsePackage(text string) (ecosystem, name, version string, ok bool) {
	m := packageName.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return "", "", "", false
	}
	ecosystem = "PyPI"
	switch strings.ToLower(m[1]) {
	case "npm", "crates.io":
		ecosystem = strings.ToLower(m[1])
	case "go":
		ecosystem = "Go"
	case "maven":
		ecosystem = "Maven"
	}
	return ecosystem, m[2], m[3], true
}

// loader is a package that loads or calls the candidate.
type loader struct {
	ecosystem, name, version, at string
	declared                     bool
	several                      []string // versions that lock files fix, where they do not agree
}

// loaders are those that the description names, or those that card, configuration and format point to, in the versions that are stated or
// locked.
func (c *Candidate) loaders() []loader { return c.locked(c.named()) }

func (c *Candidate) named() []loader {
	if v, ok := c.said("loader"); ok {
		var out []loader
		for _, l := range v.List {
			if ecosystem, name, version, ok := parsePackage(l); ok {
				out = append(out, loader{ecosystem: ecosystem, name: name, version: version, at: c.described.at(v), declared: true})
			}
		}
		return out
	}
	if c.Kind == Hosted {
		return nil
	}
	var out []loader
	add := func(name, at string) {
		if name != "" && !slices.ContainsFunc(out, func(l loader) bool { return l.name == name }) {
			out = append(out, loader{ecosystem: "PyPI", name: name, at: at})
		}
	}
	if f := c.front("library_name"); f.Value != "" {
		add(libraryPackage(f.Value), f.At)
	}
	if f := c.fact("transformers"); f.Value != "" {
		add("transformers", f.At)
	}
	if f := c.fact("diffusers"); f.Value != "" {
		add("diffusers", f.At)
	}
	for _, w := range c.files.weights {
		switch {
		case strings.HasPrefix(w.format, "torch") && w.format != "torch7":
			add("torch", w.path)
		case strings.HasPrefix(w.format, "keras"):
			add("keras", w.path)
		case w.format == "savedmodel", strings.HasPrefix(w.format, "tensorflow-"):
			add("tensorflow", w.path)
		case w.format == "onnx", w.format == "ort":
			add("onnxruntime", w.path)
		case w.format == "gguf":
			add("llama-cpp-python", w.path)
		case w.format == "safetensors":
			add("safetensors", w.path)
		case w.format == "joblib-zfile":
			add("joblib", w.path)
		case w.format == "pickle" && c.fact("framework").Value == "scikit-learn":
			add("scikit-learn", w.path)
		case strings.HasPrefix(w.format, "xgboost"):
			add("xgboost", w.path)
		}
	}
	return out
}

// libraryPackage is the package of a library as cards name it.
func libraryPackage(name string) string {
	switch name = strings.ToLower(name); name {
	case "transformers", "diffusers", "sentence-transformers", "peft", "timm", "keras", "spacy", "flair", "stanza", "speechbrain", "setfit", "open_clip", "adapters", "mlx", "ultralytics", "gliner", "span-marker":
		return strings.ReplaceAll(name, "_", "-")
	case "sklearn", "scikit-learn":
		return "scikit-learn"
	case "nemo":
		return "nemo-toolkit"
	case "open-clip":
		return "open-clip-torch"
	case "tf-keras":
		return "tf-keras"
	}
	return ""
}

// advisories asks the database about what loads or calls the candidate.
func advisories(c *Candidate, in *asked) []Signal {
	all := c.loaders()
	if len(all) == 0 {
		return []Signal{{"loader", "no package that loads or calls it is known; a description names it (loader: name==version)", "", Unknown, false}}
	}
	var out []Signal
	for _, l := range all {
		s := Signal{Name: l.name, At: l.at, Declared: l.declared}
		if in.Advisories == nil {
			if s.Value = "no database of advisories was given (--advisories DIR)"; l.version != "" && !l.declared {
				s.Value = l.version + " is locked; " + s.Value
			}
			out = append(out, s)
			continue
		}
		found, known, err := in.Advisories(l.ecosystem, l.name, l.version)
		s.Value, s.State = advisoryWords(l, found, known, err)
		if old := in.Old[l.ecosystem]; old != "" && s.State == Good {
			s.Value, s.State = s.Value+"; "+old, Unknown
		}
		out = append(out, s)
	}
	return out
}

func advisoryWords(l loader, found []Advisory, known bool, err error) (string, State) {
	var ids, undecided []string
	fixed, malicious := "", false
	for _, a := range found {
		if a.Undecided != "" {
			undecided = append(undecided, a.ID)
			continue
		}
		ids = append(ids, a.ID)
		malicious = malicious || a.Malicious
		if len(a.Fixed) > 0 {
			fixed = a.Fixed[len(a.Fixed)-1]
		}
	}
	switch {
	case err != nil:
		return "the database could not be asked: " + err.Error(), Unknown
	case !known:
		return "the database holds nothing about " + l.ecosystem, Unknown
	case malicious:
		return fmt.Sprintf("%s is known to be malicious (%s)", l.name, ids[0]), Disqualifying
	case len(l.several) > 0 && len(ids) > 0:
		return fmt.Sprintf("%d advisories about some version of it, and lock files fix %s; name the one in use (loader: %s==VERSION)", len(ids), fewOf(l.several, 3), l.name), Unknown
	case l.version == "" && len(ids) > 0:
		return fmt.Sprintf("%d advisories about some version of it; name the version in use (loader: %s==VERSION)", len(ids), l.name), Unknown
	case l.version == "":
		return "no advisory about any version of it", Good
	case len(ids) > 0:
		more := ""
		if fixed != "" {
			more = "; mended in " + fixed
		}
		return fmt.Sprintf("%s is affected by %s%s", l.version, fewOf(ids, 3), more), Poor
	case len(undecided) > 0:
		return fmt.Sprintf("%s: nobody can tell whether %s concerns it", l.version, fewOf(undecided, 3)), Unknown
	}
	return fmt.Sprintf("%s: no advisory concerns it", l.version), Good
}

func fewOf(all []string, most int) string {
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
}

// advisoryIDs are all that the database says about the loaders now, for the record.
func (c *Candidate) advisoryIDs(ask Advisories) (ids []string, whole bool) {
	whole = ask != nil
	if !whole {
		return nil, false
	}
	for _, l := range c.loaders() {
		found, known, err := ask(l.ecosystem, l.name, l.version)
		whole = whole && known && err == nil
		for _, a := range found {
			ids = append(ids, l.name+" "+l.version+" "+a.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), whole
}
