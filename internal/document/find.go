package document

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark"
)

// Found is what was found of the documents of one kind.
type Found struct {
	Kind      string
	Documents []Document // nearest to the root first
	Drafts    []Document // what says of itself that it is a draft; none of it is evidence
	Examined  []string   // paths of the documents
	Declared  bool       // lodemark.yaml points to it, to a path or an address
	Unread    []lodemark.Gap
	Beyond    []lodemark.Gap // a bound that was reached: there are more documents that could be of the kind
	pointer   lodemark.DocumentPointer
	record    string // path of lodemark.yaml; empty: there is none
	line      int    // of the pointer in it
}

// The bounds of one search.
const (
	namedMost  = 20      // documents of one kind by name
	titledMost = 300     // documents whose title is looked at
	headBytes  = 8 << 10 // in which the title is looked for
)

// Find looks for the documents of a kind, one of lodemark.DocumentKinds: where lodemark.yaml points to, else by the names of
// files, else by titles. Tests, vendored folders, templates and examples of other things are left out, and so is what lies
// in the folders of other products. Links are not followed. A run looks once for each kind, whichever checks ask; callers
// must not change what they get.
func Find(s *lodemark.Subject, kind string) Found {
	return lodemark.Shared(s, "document.Find "+kind, func() Found {
		f := find(s, kind)
		f.Documents, f.Drafts, f.Examined, f.Unread = slices.Clip(f.Documents), slices.Clip(f.Drafts), slices.Clip(f.Examined), slices.Clip(f.Unread)
		beyondOf(s).add(f.Beyond)
		return f
	})
}

// Beyond tells the bounds that were reached while the run looked for documents, one of a kind at the most, whether or not the
// checks that asked had any use for more.
func Beyond(s *lodemark.Subject) []lodemark.Gap {
	b := beyondOf(s)
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.gaps)
}

type beyond struct {
	mu   sync.Mutex
	gaps []lodemark.Gap
}

func beyondOf(s *lodemark.Subject) *beyond {
	return lodemark.Shared(s, "document.beyond", func() *beyond { return &beyond{} })
}

func (b *beyond) add(gaps []lodemark.Gap) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gaps = append(b.gaps, gaps...)
}

func find(s *lodemark.Subject, kind string) Found {
	d := s.System.Declared
	f := Found{Kind: kind, record: d.Path, pointer: d.Documents[kind]}
	f.Declared = f.pointer != lodemark.DocumentPointer{}
	f.line = cmp.Or(d.Lines["documents."+kind+".path"], d.Lines["documents."+kind], d.Lines["documents"])
	if f.Declared {
		f.declared(s)
		return f
	}
	names := namesOf(kind)
	if candidates := byName(s, names); len(candidates) > 0 {
		f.take(s, names, candidates)
	}
	if len(f.Documents) == 0 {
		f.byTitle(s, names)
	}
	return f
}

// declared reads what lodemark.yaml points to: a file, or every document of a folder.
func (f *Found) declared(s *lodemark.Subject) {
	at := strings.TrimSuffix(f.pointer.Path, "/")
	if at == "" {
		return
	}
	taken := 0
	for _, file := range s.System.Files {
		if file.Path != at && !(strings.HasPrefix(file.Path, at+"/") && hasDocumentEnding(file.Path)) {
			continue
		}
		if taken++; taken > namedMost {
			f.more(file.Path)
			return
		}
		f.read(s, file)
	}
}

// more tells that there are more documents that could be of the kind than are read, the first of them at the path.
func (f *Found) more(path string) {
	f.Beyond = append(f.Beyond, lodemark.Gap{Path: path, Reason: fmt.Sprintf("more than %d documents could be of the kind %s, and no more are read", namedMost, f.Kind)})
}

