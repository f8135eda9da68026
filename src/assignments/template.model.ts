import { Schema, type Connection } from 'mongoose';
import { newId } from '../db/ids.js';
import { TrellisError } from '../errors.js';
import type { ContextId, DeploymentId } from '../ids.js';
import type { TaskDesign } from './assignment.js';

/** A saved design without any student's data, for teachers to start from. */
export interface Template {
  readonly id: string;
  readonly deploymentId: DeploymentId;
  /** The course it was saved in; its files belong there. */
  readonly contextId: ContextId;
  readonly courseTitle: string;
  readonly title: string;
  readonly design: TaskDesign;
  /** Seen by teachers of all courses of the district (one registration and deployment). */
  readonly isShared: boolean;
  /** Platform id of the teacher who saved it, so that they find it in all their courses. */
  readonly bySub: string;
  /** Template it was forked from; null: none. */
  readonly forkedFrom: string | null;
  readonly used: number;
  readonly createdAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    deploymentId: { type: String, required: true, index: true },
    contextId: { type: String, required: true },
    courseTitle: { type: String, default: '' },
    title: { type: String, required: true },
    design: { type: Schema.Types.Mixed, required: true },
    isShared: { type: Boolean, default: false },
    bySub: { type: String, required: true },
    forkedFrom: { type: String, default: null },
    used: { type: Number, default: 0 },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'templates', minimize: false },
);

type Stored = Omit<Template, 'id'> & { readonly _id: string };

function toTemplate({ _id, ...rest }: Stored): Template {
  return { id: _id, ...rest };
}

/** Who looks: their course, and what the district shares. */
export interface TemplateReader {
  readonly deploymentId: DeploymentId;
  readonly contextId: ContextId;
  readonly sub: string;
}

/** The library of a district's teachers. */
export function templateModel(connection: Connection) {
  const Model = connection.model('Template', schema);

  const seenBy = (reader: TemplateReader) => ({
    deploymentId: reader.deploymentId,
    $or: [{ contextId: reader.contextId }, { bySub: reader.sub }, { isShared: true }],
  });

  return {
    /** The course's, one's own and the district's shared ones, newest first. */
    async list(reader: TemplateReader): Promise<readonly Template[]> {
      const found = (await Model.find(seenBy(reader))
        .sort({ createdAt: -1 })
        .limit(300)
        .lean()) as unknown as Stored[];
      return found.map(toTemplate);
    },

    /** @throws TrellisError NOT_FOUND also for one that the reader may not see. */
    async get(reader: TemplateReader, id: string): Promise<Template> {
      const found = (await Model.findOne({ _id: id, ...seenBy(reader) }).lean()) as Stored | null;
      if (found === null) throw new TrellisError('NOT_FOUND', 'no such template for this reader');
      return toTemplate(found);
    },

    async add(template: Omit<Template, 'id' | 'used'>): Promise<string> {
      const id = newId();
      await Model.create({ _id: id, ...template, used: 0 } as never);
      return id;
    },

    /** Shares, renames or hides; only one's own course's or one's own. */
    async change(
      reader: TemplateReader,
      id: string,
      change: Partial<Pick<Template, 'title' | 'isShared'>>,
    ): Promise<void> {
      await Model.updateOne(
        {
          _id: id,
          deploymentId: reader.deploymentId,
          $or: [{ contextId: reader.contextId }, { bySub: reader.sub }],
        },
        { $set: change },
      );
    },

    async countUse(id: string): Promise<void> {
      await Model.updateOne({ _id: id }, { $inc: { used: 1 } });
    },

    async remove(reader: TemplateReader, id: string): Promise<void> {
      await Model.deleteOne({
        _id: id,
        deploymentId: reader.deploymentId,
        $or: [{ contextId: reader.contextId }, { bySub: reader.sub }],
      });
    },
  };
}

export type Templates = ReturnType<typeof templateModel>;
