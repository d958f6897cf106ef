package infra

// Compose is a compose file.
type Compose struct{ Services []Service }

// Service is one service of a compose file. Anchors and merge keys are resolved; "extends" is not followed.
type Service struct {
	Name                       string
	Line                       int
	Image                      Value // as written
	Ref                        Image // Image with its variables' defaults filled in; zero where it stays open
	Open                       bool  // Image holds a variable without a default in the file
	Build                      bool
	Context, Dockerfile        Value // of Build, as far as the file says
	User, Privileged, ReadOnly Value
	NetworkMode, PID, IPC      Value
	CapAdd, CapDrop            []Value
	SecurityOpt, Devices       []Value
	Ports                      []Port
	Volumes                    []Mount
	Environment                []Setting
	Command                    []string // command, in words; after the entrypoint where both are given
	CommandAt                  int
}

// Port is a published port. Host is the address it is bound to; empty or 0.0.0.0: every address.
type Port struct {
	Line                             int
	Written, Host, Published, Target string
}

// Mount is a bind mount or volume.
type Mount struct {
	Line           int
	Source, Target string
	ReadOnly       bool
	Bind           bool // Source is a path of the host
}
