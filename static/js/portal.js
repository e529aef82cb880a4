// Keeps the page of a piece of background work up to date. Without it "Check again" does the same.
for (const part of document.querySelectorAll("[data-poll]")) {
  const show = (name, text) => {
    const place = part.querySelector(`[data-poll-${name}]`);
    if (place && place.textContent !== text) place.textContent = text;
  };
  const look = async () => {
    if (document.hidden) return;
    const response = await fetch(part.dataset.poll, { headers: { Accept: "application/json" } });
    if (!response.ok) return clearInterval(timer);
    const job = await response.json();
    if (!job.open) {
      clearInterval(timer);
      return location.reload();
    }
    show("label", job.label);
    show("step", job.step || "Not begun yet");
    show("progress", String(job.progress));
    show("total", String(job.total));
    part.querySelector("[data-poll-count]").hidden = !job.total;
    if (job.total) Object.assign(part.querySelector("progress"), { max: job.total, value: job.progress });
  };
  // A connection that drops for a moment is tried again at the next turn.
  const timer = setInterval(() => look().catch(() => {}), 2000);
}
