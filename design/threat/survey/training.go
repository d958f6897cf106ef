package survey

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

var (
	ingests = pattern.New(`(?i)(^|/)(\w*[_-])?(ingest\w*|index(er|ing)|create_\w*db|build_index|populate\w*)([_-]\w+)?\.(py|ts|js|mjs)$|(^|/)(ingest\w*|indexer|indexing)/`)
	saves   = pattern.New(`\.save_pretrained\(|\.save_model\(|torch\.save\(|\.push_to_hub\(|joblib\.dump\(|\.save_weights\(`)
	tunes   = pattern.New(`(?i)fine[_-]?tun|\blora\b|\bpeft\b|SFTTrainer|DPOTrainer|from_pretrained\(`)
)

// training draws jobs that train, what they learn from, what comes out, and what measures it; each folded by folder.
func (d *drafter) training() {
	for c := range d.sys.Of(lodemark.KindTraining, "finetune_job") {
		if d.aside(c) || evaluates(c.Path) || c.Origin == lodemark.OriginUnresolved {
			continue
		}
		kind := "training_job"
		if s := d.code[c.Path]; c.Kind == "finetune_job" || s != nil && tunes.MatchString(s.text) || tunes.MatchString(c.Path) {
			kind = "finetune_job"
		}
		p := d.add("training "+d.unit(c.Path), kind, map[string]string{"training_job": "training", "finetune_job": "fine-tuning"}[kind], "training", "code trains a model", place{c.Path, c.Line})
		if kind == "finetune_job" {
			p.kind, p.name = kind, "fine-tuning"
		}
		p.unknown("isolation")
		if d.code[c.Path] != nil {
			d.own(p, c.Path)
		}
	}
	for _, p := range d.kinds("training_job", "finetune_job") {
		if d.unit(p.at.path) != "." {
			p.name = path.Base(d.unit(p.at.path)) + " " + p.name
		}
		for _, f := range d.reach(filesOf(p), func(f string) bool { return len(d.owner[f]) > 0 }) {
			if s := d.code[f]; s != nil {
				if line, ok := s.find(saves); ok {
					m := d.add("trained "+d.unit(p.at.path), "model", "model from "+p.name, "training", "what is trained is saved", place{f, line})
					m.text("origin", "own", "")
					m.unknown("format", "pinned")
					d.flow(p, m, "the job saves it", "weights")
					break
				}
			}
		}
	}
	folders := map[string]int{}
	sets := func(yield func(lodemark.Component)) {
		for c := range d.sys.Of(lodemark.KindDataset) {
			if !d.aside(c) && !evaluates(c.Path) && c.Origin != lodemark.OriginUnresolved && path.Ext(c.Path) != ".ipynb" {
				yield(c)
			}
		}
	}
	sets(func(c lodemark.Component) { folders[path.Dir(c.Path)]++ })
	jobs := d.kinds("training_job", "finetune_job")
	sets(func(c lodemark.Component) {
		if c.Line == 0 && len(jobs) == 0 && c.Format != "jsonl" && c.Format != "csv" && c.Format != "parquet" {
			return // a file of settings or texts; nothing learns from it
		}
		key, name := "dataset "+c.Name, path.Base(c.Name)
		if folders[path.Dir(c.Path)] > 2 || len(folders) > 4 {
			key, name = "datasets "+d.unit(c.Path), "datasets"
		}
		p := d.add(key, "dataset", name, "training", map[bool]string{true: "it lies here", false: "code reads it"}[c.Line == 0], place{c.Path, c.Line})
		p.unknown("holds", "writers")
		if c.Line > 0 && c.Detail["source"] != "local" {
			pin(p, c)
		}
		if len(jobs) == 1 {
			d.flow(p, jobs[0], "the only job that trains", "training")
		}
	})
	if len(jobs) > 0 {
		for c := range d.sys.Of(lodemark.KindEvaluation) {
			if !d.aside(c) {
				d.own(d.add("eval "+d.unit(c.Path), "eval_harness", "evaluation", "training", "code measures a model", place{c.Path, c.Line}), c.Path)
			}
		}
	} else {
		for c := range d.sys.Of(lodemark.KindEvaluation) {
			if !d.aside(c) && d.code[c.Path] != nil && evaluates(c.Path) {
				d.own(d.add("eval "+d.unit(c.Path), "eval_harness", "evaluation", "build", "code measures a model", place{c.Path, c.Line}), c.Path)
			}
		}
	}
	for _, m := range d.kinds("hosted_model_api", "model_server", "embedding_model") {
		for _, f := range filesOf(m) {
			if d.code[f] != nil && evaluates(f) && !m.named[f] {
				d.own(d.add("eval "+d.unit(f), "eval_harness", "evaluation", "build", "code measures a model", place{f, 0}), f)
			}
		}
	}
	brought := map[string]bool{} // what others bring in is no script of its own
	for _, s := range d.code {
		for _, to := range s.imports {
			brought[to] = true
		}
	}
	for _, file := range d.order {
		if len(d.owner[file]) > 0 || brought[file] || !ingests.MatchString(file) {
			continue
		}
		for _, v := range d.kinds("vector_store", "embedding_model") {
			if slices.Contains(d.reach([]string{file}, func(f string) bool { return len(d.owner[f]) > 0 }), first(v.files, d.code)) && !strings.HasSuffix(file, "x") {
				p := d.add("ingest "+d.unit(file), "data_pipeline", "ingestion", "training", "by its name and what it uses, it fills a store", place{file, 0})
				p.unknown("isolation")
				d.own(p, file)
			}
		}
	}
}

func first(files map[string][]int, code map[string]*source) string {
	best := ""
	for f := range files {
		if code[f] != nil && (best == "" || f < best) {
			best = f
		}
	}
	return best
}
