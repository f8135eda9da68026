import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type { ContextId, MembershipId } from '../ids.js';
import type { Move } from './move.schema.js';

/** A move that a teacher of the course wrote; all teachers of the course see it. */
export interface OwnMove {
  readonly _id: string;
  readonly contextId: ContextId;
  readonly move: Move;
  readonly byMembershipId: MembershipId;
  readonly createdAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true, index: true },
    move: { type: Schema.Types.Mixed, required: true },
    byMembershipId: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'ownmoves', minimize: false },
);

/** Moves of a course's teachers, shared in the course. */
export function ownMoveModel(connection: Connection) {
  const Model = connection.model('OwnMove', schema);
  return {
    async list(contextId: ContextId): Promise<readonly Move[]> {
      const found = (await Model.find({ contextId })
        .sort({ createdAt: -1 })
        .limit(200)
        .lean()) as unknown as OwnMove[];
      return found.map(({ _id, move }) => ({ ...move, id: _id }));
    },

    /** Adds a move; its id becomes the one given here. */
    async add(contextId: ContextId, move: Move, by: MembershipId, now: Date): Promise<string> {
      const id = newId();
      await Model.create({
        _id: id,
        contextId,
        move: { ...move, id },
        byMembershipId: by,
        createdAt: now,
      } as never);
      return id;
    },

    async remove(contextId: ContextId, id: string): Promise<void> {
      await Model.deleteOne({ _id: id, contextId });
    },
  };
}

export type OwnMoves = ReturnType<typeof ownMoveModel>;
