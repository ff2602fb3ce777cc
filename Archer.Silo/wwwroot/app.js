// Puts the page together: reads where the agent stands, then follows its events.
import { get, onKeyNeeded } from "./api.js";
import { Charts } from "./charts.js";
import { Chat } from "./chat.js";
import { Conversations } from "./conversations.js";
import { Events } from "./events.js";
import { byId, count, decimal, loss } from "./format.js";
import { Versions } from "./versions.js";

const again = 2_000;
const numbers = {
  conversations: count, mean_return_last_200: decimal, policy_version: text => text, turns_per_second: value => decimal(value, 0),
  replay_rows: count, learner_step: count, critic_loss: loss, actor_loss: loss,
};
const charts = new Charts();
const chat = new Chat();
const conversations = new Conversations();
const versions = new Versions();
let events = null;
let loading = 0;

onKeyNeeded(waitForKey);
byId("locked").addEventListener("cancel", cancelled => cancelled.preventDefault());
byId("agent").addEventListener("change", () => load(byId("agent").value));
await load(null);

/** Reads everything of an agent, the first one when none is named, and follows it from there. */
async function load(name) {
  // Whoever asks last wins: what an earlier call still reads is not shown, and nothing follows it.
  const turn = ++loading;
  events?.stop();
  tell("connecting", "Connecting…");
  try {
    const { agents } = await get("/v1/agents?versions=30");
    if (turn !== loading) return;
    const agent = agents.find(one => one.name === name) ?? agents[0];
    if (!agent) return fail("This silo has no agent. Configure one under Archer:Agents.");
    choose(agents, agent);
    const path = `/v1/agents/${encodeURIComponent(agent.name)}`;
    const [history, metrics] = await Promise.all([get(`${path}/history?points=0&versions=30`), get(`${path}/metrics`)]);
    if (turn !== loading) return;
    show(metrics);
    versions.show(agent, history);
    byId("kinds").hidden = !agent.definition.task;
    await chat.show(agent);
    if (turn !== loading) return;
    charts.show(agent.name);
    await conversations.show(agent.name);
    if (turn !== loading) return;
    byId("problem").hidden = true;
    events = new Events(`${path}/events`, history.event_id, { state: connection, event: (type, data) => take(agent.name, type, data), gone: problem => fail(problem.message) });
  } catch (problem) {
    if (turn !== loading) return;
    fail(problem.message);
    setTimeout(() => { if (turn === loading) load(name); }, again);
  }
}

function choose(agents, agent) {
  document.title = `${agent.name} · Archer`;
  byId("agent-label").hidden = agents.length < 2;
  byId("agent").replaceChildren(...agents.map(one => new Option(one.name, one.name, false, one.name === agent.name)));
}

function take(name, type, data) {
  charts.happened(type);
  if (type === "metrics") show(data.metrics);
  else if (type === "conversation") conversations.happened(data.conversation);
  else if (type === "version") versions.served(data.version);
  else if (type === "reset") load(name);
}

function show(metrics) {
  for (const place of document.querySelectorAll("[data-number]")) {
    place.textContent = metrics[place.dataset.number] === undefined ? "–" : numbers[place.dataset.number](metrics[place.dataset.number]);
  }
}

function connection(state, seconds) {
  if (state === "live") tell("live", "Live");
  else tell("lost", seconds > 0 ? `Connection lost, trying again in ${seconds} s` : "Connection lost, trying again");
}

function tell(state, text) {
  byId("connection").dataset.state = state;
  byId("connection").textContent = text;
}

function fail(message) {
  tell("lost", "Not connected");
  byId("problem").textContent = message;
  byId("problem").hidden = false;
}

let asking = null;

/** Several requests may find the silo locked: one dialog serves them all. A wrong key is asked for again. */
function waitForKey(wrong) {
  asking ??= new Promise(resolve => {
    byId("key-state").textContent = wrong ? "The silo does not know this key." : "";
    byId("key").value = "";
    byId("key-form").addEventListener("submit", () => {
      asking = null;
      resolve(byId("key").value.trim());
    }, { once: true });
    byId("locked").showModal();
  });
  return asking;
}
