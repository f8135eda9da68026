/** The three answers a family can give with one tap; `question` asks the teacher to call. */
export const FAMILY_REPLIES = ['talked', 'helped', 'question'] as const;
export type FamilyReplyKind = (typeof FAMILY_REPLIES)[number];
