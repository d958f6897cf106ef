package provenance

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Source is where the built thing came from, by the word of the builder.
type Source struct {
	Repository string // "https://github.com/example/model", in one spelling
	Ref        string // "refs/heads/main"; "": not said
	Commit     string // hex; "": not said
	Entry      string // the workflow or configuration that was run; "": not said
	// Sure: the build type says in which member the source stands. Otherwise it is the only repository among what went in.
	Sure bool
}

// Source reads the source of a build. Where it stands depends on the build type, and a builder of an unknown type lists what went in without
// saying what of it was built: then the source is known only where a single repository went in. The error says why it is not.
func (p Provenance) Source() (Source, error) {
	if p.Version == "v0.2" {
		return p.sourceV02()
	}
	switch p.BuildType {
	case "https://actions.github.io/buildtypes/workflow/v1", "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1":
		return p.sourceAt("workflow", "repository", "ref", "path")
	case "https://cloud.google.com/build/gcb-buildtypes/google-worker/v1":
		return p.sourceAt("buildConfigSource", "repository", "ref", "path")
	case "https://slsa.dev/container-based-build/v0.1?draft", "https://slsa.dev/container-based-build/v0.1":
		return p.sourceInContainer()
	}
	return p.onlyRepository()
}

// sourceAt reads a source that the external parameters name in one member, and its commit from among the dependencies.
func (p Provenance) sourceAt(member, repository, ref, entry string) (s Source, err error) {
	o, err := p.ext.object(member)
	if err != nil {
		return s, err
	}
	s.Sure = true
	uri := ""
	if err := firstOf(set(&uri, o, repository), set(&s.Ref, o, ref), set(&s.Entry, o, entry)); err != nil {
		return s, err
	}
	if s.Repository, _ = splitURI(uri); s.Repository == "" {
		return s, fmt.Errorf("%s.%s names no repository", member, repository)
	}
	s.Commit, err = p.commitOf(s.Repository, s.Ref)
	return s, err
}

// commitOf finds the commit of a repository among the dependencies. Two different ones are one too many.
func (p Provenance) commitOf(repository, ref string) (string, error) {
	commit := ""
	for _, d := range p.Dependencies {
		r, at := splitURI(d.URI)
		if !isRepository(d.URI) || r != repository || at != "" && ref != "" && at != ref {
			continue
		}
		c := commitIn(d.Digests)
		if c != "" && commit != "" && c != commit {
			return "", fmt.Errorf("two commits of %s are listed", repository)
		}
		commit = c
	}
	return commit, nil
}

func (p Provenance) sourceInContainer() (s Source, err error) {
	o, err := p.ext.object("source")
	if err != nil {
		return s, err
	}
	uri := ""
	if err := firstOf(set(&uri, o, "uri"), set(&s.Entry, p.ext, "configPath")); err != nil {
		return s, err
	}
	digests, err := readDigests(o)
	if err != nil {
		return s, err
	}
	s.Repository, s.Ref = splitURI(uri)
	s.Commit, s.Sure = commitIn(digests), true
	if s.Repository == "" {
		return s, fmt.Errorf("source.uri names no repository")
	}
	return s, nil
}

func (p Provenance) sourceV02() (s Source, err error) {
	uri := ""
	if err := firstOf(set(&uri, p.config, "uri"), set(&s.Entry, p.config, "entryPoint")); err != nil {
		return s, err
	}
	digests, err := readDigests(p.config)
	if err != nil {
		return s, err
	}
	s.Repository, s.Ref = splitURI(uri)
	s.Commit, s.Sure = commitIn(digests), true
	if s.Repository != "" {
		return s, nil
	}
	return p.onlyRepository()
}

// onlyRepository takes the one repository among the dependencies for the source.
func (p Provenance) onlyRepository() (Source, error) {
	var found []Source
	for _, d := range p.Dependencies {
		if !isRepository(d.URI) {
			continue
		}
		r, ref := splitURI(d.URI)
		found = append(found, Source{Repository: r, Ref: ref, Commit: commitIn(d.Digests)})
	}
	switch {
	case len(found) == 0:
		return Source{}, fmt.Errorf("no repository is named")
	case slices.ContainsFunc(found, func(s Source) bool { return s != found[0] }):
		return Source{}, fmt.Errorf("%d repositories went in, and builds of type %s do not tell which of them was built", len(found), p.BuildType)
	}
	return found[0], nil
}

// commitIn is the commit in a set of digests; git's SHA-1 and SHA-256 names go by several words.
func commitIn(digests map[string]string) string {
	for _, name := range []string{"gitCommit", "sha1"} {
		if d := digests[name]; isHex(d, 40) || isHex(d, 64) {
			return d
		}
	}
	return ""
}

// isRepository says whether an address is one of a git repository.
func isRepository(uri string) bool {
	return strings.HasPrefix(uri, "git+") || strings.HasPrefix(uri, "git://") || strings.HasPrefix(uri, "https://github.com/") || strings.HasPrefix(uri, "https://gitlab.com/")
}

// splitURI takes the address of a repository apart: in one spelling, and the ref behind "@". An address of anything else gives "".
func splitURI(uri string) (repository, ref string) {
	uri = strings.TrimPrefix(uri, "git+")
	if !strings.Contains(uri, "://") {
		uri = "https://" + uri
	}
	u, err := url.Parse(uri)
	if err != nil || u.Host == "" || strings.ContainsFunc(uri, odd) || u.RawQuery != "" || !slices.Contains([]string{"https", "http", "ssh", "git"}, u.Scheme) {
		return "", ""
	}
	at, ref, _ := strings.Cut(u.Path, "@")
	for at = strings.Trim(at, "/"); strings.HasSuffix(at, ".git"); {
		at = strings.Trim(strings.TrimSuffix(at, ".git"), "/")
	}
	if at == "" || strings.Contains(at, "//") || strings.Contains(at, "..") {
		return "", ""
	}
	// Who an address logs in as, and by which way, does not make it another repository; hosts are the same in any case of letters.
	return "https://" + strings.ToLower(u.Host) + "/" + at, ref
}

// odd are characters that the address of a repository does without, and by which one could be written in several ways.
func odd(r rune) bool { return r <= ' ' || r > '~' || r == '%' || r == '\\' || r == '#' }
