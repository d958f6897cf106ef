package lodemark

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// documentKind is a kind of evidence document with what it is for.
type documentKind struct{ name, about string }

func documentKinds() []documentKind {
	return []documentKind{
		{"threat-model", "what could go wrong, and what was decided about it"},
		{"provider-review", "how the security of a model provider was examined"},
		{"model-record", "which models were weighed, and why this one was chosen"},
		{"user-security-guidance", "what users are told about using the system securely"},
		{"model-card", "what a model is for, its limits, its training and evaluation"},
		{"data-card", "where data came from, what it holds, who may use it"},
		{"debt-register", "shortcuts taken, and when they will be mended"},
		{"decommission-plan", "how the system, its models and its data are retired"},
		{"incident-plan", "who does what when something has gone wrong"},
		{"evaluation-report", "what was measured before the release"},
		{"red-team-report", "what attackers of your own found"},
		{"user-guidance", "what users are told about fitting use, limits and failures"},
		{"security-policy", "where to report a weakness"},
		{"retention-policy", "how long logs, prompts and answers are kept"},
		{"changelog", "what changed from release to release"},
		{"training-record", "who of the team was trained in what, and when"},
		{"ai-decision", "why AI is the right means, and which other ways were rejected"},
		{"library-review", "how outside libraries were examined before they were used"},
		{"supply-chain-policy", "what is asked of suppliers of models, data and libraries"},
		{"asset-register", "which assets there are, where they lie and what they are worth"},
		{"restore-plan", "how the system is brought back to a known good state"},
		{"failover-plan", "what runs instead when the model or its provider fails"},
		{"prompt-card", "what a prompt is for, its variables, owner and tests"},
		{"guardrails", "which guardrails act on inputs and outputs, and their limits"},
		{"environments", "which environments there are, and which controls hold in each"},
		{"access-matrix", "who may read and change models, data and pipelines"},
		{"confidentiality-record", "what must stay confidential, from whom, and by which control"},
		{"privacy-assessment", "what training data could give away, and how that was tested"},
		{"option-record", "which settings there are, why, and what risk each brings"},
		{"service-plan", "which logs and security features customers get in which plan"},
		{"responsibilities", "which part of security is the user's, and which is not"},
		{"data-use", "where users' data goes, who sees it, whether it trains models"},
		{"acceptable-use", "which uses are prohibited, and what to do instead"},
		{"update-policy", "how updates of code, model, prompt and data reach users"},
		{"monitoring-plan", "what is measured in operation, and which values alert whom"},
		{"advisories", "which weaknesses were found in the system, with their numbers"},
		{"lessons-learned", "what incidents and reports taught, and who was told"},
	}
}

// DocumentKinds lists the kinds of evidence document that lodemark.yaml can point to.
func DocumentKinds() []string {
	var names []string
	for _, k := range documentKinds() {
		names = append(names, k.name)
	}
	return names
}

// dataClasses are the classes of data in the vocabulary of threat models.
func dataClasses() []string {
	return []string{"public", "internal", "confidential", "personal", "special", "credential", "copyright", "prompt",
		"hidden_context", "weights", "embeddings", "training", "labels", "feedback", "model_output", "telemetry"}
}

// factNames are the facts that decide whether clauses apply, in the order of the catalogue.
func factNames() []string {
	var names []string
	for _, c := range Guidelines().Clauses() {
		if c.AppliesWhen != "" && !slices.Contains(names, c.AppliesWhen) {
			names = append(names, c.AppliesWhen)
		}
	}
	return names
}

