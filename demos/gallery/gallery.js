"use strict";
// Without this script everything can be read and every picture opens by its link; it adds the keys, the search and large pictures.

const byId = (id) => document.getElementById(id);

// The first page: cards whose words hold all that is typed.
const search = byId("search");
if (search) {
  const cards = [...document.querySelectorAll(".card")];
  const texts = cards.map((card) => `${card.dataset.name} ${card.textContent}`.toLowerCase());
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    cards.forEach((card, i) => { card.hidden = !words.every((word) => texts[i].includes(word)); });
    for (const section of document.querySelectorAll("main > section")) {
      section.hidden = words.length > 0 && !section.querySelector(".card:not([hidden])");
    }
    byId("found").textContent = words.length ? `${cards.filter((card) => !card.hidden).length} of ${cards.length}` : "";
  };
  search.closest(".search").hidden = false;
  search.addEventListener("input", filter);
  filter();
}

// A demo: its code is shown or hidden, also on the pages that follow.
const codes = [...document.querySelectorAll("details.code")];
const button = byId("code");
const recall = (value) => {
  try {
    if (value !== undefined) sessionStorage.setItem("code", value);
    return sessionStorage.getItem("code");
  } catch {
    return null;
  }
};
const showCode = (shown) => {
  button.setAttribute("aria-pressed", String(shown));
  for (const one of codes) one.open = shown && !one.classList.contains("setting");
};
if (button && codes.length) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    showCode(shown);
    recall(shown ? "shown" : "hidden");
  });
  if (recall() === "hidden") showCode(false);
}
// On paper nothing is folded.
let folded = [];
addEventListener("beforeprint", () => {
  folded = codes.filter((one) => !one.open);
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => { for (const one of folded) one.open = false; });

// A film stands still for who wants no motion; opened by itself it runs.
if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
  for (const film of document.querySelectorAll("img[src$='.gif']")) {
    film.decode().then(() => {
      const still = document.createElement("canvas");
      [still.width, still.height, still.className] = [film.naturalWidth, film.naturalHeight, film.className];
      still.setAttribute("role", "img");
      still.setAttribute("aria-label", film.alt);
      still.getContext("2d").drawImage(film, 0, 0);
      film.hidden = true;
      film.after(still);
    });
  }
}

// Pictures large, one after the other.
const dialog = byId("large");
const links = [...document.querySelectorAll(".pictures a.paper")];
const sheet = dialog?.querySelector(".sheet");
let current = 0;
const near = (on) => {
  sheet.classList.toggle("near", on);
  byId("large-size").setAttribute("aria-pressed", String(on));
};
const show = (i) => {
  current = (i + links.length) % links.length;
  const image = links[current].querySelector("img");
  const large = byId("large-picture");
  large.src = links[current].href;
  large.alt = image.alt;
  large.style.setProperty("--width", links[current].parentElement.style.getPropertyValue("--width"));
  byId("large-caption").textContent = links.length > 1 ? `${image.alt} (${current + 1} of ${links.length})` : image.alt;
  near(false);
  if (!dialog.open) dialog.showModal();
  byId("large-close").focus();
};
if (dialog && links.length) {
  links.forEach((link, i) => link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(i);
  }));
  for (const id of ["large-back", "large-next"]) byId(id).hidden = links.length < 2;
  byId("large-back").addEventListener("click", () => show(current - 1));
  byId("large-next").addEventListener("click", () => show(current + 1));
  byId("large-close").addEventListener("click", () => dialog.close());
  byId("large-size").addEventListener("click", () => near(!sheet.classList.contains("near")));
  sheet.addEventListener("click", () => near(!sheet.classList.contains("near")));
  dialog.addEventListener("close", () => {
    links[current].focus({ preventScroll: true });
    links[current].scrollIntoView({ block: "nearest" });
  });
}

// The keys. Those that scroll something, or write, keep their meaning.
const scrolls = (target) => {
  const region = target.closest?.("[tabindex], a.paper");
  return region && region.scrollWidth > region.clientWidth + 1;
};
addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest?.("input")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const along = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (along && scrolls(event.target)) return;
  if (dialog?.open) {
    if (along) show(current + along);
    else if (event.key === "z") byId("large-size").click();
    else return;
  } else if (along) {
    const link = document.querySelector(`a[rel=${along < 0 ? "prev" : "next"}]`);
    if (!link) return;
    link.click();
  } else if (event.key === "f" && links.length) {
    const seen = links.findIndex((link) => link.getBoundingClientRect().bottom > 0);
    show(Math.max(seen, 0));
  } else if (event.key === "c" && button) {
    button.click();
  } else if (event.key === "/" && search) {
    search.focus();
  } else {
    return;
  }
  event.preventDefault();
});
