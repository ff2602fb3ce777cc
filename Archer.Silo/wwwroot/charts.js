// Pictures that the silo draws, put into the page so that its colours hold for them.
import { getText } from "./api.js";

const pace = 2_000;

/** Draws the picture at an address into an element, as wide as the element is; as high, too, where the page gives it a height. */
export async function draw(target, path) {
  const width = Math.min(1600, Math.max(260, Math.floor(target.clientWidth / 10) * 10));
  if (target.clientWidth === 0) return;
  const height = target.classList.contains("tall") ? `&height=${Math.min(1200, Math.max(150, Math.floor(target.clientHeight / 10) * 10))}` : "";
  // The colours of a picture on its own would be refused as inline style; the page has its own.
  const picture = (await getText(`${path}?width=${width}${height}`)).replace(/<style>.*?<\/style>/s, "");
  const parsed = new DOMParser().parseFromString(picture, "image/svg+xml");
  target.classList.remove("failed");
  target.replaceChildren(document.importNode(parsed.documentElement, true));
}

/** Keeps the agent's charts up to date: those that are in view, after something that they show has happened. */
export class Charts {
  #stale = new Set();
  #visible = new Set();
  #busy = false;
  #agent = "";

  constructor() {
    this.all = [...document.querySelectorAll("[data-chart]")];
    const watcher = new IntersectionObserver(entries => {
      for (const entry of entries) this.#visible[entry.isIntersecting ? "add" : "delete"](entry.target);
      this.#refresh();
    }, { rootMargin: "200px" });
    const sizes = new ResizeObserver(entries => entries.forEach(entry => {
      const tall = entry.target.classList.contains("tall");
      const size = `${Math.floor(entry.contentRect.width / 10)} ${tall ? Math.floor(entry.contentRect.height / 10) : ""}`;
      if (entry.target.dataset.size !== size) this.#stale.add(entry.target);
      entry.target.dataset.size = size;
    }));
    for (const chart of this.all) { watcher.observe(chart); sizes.observe(chart); }
    setInterval(() => this.#refresh(), pace);
    document.addEventListener("visibilitychange", () => this.#refresh());
  }

  show(agent) {
    this.#agent = agent;
    this.all.forEach(chart => this.#stale.add(chart));
    this.#refresh();
  }

  happened(type) {
    for (const chart of this.all) if (chart.dataset.on.split(" ").includes(type)) this.#stale.add(chart);
  }

  async #refresh() {
    if (this.#busy || !this.#agent || document.hidden) return;
    this.#busy = true;
    for (const chart of this.all.filter(one => this.#stale.has(one) && this.#visible.has(one))) {
      this.#stale.delete(chart);
      try {
        await draw(chart, `/v1/agents/${this.#agent}/charts/${chart.dataset.chart}.svg`);
      } catch (problem) {
        this.#stale.add(chart);
        if (chart.children.length === 0) {
          chart.dataset.problem = problem.message;
          chart.classList.add("failed");
        }
      }
    }
    this.#busy = false;
  }
}
