import { mkdirSync, openSync, closeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

import Sqlite from 'better-sqlite3';

import { StoreUnavailable } from '../unavailable.js';

/** How long one attempt may hold up the process while another one writes. */
const BUSY_MS = 40;
/** How long an operation tries again before it gives up. */
const PATIENCE_MS = 15_000;
/** How long operations may follow each other before requests get a turn. */
const TURN_MS = 8;

/** How often a page of a walk is tried, each time for `BUSY_MS`. */
const READ_ATTEMPTS = 25;

function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY');
}

type Statement = Sqlite.Statement;

/**
 * One SQLite file (or memory) with what the collections share: statements, transactions that other
 * processes cannot get between, and errors in words of ours.
 */
export class Engine {
  private readonly sqlite: Sqlite.Database;
  private readonly statements = new Map<string, Statement>();
  private lastTurn = performance.now();
  /** Told when a transaction was undone, so that nothing remembered of it stays. */
  onUndo: () => void = () => undefined;

  /**
   * Opens the file, made with its folder where it is missing, readable by its owner only.
   *
   * @param file - A path, or `:memory:`.
   * @throws StoreUnavailable when it cannot be opened or is no database.
   */
  constructor(file: string) {
    try {
      if (file !== ':memory:') {
        mkdirSync(dirname(file), { recursive: true });
        closeSync(openSync(file, 'a', 0o600));
      }
      this.sqlite = new Sqlite(file, { timeout: BUSY_MS });
    } catch (cause) {
      throw new StoreUnavailable(`The database file cannot be opened: ${file}`, { cause });
    }
  }

  /** Prepares the file: write-ahead log, and the tables every store has. */
  async start(): Promise<void> {
    await this.retry(() => {
      this.sqlite.pragma('journal_mode = WAL');
      this.sqlite.pragma('synchronous = NORMAL');
      this.sqlite.pragma('cache_size = -32000');
      this.sqlite.pragma('temp_store = MEMORY');
    });
    await this.write(() => {
      this.exec(
        `CREATE TABLE IF NOT EXISTS store (one INTEGER PRIMARY KEY, catalog INTEGER, probe BLOB);
         INSERT OR IGNORE INTO store VALUES (1, 0, NULL);
         CREATE TABLE IF NOT EXISTS collections (name TEXT PRIMARY KEY);
         CREATE TABLE IF NOT EXISTS indexes (
           collection TEXT, name TEXT, spec TEXT, multikey INTEGER,
           PRIMARY KEY (collection, name))`,
      );
    });
  }

  /** Whether the file is open. */
  get isOpen(): boolean {
    return this.sqlite.open;
  }

  /** Runs statements that give nothing back. */
  exec(sql: string): void {
    this.sqlite.exec(sql);
  }

  /** Gives a statement, prepared once. */
  prepare(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.sqlite.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }

  /** Forgets prepared statements, after tables were dropped. */
  forget(): void {
    this.statements.clear();
  }

  /** Limits the file's size; for tests of a full disk. */
  limitPages(pages: number): void {
    this.sqlite.pragma(`max_page_count = ${pages}`);
  }

  /** Gives the number of pages the file has. */
  get pages(): number {
    return Number(this.sqlite.pragma('page_count', { simple: true }));
  }

  /**
   * Reads something. A long run of operations lets other work of the process in between.
   *
   * @param work - The reading; it must not wait for anything.
   * @returns What it gave.
   * @throws StoreUnavailable when the file cannot be read.
   */
  async read<T>(work: () => T): Promise<T> {
    await this.breathe();
    return this.retry(work);
  }

  /**
   * Reads something that cannot be begun again, such as the next page of a walk.
   *
   * @param work - The reading.
   * @returns What it gave.
   * @throws StoreUnavailable when the file cannot be read.
   */
  async readOnce<T>(work: () => T): Promise<T> {
    await this.breathe();
    try {
      return work();
    } catch (error) {
      throw this.inOurWords(error);
    }
  }

  /**
   * Gives all rows of a statement. Readers hardly ever wait in a file with a write-ahead log; where
   * one does, it tries again on the spot, because a walk cannot be begun again.
   */
  rows(sql: string, ...values: unknown[]): unknown[] {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return this.prepare(sql).all(...values);
      } catch (error) {
        if (!isBusy(error) || attempt === READ_ATTEMPTS) throw error;
      }
    }
  }

  /**
   * Changes something as one step that happens whole or not at all, also against other processes:
   * the write lock is taken before the first read (BEGIN IMMEDIATE).
   *
   * @param work - The change; it must not wait for anything.
   * @returns What it gave.
   * @throws StoreUnavailable when the file cannot be written, or stays locked for 15 seconds.
   */
  async write<T>(work: () => T): Promise<T> {
    await this.breathe();
    return this.retry(() => {
      this.prepare('BEGIN IMMEDIATE').run();
      try {
        const result = work();
        this.prepare('COMMIT').run();
        return result;
      } catch (error) {
        if (this.sqlite.inTransaction) this.prepare('ROLLBACK').run();
        this.onUndo();
        throw error;
      }
    });
  }

  /**
   * Tells whether the file can be read and written now: room for a page is taken and given back.
   *
   * @returns Whether it worked.
   */
  async probe(): Promise<boolean> {
    try {
      await this.write(() => {
        this.prepare('UPDATE store SET probe = zeroblob(16384)').run();
        this.prepare('UPDATE store SET probe = NULL').run();
      });
      return true;
    } catch {
      return false;
    }
  }

  /** Closes the file; what comes after is refused as unavailable. */
  close(): void {
    if (this.sqlite.open) this.sqlite.close();
  }

  /** Lets waiting requests have their turn when operations follow each other for long. */
  private async breathe(): Promise<void> {
    if (performance.now() - this.lastTurn < TURN_MS) return;
    await nextTurn();
    this.lastTurn = performance.now();
  }

  private async retry<T>(work: () => T): Promise<T> {
    const began = performance.now();
    for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error) || performance.now() - began > PATIENCE_MS) throw this.inOurWords(error);
        await pause(wait);
      }
    }
  }

  private inOurWords(error: unknown): unknown {
    if (error instanceof Sqlite.SqliteError) {
      return new StoreUnavailable(`The database cannot do this now: ${error.code}`, {
        cause: error,
      });
    }
    if (!this.sqlite.open) {
      return new StoreUnavailable('The database is closed', { cause: error });
    }
    return error;
  }
}
