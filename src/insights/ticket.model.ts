import { Schema, type Connection } from 'mongoose';
import { TrellisError } from '../errors.js';
import type { AssignmentId, ContextId, MembershipId } from '../ids.js';
import type { TextMark, Ticket, TicketAnswer, TicketTry } from './ticket.js';

const ticketSchema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true, index: true },
    purpose: { type: String, required: true },
    title: { type: String, required: true },
    questions: { type: Schema.Types.Mixed, required: true },
    goalKey: { type: String, default: null },
    stepIds: { type: [String], default: [] },
    insteadText: { type: String, default: '' },
    isOpen: { type: Boolean, default: true },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'tickets', minimize: false },
);

const answerSchema = new Schema(
  {
    _id: { type: String, required: true },
    ticketId: { type: String, required: true },
    contextId: { type: String, required: true },
    assignmentId: { type: String, required: true, index: true },
    membershipId: { type: String, required: true, index: true },
    tries: { type: Schema.Types.Mixed, default: [] },
    marks: { type: Schema.Types.Mixed, default: {} },
    seenAt: { type: Date, default: null },
    version: { type: Number, required: true },
  },
  { versionKey: false, collection: 'ticketanswers', minimize: false },
);

/** Exit tickets, skip checks and practice of a course, and what students answered. */
export function ticketModel(connection: Connection) {
  const Model = connection.model('Ticket', ticketSchema);
  const Answer = connection.model('TicketAnswer', answerSchema);
  const answerId = (ticketId: string, membershipId: MembershipId): string =>
    `${ticketId} ${membershipId}`;

  async function findAnswer(
    ticketId: string,
    membershipId: MembershipId,
  ): Promise<TicketAnswer | null> {
    return (await Answer.findById(
      answerId(ticketId, membershipId),
    ).lean()) as unknown as TicketAnswer | null;
  }

  return {
    async get(contextId: ContextId, assignmentId: string, id: string): Promise<Ticket> {
      const found = (await Model.findOne({
        _id: id,
        assignmentId,
        contextId,
      }).lean()) as unknown as Ticket | null;
      if (found === null) throw new TrellisError('NOT_FOUND', 'no such ticket');
      return found;
    },

    /** Newest first. */
    async ofAssignment(
      contextId: ContextId,
      assignmentId: AssignmentId,
    ): Promise<readonly Ticket[]> {
      return (await Model.find({ assignmentId, contextId })
        .sort({ _id: -1 })
        .lean()) as unknown as Ticket[];
    },

    async create(ticket: Ticket): Promise<void> {
      await Model.create(ticket as never);
    },

    async setOpen(contextId: ContextId, id: string, isOpen: boolean): Promise<void> {
      await Model.updateOne({ _id: id, contextId }, { $set: { isOpen } });
    },

    async answers(
      contextId: ContextId,
      assignmentId: AssignmentId,
    ): Promise<readonly TicketAnswer[]> {
      return (await Answer.find({ assignmentId, contextId }).lean()) as unknown as TicketAnswer[];
    },

    findAnswer,

    async answersOf(
      contextId: ContextId,
      assignmentId: AssignmentId,
      membershipId: MembershipId,
    ): Promise<readonly TicketAnswer[]> {
      return (await Answer.find({
        membershipId,
        assignmentId,
        contextId,
      }).lean()) as unknown as TicketAnswer[];
    },

    /**
     * Adds a try, unless the same student sent one at the same moment (a double click).
     *
     * @param before - Their answers as read; null: none yet.
     * @returns What is stored now.
     */
    async addTry(
      ticket: Ticket,
      membershipId: MembershipId,
      before: TicketAnswer | null,
      next: TicketTry,
    ): Promise<TicketAnswer> {
      const { contextId, assignmentId, _id: ticketId } = ticket;
      const _id = answerId(ticketId, membershipId);
      if (before === null) {
        const made: TicketAnswer = {
          _id,
          ticketId,
          contextId,
          assignmentId,
          membershipId,
          tries: [next],
          marks: {},
          seenAt: null,
          version: 1,
        };
        try {
          await Answer.create(made as never);
          return made;
        } catch (error) {
          if ((error as { code?: unknown }).code !== 11000) throw error;
        }
      } else {
        await Answer.updateOne(
          { _id, version: before.version },
          { $set: { tries: [...before.tries, next], marks: {} }, $inc: { version: 1 } },
        );
      }
      const now = await findAnswer(ticketId, membershipId);
      if (now === null) throw new TrellisError('NOT_FOUND', 'answer is gone');
      return now;
    },

    /** The teacher's reading of one text answer. */
    async mark(answer: TicketAnswer, questionId: string, mark: TextMark): Promise<TicketAnswer> {
      await Answer.updateOne(
        { _id: answer._id, contextId: answer.contextId },
        { $set: { [`marks.${questionId}`]: mark }, $inc: { version: 1 } },
      );
      return { ...answer, marks: { ...answer.marks, [questionId]: mark } };
    },

    async setSeen(contextId: ContextId, id: string, seenAt: Date): Promise<void> {
      await Answer.updateOne({ _id: id, contextId }, { $set: { seenAt } });
    },
  };
}

export type Tickets = ReturnType<typeof ticketModel>;
