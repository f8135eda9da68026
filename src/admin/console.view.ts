import type { NavItem } from '../web/render.js';
import type { Words } from '../web/words.js';
import type { Deployment } from './deployment.model.js';
import type { Registration } from './registration.model.js';

export interface PlatformRow {
  readonly href: string;
  readonly name: string;
  readonly family: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly status: string;
  readonly statusText: string;
  readonly tone: 'ok' | 'warn' | 'neutral';
}

export interface PlatformsView {
  readonly platforms: readonly PlatformRow[];
  readonly waiting: readonly {
    readonly id: string;
    readonly platformName: string;
    readonly deploymentId: string;
    readonly seenText: string;
  }[];
  readonly families: readonly {
    readonly href: string;
    readonly name: string;
    readonly text: string;
  }[];
  readonly notice: string | null;
}

export interface CheckStep {
  readonly name: string;
  readonly sentence: string;
  readonly isGreen: boolean;
  readonly isRed: boolean;
}

export interface PlatformView {
  readonly row: PlatformRow;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly deployments: readonly {
    readonly id: string;
    readonly deploymentId: string;
    readonly text: string;
    readonly isWaiting: boolean;
  }[];
  readonly isOperator: boolean;
  readonly canApprove: boolean;
  readonly canDisable: boolean;
  readonly canEnable: boolean;
  readonly checks: readonly CheckStep[] | null;
  readonly checkHref: string;
  readonly errors: Readonly<Record<string, string>> | null;
  readonly typed: { readonly deployment: string };
}

export interface InstallValue {
  readonly label: string;
  readonly value: string;
  readonly where: string;
}

export interface InstallView {
  readonly family: string;
  readonly familyName: string;
  readonly intro: string;
  readonly steps: readonly string[];
  readonly ticks: readonly string[];
  readonly values: readonly InstallValue[];
  readonly screens: readonly {
    readonly title: string;
    readonly rows: readonly { readonly label: string; readonly value: string }[];
  }[];
  readonly hasRegistrationLink: boolean;
  readonly inviteUrl: string | null;
  readonly isOperator: boolean;
  readonly typed: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>> | null;
}

export interface StuckView {
  readonly rows: readonly {
    readonly course: string;
    readonly state: string;
    readonly reason: string;
    readonly advice: string;
    readonly count: number;
  }[];
}

export interface CoursesView {
  readonly courses: readonly {
    readonly title: string;
    readonly sinceText: string;
    readonly roster: string;
  }[];
}

export interface KeysView {
  readonly keysUrl: string;
  readonly rotated: string | null;
}

export interface AuditView {
  readonly entries: readonly {
    readonly at: Date;
    readonly atText: string;
    readonly actor: string;
    readonly action: string;
    readonly detail: string;
  }[];
}

declare module '../web/render.js' {
  interface Views {
    'admin/platforms': PlatformsView;
    'admin/platform': PlatformView;
    'admin/install': InstallView;
    'admin/stuck': StuckView;
    'admin/courses': CoursesView;
    'admin/keys': KeysView;
    'admin/audit': AuditView;
    'admin/open': { readonly href: string };
    'admin/closed': { readonly text: string };
  }
}

/** A registration as a row of the console. */
export function platformRow(registration: Registration, words: Words): PlatformRow {
  const { id, name, family, issuer, clientId, status } = registration;
  return {
    href: `/admin/platforms/${id}`,
    name,
    family: words.t(`admin.family.${family}`),
    issuer,
    clientId,
    status,
    statusText: words.t(`admin.status.${status}`),
    tone: status === 'active' ? 'ok' : status === 'pending' ? 'warn' : 'neutral',
  };
}

/** Deployments that wait for a person's yes. */
export function waitingRows(
  waiting: readonly Deployment[],
  registrations: readonly Registration[],
  words: Words,
): PlatformsView['waiting'] {
  const names = new Map(registrations.map((r) => [r.id, r.name]));
  return waiting.map(({ id, registrationId, platformId, createdAt }) => ({
    id,
    platformName: names.get(registrationId) ?? '',
    deploymentId: platformId,
    seenText: words.moment(createdAt),
  }));
}

/** Tabs of the console for this visit. */
export function consoleNav(isOperator: boolean, current: string, words: Words): readonly NavItem[] {
  const items: readonly (readonly [string, string, string, boolean])[] = [
    ['platforms', '/admin', 'plug', true],
    ['stuck', '/admin/stuck', 'send', true],
    ['courses', '/admin/courses', 'book-open', true],
    ['keys', '/admin/keys', 'key-round', isOperator],
    ['audit', '/admin/audit', 'scroll-text', isOperator],
  ];
  return items
    .filter(([, , , isShown]) => isShown)
    .map(([tab, href, icon]) => ({
      href,
      icon,
      label: words.t(`admin.nav.${tab}`),
      current: tab === current,
    }));
}

const FAMILIES = ['canvas', 'moodle', 'schoology'] as const;
export type InstallFamily = (typeof FAMILIES)[number];

/** Cards that lead to the install pages. */
export function familyCards(words: Words): PlatformsView['families'] {
  return FAMILIES.map((family) => ({
    href: `/admin/install/${family}`,
    name: words.t(`admin.family.${family}`),
    text: words.t(`admin.install.${family}.card`),
  }));
}

/** Says whether a path names a platform that has an install page. */
export function isInstallFamily(name: string): name is InstallFamily {
  return FAMILIES.some((family) => family === name);
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/**
 * What an administrator pastes where, for one platform.
 *
 * @param publicUrl - Address of Trellis.
 * @param inviteUrl - A one-time dynamic registration link just made; null: none.
 */
export function installView(
  family: InstallFamily,
  publicUrl: string,
  words: Words,
  form: {
    readonly isOperator: boolean;
    readonly inviteUrl: string | null;
    readonly typed: Readonly<Record<string, string>>;
    readonly errors: Readonly<Record<string, string>> | null;
  },
): InstallView {
  const t = (key: string): string => words.t(`admin.install.${family}.${key}`);
  const value = (name: string, text: string): InstallValue => ({
    label: t(`values.${name}`),
    value: text,
    where: t(`where.${name}`),
  });
  const shared = {
    launch: `${publicUrl}/lti/launch`,
    login: `${publicUrl}/lti/login`,
    keys: `${publicUrl}/lti/keys`,
  };
  const values: Readonly<Record<InstallFamily, readonly InstallValue[]>> = {
    canvas: [value('json', `${publicUrl}/lti/canvas.json`), value('redirect', shared.launch)],
    moodle: [
      value('tool', shared.launch),
      value('keys', shared.keys),
      value('login', shared.login),
      value('redirect', shared.launch),
    ],
    schoology: [
      value('domain', shared.launch),
      value('login', shared.login),
      value('redirect', shared.launch),
      value('keys', shared.keys),
    ],
  };
  return {
    family,
    familyName: words.t(`admin.family.${family}`),
    intro: t('intro'),
    steps: lines(t('steps')),
    ticks: lines(t('ticks')),
    values: values[family],
    screens: [
      {
        title: t('screen'),
        rows: values[family].map(({ where, value: text }) => ({
          label: where,
          value: text,
        })),
      },
    ],
    hasRegistrationLink: family !== 'schoology',
    ...form,
  };
}
