package develop

import "github.com/lodemark/lodemark"

func originsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a second index in a requirements file", Files: map[string]string{
			"requirements.txt": "--extra-index-url https://packages.example.org/simple\nopenai==1.54.0\nhelpdesk-retrieval==2.1.0\n",
		}},
		{Name: "an index without encryption, in an image", Files: map[string]string{
			"Dockerfile": "FROM python:3.12.7" + someDigest + "\nCOPY requirements.txt .\nRUN pip install --index-url http://packages.example.org/simple --trusted-host packages.example.org -r requirements.txt\n",
		}},
		{Name: "a package from a branch", Files: map[string]string{
			"requirements.txt": "openai==1.54.0\nranker @ git+https://git.example.org/ml/ranker.git@main\n",
		}},
		{Name: "a registry that is not verified", Files: map[string]string{".npmrc": "registry=https://packages.example.org/npm/\nstrict-ssl=false\n"}},
	}
}

func originsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "one index, and a commit", Files: map[string]string{
			"requirements.txt": "--index-url https://packages.example.org/simple\nopenai==1.54.0\nranker @ git+https://git.example.org/ml/ranker.git@11bd71901bbe5b1630ceea73d27597364c9af683\n",
		}},
		{Name: "the builds of a framework's vendor", Files: map[string]string{
			"Dockerfile": "FROM python:3.12.7" + someDigest + "\nRUN pip install torch==2.5.1 --extra-index-url https://download.pytorch.org/whl/cpu\n",
		}},
		{Name: "two indexes, and digests", Files: map[string]string{
			"requirements.txt": "--extra-index-url https://packages.example.org/simple\nopenai==1.54.0 \\\n    --hash=sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n",
		}},
	}
}
