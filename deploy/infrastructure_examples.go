package deploy

import "github.com/lodemark/lodemark"

func userBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "no USER on a base that has none", Files: map[string]string{
			"Dockerfile": "FROM python:3.12.7-slim\nWORKDIR /srv\nCOPY app app\nCMD [\"uvicorn\", \"app.main:app\", \"--host\", \"0.0.0.0\"]\n",
		}},
		{Name: "a user in the builder only", Files: map[string]string{
			"Dockerfile": "FROM golang:1.23 AS build\nUSER 1000\nRUN go build -o /tmp/desk .\n\nFROM debian:12-slim\nCOPY --from=build /tmp/desk /desk\nENTRYPOINT [\"/desk\"]\n",
		}},
		{Name: "back to root at the end", Files: map[string]string{
			"Dockerfile": "FROM vllm/vllm-openai:v0.6.3\nUSER 2000\nCOPY models /models\nUSER root\n",
		}},
		{Name: "a cluster that insists on root", Files: map[string]string{
			"deploy/notebook.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: notebook}\nspec:\n  template:\n    metadata: {labels: {app: notebook}}\n    spec:\n      containers:\n" +
				"        - name: notebook\n          image: registry.example.org/notebook:2.0\n          securityContext:\n            runAsUser: 0\n",
		}},
	}
}

func userGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "USER at the end", Files: map[string]string{
			"Dockerfile": "FROM python:3.12.7-slim\nRUN useradd --uid 10001 desk\nCOPY app app\nUSER 10001:10001\nCMD [\"python\", \"-m\", \"app\"]\n",
		}},
		{Name: "a base image that runs without rights", Files: map[string]string{
			"Dockerfile": "FROM node:22-slim AS build\nRUN npm ci\nFROM nginxinc/nginx-unprivileged:1.27.2\nCOPY --from=build /web/dist /usr/share/nginx/html\n",
		}},
		{Name: "a start script that steps down", Files: map[string]string{
			"Dockerfile": "FROM debian:12-slim\nRUN apt-get install -y gosu\nCOPY start.sh /start.sh\nENTRYPOINT [\"/start.sh\"]\n",
			"start.sh":   "#!/bin/sh\nchown -R desk /data\nexec gosu desk python -m app\n",
		}},
		{Name: "a user in the compose file", Files: map[string]string{
			"Dockerfile":   "FROM python:3.12.7-slim\nCOPY app app\nCMD [\"python\", \"-m\", \"app\"]\n",
			"compose.yaml": "services:\n  app:\n    build: .\n    user: \"10001:10001\"\n",
		}},
	}
}

func privilegedBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "privileged, with the engine's socket", Files: map[string]string{
			"compose.yaml": "services:\n  agent:\n    image: registry.example.org/agent:1.2.0\n    privileged: true\n    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock\n",
		}},
		{Name: "the folders of the node", Files: map[string]string{
			"deploy/train.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: train}\nspec:\n  template:\n    spec:\n      hostPID: true\n      containers:\n        - name: train\n" +
				"          image: registry.example.org/train:1.2.0\n          volumeMounts: [{name: node, mountPath: /node}]\n      volumes:\n        - name: node\n          hostPath: {path: /}\n",
		}},
		{Name: "a model server in the node's network", Files: map[string]string{
			"deploy/models.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: models}\nspec:\n  template:\n    metadata: {labels: {app: models}}\n    spec:\n      hostNetwork: true\n" +
				"      containers:\n        - name: ollama\n          image: ollama/ollama:0.4.1\n",
		}},
		{Name: "an account that rules the cluster", Files: map[string]string{
			"deploy/agent.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: agent, namespace: desk}\nspec:\n  serviceAccountName: agent\n  containers:\n    - {name: agent, image: registry.example.org/agent:1.2.0}\n" +
				"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: agent}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\n" +
				"subjects: [{kind: ServiceAccount, name: agent, namespace: desk}]\n",
		}},
	}
}

func privilegedGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a GPU and nothing else", Files: map[string]string{
			"compose.yaml": "services:\n  llm:\n    image: vllm/vllm-openai:v0.6.3\n    shm_size: 8gb\n    cap_drop: [ALL]\n    security_opt: [\"no-new-privileges:true\"]\n    volumes: [\"./models:/models:ro\"]\n" +
				"    deploy:\n      resources:\n        reservations:\n          devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]\n",
		}},
		{Name: "a pod with its limits", Files: map[string]string{
			"deploy/app.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  template:\n    metadata: {labels: {app: app}}\n    spec:\n      automountServiceAccountToken: false\n" +
				"      containers:\n        - name: app\n          image: registry.example.org/app:2.1.0\n          securityContext: {privileged: false, allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}\n" +
				"          volumeMounts: [{name: models, mountPath: /models, readOnly: true}]\n      volumes:\n        - name: models\n          persistentVolumeClaim: {claimName: models}\n",
		}},
		{Name: "a role for one namespace", Files: map[string]string{
			"deploy/agent.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: agent, namespace: desk}\nspec:\n  serviceAccountName: agent\n  containers:\n    - {name: agent, image: registry.example.org/agent:1.2.0}\n" +
				"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: agent, namespace: desk}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: read-config}\n" +
				"subjects: [{kind: ServiceAccount, name: agent, namespace: desk}]\n",
		}},
	}
}

func exposedBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a vector store on every address", Files: map[string]string{
			"compose.yaml": "services:\n  store:\n    image: qdrant/qdrant:v1.12.1\n    ports:\n      - \"6333:6333\"\n",
		}},
		{Name: "a model server behind a load balancer", Files: map[string]string{
			"deploy/models.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: models}\nspec:\n  template:\n    metadata: {labels: {app: models}}\n    spec:\n      containers:\n" +
				"        - name: llm\n          image: vllm/vllm-openai:v0.6.3\n          args: [\"--model\", \"/models/desk\"]\n---\napiVersion: v1\nkind: Service\nmetadata: {name: models}\nspec:\n" +
				"  type: LoadBalancer\n  selector: {app: models}\n  ports: [{port: 80, targetPort: 8000}]\n",
		}},
		{Name: "a notebook without its token", Files: map[string]string{
			"compose.yaml": "services:\n  lab:\n    image: quay.io/jupyter/scipy-notebook:2024-10-28\n    command: [\"start-notebook.sh\", \"--ServerApp.token=''\"]\n    ports: [\"8888:8888\"]\n",
		}},
		{Name: "a vector store whose key crosses the net in the clear", Files: map[string]string{
			"deploy/store.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: store, labels: {app: store}}\nspec:\n  containers:\n    - name: store\n      image: qdrant/qdrant:v1.12.1\n      env:\n" +
				"        - name: QDRANT__SERVICE__API_KEY\n          valueFrom: {secretKeyRef: {name: store, key: key}}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: store}\nspec:\n" +
				"  type: LoadBalancer\n  selector: {app: store}\n  ports: [{port: 6333}]\n",
		}},
	}
}

func exposedGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "on the loopback address", Files: map[string]string{
			"compose.yaml": "services:\n  store:\n    image: qdrant/qdrant:v1.12.1\n    ports: [\"127.0.0.1:6333:6333\"]\n  llm:\n    image: ollama/ollama:0.4.1\n    expose: [\"11434\"]\n",
		}},
		{Name: "with a key", Files: map[string]string{
			"compose.yaml": "services:\n  llm:\n    image: vllm/vllm-openai:v0.6.3\n    command: --model /models/desk --api-key ${MODEL_KEY}\n    ports: [\"8000:8000\"]\n" +
				"  store:\n    image: qdrant/qdrant:v1.12.1\n    environment:\n      - QDRANT__SERVICE__API_KEY=${STORE_KEY}\n    ports: [\"6333:6333\"]\n",
		}},
		{Name: "inside the cluster", Files: map[string]string{
			"deploy/models.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: models}\nspec:\n  template:\n    metadata: {labels: {app: models}}\n    spec:\n      containers:\n" +
				"        - name: llm\n          image: ollama/ollama:0.4.1\n---\napiVersion: v1\nkind: Service\nmetadata: {name: models}\nspec:\n  selector: {app: models}\n  ports: [{port: 11434}]\n" +
				"---\napiVersion: v1\nkind: Service\nmetadata: {name: app}\nspec:\n  type: LoadBalancer\n  selector: {app: app}\n  ports: [{port: 443}]\n",
		}},
	}
}

