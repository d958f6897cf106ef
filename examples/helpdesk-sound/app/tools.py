"""The agent's tools. They act with the rights of the user who asks, never with the service's own."""

import httpx

from app import knowledge

TICKETS = "https://tickets.helpdesk.example.org/api"

DESCRIPTIONS = [
    {
        "type": "function",
        "function": {
            "name": "search_knowledge",
            "description": "Finds articles of the knowledge base.",
            "parameters": {
                "type": "object",
                "properties": {"query": {"type": "string", "maxLength": 200}},
                "required": ["query"],
                "additionalProperties": False,
            },
        },
    },
    {
        "type": "function",
        "function": {
            "name": "search_tickets",
            "description": "Finds the user's own tickets.",
            "parameters": {
                "type": "object",
                "properties": {"query": {"type": "string", "maxLength": 200}},
                "required": ["query"],
                "additionalProperties": False,
            },
        },
    },
    {
        "type": "function",
        "function": {
            "name": "comment_ticket",
            "description": "Adds a comment to one of the user's own tickets, after the user has confirmed it.",
            "parameters": {
                "type": "object",
                "properties": {"ticket": {"type": "integer"}, "text": {"type": "string", "maxLength": 2000}},
                "required": ["ticket", "text"],
                "additionalProperties": False,
            },
        },
    },
]


async def run(name: str, arguments, user_token: str):
    headers = {"Authorization": f"Bearer {user_token}"}
    async with httpx.AsyncClient(base_url=TICKETS, headers=headers, timeout=10) as client:
        match name:
            case "search_knowledge":
                return await knowledge.search(arguments.query)
            case "search_tickets":
                found = await client.get("/tickets", params={"q": arguments.query, "mine": "true"})
            case "comment_ticket":
                found = await client.post(f"/tickets/{arguments.ticket}/comments", json={"text": arguments.text})
    found.raise_for_status()
    return found.json()
