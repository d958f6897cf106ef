package develop

// ending is when support ended, in words where "out of support" is not the right ones, and what to move to.
type ending struct{ day, how, instead string }

// versionEnds are the days on which support of versions ended or will end, as their makers publish them,
// to be checked against: devguide.python.org/versions, nodejs.org/en/about/previous-releases, ubuntu.com/about/release-cycle (standard
// support), wiki.debian.org/LTS (long-term support), alpinelinux.org/releases, centos.org (end of life),
// postgresql.org/support/versioning. The key is the product's name as images bear it, and the version.
var versionEnds = map[string]string{
	"python 2.7": "2020-01-01", "python 3.4": "2019-03-18", "python 3.5": "2020-09-30", "python 3.6": "2021-12-23", "python 3.7": "2023-06-27", "python 3.8": "2024-10-07",
	"python 3.9": "2025-10-31", "python 3.10": "2026-10-31", "python 3.11": "2027-10-31", "python 3.12": "2028-10-31", "python 3.13": "2029-10-31", "python 3.14": "2030-10-31",

	"node 8": "2019-12-31", "node 10": "2021-04-30", "node 12": "2022-04-30", "node 14": "2023-04-30", "node 15": "2021-06-01", "node 16": "2023-09-11", "node 17": "2022-06-01",
	"node 18": "2025-04-30", "node 19": "2023-06-01", "node 20": "2026-04-30", "node 21": "2024-06-01", "node 22": "2027-04-30", "node 23": "2025-06-01", "node 24": "2028-04-30",

	"ubuntu 14.04": "2019-04-30", "ubuntu 16.04": "2021-04-30", "ubuntu 18.04": "2023-05-31", "ubuntu 20.04": "2025-05-31", "ubuntu 22.10": "2023-07-20", "ubuntu 23.04": "2024-01-25",
	"ubuntu 23.10": "2024-07-11", "ubuntu 24.10": "2025-07-10", "ubuntu 22.04": "2027-06-30", "ubuntu 24.04": "2029-05-31",

	"debian 8": "2020-06-30", "debian 9": "2022-06-30", "debian 10": "2024-06-30", "debian 11": "2026-08-31", "debian 12": "2028-06-30",

	"alpine 3.12": "2022-05-01", "alpine 3.13": "2022-11-01", "alpine 3.14": "2023-05-01", "alpine 3.15": "2023-11-01", "alpine 3.16": "2024-05-23", "alpine 3.17": "2024-11-22",
	"alpine 3.18": "2025-05-09", "alpine 3.19": "2025-11-01", "alpine 3.20": "2026-04-01", "alpine 3.22": "2027-05-01",

	"centos 6": "2020-11-30", "centos 7": "2024-06-30", "centos 8": "2021-12-31",

	"postgres 9.6": "2021-11-11", "postgres 10": "2022-11-10", "postgres 11": "2023-11-09", "postgres 12": "2024-11-21", "postgres 13": "2025-11-13", "postgres 14": "2026-11-12",
	"postgres 15": "2027-11-11", "postgres 16": "2028-11-09",
}

// packageEnd is a package that its makers gave up, or a range of its versions; below: only versions before that one.
type packageEnd struct {
	ecosystem, name, below string
	ending
}

// packageEnds are AI packages whose own project says that they end. Each has the source in its comment.
var packageEnds = []packageEnd{
	// github.com/google-gemini/deprecated-generative-ai-python: support ended
	{"pypi", "google-generativeai", "", ending{"2025-11-30", "is no longer maintained by its makers", "move to google-genai"}},
	// github.com/google-gemini/deprecated-generative-ai-js: support ended
	{"npm", "@google/generative-ai", "", ending{"2025-08-31", "is no longer maintained by its makers", "move to @google/genai"}},
	// last release of pytorch-pretrained-bert; the project is called transformers now
	{"pypi", "pytorch-pretrained-bert", "", ending{"2019-04-25", "had its last release before it was renamed", "move to transformers"}},
	{"pypi", "pytorch-transformers", "", ending{"2019-09-04", "had its last release before it was renamed", "move to transformers"}},
	// the last package of tensorflow-gpu is empty and says to install tensorflow
	{"pypi", "tensorflow-gpu", "", ending{"2022-12-31", "was withdrawn by its makers", "move to tensorflow"}},
	// github.com/tensorflow/tensorflow/releases: 1.15.5 was the last of 1.x
	{"pypi", "tensorflow", "2.0", ending{"2021-01-06", "belongs to 1.x, which had its last release", "move to a supported release of 2.x"}},
	// github.com/scikit-learn/sklearn-pypi-package: installing it fails since
	{"pypi", "sklearn", "", ending{"2023-12-01", "is a name that its makers closed", "move to scikit-learn"}},
	// attic.apache.org/projects/mxnet.html
	{"pypi", "mxnet", "", ending{"2023-09-30", "was retired by the Apache foundation", "move to a maintained framework"}},
	// github.com/allenai/allennlp: maintenance until 2022-12-16
	{"pypi", "allennlp", "", ending{"2022-12-16", "is no longer maintained by its makers", "move to a maintained framework"}},
	// haystack.deepset.ai: end of life of Haystack 1.x
	{"pypi", "farm-haystack", "", ending{"2025-03-11", "reached its end of life", "move to haystack-ai"}},
	// github.com/openai/openai-python/releases: 1.0.0 replaced 0.x
	{"pypi", "openai", "1.0", ending{"2023-11-06", "belongs to 0.x, which gets no releases since 1.0.0", "move to a current release"}},
}

