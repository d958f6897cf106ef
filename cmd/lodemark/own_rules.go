package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/rules"
	"github.com/lodemark/lodemark/internal/weakness"
)

// ownRules are the operator's own rules, read from the YAML files of a folder. They never come from the target.
type ownRules struct {
	rules []*rules.Rule
	files map[string][]byte // for the lines of what is wrong
}

// maxOwnRules bounds a folder that was named by mistake.
const maxOwnRules = 1000

// readOwnRules reads a folder of rules; an empty name means that there are none. Whatever is wrong with a file is told with its line.
func readOwnRules(dir string) (*ownRules, error) {
	own := &ownRules{files: map[string][]byte{}}
	if dir == "" {
		return own, nil
	}
	var names []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := strings.ToLower(filepath.Ext(name)); !d.IsDir() && (ext == ".yaml" || ext == ".yml") {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, usage("name a folder with YAML files of rules", "read rules: %w", err)
	}
	switch {
	case len(names) == 0:
		return nil, usage("rules stand in files that end in .yaml; lodemark rules LO-01 shows one", "there are no rules in %s", dir)
	case len(names) > maxOwnRules:
		return nil, usage("name the folder of the rules alone", "%d YAML files in %s", len(names), dir)
	}
	slices.Sort(names)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, usage("name a folder with YAML files of rules", "read rules: %w", err)
		}
		all, err := rules.ReadFile(name, data)
		if err != nil {
			return nil, usage(ownHint, "read rules: %w", err)
		}
		own.rules, own.files[name] = append(own.rules, all...), data
	}
	if _, err := own.engine(nil); err != nil { // what only shows when rules are made ready
		return nil, err
	}
	return own, nil
}

// withOwn adds the check made of the operator's rules to the practice that it stands under.
func withOwn(all []lodemark.Practice, dir string) ([]lodemark.Practice, error) {
	own, err := readOwnRules(dir)
	if err != nil || len(own.rules) == 0 {
		return all, err
	}
	check, err := weakness.Own(own.rules)
	if err != nil {
		return nil, usage("write clauses: [SD-3.12], say (lodemark guide lists them)", "read rules: %w", err)
	}
	for i, p := range all {
		if strings.HasPrefix(check.ID, strings.ToLower(p.Guideline)+"-") {
			all[i].Checks = append(slices.Clip(p.Checks), check)
		}
	}
	return all, nil
}

const ownHint = "docs/RULES.md describes the format; lodemark rules LO-01 shows a rule"

// engine makes the built-in rules and the operator's ready, narrowed down to some.
func (o *ownRules) engine(only []string) (*rules.Engine, error) {
	e, err := weakness.Engine(o.rules, only)
	if err != nil {
		return nil, usage(ownHint, "read rules: %w", rules.Placed(o.files, err))
	}
	return e, nil
}
