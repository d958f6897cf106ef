package operate

import (
	"fmt"
	"strings"
	"testing"
)

// What a line of a setting tells, and at which line. Remarks, other values and other files tell nothing.
func TestSights(t *testing.T) {
	for _, x := range []struct {
		name, path, text string
		sign             sign
		want             string // lines
	}{
		{"a variable of a file of variables", ".env.example", "A=1\nLANGFUSE_HOST=https://traces.example.org\n", signInputLog, "2"},
		{"a remark", ".env", "# LANGFUSE_HOST=https://traces.example.org\n", signInputLog, ""},
		{"switched off", ".env", "LANGSMITH_TRACING=false\n", signInputLog, ""},
		{"in a list of a compose file", "compose.yaml", "services:\n  a:\n    image: a:1\n    environment:\n      - LANGSMITH_TRACING=true\n", signInputLog, "5"},
		{"name and value on two lines", "a.yaml", "env:\n  - name: LANGSMITH_TRACING\n    value: \"true\"\n", signInputLog, "2"},
		{"a value on two lines that says no", "a.yaml", "env:\n  - name: LANGSMITH_TRACING\n    value: \"false\"\n", signInputLog, ""},
		{"a variable whose name goes on", ".env", "MY_LANGSMITH_TRACING=true\nLANGSMITH_TRACING_URL=x\n", signInputLog, ""},
		{"content that is kept out", ".env", "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=NO_CONTENT\n", signNoInputLog, "1"},
		{"an argument", "a.yaml", "args: [\"--model\", \"x\", \"--disable-log-requests\"]\n", signNoInputLog, "1"},
		{"an argument of another name", "a.yaml", "args: [\"--disable-log-requests-stats\"]\n", signNoInputLog, ""},
		{"callbacks", "litellm.yaml", "litellm_settings:\n  success_callback: [\"prometheus\", \"langfuse\"]\n", signInputLog, "2"},
		{"callbacks that keep no inputs", "litellm.yaml", "litellm_settings:\n  success_callback: [\"prometheus\"]\n", signInputLog, ""},
		{"callbacks in another format", "a.json", "success_callback: [\"langfuse\"]\n", signInputLog, ""},
		{"a canary", "a.yaml", "spec:\n  canaryTrafficPercent: 10\n", signPreview, "2"},
		{"no canary", "a.yaml", "spec:\n  canaryTrafficPercent: 0\n", signPreview, ""},
		{"a rollout", "a.yaml", "kind: Rollout\nspec:\n  strategy:\n    canary:\n      steps: []\n", signPreview, "4"},
		{"a canary of something else", "a.yaml", "kind: Deployment\nspec:\n  canary:\n", signPreview, ""},
		{"a property list", "Info.plist", "<key>SUEnableAutomaticChecks</key>\n<false/>\n", signNoUpdater, "1"},
		{"a property list that says yes", "Info.plist", "<key>SUEnableAutomaticChecks</key>\n<true/>\n", signNoUpdater, ""},
		{"a feed over http", "Info.plist", "<key>SUFeedURL</key>\n<string>http://updates.example.org/a.xml</string>\n", signUnsafe, "1"},
		{"a feed over https", "Info.plist", "<key>SUFeedURL</key>\n<string>https://updates.example.org/a.xml</string>\n", signUnsafe, ""},
		{"a dependency", "package.json", "{\n  \"dependencies\": {\n    \"electron-updater\": \"6.3.9\"\n  }\n}\n", signUpdater, "3"},
		{"input rails", "rails/config.yml", "rails:\n  input:\n    flows:\n      - self check input\n", signGuard, "4"},
		{"output rails", "rails/config.yml", "rails:\n  output:\n    flows:\n      - self check output\n", signGuard, ""},
		{"the model's address", "a.yaml", "    storageUri: s3://models/tone/3\n", signModel, "1"},
		{"a drift job", "a.yaml", "kind: CronJob\nmetadata:\n  name: drift-report\n", signDrift, "3"},
	} {
		t.Run(x.name, func(t *testing.T) {
			o := &seen{by: map[sign][]sighting{}}
			o.look(x.path, []byte(x.text))
			var got []string
			for _, at := range o.by[x.sign] {
				got = append(got, fmt.Sprint(at.line))
			}
			if s := strings.Join(got, " "); s != x.want {
				t.Errorf("lines %q, want %q", s, x.want)
			}
		})
	}
}

func FuzzSights(f *testing.F) {
	for _, seed := range []string{"- name: LANGSMITH_TRACING\n  value: true", "storageUri: s3://a\nmode: all\ninferenceservice", "\"updater\": {\"active\": false", "İ LANGFUSE_HOST=1\n", "--disable-log-requests"} {
		f.Add("a.yaml", seed)
		f.Add("tauri.conf.json", seed)
	}
	f.Fuzz(func(t *testing.T, path, text string) {
		o := &seen{by: map[sign][]sighting{}}
		o.look(path, []byte(text))
		for g, list := range o.by {
			for _, at := range list {
				if at.line < 1 || at.line > strings.Count(text, "\n")+1 || at.what == "" {
					t.Errorf("%s: %+v of %d lines", g, at, strings.Count(text, "\n")+1)
				}
			}
		}
	})
}

