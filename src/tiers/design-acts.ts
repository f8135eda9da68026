import { z } from 'zod';
import type { DateRule, LearningGoal, TaskDesign } from '../assignments/assignment.js';
import { htmlFromText } from '../assignments/clean-html.js';
import { applyFix, type DesignFix } from '../assignments/apply-fix.js';
import * as parts from '../assignments/design-parts.js';
import { takeMove as addMove } from '../assignments/take-move.js';
import { fromLocal } from '../assignments/local-time.js';
import { webAddress } from '../assignments/design-edit.schema.js';
import type { FlexibleGroupId, MembershipId, TierId } from '../ids.js';
import type { Move } from './move.schema.js';
import { applyMove } from './moves.js';
import type { ReadTask } from './read-task.js';

/** What a button of the builder needs from around the design. */
export interface ActContext {
  readonly newId: () => string;
  readonly words: parts.PartWords;
  /** The library's moves and the course's own. */
  readonly moves: readonly Move[];
  /** Goals of the course's earlier assignments. */
  readonly bank: readonly LearningGoal[];
  readonly readTask: (design: TaskDesign) => ReadTask;
  readonly timeZone: string;
}

/** A change that a button makes. */
export interface Act {
  /** What is done, a key under `tiers.done`. */
  readonly label: string;
  /** Field or part that the keyboard goes to afterwards; null: stays. */
  readonly focus: string | null;
  readonly change: (design: TaskDesign) => TaskDesign;
}

type ReadAct = (body: Readonly<Record<string, unknown>>, context: ActContext) => Act | null;

const id = z.string().min(1).max(64);
const one = (body: Readonly<Record<string, unknown>>, name: string): string => {
  const parsed = id.safeParse(body[name]);
  return parsed.success ? parsed.data : '';
};

const addGoal: ReadAct = (body, { newId, bank }) => {
  const goalId = newId();
  const known = bank.find((goal) => goal.id === one(body, 'goal'));
  return {
    label: 'goal-added',
    focus: known === undefined ? `goals[${goalId}][text]` : null,
    change: (design) =>
      parts.addGoal(design, { text: known?.text ?? '', code: known?.code ?? '' }, () => goalId),
  };
};

const addCriterion: ReadAct = (_body, { newId, words }) => {
  const criterionId = newId();
  return {
    label: 'criterion-added',
    focus: `criteria[${criterionId}][text]`,
    change: (design) => {
      const count = design.criteria.length;
      const sum = design.criteria.reduce((all, c) => all + c.points, 0);
      const points = count === 0 || sum === 0 ? design.pointsPossible : sum / count;
      const kind = design.criteria.at(-1)?.kind ?? 'levels';
      return parts.fitPoints(
        parts.addCriterion(design, { text: '', kind, points }, () => criterionId, words),
      );
    },
  };
};

const takeMove: ReadAct = (body, context) => {
  const [kind, moveId] = one(body, 'move').split(':');
  if (kind !== 'support' && kind !== 'stretch') return null;
  const move = context.moves.find((m) => m.id === moveId && m.kind === kind);
  if (move === undefined) return null;
  return {
    label: 'move-taken',
    focus: `tier:${kind}`,
    change: (design) => {
      const applied = applyMove(move, context.readTask(design));
      const taken = addMove(
        design,
        kind,
        {
          moveId: move.id,
          html: htmlFromText(applied.addedText),
          materials: applied.addedMaterials.map((material) => ({
            title: material.title,
            html: htmlFromText(material.text),
            isFrame: material.teacherCompletes,
          })),
          minutes: applied.minutesDelta,
        },
        context.newId,
        context.words,
      );
      return taken?.design ?? design;
    },
  };
};

const addMaterial: ReadAct = (body, { newId }) => {
  const [tierId, kind] = one(body, 'material').split(':');
  if (tierId === undefined || (kind !== 'link' && kind !== 'text')) return null;
  const materialId = newId();
  const typed = webAddress.safeParse(body['url']);
  return {
    label: 'material-added',
    focus: `tiers[${tierId}][materials][${materialId}][title]`,
    change: (design) =>
      parts.addMaterial(
        design,
        tierId,
        { kind, title: '', url: typed.success ? typed.data : '' },
        () => materialId,
      ),
  };
};

const addStep: ReadAct = (body, { newId }) => {
  const tierId = one(body, 'tier');
  const stepId = newId();
  return {
    label: 'step-added',
    focus: `tiers[${tierId}][steps][${stepId}][text]`,
    change: (design) => parts.addStep(design, tierId, () => stepId),
  };
};

