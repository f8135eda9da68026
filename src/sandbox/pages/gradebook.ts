import express from 'express';
import type { RequestHandler } from 'express';
import { handler } from '../answers.js';
import { html } from '../html.js';
import type { Html } from '../html.js';
import type { Person } from '../people.js';
import { asFields } from '../read.js';
import { FAMILIES } from '../state.js';
import type { FamilyName, Grade, LineItem } from '../state.js';
import { overrideCell } from '../override.js';
import { cellOf, faceOf, findItem } from '../world.js';
import type { World } from '../world.js';
import { page } from './layout.js';
import type { Viewer } from './persona.js';
import type { PageBuilder } from './router.js';

const ROWS = 60;

function flags(viewer: Viewer, grade: Grade | undefined): Html {
  if (grade === undefined) return html``;
  const canvas = viewer.family === 'canvas';
  return html`${grade.comment === '' ? null : html`<p class="comment">“${grade.comment}”</p>`}
    <p class="facts">
      ${canvas && grade.attempts > 0 ? html`<span>Attempt ${grade.attempts}</span>` : null}
      ${canvas && grade.late ? html`<span class="tag">Late</span>` : null}
      ${grade.needsGrading ? html`<span class="tag">Needs grading</span>` : null}
      ${grade.missing ? html`<span class="tag">Missing</span>` : null}
      ${grade.overridden ? html`<span class="tag">Typed by a teacher</span>` : null}
    </p>`;
}

function reviewLink(viewer: Viewer, item: LineItem, person: Person): Html | null {
  if (item.linkId === null || item.clientId === null || viewer.family === 'schoology') return null;
  const words = viewer.family === 'moodle' ? 'Grade analysis' : 'SpeedGrader';
  return html`<a href="/launch/${item.linkId}?for=${person.key}"
    >${words}<span class="hidden"> of ${person.name} for ${item.label}</span></a
  >`;
}

function cell(viewer: Viewer, item: LineItem, person: Person): Html {
  const grade = viewer.face.grades[item.id]?.[person.key];
  const score = grade?.score ?? null;
  return html`<td data-cell="${item.id}:${person.key}">
    <p class="score">
      <span data-score>${score === null ? '–' : score}</span> / ${item.scoreMaximum}
    </p>
    ${flags(viewer, grade)}
    <details>
      <summary>
        Change<span class="hidden"> the grade of ${person.name} for ${item.label}</span>
      </summary>
      <form method="post" action="/gradebook">
        <input type="hidden" name="family" value="${viewer.family}" />
        <input type="hidden" name="item" value="${item.id}" />
        <input type="hidden" name="person" value="${person.key}" />
        <label
          >Score
          <input name="score" inputmode="decimal" size="5" value="${score === null ? '' : score}"
        /></label>
        <label>Comment <input name="comment" value="${grade?.comment ?? ''}" /></label>
        ${
          viewer.family === 'schoology'
            ? html`<label
                ><input
                  type="checkbox"
                  name="missing"
                  ${grade?.missing === true ? html`checked` : null}
                />
                Missing</label
              >`
            : null
        }
        <button class="button quiet">Save</button>
      </form>
    </details>
    ${reviewLink(viewer, item, person)}
  </td>`;
}

function table(viewer: Viewer, items: readonly LineItem[], people: readonly Person[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Gradebook">
    <table>
      <thead>
        <tr>
          <th scope="col">Student</th>
          ${items.map(
            (item) =>
              html`<th scope="col" data-column="${item.id}">
                ${item.label} ${item.clientId === null ? html`<small>LMS only</small>` : null}
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${people.map(
          (person) =>
            html`<tr>
              <th scope="row" dir="auto">${person.name}</th>
              ${items.map((item) => cell(viewer, item, person))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/**
 * The gradebook, and the form with which a teacher overrides a grade.
 *
 * @param world - The practice LMS.
 * @param first - Face shown first.
 * @param show - Turns a page into a handler.
 * @returns A router.
 */
export function gradebookPages(
  world: World,
  first: FamilyName,
  show: (build: PageBuilder) => RequestHandler,
): express.Router {
  const router = express.Router();
  router.get(
    '/gradebook',
    show((viewer) => {
      const items = viewer.face.lineItems.filter(
        (item) => item.courseId === viewer.course.id && !item.extra,
      );
      const people = world.people.students.filter((person) => world.people.isEnrolled(person));
      const rest = people.length - ROWS;
      const more = rest > 0 ? html`<p>… and ${rest} more students.</p>` : null;
      const body = html`${table(viewer, items, people.slice(0, ROWS))}${more}`;
      const allowed = viewer.isStaff
        ? body
        : html`<p class="notice">The gradebook is for staff. <a href="/">Be a teacher</a>.</p>`;
      return page(viewer, `Gradebook: ${viewer.course.title}`, allowed);
    }),
  );
  router.post(
    '/gradebook',
    handler((req, res) => {
      const fields = asFields(req.body);
      const family = FAMILIES.find((name) => name === fields['family']) ?? first;
      const item = findItem(faceOf(world, family), fields['item'] ?? null);
      const person = world.people.find(fields['person'] ?? '');
      const typed = (fields['score'] ?? '').trim().replace(',', '.');
      const score = typed === '' ? null : Number(typed);
      if (item === null || person === null || Number.isNaN(score)) {
        res.status(422).type('text').send('That is no number, or nobody, or no column.');
        return;
      }
      const missing = family === 'schoology' ? { missing: fields['missing'] !== undefined } : {};
      const grade = cellOf(faceOf(world, family), item.id, person.key);
      overrideCell(world, grade, { score, comment: fields['comment'] ?? '', ...missing });
      res.redirect(303, `/gradebook?family=${family}&course=${item.courseId}`);
    }),
  );
  return router;
}