// Which alerts are about the model, and which tell nobody.
func TestAlerts(t *testing.T) {
	alarm := func(rest string) string {
		return "resource \"aws_cloudwatch_metric_alarm\" \"a\" {\n  metric_name = \"RefusedAnswers\"\n" + rest + "}\n"
	}
	for _, x := range []struct {
		name, path, text     string
		behaviour, attack, m string // loud on behaviour, loud on attacks, mute on behaviour
	}{
		{"rules of Prometheus", "alerts.yml", refusalRules, "4:RefusalsDoubled", "", ""},
		{"denied tool calls", "alerts.yml", guardRules, "4:ToolCallsDenied", "4:ToolCallsDenied", ""},
		{"the machine", "alerts.yml", machineRules, "", "", ""},
		{"a prediction of the disk", "alerts.yml", "groups:\n- rules:\n  - alert: DiskWillFill\n    expr: predict_linear(node_filesystem_free_bytes[1h], 4*3600) < 0\n", "", "", ""},
		{"speed of tokens", "alerts.yml", "groups:\n- rules:\n  - alert: LowThroughput\n    expr: rate(vllm:generation_tokens_total[5m]) < 10\n", "", "", ""},
		{"use of tokens", "alerts.yml", "groups:\n- rules:\n  - alert: TokensDoubled\n    expr: rate(gen_ai_client_token_usage_sum[5m]) > 2 * rate(gen_ai_client_token_usage_sum[1d]) and llm_tokens_total > 1\n", "3:TokensDoubled", "", ""},
		{"a rule in a remark", "alerts.yml", "groups:\n- rules:\n  # - alert: RefusalsDoubled\n  #   expr: refusals > 1\n", "", "", ""},
		{"words of the next rule", "alerts.yml", "- alert: Down\n  expr: up == 0\n- alert: Refusals\n  expr: assistant_refusals > 1\n", "3:Refusals", "", ""},
		{"Grafana", "grafana/rules.yaml", "apiVersion: 1\ngroups:\n  - name: a\n    rules:\n      - uid: x\n        title: Hallucinations\n        condition: C\n        data: []\n", "6:Hallucinations", "", ""},
		{"an alarm with an action", "a.tf", alarm("  alarm_actions = [aws_sns_topic.a.arn]\n"), "1:a", "", ""},
		{"an alarm without", "a.tf", alarm(""), "", "", "1:a"},
		{"an alarm with none", "a.tf", alarm("  alarm_actions = []\n"), "", "", "1:a"},
		{"a monitor", "a.tf", "resource \"datadog_monitor\" \"injections\" {\n  query = \"sum(last_5m):sum:desk.prompt_injection{*} > 3\"\n}\n", "1:injections", "1:injections", ""},
		{"a stack", "stack.yaml", "Resources:\n  A:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      MetricName: RefusedAnswers\n      AlarmActions:\n        - !Ref Topic\n  B:\n    Type: AWS::SNS::Topic\n", "3:alarm", "", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			a := &alerting{}
			a.look(x.path, x.text)
			behaviour, mute := a.on(aboutBehaviour)
			attack, _ := a.on(aboutAttack)
			for _, y := range []struct {
				what, want string
				got        []alert
			}{{"behaviour", x.behaviour, behaviour}, {"attack", x.attack, attack}, {"mute", x.m, mute}} {
				var got []string
				for _, r := range y.got {
					got = append(got, fmt.Sprintf("%d:%s", r.line, r.name))
				}
				if s := strings.Join(got, " "); s != y.want {
					t.Errorf("%s: %q, want %q", y.what, s, y.want)
				}
			}
		})
	}
}

func TestAlertsThatReachNobody(t *testing.T) {
	for text, want := range map[string]int{mutedManager: 1, loudManager: 0,
		"route: {receiver: a}\nreceivers:\n  - name: a\n    # webhook_configs: []\n": 1, "receivers: []\n": 0, "route:\n  receiver: a\nreceivers:\n- name: a\n- name: b\n  email_configs:\n  - to: a@example.org\n": 0} {
		a := &alerting{}
		a.look("alertmanager.yml", text)
		if len(a.nowhere) != want {
			t.Errorf("%q: %d, want %d", text, len(a.nowhere), want)
		}
	}
}

func FuzzAlerts(f *testing.F) {
	for _, seed := range []string{refusalRules, guardRules, mutedManager, "- alert:\n- alert: a\n", "resource \"datadog_monitor\" \"x\" {\n", "Type: AWS::CloudWatch::Alarm", "title: a\ncondition:\nrules:\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a := &alerting{}
		a.look("alertmanager.yaml", text)
		for _, r := range a.rules {
			if r.line < 1 || r.line > strings.Count(text, "\n")+1 || r.name == "" {
				t.Errorf("rule %q at line %d of %d", r.name, r.line, strings.Count(text, "\n")+1)
			}
		}
	})
}
