/** The page's end of the worker. */
import type { Calls, Lap, Message, Progress, Question } from "./protocol.ts";

/** What happens while a call is under way. */
export interface Listeners {
  progress(progress: Progress): void;
  lap(lap: Lap): void;
}

/** A call that failed. The message is for the user. */
export class CallError extends Error {
  override readonly name = "CallError";
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CallError) => void;
}

/** Asks the worker. */
export class Client {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  constructor(worker: Worker, listeners: Listeners) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Message>) => this.#hear(data, listeners));
    worker.addEventListener("error", () => this.#fail("The page's worker could not run."));
  }

  /** Ask one question. Buffers among the arguments are given away, not copied. */
  async call<Name extends keyof Calls>(
    call: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>> {
    const id = this.#next++;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const question: Question = { id, call, args };
    this.#worker.postMessage(question, { transfer: args.filter((arg) => arg instanceof ArrayBuffer) });
    return (await answer) as ReturnType<Calls[Name]>;
  }

  #hear(message: Message, listeners: Listeners): void {
    switch (message.kind) {
      case "progress":
        return listeners.progress(message.progress);
      case "lap":
        return listeners.lap(message.lap);
      case "answer":
        this.#take(message.id)?.resolve(message.value);
        return;
      case "failure":
        this.#take(message.id)?.reject(new CallError(message.sentence));
        return;
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #fail(sentence: string): void {
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(new CallError(sentence));
  }
}