// factQuestions asks for each fact in the words of the person who has to answer.
func factQuestions() map[string]string {
	return map[string]string{
		"agentic":                      "Can the AI trigger actions: call tools, run code, send or change things?",
		"learns_from_feedback":         "Do users' feedback or live data change the model?",
		"mission_critical":             "Is the system critical to the mission of those who run it?",
		"offers_api":                   "Is an API of the system offered to outsiders?",
		"preprocesses_inputs":          "Are inputs resized, cropped, decoded, tokenised or parsed before the model sees them?",
		"risk_warrants":                "Is the risk such that unusual and adversarial inputs must be detected?",
		"sensitive_training_data":      "Was a model trained on personal, confidential or otherwise sensitive data?",
		"ships_product":                "Is the system, or a part of it, shipped to customers as a product?",
		"trains_models":                "Are models trained or fine-tuned for the system?",
		"uses_external_api":            "Does data leave the organisation for the API of an outside model?",
		"uses_external_model_provider": "Does an outside provider supply a model, as a service or as weights?",
		"uses_third_party_models":      "Are model weights of third parties used?",
	}
}

// draftMost is how many things of one kind a draft lists.
const draftMost = 20

// DraftDeclaration writes a first lodemark.yaml from what discovery found: findings as comments with their places, and
// what only a person can say as placeholders, which ParseDeclaration takes as not filled in. Names come from the target;
// none can leave its comment or its quotes.
func DraftDeclaration(s *System) []byte {
	var b bytes.Buffer
	comment(&b, "", "What files cannot show about this AI system: who answers for it, how far it is, which models it calls, where its documents lie.")
	comment(&b, "", "Drafted by lodemark from what it found; what it found stands in comments. Replace each <...>. What is left as it is counts as not filled in.")
	fmt.Fprintf(&b, "schema: %s\n\n", declarationSchema)
	draftIdentity(&b, s)
	draftUse(&b)
	draftModels(&b, s)
	draftParts(&b, s)
	draftEndpoints(&b, s)
	draftDocuments(&b, s)
	draftFacts(&b, s)
	return b.Bytes()
}

func draftIdentity(b *bytes.Buffer, s *System) {
	name := strings.Join(strings.Fields(s.Name), " ")
	if _, bad := hidden(name); bad || name == "" || !utf8.ValidString(name) || len(name) > draftWidth-8 || placeholderPattern.MatchString(name) {
		if name != "" {
			comment(b, "", "The folder is called: "+shorten(shown(name), draftWidth))
		}
		name = "<name of the system>"
	}
	fmt.Fprintf(b, "name: %s\n\n", inQuotes(name))
	comment(b, "", "Who looks after the system from day to day, and the senior leader who is accountable for its security (SD-1.1).")
	b.WriteString("owner:\n  name: \"<name or role>\"\n  contact: \"<mail address or page>\"\n")
	b.WriteString("accountable_leader:\n  name: \"<name or role>\"\n  contact: \"<mail address or page>\"\n\n")
	comment(b, "", "What a compromise could do, at worst: "+oneOf(criticalities())+" (FND-5).")
	b.WriteString("criticality: \"<criticality>\"\n")
	comment(b, "", "How far the system is: "+oneOf(wordsOf(Stages()))+". Clauses of later stages are listed, not judged; without a stage all are judged.")
	b.WriteString("stage: \"<stage>\"\n\n")
}

func draftUse(b *bytes.Buffer) {
	comment(b, "", "Who uses it: employees, customers, the public ...")
	b.WriteString("users:\n  - \"<who uses it>\"\n")
	comment(b, "", "The classes of data it handles: "+strings.Join(dataClasses(), ", ")+".")
	b.WriteString("data_classes:\n  - \"<class of data>\"\n\n")
}

func draftModels(b *bytes.Buffer, s *System) {
	comment(b, "", "The models of providers that the system calls; one entry for each (SD-3.4, SD-3.8).")
	draftFound(b, s, "Found", KindHostedModel)
	b.WriteString("hosted_models:\n  - provider: \"<provider>\"\n    model: \"<model>\"\n    version: \"<dated version>\"\n    purpose: \"<what it is used for>\"\n\n")
}

