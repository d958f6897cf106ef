package lodemark

import (
	"bytes"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"
)

// acknowledgementSchema is the first line of every file of an acknowledgement.
const acknowledgementSchema = "lodemark.acknowledgement/1"

// AcknowledgementFolder is where a target keeps them, and AcknowledgementCeiling is the longest that one may last.
const (
	AcknowledgementFolder  = ".lodemark/acknowledgements"
	AcknowledgementCeiling = 365 * day
)

// Acknowledgement is the word of a named person that they have read a briefing on the system's own threats: a text file that is
// reviewed like code. It is that person's word and no proof of knowledge.
type Acknowledgement struct {
	ID       string // path of the file, relative to the target
	Role     Role
	By       string // the named person, or a role
	Date     time.Time
	Until    time.Time // the first moment at which it no longer counts
	Model    Revision  // the threat model that the briefing was about
	Briefing string    // 64 hex digits: which briefing it was
}

// Role is what somebody does with a system; briefings differ by it.
type Role string

// The roles.
const (
	Developer     Role = "developer"
	DataScientist Role = "data-scientist"
	Owner         Role = "owner"
	User          Role = "user"
)

// Roles lists them.
func Roles() []Role { return []Role{Developer, DataScientist, Owner, User} }

// Standing says whether the acknowledgement counts at a time, and if not, why. meanings holds, by path, what the threat models mean
// now.
func (a Acknowledgement) Standing(meanings map[string]string, at time.Time) (Standing, string) {
	switch {
	case at.Before(a.Date):
		return NotYet, "dated " + a.Date.Format(time.DateOnly)
	case !at.Before(a.Until):
		return Expired, "ended " + a.Until.Format(time.DateOnly)
	}
	return a.Model.standing(meanings)
}

// ParseAcknowledgement reads one file of .lodemark/acknowledgements, as strictly as ParseDecision reads a decision.
func ParseAcknowledgement(path string, data []byte) (Acknowledgement, error) {
	a := Acknowledgement{ID: path}
	s := &sheet{path: path}
	root := s.open(data)
	m := s.object(root, "acknowledgement")
	s.schema(m["schema"], acknowledgementSchema)
	a.Role = Role(s.word(m["role"], "role", wordsOf(Roles())))
	a.By = s.line(m["by"], "by")
	a.Date, a.Until = moment(s.date(m["date"], "date")), moment(s.date(m["until"], "until"))
	a.Model, a.Briefing = s.model(m["model"]), s.digest(m["briefing"], "briefing")
	if root != nil {
		s.acknowledged(a, m, root)
	}
	return a, s.err()
}

func (s *sheet) acknowledged(a Acknowledgement, m map[string]*yaml.Node, root *yaml.Node) {
	for _, key := range []string{"role", "by", "date", "until", "model", "briefing"} {
		switch n, there := m[key]; {
		case !there:
			s.problem(root, "%s is missing", key)
		case unfilled(n):
			s.problem(n, "%s is not filled in", key)
		}
	}
	if a.Date.IsZero() || a.Until.IsZero() {
		return
	}
	switch length := a.Until.Sub(a.Date); {
	case length <= 0:
		s.problem(m["until"], "until %s is not after date %s", a.Until.Format(time.DateOnly), a.Date.Format(time.DateOnly))
	case length > AcknowledgementCeiling:
		s.problem(m["until"], "until %s is %d days after date %s; an acknowledgement lasts at most %d days, until %s", a.Until.Format(time.DateOnly), length/day,
			a.Date.Format(time.DateOnly), AcknowledgementCeiling/day, a.Date.Add(AcknowledgementCeiling).Format(time.DateOnly))
	}
}

// YAML writes an acknowledgement as the file that ParseAcknowledgement reads back to the same value, its ID apart.
func (a Acknowledgement) YAML() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "schema: %s\n", acknowledgementSchema)
	for _, f := range [][2]string{{"role", string(a.Role)}, {"by", a.By}, {"date", written(a.Date)}, {"until", written(a.Until)}} {
		fmt.Fprintf(&b, "%s: %s\n", f[0], folded(f[1], len(f[0])+2))
	}
	a.Model.write(&b)
	fmt.Fprintf(&b, "briefing: %s\n", inQuotes(a.Briefing))
	return b.Bytes()
}
