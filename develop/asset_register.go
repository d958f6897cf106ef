package develop

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/weakness"
)

func assetRegister() lodemark.Check {
	return lodemark.Check{
		ID: "dev-2-asset-register", Version: 3,
		Title:    "A register names the models, data, prompts and stores that were found, with value, place and accepted risk of each",
		Bears:    lodemark.Supports("DEV-2.1", "DEV-2.2", "DEV-2.5", "DEV-2.6"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Weights, prompts and indexes are copied to wherever they are tried out, and are worth more to a thief than the code beside them. " +
			"What is on no list is protected by nobody and missed by nobody.",
		Fix:  "Keep a table with a row for each asset: what it is worth and to whom, where it lies (copies too), and who accepted the risk until when.",
		Help: "write docs/asset-register.md, or point to it from lodemark.yaml (documents: asset-register; lodemark new asset-register drafts it)",
		Bad:  registerBad(), Good: registerGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			code := namedInCode(ctx, s)
			if !holdsAI(s.System) && len(code) == 0 {
				return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model, hosted model, dataset or prompt was found outside tests"}
			}
			r := judgedRecords(ctx, s, "asset-register", "a register of assets", nil, nil, func(r record) []document.Shortfall { return judgeRegister(s, r, code) })
			r.Reason = strings.TrimSuffix(r.Reason, ".") + missedWords(lodemark.EstimateModels(weakness.SystemCode(ctx, s)))
			return r
		},
	}
}

// The columns of a register, each by the words in which people head it.
var (
	assetColumn    = []string{"asset", "item", "component", "what", "name", "information"}
	valueColumn    = []string{"value", "worth", "classification", "sensitivity", "criticality", "impact", "attacker"}
	locationColumn = []string{"where", "location", "located", "place", "stored", "storage", "host", "region", "resides"}
	acceptedColumn = []string{"accepted by", "risk accepted", "accepted", "approved", "risk owner", "signed off"}
)

func judgeRegister(s *lodemark.Subject, r record, code []lodemark.Component) []document.Shortfall {
	var lacks []document.Shortfall
	if names := notNamed(s, r.content, code); len(names) > 0 {
		lacks = append(lacks, on("DEV-2.1", document.Shortfall{Message: fmt.Sprintf("does not name %d asset(s) that the system holds (%s)", len(names), shortList(names)), Fix: "add a row for each"})...)
	}
	t, col, ok := tableWith(r.Document, assetColumn, valueColumn, locationColumn, acceptedColumn)
	if !ok || len(t.Rows) == 0 {
		return append(lacks, document.Shortfall{Message: "has no table of assets with their value, place and accepted risk", Fix: "make it a table with a row for each asset"})
	}
	lacks = append(lacks, on("DEV-2.2", columnShortfall(t, col[1], "value", "say what each asset is worth, and what it would give an attacker"))...)
	if same := oneValue(t, col[1]); same != "" && len(t.Rows) > 2 {
		lacks = append(lacks, on("DEV-2.2", document.Shortfall{Line: t.Line, Message: fmt.Sprintf("gives every asset the same value (%s), so that none is protected more than another", same), Fix: "value each asset by itself"})...)
	}
	lacks = append(lacks, on("DEV-2.5", columnShortfall(t, col[2], "place", "say where each asset lies, with its copies and the provider's region"))...)
	lacks = append(lacks, on("DEV-2.6", acceptedShortfall(s.At, r, t, col[3]))...)
	return slices.DeleteFunc(lacks, func(c document.Shortfall) bool { return c.Message == "" })
}

// columnShortfall says that a column is not there, or in which row it is empty.
func columnShortfall(t document.Table, col int, what, fix string) document.Shortfall {
	if col < 0 {
		return document.Shortfall{Line: t.Line, Message: "has no column for the " + what + " of an asset", Fix: fix}
	}
	for _, row := range t.Rows {
		if row.Cell(col) == "" && len(row.Cells) > 1 {
			return document.Shortfall{Line: row.Line, Message: fmt.Sprintf("does not give the %s of %s", what, row.Cells[0]), Fix: fix}
		}
	}
	return document.Shortfall{}
}

func oneValue(t document.Table, col int) string {
	if col < 0 {
		return ""
	}
	first := ""
	for _, row := range t.Rows {
		v := strings.ToLower(row.Cell(col))
		if first == "" {
			first = v
		}
		if v != first {
			return ""
		}
	}
	return first
}

// acceptedShortfall wants a name and a day with each accepted risk; a day that has passed is one until which it was accepted.
func acceptedShortfall(at time.Time, r record, t document.Table, col int) document.Shortfall {
	const fix = "name who accepted the risk of the place, and until when"
	if missing := columnShortfall(t, col, "accepted risk", fix); missing.Message != "" {
		return missing
	}
	for _, row := range t.Rows {
		days := rowDays(r, row.Line, row.Cells)
		switch {
		case len(days) == 0:
			return document.Shortfall{Line: row.Line, Message: fmt.Sprintf("names no day on or until which the risk of %s was accepted", row.Cells[0]), Fix: fix}
		case untilWord.MatchString(strings.Join(append(slices.Clone(t.Header), row.Cells...), " ")) && at.After(days[len(days)-1].Add(24*time.Hour)):
			return document.Shortfall{Line: row.Line, Message: fmt.Sprintf("accepts the risk of %s until %s, which has passed", row.Cells[0], days[len(days)-1].Format(time.DateOnly)), Fix: "decide it again"}
		}
	}
	return document.Shortfall{}
}

var untilWord = pattern.New(`(?i)\b(?:until|expires?|valid|ends)\b`)

// notNamed lists the assets of the system that a text does not name, by their files, folders or providers.
func notNamed(s *lodemark.Subject, content string, code []lodemark.Component) []string {
	lower := strings.ToLower(content)
	var missing []string
	lack := func(label string, names ...string) {
		for _, n := range names {
			if n = strings.ToLower(n); len(n) >= 3 && standsIn(lower, n) {
				return
			}
		}
		if !slices.Contains(missing, label) {
			missing = append(missing, label)
		}
	}
	for _, x := range subjects(s.System, lodemark.KindModel) {
		lack(x.files[0].Path, append(x.names(), x.dir, path.Base(x.files[0].Path))...)
	}
	for _, x := range subjects(s.System, lodemark.KindDataset) {
		lack(x.files[0].Path, append(x.names(), x.dir+"/", x.dir, path.Base(x.files[0].Path))...)
	}
	for _, x := range subjects(s.System, lodemark.KindPrompt) {
		lack(x.files[0].Path, x.dir, path.Base(x.files[0].Path), "prompts", "system prompt")
	}
	for c := range s.System.Of(lodemark.KindVectorStore) {
		if !c.Test {
			lack(c.Name, c.Name, c.Detail["technology"], "vector store", "retrieval index", "embeddings", "vector database")
		}
	}
	for c := range s.System.Of(lodemark.KindHostedModel) {
		if !c.Test && c.Origin != lodemark.OriginUnresolved {
			lack(c.Name, c.Detail["model"], c.Detail["provider"])
		}
	}
	for _, c := range code {
		lack(c.Name, calledBy(c)...)
	}
	return missing
}
