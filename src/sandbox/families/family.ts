import type { Entry } from '../journal.js';
import type { Person } from '../people.js';
import type { Course, Face, FamilyName, Grade, LineItem, Link } from '../state.js';
import type { AccessToken, Ticket, World } from '../world.js';

/** A service's no, before it gets the body its platform would give it. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** Which of a platform's several body shapes is meant. */
  readonly shape?: 'type' | 'field' | 'empty' | 'text';
}

/** An answer ready to be sent. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly reason?: string;
}

/** What an answer to a refusal may depend on. */
export interface RequestFacts {
  readonly method: string;
  readonly url: string;
  readonly accept: string;
  readonly contentType: string;
  readonly isScore: boolean;
}

/** A score on its way into a cell. */
export interface ScoreInput {
  readonly world: World;
  readonly face: Face;
  readonly item: LineItem;
  readonly link: Link | null;
  readonly body: Record<string, unknown>;
  readonly person: Person | null;
  readonly grade: Grade | null;
  readonly now: Date;
}

/** What became of a score. */
export type ScoreOutcome =
  | { readonly ok: true; readonly status: number; readonly body: unknown }
  | { readonly ok: false; readonly refusal: Refusal };

/** One page of a longer list. */
export interface Paging {
  /** Items on this page. */
  readonly size: number;
  /** Text of the Link header for the address of the next page. */
  readonly link: (nextUrl: string) => string;
}

/** How a platform runs its token endpoint and its services. */
export interface ServiceRules {
  /** Body of a refusal, in the platform's shape. */
  refuse(refusal: Refusal, facts: RequestFacts): Answer;
  /** Whether the platform takes a request with this Accept header. */
  accepts(kind: 'list' | 'item' | 'results' | 'members', accept: string | undefined): boolean;
  /** Whether the platform takes a request body of this content type. */
  takes(kind: 'item' | 'score', contentType: string): boolean;
  readonly tokenType: string;
  readonly tokenError: (error: string, description: string) => Answer;
  /** Whether one scope that is not allowed spoils the whole token request. */
  readonly scopesAllOrNothing: boolean;
  /** Checks the platform itself makes on an assertion; null when it is content. */
  assertion(claims: Record<string, unknown>, facts: AssertionFacts): string | null;
  readonly keysCached: boolean;
  /** Page size of line items and results; null means everything at once. */
  page(kind: 'list' | 'results' | 'members', limit: number | null): Paging | null;
  lineItem(world: World, item: LineItem): Record<string, unknown>;
  /** What a platform says to a new column before making it; null to go on. */
  beforeCreate(world: World, face: Face, body: Record<string, unknown>): Refusal | null;
  /** Whether a column posted for a link is an extra one without a place in the gradebook. */
  readonly extraOnLink: boolean;
  update(world: World, item: LineItem, body: Record<string, unknown>): Refusal | null;
  remove(world: World, item: LineItem): Refusal | null;
  readonly columnGone: Refusal;
  score(input: ScoreInput): ScoreOutcome;
  result(
    world: World,
    item: LineItem,
    person: Person,
    grade: Grade,
  ): Record<string, unknown> | null;
  /** Whether the roster shows a person at all; cheap, since it is asked for everybody. */
  lists(world: World, person: Person): boolean;
  member(world: World, course: Course, person: Person): Record<string, unknown>;
  /** Whether a role filter names this member. */
  hasRole(world: World, course: Course, person: Person, role: string): boolean;
  /** What the platform answers while the course is closed. */
  closed(how: '404' | '422'): Refusal;
}

/** What an assertion is judged against. */
export interface AssertionFacts {
  readonly clientId: string;
  readonly tokenUrl: string;
  readonly now: number;
}

/** One face of the practice LMS. */
export interface Family {
  readonly name: FamilyName;
  readonly label: string;
  readonly loginMethod: 'GET' | 'POST';
  readonly paths: {
    readonly authorize: string;
    readonly token: string;
    readonly jwks: string;
    readonly configuration: string | null;
    readonly registration: string | null;
    readonly lineItems: string;
    readonly lineItem: string;
    readonly scores: string;
    readonly results: string;
    readonly roster: string;
    readonly deepLinkReturn: string;
  };
  readonly idTokenSeconds: number;
  /** Value of `lti_storage_target`, or null where the platform keeps nothing for a tool. */
  readonly storageTarget: string | null;
  readonly placements: readonly PlacementChoice[];
  /** Why a person cannot open the tool here, or null when they can. */
  cannotLaunch(person: Person): string | null;
  loginHint(person: Person): string;
  messageHint(ticketId: string, facts: { link: Link | null; deepLink: boolean }): string;
  loginFields(ticket: Pick<Ticket, 'deploymentId'>): Record<string, string>;
  /** What is wrong with an authorization request, as the platform would answer it; null when nothing is. */
  authorize(query: Record<string, string>): AuthorizationFault | null;
  /** Everything in the id_token but iss, aud, iat, exp and nonce. */
  claims(world: World, ticket: Ticket): Record<string, unknown>;
  audience(clientId: string): Record<string, unknown>;
  lineItemsUrl(world: World, courseId: string): string;
  lineItemUrl(world: World, item: LineItem): string;
  readonly services: ServiceRules;
}

/** A place from which a face opens the tool other than by an assignment. */
export interface PlacementChoice {
  readonly id: string;
  readonly label: string;
  readonly message: 'resource' | 'deeplink';
  readonly place: 'course' | 'account' | 'nowhere';
  readonly staffOnly: boolean;
}

/** A failed authorization: either told to the tool by a form post, or only to the person. */
export interface AuthorizationFault {
  readonly tell: 'tool' | 'person';
  readonly error: string;
  readonly description: string;
}

/**
 * Address of a face.
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @returns Origin and path prefix, which is also the issuer.
 */
export function baseOf(world: Pick<World, 'publicUrl'>, family: FamilyName): string {
  return `${world.publicUrl}/${family}`;
}

/**
 * Puts ids into one of a family's paths.
 *
 * @param path - Path with `:name` parts.
 * @param values - What stands for them.
 * @returns The path, its parts encoded.
 */
export function fill(path: string, values: Record<string, string>): string {
  return path.replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(values[name] ?? ''));
}

/** A journal entry together with the token it came with. */
export interface ServiceCall {
  readonly entry: Entry;
  readonly token: AccessToken;
}
