import type { JSONWebKeySet } from 'jose';
import type { KeyReading } from './developer-key.js';
import type { FaultSettings } from './faults.js';
import type { Entry } from './journal.js';
import type { SignOptions } from './keys.js';
import type { LaunchOrder, LaunchStart } from './launches.js';
import type { AuthorizationAnswer, TokenChange } from './oidc.js';
import type { Person } from './people.js';
import type { Course, FamilyName, Grade, LineItem, Link, Registration } from './state.js';

/** What an admin types into a tool to connect it with one face. */
export interface PlatformFacts {
  readonly family: FamilyName;
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly deploymentIds: readonly string[];
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
}

/** A person with the id a tool knows them by on the asked face. */
export interface UserFacts extends Person {
  readonly sub: string;
}

/** A link with its column. */
export interface LinkFacts extends Link {
  readonly lineItem: LineItem | null;
}

/** What a deep linking response made. */
export interface DeepLinkSaved {
  readonly ok: boolean;
  readonly status: number;
  readonly why: string | null;
  readonly items: readonly Record<string, unknown>[];
  readonly links: readonly Link[];
}

/** Everything by which tests, the demo and the benchmarks drive a practice LMS. */
export interface Surface {
  /** The first face as a tool registers it. */
  readonly platform: PlatformFacts;
  /** All faces. */
  readonly platforms: Readonly<Record<FamilyName, PlatformFacts>>;
  readonly faults: {
    set(change: Partial<FaultSettings>): FaultSettings;
    get(): FaultSettings;
    clear(): void;
  };
  /** Everybody, with the ids of the first face. */
  readonly users: readonly UserFacts[];
  /** Links of the first face. */
  readonly links: readonly LinkFacts[];
  usersOf(family: FamilyName): readonly UserFacts[];
  linksOf(family: FamilyName): readonly LinkFacts[];
  registrationsOf(family: FamilyName): readonly Registration[];
  coursesOf(family: FamilyName): readonly Course[];
  startLaunch(order: LaunchOrder): LaunchStart;
  authorize(authorizationUrl: string, change?: TokenChange): Promise<AuthorizationAnswer>;
  sign(claims: Record<string, unknown>, options?: SignOptions): Promise<string>;
  /** A cell of the gradebook, by link and by key or `sub` of the student; null when empty. */
  grade(linkId: string, user: string, family?: FamilyName): Grade | null;
  /** A teacher types a grade into the LMS gradebook. */
  override(
    linkId: string,
    user: string,
    change: { score: number | null; comment?: string; missing?: boolean },
    family?: FamilyName,
  ): Grade;
  lineItems(family?: FamilyName): readonly LineItem[];
  /** What the tool asked, oldest first; `problems` of each say what was wrong. */
  requests(kind?: Entry['kind']): readonly Entry[];
  clearRequests(): void;
  addStudents(count: number): void;
  /** Takes a person out of the course, or back in. */
  setEnrolled(key: string, enrolled: boolean): void;
  rotateKeys(options?: { drop?: boolean }): Promise<void>;
  copyCourse(family?: FamilyName, courseId?: string): Promise<Course>;
  /** Answers a deep linking form as the return address would, and saves what came. */
  takeDeepLink(returnUrl: string, jwt: string): Promise<DeepLinkSaved>;
  /** Address an admin's browser opens to register the tool. */
  startRegistration(toolAddress: string, family?: FamilyName): Promise<string>;
  /** Reads the tool's Canvas configuration from its address, as “Paste by URL” does. */
  readDeveloperKey(url?: string): Promise<KeyReading>;
  setRegistration(clientId: string, status: Registration['status'], family?: FamilyName): void;
  addDeployment(deploymentId: string, family?: FamilyName): void;
  /** Custom fields of the tool, as its configuration gives them. */
  setCustom(custom: Record<string, string>, family?: FamilyName): void;
  setLink(linkId: string, change: Partial<Link>, family?: FamilyName): Link;
  /** Keys to check the tool's signatures with, where it listens nowhere; null fetches them again. */
  setToolJwks(keys: JSONWebKeySet | null): void;
  setToolUrl(url: string): void;
  /** Puts the school back to its first day; keys stay. */
  reset(): void;
}
