// Items of an agenda can also be dragged. The buttons beside them do the same without this, and by keyboard.
(() => {
  "use strict";
  const list = document.querySelector("[data-agenda]");
  if (!list) return;
  const items = () => [...list.querySelectorAll("[data-item]")];
  let dragged = null;

  const clear = () => items().forEach((item) => item.classList.remove("before", "after", "dragged"));
  const below = (event, item) => {
    const box = item.getBoundingClientRect();
    return event.clientY > box.top + box.height / 2;
  };

  for (const item of items()) {
    item.draggable = true;
    item.addEventListener("dragstart", (event) => {
      dragged = item;
      event.dataTransfer.effectAllowed = "move";
      item.classList.add("dragged");
    });
    item.addEventListener("dragend", () => { dragged = null; clear(); });
    item.addEventListener("dragover", (event) => {
      if (!dragged || dragged === item) return;
      event.preventDefault();
      items().forEach((other) => other.classList.remove("before", "after"));
      item.classList.add(below(event, item) ? "after" : "before");
    });
    item.addEventListener("drop", (event) => {
      if (!dragged || dragged === item) return;
      event.preventDefault();
      const order = items().filter((other) => other !== dragged);
      const place = order.indexOf(item) + (below(event, item) ? 1 : 0) + 1;
      const form = dragged.querySelector("form[action*='/move/']");
      const to = Object.assign(document.createElement("input"), { type: "hidden", name: "to", value: place });
      form.append(to);
      // Not through its button, whose own value is another place.
      form.submit();
    });
  }
})();
