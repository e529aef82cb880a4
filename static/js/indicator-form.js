// Hides the fields that do not matter for the chosen source. Without it they stay, and what is in them is not kept.
"use strict";

for (const form of document.querySelectorAll("[data-indicator-form]")) {
  const parts = form.querySelectorAll("[data-sources]");
  const show = () => {
    const chosen = form.querySelector("[name=source]:checked")?.value;
    for (const part of parts) {
      // A field with an error stays in view, so that the summary leads to it.
      const wanted = !chosen || part.dataset.sources.split(" ").includes(chosen);
      part.hidden = !wanted && !part.querySelector(".err");
    }
    for (const section of form.querySelectorAll("fieldset.sec")) {
      section.hidden = !section.querySelector(".stack > :not([hidden])");
    }
  };
  form.addEventListener("change", (event) => {
    if (event.target.name === "source") show();
  });
  show();
}
