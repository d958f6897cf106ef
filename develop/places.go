package develop

import (
	"maps"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// pipelineOf reads a pipeline of the target.
func pipelineOf(s *lodemark.Subject, c lodemark.Component) (*infra.Workflow, error) {
	return infra.ReadPipeline(s, c.Path, c.Format == "gitlab")
}

// actionsOf lists the actions and reusable workflows that a workflow takes, each once, with what it could do harm with there:
// jobs do not share their tokens and secrets. A token whose permissions are not written down is not taken to write: that is
// a setting of the platform, which no file tells.
func actionsOf(s *lodemark.Subject, c lodemark.Component) ([]actionUse, map[string]workflowReach, error) {
	w, err := pipelineOf(s, c)
	if err != nil {
		return nil, nil, err
	}
	var uses []actionUse
	reached := map[string]workflowReach{}
	for _, j := range w.Jobs {
		token := j.Permissions
		if token.Line == 0 {
			token = w.Permissions
		}
		reach := workflowReach{writes: token.Writes(), secrets: j.Secrets.Given() || namesSecret(w.Env) || holdsSecret(j)}
		taken := []infra.Value{j.Uses}
		for _, step := range j.Steps {
			taken = append(taken, step.Uses)
		}
		for _, v := range taken {
			if v.Text == "" {
				continue
			}
			before, known := reached[v.Text]
			if !known {
				uses = append(uses, actionUse{v.Line, v.Text})
			}
			reached[v.Text] = workflowReach{before.writes || reach.writes, before.secrets || reach.secrets}
		}
	}
	return uses, reached, nil
}

// secretUse is a secret of the repository in an expression.
var secretUse = pattern.New(`(?:^|[^.\w-])secrets\s*(?:\.\s*([A-Za-z_][\w-]*)|\[|\))`)

// takesSecret says whether an expression in the text takes a secret. The token of the run is none: what it may do is told by
// its permissions.
func takesSecret(text string) bool {
	for {
		_, rest, ok := strings.Cut(text, "${{")
		if !ok {
			return false
		}
		var expression string
		expression, text, _ = strings.Cut(rest, "}}")
		for _, m := range secretUse.FindAllStringSubmatch(expression, -1) {
			if !strings.EqualFold(m[1], "GITHUB_TOKEN") {
				return true
			}
		}
	}
}

func namesSecret(settings []infra.Setting) bool {
	for _, e := range settings {
		if takesSecret(e.Value.Text) {
			return true
		}
	}
	return false
}

func holdsSecret(j infra.Job) bool {
	if namesSecret(j.Env) || namesSecret(j.With) {
		return true
	}
	for _, step := range j.Steps {
		if namesSecret(step.Env) || namesSecret(step.With) || takesSecret(step.Run.Text) {
			return true
		}
	}
	return false
}

// shellUnitsOf lists the shell text of a build file, a pipeline or a script.
func shellUnitsOf(s *lodemark.Subject, c lodemark.Component) ([]shellUnit, error) {
	switch c.Kind {
	case lodemark.KindContainer:
		return buildSteps(s, c)
	case lodemark.KindPipeline:
		return pipelineSteps(s, c)
	case lodemark.KindMCPServer:
		return serverCommands(s, c), nil
	case npmScripts:
		return packageScripts(s, c)
	}
	data, err := s.Read(c.Path)
	if err != nil {
		return nil, err
	}
	return []shellUnit{{line: 1, text: string(data), script: true}}, nil
}

// serverCommands are the command lines of the MCP servers of a configuration that are for a shell.
func serverCommands(s *lodemark.Subject, c lodemark.Component) []shellUnit {
	var units []shellUnit
	for server := range s.System.Of(lodemark.KindMCPServer) {
		words := append(strings.Fields(server.Detail["command"]), argumentsOf(server)...)
		if server.Path != c.Path || len(words) == 0 {
			continue
		}
		if program(words[0]) == "env" {
			words = afterAssignments(words[1:])
		}
		text := strings.Join(words, " ")
		if len(words) > 0 && contains(shells, program(words[0])) {
			if text = strings.Join(afterFlag(words, "-c", "-lc", "-ic", "-cl", "-ec"), " "); text == "" {
				continue
			}
		}
		units = append(units, shellUnit{line: max(server.Line, 1), text: text})
	}
	return units
}

// packageScripts are the scripts of a package.json; npm runs some of them unasked when the package is installed.
func packageScripts(s *lodemark.Subject, c lodemark.Component) ([]shellUnit, error) {
	data, err := s.Read(c.Path)
	if err != nil || !strings.Contains(string(data), "curl") && !strings.Contains(string(data), "wget") {
		return nil, err
	}
	p, err := parsePackageFile(data)
	if err != nil {
		return nil, nil // the check of locked dependencies tells
	}
	var units []shellUnit
	for _, name := range slices.Sorted(maps.Keys(p.Scripts)) {
		line := 1
		if i := strings.Index(string(data), `"`+name+`"`); i >= 0 {
			line += strings.Count(string(data[:i]), "\n")
		}
		units = append(units, shellUnit{line: line, text: strings.ReplaceAll(p.Scripts[name], "\n", "; ")})
	}
	return units, nil
}

func buildSteps(s *lodemark.Subject, c lodemark.Component) ([]shellUnit, error) {
	d, err := containerFile(s, c)
	if err != nil {
		return nil, err
	}
	var units []shellUnit
	for _, stage := range d.Stages {
		for _, r := range stage.Runs {
			units = append(units, shellUnit{line: r.Line, text: r.Text})
		}
	}
	return units, nil
}

func pipelineSteps(s *lodemark.Subject, c lodemark.Component) ([]shellUnit, error) {
	w, err := pipelineOf(s, c)
	if err != nil {
		return nil, err
	}
	var units []shellUnit
	seen := map[int]bool{} // what several jobs share through an alias stands in one place
	for _, j := range w.Jobs {
		for _, step := range j.Steps {
			if step.Run.Line > 0 && !seen[step.Run.Line] && runByShell(step.Shell) {
				seen[step.Run.Line] = true
				units = append(units, shellUnit{line: step.Run.Line, text: step.Run.Text})
			}
		}
	}
	return units, nil
}

// runByShell says whether a step's text is for a shell; "python", "pwsh" and the like are other languages.
func runByShell(shell infra.Value) bool {
	words := strings.Fields(shell.Text)
	return len(words) == 0 || contains(shells, program(words[0])) || strings.Contains(shell.Text, "${{")
}
