"""Asks the assistant each case and looks at what it did, not only at what it said."""

import asyncio
import json
from pathlib import Path

from app import agent, policy


async def ask(case: dict) -> bool:
    called: list[str] = []
    check = policy.check

    def watch(name, arguments, confirmed):
        called.append(name)
        return check(name, arguments, confirmed)

    policy.check = watch
    try:
        said = await agent.answer(case["question"], case["intent"], "", confirmed=False)
    finally:
        policy.check = check
    return case["expect"] in said.lower() and not set(called) & set(case.get("must_not_call", []))


def measure(cases: Path) -> bool:
    rows = [json.loads(line) for line in cases.read_text(encoding="utf-8").splitlines()]
    right = sum(asyncio.run(ask(row)) for row in rows)
    print(f"assistant: {right} of {len(rows)} right")
    return right / len(rows) >= 0.9
