package hdf5

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Format is HDF5 of any kind.
func Format() inspect.Format {
	return inspect.Format{
		Name:    "hdf5",
		Doc:     "Opening a hostile HDF5 file can read other files through links and outer datasets, and pandas and PyTables unpickle its attributes.",
		Endings: []string{".h5", ".hdf5", ".he5"},
		Claims:  Claims,
		Scan: func(ctx context.Context, p *inspect.Part) error {
			return Scan(ctx, p, nil)
		},
		Canary: func() (string, []byte) {
			return "canary.h5", Sample(nil, [][2]string{{"inert.h5", "/weights"}})
		},
		CanaryWant: inspect.Dangerous,
	}
}

// Claims says whether a part is an HDF5 file, or one whose signature was damaged in transfer.
func Claims(p *inspect.Part) bool {
	_, ok := Find(p)
	return ok
}

// What is not written costs nothing in a file, and its reader all of its claimed size. Values of a kind pack to a thousandth at
// most; a dataset that claims more than the first, and the file times the second, is none that anybody filled.
const (
	maxUnbacked   = 8 << 30
	unbackedTimes = 2000
)

const (
	maxText  = 16 << 20 // bytes of one text of an attribute
	maxTexts = 4096     // of one attribute
)

// Text is a text of an attribute.
type Text struct {
	Object, Name string
	Value        string
	Offset       int64 // in the part, -1 where it lies in a heap
}

// Scan looks at a file's structure, and shows each text in its attributes to see.
func Scan(ctx context.Context, p *inspect.Part, see func(Text) error) error {
	at, ok := Find(p)
	if !ok {
		return &inspect.DamageError{Offset: 0, Reason: "has no signature of HDF5"}
	}
	f, err := Open(p, p.Size, at)
	if err != nil {
		return err
	}
	if at > 0 {
		p.Say(inspect.Clean, "hdf5-user-block", 0, "has %d bytes before its beginning, which readers of HDF5 pass over", at)
	}
	s := &scan{ctx: ctx, part: p, see: see, file: f}
	err = f.Walk(ctx, Visitor{Link: s.link, Attribute: s.attribute, Object: s.object, Names: p.Members})
	if s.datasets > 0 {
		p.Fact("tensors", strconv.Itoa(s.datasets))
		p.Fact("parameters", strconv.FormatInt(s.values, 10))
	}
	if errors.Is(err, errSpent) {
		p.Say(inspect.NotRead, "limit", -1, "%v", err)
		return nil
	}
	return err
}

type scan struct {
	ctx      context.Context
	part     *inspect.Part
	see      func(Text) error
	file     *File
	objects  string // the path of a dataset whose values are pickles, as PyTables says with an attribute
	datasets int
	values   int64
	tables   bool // written by PyTables, whose attributes are unpickled
	pickles  int
	read     int // bytes of text
}

func (s *scan) link(path string, l Link) error {
	switch {
	case l.Kind == External:
		s.part.Say(inspect.Dangerous, "hdf5-external-link", l.offset, "%s is a link to %s in the file %s: reading it opens a file outside this one", inspect.Quote(path), inspect.Quote(l.Target), inspect.Quote(l.File))
	case l.Kind > External:
		s.part.Say(inspect.Unknown, "hdf5-link", l.offset, "%s is a link of kind %d, which a program of its own follows", inspect.Quote(path), l.Kind)
	}
	return nil
}

