// Policy versions with the moment at which each began to serve.
import { post } from "./api.js";
import { byId, cell, count, element, moment } from "./format.js";

const most = 30;

export class Versions {
  #agent = "";
  #served = [];
  #gone = new Set();

  constructor() {
    this.state = byId("versions-state");
    byId("rollback").addEventListener("click", () => this.#change("rollback", undefined, "Rolled back"));
  }

  show(agent, history) {
    this.#agent = agent.name;
    this.#gone = new Set(agent.versions.filter(version => version.servable === false).map(version => version.version));
    this.#served = history.versions.length > 0 ? history.versions : [{ version: agent.current, step: 0, conversations: 0 }];
    this.#draw();
  }

  /** Another version serves. */
  served(version) {
    this.#served.push(version);
    this.#served = this.#served.slice(-most);
    this.#draw();
  }

  async #change(action, body, done) {
    try {
      const agent = await post(`/v1/agents/${this.#agent}/${action}`, body);
      this.state.textContent = `${done}: ${agent.current} serves.`;
    } catch (problem) {
      this.state.textContent = problem.message;
    }
  }

  #draw() {
    const list = byId("versions");
    // A row with the focus stays: whoever is about to press its button must not lose it.
    if (list.contains(document.activeElement)) return;
    list.replaceChildren(...this.#served.slice(-most).reverse().map((served, index) => this.#row(served, index === 0)));
  }

  #row(served, current) {
    const action = element("td", "");
    if (current) {
      action.textContent = "serves";
    } else if (this.#gone.has(served.version)) {
      action.textContent = "files gone";
    } else {
      const serve = element("button", "link", "Serve");
      serve.type = "button";
      serve.setAttribute("aria-label", `Serve ${served.version}`);
      serve.addEventListener("click", () => this.#change("serve", { version: served.version }, "Done"));
      action.append(serve);
    }
    return element("tr", current ? "current" : "", cell(served.version), cell(moment(served.served_at)), cell(count(served.step), "num"), cell(count(served.conversations), "num"), action);
  }
}
