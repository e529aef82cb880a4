// Replaces each chart's SVG by a Plotly figure, so that every value is at hand under the pointer or a finger.
// Nothing depends on it: where anything fails the SVG stays, and on paper the SVG is what prints.
(() => {
  "use strict";
  const script = document.currentScript;
  const figures = document.querySelectorAll("figure.chart[data-chart]");
  if (!script || !figures.length || !("IntersectionObserver" in window)) return;

  const arrival = (element) => new Promise((resolve, reject) => {
    element.addEventListener("load", resolve, { once: true });
    element.addEventListener("error", () => reject(new Error(`${element.src || element.href} did not load`)), { once: true });
    document.head.append(element);
  });

  const stylesheet = (href, extra = {}) => arrival(Object.assign(document.createElement("link"), { rel: "stylesheet", href, ...extra }));

  // Once for all charts, when the first comes near: four megabytes that most visits do not need.
  let library;
  const plotly = () => library ??= (async () => {
    // Plotly writes its rules into a style element unless one of this name is there. The security policy of the page
    // refuses such an element, so the same rules come as a file.
    for (const id of script.dataset.guarded.split(" ").filter(Boolean)) {
      document.head.append(Object.assign(document.createElement("meta"), { id }));
    }
    await Promise.all([
      stylesheet(script.dataset.plotlyCss, { id: script.dataset.styleId, className: script.dataset.styleClass }),
      stylesheet(script.dataset.css),
    ]);
    await arrival(Object.assign(document.createElement("script"), { src: script.dataset.plotly }));
    return window.Plotly;
  })();

  // Plotly does not read custom properties: it gets the colours that they have here and now, as red, green and blue.
  const pixel = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const colours = (palette, figure) => {
    const probe = figure.appendChild(document.createElement("span"));
    const found = {};
    for (const [printed, property] of Object.entries(palette)) {
      probe.style.color = `var(${property})`;
      pixel.clearRect(0, 0, 1, 1);
      pixel.fillStyle = getComputedStyle(probe).color;
      pixel.fillRect(0, 0, 1, 1);
      found[printed] = `rgb(${pixel.getImageData(0, 0, 1, 1).data.slice(0, 3).join(",")})`;
    }
    probe.remove();
    return found;
  };

  // Only values that are colours: a council's name that happens to read like one is left alone.
  const coloured = (part, found, key = "") => {
    if (Array.isArray(part)) return part.map((item) => coloured(item, found, key));
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, coloured(value, found, name)]));
    }
    return /color$/.test(key) ? found[part] ?? part : part;
  };

  const drawn = new Map();

  const prepared = (figure) => {
    const { data, layout, config, palette } = JSON.parse(figure.querySelector(":scope > script[type='application/json']").textContent);
    const found = colours(palette, figure);
    const look = coloured(layout, found);
    look.font.family = getComputedStyle(figure).fontFamily;
    look.hoverlabel.font.family = look.font.family;
    if (matchMedia("(pointer: coarse)").matches) {
      // A finger on a chart scrolls the page; a tap shows the value.
      look.dragmode = false;
      look.xaxis.fixedrange = true;
    }
    return [coloured(data, found), look, config];
  };

  const draw = async (figure) => {
    const svg = figure.querySelector(":scope > svg, :scope > .scroll > svg");
    const plot = document.createElement("div");
    try {
      const Plotly = await plotly();
      const { width, height } = svg.viewBox.baseVal;
      plot.className = svg.classList.contains("wide") ? "wide" : "";
      plot.style.aspectRatio = `${width} / ${height}`;
      plot.setAttribute("role", "group");
      plot.setAttribute("aria-label", svg.querySelector("title").textContent);
      svg.before(plot);
      figure.classList.add("live");
      await Plotly.newPlot(plot, ...prepared(figure));
      // The label says what the picture shows; its bare numbers and ticks would only be repeated.
      for (const picture of plot.querySelectorAll("svg.main-svg")) picture.setAttribute("aria-hidden", "true");
      drawn.set(plot, figure);
    } catch (error) {
      figure.classList.remove("live");
      plot.remove();
      console.warn("A chart stays as it was printed:", error);
    }
  };

  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
    }
  }, { rootMargin: "50% 0%" });

  const begin = () => figures.forEach((figure) => near.observe(figure));
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin, { once: true });

  // The colours follow the scheme when the reader's day turns to night.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const [plot, figure] of drawn) window.Plotly.react(plot, ...prepared(figure));
  });
})();
