import { Schema, type Connection } from 'mongoose';
import type { AssignmentId, ContextId, MembershipId } from '../ids.js';
import { learnPhrases, type Phrase } from './phrases.js';

/** Keys of the desk; a teacher may change them or switch them off (WCAG 2.1.4). */
export interface DeskKeys {
  readonly isOn: boolean;
  /** First key marks the first level as shown, and so on. */
  readonly levels: string;
  readonly next: string;
}

export const DESK_KEYS: DeskKeys = { isOn: true, levels: '123456789', next: 'n' };

/** One teacher's ways at the desk in one course; document id is the membership's. */
export interface DeskHabit {
  readonly membershipId: MembershipId;
  readonly keys: DeskKeys;
  readonly phrases: readonly Phrase[];
  /** Part of the pieces this teacher takes, by assignment: `all`, `half-1`, `half-2` or `group:<id>`. */
  readonly shares: Readonly<Record<string, string>>;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    keys: { type: Schema.Types.Mixed, required: true },
    phrases: { type: Schema.Types.Mixed, default: [] },
    shares: { type: Schema.Types.Mixed, default: {} },
  },
  { versionKey: false, collection: 'deskhabits', minimize: false },
);

/** Keys, phrases and shares of teachers. */
export function deskHabitModel(connection: Connection) {
  const Model = connection.model('DeskHabit', schema);

  async function find(membershipId: MembershipId): Promise<DeskHabit> {
    const found = (await Model.findOne({ _id: membershipId }).lean()) as unknown as Omit<
      DeskHabit,
      'membershipId'
    > | null;
    const { keys = DESK_KEYS, phrases = [], shares = {} } = found ?? {};
    return { membershipId, keys, phrases, shares };
  }

  async function write(
    contextId: ContextId,
    membershipId: MembershipId,
    change: Record<string, unknown>,
  ): Promise<void> {
    const written = await Model.updateOne({ _id: membershipId }, { $set: change });
    if (written.matchedCount === 1) return;
    try {
      await Model.create({ _id: membershipId, contextId, keys: DESK_KEYS, ...change } as never);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 11000) throw error;
      await Model.updateOne({ _id: membershipId }, { $set: change });
    }
  }

  return {
    find,

    setKeys: (contextId: ContextId, id: MembershipId, keys: DeskKeys): Promise<void> =>
      write(contextId, id, { keys }),

    async setShare(
      contextId: ContextId,
      id: MembershipId,
      assignmentId: AssignmentId,
      share: string,
    ): Promise<void> {
      const { shares } = await find(id);
      await write(contextId, id, { shares: { ...shares, [assignmentId]: share } });
    },

    /** Learns from comments that were written; the last write of two at once wins, which loses a count. */
    async learn(
      contextId: ContextId,
      id: MembershipId,
      comments: readonly string[],
      now: Date,
    ): Promise<void> {
      const { phrases } = await find(id);
      const next = learnPhrases(phrases, comments, now);
      if (next !== phrases) await write(contextId, id, { phrases: next });
    },

    async forget(contextId: ContextId, id: MembershipId, text: string): Promise<void> {
      const { phrases } = await find(id);
      await write(contextId, id, { phrases: phrases.filter((phrase) => phrase.text !== text) });
    },
  };
}

export type DeskHabits = ReturnType<typeof deskHabitModel>;
