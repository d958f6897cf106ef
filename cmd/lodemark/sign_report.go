package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
)

// What sign and verify tell: the same words for both, and all of it again as JSON.

func (f *verifyFlags) write(w io.Writer, path, signature string, r *oms.Result, outcome error) error {
	if f.format == "json" {
		return verifyJSON(w, path, signature, r, outcome)
	}
	if r == nil {
		return nil
	}
	name := plain(path)
	if r.OK() {
		fmt.Fprintf(w, "verified %s: %s (%s) as signed by %s\n", name, count(len(r.Files), "file"), bytesOf(bytesIn(r)), signerName(r.Signer))
	} else {
		fmt.Fprintf(w, "NOT verified %s: signed by %s\n", name, signerName(r.Signer))
	}
	if r.Root != "" {
		fmt.Fprintf(w, "  digest     %s (%s)\n", r.Root, r.Method)
	} else {
		fmt.Fprintf(w, "  method     %s\n", r.Method)
	}
	for _, d := range differences(r) {
		fmt.Fprintf(w, "  %-9s  %s\n", d.What, d.text())
	}
	tellIgnored(w, r.Ignored)
	for _, i := range r.Ignored {
		if i.Model {
			fmt.Fprintf(w, "  WARNING    %s is not covered: nothing is known of it\n", bound.QuoteName(i.Path))
		}
	}
	for _, e := range r.Empty {
		fmt.Fprintf(w, "  empty      %s: a signature by shards does not cover it\n", bound.QuoteName(e))
	}
	return nil
}

func signerName(s sign.Signer) string {
	if s.Name == "" {
		return s.KeyID
	}
	return fmt.Sprintf("%s (%s)", plain(s.Name), s.KeyID)
}

func bytesIn(r *oms.Result) (n int64) {
	for _, f := range r.Files {
		n += f.Size
	}
	return n
}

// difference is one thing that keeps a model from being verified.
type difference struct {
	What   string `json:"what"` // changed, missing, extra, link, odd, unread
	Path   string `json:"path"`
	Want   string `json:"want,omitempty"`
	Have   string `json:"have,omitempty"`
	Detail string `json:"detail,omitempty"`
}

func (d difference) text() string {
	out := bound.QuoteName(d.Path)
	if d.Want != "" {
		out += ": signed " + shortDigest(d.Want)
		if d.Have != "" {
			out += ", is " + shortDigest(d.Have)
		}
	}
	if d.Detail != "" {
		out += " (" + plain(d.Detail) + ")"
	}
	return out
}

// shortDigest is as much of a digest as a person compares; --format json has all of it.
func shortDigest(s string) string {
	const enough = 24
	if len(s) > enough {
		return s[:enough] + "…"
	}
	return s
}

func differences(r *oms.Result) []difference {
	out := []difference{}
	for _, c := range r.Changed {
		out = append(out, difference{What: "changed", Path: c.Path, Want: c.Want, Have: c.Have, Detail: c.Where})
	}
	for _, m := range r.Missing {
		out = append(out, difference{What: "missing", Path: m})
	}
	for _, e := range r.Extra {
		out = append(out, difference{What: "extra", Path: e, Detail: "beyond the signature"})
	}
	for _, l := range r.Links {
		out = append(out, difference{What: "link", Path: l.Path, Detail: "leads to " + bound.QuoteName(l.Target)})
	}
	for _, g := range r.Odd {
		out = append(out, difference{What: "odd", Path: g.Path, Detail: g.Reason})
	}
	for _, g := range r.Unread {
		out = append(out, difference{What: "unread", Path: g.Path, Detail: g.Reason})
	}
	return out
}

func verifyJSON(w io.Writer, path, signature string, r *oms.Result, outcome error) error {
	type signer struct {
		Name    string `json:"name,omitempty"`
		Key     string `json:"key,omitempty"`
		Trusted bool   `json:"trusted"`
		Why     string `json:"why,omitempty"`
	}
	type file struct {
		Path   string `json:"path"`
		Digest string `json:"digest"`
		Size   int64  `json:"size"`
	}
	type ignored struct {
		Path   string `json:"path"`
		Rule   string `json:"rule"`
		Signed bool   `json:"signed"`
		Model  bool   `json:"model"`
	}
	out := struct {
		Schema      string        `json:"schema"`
		Tool        lodemark.Tool `json:"tool"`
		Path        string        `json:"path"`
		Signature   string        `json:"signature"`
		Verified    bool          `json:"verified"`
		Reason      string        `json:"reason,omitempty"`
		Model       string        `json:"model,omitempty"`
		Digest      string        `json:"digest,omitempty"`
		Method      string        `json:"method,omitempty"`
		Signer      *signer       `json:"signer,omitempty"`
		Files       []file        `json:"files"`
		Differences []difference  `json:"differences"`
		Ignored     []ignored     `json:"ignored"`
		Rules       []string      `json:"rules"`
		Empty       []string      `json:"empty,omitempty"`
	}{Schema: "lodemark.verify/1", Tool: toolOf(), Path: path, Signature: signature, Verified: outcome == nil && r != nil && r.OK(),
		Files: []file{}, Differences: []difference{}, Ignored: []ignored{}, Rules: []string{}}
	if outcome != nil {
		out.Reason = outcome.Error()
	}
	if untrusted := (*sign.UntrustedError)(nil); errors.As(outcome, &untrusted) {
		s := untrusted.Signer
		out.Signer = &signer{s.Name, s.KeyID, s.Trusted, s.Why}
	}
	if r != nil {
		out.Model, out.Digest, out.Method, out.Empty = r.Model, r.Root, r.Method, r.Empty
		out.Signer = &signer{r.Signer.Name, r.Signer.KeyID, r.Signer.Trusted, r.Signer.Why}
		for _, f := range r.Files {
			out.Files = append(out.Files, file(f))
		}
		for _, i := range r.Ignored {
			out.Ignored = append(out.Ignored, ignored(i))
		}
		out.Differences = differences(r)
		out.Rules = append(out.Rules, r.Rules...)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// tellIgnored lists what rules left out: the rules with counts, and by name what a loader could use.
func tellIgnored(w io.Writer, left []oms.Ignored) {
	counts, signed := map[string]int{}, map[string]bool{}
	var order []string
	for _, i := range left {
		if counts[i.Rule]++; counts[i.Rule] == 1 {
			order = append(order, i.Rule)
		}
		signed[i.Rule] = i.Signed
	}
	for _, rule := range order {
		by := ""
		if !signed[rule] {
			by = ", which the signature does not say"
		}
		fmt.Fprintf(w, "  left out   %s (%s%s)\n", bound.QuoteName(rule), count(counts[rule], "file"), by)
	}
}

// bytesOf is a size as people read it.
func bytesOf(n int64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	value, i := float64(n), 0
	for value >= 1024 && i < len(units)-1 {
		value /= 1024
		i++
	}
	if i == 0 {
		return count(int(n), "byte")
	}
	return fmt.Sprintf("%.1f %s", value, units[i])
}
