// What a page gains where scripts run: buttons that copy, a search, answers opened by their address and for print.
(() => {
  "use strict";
  const { up, find, nothing, results, more, copy, copied } = document.body.dataset;
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

  // The search: of titles first, then of texts; accents, letter case and apostrophes make no difference.
  const box = document.querySelector(".find");
  const input = made("input", { type: "search", placeholder: find, ariaLabel: find, autocomplete: "off" });
  const list = made("ul", { hidden: true });
  const count = made("p", { className: "count", role: "status" });
  box.append(input, count, list);
  const MAX_RESULTS = 20;
  const CONTEXT = 60; // characters before what was found, in an excerpt
  const SAME = { "œ": "oe", "æ": "ae", "ß": "ss", "’": "'", "\u00a0": " ", "\u202f": " " };
  const plainCharacter = (character) => {
    const bare = character.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    return SAME[bare] ?? bare;
  };
  const plain = (text) => Array.from(text, plainCharacter).join("");

  // Title, place, address and text of everything, and all three texts made plain.
  let entries;
  const read = () => {
    entries = window.searchIndex.map(([title, where, address, text]) => (
      { title, where, address, text, plainTitle: plain(title), plainWhere: plain(where), plainText: plain(text) }
    ));
  };

  // How well an entry fits the words; 0 when one of them is nowhere in it.
  const score = (entry, words) => {
    let sum = 0;
    for (const word of words) {
      const at = entry.plainTitle.indexOf(word);
      if (entry.plainTitle === word) sum += 16;
      else if (at === 0) sum += 8;
      else if (at > 0) sum += /\w/.test(entry.plainTitle[at - 1]) ? 3 : 5;
      else if (entry.plainWhere.includes(word)) sum += 2;
      else if (entry.plainText.includes(word)) sum += 1;
      else return 0;
    }
    return sum;
  };

  // The text with each of the words marked; cut so that the first of them is seen.
  const marked = (text, words, isCut) => {
    const at = []; // for each character of the plain text, which one of the text it is of
    let bare = "";
    const characters = Array.from(text);
    characters.forEach((character, index) => {
      const made = plainCharacter(character);
      bare += made;
      for (let each = 0; each < made.length; each += 1) at.push(index);
    });
    const spans = [];
    for (const word of words) {
      for (let from = bare.indexOf(word); from >= 0; from = bare.indexOf(word, from + word.length)) {
        spans.push([at[from], at[from + word.length - 1] + 1]);
      }
    }
    spans.sort((one, other) => one[0] - other[0]);
    const first = spans.length ? spans[0][0] : 0;
    const begin = isCut && first > CONTEXT ? first - CONTEXT : 0;
    const end = isCut ? Math.min(characters.length, begin + 4 * CONTEXT) : characters.length;
    const parts = begin ? ["…"] : [];
    let done = begin;
    for (const [from, to] of spans) {
      if (from < done || to > end) continue;
      parts.push(characters.slice(done, from).join(""));
      parts.push(made("mark", { textContent: characters.slice(from, to).join("") }));
      done = to;
    }
    parts.push(characters.slice(done, end).join(""), end < characters.length ? "…" : "");
    return parts;
  };

  const result = ({ title, where, address, text }, words) => {
    const link = made("a", { href: up + address });
    link.append(...marked(title, words, false));
    if (where) link.append(made("small", { textContent: where, className: "where" }));
    if (text) {
      const excerpt = made("small");
      excerpt.append(...marked(text, words, true));
      link.append(excerpt);
    }
    const item = made("li");
    item.append(link);
    return item;
  };

  const show = () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    list.replaceChildren();
    list.hidden = words.length === 0;
    count.textContent = "";
    if (list.hidden || !window.searchIndex) return;
    if (!entries) read();
    const found = entries
      .map((entry) => [score(entry, words), entry])
      .filter(([points]) => points > 0)
      .sort(([one], [other]) => other - one);
    list.append(...found.slice(0, MAX_RESULTS).map(([, entry]) => result(entry, words)));
    if (found.length > MAX_RESULTS) {
      list.append(made("li", { textContent: more.replace("{}", found.length - MAX_RESULTS) }));
    }
    if (found.length === 0) list.append(made("li", { textContent: nothing }));
    count.textContent = found.length ? results.replace("{}", found.length) : nothing;
  };
  input.addEventListener("focus", () => {
    if (!window.searchIndex) document.head.append(made("script", { src: `${up}search.js`, onload: show }));
  }, { once: true });
  input.addEventListener("input", show);

  // The keyboard: / begins a search, the arrows go through what was found, Enter opens, Escape ends.
  const move = (step) => {
    const links = [input, ...list.querySelectorAll("a")];
    const next = links.indexOf(document.activeElement) + step;
    links[Math.max(0, Math.min(next, links.length - 1))].focus();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      list.hidden = true;
      input.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && event.target === input && list.querySelector("a")) {
      list.querySelector("a").click();
    } else {
      return;
    }
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      input.focus();
      event.preventDefault();
    }
  });
  list.addEventListener("click", (event) => { if (event.target.closest("a")) list.hidden = true; });
  document.addEventListener("click", (event) => { if (!box.contains(event.target)) list.hidden = true; });
})();
