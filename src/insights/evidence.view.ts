import type { Words } from '../web/words.js';
import type { EvidencePiece } from './evidence.model.js';
import type { CourseGoal } from './goal-key.js';
import type { ColumnGoal, MappedScores, ScoreTable } from './read-scores.js';

interface Option {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

export interface EvidenceView {
  readonly title: string;
  readonly href: string;
  readonly backHref: string;
  readonly errors: Readonly<Record<string, string>> | null;
  readonly notice: { readonly kind: string; readonly title: string; readonly text: string } | null;
  readonly text: string;
  readonly label: string;
  readonly canReadLms: boolean;
  readonly goals: readonly Option[];
  readonly sources: readonly {
    readonly source: string;
    readonly sourceId: string;
    readonly label: string;
    readonly kind: string;
    readonly count: string;
    readonly when: string;
    readonly isRemovable: boolean;
  }[];
}

export interface EvidencePreview {
  readonly title: string;
  readonly href: string;
  readonly text: string;
  readonly label: string;
  readonly columns: readonly {
    readonly index: number;
    readonly name: string;
    readonly most: string;
    readonly goals: readonly Option[];
  }[];
  readonly lines: readonly { readonly name: string; readonly cells: readonly string[] }[];
  readonly more: string;
  readonly summary: string;
  readonly problems: readonly string[];
  readonly problemsMore: string;
  readonly canSave: boolean;
  readonly button: string;
}

declare module '../web/render.js' {
  interface Views {
    'insights/evidence': EvidenceView;
    'insights/evidence-preview': EvidencePreview;
  }
}

const SHOWN_LINES = 8;
const SHOWN_PROBLEMS = 60;

/** Where evidence of the course came from, newest first. */
export function evidenceSources(
  pieces: readonly EvidencePiece[],
  words: Words,
): EvidenceView['sources'] {
  const sources = new Map<string, { piece: EvidencePiece; count: number }>();
  for (const piece of pieces) {
    const key = `${piece.source} ${piece.sourceId}`;
    const known = sources.get(key);
    if (known === undefined) sources.set(key, { piece, count: 1 });
    else known.count += 1;
  }
  return [...sources.values()].map(({ piece, count }) => ({
    source: piece.source,
    sourceId: piece.sourceId,
    label: piece.label,
    kind: words.t(`evidence.source.${piece.source}`),
    count: words.t('evidence.pieces', { count }),
    when: words.day(piece.at),
    // What Trellis graded or asked itself is derived again; only what was brought in can go.
    isRemovable: piece.source === 'scores' || piece.source === 'lms',
  }));
}

/** Goals to choose from, with one chosen. */
export function goalOptions(
  goals: readonly CourseGoal[],
  chosen: string | null,
  noneLabel: string | null,
): readonly Option[] {
  return [
    ...(noneLabel === null ? [] : [{ value: '', label: noneLabel, selected: chosen === null }]),
    ...goals.map(({ key, text }) => ({ value: key, label: text, selected: key === chosen })),
  ];
}

/** What pasted scores would become, before anything is kept. */
export function previewView(
  table: ScoreTable,
  columns: readonly ColumnGoal[],
  mapped: MappedScores,
  goals: readonly CourseGoal[],
  typed: { readonly text: string; readonly label: string },
  href: string,
  words: Words,
): EvidencePreview {
  const { problems, pieces, students } = mapped;
  return {
    title: words.t('evidence.preview'),
    href,
    ...typed,
    columns: table.columns.map((column, index) => ({
      index,
      name: column.name === '' ? words.t('evidence.column', { number: index + 1 }) : column.name,
      most: columns[index]?.most == null ? '' : words.number(columns[index].most),
      goals: goalOptions(goals, columns[index]?.goalKey ?? null, words.t('evidence.not-this')),
    })),
    lines: table.lines.slice(0, SHOWN_LINES).map(({ name, cells }) => ({
      name,
      cells: table.columns.map((_, i) => cells[i] ?? ''),
    })),
    more:
      table.lines.length > SHOWN_LINES
        ? words.t('evidence.more-lines', { count: table.lines.length - SHOWN_LINES })
        : '',
    summary: words.t('evidence.found', {
      count: pieces.length,
      students,
      lines: table.lines.length,
    }),
    problems: problems
      .slice(0, SHOWN_PROBLEMS)
      .map(({ line, name, problem, cell }) =>
        words.t(`evidence.line.${problem}`, { line: words.number(line), name, cell }),
      ),
    problemsMore:
      problems.length > SHOWN_PROBLEMS
        ? words.t('evidence.more-problems', { count: problems.length - SHOWN_PROBLEMS })
        : '',
    canSave: pieces.length > 0,
    button: words.t('evidence.keep', { count: pieces.length }),
  };
}
