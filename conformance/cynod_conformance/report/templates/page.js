"use strict";
{
  const root = document.documentElement;
  const name = document.title.split(" · ").slice(1).join(" · ");

  // The style sheet shows the chosen language; readers of screens and tabs are told of it here.
  const tell = () => {
    root.lang = document.querySelector("[name=language]:checked").value;
    document.title = root.dataset[root.lang] + " · " + name;
  };
  document.querySelector(".languages").addEventListener("change", tell);
  tell();

  const filter = document.getElementById("filter");
  const rows = [...document.querySelectorAll("table.all tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);
  const sift = () => {
    const asked = new FormData(filter);
    const words = asked.get("words").toLowerCase().split(/\s+/);
    const kinds = ["status", "level", "layer"].map((kind) => [kind, asked.getAll(kind)]);
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word))
        || kinds.some(([kind, values]) => values.length && !values.includes(row.dataset[kind]));
      shown += !row.hidden;
    }
    filter.querySelector("output").value = shown;
  };
  filter.hidden = false;
  filter.addEventListener("input", sift);
  filter.addEventListener("submit", (event) => event.preventDefault());
  sift();

  // A link to a clause leads somewhere even when the filter hides it or it stands in something folded.
  const reveal = () => {
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!place) return;
    if (place.hidden) {
      filter.reset();
      sift();
    }
    for (let each = place; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    place.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  for (const button of document.querySelectorAll(".copy")) {
    const text = button.closest(".paste").querySelector("code");
    const done = () => {
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 2000);
    };
    const select = () => getSelection().selectAllChildren(text);
    button.hidden = false;
    button.addEventListener("click", () => {
      select();
      if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).then(done, select);
    });
  }

  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("#failures details, #open details")) each.open = true;
  });
}
