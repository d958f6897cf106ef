package threat

import (
	"encoding/json"
	"slices"
)

// Schema is the JSON Schema of threats.yaml (draft 2020-12), made from the vocabulary. Load also holds ids and flows against
// each other, which a schema cannot.
func Schema() []byte {
	type object = map[string]any
	text := object{"type": "string", "maxLength": mostText}
	texts := object{"anyOf": []any{text, object{"type": "array", "items": text}}}
	control := object{"anyOf": []any{object{"type": "string"}, object{"type": "array", "items": object{"type": "string"}}},
		"description": "mitigations of the library that are claimed to be in place: LDM-C02, or C02 for short"}
	attributes := func(t *table, more object) object {
		for i := range t.all {
			if a := &t.all[i]; !a.Derived {
				more[a.Name] = a.schema()
			}
		}
		return more
	}
	component := attributes(componentTable, object{
		"id": text, "kind": object{"enum": allKinds}, "name": text, "description": text, "owner": text, "address": text, "guess": text, "contains": texts, "controls": control,
		"path": texts, "paths": texts, "file": texts, "files": texts, "technology": texts, "technologies": texts, "provider": texts, "model": texts,
	})
	system := attributes(systemTable, object{"name": text})
	for _, key := range []string{"revision", "reviewed", "next_review", "owner", "description", "scope", "version", "by", "reviewers", "assumptions"} {
		system[key] = object{}
	}
	flow := attributes(flowTable, object{"from": text, "to": text, "name": text, "id": text, "description": text, "guess": text, "controls": control})
	strict := func(properties object, required ...string) object {
		required = append([]string{}, required...)
		return object{"type": "object", "properties": properties, "required": required, "patternProperties": object{"^x-": object{}}, "additionalProperties": false}
	}
	prose := func(doc string) object {
		return object{"type": []string{"string", "null"}, "maxLength": mostProse, "description": doc}
	}
	day := func(doc string) object {
		return object{"type": []string{"string", "null"}, "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": doc}
	}
	maybe := func(s object) object { return object{"anyOf": []any{s, object{"type": "null"}}} }
	parties := object{
		"system":        prose("what happens to the system itself when a part is compromised, or misbehaves by itself"),
		"users":         prose("what happens to those who use it, or are judged by it"),
		"organisations": prose("what happens to the organisations that run it, supply it, or rely on it"),
		"society":       prose("what happens to people beyond them"),
	}
	impacts := object{"type": "array", "maxItems": mostParts, "items": strict(object{"party": object{"enum": Parties()}, "text": prose("what happens to them, in a sentence")}, "party")}
	impact := object{"description": "what happens to each affected party when a part is compromised, or misbehaves by itself", "anyOf": []any{strict(parties), impacts}}
	reason := object{"type": "string", "minLength": 1, "maxLength": mostProse}
	class := object{"enum": AttackClasses()}
	noted := object{"type": "object", "properties": object{
		"cause":  maybe(object{"enum": Causes(), "description": "whether somebody wants it to happen, or whether it needs nobody: hallucination, drift, an unsafe act"}),
		"impact": object{"anyOf": []any{impact, object{"type": []string{"string", "number", "boolean", "null"}}}},
	}}
	data, err := json.MarshalIndent(object{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"$id":         "https://lodemark.example.org/schema/threat-model.schema.json",
		"title":       "A threat model: threats.yaml",
		"description": "The system, its components, and the flows between them. Lodemark's own reader also finds duplicate ids, flows that end nowhere, and circles.",
		"type":        "object",
		"properties": object{
			"schema": text, "version": object{}, "title": text, "description": text, "status": text,
			"system": object{"anyOf": []any{text, strict(system)}},
			"components": object{"anyOf": []any{
				object{"type": "array", "maxItems": mostParts, "items": strict(component, "id", "kind")},
				object{"type": "object", "maxProperties": mostParts, "additionalProperties": strict(component, "kind")},
				object{"type": "null"},
			}},
			"flows": object{"type": []string{"array", "null"}, "maxItems": mostFlows, "items": strict(flow, "from", "to")},
			"threats": object{"description": "threats that people wrote down themselves, with what they decided", "anyOf": []any{
				object{"type": "array", "maxItems": mostParts, "items": object{"anyOf": []any{noted, object{"type": []string{"string", "number", "boolean", "null"}}}}},
				object{"type": "object", "maxProperties": mostParts, "additionalProperties": object{"anyOf": []any{noted, object{"type": []string{"string", "number", "boolean", "null"}}}}},
				object{"type": "null"},
			}},
			"impact": maybe(impact),
			"attractiveness": maybe(strict(object{
				"level":  maybe(object{"enum": []string{"low", "medium", "high"}, "description": "how much of a target the system is by its data"}),
				"who":    maybe(texts),
				"reason": prose("why: what the data are worth, and to whom"),
			})),
			"excluded": object{"description": "classes of attacks that cannot apply, each with the reason", "anyOf": []any{
				object{"type": "array", "maxItems": mostParts, "items": strict(object{"class": class, "reason": reason}, "class", "reason")},
				object{"type": "object", "propertyNames": class, "additionalProperties": object{"anyOf": []any{reason, strict(object{"reason": reason}, "reason")}}},
				object{"type": "null"},
			}},
			"outlook": maybe(strict(object{
				"date":      day("when it was written"),
				"catalogue": object{"type": []string{"string", "number", "null"}, "description": "the version of the library of threats with which it was written"},
				"text":      prose("how the threats may grow: what makes the system a better target, and what attackers can automate"),
				"review":    day("when it is due again"),
			})),
		},
		"patternProperties":    object{"^x-": object{}},
		"additionalProperties": false,
	}, "", "  ")
	if err != nil {
		panic("the schema of threat models cannot be written: " + err.Error()) // it is made of texts and lists
	}
	return append(data, '\n')
}

// schema is one attribute's part of the schema. "unknown" is a value of each.
func (a *Attribute) schema() map[string]any {
	doc := a.Doc
	if a.Silence == Unknown {
		doc += "; not declared means not known"
		if a.Kinds != nil {
			doc += " for some kinds"
		}
	}
	s := map[string]any{"description": doc}
	words := append(slices.Clone(a.Values), "unknown")
	switch {
	case a.Type == Bool:
		s["enum"] = []any{true, false, "unknown"}
	case a.Type == Number:
		s["anyOf"] = []any{map[string]any{"type": "integer", "minimum": 0}, map[string]any{"const": "unknown"}}
	case a.Type == Text && a.Values != nil:
		s["enum"] = words
	case a.Values == nil:
		s["anyOf"] = []any{map[string]any{"type": "string"}, map[string]any{"type": "array", "items": map[string]any{"type": "string"}}}
	default:
		s["anyOf"] = []any{map[string]any{"enum": words}, map[string]any{"type": "array", "items": map[string]any{"enum": words}}}
	}
	return s
}
