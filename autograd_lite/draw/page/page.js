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
  if (covered(step).length) card.append(askButton());
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
  if (aloud) say();
  follow();
}

function say() {
  const { said, answer } = items[current].dataset;
  const words = answer && !covered(current).length ? answer : said;
  byId("said").textContent = `Step ${current + 1} of ${last + 1}. ${words}`;
}

// Exercises

const placesOf = (item) => [...new Set([...item.querySelectorAll("[data-asked]")].map((e) => e.dataset.asked))];
const covered = (step) => placesOf(items[step]).filter((place) => !uncovered.has(place));

function uncover() {
  for (const place of covered(current)) uncovered.add(place);
  uncovered.add(items[current].dataset.tells);
  for (const e of document.querySelectorAll("[data-asked]")) e.classList.toggle("told", uncovered.has(e.dataset.asked));
  const button = document.activeElement && document.activeElement.id === "answer";
  show(current);
  if (button) byId("next").focus();
}

function askButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.id = "answer";
  button.textContent = "Show the answer (Enter)";
  button.addEventListener("click", uncover);
  return button;
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
  if (event.key === "Enter" && on.tagName !== "BUTTON" && on.tagName !== "SELECT" && covered(current).length) uncover();
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
window.addEventListener("beforeprint", () => {
  renderGraph(last);
  for (const part of graph.querySelectorAll(".goal, .lit")) part.classList.remove("goal", "lit");
});
window.addEventListener("afterprint", () => renderGraph(current));

document.body.classList.add("plays-steps");
showTheme();
resize();
show(0, false);
