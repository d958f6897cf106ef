package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/design/threat/survey"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/discover"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/draft"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/internal/history"
)

type newFlags struct {
	path, output, at string
	show             bool
}

func newCommand() *cobra.Command {
	var f newFlags
	c := &cobra.Command{
		Use:   "new [KIND]",
		Short: "Write a draft of a document that guidelines ask for, filled in with what is known; never over an existing one",
		Long: "New drafts a document: what lodemark.yaml says and what is found in the folder stands in it, and <fill in: ...> where\n" +
			"only people know. A draft is marked as one and is no evidence until a person has filled it in and taken the mark out.\n" +
			"Without KIND it lists what can be drafted.",
		Example: "  lodemark new\n  lodemark new incident-plan\n  lodemark new threats --show\n  lodemark new model-card --output models/intent/MODEL_CARD.md",
		Args:    atMostOne("KIND"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listKinds(c.OutOrStdout())
			}
			return f.run(c.Context(), args[0], c.OutOrStdout())
		},
	}
	for _, k := range draft.Kinds() {
		c.ValidArgs = append(c.ValidArgs, k.Name)
	}
	fl := c.Flags()
	fl.StringVar(&f.path, "path", ".", "the folder that holds the AI system")
	fl.BoolVar(&f.show, "show", false, "print the draft instead of writing it")
	fl.StringVarP(&f.output, "output", "o", "", "write to this file, a path inside the folder")
	fl.StringVar(&f.at, "at", "", "the day of the draft, YYYY-MM-DD (default: today)")
	return c
}

func listKinds(w io.Writer) error {
	fmt.Fprintln(w, "lodemark new KIND drafts one of these documents:")
	for _, k := range draft.Kinds() {
		fmt.Fprintf(w, "\n  %s: %s\n      writes %s; helps with %s\n", k.Name, k.About, k.File, strings.Join(k.Clauses, ", "))
	}
	return nil
}

func (f *newFlags) run(ctx context.Context, name string, stdout io.Writer) error {
	kind, ok := draft.Named(name)
	if !ok {
		return usage("lodemark new lists what can be drafted", "there is no kind of document %q", name)
	}
	at, err := parseTime(f.at)
	if err != nil {
		return usage("write --at YYYY-MM-DD", "read --at: %w", err)
	}
	if at.IsZero() {
		at = time.Now()
	}
	tree, err := bound.Open(f.path, bound.Limits{})
	if err != nil {
		return unknown("name the folder with --path", "%w", &assess.TargetError{Target: f.path, Err: err})
	}
	defer tree.Close()
	sys, err := systemOf(ctx, tree, f.path)
	if err != nil {
		return err
	}
	text, err := f.text(ctx, kind, draft.Known{System: sys, At: at, Digest: tree.Digest}, tree)
	if err != nil {
		return err
	}
	if f.show {
		_, err := stdout.Write(text)
		return err
	}
	file, err := f.place(kind, &lodemark.Subject{System: sys, At: at, Read: tree.ReadFile})
	if err != nil {
		return err
	}
	if err := f.create(file, text); err != nil {
		return err
	}
	if at := sys.Declared.Documents[kind.Name].Path; f.output == "" && at != "" && !strings.HasSuffix(at, "/") && !fitsEnding(kind, at) {
		fmt.Fprintf(stdout, "the draft of a %s is YAML, which does not belong into %s\n", kind.Name, plain(at))
	}
	todo := `replace each "fill in", correct the rest, and take out the line that marks it`
	if kind.Name == threatKind {
		todo = "take out each guess that is right, mend the others, and say at its end what only people know; then run lodemark threats check"
	}
	fmt.Fprintf(stdout, "wrote %s: a draft; %s\n", plain(filepath.Join(f.path, file)), todo)
	pointerAdvice(stdout, sys.Declared, kind.Name, filepath.ToSlash(file))
	return nil
}

// threatKind is the kind whose draft is drawn from what the system is made of.
const threatKind = "threat-model"

// text drafts the document. A threat model is the one of lodemark threats init.
func (f *newFlags) text(ctx context.Context, kind draft.Kind, known draft.Known, tree *bound.Tree) ([]byte, error) {
	switch kind.Name {
	case threatKind:
		d, err := lookAt(ctx, f.path, known.At, true, io.Discard)
		if err != nil {
			return nil, err
		}
		defer d.close()
		return survey.Write(survey.Draft(d.subject), known.At), nil
	case "training-record":
		past, err := history.Read(ctx, tree, history.Limits{})
		if err != nil {
			return nil, fmt.Errorf("read the history of %q: %w", f.path, err)
		}
		known.Authors = len(past.Contributors)
	}
	return draft.Write(kind, known)
}

