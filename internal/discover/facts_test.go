package discover

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

func TestEveryQuestionIsAnsweredWithAReason(t *testing.T) {
	s := discovered(t, files{"main.py": "x"})
	asked := 0
	for _, c := range lodemark.Guidelines().Clauses() {
		if c.AppliesWhen == "" {
			continue
		}
		asked++
		f := s.Fact(c.AppliesWhen)
		if f.Reason == "" || f.Origin == "" {
			t.Errorf("%s: %+v has no reason or origin", c.AppliesWhen, f)
		}
		if f.Answer != lodemark.Unknown {
			t.Errorf("%s is %q of a tree without lodemark.yaml that shows nothing", c.AppliesWhen, f.Answer)
		}
	}
	if asked == 0 {
		t.Fatal("no clause asks anything")
	}
}

func TestFacts(t *testing.T) {
	declared := func(change func(*lodemark.Declaration)) lodemark.Declaration {
		d := lodemark.Declaration{Path: "lodemark.yaml", Facts: map[string]lodemark.DeclaredFact{}}
		if change != nil {
			change(&d)
		}
		return d
	}
	no := func(name string) lodemark.Declaration {
		return declared(func(d *lodemark.Declaration) {
			d.Facts[name] = lodemark.DeclaredFact{Answer: lodemark.No, Reason: "we think not"}
		})
	}
	nothing, silent := lodemark.Declaration{}, declared(nil)
	for _, c := range []struct {
		fact  string
		files files
		says  lodemark.Declaration
		want  lodemark.Answer
		words string // of the reason
	}{
		{"agentic", files{".mcp.json": `{"mcpServers": {"a": {"command": "a"}}}`}, nothing, lodemark.Yes, ".mcp.json:1"},
		{"agentic", files{"requirements.txt": "crewai\n"}, nothing, lodemark.Yes, "requirements.txt:1"},
		{"agentic", files{".mcp.json": `{"mcpServers": {"a": {"command": "a"}}}`}, no("agentic"), lodemark.Yes, "lodemark.yaml says no (we think not), but"},
		{"agentic", files{"tests/.mcp.json": `{"mcpServers": {"a": {"command": "a"}}}`}, silent, lodemark.No, "none is declared"},
		{"agentic", files{"requirements.txt": "openai\n"}, silent, lodemark.Unknown, "no tool was recognised"},
		{"agentic", files{".claude/settings.json": "{}"}, silent, lodemark.Unknown, "coding assistant"},
		{"agentic", files{"requirements.txt": "scikit-learn\n"}, silent, lodemark.No, "none is declared"},
		{"agentic", files{"requirements.txt": "scikit-learn\n"}, nothing, lodemark.Unknown, "there is no lodemark.yaml"},
		{"agentic", files{"requirements.txt": "openai\n"}, no("agentic"), lodemark.No, "we think not"},
		{"uses_external_api", files{"requirements.txt": "anthropic\n"}, nothing, lodemark.Yes, "requirements.txt:1"},
		{"uses_external_api", files{"requirements.txt": "openai\n"}, nothing, lodemark.Yes, "requirements.txt:1"},
		{"uses_external_api", files{"requirements.txt": "openai\n", "compose.yaml": "services:\n  llm:\n    image: ollama/ollama\n"}, silent, lodemark.Unknown, "compose.yaml:3"},
		{"uses_external_api", files{"requirements.txt": "langchain\n"}, silent, lodemark.Unknown, "framework"},
		{"uses_external_api", files{"requirements.txt": "torch\n"}, silent, lodemark.No, "none is declared"},
		{"uses_external_api", nil, declared(func(d *lodemark.Declaration) { d.Models = []lodemark.HostedModel{{Provider: "p", Model: "m"}} }), lodemark.Yes, "named"},
		{"uses_third_party_models", files{"requirements.txt": "transformers\n"}, nothing, lodemark.Yes, "library"},
		{"uses_third_party_models", files{"m/a.gguf": "GGUF\x03\x00\x00\x00\x00"}, nothing, lodemark.Yes, "m/a.gguf"},
		{"uses_third_party_models", files{"m/a.safetensors": tensors()}, silent, lodemark.Unknown, "who made them"},
		{"uses_third_party_models", files{"app.py": "x"}, silent, lodemark.No, "none is declared"},
		{"uses_external_model_provider", files{"compose.yaml": "services:\n  llm:\n    image: ollama/ollama\n"}, nothing, lodemark.Yes, "model server"},
		{"trains_models", files{"training/fit.py": "x", "data/a.train.csv": "a,b\n"}, nothing, lodemark.Yes, "training/fit.py"},
		{"trains_models", files{"requirements.txt": "peft\n"}, nothing, lodemark.Yes, "requirements.txt:1"},
		{"trains_models", files{"train.py": "x"}, silent, lodemark.Unknown, "nothing else"},
		{"trains_models", files{"requirements.txt": "torch\n"}, silent, lodemark.No, "none is declared"},
		{"trains_models", files{"tests/train.py": "x", "tests/data/train.csv": "a,b\n"}, silent, lodemark.No, "none is declared"},
		{"preprocesses_inputs", files{"requirements.txt": "openai\npypdf\n"}, nothing, lodemark.Yes, "requirements.txt:2"},
		{"preprocesses_inputs", files{"requirements.txt": "openai\n"}, silent, lodemark.Unknown, "files do not show it"},
		{"ships_product", files{"package.json": `{"dependencies": {"electron": "1.0.0"}}`}, nothing, lodemark.Yes, "package.json"},
		{"ships_product", files{}, silent, lodemark.Unknown, "files do not show it"},
		{"mission_critical", nil, declared(func(d *lodemark.Declaration) { d.Criticality = lodemark.CriticalityCritical }), lodemark.Yes, "critical"},
		{"mission_critical", nil, declared(func(d *lodemark.Declaration) { d.Criticality = lodemark.CriticalityModerate }), lodemark.No, "moderate"},
		{"mission_critical", nil, silent, lodemark.Unknown, "nothing is declared"},
		{"risk_warrants", nil, declared(func(d *lodemark.Declaration) { d.Criticality = lodemark.CriticalityHigh }), lodemark.Yes, "high"},
		{"risk_warrants", nil, declared(func(d *lodemark.Declaration) { d.Criticality = lodemark.CriticalityLow }), lodemark.Unknown, ""},
		{"offers_api", nil, declared(func(d *lodemark.Declaration) { d.Endpoints = []lodemark.Endpoint{{Name: "chat", Exposure: "internet"}} }), lodemark.Yes, "chat"},
		{"offers_api", nil, declared(func(d *lodemark.Declaration) { d.Endpoints = []lodemark.Endpoint{{Name: "chat", Exposure: "internal"}} }), lodemark.No, "internal"},
		{"offers_api", nil, silent, lodemark.Unknown, ""},
		{"trains_models", files{"requirements.txt": "torch\n"}, declared(func(d *lodemark.Declaration) { d.Unfilled = []string{"facts.trains_models.answer"} }), lodemark.Unknown, "is not filled in"},
		{"trains_models", files{"requirements.txt": "torch\n"}, declared(func(d *lodemark.Declaration) { d.Unfilled = []string{"facts.trains_models_too.answer", "owner.name"} }), lodemark.No, "none is declared"},
		{"trains_models", files{"requirements.txt": "peft\n"}, declared(func(d *lodemark.Declaration) { d.Unfilled = []string{"facts.trains_models.reason"} }), lodemark.Yes, "requirements.txt:1"},
		{"learns_from_feedback", nil, no("learns_from_feedback"), lodemark.No, "we think not"},
		{"sensitive_training_data", nil, silent, lodemark.Unknown, ""},
	} {
		f := discovered(t, c.files, c.says).Fact(c.fact)
		if f.Answer != c.want || !strings.Contains(f.Reason, c.words) {
			t.Errorf("%s of %v: %q (%s), want %q with %q", c.fact, c.files, f.Answer, f.Reason, c.want, c.words)
		}
		if (f.Answer == lodemark.Yes) && len(f.Places) == 0 && f.Origin == lodemark.OriginInferred {
			t.Errorf("%s: yes without a place", c.fact)
		}
	}
}
