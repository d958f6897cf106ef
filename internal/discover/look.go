package discover

import (
	"errors"
	"fmt"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/infra"
)

// visit is one file while it is looked at: its place and head are there, the whole is read when a reader asks for it.
type visit struct {
	place
	size int64
	head []byte
	file bound.File
	out  *sighting

	whole []byte
	asked bool
	ok    bool

	hosted map[string]bool // names of hosted models noted so far
	every  bool            // manifests and lock files: note every package, not only those of AI
}

// reader knows one kind of file. fits decides by name and head alone, because it is asked about every file; read may ask
// for the whole. Adding a kind of file is adding a value to readers.
type reader struct {
	name string
	fits func(*visit) bool
	read func(*visit)
	// vendored: also read in vendored folders. What others wrote is no manifest or document of this system, but a model
	// file, a credential or a setting there works wherever it stands.
	vendored bool
}

func readers() []reader {
	return []reader{
		{name: "model files", fits: (*visit).mayBeModel, read: (*visit).readModel, vendored: true},
		{name: "manifests and lock files", fits: (*visit).isManifest, read: (*visit).readManifest},
		{name: "datasets", fits: (*visit).mayBeDataset, read: (*visit).readDataset},
		{name: "prompts", fits: (*visit).isPrompt, read: (*visit).readPrompt},
		{name: "lines of prompts", fits: (*visit).isPromptLines, read: (*visit).readPromptLines},
		{name: "notebooks", fits: (*visit).isNotebook, read: (*visit).readNotebook},
		{name: "cards and documents", fits: (*visit).isDocument, read: (*visit).readDocument},
		{name: "MCP configurations", fits: (*visit).mayConfigureMCP, read: (*visit).readMCP, vendored: true},
		{name: "agent configurations", fits: (*visit).isAgentConfig, read: (*visit).readAgentConfig, vendored: true},
		{name: "container files", fits: (*visit).isContainerFile, read: (*visit).readContainerFile, vendored: true},
		{name: "compose files", fits: (*visit).mayBeCompose, read: (*visit).readCompose, vendored: true},
		{name: "Kubernetes manifests", fits: (*visit).mayBeKubernetes, read: (*visit).readKubernetes, vendored: true},
		{name: "infrastructure", fits: (*visit).isInfrastructure, read: (*visit).readInfrastructure, vendored: true},
		{name: "pipelines", fits: (*visit).isPipeline, read: (*visit).readPipeline, vendored: true},
		{name: "variables", fits: (*visit).isVariables, read: (*visit).readVariables},
		{name: "model gateways", fits: (*visit).isGatewayConfig, read: (*visit).readGatewayConfig},
		{name: "schemas of databases", fits: (*visit).isSchema, read: (*visit).readSchema},
		{name: "install scripts", fits: (*visit).isInstallScript, read: (*visit).readInstallScript},
		{name: "descriptions of agents", fits: (*visit).isAgentText, read: (*visit).addSubagent},
		{name: "values of charts", fits: (*visit).isValues, read: (*visit).readValues},
		{name: "threat models", fits: (*visit).isThreatModel, read: (*visit).readThreatModel},
		{name: "signs of training and of products", fits: (*visit).isSign, read: (*visit).readSign},
		// Analysis of source code (calls of models, tools in code) is a reader of its own to come; it belongs here.
	}
}

// look is the visit of one file.
func look(f bound.File, known []reader) sighting {
	v := visit{place: placeOf(f.Path), size: f.Size, file: f}
	s := sighting{file: lodemark.File{Path: f.Path, Size: f.Size, Vendored: v.vendored, Test: v.test, Link: f.Target}}
	v.out = &s
	if !f.Regular() {
		s.file.Language = languageOf(v.place, nil)
		return s
	}
	head, err := f.Head(headBytes)
	if err == nil { // otherwise the tree keeps the gap
		v.head = head
	}
	s.file.Language = languageOf(v.place, head)
	for i := range known {
		r := &known[i]
		if !r.fits(&v) {
			continue
		}
		if v.vendored && !r.vendored {
			s.skipped = r.name + " in vendored folders"
			continue
		}
		v.readWith(r)
	}
	return s
}

// readWith runs one reader. A mistake of ours that a hostile file brings out costs that file and is said; it must not end
// the look at everything else.
func (v *visit) readWith(r *reader) {
	defer func() {
		if cause := recover(); cause != nil {
			v.gap(0, fmt.Sprintf("%s: internal error: %v", r.name, cause))
		}
	}()
	r.read(v)
}

// add notes a component at this file; kind and what else is known are the caller's.
func (v *visit) add(c lodemark.Component) {
	c.Path, c.Test = v.path, v.aside()
	if c.Name == "" {
		c.Name = v.base
	}
	if c.Origin == "" {
		c.Origin = lodemark.OriginInferred
	}
	v.out.components = append(v.out.components, c)
}

// addFile notes a file that is a component as a whole.
func (v *visit) addFile(kind lodemark.Kind, format string, detail map[string]string) {
	v.add(lodemark.Component{Kind: kind, Format: format, Detail: detail})
}

// text returns the whole file once; what it costs to read it twice would be paid for every manifest. ok is false when it
// could not be read: the tree keeps the gap.
func (v *visit) text() (data []byte, ok bool) {
	if !v.asked {
		v.asked = true
		if v.size <= int64(len(v.head)) {
			v.whole, v.ok = v.head, true
		} else if data, err := v.file.Read(); err == nil {
			v.whole, v.ok = data, true
		}
	}
	return v.whole, v.ok
}

// smallText is text for files that people write: a larger one is a gap, not minutes of parsing.
func (v *visit) smallText(max int64) (data []byte, ok bool) {
	if v.size > max {
		v.unread(&sizeError{v.size, max})
		return nil, false
	}
	return v.text()
}

// sizeError says that a file holds more bytes than are read of one of its kind.
type sizeError struct{ size, most int64 }

func (e *sizeError) Error() string {
	return fmt.Sprintf("has %d bytes, and at most %d are read of a file of this kind", e.size, e.most)
}

// TooLarge says so to lodemark.Unread.
func (e *sizeError) TooLarge() bool { return true }

// settingsBytes is far more than people write; machines write lock files, for which the tree's own limit holds.
const settingsBytes = 1 << 20

func (v *visit) gap(line int, reason string) {
	v.out.gaps = append(v.out.gaps, lodemark.Gap{Path: v.path, Line: line, Reason: reason})
}

// unread notes why the file was not made sense of, without a place in it.
func (v *visit) unread(err error) {
	v.out.gaps = append(v.out.gaps, lodemark.Unread(v.path, 0, err, true))
}

// malformed notes where a file stops making sense, as a reader found it.
func (v *visit) malformed(err error) {
	if tooLarge := (*sizeError)(nil); errors.As(err, &tooLarge) {
		v.unread(tooLarge)
		return
	}
	line, message := 0, err.Error()
	if se := (*syntaxError)(nil); errors.As(err, &se) {
		line, message = se.line, se.message
	} else if ie := (*infra.Error)(nil); errors.As(err, &ie) {
		line, message = ie.Line, ie.Message
	}
	v.gap(line, "malformed: "+message)
}
