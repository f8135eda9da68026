import { Schema, type Connection } from 'mongoose';
import type {
  AssignmentId,
  ContextId,
  DeploymentId,
  MembershipId,
  RegistrationId,
  ResourceLinkId,
  SessionId,
} from '../ids.js';
import type { DeepLinkingSettings, Role } from '../lti/ports.js';

/** What one launch opened: one person, one course, one role, a school day at most. */
export interface Session {
  readonly _id: SessionId;
  /** SHA-256 of the secret that the browser holds. */
  readonly secretHash: string;
  readonly registrationId: RegistrationId;
  readonly deploymentId: DeploymentId;
  readonly contextId: ContextId | null;
  readonly contextTitle: string;
  readonly membershipId: MembershipId | null;
  readonly sub: string;
  readonly role: Role;
  readonly isTestUser: boolean;
  readonly isImpersonated: boolean;
  readonly mentorOf: readonly string[];
  readonly assistants: { readonly mayGrade: boolean; readonly mayGroup: boolean };
  readonly resourceLinkId: ResourceLinkId | null;
  readonly assignmentId: AssignmentId | null;
  readonly deepLinking: DeepLinkingSettings | null;
  readonly reviewOf: string | null;
  readonly placement: string | null;
  readonly returnUrl: string | null;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    secretHash: { type: String, required: true },
    registrationId: { type: String, required: true, index: true },
    deploymentId: { type: String, required: true },
    contextId: { type: String, default: null },
    contextTitle: { type: String, default: '' },
    membershipId: { type: String, default: null, index: true },
    sub: { type: String, required: true },
    role: { type: String, required: true },
    isTestUser: { type: Boolean, default: false },
    isImpersonated: { type: Boolean, default: false },
    mentorOf: { type: [String], default: [] },
    assistants: { type: Schema.Types.Mixed, default: { mayGrade: false, mayGroup: false } },
    resourceLinkId: { type: String, default: null },
    assignmentId: { type: String, default: null },
    deepLinking: { type: Schema.Types.Mixed, default: null },
    reviewOf: { type: String, default: null },
    placement: { type: String, default: null },
    returnUrl: { type: String, default: null },
    locale: { type: String, default: null },
    timeZone: { type: String, default: null },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true, index: { expires: 0 } },
  },
  { versionKey: false, collection: 'sessions', minimize: false },
);

/** Sessions, by id only: whoever knows an id still needs the secret. */
export function sessionModel(connection: Connection) {
  const Model = connection.model('Session', schema);
  return {
    async create(session: Session): Promise<void> {
      await Model.collection.insertOne({ ...session } as never);
    },
    async find(id: string): Promise<Session | null> {
      return (await Model.findById(id).lean()) as Session | null;
    },
    /** The session now works on this assignment (it was set up after the launch). */
    async bindAssignment(id: SessionId, assignmentId: AssignmentId): Promise<void> {
      await Model.updateOne({ _id: id }, { $set: { assignmentId } });
    },
    /** Ends every session of a registration that was switched off. */
    async endOfRegistration(registrationId: RegistrationId): Promise<void> {
      await Model.deleteMany({ registrationId });
    },
    /** Ends sessions in which this person still has another role than now (ROLE-14). */
    async endOtherRoles(membershipId: MembershipId, role: Role): Promise<void> {
      await Model.deleteMany({ membershipId, role: { $ne: role } });
    },
    async end(id: SessionId): Promise<void> {
      await Model.deleteOne({ _id: id });
    },
  };
}

export type Sessions = ReturnType<typeof sessionModel>;
