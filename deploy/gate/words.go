package gate

import (
	"fmt"
	"reflect"
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/lodemark/lodemark"
)

// What conditions can speak of: records with fields, in the words of the reports. Field lists are literal slices, so that a
// misspelt field is found before anything runs.

// field is one thing that a record says.
type field struct {
	name  string
	typ   *types.Type
	words []string // all that it can be, where it is a word of a list; a comparison with another would never hold
	doc   string
}

// table is a kind of record.
type table struct {
	name   string // of the type in CEL
	typ    *types.Type
	fields []field
}

func tableOf(name string, fields ...field) *table {
	return &table{name, types.NewObjectType(name), fields}
}

func (t *table) field(name string) int {
	return slices.IndexFunc(t.fields, func(f field) bool { return f.name == name })
}

var texts = types.NewListType(types.StringType)

func words[T ~string](all ...T) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return out
}

var (
	clauseTable = tableOf("lodemark.Clause",
		field{"id", types.StringType, nil, "DEV-2.8"},
		field{"verdict", types.StringType, words("met", "not met", "inconclusive", "not applicable", "not assessed"), "what the assessment says"},
		field{"strength", types.IntType, nil, `how good the evidence is, to be compared with strength("enforced")`},
		field{"reason", types.StringType, nil, "in words"},
		field{"at", types.TimestampType, nil, "when the newest evidence was made"},
		field{"until", types.TimestampType, nil, "when the verdict falls back by itself; the year 9999: never"},
		field{"attested", types.StringType, nil, "the decision in which a person vouches for it; empty: none"},
		field{"waived", types.StringType, nil, "the decision under which it is borne; empty: none"},
		field{"self_signed", types.BoolType, nil, "it rests on nothing but a record that nobody trusted signed"},
		field{"later", types.BoolType, nil, "the system is not that far, by the target's own word"},
		field{"evidence", texts, nil, "ids of what bears on it"})
	guidelineTable = tableOf("lodemark.Guideline",
		field{"id", types.StringType, nil, "DEV-2"},
		field{"state", types.StringType, words("met", "not met", "open", "not applicable", "later"), "met when all applicable clauses are"},
		field{"applicable", types.IntType, nil, "clauses that apply"},
		field{"met", types.IntType, nil, "of these"},
		field{"not_met", types.IntType, nil, "of these"},
		field{"inconclusive", types.IntType, nil, "of these"},
		field{"not_assessed", types.IntType, nil, "of these"},
		field{"waived", types.IntType, nil, "not met, and borne for a time"})
	countsTable = tableOf("lodemark.Counts",
		field{"applicable", types.IntType, nil, "clauses that apply"},
		field{"met", types.IntType, nil, "of these"},
		field{"not_met", types.IntType, nil, "of these"},
		field{"inconclusive", types.IntType, nil, "of these"},
		field{"not_assessed", types.IntType, nil, "of these"},
		field{"not_applicable", types.IntType, nil, "beside them"},
		field{"later", types.IntType, nil, "beside them"},
		field{"declared", types.IntType, nil, "open, and a person's word alone"},
		field{"waived", types.IntType, nil, "not met, and borne for a time"})
	findingTable = tableOf("lodemark.Finding",
		field{"id", types.StringType, nil, "of the check or rule that made it"},
		field{"severity", types.IntType, nil, `to be compared with severity("high")`},
		field{"path", types.StringType, nil, "in the target"},
		field{"line", types.IntType, nil, "0: the whole file"},
		field{"message", types.StringType, nil, "in words"},
		field{"open", types.BoolType, nil, "it counts: no advice, not muted, not accepted by a decision that counts"},
		field{"accepted", types.StringType, nil, "the decision that bears it; empty: none"},
		field{"muted", types.StringType, nil, "the comment that asks for silence; empty: none"},
		field{"advisory", types.BoolType, nil, "it is a hint, and fails nothing"},
		field{"clauses", texts, nil, "that it touches"},
		field{"fingerprint", types.StringType, nil, "by which it is known again"})
	decisionTable = tableOf("lodemark.Decision",
		field{"id", types.StringType, nil, "its file"},
		field{"kind", types.StringType, words(lodemark.DecisionKinds()...), "what was decided"},
		field{"clause", types.StringType, nil, "that it is about; empty: none"},
		field{"finding", types.StringType, nil, "that it is about; empty: none"},
		field{"threat", types.StringType, nil, "that it is about; empty: none"},
		field{"by", types.StringType, nil, "who decided"},
		field{"requested_by", types.StringType, nil, "who asked"},
		field{"reason", types.StringType, nil, "in words"},
		field{"standing", types.StringType, words(lodemark.Current, lodemark.Expired, lodemark.NotYet, lodemark.Orphaned, lodemark.Changed, lodemark.SelfApproved), "only a current one has an effect"},
		field{"date", types.TimestampType, nil, "when it was made"},
		field{"since", types.TimestampType, nil, "when the first of those that it goes on with was made"},
		field{"ends", types.TimestampType, nil, "when it ends"},
		field{"renewals", types.IntType, nil, "how many it goes on with"})
	evidenceTable = tableOf("lodemark.Evidence",
		field{"id", types.StringType, nil, "sha256:... of the record"},
		field{"check", types.StringType, nil, "that made it"},
		field{"outcome", types.StringType, words("passed", "failed", "inconclusive", "nothing-to-see", "not-run"), "of the check"},
		field{"strength", types.IntType, nil, `to be compared with strength("enforced")`},
		field{"reason", types.StringType, nil, "in words"},
		field{"at", types.TimestampType, nil, "when it was made"},
		field{"age", types.DurationType, nil, "how old it is"},
		field{"kept", types.BoolType, nil, "it is a record of an earlier run; else it was made in this one"},
		field{"signer", types.StringType, nil, "who signed a kept record, by the operator's name for the key; empty: nobody whom the operator trusts"},
		field{"trusted", types.BoolType, nil, "it was made in this run, or signed by whom the operator trusts"},
		field{"fresh", types.BoolType, nil, "it still speaks of what is there now"},
		field{"stale", types.StringType, nil, "why it does not; empty: it does"},
		field{"examined", texts, nil, "paths that it is bound to"},
		field{"clauses", texts, nil, "that it bears on"},
		field{"rates", types.NewListType(types.NewObjectType("lodemark.Rate")), nil, "what was measured"})
	rateTable = tableOf("lodemark.Rate",
		field{"probe", types.StringType, nil, "what was tried"},
		field{"successes", types.IntType, nil, "attempts that did harm"},
		field{"attempts", types.IntType, nil, "how often it was tried"},
		field{"upper", types.DoubleType, nil, "the rate is at most this, with 97.5 % confidence (upper end of Wilson's 95 % interval)"})
	threatTable = tableOf("lodemark.Threat",
		field{"id", types.StringType, nil, "LDM-T11"},
		field{"title", types.StringType, nil, "in words"},
		field{"severity", types.IntType, nil, `to be compared with severity("high")`},
		field{"status", types.StringType, words("applies", "unconfirmed", "stale", "claimed", "accepted", "evidenced", "not-applicable"), "how it stands"},
		field{"places", texts, nil, "in the threat model"})
	gapTable = tableOf("lodemark.Gap",
		field{"path", types.StringType, nil, "in the target"},
		field{"line", types.IntType, nil, "0: the whole file"},
		field{"reason", types.StringType, nil, "why it was not read, or not decided"},
		field{"needed", types.BoolType, nil, "verdicts rest on it"})
	systemTable = tableOf("lodemark.System",
		field{"name", types.StringType, nil, "declared, else the folder's"},
		field{"stage", types.StringType, append(words(lodemark.Stages()...), ""), "declared by the target; empty: not declared"},
		field{"criticality", types.StringType, words(lodemark.CriticalityCritical, lodemark.CriticalityHigh, lodemark.CriticalityModerate, lodemark.CriticalityLow, ""), "declared by the target; empty: not declared"},
		field{"users", texts, nil, "declared by the target"},
		field{"data_classes", texts, nil, "declared by the target"})
)

