package operate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

// What a document says, piece by piece: paragraphs, entries and rows, each row with the header above it. Templates, remarks
// and blanks say nothing.
func TestPassages(t *testing.T) {
	for _, x := range []struct{ name, text, want string }{
		{"a paragraph over two lines", "# A\n\nfirst\nsecond\n", "A:3:first second"},
		{"entries", "# A\n\n- one alert\n- two alerts\n", "A:3:- one alert|A:4:- two alerts"},
		{"rows carry their header", "# A\n\n| what | told |\n|---|---|\n| cost | owner, by mail |\n", "A:5:| what | told | / | cost | owner, by mail |"},
		{"a second table has a header of its own", "# A\n\n| a | b |\n|---|---|\n| 1 apple | two pears |\n\n| c | d |\n|---|---|\n| 3 plums | four figs |\n",
			"A:5:| a | b | / | 1 apple | two pears ||A:9:| c | d | / | 3 plums | four figs |"},
		{"blanks", "# A\n\nThe threshold is TODO.\n\nAlerts go to [insert team].\n\nThe on-call engineer is paged.\n", "A:7:The on-call engineer is paged."},
		{"remarks", "# A\n\n<!-- paged at 10 % -->\nNobody is paged.\n", "A:4:Nobody is paged."},
		{"a template", "# A\n\n## Thresholds\n\nTBD\n", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			var got []string
			for _, p := range passages(document.Read("a.md", []byte(x.text))) {
				got = append(got, fmt.Sprintf("%s:%d:%s", p.heading, p.line, strings.ReplaceAll(p.text, "\n", " / ")))
			}
			if s := strings.Join(got, "|"); s != x.want {
				t.Errorf("%q, want %q", s, x.want)
			}
		})
	}
}

