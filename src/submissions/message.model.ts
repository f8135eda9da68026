import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type { AssignmentId, ContextId, MembershipId } from '../ids.js';

/** Words between one student and the course's staff about one assignment. */
export interface Message {
  readonly _id: string;
  readonly contextId: ContextId;
  readonly assignmentId: AssignmentId;
  /** The student it is about; nobody else of the students ever sees it. */
  readonly membershipId: MembershipId;
  /** `question`: the student asks; `nudge` and `note`: staff write; `idea`: an answer to an own idea. */
  readonly kind: 'question' | 'nudge' | 'note';
  /** Plain text. */
  readonly text: string;
  readonly byMembershipId: MembershipId;
  readonly at: Date;
  readonly answer: {
    readonly text: string;
    readonly byMembershipId: MembershipId;
    readonly at: Date;
  } | null;
  /** When the student had it on their page; for a question, when they had its answer. */
  readonly seenAt: Date | null;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true },
    membershipId: { type: String, required: true },
    kind: { type: String, required: true },
    text: { type: String, required: true },
    byMembershipId: { type: String, required: true },
    at: { type: Date, required: true },
    answer: { type: Schema.Types.Mixed, default: null },
    seenAt: { type: Date, default: null },
  },
  { versionKey: false, collection: 'messages', minimize: false },
);
schema.index({ assignmentId: 1, membershipId: 1 });

/** Questions, answers and nudges of an assignment. */
export function messageModel(connection: Connection) {
  const Model = connection.model('Message', schema);
  return {
    async add(
      message: Pick<
        Message,
        'contextId' | 'assignmentId' | 'membershipId' | 'kind' | 'text' | 'byMembershipId'
      >,
      now: Date,
    ): Promise<Message> {
      const made: Message = { _id: newId(), ...message, at: now, answer: null, seenAt: null };
      await Model.create(made as never);
      return made;
    },

    /** One student's messages, oldest first. */
    async of(
      contextId: ContextId,
      assignmentId: AssignmentId,
      membershipId: MembershipId,
    ): Promise<readonly Message[]> {
      return (await Model.find({ assignmentId, membershipId, contextId })
        .sort({ at: 1 })
        .lean()) as unknown as Message[];
    },

    /** Everybody's, oldest first. */
    async ofAssignment(
      contextId: ContextId,
      assignmentId: AssignmentId,
    ): Promise<readonly Message[]> {
      return (await Model.find({ assignmentId, contextId })
        .sort({ at: 1 })
        .lean()) as unknown as Message[];
    },

    /** Answers a question; the newer answer stands. */
    async answer(
      contextId: ContextId,
      id: string,
      answer: NonNullable<Message['answer']>,
    ): Promise<boolean> {
      const written = await Model.updateOne(
        { _id: id, contextId, kind: 'question' },
        { $set: { answer, seenAt: null } },
      );
      return written.matchedCount === 1;
    },

    async seen(ids: readonly string[], now: Date): Promise<void> {
      if (ids.length === 0) return;
      await Model.updateMany({ _id: { $in: ids }, seenAt: null }, { $set: { seenAt: now } });
    },
  };
}

export type Messages = ReturnType<typeof messageModel>;
