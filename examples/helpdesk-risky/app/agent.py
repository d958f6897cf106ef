import json

from openai import OpenAI

from app import knowledge, settings, tools

client = OpenAI(base_url=settings.MODEL_URL, api_key=settings.MODEL_TOKEN)
SYSTEM = open("prompts/system.md").read()


def answer(question, user):
    articles = knowledge.search(question)
    system = SYSTEM + "\n\nFollow these articles:\n" + "\n".join(articles)
    messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
    while True:
        reply = client.chat.completions.create(model="northlight-chat-2", messages=messages, tools=tools.DESCRIPTIONS)
        message = reply.choices[0].message
        if not message.tool_calls:
            return message.content
        messages.append(message)
        for call in message.tool_calls:
            arguments = json.loads(call.function.arguments)
            result = getattr(tools, call.function.name).invoke(arguments)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": str(result)})
