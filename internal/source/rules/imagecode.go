package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// imageNames are keys, arguments and attributes that hold images in code; those of the second kind can be a picture too.
var (
	imageNames   = set("base_image", "baseImage", "container_image", "containerImage", "docker_image", "dockerImage", "image_uri", "imageUri", "image_id", "from_image", "serving_container_image_uri", "container_uri", "runtime_image", "default_image")
	pictureNames = set("image", "image_name", "imageName")
	imageCalls   = pattern.New(`(?:^|\.)Image\.(?:from_registry|from_dockerhub|from_gcp_artifact_registry|from_aws_ecr)$`)
)

// looseImagesInCode finds the images that code names: the moving ones, or those of a version without a digest.
func looseImagesInCode(moving bool) func(*look, *matcher) {
	return func(l *look, m *matcher) {
		t := l.t
		if !l.f.Holds("mage") {
			return
		}
		try := func(value syntax.ID, sure bool) {
			if value == 0 || !isText(t.Kind(value)) && t.Kind(value) != syntax.Ident {
				return
			}
			v, ok := l.f.Constant(value)
			if !ok || !v.String || v.Partial {
				return
			}
			i, ok := imageOf(v.Text)
			if !ok || i.digest || i.moves() != moving || !i.ofAI() || !strings.Contains(i.name, "/") || !sure && i.tag == "" {
				return
			}
			l.tell(m.rule, value, value, "")
		}
		named := func(name string, value syntax.ID) {
			if sure := imageNames[name]; sure || pictureNames[name] {
				try(value, sure)
			}
		}
		for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
			n := t.Node(id)
			switch n.Kind {
			case syntax.Keyword:
				named(t.Name(id), n.First)
			case syntax.Pair:
				if key := t.Child(id, 0); t.Kind(key) == syntax.Str {
					text, _ := t.Text(key)
					named(text, t.Last(id))
				}
			case syntax.Assign:
				if to := n.First; t.Kind(to) == syntax.Attribute || t.Kind(to) == syntax.Ident {
					if value := l.f.Value(id); value != 0 {
						named(strings.ToLower(t.Name(to)), value)
					}
				}
			case syntax.Call:
				if callee := n.First; t.Kind(callee) == syntax.Attribute && strings.HasPrefix(t.Name(callee), "from_") && imageCalls.MatchString(t.Code(callee)) {
					try(t.Next(callee), true)
				}
			}
		}
	}
}

func isText(k syntax.Kind) bool {
	return k == syntax.Str || k == syntax.Strings || k == syntax.Format
}
