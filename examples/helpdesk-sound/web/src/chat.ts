const form = document.querySelector<HTMLFormElement>("#ask")!;
const log = document.querySelector<HTMLOListElement>("#log")!;

/** Answers come from a model, so they are shown as text and never as markup. */
function show(who: "you" | "assistant", text: string): void {
  const item = document.createElement("li");
  item.className = who;
  item.textContent = text;
  log.append(item);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = String(new FormData(form).get("question")).trim();
  if (text === "") return;
  show("you", text);
  const reply = await fetch("/api/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    credentials: "same-origin",
    body: JSON.stringify({ text }),
  });
  show("assistant", reply.ok ? (await reply.json()).answer : "The assistant cannot answer just now.");
});
