package lodemark

import "time"

// History is what git's objects say about who worked on a repository. The zero value is a history that was not read.
type History struct {
	Head         string // the commit that HEAD names, in hex; empty: none
	Commits      int    // read
	Complete     bool   // read to its first commit: who is not among Contributors did not write any of it
	Why          string // why it is not complete, or not there
	Contributors []Contributor
}

// Contributor is an author of commits, one for each mail address. Name is the newest one used with it.
type Contributor struct {
	Name, Mail  string
	Commits     int
	First, Last time.Time // by the author's own clock
}
