package design

import "github.com/lodemark/lodemark"

const threatsOfHelpDesk = `system: {users: 200, handles_sensitive: true}
components:
  - {id: user, kind: end_user}
  - {id: desk, kind: orchestrator, technology: langgraph, controls: [C02, C03]}
  - {id: llm, kind: hosted_model_api, technology: [anthropic]}
  - {id: tickets, kind: mcp_server, name: tickets, path: .mcp.json}
  - {id: prompts, kind: prompt_store, path: prompts}
flows:
  - {from: user, to: desk, carries: [personal]}
  - {from: desk, to: llm, carries: [prompt]}
  - {from: desk, to: tickets, carries: [internal]}
`

const threatsByName = `system: {users: 2}
components:
  desk: {kind: app}
  reranker: {kind: model, path: models/reranker}
  store: {kind: vector_store, technology: qdrant}
flows:
  - {from: desk, to: store}
threats:
  - {id: R-1, title: a replaced model file changes the order of articles, status: mitigated, owner: On-call engineer}
`

const ticketServer = `{"mcpServers": {"tickets": {"command": "node", "args": ["./servers/tickets.js"]}}}
`

const threatsOfTools = `system: {users: 200}
components:
  - {id: desk, kind: app, path: app/main.py, controls: [C02]}
  - {id: find_order, kind: tool}
  - {id: answers, kind: tool, name: find_answer}
flows:
  - {from: desk, to: find_order}
`

const toolsInCode = `from langchain_core.tools import tool

import orders


@tool
def find_order(number: str) -> str:
    """Looks an order up by its number."""
    return orders.find(number)


@tool
def find_answer(question: str) -> str:
    """Looks an answer up."""
    return orders.answer(question)
`

func threatModelBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a model without components", Files: map[string]string{
			"threats.yaml": "system: {users: 200}\ncomponents: []\nflows: []\n",
		}},
		{Name: "a flow to nowhere", Files: map[string]string{
			"threats.yaml": "system: {users: 2}\ncomponents:\n  - {id: desk, kind: app}\n  - {id: llm, kind: hosted_model_api}\nflows:\n  - {from: desk, to: llm}\n  - {from: desk, to: search}\n",
		}},
		{Name: "a drawing without threats", Files: map[string]string{
			"threats.yaml": "system: {users: 2}\ncomponents:\n  - {id: desk, kind: app}\n  - {id: llm, kind: hosted_model_api}\nflows:\n  - {from: desk, to: llm}\n",
		}},
		{Name: "a drawing whose list of threats is empty", Files: map[string]string{
			"lodemark.yaml": "schema: lodemark/1\nname: help desk\ndocuments:\n  threat-model: docs/tm.md\n",
			"docs/tm.md":    "# Threat model: threats, with mitigations for each\nsystem: {users: 2}\ncomponents:\n  - {id: desk, kind: app, controls: [C01]}\n  - {id: llm, kind: hosted_model_api}\nflows:\n  - {from: desk, to: llm}\n# One entry for each threat, with its mitigation.\nthreats: []\n",
		}},
		{Name: "a draft under the ending of a text", Files: map[string]string{
			"lodemark.yaml": "schema: lodemark/1\nname: help desk\ndocuments:\n  threat-model: docs/tm.md\n",
			"docs/tm.md":    "status: draft\n" + threatsByName,
		}},
		{Name: "threats that say nothing", Files: map[string]string{
			"threats.yaml": "system: {users: 2}\ncomponents:\n  - {id: desk, kind: app}\n  - {id: llm, kind: hosted_model_api}\nflows:\n  - {from: desk, to: llm}\nthreats:\n  - {id: T1, title: TBD, mitigations: [n/a], owner: Security lead}\n",
		}},
		{Name: "headings and comments without a text", Files: map[string]string{
			"docs/threat-model.md": "# Threat model\n\n<!-- threats and mitigations -->\n\n## Threats and attacks\n\nx\n\n## Mitigations\n\nsee wiki\n\n## Scope\n\nThe help desk and its index.\n",
		}},
		{Name: "a document that nobody filled in", Files: map[string]string{
			"docs/threat-model.md": "# Threat model\n\n## Threats\n\nTODO\n\n## Mitigations\n\nTBD\n",
		}},
		{Name: "a system record and no threat model", Files: map[string]string{
			"lodemark.yaml": "schema: lodemark/1\nname: help desk\n",
		}},
	}
}

func threatModelGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "components and flows", Files: map[string]string{"threats.yaml": threatsOfHelpDesk}},
		{Name: "components by id", Files: map[string]string{"threats.yaml": threatsByName}},
		{Name: "where lodemark.yaml points to", Files: map[string]string{
			"lodemark.yaml":       "schema: lodemark/1\nname: help desk\ndocuments:\n  threat-model: security/model.yaml\n",
			"security/model.yaml": threatsByName,
		}},
		{Name: "a written document", Files: map[string]string{
			"docs/threat-model.md": "# Threat model\n\n## Threats\n\nA customer plants instructions in a ticket, and the assistant follows them (prompt injection).\n\n" +
				"## Mitigations\n\nTicket text is marked as data, and the assistant has no tool that sends mail.\n",
		}},
	}
}

func inventoryBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a tool server that came later", Files: map[string]string{
			"threats.yaml": "system: {users: 200}\ncomponents:\n  - {id: desk, kind: app}\n  - {id: files, kind: mcp_server, name: files}\nflows:\n  - {from: desk, to: files}\n",
			".mcp.json":    ticketServer,
		}},
		{Name: "a hosted model of another provider", Files: map[string]string{
			"threats.yaml":  "system: {users: 200}\ncomponents:\n  - {id: desk, kind: app}\n  - {id: llm, kind: hosted_model_api, technology: anthropic}\nflows:\n  - {from: desk, to: llm}\n",
			"lodemark.yaml": "schema: lodemark/1\nname: help desk\nhosted_models:\n  - {provider: anthropic, model: claude-sonnet-4-5}\n  - {provider: mistral, model: mistral-large-2411}\n",
		}},
		{Name: "a tool that came later, and a model of the hub, in code", Files: map[string]string{
			"threats.yaml": threatsOfTools,
			"app/tools.py": toolsInCode + "\n@tool\ndef refund(order: str) -> str:\n    \"\"\"Gives the price of an order back.\"\"\"\n    return orders.refund(order)\n",
			"app/rank.py":  "from sentence_transformers import CrossEncoder\n\nranker = CrossEncoder(\"cross-encoder/ms-marco-MiniLM-L-6-v2\")\n",
		}},
		{Name: "prompts without a store", Files: map[string]string{
			"threats.yaml":      "system: {users: 2}\ncomponents:\n  - {id: desk, kind: app}\n  - {id: user, kind: end_user}\nflows:\n  - {from: user, to: desk}\n",
			"prompts/system.md": "You are the assistant of the help desk. Answer from the articles you are given.\n",
		}},
	}
}

func inventoryGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "everything is named", Files: map[string]string{
			"threats.yaml":      threatsOfHelpDesk,
			".mcp.json":         ticketServer,
			"prompts/system.md": "You are the assistant of the help desk. Answer from the articles you are given.\n",
			"lodemark.yaml":     "schema: lodemark/1\nname: help desk\nhosted_models:\n  - {provider: anthropic, model: claude-sonnet-4-5}\n",
		}},
		{Name: "the tools in code by name, those of tests left out", Files: map[string]string{
			"threats.yaml":        threatsOfTools,
			"app/tools.py":        toolsInCode,
			"tests/test_tools.py": "from langchain_core.tools import tool\n\n@tool\ndef broken(order: str) -> str:\n    \"\"\"Always fails.\"\"\"\n    raise ValueError(order)\n",
		}},
		{Name: "a store by its technology, what stands in tests left out", Files: map[string]string{
			"threats.yaml":            threatsByName,
			"compose.yaml":            "services:\n  db:\n    image: qdrant/qdrant:v1.12.1\n",
			"tests/fixtures/mcp.json": ticketServer,
		}},
	}
}
