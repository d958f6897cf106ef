package compare

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/model"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Source says where a candidate is to be found.
type Source struct {
	Name       string // empty: made from the reference, the description or the folder
	Path       string // as the operator named it
	Reference  string // org/name, where the operator said so
	Revision   string
	RevisionAt string
	// Tree is the local copy, and Under the folder in it that is meant; nil: there is none. The caller closes it.
	Tree  *bound.Tree
	Under string
	Only  string // one file of the folder that is meant, with its neighbours for its card and configuration
	// Hash asks for the digest of every file of the model, which reads them whole.
	Hash bool
	// Described is what somebody wrote about it; nil: nobody did. Beside opens what it points to, by paths relative to it.
	Described *Description
	System    *Locks // of the system that is to load it; nil: none was named
	Beside    func(name string) ([]byte, error)
}

// Bounds of what is looked at in a copy beside what the scan bounds.
const (
	cardBytes    = 1 << 20
	licenceBytes = 256 << 10
	proofsMost   = 50
)

// Open looks at a candidate. The error is that of ctx or of a folder that cannot be walked.
func Open(ctx context.Context, s Source) (*Candidate, error) {
	c := &Candidate{Path: s.Path, Reference: s.Reference, described: s.Described, systemLocks: s.System, Revision: Fact{s.Revision, s.RevisionAt}}
	c.fromDescription()
	if s.Tree == nil {
		c.Kind = Hosted
		c.files = nil
		c.Name = firstOf(s.Name, c.Name)
		c.besides(s.Beside)
		return c, nil
	}
	f, err := look(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", bound.QuoteName(s.Path), err)
	}
	c.files = f
	if c.ownLocks, err = ReadLocks(ctx, s.Tree, "", s.Under); err != nil {
		return nil, fmt.Errorf("look at %s: %w", bound.QuoteName(s.Path), err)
	}
	c.besides(s.Beside)
	c.Kind = Folder
	if c.Reference != "" {
		c.Kind = Hub
	}
	if c.Revision.Value == "" && len(f.fetched) > 0 {
		if commits := f.commits(); len(commits) == 1 {
			c.Revision = Fact{commits[0], f.fetched[0].at}
		}
	}
	c.Name = firstOf(s.Name, c.Name, c.Reference, path.Base(strings.TrimRight(strings.ReplaceAll(s.Path, "\\", "/"), "/")))
	return c, nil
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

func (c *Candidate) fromDescription() {
	if c.described == nil {
		return
	}
	get := func(name string) string { return c.described.fields[name].Text }
	c.Name, c.Provider, c.Model = get("name"), get("provider"), get("model")
	c.Reference = firstOf(c.Reference, get("reference"))
	if v, ok := c.described.fields["revision"]; ok && c.Revision.Value == "" {
		c.Revision = Fact{v.Text, c.described.at(v)}
	}
}

// at is the place of an entry.
func (d *Description) at(v Value) string { return place(d.Path, v.Line) }

// besides reads the copies of card and terms that a description points to.
func (c *Candidate) besides(open func(string) ([]byte, error)) {
	if c.described == nil || open == nil {
		return
	}
	if c.files == nil {
		c.files = &files{}
	}
	if v, ok := c.described.fields["card"]; ok && !strings.Contains(v.Text, "://") {
		if data, err := open(v.Text); err != nil {
			c.files.unread = append(c.files.unread, Signal{"card", "the card could not be read: " + err.Error(), c.described.at(v), Unknown, false})
		} else {
			c.files.takeCard(v.Text, data)
		}
	}
	if v, ok := c.described.fields["licence.file"]; ok {
		if data, err := open(v.Text); err != nil {
			c.files.unread = append(c.files.unread, Signal{"terms", "the terms could not be read: " + err.Error(), c.described.at(v), Unknown, false})
		} else {
			c.files.licence = readLicence(v.Text, data)
		}
	}
}

// look scans a copy and reads what lies around its weights.
func look(ctx context.Context, s Source) (*files, error) {
	out, err := model.Tree(ctx, s.Tree, model.Options{Digest: s.Hash, Under: s.Under})
	if err != nil {
		return nil, err
	}
	f := &files{facts: map[string]Fact{}, hashed: s.Hash}
	inside := func(name string) string {
		if s.Under == "" || s.Under == "." {
			return name
		}
		return strings.TrimPrefix(name, s.Under+"/")
	}
	only := path.Dir(s.Only)
	for _, file := range out.Files {
		file.Path = inside(file.Path)
		if s.Only != "" && file.Path != s.Only && (path.Dir(file.Path) != only || isWeight(file.Format)) {
			continue
		}
		f.take(file)
	}
	for _, g := range out.Gaps {
		if g.Reason != "" {
			f.unread = append(f.unread, Signal{"not read", inside(g.Path) + ": " + g.Reason, inside(g.Path), Unknown, false})
		}
	}
	for _, l := range out.Links {
		f.unread = append(f.unread, Signal{"link", "leads out of the folder and was not followed", inside(l), Unknown, false})
	}
	return f, f.readAround(ctx, s, inside)
}

// take sorts one scanned file into weights and what comes with them.
func (f *files) take(file model.File) {
	w := weight{path: file.Path, format: file.Format, sha256: file.SHA256, size: file.Size, verdict: file.Verdict}
	for i := len(file.Reasons) - 1; i >= 0; i-- { // the worst comes first, and is kept
		r := file.Reasons[i]
		if r.Verdict != inspect.Clean {
			w.reason = r.Message
		}
		if remoteCodeSaid(r.ID) {
			w.code = r.Message
		}
	}
	if isWeight(file.Format) {
		f.weights = append(f.weights, w)
	} else {
		f.around = append(f.around, w)
	}
	for name, value := range file.Facts {
		if old, ok := f.facts[name]; !ok || nearer(file.Path, old.At) {
			f.facts[name] = Fact{value, file.Path}
		}
	}
	if n, ok := file.Facts["parameters"]; ok && isWeight(file.Format) {
		f.add("parameters of "+string(class(file.Format)), n, file.Path)
	}
}

// add sums a count over the files that hold parts of one model.
func (f *files) add(name, value, at string) {
	n, err := parseCount(value)
	if err != nil {
		return
	}
	old, _ := parseCount(f.facts[name].Value)
	f.facts[name] = Fact{fmt.Sprintf("%.0f", old+n), firstOf(f.facts[name].At, at)}
}

// nearer says whether a fact of one file stands before that of another: a file at the root of the copy is about all of it.
func nearer(a, b string) bool {
	if d, e := strings.Count(a, "/"), strings.Count(b, "/"); d != e {
		return d < e
	}
	return base(a) == "config.json" && base(b) != "config.json"
}

// readAround reads card, licence, proofs and notes of a hub's client.
func (f *files) readAround(ctx context.Context, s Source, inside func(string) string) error {
	names := []string{}
	entries, err := s.Tree.List(firstOf(s.Under, "."), 5000)
	if err != nil && len(entries) == 0 {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	full := func(name string) string { return path.Join(s.Under, name) }
	for _, name := range names {
		lower := strings.ToLower(name)
		switch {
		case f.card == nil && (lower == "readme.md" || strings.Contains(lower, "model_card") || strings.Contains(lower, "model-card") || strings.Contains(lower, "modelcard")) && document.Read(name, nil).Format != document.Unreadable:
			if data, err := s.Tree.ReadHead(full(name), cardBytes); err != nil {
				f.unread = append(f.unread, Signal{"card", "could not be read: " + err.Error(), name, Unknown, false})
			} else {
				f.takeCard(name, data)
			}
		case f.licence == nil && licenceName(lower):
			if data, err := s.Tree.ReadHead(full(name), licenceBytes); err == nil {
				f.licence = readLicence(name, data)
			}
		}
		if proofName(lower) && len(f.proofs) < proofsMost {
			f.proofs = append(f.proofs, name)
		}
	}
	f.readManifest(s.Tree, full)
	return f.readFetched(ctx, s.Tree, s.Under)
}

func (f *files) takeCard(name string, data []byte) {
	d := document.Read(name, data)
	f.card, f.cardRaw = &d, string(data)
}

func licenceName(lower string) bool {
	return strings.HasPrefix(lower, "license") || strings.HasPrefix(lower, "licence") || strings.HasPrefix(lower, "copying") || strings.HasPrefix(lower, "use_policy") || lower == "notice.txt"
}

func place(p string, line int) string {
	if line <= 0 {
		return p
	}
	return fmt.Sprintf("%s:%d", p, line)
}