// systemOf discovers the system with what its people declare. A broken lodemark.yaml is theirs to mend first.
func systemOf(ctx context.Context, tree *bound.Tree, dir string) (*lodemark.System, error) {
	var declared lodemark.Declaration
	data, err := tree.ReadFile(assess.DeclarationFile)
	switch {
	case err == nil:
		declared, err = lodemark.ParseDeclaration(assess.DeclarationFile, data)
		declared.Path = assess.DeclarationFile
		if err != nil {
			return nil, unknown("mend it first; lodemark assess names each place", "read %s: %s", assess.DeclarationFile, plain(ruleOnly(err)))
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, unknown("mend it first", "read %s: %w", assess.DeclarationFile, err)
	}
	sys, err := discover.Discover(ctx, tree, declared)
	if err != nil {
		return nil, fmt.Errorf("discover the system in %q: %w", dir, err)
	}
	if abs, err := filepath.Abs(dir); sys.Name == "" && err == nil {
		sys.Name = filepath.Base(abs)
	}
	return sys, nil
}

// place decides where the draft goes: where --output says, else where lodemark.yaml points, else where such a document is
// looked for. A document of the kind that is there already keeps the draft from being written elsewhere beside it.
func (f *newFlags) place(kind draft.Kind, s *lodemark.Subject) (string, error) {
	if f.output != "" {
		file := filepath.Clean(f.output)
		if !filepath.IsLocal(file) || file == "." {
			return "", usage("give a path relative to the folder: --output docs/plan.md", "--output %s does not lie inside the folder", f.output)
		}
		if !fitsEnding(kind, file) {
			return "", usage("--output "+kind.File, "the draft of a %s is YAML, and %s has the ending of another format", kind.Name, f.output)
		}
		return file, nil
	}
	pointer := s.System.Declared.Documents[kind.Name]
	file := cmp.Or(pointer.Path, kind.File)
	if strings.HasSuffix(file, "/") {
		file += path.Base(kind.File)
	}
	if !fitsEnding(kind, file) { // a text is yet to be written there; the model as code stands at the root
		file = kind.File
	}
	if pointer.Address != "" {
		return "", usage("--output FILE writes a draft nevertheless", "lodemark.yaml says that the %s lies at %s", kind.Name, plain(pointer.Address))
	}
	if kind.Name == "security-txt" {
		return filepath.FromSlash(file), nil
	}
	found := document.Find(s, kind.Name)
	for _, d := range append(found.Documents, found.Drafts...) {
		if d.Path != file && path.Base(d.Path) != "security.txt" {
			return "", usage("work on that one, or write a draft beside it with --output FILE", "%s is a %s already; it is yours and stays as it is", plain(d.Path), kind.Name)
		}
	}
	if file = path.Clean(file); !filepath.IsLocal(filepath.FromSlash(file)) {
		return "", usage("name a file inside the folder with --output FILE", "lodemark.yaml points to %s, outside the folder", plain(file))
	}
	return filepath.FromSlash(file), nil
}

// fitsEnding says whether a draft can stand in a file of that name: YAML in a text would be read as one.
func fitsEnding(kind draft.Kind, file string) bool {
	want, ext := strings.ToLower(path.Ext(kind.File)), strings.ToLower(path.Ext(filepath.ToSlash(file)))
	return want != ".yaml" || ext == ".yaml" || ext == ".yml"
}

// create writes the file where nothing is yet. A link in the target's folders could lead out of it, so none is followed.
func (f *newFlags) create(file string, text []byte) error {
	full := filepath.Join(f.path, file)
	if dir := linked(f.path, file); dir != "" {
		return usage("name another file with --output FILE", "%s is no folder, or a link to one, and links are not followed", plain(dir))
	}
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return usage("is the folder writable?", "make the folder of %s: %w", full, err)
	}
	err := durable.CreateNew(full, 0o644, func(w io.Writer) error { _, err := w.Write(text); return err })
	if errors.Is(err, fs.ErrExist) {
		return usage("--show prints the draft, to compare", "%s is there already; it is yours and stays as it is", plain(full))
	}
	if err != nil {
		return usage("is the folder writable?", "write %s: %w", full, err)
	}
	return nil
}

// linked names what stands where a folder of the file has to be and is none, or is a link to one; empty: nothing does.
func linked(base, file string) string {
	dir := base
	for _, part := range strings.Split(filepath.Dir(file), string(filepath.Separator)) {
		dir = filepath.Join(dir, part)
		if info, err := os.Lstat(dir); err == nil && part != "." && !info.IsDir() {
			return dir
		}
	}
	return ""
}

// pointerAdvice tells which line lodemark.yaml lacks; the file itself is a person's and is left alone.
func pointerAdvice(w io.Writer, d lodemark.Declaration, kind, file string) {
	if kind == "security-txt" || d.Documents[kind].Path == file {
		return
	}
	line := fmt.Sprintf("  %s: %s", kind, plain(file))
	switch {
	case d.Path == "":
		fmt.Fprintf(w, "there is no %s yet; lodemark init drafts one, in which this points to the document:\ndocuments:\n%s\n", assess.DeclarationFile, line)
	case d.Documents[kind].Path != "":
		fmt.Fprintf(w, "%s points to %s; once this one is finished, change it under documents:\n%s\n", d.Path, plain(d.Documents[kind].Path), line)
	default:
		fmt.Fprintf(w, "add to %s under documents:\n%s\n", d.Path, line)
	}
}
