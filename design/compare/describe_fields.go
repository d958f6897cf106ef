package compare

// form is what a field of a description may hold.
type form int8

const (
	text    form = iota // one line
	word                // one of the words
	words               // a list of the words
	list                // a list of lines, or one line
	day                 // YYYY-MM-DD
	count               // a whole number from 0 on
	yesNo               // true or false
	results             // a list of tests with their results
	free                // a mapping of attributes, which the threat library judges
)

// field is one entry of a description.
type field struct {
	name  string // with dots: data.trains_on_inputs
	form  form
	words []string
	about string
}

// fields is the layout of a description. The published schema is made from it.
func fields() []field {
	return []field{
		{"name", text, nil, "What reports call the candidate. Needed."},
		{"provider", text, nil, "Who hosts it. A candidate has a provider, or a folder."},
		{"model", text, nil, "Its name at the provider, as calls write it."},
		{"folder", text, nil, "Where a local copy lies, relative to this file."},
		{"reference", text, nil, "org/name at the hub where a local copy came from."},
		{"revision", text, nil, "The commit at the hub, or the version at the provider."},
		{"card", text, nil, "A local copy of its card, relative to this file, or the address of the card."},
		{"loader", list, nil, "The packages that load or call it, as name==version; npm:name==version for another registry than PyPI."},

		{"licence.id", text, nil, "SPDX identifier, or the name that the provider gives its terms."},
		{"licence.url", text, nil, "Where the terms stand."},
		{"licence.file", text, nil, "A local copy of the terms, relative to this file: a changed copy opens the decision again."},
		{"licence.restrictions", list, nil, "Uses that the terms forbid or bind to conditions."},
		{"licence.reviewed", day, nil, "When somebody last read the terms."},

		{"data.trains_on_inputs", word, []string{"no", "opt-in", "opt-out", "yes", "unknown"}, "Whether what is sent trains models: only when asked (opt-in), unless refused (opt-out), always (yes)."},
		{"data.retention_days", count, nil, "For how many days inputs or answers are kept; 0 means not at all."},
		{"data.regions", list, nil, "Where inputs are processed and kept."},
		{"data.human_review", word, []string{"no", "on-abuse", "yes", "unknown"}, "Whether people of the provider may read inputs."},

		{"hosting.where", word, []string{"self", "vendor", "edge", "unknown"}, "On whose machines it runs."},
		{"hosting.exposure", word, []string{"internet", "partner", "internal"}, "From where it can be reached."},
		{"hosting.authentication", word, []string{"none", "key", "oauth", "mtls", "unknown"}, "How callers prove who they are."},

		{"returns", words, []string{"text", "labels", "scores", "logits", "embeddings", "images", "audio"}, "What a caller gets."},

		{"size.parameters", text, nil, "How many parameters: 8B, 270M."},
		{"size.memory", text, nil, "What it needs to run: 16GiB."},
		{"size.context", count, nil, "Tokens that fit into one call."},

		{"stability.alias", yesNo, nil, "Whether the name moves on to another model by itself."},
		{"stability.retires", day, nil, "When it is shut down, as announced."},
		{"stability.notice_days", count, nil, "How long before a change or shutdown the provider tells."},

		{"robustness", results, nil, "Tests under attack, with their results."},

		{"privacy.personal_data_in_training", word, []string{"no", "filtered", "yes", "unknown"}, "Whether it was trained on personal data."},
		{"privacy.memorisation", text, nil, "What a test for memorised training data showed."},
		{"privacy.agreement", text, nil, "The agreement on processing data: its name and day."},

		{"lineage.base", text, nil, "The model that it was made from, or \"none\"."},
		{"lineage.datasets", list, nil, "What it was trained on."},

		{"signature", text, nil, "Where a signature or attestation is to be had."},

		{"operations.owner", text, nil, "Who here answers for it."},
		{"operations.monitoring", text, nil, "What is watched, and where."},
		{"operations.updates", text, nil, "How a new version comes in."},
		{"operations.contact", text, nil, "Where faults and incidents are reported."},

		{"fallback.to", text, nil, "What answers instead: another candidate, a rule, a person."},
		{"fallback.tested", day, nil, "When that was last tried."},

		{"threat", free, nil, "Attributes of a component of the threat model that this candidate would change, beyond those that are derived."},
	}
}

// resultFields are the entries of one test.
var resultFields = []field{
	{"test", text, nil, "Which attack or benchmark. Needed."},
	{"result", text, nil, "What came of it. Needed."},
	{"on", day, nil, "When."},
	{"source", text, nil, "Who says so: a report, an address."},
}
