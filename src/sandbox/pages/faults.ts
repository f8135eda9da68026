import express from 'express';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { handler } from '../answers.js';
import { faultsSchema, SERVICES, TROUBLES } from '../faults.js';
import type { FaultSettings } from '../faults.js';
import { html } from '../html.js';
import type { Html } from '../html.js';
import { asObject, asText, asTexts } from '../read.js';
import type { World } from '../world.js';
import { messagePage } from './frames.js';
import { page } from './layout.js';
import type { PageBuilder } from './router.js';

type Name = keyof FaultSettings;

/** The panel: a heading and the switches under it, in words a person understands. */
const PANEL: readonly (readonly [string, Readonly<Partial<Record<Name, string>>>])[] = [
  [
    'The course and the students',
    {
      courseClosed: 'Course is over or not begun (Canvas answers 404 or 422)',
      unpublished: 'Assignment is unpublished',
      notAssigned: 'Students it is not assigned to (keys, separated by spaces)',
      gradingPeriodClosed: 'Grading period is closed',
      moderated: 'Assignment is being moderated',
      attemptsExhausted: 'No attempts are left',
      testStudentAccepted: 'Scores for the test student are taken',
      lineItemsGone: 'Gradebook columns were deleted',
      gradeLocked: 'Gradebook column is locked (Moodle)',
      moodleOverMaximum: 'Grades above the maximum are kept (Moodle)',
      mergedUser: 'Person whose accounts were merged (key); new id in copied courses',
      anonymousVisitor: 'Anonymous visitor: no sub',
      mentorWithoutScope: 'Family member without a list of children',
      rosterRefused: 'Class list is refused',
      rosterPageSize: 'People on one page of the class list',
      nextLinkTo: 'Host the next page of the class list points to',
    },
  ],
  [
    'What an admin set',
    {
      privacy: 'What the tool learns about people',
      scopesRemoved: 'Scopes taken away (full names, separated by spaces)',
      toolUninstalled: 'Tool is uninstalled here',
      keyOff: 'Developer key is off',
      moodleAgs: 'Moodle grade service: 0 none, 1 sync, 2 columns too',
      noRosterClaim: 'No class list service in launches',
      noGradeClaim: 'No grade service in launches',
    },
  ],
  [
    'The launch',
    {
      literalCustom: 'Custom values arrive as literal $Canvas…',
      contextOmitted: 'No context in the launch (Schoology)',
      titleOmitted: 'No course title in the launch (Schoology)',
      speedGraderCourseLink: 'SpeedGrader launch with the course as link (Canvas)',
      editLaunchAsResource: 'Edit launch comes as a plain launch (Canvas, 2025)',
      emptyLineItem: 'lineitem is an empty text (Moodle)',
      loginRequired: 'Session of the LMS has ended',
      launchNoLongerValid: 'Launch is no longer valid',
      loginSlowMs: 'The login takes this many ms longer',
      idTokenExpired: 'Token has expired',
      clockSkewSeconds: 'Seconds the clock of the LMS is ahead (negative: behind)',
      claimsAgeSeconds: 'Seconds the claims are old on arrival',
      noStorageTarget: 'No lti_storage_target in the login',
      noStorageFrame: 'Storage frame is missing',
      noPostMessage: 'No answers to postMessage',
    },
  ],
  [
    'Keys, tokens and the network',
    {
      jwks: 'Public keys',
      tokensExpired: 'Access tokens have expired',
      tokenSeconds: 'Seconds an access token lives',
      trouble: 'Troubles that service requests meet',
      troubleOn: 'On which services (none ticked: on all)',
      troubleProbability: 'How often (0 to 1)',
      troubleNext: 'Only for this many requests',
      seed: 'Seed of the dice',
      slowMs: 'Slow means this many ms',
      retryAfterSeconds: 'Seconds in Retry-After',
      redirectTo: 'Where a redirect sends service calls',
      bucket: "Canvas's rate limit, counted for real",
    },
  ],
];

const CHOICES: Partial<Record<Name, readonly string[]>> = {
  courseClosed: ['', '404', '422'],
  privacy: ['public', 'name_only', 'email_only', 'anonymous'],
  jwks: ['', 'down', 'slow', 'huge', 'garbage', 'empty', 'redirect'],
  moodleAgs: ['0', '1', '2'],
};