func tables() []*table {
	return []*table{clauseTable, guidelineTable, countsTable, findingTable, decisionTable, evidenceTable, rateTable, threatTable, gapTable, systemTable}
}

// record is one of them as CEL sees it: a cell for each field.
type record struct {
	table *table
	cells []ref.Val
	told  string // in words, for the verdict
}

// recordOf makes a record of the values of its fields, in their order.
func recordOf(t *table, told string, values ...any) *record {
	if len(values) != len(t.fields) {
		panic(fmt.Sprintf("a record of %s has %d fields, not %d", t.name, len(t.fields), len(values))) // ours: each test makes them all
	}
	r := &record{table: t, told: told}
	for _, v := range values {
		r.cells = append(r.cells, types.DefaultTypeAdapter.NativeToValue(v))
	}
	return r
}

// The methods of ref.Val: a record is only ever a step on the way to a field.

// ConvertToNative is not there: a record has no other form.
func (r *record) ConvertToNative(reflect.Type) (any, error) {
	return nil, fmt.Errorf("a %s is read by its fields", r.table.name)
}

// ConvertToType is not there: a record has no other form.
func (r *record) ConvertToType(ref.Type) ref.Val {
	return types.NewErr("a %s is read by its fields", r.table.name)
}

// Equal compares by identity.
func (r *record) Equal(other ref.Val) ref.Val { return types.Bool(other == ref.Val(r)) }

// Type is the record's type in CEL.
func (r *record) Type() ref.Type { return r.table.typ }

// Value is the record itself.
func (r *record) Value() any { return r }
