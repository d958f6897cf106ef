package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/design/brief"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/design/threat/survey"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/report"
)

type briefFlags struct {
	role, from, library, at string
	formats                 []string
	output                  string
	quiet                   bool
	kept                    keptFlags
}

func briefCommand() *cobra.Command {
	var f briefFlags
	c := &cobra.Command{
		Use:   "brief [PATH]",
		Short: "Write one page for people in one role about this system's own threats, findings and lessons",
		Long: "Brief derives the threats from threats.yaml, or, where there is none, from what is discovered, and says so. It assesses the\n" +
			"folder as lodemark assess does, or takes the findings from a JSON report (--from). Lessons come from the change log, advisories and\n" +
			"reports of incidents in the folder, and from decisions that have ended. The answers to the three questions stand in the last lines.\n" +
			"What records of earlier runs show of mitigations counts as in lodemark threats, by whom --trust names, and what no longer counts is named.\n\n" +
			"Users are shown no findings. The same input gives the same page with --at.\n\n" +
			"Exit codes: 0 done; 2 wrong command line; 3 could not find out, or a threat model that makes no sense.",
		Example: "  lodemark brief --role developer .\n  lodemark brief --role owner --format html=owner.html .\n" +
			"  lodemark brief ack --role developer --by \"ML engineer\" .",
		Args: atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), target(args), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	var names []string
	for _, r := range report.BriefingFormats() {
		names = append(names, r.Name)
	}
	f.addShared(c)
	c.Flags().StringArrayVarP(&f.formats, "format", "f", nil, "page as NAME or NAME=FILE, repeatable: "+strings.Join(names, ", "))
	c.Flags().StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	c.AddCommand(briefAckCommand())
	return c
}

func (f *briefFlags) addShared(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.role, "role", "", "whom it is for: developer, data-scientist, owner or user")
	fl.StringVar(&f.from, "from", "", "take the findings from this JSON report of lodemark assess, and assess nothing")
	fl.StringVar(&f.library, "library", "", "a folder of threats of your own, beside the library's")
	fl.StringVar(&f.at, "at", "", "brief as of this time (RFC 3339 or YYYY-MM-DD)")
	f.kept.add(c)
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no progress, and nothing on standard output")
}

func (f *briefFlags) run(ctx context.Context, target string, stdout, stderr io.Writer) error {
	known := namedFormats[report.BriefingFormat]{"brief", report.BriefingFormats(), func(r report.BriefingFormat) string { return r.Name }}
	sinks, err := sinksOf(f.formats, f.output, f.quiet, known)
	if err != nil {
		return err
	}
	made, err := f.make(ctx, target, stderr)
	if err != nil {
		return err
	}
	page := pageOf(made)
	name := func(s sinkOf[report.BriefingFormat]) string { return s.format.Name }
	return writeAll(sinks, name, stdout, false, func(s sinkOf[report.BriefingFormat], w io.Writer, o report.Options) error {
		return s.format.Write(w, page, o)
	})
}

// madeBriefing is a briefing with the revision of the threat model that it is about; empty: it is about none that is written down.
type madeBriefing struct {
	*brief.Briefing
	revision lodemark.Revision
	kept     *keptFlags // of the command that made it
}

// make looks at the target and makes the briefing.
func (f *briefFlags) make(ctx context.Context, target string, stderr io.Writer) (*madeBriefing, error) {
	role := lodemark.Role(f.role)
	if !slices.Contains(lodemark.Roles(), role) {
		return nil, usage("--role developer, data-scientist, owner or user", "there is no role %q to brief", f.role)
	}
	at, err := parseTime(f.at)
	if err != nil {
		return nil, usage("write --at 2026-11-01 or --at 2026-11-01T12:00:00Z", "read --at: %w", err)
	}
	if at.IsZero() {
		at = time.Now()
	}
	in := brief.Input{Role: role, At: at.UTC().Truncate(time.Second)}
	library, err := threatLibrary(f.library)
	if err != nil {
		return nil, err
	}
	tree, err := bound.Open(target, bound.Limits{})
	if err != nil {
		return nil, unknown("name the folder that holds the AI system: lodemark brief --role ROLE PATH", "%w", &assess.TargetError{Target: target, Err: err})
	}
	defer tree.Close()
	sys, decisions, err := f.look(ctx, target, tree, &in, stderr)
	if err != nil {
		return nil, err
	}
	out := &madeBriefing{kept: &f.kept}
	data, err := tree.ReadFile(threatFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		drawn := survey.Draft(&lodemark.Subject{System: sys, At: in.At, Read: tree.ReadFile})
		if drawn != nil && len(drawn.Model.Components) > 0 {
			in.Model, in.Drawn = drawn.Model, true
		}
	case err != nil:
		return nil, unknown("mend the file", "read the threat model: %w", err)
	default:
		m, err := modelOf(threatFile, data)
		if err != nil {
			return nil, err
		}
		meaning, err := lodemark.ModelMeaning(data)
		if err != nil {
			return nil, usage("write the threat model out plainly", "read %s: %w", threatFile, err)
		}
		in.Model, out.revision = m, lodemark.Revision{Path: threatFile, Meaning: meaning}
	}
	if in.Model != nil {
		shown, err := f.kept.shown(ctx, library, in.Model, target, in.At, stderr)
		if err != nil {
			return nil, err
		}
		in.Threats = threat.Evaluate(in.Model, library, in.At, shown, standingOf(decisions, out.revision, in.At))
	}
	in.Lessons = brief.Lessons(sys.Files, tree.ReadFile, in.At)
	out.Briefing = brief.New(in)
	return out, nil
}

