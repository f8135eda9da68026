import { Schema, type Connection } from 'mongoose';
import type { AssignmentId, ContextId, MembershipId } from '../ids.js';

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    isOpen: { type: Boolean, required: true },
    changedBy: { type: String, required: true },
    changedAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'wishboxes', minimize: false },
);

/** Whether students may name classmates they wish to work with, per assignment; closed at first. */
export function wishBoxModel(connection: Connection) {
  const Model = connection.model('WishBox', schema);
  return {
    async isOpen(contextId: ContextId, assignmentId: AssignmentId): Promise<boolean> {
      const found = (await Model.findOne({ _id: assignmentId, contextId }).lean()) as {
        readonly isOpen: boolean;
      } | null;
      return found?.isOpen ?? false;
    },

    async setOpen(
      contextId: ContextId,
      assignmentId: AssignmentId,
      isOpen: boolean,
      by: MembershipId,
      now: Date,
    ): Promise<void> {
      await Model.updateOne(
        { _id: assignmentId },
        { $set: { contextId, isOpen, changedBy: by, changedAt: now } },
        { upsert: true },
      );
    },
  };
}

export type WishBoxes = ReturnType<typeof wishBoxModel>;
