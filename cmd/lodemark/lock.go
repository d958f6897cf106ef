package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/clipperhouse/displaywidth"
	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/internal/lock"
)

type lockFlags struct {
	check, show bool
	file        string
	format      string
	failOn      string
}

func lockCommand() *cobra.Command {
	var f lockFlags
	c := &cobra.Command{
		Use:   "lock [PATH]",
		Short: "Fix what an AI system is made of, and say later what has changed",
		Long: "Lock writes PATH/" + lock.FileName + ": models and datasets by digest or commit, prompts and what models are told of tools by the digest of\n" +
			"their text, MCP servers by how they are reached, rules of assistants by their files. Keep it with the code.\n\n" +
			"With --check it writes nothing and tells what is no longer as it was locked: a tool whose description now says something else is\n" +
			"told as one, whoever changed it. Nothing is executed, nobody is contacted.\n\n" +
			"Exit codes: 0 written, or as it was locked; 1 something changed (with --check); 2 wrong command line or a broken lock; 3 could not find\n" +
			"out (no such folder, no lock).",
		Example: "  lodemark lock\n  lodemark lock --check\n  lodemark lock --check --fail-on high --format json",
		Args:    atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c, target(args))
		},
	}
	flags := c.Flags()
	flags.BoolVar(&f.check, "check", false, "say what changed since the lock was written, and write nothing")
	flags.BoolVar(&f.show, "show", false, "print the lock instead of writing it")
	flags.StringVar(&f.file, "lock", "", "the lock's file (default: "+lock.FileName+" in PATH)")
	flags.StringVarP(&f.format, "format", "f", "text", "text or json, with --check")
	flags.StringVar(&f.failOn, "fail-on", "low", "with --check: exit 1 on changes of this severity or worse")
	return c
}

func (f *lockFlags) run(c *cobra.Command, dir string) error {
	least, err := severityOf("--fail-on", f.failOn)
	if err != nil {
		return err
	}
	if f.format != "text" && f.format != "json" {
		return usage("use text or json", "lock has no format %q", f.format)
	}
	name := f.file
	if name == "" {
		name = filepath.Join(dir, lock.FileName)
	}
	var old lock.Lock
	if f.check {
		data, err := os.ReadFile(name)
		if err != nil {
			return unknown("lodemark lock writes it", "read the lock: %w", err)
		}
		if old, err = lock.Read(data); err != nil {
			return usage("lodemark lock writes it anew", "read %s: %w", name, err)
		}
	}
	run, err := assess.Inventory(c.Context(), assess.Options{Target: dir, Tool: toolOf(), Digests: true})
	if err != nil {
		return unknown("name a folder that holds the AI system", "%w", err)
	}
	now := lock.Of(run.System, func(string) string { return "" })
	switch {
	case f.check:
		return f.tell(c.OutOrStdout(), name, lock.Compare(old, now), len(old.Entries), least)
	case f.show:
		return now.Write(c.OutOrStdout())
	}
	if err := durable.WriteFile(name, 0o644, now.Write); err != nil {
		return usage("is the folder writable?", "write %s: %w", name, err)
	}
	fmt.Fprintf(c.OutOrStdout(), "wrote %s: %s%s\n", name, count(len(now.Entries), "part"), loose(now))
	return nil
}

// loose says of how many parts only the name is fixed.
func loose(l lock.Lock) string {
	if n := l.Loose(); n > 0 {
		return fmt.Sprintf("; of %d only the name is fixed, and what is behind it can change unseen (a hub model without a commit, a hosted model)", n)
	}
	return ""
}

// tell reports the changes, and fails on those that are severe enough.
func (f *lockFlags) tell(w io.Writer, name string, changes []lock.Change, of int, least lodemark.Severity) error {
	failed, width := 0, viewOf(w, false).Width
	for _, change := range changes {
		if change.Severity() >= least {
			failed++
		}
	}
	if f.format == "json" {
		if err := lockJSON(w, changes); err != nil {
			return err
		}
	} else {
		for _, change := range changes {
			path, line := change.Place()
			place := plain(path)
			if line > 0 {
				place = fmt.Sprintf("%s:%d", place, line)
			}
			fmt.Fprintf(w, "%-8s  %-8s  %s\n%s", change.Severity(), change.What, place, broken(plain(change.Text()), width, 10))
		}
		if len(changes) == 0 {
			fmt.Fprint(w, broken(fmt.Sprintf("all is as it was locked in %s: %s", name, count(of, "part")), width, 0))
		} else {
			fmt.Fprint(w, broken(fmt.Sprintf("%s since %s was written; lodemark lock accepts what is there now", count(len(changes), "change"), name), width, 0))
		}
	}
	if failed > 0 {
		return &exit{code: exitGate, err: errWorse{}}
	}
	return nil
}

// broken breaks a sentence into lines of at most width columns, each begun with a number of spaces.
func broken(s string, width, indent int) string {
	var b strings.Builder
	used := 0
	for word := range strings.FieldsSeq(s) {
		n := displaywidth.String(word)
		switch {
		case used == 0:
			b.WriteString(strings.Repeat(" ", indent))
			used = indent
		case used+1+n > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			used = indent
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	b.WriteByte('\n')
	return b.String()
}

func lockJSON(w io.Writer, changes []lock.Change) error {
	type row struct {
		lock.Change
		Severity lodemark.Severity `json:"severity"`
		Path     string            `json:"path"`
		Line     int               `json:"line,omitempty"`
		Message  string            `json:"message"`
	}
	out := struct {
		Schema  string        `json:"schema"`
		Tool    lodemark.Tool `json:"tool"`
		Changes []row         `json:"changes"`
	}{"lodemark.lock-check/1", toolOf(), []row{}}
	for _, change := range changes {
		path, line := change.Place()
		out.Changes = append(out.Changes, row{change, change.Severity(), path, line, change.Text()})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
