"use strict";
// Everything that is shown is a function of the number of the step, so that the slider and stepping back show the same.

const byId = (id) => document.getElementById(id);
const lesson = JSON.parse(byId("lesson").textContent);
const items = [...byId("equations").children];
const graph = byId("graph");
const drawing = graph.querySelector("svg");
const root = document.documentElement;
const last = items.length - 1;
const SECONDS_PER_STEP = lesson.rate ? 1 / lesson.rate : 1.6;
// Labels of the drawing are 11 points high: below this scale they cannot be read.
const smallest = () => 0.7 * (parseFloat(getComputedStyle(root).fontSize) / 16) ** 2;
const LARGEST_FIT = 2.4;

let current = 0;
let timer = null;
let scale = null;

// The parts of the drawing

// A node's value stands before its box, its gradient after it: above and below, or left and right.
function sides(group, middle) {
  const found = { before: [], inside: [], after: [] };
  const sideways = lesson.sideways;
  const box = middle.getBBox();
  for (const part of group.children) {
    if (part.tagName === "title" || part.tagName === "desc") continue;
    const at = part.getBBox();
    const [place, low, high] = sideways
      ? [at.y + at.height / 2, box.y, box.y + box.height]
      : [at.x + at.width / 2, box.x, box.x + box.width];
    found[place < low ? "before" : place > high ? "after" : "inside"].push(part);
  }
  return found;
}

const boxOf = (group) =>
  [...group.querySelectorAll("path")].find((path) => lesson.boxes.includes(path.getAttribute("fill")));

function centred(text) {
  const box = text.getBBox();
  text.setAttribute("text-anchor", "middle");
  text.setAttribute("x", String(box.x + box.width / 2));
}

const nodes = Object.entries(lesson.nodes || {}).map(([id, known]) => {
  const group = byId(id);
  const { before, inside, after } = sides(group, boxOf(group));
  for (const part of inside) if (part.tagName === "path") part.classList.add("box");
  const single = after.length === 1 && after[0].tagName === "text" ? after[0] : null;
  if (single) centred(single);
  return { id, group, before, after, single, final: single ? single.textContent : "", ...known };
});

const edges = Object.entries(lesson.edges || {}).map(([id, known]) => {
  const label = byId(id);
  const halves = [byId(id + "a"), byId(id + "b")].filter(Boolean);
  if (!label) return { id, halves, said: [], ...known };
  label.classList.add("label");
  for (const part of label.querySelectorAll(`[fill="${lesson.line}"]`)) part.classList.add("line");
  const said = [...label.children].filter((part) => !part.classList.contains("line"));
  return { id, label, halves, said, ...known };
});

// What stands in a growing sum's place at one step: null before its first term.
function gradientAt(node, step) {
  let shown = null;
  for (const [from, text, left] of node.gradient) if (from <= step) shown = { text, left };
  return shown;
}

function blank(part, hidden) {
  part.classList.toggle("blank", hidden);
}

function renderNode(node, step) {
  for (const part of node.before) blank(part, step < node.value);
  const gradient = gradientAt(node, step);
  // An array's sum is on the card while it grows, and in the drawing once it is whole.
  const hidden = !gradient || (gradient.left > 0 && !node.single);
  for (const part of node.after) blank(part, hidden);
  if (node.single) node.single.textContent = gradient && gradient.left > 0 ? gradient.text + " …" : node.final;
}

function renderEdge(edge, step, item) {
  const lit = item.dataset.phase === "forward" ? edge.to === item.dataset.goal : edge.step === step;
  for (const part of edge.said) blank(part, edge.step === null || edge.step > step);
  for (const part of [edge.label, ...edge.halves]) if (part) part.classList.toggle("lit", lit);
  return lit;
}

// A film: some groups of the drawing have a form of their own in each frame, and a path has grown so far.
const groups = Object.entries(lesson.frames || {}).map(([id, { forms, at }]) => {
  return { group: byId(id), forms: forms.map(parsed), at };
});

