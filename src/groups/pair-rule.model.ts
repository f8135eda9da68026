import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type { ContextId, MembershipId } from '../ids.js';

/**
 * A private rule of a class. `apart` and `together` always hold; of a `mark` nobody should be the only
 * holder in a group; a `wish` is the first member's wish to work with the others.
 */
export interface PairRule {
  readonly _id: string;
  readonly contextId: ContextId;
  readonly kind: 'apart' | 'together' | 'mark' | 'wish';
  readonly memberIds: readonly MembershipId[];
  /** Name of the mark, or the teacher's note; never on a student's page. */
  readonly note: string;
  readonly from: Date;
  /** Last day it holds; null: until it is ended. */
  readonly until: Date | null;
  readonly createdBy: MembershipId;
  readonly endedAt: Date | null;
  readonly endedBy: MembershipId | null;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true, index: true },
    kind: { type: String, required: true },
    memberIds: { type: [String], required: true },
    note: { type: String, default: '' },
    from: { type: Date, required: true },
    until: { type: Date, default: null },
    createdBy: { type: String, required: true },
    endedAt: { type: Date, default: null },
    endedBy: { type: String, default: null },
  },
  { versionKey: false, collection: 'pairrules', minimize: false },
);

/** Keep-apart and keep-together rules, marks and wishes of a course: private, dated, kept when ended. */
export function pairRuleModel(connection: Connection) {
  const Model = connection.model('PairRule', schema);
  return {
    /** Rules in force at a moment, oldest first. */
    async inForce(contextId: ContextId, now: Date): Promise<readonly PairRule[]> {
      const found = (await Model.find({ contextId, endedAt: null })
        .sort({ _id: 1 })
        .lean()) as unknown as PairRule[];
      return found.filter((rule) => rule.until === null || rule.until >= now);
    },

    /** Rules that ended or ran out, newest first. */
    async past(contextId: ContextId, now: Date): Promise<readonly PairRule[]> {
      const found = (await Model.find({ contextId })
        .sort({ _id: -1 })
        .limit(200)
        .lean()) as unknown as PairRule[];
      return found.filter(
        (rule) => rule.endedAt !== null || (rule.until !== null && rule.until < now),
      );
    },

    async add(
      rule: Pick<
        PairRule,
        'contextId' | 'kind' | 'memberIds' | 'note' | 'until' | 'createdBy' | 'from'
      >,
    ): Promise<void> {
      await Model.create({ _id: newId(), ...rule, endedAt: null, endedBy: null } as never);
    },

    /** Ends a rule; ending it twice keeps the first date. */
    async end(contextId: ContextId, id: string, by: MembershipId, now: Date): Promise<void> {
      await Model.updateOne(
        { _id: id, contextId, endedAt: null },
        { $set: { endedAt: now, endedBy: by } },
      );
    },

    /** Whom a student wished for themselves; not what a teacher noted for them. */
    async wishesOf(
      contextId: ContextId,
      membershipId: MembershipId,
    ): Promise<readonly MembershipId[]> {
      const found = (await Model.find({
        contextId,
        kind: 'wish',
        createdBy: membershipId,
        endedAt: null,
      })
        .sort({ _id: 1 })
        .lean()) as unknown as PairRule[];
      return found.flatMap((rule) => rule.memberIds.slice(1));
    },

    /** A student's wishes: the newest replace the ones before. */
    async wish(
      contextId: ContextId,
      membershipId: MembershipId,
      wished: readonly MembershipId[],
      by: MembershipId,
      now: Date,
    ): Promise<void> {
      await Model.updateMany(
        { contextId, kind: 'wish', createdBy: membershipId, endedAt: null },
        { $set: { endedAt: now, endedBy: by } },
      );
      if (wished.length === 0) return;
      await Model.create({
        _id: newId(),
        contextId,
        kind: 'wish',
        memberIds: [membershipId, ...wished],
        note: '',
        from: now,
        until: null,
        createdBy: membershipId,
        endedAt: null,
        endedBy: null,
      } as never);
    },
  };
}

export type PairRules = ReturnType<typeof pairRuleModel>;