// read adds a document, apart where it is a draft, or a gap where it cannot be read.
func (f *Found) read(s *lodemark.Subject, file lodemark.File) (Document, bool) {
	unread := func(reason string) (Document, bool) {
		f.Unread = append(f.Unread, lodemark.Gap{Path: file.Path, Reason: reason})
		return Document{}, false
	}
	switch {
	case file.Link != "":
		return unread("is a link, and links are not followed")
	case slices.Contains(unreadEndings, strings.ToLower(path.Ext(file.Path))):
		return unread("is a document in a format that is not read")
	}
	d, err := Of(s, file.Path)
	if err != nil {
		f.Unread = append(f.Unread, lodemark.Unread(file.Path, 0, err, true))
		return Document{}, false
	}
	if d.Format == Unreadable {
		return unread(d.Cut)
	}
	if d.Draft {
		if !slices.ContainsFunc(f.Drafts, func(other Document) bool { return other.Path == d.Path }) {
			f.Drafts = append(f.Drafts, d)
		}
		return d, false
	}
	f.Documents = append(f.Documents, d)
	f.Examined = append(f.Examined, d.Path)
	return d, true
}

// take reads the candidates, and leaves out weak ones whose text speaks of something else.
func (f *Found) take(s *lodemark.Subject, names kindNames, candidates []candidate) {
	for i, c := range candidates {
		if i >= namedMost {
			f.more(c.file.Path)
			return
		}
		if c.weak && !(names.kind == "security-policy" && c.place.near() == 0) && !slices.Contains(unreadEndings, c.place.ext) {
			data, err := s.Read(c.file.Path)
			if err == nil && !names.confirm.Match(data) {
				continue
			}
		}
		if names.one && len(f.Documents) > 0 {
			if first := placeOf(f.Documents[0].Path); c.place.near() > first.near() || c.place.other && !first.other {
				return
			}
		}
		f.read(s, c.file)
	}
}

// byTitle looks at the titles of documents near the root.
func (f *Found) byTitle(s *lodemark.Subject, names kindNames) {
	looked := 0
	for _, c := range nearest(s, names) {
		if len(f.Documents) >= namedMost {
			f.more(c.file.Path)
			return
		}
		if looked++; looked > titledMost {
			if len(f.Documents)+len(f.Drafts) == 0 { // what was not looked at keeps Missing from saying that there is none
				f.Unread = append(f.Unread, lodemark.Gap{Path: c.file.Path, Reason: fmt.Sprintf("the titles of more than %d documents are not looked at", titledMost)})
			}
			return
		}
		if head, err := headOf(s, c.file.Path); err != nil || !entitled(head, names) {
			continue
		}
		f.read(s, c.file)
	}
}

// Of reads one document of the subject, once in a run.
func Of(s *lodemark.Subject, path string) (Document, error) {
	return once(s, "document.Of "+path, path, s.Read, func(data []byte) Document { return Read(path, data) })
}

// headOf reads the beginning of a document, in which its title stands.
func headOf(s *lodemark.Subject, path string) (Document, error) {
	begin := func(path string) ([]byte, error) {
		if s.Head != nil {
			return s.Head(path, headBytes)
		}
		return s.Read(path)
	}
	return once(s, "document.headOf "+path, path, begin, func(data []byte) Document {
		return Read(path, data[:min(len(data), headBytes)])
	})
}

func once(s *lodemark.Subject, key, path string, load func(string) ([]byte, error), read func([]byte) Document) (Document, error) {
	type outcome struct {
		document Document
		err      error
	}
	o := lodemark.Shared(s, key, func() outcome {
		data, err := load(path)
		if err != nil {
			return outcome{err: err}
		}
		return outcome{document: read(data)}
	})
	return o.document, o.err
}

// entitled says whether the title of a document is one of the kind, with at most a few words more.
func entitled(d Document, names kindNames) bool {
	if names.kind == "model-card" && d.Field("library_name", "pipeline_tag", "base_model") != "" {
		return true // the metadata of a model hub
	}
	title := flatWords(d.Title)
	for _, word := range strings.Fields(title) {
		if aside[word] || word == "how" {
			return false
		}
	}
	for _, t := range names.titles {
		if phraseIn(title, t) && len(strings.Fields(title)) <= len(strings.Fields(t))+6 {
			return true
		}
	}
	return false
}

func phraseIn(text, phrase string) bool {
	if phrase != "" && phrase[0] >= 0x80 {
		return strings.Contains(text, phrase)
	}
	return strings.Contains(" "+text+" ", " "+phrase+" ")
}
