package provenance

import (
	"fmt"
	"strings"
)

// subjects finds those subjects of a statement that are this artefact: one for a file or an image, one for each file of a folder. Whatever is no
// subject is the error.
func (a Artefact) subjects(s Statement) ([]Subject, error) {
	index := indexOf(s)
	if len(a.Files) == 0 {
		found, err := index.find(a)
		return []Subject{found}, err
	}
	var all []Subject
	for _, f := range a.Files {
		found, err := index.find(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", quote(f.Name), err)
		}
		// In a folder, names matter: two files that change places are another model.
		if found.Name != f.Name && !strings.HasSuffix(found.Name, "/"+f.Name) {
			named, ok := index.named(f)
			if !ok {
				return nil, fmt.Errorf("%s: its content is that of subject %s", quote(f.Name), quote(found.Name))
			}
			found = named
		}
		all = append(all, found)
	}
	return all, nil
}

// subjectIndex finds subjects by their digests; folders have many files, and statements many subjects.
type subjectIndex struct {
	statement Statement
	by        map[string][]int // "sha256:<hex>" to subjects
}

func indexOf(s Statement) subjectIndex {
	x := subjectIndex{s, map[string][]int{}}
	for i, subject := range s.Subjects {
		for algorithm := range bits {
			if d := subject.Digests[algorithm]; d != "" {
				key := algorithm + ":" + d
				x.by[key] = append(x.by[key], i)
			}
		}
	}
	return x
}

// find takes the first subject that has a digest of the artefact. Where it has several, all that can be compared agree.
func (x subjectIndex) find(a Artefact) (Subject, error) {
	for _, algorithm := range []string{"sha256", "sha384", "sha512"} {
		d := a.Digests[algorithm]
		if d == "" {
			continue
		}
		for _, i := range x.by[algorithm+":"+d] {
			s := x.statement.Subjects[i]
			if contradicts(a, s) {
				return s, fmt.Errorf("the digests of subject %s contradict each other", quote(s.Name))
			}
			return s, nil
		}
	}
	n := len(x.statement.Subjects)
	if !x.comparable(a) {
		return Subject{}, fmt.Errorf("none of the %d subjects has a digest that can be compared with %s", n, a.main())
	}
	return Subject{}, fmt.Errorf("none of the %d subjects is %s", n, a.main())
}

// named finds, among the subjects with the content of a file, the one with its name.
func (x subjectIndex) named(f Artefact) (Subject, bool) {
	for algorithm, d := range f.Digests {
		for n, i := range x.by[algorithm+":"+d] {
			s := x.statement.Subjects[i]
			if (s.Name == f.Name || strings.HasSuffix(s.Name, "/"+f.Name)) && !contradicts(f, s) {
				return s, true
			}
			if n > 1000 { // empty files can be many; a thousand of one content is enough to look through
				break
			}
		}
	}
	return Subject{}, false
}

func contradicts(a Artefact, s Subject) bool {
	for algorithm := range bits {
		want, said := a.Digests[algorithm], s.Digests[algorithm]
		if want != "" && said != "" && want != said {
			return true
		}
	}
	return false
}

func (x subjectIndex) comparable(a Artefact) bool {
	for _, s := range x.statement.Subjects {
		for algorithm := range a.Digests {
			if bits[algorithm] > 0 && s.Digests[algorithm] != "" {
				return true
			}
		}
	}
	return false
}

// main is the digest to speak of.
func (a Artefact) main() string { return a.by(a.Digests) }

// by is the first digest of the artefact whose algorithm is among others.
func (a Artefact) by(others map[string]string) string {
	for _, algorithm := range []string{"sha256", "sha384", "sha512"} {
		if d := a.Digests[algorithm]; d != "" && others[algorithm] != "" {
			return algorithm + ":" + d
		}
	}
	return "an artefact without digest"
}
