// A conversation with the agent. An agent with a task is played with by the task's own rules (/page/tasks/NAME.js); with any other one talks freely.
import { post } from "./api.js";
import { draw } from "./charts.js";
import { byId, decimal, element } from "./format.js";

export class Chat {
  #agent = "";
  #task = null;
  #id = null;
  #turns = 0;
  #said = "";
  #failed = null;
  #busy = false;
  #focus = null;

  constructor() {
    this.log = byId("log");
    this.state = byId("play-state");
    this.answers = byId("answers");
    byId("start").addEventListener("click", () => this.#start());
    byId("leave").addEventListener("click", () => this.#leave());
    byId("retry").addEventListener("click", () => this.#failed && this.#try(this.#failed));
    byId("say").addEventListener("submit", submitted => { submitted.preventDefault(); this.#send(); });
    for (const button of document.querySelectorAll("[data-rate]")) button.addEventListener("click", () => this.#rate(Number(button.dataset.rate)));
    document.addEventListener("keydown", pressed => this.#press(pressed));
  }

  async show(agent) {
    if (this.#agent === agent.name) return;
    if (this.#id !== null) this.#close();
    this.#agent = agent.name;
    const { task } = agent.definition;
    this.#task = task ? await import(`/page/tasks/${encodeURIComponent(task)}.js`) : null;
    byId("play-title").textContent = this.#task ? `Play against ${agent.name}` : `Talk to ${agent.name}`;
    byId("play-intro").textContent = this.#task?.intro ?? "Your conversation is learned from like every other: rate its replies.";
    byId("words").replaceChildren(...(this.#task?.words ?? []).map(word => element("li", "", word)));
    byId("words").hidden = !this.#task?.words;
    byId("start").textContent = this.#task ? `Start a ${this.#task.name}` : "Start a conversation";
    this.answers.replaceChildren(...(this.#task?.answers ?? []).map(answer => this.#button(answer)));
    this.#buttons();
  }

  #button(answer) {
    const button = element("button", "", `${answer.label} `, element("kbd", "", answer.key.toUpperCase()));
    button.type = "button";
    button.dataset.answer = answer.name;
    button.setAttribute("aria-keyshortcuts", answer.key);
    button.addEventListener("click", () => this.#answer(answer));
    return button;
  }

  #press(pressed) {
    if (this.#id === null || pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.repeat) return;
    if (pressed.target.closest("input, select, textarea") || document.querySelector("dialog[open]")) return;
    const answer = this.#task?.answers.find(one => one.key === pressed.key.toLowerCase());
    if (!answer) return;
    pressed.preventDefault();
    this.#answer(answer);
  }

  #start() {
    this.log.replaceChildren();
    this.log.hidden = false;
    byId("play-value").replaceChildren();
    this.#turns = 0;
    const id = "page-" + crypto.getRandomValues(new Uint32Array(3)).join("-");
    return this.#try(async () => {
      await post("/v1/conversations", { agent: this.#agent, id });
      this.#id = id;
      this.#focus = this.#task ? this.answers.firstElementChild : byId("text");
      if (this.#task) await this.#say({ text: this.#task.opening, key: "turn-0" });
    });
  }

  #answer(answer) {
    if (this.#id === null || this.#busy || this.#failed || this.#turns === 0) return undefined;
    const { reward, won } = this.#task.judge(this.#said, answer);
    this.#write("me", answer.text, `reward ${decimal(reward, 0)}`);
    const message = { text: answer.text, reward, key: `turn-${this.#turns}` };
    const over = won || this.#turns === this.#task.maxTurns;
    return this.#try(() => over
      ? this.#end({ ...message, outcome: "terminated", key: "end" }, turns => this.#task.ended(won, turns))
      : this.#say(message));
  }

  #send() {
    const text = byId("text").value.trim();
    if (this.#id === null || this.#busy || this.#failed || text === "") return undefined;
    byId("text").value = "";
    this.#write("me", text, "");
    this.#focus = byId("text");
    return this.#try(() => this.#say({ text, key: `turn-${this.#turns}` }));
  }

  #rate(reward) {
    if (this.#id === null || this.#busy || this.#turns === 0) return undefined;
    return this.#try(async () => {
      await post(`/v1/conversations/${this.#id}/rewards`, { reward, turn: this.#turns - 1 });
      this.state.textContent = `Reply ${this.#turns} has the reward ${decimal(reward, 0)}.`;
    });
  }

  #leave() {
    if (this.#id === null || this.#busy) return undefined;
    return this.#try(() => this.#end({ outcome: this.#task ? "truncated" : "terminated", key: "end" }, () => this.#task ? `You left the ${this.#task.name}` : "The conversation has ended"));
  }

  async #say(message) {
    const reply = await post(`/v1/conversations/${this.#id}/messages`, message);
    this.#turns = reply.turn + 1;
    this.#said = reply.text;
    const value = reply.value === undefined ? "" : `, the critic expects ${decimal(reply.value)}`;
    this.#write("agent", reply.text, `${reply.policy_version}${value}`);
    this.state.textContent = this.#task ? `Question ${this.#turns} of ${this.#task.maxTurns}.` : "";
    this.#drawValue(this.#id);
  }

  async #end(end, how) {
    const view = await post(`/v1/conversations/${this.#id}/end`, end);
    this.#close();
    this.state.textContent = `${how(view.turns.length)}: return ${decimal(view.return, 0)}.`;
    this.#drawValue(view.id);
    this.#focus = byId("start");
  }

  /** The same request, with its key, is sent again when it failed: it counts once. */
  async #try(step) {
    if (this.#busy) return;
    this.#busy = true;
    this.#failed = null;
    this.#buttons();
    try {
      await step();
    } catch (problem) {
      this.#failed = step;
      this.state.textContent = problem.message;
      if (problem.status === 404 || problem.status === 409) this.#close();
    }
    this.#busy = false;
    this.#buttons();
    // The button that was pressed is gone: the focus goes to what comes next.
    this.#focus?.focus({ preventScroll: true });
    this.#focus = null;
  }

  #close() {
    this.#id = null;
    this.#failed = null;
    byId("start").textContent = this.#task ? `Start another ${this.#task.name}` : "Start another conversation";
  }

  #buttons() {
    const open = this.#id !== null;
    byId("start").hidden = open;
    byId("start").disabled = this.#busy;
    byId("retry").hidden = this.#failed === null;
    byId("leave").hidden = !open;
    byId("leave").textContent = this.#task ? `Leave the ${this.#task.name}` : "End the conversation";
    byId("say").hidden = !open || this.#task !== null;
    for (const button of document.querySelectorAll("[data-rate]")) button.hidden = !open || this.#task !== null || this.#turns === 0;
    this.answers.hidden = !open || this.#failed !== null;
    // Disabled buttons lose the focus: while a reply is on its way they only do nothing.
    for (const button of this.answers.children) button.setAttribute("aria-disabled", String(this.#busy));
  }

  #write(who, text, note) {
    this.log.append(element("li", who, element("span", "unseen", who === "me" ? "You: " : "Agent: "), text, element("small", "", note)));
    this.log.scrollTop = this.log.scrollHeight;
  }

  #drawValue(id) {
    const chart = byId("play-value");
    chart.hidden = false;
    draw(chart, `/v1/conversations/${id}/charts/value.svg`).catch(() => chart.replaceChildren());
  }
}
