import { refuse } from './refusal.js';
import type { Doc } from './value.js';

/** The part of the MongoDB driver's cursor that Mongoose and its users ask for. */
export class Cursor {
  private walk: AsyncGenerator<Doc> | null = null;
  private ahead: Doc | null = null;
  private ended = false;

  constructor(
    private readonly begin: () => AsyncGenerator<Doc>,
    private readonly collect: () => Promise<Doc[]>,
  ) {}

  /** Gives all that was not read yet. */
  async toArray(): Promise<Doc[]> {
    if (this.ended) return [];
    if (this.walk === null) {
      this.ended = true;
      return this.collect();
    }
    const out: Doc[] = [];
    for await (const doc of this) out.push(doc);
    return out;
  }

  /** Gives the next document, null at the end. */
  async next(): Promise<Doc | null> {
    if (this.ahead !== null) {
      const doc = this.ahead;
      this.ahead = null;
      return doc;
    }
    if (this.ended) return null;
    this.walk ??= this.begin();
    const step = await this.walk.next();
    if (step.done !== true) return step.value;
    this.ended = true;
    return null;
  }

  /** Tells whether another document follows. */
  async hasNext(): Promise<boolean> {
    this.ahead ??= await this.next();
    return this.ahead !== null;
  }

  /** Begins again. */
  rewind(): void {
    this.walk = null;
    this.ahead = null;
    this.ended = false;
  }

  /** Ends the walk. */
  async close(): Promise<void> {
    this.ended = true;
    this.ahead = null;
    await this.walk?.return(undefined);
  }

  /** Refuses flags such as `noCursorTimeout`: there is no server that could keep them. */
  addCursorFlag(name: string): never {
    return refuse(`the cursor flag ${name}`);
  }

  /** Refuses `explain`: plans are not MongoDB's. */
  explain(): never {
    return refuse('explain');
  }

  /** Walks what was not read yet. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Doc> {
    for (let doc = await this.next(); doc !== null; doc = await this.next()) yield doc;
  }
}
