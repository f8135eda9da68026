import { Schema, type Connection } from 'mongoose';
import type { DeploymentId } from '../ids.js';

const schema = new Schema(
  {
    /** Deployment and the platform's id of the new course. */
    _id: { type: String, required: true },
    origins: { type: [String], default: [] },
    toldAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'course_copies' },
);

/** How far back copies of copies are followed, and how many courses come of it. */
const MOST_ORIGINS = 20;

function keyOf(deploymentId: DeploymentId, platformId: string): string {
  return `${deploymentId} ${platformId}`;
}

/**
 * Which courses were copied from which, as platforms told by themselves. It is kept apart from the
 * courses: of the new one nobody may ever open anything here.
 */
export function courseCopyModel(connection: Connection) {
  const Model = connection.model('CourseCopy', schema);

  async function direct(
    deploymentId: DeploymentId,
    platformId: string,
  ): Promise<readonly string[]> {
    const found = (await Model.findById(keyOf(deploymentId, platformId)).lean()) as {
      readonly origins: readonly string[];
    } | null;
    return found?.origins ?? [];
  }

  return {
    /** Remembers that a course was made from others; told again, it adds what is new. */
    async note(
      deploymentId: DeploymentId,
      platformId: string,
      origins: readonly string[],
      now: Date,
    ): Promise<void> {
      await Model.updateOne(
        { _id: keyOf(deploymentId, platformId) },
        { $addToSet: { origins: { $each: [...origins] } }, $set: { toldAt: now } },
        { upsert: true },
      );
    },

    /** Platform ids of the courses that a course comes from, nearest first. */
    async originsOf(deploymentId: DeploymentId, platformId: string): Promise<readonly string[]> {
      const found = new Set<string>();
      const open = [platformId];
      for (
        let id = open.shift();
        id !== undefined && found.size < MOST_ORIGINS;
        id = open.shift()
      ) {
        for (const origin of await direct(deploymentId, id)) {
          if (origin === platformId || found.has(origin)) continue;
          found.add(origin);
          open.push(origin);
        }
      }
      return [...found].slice(0, MOST_ORIGINS);
    },
  };
}

export type CourseCopies = ReturnType<typeof courseCopyModel>;
