package secrets

import "encoding/base64"

// kind is one kind of secret: the names it goes by where it is assigned, and how one is drawn. Formats were written down from the
// providers' documentation, apart from the rules that are measured.
type kind struct {
	name  string
	names []string
	draw  func(*drawer) string
}

func of(name, variable string, draw func(*drawer) string) kind {
	return kind{name, []string{variable}, draw}
}

func after(prefix string, n int, alphabet string) func(*drawer) string {
	return func(d *drawer) string { return prefix + d.of(n, alphabet) }
}

// trueKinds are secrets that stand on one line.
var trueKinds = []kind{
	of("openai-project", "OPENAI_API_KEY", func(d *drawer) string { return "sk-proj-" + d.of(74, urlSafe) + "T3BlbkFJ" + d.of(74, urlSafe) }),
	of("openai-service", "OPENAI_API_KEY", func(d *drawer) string {
		return "sk-svcacct-" + d.of(58, urlSafe) + "T3BlbkFJ" + d.of(58, urlSafe)
	}),
	of("openai-admin", "OPENAI_ADMIN_KEY", func(d *drawer) string { return "sk-admin-" + d.of(58, urlSafe) + "T3BlbkFJ" + d.of(58, urlSafe) }),
	of("openai-old", "OPENAI_API_KEY", func(d *drawer) string { return "sk-" + d.of(20, base62) + "T3BlbkFJ" + d.of(20, base62) }),
	of("anthropic", "ANTHROPIC_API_KEY", func(d *drawer) string { return "sk-ant-api03-" + d.of(93, urlSafe) + "AA" }),
	of("anthropic-admin", "ANTHROPIC_ADMIN_KEY", func(d *drawer) string { return "sk-ant-admin01-" + d.of(93, urlSafe) + "AA" }),
	of("anthropic-oauth", "CLAUDE_CODE_OAUTH_TOKEN", func(d *drawer) string { return "sk-ant-oat01-" + d.of(93, urlSafe) + "AA" }),
	of("google", "GEMINI_API_KEY", after("AIzaSy", 33, urlSafe)),
	of("azure-openai", "AZURE_OPENAI_API_KEY", after("", 32, hexes)),
	of("azure-openai-long", "AZURE_OPENAI_KEY", func(d *drawer) string {
		return d.of(52, base62) + "JQQJ99" + d.of(2, upperNum) + "ACYeBjFXJ3w3AAAB" + d.of(8, base62)
	}),
	of("bedrock-long", "AWS_BEARER_TOKEN_BEDROCK", func(d *drawer) string {
		return "ABSK" + base64.StdEncoding.EncodeToString([]byte("BedrockAPIKey-"+d.of(4, lowerNum)+"-at-"+d.of(12, digits)+":"+d.of(50, base64s)))
	}),
	of("bedrock-short", "AWS_BEARER_TOKEN_BEDROCK", func(d *drawer) string {
		return "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t" + d.of(300, base64s)
	}),
	of("mistral", "MISTRAL_API_KEY", after("", 32, base62)),
	of("cohere", "COHERE_API_KEY", after("", 40, base62)),
	of("groq", "GROQ_API_KEY", after("gsk_", 52, base62)),
	of("huggingface", "HF_TOKEN", after("hf_", 34, lowers+uppers)),
	of("huggingface-org", "HUGGINGFACE_TOKEN", after("api_org_", 34, lowers+uppers)),
	of("replicate", "REPLICATE_API_TOKEN", after("r8_", 37, base62)),
	of("together", "TOGETHER_API_KEY", after("", 64, hexes)),
	of("perplexity", "PERPLEXITY_API_KEY", after("pplx-", 48, base62)),
	of("xai", "XAI_API_KEY", after("xai-", 80, base62)),
	of("deepseek", "DEEPSEEK_API_KEY", after("sk-", 32, hexes)),
	of("fireworks", "FIREWORKS_API_KEY", after("fw_", 24, base62)),
	of("openrouter", "OPENROUTER_API_KEY", after("sk-or-v1-", 64, hexes)),
	of("nvidia", "NVIDIA_API_KEY", after("nvapi-", 64, urlSafe)),
	of("stability", "STABILITY_API_KEY", after("sk-", 48, base62)),
	of("elevenlabs", "ELEVENLABS_API_KEY", after("sk_", 48, hexes)),
	of("assemblyai", "ASSEMBLYAI_API_KEY", after("", 32, hexes)),
	of("deepgram", "DEEPGRAM_API_KEY", after("", 40, hexes)),
	of("pinecone", "PINECONE_API_KEY", func(d *drawer) string { return "pcsk_" + d.of(6, base62) + "_" + d.of(63, base62) }),
	of("pinecone-old", "PINECONE_API_KEY", (*drawer).uuid),
	of("weaviate", "WEAVIATE_API_KEY", after("", 36, base62)),
	of("qdrant", "QDRANT_API_KEY", func(d *drawer) string { return d.webToken(`{"access":"m","subject":"api-key:` + d.uuid() + `"}`) }),
	of("langsmith", "LANGCHAIN_API_KEY", func(d *drawer) string { return "lsv2_pt_" + d.of(32, hexes) + "_" + d.of(10, hexes) }),
	of("langfuse", "LANGFUSE_SECRET_KEY", func(d *drawer) string { return "sk-lf-" + d.uuid() }),
	of("wandb", "WANDB_API_KEY", after("", 40, hexes)),
	of("comet", "COMET_API_KEY", after("", 25, base62)),
	of("tavily", "TAVILY_API_KEY", after("tvly-", 32, base62)),
	of("tavily-dev", "TAVILY_API_KEY", after("tvly-dev-", 32, base62)),
	of("serper", "SERPER_API_KEY", after("", 40, hexes)),
	of("exa", "EXA_API_KEY", (*drawer).uuid),
	of("voyage", "VOYAGE_API_KEY", after("pa-", 43, urlSafe)),
	of("jina", "JINA_API_KEY", after("jina_", 60, base62)),
	of("cerebras", "CEREBRAS_API_KEY", after("csk-", 48, lowerNum)),
	of("databricks", "DATABRICKS_TOKEN", after("dapi", 32, hexes)),
	of("clarifai", "CLARIFAI_PAT", after("", 32, hexes)),
	of("modal-secret", "MODAL_TOKEN_SECRET", after("as-", 22, base62)),
	of("runpod", "RUNPOD_API_KEY", after("rpa_", 44, upperNum)),
	of("ollama", "OLLAMA_API_KEY", func(d *drawer) string { return d.of(32, hexes) + "." + d.of(24, urlSafe) }),
	of("github-personal", "GITHUB_TOKEN", func(d *drawer) string { return d.summed("ghp_") }),
	of("github-oauth", "GITHUB_TOKEN", func(d *drawer) string { return d.summed("gho_") }),
	of("github-server", "GH_TOKEN", func(d *drawer) string { return d.summed("ghs_") }),
	of("github-fine", "GITHUB_TOKEN", func(d *drawer) string { return "github_pat_" + d.of(22, base62) + "_" + d.of(59, base62) }),
	of("gitlab-personal", "GITLAB_TOKEN", after("glpat-", 20, urlSafe)),
	of("gitlab-runner", "RUNNER_TOKEN", after("glrt-", 20, urlSafe)),
	of("gitlab-trigger", "TRIGGER_TOKEN", after("glptt-", 40, hexes)),
	of("gitlab-deploy", "DEPLOY_TOKEN", after("gldt-", 20, urlSafe)),
	of("bitbucket", "BITBUCKET_APP_PASSWORD", func(d *drawer) string { return "ATBB" + d.of(24, base62) + d.of(8, "0123456789ABCDEF") }),
	of("atlassian", "JIRA_API_TOKEN", func(d *drawer) string { return "ATATT3xFfGF0" + d.of(171, urlSafe) + "=" + d.of(8, "0123456789ABCDEF") }),
	of("npm", "NPM_TOKEN", func(d *drawer) string { return d.summed("npm_") }),
	of("pypi", "PYPI_TOKEN", after("pypi-AgEIcHlwaS5vcmc", 160, urlSafe)),
	of("docker", "DOCKER_TOKEN", after("dckr_pat_", 27, urlSafe)),
	of("rubygems", "GEM_HOST_API_KEY", after("rubygems_", 48, hexes)),
	of("aws-id", "AWS_ACCESS_KEY_ID", after("AKIA", 16, uppers+"234567")),
	of("aws-secret", "AWS_SECRET_ACCESS_KEY", after("", 40, base64s)),
	of("azure-storage", "AZURE_STORAGE_CONNECTION_STRING", func(d *drawer) string {
		return "DefaultEndpointsProtocol=https;AccountName=helpdesk" + d.of(4, lowerNum) + ";AccountKey=" + base64.StdEncoding.EncodeToString(d.bytes(64)) + ";EndpointSuffix=core.windows.net"
	}),
	of("azure-client", "AZURE_CLIENT_SECRET", func(d *drawer) string { return d.of(3, base62) + "8Q~" + d.of(34, urlSafe+".~") }),
	of("azure-sas", "SAS_URL", func(d *drawer) string {
		return "https://helpdesk.blob.core.windows.net/files?sv=2023-11-03&st=2026-01-01T00%3A00%3A00Z&se=2027-01-01T00%3A00%3A00Z&sr=c&sp=rl&sig=" + percent(base64.StdEncoding.EncodeToString(d.bytes(32)))
	}),
	of("digitalocean", "DIGITALOCEAN_TOKEN", after("dop_v1_", 64, hexes)),
	of("cloudflare", "CLOUDFLARE_API_TOKEN", after("", 40, urlSafe)),
	of("alibaba-id", "ALIBABA_ACCESS_KEY_ID", after("LTAI", 20, base62)),
	of("alibaba-secret", "ALIBABA_ACCESS_KEY_SECRET", after("", 30, base62)),
	of("ibm", "IBM_CLOUD_API_KEY", after("", 44, urlSafe)),
	of("postgres", "DATABASE_URL", func(d *drawer) string {
		return "postgresql://desk:" + d.password(16) + "@db.internal.example.org:5432/helpdesk"
	}),
	of("postgres-encoded", "DATABASE_URL", func(d *drawer) string {
		return "postgres://desk:" + percent(d.password(14)+"@/") + "@db.internal.example.org/helpdesk"
	}),
	of("mysql", "DB_URI", func(d *drawer) string {
		return "mysql+pymysql://root:" + d.password(14) + "@mysql.internal.example.org/helpdesk"
	}),
	of("mongodb", "MONGO_URI", func(d *drawer) string {
		return "mongodb+srv://desk:" + d.of(16, base62) + "@cluster0.ab1cd.mongodb.net/helpdesk"
	}),
	of("redis", "REDIS_URL", func(d *drawer) string { return "redis://:" + d.of(24, base62) + "@redis.internal.example.org:6379/0" }),
	of("amqp", "BROKER_URL", func(d *drawer) string { return "amqps://worker:" + d.password(18) + "@mq.internal.example.org:5671/" }),
	of("mssql", "MSSQL_CONNECTION", func(d *drawer) string {
		return "Server=tcp:db.example.org,1433;Database=desk;User ID=desk;Password=" + d.password(16) + ";Encrypt=True"
	}),
	of("supabase", "SUPABASE_ACCESS_TOKEN", after("sbp_", 40, hexes)),
	of("supabase-role", "SUPABASE_SERVICE_ROLE_KEY", func(d *drawer) string {
		return d.webToken(`{"iss":"supabase","ref":"` + d.of(20, lowers) + `","role":"service_role","iat":1735689600,"exp":2051222400}`)
	}),
	of("slack-bot", "SLACK_BOT_TOKEN", func(d *drawer) string {
		return "xoxb-" + d.of(12, digits) + "-" + d.of(13, digits) + "-" + d.of(24, base62)
	}),
	of("slack-app", "SLACK_APP_TOKEN", func(d *drawer) string {
		return "xapp-1-A0" + d.of(9, upperNum) + "-" + d.of(13, digits) + "-" + d.of(64, hexes)
	}),
	of("slack-hook", "SLACK_WEBHOOK_URL", func(d *drawer) string {
		return "https://hooks.slack.com/services/T0" + d.of(9, upperNum) + "/B0" + d.of(9, upperNum) + "/" + d.of(24, base62)
	}),
	of("discord-bot", "DISCORD_TOKEN", func(d *drawer) string {
		return base64.RawStdEncoding.EncodeToString([]byte("1"+d.of(18, digits))) + "." + d.of(6, urlSafe) + "." + d.of(38, urlSafe)
	}),
	of("discord-hook", "DISCORD_WEBHOOK", func(d *drawer) string {
		return "https://discord.com/api/webhooks/1" + d.of(18, digits) + "/" + d.of(68, urlSafe)
	}),
	of("telegram", "TELEGRAM_BOT_TOKEN", func(d *drawer) string { return "7" + d.of(9, digits) + ":AA" + d.of(33, urlSafe) }),
	of("stripe-live", "STRIPE_SECRET_KEY", after("sk_live_", 99, base62)),
	of("stripe-restricted", "STRIPE_KEY", after("rk_live_", 24, base62)),
	of("stripe-hook", "STRIPE_WEBHOOK_SECRET", after("whsec_", 32, base62)),
	of("sendgrid", "SENDGRID_API_KEY", func(d *drawer) string { return "SG." + d.of(22, urlSafe) + "." + d.of(43, urlSafe) }),
	of("mailgun", "MAILGUN_API_KEY", after("key-", 32, hexes)),
	of("mailchimp", "MAILCHIMP_API_KEY", func(d *drawer) string { return d.of(32, hexes) + "-us21" }),
	of("twilio", "TWILIO_AUTH_TOKEN", after("", 32, hexes)),
	of("twilio-key", "TWILIO_API_KEY", after("SK", 32, hexes)),
	of("jwt", "SERVICE_TOKEN", func(d *drawer) string {
		return d.webToken(`{"sub":"desk-service","role":"admin","iat":1735689600,"jti":"` + d.of(12, base62) + `"}`)
	}),
	of("age", "SOPS_AGE_KEY", after("AGE-SECRET-KEY-1", 58, bech32)),
	of("vault", "VAULT_TOKEN", after("hvs.", 96, urlSafe)),
	of("grafana", "GRAFANA_TOKEN", func(d *drawer) string { return "glsa_" + d.of(32, base62) + "_" + d.of(8, hexes) }),
	of("notion", "NOTION_TOKEN", func(d *drawer) string { return "ntn_" + d.of(11, digits) + d.of(35, base62) }),
	of("linear", "LINEAR_API_KEY", after("lin_api_", 40, base62)),
	of("terraform", "TFE_TOKEN", func(d *drawer) string { return d.of(14, base62) + ".atlasv1." + d.of(67, base62) }),
	of("sentry", "SENTRY_AUTH_TOKEN", after("sntryu_", 64, hexes)),
	of("shopify", "SHOPIFY_TOKEN", after("shpat_", 32, hexes)),
	of("flyio", "FLY_API_TOKEN", after("fo1_", 43, urlSafe)),
	of("planetscale", "PLANETSCALE_PASSWORD", after("pscale_pw_", 43, urlSafe)),
	{"generic-password", []string{"DB_PASSWORD", "SMTP_PASSWORD", "ADMIN_PASSWORD", "REDIS_PASSWORD", "POSTGRES_PASSWORD"}, func(d *drawer) string { return d.password(12 + d.IntN(10)) }},
	{"generic-key", []string{"SECRET_KEY", "JWT_SECRET", "INTERNAL_API_KEY", "ENCRYPTION_KEY", "SESSION_SECRET", "CLIENT_SECRET"}, func(d *drawer) string { return d.of(32+d.IntN(24), base62) }},
	{"generic-hex", []string{"WEBHOOK_SECRET", "APP_SECRET", "SIGNING_KEY", "SEARCH_API_KEY", "ACCESS_TOKEN"}, func(d *drawer) string { return d.of(d.pickN(32, 40, 48, 64), hexes) }},
	{"generic-base64", []string{"SECRET_KEY_BASE", "MASTER_KEY", "SHARED_SECRET", "AUTH_TOKEN"}, func(d *drawer) string { return base64.StdEncoding.EncodeToString(d.bytes(24 + d.IntN(20))) }},
}

func (d *drawer) pickN(all ...int) int { return all[d.IntN(len(all))] }

// keyKinds are secrets of many lines.
var keyKinds = []string{"RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY"}
