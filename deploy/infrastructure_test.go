package deploy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

const rootImageFile = "FROM python:3.12.7-slim\nCMD [\"python\", \"-m\", \"app\"]\n"

// What the five checks say of small trees that lie near the line: what is found, how bad it is, and what stays silent.
func TestInfrastructure(t *testing.T) {
	const (
		user, powers, exposed, network, workflows = "dep-1-container-user", "dep-1-privileged-workload", "dep-1-exposed-service", "dep-1-network-policy", "dep-1-workflow-permissions"
		passed, failed, open, silent              = lodemark.Passed, lodemark.Failed, lodemark.Undecided, lodemark.NothingToSee
	)
	service := func(lines ...string) map[string]string {
		return map[string]string{"compose.yaml": "services:\n  x:\n    " + strings.Join(lines, "\n    ") + "\n"}
	}
	workflow := func(lines ...string) map[string]string {
		return map[string]string{".github/workflows/x.yml": strings.Join(lines, "\n") + "\n"}
	}
	const head = "actions/checkout@v4, with: {ref: \"${{ github.event.pull_request.head.sha }}\"}"
	tests := []struct {
		check, name string
		files       map[string]string
		want        lodemark.Outcome
		found       string // severities and lines: "high:4 low:7"
	}{
		{user, "nothing to run", map[string]string{"main.py": "print(1)\n"}, silent, ""},
		{user, "a fixture", map[string]string{"tests/fixtures/Dockerfile": rootImageFile}, silent, "low:1"},
		{user, "an image for developers", map[string]string{".devcontainer/Dockerfile": rootImageFile}, failed, "low:1"},
		{user, "a number for root", map[string]string{"Dockerfile": "FROM python:3.12\nUSER 0:0\n"}, failed, "medium:2"},
		{user, "a user from a variable", map[string]string{"Dockerfile": "FROM python:3.12\nARG UID=1000\nUSER ${UID}\n"}, passed, ""},
		{user, "a stage on a stage", map[string]string{"Dockerfile": "FROM python:3.12 AS base\nUSER 1000\nFROM base\nCMD [\"x\"]\n"}, passed, ""},
		{user, "a base that nobody here knows", map[string]string{"Dockerfile": "FROM registry.example.org/ml/serving:3\nCMD [\"x\"]\n"}, open, ""},
		{user, "a base from a variable", map[string]string{"Dockerfile": "ARG BASE\nFROM ${BASE}\nCMD [\"x\"]\n"}, open, ""},
		{user, "files on an empty base", map[string]string{"Dockerfile": "FROM scratch\nCOPY models /models\n"}, passed, ""},
		{user, "a program on an empty base", map[string]string{"Dockerfile": "FROM scratch\nCOPY app /app\nENTRYPOINT [\"/app\"]\n"}, failed, "medium:1"},
		{user, "distroless with and without rights", map[string]string{"a/Dockerfile": "FROM gcr.io/distroless/python3-debian12:nonroot\n", "b/Dockerfile": "FROM gcr.io/distroless/python3-debian12\nCMD [\"x\"]\n"}, failed, "medium:1"},
		{user, "a web server that forks", map[string]string{"Dockerfile": "FROM nginx:1.27\nCOPY dist /usr/share/nginx/html\n"}, failed, "low:1"},
		{user, "a database that steps down", map[string]string{"Dockerfile": "FROM pgvector/pgvector:pg16\nCOPY init.sql /docker-entrypoint-initdb.d/\n"}, passed, ""},
		{user, "one of two services without a user", map[string]string{"Dockerfile": rootImageFile, "compose.yaml": "services:\n  a: {build: ., user: \"1000\"}\n  b: {build: .}\n"}, failed, "medium:1"},
		{user, "a service that asks for root", service("image: ollama/ollama", "user: root"), failed, "medium:4"},
		{user, "an init container as root", map[string]string{"k.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  initContainers: [{name: a, image: a, securityContext: {runAsUser: 0}}]\n  containers: [{name: b, image: b}]\n"}, passed, ""},

		{powers, "no workloads", map[string]string{"main.py": "print(1)\n"}, silent, ""},
		{powers, "a shared memory", service("image: vllm/vllm-openai:v0.6.3", "ipc: host"), failed, "low:4"},
		{powers, "the host's network", service("image: example/app:1", "network_mode: host"), failed, "medium:4"},
		{powers, "the host's network, for a server without a key", service("image: vllm/vllm-openai:v0.6.3", "network_mode: host"), failed, "high:4"},
		{powers, "the host's network, for a server with a key", service("image: vllm/vllm-openai:v0.6.3", "command: --api-key ${KEY}", "network_mode: host"), failed, "medium:5"},
		{powers, "capabilities", service("image: example/app:1", "cap_add:", "  - IPC_LOCK", "  - CAP_SYS_PTRACE", "  - SYS_ADMIN"), failed, "medium:6 high:7"},
		{powers, "no filter of system calls", service("image: example/app:1", "security_opt: [\"seccomp=unconfined\"]"), failed, "medium:4"},
		{powers, "a GPU as device", service("image: example/app:1", "devices: [\"/dev/kfd\", \"/dev/dri\"]"), passed, ""},
		{powers, "a disk as device", service("image: example/app:1", "devices: [\"/dev/sda:/dev/sda\"]"), failed, "high:4"},
		{powers, "files of the host that everybody mounts", service("image: example/app:1", "volumes: [\"/etc/localtime:/etc/localtime:ro\", \"/data/models:/models\"]"), passed, ""},
		{powers, "a collector of the host's numbers", service("image: prom/node-exporter:v1.8.2", "volumes: [\"/:/host:ro\"]"), failed, "low:4"},
		{powers, "the host's root, to read", service("image: example/app:1", "volumes: [\"/:/host:ro\"]"), failed, "medium:4"},
		{powers, "a sample", map[string]string{"examples/compose.yaml": "services:\n  x:\n    image: a:1\n    privileged: true\n"}, failed, "medium:4"},
		{powers, "not privileged", service("image: example/app:1", "privileged: false"), passed, ""},
		{powers, "a file that is no YAML", map[string]string{"compose.yaml": "services:\n  x: [\n"}, open, ""},
		{powers, "a chart, which is filled in elsewhere", map[string]string{"chart/Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\n", "chart/templates/app.yaml": chartTemplate, "compose.yaml": "services:\n  x: {image: \"a:1\"}\n"}, open, ""},
		{network, "a chart, which may hold a policy", map[string]string{"chart/Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\n", "chart/templates/policy.yaml": "kind: NetworkPolicy\nmetadata:\n  name: {{ .Release.Name }}\n", "k.yaml": examplePod}, open, ""},
		{network, "a chart that holds none", map[string]string{"lodemark.yaml": "schema: lodemark/1\nname: x\n", "chart/Chart.yaml": "apiVersion: v2\nname: x\nversion: 1.0.0\n", "chart/templates/app.yaml": chartTemplate, "k.yaml": examplePod}, failed, "medium:0"},
		{powers, "a driver on every node", map[string]string{"k.yaml": "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: x}\nspec:\n  template:\n    spec:\n      containers: [{name: a, image: \"a:1\", securityContext: {privileged: true}}]\n"}, failed, "medium:7"},

		{exposed, "published without a key", service("image: ollama/ollama:0.4.1", "ports: [\"11434:11434\"]"), failed, "high:4"},
		{exposed, "for developers", map[string]string{"docker-compose.dev.yml": "services:\n  x: {image: \"ollama/ollama:0.4.1\", ports: [\"11434:11434\"]}\n"}, failed, "medium:2"},
		{exposed, "on an address of the inner network", service("image: ollama/ollama:0.4.1", "ports: [\"10.0.0.5:11434:11434\"]"), failed, "medium:4"},
		{exposed, "an address from a variable with a safe default", service("image: ollama/ollama:0.4.1", "ports: [\"${BIND:-127.0.0.1}:11434:11434\"]"), passed, ""},
		{exposed, "not published", service("image: qdrant/qdrant:v1.12.1", "expose: [\"6333\"]"), passed, ""},
		{exposed, "a key whose default is empty", service("image: qdrant/qdrant:v1.12.1", "environment: {QDRANT__SERVICE__API_KEY: \"${KEY:-}\"}", "ports: [\"6333:6333\"]"), failed, "medium:5"},
		{exposed, "a key with a default", service("image: qdrant/qdrant:v1.12.1", "environment: {QDRANT__SERVICE__API_KEY: \"${KEY:-changeme}\"}", "ports: [\"6333:6333\"]"), passed, ""},
		{exposed, "a key in a file of variables", map[string]string{"compose.yaml": "services:\n  x:\n    image: qdrant/qdrant:v1.12.1\n    env_file: [store.env]\n    ports: [\"6333:6333\"]\n", "store.env": "QDRANT__SERVICE__API_KEY=abc\n"}, passed, ""},
		{exposed, "a file of variables without a key", map[string]string{"compose.yaml": "services:\n  x:\n    image: qdrant/qdrant:v1.12.1\n    env_file:\n      - store.env\n    ports: [\"6333:6333\"]\n", "store.env": "LOG=debug\n"}, failed, "high:6"},
		{exposed, "a file of variables that is not in the tree", service("image: qdrant/qdrant:v1.12.1", "env_file: .env", "ports: [\"6333:6333\"]"), open, ""},
		{exposed, "settings that were not read", service("image: qdrant/qdrant:v1.12.1", "volumes: [\"./q.yaml:/qdrant/config/production.yaml\"]", "ports: [\"6333:6333\"]"), open, ""},
		{exposed, "a vector store that lets anybody in", service("image: semitechnologies/weaviate:1.27.0", "environment: {AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: 'true', AUTHENTICATION_APIKEY_ENABLED: 'true'}", "ports: [\"8080:8080\"]"), failed, "high:5"},
		{exposed, "a vector store with its login on", service("image: milvusdb/milvus:v2.6.3", "environment: {common.security.authorizationEnabled: \"${ON:-true}\"}", "ports: [\"19530:19530\"]"), passed, ""},
		{exposed, "a cache with a password, in a shell", service("image: redis:7", "command: sh -c 'redis-server --requirepass $${PASSWORD}'", "ports: [\"6379:6379\"]"), passed, ""},
		{exposed, "a page with a login of its own", service("image: ghcr.io/open-webui/open-webui:main", "ports: [\"3000:8080\"]"), passed, ""},
		{exposed, "a page with its login turned off", service("image: ghcr.io/open-webui/open-webui:main", "environment: [\"WEBUI_AUTH=False\"]", "ports: [\"3000:8080\"]"), failed, "high:5"},
		{exposed, "a notebook with its token", service("image: quay.io/jupyter/base-notebook", "ports: [\"8888:8888\"]"), passed, ""},
		{exposed, "a model server built here", service("build: .", "command: vllm serve /models/desk --port 80", "ports: [\"80:80\"]"), failed, "high:5"},
		{exposed, "an exporter with a server's name", service("image: oliver006/redis_exporter:v1.66", "ports: [\"9121:9121\"]"), passed, ""},
		{exposed, "an application of Ray, and its dashboard", service("image: rayproject/ray:2.39.0", "ports: [\"8000:8000\", \"8265:8265\"]"), failed, "high:4"},
		{exposed, "an image without a login", map[string]string{"Dockerfile": "FROM quay.io/jupyter/base-notebook:x\nCMD [\"jupyter\", \"lab\", \"--ServerApp.token=\"]\n"}, failed, "medium:2"},
		{exposed, "an inner load balancer", map[string]string{"k.yaml": strings.Replace(balancer, "annotations: {}", "annotations: {networking.gke.io/load-balancer-type: Internal}", 1)}, passed, ""},
		{exposed, "a load balancer for one range", map[string]string{"k.yaml": strings.Replace(balancer, "spec: {type", "spec: {loadBalancerSourceRanges: [10.0.0.0/8], type", 1)}, passed, ""},
		{exposed, "a load balancer for all", map[string]string{"k.yaml": balancer}, failed, "high:9"},
		{exposed, "a port of every node", map[string]string{"k.yaml": strings.Replace(balancer, "LoadBalancer", "NodePort", 1)}, failed, "medium:9"},
		{exposed, "a unit that listens everywhere", map[string]string{"ollama.service": "[Service]\nExecStart=/usr/bin/ollama serve\nEnvironment=\"OLLAMA_HOST=0.0.0.0:11434\"\n"}, failed, "high:3"},
		{exposed, "a unit that listens on the host only", map[string]string{"ollama.service": "[Service]\nExecStart=/usr/bin/ollama serve\n"}, passed, ""},
		{exposed, "a firewall that lets everybody in", map[string]string{"main.tf": "resource \"aws_security_group\" \"x\" {\n  ingress {\n    from_port = 11434\n    to_port = 11434\n    protocol = \"tcp\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }\n}\n"}, failed, "medium:6"},
		{exposed, "a firewall without ports", map[string]string{"main.tf": "resource \"aws_vpc_security_group_ingress_rule\" \"x\" {\n  cidr_ipv4 = \"0.0.0.0/0\"\n  ip_protocol = \"-1\"\n}\n"}, failed, "high:2"},
		{exposed, "a firewall for the web", map[string]string{"main.tf": "resource \"google_compute_firewall\" \"x\" {\n  source_ranges = [\"0.0.0.0/0\"]\n  allow {\n    protocol = \"tcp\"\n    ports = [\"80\", \"443\"]\n  }\n}\n"}, passed, ""},

		{network, "no cluster", service("image: a:1"), silent, ""},
		{network, "settings only", map[string]string{"k.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n"}, silent, ""},
		{network, "no policy, and no system record that could say where it is", map[string]string{"k.yaml": examplePod}, open, ""},
		{network, "a policy in a test", map[string]string{"lodemark.yaml": "schema: lodemark/1\nname: x\n", "k.yaml": examplePod, "tests/network.yaml": denyEverybody}, failed, "medium:0"},
		{network, "a policy of a network plugin", map[string]string{"k.yaml": examplePod + "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x, namespace: desk}\n"}, passed, ""},

		{workflows, "no workflows", map[string]string{"main.py": "print(1)\n"}, silent, ""},
		{workflows, "GitLab, whose token is limited elsewhere", map[string]string{".gitlab-ci.yml": "test:\n  script: [make]\n"}, silent, ""},
		{workflows, "every job has its own", workflow("on: push", "jobs:", "  a: {runs-on: x, permissions: {}, steps: [{run: make}]}"), passed, ""},
		{workflows, "one job without", workflow("on: push", "jobs:", "  a: {runs-on: x, permissions: {}, steps: [{run: make}]}", "  b: {runs-on: x, steps: [{run: make}]}"), open, "low:4"},
		{workflows, "only pull requests", workflow("on: pull_request", "jobs:", "  a: {runs-on: x, steps: [{run: make}]}"), open, "low:3"},
		{workflows, "a job with everything", workflow("on: push", "permissions: read-all", "jobs:", "  a:", "    permissions: write-all", "    runs-on: x", "    steps: [{run: make}]"), failed, "medium:5"},
		{workflows, "strangers without anything to take", workflow("on: pull_request_target", "permissions: {contents: read}", "jobs:", "  a: {runs-on: x, steps: [{uses: "+head+"}]}"), failed, "medium:1"},
		{workflows, "strangers beside a secret", workflow("on: pull_request_target", "permissions: {contents: read}", "jobs:", "  a: {runs-on: x, steps: [{uses: "+head+"}, {run: make, env: {K: \"${{ secrets.K }}\"}}]}"), failed, "high:1"},
		{workflows, "strangers after a label", workflow("on: {pull_request_target: {types: [labeled]}}", "permissions: write-all", "jobs:", "  a: {runs-on: x, steps: [{uses: "+head+"}]}"), failed, "medium:1 medium:2"},
		{workflows, "branches of the repository only", workflow("on: pull_request_target", "permissions: {contents: write}", "jobs:", "  a:", "    if: github.event.pull_request.head.repo.full_name == github.repository", "    runs-on: x", "    steps: [{uses: "+head+"}]"), failed, "medium:1"},
		{workflows, "fetched by hand", workflow("on: pull_request_target", "permissions: {contents: write}", "jobs:", "  a: {runs-on: x, steps: [{run: \"gh pr checkout ${{ github.event.number }} && make\"}]}"), failed, "high:1"},
		{workflows, "the job that checks out runs on another event", workflow("on: [pull_request_target, push]", "permissions: {contents: write}", "jobs:", "  a:", "    if: github.event_name == 'push'", "    runs-on: x", "    steps: [{uses: "+head+"}]"), passed, ""},
		{workflows, "the code that is already there", workflow("on: pull_request_target", "permissions: {contents: write}", "jobs:", "  a: {runs-on: x, steps: [{uses: actions/checkout@v4}]}"), passed, ""},
		{workflows, "a broken workflow", workflow("on: push", "jobs: ["), open, ""},
	}
	for _, tt := range tests {
		t.Run(tt.check+"/"+tt.name, func(t *testing.T) {
			r := stage.Try(t, tt.check, tt.files)
			var found []string
			for _, f := range r.Findings {
				found = append(found, fmt.Sprintf("%s:%d", f.Severity, f.Line))
			}
			if got := strings.Join(found, " "); r.Outcome != tt.want || got != tt.found {
				t.Errorf("%s, findings %q (%s), gaps %v; want %s, %q", r.Outcome, got, r.Reason, r.Gaps, tt.want, tt.found)
			}
		})
	}
}

