/** Branded ids: a string of one kind cannot be passed where another kind is meant. All are ULIDs. */
type Id<Kind extends string> = string & { readonly __kind: Kind };

export type RegistrationId = Id<'Registration'>;
/** One (issuer, client_id, deployment_id): the tenant. Nothing crosses it. */
export type DeploymentId = Id<'Deployment'>;
/** A course (or section) of one deployment. */
export type ContextId = Id<'Context'>;
export type ResourceLinkId = Id<'ResourceLink'>;
/** A user in a context, with a role. */
export type MembershipId = Id<'Membership'>;
export type SessionId = Id<'Session'>;
export type AssignmentId = Id<'Assignment'>;
export type TierId = Id<'Tier'>;
export type GoalId = Id<'LearningGoal'>;
export type CriterionId = Id<'SuccessCriterion'>;
export type OptionId = Id<'SubmissionOption'>;
export type GroupingId = Id<'Grouping'>;
export type FlexibleGroupId = Id<'FlexibleGroup'>;
export type SubmissionId = Id<'Submission'>;
export type GradeId = Id<'Grade'>;
export type DeliveryId = Id<'Delivery'>;
export type FileId = Id<'File'>;
