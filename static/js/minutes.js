// Minutes: saves each box a moment after one stops typing. Without it the same form works with its Save button.
(() => {
  "use strict";
  const form = document.querySelector("form[data-minutes]");
  if (!form) return;
  const address = form.getAttribute("action");
  const kept = `minutes ${form.dataset.user} ${address}`;
  const status = document.getElementById("saved");
  const boxes = [...form.querySelectorAll("[data-box]")];
  const token = (box) => form.elements[`was.${box.name}`];
  // As the page came with it: somebody may have typed before this ran.
  const stored = new Map(boxes.map((box) => [box.name, box.hasAttribute("data-unsaved") ? null : box.defaultValue]));
  const differs = (box) => box.value !== stored.get(box.name);
  const say = (text) => { status.textContent = text; };

  // What the portal has not confirmed yet survives a closed window, a lost connection and an ended session.
  const remember = () => {
    const open = boxes.filter(differs).map((box) => [box.name, { text: box.value, was: token(box).value }]);
    try {
      if (open.length) localStorage.setItem(kept, JSON.stringify(Object.fromEntries(open)));
      else localStorage.removeItem(kept);
    } catch { /* no room, or forbidden: the boxes themselves still hold it */ }
  };

  const show = (box, problem) => {
    const place = box.closest("[data-place]");
    const message = place.querySelector("[data-problem]");
    message.hidden = !problem;
    message.textContent = problem ? `Error: ${problem.message}` : "";
    const theirs = place.querySelector("[data-theirs]");
    theirs.hidden = !problem || problem.theirs === null;
    place.querySelector("[data-theirs-text]").textContent = (problem && problem.theirs) || "";
    if (problem) box.setAttribute("aria-invalid", "true");
    else box.removeAttribute("aria-invalid");
  };

  // A box that was refused waits for the next change, or for Save.
  const refused = new Map();
  let sending = false;
  let leaving = false;
  let request = new AbortController();
  const save = async () => {
    if (sending || leaving) return;
    const changed = boxes.filter((box) => differs(box) && refused.get(box.name) !== box.value);
    if (!changed.length) return;
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    const sent = new Map(changed.map((box) => [box.name, box.value]));
    for (const box of changed) {
      body.set(box.name, box.value);
      body.set(`was.${box.name}`, token(box).value);
    }
    sending = true;
    request = new AbortController();
    remember();
    say("Saving…");
    try {
      const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", signal: request.signal });
      if (response.type === "opaqueredirect") {
        say("You are signed out. What you typed is kept in this browser. ");
        status.append(Object.assign(document.createElement("a"), { href: form.dataset.signIn, textContent: "Sign in", target: "_blank" }));
        return;
      }
      if (!(response.headers.get("Content-Type") || "").startsWith("application/json")) {
        say("Not saved: the portal refused it. What you typed is kept in this browser. Load the page again.");
        return;
      }
      const answer = await response.json();
      if (answer.refused) {
        for (const box of changed) refused.set(box.name, box.value);
        say(`Not saved. ${answer.refused}`);
        return;
      }
      for (const box of changed) {
        const problem = answer.problems[box.name];
        show(box, problem);
        // The token of what is stored now: both texts are in sight, and the next save is meant.
        token(box).value = answer.stored[box.name].token;
        if (problem) {
          refused.set(box.name, sent.get(box.name));
          continue;
        }
        refused.delete(box.name);
        stored.set(box.name, sent.get(box.name));
      }
      say(Object.keys(answer.problems).length ? "Not everything is saved: see the boxes that are marked." : answer.status);
    } catch {
      if (leaving) return;
      say("Not saved: no connection. What you typed is kept in this browser and sent with the next change.");
      return;
    } finally {
      sending = false;
      remember();
    }
    if (boxes.some((box) => differs(box) && refused.get(box.name) !== box.value)) save();
  };

  let timer = 0;
  form.addEventListener("input", () => {
    remember();
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });
  form.addEventListener("change", save);
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    request.abort();
    remember();
  });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("online", save);
  addEventListener("pagehide", remember);

  let open = {};
  try { open = JSON.parse(localStorage.getItem(kept) || "{}"); } catch { /* not ours */ }
  for (const [name, { text, was }] of Object.entries(open)) {
    const box = form.elements[name];
    if (!box || box.value === text || !stored.has(name)) continue;
    box.value = text;
    token(box).value = was;
  }
  remember();
  save();
})();