const SETS: Partial<Record<Name, readonly string[]>> = { trouble: TROUBLES, troubleOn: SERVICES };

function field(name: Name, label: string, value: FaultSettings[Name]): Html {
  const options = SETS[name];
  if (options !== undefined) {
    const chosen = asTexts(value);
    return html`<fieldset>
      <legend>${label}</legend>
      ${options.map(
        (option) =>
          html`<label
            ><input
              type="checkbox"
              name="${name}"
              value="${option}"
              ${chosen.includes(option) ? html`checked` : null}
            />
            ${option}</label
          >`,
      )}
    </fieldset>`;
  }
  if (typeof value === 'boolean') {
    return html`<label
      ><input type="checkbox" name="${name}" value="on" ${value ? html`checked` : null} />
      ${label}</label
    >`;
  }
  const choices = CHOICES[name];
  if (choices !== undefined) {
    return html`<label
      >${label}
      <select name="${name}">
        ${choices.map(
          (choice) =>
            html`<option value="${choice}" ${choice === String(value) ? html`selected` : null}>
              ${choice === '' ? 'as usual' : choice}
            </option>`,
        )}
      </select></label
    >`;
  }
  const text = Array.isArray(value) ? value.join(' ') : value === null ? '' : String(value);
  return html`<label>${label} <input name="${name}" value="${text}" /></label>`;
}

/** Reads the panel's form back; what a browser does not send is off. */
function readForm(form: Record<string, unknown>, now: FaultSettings): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [, switches] of PANEL) {
    for (const name of Object.keys(switches) as Name[]) {
      const before = now[name];
      const sent = form[name];
      if (typeof before === 'boolean') out[name] = sent !== undefined;
      else if (SETS[name] !== undefined) {
        out[name] = typeof sent === 'string' ? [sent] : asTexts(sent);
      } else if (Array.isArray(before)) {
        out[name] = (asText(sent) ?? '').split(/\s+/).filter((word) => word !== '');
      } else if (
        typeof before === 'number' ||
        name === 'rosterPageSize' ||
        name === 'troubleNext'
      ) {
        const text = (asText(sent) ?? '').trim();
        out[name] = text === '' ? null : Number(text);
      } else out[name] = asText(sent) ?? '';
    }
  }
  return out;
}

/**
 * The faults panel.
 *
 * @param world - The practice LMS.
 * @param show - Turns a page into a handler.
 * @returns A router.
 */
export function faultsPages(
  world: World,
  show: (build: PageBuilder) => RequestHandler,
): express.Router {
  const router = express.Router();
  router.get(
    '/faults',
    show((viewer) =>
      page(
        viewer,
        'Faults',
        html`<p>Make the school misbehave, and watch what Trellis does about it.</p>
          <form method="post" action="/faults" class="stack">
            ${PANEL.map(
              ([heading, switches]) =>
                html`<section>
                  <h2>${heading}</h2>
                  <div class="switches">
                    ${Object.entries(switches).map(([name, label]) =>
                      field(name as Name, label, world.faults.now[name as Name]),
                    )}
                  </div>
                </section>`,
            )}
            <div class="row"><button class="button">Set these faults</button></div>
          </form>
          <ul class="row">
            <li>
              <form method="post" action="/faults/clear">
                <button class="button quiet">A good day: all faults off</button>
              </form>
            </li>
            <li>
              <form method="post" action="/faults/rotate">
                <button class="button quiet">Make a new signing key</button>
              </form>
            </li>
          </ul>`,
      ),
    ),
  );
  router.post(
    '/faults',
    handler((req, res) => {
      const parsed = faultsSchema.safeParse(readForm(asObject(req.body), world.faults.now));
      if (!parsed.success) {
        res
          .status(422)
          .type('html')
          .send(messagePage('That cannot be set', z.prettifyError(parsed.error)));
        return;
      }
      world.faults.set(parsed.data);
      res.redirect(303, '/faults');
    }),
  );
  router.post('/faults/clear', (_req, res) => {
    world.faults.clear();
    res.redirect(303, '/faults');
  });
  router.post(
    '/faults/rotate',
    handler(async (_req, res) => {
      await world.keys.rotate();
      world.save();
      res.redirect(303, '/faults');
    }),
  );
  return router;
}
