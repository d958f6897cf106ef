package deploy

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// DEP-1: secure your infrastructure.
func infrastructure() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "DEP-1",
		Checks: []lodemark.Check{containerUser(), privilegedWorkload(), exposedService(), networkPolicy(), workflowPermissions(),
			publicStorage(), accessMatrix(), environmentRecord(), productionInDevelopment(), exposedServing()},
	}
}

// composeFile, manifest and containerFile are the files of a system that say how it is run, as read.
type composeFile struct {
	lodemark.Component
	*infra.Compose
	lines []string
}

type manifest struct {
	lodemark.Component
	objects []infra.Object
}

type containerFile struct {
	lodemark.Component
	*infra.Dockerfile
}

// estate is what the files of a system say of how it is run.
type estate struct {
	compose    []composeFile
	manifests  []manifest
	containers []containerFile
	looked     []lodemark.Component
	gaps       []lodemark.Gap
	templates  []string // manifests that are filled in elsewhere
}

// survey reads the files of the given kinds, each once. What cannot be read is a gap, and the rest goes on.
func survey(s *lodemark.Subject, kinds ...lodemark.Kind) estate {
	var e estate
	seen := map[string]bool{}
	for c := range s.System.Of(kinds...) {
		if key := string(c.Kind) + " " + c.Path; c.Path == "" || seen[key] || c.Format == "helm" || c.Format == "kustomization" {
			continue
		} else {
			seen[key] = true
		}
		data, err := s.Read(c.Path)
		if err == nil && len(bytes.TrimSpace(data)) == 0 {
			continue
		}
		if err == nil {
			err = e.add(s, c, data)
		}
		switch {
		case errors.Is(err, infra.ErrTemplate):
			e.gaps = append(e.gaps, lodemark.Gap{Path: c.Path, Reason: err.Error() + ", so what it asks for is not known here"})
			if !c.Test && path.Ext(c.Path) != ".tpl" { // those hold pieces of templates
				e.templates = append(e.templates, c.Path)
			}
		case err != nil:
			e.gaps = append(e.gaps, lodemark.Unread(c.Path, infra.LineOf(err), err, c.Test))
		default:
			e.looked = append(e.looked, c)
		}
	}
	return e
}

func (e *estate) add(s *lodemark.Subject, c lodemark.Component, data []byte) error {
	switch c.Kind {
	case lodemark.KindContainer:
		d, err := infra.Read(s, c.Path, infra.ParseDockerfile)
		if err == nil {
			e.containers = append(e.containers, containerFile{c, d})
		}
		return err
	case lodemark.KindCompose:
		f, err := infra.Read(s, c.Path, infra.ParseCompose)
		if err == nil {
			e.compose = append(e.compose, composeFile{c, f, strings.Split(string(data), "\n")})
		}
		return err
	case lodemark.KindKubernetes:
		read, err := infra.Read(s, c.Path, infra.ParseKubernetes)
		objects := slices.Clone(read) // others see the same objects
		for i := range objects {
			if strings.ContainsAny(objects[i].Namespace, "{$<") {
				objects[i].Namespace = "" // a placeholder: which one is decided when the manifest is applied
			}
		}
		if err == nil {
			e.manifests = append(e.manifests, manifest{c, objects})
		}
		return err
	}
	return fmt.Errorf("there is no reader for a file of kind %s", c.Kind)
}

// concluded judges the findings. A system whose workloads are templates is not known from the files around them.
func (e estate) concluded(findings []lodemark.Finding, noun string) lodemark.Result {
	r := lodemark.Conclude(e.looked, shortened(findings), e.gaps, noun)
	if len(e.templates) > 0 && (r.Outcome == lodemark.Passed || r.Outcome == lodemark.NothingToSee) {
		r.Outcome = lodemark.Undecided
		r.Reason = fmt.Sprintf("%d manifest(s) are templates that are filled in elsewhere (the first is %s), and in what can be read nothing was found", len(e.templates), e.templates[0])
	}
	return r
}

// maxMessage bounds what a finding says: names in it are the target's, and may be of any length.
const maxMessage = 600

func shortened(findings []lodemark.Finding) []lodemark.Finding {
	for i := range findings {
		for _, text := range []*string{&findings[i].Message, &findings[i].Fix, &findings[i].Key} {
			if len(*text) > maxMessage {
				*text = strings.ToValidUTF8((*text)[:maxMessage], "") + "…"
			}
		}
	}
	return findings
}

// forPractice matches what names of folders and files say about themselves: not for operation, but to be tried, taught
// or worked with. It lowers a severity by one step and never hides a finding.
var (
	practiceFolder = pattern.New(`(?i)^(?:examples?|samples?|demos?|docs?|documentation|cookbooks?|tutorials?|quick-?starts?|playgrounds?|dev|develop|development|local|hack|benchmarks?|\.devcontainer|workshops?|sandbox|ci)$`)
	practiceFile   = pattern.New(`(?i)(?:^|[._-])(?:dev|develop|development|devel|local|localhost|tests?|e2e|examples?|samples?|demo|debug|ci|bench|benchmark|playground)(?:[._-]|$)`)
)

func forPractice(file string) bool {
	dir, base := path.Split(file)
	return practiceFile.MatchString(base) || slices.ContainsFunc(strings.Split(dir, "/"), practiceFolder.MatchString)
}

// severity is the given one, or one step less for what is not meant for operation.
func severity(file string, s lodemark.Severity) lodemark.Severity {
	if forPractice(file) && s > lodemark.SeverityLow {
		return s - 1
	}
	return s
}

// shownImage is an image's name for a message: without registry and digest.
func shownImage(i infra.Image, written string) string {
	if i.Name == "" {
		return written
	}
	if i.Tag != "" {
		return i.Name + ":" + i.Tag
	}
	return i.Name
}

// resolved takes an image apart after its variables' defaults are filled in; open ones give the zero value.
func resolved(written string) infra.Image {
	text, open := infra.Expand(written, nil)
	if open || strings.Contains(text, "{{") {
		return infra.Image{}
	}
	return infra.ParseImage(text)
}
