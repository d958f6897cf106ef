package document

import (
	"strings"
	"testing"
)

// What a person wrote, and what is left of a template, as the text of one section.
func TestFilled(t *testing.T) {
	written := []string{
		"The model sorts questions.",
		"English",
		"None.",
		"None known.",
		"Yes",
		"17 of 20 are right (85 %).",
		"MIT",
		"九割が正しい。",
		"- English only\n",
		"1. Switch it off.\n2. Tell the owner.\n",
		"- [ ] revoke the key\n",
		"- **Developed by:** the help desk\n- **License:** [More Information Needed]\n",
		"Owner: Help desk, owner@example.org\n",
		"Contact: <security@example.org>",
		"<https://example.org/report>",
		"[the paper](https://example.org/paper)",
		"> Do not use it for decisions about people.\n",
		"```sh\nkubectl scale deployment app --replicas 0\n```\n",
		"    kubectl get pods\n",
		"| Owner | Due |\n|---|---|\n| Data team | 2027-01-31 |\n",
		"| Debt | Owner |\n|---|---|\n| The system prompt has no tests at all | |\n",
		"| Field | Value |\n|---|---|\n| Name | intent |\n",
		"Owner | Due\n--- | ---\nData team | 2027-01-31\n",
		"<table><tr><td>F1</td><td>0.91</td></tr></table>",
		"<!-- a hint --> It answers from articles.",
		"![curve](roc.png)\n\nThe area is 0.98.",
		"![confusion matrix](figures/matrix.png)", "<img src=\"figures/roc.png\">", "[Shell commands, Configuration, Code]",
		"TODO: more\n\nThe rest is in place.",
		"What is it for? It sorts questions.",
		"**What is it for?**\n\nIt sorts questions.\n",
		"If so, tell us. We answer within three days.",
		"N/A: the model was not trained on personal data.",
		"Not applicable because nobody trains the model.",
		"Tokens such as <name> are replaced before the text is stored.",
		"The prompt takes {{question}} and the articles that were found.",
		"The review of the provider is pending because the contract is new.",
		"To be safe, switch it off first.",
		"Please report weaknesses to security@example.org.",
		"Please include the conversation that shows the problem.",
		"Coming soon after the release, the first review found three mistakes.",
		"This section lists the tools that the agent may call.",
		"Write to the help desk before you change this.",
		"The pull request template asks for it: see [template](pr.md) and the rules of the team on it.",
		"Template engines are not used.",
		"$E = mc^2$",
		"Wird vom Helpdesk betreut.",
	}
	for _, text := range written {
		if !(Section{Text: text, format: Markdown}).Filled() {
			t.Errorf("somebody wrote %q", text)
		}
	}
	left := []string{
		"", "\n \n", "TODO", "todo: describe the model", "TBD", "TBA.", "tbd by the team", "FIXME", "XXX", "N/A", "n/a", "N/A?", "-", "--", "…", "...", "???", "_", "Unknown.", "Not specified.",
		"[More Information Needed]", "More information needed", "[Needs More Information]", "More details to come.", "Coming soon!", "*Coming soon*", "**TBD**", "`TODO`", "Work in progress.",
		"To be determined.", "To be completed when the team grows.", "Will be added later.", "This section is still to be written.", "This section is intentionally left blank.",
		"This document will define incident response procedures.", "_Under construction_", "stay tuned",
		"Lorem ipsum dolor sit amet.", "[describe the scenarios here]", "[Your name here]", "<owner>", "<name/role>", "{{ description }}", "{short title of the decision}", "{% if x %}{{ y }}{% endif %}", "__OWNER__",
		"Describe the model here.", "Please describe your data here.", "Insert your text", "Your answer here", "Fill in this section.", "A brief description of what the model does and its intended usage.",
		"Use this template before sharing any model.", "Please include the metrics used and your model's performance on those metrics.",
		"<!-- Provide a quick summary of what the model is. -->", "<!-- one\n\ntwo -->\n", "<!-- never ended\n\ntext",
		"Provide a longer summary of what this model is.",
		"Use the code below to get started with the model.\n\n{{ get_started_code | default(\"[More Information Needed]\", true)}}\n",
		"Users (both direct and downstream) should be made aware of the risks, biases and limitations of the model. More information needed for further recommendations.",
		"This is the model card of a 🤗 transformers model that has been pushed on the Hub. This model card has been automatically generated.",
		"- **Developed by:** [More Information Needed]\n- **Funded by [optional]:** {{ funded_by }}\n- **Shared by:**\n",
		"**BibTeX:**\n\n[More Information Needed]\n\n**APA:**\n\n{{ citation_apa }}\n",
		"Owner:\nContact: TODO\nDue: <date>\n",
		"- \n- \n", "1. \n", "- [ ] \n", "- [Use case 1]\n- [Use case 2]\n", "* TODO\n* TBD\n",
		"| Owner | Due |\n|---|---|\n", "| Owner | Due |\n|---|---|\n| | |\n", "| Owner | Due |\n|---|---|\n| TODO | TBD |\n", "| Field | Value |\n|---|---|\n| Name | [Model Name] |\n| Version | |\n",
		"Statistic | Value\n--- | ---\nmean | Not specified\n",
		"| Version | Supported |\n| ------- | --------- |\n",
		"Use this section to tell people how to report a vulnerability.\n\nTell them where to go, how often they can expect to get an update on a\nreported vulnerability, etc.\n",
		"See [the template](docs/template.md).", "Use our [model card template](https://example.org/t).",
		"[![build](https://example.org/b.svg)](https://example.org/ci) ![x](https://example.org/y.png)", "<img src=\"logo.png\" alt=\"the team\">", "![the team](assets/logo.svg)", "[Accuracy, F1, etc.]", "[Name, role]",
		"---", "* * *", "<br>", "&nbsp;", "```\n```\n", "```\nTODO\n```\n",
		"**For what purpose was the dataset created?** Was there a specific task in mind (e.g. a gap)? Please provide a description.\n\n*Your Answer Here*\n",
		"Does the dataset relate to people? If not, you may skip the remaining questions.",
		"Noch zu ergänzen.", "Folgt.", "À compléter", "Pendiente", "未定", "準備中。", "待补充", "敬请期待", "미정",
	}
	for _, text := range left {
		if (Section{Text: text, format: Markdown}).Filled() {
			t.Errorf("nobody filled in %q", text)
		}
	}
}

