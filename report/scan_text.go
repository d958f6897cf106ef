package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lodemark/lodemark/scan"
)

// Bounds of what one file takes on a screen without --verbose.
const (
	scanReasons = 4  // reasons of a file
	scanFiles   = 40 // files that are neither dangerous nor worse
)

// writeScanText draws a scan for people at a terminal: the worst first, each file with what would happen and where.
func writeScanText(w io.Writer, s *Scan, o Options) error {
	t := &scanText{page: newPage(o), result: s.Result, verbose: o.Verbose}
	t.verdict()
	for _, v := range scanVerdicts {
		t.files(v)
	}
	t.gaps()
	return t.flush(w)
}

type scanText struct {
	*page
	result  *scan.Result
	verbose bool
}

func scanInk(v scan.Verdict) ink {
	switch v {
	case scan.Malicious, scan.Dangerous:
		return redBold
	case scan.NotRead, scan.Unknown:
		return yellow
	}
	return green
}

// meaning says what a verdict is, once for all the files that have it.
func meaning(v scan.Verdict) string {
	switch v {
	case scan.Malicious:
		return "code or an effect that no honest model needs: do not load"
	case scan.Dangerous:
		return "the usual loader would run, import, fetch or read something: load only what you have read and trust"
	case scan.NotRead:
		return "damaged, encrypted or over a limit: nobody looked at all of it, so it is not clean"
	case scan.Unknown:
		return "names classes or operations whose effect is not known"
	}
	return "looked at wholly, nothing seen"
}

func (t *scanText) verdict() {
	n := scanCounts(t.result)
	var parts []string
	for _, v := range scanVerdicts {
		if n[v] > 0 {
			parts = append(parts, t.paint(scanInk(v), fmt.Sprintf("%d %s", n[v], v)))
		}
	}
	head := count(len(t.result.Files), "model file")
	if len(parts) == 0 {
		t.line(t.paint(bold, "no model file was found"))
	} else {
		t.line(t.paint(bold, head), ": ", strings.Join(parts, ", "))
	}
	if t.result.Other > 0 {
		t.block(block{ink: dim, text: count(t.result.Other, "other file") + " that no loader of models reads"})
	}
}

func (t *scanText) files(v scan.Verdict) {
	if v == scan.Clean && !t.verbose {
		return
	}
	shown, total := 0, 0
	for _, f := range t.result.Files {
		if f.Verdict != v {
			continue
		}
		if total++; total == 1 {
			t.heading(strings.ToUpper(v.String()), meaning(v))
		}
		if v < scan.Dangerous && shown == scanFiles && !t.verbose {
			continue
		}
		shown++
		t.file(f)
	}
	if total > shown {
		t.block(block{indent: 2, ink: dim, text: fmt.Sprintf("and %d more: --verbose or --format json lists them", total-shown)})
	}
}

func (t *scanText) file(f scan.File) {
	t.block(block{mark: t.glyph("●", "*"), markInk: scanInk(f.Verdict), hang: 2, text: f.Path + "  (" + f.Format + ")", ink: bold})
	if f.SHA256 != nil && t.verbose {
		t.block(block{indent: 4, ink: dim, text: "sha256 " + *f.SHA256})
	}
	shown := 0
	for _, r := range f.Reasons {
		if r.Verdict == scan.Clean && !t.verbose {
			continue
		}
		if shown == scanReasons && !t.verbose {
			t.block(block{indent: 4, ink: dim, text: fmt.Sprintf("and %d more", weighty(f)+f.Dropped-shown)})
			return
		}
		shown++
		t.block(block{indent: 4, text: sentence(r.Message) + seenAt(r)})
	}
}

// weighty counts the reasons that are more than information.
func weighty(f scan.File) int {
	n := 0
	for _, r := range f.Reasons {
		if r.Verdict != scan.Clean {
			n++
		}
	}
	return n
}

// seenAt says where a reason was seen.
func seenAt(r scan.Reason) string {
	var parts []string
	if r.Part != "" {
		parts = append(parts, "in "+r.Part)
	}
	if r.Offset >= 0 {
		parts = append(parts, fmt.Sprintf("at byte %d", r.Offset))
	}
	parts = append(parts, r.ID)
	return " [" + strings.Join(parts, ", ") + "]"
}

func (t *scanText) gaps() {
	if n := len(t.result.Links); n > 0 {
		t.blank()
		t.block(block{ink: dim, text: count(n, "link") + " out of the folder, not followed; the first is " + t.result.Links[0]})
	}
	if len(t.result.Gaps) == 0 {
		return
	}
	t.heading("NOT LOOKED AT", "")
	for i, g := range t.result.Gaps {
		if i == scanFiles && !t.verbose {
			t.block(block{indent: 2, ink: dim, text: fmt.Sprintf("and %d more: --verbose or --format json lists them", len(t.result.Gaps)-i)})
			return
		}
		t.block(block{mark: "?", markInk: yellow, hang: 2, text: g.Path + ": " + sentence(g.Reason)})
	}
}
