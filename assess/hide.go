package assess

import (
	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/secret"
)

// Every report quotes the target: names, addresses, commands, code, what people wrote. What was found of credentials is masked here, once,
// before checks see the parts of the system and before anything of their results is kept, so that no report has to think of it.

// Hide masks credentials in what is known of a system.
func Hide(sys *lodemark.System, h *secret.Hider) {
	if !h.Knows() {
		return
	}
	sys.Name = h.Text(sys.Name)
	hideComponents(sys.Components, h)
	hideComponents(sys.Code, h)
	for i := range sys.Facts {
		sys.Facts[i].Reason = h.Text(sys.Facts[i].Reason)
	}
	hideGaps(sys.Gaps, h)
	d := &sys.Declared
	d.Name = h.Text(d.Name)
	d.Users, d.DataClasses = hideAll(d.Users, h), hideAll(d.DataClasses, h)
	for i, m := range d.Models {
		d.Models[i] = lodemark.HostedModel{Provider: h.Text(m.Provider), Model: h.Text(m.Model), Version: h.Text(m.Version), Purpose: h.Text(m.Purpose)}
	}
	for i, e := range d.Endpoints {
		d.Endpoints[i] = lodemark.Endpoint{Name: h.Text(e.Name), URL: h.Text(e.URL), Exposure: e.Exposure}
	}
	for kind, p := range d.Documents {
		p.Address = h.Text(p.Address)
		d.Documents[kind] = p
	}
	for name, f := range d.Facts {
		f.Reason = h.Text(f.Reason)
		d.Facts[name] = f
	}
}

func hideComponents(all []lodemark.Component, h *secret.Hider) {
	for i := range all {
		c := &all[i]
		c.Name, c.Address, c.Version = h.Text(c.Name), h.Text(c.Address), h.Text(c.Version)
		for key, value := range c.Detail {
			if masked := h.Text(value); masked != value {
				c.Detail[key] = masked
			}
		}
		if c.Scan != nil {
			for j := range c.Scan.Facts {
				c.Scan.Facts[j].Value = h.Text(c.Scan.Facts[j].Value)
			}
		}
	}
}

// hideDecisions masks them in what people wrote about the system.
func hideDecisions(all []lodemark.Decision, h *secret.Hider) {
	for i := range all {
		all[i].Reason = h.Text(all[i].Reason)
	}
}

// hideResults masks them in what checks say. Findings are the check's own by now; gaps may be shared.
func hideResults(all []checked, h *secret.Hider) {
	if !h.Knows() {
		return
	}
	for i := range all {
		r := &all[i]
		r.Reason = h.Text(r.Reason)
		r.Gaps = append([]lodemark.Gap(nil), r.Gaps...)
		hideGaps(r.Gaps, h)
		for j := range r.Findings {
			hideFinding(&r.Findings[j], h)
		}
	}
}

func hideFinding(f *lodemark.Finding, h *secret.Hider) {
	f.Message, f.Fix, f.Muted = h.Text(f.Message), h.Text(f.Fix), h.Text(f.Muted)
	if len(f.Flow) > 0 {
		flow := make([]lodemark.FlowStep, len(f.Flow))
		for i, step := range f.Flow {
			step.Note, step.Code = h.Text(step.Note), h.Text(step.Code)
			flow[i] = step
		}
		f.Flow = flow
	}
}

// hideExcerpts masks them in the lines that are shown of the target.
func hideExcerpts(all []lodemark.Finding, h *secret.Hider) {
	for i := range all {
		all[i].Excerpt = h.Text(all[i].Excerpt)
	}
}

func hideGaps(all []lodemark.Gap, h *secret.Hider) {
	for i := range all {
		all[i].Reason = h.Text(all[i].Reason)
	}
}

func hideAll(all []string, h *secret.Hider) []string {
	for i := range all {
		all[i] = h.Text(all[i])
	}
	return all
}
