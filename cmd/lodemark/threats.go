package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/report"
)

// threatFile is the name of the threat model at the root of a target.
const threatFile = "threats.yaml"

// mostThreatFile bounds what is read of one; the reader takes less, and says so.
const mostThreatFile = 8 << 20

type threatsFlags struct {
	formats  []string
	output   string
	status   []string
	severity string
	failOn   string
	strict   bool
	library  string
	at       string
	quiet    bool
	verbose  bool
	kept     keptFlags
	keep     recordFlags
}

func threatsCommand() *cobra.Command {
	var f threatsFlags
	c := &cobra.Command{
		Use:   "threats [PATH]",
		Short: "Name the threats of an AI system by its threat model: where, why, how they stand, and what would prove that they are dealt with",
		Long: "Threats holds threats.yaml of the folder PATH (default: this one; a file may be named too) against a library of threats to AI systems:\n" +
			"agents, retrieval, classical models, fine-tuning, serving for many. What reaches what is worked out along the flows.\n\n" +
			"applies      the structure of the system says so, and nothing is claimed against it\n" +
			"unconfirmed  an attribute that it turns on is not known; the attribute is named\n" +
			"stale        what showed that it was dealt with is too old, or about something else now\n" +
			"claimed      the model names a mitigation, and nothing shows it\n" +
			"accepted     a person decided to bear it, until a day\n" +
			"evidenced    fresh evidence shows what is claimed\n\n" +
			"Where there is no threats.yaml, one is drawn from what is discovered, and the report says so; threats init writes it down.\n\n" +
			"Exit codes: 0 done; 1 open threats of --fail-on or worse; 2 wrong command line or a broken library; 3 could not find out (no such\n" +
			"folder, nothing of an AI system there, a broken threats.yaml).",
		Example: "  lodemark threats\n  lodemark threats . --severity high --format markdown=threats.md --format svg=threats.svg\n  lodemark threats init\n  lodemark threats diff --rev main..HEAD --format markdown\n  lodemark threats explain LDM-T11",
		Args:    atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), target(args), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	var names []string
	for _, r := range report.ThreatFormats() {
		names = append(names, r.Name)
	}
	var words []string
	for _, s := range threat.Statuses() {
		words = append(words, string(s))
	}
	flags := c.Flags()
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "tell it as NAME or NAME=FILE, repeatable: "+strings.Join(names, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	flags.StringSliceVar(&f.status, "status", nil, "list only these, or open (applies, unconfirmed, stale): "+strings.Join(words, ", "))
	flags.StringVar(&f.severity, "severity", "info", "list this severity and worse")
	flags.StringVar(&f.failOn, "fail-on", "", "exit 1 when a threat of this severity or worse applies, is unconfirmed or stale")
	flags.BoolVar(&f.strict, "strict", false, "with --fail-on: what is only claimed, or accepted by a decision of the target's, fails too")
	flags.StringVar(&f.library, "library", "", "a folder with threats and mitigations of your own, in the library's format")
	flags.StringVar(&f.at, "at", "", "take this for now (RFC 3339 or YYYY-MM-DD), so that two runs give the same bytes")
	f.keep.add(c)
	f.kept.trust.add(c)
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress and no text report")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "every threat with everything")
	_ = c.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names, cobra.ShellCompDirectiveNoFileComp
	})
	c.AddCommand(threatsInitCommand(), threatsCheckCommand(), threatsDiffCommand(), threatsExplainCommand(), threatsImportCommand())
	return c
}

