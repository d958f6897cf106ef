package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

const (
	encryptionCheck = "dep-2-encryption-at-rest"
	writableCheck   = "dep-2-world-writable"
)

func encryptionAtRest() lodemark.Check {
	return lodemark.Check{
		ID: encryptionCheck, Version: 1,
		Title:    "Disks, shares and databases that hold models and data are encrypted",
		Bears:    lodemark.Supports("DEP-2.1"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "A snapshot of the disk is a copy of the model, and it is made with one call. Without encryption the right to make " +
			"snapshots is the right to read weights, embeddings and training data.",
		Fix:  "Turn encryption on for each volume, share, database and search domain, with a key that those who run the host may not export.",
		Help: "keep the Terraform of disks, shares, databases and buckets in the repository",
		Bad:  encryptionBad(), Good: encryptionGood(),
		Run: runEncryptionAtRest,
	}
}

// restRule is a kind of storage with the setting that encrypts it. absent says that without the setting it is not encrypted,
// whatever the account's defaults are.
type restRule struct {
	kind, block, setting string
	absent               bool
	noun                 string
}

// restRules follow the documentation of the AWS provider. What other clouds store is always encrypted.
var restRules = []restRule{
	{"aws_db_instance", "", "storage_encrypted", true, "the database"},
	{"aws_rds_cluster", "", "storage_encrypted", true, "the database"},
	{"aws_docdb_cluster", "", "storage_encrypted", true, "the database"},
	{"aws_neptune_cluster", "", "storage_encrypted", true, "the database"},
	{"aws_redshift_cluster", "", "encrypted", false, "the warehouse"},
	{"aws_efs_file_system", "", "encrypted", true, "the share"},
	{"aws_ebs_volume", "", "encrypted", false, "the disk"},
	{"aws_instance", "root_block_device", "encrypted", false, "the disk of the instance"},
	{"aws_instance", "ebs_block_device", "encrypted", false, "the disk of the instance"},
	{"aws_launch_template", "ebs", "encrypted", false, "the disk of the instances"},
	{"aws_elasticache_replication_group", "", "at_rest_encryption_enabled", true, "the store"},
	{"aws_opensearch_domain", "encrypt_at_rest", "enabled", true, "the search domain"},
	{"aws_elasticsearch_domain", "encrypt_at_rest", "enabled", true, "the search domain"},
}

// inheritors take encryption from what they are made of, or hold nothing by themselves.
var inheritors = []string{"replicate_source_db", "snapshot_identifier", "source_db_cluster_identifier", "global_cluster_identifier", "restore_to_point_in_time", "kms_key_id", "replication_source_identifier", "global_replication_group_id"}

func runEncryptionAtRest(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	seen := map[string]bool{}
	for c := range s.System.Of(lodemark.KindInfrastructure) {
		if ctx.Err() != nil || c.Format != "terraform" || seen[c.Path] {
			continue
		}
		seen[c.Path] = true
		blocks, err := infra.Read(s, c.Path, infra.ParseTerraform)
		if err != nil {
			gaps = append(gaps, unreadInfra(c, err))
			continue
		}
		stores := false
		for _, b := range blocks {
			if b.Type != "resource" || len(b.Labels) != 2 {
				continue
			}
			stores = stores || b.Labels[0] == "aws_s3_bucket" || strings.HasPrefix(b.Labels[0], "google_storage_bucket") || b.Labels[0] == "azurerm_storage_account"
			for _, r := range restRules {
				if r.kind == b.Labels[0] {
					stores = true
					if f, bad := r.finding(c.Path, b); bad {
						findings = append(findings, f)
					}
				}
			}
		}
		if stores {
			looked = append(looked, c)
		}
	}
	return lodemark.Conclude(looked, shortened(onePerPlace(findings)), gaps, "files of storage")
}

func (r restRule) finding(file string, b infra.Block) (lodemark.Finding, bool) {
	if slices.ContainsFunc(inheritors, func(n string) bool { _, ok := b.Attribute(n); return ok }) {
		return lodemark.Finding{}, false
	}
	holder, given := b, true
	if r.block != "" {
		holder, given = innerBlock(b, r.block, 0)
	}
	if !given && !r.absent || dynamic(b, r.block) {
		return lodemark.Finding{}, false
	}
	if mode, ok := b.Attribute("engine_mode"); ok && mode.Value.Text != "provisioned" {
		return lodemark.Finding{}, false // a serverless database is always encrypted
	}
	a, set := holder.Attribute(r.setting)
	named := strings.TrimPrefix(r.block+"."+r.setting, ".")
	off := set && a.Value.Text == "false"
	if !off && (set || !r.absent) {
		return lodemark.Finding{}, false
	}
	name := strings.Join(b.Labels, ".")
	f := lodemark.Finding{ID: encryptionCheck, Severity: severity(file, lodemark.SeverityMedium), Path: file, Line: b.Line, Key: name + " " + r.setting,
		Message: fmt.Sprintf("%s of %s is not encrypted: without %s it never is, and a snapshot of it can be read as it is.", capital(r.noun), name, named),
		Fix:     "set " + named + " = true, with a key of your own (kms_key_id)"}
	if off {
		f.Line = a.Value.Line
		f.Message = fmt.Sprintf("%s of %s is not encrypted (%s = false), so a snapshot of it can be read as it is.", capital(r.noun), name, named)
	}
	return f, true
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// innerBlock finds the first block of a name within another, a few levels deep.
func innerBlock(b infra.Block, name string, depth int) (infra.Block, bool) {
	for _, inner := range b.Blocks {
		if inner.Type == name {
			return inner, true
		}
		if depth < 4 {
			if found, ok := innerBlock(inner, name, depth+1); ok {
				return found, true
			}
		}
	}
	return infra.Block{}, false
}

// dynamic says whether a block of the name is made by an expression.
func dynamic(b infra.Block, name string) bool {
	return name != "" && slices.ContainsFunc(b.Blocks, func(i infra.Block) bool {
		return i.Type == "dynamic" && len(i.Labels) == 1 && i.Labels[0] == name
	})
}

func worldWritable() lodemark.Check {
	return lodemark.Check{
		ID: writableCheck, Version: 1,
		Title:    "No folder of models, data or their caches may be written to by everybody",
		Bears:    lodemark.Supports("DEP-2.1"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A model loader takes whatever lies in its cache. Where every process may write there, the one that was talked into " +
			"something puts its own model in place of yours, and the next start runs it.",
		Fix:  "Give the folder to the one account that needs it (chown, mode 750), and mount models read-only where they are only loaded.",
		Help: "correct the build file that could not be read",
		Bad:  writableBad(), Good: writableGood(),
		Run: runWorldWritable,
	}
}

var (
	openMode   = pattern.New(`\bchmod\s+(?:-[\w-]+\s+)*(?:[02-7]?[0-7][0-7][2367]|(?:a|[ugo]*o[ugo]*)\+[rwxX]*w[rwxX]*|a=rwx?X?)\s+([^;&|\n]+)`)
	openMake   = pattern.New(`\b(?:mkdir|install)\s+[^;&|\n]*(?:-m\s*|--mode[= ])(?:[02-7]?[0-7][0-7][2367])\s+([^;&|\n]+)`)
	folderVars = pattern.New(`\$\{?(?:HF_HOME|HF_HUB_CACHE|HUGGINGFACE_HUB_CACHE|TRANSFORMERS_CACHE|TORCH_HOME|MODEL\w*|\w*_MODELS?(?:_DIR|_PATH)?|\w*CHECKPOINTS?\w*|\w*WEIGHTS?\w*|DATASETS?\w*|\w*CACHE_DIR|XDG_CACHE_HOME)\}?`)
	cacheWord  = pattern.New(`(?i)(?:^|/)\.?cache(?:$|/)|nltk_data|spacy|(?:^|/)(?:data|index|chroma(?:_db)?|qdrant)(?:$|/\*?$)`)
)

func runWorldWritable(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	seen := map[string]bool{}
	for _, l := range commandsOf(s) {
		if ctx.Err() != nil {
			break
		}
		if l.when == inPipeline {
			continue // a runner is thrown away after the job
		}
		if !seen[l.Path] {
			seen[l.Path] = true
			looked = append(looked, l.Component)
		}
		if !strings.Contains(l.text, "chmod") && !strings.Contains(l.text, "mode") && !strings.Contains(l.text, "-m") {
			continue
		}
		for _, pattern := range []*pattern.Pattern{openMode, openMake} {
			for _, m := range pattern.FindAllStringSubmatch(l.text, 8) {
				if folder, ok := assetFolder(m[1]); ok {
					rank := lodemark.SeverityMedium
					if l.when == inBuild {
						rank = lodemark.SeverityLow // one image, whose processes mostly share an account
					}
					findings = append(findings, lodemark.Finding{ID: writableCheck, Severity: severity(l.Path, rank), Path: l.Path, Line: l.line, Key: "writable " + folder,
						Message: fmt.Sprintf("%s becomes writable for every account, so any process there can swap the models or data in it.", folder),
						Fix:     "chown it to the account that needs it, and take the write bit for others away (chmod o-w)"})
				}
			}
		}
	}
	return lodemark.Conclude(looked, shortened(onePerPlace(findings)), nil, "files with commands")
}

// assetFolder is the first of the words that is a folder of models, data or their caches.
func assetFolder(words string) (string, bool) {
	for _, w := range strings.Fields(words) {
		w = strings.Trim(w, `"'\`)
		if w == "" || w[0] == '-' || w[0] == '#' || strings.HasSuffix(w, ".sh") || strings.HasSuffix(w, ".py") {
			continue
		}
		if modelFolders.MatchString(w) || folderVars.MatchString(w) || cacheWord.MatchString(w) {
			return w[:min(len(w), 120)], true
		}
	}
	return "", false
}
