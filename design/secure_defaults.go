package design

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

func secureDefaults() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-secure-defaults", Version: 1,
		Title:    "The settings that come with the system leave its protections on",
		Bears:    lodemark.Supports("SD-3.18"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "Most installations run with the settings that came along. A model server whose login is off by default is open wherever " +
			"nobody read the manual.",
		Fix:  "Ship each switch at its safe value, and let whoever wants less protection turn it off themselves.",
		Help: "name the security switches in the shipped settings (.env.example, values.yaml, compose.yaml) at their safe values; defaults in code are not looked at",
		Bad:  defaultsBad(), Good: defaultsGood(),
		Run: runSecureDefaults,
	}
}

// protection is a switch by which a system is made less safe. Key matches the whole name in capitals.
type protection struct {
	key      *pattern.Pattern
	unsafe   func(option) bool
	says     string // what the unsafe value does
	safe     string // what to write
	severity lodemark.Severity
}

func on(o option) bool  { return o.on() }
func off(o option) bool { return o.off() }

// ownParts are the parts of a system before the name of a switch; another word before it names a method or a neighbour.
const ownParts = `^((.+_)?(API|APP|SERVER|WEB|WEBUI|UI|CHAT|DASHBOARD|SECURITY|GLOBAL|CONFIG|SERVICE|MCP|GATEWAY|BACKEND|ADMIN|LANGFLOW|FLOWISE|MLFLOW|AIRFLOW|RAY|QDRANT|CHROMA|WEAVIATE|REDIS|OLLAMA|LITELLM|N8N)_)?`

var protections = []protection{
	{pattern.New(`(^|_)TRUST_REMOTE_CODE$`), on, "runs code from the repository of whatever model is loaded", "false", lodemark.SeverityMedium},
	{pattern.New(`(^|_)ALLOW_DANGEROUS_DESERIALIZATION$|^TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD$`), on, "runs code inside the files that it loads", "false", lodemark.SeverityMedium},
	{pattern.New(`(^|_)WEIGHTS_ONLY$`), off, "runs code inside the model files that it loads", "true", lodemark.SeverityMedium},
	{pattern.New(ownParts + `(DISABLE_AUTH(ENTICATION)?|AUTH(ENTICATION)?_DISABLED|NO_AUTH|SKIP_AUTH(ENTICATION)?|ALLOW_ANONYMOUS(_ACCESS)?|AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED|AUTO_LOGIN)$`), on,
		"lets everybody in without a login", "false", lodemark.SeverityMedium},
	{pattern.New(ownParts + `(WEBUI_AUTH|ENABLE_AUTH(ENTICATION)?|AUTH(ENTICATION)?_ENABLED|REQUIRE_AUTH(ENTICATION)?|AUTH(ENTICATION)?_REQUIRED|REQUIRE_LOGIN|LOGIN_REQUIRED|USE_AUTH(ENTICATION)?)$`), off,
		"lets everybody in without a login", "true", lodemark.SeverityMedium},
	{pattern.New(`^(APP_|FLASK_|DJANGO_|SERVER_|FASTAPI_|API_|WEB_|BACKEND_)?DEBUG(_MODE)?$`), on, "gives stack traces and internals to whoever asks", "false", lodemark.SeverityLow},
	{pattern.New(`^FLASK_ENV$`), func(o option) bool { return strings.EqualFold(o.value, "development") }, "gives stack traces and a console to whoever asks", "production", lodemark.SeverityLow},
	{pattern.New(`(^|_)(INSECURE_SKIP_VERIFY|SKIP_TLS_VERIFY|SKIP_SSL_VERIF(Y|ICATION)|TLS_INSECURE|ALLOW_INSECURE_TLS)$`), on, "accepts any certificate, so that anybody on the way can read and answer", "false",
		lodemark.SeverityMedium},
	{pattern.New(`(^|_)(VERIFY_SSL|SSL_VERIFY|TLS_VERIFY|VERIFY_TLS|VERIFY_CERTS?|PYTHONHTTPSVERIFY|NODE_TLS_REJECT_UNAUTHORIZED)$`), off, "accepts any certificate, so that anybody on the way can read and answer", "true",
		lodemark.SeverityMedium},
	{pattern.New(`(^|_)(ENABLE_(GUARDRAILS?|MODERATION|CONTENT_FILTER(ING)?|SAFETY_CHECKER|PROMPT_GUARD|INPUT_FILTER|OUTPUT_FILTER|PII_REDACTION)|(GUARDRAILS?|MODERATION|CONTENT_FILTER(ING)?|SAFETY_CHECKER|PROMPT_GUARD|PII_REDACTION)_ENABLED)$`),
		off, "leaves what goes in and out of the model unfiltered", "true", lodemark.SeverityMedium},
	{pattern.New(`(^|_)DISABLE_(GUARDRAILS?|MODERATION|CONTENT_FILTER(ING)?|SAFETY_CHECKER|SAFETY|PII_REDACTION)$`), on, "leaves what goes in and out of the model unfiltered", "false", lodemark.SeverityMedium},
}

