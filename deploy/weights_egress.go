package deploy

import (
	"context"
	"fmt"
	"slices"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

const egressCheck = "dep-2-serving-egress"

func servingEgress() lodemark.Check {
	return lodemark.Check{
		ID: egressCheck, Version: 1,
		Title:    "What holds models or serves them cannot talk to the whole network",
		Bears:    lodemark.Supports("DEP-2.1"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Weights leave by the network. A model server answers; it has nothing to fetch once its model is loaded, so every way " +
			"out that it has serves whoever broke in.",
		Fix:  "Give model servers and stores a network policy with policyTypes: [Egress] that names the few peers they need, DNS among them.",
		Help: "keep the network policies in the repository, or the manifests that templates produce; of hosts outside of a cluster nothing is read here",
		Bad:  egressBad(), Good: egressGood(),
		Run: runServingEgress,
	}
}

// limitsEgress says whether a policy keeps the pods it chooses from talking to everybody.
func limitsEgress(p *infra.NetworkPolicy) bool {
	return (slices.Contains(p.Types, "Egress") || len(p.Types) == 0 && p.EgressMentions) && !p.AllowsEgress
}

func runServingEgress(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	e := survey(s, lodemark.KindKubernetes)
	all, out := policiesOf(e.manifests), egressPolicies(e.manifests)
	var looked []lodemark.Component
	var findings []lodemark.Finding
	ungoverned := ""
	for _, m := range e.manifests {
		if ctx.Err() != nil {
			break
		}
		serving := false
		for _, o := range m.objects {
			name := servesModels(o)
			if name == "" || describesOthers(o.Kind) || hostOnly(o) {
				continue
			}
			serving = true
			switch {
			case covered(out, o):
			case !covered(all, o): // what other policies choose may be another product's
				if ungoverned == "" && !m.Test && !forPractice(m.Path) {
					ungoverned = fmt.Sprintf("%s: %s %s runs %s, and no network policy in the repository chooses it", m.Path, o.Kind, o.Name, name)
				}
			default:
				findings = append(findings, lodemark.Finding{ID: egressCheck, Severity: severity(m.Path, lodemark.SeverityMedium), Path: m.Path, Line: o.Line, Key: "egress " + o.Kind + " " + o.Name,
					Message: fmt.Sprintf("%s %s (%s) may talk to every address: the policy that chooses it does not limit what goes out, so weights and data can leave.", o.Kind, o.Name, name),
					Fix:     "add policyTypes: [Ingress, Egress] and the peers it needs to the policy that chooses it"})
			}
		}
		if serving {
			looked = append(looked, aside(m.Component))
		}
	}
	r := lodemark.Conclude(looked, shortened(findings), nil, "manifests of model servers and stores")
	if ungoverned != "" && (r.Outcome == lodemark.Passed || r.Outcome == lodemark.NothingToSee) {
		r.Outcome, r.Reason = lodemark.Undecided, ungoverned
	}
	return r
}

// servesModels names the model server or vector store of an object; empty: it runs none that is known.
func servesModels(o infra.Object) string {
	for _, p := range o.Pods {
		for _, c := range p.Containers {
			if server, _ := containerLaunch(c, p).find(); server != nil && !c.Init && (server.harm == usesModel || server.harm == runsModels || slices.Contains(vectorStores, server.name)) {
				return server.name
			}
		}
	}
	return ""
}

var vectorStores = []string{"Qdrant", "Chroma", "Weaviate", "Milvus", "Vespa", "Marqo"}

func egressPolicies(manifests []manifest) []policy {
	var all []policy
	for _, m := range manifests {
		for _, o := range m.objects {
			switch {
			case m.Test:
			case o.Policy != nil && limitsEgress(o.Policy):
				all = append(all, policy{namespace: o.Namespace, Selector: o.Policy.Selector})
			case pluginPolicy(o.Kind):
				all = append(all, policy{namespace: o.Namespace, anywhere: o.Kind != "CiliumNetworkPolicy"})
			}
		}
	}
	return all
}
