package boosting

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

func lightgbmFormat() inspect.Format {
	return inspect.Format{
		Name:    "lightgbm",
		Doc:     "Boosted trees of LightGBM as text: numbers, the names of the features, and the parameters of the training.",
		Endings: []string{".lgb"},
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			line, rest, ok := bytes.Cut(h, []byte("\n"))
			if line = bytes.TrimRight(line, "\r"); !ok || string(line) != "tree" && string(line) != "gbdt" && string(line) != "dart" && string(line) != "goss" && string(line) != "rf" {
				return false
			}
			return bytes.HasPrefix(rest, []byte("version=")) || bytes.Contains(rest[:min(len(rest), 2000)], []byte("num_class=")) || bytes.Contains(rest[:min(len(rest), 2000)], []byte("max_feature_idx="))
		},
		Scan: scanLightGBM,
		Canary: func() (string, []byte) {
			return "canary.txt", []byte("tree\nversion=v4\nnum_class=1\n\nTree=0\nnum_leaves=9\n")
		},
		CanaryWant: inspect.NotRead,
	}
}

// lightgbmLooker follows the lines of a model.
type lightgbmLooker struct {
	p       *inspect.Part
	c       *cursor.Reader
	sizes   []int64 // bytes of each tree, as the head claims
	begin   int64   // where the tree begins
	trees   int
	leaves  int
	cats    int
	linear  bool
	section string
	ended   bool
	feature int
	version string
	closed  bool // its parameters, or what follows them, have ended
}

// perLeaf and perSplit are lists with an element for each leaf, or for each split, of a tree.
var (
	perLeaf  = []string{"leaf_value", "leaf_weight", "leaf_count"}
	perSplit = []string{"split_feature", "threshold", "decision_type", "left_child", "right_child", "split_gain", "internal_value", "internal_weight", "internal_count"}
)

const maxLightGBMLine = 1 << 20

func scanLightGBM(ctx context.Context, p *inspect.Part) error {
	l := &lightgbmLooker{p: p, c: cursor.New(p, binary.LittleEndian), feature: -1}
	for n := 0; ; n++ {
		at := l.c.Off()
		line, more := l.c.Line(maxLightGBMLine)
		if !more {
			break
		}
		if n&0xfff == 0xfff && ctx.Err() != nil {
			return ctx.Err()
		}
		l.line(strings.TrimRight(line, "\r"), at)
		if l.c.Err() != nil {
			break
		}
	}
	p.Fact("framework", "lightgbm")
	p.Fact("trees", strconv.Itoa(l.trees))
	switch err := l.c.Err(); {
	case err != nil:
		return err
	case l.sizes != nil && len(l.sizes) != l.trees:
		return &inspect.DamageError{Offset: -1, Reason: "claims " + strconv.Itoa(len(l.sizes)) + " trees and has " + strconv.Itoa(l.trees)}
	case !l.ended || l.section == "parameters:" || (l.version == "v3" || l.version == "v4") && !l.closed:
		return &inspect.DamageError{Offset: p.Size, Reason: "ends before its trees, or its parameters, end"}
	}
	return nil
}

func (l *lightgbmLooker) line(line string, at int64) {
	key, value, assigned := strings.Cut(line, "=")
	switch {
	case line == "end of trees":
		l.ended = true
		l.tree(at)
		l.section = "end"
		return
	case line == "parameters:" || line == "feature_importances:" || line == "feature importances:":
		if !l.ended {
			l.section, l.ended = "end", true
		}
		l.section = line
		return
	case line == "end of parameters":
		l.section, l.closed = "end", true
		return
	case strings.HasPrefix(line, "pandas_categorical:"):
		l.closed = true
		l.categories(strings.TrimPrefix(line, "pandas_categorical:"), at)
		return
	case key == "Tree" && assigned && !l.ended:
		l.tree(at)
		if n, err := strconv.Atoi(value); err != nil || n != l.trees {
			l.c.Fail("tree %d is numbered %s", l.trees, inspect.Quote(value))
		}
		l.trees++
		l.begin = at
		l.section = "tree"
		l.leaves, l.cats, l.linear = -1, 0, false
		return
	}
	switch l.section {
	case "":
		l.head(key, value, at)
	case "tree":
		if assigned {
			l.node(key, value)
		} else if line != "" {
			l.c.Fail("a line of a tree is no assignment: %s", inspect.Quote(line))
		}
	case "parameters:":
		l.parameter(line, at)
	}
}

// tree looks at the size of a tree that has ended.
func (l *lightgbmLooker) tree(at int64) {
	if l.trees == 0 || l.trees > len(l.sizes) || l.section != "tree" {
		return
	}
	if got, want := at-l.begin, l.sizes[l.trees-1]; got != want && got+1 != want && got-1 != want && !bytes.Contains(l.p.Head(), []byte("\r\n")) {
		l.c.Fail("tree %d is said to have %d bytes and has %d", l.trees-1, want, got)
	}
}

