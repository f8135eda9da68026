import type { Messages } from '../submissions/message.model.js';
import type { NextStepPlans } from './plan.model.js';

/**
 * Tells students what comes next once a plan can no longer be undone; each is told once.
 *
 * @returns How many were told.
 */
export async function tellPlans(
  plans: NextStepPlans,
  messages: Pick<Messages, 'add'>,
  now: Date,
): Promise<number> {
  let told = 0;
  for (const plan of await plans.due(now)) {
    const { contextId, assignmentId, by } = plan;
    for (const { membershipId, text } of plan.messages) {
      if (plan.toldIds.includes(membershipId)) continue;
      if (!(await plans.tell(plan.id, membershipId))) continue;
      await messages.add(
        { contextId, assignmentId, membershipId, kind: 'note', text, byMembershipId: by },
        now,
      );
      told += 1;
    }
    await plans.done(plan.id);
  }
  return told;
}
