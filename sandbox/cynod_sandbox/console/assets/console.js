"use strict";
{
  const { copy, copied } = document.body.dataset;
  for (const place of document.querySelectorAll(".paste")) {
    const text = place.querySelector("code");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      getSelection().selectAllChildren(text);
      try {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = copied;
        setTimeout(() => (button.textContent = copy), 2000);
      } catch {} // the text stays selected, to be copied by hand
    });
    place.classList.add("can");
    place.append(button);
  }

  // The list of requests follows what happens, row by row; without this script a reload does.
  const live = document.querySelector(".live");
  if (live) {
    const body = document.querySelector(".requests tbody");
    const empty = document.querySelector(".empty");
    const button = live.querySelector("button");
    const now = live.querySelector(".now");
    const address = new URL(live.dataset.rows, location.href);
    let last = live.dataset.last;
    let paused = false;

    const look = async () => {
      if (!paused && !document.hidden) {
        try {
          address.searchParams.set("after", last);
          const answer = await fetch(address, { redirect: "error" });
          if (answer.ok) {
            last = answer.headers.get("X-Last");
            const rows = document.createElement("tbody");
            rows.innerHTML = await answer.text(); // the server's own rows, each text in them escaped
            for (const row of rows.children) row.className = "new";
            if (rows.children.length) empty.hidden = true;
            body.prepend(...rows.children);
            while (body.children.length > 200) body.lastElementChild.remove();
          }
        } catch {} // the sandbox is gone or restarting: look again later
      }
      setTimeout(look, 1000);
    };

    live.hidden = false;
    button.addEventListener("click", () => {
      paused = !paused;
      live.classList.toggle("paused", paused);
      now.textContent = paused ? live.dataset.paused : live.dataset.live;
      button.textContent = paused ? live.dataset.resume : live.dataset.pause;
    });
    setTimeout(look, 1000);
  }

  const choose = document.querySelector(".choose");
  if (choose) {
    choose.addEventListener("change", () => choose.submit());
    choose.querySelector("button:not([type])").hidden = true;
  }
}
