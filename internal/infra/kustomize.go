package infra

import "strings"

// Kustomization is the file that says which manifests belong together and how they are changed.
type Kustomization struct {
	Namespace  Value
	Resources  []Value // with those of the older names bases and components
	Patches    []Value // files, and the first line of a patch that stands in the file itself
	Images     []ImageChange
	Generators []string // names of generated config maps and secrets
}

// ImageChange replaces an image by another name, tag or digest.
type ImageChange struct {
	Line           int
	Name, NewName  string
	NewTag, Digest Value
}

// ParseKustomization reads a kustomization file. The error is ErrTemplate for a template, else an *Error.
func ParseKustomization(data []byte) (Kustomization, error) {
	docs, err := manifestDocuments(data)
	if err != nil {
		return Kustomization{}, err
	}
	var k Kustomization
	for _, n := range docs {
		if !n.is(mapping) {
			return Kustomization{}, &Error{n.line, "a kustomization is a mapping"}
		}
		if ns := n.get("namespace").value(); ns.Given() {
			k.Namespace = ns
		}
		for _, key := range []string{"resources", "bases", "components"} {
			k.Resources = append(k.Resources, n.get(key).values()...)
		}
		k.Patches = append(k.Patches, patches(n)...)
		for _, i := range n.get("images").list() {
			k.Images = append(k.Images, ImageChange{i.at(), i.get("name").str(), i.get("newName").str(), i.get("newTag").value(), i.get("digest").value()})
		}
		for _, key := range []string{"configMapGenerator", "secretGenerator"} {
			for _, g := range n.get(key).list() {
				k.Generators = append(k.Generators, g.get("name").str())
			}
		}
	}
	return k, nil
}

func patches(n *node) []Value {
	var all []Value
	for _, key := range []string{"patches", "patchesStrategicMerge", "patchesJson6902"} {
		for _, p := range n.get(key).list() {
			written := p.value()
			if p.is(mapping) {
				written = p.get("path").value()
				if !written.Given() {
					written = p.get("patch").value()
				}
			}
			written.Text, _, _ = strings.Cut(written.Text, "\n")
			if written.Given() {
				all = append(all, written)
			}
		}
	}
	return all
}