// draftParts lists what needs no word of the owner, so that a reader of the draft can see whether discovery saw it all.
func draftParts(b *bytes.Buffer, s *System) {
	before := b.Len()
	draftFound(b, s, "Model files found", KindModel)
	draftFound(b, s, "Model servers found", KindServer)
	draftFound(b, s, "MCP servers found", KindMCPServer)
	draftFound(b, s, "Datasets found", KindDataset)
	draftFound(b, s, "Vector stores found", KindVectorStore)
	for _, role := range packageRoles(s) {
		draftList(b, "Packages found, role "+role, func(yield func(Component) bool) {
			for c := range s.Of(KindPackage) {
				if roleOf(c) == role && !yield(c) {
					return
				}
			}
		})
	}
	if b.Len() > before {
		b.WriteByte('\n')
	}
}

func draftEndpoints(b *bytes.Buffer, s *System) {
	comment(b, "", "Addresses at which the system answers, and who can reach them: "+oneOf(exposures())+".")
	b.WriteString("endpoints:\n  - name: \"<name>\"\n    url: \"<address>\"\n    exposure: \"<exposure>\"\n\n")
}

func draftDocuments(b *bytes.Buffer, s *System) {
	comment(b, "", "Where evidence documents lie: a path in this tree, or {address: ..., sha256: ..., date: YYYY-MM-DD} for what lies elsewhere.")
	draftFound(b, s, "Found", KindModelCard, KindDataCard, KindThreatModel)
	b.WriteString("documents:\n")
	for _, k := range documentKinds() {
		comment(b, "  ", k.about)
		fmt.Fprintf(b, "  %s: \"<path>\"\n", k.name)
	}
	b.WriteByte('\n')
}

func draftFacts(b *bytes.Buffer, s *System) {
	comment(b, "", "Facts that decide whether clauses apply. Answer where lodemark does not know, or is mistaken; the reason is shown in every report.")
	b.WriteString("facts:\n")
	for _, name := range factNames() {
		comment(b, "  ", factQuestions()[name])
		f := s.Fact(name)
		switch f.Answer {
		case Unknown:
			comment(b, "  ", strings.TrimSuffix("lodemark: not known: "+f.Reason, ": "))
		default:
			comment(b, "  ", "lodemark: "+string(f.Answer)+": "+f.Reason)
		}
		for _, place := range f.Places[:min(len(f.Places), draftMost)] {
			commentHanging(b, "  ", "  ", shown(place))
		}
		fmt.Fprintf(b, "  %s: {answer: \"<yes or no>\", reason: \"<why>\"}\n", name)
	}
}

func draftFound(b *bytes.Buffer, s *System, title string, kinds ...Kind) {
	draftList(b, title, s.Of(kinds...))
}

func draftList(b *bytes.Buffer, title string, found iter.Seq[Component]) {
	n := 0
	for c := range found {
		if n == 0 {
			comment(b, "", title+":")
		}
		if n++; n <= draftMost {
			commentHanging(b, "", "  ", described(c))
		}
	}
	if n > draftMost {
		commentHanging(b, "", "  ", fmt.Sprintf("and %d more", n-draftMost))
	}
}

func described(c Component) string {
	text := shown(c.Name)
	if c.Name == "" {
		text = string(c.Kind)
	}
	if c.Version != "" {
		text += " " + shown(c.Version)
	}
	if c.Format != "" {
		text += ", " + shown(c.Format)
	}
	if c.Address != "" {
		text += ", " + shown(c.Address)
	}
	if c.Path == "" {
		return text
	}
	text += " (" + shown(c.Path)
	if c.Line > 0 {
		text += ":" + strconv.Itoa(c.Line)
	}
	return text + ")"
}

func roleOf(c Component) string {
	if role := c.Detail["role"]; role != "" {
		return role
	}
	return "other"
}

func packageRoles(s *System) []string {
	var roles []string
	for c := range s.Of(KindPackage) {
		if r := roleOf(c); !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	slices.Sort(roles)
	return roles
}
