import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const here = import.meta.dirname;
const rows = JSON.parse(readFileSync(join(here, 'rows.json'), 'utf8')) as {
  /** Rows that the LTI core answers for. */
  readonly lti: readonly string[];
  /** Rows that other features answer for, by feature. */
  readonly features: Readonly<Record<string, readonly string[]>>;
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Ids in a text, with ranges such as `CERT-41..45` and `STORE-03 to STORE-09` spelled out. */
function idsIn(text: string): Set<string> {
  const found = new Set<string>();
  const pattern = /\b([A-Z]{2,6})-(\d\d)(?:(?:\.\.| to \1-)(\d\d))?/g;
  for (const [, area = '', from = '', to = from] of text.matchAll(pattern)) {
    for (let n = Number(from); n <= Number(to); n += 1) {
      found.add(`${area}-${String(n).padStart(2, '0')}`);
    }
  }
  return found;
}

/** Names of tests and of rows in their tables: texts that begin with a row's id. */
const NAMES = /(['"`])([A-Z]{2,6}-\d\d(?:(?!\1)[^\n])*)\1/g;

function namesIn(text: string): string {
  return [...text.matchAll(NAMES)].map(([, , name = '']) => name).join('\n');
}

test('every row of the LTI checklists is a test named by its id, or is said not to apply', () => {
  const tests = filesBelow(join(here, '..', '..')).filter((path) => path.endsWith('.test.ts'));
  const covered = idsIn(tests.map((path) => namesIn(readFileSync(path, 'utf8'))).join('\n'));
  const excused = readFileSync(join(here, 'not-applicable.md'), 'utf8')
    .split('\n')
    .flatMap((line) => /^- ([A-Z]+-\d\d):/.exec(line)?.[1] ?? []);
  const all = [...rows.lti, ...Object.values(rows.features).flat()];
  const isOpen = (row: string): boolean => !covered.has(row) && !excused.includes(row);
  const waiting = Object.entries(rows.features)
    .map(([feature, ids]) => [feature, ids.filter(isOpen)] as const)
    .filter(([, ids]) => ids.length > 0)
    .map(([feature, ids]) => `${feature}: ${ids.join(', ')}`);
  const count = all.filter((row) => covered.has(row)).length;
  process.stdout.write(
    `LTI checklist rows: ${count} of ${all.length} tested by name, ${excused.length} not applicable` +
      `${waiting.length === 0 ? '' : `; open in ${waiting.join('; ')}`}\n`,
  );
  expect(all.filter(isOpen)).toEqual([]);
  expect(excused.filter((row) => covered.has(row))).toEqual([]);
});