// look assesses the target, or reads a report of that and looks at the inventory alone.
func (f *briefFlags) look(ctx context.Context, target string, tree *bound.Tree, in *brief.Input, stderr io.Writer) (*lodemark.System, []lodemark.Decision, error) {
	progress := newProgress(stderr, f.quiet)
	options := assess.Options{Target: target, Practices: practices(), At: in.At, Tool: toolOf(), Progress: progress.step}
	var r *lodemark.Run
	var err error
	if f.from == "" {
		r, err = assess.Tree(ctx, tree, options)
	} else {
		r, err = assess.InventoryOf(ctx, tree, options)
	}
	progress.clear()
	if err != nil {
		return nil, nil, err
	}
	in.System, in.Declared = r.System.Name, r.System.Declared
	in.Findings, in.Decisions = r.Findings, r.Assessment.Decisions
	if f.from != "" {
		data, err := readSome(f.from, 256<<20+1)
		if err != nil {
			return nil, nil, unknown("lodemark assess --format json=FILE writes one", "%w", err)
		}
		if in.Findings, in.Decisions, err = report.ReadFindings(data); err != nil {
			return nil, nil, usage("lodemark assess --format json=FILE writes one", "read %s: %w", plain(f.from), err)
		}
		in.From = filepath.Base(f.from)
	}
	var decisions []lodemark.Decision
	for _, d := range in.Decisions {
		decisions = append(decisions, d.Decision)
	}
	return r.System, decisions, nil
}

// standingOf hands the engine the decisions about threats that stand.
func standingOf(all []lodemark.Decision, now lodemark.Revision, at time.Time) []threat.Decision {
	var out []threat.Decision
	for _, d := range lodemark.ThreatDecisions(all, map[string]string{now.Path: now.Meaning}, at) {
		if d.Standing == lodemark.Current && d.Model.Path == now.Path {
			out = append(out, threat.Decision{Threat: d.Threat, Component: d.Component, Choice: threat.Choice(d.Kind), By: d.By, Reason: d.Reason, Date: d.Date, Until: d.Ends})
		}
	}
	return out
}

// pageOf puts a briefing into the form that is drawn. Texts of the target that an assessment has not masked are masked here.
func pageOf(b *madeBriefing) *report.Briefing {
	plural := map[lodemark.Role]string{lodemark.Developer: "developers", lodemark.DataScientist: "data scientists", lodemark.Owner: "owners", lodemark.User: "users"}
	page := &report.Briefing{Tool: toolOf(), At: b.At, Role: plural[b.Role], System: b.System, Sources: b.Sources, Digest: b.Digest}
	items := func(all []brief.Item) []report.BriefingItem {
		var out []report.BriefingItem
		for _, i := range all {
			out = append(out, report.BriefingItem{Severity: i.Mark, Text: assess.Mask(i.Text), Place: i.Place, Note: assess.Mask(i.Note)})
		}
		return out
	}
	page.Parts = []report.BriefingPart{
		{Key: "threats", Title: "What threatens this system", None: "No threat could be derived.", Items: items(b.Threats)},
		{Key: "shown", Title: "What records show, and no longer show", Items: items(b.Shown)},
		{Key: "findings", Title: "What was found in it", None: "Nothing that is open.", Items: items(b.Findings)},
		{Key: "lessons", Title: "What it has been taught", None: "The folder tells of no incident, advisory or change for security, and no decision has ended.", Items: items(b.Lessons)},
		{Key: "actions", Title: "What to do", None: "Nothing in particular.", Items: items(b.Actions)},
	}
	if b.Role == lodemark.User {
		page.Parts = slices.DeleteFunc(page.Parts, func(p report.BriefingPart) bool { return p.Key == "findings" })
	}
	page.Parts = slices.DeleteFunc(page.Parts, func(p report.BriefingPart) bool { return p.Key == "shown" && len(p.Items) == 0 })
	for _, q := range b.Questions {
		page.Questions = append(page.Questions, report.BriefingQuestion{Ask: assess.Mask(q.Ask), Answer: assess.Mask(q.Answer)})
	}
	if b.revision.Path != "" {
		page.Command = fmt.Sprintf("lodemark brief ack --role %s --by \"Your name\" --briefing %s", b.Role, b.Digest[:12]) + b.kept.again()
	}
	return page
}

