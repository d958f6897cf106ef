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
	Paths, PathsIgnore       []string
	Types                    []string
}

// Permissions of a workflow's or job's token. All is "read-all", "write-all", "{}" for none, or empty; Scopes are listed ones.
type Permissions struct {
	Line   int // 0: not given
	All    string
	Scopes []Setting // "contents": "write"
}

// Job is one job of a workflow.
type Job struct {
	ID          string
	Line        int
	Uses        Value // a reusable workflow
	Permissions Permissions
	Environment Value
	RunsOn      []string
	Images      []Value // container and services
	Env         []Setting
	If          Value
	Secrets     Value // "inherit", or the first secret handed to a reusable workflow
	Steps       []Step
}

// Step is one step of a job; for GitLab, each of before_script, script and after_script is one.
type Step struct {
	Name string
	Line int
	Uses Value
	Run  Run // Run.Line 0: none
	With []Setting
	Env  []Setting
	If   Value
}
