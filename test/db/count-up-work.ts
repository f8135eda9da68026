import { Schema, type Connection, type Model } from 'mongoose';

import { newId } from '../../src/db/ids.js';

/** A document with any fields. */
export interface Thing {
  _id: string;
  [key: string]: unknown;
}

const looseSchema = new Schema<Thing>(
  { _id: { type: String, default: newId } },
  { strict: false, versionKey: false, minimize: false, collection: 'contract_loose' },
);

/** Counts a version up by compare and set, and beside it a plain counter by $inc. */
export async function countUp(Loose: Model<Thing>, steps: number): Promise<void> {
  for (let done = 0; done < steps;) {
    const version = (await Loose.findOne({ _id: 'counter' }).lean())?.['version'];
    const next = Number(version) + 1;
    const { matchedCount } = await Loose.updateOne(
      { _id: 'counter', version },
      { $set: { version: next } },
    );
    if (matchedCount === 0) continue;
    await Loose.findOneAndUpdate({ _id: 'counter' }, { $inc: { plain: 1 } });
    done += 1;
  }
}

/** The model whose documents have any fields, for other processes. */
export function looseModel(connection: Connection): Model<Thing> {
  return connection.model<Thing>('ContractLoose', looseSchema);
}
