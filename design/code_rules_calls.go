package design

import (
	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/weakness"
)

// modelCalls is the check made of the rules on how models are called.
func modelCalls() lodemark.Check {
	return weakness.Family{
		ID: "sd-3-model-calls", Rules: "LM", Noun: sourceCode,
		Title: "Models are called with limits, over protected connections, and behind guards that hold",
		Bears: lodemark.Supports("SD-3.8", "SD-3.11", "SD-3.12", "SD-3.14", "SD-3.16", "SD-3.17", "SD-3.18", "DEV-2.3", "DEV-2.8", "DEP-1.1", "DEP-1.2",
			"DEP-2.7", "OM-2.2"),
		Severity: lodemark.SeverityHigh, Exposed: true,
		Why: "A call of a model costs money and time, carries what people confided, and may answer with anything. A guard that lets text pass when it breaks, " +
			"a key in the browser or a route that asks nobody makes all of that available to strangers.",
		Fix: "Bound time and length of calls, ask callers who they are and limit how often, leave filters and certificate checks on, block when a guard fails, and keep keys on the server and out of logs.",
		Bad: []lodemark.Example{
			{Name: "a guard that fails open", Files: map[string]string{"guard.py": "from openai import OpenAI\n\nclient = OpenAI(timeout=30)\n\n\ndef is_safe(text):\n    try:\n        result = client.moderations.create(input=text)\n" +
				"        return not result.results[0].flagged\n    except Exception:\n        return True\n"}},
			{Name: "a filter that is switched off", Files: map[string]string{"app.py": "import google.generativeai as genai\n\nsettings = [{\"category\": \"HARM_CATEGORY_HARASSMENT\", \"threshold\": \"BLOCK_NONE\"}]\n" +
				"model = genai.GenerativeModel(\"gemini-2.0-flash-001\", safety_settings=settings)\n"}},
		},
		Good: []lodemark.Example{
			{Name: "a guard that blocks when it fails", Files: map[string]string{"guard.py": "from openai import OpenAI\n\nclient = OpenAI(timeout=30)\n\n\ndef is_safe(text):\n    try:\n        result = client.moderations.create(input=text)\n" +
				"        return not result.results[0].flagged\n    except Exception:\n        return False\n"}},
			{Name: "a call with limits", Files: map[string]string{"app.py": modelCall + "def main():\n    print(ask(input()))\n"}},
		},
	}.Check()
}
