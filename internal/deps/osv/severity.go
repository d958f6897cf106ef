package osv

import (
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"

	"github.com/lodemark/lodemark"
)

// Rating is how bad an advisory is, and who says so.
type Rating struct {
	Severity lodemark.Severity
	Rated    bool   // false: nobody rated it, and Severity is high, so that no gate lets it through unseen
	From     string // the CVSS vector, "database", "malicious", or what it is instead of a vulnerability: "unmaintained"
}

// unrated counts as high until somebody rates it.
func unrated() Rating { return Rating{Severity: lodemark.SeverityHigh} }

// rate takes the newest CVSS vector that makes sense, then the database's own word. What is malicious is critical.
func (r *record) rate(a *affected) Rating {
	if r.malicious() {
		return Rating{lodemark.SeverityCritical, true, "malicious"}
	}
	if a.Database.Informs != "" {
		return informed(a.Database.Informs)
	}
	for _, list := range [][]rating{a.Severity, r.Severity} {
		for _, kind := range []string{"CVSS_V4", "CVSS_V3", "CVSS_V2"} {
			for _, s := range list[:min(len(list), 20)] {
				if s.Type == kind {
					if severity, ok := scored(s.Score); ok {
						return Rating{severity, true, s.Score}
					}
				}
			}
		}
	}
	for _, word := range []string{a.Database.Severity, a.Ecosystem.Severity, r.Database.Severity} {
		if severity, ok := worded(word); ok {
			return Rating{severity, true, "database"}
		}
	}
	return unrated()
}

// informed rates what RustSec tells beside vulnerabilities: code that may be misused into undefined behaviour, and news such as that
// nobody looks after a package any more.
func informed(word string) Rating {
	if word == "unsound" {
		return Rating{lodemark.SeverityLow, true, "unsound"}
	}
	return Rating{lodemark.SeverityInfo, true, oneLine(word, 100)}
}

// scored rates a CVSS vector of any version.
func scored(vector string) (lodemark.Severity, bool) {
	if len(vector) > 500 {
		return 0, false
	}
	switch {
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		v, err := gocvss40.ParseVector(vector)
		if err != nil {
			return 0, false
		}
		return banded(v.Score())
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		v, err := gocvss31.ParseVector(vector)
		if err != nil {
			return 0, false
		}
		return banded(v.BaseScore())
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		v, err := gocvss30.ParseVector(vector)
		if err != nil {
			return 0, false
		}
		return banded(v.BaseScore())
	}
	v, err := gocvss20.ParseVector(strings.Trim(strings.TrimPrefix(vector, "CVSS:2.0/"), "()"))
	if err != nil {
		return 0, false
	}
	score := v.BaseScore()
	if score >= 7 {
		return lodemark.SeverityHigh, true // version 2 knows nothing above
	}
	return banded(score)
}

// banded is the qualitative scale of CVSS 3 and 4.
func banded(score float64) (lodemark.Severity, bool) {
	switch {
	case score >= 9:
		return lodemark.SeverityCritical, true
	case score >= 7:
		return lodemark.SeverityHigh, true
	case score >= 4:
		return lodemark.SeverityMedium, true
	case score > 0:
		return lodemark.SeverityLow, true
	}
	return lodemark.SeverityInfo, true
}

// worded reads the words of databases: GitHub writes MODERATE, others medium.
func worded(word string) (lodemark.Severity, bool) {
	switch strings.ToLower(word) {
	case "critical":
		return lodemark.SeverityCritical, true
	case "high", "important":
		return lodemark.SeverityHigh, true
	case "moderate", "medium":
		return lodemark.SeverityMedium, true
	case "low":
		return lodemark.SeverityLow, true
	}
	return 0, false
}
