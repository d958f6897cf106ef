package design

import "github.com/lodemark/lodemark"

const fetchingPod = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: fetch-model\n  namespace: intake\nspec:\n  template:\n    metadata:\n      labels: {job: fetch-model}\n    spec:\n" +
	"      automountServiceAccountToken: false\n      restartPolicy: Never\n      containers:\n        - name: fetch\n          image: registry.example.org/tools/hub:1.4.0\n" +
	"          command: [hf, download, acme/embedder, --revision, 4f1c2d3]\n"

func importBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a model is fetched where the database's key is", Files: map[string]string{
			".github/workflows/deploy.yml": "on: workflow_dispatch\npermissions: {contents: read}\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    env:\n" +
				"      DATABASE_URL: ${{ secrets.DATABASE_URL }}\n      HF_TOKEN: ${{ secrets.HF_TOKEN }}\n    steps:\n" +
				"      - run: huggingface-cli download acme/embedder --revision 4f1c2d3\n",
		}},
		{Name: "a pod that holds production secrets", Files: map[string]string{
			"deploy/fetch.yaml": fetchingPod + "          envFrom:\n            - secretRef: {name: app-secrets}\n",
		}},
	}
}

func importGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a job of its own with a token of the hub", Files: map[string]string{
			".github/workflows/import-model.yml": "on: workflow_dispatch\npermissions: {contents: read}\njobs:\n  fetch:\n    runs-on: ubuntu-24.04\n    env:\n" +
				"      HF_TOKEN: ${{ secrets.HF_TOKEN }}\n    steps:\n      - run: hf download acme/embedder --revision 4f1c2d3\n      - run: modelscan -p embedder\n",
		}},
		{Name: "a pod without rights behind a policy", Files: map[string]string{
			"deploy/fetch.yaml": fetchingPod + "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: fetch-model, namespace: intake}\nspec:\n" +
				"  podSelector:\n    matchLabels: {job: fetch-model}\n  policyTypes: [Egress]\n  egress:\n    - to:\n        - namespaceSelector:\n            matchLabels: {name: egress-proxy}\n",
		}},
	}
}
