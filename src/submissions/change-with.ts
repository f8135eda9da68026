import { TrellisError } from '../errors.js';
import type { Actor } from '../web/actor.js';
import type { Submission } from './submission.js';
import type { SubmissionChange, Submissions } from './submission.model.js';

/**
 * Changes a submission by what it is at the moment of writing: where another tab or a save came in
 * between, it is read again and the change made anew, so that neither is lost.
 *
 * @param change - Gives the change for the newest submission; called again after a collision.
 * @throws TrellisError EDIT_CONFLICT when it collides five times over.
 */
export async function changeWith(
  deps: { readonly submissions: Submissions; readonly clock: () => Date },
  actor: Pick<Actor, 'contextId'>,
  submission: Submission,
  change: (now: Submission) => SubmissionChange,
): Promise<Submission> {
  let current = submission;
  for (let tries = 0; ; tries += 1) {
    try {
      return await deps.submissions.change(current, change(current), deps.clock());
    } catch (error) {
      if (!(error instanceof TrellisError) || error.code !== 'EDIT_CONFLICT' || tries >= 5)
        throw error;
      const newest = await deps.submissions.byId(actor.contextId, submission.id);
      if (newest === null) throw error;
      current = newest;
    }
  }
}