func TestFilledInOtherFormats(t *testing.T) {
	for _, tt := range []struct {
		path, text string
		want       bool
	}{
		{"a.rst", "Use\n===\n\n.. a comment\n   that goes on\n\n.. TODO: later\n", false},
		{"a.rst", "Use\n===\n\n.. note:: TODO\n", false},
		{"a.rst", "Use\n===\n\n.. note:: English only.\n", true},
		{"a.rst", "Use\n===\n\n.. warning::\n\n   English only.\n", true},
		{"a.rst", "Use\n===\n\n+-------+-----+\n| Owner | Due |\n+=======+=====+\n| TODO  |     |\n+-------+-----+\n", false},
		{"a.rst", "Use\n===\n\n+-------+------+\n| Owner | Due  |\n+=======+======+\n| x     | 2027 |\n+-------+------+\n", true},
		{"a.adoc", "== Use\n\n// a comment\n[NOTE]\n====\nTODO\n====\n", false},
		{"a.adoc", "== Use\n\n[NOTE]\n====\nEnglish only.\n====\n", true},
		{"a.adoc", "== Use\n\n|===\n|Owner |Due\n\n|TBD |\n|===\n", false},
		{"a.adoc", "== Use\n\n|===\n|Owner |Due\n\n|Help desk |2027-01-31\n|===\n", true},
		{"a.html", "<h1>Use</h1><!-- hint --><p></p><script>var x = \"text\"</script><p>TODO</p>", false},
		{"a.html", "<h1>Use</h1>\n<p>English only.</p>", true},
		{"a.yaml", "use: TODO\nowner:\n  name: ''\n  contact: <contact>\nlist: []\n", false},
		{"a.yaml", "use: sorts questions\n", true},
		{"a.yaml", "use: >\n  sorts\n  questions\n", true},
		{"a.yaml", "use: # sorts questions\n", false},
		{"a.yaml", "owner:\n  - name: TODO\n    due:\n", false},
		{"a.yaml", "owner:\n  - name: Help desk\n    due: 2027-01-31\n", true},
		{"a.json", `{"use": "TODO", "owner": {"name": "", "contact": null}, "list": []}`, false},
		{"a.json", `{"use": "TODO", "owner": {"name": "Help desk"}}`, true},
		{"a.txt", "USE\n\nTBD\n", false},
		{"a.txt", "USE\n\nSorts questions.\n", true},
	} {
		if got := Read(tt.path, []byte(tt.text)).Filled(); got != tt.want {
			t.Errorf("%s %q: filled %v, want %v", tt.path, tt.text, got, tt.want)
		}
	}
}

// A card as the tools of a model hub write it, with nothing filled in, and the same with one field filled in.
func TestUnfilledCard(t *testing.T) {
	card := "---\nlicense: mit\n{{ card_data }}\n---\n\n# Model Card for {{ model_id | default(\"Model ID\", true) }}\n\n<!-- Provide a quick summary of what the model is. -->\n\n{{ model_summary | default(\"\", true) }}\n\n" +
		"## Model Details\n\n### Model Description\n\n<!-- Provide a longer summary of what this model is. -->\n\n{{ model_description | default(\"\", true) }}\n\n- **Developed by:** {{ developers | default(\"[More Information Needed]\", true)}}\n" +
		"- **License:** [More Information Needed]\n\n## Uses\n\n### Direct Use\n\n[More Information Needed]\n\n## Training Details\n\n#### Training Hyperparameters\n\n- **Training regime:** [More Information Needed] <!--fp32, fp16 mixed precision -->\n\n" +
		"## Environmental Impact\n\nCarbon emissions can be estimated using the [Machine Learning Impact calculator](https://mlco2.github.io/impact#compute) presented in [Lacoste et al. (2019)](https://arxiv.org/abs/1910.09700).\n\n- **Hardware Type:** [More Information Needed]\n"
	d := Read("README.md", []byte(card))
	if len(d.Sections) != 8 {
		t.Fatalf("%d sections: %q", len(d.Sections), outline(d))
	}
	for _, s := range d.Sections {
		if s.Filled() {
			t.Errorf("%s is filled: %q", s.Heading, s.Text)
		}
	}
	d = Read("README.md", []byte(strings.Replace(card, "### Direct Use\n\n[More Information Needed]", "### Direct Use\n\nSorts questions.", 1)))
	uses, _ := d.Index("uses")
	use, _ := d.Section("direct use")
	if !use.Filled() || d.Sections[uses].Filled() || !d.FilledUnder(uses) || strings.TrimSpace(d.Under(uses)) != "Direct Use\n\nSorts questions." {
		t.Errorf("uses %+v, under it %q", d.Sections[uses], d.Under(uses))
	}
}
