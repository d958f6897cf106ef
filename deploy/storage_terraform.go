package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// terraformStorage finds storage that is opened to everybody. stores says whether the file speaks of storage at all.
func terraformStorage(s *lodemark.Subject, file string, blocks []infra.Block) (facts []storageFact, stores bool) {
	data, _ := s.Read(file)
	t := terraformFile{lines: strings.Split(string(data), "\n"), blocks: blocks}
	for _, b := range blocks {
		if len(b.Labels) != 2 || b.Type != "resource" && b.Type != "data" {
			continue
		}
		kind := b.Labels[0]
		if b.Type == "resource" && storageKind.MatchString(kind) {
			stores = true
		}
		switch {
		case kind == "aws_s3_bucket" || kind == "aws_s3_bucket_acl" || kind == "digitalocean_spaces_bucket" || kind == "linode_object_storage_bucket" || kind == "scaleway_object_bucket_acl" || kind == "yandex_storage_bucket":
			facts = append(facts, t.bucketACL(b)...)
		case kind == "aws_s3_bucket_public_access_block":
			facts = append(facts, t.accessBlock(b)...)
		case strings.HasSuffix(kind, "_policy") || kind == "aws_opensearch_domain" || kind == "aws_elasticsearch_domain" || kind == "aws_iam_policy_document":
			found, about := t.policy(b)
			facts, stores = append(facts, found...), stores || about
		case strings.HasPrefix(kind, "google_"):
			facts = append(facts, t.google(b)...)
		case strings.HasPrefix(kind, "azurerm_"):
			facts = append(facts, t.azure(b)...)
		case slices.Contains(firewallKinds, kind):
			found := databaseDoors(b)
			facts, stores = append(facts, found...), stores || len(found) > 0
		}
		if at, on := switchedOn(b, "publicly_accessible"); on && databaseKind.MatchString(kind) {
			facts = append(facts, storageFact{line: at, key: strings.Join(b.Labels, ".") + " public", severity: lodemark.SeverityMedium,
				message: fmt.Sprintf("%s has an address on the internet, so its password is all that stands before the data in it.", strings.Join(b.Labels, ".")),
				fix:     "set publicly_accessible = false, and reach it from the private network"})
		}
	}
	return facts, stores
}

