import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type { ContextId, MembershipId } from '../ids.js';

export const EVIDENCE_SOURCES = ['rubric', 'ticket', 'lms', 'scores'] as const;

/** A dated result of one student on one goal. */
export interface EvidencePiece {
  readonly membershipId: MembershipId;
  /** See `goalKey`. */
  readonly goalKey: string;
  /** 0–100. */
  readonly value: number;
  readonly source: (typeof EVIDENCE_SOURCES)[number];
  /** Assignment, ticket or import it comes from: deriving it again replaces it. */
  readonly sourceId: string;
  /** What the teacher sees it was, such as the assignment's title. */
  readonly label: string;
  readonly at: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    contextId: { type: String, required: true },
    membershipId: { type: String, required: true },
    goalKey: { type: String, required: true },
    value: { type: Number, required: true },
    source: { type: String, required: true },
    sourceId: { type: String, required: true },
    label: { type: String, default: '' },
    at: { type: Date, required: true },
  },
  { versionKey: false, collection: 'evidence', minimize: false },
);
schema.index({ contextId: 1, at: -1 });
schema.index({ contextId: 1, source: 1, sourceId: 1 });
schema.index({ membershipId: 1 });
schema.index(
  { contextId: 1, membershipId: 1, goalKey: 1, source: 1, sourceId: 1 },
  { unique: true },
);

const markSchema = new Schema(
  { _id: { type: String, required: true }, gradesUntil: { type: Date, required: true } },
  { versionKey: false, collection: 'evidencemarks' },
);

/** Evidence of a course; every query is confined to its context. */
export function evidenceModel(connection: Connection) {
  const Model = connection.model('Evidence', schema);
  const Mark = connection.model('EvidenceMark', markSchema);

  return {
    /**
     * Evidence of the course, newest first.
     *
     * @param since - Older pieces are left out.
     */
    async since(contextId: ContextId, since: Date): Promise<readonly EvidencePiece[]> {
      return (await Model.find({ contextId, at: { $gte: since } })
        .sort({ at: -1 })
        .lean()) as unknown as EvidencePiece[];
    },

    async ofMember(
      contextId: ContextId,
      membershipId: MembershipId,
    ): Promise<readonly EvidencePiece[]> {
      return (await Model.find({ contextId, membershipId })
        .sort({ at: -1 })
        .lean()) as unknown as EvidencePiece[];
    },

    /**
     * Takes the place of what a source said about some students before. Safe to repeat.
     *
     * @param memberIds - Students whose earlier pieces of this source go.
     */
    async replace(
      contextId: ContextId,
      source: EvidencePiece['source'],
      sourceId: string,
      memberIds: readonly MembershipId[],
      pieces: readonly Omit<EvidencePiece, 'source' | 'sourceId'>[],
    ): Promise<void> {
      if (memberIds.length > 0)
        await Model.deleteMany({ contextId, source, sourceId, membershipId: { $in: memberIds } });
      if (pieces.length === 0) return;
      try {
        await Model.insertMany(
          pieces.map((piece) => ({ _id: newId(), contextId, ...piece, source, sourceId })),
          { ordered: false },
        );
      } catch (error) {
        // Another process derived the same pieces at the same time.
        if ((error as { code?: unknown }).code !== 11000) throw error;
      }
    },

    /** Takes back everything of one source. */
    async removeSource(
      contextId: ContextId,
      source: EvidencePiece['source'],
      sourceId: string,
    ): Promise<void> {
      await Model.deleteMany({ contextId, source, sourceId });
    },

    /** Up to when released grades of the course were turned into evidence. */
    async gradesUntil(contextId: ContextId): Promise<Date> {
      const mark = (await Mark.findById(contextId).lean()) as { gradesUntil: Date } | null;
      return mark?.gradesUntil ?? new Date(0);
    },

    async setGradesUntil(contextId: ContextId, gradesUntil: Date): Promise<void> {
      const written = await Mark.updateOne({ _id: contextId }, { $set: { gradesUntil } });
      if (written.matchedCount === 1) return;
      try {
        await Mark.create({ _id: contextId, gradesUntil });
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11000) throw error;
      }
    },
  };
}

export type EvidenceStore = ReturnType<typeof evidenceModel>;
