import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type { AssignmentId, ContextId, MembershipId } from '../ids.js';
import type { FamilyReplyKind } from './family-reply.js';

/** What a family member said about a child's task; the newest one stands. */
export interface FamilyReply {
  readonly _id: string;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  readonly childId: MembershipId;
  readonly mentorId: MembershipId;
  readonly kind: FamilyReplyKind;
  readonly at: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true, index: true },
    childId: { type: String, required: true },
    mentorId: { type: String, required: true },
    kind: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { versionKey: false, collection: 'familyreplies', minimize: false },
);
schema.index({ assignmentId: 1, childId: 1, mentorId: 1 }, { unique: true });

/** Replies of families, for the teacher's board. */
export function familyReplyModel(connection: Connection) {
  const Model = connection.model('FamilyReply', schema);
  return {
    async put(reply: Omit<FamilyReply, '_id'>): Promise<void> {
      const { contextId, assignmentId, childId, mentorId, kind, at } = reply;
      const key = { assignmentId, childId, mentorId };
      const change = { $set: { kind, at } };
      const written = await Model.updateOne(key, change);
      if (written.matchedCount === 1) return;
      try {
        await Model.create({ _id: newId(), contextId, ...key, kind, at } as never);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11000) throw error;
        await Model.updateOne(key, change);
      }
    },

    async ofAssignment(
      contextId: ContextId,
      assignmentId: AssignmentId,
    ): Promise<readonly FamilyReply[]> {
      return (await Model.find({ assignmentId, contextId }).lean()) as unknown as FamilyReply[];
    },

    async ofMentor(contextId: ContextId, mentorId: MembershipId): Promise<readonly FamilyReply[]> {
      return (await Model.find({ mentorId, contextId }).lean()) as unknown as FamilyReply[];
    },
  };
}

export type FamilyReplies = ReturnType<typeof familyReplyModel>;
