"""The agent's loop: at most settings.max_steps rounds, every tool call through app.policy."""

import json
from pathlib import Path

from app import model, policy, tools
from app.settings import settings

SYSTEM = Path("prompts/system.md").read_text(encoding="utf-8")


async def answer(question: str, intent: str, user_token: str, confirmed: bool) -> str:
    messages = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": json.dumps({"intent": intent, "question": question})},
    ]
    offered = [t for t in tools.DESCRIPTIONS if settings.enable_write_actions or t["function"]["name"] not in policy.NEEDS_CONFIRMATION]
    for _ in range(settings.max_steps):
        reply = await model.chat(messages, offered)
        if not reply.tool_calls:
            return reply.content or ""
        messages.append(reply.model_dump(exclude_none=True))
        for call in reply.tool_calls:
            messages.append({"role": "tool", "tool_call_id": call.id, "content": await carry_out(call, user_token, confirmed)})
    return "I could not finish this. Please write to the help desk."


async def carry_out(call, user_token: str, confirmed: bool) -> str:
    try:
        arguments = policy.check(call.function.name, call.function.arguments, confirmed)
        found = await tools.run(call.function.name, arguments, user_token)
    except (policy.Refused, ValueError) as refused:
        return json.dumps({"refused": str(refused)})
    return json.dumps({"data": found})
