package otm

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/design/threat"
)

// trustRatings are how far what lies in a boundary is trusted, from 0 to 100, as OTM asks for. They order the boundaries and say no more.
var trustRatings = map[string]float64{"internet": 0, "retrieved-content": 10, "user-device": 20, "physical": 20, "agent-to-agent": 30, "tool-runtime": 40, "vendor": 50, "tenant": 50,
	"build": 70, "training": 70, "serving": 80, "operator": 90}

// undeclared is the zone of components whose boundary nobody says.
const undeclared = "undeclared"

// boundaryOf is the boundary that the words of a zone name; empty: none. "Public Cloud" and "Private Secured" say who pays and not what
// crosses, and name none.
func boundaryOf(words ...string) string {
	for _, w := range words {
		w = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(w)), " ", "-")
		if slices.Contains(threat.Boundaries(), w) {
			return w
		}
		switch w {
		case "public-internet", "the-internet", "external", "untrusted":
			return "internet"
		case "third-party", "3rd-party", "partner", "trusted-partner", "supplier", "saas":
			return "vendor"
		case "device", "mobile-device", "client-device", "user-devices", "client", "browser":
			return "user-device"
		case "ci", "ci/cd", "ci-cd", "build-system", "build-environment":
			return "build"
		}
	}
	return ""
}

// wordsOf are words of types and names by what they say; the first that fits counts, so that what is special comes first.
type wordsOf struct {
	word string // the kind or class
	by   []string
}

var kindWords = []wordsOf{
	{"vector_store", []string{"vector", "pinecone", "qdrant", "weaviate", "milvus", "chroma", "embeddings-store"}},
	{"hosted_model_api", []string{"bedrock", "openai", "anthropic", "llm-api", "vertex", "cognitive-services"}},
	{"model_server", []string{"sagemaker", "inference", "model-server", "model-serving", "vllm", "triton"}},
	{"agent", []string{"ai-agent", "llm-agent", "agentic"}},
	{"model", []string{"llm", "language-model", "ml-model", "ai-model", "machine-learning-model", "foundation-model"}},
	{"training_job", []string{"training"}},
	{"mcp_server", []string{"mcp"}},
	{"secret_store", []string{"secrets-manager", "secret", "key-vault", "keyvault", "vault", "kms", "key-management"}},
	{"identity_provider", []string{"cognito", "iam", "identity", "idp", "active-directory", "entra", "keycloak", "okta", "auth0", "sso"}},
	{"log_store", []string{"cloudwatch", "cloudtrail", "logging", "log", "logs", "audit-log", "elk", "splunk"}},
	{"monitoring", []string{"monitoring", "prometheus", "grafana", "datadog"}},
	{"cache", []string{"elasticache", "redis", "memcached", "cache", "cdn", "cloudfront"}},
	{"document_store", []string{"database", "db", "rds", "dynamodb", "postgres", "postgresql", "mysql", "mongodb", "sql", "cosmos", "s3", "bucket", "storage", "data-store", "datastore", "efs", "blob", "file-system", "opensearch", "elasticsearch", "redshift", "warehouse"}},
	{"ci_pipeline", []string{"codepipeline", "codebuild", "jenkins", "pipeline", "ci"}},
	{"gateway", []string{"gateway", "load-balancer", "elb", "alb", "reverse-proxy", "proxy", "waf", "firewall"}},
	{"browser_client", []string{"web-client", "browser", "mobile-client", "mobile-app", "generic-client", "client", "web-ui", "frontend", "ios", "android", "mobile", "rich-client"}},
	{"edge_device", []string{"iot", "edge", "sensor", "camera", "device"}},
	{"operator", []string{"administrator", "admin", "operator"}},
	{"developer", []string{"developer"}},
	{"end_user", []string{"user", "actor", "customer", "person", "end-user"}},
	{"api", []string{"web-service", "api", "microservice", "rest", "graphql", "lambda", "function", "service"}},
	{"app", []string{"app", "application", "web-application", "web-app", "ec2", "vm", "server", "container", "docker", "ecs", "eks", "kubernetes", "web-server", "webapp"}},
}

// kindOf guesses the kind of a component from its type, or else from its name.
func kindOf(kind, name string) (guess, from string) {
	for _, text := range []string{kind, name} {
		if w := wordIn(kindWords, text); w != "" {
			return w, text
		}
	}
	return "", ""
}

// networkWords are types of what only holds other parts.
var networkWords = []wordsOf{{"network", []string{"vpc", "subnet", "vnet", "virtual-network", "network", "security-group", "availability-zone", "resource-group"}}}

var classWords = []wordsOf{
	{"credential", []string{"credential", "credentials", "password", "passwords", "secret", "secrets", "token", "tokens", "api-key", "key", "keys"}},
	{"special", []string{"health", "medical", "patient", "biometric", "genetic"}},
	{"personal", []string{"personal", "pii", "customer", "credit-card", "cardholder", "cc", "payment", "user-data", "user", "employee", "gdpr", "address"}},
	{"weights", []string{"weights", "checkpoint"}},
	{"training", []string{"training"}},
	{"embeddings", []string{"embedding", "embeddings"}},
	{"prompt", []string{"prompt", "prompts"}},
	{"telemetry", []string{"telemetry", "log", "logs", "metrics"}},
	{"public", []string{"public"}},
	{"confidential", []string{"confidential", "sensitive"}},
	{"internal", []string{"internal"}},
}

// classOf guesses the class of data of an asset from its name, or else from how bad its disclosure is said to be.
func classOf(a asset) (class, from string) {
	if w := wordIn(classWords, a.Name); w != "" {
		return w, "its name"
	}
	switch c := a.Risk.Confidentiality; {
	case c >= 50:
		return "confidential", "how bad its disclosure is rated"
	case c > 0:
		return "internal", "how bad its disclosure is rated"
	}
	return "", ""
}

// wordIn finds the first entry one of whose words stands whole in a text.
func wordIn(all []wordsOf, text string) string {
	text = "-" + strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < '0' || r > '9' && r < 'a' || r > 'z' && r < 0x80 }), "-") + "-"
	for _, one := range all {
		for _, w := range one.by {
			if strings.Contains(text, "-"+w+"-") {
				return one.word
			}
		}
	}
	return ""
}

// severityOf is the severity of an impact from 0 to 100.
func severityOf(impact float64) string {
	switch {
	case impact >= 90:
		return "critical"
	case impact >= 70:
		return "high"
	case impact >= 40:
		return "medium"
	}
	return "low"
}

// impacts are the same the other way.
var impacts = map[string]float64{"critical": 100, "high": 75, "medium": 50, "low": 25, "info": 10}
