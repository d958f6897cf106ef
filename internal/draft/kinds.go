package draft

// Kinds lists what can be drafted, in the order of a system's life.
func Kinds() []Kind {
	docs := func(name, about string, clauses ...string) Kind {
		return Kind{Name: name, File: "docs/" + name + ".md", About: about, Clauses: clauses}
	}
	at := func(file, also string, k Kind) Kind {
		k.File, k.also = file, also
		return k
	}
	return []Kind{
		docs("training-record", "who of the team was trained in what, and when", "SD-1.2", "SD-1.5", "SD-1.6", "DEP-3.6"),
		docs("user-security-guidance", "what users are told about using the system securely", "SD-1.4"),
		at("threats.yaml", "threats", docs("threat-model", "what could go wrong, and what was decided about it",
			"SD-2.1", "SD-2.2", "SD-2.3", "SD-2.4", "SD-2.5", "SD-2.6", "SD-2.7", "SD-2.8")),
		at("docs/ai-decision.md", "decision", docs("ai-decision", "why AI is the right means, and which other ways were rejected", "SD-3.1", "SD-3.2")),
		docs("model-record", "which models were weighed, and why this one was chosen",
			"SD-3.3", "SD-4.1", "SD-4.2", "SD-4.3", "SD-4.4", "SD-4.5", "SD-4.6", "SD-4.7", "SD-4.8"),
		docs("provider-review", "how the security of a model provider was examined", "SD-3.4"),
		docs("library-review", "how outside libraries were examined before they were used", "SD-3.5"),
		docs("acceptable-use", "which uses are prohibited, and what to do instead", "SD-3.22"),

		docs("supply-chain-policy", "what is asked of suppliers of models, data and libraries", "DEV-1.1", "DEV-1.3", "DEV-1.4"),
		docs("failover-plan", "what runs instead when the model or its provider fails", "DEV-1.8"),
		docs("asset-register", "which assets there are, where they lie and what they are worth", "DEV-2.1", "DEV-2.2", "DEV-2.5", "DEV-2.6"),
		docs("restore-plan", "how the system is brought back to a known good state", "DEV-2.10", "DEP-3.5"),
		docs("model-card", "what a model is for, its limits, its training and evaluation", "DEV-3.1", "DEV-3.5", "DEV-3.7", "DEV-3.9", "DEV-3.10"),
		docs("data-card", "where data came from, what it holds, who may use it", "DEV-3.2", "DEV-3.4", "SD-4.7"),
		docs("prompt-card", "what a prompt is for, its variables, owner and tests", "DEV-3.3"),
		docs("guardrails", "which guardrails act on inputs and outputs, and their limits", "DEV-3.6", "SD-3.16"),
		docs("debt-register", "shortcuts taken, and when they will be mended", "DEV-4.1", "DEV-4.2", "DEV-4.3"),
		docs("decommission-plan", "how the system, its models and its data are retired", "DEV-4.4", "DEV-4.5"),

		docs("environments", "which environments there are, and which controls hold in each", "DEP-1.5", "DEP-1.6"),
		docs("access-matrix", "who may read and change models, data and pipelines", "DEP-1.3", "DEP-1.4", "SD-3.19", "DEV-2.11"),
		docs("confidentiality-record", "what must stay confidential, from whom, and by which control", "DEP-2.8"),
		docs("privacy-assessment", "what training data could give away, and how that was tested", "DEP-2.9"),
		docs("incident-plan", "who does what when something has gone wrong", "DEP-3.1", "DEP-3.2", "DEP-3.3", "DEP-3.4", "DEP-3.5", "DEP-3.6"),
		docs("service-plan", "which logs and security features customers get in which plan", "DEP-3.7", "DEP-3.8"),
		docs("evaluation-report", "what was measured before the release", "DEP-4.1", "DEP-4.2", "DEP-4.4"),
		docs("red-team-report", "what attackers of your own found", "DEP-4.3", "DEP-4.4"),
		docs("user-guidance", "what users are told about fitting use, limits and failures", "DEP-5.5", "DEP-4.5", "SD-3.20"),
		docs("option-record", "which settings there are, why, and what risk each brings", "DEP-5.1", "DEP-5.2"),
		docs("responsibilities", "which part of security is the user's, and which is not", "DEP-5.6"),
		docs("data-use", "where users' data goes, who sees it, whether it trains models", "DEP-5.7"),

		docs("monitoring-plan", "what is measured in operation, and which values alert whom", "OM-1.1", "OM-1.2", "OM-1.3", "OM-1.4", "OM-1.5", "OM-2.3"),
		docs("retention-policy", "how long logs, prompts and answers are kept", "OM-2.1", "OM-2.2", "OM-2.4", "DEV-3.8", "DEV-2.3"),
		docs("update-policy", "how updates of code, model, prompt and data reach users", "OM-3.1", "OM-3.3", "OM-3.6", "OM-3.7"),
		at("CHANGELOG.md", "", docs("changelog", "what changed from release to release", "OM-3.5")),
		at("SECURITY.md", "security", docs("security-policy", "where to report a weakness, and what researchers may do", "OM-4.3", "OM-4.4", "OM-4.7")),
		at(".well-known/security.txt", "security.txt", docs("security-txt", "the contact for reports in the form that tools read (RFC 9116)", "OM-4.3")),
		docs("advisories", "which weaknesses were found in the system, with their numbers", "OM-4.5", "OM-4.6"),
		docs("lessons-learned", "what incidents and reports taught, and who was told", "OM-4.1", "OM-4.2", "OM-4.7"),
	}
}
