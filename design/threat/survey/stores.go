package survey

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// sign is a word in code that only what uses a service writes.
type sign struct {
	kind, tech, name, boundary string
	re                         *pattern.Pattern
}

var signs = []sign{
	{"document_store", "postgres", "PostgreSQL", "serving", pattern.New(`\bpsycopg2?\.connect\(|\basyncpg\.|postgresql(\+\w+)?://|AsyncConnectionPool\(|\bnew (pg\.)?Pool\(|from ['"]postgres['"]|@vercel/postgres|@neondatabase/serverless|drizzle-orm/(pg|postgres|node-postgres|neon|vercel)`)},
	{"document_store", "mysql", "MySQL", "serving", pattern.New(`\bpymysql\b|mysql\.connector|mysql\+\w+://|from ['"]mysql2(/promise)?['"]|require\(['"]mysql2?['"]`)},
	{"document_store", "mongodb", "MongoDB", "serving", pattern.New(`\bMongoClient\(|\bmongoose\.(connect|model)\(|AsyncIOMotorClient\(`)},
	{"document_store", "sqlite", "SQLite database", "serving", pattern.New(`\bsqlite3\.connect\(|sqlite(\+\w+)?:///|better-sqlite3|bun:sqlite|\baiosqlite\.`)},
	{"document_store", "prisma", "database", "serving", pattern.New(`new PrismaClient\(|\bPrisma\(\)`)},
	{"document_store", "supabase", "Supabase database", "vendor", pattern.New(`from ['"]@supabase/(supabase-js|ssr|auth-helpers-nextjs)['"]|\bcreate_client\(\s*supabase|from supabase import`)},
	{"document_store", "firestore", "Firestore", "vendor", pattern.New(`firebase/firestore|firestore\.Client\(|getFirestore\(`)},
	{"document_store", "s3", "object store (S3)", "vendor", pattern.New(`@aws-sdk/client-s3|boto3\.(client|resource)\(\s*["']s3|\bMinio\(|@vercel/blob|storage\.Client\(\)`)},
	{"document_store", "dynamodb", "DynamoDB", "vendor", pattern.New(`client-dynamodb|boto3\.(client|resource)\(\s*["']dynamodb`)},
	{"document_store", "neo4j", "Neo4j", "serving", pattern.New(`\bGraphDatabase\.driver\(|neo4j\.driver\(|Neo4jGraph\(`)},
	{"cache", "redis", "Redis", "serving", pattern.New(`\bredis\.(Redis|from_url|asyncio)|new (Redis|IORedis)\(|Redis\.fromEnv\(|from ['"](@vercel/kv|@upstash/redis|ioredis|redis)['"]`)},
	{"memory_store", "", "conversation memory", "serving", pattern.New(`\b(Async)?(Postgres|Sqlite|MongoDB|Redis)Saver\b|\b(Postgres|Redis|MongoDB|SQL|DynamoDB|Upstash\w*)ChatMessageHistory\b|AsyncPostgresStore|from mem0|mem0ai|\bzep_(python|cloud)\b`)},
	{"monitoring", "langfuse", "Langfuse", "vendor", pattern.New(`(?m)^\s*(from|import) langfuse|from ['"]langfuse|@langfuse/`)},
	{"monitoring", "langsmith", "LangSmith", "vendor", pattern.New(`LANGCHAIN_TRACING_V2|LANGSMITH_TRACING|(?m)^\s*(from|import) langsmith|from ['"]langsmith`)},
	{"monitoring", "helicone", "Helicone", "vendor", pattern.New(`(oai|gateway|anthropic)\.(hconeai|helicone)\.(com|ai)|helicone\.ai`)},
	{"monitoring", "wandb", "Weights & Biases", "vendor", pattern.New(`\bwandb\.(init|log)\(|report_to[=: ]+\[?["']?wandb`)},
	{"monitoring", "mlflow", "MLflow", "training", pattern.New(`\bmlflow\.(start_run|log_\w+|set_experiment|autolog)`)},
	{"monitoring", "sentry", "Sentry", "vendor", pattern.New(`\bsentry_sdk\.init\(|from ['"]@sentry/`)},
	{"monitoring", "posthog", "PostHog", "vendor", pattern.New(`from ['"]posthog-(js|node)|\bPosthog\(`)},
	{"monitoring", "phoenix", "Phoenix", "operator", pattern.New(`import phoenix|from phoenix|phoenix\.otel`)},
	{"monitoring", "plausible", "Plausible", "vendor", pattern.New(`from ['"]next-plausible['"]`)},
	{"identity_provider", "clerk", "Clerk", "vendor", pattern.New(`from ['"]@clerk/`)},
	{"identity_provider", "auth0", "Auth0", "vendor", pattern.New(`from ['"]@auth0/|\bauth0\.com`)},
	{"identity_provider", "keycloak", "Keycloak", "operator", pattern.New(`from ['"]keycloak-js|KeycloakOpenID\(`)},
	{"identity_provider", "cognito", "Cognito", "vendor", pattern.New(`cognito-identity-provider|client-cognito|amazon-cognito`)},
	{"identity_provider", "entra", "Microsoft Entra", "vendor", pattern.New(`from ['"]@azure/msal|\bmsal\.\w+Application\(`)},
	{"identity_provider", "firebase", "Firebase authentication", "vendor", pattern.New(`firebase/auth['"]|firebase_admin import auth`)},
	{"identity_provider", "supabase", "Supabase authentication", "vendor", pattern.New(`\bsupabase\w*\.auth\.(getUser|getSession|signIn\w*|get_user)\(`)},
	{"identity_provider", "google", "Google sign-in", "vendor", pattern.New(`next-auth/providers/google|passport-google-oauth|@react-oauth/google`)},
	{"identity_provider", "github", "GitHub sign-in", "vendor", pattern.New(`next-auth/providers/github|passport-github`)},
	{"secret_store", "vault", "HashiCorp Vault", "operator", pattern.New(`\bhvac\.Client\(|from ['"]node-vault['"]`)},
	{"secret_store", "aws-secrets-manager", "AWS Secrets Manager", "operator", pattern.New(`client-secrets-manager|boto3\.client\(\s*["']secretsmanager`)},
	{"secret_store", "azure-key-vault", "Azure Key Vault", "operator", pattern.New(`@azure/keyvault-secrets|azure\.keyvault\.secrets`)},
	{"secret_store", "gcp-secret-manager", "Google Secret Manager", "operator", pattern.New(`@google-cloud/secret-manager|google\.cloud import secretmanager`)},
	{"code_sandbox", "e2b", "E2B sandbox", "vendor", pattern.New(`from ['"]@e2b/|from e2b|\be2b_code_interpreter\b`)},
	{"code_sandbox", "vercel-sandbox", "Vercel sandbox", "vendor", pattern.New(`from ['"]@vercel/sandbox['"]`)},
	{"code_sandbox", "daytona", "Daytona sandbox", "vendor", pattern.New(`from ['"]@daytonaio/|from daytona`)},
	{"code_sandbox", "docker", "code sandbox in containers", "tool-runtime", pattern.New(`DockerCommandLineCodeExecutor\(|\bdocker\.from_env\(\)[\s\S]{0,900}\.containers\.run\(`)},
}

