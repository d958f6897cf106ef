// For every piece of text that can be seen: does its colour stand out from what lies behind it (WCAG 2.2, 1.4.3)?
(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const parse = (color) => {
    if (!known.has(color)) known.set(color, read(color));
    return known.get(color);
  };
  const read = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const luminance = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const grounds = new Map();
  const behind = (e) => {
    if (!e) return [255, 255, 255, 1];
    if (!grounds.has(e)) {
      const c = parse(getComputedStyle(e).backgroundColor);
      grounds.set(e, c[3] === 1 ? c : over(c, behind(e.parentElement)));
    }
    return grounds.get(e);
  };
  const water = [".land", ".w1", ".w2", ".w3"].map((s) => {
    const style = getComputedStyle(document.querySelector(".course.wide " + s));
    return parse(s === ".land" ? style.fill : style.stroke);
  });
  const seen = new Map();
  let looked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ["SCRIPT", "STYLE", "title", "desc"].includes(e.tagName) || !e.checkVisibility() || e.closest("thead, .skip") && innerWidth < 720) continue;
    looked++;
    const style = getComputedStyle(e);
    const svg = e.closest("svg");
    const color = parse(svg ? style.fill : style.color);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    for (const ground of svg ? water : [behind(e)]) {
      const r = ratio(over(color, ground), ground);
      if (r < (large ? 3 : 4.5)) {
        seen.set(`${e.tagName}.${e.getAttribute("class") || e.parentElement.className} in ${style.color} on ${ground.slice(0, 3)}`, r.toFixed(2));
      }
    }
  }
  return { Looked: looked, Poor: [...seen].map(([what, r]) => `${r} for ${what}`) };
})()
