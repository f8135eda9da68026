import { Schema, type Connection } from 'mongoose';

/** A launch whose token is good and whose browser still has to prove itself (STORE-03). */
export interface ParkedLaunch {
  /** Digest of the one-time handle that the page holds. */
  readonly _id: string;
  readonly stateDigest: string;
  /** State and launch, sealed: nothing personal stands in the store in clear. */
  readonly sealed: string;
  readonly expiresAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    stateDigest: { type: String, required: true },
    sealed: { type: String, required: true },
    expiresAt: { type: Date, required: true, index: { expires: 0 } },
  },
  { versionKey: false, collection: 'parked_launches' },
);

/** Launches waiting up to a minute for the platform's storage to answer. */
export function parkedLaunchModel(connection: Connection) {
  const Model = connection.model('ParkedLaunch', schema);
  return {
    async park(launch: ParkedLaunch): Promise<void> {
      await Model.create({ ...launch });
    },
    /** Takes it away: a handle works once. */
    async take(id: string): Promise<ParkedLaunch | null> {
      const found = (await Model.findById(id).lean()) as ParkedLaunch | null;
      if (found === null) return null;
      const { deletedCount } = await Model.deleteOne({ _id: id });
      return deletedCount === 1 ? found : null;
    },
  };
}

export type ParkedLaunches = ReturnType<typeof parkedLaunchModel>;
