package deploy

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

const defaultCredential = "dep-5-default-credentials"

func defaultCredentials() lodemark.Check {
	return lodemark.Check{
		ID: defaultCredential, Version: 1,
		Title:    "The configuration that is used as it stands has no password or key that everybody knows",
		Bears:    lodemark.Supports("DEP-5.3"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Most installations run with what the compose file came with. Whoever knows the repository then knows the password of the " +
			"vector store, the key of the model gateway and the secret by which sessions are signed.",
		Fix: "Leave credentials without a default: ${NAME:?set it} in compose files, an empty value in samples, a generated secret in " +
			"charts; and refuse to start where one is missing or well known.",
		Help: "keep the compose file, sample of variables or chart in the repository by which the system is set up",
		Bad:  defaultCredentialsBad(), Good: defaultCredentialsGood(),
		Run: runDefaultCredentials,
	}
}

var (
	// ownSecret matches names of credentials that the system itself asks for. Keys of providers are none: a default in
	// their place opens nothing.
	ownSecret = pattern.New(`(?i)(?:^|[_.\-a-z])(?:passwords?|passwd|passphrase|passwort|pwd|pass|rootpassword|secret|secret[_-]?key(?:[_-]?base)?|jwt[_-]?(?:secret|key)(?:[_-]?key)?|master[_-]?key|signing[_-]?(?:key|secret)|encryption[_-]?key|session[_-]?(?:key|secret)|cookie[_-]?secret|` +
		`auth[_-]?secret|nextauth[_-]?secret|webui[_-]?secret[_-]?key|salt|admin[_-]?(?:key|token|pass)|root[_-]?(?:pass|token)|neo4j[_-]?auth|redis[_-]?auth|basic[_-]?auth)$|` +
		`^(?:LITELLM_SALT_KEY|VLLM_API_KEY|LLAMA_API_KEY|LOCALAI_API_KEY|QDRANT__SERVICE__API_KEY|CHROMA_SERVER_AUTHN?_CREDENTIALS|AUTHENTICATION_APIKEY_ALLOWED_KEYS|MINIO_ACCESS_KEY|MINIO_SECRET_ACCESS_KEY|MEILI_MASTER_KEY|JUPYTER_TOKEN|TYPESENSE_API_KEY)$`)
	notSecret = pattern.New(`(?i)_file$|_path$|_url$|_uri$|_name$|_id$|_length|_policy|_enabled?$|_expir|_header|_hash(?:ed)?$|_salt_rounds|_regex|_field|_reset|_min|_max|_algorithm|(?:aws|azure|google|gcp|openai|anthropic|github|gitlab|slack|discord|twilio|stripe|smtp|mail|oauth|oidc|client|app_id|cohere|huggingface|hf|s3)[_-]?(?:\w+_)?(?:secret|password|pass|secret_key|secret_access_key)$`)

	// wellKnown are values that stand in documentation and in every list of passwords.
	wellKnown = pattern.New(`(?i)^(?:admin|root|administrator|user|guest|postgres|postgresql|mysql|mariadb|mongo|mongodb|redis|rabbitmq|minio|minioadmin|minio123|elastic|elasticsearch|opensearch|neo4j|neo4j/\w{4,12}|qdrant|chroma|milvus|weaviate|clickhouse|langfuse|langflow|dify|ragflow|litellm|flowise|n8n|airflow|mlflow|jupyter|keycloak|grafana|supabase|` +
		`test(?:ing)?\d*|dev(?:elopment)?|demo|local|default|foobar|foo|bar|qwerty|letmein|welcome\d*|hello|abc123|passw0rd|pw|pass|p@ssw0rd|sk-1234|token-abc123|master-?key|secret|secrets?[-_]?key|private|0+|1+|1234+|12345\w{0,8}|\w{0,20}(?:password|passwd|pwd)\d{0,4}[!@#]?|\w{0,10}123456?[!@#]?|(?:my|super|very|top|some|a)?[-_]?(?:my|super)?[-_]?secret[-_a-z0-9]{0,20}|.{0,20}(?:insecure|unsafe)[-_a-z0-9]{0,20}|admin[-_]?\w{0,8})$`)
	// toReplace are values that ask their reader to put another in their place. A program takes them all the same.
	toReplace = pattern.New(`(?i)change[-_ ]?(?:me|this|it|in|the)|changeit|replace|your[-_ ]|placeholder|example|insert|fill[-_ ]?in|todo|xxxx|to[-_ ]be[-_ ]set|generate|put[-_ ]|set[-_ ]?(?:me|a|this|your)|mysecret|my[-_]secret|please`)
	// emptyMark is what stands where there is no value.
	emptyMark = pattern.New(`(?i)^(?:|null|none|nil|true|false|yes|no|""|''|~|\*+|<.*>|\{\}|\{\{.*|\[.*\]|\.\.\.|-+|x)$`)
)

// words are values of words alone, as people write them and no generator does.
var words = pattern.New(`^[a-z]{3,}(?:[_-][a-z]+)*$`)

// known says whether everybody knows a value. Of a sample that must be copied and edited, only what does not ask to be edited.
func known(value, user string, sample bool) bool {
	value = strings.Trim(strings.TrimSpace(value), `"'`)
	switch {
	case emptyMark.MatchString(value), strings.Contains(value, "$"), strings.HasPrefix(value, "/"), len(value) > 80, strings.Contains(value, " ") && sample:
		return false
	case toReplace.MatchString(value):
		return !sample && !strings.ContainsAny(value, "<>{}")
	case wellKnown.MatchString(value):
		return true
	case sample:
		return false
	}
	return words.MatchString(value) || user != "" && strings.EqualFold(value, user) || len(value) <= 5 && strings.Trim(value, "0123456789") != "" || len(value) >= 8 && strings.Count(value, value[:1]) == len(value)
}

// credentialDefault is a credential that the configuration comes with.
type credentialDefault struct {
	line        int
	name, value string
	service     string
	reach       string // "everybody who reaches port 5432 of the host" where it is published; empty: not, or not known
	everywhere  bool   // published on every address
}

func runDefaultCredentials(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	e := survey(s, lodemark.KindCompose, lodemark.KindKubernetes, lodemark.KindContainer)
	for _, f := range e.compose {
		looked = append(looked, aside(f.Component))
		findings = append(findings, credentialFindings(f.Path, composeDefaults(f), false)...)
	}
	for _, m := range e.manifests {
		if found, any := manifestDefaults(s, m); any {
			looked = append(looked, aside(m.Component))
			findings = append(findings, credentialFindings(m.Path, found, false)...)
		}
	}
	for _, f := range e.containers {
		if found, any := imageDefaults(f); any {
			looked = append(looked, aside(f.Component))
			findings = append(findings, credentialFindings(f.Path, found, false)...)
		}
	}
	for _, f := range s.System.Files {
		if ctx.Err() != nil {
			break
		}
		kind := settingFile(f.Path)
		if kind == noSettings || f.Link != "" || f.Vendored || f.Size > settingBytes {
			continue
		}
		data, err := s.Read(f.Path)
		if err != nil {
			e.gaps = append(e.gaps, lodemark.Unread(f.Path, 0, err, f.Test))
			continue
		}
		found, any := textDefaults(string(data), kind)
		if !any {
			continue
		}
		c := lodemark.Component{Path: f.Path, Test: f.Test}
		if kind != sampleVariables {
			c = aside(c)
		} else {
			c.Test = c.Test || forPractice(path.Dir(f.Path)+"/x") || practiceSample.MatchString(path.Base(f.Path)) || triedOnly.MatchString(f.Path)
		}
		looked = append(looked, c)
		findings = append(findings, credentialFindings(f.Path, found, kind == sampleVariables)...)
	}
	for i := range e.gaps { // a sample that does not parse is no default
		e.gaps[i].Needed = e.gaps[i].Needed && !forPractice(e.gaps[i].Path)
	}
	r := lodemark.Conclude(looked, shortened(findings), e.gaps, "files of default settings")
	if len(e.templates) > 0 && r.Outcome == lodemark.NothingToSee {
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s is a template that is filled in elsewhere, and no other default setting was found", e.templates[0])
	}
	return r
}

// aside takes what is not meant for operation (examples, files for work on one's own machine) for what stands in tests: it is
// told, and decides nothing about what users get.
func aside(c lodemark.Component) lodemark.Component {
	c.Test = c.Test || forPractice(c.Path) || triedOnly.MatchString(c.Path)
	return c
}

var (
	practiceSample = pattern.New(`(?i)(?:^|[._-])(?:dev|develop|development|local|test|testing|ci|e2e)(?:[._-]|$)`)
	triedOnly      = pattern.New(`(?i)(?:^|[/._-])(?:testing|tests?|e2e|profiling|benchmarks?|rehearsal|multitenant-dev|dev-\w+|\.devcontainer|\.vscode)(?:[/._-]|$)`)
)

// credentialFindings makes one finding of each value in a file: a password that five services share is changed in one place.
func credentialFindings(file string, found []credentialDefault, sample bool) []lodemark.Finding {
	var all []lodemark.Finding
	at := map[string]int{}
	names := map[int][]string{}
	for _, c := range found {
		key := c.value
		i, had := at[key]
		if !had {
			i = len(all)
			at[key] = i
			all = append(all, lodemark.Finding{ID: defaultCredential, Path: file, Line: c.line, Key: "default " + c.name + " " + c.service})
		}
		if !slices.Contains(names[i], c.name) {
			names[i] = append(names[i], c.name)
		}
		f := &all[i]
		rank := lodemark.SeverityMedium
		switch {
		case sample:
			rank = lodemark.SeverityLow
		case c.everywhere:
			rank = lodemark.SeverityHigh
		}
		if rank = severity(file, rank); f.Message != "" && rank <= f.Severity {
			continue
		}
		f.Severity, f.Line, f.Key = rank, c.line, "default "+c.name+" "+c.service
		who := c.service
		if who != "" {
			who = "The service " + who + " comes with"
		} else {
			who = file + " comes with"
		}
		f.Message = fmt.Sprintf("%s a value for %%s that everybody knows (%s)", who, shownValue(c.value))
		switch {
		case sample:
			f.Message = fmt.Sprintf("%s sets %%s to a value that everybody knows (%s), and nothing asks whoever copies it to choose another.", file, shownValue(c.value))
		case c.reach != "":
			f.Message += ", and " + c.reach + " can use it."
		default:
			f.Message += ": whoever gets into its network can use it."
		}
		f.Fix = "leave it without a default (${" + c.name + ":?set it} in a compose file, an empty value in a sample), and generate one at the first start"
	}
	for i := range all {
		list := names[i]
		shown := strings.Join(list[:min(len(list), 4)], ", ")
		if len(list) > 4 {
			shown += fmt.Sprintf(" and %d more", len(list)-4)
		}
		all[i].Message = strings.Replace(all[i].Message, "%s", shown, 1)
	}
	return all
}

// shownValue is a value as a message gives it: everybody knows it, so it is no secret.
func shownValue(v string) string {
	if len(v) > 24 {
		v = v[:24] + "…"
	}
	return v
}

var (
	urlPassword = pattern.New(`^[a-z][a-z0-9+.-]{1,20}://([^/\s:@]*):([^/\s:@]+)@([^/\s:?]*)`)
	passFlags   = []string{"--requirepass", "--api-key", "--api_key", "--api-keys", "--password", "--masterauth", "--admin-password", "--master-key"}
)

// judgedVariable looks at one variable: a credential by its name, or an address with a password in it.
func judgedVariable(name, value, user string, sample bool) (shown string, bad bool) {
	if filled, open := infra.Expand(value, nil); !open {
		value = filled
	} else {
		return "", false
	}
	if m := urlPassword.FindStringSubmatch(value); m != nil {
		return m[2], known(m[2], m[1], sample)
	}
	if !ownSecret.MatchString(name) || notSecret.MatchString(name) {
		return "", false
	}
	return value, known(value, user, sample)
}

func composeDefaults(f composeFile) []credentialDefault {
	var all []credentialDefault
	for _, svc := range f.Services {
		c := credentialDefault{service: svc.Name}
		for _, p := range svc.Ports {
			switch {
			case loopback(p.Host):
			case everyAddress(p.Host):
				c.reach, c.everywhere = "everybody who reaches port "+firstNonEmpty(p.Published, p.Target)+" of the host", true
			}
			if c.everywhere {
				break
			}
		}
		user := accountOf(svc.Environment)
		for _, e := range svc.Environment {
			if value, bad := judgedVariable(e.Name, e.Value.Text, user, false); bad {
				d := c
				d.line, d.name, d.value = e.Value.Line, e.Name, value
				if !opensOwnPort(e, svc) {
					d.reach, d.everywhere = "", false
				}
				all = append(all, d)
			}
		}
		for i, w := range svc.Command {
			flag, value, joined := strings.Cut(w, "=")
			if !joined && i+1 < len(svc.Command) {
				value = svc.Command[i+1]
			}
			if filled, open := infra.Expand(value, nil); slices.Contains(passFlags, flag) && !open && known(filled, "", false) {
				d := c
				d.line, d.name, d.value = svc.CommandAt, flag, filled
				all = append(all, d)
			}
		}
	}
	return all
}

var (
	// signingSecret matches secrets by which a service signs what it hands out: whoever knows one signs as the service.
	signingSecret = pattern.New(`(?i)jwt|nextauth|session|cookie|(?:^|_)(?:app|auth|webui|django|flask)?_?secret(?:_?key)?(?:_?base)?$|signing|master_?key|admin`)
	storeOf       = pattern.New(`(?i)^(postgres|pg|mysql|mariadb|mongo|redis|valkey|clickhouse|minio|neo4j|elastic|opensearch|rabbitmq|qdrant|chroma|milvus|weaviate|langfuse|airflow|arango|couchdb|cassandra|meili|typesense)`)
)

// opensOwnPort says whether a credential is asked for at the port of the service that is given it, not by another service
// that this one talks to.
func opensOwnPort(e infra.Setting, svc infra.Service) bool {
	if strings.Contains(e.Value.Text, "://") {
		return false
	}
	if m := storeOf.FindStringSubmatch(e.Name); m != nil {
		who := strings.ToLower(svc.Name + " " + svc.Image.Text)
		return strings.Contains(who, strings.ToLower(m[1])) && !signsNothing(svc)
	}
	return signingSecret.MatchString(e.Name)
}

// signsNothing says whether the service is a client of a store that bears the store's name: an exporter, a job that makes buckets.
func signsNothing(svc infra.Service) bool {
	return notServers.MatchString(strings.ToLower(svc.Ref.Name)) && !strings.Contains(svc.Ref.Name, "minio")
}

func firstNonEmpty(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func accountOf(env []infra.Setting) string {
	for _, e := range env {
		if strings.HasSuffix(strings.ToUpper(e.Name), "_USER") || strings.HasSuffix(strings.ToUpper(e.Name), "USERNAME") {
			if text, open := infra.Expand(e.Value.Text, nil); !open {
				return text
			}
		}
	}
	return ""
}

// manifestDefaults looks at variables of containers, and at what stands in a Secret. any says that there is something to look at.
func manifestDefaults(s *lodemark.Subject, m manifest) (found []credentialDefault, any bool) {
	for _, o := range m.objects {
		for _, p := range o.Pods {
			for _, c := range p.Containers {
				for _, e := range c.Env {
					if e.Value.Text == infra.FromElsewhere || !ownSecret.MatchString(e.Name) && !strings.Contains(e.Value.Text, "://") {
						continue
					}
					any = true
					if value, bad := judgedVariable(e.Name, e.Value.Text, accountOf(c.Env), false); bad {
						found = append(found, credentialDefault{line: e.Value.Line, name: e.Name, value: value, service: o.Name})
					}
				}
			}
		}
	}
	if slices.ContainsFunc(m.objects, func(o infra.Object) bool { return o.Kind == "Secret" }) {
		data, err := s.Read(m.Path)
		if err == nil {
			any = true
			found = append(found, secretDefaults(string(data))...)
		}
	}
	return found, any
}

func imageDefaults(f containerFile) (found []credentialDefault, any bool) {
	for _, e := range f.Last().Env {
		if !ownSecret.MatchString(e.Name) && !strings.Contains(e.Value.Text, "://") {
			continue
		}
		any = true
		if value, bad := judgedVariable(e.Name, e.Value.Text, "", false); bad {
			found = append(found, credentialDefault{line: e.Value.Line, name: e.Name, value: value})
		}
	}
	return found, any
}
