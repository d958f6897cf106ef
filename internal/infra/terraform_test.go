package infra

import (
	"errors"
	"strings"
	"testing"
)

const plan = `# buckets
resource "aws_s3_bucket" "models" {
  bucket = "desk-models"
  force_destroy = true
  count  = 2
  owner  = var.owner
  tags = {
    team = "desk"
    "cost-centre" = 7
  }
  versioning {
    enabled = true
  }
}

resource "aws_ecs_task_definition" "app" {
  container_definitions = jsonencode([{
    name       = "app"
    privileged = true
    image      = "${var.registry}/app:1"
  }])
  script = <<-EOT
    line one
    line two
  EOT
  ports = ["80", 443, local.port]
}
`

func TestParseTerraform(t *testing.T) {
	blocks, err := ParseTerraform([]byte(plan))
	if err != nil || len(blocks) != 2 {
		t.Fatalf("%d blocks, %v", len(blocks), err)
	}
	b := blocks[0]
	if b.Type != "resource" || strings.Join(b.Labels, ".") != "aws_s3_bucket.models" || b.Line != 2 || len(b.Blocks) != 1 || b.Blocks[0].Type != "versioning" || b.Blocks[0].Line != 11 {
		t.Errorf("%+v", b)
	}
	for name, want := range map[string]string{"bucket": "desk-models", "force_destroy": "true", "count": "2"} {
		if a, ok := b.Attribute(name); !ok || a.Open || a.Value.Text != want {
			t.Errorf("%s is %+v, want %q", name, a, want)
		}
	}
	if a, ok := b.Attribute("owner"); !ok || !a.Open || a.Value.Text != "" || a.Value.Line != 6 {
		t.Errorf("a variable gives %+v", a)
	}
	tags, _ := b.Attribute("tags")
	if centre, ok := tags.Item("cost-centre"); !ok || centre.Value != (Value{"7", 9}) {
		t.Errorf("tags %+v", tags)
	}
	task := blocks[1]
	list, _ := task.Attribute("container_definitions")
	if len(list.Items) != 1 {
		t.Fatalf("jsonencode gives %+v", list)
	}
	if p, _ := list.Items[0].Item("privileged"); p.Value != (Value{"true", 19}) {
		t.Errorf("privileged %+v", p)
	}
	if i, _ := list.Items[0].Item("image"); !i.Open {
		t.Errorf("a text with a variable is no literal: %+v", i)
	}
	if s, _ := task.Attribute("script"); s.Value.Text != "line one\nline two\n" {
		t.Errorf("heredoc %q", s.Value.Text)
	}
	if p, _ := task.Attribute("ports"); len(p.Items) != 3 || p.Items[1].Value.Text != "443" || !p.Items[2].Open {
		t.Errorf("ports %+v", p)
	}
	vars, err := ParseTerraform([]byte("region = \"eu\"\n"))
	if err != nil || len(vars) != 1 || vars[0].Type != "" || vars[0].Attributes[0].Value.Text != "eu" {
		t.Errorf("variables %+v, %v", vars, err)
	}
}

func TestTerraformErrors(t *testing.T) {
	deep := strings.Repeat
	tests := []struct{ name, text, want string }{
		{"an open block", "resource \"a\" \"b\" {\n", "line"},
		{"lists in lists", "a = " + deep("[", 5000) + deep("]", 5000), "nested deeper"},
		{"blocks in blocks", deep("a {\n", 5000), "nested deeper"},
		{"templates in templates", "a = " + deep("\"${", 5000), "nested deeper"},
		{"conditions in conditions", "a = " + deep("x ? y : ", 5000) + "z\n", "operators"},
		{"conditions in parentheses over many lines", "a = (" + deep("x ? y :\n", 5000) + "z)\n", "operators"},
		{"a chain of negations", "a = " + deep("!", 5000) + "true\n", "operators"},
		{"a chain of splats", "a = b" + deep("[*]", 5000) + "\n", "operators"},
		{"a chain of attributes", "a = b" + deep(".c", 5000) + "\n", "operators"},
		{"directives", "a = \"" + deep("%{if x}", 5000) + "\"\n", "directives"},
		{"a template", "resource \"a\" {{ name }} {}\n", ErrTemplate.Error()},
	}
	for _, tt := range tests {
		_, err := ParseTerraform([]byte(tt.text))
		var e *Error
		if err == nil || !strings.Contains(err.Error(), tt.want) || !errors.Is(err, ErrTemplate) && !errors.As(err, &e) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := ParseTerraform([]byte("a = [" + deep("-1, ", 5000) + "]\nb = 1e999999999\n")); err != nil {
		t.Errorf("a long list of numbers: %v", err)
	}
}

func FuzzParseTerraform(f *testing.F) {
	f.Add(plan)
	f.Add("a = \"${b ? \"%{if c}d%{endif}\" : e[*].f}\"\n")
	f.Add("a = <<EOT\n${b}\nEOT\n")
	f.Add("a { b = [for x in y : x if z] }\n")
	f.Fuzz(func(t *testing.T, text string) {
		blocks, err := ParseTerraform([]byte(text))
		var e *Error
		if err != nil && !errors.Is(err, ErrTemplate) && !errors.As(err, &e) {
			t.Errorf("error of another type: %v", err)
		}
		for _, b := range blocks {
			if b.Line < 1 || b.Line > strings.Count(text, "\n")+1 {
				t.Errorf("line %d", b.Line)
			}
		}
	})
}
