package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// The JUnit report: a guideline is a suite, a clause a case. Not met is a failure; whatever is not decided is skipped with
// its reason, so that a green case always stands for evidence.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Errors     int             `xml:"errors,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Failure *junitFailure `xml:"failure"`
	Skipped *junitSkipped `xml:"skipped"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

func writeJUnit(w io.Writer, r *lodemark.Run, _ Options) error {
	name := ""
	if r.System != nil {
		name = r.System.Name
	}
	all := junitSuites{Name: sentence("lodemark assess " + name)}
	by := findingsByClause(r)
	for _, a := range areas(r) {
		for _, g := range a.Guidelines {
			s := junitSuiteOf(r, a, g, by)
			all.Tests += s.Tests
			all.Failures += s.Failures
			all.Skipped += s.Skipped
			all.Suites = append(all.Suites, s)
		}
	}
	if gaps := junitGaps(r); gaps.Tests > 0 {
		all.Tests += gaps.Tests
		all.Skipped += gaps.Skipped
		all.Suites = append(all.Suites, gaps)
	}
	out, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("write XML: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s<!-- %s -->\n%s\n", xml.Header, lodemark.Disclaimer, out)
	return err
}

func junitSuiteOf(r *lodemark.Run, a areaView, g guidelineView, by map[string][]lodemark.Finding) junitSuite {
	s := junitSuite{Name: g.ID + " " + g.Title, Timestamp: r.At.UTC().Format("2006-01-02T15:04:05"), Tests: len(g.Results),
		Properties: []junitProperty{{"area", a.Title}, {"state", string(g.State)},
			{"counts", fmt.Sprintf("%d of %d applicable clauses met, %d not met, %d inconclusive, %d not assessed (%d declared)",
				g.Counts.Met, g.Counts.Applicable, g.Counts.NotMet, g.Counts.Inconclusive, g.Counts.NotAssessed, g.Counts.Declared)}}}
	for _, c := range g.Results {
		k := junitCase{Class: g.ID, Name: c.ID + " " + c.Statement}
		switch reason := sentence(c.Result.Reason); c.State {
		case stateMet:
			k.Output = fmt.Sprintf("met, %s: %s", c.Result.Strength, reason)
			if c.Word {
				k.Output = fmt.Sprintf("met, %s, in part on a person's word: %s", c.Result.Strength, reason)
			}
		case stateUnmet:
			s.Failures++
			k.Failure = &junitFailure{Message: reason, Type: "not met", Text: junitText(by[c.ID])}
			if f, ok := worst(by[c.ID]); ok {
				k.Failure.Message, k.File = sentence(f.Message), plain(f.Path)
			}
		case stateWaived:
			s.Failures++
			if f, ok := worst(by[c.ID]); ok {
				reason = sentence(f.Message)
			}
			k.Failure = &junitFailure{Message: reason + " (" + borne(r, c.Result.Waived) + ")", Type: "not met, waived", Text: junitText(by[c.ID])}
		default:
			s.Skipped++
			k.Skipped = &junitSkipped{Message: c.State.String() + ": " + reason}
			if c.State == stateDeclared {
				k.Skipped.Message += " (" + borne(r, c.Result.Attested) + ")"
			}
		}
		s.Cases = append(s.Cases, k)
	}
	return s
}

// junitGaps is a suite of its own for what was not read: one skipped case for each reason.
func junitGaps(r *lodemark.Run) junitSuite {
	s := junitSuite{Name: "What was not read", Timestamp: r.At.UTC().Format("2006-01-02T15:04:05")}
	for i, g := range unread(r.Gaps) {
		if i == junitFindings {
			break
		}
		s.Cases = append(s.Cases, junitCase{Class: "gaps", Name: clip(g.Reason, 200),
			Skipped: &junitSkipped{Message: clip(firstOf(g.Places, shownPlaces), longest)}})
	}
	s.Tests, s.Skipped = len(s.Cases), len(s.Cases)
	s.Properties = []junitProperty{{"gaps", fmt.Sprint(len(r.Gaps))}}
	return s
}

// findingsByClause sorts the findings under the clauses that they bear on.
func findingsByClause(r *lodemark.Run) map[string][]lodemark.Finding {
	out := map[string][]lodemark.Finding{}
	for _, f := range r.Findings {
		if !f.Counts() {
			continue // advice and what is muted is no reason for a failure
		}
		for _, c := range f.Clauses {
			out[c] = append(out[c], f)
		}
	}
	return out
}

// worst is the most severe finding, the first of equals; one that a decision bears comes after all that none bears.
func worst(findings []lodemark.Finding) (lodemark.Finding, bool) {
	if len(findings) == 0 {
		return lodemark.Finding{}, false
	}
	return slices.MaxFunc(findings, func(a, b lodemark.Finding) int {
		return cmp.Or(cmp.Compare(number(a.Accepted == ""), number(b.Accepted == "")), cmp.Compare(a.Severity, b.Severity))
	}), true
}

// junitFindings is how many findings one case lists; the rest is counted.
const junitFindings = 50

func junitText(findings []lodemark.Finding) string {
	var b strings.Builder
	for i, f := range findings {
		if i == junitFindings {
			fmt.Fprintf(&b, "and %d more\n", len(findings)-i)
			break
		}
		fmt.Fprintf(&b, "%s %s: %s: %s\n", f.Severity, plain(f.ID), place(f.Path, f.Line), sentence(f.Message))
	}
	return b.String()
}