// Records are judged where they are the system's own and in English; all else stays open.
func TestRecordsThatDecideNothing(t *testing.T) {
	const watch = "om-1-behaviour-alerts"
	german := "# Monitoring\n\n" + strings.Repeat("Wir beobachten die Qualität der Antworten und die Kosten des Dienstes, und wir schauen uns jede Woche an, wie sie sich verändert haben. ", 6) + "\n"
	for _, x := range []struct {
		name  string
		check string
		files map[string]string
		want  lodemark.Outcome
	}{
		{"a page that tells users how to monitor", watch, undeclared(map[string]string{"docs/monitoring.md": "# Monitoring\n\nThe server exports quality and drift metrics. Scrape them with Prometheus.\n"}), lodemark.Undecided},
		{"another language", watch, desk(map[string]string{"docs/monitoring-plan.md": german}), lodemark.Undecided},
		{"a plan of a product in a folder below", watch, undeclared(map[string]string{"packages/other/monitoring-plan.md": barePlan}), lodemark.Undecided},
		{"a template of plans", watch, undeclared(map[string]string{"templates/monitoring-plan.md": templatePlan}), lodemark.Undecided},
		{"before operation", watch, map[string]string{"lodemark.yaml": "schema: lodemark/1\nname: desk\nstage: develop\n", "requirements.txt": deskPackages, planPath: barePlan}, lodemark.NothingToSee},
		{"no AI at all", watch, map[string]string{"lodemark.yaml": declaredDesk, planPath: barePlan}, lodemark.NothingToSee},
		{"rules in a sample", watch, undeclared(map[string]string{"examples/alerts.yaml": refusalRules}), lodemark.Undecided},
		{"rules in tests", watch, undeclared(map[string]string{"tests/alerts.yaml": refusalRules}), lodemark.Undecided},
		{"a plan that lies elsewhere", watch, map[string]string{"lodemark.yaml": declaredDesk + "documents:\n  monitoring-plan: {address: \"https://wiki.example.org/plan\"}\n", "requirements.txt": deskPackages}, lodemark.Undecided},
		{"drift of configuration", "om-1-drift-detection", undeclared(map[string]string{
			".github/workflows/drift.yml": "on:\n  schedule: [{cron: '0 4 * * *'}]\njobs:\n  a:\n    steps:\n      - run: ./hack/verify-config-drift.sh\n"}), lodemark.Undecided},
		{"a moving reference that is ruled out", "om-1-drift-detection", desk(map[string]string{
			planPath: "# Monitoring plan\n\n## Drift\n\nDrift above 0.2 is measured weekly against the fixed reference of the release, never a rolling baseline.\n"}), lodemark.Passed},
		{"a moderate system without a detector", "om-2-unusual-inputs", map[string]string{
			"lodemark.yaml": "schema: lodemark/1\nname: desk\ncriticality: moderate\n", "requirements.txt": deskPackages, planPath: soundPlan}, lodemark.Undecided},
		{"a guard that nobody hears", "om-2-input-monitoring", desk(map[string]string{"requirements.txt": deskPackages + "llm-guard==0.3.15\n"}), lodemark.Undecided},
		{"nothing of inputs", "om-2-input-logging", desk(nil), lodemark.Undecided},
		{"a server without its log, nothing declared", "om-2-input-logging", undeclared(map[string]string{
			"compose.yaml": "services:\n  llm:\n    image: vllm/vllm-openai:v0.8.5\n    command: [\"--disable-log-requests\"]\n"}), lodemark.Undecided},
		{"no product", "om-3-automatic-updates", map[string]string{"lodemark.yaml": declaredDesk + "facts:\n  ships_product: {answer: \"no\", reason: a service of our own}\n"}, lodemark.NothingToSee},
		{"whether there is a product is not known", "om-3-automatic-updates", undeclared(nil), lodemark.Undecided},
		{"a release by an action that attests unless told not to", "om-3-secure-updates", desk(map[string]string{
			".github/workflows/release.yml": "on: {push: {tags: ['v*']}}\njobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {push: true}\n"}), lodemark.Undecided},
		{"a release, nothing declared", "om-3-secure-updates", undeclared(map[string]string{
			".github/workflows/release.yml": "on: {push: {tags: ['v*']}}\njobs:\n  a:\n    steps:\n      - run: twine upload dist/*\n"}), lodemark.Undecided},
		{"an upload with a password attests nothing", "om-3-secure-updates", undeclared(map[string]string{
			".github/workflows/release.yml": "on: {push: {tags: ['v*']}}\njobs:\n  a:\n    steps:\n      - uses: pypa/gh-action-pypi-publish@release/v1\n        with: {password: \"${{ secrets.TOKEN }}\"}\n"}), lodemark.Undecided},
		{"the interface of a plugin", "om-3-api-versions", desk(map[string]string{"plugins/weather/openapi.yaml": "openapi: 3.0.0\npaths:\n  /weather:\n    get: {}\n"}), lodemark.Undecided},
		{"an interface, nothing declared", "om-3-api-versions", undeclared(map[string]string{"openapi.yaml": "openapi: 3.0.0\npaths:\n  /chat:\n    get: {}\n"}), lodemark.Undecided},
		{"a description that breaks off", "om-3-api-versions", desk(map[string]string{"openapi.json": "{\"paths\": {"}), lodemark.Undecided},
		{"reporters are asked not to publish", "om-4-published-advisories", undeclared(map[string]string{"SECURITY.md": "# Security\n\nPlease do not publish vulnerabilities before we answer. security@example.org\n"}), lodemark.Undecided},
		{"a time until others may speak", "om-4-response-times", undeclared(map[string]string{"SECURITY.md": "# Security\n\nWrite to security@example.org. You may publish 90 days after the report, or once the fix is out.\n"}), lodemark.Undecided},
		{"a contact for ten years", "om-4-disclosure-contact", map[string]string{".well-known/security.txt": "Contact: mailto:security@example.org\nExpires: 2036-11-01T00:00:00Z\n"}, lodemark.Undecided},
		{"a time that is not one to an answer", "om-4-disclosure-contact", map[string]string{"SECURITY.md": "# Security\n\nWrite to security@example.org.\n\nVersions are supported for 12 months.\n"}, lodemark.Undecided},
	} {
		t.Run(x.name, func(t *testing.T) {
			if r := stage.Try(t, x.check, x.files); r.Outcome != x.want || r.Reason == "" {
				t.Errorf("outcome %q, want %q: %s", r.Outcome, x.want, r.Reason)
			}
		})
	}
}

// No text makes a passage of nothing, or one at a line that is not there.
func FuzzPassages(f *testing.F) {
	for _, seed := range []string{soundPlan, templatePlan, soundLessons, "| a |\n|---|\n|---|\n| b |\n", "- \n-\n* x\n\n\n|||\n", "<!-- \n # A \n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + strings.Count(text, "\r") + 1
		for _, p := range passages(document.Read("a.md", []byte(text))) {
			if strings.TrimSpace(p.text) == "" || p.line < 1 || p.line > lines {
				t.Errorf("passage %q at line %d of %d", p.text, p.line, lines)
			}
		}
	})
}