function parsed(markup) {
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${markup}</svg>`;
  return [...new DOMParser().parseFromString(text, "image/svg+xml").documentElement.children];
}

function renderFrame(step) {
  for (const { group, forms, at } of groups) {
    group.replaceChildren(...forms[at[step]].map((part) => document.importNode(part, true)));
  }
  for (let i = 0; i < (lesson.path || 0); i++) {
    const point = byId(`point-${i}`);
    for (const part of [point, byId(`way-${i}`)]) if (part) blank(part, i > step);
    if (!point) continue;
    point.classList.toggle("here", i === step);
    point.setAttribute("r", i === step ? "7" : "3");
  }
  if (!lesson.curve) return;
  const [x, y] = lesson.curve[step];
  byId("marker").setAttribute("cx", String(x));
  byId("marker").setAttribute("cy", String(y));
}

function renderGraph(step) {
  renderFrame(step);
  const item = items[step];
  const near = new Set((item.dataset.lit || "").split(" "));
  for (const edge of edges) {
    if (renderEdge(edge, step, item) && item.dataset.phase === "forward") near.add(edge.from);
  }
  for (const node of nodes) {
    renderNode(node, step);
    node.group.classList.toggle("goal", item.dataset.phase !== "given" && node.id === item.dataset.goal);
    node.group.classList.toggle("lit", near.has(node.id));
  }
}

// The list, the card, and what is said

function renderList(step) {
  items.forEach((item, i) => {
    item.classList.toggle("current", i === step);
    item.classList.toggle("future", i > step);
    if (i === step) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
  const card = byId("card");
  card.dataset.phase = items[step].dataset.phase;
  card.replaceChildren(...[...items[step].children].map((part) => part.cloneNode(true)));
  card.scrollTop = 0;
  // Large arrays are written smaller, as far as they can still be read.
  for (const size of [1, 0.85, 0.72]) {
    card.style.fontSize = `${size}rem`;
    if (card.scrollHeight <= card.clientHeight && card.scrollWidth <= card.clientWidth) break;
  }
  // What scrolls can be reached by the keyboard.
  if (card.scrollHeight > card.clientHeight) card.tabIndex = 0;
  else card.removeAttribute("tabindex");
}

function show(step, aloud = true) {
  current = Math.max(0, Math.min(last, step));
  renderGraph(current);
  renderList(current);
  const slider = byId("slider");
  slider.value = String(current);
  slider.setAttribute("aria-valuetext", `Step ${current + 1} of ${last + 1}`);
  byId("count").textContent = `${current + 1} / ${last + 1}`;
  // A button that is really disabled would lose the focus.
  const idle = { first: current === 0, back: current === 0, next: current === last, last: current === last };
  for (const [id, is] of Object.entries(idle)) byId(id).setAttribute("aria-disabled", String(is));
  if (aloud) byId("said").textContent = `Step ${current + 1} of ${last + 1}. ${items[current].dataset.said}`;
  follow();
}

// Scrolls within the graph and within the list, never the page.
function follow() {
  const item = items[current];
  const list = byId("equations");
  const top = item.offsetTop - list.clientHeight * 0.6;
  list.scrollTop = Math.max(0, top);
  const frame = graph.getBoundingClientRect();
  // As much of what is lit as there is room for.
  const at = [".goal, .lit", ".goal, .label.lit", ".goal"].map(around).filter(Boolean)
    .find((box, i, boxes) => i === boxes.length - 1 || (box.width < frame.width && box.height < frame.height));
  if (!at) return;
  const margin = Math.min(24, (frame.width - at.width) / 2, (frame.height - at.height) / 2);
  if (at.left < frame.left + margin || at.right > frame.right - margin) {
    graph.scrollLeft += at.left + at.width / 2 - frame.left - frame.width / 2;
  }
  if (at.top < frame.top + margin || at.bottom > frame.bottom - margin) {
    graph.scrollTop += at.top + at.height / 2 - frame.top - frame.height / 2;
  }
}

// The rectangle about some parts of the drawing.
function around(selector) {
  const boxes = [...graph.querySelectorAll(selector)].map((part) => part.getBoundingClientRect());
  if (!boxes.length) return null;
  const left = Math.min(...boxes.map((b) => b.left));
  const top = Math.min(...boxes.map((b) => b.top));
  const right = Math.max(...boxes.map((b) => b.right));
  const bottom = Math.max(...boxes.map((b) => b.bottom));
  return { left, top, right, bottom, width: right - left, height: bottom - top };
}

// Playing

function pause() {
  clearTimeout(timer);
  timer = null;
  document.body.classList.remove("playing");
  byId("play").setAttribute("aria-label", "Play");
}

function tick() {
  if (current === last) return pause();
  timer = setTimeout(() => {
    show(current + 1);
    tick();
  }, (1000 * SECONDS_PER_STEP) / Number(byId("speed").value));
}

function play() {
  if (current === last) show(0);
  document.body.classList.add("playing");
  byId("play").setAttribute("aria-label", "Pause");
  tick();
}

const toggle = () => (timer === null ? play() : pause());

function go(step) {
  pause();
  show(step);
}

// The size of the drawing and of the text, and the colours

const natural = drawing.viewBox.baseVal;

function fits() {
  const padding = 2 * parseFloat(getComputedStyle(graph).paddingLeft) + 1;
  const across = (graph.clientWidth - padding) / natural.width;
  const down = (graph.clientHeight - padding) / natural.height;
  const narrow = window.matchMedia("(max-width: 50rem)").matches;
  return Math.max(smallest(), Math.min(LARGEST_FIT, narrow ? across : Math.min(across, down)));
}

function resize() {
  const pixels = scale === null ? fits() : scale;
  drawing.style.width = `${natural.width * pixels}px`;
  drawing.style.height = `${natural.height * pixels}px`;
  follow();
}

function zoom(factor) {
  scale = Math.max(0.2, Math.min(8, (scale === null ? fits() : scale) * factor));
  resize();
}

let text = 1;

function scaleText(factor) {
  text = Math.max(0.7, Math.min(2, text * factor));
  root.style.setProperty("--text", String(text));
  resize();
}

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);
const showTheme = () => byId("theme").setAttribute("aria-pressed", String(isDark()));

function toggleTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  showTheme();
}

// Buttons and keys

const actions = {
  first: () => go(0), back: () => go(current - 1), play: toggle, next: () => go(current + 1), last: () => go(last),
  out: () => zoom(0.8), in: () => zoom(1.25), smaller: () => scaleText(1 / 1.15), larger: () => scaleText(1.15), theme: toggleTheme,
  fit: () => { scale = null; resize(); },
};
for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
byId("slider").addEventListener("input", (event) => go(Number(event.target.value)));
items.forEach((item, i) => item.addEventListener("click", () => { if (i <= current) go(i); }));

const keys = { ArrowRight: actions.next, ArrowLeft: actions.back, Home: actions.first, End: actions.last, " ": toggle };

document.addEventListener("keydown", (event) => {
  const on = event.target;
  const ours = keys[event.key];
  if (!ours || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  // A slider, a list of choices and a button have keys of their own.
  if (on.tagName === "SELECT" || (on.tagName === "BUTTON" && event.key === " ")) return;
  if (on.tagName === "INPUT" && event.key !== " ") return;
  event.preventDefault();
  ours();
});
systemDark.addEventListener("change", showTheme);
window.addEventListener("resize", resize);
// On paper everything is known.
window.addEventListener("beforeprint", () => renderGraph(last));
window.addEventListener("afterprint", () => renderGraph(current));

document.body.classList.add("plays-steps");
showTheme();
resize();
show(0, false);
