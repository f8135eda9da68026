import type { Table } from './catalog.js';
import type { Filter } from './filter.js';
import type { Plan } from './plan.js';
import type { Projection } from './projection.js';
import { sorted, type Sort } from './sort.js';
import type { Row, Storage } from './storage.js';
import type { Doc } from './value.js';

/** A question to a collection. */
export interface Question {
  readonly filter: Filter;
  readonly sort: Sort;
  readonly skip: number;
  /** 0 for no limit. */
  readonly limit: number;
  readonly projection: Projection;
}

const whole: Projection = (doc) => doc;

/** Answers questions about one collection, letting other work in between pages of candidates. */
export class Reader {
  constructor(
    private readonly storage: Storage,
    private readonly name: string,
  ) {}

  /** Walks the answer document by document. */
  async *documents(question: Question): AsyncGenerator<Doc> {
    for await (const page of this.pages(question)) {
      for (const { doc } of page) yield question.projection(doc);
    }
  }

  /** Gives the whole answer. */
  async all(question: Question): Promise<Doc[]> {
    const out: Doc[] = [];
    for await (const page of this.pages(question)) {
      for (const { doc } of page) out.push(question.projection(doc));
    }
    return out;
  }

  /** Finds the first match in the order asked for. */
  async first(filter: Filter, sort: Sort): Promise<Row | null> {
    const quick = await this.storage.engine.read(() => {
      const begun = this.begin(filter, sort, true);
      if (begun === null) return { row: null };
      return begun.plan.kind === 'index'
        ? { row: this.storage.first(begun.table, filter, sort) }
        : null;
    });
    if (quick !== null) return quick.row;
    const question = { filter, sort, skip: 0, limit: 1, projection: whole };
    for await (const [row] of this.pages(question)) if (row !== undefined) return row;
    return null;
  }

  /** Gives the places of all matches. */
  async places(filter: Filter): Promise<number[]> {
    const out: number[] = [];
    const question = { filter, sort: [], skip: 0, limit: 0, projection: whole };
    for await (const page of this.pages(question)) out.push(...page.map(({ seq }) => seq));
    return out;
  }

  /** Counts all documents of the collection. */
  async count(): Promise<number> {
    return this.storage.engine.read(() => {
      const table = this.storage.catalog.find(this.name);
      return table === null ? 0 : this.storage.count(table);
    });
  }

  private begin(
    filter: Filter,
    sort: Sort,
    limited: boolean,
  ): { readonly table: Table; readonly plan: Plan } | null {
    const table = this.storage.catalog.find(this.name);
    return table === null ? null : { table, plan: this.storage.plan(table, filter, sort, limited) };
  }

  private async *pages({ filter, sort, skip, limit }: Question): AsyncGenerator<Row[]> {
    const begun = await this.storage.engine.read(() => this.begin(filter, sort, limit > 0));
    if (begun === null) return;
    const { table, plan } = begun;
    const end = limit === 0 ? Infinity : skip + limit;
    if (sort.length > 0 && !(plan.kind === 'index' && plan.ordered)) {
      const found: Row[] = [];
      for await (const page of this.matches(table, plan, filter, 500)) found.push(...page);
      yield sorted(found, sort, (row) => row.doc).slice(skip, end);
      return;
    }
    let passed = 0;
    for await (const page of this.matches(table, plan, filter, Math.min(end + 1, 500))) {
      const from = Math.max(skip - passed, 0);
      if (from < page.length) yield page.slice(from, end - passed);
      passed += page.length;
      if (passed >= end) return;
    }
  }

  private async *matches(
    table: Table,
    plan: Plan,
    filter: Filter,
    size: number,
  ): AsyncGenerator<Row[]> {
    const pages = this.storage.pages(table, plan, size);
    for (;;) {
      const page = await this.storage.engine.readOnce(() => pages.next());
      if (page.done === true) return;
      yield page.value.filter(({ doc }) => filter.matches(doc));
    }
  }
}
