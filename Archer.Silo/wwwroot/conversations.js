// The list of recent conversations, and one of them opened.
import { get } from "./api.js";
import { draw } from "./charts.js";
import { byId, cell, count, decimal, element, moment } from "./format.js";

const pageSize = 40;
const most = 200;
const pace = 1_000;

export class Conversations {
  #agent = "";
  #rows = new Map();
  #waiting = [];
  #before = null;
  #turn = 0;

  constructor() {
    this.list = byId("recent");
    this.state = byId("recent-state");
    this.card = this.list.closest("section");
    for (const filter of ["status", "who"]) byId(filter).addEventListener("change", () => this.show(this.#agent));
    byId("older").addEventListener("click", () => this.#load(this.#before));
    byId("close").addEventListener("click", () => byId("opened").close());
    setInterval(() => this.#flush(), pace);
    this.card.addEventListener("focusout", () => setTimeout(() => this.#flush()));
  }

  async show(agent) {
    this.#agent = agent;
    this.#turn++;
    this.#rows.clear();
    this.#waiting = [];
    this.list.replaceChildren();
    await this.#load(null);
  }

  /** A conversation has ended, or a live user has started one. */
  happened(conversation) {
    const [status, who] = [byId("status").value, byId("who").value];
    if ((status === "" || status === conversation.status) && (who === "" || who === String(conversation.simulated))) this.#waiting.push(conversation);
    if (this.#waiting.length > most) this.#waiting.shift();
  }

  async #load(before) {
    const turn = this.#turn;
    const [status, simulated] = [byId("status").value, byId("who").value];
    const query = new URLSearchParams({ limit: pageSize, ...(before ? { before } : {}), ...(status ? { status } : {}), ...(simulated ? { simulated } : {}) });
    try {
      const page = await get(`/v1/agents/${this.#agent}/conversations?${query}`);
      // Another agent or filter was chosen meanwhile: these rows are not of its list.
      if (turn !== this.#turn) return;
      for (const conversation of page.conversations) this.#put(conversation, false);
      this.#before = page.before ?? null;
      byId("older").hidden = this.#before === null;
      this.#tell();
    } catch (problem) {
      this.state.textContent = problem.message;
    }
  }

  /** Rows that a reader is at do not move away from under them. */
  #flush() {
    const reading = this.card.contains(document.activeElement) && document.activeElement !== document.body;
    if (this.#waiting.length === 0) return;
    if (!reading) {
      for (const conversation of this.#waiting.splice(0)) this.#put(conversation, true);
      while (this.list.children.length > most) {
        this.#rows.delete(this.list.lastChild.dataset.id);
        this.list.lastChild.remove();
      }
    }
    this.#tell();
  }

  #tell() {
    const text = this.#waiting.length > 0 ? `Held while you read: ${this.#waiting.length} newer.`
      : this.#rows.size === 0 ? "No conversation yet." : "Newest first. Open one to see its turns.";
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  #put(conversation, first) {
    const row = this.#row(conversation);
    const known = this.#rows.get(conversation.id);
    if (known) known.replaceWith(row);
    else if (first) this.list.prepend(row);
    else this.list.append(row);
    this.#rows.set(conversation.id, row);
  }

  #row(conversation) {
    const open = element("button", "link", moment(conversation.started_at));
    open.type = "button";
    open.setAttribute("aria-label", `Open the conversation of ${moment(conversation.started_at)}`);
    open.addEventListener("click", () => openConversation(conversation.id));
    const versions = conversation.policy_versions;
    const row = element("tr", "",
      element("td", "", open),
      cell(conversation.simulated ? "simulated user" : "live user"),
      cell(count(conversation.turns), "num"),
      cell(decimal(conversation.return, 1), "num"),
      cell(versions.length === 0 ? "–" : versions.length === 1 ? versions[0] : `${versions[0]} … ${versions.at(-1)}`),
      cell(conversation.status === "open" ? "open" : conversation.outcome));
    row.dataset.id = conversation.id;
    return row;
  }
}

/** Shows one conversation with what was recorded of each turn. */
export async function openConversation(id) {
  const dialog = byId("opened");
  const state = byId("opened-state");
  byId("opened-title").textContent = `Conversation ${id}`;
  byId("turns").replaceChildren();
  byId("opened-value").replaceChildren();
  state.textContent = "Loading…";
  if (!dialog.open) dialog.showModal();
  try {
    const path = `/v1/conversations/${encodeURIComponent(id)}`;
    const view = await get(path);
    byId("turns").replaceChildren(...view.turns.map(turnRow));
    const end = view.status === "open" ? "still open" : `${view.outcome} (${view.end_reason})`;
    const last = view.final_user_text ? ` Last words of the user: “${view.final_user_text}”` : "";
    state.textContent = `${view.simulated ? "Simulated" : "Live"} user, ${end}, return ${decimal(view.return, 1)}, split ${view.split}.${last}`;
    await draw(byId("opened-value"), `${path}/charts/value.svg`);
  } catch (problem) {
    state.textContent = problem.message;
  }
}

function turnRow(turn) {
  const said = element("td", "say", element("span", "", turn.user_text), element("br", ""), turn.text);
  return element("tr", "",
    cell(String(turn.turn + 1), "num"), said, cell(turn.policy_version),
    cell(decimal(turn.log_probability), "num"), cell(decimal(turn.value), "num"), cell(decimal(turn.advantage), "num"),
    cell(decimal(turn.reward, 1), "num"), cell(turn.replays === undefined ? "–" : `${count(turn.replays)} ×`, "num"));
}
