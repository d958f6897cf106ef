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
