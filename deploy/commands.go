package deploy

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// moment is when a command of the repository runs.
type moment int

// The moments, by where a command stands.
const (
	inBuild    moment = iota // while an image is built
	atStart                  // when a container, pod or unit starts
	inPipeline               // in a job of a pipeline
	inScript                 // in a script, whenever somebody runs it
)

// commandLine is one command line of a build file, a start command, a pipeline or a script, with continued lines joined.
type commandLine struct {
	lodemark.Component
	line   int
	text   string
	when   moment
	job    string
	tagged bool // its pipeline runs for a release
	timed  bool // its pipeline runs by the clock
}

// The bounds on scripts that are read for their commands.
const (
	scriptsMost  = 1000
	scriptMost   = 512 << 10
	commandsMost = 200_000
	commandMost  = 16 << 10 // the longest that is looked at
)

// commandsOf lists the commands of a system, once in a run. What cannot be read is left to the checks that are about that file.
func commandsOf(s *lodemark.Subject) []commandLine {
	return lodemark.Shared(s, "deploy.commands", func() []commandLine {
		r := commandReader{s: s, started: map[string]bool{}}
		r.containers()
		r.workloads()
		r.pipelines()
		r.scripts()
		return r.all
	})
}

type commandReader struct {
	s       *lodemark.Subject
	all     []commandLine
	started map[string]bool // base names of scripts that something starts
}

// take adds the lines of a shell text whose first line stands at the given line.
func (r *commandReader) take(like commandLine, line int, text string) {
	pending, at := "", line
	for raw := range strings.Lines(text) {
		piece := strings.TrimRight(raw, "\r\n")
		if pending == "" {
			at = line
		}
		line++
		if cut, more := strings.CutSuffix(piece, `\`); more && len(pending) < commandMost {
			pending += cut + " "
			continue
		}
		whole := strings.TrimSpace(pending + piece)
		pending = ""
		if whole == "" || whole[0] == '#' || len(whole) > commandMost || len(r.all) >= commandsMost {
			continue
		}
		like.line, like.text = at, whole
		r.all = append(r.all, like)
	}
}

func (r *commandReader) start(words []string) {
	for _, w := range words {
		if base := path.Base(w); strings.HasSuffix(base, ".sh") || strings.Contains(base, "entrypoint") {
			r.started[base] = true
		}
	}
}

func (r *commandReader) containers() {
	for _, f := range survey(r.s, lodemark.KindContainer).containers {
		for i := range f.Stages {
			st := &f.Stages[i]
			for _, run := range st.Runs {
				r.take(commandLine{Component: f.Component, when: inBuild}, run.Line, run.Text)
			}
			if len(st.Command) > 0 {
				r.start(st.Command)
				r.take(commandLine{Component: f.Component, when: atStart}, st.CommandAt, strings.Join(st.Command, " "))
			}
		}
	}
}

func (r *commandReader) workloads() {
	e := survey(r.s, lodemark.KindCompose, lodemark.KindKubernetes)
	for _, f := range e.compose {
		for _, svc := range f.Services {
			if len(svc.Command) > 0 {
				r.start(svc.Command)
				r.take(commandLine{Component: f.Component, when: atStart}, svc.CommandAt, strings.Join(svc.Command, " "))
			}
		}
	}
	for _, m := range e.manifests {
		for _, o := range m.objects {
			for _, p := range o.Pods {
				for _, c := range p.Containers {
					r.container(m, c)
				}
			}
		}
	}
	for c := range r.s.System.Of(lodemark.KindInfrastructure) {
		if c.Format != "systemd" {
			continue
		}
		unit, err := infra.Read(r.s, c.Path, infra.ParseUnit)
		if err != nil {
			continue
		}
		for _, key := range []string{"ExecStartPre", "ExecStart"} {
			for _, v := range infra.UnitValues(unit, "Service", key) {
				r.start(strings.Fields(v.Text))
				r.take(commandLine{Component: c, when: atStart}, v.Line, v.Text)
			}
		}
	}
}

func (r *commandReader) container(m manifest, c infra.Container) {
	var words []string
	line := c.Line
	for i, w := range append(append([]infra.Value{}, c.Command...), c.Args...) {
		if i == 0 {
			line = w.Line
		}
		words = append(words, w.Text)
	}
	if len(words) == 0 {
		return
	}
	r.start(words)
	timed := false
	for _, o := range m.objects {
		timed = timed || o.Kind == "CronJob"
	}
	r.take(commandLine{Component: m.Component, when: atStart, timed: timed}, line, strings.Join(words, " "))
}

func (r *commandReader) pipelines() {
	seen := map[string]bool{}
	for c := range r.s.System.Of(lodemark.KindPipeline) {
		if seen[c.Path] {
			continue
		}
		seen[c.Path] = true
		w, err := infra.ReadPipeline(r.s, c.Path, c.Format == "gitlab")
		if err != nil {
			continue
		}
		like := commandLine{Component: c, when: inPipeline}
		for _, t := range w.Triggers {
			like.timed = like.timed || t.Event == "schedule"
			like.tagged = like.tagged || t.Event == "release" || t.Event == "push" && len(t.Tags) > 0
		}
		like.tagged = like.tagged || releaseName.MatchString(path.Base(c.Path)) || releaseName.MatchString(w.Name)
		for _, j := range w.Jobs {
			like.job = j.ID
			for _, step := range j.Steps {
				if step.Run.Line > 0 {
					r.take(like, step.Run.Line, step.Run.Text)
				}
				if step.Uses.Text != "" {
					uses := like
					uses.line, uses.text = step.Uses.Line, "uses: "+step.Uses.Text
					r.all = append(r.all, uses)
				}
			}
		}
	}
}

var (
	releaseName = pattern.New(`(?i)(?:^|[^a-z])(?:release|publish|deploy|tag|cd)s?(?:$|[^a-z])`)
	scriptName  = pattern.New(`(?i)\.(?:sh|bash|zsh)$|^(?:Makefile|makefile|GNUmakefile|justfile|entrypoint|start|run)$`)
)

func (r *commandReader) scripts() {
	n := 0
	for _, f := range r.s.System.Files {
		base := path.Base(f.Path)
		if f.Link != "" || f.Vendored || f.Size > scriptMost || !scriptName.MatchString(base) {
			continue
		}
		if n++; n > scriptsMost {
			return
		}
		data, err := r.s.Read(f.Path)
		if err != nil {
			continue
		}
		like := commandLine{Component: lodemark.Component{Path: f.Path, Test: f.Test}, when: inScript}
		if r.started[base] {
			like.when = atStart
		}
		r.take(like, 1, string(data))
	}
}
