// Requests to the silo. A key, where one is asked for, lives in sessionStorage: it goes when the tab does.
const storageName = "archer-key";
let askForKey = async () => { throw new Problem(401, "A key is required."); };

export class Problem extends Error {
  constructor(status, message, retryAfterSeconds) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Who asks the user for a key; resolves with it. */
export function onKeyNeeded(ask) { askForKey = ask; }

/** Sends a request; asks for a key as long as the silo wants another. */
export async function send(path, options = {}) {
  for (;;) {
    const key = sessionStorage.getItem(storageName);
    const headers = { ...options.headers, ...(key ? { Authorization: "Bearer " + key } : {}) };
    let answer;
    try {
      answer = await fetch(path, { ...options, headers });
    } catch (cause) {
      if (cause.name === "AbortError") throw cause;
      throw new Problem(0, "The silo does not answer.");
    }
    if (answer.status !== 401) {
      if (!answer.ok) throw await readProblem(answer);
      return answer;
    }
    // Another request may have got a new key in the meantime.
    if (sessionStorage.getItem(storageName) === key) sessionStorage.setItem(storageName, await askForKey(key !== null));
  }
}

export const get = async path => (await send(path)).json();

export const getText = async path => (await send(path)).text();

export const post = async (path, body) => (await send(path, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: body === undefined ? undefined : JSON.stringify(body),
})).json();

async function readProblem(answer) {
  try {
    const problem = await answer.json();
    return new Problem(answer.status, problem.detail ?? problem.title, problem.retry_after_seconds);
  } catch {
    return new Problem(answer.status, `The silo answered ${answer.status}.`);
  }
}
