package infra

// Dockerfile is a container build file.
type Dockerfile struct {
	Args   []Setting // ARG before the first FROM, with its default; without one, Value.Line is 0
	Stages []Stage
}

// Stage is one FROM with what follows it.
type Stage struct {
	Name      string // of "AS name", in lower case; empty: none
	Line      int
	Base      Value // the image as written
	Image     Image // Base with defaults of Args filled in; zero when it is a stage, scratch, or stays open
	FromStage bool  // Base names an earlier stage
	Parent    int   // place of that stage in Stages; without meaning where FromStage is false
	Open      bool  // Base holds a variable without a default in the file
	User      Value // the last USER of this stage, with defaults of ARG and ENV filled in; not given: that of the base
	Runs      []Run // RUN in shell and exec form, of this build and (ONBUILD) of those that build on it
	Env       []Setting
	Expose    []Value
	Copies    []Copy   // COPY and ADD
	Mounts    []Value  // from= of RUN --mount: a stage or an image
	Command   []string // of CMD, else of ENTRYPOINT; with both, ENTRYPOINT followed by CMD; in shell form, its words
	CommandAt int
}

// Run is the shell text that a build step or workflow step runs, with the line of its first line. Line n of Text stands on
// line Line+n of the file, the first being line 0. Comments and blank lines between the lines of one command are empty
// continuations here, so that a reader of shell text sees what runs and counts lines right.
type Run struct {
	Line int
	Text string
}

// Copy is a COPY or ADD.
type Copy struct {
	Line    int
	Sources []string
	Target  string
	From    string // --from
	Add     bool
}

// Last is the stage that is built when none is asked for; nil for a file without any.
func (d *Dockerfile) Last() *Stage {
	if len(d.Stages) == 0 {
		return nil
	}
	return &d.Stages[len(d.Stages)-1]
}

// Stage finds an earlier stage by the name or number that a FROM, COPY --from or mount at the given index uses.
func (d *Dockerfile) Stage(name string, before int) (index int, ok bool) {
	return stageNamed(d.Stages[:min(max(before, 0), len(d.Stages))], name)
}
