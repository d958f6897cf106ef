package develop

import (
	"bytes"
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
			taggedIn(data, own)
		}
	}
	for c := range s.System.Of(lodemark.KindPipeline) {
		if data, err := s.Read(c.Path); err == nil && len(data) <= scriptBytes {
			taggedIn(data, own)
		}
	}
	return own
}

var (
	builders     = [][]byte{[]byte("docker"), []byte("podman"), []byte("nerdctl"), []byte("buildah")}
	buildCommand = pattern.New(`^(?:docker|podman|nerdctl|buildah)(?:\s+(?:buildx|image))?\s+(?:build|bud)\b((?:[^\n\\;&|]|\\\r?\n|\\[^\r\n])*)`)
	buildTag     = pattern.New(`(?:^|\s)(?:-t|--tag)[\s=]+["']?([a-z0-9][\w.-]*)(?::[\w.${}()-]*)?["']?(?:\s|$)`)
)

// buildBytes is the longest build command that is read, with its continued lines.
const buildBytes = 8 << 10

// taggedIn adds the plain names that build commands tag: without a registry and a folder, which only the engine that built
// them knows. Plain searches come first: most scripts build no image, and expressions are slow.
func taggedIn(text []byte, own map[string]bool) {
	if !bytes.Contains(text, []byte("bu")) || !bytes.Contains(text, []byte("-t")) {
		return // neither "-t" nor "--tag"
	}
	for _, name := range builders {
		for from := 0; ; {
			i := bytes.Index(text[from:], name)
			if i < 0 {
				break
			}
			from += i
			command := text[from:min(from+buildBytes, len(text))]
			if from > 0 && text[from-1] != '-' && wordByte(text[from-1]) || !bytes.Contains(command[:min(80, len(command))], []byte(" bu")) {
				from += len(name)
				continue
			}
			if m := buildCommand.FindSubmatchIndex(command); m != nil && m[0] == 0 {
				options := strings.ReplaceAll(string(command[m[2]:m[3]]), "\\\n", " ")
				for _, tag := range buildTag.FindAllStringSubmatch(options, -1) {
					own[tag[1]] = true
				}
				from += m[1]
				continue
			}
			from += len(name)
		}
	}
}
