// Server-sent events over fetch, which unlike EventSource can send a key. Goes on after the last id when the connection breaks.
import { send, Problem } from "./api.js";

const silence = 40_000;
const longestPause = 4_000;

export class Events {
  #abort = null;
  #stopped = false;
  #last;

  /** handlers: state("live" | "lost", seconds until the next try), event(type, data), gone(problem) when there is no such agent. */
  constructor(path, last, handlers) {
    this.path = path;
    this.#last = last;
    this.handlers = handlers;
    this.#run();
  }

  stop() {
    this.#stopped = true;
    this.#abort?.abort();
  }

  async #run() {
    let failures = 0;
    while (!this.#stopped) {
      try {
        await this.#follow(() => { failures = 0; });
      } catch (problem) {
        if (this.#stopped) return;
        if (problem instanceof Problem && problem.status >= 400 && problem.status < 500) return this.handlers.gone(problem);
      }
      if (this.#stopped) return;
      const pause = Math.min(longestPause, 500 * 2 ** failures++) * (0.75 + Math.random() / 2);
      this.handlers.state("lost", Math.round(pause / 1000));
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }

  async #follow(opened) {
    const abort = this.#abort = new AbortController();
    let watchdog = setTimeout(() => abort.abort(), silence);
    try {
      const answer = await send(this.path, {
        signal: abort.signal,
        cache: "no-store",
        headers: { Accept: "text/event-stream", ...(this.#last ? { "Last-Event-ID": this.#last } : {}) },
      });
      opened();
      this.handlers.state("live");
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => abort.abort(), silence);
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) this.#take(block);
      }
    } finally {
      clearTimeout(watchdog);
      abort.abort();
    }
  }

  #take(block) {
    const fields = {};
    for (const line of block.split("\n")) {
      const colon = line.indexOf(": ");
      if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
    }
    if (fields.id) this.#last = fields.id;
    if (fields.data) this.handlers.event(fields.event, JSON.parse(fields.data));
  }
}