func (f *threatsFlags) run(ctx context.Context, target string, stdout, stderr io.Writer) error {
	debug.SetGCPercent(50) // the ballast of main is for whole trees; conditions compile into 20 MB of garbage, of which little has to lie about
	sinks, err := sinksOf(f.formats, f.output, f.quiet, namedFormats[report.ThreatFormat]{"threats", report.ThreatFormats(), func(r report.ThreatFormat) string { return r.Name }})
	if err != nil {
		return err
	}
	lowest, gate, err := severities(f.severity, f.failOn)
	if err != nil {
		return err
	}
	if f.strict && f.failOn == "" {
		return usage("--fail-on high --strict, say", "--strict says what fails, and --fail-on is not given")
	}
	statuses, err := statusesOf(f.status)
	if err != nil {
		return err
	}
	at, err := timeOf(f.at)
	if err != nil {
		return err
	}
	lib, err := threatLibrary(f.library)
	if err != nil {
		return err
	}
	if err := f.keep.ready(target, stderr); err != nil {
		return err
	}
	f.kept.ledger, f.kept.seen = f.keep.ledger, f.keep.seen
	t := &threatTarget{target: target, at: at, quiet: f.quiet, stderr: stderr}
	if err := t.open(ctx); err != nil {
		return err
	}
	if err := notOver([]string{t.file}, sinks); err != nil {
		return err
	}
	if err := claimsKnown(lib, t.model); err != nil {
		return err
	}
	if !t.given {
		if t.evidence, err = f.kept.shown(ctx, lib, t.model, target, at, stderr); err != nil {
			return err
		}
	}
	r := threat.Evaluate(t.model, lib, at, t.evidence, t.decisions)
	told := &report.Threats{Tool: toolOf(), At: at, Target: target, Drawn: t.drawn, Model: t.model, Library: lib, Report: r}
	for _, x := range r.Threats {
		if severityOfThreat(x) >= lowest && (len(statuses) == 0 || slices.Contains(statuses, x.Status)) {
			told.Shown = append(told.Shown, x)
		}
	}
	name := func(s sinkOf[report.ThreatFormat]) string { return s.format.Name }
	write := func(s sinkOf[report.ThreatFormat], w io.Writer, o report.Options) error {
		return s.format.Write(w, told, o)
	}
	if err := writeAll(sinks, name, stdout, f.verbose, write); err != nil {
		return err
	}
	if err := f.record(ctx, t, r, lib, target, stderr); err != nil {
		return err
	}
	if f.failOn != "" {
		return f.verdict(r, gate, stderr)
	}
	return nil
}

// verdict is the gate. It looks at all threats, whatever is listed. What the target's own word lets through is named each time.
func (f *threatsFlags) verdict(r *threat.Report, gate lodemark.Severity, stderr io.Writer) error {
	var fails []string
	borne := map[threat.Status]int{}
	for _, x := range r.Threats {
		if severityOfThreat(x) < gate {
			continue
		}
		word := x.Status == threat.Claimed || x.Status == threat.Accepted || x.Status == threat.NotApplicable
		switch {
		case report.ThreatOpen(x.Status) || word && f.strict:
			fails = append(fails, fmt.Sprintf("%s %s", x.ID, x.Status))
		case word:
			borne[x.Status]++
		}
	}
	for _, s := range threat.Statuses() {
		if n := borne[s]; n > 0 {
			fmt.Fprintf(stderr, "lodemark: %s let through: %s (--strict lets none through)\n", count(n, "threat"), s)
		}
	}
	if len(r.Failed) > 0 {
		return unknown("the report names them", "%s could not be evaluated", count(len(r.Failed), "condition"))
	}
	if len(fails) > 0 {
		list := strings.Join(fails[:min(len(fails), 5)], ", ")
		if n := len(fails) - 5; n > 0 {
			list += fmt.Sprintf(" and %d more", n)
		}
		return &exit{code: exitGate, err: fmt.Errorf("%s of severity %s or worse: %s", count(len(fails), "threat"), gate, list)}
	}
	return nil
}

func severityOfThreat(x threat.Threat) lodemark.Severity {
	s, err := lodemark.ParseSeverity(x.Severity)
	if err != nil {
		return lodemark.SeverityCritical // a library cannot hold another word; if one does, nothing hides it
	}
	return s
}

