package operate

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// advisory is one published notice of a weakness, with what it leaves out.
type advisory struct {
	path, id string
	line     int // 0: the whole file
	lacks    []string
}

// The parts that make an advisory complete.
const (
	partID       = "an identifier (CVE or GHSA)"
	partCWE      = "the kind of weakness (CWE)"
	partAffected = "the affected versions"
	partFixed    = "the version that fixes it"
	partSeverity = "the severity"
)

// advisoryBytes bounds one advisory, advisoriesMost how many are read.
const (
	advisoryBytes  = 1 << 20
	advisoriesMost = 500
)

var (
	publicID   = pattern.New(`(?i)\bCVE-\d{4}-\d{4,}\b|\bGHSA(?:-[23456789cfghjmpqrvwx]{4}){3}\b`)
	anyID      = pattern.New(`(?i)\bCVE-\d{4}-\d{4,}\b|\bGHSA(?:-[23456789cfghjmpqrvwx]{4}){3}\b|\b[A-Z][A-Z0-9]{1,11}-(?:SA-?)?\d{4}-\d{1,5}\b`)
	noPublicID = pattern.New(`(?i)\b(?:no|without an?|not assigned an?) (?:CVE|GHSA)\b|\bCVE\b[^.\n|]{0,40}\b(?:requested|pending|not (?:assigned|needed|requested))\b|\b(?:hosted|internal) service\b`)
	weaknessID = pattern.New(`(?i)\bCWE-\d{1,5}\b`)
	affects    = pattern.New(`(?i)\baffect(?:s|ed)?\b|\bvulnerable (?:versions?|in|up to)|\bimpacted versions?\b`)
	fixes      = pattern.New(`(?i)\b(?:fixed|patched|resolved|corrected|fix|patch(?:es)?|upgrade)\b`)
	numbered   = pattern.New(`\bv?\d+\.\d+(?:\.\d+)*\b|\ball versions\b|\b\d{4}-\d{2}-\d{2}\b|[<>]=?\s*\d`)
	severe     = pattern.New(`(?i)\bCVSS\b|\bseverity\b|\b(?:critical|high|moderate|medium|low)\b`)
	folderName = pattern.New(`(?i)(?:^|/)(?:advisories|security-advisories|bulletins|security-bulletins|csaf|osv|vulns|vex)/`)
	indexName  = pattern.New(`(?i)^(?:readme|index|template|_template|000.*|example.*)\b`)
)

// advisoriesOf gathers what the repository publishes, once in a run: machine-readable files and documents.
func advisoriesOf(s *lodemark.Subject) []advisory {
	return lodemark.Shared(s, "operate.advisories", func() []advisory {
		var all []advisory
		for _, f := range s.System.Files {
			if f.Test || f.Vendored || f.Link != "" || f.Size == 0 || f.Size > advisoryBytes || !strings.EqualFold(path.Ext(f.Path), ".json") || !folderName.MatchString(f.Path) || len(all) >= advisoriesMost {
				continue
			}
			if data, err := s.Read(f.Path); err == nil {
				if a, ok := structured(f.Path, data); ok {
					all = append(all, a)
				}
			}
		}
		for _, d := range document.Find(s, "advisories").Documents {
			if len(all) < advisoriesMost && d.Format != document.JSON {
				all = append(all, proseAdvisories(d)...)
			}
		}
		return all
	})
}

