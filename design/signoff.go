package design

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

func threatSignOff() lodemark.Check {
	return lodemark.Check{
		ID: "sd-1-threat-sign-off", Version: 1,
		Title:    "Owner and accountable leader have signed the threat model as it is now",
		Bears:    lodemark.Supports("SD-1.1"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A signature under last year's threat model says nothing about the tool server or the model that came since. Who " +
			"answers for an AI system has to know the risks it has today.",
		Fix: "Let owner and accountable leader each read the threat model and record it: lodemark decide attest SD-1.1, bound to the file.",
		Help: "record the sign-off of owner and accountable leader, each with a decision file of kind attest on SD-1.1 that is bound to the threat model " +
			"(lodemark decide)",
		Bad: signOffBad(), Good: signOffGood(),
		Run: runThreatSignOff,
	}
}

func runThreatSignOff(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "sd-1-threat-sign-off"
	d := s.System.Declared
	model := threatModelPath(s)
	if d.Owner.Name == "" || d.Leader.Name == "" {
		return undecided(d.Path, "owner and accountable leader are not both named, so nobody can be asked for a sign-off")
	}
	if model == "" {
		return undecided(d.Path, "there is no threat model in the tree that could be signed")
	}
	now, err := s.Digest(model)
	if err != nil {
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: model + " could not be read", Gaps: []lodemark.Gap{lodemark.Unread(model, 0, err, false)}}
	}
	now = strings.TrimPrefix(now, "sha256:")
	r := lodemark.Result{Examined: []string{d.Path, model}}
	add := func(path string, line int, key, message, fix string) {
		r.Findings = append(r.Findings, lodemark.Finding{ID: id, Severity: lodemark.SeverityMedium, Path: path, Line: line, Message: message, Fix: fix, Key: key})
	}
	const again = "read the threat model as it is now and write the decision anew (lodemark decide)"
	signed := 0
	var open []string
	for _, who := range []struct {
		role, key string
		person    lodemark.Person
	}{{"owner", "owner", d.Owner}, {"accountable leader", "accountable_leader", d.Leader}} {
		best, standing := signOffOf(s, who.person, model, now)
		if best.ID != "" {
			r.Examined = append(r.Examined, best.ID)
		}
		switch standing {
		case signedNow:
			signed++
		case notSigned:
			open = append(open, who.role)
		case signedOlder:
			add(best.ID, lineWith(s, best.ID, boundTo(best, model)), "older "+who.key,
				fmt.Sprintf("The %s signed another revision of %s than the one that is there now, so nobody knows that its new threats were seen.", who.role, model), again)
		case signedEnded:
			add(best.ID, lineWith(s, best.ID, "until:"), "ended "+who.key,
				fmt.Sprintf("The sign-off of the %s on %s ended on %s.", who.role, model, best.Until.Format("2006-01-02")), again)
		}
	}
	switch {
	case len(open) == 2:
		r.Outcome, r.Reason = lodemark.Undecided, "no decision file says that owner or accountable leader has signed "+model
		return r
	case len(open) == 1:
		key := map[string]string{"owner": "owner", "accountable leader": "accountable_leader"}[open[0]]
		add(d.Path, lineOfKey(d.Lines, key+".name"), "open "+key, fmt.Sprintf("The %s has not signed %s, the other of the two has.", open[0], model), again)
	}
	if len(r.Findings) > 0 {
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
		return r
	}
	r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("owner and accountable leader have both signed %s as it is now", model)
	return r
}

// threatModelPath is the file that a sign-off has to be bound to.
func threatModelPath(s *lodemark.Subject) string {
	if slices.ContainsFunc(s.System.Files, func(f lodemark.File) bool { return f.Path == threatFile }) {
		return threatFile
	}
	if docs := document.Find(s, "threat-model").Documents; len(docs) > 0 {
		return docs[0].Path
	}
	return ""
}

type signature int

const (
	notSigned signature = iota
	signedOlder
	signedEnded
	signedNow
)

// signOffOf finds the best of a person's sign-offs.
func signOffOf(s *lodemark.Subject, p lodemark.Person, model, now string) (best lodemark.Decision, standing signature) {
	for _, d := range s.Decisions {
		if d.Kind != lodemark.Attest || d.Clause != "SD-1.1" || !lodemark.SamePerson(lodemark.ParsePerson(d.By), p) || s.At.Before(d.Date) {
			continue
		}
		this := notSigned
		switch sum := boundTo(d, model); {
		case sum == "": // bound to something else
		case sum != now:
			this = signedOlder
		case !s.At.Before(d.Until):
			this = signedEnded
		default:
			this = signedNow
		}
		if this > standing {
			best, standing = d, this
		}
	}
	return best, standing
}

func boundTo(d lodemark.Decision, path string) string {
	for _, b := range d.Bound {
		if b.Path == path {
			return b.SHA256
		}
	}
	return ""
}

// lineWith finds the line of a file that holds a text, or 0.
func lineWith(s *lodemark.Subject, path, text string) int {
	data, err := s.Read(path)
	if err != nil || text == "" {
		return 0
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		if strings.Contains(line, text) {
			return n
		}
	}
	return 0
}
