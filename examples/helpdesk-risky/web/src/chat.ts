import { marked } from "marked";

const log = document.querySelector("#log")!;

document.querySelector("#ask")!.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = (document.querySelector("#question") as HTMLInputElement).value;
  const reply = await fetch("/api/chat", { method: "POST", body: JSON.stringify({ text, user: localStorage.getItem("user") }) });
  log.innerHTML += await marked(await reply.text());
});
