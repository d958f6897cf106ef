package weakness

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/rules"
)

// builtIn reads the built-in rules, once for the program.
var builtIn = sync.OnceValues(func() (*book, error) {
	all, sources, err := rules.Embedded()
	return &book{all, sources}, err
})

type book struct {
	rules   []*rules.Rule
	sources rules.Sources
}

// engine makes the built-in rules ready, and has assets listed on the way, once for the program.
var engine = sync.OnceValues(func() (*rules.Engine, error) {
	e, err := Engine(nil, nil)
	if err != nil {
		return nil, err
	}
	return e, watch(e)
})

// Engine makes rules ready: the built-in ones and the operator's own. only narrows them down to rules (LO-01) and families (LO);
// nothing in it means all.
func Engine(own []*rules.Rule, only []string) (*rules.Engine, error) {
	b, err := builtIn()
	if err != nil {
		return nil, err
	}
	all, err := Rules(own, only)
	if err != nil {
		return nil, err
	}
	return rules.New(all, b.sources)
}

// OwnEngine makes the operator's own rules ready alone.
func OwnEngine(own []*rules.Rule) (*rules.Engine, error) {
	b, err := builtIn()
	if err != nil {
		return nil, err
	}
	return rules.New(own, b.sources)
}

// Rules lists the built-in rules and the operator's own by family and number, narrowed down as for Engine.
func Rules(own []*rules.Rule, only []string) ([]*rules.Rule, error) {
	b, err := builtIn()
	if err != nil {
		return nil, err
	}
	all := slices.Concat(b.rules, own)
	if len(only) > 0 {
		all = slices.DeleteFunc(all, func(r *rules.Rule) bool {
			return !slices.ContainsFunc(only, func(word string) bool { return word == r.ID || word == FamilyOf(r.ID) })
		})
	}
	slices.SortStableFunc(all, func(a, b *rules.Rule) int {
		return cmp.Or(strings.Compare(FamilyOf(a.ID), FamilyOf(b.ID)), cmp.Compare(len(a.ID), len(b.ID)), strings.Compare(a.ID, b.ID))
	})
	return all, nil
}

// Sources are the kinds of values that rules follow.
func Sources() *rules.Sources {
	b, err := builtIn()
	if err != nil { // the rules are compiled in, and tested
		return &rules.Sources{}
	}
	return &b.sources
}

// FamilyOf is the family of a rule by its id: LO of LO-01.
func FamilyOf(id string) string {
	family, _, _ := strings.Cut(id, "-")
	return family
}

// Told is what reports say of a rule.
func Told(r *rules.Rule) lodemark.Rule {
	return lodemark.Rule{ID: r.ID, Title: r.Title, Severity: r.Severity, Confidence: r.Confidence, Advisory: r.Advisory, Why: r.Why, Fix: r.Fix, Refs: r.Refs, Clauses: r.Clauses}
}

// ofFamily are the built-in rules of a family.
func ofFamily(family string) []*rules.Rule {
	all, err := Rules(nil, []string{family})
	if err != nil { // the rules are compiled in, and tested
		return nil
	}
	return all
}
