package settings

import (
	"strings"
	"testing"
)

// A block stands under its type and its labels; constants are read, and of everything else the code is kept.
func TestTerraform(t *testing.T) {
	root, err := Terraform([]byte(`
resource "aws_s3_bucket" "models" {
  bucket = "models-${var.stage}"
  acl    = "public-read"
  versioning {
    enabled = true
  }
}

resource "google_storage_bucket_iam_binding" "data" {
  members = ["allUsers", var.reader]
  labels  = { "team" = "a", kind = "b" }
}
`))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, value string
		line        int
	}{
		{"resource.aws_s3_bucket.models.acl", "public-read", 4},
		{"resource.aws_s3_bucket.models.bucket", `"models-${var.stage}"`, 3},
		{"resource.aws_s3_bucket.*.versioning.enabled", "true", 6},
		{"resource.google_storage_bucket_iam_binding.*.members.0", "allUsers", 11},
		{"resource.google_storage_bucket_iam_binding.*.members.1", "var.reader", 11},
		{"resource.google_storage_bucket_iam_binding.data.labels.team", "a", 12},
		{"resource.google_storage_bucket_iam_binding.data.labels.kind", "b", 12},
	} {
		found := root.Find(c.path)
		if len(found) != 1 || found[0].Value != c.value || found[0].Line != c.line {
			t.Errorf("%s: %+v, want one value %q on line %d", c.path, found, c.value, c.line)
		}
	}
}

// What is no HCL, or would cost too much to take apart, is an error with its line.
func TestTerraformRefuses(t *testing.T) {
	for _, c := range []struct {
		name, text string
	}{
		{"no HCL", "resource \"a\" {\n"},
		{"brackets", "a = " + strings.Repeat("[", 5000)},
		{"brackets that are closed", "a = " + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000)},
		{"prefixes", "a = " + strings.Repeat("!", 100_000) + "true"},
		{"prefixes with spaces", "a = " + strings.Repeat("- ", 100_000) + "1"},
		{"conditions", "a = " + strings.Repeat("x ? y : ", 100_000) + "z"},
	} {
		if _, err := Terraform([]byte(c.text)); err == nil {
			t.Errorf("%s: no error", c.name)
		}
	}
}

func FuzzTerraform(f *testing.F) {
	for _, s := range []string{"", "a = 1", "resource \"x\" \"y\" {\n a = [1, {b = \"c\"}]\n}", "a = \"${[for x in y : x]}\"", "a = <<E\nb\nE\n", "a = b ? c : !d"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := Terraform(data)
		if err != nil || root == nil {
			return
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, n := range root.Find("**") {
			if n.Line < 1 || n.Line > lines {
				t.Fatalf("%s on line %d of %d", n.Path(), n.Line, lines)
			}
		}
	})
}
