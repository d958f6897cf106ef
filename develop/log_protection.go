package develop

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

func logReaders() lodemark.Check {
	return lodemark.Check{
		ID: "dev-2-log-readers", Version: 1,
		Title:    "It is written down who may read the logs of the system",
		Bears:    lodemark.Supports("DEV-2.3"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Logs and traces of an AI system hold whole conversations. A dashboard that every engineer can open is the easiest way to what " +
			"users told the model in confidence.",
		Fix:  "Name the roles that may read logs and traces, fewer than may use the system, and log the reading itself.",
		Help: "say in docs/retention-policy.md (or monitoring-plan, access-matrix) who may read logs and traces",
		Bad:  readersBad(), Good: readersGood(),
		Run: runLogReaders,
	}
}

var (
	logWord    = pattern.New(`(?i)\b(?:logs?|logging|traces?|telemetry|transcripts?|records?|prompts and answers)\b`)
	readerLine = pattern.New(`(?i)\b(?:may|can|allowed to|access to|only|restricted to|limited to|authori[sz]ed)\b[^.\n]{0,80}\b(?:read|see|view|open|access|logs?|traces?|search)\b|\bwho may (?:read|see)\b|\b(?:read|seen|viewed|accessed|opened) (?:only )?by\b|\b(?:access|visible) (?:is )?(?:restricted|limited|only) to\b|\bneed[- ]to[- ]know\b`)
	readWord   = pattern.New(`(?i)\b(?:read|view|see|search|full|all|write)\b`)
	roleWord   = pattern.New(`(?i)\b(?:engineers?|owners?|officers?|team|roles?|administrators?|admins?|architects?|on-?call|operators?|staff|group|auditors?|leads?|responders?|sre|security)\b`)
)

func runLogReaders(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "dev-2-log-readers"
	if !holdsAI(s.System) {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model, hosted model, dataset or prompt was found outside tests"}
	}
	policies, found := recordsOf(s, "retention-policy", nil)
	plans, _ := recordsOf(s, "monitoring-plan", nil)
	matrices, _ := recordsOf(s, "access-matrix", nil)
	all := slices.Concat(policies, plans, matrices)
	if len(all) == 0 {
		return found.Missing("a document that says who may read the logs")
	}
	r := lodemark.Result{}
	first := ""
	for _, rec := range all {
		r.Examined = append(r.Examined, rec.Path)
		if !logWord.MatchString(rec.content) {
			continue
		}
		if line, ok := readersNamed(rec); ok {
			return lodemark.Result{Outcome: lodemark.Passed, Reason: fmt.Sprintf("%s says who may read the logs (line %d)", rec.Path, line), Examined: []string{rec.Path}}
		}
		if first == "" && document.English(rec.content) {
			first = rec.Path
		}
	}
	if first == "" {
		r.Outcome, r.Reason = lodemark.Undecided, all[0].Path+" does not speak of logs in words that are known here"
		return r
	}
	return failing(r, lodemark.Finding{ID: id, Severity: lodemark.SeverityMedium, Path: first,
		Message: first + " speaks of logs and does not say who may read them.", Fix: "name the roles that may read logs and traces", Key: "no readers"})
}

// readersNamed looks for a statement about reading that names a role, on one line or below a heading about it.
func readersNamed(r record) (line int, ok bool) {
	for _, t := range r.Tables() { // a matrix of roles and what they may do with each thing
		col := t.Column("log", "trace", "telemetry", "transcript")
		for _, row := range t.Rows {
			if col > 0 && readWord.MatchString(row.Cell(col)) && roleWord.MatchString(row.Cell(0)) {
				return row.Line, true
			}
		}
	}
	for _, s := range r.Sections {
		if readerLine.MatchString(s.Heading) && s.Filled() && roleWord.MatchString(s.Text) {
			return s.Line, true
		}
		prose, _ := withoutAsides(s.Text)
		for i, l := range strings.Split(prose, "\n\n") {
			l = strings.Join(strings.Fields(l), " ")
			if logWord.MatchString(l) && readerLine.MatchString(l) && roleWord.MatchString(l) {
				return s.From + min(i, 1), true
			}
		}
	}
	return 0, false
}

func logStores() lodemark.Check {
	return lodemark.Check{
		ID: "dev-2-log-stores", Version: 1,
		Title:    "Stores of logs cannot be emptied or overwritten by whoever gets in, and are open to nobody else",
		Bears:    lodemark.Supports("DEV-2.3", "DEV-2.4"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "The traces of model and tool calls are all that tells afterwards what an attacker made the agent do. Whoever gets in takes them " +
			"away first, if they lie in a bucket without versions.",
		Fix:  "Keep logs in a bucket with versions and object lock that blocks public access, and give log groups a retention time.",
		Help: "put buckets and log groups into Terraform, so that their settings can be read",
		Bad:  logStoresBad(), Good: logStoresGood(),
		Run: runLogStores,
	}
}

var logName = pattern.New(`(?i)(?:^|[-_.])(?:logs?|logging|audit|traces?|telemetry|cloudtrail)(?:$|[-_.\d])`)

// logStore is a bucket that holds logs by its name, with what the files of its folder say about it.
type logStore struct {
	component lodemark.Component
	line      int
	name      string
	versions  bool
	public    int // line of what opens it; 0: nothing
	publicAt  string
	blocked   bool
}

func runLogStores(_ context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	folders := map[string][]fileBlocks{}
	var order []string
	for c := range s.System.Of(lodemark.KindInfrastructure) {
		if c.Format != "terraform" {
			continue
		}
		blocks, err := infra.Read(s, c.Path, infra.ParseTerraform)
		if err != nil {
			continue
		}
		dir := c.Path[:strings.LastIndexByte("/"+c.Path, '/')]
		if _, ok := folders[dir]; !ok {
			order = append(order, dir)
		}
		folders[dir] = append(folders[dir], fileBlocks{c, blocks})
	}
	for _, dir := range order {
		stores := logStoresIn(folders[dir])
		for _, st := range stores {
			looked = append(looked, st.component)
			if st.public > 0 && !st.blocked {
				findings = append(findings, lodemark.Finding{ID: "dev-2-log-stores", Severity: lodemark.SeverityHigh, Path: st.publicAt, Line: st.public, Clauses: []string{"DEV-2.3"},
					Message: fmt.Sprintf("The bucket %s holds logs and is open to everybody.", st.name), Fix: "take the public access away and block it", Key: "public " + st.name})
			}
			if !st.versions {
				findings = append(findings, lodemark.Finding{ID: "dev-2-log-stores", Severity: lodemark.SeverityMedium, Path: st.component.Path, Line: st.line, Clauses: []string{"DEV-2.4"},
					Message: fmt.Sprintf("The bucket %s holds logs and keeps no versions, so whoever gets in can empty or overwrite them.", st.name),
					Fix:     "turn on versions and object lock", Key: "versions " + st.name})
			}
		}
		for _, f := range folders[dir] {
			for _, b := range f.blocks {
				if line, name, ok := endlessGroup(b); ok {
					findings = append(findings, lodemark.Finding{ID: "dev-2-log-stores", Severity: lodemark.SeverityLow, Path: f.component.Path, Line: line, Clauses: []string{"DEV-2.3"},
						Message: fmt.Sprintf("The log group %s has no retention time, so its logs are kept for ever.", name), Fix: "set retention_in_days", Key: "retention " + name})
				}
				if isLogGroup(b) {
					looked = append(looked, f.component)
				}
			}
		}
	}
	return lodemark.Conclude(looked, findings, nil, "stores of logs in Terraform")
}

type fileBlocks struct {
	component lodemark.Component
	blocks    []infra.Block
}

func isLogGroup(b infra.Block) bool {
	return b.Type == "resource" && len(b.Labels) == 2 && b.Labels[0] == "aws_cloudwatch_log_group"
}

func endlessGroup(b infra.Block) (line int, name string, ok bool) {
	if !isLogGroup(b) {
		return 0, "", false
	}
	a, given := b.Attribute("retention_in_days")
	return b.Line, b.Labels[1], !given || a.Value.Text == "0"
}

// logStoresIn finds the buckets for logs of one folder: its files are one module, and refer to each other by label.
func logStoresIn(files []fileBlocks) []logStore {
	var stores []logStore
	for _, f := range files {
		for _, b := range f.blocks {
			if b.Type != "resource" || len(b.Labels) != 2 || !slices.Contains([]string{"aws_s3_bucket", "google_storage_bucket"}, b.Labels[0]) {
				continue
			}
			name := b.Labels[1]
			for _, key := range []string{"bucket", "name"} {
				if a, ok := b.Attribute(key); ok && !a.Open && a.Value.Text != "" {
					name = a.Value.Text
				}
			}
			if !logName.MatchString(name) && !logName.MatchString(b.Labels[1]) {
				continue
			}
			st := logStore{component: f.component, line: b.Line, name: name}
			st.inner(b, f.component.Path)
			stores = append(stores, st)
			stores[len(stores)-1].besides(files, b.Labels[1], name)
		}
	}
	return stores
}

// inner reads the settings that stand in the bucket's own block.
func (st *logStore) inner(b infra.Block, p string) {
	if a, ok := b.Attribute("acl"); ok && strings.HasPrefix(a.Value.Text, "public") {
		st.public, st.publicAt = a.Value.Line, p
	}
	if a, ok := b.Attribute("object_lock_enabled"); ok && a.Value.Text == "true" {
		st.versions = true
	}
	for _, inner := range b.Blocks {
		switch inner.Type {
		case "versioning":
			a, _ := inner.Attribute("enabled")
			st.versions = st.versions || a.Value.Text == "true" || a.Open
		case "retention_policy", "object_lock_configuration":
			st.versions = true
		}
	}
	if a, ok := b.Attribute("public_access_prevention"); ok && a.Value.Text == "enforced" {
		st.blocked = true
	}
}

// besides reads the settings that stand in blocks of their own.
func (st *logStore) besides(files []fileBlocks, label, name string) {
	for _, f := range files {
		for _, b := range f.blocks {
			if b.Type == "resource" && len(b.Labels) == 2 && (b.Labels[1] == label || namesBucket(b, name)) {
				switch {
				case b.Labels[0] == "aws_s3_bucket_versioning":
					for _, inner := range b.Blocks {
						a, _ := inner.Attribute("status")
						st.versions = st.versions || a.Value.Text == "Enabled" || a.Open
					}
				case b.Labels[0] == "aws_s3_bucket_object_lock_configuration":
					st.versions = true
				case b.Labels[0] == "aws_s3_bucket_public_access_block":
					st.blocked = true
				case b.Labels[0] == "aws_s3_bucket_acl":
					if a, ok := b.Attribute("acl"); ok && strings.HasPrefix(a.Value.Text, "public") {
						st.public, st.publicAt = a.Value.Line, f.component.Path
					}
				case strings.HasPrefix(b.Labels[0], "google_storage_bucket_iam"):
					if a, ok := b.Attribute("member"); ok && (a.Value.Text == "allUsers" || a.Value.Text == "allAuthenticatedUsers") {
						st.public, st.publicAt = a.Value.Line, f.component.Path
					}
				}
			}
		}
	}
}

func namesBucket(b infra.Block, name string) bool {
	a, ok := b.Attribute("bucket")
	return ok && !a.Open && a.Value.Text == name
}
