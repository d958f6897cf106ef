package deploy

import (
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

var (
	releaseHeading = pattern.New(`(?i)^\W*(?:version |release )?v?(\d+\.\d+(?:\.\d+)?(?:[-+][\w.]+)?)\b`)
	versionInText  = pattern.New(`\bv?(\d+\.\d+(?:\.\d+)?)\b`)
	versionNamed   = pattern.New(`(?i)\b(?:version|release)s?\s+v?(\d+\.\d+(?:\.\d+)?)\b`)
)

// releasesOf lists the versions of the changelog, newest first, as its headings give them.
func releasesOf(s *lodemark.Subject) (versions []string, file string) {
	for _, d := range document.Find(s, "changelog").Documents {
		for _, sec := range d.Sections {
			heading := strings.NewReplacer("[", "", "]", "").Replace(sec.Heading)
			if m := releaseHeading.FindStringSubmatch(heading); m != nil && len(versions) < 200 {
				versions = append(versions, m[1])
			}
		}
		if len(versions) > 0 {
			return versions, d.Path
		}
	}
	return nil, ""
}

// outdated tells of a report that evaluates an earlier release than the newest: what was released since was not evaluated
// (DEP-4.1). A report that names no release of the changelog, or names the newest anywhere, is not judged by this.
func outdated(s *lodemark.Subject, title, text string) []document.Shortfall {
	versions, file := releasesOf(s)
	if len(versions) < 2 {
		return nil
	}
	named := map[string]bool{}
	for _, m := range versionInText.FindAllStringSubmatch(title+"\n"+text, 500) {
		named[m[1]] = true
	}
	newest := versions[0]
	if named[newest] || named[strings.TrimSuffix(newest, ".0")] {
		return nil
	}
	said := map[string]bool{versionOf(title): true}
	for _, m := range versionNamed.FindAllStringSubmatch(text, 100) {
		said[m[1]] = true
	}
	for _, older := range versions[1:] {
		if said[older] {
			return []document.Shortfall{{Clauses: []string{"DEP-4.1"}, Message: fmt.Sprintf("evaluates version %s, and %s has %s as the newest release", older, file, newest), Fix: "evaluate " + newest + ", and write the report for it"}}
		}
	}
	return nil
}

func versionOf(title string) string {
	if m := versionInText.FindStringSubmatch(title); m != nil {
		return m[1]
	}
	return ""
}
