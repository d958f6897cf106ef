package inspect

import "fmt"

// Verdict is what a scan concludes on a part. A file's verdict is that of its worst part; they are ordered by that.
type Verdict int8

// The verdicts.
const (
	Clean     Verdict = iota // looked at wholly, and nothing below was seen
	Unknown                  // a named class or operation whose effect is not known
	NotRead                  // a limit, damage or encryption kept some of it from being looked at
	Dangerous                // the usual loader would run, import, fetch or read something outside the files scanned
	Malicious                // code or an effect that no honest model needs
)

var verdictNames = [...]string{"clean", "unknown", "not read", "dangerous", "malicious"}

// String is the word that reports use.
func (v Verdict) String() string {
	if v < 0 || int(v) >= len(verdictNames) {
		return fmt.Sprintf("Verdict(%d)", int8(v))
	}
	return verdictNames[v]
}

// MarshalText writes the word.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word.
func (v *Verdict) UnmarshalText(text []byte) error {
	for i, name := range verdictNames {
		if name == string(text) {
			*v = Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("no verdict is called %q", text)
}

// Reason is one thing that was seen. A reason of verdict Clean is information and changes nothing.
type Reason struct {
	Verdict Verdict `json:"verdict"`
	ID      string  `json:"id"`             // what was seen, as a slug: pickle-executes, zip-size-lie; never renamed
	Message string  `json:"message"`        // one sentence; whatever the file says stands in quotes
	Offset  int64   `json:"offset"`         // in bytes from the beginning of the part, -1 where there is no one place
	Part    string  `json:"part,omitempty"` // the part it was seen in: member paths joined with "!", "" for the file itself
}
