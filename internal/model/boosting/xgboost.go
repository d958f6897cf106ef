package boosting

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jsonwalk"
	"github.com/lodemark/lodemark/internal/model/outside"
)

func xgboostJSONFormat() inspect.Format {
	return inspect.Format{
		Name: "xgboost-json",
		Doc:  "Boosted trees of XGBoost as JSON: numbers, and the names of the features.",
		Claims: func(p *inspect.Part) bool {
			h := bytes.TrimLeft(p.Head(), " \t\r\n")
			if len(h) < 2 || h[0] != '{' {
				return false
			}
			if bytes.HasPrefix(h, []byte(`{"learner":{`)) || bytes.HasPrefix(h, []byte(`{"learner": {`)) {
				return true
			}
			start := h[:min(len(h), 400)]
			return bytes.Contains(start, []byte(`"learner"`)) && (bytes.Contains(h, []byte(`"gradient_booster"`)) || bytes.Contains(h, []byte(`"attributes"`)) || bytes.Contains(h, []byte(`"learner_model_param"`)))
		},
		Scan: scanXGBoostJSON,
		Canary: func() (string, []byte) {
			return "canary.json", []byte(`{"learner":{"attributes":{},"gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_trees":"7"},"trees":[]}},"learner_model_param":{},"objective":{"name":"canary"}},"version":[2,0,0]}`)
		},
		CanaryWant: inspect.NotRead,
	}
}

// xgboostObjectives are the families of what XGBoost itself can be trained for; others are code of the application.
var xgboostObjectives = []string{"reg:", "binary:", "multi:", "rank:", "count:", "survival:", "multiclass:"}

// xgboostTree is what is known of the tree that is walked.
type xgboostTree struct {
	nodes, children int
}

// xgboostLooker follows a model of XGBoost, which it writes as JSON and as UBJSON in the same shape.
type xgboostLooker struct {
	p         *inspect.Part
	version   []string
	objective string
	booster   string
	learner   bool
	param     bool
	claimed   int
	trees     int
	tree      xgboostTree
	lengths   map[string]int
	lie       string
	lieAt     int64
	model     bool // the trees themselves are there, not the settings alone
}

func newXGBoostLooker(p *inspect.Part) *xgboostLooker {
	return &xgboostLooker{p: p, claimed: -1, lengths: map[string]int{}}
}

func (l *xgboostLooker) say(at int64, lie string) {
	if l.lie == "" {
		l.lie, l.lieAt = lie, at
	}
}