const addDate: ReadAct = (body, { timeZone }) => {
  const [scope, whom] = one(body, 'dateFor').split(':');
  const dueAt = fromLocal(typeof body['dateAt'] === 'string' ? body['dateAt'] : '', timeZone);
  if (dueAt === null || whom === undefined || whom === '') return null;
  if (scope !== 'tier' && scope !== 'group' && scope !== 'learner') return null;
  const rule: DateRule = {
    scope,
    tierId: scope === 'tier' ? (whom as TierId) : null,
    groupId: scope === 'group' ? (whom as FlexibleGroupId) : null,
    membershipId: scope === 'learner' ? (whom as MembershipId) : null,
    dueAt,
  };
  return {
    label: 'date-set',
    focus: null,
    change: (design) => parts.setDate(design, rule),
  };
};

const removeDate: ReadAct = (body) => {
  const key = one(body, 'date');
  return {
    label: 'date-removed',
    focus: null,
    change: (design) => ({
      ...design,
      dates: design.dates.filter((rule) => parts.dateKey(rule) !== key),
    }),
  };
};

const fixKinds: Readonly<Record<string, (what: readonly string[]) => DesignFix>> = {
  'add-goal': ([goalId = '']) => ({ kind: 'add-goal', goalId }),
  'remove-goal': ([goalId = '']) => ({ kind: 'remove-goal', goalId }),
  'add-criterion': ([criterionId = '']) => ({ kind: 'add-criterion', criterionId }),
  'remove-criterion': ([criterionId = '']) => ({ kind: 'remove-criterion', criterionId }),
  'add-option-criterion': ([optionId = '', criterionId = '']) => ({
    kind: 'add-option-criterion',
    optionId,
    criterionId,
  }),
  'set-minutes': ([minutes]) => ({ kind: 'set-minutes', minutes: Number(minutes) || 1 }),
  'set-products': ([products]) => ({ kind: 'set-products', products: Number(products) || 1 }),
  'copy-base-text': () => ({ kind: 'copy-base-text' }),
  'copy-base-materials': () => ({ kind: 'copy-base-materials' }),
};

const fix: ReadAct = (body, { newId }) => {
  const value = typeof body['fix'] === 'string' ? body['fix'].slice(0, 200) : '';
  const [tierId = '', kind = '', ...what] = value.split('~');
  if (kind === 'fit-points') return { label: 'fixed', focus: null, change: parts.fitPoints };
  const made = fixKinds[kind]?.(what);
  if (made === undefined) return null;
  return {
    label: 'fixed',
    focus: tierId === '' ? null : `tier:${tierId}`,
    change: (design) => applyFix(design, tierId === '' ? null : tierId, made, newId),
  };
};

/** An act that takes the part away whose id its button names. */
const removing =
  (
    name: string,
    label: string,
    focus: string | null,
    change: (design: TaskDesign, partId: string) => TaskDesign,
  ): ReadAct =>
  (body) => {
    const partId = one(body, name);
    return partId === '' ? null : { label, focus, change: (design) => change(design, partId) };
  };

/** Every button of the builder by its path below the page. */
export const DESIGN_ACTS: Readonly<Record<string, ReadAct>> = {
  goals: addGoal,
  'goals/remove': removing('goal', 'goal-removed', 'add-goal', parts.removeGoal),
  criteria: addCriterion,
  'criteria/remove': removing('criterion', 'criterion-removed', 'add-criterion', (design, partId) =>
    parts.fitPoints(parts.removeCriterion(design, partId)),
  ),
  tiers: (body, { newId, words }) => {
    const kind = one(body, 'kind');
    if (kind !== 'support' && kind !== 'stretch') return null;
    return {
      label: 'tier-added',
      focus: `tier:${kind}`,
      change: (design) =>
        design.tiers.some((tier) => tier.kind === kind)
          ? design
          : parts.addTier(design, kind, newId, words),
    };
  },
  'tiers/remove': removing('tier', 'tier-removed', 'moves', parts.removeTier),
  moves: takeMove,
  materials: addMaterial,
  'parts/remove': removing('part', 'part-removed', null, parts.removePart),
  steps: addStep,
  'steps/raise': removing('step', 'step-moved', null, parts.raiseStep),
  dates: addDate,
  'dates/remove': removeDate,
  fix,
};