var (
	originsKey     = pattern.New(`(^|_)(CORS_(ALLOW(ED)?_)?ORIGINS?|ALLOW(ED)?_ORIGINS?|CORS_ORIGIN_WHITELIST)$`)
	credentialsKey = pattern.New(`(^|_)(CORS_)?ALLOW_CREDENTIALS$|(^|_)CORS_CREDENTIALS$`)
)

func runSecureDefaults(_ context.Context, s *lodemark.Subject) lodemark.Result {
	all := shippedOptions(s)
	safe := 0
	var held []string // files with such switches
	var findings []lodemark.Finding
	var looked []lodemark.Component
	for _, p := range all.paths {
		looked = append(looked, lodemark.Component{Path: p})
	}
	for _, o := range all.options {
		p, ok := protectionOf(o)
		if !ok {
			continue
		}
		if !p.unsafe(o) {
			if o.on() || o.off() {
				safe++
				if !slices.Contains(held, o.path) {
					held = append(held, o.path)
				}
			}
			continue
		}
		findings = append(findings, weakDefault(o, fmt.Sprintf("%s %s by default.", shown(o), p.says), fmt.Sprintf("ship it as %s", p.safe), p.severity))
	}
	findings = append(findings, openOrigins(all.options)...)
	switch {
	case len(all.paths) == 0:
		return undecided("", "no settings that are shipped with the system were found; defaults in code are not looked at")
	case len(findings) == 0 && safe == 0:
		r := undecided("", fmt.Sprintf("no switch of a protection stands in the shipped settings (%s); defaults in code are not looked at", few(all.paths)))
		r.Examined = all.paths
		return r
	}
	r := lodemark.Conclude(looked, findings, nil, "shipped settings")
	if r.Outcome == lodemark.Passed {
		r.Reason = fmt.Sprintf("switches of protections stand at their safe values: %d in %s", safe, few(held))
	}
	return r
}

func protectionOf(o option) (protection, bool) {
	key := o.key()
	for _, p := range protections {
		if p.key.MatchString(key) {
			return p, true
		}
	}
	return protection{}, false
}

func shown(o option) string {
	if o.value == "" {
		return o.name
	}
	return o.name + "=" + o.value
}

func weakDefault(o option, message, fix string, severity lodemark.Severity) lodemark.Finding {
	return lodemark.Finding{ID: "sd-3-secure-defaults", Severity: severity, Path: o.path, Line: o.line, Message: message, Fix: fix, Key: o.key()}
}

// openOrigins finds settings under which every web site may ask with the user's login: any origin, together with credentials.
func openOrigins(options []option) []lodemark.Finding {
	credentials := map[string]bool{} // by path and the keys above
	for _, o := range options {
		if o.on() && credentialsKey.MatchString(o.key()) {
			credentials[o.path+" "+above(o)] = true
		}
	}
	var all []lodemark.Finding
	for _, o := range options {
		if strings.Trim(o.value, `"'[] `) == "*" && originsKey.MatchString(o.key()) && credentials[o.path+" "+above(o)] {
			all = append(all, weakDefault(o, fmt.Sprintf("%s together with credentials lets every web site ask in the name of a user who is logged in.", shown(o)),
				"name the origins of your own pages", lodemark.SeverityMedium))
		}
	}
	return all
}

// above is the part of a configuration that a key stands in; variables have none.
func above(o option) string {
	if i := strings.LastIndexByte(o.name, '.'); i >= 0 {
		return o.name[:i]
	}
	return ""
}
