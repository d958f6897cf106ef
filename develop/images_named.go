package develop

import (
	"errors"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// imagesOf lists the images that a file takes from elsewhere. What holds a variable without a default, is a stage of the
// same file, or is replaced by a build tool before anything is deployed names no image yet, and is left out.
func imagesOf(s *lodemark.Subject, c lodemark.Component) ([]imageUse, error) {
	type found struct {
		uses []imageUse
		err  error
	}
	f := lodemark.Shared(s, "develop.images "+c.Path, func() found { // two checks look at them
		uses, err := findImages(s, c)
		return found{uses, err}
	})
	return f.uses, f.err
}

func findImages(s *lodemark.Subject, c lodemark.Component) ([]imageUse, error) {
	switch c.Kind {
	case lodemark.KindContainer:
		return imagesOfBuild(s, c)
	case lodemark.KindCompose:
		return imagesOfCompose(s, c)
	}
	return imagesOfManifest(s, c)
}

// use is one use of an image. Where the reference holds variables, what the file itself fills in stands for them: that is what
// a reader can look up and pin.
func use(written infra.Value, image infra.Image) imageUse {
	text := written.Text
	if strings.Contains(text, "$") {
		text = longName(image)
		if image.Tag != "" {
			text += ":" + image.Tag
		}
		if image.Digest != "" {
			text += "@" + image.Digest
		}
	}
	return imageUse{written.Line, text, image, carrier.MatchString(image.Name)}
}

func containerFile(s *lodemark.Subject, c lodemark.Component) (*infra.Dockerfile, error) {
	return infra.Read(s, c.Path, infra.ParseDockerfile)
}

func imagesOfBuild(s *lodemark.Subject, c lodemark.Component) ([]imageUse, error) {
	d, err := containerFile(s, c)
	if err != nil {
		return nil, err
	}
	var uses []imageUse
	for i, stage := range d.Stages {
		if stage.Image.Name != "" && !placeholderImage.MatchString(stage.Image.Name) {
			uses = append(uses, use(stage.Base, stage.Image))
		}
		for _, from := range takenFrom(stage) {
			name, open := infra.Expand(from.Text, d.Args)
			if _, isStage := d.Stage(name, i); isStage || open || name == "scratch" || !looksLikeImage(name) {
				continue
			}
			uses = append(uses, use(from, infra.ParseImage(name)))
		}
	}
	return uses, nil
}

// takenFrom lists what a stage copies and mounts from: stages, images, and named contexts of the build command.
func takenFrom(stage infra.Stage) []infra.Value {
	var all []infra.Value
	for _, c := range stage.Copies {
		if c.From != "" {
			all = append(all, infra.Value{Text: c.From, Line: c.Line})
		}
	}
	return append(all, stage.Mounts...)
}

// looksLikeImage tells an image from a named context of the build, which is a plain word.
func looksLikeImage(name string) bool { return strings.ContainsAny(name, "/:@") }

func imagesOfCompose(s *lodemark.Subject, c lodemark.Component) ([]imageUse, error) {
	file, err := infra.Read(s, c.Path, infra.ParseCompose)
	if err != nil {
		return nil, err
	}
	var uses []imageUse
	for _, service := range file.Services {
		if service.Image.Given() && !service.Build && !service.Open {
			uses = append(uses, use(service.Image, service.Ref))
		}
	}
	return uses, nil
}

func imagesOfManifest(s *lodemark.Subject, c lodemark.Component) ([]imageUse, error) {
	objects, err := infra.Read(s, c.Path, infra.ParseKubernetes)
	var written []infra.Value
	switch {
	case errors.Is(err, infra.ErrTemplate):
		data, err := s.Read(c.Path)
		if err != nil {
			return nil, err
		}
		written = literalImages(string(data))
	case err != nil:
		return nil, err
	}
	for _, o := range objects {
		for _, pod := range o.Pods {
			for _, container := range pod.Containers {
				written = append(written, container.Image)
			}
		}
	}
	var uses []imageUse
	for _, v := range written {
		image := infra.ParseImage(v.Text)
		if v.Text == "" || placeholderImage.MatchString(v.Text) {
			continue
		}
		uses = append(uses, use(v, image))
	}
	return uses, nil
}

// imageLine is a line of a template that names an image in full.
var imageLine = pattern.New(`^\s*(?:-\s+)?image:\s*["']?([^\s"'{}#]+)["']?\s*(?:#.*)?$`)

// literalImages lists the images that a template names without filling anything in.
func literalImages(text string) []infra.Value {
	var all []infra.Value
	n := 0
	for line := range strings.Lines(text) {
		n++
		if m := imageLine.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			all = append(all, infra.Value{Text: m[1], Line: n})
		}
	}
	return all
}

// longName is the name by which a kustomization knows an image: without tag and digest.
func longName(i infra.Image) string {
	if i.Registry == "" {
		return i.Name
	}
	return i.Registry + "/" + i.Name
}

// replacedImages lists the images whose version a kustomization of the tree sets, whatever the manifest says.
func replacedImages(s *lodemark.Subject) map[string]bool {
	replaced := map[string]bool{}
	for _, f := range s.System.Files {
		switch strings.ToLower(path.Base(f.Path)) {
		case "kustomization.yaml", "kustomization.yml", "kustomization":
		default:
			continue
		}
		data, err := s.Read(f.Path)
		if err != nil {
			continue
		}
		k, err := infra.ParseKustomization(data)
		if err != nil {
			continue
		}
		for _, i := range k.Images {
			if i.Digest.Given() || i.NewTag.Given() && !floatingTag(i.NewTag.Text) {
				replaced[i.Name] = true
			}
		}
	}
	return replaced
}
