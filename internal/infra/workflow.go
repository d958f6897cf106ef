package infra

// Workflow is a pipeline of GitHub Actions or of GitLab.
type Workflow struct {
	Name        string
	Triggers    []Trigger
	Permissions Permissions
	Env         []Setting
	Jobs        []Job
}

// Trigger is one event on which a workflow runs.
type Trigger struct {
	Event                    string // "push", "pull_request", "pull_request_target", "schedule", "workflow_dispatch" ...; GitLab: "push", "merge_request_event", "schedule"
	Line                     int
	Branches, BranchesIgnore []string
	Tags, TagsIgnore         []string
	Paths, PathsIgnore       []string
	PathsAt                  int // line of the path filter; 0: none
	Types                    []string
}

// Permissions of a workflow's or job's token. All is "read-all", "write-all", "{}" for none, or empty; Scopes are listed ones.
type Permissions struct {
	Line   int // 0: not given
	All    string
	Scopes []Setting // "contents": "write"
}

// Writes says whether the token may change something, or mint identities.
func (p Permissions) Writes() bool {
	for _, s := range p.Scopes {
		if s.Value.Text == "write" {
			return true
		}
	}
	return p.All == "write-all"
}

// Job is one job of a workflow.
type Job struct {
	ID          string
	Line        int
	Uses        Value // a reusable workflow
	With        []Setting
	Permissions Permissions
	Environment Value
	RunsOn      []string
	Images      []Value // container and services
	Env         []Setting
	If          Value
	Secrets     Value     // "inherit", or the first secret handed to a reusable workflow
	Triggers    []Trigger // GitLab: on what the job runs, where it says so itself
	Steps       []Step
}

// Step is one step of a job; for GitLab, each of before_script, script and after_script is one.
type Step struct {
	Name  string
	Line  int
	Uses  Value
	Run   Run   // Run.Line 0: none
	Shell Value // of the step, else the default of its job or workflow; not given: the runner's
	With  []Setting
	Env   []Setting
	If    Value
}
