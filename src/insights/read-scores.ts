import { parse } from 'csv-parse/sync';
import { nameFinder, type Person } from '../groups/class-list.js';
import type { MembershipId } from '../ids.js';
import { readNumber } from './ticket.js';

/** A table of scores as somebody pasted it or had it in a file. */
export interface ScoreTable {
  /** Names of the columns after the first; made up where there is no heading. */
  readonly columns: readonly { readonly name: string; readonly most: number | null }[];
  readonly lines: readonly {
    /** Line of the text, from 1. */
    readonly line: number;
    readonly name: string;
    readonly cells: readonly string[];
  }[];
  readonly problem: 'empty' | 'no-columns' | 'too-long' | 'broken' | null;
}

/** Lines that are read; more are refused, not cut. */
export const MOST_LINES = 10_000;
const NO_TABLE = { columns: [], lines: [] } as const;

/** Which of tab, semicolon and comma parts the columns: what the first lines have most of. */
function delimiterOf(text: string): string {
  const head = text.split(/\r?\n/).slice(0, 20);
  const count = (sign: string): number =>
    head.filter((line) => line.replaceAll(/"[^"]*"/g, '').includes(sign)).length;
  // A comma may be a decimal sign or stand inside "Family, Given": it comes last.
  return (
    ['\t', ';', ','].find((sign) => count(sign) >= Math.max(1, head.filter(Boolean).length / 2)) ??
    ';'
  );
}

/** "Quiz 1 (of 20)", "Quiz 1 /20": the most one can get. */
function mostIn(heading: string): number | null {
  const found = /(?:\/|\bof\b|\bvon\b|\bde\b|\bmax\.?)\s*(\d+(?:[.,]\d+)?)\s*\)?\s*$/i.exec(
    heading,
  );
  return found?.[1] === undefined ? null : readNumber(found[1]);
}

/**
 * Reads pasted scores or a CSV file: one line a student, name first, a column per result.
 *
 * Copes with semicolons, tabs and commas, quoted cells, decimal commas, a byte-order mark, Windows
 * line ends and a heading or none. It never throws.
 *
 * @param text - As pasted.
 * @returns The table, or why it is none.
 */
export function readScores(text: string): ScoreTable {
  const plain = text.replace(/^\uFEFF/, '');
  if (plain.trim() === '') return { ...NO_TABLE, problem: 'empty' };
  let rows: { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
  try {
    rows = parse(plain, {
      delimiter: delimiterOf(plain),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
    }) as unknown as typeof rows;
  } catch {
    return { ...NO_TABLE, problem: 'broken' };
  }
  if (rows.length > MOST_LINES) return { ...NO_TABLE, problem: 'too-long' };
  const [first] = rows;
  const width = Math.max(...rows.map(({ record }) => record.length));
  if (first === undefined || width < 2) return { ...NO_TABLE, problem: 'no-columns' };
  const isHeading = first.record.slice(1).every((cell) => readScore(cell, null) === null);
  const names = isHeading ? first.record.slice(1) : [];
  const columns = Array.from({ length: width - 1 }, (_, i) => ({
    name: names[i] ?? '',
    most: mostIn(names[i] ?? ''),
  }));
  return {
    columns,
    lines: (isHeading ? rows.slice(1) : rows).map(({ record, info }) => ({
      line: info.lines,
      name: record[0] ?? '',
      cells: record.slice(1),
    })),
    problem: null,
  };
}

/**
 * Reads one cell as 0–100.
 *
 * @param most - What the column counts to; null: 100, or as the cell itself says ("14/20", "70 %").
 * @returns The value; null when the cell holds no number.
 */
export function readScore(cell: string, most: number | null): number | null {
  const [, part, whole] = /^([^/]+)\/([^/]+)$/.exec(cell.trim()) ?? [];
  if (part !== undefined && whole !== undefined) {
    const a = readNumber(part);
    const b = readNumber(whole);
    return a === null || b === null || b <= 0 ? null : (100 * a) / b;
  }
  const value = readNumber(cell);
  if (value === null) return null;
  if (cell.includes('%') || most === null || most <= 0) return value;
  return (100 * value) / most;
}

export interface LineProblem {
  readonly line: number;
  readonly name: string;
  readonly problem: 'unknown-name' | 'no-number' | 'out-of-range' | 'twice';
  readonly cell: string;
}

export interface MappedScores {
  readonly pieces: readonly {
    readonly membershipId: MembershipId;
    readonly goalKey: string;
    readonly value: number;
  }[];
  readonly problems: readonly LineProblem[];
  /** Students with at least one usable result. */
  readonly students: number;
}

/** Which goal a column is evidence on, and what it counts to. */
export interface ColumnGoal {
  readonly goalKey: string | null;
  readonly most: number | null;
}

/**
 * Maps a table to students and goals, line by line; what does not fit is listed, the rest counts.
 *
 * @param table - As read.
 * @param columns - For each column; several on one goal are averaged.
 * @param learners - The class.
 */
export function mapScores(
  table: ScoreTable,
  columns: readonly ColumnGoal[],
  learners: readonly Person[],
): MappedScores {
  const problems: LineProblem[] = [];
  const values = new Map<MembershipId, Map<string, number[]>>();
  const find = nameFinder(learners);
  for (const { line, name, cells } of table.lines) {
    const id = find(name);
    const say = (problem: LineProblem['problem'], cell = ''): void => {
      problems.push({ line, name, problem, cell });
    };
    if (id === null) {
      say('unknown-name');
      continue;
    }
    if (values.has(id)) {
      say('twice');
      continue;
    }
    const own = new Map<string, number[]>();
    columns.forEach(({ goalKey, most }, i) => {
      const cell = cells[i]?.trim() ?? '';
      if (goalKey === null || cell === '' || /^[-–—.]$/.test(cell)) return;
      const value = readScore(cell, most);
      if (value === null) say('no-number', cell);
      else if (value < 0 || value > 100.5) say('out-of-range', cell);
      else own.set(goalKey, [...(own.get(goalKey) ?? []), Math.min(100, value)]);
    });
    values.set(id, own);
  }
  const pieces = [...values].flatMap(([membershipId, own]) =>
    [...own].map(([goalKey, list]) => ({
      membershipId,
      goalKey,
      value: Math.round((10 * list.reduce((a, b) => a + b, 0)) / list.length) / 10,
    })),
  );
  return { pieces, problems, students: new Set(pieces.map((p) => p.membershipId)).size };
}
