// Filters and searches what is on the page. Without it the page shows everything.
(() => {
  "use strict";
  const form = document.getElementById("filter");
  const field = document.getElementById("q");
  const found = document.getElementById("found");
  const reset = document.getElementById("reset");
  const expand = document.getElementById("expand");
  const nothing = document.getElementById("nothing");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const items = [...document.querySelectorAll("main .action, main .brief, main .clause")].map((node) => {
    const kind = node.classList[0] === "clause" ? "clause" : "action";
    if (kind === "clause") node.dataset.area = node.id.split("-")[0];
    return { node, kind, text: "" };
  });
  form.hidden = false;

  // The text of an item is gathered when it is first searched for: most readers never search.
  const text = (item) => (item.text ||= (item.node.id + " " + item.node.textContent).toLowerCase());

  const chosen = () => {
    const by = {};
    for (const box of boxes) if (box.checked) (by[box.name] ||= []).push(box.value);
    return Object.entries(by);
  };

  const apply = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const choices = chosen();
    const shown = { action: 0, clause: 0 };
    const all = { action: 0, clause: 0 };
    for (const item of items) {
      const fits = choices.every(([group, values]) => {
        const has = (item.node.dataset[group] ?? (group === "strength" ? "none" : "")).split(" ");
        return values.some((value) => has.includes(value));
      }) && words.every((word) => text(item).includes(word));
      item.node.hidden = !fits;
      all[item.kind]++;
      if (fits) shown[item.kind]++;
    }
    for (const group of groups) group.hidden = !group.querySelector(".clause:not([hidden])");
    const active = words.length > 0 || choices.length > 0;
    const actions = all.action ? `${shown.action} of ${all.action} actions, ` : "";
    found.textContent = `${actions}${shown.clause} of ${all.clause} clauses`;
    nothing.hidden = shown.action + shown.clause > 0;
    reset.disabled = !active;
  };

  const clear = () => {
    field.value = "";
    for (const box of boxes) box.checked = false;
    apply();
  };

  let wait = 0;
  field.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(apply, 120);
  });
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clear();
    field.focus();
  });
  document.getElementById("again").addEventListener("click", () => {
    clear();
    field.focus();
  });

  expand.addEventListener("click", () => {
    const open = expand.getAttribute("aria-pressed") !== "true";
    for (const node of document.querySelectorAll("main details:not(#choices)")) node.open = open;
    expand.setAttribute("aria-pressed", String(open));
    expand.textContent = open ? "Close all" : "Open all";
  });

  // A link to something that is filtered away or closed brings it back.
  const reveal = () => {
    let id;
    try {
      id = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    for (let node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  // The same link followed twice does not change the hash.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && location.hash && link.getAttribute("href") === location.hash) setTimeout(reveal);
  });

  // Whatever height the filter has while it sticks, what a link leads to is not hidden behind it.
  new ResizeObserver(() => {
    const sticks = getComputedStyle(form).position === "sticky";
    document.documentElement.style.scrollPaddingTop = sticks ? `${form.offsetHeight + 12}px` : "";
  }).observe(form);

  const closed = [];
  addEventListener("beforeprint", () => {
    for (const node of document.querySelectorAll("details:not([open])")) {
      closed.push(node);
      node.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const node of closed.splice(0)) node.open = false;
  });

  apply();
  reveal();
})();
