import type { Request, RequestHandler, Response } from 'express';
import type { FamilyName } from './state.js';

/** What a request of the tool was about. */
export type EntryKind =
  | 'authorization'
  | 'jwks'
  | 'token'
  | 'lineitems'
  | 'scores'
  | 'results'
  | 'roster'
  | 'notices'
  | 'deep-linking'
  | 'registration'
  | 'postmessage';

/** One request of the tool, with what was wrong about it in plain words. */
export interface Entry {
  readonly id: number;
  readonly at: string;
  readonly family: FamilyName;
  readonly kind: EntryKind;
  readonly method: string;
  readonly path: string;
  readonly accept: string | null;
  readonly contentType: string | null;
  /** What was asked for, without any token or assertion. */
  detail: unknown;
  status: number | null;
  /** What the practice LMS did to the answer on purpose, such as a fault that was switched on. */
  note: string | null;
  readonly problems: string[];
}

/** The record of everything the tool asked of the practice LMS. */
export class Journal {
  #entries: Entry[] = [];
  #serial = 0;

  /**
   * @param now - The clock.
   * @param limit - How many entries are kept.
   */
  constructor(
    private readonly now: () => Date,
    private readonly limit = 5000,
  ) {}

  /** Entries, oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries = [];
  }

  /**
   * Notes a request.
   *
   * @param family - The face that was asked.
   * @param kind - What it is about.
   * @param about - Method, path and the two headers that are judged.
   * @returns The entry, to be completed.
   */
  add(
    family: FamilyName,
    kind: EntryKind,
    about: Partial<Pick<Entry, 'method' | 'path' | 'accept' | 'contentType'>> = {},
  ): Entry {
    this.#serial += 1;
    const entry: Entry = {
      id: this.#serial,
      at: this.now().toISOString(),
      family,
      kind,
      method: about.method ?? 'GET',
      path: about.path ?? '',
      accept: about.accept ?? null,
      contentType: about.contentType ?? null,
      detail: null,
      status: null,
      note: null,
      problems: [],
    };
    this.#entries.push(entry);
    if (this.#entries.length > this.limit * 1.2) this.#entries = this.#entries.slice(-this.limit);
    return entry;
  }

  /**
   * Middleware that notes a request and, when it is answered, the status.
   *
   * @param family - The face.
   * @param kind - What the address is about.
   * @returns The middleware; `entryOf(res)` gives the entry afterwards.
   */
  note(family: FamilyName, kind: EntryKind): RequestHandler {
    return (req, res, next) => {
      const entry = this.add(family, kind, {
        method: req.method,
        path: pathWithoutSecrets(req),
        accept: req.get('accept') ?? null,
        contentType: req.get('content-type') ?? null,
      });
      entries.set(res, entry);
      res.on('finish', () => {
        entry.status = res.statusCode;
      });
      next();
    };
  }
}

const entries = new WeakMap<Response, Entry>();

/**
 * The journal entry of the request being answered.
 *
 * @param res - The response.
 * @returns The entry.
 * @throws Error when the route has no journal middleware.
 */
export function entryOf(res: Response): Entry {
  const entry = entries.get(res);
  if (entry === undefined) throw new Error('This route keeps no journal');
  return entry;
}

function pathWithoutSecrets(req: Request): string {
  return req.originalUrl.replace(
    /((?:access_token|id_token|data|registration_token)=)[^&]*/g,
    '$1…',
  );
}
