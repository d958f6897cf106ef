package infra

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const workload = `# a licence
apiVersion: apps/v1
kind: Deployment
metadata:
  name: models
  namespace: desk
spec:
  template:
    metadata:
      labels: {app: models}
    spec:
      hostNetwork: true
      serviceAccountName: models
      securityContext: {runAsNonRoot: true, runAsUser: 10001}
      initContainers:
        - name: fetch
          image: fetch:1
      containers:
        - name: llm
          image: vllm/vllm-openai:v0.6.3
          args: ["--model", "/models/desk"]
          env:
            - name: VLLM_API_KEY
              valueFrom: {secretKeyRef: {name: keys, key: vllm}}
            - name: LOG
              value: debug
          envFrom:
            - secretRef: {name: more}
          securityContext:
            privileged: true
            capabilities: {add: [SYS_ADMIN], drop: [ALL]}
          volumeMounts:
            - {name: node, mountPath: /node, readOnly: true}
          resources: {limits: {nvidia.com/gpu: 1}}
      volumes:
        - name: node
          hostPath: {path: /}
        - name: store
          persistentVolumeClaim: {claimName: store}
---
apiVersion: v1
kind: Service
metadata: {name: models}
spec:
  type: LoadBalancer
  selector: {app: models}
  ports: [{port: 80, targetPort: 8000}]
`

func TestParseKubernetesWorkload(t *testing.T) {
	objects, err := ParseKubernetes([]byte(workload))
	if err != nil || len(objects) != 2 {
		t.Fatalf("%d objects, %v", len(objects), err)
	}
	o := objects[0]
	if o.Kind != "Deployment" || o.Name != "models" || o.Namespace != "desk" || o.Line != 2 || len(o.Pods) != 1 {
		t.Fatalf("%+v", o)
	}
	p := o.Pods[0]
	if !p.HostNetwork.True() || p.HostNetwork.Line != 12 || p.RunAsUser.Text != "10001" || p.ServiceAccount.Text != "models" || len(p.Labels) != 1 || len(p.Volumes) != 2 || p.Volumes[0].HostPath.Text != "/" || p.Volumes[1].Source != "persistentVolumeClaim" {
		t.Errorf("%+v", p)
	}
	if len(p.Containers) != 2 || !p.Containers[0].Init || p.Containers[1].Init {
		t.Fatalf("containers %+v", p.Containers)
	}
	c := p.Containers[1]
	if c.Image.Text != "vllm/vllm-openai:v0.6.3" || c.Image.Line != 20 || len(c.Args) != 2 || c.Privileged.Line != 30 || c.CapAdd[0].Text != "SYS_ADMIN" || c.CapDrop[0].Text != "ALL" || !c.Mounts[0].ReadOnly || c.Limits[0].Name != "nvidia.com/gpu" {
		t.Errorf("%+v", c)
	}
	if c.Env[0].Value.Text != FromElsewhere || c.Env[1].Value.Text != "debug" || c.EnvFrom[0].Text != "more" {
		t.Errorf("environment %+v, %+v", c.Env, c.EnvFrom)
	}
	s := objects[1].Service
	if s == nil || s.Type.Text != "LoadBalancer" || s.Type.Line != 45 || s.Ports[0].Target.Text != "8000" {
		t.Errorf("service %+v", s)
	}
}

// Whatever holds containers is a workload; what only speaks of them is none.
func TestWherePodsAreFound(t *testing.T) {
	const head = "apiVersion: example.org/v1\nkind: %s\nmetadata: {name: x, labels: {own: yes}}\n"
	const pod = "{containers: [{name: a, image: \"a:1\"}]}"
	tests := []struct {
		name, kind, body string
		images           string
	}{
		{"a pod", "Pod", "spec: " + pod, "a:1"},
		{"a scheduled job", "CronJob", "spec: {jobTemplate: {spec: {template: {spec: " + pod + "}}}}", "a:1"},
		{"a model server of KServe", "InferenceService", "spec: {predictor: {model: {modelFormat: {name: sklearn}, storageUri: \"gs://m\"}}, transformer: " + pod + "}", " a:1"},
		{"a runtime of KServe", "ClusterServingRuntime", "spec: " + pod, "a:1"},
		{"a cluster of Ray", "RayCluster", "spec: {headGroupSpec: {template: {spec: " + pod + "}}, workerGroupSpecs: [{template: {spec: {containers: [{name: b, image: \"b:1\"}]}}}]}", "a:1 b:1"},
		{"a Knative service", "Service", "spec: {template: {spec: " + pod + "}}", "a:1"},
		{"steps of a workflow", "Workflow", "spec: {templates: [{container: {image: \"a:1\"}}, {script: {image: \"b:1\", source: x}}]}", "a:1 b:1"},
		{"a list", "List", "items:\n  - {apiVersion: v1, kind: Pod, spec: " + pod + "}\n  - {apiVersion: v1, kind: Pod, spec: " + pod + "}", "a:1 a:1"},
		{"a definition of a kind", "CustomResourceDefinition", "spec: " + pod, ""},
		{"a policy with a pattern", "ClusterPolicy", "spec: {pattern: {spec: " + pod + "}}", ""},
		{"a description of containers", "Schema", "spec: {containers: {type: array}}", ""},
	}
	for _, tt := range tests {
		objects, err := ParseKubernetes(fmt.Appendf(nil, head+tt.body+"\n", tt.kind))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		var images []string
		for _, o := range objects {
			for _, p := range o.Pods {
				for _, c := range p.Containers {
					images = append(images, c.Image.Text)
				}
			}
		}
		if got := strings.Join(images, " "); got != tt.images {
			t.Errorf("%s: images %q, want %q", tt.name, got, tt.images)
		}
	}
}

