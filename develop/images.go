package develop

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

func pinnedImages() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-pinned-images", Version: 1,
		Title:    "Container images are named by version, those that carry the AI system by digest",
		Bears:    lodemark.Supports("DEV-1.5"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "A tag is moved whenever somebody pushes. Under latest, the model server of tomorrow is another program than the one that " +
			"was tested, and nobody sees the difference in the repository.",
		Fix:  "Name a version and the digest: image:1.2.3@sha256:..., and let a bot raise both.",
		Help: "correct the file that could not be read; give variables in image names a default in the same file",
		Bad:  imagesBad(), Good: imagesGood(),
		Run: runPinnedImages,
	}
}

// imageUse is one place at which a file names an image.
type imageUse struct {
	line    int
	written string // as it stands there, variables filled in
	image   infra.Image
	carries bool // the image carries or serves the AI system itself
}

func runPinnedImages(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	own, replaced := builtHere(s), replacedImages(s)
	for c := range s.System.Of(lodemark.KindContainer, lodemark.KindCompose, lodemark.KindKubernetes) {
		if ctx.Err() != nil || len(looked) > 0 && looked[len(looked)-1].Path == c.Path {
			continue
		}
		uses, err := imagesOf(s, c)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(c.Path, infra.LineOf(err), err, c.Test))
			continue
		}
		looked = append(looked, c)
		seen := map[string]bool{}
		for _, u := range uses {
			settled := own[u.image.Name] && u.image.Digest == "" || c.Kind == lodemark.KindKubernetes && replaced[longName(u.image)]
			if settled || seen[u.written] {
				continue
			}
			seen[u.written] = true
			if f, bad := judgeImage(c.Path, u); bad {
				findings = append(findings, f)
			}
		}
	}
	return lodemark.Conclude(looked, findings, gaps, "files that name container images")
}

func judgeImage(path string, u imageUse) (lodemark.Finding, bool) {
	f := lodemark.Finding{ID: "dev-1-pinned-images", Path: path, Line: u.line, Key: u.written}
	switch {
	case u.image.Digest != "":
		return f, false
	case u.image.Tag == "" || floatingTag(u.image.Tag):
		f.Severity = lodemark.SeverityMedium
		f.Message = fmt.Sprintf("%s is whatever was pushed last under that name, so what runs tomorrow is not what was tested.", u.written)
		f.Fix = fmt.Sprintf("name a version and its digest: %s:<version>@sha256:<digest>", fullName(u.image))
		return f, true
	case u.carries:
		f.Severity = lodemark.SeverityLow
		f.Message = fmt.Sprintf("%s carries the AI system and is named by a tag, which its publisher can move to other bytes.", u.written)
		f.Fix = fmt.Sprintf("add the digest: %s@sha256:<digest>", u.written)
		return f, true
	}
	return f, false
}

// floatingTag knows tags that are meant to move.
func floatingTag(tag string) bool {
	return slices.Contains([]string{"latest", "main", "master", "edge", "nightly", "dev", "develop", "canary", "rolling", "head"}, strings.ToLower(tag))
}

func fullName(i infra.Image) string {
	if i.Registry == "" || i.Registry == "docker.io" {
		return strings.TrimPrefix(i.Name, "library/")
	}
	return i.Registry + "/" + i.Name
}

// carrier matches images that serve models or hold their data.
var carrier = pattern.New(`(?i)(vllm|text-generation-inference|text-embeddings-inference|tritonserver|ollama|llama[.-]?cpp|localai|torchserve|pytorch|tensorflow|huggingface|transformers|` +
	`nvidia/cuda|bentoml|kserve|ray-ml|rayproject|sglang|qdrant|milvus|weaviate|chroma|pgvector|litellm|openvino|mlflow|langfuse|open-webui|xinference|infinity|deepspeed)`)

// placeholderImage is a name that build tools of Kubernetes replace before anything is deployed.
var placeholderImage = pattern.New(`^(ko://.*|controller(:latest)?|.*\{\{.*|.*<[^>]+>.*|.*\$[({A-Za-z_].*|.*@@.*|.*%%.*|.*__.*__.*|(.*/)?REPLACE.*|IMAGE.*)$`)
