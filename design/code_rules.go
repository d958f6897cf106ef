package design

import (
	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/weakness"
)

// sourceCode is what rules look at, in a reason.
const sourceCode = "files of source code"

// modelOutput is the check made of the rules on what becomes of a model's answers.
func modelOutput() lodemark.Check {
	return weakness.Family{
		ID: "sd-3-model-output", Rules: "LO", Noun: sourceCode,
		Title:    "What a model answers is not trusted with code, commands, queries, pages or files",
		Bears:    lodemark.Supports("SD-3.12", "SD-3.13", "SD-3.14", "SD-3.16", "DEP-1.1", "DEP-1.6"),
		Severity: lodemark.SeverityCritical, Exposed: true,
		Why: "Whoever writes into a prompt, or into a document that the model reads, decides what it answers. Where the answer is run as code, " +
			"put into a command or a query, or shown as HTML, that person acts with the rights of the application.",
		Fix: "Treat an answer as input from a stranger: parse it into data with a schema, choose from a fixed table, pass arguments as a list without a shell, " +
			"bind values of queries, and clean HTML right before it is shown.",
		Bad: []lodemark.Example{
			{Name: "an answer that is run as code", Files: map[string]string{"app.py": modelCall + "def solve(question):\n    return eval(ask(question))\n"}},
			{Name: "a tool's argument that is run as code", Files: map[string]string{
				"tools.py": "from langchain.tools import tool\n\n@tool\ndef calculate(expression: str) -> str:\n    \"\"\"Calculates.\"\"\"\n    return str(eval(expression, {}, {}))\n"}},
		},
		Good: []lodemark.Example{
			{Name: "an answer that is parsed into data", Files: map[string]string{"app.py": modelCall + "import ast\n\ndef solve(question):\n    return ast.literal_eval(ask(question))\n"}},
			{Name: "an answer that is shown as text", Files: map[string]string{"app.py": modelCall + "def main():\n    print(ask(input()))\n"}},
		},
	}.Check()
}

// modelCall is the beginning of a small application.
const modelCall = "from openai import OpenAI\n\nclient = OpenAI(timeout=30)\n\ndef ask(question):\n    reply = client.chat.completions.create(model=\"gpt-4.1-2025-04-14\", max_tokens=300,\n" +
	"                                           messages=[{\"role\": \"user\", \"content\": question}])\n    return reply.choices[0].message.content\n\n"

// untrustedPrompts is the check made of the rules on what gets into a prompt.
func untrustedPrompts() lodemark.Check {
	return weakness.Family{
		ID: "sd-3-untrusted-prompts", Rules: "PI", Noun: sourceCode,
		Title:    "What outsiders write reaches a model as data, and never as its instructions",
		Bears:    lodemark.Supports("SD-3.8", "SD-3.9", "SD-3.13", "SD-3.17", "SD-3.19", "DEP-2.3"),
		Severity: lodemark.SeverityHigh, Exposed: true,
		Why: "A model follows its system message before all else. Where a user's text, a web page or a retrieved document is written into it, " +
			"or a client chooses the roles of messages, outsiders give the orders.",
		Fix: "Keep the system message constant, give what others wrote in messages of role user or tool, marked as data, and let no client send roles.",
		Bad: []lodemark.Example{
			{Name: "a request written into the system message", Files: map[string]string{"app.py": "from flask import Flask, request\nfrom openai import OpenAI\n\napp = Flask(__name__)\nclient = OpenAI(timeout=30)\n\n" +
				"@app.post(\"/chat\")\ndef chat():\n    persona = request.json[\"persona\"]\n    return client.chat.completions.create(model=\"gpt-4.1-2025-04-14\", max_tokens=300, messages=[\n" +
				"        {\"role\": \"system\", \"content\": f\"You are {persona}.\"},\n        {\"role\": \"user\", \"content\": \"Hello\"}]).choices[0].message.content\n"}},
			{Name: "a request written into the system message, in TypeScript", Files: map[string]string{"app.ts": "import OpenAI from \"openai\";\nimport express from \"express\";\nconst client = new OpenAI({ timeout: 30000 });\nconst app = express();\n" +
				"app.post(\"/chat\", async (req, res) => {\n  const reply = await client.chat.completions.create({ model: \"gpt-4.1-2025-04-14\", max_tokens: 300, messages: [\n" +
				"    { role: \"system\", content: `You are ${req.body.persona}.` },\n    { role: \"user\", content: \"Hello\" },\n  ] });\n  res.json({ text: reply.choices[0].message.content });\n});\n"}},
		},
		Good: []lodemark.Example{
			{Name: "a request in the role of the user", Files: map[string]string{"app.py": modelCall + "def main():\n    print(ask(input()))\n"}},
			{Name: "a constant system message", Files: map[string]string{"app.ts": "import OpenAI from \"openai\";\nconst client = new OpenAI({ timeout: 30000 });\nexport async function ask(question: string) {\n" +
				"  return client.chat.completions.create({ model: \"gpt-4.1-2025-04-14\", max_tokens: 300, messages: [\n    { role: \"system\", content: \"You answer briefly.\" },\n    { role: \"user\", content: question },\n  ] });\n}\n"}},
		},
	}.Check()
}

// boundedAgents is the check made of the rules on agents and their tools.
func boundedAgents() lodemark.Check {
	return weakness.Family{
		ID: "sd-3-bounded-agents", Rules: "AG", Noun: sourceCode,
		Title: "Agents and their tools stay within bounds that code sets, and not the model",
		Bears: lodemark.Supports("SD-3.9", "SD-3.11", "SD-3.12", "SD-3.13", "SD-3.14", "SD-3.15", "SD-3.17", "SD-3.18", "SD-3.19", "DEV-2.11",
			"DEP-1.2", "DEP-1.3"),
		Severity: lodemark.SeverityCritical, Exposed: true,
		Why: "A model chooses the tool, its arguments, and how often. Whoever steers the model so chooses the path that is opened, the command that is run, " +
			"and whose data is read, unless the code around the tool says otherwise.",
		Fix: "Check every argument of a tool against what is allowed, take the user's identity from the session and not from the model, ask a person before what cannot be undone, " +
			"and bound rounds, time and cost.",
		Bad: []lodemark.Example{
			{Name: "a tool that starts a shell", Files: map[string]string{"tools.py": "import os\nfrom mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP(\"files\")\n\n@mcp.tool()\ndef copy(path: str) -> str:\n" +
				"    \"\"\"Copies a file.\"\"\"\n    os.system(\"cp \" + path + \" /srv\")\n    return \"done\"\n"}},
			{Name: "a tool that runs any command", Files: map[string]string{"tools.py": "import subprocess\nfrom langchain.tools import tool\n\n@tool\ndef shell(command: str) -> str:\n    \"\"\"Runs a command.\"\"\"\n" +
				"    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout\n"}},
		},
		Good: []lodemark.Example{
			{Name: "a tool with a table of what it may do", Files: map[string]string{"tools.py": "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP(\"status\")\nSTATES = {\"open\": 3, \"closed\": 5}\n\n@mcp.tool()\ndef tickets(state: str) -> int:\n" +
				"    \"\"\"Counts tickets.\"\"\"\n    return STATES.get(state, 0)\n"}},
			{Name: "code without tools", Files: map[string]string{"app.py": modelCall + "def main():\n    print(ask(input()))\n"}},
		},
	}.Check()
}
