import { Schema } from 'mongoose';
import { oncePerConnection } from '../db/once.js';
import { newId } from '../db/ids.js';

/** One change by an admin or operator; entries are only ever added. */
export interface AuditEntry {
  readonly _id: string;
  readonly at: Date;
  /** `operator` for the command line, `platform` for dynamic registration, else a membership id. */
  readonly actor: string;
  /** Such as `registration.disabled`. */
  readonly action: string;
  /** Id of what was changed. */
  readonly subject: string;
  /** What changed, in words without personal data or secrets. */
  readonly detail: string;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true, index: true },
    actor: { type: String, required: true },
    action: { type: String, required: true },
    subject: { type: String, required: true, index: true },
    detail: { type: String, default: '' },
  },
  { versionKey: false, collection: 'audit', minimize: false },
);

/** The audit trail. */
export const auditModel = oncePerConnection((connection) => {
  const Model = connection.model('AuditEntry', schema);
  return {
    async append(entry: Omit<AuditEntry, '_id'>): Promise<void> {
      await Model.create({ _id: newId(), ...entry });
    },
    /** The newest entries. @param limit - At most so many. */
    async newest(limit: number): Promise<readonly AuditEntry[]> {
      const found = await Model.find({}).sort({ at: -1, _id: -1 }).limit(limit).lean();
      return found;
    },
  };
});

export type Audit = ReturnType<typeof auditModel>;
