// Command try runs the built-in rules, as they are written in data, over folders and prints what they find.
package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lodemark/lodemark/internal/source/rules"
)

func main() {
	rule := flag.String("rule", "", "only this rule")
	family := flag.String("family", "", "only rules of this family")
	steps := flag.Bool("steps", false, "show the way of values")
	quiet := flag.Bool("q", false, "counts only")
	flag.Parse()
	if err := run(*rule, *family, *steps, *quiet, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "try:", err)
		os.Exit(1)
	}
}

func run(rule, family string, steps, quiet bool, roots []string) error {
	all, sources, err := rules.Embedded()
	if err != nil {
		return err
	}
	e, err := rules.New(all, sources)
	if err != nil {
		return err
	}
	for _, root := range roots {
		var paths []string
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.Type()&fs.ModeType != 0 {
				if d != nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") && p != root {
					return fs.SkipDir
				}
				return nil
			}
			if rel, err := filepath.Rel(root, p); err == nil && rules.Reads(rel) {
				paths = append(paths, rel)
			}
			return nil
		})
		if err != nil {
			return err
		}
		result := e.Run(context.Background(), paths, func(p string) ([]byte, error) { return os.ReadFile(filepath.Join(root, p)) })
		counts := map[string]int{}
		for _, f := range result.Findings {
			if rule != "" && f.Rule.ID != rule || family != "" && !strings.HasPrefix(f.Rule.ID, family+"-") {
				continue
			}
			counts[f.Rule.ID]++
			if quiet {
				continue
			}
			fmt.Printf("%s/%s:%d %s %s %s | %s\n", root, f.Path, f.Line, f.Rule.ID, f.Rule.Severity, f.Message, f.Code)
			if steps {
				for _, s := range f.Steps {
					fmt.Printf("      %s:%d %s | %s\n", s.Path, s.Line, s.Note, s.Code)
				}
			}
		}
		fmt.Printf("%s: %d files, %d not wholly read, %v\n", root, result.Files, len(result.Broken), counts)
	}
	return nil
}