// structured reads an advisory in OSV or CSAF. Other JSON is none.
func structured(p string, data []byte) (advisory, bool) {
	var doc struct {
		ID       string   `json:"id"`
		Aliases  []string `json:"aliases"`
		Modified string   `json:"modified"`
		Affected []struct {
			Ranges   []json.RawMessage `json:"ranges"`
			Versions []string          `json:"versions"`
		} `json:"affected"`
		Severity         []json.RawMessage `json:"severity"`
		DatabaseSpecific struct {
			CWEs     []string `json:"cwe_ids"`
			Severity string   `json:"severity"`
		} `json:"database_specific"`
		Document struct {
			Category string `json:"category"`
			Tracking struct {
				ID string `json:"id"`
			} `json:"tracking"`
		} `json:"document"`
		Vulnerabilities []struct {
			CVE           string          `json:"cve"`
			CWE           json.RawMessage `json:"cwe"`
			CWEs          json.RawMessage `json:"cwes"`
			Scores        json.RawMessage `json:"scores"`
			Metrics       json.RawMessage `json:"metrics"`
			ProductStatus struct {
				KnownAffected []string `json:"known_affected"`
				Fixed         []string `json:"fixed"`
			} `json:"product_status"`
		} `json:"vulnerabilities"`
	}
	if json.Unmarshal(data, &doc) != nil {
		return advisory{}, false
	}
	a := advisory{path: p, id: doc.ID}
	lack := func(there bool, part string) {
		if !there && !slices.Contains(a.lacks, part) {
			a.lacks = append(a.lacks, part)
		}
	}
	switch {
	case strings.HasPrefix(doc.Document.Category, "csaf_"):
		a.id = doc.Document.Tracking.ID
		for _, v := range doc.Vulnerabilities {
			lack(v.CVE != "" || publicID.MatchString(a.id), partID)
			lack(len(v.CWE)+len(v.CWEs) > 0, partCWE)
			lack(len(v.Scores)+len(v.Metrics) > 0, partSeverity)
			lack(len(v.ProductStatus.KnownAffected) > 0, partAffected)
			lack(len(v.ProductStatus.Fixed) > 0, partFixed)
		}
		return a, len(doc.Vulnerabilities) > 0
	case doc.ID != "" && (doc.Modified != "" || len(doc.Affected) > 0):
		text := string(data)
		lack(publicID.MatchString(doc.ID+" "+strings.Join(doc.Aliases, " ")), partID)
		lack(len(doc.DatabaseSpecific.CWEs) > 0 || weaknessID.MatchString(text), partCWE)
		lack(len(doc.Severity) > 0 || doc.DatabaseSpecific.Severity != "", partSeverity)
		ranged, fixed := false, strings.Contains(text, `"fixed"`) || strings.Contains(text, `"last_affected"`)
		for _, af := range doc.Affected {
			ranged = ranged || len(af.Ranges)+len(af.Versions) > 0
		}
		lack(ranged, partAffected)
		lack(fixed, partFixed)
		return a, true
	}
	return advisory{}, false
}

// proseAdvisories takes the advisories of a document: one for each heading with an identifier, or the document as a whole where it
// stands in a folder of advisories.
func proseAdvisories(d document.Document) []advisory {
	var at []int
	level := 0
	for i, sec := range d.Sections {
		if sec.Heading != "" && anyID.MatchString(sec.Heading) && (level == 0 || sec.Level == level) {
			at, level = append(at, i), sec.Level
		}
	}
	if len(at) > 1 || len(at) == 1 && at[0] > 0 && d.Sections[at[0]].Level > 1 {
		var all []advisory
		for _, i := range at {
			sec := d.Sections[i]
			if d.FilledUnder(i) {
				all = append(all, complete(advisory{path: d.Path, id: anyID.FindString(sec.Heading), line: sec.Line}, sec.Heading+"\n"+d.Under(i)))
			}
		}
		return all
	}
	base := path.Base(d.Path)
	if !folderName.MatchString(d.Path) || indexName.MatchString(base) || !d.Filled() {
		return nil
	}
	text := d.Title + "\n"
	for _, f := range d.Front {
		text += f.Name + ": " + f.Value + "\n"
	}
	for _, sec := range d.Sections {
		text += sec.Heading + "\n" + sec.Text + "\n"
	}
	return []advisory{complete(advisory{path: d.Path, id: firstOf(anyID.FindString(text), d.Title)}, text)}
}

// complete fills in what an advisory in prose leaves out. An affected or fixed version needs a number near its word.
func complete(a advisory, text string) advisory {
	text = remark.ReplaceAllString(text, "")
	lack := func(there bool, part string) {
		if !there {
			a.lacks = append(a.lacks, part)
		}
	}
	lack(publicID.MatchString(text) || noPublicID.MatchString(text), partID)
	lack(weaknessID.MatchString(text), partCWE)
	lack(near(text, affects, numbered), partAffected)
	lack(near(text, fixes, numbered), partFixed)
	lack(severe.MatchString(text), partSeverity)
	return a
}

// nearBytes is how far from a word its number may stand: a table row, the lines below a heading.
const nearBytes = 160

func near(text string, word, value *pattern.Pattern) bool {
	for i, m := range word.FindAllStringIndex(text, 200) {
		if i < 200 && value.MatchString(text[m[0]:min(len(text), m[1]+nearBytes)]) {
			return true
		}
	}
	return false
}

func (a advisory) name() string {
	if a.id == "" {
		return a.path
	}
	return fmt.Sprintf("%s (%s)", a.path, a.id)
}
