package design

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

func optIn() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-opt-in", Version: 1,
		Title:    "Switches of risky capabilities are shipped off",
		Bears:    lodemark.Supports("SD-3.21"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "Running code, writing files or sending mail turns a wrong answer into an action. Whoever did not ask for such a " +
			"capability does not expect it, and does not watch it.",
		Fix:  "Ship the switch of each risky capability as off, and let users turn it on after they were told what it does.",
		Help: "name the switches of risky capabilities (code execution, file access, sending, browsing, acting unasked) in the shipped settings and ship them off",
		Bad: []lodemark.Example{
			{Name: "code execution is on", Files: map[string]string{".env.example": "MODEL_NAME=small\nENABLE_CODE_EXECUTION=true\n"}},
			{Name: "an agent that acts unasked", Files: map[string]string{"values.yaml": "agent:\n  autoApprove: true\n  steps: 4\n"}},
		},
		Good: []lodemark.Example{
			{Name: "all off", Files: map[string]string{".env.example": "ENABLE_CODE_EXECUTION=false\nALLOW_SEND_EMAIL=false\nENABLE_METRICS=true\n"}},
			{Name: "files stay within the workspace", Files: map[string]string{"compose.yaml": "services:\n  app:\n    build: .\n    environment:\n      EXECUTE_LOCAL_COMMANDS: \"False\"\n      RESTRICT_TO_WORKSPACE: \"True\"\n"}},
		},
		Run: runOptIn,
	}
}

// capability is a risky capability with the switches that turn it on.
type capability struct {
	name string
	key  *pattern.Pattern
}

var capabilities = []capability{
	{"running code", pattern.New(`(^|_)((ENABLE|ALLOW|USE)_(CODE_(EXECUTION|INTERPRETER)|LOCAL_CODE_EXECUTION|PYTHON_(REPL|EXECUTION)|SHELL(_COMMANDS?|_EXECUTION|_TOOL)?|COMMAND_EXECUTION|TERMINAL|BASH)|(CODE_(EXECUTION|INTERPRETER)|SHELL_EXECUTION|SHELL_TOOL)_ENABLED|EXECUTE_LOCAL_COMMANDS|CODE_EXECUTION)$`)},
	{"writing files", pattern.New(`(^|_)((ENABLE|ALLOW)_(FILE_?(SYSTEM)?_(WRITES?|ACCESS)|WRITE_(ACTIONS?|TOOLS?|ACCESS)|DELETES?|DESTRUCTIVE(_ACTIONS?|_TOOLS?)?)|(WRITE_(ACTIONS?|TOOLS?)|FILE_WRITES?)_ENABLED)$`)},
	{"sending messages", pattern.New(`(^|_)((ENABLE|ALLOW)_(SEND(ING)?_?(E?MAILS?|MESSAGES?|SMS)|(E?MAIL|SLACK|SMS)_(SENDING|TOOL|ACTIONS?)|POSTING|PAYMENTS?|PURCHASES?)|(EMAIL|PAYMENT)_TOOL_ENABLED)$`)},
	{"using a browser", pattern.New(`(^|_)((ENABLE|ALLOW)_(BROWSER(_(USE|TOOL|CONTROL|AUTOMATION))?|WEB_BROWSING|COMPUTER_USE)|(BROWSER_(USE|TOOL)|WEB_BROWSING|COMPUTER_USE)_ENABLED)$`)},
	{"acting unasked", pattern.New(`(^|_)(AUTO_(APPROVE|APPROVAL|CONFIRM|ACCEPT|EXECUTE)(_[A-Z]+)?|(SKIP|DISABLE)_(CONFIRMATIONS?|APPROVALS?)|AUTONOMOUS(_MODE)?|CONTINUOUS_MODE|YOLO(_MODE)?|DANGEROUSLY_SKIP_PERMISSIONS|ALLOW_ALL_TOOLS)$`)},
}

// limited are switches that keep a capability within bounds.
var limited = pattern.New(`(^|_)(RESTRICT_TO_WORKSPACE|REQUIRE_(CONFIRMATION|APPROVAL)|HUMAN_(IN_THE_LOOP|APPROVAL)|CONFIRM_ACTIONS|READ_?ONLY(_MODE)?|ASK_BEFORE_[A-Z_]+)$`)

func runOptIn(_ context.Context, s *lodemark.Subject) lodemark.Result {
	all := shippedOptions(s)
	var findings []lodemark.Finding
	var looked []lodemark.Component
	var held []string
	see := func(o option) {
		looked = append(looked, lodemark.Component{Path: o.path})
	}
	for _, o := range all.options {
		key := o.key()
		if limited.MatchString(key) && (o.on() || o.off()) {
			see(o)
			if o.off() && !strings.Contains(key, "READ") {
				findings = append(findings, capable(o, fmt.Sprintf("%s lets the system act beyond its bounds without any user having asked for it.", shown(o)), "ship it on"))
			}
			continue
		}
		i := slices.IndexFunc(capabilities, func(c capability) bool { return c.key.MatchString(key) })
		if i < 0 || !o.on() && !o.off() {
			continue
		}
		see(o)
		if o.on() {
			findings = append(findings, capable(o, fmt.Sprintf("%s: %s is on before any user has asked for it.", shown(o), capabilities[i].name), "ship it off, and let users turn it on"))
			continue
		}
		held = append(held, capabilities[i].name)
	}
	if len(looked) == 0 {
		r := undecided("", "no switch of a risky capability was found in shipped settings; what is on by default in the code is not looked at")
		r.Examined = all.paths
		return r
	}
	slices.SortStableFunc(looked, func(a, b lodemark.Component) int { return strings.Compare(a.Path, b.Path) })
	r := lodemark.Conclude(looked, findings, nil, "switches of risky capabilities")
	if r.Outcome == lodemark.Passed {
		slices.Sort(held)
		r.Reason = "shipped settings keep risky capabilities off or within bounds"
		if held = slices.Compact(held); len(held) > 0 {
			r.Reason = "shipped settings leave off: " + few(held)
		}
	}
	return r
}

func capable(o option, message, fix string) lodemark.Finding {
	return lodemark.Finding{ID: "sd-3-opt-in", Severity: lodemark.SeverityMedium, Path: o.path, Line: o.line, Message: message, Fix: fix, Key: o.key()}
}
