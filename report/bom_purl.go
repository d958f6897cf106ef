package report

import (
	"strings"

	packageurl "github.com/package-url/packageurl-go"

	"github.com/lodemark/lodemark"
)

// purlSafe says whether a text is made of what names and versions of packages are made of. What is not gets no package URL.
func purlSafe(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || !isWordByte(c) && strings.IndexByte("@._~/+:!*-", c) < 0 {
			return false
		}
	}
	return s != "" && len(s) <= 214
}

// purlOf is the package URL of a package, of a model on the hub, or of an image; empty for what has none.
func purlOf(p part) string {
	switch {
	case p.Kind == lodemark.KindPackage:
		return packagePURL(p.value("ecosystem"), p.Name, p.Version)
	case onHub(p) && p.Kind != lodemark.KindDataset: // the type is defined for models alone
		owner, name, _ := strings.Cut(p.Name, "/")
		version := ""
		if p.Pin == lodemark.PinCommit {
			version = strings.ToLower(p.Version)
		}
		return purl(packageurl.TypeHuggingface, owner, name, version, nil)
	}
	return ""
}

func packagePURL(ecosystem, name, version string) string {
	switch ecosystem {
	case "pypi":
		return purl(packageurl.TypePyPi, "", strings.ToLower(strings.ReplaceAll(name, "_", "-")), version, nil)
	case "npm":
		scope, base := "", name
		if i := strings.LastIndexByte(name, '/'); i > 0 {
			scope, base = name[:i], name[i+1:]
		}
		return purl(packageurl.TypeNPM, scope, base, version, nil)
	case "go":
		i := strings.LastIndexByte(name, '/')
		return purl(packageurl.TypeGolang, name[:max(i, 0)], name[i+1:], version, nil)
	case "maven":
		group, artifact, ok := strings.Cut(name, ":")
		if !ok {
			return ""
		}
		return purl(packageurl.TypeMaven, group, artifact, version, nil)
	case "cargo":
		return purl(packageurl.TypeCargo, "", name, version, nil)
	case "conda":
		return purl(packageurl.TypeConda, "", name, version, nil)
	}
	return ""
}

// image is a reference to a container image, taken apart.
type image struct{ repository, name, tag, digest string }

// imageOf reads registry/path/name:tag@sha256:digest; the zero value is none.
func imageOf(ref string) image {
	if !purlSafe(ref) {
		return image{}
	}
	var i image
	rest, digest, _ := strings.Cut(ref, "@")
	if hashOf(digest) != nil {
		i.digest = digest
	}
	slash := strings.LastIndexByte(rest, '/')
	name, tag, _ := strings.Cut(rest[slash+1:], ":")
	i.name, i.tag = name, tag
	i.repository = "docker.io/library/" + name // where nothing is said, as every runtime reads it
	if slash >= 0 {
		i.repository = rest[:slash] + "/" + name
		if host, _, _ := strings.Cut(rest, "/"); !strings.ContainsAny(host, ".:") && host != "localhost" {
			i.repository = "docker.io/" + i.repository
		}
	}
	return i
}

// purl is the package URL of an image: its version is a digest and nothing less.
func (i image) purl() string {
	q := map[string]string{"repository_url": i.repository}
	if i.tag != "" {
		q["tag"] = i.tag
	}
	return purl(packageurl.TypeOCI, "", strings.ToLower(i.name), i.digest, q)
}

func purl(kind, namespace, name, version string, qualifiers map[string]string) string {
	for _, s := range []string{namespace, version} {
		if s != "" && !purlSafe(s) {
			return ""
		}
	}
	if !purlSafe(name) {
		return ""
	}
	var q packageurl.Qualifiers
	if len(qualifiers) > 0 {
		q = packageurl.QualifiersFromMap(qualifiers)
	}
	return packageurl.NewPackageURL(kind, namespace, name, version, q, "").ToString()
}