var (
	storageKind = pattern.New(`^(?:aws_(?:s3_bucket|db_instance|rds_|redshift_|efs_|ecr_repository|dynamodb_table|opensearch_domain|elasticsearch_domain|elasticache_|docdb_|neptune_|sagemaker_(?:model|notebook|domain))|` +
		`google_(?:storage_bucket|sql_database_instance|bigquery_dataset|artifact_registry_repository|alloydb|firestore|vertex_ai)|azurerm_(?:storage_|container_registry|postgresql_|mssql_|cosmosdb_|machine_learning_|mysql_|search_service)|` +
		`digitalocean_(?:spaces_bucket|database_))`)
	databaseKind  = pattern.New(`^aws_(?:db_instance|rds_cluster_instance|redshift_cluster|docdb_cluster_instance|neptune_cluster_instance|dms_replication_instance)$`)
	firewallKinds = []string{"aws_security_group", "aws_default_security_group", "aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "digitalocean_firewall", "google_compute_firewall"}
)

// terraformFile is a file with its lines: an expression such as "aws_s3_bucket.models.id" has no value here, and its text
// still tells which bucket is meant.
type terraformFile struct {
	lines  []string
	blocks []infra.Block
}

// called is what a resource is called by everything the file tells: its label, its name, and what it refers to.
func (t terraformFile) called(b infra.Block) string {
	words := []string{b.Labels[1]}
	for _, name := range []string{"bucket", "name", "repository", "storage_account_name", "dataset_id", "domain_name", "policy"} {
		a, ok := b.Attribute(name)
		switch {
		case !ok:
		case a.Value.Text != "" && len(a.Value.Text) < 200:
			words = append(words, a.Value.Text)
		case a.Open && a.Value.Line > 0 && a.Value.Line <= len(t.lines):
			_, text, _ := strings.Cut(t.lines[a.Value.Line-1], "=")
			words = append(words, strings.TrimSpace(text[:min(len(text), 200)]))
		}
	}
	return strings.Join(words, " ")
}

// website says whether a bucket is made to be a web site, in itself or by a resource beside it.
func (t terraformFile) website(b infra.Block) bool {
	if slices.ContainsFunc(b.Blocks, func(inner infra.Block) bool { return inner.Type == "website" }) {
		return true
	}
	return slices.ContainsFunc(t.blocks, func(other infra.Block) bool {
		return len(other.Labels) == 2 && (other.Labels[0] == "aws_s3_bucket_website_configuration" || other.Labels[0] == "aws_cloudfront_distribution") &&
			(other.Labels[1] == b.Labels[1] || other.Labels[0] == "aws_s3_bucket_website_configuration" && sharesWord(t.called(other), t.called(b)))
	})
}

var bucketReference = pattern.New(`aws_s3_bucket\.([\w-]+)`)

// sharesWord says whether both texts refer to the same bucket.
func sharesWord(a, b string) bool {
	x, y := bucketReference.FindStringSubmatch(a), bucketReference.FindStringSubmatch(b)
	return x != nil && y != nil && x[1] == y[1]
}

func (t terraformFile) bucketACL(b infra.Block) []storageFact {
	acl, ok := b.Attribute("acl")
	write := acl.Value.Text == "public-read-write"
	if !ok || !write && acl.Value.Text != "public-read" && acl.Value.Text != "authenticated-read" || !write && t.website(b) {
		return nil
	}
	who := "everybody on the internet"
	if acl.Value.Text == "authenticated-read" {
		who = "everybody with an account at the cloud provider"
	}
	return t.opened(b, acl.Value.Line, write, who)
}

// opened judges an open resource by what it is called.
func (t terraformFile) opened(b infra.Block, line int, write bool, who string) []storageFact {
	called := t.called(b)
	facts := openBucket(line, called, write, who)
	for i := range facts {
		facts[i].message = strings.Replace(facts[i].message, called, strings.Join(b.Labels, "."), 1)
		facts[i].key = "open " + strings.Join(b.Labels, ".")
	}
	return facts
}

func (t terraformFile) accessBlock(b infra.Block) []storageFact {
	called := t.called(b)
	if meantForAll.MatchString(called) && !holdsAssets.MatchString(called) || t.website(b) {
		return nil
	}
	for _, name := range []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"} {
		a, ok := b.Attribute(name)
		if !ok || a.Value.Text != "false" {
			continue
		}
		if !holdsAssets.MatchString(called) {
			return []storageFact{{line: a.Value.Line, open: true, message: strings.Join(b.Labels, ".") + " takes away the block on public access, and its name does not tell whether models or data lie in the bucket"}}
		}
		return []storageFact{{line: a.Value.Line, key: strings.Join(b.Labels, ".") + " unblocked", severity: lodemark.SeverityMedium,
			message: fmt.Sprintf("%s turns off the block on public access (%s), so one careless policy opens a bucket that by its name holds models or data.", strings.Join(b.Labels, "."), name),
			fix:     "set all four switches to true"}}
	}
	return nil
}

// storageActions are those of policies that are about storage.
var storageActions = pattern.New(`(?i)^(?:s3|ecr|efs|elasticfilesystem|es|aoss|dynamodb|sagemaker|glacier|backup):|^\*$`)

// policy finds statements that let everybody do something with storage, without a condition.
func (t terraformFile) policy(b infra.Block) (facts []storageFact, about bool) {
	if b.Labels[0] == "aws_iam_policy_document" {
		for _, st := range b.Blocks {
			if st.Type != "statement" {
				continue
			}
			actions, _ := st.Attribute("actions")
			effect, _ := st.Attribute("effect")
			conditioned := slices.ContainsFunc(st.Blocks, func(i infra.Block) bool { return i.Type == "condition" })
			for _, p := range st.Blocks {
				identifiers, _ := p.Attribute("identifiers")
				if p.Type == "principals" && effect.Value.Text != "Deny" && !conditioned && anyIs(identifiers, "*") && storageAction(actions) && !t.withinNetwork(actions) {
					facts, about = append(facts, t.opened(b, p.Line, writes(actions), "everybody on the internet")...), true
				}
			}
		}
		return facts, about
	}
	for _, name := range []string{"policy", "access_policies", "policy_document"} {
		a, _ := b.Attribute(name)
		statements, _ := a.Item("Statement")
		list := statements.Items
		if _, one := statements.Item("Effect"); one {
			list = []infra.Attribute{statements}
		}
		for _, st := range list {
			effect, _ := st.Item("Effect")
			principal, _ := st.Item("Principal")
			aws, _ := principal.Item("AWS")
			actions, _ := st.Item("Action")
			_, conditioned := st.Item("Condition")
			if effect.Value.Text == "Allow" && (principal.Value.Text == "*" || anyIs(aws, "*")) && !conditioned && storageAction(actions) && !t.withinNetwork(actions) {
				facts, about = append(facts, t.opened(b, principal.Value.Line, writes(actions), "everybody on the internet")...), true
			}
		}
	}
	return facts, about
}

