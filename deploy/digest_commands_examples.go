package deploy

import "github.com/lodemark/lodemark"

func releasePipeline(steps string) map[string]string {
	return map[string]string{".github/workflows/release.yml": "name: release\non:\n  push:\n    tags: [\"v*\"]\njobs:\n  model:\n    runs-on: ubuntu-24.04\n    steps:\n" + steps}
}

func publishedBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "weights in a bucket and nothing else", Files: releasePipeline("      - run: aws s3 cp models/intent.safetensors s3://desk-models/intent.safetensors\n")},
		{Name: "the digest beside the weights", Files: releasePipeline("      - run: |\n          sha256sum models/intent.safetensors > intent.sha256\n          aws s3 cp models/intent.safetensors s3://desk-models/\n          aws s3 cp intent.sha256 s3://desk-models/\n")},
	}
}

func publishedGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "signed, and verified before it is loaded", Files: map[string]string{
			".github/workflows/release.yml": releasePipeline("      - run: |\n          model_signing sign sigstore models/intent --signature intent.sig\n          aws s3 sync models/intent s3://desk-models/intent\n")[".github/workflows/release.yml"],
			"entrypoint.sh":                 "#!/bin/sh\nmodel_signing verify sigstore /models/intent --signature /models/intent.sig --identity release@desk.example.org\nexec python -m app\n",
		}},
		{Name: "digests with the release", Files: map[string]string{
			".github/workflows/release.yml": releasePipeline("      - run: |\n          sha256sum models/* > SHA256SUMS\n          aws s3 sync models s3://desk-models/3\n          gh release upload \"$TAG\" SHA256SUMS\n")[".github/workflows/release.yml"],
			"deploy/fetch.sh":               "#!/bin/sh\nset -e\naws s3 sync s3://desk-models/3 models\nsha256sum --check --strict SHA256SUMS\n",
		}},
	}
}

func verifiedBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a mismatch that is ignored", Files: map[string]string{
			"Dockerfile":    "FROM python:3.12.7-slim\nCOPY entrypoint.sh /\nUSER 10001\nENTRYPOINT [\"/entrypoint.sh\"]\n",
			"entrypoint.sh": "#!/bin/sh\ncd /models && sha256sum -c SHA256SUMS || echo \"digests differ\"\nexec python -m app\n",
		}},
		{Name: "a digest from where the file came from", Files: map[string]string{
			"start.sh": "#!/bin/sh\nset -e\ncurl -fsSLO https://files.example.org/models/intent.gguf\ncurl -fsSLO https://files.example.org/models/intent.gguf.sha256\nsha256sum -c intent.gguf.sha256\nexec llama-server -m intent.gguf\n",
		}},
	}
}

func verifiedGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an init container", Files: map[string]string{
			"deploy/app.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  template:\n    metadata: {labels: {app: app}}\n    spec:\n      initContainers:\n        - name: verify\n          image: registry.example.org/app:2.1.0\n" +
				"          command: [\"sh\", \"-c\", \"cd /models && sha256sum --check --strict SHA256SUMS\"]\n      containers:\n        - {name: app, image: registry.example.org/app:2.1.0}\n",
		}},
		{Name: "before a unit starts", Files: map[string]string{
			"deploy/desk.service": "[Unit]\nDescription=desk\n[Service]\nExecStartPre=/usr/bin/model_signing verify key /srv/models --signature /srv/models.sig --public_key /etc/desk/release.pub\nExecStart=/usr/bin/python3 -m app\n",
		}},
		{Name: "a job by the clock", Files: map[string]string{
			".github/workflows/watch.yml": "name: watch\non:\n  schedule:\n    - cron: \"17 3 * * *\"\njobs:\n  digests:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: sha256sum --check models/SHA256SUMS\n",
			"models/a.safetensors":        oneTensor(),
		}},
	}
}
