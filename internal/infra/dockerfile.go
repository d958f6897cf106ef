package infra

// Dockerfile is a container build file.
type Dockerfile struct {
	Args   []Setting // ARG before the first FROM, with its default
	Stages []Stage
}

// Stage is one FROM with what follows it.
type Stage struct {
	Name      string // of "AS name", in lower case; empty: none
	Line      int
	Base      Value // the image as written
	Image     Image // Base with defaults of Args filled in; zero when it is a stage, scratch, or stays open
	FromStage bool  // Base names an earlier stage
	Open      bool  // Base holds a variable without a default in the file
	User      Value // the last USER of this stage; not given: that of the base
	Runs      []Run // RUN in shell and exec form
	Env       []Setting
	Expose    []Value
	Copies    []Copy   // COPY and ADD
	Command   []string // of CMD, else of ENTRYPOINT; with both, ENTRYPOINT followed by CMD
	CommandAt int
}

// Run is the shell text that a build step or workflow step runs, with the line of its first line. Line n of Text stands on
// line Line+n of the file.
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