// withinNetwork says whether actions are those of a search domain that only its network reaches: there the policy may be open.
func (t terraformFile) withinNetwork(actions infra.Attribute) bool {
	search := strings.HasPrefix(actions.Value.Text, "es:") || len(actions.Items) > 0 && strings.HasPrefix(actions.Items[0].Value.Text, "es:")
	return search && slices.ContainsFunc(t.lines, func(l string) bool {
		return strings.Contains(l, "vpc_options") || strings.Contains(l, "advanced_security_options")
	})
}

func anyIs(a infra.Attribute, want string) bool {
	return a.Value.Text == want || slices.ContainsFunc(a.Items, func(i infra.Attribute) bool { return i.Value.Text == want })
}

func storageAction(a infra.Attribute) bool {
	return storageActions.MatchString(a.Value.Text) || slices.ContainsFunc(a.Items, func(i infra.Attribute) bool { return storageActions.MatchString(i.Value.Text) })
}

var changingAction = pattern.New(`(?i):(?:\*|Put|Delete|Write|Update|Create|Upload|Batch(?:Delete|Write)|ESHttp(?:\*|Put|Post|Delete)|ClientWrite)|^\*$`)

func writes(a infra.Attribute) bool {
	return changingAction.MatchString(a.Value.Text) || slices.ContainsFunc(a.Items, func(i infra.Attribute) bool { return changingAction.MatchString(i.Value.Text) })
}

var googleStore = pattern.New(`^google_(?:storage_bucket|storage_default_object|storage_object|artifact_registry_repository|bigquery_(?:dataset|table)|vertex_ai|secret_manager_secret|notebooks_instance|colab)`)

// google finds members that stand for everybody, and networks that let everybody in.
func (t terraformFile) google(b infra.Block) []storageFact {
	if b.Labels[0] == "google_sql_database_instance" {
		return everybodyIn(b)
	}
	if !googleStore.MatchString(b.Labels[0]) || b.Type != "resource" {
		return nil
	}
	role, _ := b.Attribute("role")
	for _, name := range []string{"member", "members", "role_entity", "predefined_acl", "entity"} {
		a, _ := b.Attribute(name)
		for _, item := range append(a.Items, a) {
			text := item.Value.Text
			everybody := strings.HasSuffix(text, "allUsers") || strings.HasPrefix(text, "publicRead")
			if !everybody && !strings.HasSuffix(text, "allAuthenticatedUsers") {
				continue
			}
			who := "everybody on the internet"
			if !everybody {
				who = "everybody with an account at the cloud provider"
			}
			write := text == "publicReadWrite" || strings.HasPrefix(text, "OWNER:") || strings.HasPrefix(text, "WRITER:") || changingRole.MatchString(role.Value.Text)
			return t.opened(b, item.Value.Line, write, who)
		}
	}
	return nil
}

var changingRole = pattern.New(`(?i)(?:admin|creator|writer|editor|owner|legacyBucketWriter|legacyBucketOwner)$`)

// everybodyIn finds a database of Google's that lets every address in.
func everybodyIn(b infra.Block) []storageFact {
	var facts []storageFact
	var search func(infra.Block, int)
	search = func(in infra.Block, depth int) {
		if a, ok := in.Attribute("value"); ok && in.Type == "authorized_networks" && a.Value.Text == "0.0.0.0/0" {
			facts = append(facts, storageFact{line: a.Value.Line, key: strings.Join(b.Labels, ".") + " networks", severity: lodemark.SeverityMedium,
				message: fmt.Sprintf("%s lets every address of the internet in, so its password is all that stands before the data in it.", strings.Join(b.Labels, ".")),
				fix:     "name the networks that need it, or use a private address"})
		}
		for _, inner := range in.Blocks {
			if depth < 6 {
				search(inner, depth+1)
			}
		}
	}
	search(b, 0)
	return facts
}

