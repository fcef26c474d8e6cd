// What a page gains where scripts run: buttons that copy, a search, answers opened by their address and for print.
(() => {
  "use strict";
  const { up, find, nothing, copy, copied } = document.body.dataset;
  const made = (name, properties = {}) => Object.assign(document.createElement(name), properties);

  for (const sample of document.querySelectorAll(".sample")) {
    const button = made("button", { type: "button", className: "copy", textContent: copy });
    button.addEventListener("click", () => {
      const code = sample.querySelector("code");
      const done = () => {
        button.textContent = copied;
        setTimeout(() => { button.textContent = copy; }, 1500);
      };
      if (navigator.clipboard) {
        navigator.clipboard.writeText(code.textContent).then(done, () => getSelection().selectAllChildren(code));
      } else {
        getSelection().selectAllChildren(code);
      }
    });
    sample.append(button);
  }

  const openTarget = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const answer = target && target.closest("details");
    if (answer) answer.open = true;
  };
  addEventListener("hashchange", openTarget);
  openTarget();
  addEventListener("beforeprint", () => {
    for (const answer of document.querySelectorAll("details.answer")) answer.open = true;
  });

  // The language switch keeps the place in the page.
  for (const link of document.querySelectorAll(".languages a")) {
    link.addEventListener("click", () => { link.hash = location.hash; });
  }

  const box = document.querySelector(".find");
  const input = made("input", { type: "search", placeholder: find, ariaLabel: find, autocomplete: "off" });
  const list = made("ul", { hidden: true });
  box.append(input, list);
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const show = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    list.hidden = words.length === 0;
    if (list.hidden || !window.searchIndex) return;
    const found = window.searchIndex
      .filter(([title, note]) => words.every((word) => plain(`${title} ${note}`).includes(word)))
      .slice(0, 12);
    for (const [title, note, address] of found) {
      const link = made("a", { href: up + address });
      link.append(title);
      if (note) link.append(made("small", { textContent: note }));
      const item = made("li");
      item.append(link);
      list.append(item);
    }
    if (found.length === 0) list.append(made("li", { textContent: nothing }));
  };
  input.addEventListener("focus", () => {
    if (!window.searchIndex) document.head.append(made("script", { src: `${up}search.js`, onload: show }));
  }, { once: true });
  input.addEventListener("input", show);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { list.hidden = true; input.focus(); }
  });
  document.addEventListener("click", (event) => { if (!box.contains(event.target)) list.hidden = true; });
})();
