package gate

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The shape of JUnit's XML, as far as it is used: a case for each rule.
type (
	junitSuites struct {
		XMLName  xml.Name   `xml:"testsuites"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Skipped  int        `xml:"skipped,attr"`
		Suite    junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Timestamp string      `xml:"timestamp,attr"`
		Cases     []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitFailure `xml:"failure"`
		Skipped *junitSkipped `xml:"skipped"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
)

// writeJUnit draws the verdict for what reads the results of tests. A gate that is not met has a failed case, whatever its rules say.
func writeJUnit(w io.Writer, v Verdict, _ View) error {
	s := junitSuite{Name: plain("lodemark gate " + v.Policy.Name), Timestamp: v.At.UTC().Format("2006-01-02T15:04:05")}
	for _, l := range v.Lines {
		c := junitCase{Class: "gate." + l.Rule, Name: plain(l.Title)}
		switch l.Result {
		case RuleNotMet:
			c.Failure = &junitFailure{Type: string(l.Result), Message: plain(l.Title), Text: junitText(l)}
			if len(l.Parts) > 0 {
				c.Failure.Message = plain(l.Parts[0].Failed)
			}
		case RuleWaived:
			c.Skipped = &junitSkipped{plain(l.Waiver)}
		case RuleNotJudged:
			c.Skipped = &junitSkipped{"not judged: " + plain(l.When) + " does not hold here"}
		}
		s.Cases = append(s.Cases, c)
	}
	if !v.Met && v.Counts.NotMet == 0 {
		s.Cases = append(s.Cases, junitCase{Class: "gate", Name: "the gate as a whole", Failure: &junitFailure{Type: "not met", Message: plain(v.Reason)}})
	}
	for _, c := range s.Cases {
		s.Tests++
		if c.Failure != nil {
			s.Failures++
		}
		if c.Skipped != nil {
			s.Skipped++
		}
	}
	all := junitSuites{Name: s.Name, Tests: s.Tests, Failures: s.Failures, Skipped: s.Skipped, Suite: s}
	out, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("write XML: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, out)
	return err
}

func junitText(l Line) string {
	var b strings.Builder
	if l.Waiver != "" {
		fmt.Fprintln(&b, plain(l.Waiver))
	}
	for _, p := range l.Parts {
		fmt.Fprintln(&b, plain(p.Failed))
		for _, r := range p.Rests {
			fmt.Fprintln(&b, "  rests on "+plain(r.String()))
		}
		for _, s := range p.Satisfy {
			fmt.Fprintln(&b, "  would help: "+plain(s))
		}
	}
	return b.String()
}
