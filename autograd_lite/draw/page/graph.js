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

// An exercise: what is asked for is covered until it is uncovered, by places such as gradient-4.
const uncovered = new Set();
const isCovered = (thing, quantity) => thing.asked.includes(quantity) && !uncovered.has(`${quantity}-${thing.id.slice(1)}`);
// The box about an answer stays, empty.
const isBox = (part) => part.tagName !== "text" && [lesson.answer, "none"].includes(part.getAttribute("fill"));

function renderNode(node, step) {
  const unknown = isCovered(node, "value");
  for (const part of node.before) blank(part, step < node.value || (unknown && !isBox(part)));
  const gradient = gradientAt(node, step);
  // An array's sum is on the card while it grows, and in the drawing once it is whole.
  const hidden = !gradient || (gradient.left > 0 && (!node.single || gradient.text === null));
  const asked = isCovered(node, "gradient");
  for (const part of node.after) blank(part, hidden || (asked && !isBox(part)));
  if (node.single) node.single.textContent = gradient && gradient.left > 0 ? gradient.text + " …" : node.final;
}

function renderEdge(edge, step, item) {
  const lit = item.dataset.phase === "forward" ? edge.to === item.dataset.goal : edge.step === step;
  for (const part of edge.said) {
    const quantity = part.getAttribute("fill") === lesson.gradient ? "contribution" : "derivative";
    blank(part, edge.step === null || edge.step > step || (isCovered(edge, quantity) && !isBox(part)));
  }
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