// knowledge draws what data lies in: vector stores as the inventory has them, and other stores by their clients.
func (d *drafter) knowledge() {
	for c := range d.sys.Of(lodemark.KindVectorStore) {
		if d.aside(c) || evaluates(c.Path) || path.Ext(c.Path) == ".ipynb" {
			continue
		}
		tech := strings.ToLower(cmp.Or(c.Detail["technology"], c.Detail["provider"], c.Name))
		name := tech
		if tech == "langchain" || tech == "llamaindex" || c.Origin == lodemark.OriginUnresolved {
			tech, name = "", "vector store"
		}
		p := d.add("vector "+tech, "vector_store", name, "retrieved-content", "code keeps or searches vectors there", place{c.Path, c.Line})
		p.tech(tech)
		p.list("used_for", "retrieve")
		p.unknown("holds", "writers", "authn")
	}
	for _, file := range d.order {
		s := d.code[file]
		if evaluates(file) {
			continue
		}
		for _, g := range signs {
			if line, ok := s.find(g.re); ok {
				d.store(g, "code uses it", place{file, line})
			}
		}
		for _, line := range s.used(fetches) {
			p := d.add("web", "web_source", "the web", "internet", "code fetches or searches pages there", place{file, line})
			p.list("writers", "public")
		}
	}
	d.twins()
	// A database that is only opened for its vectors is the vector store.
	for _, v := range d.kinds("vector_store") {
		for _, p := range d.kinds("document_store") {
			if len(v.technology) > 0 && len(p.technology) > 0 && v.technology[0] == p.technology[0] && !slices.ContainsFunc(filesOf(p), func(f string) bool { return len(v.files[f]) == 0 }) {
				d.drop(p)
			}
		}
	}
	// What drives the same database by a mapper of objects is the database.
	if dbs := d.kinds("document_store"); len(dbs) > 1 {
		for _, p := range dbs {
			if p.name == "database" {
				d.drop(p)
			}
		}
	}
}

// twins folds a vector store that only scripts of a database or settings name into the one of the same make that code uses.
func (d *drafter) twins() {
	all := d.kinds("vector_store")
	coded := func(p *part) bool {
		return slices.ContainsFunc(filesOf(p), func(f string) bool { return d.code[f] != nil })
	}
	for _, v := range all {
		if coded(v) || len(v.technology) == 0 {
			continue
		}
		for _, w := range all {
			if w != v && coded(w) && slices.ContainsFunc(w.technology, func(t string) bool {
				return t == v.technology[0] || strings.HasSuffix(t, "-"+v.technology[0]) || strings.HasSuffix(t, " "+v.technology[0])
			}) {
				for f, lines := range v.files {
					for _, n := range lines {
						w.seen(place{f, n})
					}
				}
				d.drop(v)
				break
			}
		}
	}
}

func (d *drafter) store(g sign, why string, at place) *part {
	p := d.add(g.kind+" "+cmp.Or(g.tech, g.name), g.kind, g.name, g.boundary, why, at)
	p.tech(g.tech)
	switch g.kind {
	case "document_store", "memory_store":
		p.unknown("holds", "writers", "authn")
	case "cache":
		p.unknown("caches", "authn")
	case "monitoring":
		p.unknown("logs_content")
	case "code_sandbox":
		p.unknown("isolation")
	}
	if g.boundary == "vendor" {
		p.text("hosting", "vendor", "")
	}
	return p
}
