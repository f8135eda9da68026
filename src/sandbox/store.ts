import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { State } from './state.js';
import { asObject, parseJson } from './read.js';

/** Keeps the state in one JSON file: written whole, to a side file first, then renamed. */
export class Store {
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #source: (() => State) | null = null;

  /** @param file - Path of the JSON file, or null to keep nothing. */
  constructor(readonly file: string | null) {}

  /**
   * Reads the state of an earlier run.
   *
   * @returns The state, or null when there is none or it cannot be read as one.
   */
  async load(): Promise<State | null> {
    if (this.file === null) return null;
    try {
      const value = asObject(parseJson(await readFile(this.file, 'utf8')));
      return value['version'] === 1 ? (value as unknown as State) : null;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /**
   * Asks for a write soon; many asks close together become one write.
   *
   * @param source - Gives the state at the moment of writing.
   */
  soon(source: () => State): void {
    if (this.file === null) return;
    this.#source = source;
    this.#timer ??= setTimeout(() => {
      void this.flush();
    }, 150);
    this.#timer.unref();
  }

  /** Writes what was asked for, now. Resolves when the file stands; a failed write is reported on standard error. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const { file } = this;
    const source = this.#source;
    this.#source = null;
    if (file !== null && source !== null) {
      this.#writing = this.#writing.then(() => write(file, source()));
    }
    await this.#writing;
  }
}

async function write(file: string, state: State): Promise<void> {
  const side = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(side, JSON.stringify(state), { mode: 0o600 });
    await rename(side, file);
  } catch (error) {
    console.error(`The practice LMS could not write ${file}: ${(error as Error).message}`);
  }
}