// modelEnd are models that their provider retired on a day.
type modelEnd struct {
	provider, day string
	ids           []string
}

// modelEnds are retirements as the providers publish them for their own addresses, to be checked against:
// platform.openai.com/docs/deprecations, platform.claude.com/docs/en/about-claude/model-deprecations and
// ai.google.dev/gemini-api/docs/deprecations. Models without a day, or with an "earliest" one, are left out.
var modelEnds = []modelEnd{
	{"openai", "2024-01-04", []string{"text-davinci-001", "text-davinci-002", "text-davinci-003", "text-curie-001", "text-babbage-001", "text-ada-001", "davinci", "curie", "babbage", "ada",
		"text-search-*", "text-similarity-*", "code-search-*"}},
	{"openai", "2023-03-23", []string{"code-davinci-001", "code-davinci-002", "code-cushman-001", "code-cushman-002"}},
	{"openai", "2024-09-13", []string{"gpt-3.5-turbo-0301", "gpt-3.5-turbo-0613", "gpt-3.5-turbo-16k-0613"}},
	{"openai", "2024-12-06", []string{"gpt-4-vision-preview", "gpt-4-1106-vision-preview"}},
	{"openai", "2025-06-06", []string{"gpt-4-32k", "gpt-4-32k-0314", "gpt-4-32k-0613"}},
	{"openai", "2025-07-14", []string{"gpt-4.5-preview", "gpt-4.5-preview-2025-02-27"}},
	{"openai", "2026-02-17", []string{"chatgpt-4o-latest"}},
	{"openai", "2026-10-23", []string{"gpt-3.5-turbo", "gpt-3.5-turbo-0125", "gpt-4", "gpt-4-0613", "gpt-4-1106-preview", "gpt-4-turbo", "gpt-4-turbo-2024-04-09"}},
	{"anthropic", "2024-11-06", []string{"claude-1.0", "claude-1.1", "claude-1.2", "claude-1.3", "claude-instant-1.0", "claude-instant-1.1", "claude-instant-1.2"}},
	{"anthropic", "2025-07-21", []string{"claude-2.0", "claude-2.1", "claude-3-sonnet-20240229"}},
	{"anthropic", "2025-10-28", []string{"claude-3-5-sonnet-20240620", "claude-3-5-sonnet-20241022", "claude-3-5-sonnet-latest"}},
	{"anthropic", "2026-01-05", []string{"claude-3-opus-20240229", "claude-3-opus-latest"}},
	{"anthropic", "2026-02-19", []string{"claude-3-7-sonnet-20250219", "claude-3-7-sonnet-latest", "claude-3-5-haiku-20241022", "claude-3-5-haiku-latest"}},
	{"anthropic", "2026-04-20", []string{"claude-3-haiku-20240307"}},
	{"anthropic", "2026-06-15", []string{"claude-opus-4-20250514", "claude-sonnet-4-20250514"}},
	{"anthropic", "2026-08-05", []string{"claude-opus-4-1-20250805"}},
	{"google", "2025-09-29", []string{"gemini-1.5-pro", "gemini-1.5-pro-001", "gemini-1.5-pro-002", "gemini-1.5-flash", "gemini-1.5-flash-001", "gemini-1.5-flash-002", "gemini-1.5-flash-8b*"}},
	{"google", "2025-02-15", []string{"gemini-1.0-pro", "gemini-1.0-pro-001", "gemini-1.0-pro-vision", "gemini-pro-vision"}},
	{"google", "2025-12-02", []string{"gemini-2.5-pro-preview-03-25", "gemini-2.5-pro-preview-05-06", "gemini-2.5-pro-preview-06-05"}},
}