const chartTemplate = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  containers:\n    - name: x\n      image: {{ .Values.image }}\n"

const balancer = `apiVersion: v1
kind: Pod
metadata: {name: x, labels: {app: x}}
spec: {containers: [{name: x, image: "ollama/ollama:0.4.1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: x, annotations: {}}
spec: {type: LoadBalancer, selector: {app: x}, ports: [{port: 80}]}
`

// Each server of the table is found by its image, and the names around it are not.
func TestOpenServers(t *testing.T) {
	for ref, want := range map[string]string{
		"vllm/vllm-openai:v0.6.3": "vLLM",
		"rocm/vllm:latest":        "vLLM",
		"ollama/ollama":           "Ollama",
		"ghcr.io/huggingface/text-generation-inference:3.0":     "Text Generation Inference",
		"ghcr.io/huggingface/text-embeddings-inference:cpu-1.7": "Text Embeddings Inference",
		"nvcr.io/nvidia/tritonserver:24.10-py3":                 "Triton",
		"ghcr.io/ggml-org/llama.cpp:server-cuda":                "the llama.cpp server",
		"localai/localai:latest":                                "LocalAI",
		"lmsysorg/sglang:latest":                                "SGLang",
		"nvcr.io/nim/meta/llama3-8b-instruct:1.0":               "a NIM",
		"qdrant/qdrant":                                         "Qdrant",
		"registry.example.org/mirror/qdrant/qdrant:v1.12.1":     "Qdrant",
		"chromadb/chroma:0.5.20":                                "Chroma",
		"cr.weaviate.io/semitechnologies/weaviate:1.27.0":       "Weaviate",
		"milvusdb/milvus:v2.6.3":                                "Milvus",
		"ghcr.io/mlflow/mlflow":                                 "MLflow",
		"ghcr.io/berriai/litellm:main":                          "LiteLLM",
		"redis/redis-stack:7.2.0-v9":                            "Redis",
		"zilliz/attu:v2.4":                                      "",
		"oliver006/redis_exporter":                              "",
		"ollama-webui/ollama-webui":                             "",
		"lmcache/lmstack-router":                                "",
		"python:3.12":                                           "",
		"registry.example.org/desk/app":                         "",
		"docker.elastic.co/elasticsearch/elasticsearch:8.14.3":  "",
		"pgvector/pgvector:pg16":                                "",
		"registry.example.org/team/my-notebook-app":             "",
		"postgres:16":                                           "",
		"otel/opentelemetry-collector":                          "",
		"ghcr.io/open-webui/open-webui:ollama":                  "",
	} {
		server, how := (launch{image: infra.ParseImage(ref)}).find()
		got := ""
		if server != nil && how == asksNobody {
			got = server.name
		}
		if got != want {
			t.Errorf("%s is taken for %q, want %q", ref, got, want)
		}
	}
	for _, s := range openServers {
		if s.harm == "" || len(s.off) > 0 && len(s.keys) > 0 {
			t.Errorf("%s: no harm is named, or it is both open and closed by default", s.name)
		}
	}
}

// Files of variables are looked up in the text of a compose file, whatever it looks like.
func FuzzEnvFiles(f *testing.F) {
	f.Add("services:\n  a:\n    env_file:\n      - x.env\n      - path: y.env\n        required: false\n    image: b\n  c:\n    env_file: [z.env]\n")
	f.Add("services: {a: {env_file: x}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := infra.ParseCompose([]byte(text))
		if err != nil {
			return
		}
		for i := range c.Services {
			files := envFiles(composeFile{Compose: c, lines: strings.Split(text, "\n")}, i)
			if slices.Contains(files, "") && strings.Count(text, "env_file") == 0 {
				t.Errorf("files %q", files)
			}
		}
	})
}
