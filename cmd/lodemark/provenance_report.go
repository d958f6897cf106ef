package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/sign/provenance"
)

func (f *provenanceFlags) write(w io.Writer, r *provenance.Result) error {
	if f.format == "json" {
		return provenanceJSON(w, r)
	}
	fmt.Fprintf(w, "%s %s\n", r.Verdict(), plain(r.Artefact.Name))
	for _, algorithm := range slices.Sorted(maps.Keys(r.Artefact.Digests)) {
		fmt.Fprintf(w, "  %-11s%s\n", algorithm, r.Artefact.Digests[algorithm])
	}
	if n := len(r.Artefact.Files); n > 0 {
		fmt.Fprintf(w, "  %-11s%s\n", "folder", count(n, "file"))
	}
	for _, l := range r.Artefact.Left {
		fmt.Fprintf(w, "  %-11s%s\n", "left out", bound.QuoteName(l))
	}
	if len(r.All) > 1 {
		fmt.Fprintf(w, "  %s, of which this is the best:\n", count(len(r.All), "attestation"))
	}
	if b := r.Best; b != nil {
		for _, s := range b.Steps {
			fmt.Fprintf(w, "  %-7s%-11s %s\n", s.State, s.Name, plain(s.Said))
			if s.State == provenance.Held && s.Proves != "" {
				fmt.Fprintf(w, "  %-18s shows: %s\n", "", s.Proves)
			}
		}
		if b.Level > 0 {
			fmt.Fprintf(w, "  SLSA build level: at most %d; %s\n", b.Level, plain(b.LevelWhy))
		}
		if b.Attestation.SLSA != nil {
			for _, l := range b.Attestation.SLSA.Lacks {
				fmt.Fprintf(w, "  does not tell: %s\n", plain(l))
			}
		}
	}
	for _, o := range r.Other {
		fmt.Fprintf(w, "  beside it: a statement of type %s, which is no provenance\n", plain(o.Statement.PredicateType))
	}
	return nil
}

func provenanceJSON(w io.Writer, r *provenance.Result) error {
	type step struct {
		Name  string `json:"name"`
		State string `json:"state"`
		Said  string `json:"said"`
		Shows string `json:"shows,omitempty"`
	}
	type signer struct {
		By     string `json:"by"`
		Name   string `json:"name"`
		Key    string `json:"key,omitempty"`
		Issuer string `json:"issuer,omitempty"`
		Time   string `json:"time,omitempty"`
	}
	type source struct {
		Repository string `json:"repository"`
		Ref        string `json:"ref,omitempty"`
		Commit     string `json:"commit,omitempty"`
		Entry      string `json:"entry,omitempty"`
	}
	type one struct {
		Wrapping string   `json:"wrapping"`
		Verdict  string   `json:"verdict"`
		Builder  string   `json:"builder,omitempty"`
		Source   *source  `json:"source,omitempty"`
		Signer   *signer  `json:"signer,omitempty"`
		Level    int      `json:"level"`
		LevelWhy string   `json:"level_why,omitempty"`
		Steps    []step   `json:"steps"`
		Lacks    []string `json:"lacks"`
	}
	digests := map[string]string{}
	maps.Copy(digests, r.Artefact.Digests)
	out := struct {
		Schema       string            `json:"schema"`
		Tool         lodemark.Tool     `json:"tool"`
		At           string            `json:"at"`
		Artefact     string            `json:"artefact"`
		Digests      map[string]string `json:"digests"`
		Files        int               `json:"files"`
		Left         []string          `json:"left_out"`
		Verdict      string            `json:"verdict"`
		Summary      string            `json:"summary"`
		Attestations []one             `json:"attestations"`
		Others       []string          `json:"others"`
	}{"lodemark.provenance/1", toolOf(), dateOf(r.At), r.Artefact.Name, digests, len(r.Artefact.Files), append([]string{}, r.Artefact.Left...), string(r.Verdict()), r.Summary(), []one{}, []string{}}
	for _, e := range r.All {
		o := one{Wrapping: e.Attestation.Wrapping, Verdict: string(e.Verdict), Level: e.Level, LevelWhy: e.LevelWhy, Steps: []step{}, Lacks: []string{}}
		for _, s := range e.Steps {
			o.Steps = append(o.Steps, step{s.Name, string(s.State), s.Said, s.Proves})
		}
		if p := e.Attestation.SLSA; p != nil {
			o.Builder, o.Lacks = p.Builder, append(o.Lacks, p.Lacks...)
		}
		if s := e.Source; s.Repository != "" {
			o.Source = &source{s.Repository, s.Ref, s.Commit, s.Entry}
		}
		if s := e.Signer; s.By != "" {
			o.Signer = &signer{s.By, s.Name, s.Key, s.Issuer, dateOf(s.Time)}
		}
		out.Attestations = append(out.Attestations, o)
	}
	for _, o := range r.Other {
		out.Others = append(out.Others, o.Statement.PredicateType)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

func provenanceShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show FILE",
		Short: "List what attestations say, without verifying any of it",
		Long: "Show tells what stands in a file of attestations: about which digests, by which builder and from which source. Nothing of it is\n" +
			"verified: it is what somebody says.",
		Example: "  lodemark provenance show model.intoto.jsonl",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("lodemark provenance show FILE", "provenance show takes one file, got %d", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			all, err := readAttestations(args[0])
			if err != nil {
				return err
			}
			showAttestations(c.OutOrStdout(), all)
			if len(all) == 0 {
				return unknown("", "%s holds no attestation", plain(args[0]))
			}
			return nil
		},
	}
}

func showAttestations(w io.Writer, all []provenance.Attestation) {
	fmt.Fprintf(w, "%s, none of it verified\n", count(len(all), "attestation"))
	for _, a := range all {
		title := a.Wrapping
		if a.Source != "" {
			title += ", " + a.Source
		}
		fmt.Fprintf(w, "\n%s: %s\n", title, plain(a.Statement.PredicateType))
		for i, s := range a.Statement.Subjects {
			if i == 10 {
				fmt.Fprintf(w, "  and %d more\n", len(a.Statement.Subjects)-i)
				break
			}
			var digests []string
			for _, algorithm := range slices.Sorted(maps.Keys(s.Digests)) {
				digests = append(digests, algorithm+":"+s.Digests[algorithm])
			}
			fmt.Fprintf(w, "  %-11s%s %s\n", "subject", plain(s.Name), plain(strings.Join(digests, " ")))
		}
		if a.SLSA != nil {
			showProvenance(w, a.SLSA)
		}
		if a.Problem != nil {
			fmt.Fprintf(w, "  %-11s%s\n", "problem", plain(a.Problem.Error()))
		}
	}
}

func showProvenance(w io.Writer, p *provenance.Provenance) {
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "  %-11s%s\n", name, plain(value))
		}
	}
	line("builder", p.Builder)
	line("build type", p.BuildType)
	if s, err := p.Source(); err != nil {
		line("source", "not told: "+err.Error())
	} else {
		line("source", s.Repository)
		line("ref", s.Ref)
		line("commit", s.Commit)
		line("entry", s.Entry)
	}
	line("started", dateOf(p.Started))
	line("finished", dateOf(p.Finished))
	line("invocation", p.Invocation)
	for i, name := range p.Names() {
		if i == 20 {
			line("parameter", fmt.Sprintf("and %d more", len(p.Parameters)-i))
			break
		}
		line("parameter", name+" = "+p.Parameters[name])
	}
	for _, l := range p.Lacks {
		line("lacks", l)
	}
}
