package infra

import (
	"path"
	"strings"
)

// ParsePipeline reads a pipeline by what its name says it is: of GitLab (".gitlab-ci.yml", files below ".gitlab" and ".gitlab-ci"), a composite
// action of GitHub ("action.yml", one job with its steps), else a workflow of GitHub.
func ParsePipeline(name string, data []byte) (*Workflow, error) {
	name = strings.ToLower(name)
	switch base := path.Base(name); {
	case strings.HasSuffix(base, ".gitlab-ci.yml"), strings.HasSuffix(base, ".gitlab-ci.yaml"), strings.Contains("/"+name, "/.gitlab/"), strings.Contains("/"+name, "/.gitlab-ci/"):
		return ParseGitLab(data)
	case base == "action.yml", base == "action.yaml":
		if strings.Contains("/"+name, "/.github/workflows/") {
			break
		}
		j, err := ParseAction(data)
		if err != nil {
			return nil, err
		}
		return &Workflow{Jobs: []Job{*j}}, nil
	}
	return ParseWorkflow(data)
}