// The acknowledgement of a briefing.

func briefAckCommand() *cobra.Command {
	var f briefFlags
	var by, until, briefing string
	c := &cobra.Command{
		Use:   "ack [PATH]",
		Short: "Record that a person has read the briefing of their role",
		Long: "Ack writes a text file under " + lodemark.AcknowledgementFolder + ", to be reviewed and committed like code. It is bound to what threats.yaml says\n" +
			"and to the briefing; it stops counting when the threat model says something else, and within 365 days. It is the person's word, no more.",
		Example: "  lodemark brief ack --role developer --by \"ML engineer\" .\n" +
			"  lodemark brief ack --role owner --by \"Product owner\" --until 2027-03-01 --briefing 3f2a9c0d1e2b",
		Args: atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.acknowledge(c.Context(), target(args), by, until, briefing, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	f.addShared(c)
	c.Flags().StringVar(&by, "by", "", "the named person or role who has read it")
	c.Flags().StringVar(&until, "until", "", "the day on which it stops counting, YYYY-MM-DD (default: in 180 days)")
	c.Flags().StringVar(&briefing, "briefing", "", "the digits that the page shows: refuse where it would be another page by now")
	return c
}

func (f *briefFlags) acknowledge(ctx context.Context, target, by, until, briefing string, stdout, stderr io.Writer) error {
	if strings.TrimSpace(by) == "" {
		return usage("--by \"Name or role\"", "an acknowledgement is somebody's")
	}
	made, err := f.make(ctx, target, stderr)
	if err != nil {
		return err
	}
	if made.revision.Path == "" {
		return usage("lodemark threats init drafts one", "an acknowledgement is bound to the threat model, and there is no %s", threatFile)
	}
	if briefing = strings.ToLower(strings.TrimSpace(briefing)); briefing != "" && (len(briefing) < 12 || !strings.HasPrefix(made.Digest, briefing)) {
		return &exit{exitGate, fmt.Errorf("the briefing is another one by now: it is %s, not %s", made.Digest[:12], plain(briefing)), "read it again: lodemark brief --role " + f.role}
	}
	a := lodemark.Acknowledgement{Role: made.Role, By: by, Date: made.At.UTC().Truncate(24 * time.Hour), Model: made.revision, Briefing: made.Digest}
	if a.Until = a.Date.Add(180 * 24 * time.Hour); until != "" {
		if a.Until, err = time.Parse(time.DateOnly, until); err != nil {
			return usage("write --until YYYY-MM-DD", "read --until: %q is no day", until)
		}
	}
	who := placeName(strings.ReplaceAll(lodemark.ParsePerson(by).Name, " ", "-"))
	if who == "" {
		who = made.Digest[:12]
	}
	a.ID = path.Join(lodemark.AcknowledgementFolder, fmt.Sprintf("%s-%s-%s.yaml", a.Date.Format(time.DateOnly), a.Role, who))
	if _, err := lodemark.ParseAcknowledgement(a.ID, a.YAML()); err != nil {
		return usage("lodemark brief ack --help shows examples", "%s", ruleOnly(err))
	}
	if err := saveNew(target, a.ID, a.YAML()); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "wrote %s: have it reviewed and commit it; it ends on %s, or when %s says something else\n", filepath.Join(target, filepath.FromSlash(a.ID)), a.Until.Format(time.DateOnly), threatFile)
	return nil
}

// saveNew writes a file under the target that must not be there yet; no link leads out of it.
func saveNew(target, name string, data []byte) error {
	file := filepath.Join(target, filepath.FromSlash(name))
	if dir := linked(target, filepath.FromSlash(name)); dir != "" {
		return usage("put a folder in its place", "%s is no folder, or a link to one, and links are not followed", plain(dir))
	}
	if _, err := os.Lstat(file); err == nil {
		return usage("edit it, or remove it first", "%s is there already", file)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return usage("is the folder writable?", "make the folder: %w", err)
	}
	if err := durable.CreateNew(file, 0o644, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
		return usage("is the folder writable?", "write %s: %w", file, err)
	}
	return nil
}