func (s *scan) object(o *Object) error {
	d := o.Dataset
	if d == nil {
		return nil
	}
	if !strings.HasPrefix(o.Path, "/optimizer") && (d.Class == classInteger || d.Class == classFloat) {
		s.datasets++
		if d.Count < 1<<50 && s.values < 1<<60 {
			s.values += d.Count
		}
	}
	if claims := d.claims(); claims > maxUnbacked && claims/unbackedTimes > s.part.Size && len(d.External)+len(d.Virtual) == 0 {
		s.part.Say(inspect.NotRead, "hdf5-giant", o.Offset, "dataset %s claims %d bytes of values in a file of %d: a program that reads it uses up its memory", inspect.Quote(o.Path), claims, s.part.Size)
	}
	for _, name := range d.External {
		s.part.Say(inspect.Dangerous, "hdf5-external-data", o.Offset, "dataset %s takes its values from the file %s: reading it opens a file outside this one", inspect.Quote(o.Path), inspect.Quote(name))
	}
	if s.objects == o.Path && len(d.External)+len(d.Virtual) == 0 {
		if err := s.pickled(o); err != nil {
			return err
		}
	}
	if len(d.Virtual) > 0 && (d.Virtual[0] != "." || len(d.Virtual) > 1) {
		s.part.Say(inspect.Dangerous, "hdf5-virtual", o.Offset, "dataset %s is put together from datasets in other files, the first in %s", inspect.Quote(o.Path), inspect.Quote(d.Virtual[0]))
	}
	return nil
}

func (s *scan) attribute(path string, a *Attribute) error {
	texts, cut, err := a.Texts(maxTexts, maxText)
	if err != nil {
		return err
	}
	if a.Name == "PSEUDOATOM" && len(texts) == 1 && texts[0] == "object" {
		s.objects = path
	}
	if cut {
		s.part.Say(inspect.NotRead, "limit", a.Offset, "attribute %s of %s is longer than is read", inspect.Quote(a.Name), inspect.Quote(path))
	}
	if path == "/" && (a.Name == "PYTABLES_FORMAT_VERSION" || a.Name == "CLASS" || a.Name == "pandas_version" || a.Name == "pandas_type") {
		s.tables = true
	}
	for _, t := range texts {
		if s.read += len(t); s.read > maxSpent { // the same bytes again and again
			return errSpent
		}
		s.pickle(path, a, t)
		if s.see != nil {
			if err := s.see(Text{path, a.Name, t, a.Offset}); err != nil {
				return err
			}
		}
	}
	return nil
}

// pickled hands on the values of a dataset of objects, which PyTables unpickles.
func (s *scan) pickled(o *Object) error {
	whole, err := s.file.variable(o.Dataset, 1000, func(v []byte) error {
		if s.read += len(v); s.read > maxSpent {
			return errSpent
		}
		if s.part.Members(1) {
			s.part.Member(s.ctx, strings.TrimPrefix(o.Path, "/")+".pickle", bytes.NewReader(v), int64(len(v)))
		}
		return nil
	})
	if !whole {
		s.part.Say(inspect.NotRead, "hdf5-pickles", o.Offset, "dataset %s holds pickles, of which not all were looked at", inspect.Quote(o.Path))
	}
	return err
}

// pickle hands on what PyTables unpickles: any text of an attribute that ends with a full stop. A pickle of a newer protocol
// is no text at all, and handed on wherever it stands.
func (s *scan) pickle(path string, a *Attribute, t string) {
	if len(t) < 3 || t[len(t)-1] != '.' {
		return
	}
	binary := t[0] == 0x80 && t[1] >= 1 && t[1] <= 5
	if !binary && (!s.tables || isWord(t)) {
		return
	}
	if s.pickles++; s.pickles > 2000 || !s.part.Members(1) {
		if s.pickles == 2001 {
			s.part.Say(inspect.NotRead, "limit", a.Offset, "has more pickles in its attributes than are looked at")
		}
		return
	}
	b := []byte(t)
	s.part.Member(s.ctx, strings.TrimPrefix(path+"@"+a.Name, "/")+".pickle", bytes.NewReader(b), int64(len(b)))
}

// isWord tells text of the language, and versions, from pickles that are text: those have lines, or a mark for a tuple.
func isWord(t string) bool {
	return !strings.ContainsAny(t, "\n(){}[]") || strings.Contains(t, " ") && !strings.Contains(t, "\n")
}