func (l *xgboostLooker) visit(path jsonwalk.Path, kind jsonwalk.Kind, text string, at int64) {
	if len(path) == 2 && path[0] == "version" && kind == jsonwalk.Number {
		l.version = append(l.version, text)
	}
	if len(path) == 0 || path[0] != "learner" {
		return
	}
	l.learner = true
	n := len(path)
	switch {
	case n == 3 && path[1] == "attributes" && kind == jsonwalk.Text:
		inspect.Payload(l.p, at, "the attribute "+inspect.Quote(path[2]), text)
		outside.CommandIn(l.p, at, "xgboost-command", "the attribute "+inspect.Quote(path[2]), text)
	case n == 3 && path[1] == "feature_names" && kind == jsonwalk.Text && strings.ContainsAny(text, "(/|<"):
		outside.CommandIn(l.p, at, "xgboost-command", "the name of a feature", text)
	case n == 3 && path[1] == "objective" && path[2] == "name":
		l.objective = text
	case n == 2 && path[1] == "learner_model_param" && kind == jsonwalk.Object:
		l.param = true
	case n == 3 && path[1] == "learner_model_param" && path[2] == "num_feature":
		if f, err := strconv.ParseInt(text, 10, 64); err != nil || f < 0 {
			l.say(at, "claims "+inspect.Quote(text)+" features")
		}
		l.p.Fact("features", text)
	case n >= 3 && path[1] == "gradient_booster" && path.Last() == "model" && kind == jsonwalk.Object:
		l.model = true
	case path.Last() == "num_trees" && n >= 3:
		c, err := strconv.Atoi(text)
		if err != nil || c < 0 {
			l.say(at, "claims "+inspect.Quote(text)+" trees")
			return
		}
		l.claimed = c
	case path.Last() == "name" && path[1] == "gradient_booster" && l.booster == "":
		l.booster = text
	case n >= 5 && path[n-2] == "trees" && path[n-1] == "":
		switch kind {
		case jsonwalk.Object:
			l.trees++
			clear(l.lengths)
			l.tree = xgboostTree{nodes: -1}
		case jsonwalk.End:
			l.treeEnds(at)
		}
	case n >= 6 && path[n-3] == "trees" && kind == jsonwalk.End:
		if c, err := strconv.Atoi(text); err == nil {
			l.lengths[path[n-1]] = c
		}
	case n >= 7 && path[n-4] == "trees" && path[n-2] == "tree_param" && path[n-1] == "num_nodes":
		if c, err := strconv.Atoi(text); err == nil && c >= 0 {
			l.tree.nodes = c
		} else {
			l.say(at, "a tree claims "+inspect.Quote(text)+" nodes")
		}
	case n >= 7 && path[n-4] == "trees" && (path[n-2] == "left_children" || path[n-2] == "right_children") && kind == jsonwalk.Number:
		if c, err := strconv.ParseInt(text, 10, 64); err != nil || c < -1 || c > 1<<31 {
			l.say(at, "a node leads to node "+inspect.Quote(text))
		} else {
			l.tree.children = max(l.tree.children, int(c))
		}
	}
}

// treeEnds compares what a tree claims with what it has.
func (l *xgboostLooker) treeEnds(at int64) {
	n, left := l.tree.nodes, l.lengths["left_children"]
	if n < 0 {
		return
	}
	for _, key := range []string{"left_children", "right_children", "parents", "split_indices", "split_conditions", "default_left"} {
		if got, ok := l.lengths[key]; ok && got != n {
			l.say(at, "a tree claims "+strconv.Itoa(n)+" nodes and has "+strconv.Itoa(got)+" "+key)
			return
		}
	}
	if l.tree.children >= max(left, 1) {
		l.say(at, "a node leads to node "+strconv.Itoa(l.tree.children)+" of "+strconv.Itoa(left))
	}
}

func (l *xgboostLooker) done() error {
	p := l.p
	p.Fact("framework", "xgboost")
	p.Fact("producer_version", strings.Join(l.version, "."))
	p.Fact("architecture", l.booster)
	p.Fact("objective", l.objective)
	p.Fact("trees", strconv.Itoa(l.trees))
	if l.objective != "" {
		known := false
		for _, o := range xgboostObjectives {
			known = known || strings.HasPrefix(l.objective, o)
		}
		if !known {
			p.Say(inspect.Unknown, "xgboost-objective", -1, "was trained for %s, which is none of XGBoost's objectives", inspect.Quote(l.objective))
		}
	}
	switch {
	case l.lie != "":
		return &inspect.DamageError{Offset: l.lieAt, Reason: l.lie}
	case !l.learner || !l.param:
		return &inspect.DamageError{Offset: -1, Reason: "describes no learner"}
	case l.model && l.claimed >= 0 && l.claimed != l.trees:
		return &inspect.DamageError{Offset: -1, Reason: "claims " + strconv.Itoa(l.claimed) + " trees and has " + strconv.Itoa(l.trees)}
	case l.booster == "":
		return &inspect.DamageError{Offset: -1, Reason: "names no booster"}
	}
	return nil
}

func scanXGBoostJSON(ctx context.Context, p *inspect.Part) error {
	l := newXGBoostLooker(p)
	if err := jsonwalk.Walk(ctx, p, l.visit); err != nil {
		return err
	}
	return l.done()
}
