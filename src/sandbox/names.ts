/** Prefix of the LTI core claims (LTI 1.3 core, section 5.3). */
export const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/';

/** Prefix of the deep linking claims (LTI Deep Linking 2.0). */
export const DEEP = 'https://purl.imsglobal.org/spec/lti-dl/claim/';

export const AGS_CLAIM = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
export const NRPS_CLAIM = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
export const NOTICE_CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/platformnotificationservice';
export const PLATFORM_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
export const TOOL_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-tool-configuration';

export const SCOPE = {
  lineItem: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem',
  lineItemReadonly: 'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly',
  result: 'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly',
  score: 'https://purl.imsglobal.org/spec/lti-ags/scope/score',
  roster: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
  notices: 'https://purl.imsglobal.org/spec/lti/scope/noticehandlers',
} as const;

export const MEDIA = {
  lineItem: 'application/vnd.ims.lis.v2.lineitem+json',
  lineItems: 'application/vnd.ims.lis.v2.lineitemcontainer+json',
  score: 'application/vnd.ims.lis.v1.score+json',
  results: 'application/vnd.ims.lis.v2.resultcontainer+json',
  members: 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json',
} as const;

const LIS = 'http://purl.imsglobal.org/vocab/lis/v2/';

export const ROLE = {
  instructor: `${LIS}membership#Instructor`,
  learner: `${LIS}membership#Learner`,
  mentor: `${LIS}membership#Mentor`,
  administrator: `${LIS}membership#Administrator`,
  member: `${LIS}membership#Member`,
  manager: `${LIS}membership#Manager`,
  assistant: `${LIS}membership/Instructor#TeachingAssistant`,
  institutionInstructor: `${LIS}institution/person#Instructor`,
  institutionStudent: `${LIS}institution/person#Student`,
  institutionObserver: `${LIS}institution/person#Observer`,
  institutionAdministrator: `${LIS}institution/person#Administrator`,
  systemUser: `${LIS}system/person#User`,
  systemNone: `${LIS}system/person#None`,
  systemAdministrator: `${LIS}system/person#Administrator`,
  testUser: 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser',
} as const;

export const COURSE_OFFERING = 'http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering';
export const CANVAS_SUBMISSION = 'https://canvas.instructure.com/lti/submission';
export const CANVAS_SUBMISSION_TYPE = 'https://canvas.instructure.com/lti/submission_type';

export const MESSAGE = {
  resource: 'LtiResourceLinkRequest',
  deeplink: 'LtiDeepLinkingRequest',
  review: 'LtiSubmissionReviewRequest',
} as const;

/** Short names used by the control surface for the three messages. */
export type MessageName = keyof typeof MESSAGE;
