package develop

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// builtHere lists the names of images that the target builds itself: services of compose files with a build section, and
// what build files, scripts and pipelines tag with a name that no registry serves. What is built here is not pulled, so
// its tag is not moved by somebody else.
func builtHere(s *lodemark.Subject) map[string]bool {
	own := map[string]bool{}
	for c := range s.System.Of(lodemark.KindCompose) {
		file, err := infra.Read(s, c.Path, infra.ParseCompose)
		if err != nil { // the check that reads the images tells
			continue
		}
		for _, service := range file.Services {
			if service.Build && service.Ref.Name != "" {
				own[service.Ref.Name] = true
			}
		}
	}
	for _, f := range s.System.Files {
		if f.Language != "shell" && f.Language != "make" && f.Language != "just" || f.Link != "" || f.Size > scriptBytes {
			continue
		}
		if data, err := s.Read(f.Path); err == nil {
			taggedIn(string(data), own)
		}
	}
	for c := range s.System.Of(lodemark.KindPipeline) {
		if data, err := s.Read(c.Path); err == nil && len(data) <= scriptBytes {
			taggedIn(string(data), own)
		}
	}
	return own
}

var (
	builders     = []string{"docker", "podman", "nerdctl", "buildah"}
	buildCommand = pattern.New(`\b(?:docker|podman|nerdctl|buildah)(?:\s+(?:buildx|image))?\s+(?:build|bud)\b((?:[^\n\\;&|]|\\\r?\n|\\[^\r\n])*)`)
	buildTag     = pattern.New(`(?:^|\s)(?:-t|--tag)[\s=]+["']?([a-z0-9][\w.-]*)(?::[\w.${}()-]*)?["']?(?:\s|$)`)
)

// taggedIn adds the plain names that build commands tag: without a registry and a folder, which only the engine that built
// them knows.
func taggedIn(text string, own map[string]bool) {
	if !slices.ContainsFunc(builders, func(name string) bool { return strings.Contains(text, name) }) {
		return
	}
	for _, m := range buildCommand.FindAllStringSubmatch(text, -1) {
		for _, tag := range buildTag.FindAllStringSubmatch(strings.ReplaceAll(m[1], "\\\n", " "), -1) {
			own[tag[1]] = true
		}
	}
}
