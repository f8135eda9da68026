import type {
  CriterionLevel,
  DateRule,
  LearningGoal,
  Material,
  Step,
  SuccessCriterion,
  TaskDesign,
  Tier,
} from './assignment.js';
import { cleanHtml, htmlFromText, plainText } from './clean-html.js';
import type { DesignEdit } from './design-edit.schema.js';
import { dateKey } from './design-parts.js';
import { fromLocal } from './local-time.js';

type Fields<K extends 'goals' | 'criteria' | 'tiers'> = NonNullable<DesignEdit[K]>[string];

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/**
 * The HTML of a text field: rich where the page sent it rich; plain text only where it differs from
 * what the field showed, so that an unchanged field keeps its formatting.
 */
function textOf(
  known: string,
  sent: { html?: string | undefined; text?: string | undefined },
): string {
  if (sent.html !== undefined) return cleanHtml(sent.html);
  if (sent.text === undefined) return known;
  const typed = sent.text.replace(/\r\n?/g, '\n').trim();
  return typed === plainText(known) ? known : cleanHtml(htmlFromText(typed));
}

function editGoal(goal: LearningGoal, sent: Fields<'goals'>): LearningGoal {
  return {
    ...goal,
    ...(sent.text === undefined ? {} : { text: oneLine(sent.text) }),
    ...(sent.code === undefined ? {} : { code: oneLine(sent.code) }),
  };
}

function editCriterion(criterion: SuccessCriterion, sent: Fields<'criteria'>): SuccessCriterion {
  const levels: readonly CriterionLevel[] = criterion.levels.map((known, i) => {
    const one = sent.levels?.[String(i)];
    if (one === undefined) return known;
    return {
      points: one.points ?? known.points,
      label: one.label === undefined ? known.label : oneLine(one.label),
      description: one.description === undefined ? known.description : one.description.trim(),
    };
  });
  const kind = sent.kind ?? criterion.kind;
  const points = sent.points ?? criterion.points;
  return {
    ...criterion,
    kind,
    points:
      kind === 'levels' && levels.length > 0 ? Math.max(...levels.map((l) => l.points)) : points,
    levels,
    ...(sent.text === undefined ? {} : { text: oneLine(sent.text) }),
    ...(sent.isAnchor === undefined ? {} : { isAnchor: sent.isAnchor }),
  };
}

function editMaterial(
  material: Material,
  sent: NonNullable<NonNullable<Fields<'tiers'>['materials']>[string]>,
): Material {
  const html = material.kind === 'text' ? textOf(material.html ?? '', sent) : material.html;
  const { isFrame, ...rest } = material;
  return {
    ...rest,
    ...(sent.title === undefined ? {} : { title: oneLine(sent.title) }),
    ...(sent.url === undefined || material.kind !== 'link' ? {} : { url: sent.url }),
    html,
    // A frame that the teacher wrote in is filled.
    ...(isFrame === true && html === material.html ? { isFrame } : {}),
  };
}

function editStep(
  step: Step,
  sent: { text?: string | undefined; targetAt?: string | undefined },
  timeZone: string,
): Step {
  return {
    ...step,
    ...(sent.text === undefined ? {} : { text: oneLine(sent.text) }),
    ...(sent.targetAt === undefined
      ? {}
      : { targetAt: sameMinute(step.targetAt, sent.targetAt, timeZone) }),
  };
}

/** A field shows minutes: seconds the platform sent stay while nobody changes the minute. */
function sameMinute(known: Date | null, typed: string, timeZone: string): Date | null {
  const at = fromLocal(typed, timeZone);
  if (known === null || at === null) return at;
  return Math.floor(known.getTime() / 60_000) === at.getTime() / 60_000 ? known : at;
}

function editTier(tier: Tier, sent: Fields<'tiers'>, timeZone: string): Tier {
  return {
    ...tier,
    instructionsHtml: textOf(tier.instructionsHtml, sent),
    minutes: sent.minutes ?? tier.minutes,
    products: sent.products ?? tier.products,
    ...(sent.name === undefined || oneLine(sent.name) === '' ? {} : { name: oneLine(sent.name) }),
    ...(sent.goalIds === undefined ? {} : { goalIds: sent.goalIds as unknown as Tier['goalIds'] }),
    ...(sent.criterionIds === undefined
      ? {}
      : { criterionIds: sent.criterionIds as unknown as Tier['criterionIds'] }),
    materials: tier.materials.map((material) => {
      const one = sent.materials?.[material.id];
      return one === undefined ? material : editMaterial(material, one);
    }),
    steps: tier.steps.map((step) => {
      const one = sent.steps?.[step.id];
      return one === undefined ? step : editStep(step, one, timeZone);
    }),
  };
}

/** An emptied date goes: the more general one holds again. */
function editDates(
  dates: readonly DateRule[],
  sent: NonNullable<DesignEdit['dates']>,
  timeZone: string,
) {
  return dates.flatMap((rule) => {
    const typed = sent[dateKey(rule)]?.dueAt;
    if (typed === undefined) return [rule];
    const dueAt = sameMinute(rule.dueAt, typed, timeZone);
    return dueAt === null ? [] : [{ ...rule, dueAt }];
  });
}

/**
 * Puts the fields that came in into a design. What is not named stays; what is named but gone from
 * the design is left out.
 *
 * @param design - As it was when the page was opened.
 * @param edit - Checked fields.
 * @param timeZone - IANA zone of the person who typed the dates.
 */
export function applyEdit(design: TaskDesign, edit: DesignEdit, timeZone: string): TaskDesign {
  const { settings } = edit;
  const told = Object.fromEntries(
    Object.entries(settings ?? {}).filter(([, value]) => value !== undefined),
  );
  return {
    ...design,
    ...(edit.title === undefined || oneLine(edit.title) === ''
      ? {}
      : { title: oneLine(edit.title) }),
    ...(edit.subject === undefined ? {} : { subject: edit.subject }),
    ...(edit.language === undefined ? {} : { language: edit.language }),
    pointsPossible: edit.pointsPossible ?? design.pointsPossible,
    ...(edit.dueAt === undefined ? {} : { dueAt: sameMinute(design.dueAt, edit.dueAt, timeZone) }),
    goals: design.goals.map((goal) => {
      const sent = edit.goals?.[goal.id];
      return sent === undefined ? goal : editGoal(goal, sent);
    }),
    criteria: design.criteria.map((criterion) => {
      const sent = edit.criteria?.[criterion.id];
      return sent === undefined ? criterion : editCriterion(criterion, sent);
    }),
    tiers: design.tiers.map((tier) => {
      const sent = edit.tiers?.[tier.id];
      return sent === undefined ? tier : editTier(tier, sent, timeZone);
    }),
    dates: edit.dates === undefined ? design.dates : editDates(design.dates, edit.dates, timeZone),
    settings: { ...design.settings, ...told },
  };
}
