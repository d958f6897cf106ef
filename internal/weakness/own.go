package weakness

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/rules"
)

// Own makes one check of the operator's rules. It stands under the guideline of the first clause that they name, and bears on all of
// their clauses. An assessment is about clauses, so each rule has to name one.
func Own(own []*rules.Rule) (lodemark.Check, error) {
	var clauses []string
	worst := lodemark.SeverityInfo
	for _, r := range own {
		if len(r.Clauses) == 0 {
			return lodemark.Check{}, fmt.Errorf("%s: rule %s names no clause, and an assessment is about clauses", r.From, r.ID)
		}
		clauses = append(clauses, r.Clauses...)
		worst = max(worst, r.Severity)
	}
	if len(own) == 0 {
		return lodemark.Check{}, fmt.Errorf("there are no rules")
	}
	first := clauses[0]
	slices.Sort(clauses)
	bears := lodemark.Supports(slices.Compact(clauses)...)
	e, err := OwnEngine(own)
	if err != nil {
		return lodemark.Check{}, err
	}
	return lodemark.Check{
		ID: strings.ToLower(lodemark.GuidelineOf(first)) + "-own-rules", Version: 1, Title: "Nothing is found that the operator's own rules look for",
		Bears: bears, Severity: worst, Strength: lodemark.Enforced, MaxAge: maxAge,
		Why: "Whoever runs the assessment has rules of their own for this system.", Fix: "Follow what the rule says.", Help: help,
		Bad: []lodemark.Example{example(own[0], own[0].Examples.Bad)}, Good: []lodemark.Example{example(own[0], own[0].Examples.Good)},
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			all := lodemark.Shared(s, "internal/weakness own", func() *Looked { return look(ctx, s, e) })
			if all.err != nil {
				return lodemark.Result{Outcome: lodemark.Undecided, Reason: all.err.Error()}
			}
			return all.conclude(func(*rules.Rule) bool { return true }, func(string) bool { return true }, bears, "files of source code and configuration")
		},
		Rules: func() []lodemark.Rule { return told(own) },
	}, nil
}

// example is the first example of a rule, on which the check made of it is tried.
func example(r *rules.Rule, all []rules.Example) lodemark.Example {
	if len(all) == 0 {
		return lodemark.Example{Name: r.ID}
	}
	return lodemark.Example{Name: cmp.Or(strings.Join(strings.Fields(r.Title), " "), r.ID), Files: all[0]}
}
