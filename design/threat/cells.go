package threat

import (
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// notKnown is an unknown that carries the name of the attribute that would settle it: "log-sandbox.isolation".
func notKnown(name string) ref.Val {
	return types.NewUnknown(1, types.NewAttributeTrail(name))
}

// settles lists the attributes that an unknown result waits for.
func settles(u *types.Unknown) []string {
	var all []string
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, t := range trails {
			all = append(all, t.Variable())
		}
	}
	return all
}

func listOf(words []string) ref.Val { return types.NewStringList(types.DefaultTypeAdapter, words) }

// valueIn gives what is known of an attribute as a value of CEL. A list that names "unknown" among others may hold more.
func valueIn(a *Attribute, v Value, name string) ref.Val {
	switch {
	case v.Unknown && len(v.List) == 0:
		return notKnown(name)
	case a.Type == Bool:
		return types.Bool(v.Bool)
	case a.Type == Number:
		return types.Int(v.Number)
	case a.Type == List && v.Unknown:
		return openList(v.List, name)
	case a.Type == List:
		return listOf(v.List)
	}
	return types.String(v.Text)
}

// openList is a list of which more may be: a condition that holds for one of the words holds; else it is not known.
func openList(words []string, name string) ref.Val {
	vals := make([]ref.Val, 0, len(words)+1)
	for _, w := range words {
		if w != "unknown" {
			vals = append(vals, types.String(w))
		}
	}
	return types.NewRefValList(types.DefaultTypeAdapter, append(vals, notKnown(name)))
}

// elements are a model as conditions see it.
type elements struct {
	system     *element
	components []*element
	flows      []*element // nil for one that ends nowhere
}

func (d *derived) elements() *elements {
	m := d.g.Model
	e := &elements{components: make([]*element, len(m.Components)), flows: make([]*element, len(m.Flows))}
	for i, c := range m.Components {
		e.components[i] = d.component(i, c)
	}
	for n, f := range m.Flows {
		if d.g.from[n] < 0 {
			continue
		}
		el := &element{typ: typeOfFlow, cells: make([]ref.Val, len(flowTable.all)), src: e.components[d.g.from[n]], dst: e.components[d.g.to[n]]}
		for i := range flowTable.all {
			a := &flowTable.all[i]
			el.cells[i] = valueIn(a, f.of(a.Name), f.Place()+": "+a.Name)
		}
		e.flows[n] = el
	}
	e.system = &element{typ: typeOfSystem, cells: make([]ref.Val, len(systemTable.all))}
	for i := range systemTable.all {
		if a := &systemTable.all[i]; !a.Derived {
			e.system.cells[i] = valueIn(a, m.System.of(a.Name), "system."+a.Name)
		}
	}
	set := func(name string, v ref.Val) { e.system.cells[systemTable.number[name]] = v }
	set("handles_sensitive", types.Bool(d.sensitive))
	set("agents", types.Int(d.agents))
	set("hosted_models", types.Int(d.hosted))
	set("generative", types.Bool(d.anyGenerative))
	set("package_sources", types.Int(d.packages))
	return e
}

func (d *derived) component(i int, c *Component) *element {
	el := &element{typ: typeOfComponent, cells: make([]ref.Val, len(componentTable.all))}
	for n := range componentTable.all {
		if a := &componentTable.all[n]; !a.Derived {
			el.cells[n] = valueIn(a, c.of(a.Name), c.ID+"."+a.Name)
		}
	}
	set := func(name string, v ref.Val) { el.cells[componentTable.number[name]] = v }
	yes := func(name string, v bool) { set(name, types.Bool(v)) }
	set("id", types.String(c.ID))
	set("kind", types.String(c.Kind))
	set("technology", listOf(c.Technology))
	yes("exposed", d.exposed[i])
	yes("user_in", d.users.at[i] && GroupOf(c.Kind) != "people")
	set("untrusted_in", maybe(d.untrusted.at[i], d.externalOpen[i]))
	yes("model_in", d.models.arrived[i])
	yes("generated_in", d.generated.arrived[i])
	yes("generative_path", d.generated.at[i])
	yes("feeds_generative", d.feedsGenerative[i])
	yes("feeds_training", d.feedsTraining[i])
	yes("feeds_model", d.feedsModel[i])
	yes("answers_users", d.answersUsers[i])
	set("instructed", maybe(d.instructed[i], openPrompt(c)))
	yes("feeds_decision", d.feedsDecision[i])
	yes("supplies_weights", d.weights[i])
	yes("sees_sensitive", d.sees[i])
	if d.effectsOpen[i] != "" {
		set("tool_effects", openList(d.effects[i], d.effectsOpen[i]))
	} else {
		set("tool_effects", listOf(d.effects[i]))
	}
	set("approved_effects", listOf(d.approvedEffects[i]))
	set("tools_return_external", maybe(d.external[i], d.externalOpen[i]))
	yes("tools_hold_credentials", d.credentials[i])
	yes("called_by_agent", d.called[i])
	yes("asked_by_user", d.asked.at[i] && GroupOf(c.Kind) != "people")
	yes("answers_outsiders", d.outsiders[i])
	yes("informs_decision", d.informs[i])
	yes("foreign_code", d.foreign[i])
	yes("takes_names_out", d.nameless[i])
	yes("tunes_for_users", d.tunes[i])
	yes("attended", d.attended[i])
	yes("logged_before", d.logged[i])
	yes("rewrites_itself", d.rewrites[i])
	yes("writes_shared_store", d.shares[i])
	yes("kept_here", d.kept[i])
	yes("copies_rights", c.Kind == "vector_store" && d.copies.arrived[i])
	yes("gives_own_model", d.ownWord.at[i])
	yes("explains", d.reasons[i] && d.outsiders[i])
	yes("indexed", d.indexed[i])
	yes("opens_local_files", d.files[i])
	yes("drives_computer", c.is("tool", "mcp_server") && c.has("effects", "computer_use"))
	return el
}

// maybe is yes, or what would settle it, or no.
func maybe(yes bool, open string) ref.Val {
	if !yes && open != "" {
		return notKnown(open)
	}
	return types.Bool(yes)
}

// openPrompt names the attribute that would settle whether a component has instructions; "" where it is known.
func openPrompt(c *Component) string {
	if c.of("has_system_prompt").Unknown {
		return c.ID + ".has_system_prompt"
	}
	return ""
}
