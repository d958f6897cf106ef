package provenance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The predicate types of SLSA provenance that are read.
const (
	TypeV1  = "https://slsa.dev/provenance/v1"
	TypeV02 = "https://slsa.dev/provenance/v0.2"
)

// Provenance is how an artefact was built, by the word of its builder.
type Provenance struct {
	Version      string // "v1" or "v0.2"
	BuildType    string
	Builder      string            // the builder's id
	Parameters   map[string]string // what whoever started the build chose, under dotted names: "workflow.ref"
	Dependencies []Dependency      // what the builder says went in; v0.2 calls them materials
	Invocation   string
	Started      time.Time // zero: not said
	Finished     time.Time
	Lacks        []string // what this statement does not tell, in words

	config object // v0.2: invocation.configSource
	ext    object // v1: externalParameters
}

// Dependency is something that went into a build.
type Dependency struct {
	URI     string
	Digests map[string]string
}

// provenance reads the predicate. ok is false for statements that are about something else.
func (s Statement) provenance() (p Provenance, ok bool, err error) {
	switch s.PredicateType {
	case TypeV1:
		p, err = readV1(s.predicate)
	case TypeV02:
		p, err = readV02(s.predicate)
	default:
		return p, false, nil
	}
	if err == nil && (p.Builder == "" || p.BuildType == "") {
		err = fmt.Errorf("it names no builder or no build type")
	}
	if err == nil && !p.Started.IsZero() && !p.Finished.IsZero() && p.Finished.Before(p.Started) {
		err = fmt.Errorf("the build ended before it began")
	}
	if err != nil {
		err = fmt.Errorf("provenance %s: %w", strings.TrimPrefix(s.PredicateType, "https://slsa.dev/provenance/"), err)
	}
	return p, true, err
}

func readV1(o object) (p Provenance, err error) {
	p.Version = "v1"
	definition, err := o.object("buildDefinition")
	if err != nil {
		return p, err
	}
	run, err := o.object("runDetails")
	if err != nil {
		return p, err
	}
	builder, err := run.object("builder")
	if err != nil {
		return p, err
	}
	metadata, err := run.object("metadata")
	if err != nil {
		return p, err
	}
	if p.ext, err = definition.object("externalParameters"); err != nil {
		return p, err
	}
	if p.ext == nil {
		return p, fmt.Errorf("no external parameters: what was asked of the builder is not told")
	}
	if p.Parameters, err = parameters(p.ext); err != nil {
		return p, err
	}
	if p.Dependencies, err = dependencies(definition, "resolvedDependencies"); err != nil {
		return p, err
	}
	if len(p.Dependencies) == 0 {
		p.Lacks = append(p.Lacks, "what went into the build: no dependency is listed")
	}
	return p, firstOf(
		set(&p.BuildType, definition, "buildType"), set(&p.Builder, builder, "id"), set(&p.Invocation, metadata, "invocationId"),
		setTime(&p.Started, metadata, "startedOn"), setTime(&p.Finished, metadata, "finishedOn"))
}

func readV02(o object) (p Provenance, err error) {
	p.Version = "v0.2"
	builder, err := o.object("builder")
	if err != nil {
		return p, err
	}
	invocation, err := o.object("invocation")
	if err != nil {
		return p, err
	}
	metadata, err := o.object("metadata")
	if err != nil {
		return p, err
	}
	if p.config, err = invocation.object("configSource"); err != nil {
		return p, err
	}
	chosen, err := invocation.object("parameters")
	if err != nil {
		return p, err
	}
	if p.Parameters, err = parameters(chosen); err != nil {
		return p, err
	}
	if p.Dependencies, err = dependencies(o, "materials"); err != nil {
		return p, err
	}
	if p.Lacks, err = lacksV02(metadata); err != nil {
		return p, err
	}
	return p, firstOf(
		set(&p.BuildType, o, "buildType"), set(&p.Builder, builder, "id"), set(&p.Invocation, metadata, "buildInvocationId"),
		setTime(&p.Started, metadata, "buildStartedOn"), setTime(&p.Finished, metadata, "buildFinishedOn"))
}

// lacksV02 says what the older format cannot tell, or does not claim to tell wholly.
func lacksV02(metadata object) ([]string, error) {
	lacks := []string{"version 0.2 does not keep what the requester chose apart from what the platform set: its parameters are only as complete as it claims"}
	completeness, err := metadata.object("completeness")
	if err != nil {
		return nil, err
	}
	for _, part := range []struct{ member, means string }{
		{"parameters", "it does not claim to list all parameters"},
		{"materials", "it does not claim to list all that went into the build"},
	} {
		if whole, _ := completeness[part.member].(bool); !whole {
			lacks = append(lacks, part.means)
		}
	}
	return lacks, nil
}

func parameters(o object) (map[string]string, error) {
	out := map[string]string{}
	for name, v := range o {
		if err := flat(out, dotted(name), v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func dependencies(o object, member string) ([]Dependency, error) {
	all, err := o.list(member)
	if err != nil {
		return nil, err
	}
	var out []Dependency
	for i, v := range all {
		d, ok := asObject(v)
		if !ok {
			return nil, fmt.Errorf("%s: number %d is no object", member, i+1)
		}
		uri, err := d.text("uri")
		if err != nil {
			return nil, fmt.Errorf("%s: number %d: %w", member, i+1, err)
		}
		digests, err := readDigests(d)
		if err != nil {
			return nil, fmt.Errorf("%s: number %d: %w", member, i+1, err)
		}
		out = append(out, Dependency{uri, digests})
	}
	return out, nil
}

// Names lists the parameters, sorted.
func (p Provenance) Names() []string { return slices.Sorted(maps.Keys(p.Parameters)) }

func set(into *string, o object, member string) (err error) {
	*into, err = o.text(member)
	return err
}

func setTime(into *time.Time, o object, member string) error {
	text, err := o.text(member)
	if err != nil || text == "" {
		return err
	}
	if *into, err = time.Parse(time.RFC3339, text); err != nil {
		return fmt.Errorf("%s is no time as RFC 3339 writes it", member)
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
