import { TrellisError } from '../errors.js';
import type { ContextId, MembershipId } from '../ids.js';
import type { Assignment, TaskDesign } from './assignment.js';
import type { Assignments } from './assignment.model.js';
import type { DesignHistory, Snapshot } from './design-history.model.js';
import { isSame, mergeDesigns, type MergeConflict } from './merge-designs.js';

/** Typing within this time is one step of undo. */
const ONE_STEP_MS = 20_000;
const TRIES = 8;

export interface Edited {
  readonly assignment: Assignment;
  /** Fields that somebody else changed as well; theirs stands. */
  readonly conflicts: readonly MergeConflict[];
  /** The design as the page shows it, with this edit; differs from the saved one after a merge. */
  readonly mine: TaskDesign;
  /** Who saved meanwhile; null: nobody. */
  readonly otherId: MembershipId | null;
}

/** Who edits what, seen from which version. */
export interface EditPlace {
  readonly contextId: ContextId;
  readonly assignmentId: string;
  /** The version the page was made from. */
  readonly version: number;
  readonly by: MembershipId;
}

/**
 * Edits drafts so that nothing anybody typed is lost: an edit that began from an older version is
 * brought together with what was saved meanwhile, field by field.
 */
export function designEditor(assignments: Assignments, history: DesignHistory) {
  /** The state of the current draft, kept now if it never was. */
  async function stateOf(assignment: Assignment): Promise<Snapshot> {
    const known = await history.at(assignment.id, assignment.version);
    if (known !== null && isSame(known.design, assignment.draft)) return known;
    const made: Snapshot = {
      assignmentId: assignment.id,
      contextId: assignment.contextId,
      version: assignment.version,
      design: assignment.draft,
      label: known === null ? 'begun' : 'elsewhere',
      byMembershipId: assignment.createdBy,
      at: assignment.updatedAt,
      undoTo: known?.version ?? null,
      redoTo: null,
    };
    await history.keep(made);
    return made;
  }

  async function write(
    current: Assignment,
    draft: TaskDesign,
    snapshot: Pick<Snapshot, 'label' | 'byMembershipId' | 'at' | 'undoTo' | 'redoTo'>,
  ): Promise<Assignment | null> {
    try {
      const saved = await assignments.change(current, { draft }, snapshot.at);
      await history.keep({
        assignmentId: saved.id,
        contextId: saved.contextId,
        version: saved.version,
        design: draft,
        ...snapshot,
      });
      return saved;
    } catch (error) {
      if (error instanceof TrellisError && error.code === 'EDIT_CONFLICT') return null;
      throw error;
    }
  }

  return {
    /**
     * Changes the draft.
     *
     * @param change - Makes the new design from the one the page showed.
     * @param label - What is done, a key under `tiers.done`; the same one soon after is one step of undo.
     * @throws TrellisError NOT_FOUND; EDIT_CONFLICT when others save without end.
     */
    async edit(
      place: EditPlace,
      change: (design: TaskDesign) => TaskDesign,
      label: string,
      now: Date,
    ): Promise<Edited> {
      for (let i = 0; i < TRIES; i += 1) {
        const current = await assignments.get(place.contextId, place.assignmentId);
        const state = await stateOf(current);
        const seen =
          place.version >= current.version ? state : await history.at(current.id, place.version);
        const base = seen?.design ?? current.draft;
        const mine = change(base);
        const isMerged = !isSame(base, current.draft);
        const { merged, conflicts } = isMerged
          ? mergeDesigns(base, mine, current.draft, 'theirs')
          : { merged: mine, conflicts: [] };
        const otherId = isMerged ? state.byMembershipId : null;
        if (isSame(merged, current.draft)) return { assignment: current, conflicts, mine, otherId };
        const goesOn =
          label === 'typed' &&
          state.label === label &&
          state.byMembershipId === place.by &&
          now.getTime() - state.at.getTime() < ONE_STEP_MS;
        const saved = await write(current, merged, {
          label,
          byMembershipId: place.by,
          at: now,
          undoTo: goesOn ? state.undoTo : state.version,
          redoTo: null,
        });
        if (saved !== null) return { assignment: saved, conflicts, mine, otherId };
      }
      throw new TrellisError('EDIT_CONFLICT', 'others kept saving this design');
    },

    /**
     * Goes one step back or forth. What others changed elsewhere in the design since then stays.
     *
     * @returns The assignment as it is now; unchanged when there is no such step.
     */
    async step(
      place: Omit<EditPlace, 'version'>,
      direction: 'undo' | 'redo',
      now: Date,
    ): Promise<Assignment> {
      for (let i = 0; i < TRIES; i += 1) {
        const current = await assignments.get(place.contextId, place.assignmentId);
        const state = await stateOf(current);
        const to = direction === 'undo' ? state.undoTo : state.redoTo;
        const target = to === null ? null : await history.at(current.id, to);
        if (target?.version !== to) return current;
        const { merged } = mergeDesigns(state.design, target.design, current.draft, 'mine');
        const saved = await write(current, merged, {
          label: target.label,
          byMembershipId: place.by,
          at: now,
          undoTo: target.undoTo,
          redoTo: direction === 'undo' ? state.version : target.redoTo,
        });
        if (saved !== null) return saved;
      }
      throw new TrellisError('EDIT_CONFLICT', 'others kept saving this design');
    },

    /** What undo and redo would do now: the label of the step, null where there is none. */
    async steps(assignment: Assignment): Promise<{ undo: string | null; redo: string | null }> {
      const state = await history.at(assignment.id, assignment.version);
      if (state === null) return { undo: null, redo: null };
      const redo = state.redoTo === null ? null : await history.at(assignment.id, state.redoTo);
      return { undo: state.undoTo === null ? null : state.label, redo: redo?.label ?? null };
    },
  };
}

export type DesignEditor = ReturnType<typeof designEditor>;
