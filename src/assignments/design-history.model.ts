import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type { AssignmentId, ContextId, MembershipId } from '../ids.js';
import type { TaskDesign } from './assignment.js';

/** How many states of a draft are kept; older ones cannot be gone back to. */
const KEPT = 80;

/** The draft as it was from one version of its assignment on. */
export interface Snapshot {
  readonly assignmentId: AssignmentId;
  readonly contextId: ContextId;
  /** The assignment's version from which the draft read like this. */
  readonly version: number;
  readonly design: TaskDesign;
  /** What was done, as a catalogue key under `tiers.done`. */
  readonly label: string;
  readonly byMembershipId: MembershipId;
  readonly at: Date;
  /** Version whose draft comes back by undo and by redo; null: nothing there. */
  readonly undoTo: number | null;
  readonly redoTo: number | null;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    assignmentId: { type: String, required: true },
    contextId: { type: String, required: true },
    version: { type: Number, required: true },
    design: { type: Schema.Types.Mixed, required: true },
    label: { type: String, required: true },
    byMembershipId: { type: String, required: true },
    at: { type: Date, required: true },
    undoTo: { type: Number, default: null },
    redoTo: { type: Number, default: null },
  },
  { versionKey: false, collection: 'designhistory', minimize: false },
);
schema.index({ assignmentId: 1, version: 1 }, { unique: true });

/** States of drafts, for undo and for bringing two people's edits together. */
export function designHistoryModel(connection: Connection) {
  const Model = connection.model('DesignHistory', schema);

  return {
    /** The draft as it stood at a version; null where that is too long ago. */
    async at(assignmentId: AssignmentId, version: number): Promise<Snapshot | null> {
      return (await Model.findOne({ assignmentId, version: { $lte: version } })
        .sort({ version: -1 })
        .lean()) as Snapshot | null;
    },

    /** Keeps a state; the same version twice changes nothing. */
    async keep(snapshot: Snapshot): Promise<void> {
      try {
        await Model.create({ _id: newId(), ...snapshot } as never);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11000) throw error;
        return;
      }
      if (snapshot.version % 20 !== 0) return;
      const old = (await Model.find({ assignmentId: snapshot.assignmentId }, { version: 1 })
        .sort({ version: -1 })
        .skip(KEPT)
        .limit(1)
        .lean()) as unknown as readonly { readonly version: number }[];
      const [oldest] = old;
      if (oldest === undefined) return;
      await Model.deleteMany({
        assignmentId: snapshot.assignmentId,
        version: { $lte: oldest.version },
      });
    },
  };
}

export type DesignHistory = ReturnType<typeof designHistoryModel>;
