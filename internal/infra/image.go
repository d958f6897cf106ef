package infra

import "strings"

// Image is a reference to a container image, taken apart. Registry is empty where none is written; Name is without it
// ("vllm/vllm-openai"); a missing Tag stays empty.
type Image struct{ Registry, Name, Tag, Digest string }

// ParseImage takes a reference apart by the rules of container engines: what stands before the first slash is a registry
// only where it has a dot or a colon, or is "localhost". Nothing is added: no default registry, no "library/", no
// "latest". Variables are text here; fill them in before (see Expand).
func ParseImage(ref string) Image {
	var i Image
	ref = strings.TrimSpace(ref)
	ref, i.Digest, _ = strings.Cut(ref, "@")
	if first, rest, ok := strings.Cut(ref, "/"); ok && (strings.ContainsAny(first, ".:") || first == "localhost") {
		i.Registry, ref = first, rest
	}
	if colon := strings.LastIndexByte(ref, ':'); colon > strings.LastIndexByte(ref, '/') {
		ref, i.Tag = ref[:colon], ref[colon+1:]
	}
	i.Name = ref
	return i
}
