// A person thinks of a word and answers; the agent asks. The same turns and rewards as the simulated users': −1 for each utterance, 0 for the one that wins.
import { post } from "./api.js";
import { draw } from "./charts.js";
import { byId, decimal, element } from "./format.js";

const mostTurns = 20;
const texts = { yes: "Yes.", no: "No.", invalid: "Invalid question." };
const guess = /^(?:is it|could it be|are you thinking of|could the answer be) (?:an? |the |a pair of )?([a-z]+)$/;

/** The word that an utterance guesses; undefined when it guesses none. */
export const guessed = utterance => guess.exec(utterance.toLowerCase().replaceAll(/[^a-z ]/g, "").trim())?.[1];

export class Chat {
  #agent = "";
  #id = null;
  #turns = 0;
  #question = "";
  #failed = null;
  #busy = false;
  #focus = null;

  constructor() {
    this.words = new Set([...document.querySelectorAll("#words li")].map(word => word.textContent));
    this.log = byId("log");
    this.state = byId("play-state");
    this.answers = [...document.querySelectorAll("[data-answer]")];
    byId("start").addEventListener("click", () => this.#start());
    byId("leave").addEventListener("click", () => this.#leave());
    byId("retry").addEventListener("click", () => this.#failed && this.#try(this.#failed));
    for (const button of this.answers) button.addEventListener("click", () => this.#answer(button.dataset.answer));
    document.addEventListener("keydown", pressed => this.#press(pressed));
  }

  show(agent) {
    const plays = agent.definition.task === "twenty-questions";
    byId("words").hidden = !plays;
    byId("start").hidden = !plays || this.#id !== null;
    if (this.#agent !== agent.name && this.#id !== null) this.#close();
    this.#agent = agent.name;
    if (!plays) byId("play-intro").textContent = "This agent plays no game. Talk to it with the API or the command line.";
  }

  #press(pressed) {
    if (this.#id === null || pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.repeat) return;
    if (pressed.target.closest("input, select, textarea") || document.querySelector("dialog[open]")) return;
    const answer = { y: "yes", n: "no", i: "invalid" }[pressed.key.toLowerCase()];
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
      this.#focus = this.answers[0];
      await this.#say({ text: "Let's play.", key: "turn-0" });
    });
  }

  #answer(answer) {
    if (this.#id === null || this.#busy || this.#failed || this.#turns === 0) return undefined;
    const won = answer === "yes" && this.words.has(guessed(this.#question));
    this.#write("me", texts[answer], won ? "reward 0" : "reward −1");
    const message = { text: texts[answer], reward: won ? 0 : -1, key: `turn-${this.#turns}` };
    const over = won || this.#turns === mostTurns;
    return this.#try(() => over ? this.#end({ ...message, outcome: "terminated", key: "end" }, won) : this.#say(message));
  }

  #leave() {
    if (this.#id === null || this.#busy) return undefined;
    return this.#try(() => this.#end({ outcome: "truncated", key: "end" }, false));
  }

  async #say(message) {
    const reply = await post(`/v1/conversations/${this.#id}/messages`, message);
    this.#turns = reply.turn + 1;
    this.#question = reply.text;
    const value = reply.value === undefined ? "" : `, the critic expects ${decimal(reply.value)}`;
    this.#write("agent", reply.text, `${reply.policy_version}${value}`);
    this.state.textContent = `Question ${this.#turns} of ${mostTurns}.`;
    this.#drawValue(this.#id);
  }

  async #end(end, won) {
    const view = await post(`/v1/conversations/${this.#id}/end`, end);
    const how = end.outcome === "truncated" ? "You left the game" : won ? `It found your word with utterance ${view.turns.length}` : "It did not find your word";
    this.#close();
    this.state.textContent = `${how}: return ${decimal(view.return, 0)}.`;
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
    byId("start").textContent = "Start another game";
  }

  #buttons() {
    const playing = this.#id !== null;
    byId("start").hidden = playing;
    byId("start").disabled = this.#busy;
    byId("retry").hidden = this.#failed === null;
    byId("leave").hidden = !playing;
    // Disabled buttons lose the focus: while a reply is on its way they only do nothing.
    for (const button of this.answers) {
      button.hidden = !playing || this.#failed !== null;
      button.setAttribute("aria-disabled", String(this.#busy));
    }
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
