// The entry grid of a return: saves each box as one leaves it, moves by keyboard, fills pasted columns.
// Without it the same form works with its Save button.
(() => {
  "use strict";
  const form = document.querySelector("form[data-return-entry]");
  if (!form) return;
  const address = form.getAttribute("action");
  const kept = `return-entry ${form.dataset.user} ${address}`;
  const status = document.getElementById("saved");
  document.querySelector("[data-keys]")?.removeAttribute("hidden");

  const all = () => [...form.querySelectorAll("[data-box]")];
  const figures = () => [...form.querySelectorAll("[data-figure]")];
  const loadedWith = (box) => form.elements[`was.${box.name}`];
  const differs = (box) => box.value !== loadedWith(box).value;
  const say = (text) => { status.textContent = text; };

  // What the portal has not confirmed yet survives a closed window, a lost connection and an ended session.
  const remember = () => {
    const open = all().filter(differs).map((box) => [box.name, { text: box.value, was: loadedWith(box).value }]);
    try {
      if (open.length) localStorage.setItem(kept, JSON.stringify(Object.fromEntries(open)));
      else localStorage.removeItem(kept);
    } catch { /* no room, or forbidden: the boxes themselves still hold it */ }
  };

  const restore = () => {
    let open = {};
    try { open = JSON.parse(localStorage.getItem(kept) || "{}"); } catch { /* not ours */ }
    for (const [name, { text, was }] of Object.entries(open)) {
      const box = form.elements[name];
      if (!box || box.value === text) continue;
      box.value = text;
      loadedWith(box).value = was;
    }
    // Boxes that came back saved as they were typed need not be kept any longer.
    remember();
    // What was restored, and what somebody typed before this ran.
    save();
  };

  const show = (answer) => {
    for (const [id, html] of Object.entries(answer.fragments)) {
      const place = document.getElementById(id);
      if (!place || place.innerHTML.trim() === html.trim()) continue;
      // A reason that is being written is not taken from under the cursor.
      if (id === "reasons" && [...place.querySelectorAll("textarea")].some((box) => box === document.activeElement || differs(box))) continue;
      // The percentage that can be taken over stays while one is about to take it.
      if (place.contains(document.activeElement)) continue;
      place.innerHTML = html;
    }
    for (const box of all()) {
      if (answer.invalid.includes(box.name) || answer.problems[box.name]) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
    }
  };

  const lost = (text, link) => {
    say(text);
    if (link) status.append(" ", Object.assign(document.createElement("a"), { href: link, textContent: "Sign in", target: "_blank" }));
    remember();
  };

  // A box that was refused waits for the next change, or for Save, before it is sent again.
  const refused = new Map();
  let sending = false;
  // Set once the whole form is on its way: it carries every box, and a box sent beside it would only arrive too late.
  let leaving = false;
  let request = new AbortController();
  const save = async () => {
    if (sending || leaving) return;
    const boxes = all().filter((box) => differs(box) && refused.get(box.name) !== box.value);
    if (!boxes.length) return;
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    const sent = new Map(boxes.map((box) => [box.name, box.value]));
    for (const box of boxes) {
      body.set(box.name, box.value);
      body.set(`was.${box.name}`, loadedWith(box).value);
    }
    sending = true;
    request = new AbortController();
    remember();
    say("Saving…");
    try {
      const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", signal: request.signal });
      if (response.type === "opaqueredirect") return lost("You are signed out. What you typed is kept in this browser.", form.dataset.signIn);
      if (!(response.headers.get("Content-Type") || "").startsWith("application/json")) {
        return lost("Not saved: the portal refused it. What you typed is kept in this browser. Load the page again.");
      }
      const answer = await response.json();
      if (answer.refused) return lost(`Not saved. ${answer.refused}`);
      for (const [name, text] of Object.entries(answer.stored)) {
        const box = form.elements[name];
        const typed = sent.get(name);
        if (!box) continue;
        loadedWith(box).value = text;
        if (answer.problems[name]) refused.set(name, typed);
        else {
          refused.delete(name);
          // Somebody else's figure in a box that was not touched meanwhile.
          if (box.value === typed) box.value = text;
        }
      }
      show(answer);
      const problems = Object.values(answer.problems);
      say(problems.length ? `Not saved: ${problems.join(" ")}` : answer.status);
      remember();
    } catch {
      if (leaving) return;
      lost("Not saved: no connection. What you typed is kept in this browser and sent with the next change.");
      return;
    } finally {
      sending = false;
    }
    // Whatever was typed while this was on its way.
    if (all().some((box) => differs(box) && refused.get(box.name) !== box.value)) save();
  };

  const go = (box) => { if (box) { box.focus(); box.select(); } };
  const beside = (box, step) => { const boxes = figures(); return boxes[boxes.indexOf(box) + step]; };

  form.addEventListener("keydown", (event) => {
    const box = event.target;
    if (event.key === "F8") {
      event.preventDefault();
      const boxes = all();
      const from = boxes.indexOf(box);
      const wrong = (other) => other.getAttribute("aria-invalid") === "true";
      go(boxes.find((other, place) => place > from && wrong(other)) || boxes.find(wrong));
      return;
    }
    if (!box.matches("[data-figure]") || event.ctrlKey || event.altKey || event.metaKey) {
      // Enter in a count must not send the whole form.
      if (event.key === "Enter" && box.matches("input[data-box]")) { event.preventDefault(); save(); }
      return;
    }
    if (event.key === "Escape") {
      event.preventDefault();
      box.value = loadedWith(box).value;
      refused.delete(box.name);
      box.select();
      remember();
    } else if (event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey)) {
      event.preventDefault();
      go(beside(box, -1));
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      const next = beside(box, 1);
      if (next) go(next);
      else save();
    }
  });

  form.addEventListener("input", remember);
  form.addEventListener("change", (event) => { if (event.target.matches("[data-box]")) save(); });

  // "Use 83.33%": the percentage that the counts give goes into its box.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-use]");
    if (!button) return;
    event.preventDefault();
    const box = form.elements[`figure.${button.value}`];
    box.value = button.dataset.use;
    go(box);
    save();
  });

  // A column of figures, or a row of them. It has to end where a group or the table ends: a shorter one would leave
  // figures one row off without a sign.
  form.addEventListener("paste", (event) => {
    const box = event.target;
    if (!box.matches("[data-figure]")) return;
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    const lines = text.split("\n");
    const pasted = lines.length > 1 ? lines : text.split("\t");
    if (pasted.length < 2) return;
    event.preventDefault();
    const rows = [...form.querySelectorAll("[data-row]")];
    const here = rows.slice(rows.indexOf(box.closest("[data-row]")));
    const group = box.closest("[data-group]");
    const inGroup = here.filter((row) => row.closest("[data-group]") === group);
    const boxOf = (row) => row.querySelector("[data-figure]");
    // Figures that the portal works out may be among the pasted ones, as in a published table; they are passed over.
    const target = [here.filter(boxOf), inGroup.filter(boxOf), here, inGroup].find((some) => some.length === pasted.length);
    const name = box.getAttribute("aria-label");
    if (!target || lines.length > 1 && lines.some((line) => line.includes("\t"))) {
      const many = lines.length > 1 && text.includes("\t") ? "several columns" : `${pasted.length} figures`;
      const message = `${name}: ${many} were pasted, but from here there are ${inGroup.filter(boxOf).length} rows to the end of ${group.dataset.group} and ${here.filter(boxOf).length} to the end of the table. Nothing was filled in. Paste one column with a figure for each of these rows.`;
      const place = document.getElementById(box.getAttribute("aria-describedby"));
      place.replaceChildren(Object.assign(document.createElement("span"), { className: "err", role: "alert", textContent: `Error: ${message}` }));
      box.setAttribute("aria-invalid", "true");
      return;
    }
    target.forEach((row, place) => { if (boxOf(row)) boxOf(row).value = pasted[place].trim(); });
    remember();
    save();
  });

  // Save and Submit send everything themselves. It is kept all the same until a page comes back with it: the answer
  // may never arrive.
  form.addEventListener("submit", () => {
    leaving = true;
    request.abort();
    remember();
  });
  // Back again out of the browser's memory.
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("online", save);
  addEventListener("pagehide", remember);
  restore();
})();
