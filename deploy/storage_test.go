package deploy

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

// One setting of a cloud's storage, and what it opens: severities of the findings, "?" for what the name does not tell.
func TestTerraformStorage(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a public bucket of models", `resource "aws_s3_bucket" "models" { acl = "public-read" }`, "high"},
		{"one that everybody may write", `resource "aws_s3_bucket" "site" { acl = "public-read-write" }`, "critical"},
		{"one of a web site", "resource \"aws_s3_bucket\" \"x\" {\n acl = \"public-read\"\n website {\n index_document = \"index.html\"\n}\n}", ""},
		{"one of pictures", `resource "aws_s3_bucket" "images" { acl = "public-read" }`, ""},
		{"one of which nothing is known", `resource "aws_s3_bucket" "x" { acl = "public-read" }`, "?"},
		{"a private one", `resource "aws_s3_bucket" "models" { acl = "private" }`, ""},
		{"by a variable", `resource "aws_s3_bucket" "models" { acl = var.acl }`, ""},
		{"a block that is turned off", "resource \"aws_s3_bucket_public_access_block\" \"this\" {\n bucket = aws_s3_bucket.checkpoints.id\n block_public_acls = true\n block_public_policy = false\n}", "medium"},
		{"a block on a site", `resource "aws_s3_bucket_public_access_block" "frontend" { block_public_policy = false }`, ""},
		{"a policy of a queue", "data \"aws_iam_policy_document\" \"models\" {\n statement {\n actions = [\"sqs:SendMessage\"]\n principals {\n type = \"*\"\n identifiers = [\"*\"]\n}\n}\n}", ""},
		{"images for everybody", `resource "aws_ecr_repository_policy" "models" { policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = ["ecr:BatchGetImage"] }] }) }`, "high"},
		{"what is denied", `resource "aws_s3_bucket_policy" "models" { policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*" }] }) }`, ""},
		{"a dataset for every account", `resource "google_bigquery_dataset_iam_member" "training" {
  role = "roles/bigquery.dataViewer"
  member = "allAuthenticatedUsers"
}`, "high"},
		{"a function for everybody", `resource "google_cloud_run_service_iam_member" "models" {
  role = "roles/run.invoker"
  member = "allUsers"
}`, ""},
		{"a container of blobs", `resource "azurerm_storage_container" "weights" { container_access_type = "blob" }`, "high"},
		{"a registry that hands out to everybody", `resource "azurerm_container_registry" "r" { anonymous_pull_enabled = true }`, "medium"},
		{"a database for every address", "resource \"google_sql_database_instance\" \"v\" {\n settings {\n ip_configuration {\n authorized_networks {\n value = \"0.0.0.0/0\"\n}\n}\n}\n}", "medium"},
		{"a firewall with a database's port", "resource \"aws_security_group\" \"db\" {\n ingress {\n from_port = 5432\n to_port = 5432\n protocol = \"tcp\"\n cidr_blocks = [\"0.0.0.0/0\"]\n}\n}", "medium"},
		{"a firewall with the web's port", "resource \"aws_security_group\" \"web\" {\n ingress {\n from_port = 443\n to_port = 443\n protocol = \"tcp\"\n cidr_blocks = [\"0.0.0.0/0\"]\n}\n}", ""},
		{"a search domain in its own network", "data \"aws_iam_policy_document\" \"documents\" {\n statement {\n actions = [\"es:*\"]\n principals {\n type = \"AWS\"\n identifiers = [\"*\"]\n}\n}\n}\nresource \"aws_opensearch_domain\" \"d\" {\n vpc_options {\n subnet_ids = [\"a\"]\n}\n}", ""},
	} {
		blocks, err := infra.ParseTerraform([]byte(tt.text))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		s := &lodemark.Subject{System: &lodemark.System{}, Read: func(string) ([]byte, error) { return []byte(tt.text), nil }}
		facts, _ := terraformStorage(s, "main.tf", blocks)
		var got []string
		for _, f := range facts {
			word := f.severity.String()
			if f.open {
				word = "?"
			}
			if f.line < 1 || f.message == "" {
				t.Errorf("%s: %+v has no place or no message", tt.name, f)
			}
			got = append(got, word)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s; %+v", tt.name, got, tt.want, facts)
		}
	}
}

func TestCommandsThatOpenBuckets(t *testing.T) {
	for _, tt := range []struct{ command, want string }{
		{"mc anonymous set download local/training-data", "high"},
		{"mc anonymous set public local/anything", "critical"},
		{"mc anonymous set download local/avatars", ""},
		{"mc anonymous set none local/models", ""},
		{"mc policy set download local/things", "?"},
		{"aws s3api put-bucket-acl --bucket desk-models --acl public-read", "high"},
		{"gsutil iam ch allUsers:objectViewer gs://desk-checkpoints", "high"},
		{"gsutil iam ch user:a@example.org:objectViewer gs://desk-checkpoints", ""},
		{"echo mc", ""},
	} {
		got := ""
		for _, f := range openedByCommand(commandLine{text: tt.command, line: 1}) {
			got = f.severity.String()
			if f.open {
				got = "?"
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.command, got, tt.want)
		}
	}
}

func TestCloudFormation(t *testing.T) {
	text := "Resources:\n  ModelBucket:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicRead\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      PubliclyAccessible: true\n"
	s := &lodemark.Subject{Read: func(string) ([]byte, error) { return []byte(text), nil }}
	facts, stores := cloudFormationStorage(s, "template.yaml")
	if !stores || len(facts) != 2 || facts[0].line != 5 || facts[0].severity != lodemark.SeverityHigh || facts[1].line != 9 {
		t.Errorf("%v %+v", stores, facts)
	}
}

func FuzzStorage(f *testing.F) {
	f.Add("/srv/models *(rw,sync)\n", "mc anonymous set public a/b")
	f.Add("Resources:\n  A:\n    Type: AWS::S3::Bucket\n    AccessControl: PublicRead\n", "gsutil iam ch allUsers:objectViewer gs://x")
	f.Fuzz(func(t *testing.T, text, command string) {
		s := &lodemark.Subject{Read: func(name string) ([]byte, error) {
			if name == "" {
				return nil, fs.ErrNotExist
			}
			return []byte(text), nil
		}}
		nfsExports(s, "exports")
		cloudFormationStorage(s, "a.yaml")
		openedByCommand(commandLine{text: command})
		if _, err := notebookCode(s, "a.ipynb"); err == nil {
			productionAddresses("a", plainLines(text), "x")
		}
		productionSecrets("a", text)
		storeSettings(text)
		var p publication
		p.see(commandLine{text: command})
		p.finding()
	})
}