// statusesOf reads --status; open stands for all that nobody has dealt with.
func statusesOf(words []string) ([]threat.Status, error) {
	var out []threat.Status
	for _, w := range words {
		switch w = strings.ToLower(strings.TrimSpace(w)); {
		case w == "open":
			for _, s := range threat.Statuses() {
				if report.ThreatOpen(s) {
					out = append(out, s)
				}
			}
		case slices.Contains(threat.Statuses(), threat.Status(w)):
			out = append(out, threat.Status(w))
		default:
			return nil, usage("open, applies, unconfirmed, stale, claimed, accepted, evidenced or not-applicable", "--status %q is none", w)
		}
	}
	if words != nil && len(out) == 0 {
		return nil, usage("open, applies, unconfirmed, stale, claimed, accepted, evidenced or not-applicable", "--status names nothing")
	}
	return out, nil
}

// timeOf reads --at; without it, it is now.
func timeOf(at string) (time.Time, error) {
	t, err := parseTime(at)
	if err != nil {
		return t, usage("write --at 2026-11-01 or --at 2026-11-01T12:00:00Z", "read --at: %w", err)
	}
	if t.IsZero() {
		t = time.Now()
	}
	return t.UTC().Truncate(time.Second), nil
}

// threatLibrary is the built-in library with an organisation's own.
func threatLibrary(dir string) (*threat.Library, error) {
	var own []threat.File
	if dir != "" {
		var err error
		if own, err = libraryFiles(dir); err != nil {
			return nil, err
		}
		if len(own) == 0 {
			return nil, usage("threats stand in files that end in .yaml; lodemark threats explain LDM-T11 shows one", "there are no threats in %s", dir)
		}
	}
	lib, problems := threat.LoadLibrary(own...)
	if len(problems) > 0 {
		return nil, usage("mend the library, or leave --library out; docs/THREATS.md tells its format", "%s", problemLines("the library has %s", problems))
	}
	return lib, nil
}

// claimsKnown refuses a model that claims controls which no library has.
func claimsKnown(lib *threat.Library, m *threat.Model) error {
	if problems := lib.Claims(m); len(problems) > 0 {
		return unknown("mend the ids, or name the folder of your own library with --library", "%s", problemLines("the threat model has %s", problems))
	}
	return nil
}

// problemLines tells all problems, each on a line of its own.
func problemLines(format string, problems threat.Problems) string {
	var b strings.Builder
	fmt.Fprintf(&b, format, count(len(problems), "problem"))
	for _, p := range problems {
		b.WriteString("\n  " + plain(p.String()))
	}
	return b.String()
}

// modelFile finds the threat model that a path means: the file itself, or threats.yaml in the folder. given: the file was named.
func modelFile(target string) (file string, given bool, err error) {
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", false, unknown("name a folder that holds the AI system, or a threat model", "open %q: there is no such file or folder", target)
	case err != nil:
		return "", false, unknown("is it readable?", "%w", err)
	case !info.IsDir():
		return target, true, nil
	}
	return filepath.Join(target, threatFile), false, nil
}

// readModel reads a threat model; all that is wrong with it is told at once.
func readModel(file string) (*threat.Model, []byte, error) {
	data, err := readSome(file, mostThreatFile)
	if err != nil {
		return nil, nil, unknown("lodemark threats init drafts one", "%w", err)
	}
	m, err := modelOf(filepath.ToSlash(file), data)
	return m, data, err
}

// modelOf is the threat model of a file that was read; all that is wrong with it is told at once.
func modelOf(name string, data []byte) (*threat.Model, error) {
	m, problems := threat.Load(name, data)
	if len(problems) > 0 {
		return nil, unknown("docs/THREATS.md tells the layout; lodemark schema threat-model prints it", "%s", problemLines("the threat model has %s", problems))
	}
	return m, nil
}
