import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import type { OptionId, SubmissionId } from '../ids.js';
import type { Work } from './submission.js';

/** How many earlier versions of a draft are kept. */
export const KEPT_VERSIONS = 30;

/** What a draft was at some time, kept beside the draft itself. */
export interface DraftVersion {
  readonly _id: string;
  readonly submissionId: SubmissionId;
  readonly optionId: OptionId;
  readonly version: number;
  readonly work: Work;
  readonly savedAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    submissionId: { type: String, required: true },
    optionId: { type: String, required: true },
    version: { type: Number, required: true },
    work: { type: Schema.Types.Mixed, required: true },
    savedAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'draftversions', minimize: false },
);
schema.index({ submissionId: 1, optionId: 1, version: 1 });

/** Earlier versions of drafts. */
export function draftVersionModel(connection: Connection) {
  const Model = connection.model('DraftVersion', schema);
  const newestFirst = async (
    submissionId: SubmissionId,
    optionId: OptionId,
  ): Promise<readonly DraftVersion[]> =>
    (await Model.find({ submissionId, optionId })
      .sort({ savedAt: -1 })
      .lean()) as unknown as DraftVersion[];
  return {
    newestFirst,

    async find(submissionId: SubmissionId, id: string): Promise<DraftVersion | null> {
      return (await Model.findOne({ _id: id, submissionId }).lean()) as DraftVersion | null;
    },

    /** Keeps a version and lets the oldest go. */
    async keep(version: Omit<DraftVersion, '_id'>): Promise<void> {
      await Model.create({ _id: newId(), ...version } as never);
      const old = (await newestFirst(version.submissionId, version.optionId)).slice(KEPT_VERSIONS);
      if (old.length > 0) await Model.deleteMany({ _id: { $in: old.map(({ _id }) => _id) } });
    },
  };
}

export type DraftVersions = ReturnType<typeof draftVersionModel>;