func TestKubernetesTemplatesAndErrors(t *testing.T) {
	tests := []struct {
		name, text string
		template   bool
		line       int // of an error that is not a template; 0: none
	}{
		{"a bare value", "kind: Pod\nmetadata: {name: x}\nspec:\n  replicas: {{ .Values.n }}\n", true, 0},
		{"a condition", "{{- if .Values.on }}\nkind: Pod\n{{- end }}\n", true, 0},
		{"a block of Jinja", "kind: Pod\n{% if x %}\na: b\n{% endif %}\n", true, 0},
		{"a quoted value is text", "kind: Pod\nmetadata: {name: \"{{ .Values.name }}\"}\n", false, 0},
		{"an argument of a workflow", "kind: Workflow\nspec: {arguments: [\"{{inputs.parameters.x}}\"]}\n", false, 0},
		{"broken", "kind: Pod\nspec:\n  a: b\n c: d\n", false, 3},
		{"JSON with tabs", "{\n\t\"kind\": \"Pod\",\n\t\"spec\": {\"containers\": []}\n}\n", false, 0},
		{"an empty file", "", false, 0},
	}
	for _, tt := range tests {
		_, err := ParseKubernetes([]byte(tt.text))
		var e *Error
		switch {
		case tt.template != errors.Is(err, ErrTemplate):
			t.Errorf("%s: %v, want a template: %v", tt.name, err, tt.template)
		case tt.line > 0 && (!errors.As(err, &e) || e.Line == 0):
			t.Errorf("%s: %v, want an error with its line", tt.name, err)
		case tt.line == 0 && !tt.template && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// Definitions of kinds are left out, and the lines of what follows stay true.
func TestDefinitionsAreLeftOut(t *testing.T) {
	text := "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {x: [\n]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
	objects, err := ParseKubernetes([]byte(text))
	if err != nil || len(objects) != 1 || objects[0].Name != "p" || objects[0].Line != 6 {
		t.Errorf("%+v, %v", objects, err)
	}
}

func TestSelectorChooses(t *testing.T) {
	labels := []Setting{{"app", Value{"store", 1}}, {"tier", Value{"data", 1}}}
	tests := []struct {
		name string
		s    Selector
		want bool
	}{
		{"everything", Selector{}, true},
		{"its label", Selector{Labels: labels[:1]}, true},
		{"another value", Selector{Labels: []Setting{{"app", Value{"web", 1}}}}, false},
		{"one of", Selector{Expressions: []Expression{{"app", "In", []string{"web", "store"}}}}, true},
		{"none of", Selector{Expressions: []Expression{{"app", "NotIn", []string{"store"}}}}, false},
		{"none of, without the label", Selector{Expressions: []Expression{{"x", "NotIn", []string{"store"}}}}, true},
		{"has", Selector{Expressions: []Expression{{"tier", "Exists", nil}}}, true},
		{"has not", Selector{Expressions: []Expression{{"tier", "DoesNotExist", nil}}}, false},
		{"an unknown operator", Selector{Expressions: []Expression{{"tier", "Like", nil}}}, false},
	}
	for _, tt := range tests {
		if got := tt.s.Chooses(labels); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestNetworkPolicyRestricts(t *testing.T) {
	for spec, want := range map[string]bool{
		"{podSelector: {}, policyTypes: [Ingress, Egress]}": true,
		"{podSelector: {}}":                                           true,
		"{podSelector: {}, ingress: [{}]}":                            false,
		"{podSelector: {}, ingress: [{}], policyTypes: [Egress]}":     true,
		"{podSelector: {}, ingress: [{}], egress: []}":                true,
		"{podSelector: {}, egress: [{}], policyTypes: [Egress]}":      false,
		"{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}":   true,
		"{podSelector: {}, ingress: [{ports: [{port: 80}]}]}":         true,
		"{podSelector: {}, ingress: [{}], egress: [{}]}":              false,
		"{podSelector: {}, ingress: [{}], egress: [{to: [{x: {}}]}]}": true,
	} {
		objects, err := ParseKubernetes([]byte("kind: NetworkPolicy\nspec: " + spec + "\n"))
		if err != nil || len(objects) != 1 || objects[0].Policy.Restricts() != want {
			t.Errorf("%s: %+v, %v; want %v", spec, objects, err, want)
		}
	}
}

func TestIngressRolesAndBindings(t *testing.T) {
	objects, err := ParseKubernetes([]byte(`kind: Ingress
metadata: {annotations: {kubernetes.io/ingress.class: nginx}}
spec:
  tls: [{hosts: [a]}]
  rules: [{http: {paths: [{backend: {service: {name: app, port: {number: 80}}}}, {backend: {serviceName: old, servicePort: 81}}]}}]
---
kind: HTTPRoute
spec: {rules: [{backendRefs: [{name: app, port: 80}]}]}
---
kind: ClusterRole
rules:
  - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
---
kind: ClusterRoleBinding
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: agent, namespace: desk}]
`))
	if err != nil || len(objects) != 4 {
		t.Fatalf("%d, %v", len(objects), err)
	}
	if i := objects[0].Ingress; !i.TLS || i.Class != "nginx" || len(i.Backends) != 2 || i.Backends[0].Port != "80" || i.Backends[1].Service.Text != "old" {
		t.Errorf("ingress %+v", i)
	}
	if r := objects[1].Ingress; len(r.Backends) != 1 || r.Backends[0].Service.Text != "app" {
		t.Errorf("route %+v", r)
	}
	if r := objects[2].Rules; len(r) != 1 || r[0].Line != 12 || r[0].Verbs[0] != "*" {
		t.Errorf("rules %+v", r)
	}
	if b := objects[3].Binding; b.Role != "cluster-admin" || b.Line != 15 || b.Subjects[0].Namespace != "desk" {
		t.Errorf("binding %+v", b)
	}
}

// Aliases may name one list many times over; what is taken from them is bounded.
func TestPodsFromAliasesAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("kind: Pod\na: &a [" + strings.Repeat("{containers: [{image: x}]},", 900) + "]\n")
	for i := range 400 {
		fmt.Fprintf(&b, "b%d: *a\n", i)
	}
	objects, err := ParseKubernetes([]byte(b.String()))
	if err == nil && len(objects) == 1 && len(objects[0].Pods) > maxPods {
		t.Errorf("%d pods", len(objects[0].Pods))
	}
	nested := "kind: Pod\nspec: " + strings.Repeat("{a: ", 100) + "{containers: [{image: x}]}" + strings.Repeat("}", 100) + "\n"
	if objects, err := ParseKubernetes([]byte(nested)); err != nil || len(objects[0].Pods) != 0 {
		t.Errorf("a pod was found too deep: %v", err)
	}
}

func FuzzParseKubernetes(f *testing.F) {
	f.Add(workload)
	f.Add("kind: List\napiVersion: v1\nitems: [{kind: Pod, spec: {containers: [{}]}}]\n")
	f.Add("{\"kind\": \"NetworkPolicy\", \"spec\": {\"podSelector\": null, \"ingress\": [null]}}")
	f.Add("kind: CustomResourceDefinition\n---\nkind: Ingress\nspec: {rules: [{http: 3}]}\n---\n")
	f.Add("kind: RoleBinding\nroleRef: [a]\nsubjects: {a: b}\n")
	f.Fuzz(func(t *testing.T, text string) {
		objects, err := ParseKubernetes([]byte(text))
		var e *Error
		if err != nil && !errors.Is(err, ErrTemplate) && !errors.As(err, &e) {
			t.Errorf("error of another type: %v", err)
		}
		lines := strings.Count(text, "\n") + 1
		for _, o := range objects {
			if o.Kind == "" || o.Line < 1 || o.Line > lines {
				t.Errorf("%q on line %d of %d", o.Kind, o.Line, lines)
			}
		}
		ParseKustomization([]byte(text))
	})
}
