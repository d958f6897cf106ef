package design

import "github.com/lodemark/lodemark"

const checkOnChange = "on:\n  pull_request:\n  push:\n    branches: [main]\npermissions: {contents: read}\njobs:\n  check:\n    runs-on: ubuntu-24.04\n    steps:\n" +
	"      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683\n"

func ciBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "no pipeline at all", Files: map[string]string{
			"lodemark.yaml": deskRecord, "app.py": "print(1)\n", "prompts/system.md": "You are the assistant of the help desk.\n",
		}},
		{Name: "a pipeline that starts by hand", Files: map[string]string{
			"lodemark.yaml": deskRecord,
			".github/workflows/release.yml": "on: workflow_dispatch\npermissions: {contents: read}\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n" +
				"      - run: docker build .\n",
		}},
	}
}

func ciGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "code and packages are checked on every change", Files: map[string]string{
			".github/workflows/check.yml": checkOnChange + "      - run: pip install bandit==1.8.0 pip-audit==2.7.3\n      - run: bandit -r app training notebooks\n      - run: pip-audit --requirement requirements.txt\n",
		}},
		{Name: "secrets are looked for by a hook that CI runs", Files: map[string]string{
			".github/workflows/check.yml": checkOnChange + "      - run: pre-commit run --all-files\n",
			".pre-commit-config.yaml":     "repos:\n  - repo: https://github.com/gitleaks/gitleaks\n    rev: v8.21.2\n    hooks:\n      - id: gitleaks\n",
		}},
		{Name: "the scanners of the code host", Files: map[string]string{
			".gitlab-ci.yml": "include:\n  - template: Jobs/SAST.gitlab-ci.yml\n  - template: Jobs/Secret-Detection.gitlab-ci.yml\ntest:\n  script: [pytest]\n",
		}},
	}
}
