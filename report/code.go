package report

import (
	"io"
	"path"

	"github.com/lodemark/lodemark"
)

// Code is what the rules for source code and configuration found in a target.
type Code struct {
	Tool     lodemark.Tool
	Target   string
	Folder   string             // where the target lies as seen from where viewers of code look; empty: right there
	Rules    []lodemark.Rule    // all that ran
	Findings []lodemark.Finding // those that are shown, by path and line
	Gaps     []lodemark.Gap
	Files    CodeFiles
	Hidden   CodeHidden
}

// CodeFiles counts the files that rules can look at.
type CodeFiles struct {
	Read     int `json:"read"`
	Vendored int `json:"vendored"` // in folders of what others wrote: not looked at
	Broken   int `json:"broken"`   // of those read, not wholly understood, or not read at all
}

// CodeHidden counts findings that were asked not to be shown.
type CodeHidden struct {
	Advisory int `json:"advisory"`
	Lesser   int `json:"lesser"` // below the severity that was asked for
}

// CodeFormat is one way to draw a look at source code.
type CodeFormat struct {
	Name, About string
	Write       func(io.Writer, *Code, Options) error
}

// CodeFormats lists the formats, text first.
func CodeFormats() []CodeFormat {
	return []CodeFormat{
		{"text", "for people at a terminal", writeCodeText},
		{"json", "everything, for programs", writeCodeJSON},
		{"sarif", "findings with the way of values, for code scanning (SARIF 2.1.0)", writeCodeSARIF},
	}
}

// codeCounts counts findings: those that can fail anything by severity, and apart from them the others.
type codeCounts struct {
	Findings int `json:"findings"`
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
	Advisory int `json:"advisory"`
	Muted    int `json:"muted"`
}

func (c *Code) counts() codeCounts {
	n := codeCounts{}
	by := map[lodemark.Severity]*int{lodemark.SeverityCritical: &n.Critical, lodemark.SeverityHigh: &n.High, lodemark.SeverityMedium: &n.Medium,
		lodemark.SeverityLow: &n.Low, lodemark.SeverityInfo: &n.Info}
	for _, f := range c.Findings {
		switch {
		case f.Muted != "":
			n.Muted++
		case f.Advisory:
			n.Advisory++
		default:
			n.Findings++
			if at := by[f.Severity]; at != nil {
				*at++
			}
		}
	}
	return n
}

// below is a path of a target as viewers of code name it, by the folder that the target lies in.
func below(folder, name string) string {
	if folder == "" || name == "" {
		return name
	}
	return path.Join(folder, name)
}
