package operate

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// alert is a rule on which a monitoring system tells somebody: of Prometheus and what reads its rules, of Grafana, or a
// monitor in Terraform or CloudFormation.
type alert struct {
	path, name, text string
	line             int
	mute             bool // it is written so that nobody is told
}

// alerting is what the repository says of alerts.
type alerting struct {
	rules     []alert
	nowhere   []sighting // configurations that send every alert to nobody
	dashboard string     // path of a dashboard about models; empty: none
}

// Words in names, expressions and descriptions of alerts.
var (
	aboutBehaviour = pattern.New(`(?i)refus|hallucinat|grounded|faithful|toxic|(?:answer|response|output|model|conversation|eval\w*|judge|rag(?:as)?|retrieval)[_ -]?(?:quality|score|relevan\w*)|` +
		`quality[_ -]?(?:score|drop\w*|degrad\w*)|(?:model|answer|prediction|classifier|classification)[_ -]?accuracy|(?:prediction|feature|data|model|concept|embedding|input|output|label)[_ -]?drift|drift[_ -]?(?:score|share|detected)|` +
		`thumbs|(?:negative|user)[_ -]?feedback|(?:prompt|completion|input|output|generated|generation|llm|gen_?ai|model)[_ -]?tokens?|tokens?[_ -]?(?:usage|used|total|spend|consumed)|` +
		`(?:llm|model|agent|ai)[_ -]?(?:cost|spend)|cost[_ -]?(?:usd|anomaly|per)|tool[_ -]?calls?|guard_?rails?|moderation|jailbreak|prompt[_ -]?injection|prediction[_ -]?(?:distribution|class|share|confidence)|` +
		`wrong[_ -]?answers?|empty[_ -]?(?:answer|response|completion)|content[_ -]?filter`)
	aboutAttack = pattern.New(`(?i)prompt[_ -]?injection|injection[_ -]?(?:detected|attempt|score|suspected)|jailbreak|guard_?rails?|moderation|(?:tool|policy|access|permission|call)s?[_ -]?(?:calls?[_ -]?)?denied|` +
		`blocked[_ -]?(?:prompts?|inputs?|requests?|tools?|calls?)|(?:prompts?|inputs?|requests?|calls?)[_ -]?blocked|(?:refused|unknown|unusual|forbidden)[_ -]?tools?|abus(?:e|ive)|exfiltrat|(?:model|prompt)[_ -]?extraction|suspicious|intrusion|` +
		`canary[_ -]?token|honey[_ -]?token|auth\w*[_ -]?(?:failures?|failed|errors?)|unauthori[sz]ed|policy[_ -]?violations?|malicious|poison|anomal`)
	aboutLatency = pattern.New(`(?i)latency|duration|throughput|per_second|time_to_first|queue`)
	alertFile    = pattern.New(`(?i)(?:^|[/._-])(?:alert\w*|rules?|prometheus\w*|monitor\w*|grafana\w*|observab\w*|mimir|loki|vmalert|recording)(?:[/._-]|$)`)
	alertStart   = pattern.New(`^\s*(?:-\s+)?alert\s*:\s*["']?([^"'#]+?)["']?\s*$`)
	ruleEnd      = pattern.New(`^\s*(?:-\s+)?(?:record|alert)\s*:|^---|^\s*-\s+name\s*:`)
	titleStart   = pattern.New(`^\s*(?:-\s+)?title\s*:\s*["']?([^"'#]+?)["']?\s*$`)
	monitorStart = pattern.New(`^\s*resource\s+"(aws_cloudwatch_metric_alarm|datadog_monitor|grafana_rule_group|google_monitoring_alert_policy|azurerm_monitor_(?:metric_alert|scheduled_query_rules_alert(?:_v2)?)|newrelic_nrql_alert_condition)"\s+"([^"]+)"`)
	resourceEnd  = pattern.New(`^}`)
	alarmStart   = pattern.New(`^\s*["']?Type["']?\s*:\s*["']?AWS::CloudWatch::Alarm\b`)
	alarmEnd     = pattern.New(`^\s{0,4}["']?Type["']?\s*:`)
	actions      = pattern.New(`(?i)alarm_?actions["']?\s*[:=]\s*(\[\s*\]|\S)`)
	receiver     = pattern.New(`(?m)^\s*(?:-\s+)?\w+_configs\s*:`)
)

// alertsMost bounds how many rules are kept, ruleLines how long one of them may be.
const (
	alertsMost = 5000
	ruleLines  = 80
)