const (
	examplePod    = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app, namespace: desk}\nspec:\n  template:\n    metadata: {labels: {app: app}}\n    spec:\n      containers: [{name: app, image: \"registry.example.org/app:2.1.0\"}]\n"
	denyEverybody = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: default-deny, namespace: desk}\nspec:\n  podSelector: {}\n  policyTypes: [Ingress, Egress]\n"
)

func networkBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "no policy, in a system whose owner could have said where it is", Files: map[string]string{"deploy/app.yaml": examplePod, "lodemark.yaml": "schema: lodemark/1\nname: help desk\n"}},
		{Name: "a policy that lets everything through", Files: map[string]string{
			"deploy/app.yaml":     examplePod,
			"deploy/network.yaml": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: open, namespace: desk}\nspec:\n  podSelector: {}\n  ingress: [{}]\n",
		}},
		{Name: "a policy in another namespace", Files: map[string]string{
			"deploy/app.yaml":     examplePod,
			"deploy/network.yaml": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec:\n  podSelector: {}\n  policyTypes: [Ingress]\n",
		}},
		{Name: "a workload that no policy chooses", Files: map[string]string{
			"deploy/app.yaml":     examplePod,
			"deploy/network.yaml": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: store, namespace: desk}\nspec:\n  podSelector: {matchLabels: {app: store}}\n  policyTypes: [Ingress]\n",
		}},
	}
}

func networkGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "nothing is allowed by default", Files: map[string]string{"deploy/app.yaml": examplePod, "deploy/network.yaml": denyEverybody}},
		{Name: "a policy for each workload, whose namespace is given when they are applied", Files: map[string]string{
			"deploy/app.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: app, labels: {app: app}}\nspec:\n  containers: [{name: app, image: \"registry.example.org/app:2.1.0\"}]\n",
			"deploy/network.yaml": "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: app}\nspec:\n  podSelector:\n    matchExpressions: [{key: app, operator: In, values: [app, store]}]\n" +
				"  ingress:\n    - from: [{namespaceSelector: {matchLabels: {name: ingress}}}]\n",
		}},
	}
}

func workflowBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a stranger's code with the repository's rights", Files: map[string]string{
			".github/workflows/eval.yml": "on:\n  pull_request_target:\npermissions:\n  contents: write\njobs:\n  eval:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n        with:\n" +
				"          ref: ${{ github.event.pull_request.head.sha }}\n      - run: python evals/run.py\n",
		}},
		{Name: "a token for everything", Files: map[string]string{
			".github/workflows/train.yml": "on: push\npermissions: write-all\njobs:\n  train:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: python train.py\n",
		}},
	}
}

func workflowGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a token that reads, and more for one job", Files: map[string]string{
			".github/workflows/train.yml": "on: push\npermissions:\n  contents: read\njobs:\n  train:\n    runs-on: ubuntu-24.04\n    permissions: {contents: read, id-token: write}\n    steps:\n      - run: python train.py\n",
		}},
		{Name: "labels for a stranger's pull request, without its code", Files: map[string]string{
			".github/workflows/label.yml": "on: pull_request_target\njobs:\n  label:\n    runs-on: ubuntu-24.04\n    permissions: {pull-requests: write}\n    steps:\n      - uses: actions/labeler@v5\n",
		}},
		{Name: "a workflow that others call, with the token they hand it", Files: map[string]string{
			".github/workflows/train.yml": "on: workflow_call\njobs:\n  train:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: python train.py\n",
		}},
	}
}