func (l *lightgbmLooker) head(key, value string, at int64) {
	if strings.ContainsAny(value, "(|<") && key != "feature_names" {
		outside.CommandIn(l.p, at, "lightgbm-command", "the entry "+inspect.Quote(key), value)
	}
	switch key {
	case "version":
		l.p.Fact("version", value)
		l.version = value
	case "objective":
		l.p.Fact("objective", value)
		if name, _, _ := strings.Cut(value, " "); name == "custom" || name == "none" {
			l.p.Say(inspect.Clean, "lightgbm-objective", at, "was trained for an objective of the application's own")
		}
	case "max_feature_idx":
		if n, err := strconv.Atoi(value); err == nil && n >= -1 {
			l.feature = n + 1
			l.p.Fact("features", strconv.Itoa(n+1))
		} else {
			l.c.Fail("claims %s features", inspect.Quote(value))
		}
	case "num_class", "num_tree_per_iteration":
		if n, err := strconv.Atoi(value); err != nil || n < 1 || n > 1<<24 {
			l.c.Fail("%s is %s", key, inspect.Quote(value))
		}
	case "feature_names", "feature_infos":
		if l.feature >= 0 && key == "feature_names" && len(value) < maxLightGBMLine/2 {
			if n := len(strings.Fields(value)); n != l.feature {
				l.c.Fail("has %d names for %d features", n, l.feature)
			}
		}
		if strings.ContainsAny(value, "(/|<") {
			outside.CommandIn(l.p, at, "lightgbm-command", "the names of the features", value)
		}
	case "tree_sizes":
		l.sizes = []int64{}
		for s := range strings.FieldsSeq(value) {
			n, err := strconv.ParseInt(s, 10, 62)
			if err != nil || n < 0 {
				l.c.Fail("a tree is said to have %s bytes", inspect.Quote(s))
				return
			}
			l.sizes = append(l.sizes, n)
		}
		if len(value) >= maxLightGBMLine {
			l.sizes = nil
		}
	}
}

// node looks at an assignment of a tree.
func (l *lightgbmLooker) node(key, value string) {
	switch key {
	case "num_leaves":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			l.c.Fail("a tree has %s leaves", inspect.Quote(value))
		}
		l.leaves = n
		return
	case "left_child", "right_child":
		for s := range strings.FieldsSeq(value) {
			if n, err := strconv.Atoi(s); err != nil || n >= l.leaves-1 || ^n >= l.leaves {
				l.c.Fail("a split of a tree of %d leaves leads to %s", l.leaves, inspect.Quote(s))
				return
			}
		}
	case "split_feature":
		for s := range strings.FieldsSeq(value) {
			if n, err := strconv.Atoi(s); err != nil || n < 0 || l.feature >= 0 && n >= l.feature {
				l.c.Fail("a split is on feature %s of %d", inspect.Quote(s), l.feature)
				return
			}
		}
	}
	want := -1
	switch {
	case slices.Contains(perLeaf, key):
		want = l.leaves
	case slices.Contains(perSplit, key):
		want = l.leaves - 1
	}
	if want >= 0 && value != "" && len(value) < maxLightGBMLine-len(key)-2 {
		if n := len(strings.Fields(value)); n != want && !(l.leaves == 1 && n <= 1) {
			l.c.Fail("%s of a tree of %d leaves has %d elements", key, l.leaves, n)
		}
	}
}

// parameter looks at a parameter of the training: some name files, of which a loaded model reads none.
func (l *lightgbmLooker) parameter(line string, at int64) {
	line = strings.Trim(line, "[]")
	key, value, ok := strings.Cut(line, ": ")
	if !ok || value == "" {
		return
	}
	if strings.ContainsAny(value, "(/|<-") {
		outside.CommandIn(l.p, at, "lightgbm-command", "the parameter "+inspect.Quote(key), value)
	}
	switch key {
	case "data", "valid", "input_model", "output_model", "forcedsplits_filename", "forcedbins_filename", "machine_list_filename", "parser_config_file", "output_result", "convert_model":
		if outside.Leaves(value) && strings.Contains(value, "..") {
			l.p.Say(inspect.Clean, "lightgbm-path", at, "the parameter %s of its training was %s", inspect.Quote(key), inspect.Quote(value))
		}
	case "objective":
		l.p.Fact("objective", value)
	}
}

// categories are what values pandas had: a list of lists of texts and numbers, which Python reads as JSON.
func (l *lightgbmLooker) categories(text string, at int64) {
	if text == "null" || len(text) >= maxLightGBMLine-100 {
		return
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "[") {
		l.c.Fail("the categories of pandas are no list: %s", inspect.Quote(text))
	}
	if strings.ContainsAny(text, "(/|<") {
		outside.CommandIn(l.p, at, "lightgbm-command", "the categories of pandas", text)
	}
}
