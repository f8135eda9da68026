/** What a due date was given to, most specific first. */
export const DATE_SCOPES = ['student', 'group', 'tier', 'assignment'] as const;
export type DateScope = (typeof DATE_SCOPES)[number];

export interface DateRule {
  readonly scope: DateScope;
  /** Id of the student, group or tier; of no meaning for the assignment. */
  readonly scopeId: string;
  /** null: this rule says there is no due date, the most lenient of all. */
  readonly dueAt: Date | null;
}

/** The one student the date is for, with what they belong to for this assignment. */
export interface DateHolder {
  readonly membershipId: string;
  readonly groupIds: readonly string[];
  readonly tierId: string;
}

export interface EffectiveDate {
  readonly dueAt: Date | null;
  readonly because: DateScope | 'none';
  /** Key of the sentence that a student may read too: it names no tier and no group. */
  readonly messageKey: string;
}

/**
 * Finds the due date that holds for one student: the most specific rule wins, and of several as
 * specific ones the most lenient.
 *
 * @param rules - Every date of the assignment, in any order.
 * @param student - Whom it is for.
 * @returns The date, null for none, and which kind of rule gave it. Design rule 9.
 */
export function effectiveDate(rules: readonly DateRule[], student: DateHolder): EffectiveDate {
  const holds = (rule: DateRule): boolean => {
    switch (rule.scope) {
      case 'student':
        return rule.scopeId === student.membershipId;
      case 'group':
        return student.groupIds.includes(rule.scopeId);
      case 'tier':
        return rule.scopeId === student.tierId;
      case 'assignment':
        return true;
    }
  };
  for (const scope of DATE_SCOPES) {
    const dates = rules.filter((rule) => rule.scope === scope && holds(rule)).map((r) => r.dueAt);
    if (dates.length === 0) continue;
    const dueAt = dates.reduce((lenient, date) =>
      lenient === null || date === null ? null : date > lenient ? date : lenient,
    );
    return { dueAt, because: scope, messageKey: `tiers-rules.date.${scope}` };
  }
  return { dueAt: null, because: 'none', messageKey: 'tiers-rules.date.none' };
}