// alerts reads all rules once in a run.
func alerts(s *lodemark.Subject) *alerting {
	return lodemark.Shared(s, "operate.alerts", func() *alerting {
		out := &alerting{}
		ruled := map[string]bool{}
		for _, c := range own(s, lodemark.KindKubernetes) {
			ruled[c.Path] = strings.Contains(c.Detail["resources"], "PrometheusRule") || strings.Contains(c.Detail["resources"], "VMRule")
		}
		for _, f := range s.System.Files {
			if f.Test || f.Vendored || f.Link != "" || f.Size == 0 || f.Size > settingBytes || aside(f.Path) {
				continue
			}
			switch ext := strings.ToLower(path.Ext(f.Path)); {
			case ext == ".tf", ext == ".tofu", ext == ".rules", (ext == ".yml" || ext == ".yaml") && (ruled[f.Path] || alertFile.MatchString(f.Path) || formation(s, f.Path)):
				if data, err := s.Read(f.Path); err == nil {
					out.look(f.Path, string(data))
				}
			case ext == ".json" && out.dashboard == "" && strings.Contains(strings.ToLower(f.Path), "dashboard"):
				if data, err := s.Read(f.Path); err == nil && strings.Contains(string(data), `"panels"`) && aboutBehaviour.Match(data) {
					out.dashboard = f.Path
				}
			}
		}
		return out
	})
}

func formation(s *lodemark.Subject, p string) bool {
	for c := range s.System.Of(lodemark.KindInfrastructure) {
		if c.Path == p {
			return c.Format == "cloudformation"
		}
	}
	return false
}

func (a *alerting) look(p, text string) {
	lines := strings.Split(text, "\n")
	if strings.Contains(strings.ToLower(path.Base(p)), "alertmanager") && strings.Contains(text, "receivers:") && strings.Contains(text, "route:") {
		a.manager(p, lines)
	}
	grafana := strings.Contains(text, "condition:") && strings.Contains(text, "rules:")
	for n := 0; n < len(lines) && len(a.rules) < alertsMost; n++ {
		line := withoutRemark(lines[n])
		switch {
		case line == "":
		case alertStart.MatchString(line):
			a.add(p, n, alertStart.FindStringSubmatch(line)[1], blockOf(lines, n, ruleEnd))
		case grafana && titleStart.MatchString(line):
			a.add(p, n, titleStart.FindStringSubmatch(line)[1], blockOf(lines, n, titleStart))
		case monitorStart.MatchString(line):
			m := monitorStart.FindStringSubmatch(line)
			a.add(p, n, m[2], blockOf(lines, n, resourceEnd))
			a.rules[len(a.rules)-1].mute = m[1] == "aws_cloudwatch_metric_alarm" && silentAlarm(a.rules[len(a.rules)-1].text)
		case alarmStart.MatchString(line):
			a.add(p, n, "alarm", blockOf(lines, n, alarmEnd))
			a.rules[len(a.rules)-1].mute = silentAlarm(a.rules[len(a.rules)-1].text)
		}
	}
}

func (a *alerting) add(p string, n int, name, text string) {
	a.rules = append(a.rules, alert{path: p, line: n + 1, name: name, text: text})
}

// blockOf is the text of a rule from line n on, without remarks, up to the line that begins what comes after it.
func blockOf(lines []string, n int, end *pattern.Pattern) string {
	var b strings.Builder
	b.WriteString(lines[n])
	for i := n + 1; i < min(len(lines), n+ruleLines); i++ {
		if end.MatchString(lines[i]) {
			break
		}
		b.WriteString("\n" + withoutRemark(lines[i]))
	}
	return b.String()
}

// silentAlarm says whether an alarm of CloudWatch has no action, so that it changes its colour and nothing else.
func silentAlarm(text string) bool {
	m := actions.FindStringSubmatch(text)
	return m == nil || strings.HasSuffix(m[1], "]")
}

// manager looks at a configuration of Alertmanager: without one receiver that has a way to reach somebody, nobody is told.
func (a *alerting) manager(p string, lines []string) {
	at := 0
	var kept []string
	for n, line := range lines {
		line = withoutRemark(line)
		if at == 0 && strings.HasPrefix(strings.TrimSpace(line), "receivers:") {
			at = n + 1
		}
		kept = append(kept, line)
	}
	if at > 0 && !receiver.MatchString(strings.Join(kept, "\n")) {
		a.nowhere = append(a.nowhere, sighting{"an Alertmanager without a way to reach anybody", p, at})
	}
}

// on returns the rules that speak of something, first those that tell somebody.
func (a *alerting) on(words *pattern.Pattern) (loud, mute []alert) {
	for _, r := range a.rules {
		text := strings.ReplaceAll(r.name+"\n"+r.text, "predict_linear", "")
		m := words.FindString(text)
		if m == "" || strings.Contains(strings.ToLower(m), "token") && aboutLatency.MatchString(r.name) {
			continue
		}
		if r.mute {
			mute = append(mute, r)
		} else {
			loud = append(loud, r)
		}
	}
	return loud, mute
}

func pathsOfAlerts(all []alert) []string {
	var out []string
	for _, r := range all {
		out = append(out, r.path)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