func (t terraformFile) azure(b infra.Block) []storageFact {
	name := strings.Join(b.Labels, ".")
	switch b.Labels[0] {
	case "azurerm_storage_container":
		if a, ok := b.Attribute("container_access_type"); ok && (a.Value.Text == "blob" || a.Value.Text == "container") {
			return t.opened(b, a.Value.Line, false, "everybody on the internet")
		}
	case "azurerm_container_registry":
		if at, on := switchedOn(b, "anonymous_pull_enabled"); on {
			return []storageFact{{line: at, key: name + " anonymous", severity: lodemark.SeverityMedium, message: name + " hands every image to everybody, with the models that were built into them.", fix: "set anonymous_pull_enabled = false"}}
		}
	default:
		start, _ := b.Attribute("start_ip_address")
		end, _ := b.Attribute("end_ip_address")
		if strings.HasSuffix(b.Labels[0], "_firewall_rule") && start.Value.Text == "0.0.0.0" && end.Value.Text == "255.255.255.255" {
			return []storageFact{{line: start.Value.Line, key: name + " all", severity: lodemark.SeverityMedium,
				message: name + " lets every address of the internet in to the database, so its password is all that stands before the data in it.", fix: "name the addresses that need it, or use a private endpoint"}}
		}
	}
	return nil
}

func switchedOn(b infra.Block, name string) (line int, on bool) {
	a, ok := b.Attribute(name)
	return a.Value.Line, ok && a.Value.Text == "true"
}

// doors are ports of stores that ask for a password, and of file shares. Those that ask nobody are told by another check.
var doors = map[int]string{2049: "NFS", 445: "SMB", 1433: "SQL Server", 1521: "Oracle", 3306: "MySQL", 5432: "PostgreSQL", 5439: "Redshift", 7687: "Neo4j", 9042: "Cassandra"}

// databaseDoors finds firewall rules that let every address of the internet in to a database or a file share.
func databaseDoors(b infra.Block) []storageFact {
	var facts []storageFact
	for _, r := range firewallRules(b) {
		if _, told := r.finding("", b); told {
			continue
		}
		var ports []int
		for port := range doors {
			if slices.ContainsFunc(r.ranges, func(span [2]int) bool { return span[0] <= port && port <= span[1] }) {
				ports = append(ports, port)
			}
		}
		if len(ports) == 0 {
			continue
		}
		slices.Sort(ports)
		facts = append(facts, storageFact{line: r.line, key: strings.Join(b.Labels, ".") + " database", severity: lodemark.SeverityMedium,
			message: fmt.Sprintf("%s lets every address of the internet in to port %d (%s), so a password is all that stands before the data.", strings.Join(b.Labels, "."), ports[0], doors[ports[0]]),
			fix:     "name the addresses that may come in"})
	}
	return facts
}

var (
	cfnACL    = pattern.New(`^\s*["']?AccessControl["']?\s*:\s*["']?(PublicRead(?:Write)?|AuthenticatedRead)\b`)
	cfnPublic = pattern.New(`^\s*["']?PubliclyAccessible["']?\s*:\s*["']?true\b`)
	cfnStores = pattern.New(`AWS::(?:S3::Bucket|RDS::DBInstance|Redshift::Cluster|EFS::FileSystem|ECR::Repository|DynamoDB::Table)\b`)
	cfnName   = pattern.New(`^\s{0,8}["']?([A-Za-z][A-Za-z0-9]*)["']?\s*:\s*\{?\s*$`)
)

// cloudFormationStorage reads a template of CloudFormation line by line: its functions make it no plain YAML.
func cloudFormationStorage(s *lodemark.Subject, file string) (facts []storageFact, stores bool) {
	data, err := s.Read(file)
	if err != nil || len(data) > recordsBytes || !cfnStores.Match(data) {
		return nil, false
	}
	text := string(data)
	site := strings.Contains(text, "WebsiteConfiguration")
	n, name := 0, ""
	for line := range strings.Lines(text) {
		n++
		if m := cfnName.FindStringSubmatch(line); m != nil && m[1] != "Properties" && m[1] != "Resources" {
			name = m[1]
		}
		if m := cfnACL.FindStringSubmatch(line); m != nil && !(site && m[1] == "PublicRead") {
			facts = append(facts, openBucket(n, camelWords(name), m[1] == "PublicReadWrite", "everybody on the internet")...)
		}
		if cfnPublic.MatchString(line) {
			facts = append(facts, storageFact{line: n, key: "public " + name, severity: lodemark.SeverityMedium,
				message: "A database has an address on the internet (PubliclyAccessible), so its password is all that stands before the data in it.", fix: "set PubliclyAccessible to false"})
		}
	}
	return facts, true
}

var camel = pattern.New(`([a-z0-9])([A-Z])`)

// camelWords parts the words of a logical name, so that they can be told apart.
func camelWords(name string) string { return camel.ReplaceAllString(name, "$1-$2") }
