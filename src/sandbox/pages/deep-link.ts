import express from 'express';
import type { Request, Response } from 'express';
import { handler, send } from '../answers.js';
import { attachToExisting, isBulk, saveItem } from '../content-items.js';
import type { ContentItem } from '../content-items.js';
import { takeDeepLink } from '../deep-linking.js';
import type { Family } from '../families/family.js';
import { html } from '../html.js';
import type { Html } from '../html.js';
import { entryOf } from '../journal.js';
import { asFields, asObject, asText, parseJson } from '../read.js';
import type { Link } from '../state.js';
import type { Ticket, World } from '../world.js';
import { messagePage } from './frames.js';

function back(ticket: Ticket): Html {
  const href = `/course?family=${ticket.family}&course=${ticket.course.id}&as=${ticket.person.key}`;
  return html`<p><a class="button" href="${href}" target="_top">Back to the course</a></p>`;
}

/** The form a teacher confirms: nothing exists until it is saved (canvas.md 4.3, moodle.md 8). */
function confirmForm(family: Family, ticket: Ticket, item: ContentItem): Html {
  const line = asObject(item['lineItem']);
  const title = asText(line['label']) ?? asText(item['title']) ?? '';
  const points = typeof line['scoreMaximum'] === 'number' ? String(line['scoreMaximum']) : '';
  return html`<form
    method="post"
    action="/${family.name}/save-link"
    target="_top"
    class="stack"
    data-save-link
  >
    <input type="hidden" name="ticket" value="${ticket.id}" />
    <input type="hidden" name="item" value="${JSON.stringify(item)}" />
    <label>Name <input name="title" value="${title}" required /></label>
    ${
      item['lineItem'] === undefined
        ? null
        : html`<label>Points <input name="points" value="${points}" inputmode="decimal" /></label>`
    }
    <div><button class="button">Save</button></div>
  </form>`;
}

function savedList(links: readonly Link[], skipped: number): Html {
  return html`<ul>
      ${links.map((link) => html`<li>${link.title}</li>`)}
    </ul>
    ${
      skipped > 0
        ? html`<p class="warning">
            ${skipped} came back in a form this platform does not take and was left out.
          </p>`
        : null
    }`;
}

function show(
  world: World,
  family: Family,
  ticket: Ticket,
  items: readonly ContentItem[],
  said: string | null,
): string {
  const note = said === null ? null : html`<p class="notice">${said}</p>`;
  if (items.length === 0) {
    return messagePage(
      'Nothing was added',
      'The tool gave nothing back.',
      html`${note}${back(ticket)}`,
    );
  }
  const atOnce = family.name === 'schoology' || isBulk(ticket) || items.length > 1;
  const first = items[0] ?? {};
  if (!atOnce) {
    return messagePage(
      'Save the assignment',
      'Trellis filled in the form. Nothing exists until you save it.',
      html`${note}${confirmForm(family, ticket, first)}`,
    );
  }
  const links = items.flatMap((item) => {
    const link = ticket.editing
      ? attachToExisting(world, ticket, item)
      : saveItem(world, ticket, item);
    return link === null ? [] : [link];
  });
  return messagePage(
    `Added ${links.length} of ${items.length}`,
    'The course now has:',
    html`${note}${savedList(links, items.length - links.length)}${back(ticket)}`,
  );
}

/**
 * The addresses to which a tool hands its choice back.
 *
 * @param world - The practice LMS.
 * @param family - The face.
 * @returns A router with the return address, the save form and Canvas's cancel address.
 */
export function deepLinkPages(world: World, family: Family): express.Router {
  const router = express.Router();
  const form = express.urlencoded({ extended: false, limit: '1mb' });
  router.post(
    family.paths.deepLinkReturn,
    world.journal.note(family.name, 'deep-linking'),
    form,
    handler(async (req: Request, res: Response) => {
      const fields = asFields(req.body);
      const key = asText(req.query['data']) ?? asText(req.query['id']);
      const entry = entryOf(res);
      const outcome = await takeDeepLink(world, family, { jwt: fields['JWT'] ?? '', key }, entry);
      if (!outcome.ok) {
        // Canvas shows the teacher the raw JSON; the others an error page.
        const raw = family.name === 'canvas';
        send(res, {
          status: outcome.status,
          type: raw ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
          body: raw ? outcome.body : messagePage('The answer was refused', outcome.why),
        });
        return;
      }
      const { ticket } = outcome.pending;
      res
        .type('html')
        .send(show(world, family, ticket, outcome.items, outcome.error ?? outcome.message));
    }),
  );
  router.post(
    '/save-link',
    form,
    handler((req: Request, res: Response) => {
      const fields = asFields(req.body);
      const pending = world.deepLinks.get(fields['ticket'] ?? '');
      const item = asObject(parseJson(fields['item'] ?? ''));
      if (pending?.used !== true) {
        res.status(400).type('html').send(messagePage('Too late', 'Add the assignment again.'));
        return;
      }
      const { ticket } = pending;
      const points = Number(fields['points']);
      const link = ticket.editing
        ? attachToExisting(world, ticket, item)
        : saveItem(world, ticket, item, {
            title: fields['title'],
            points: Number.isFinite(points) && points > 0 ? points : undefined,
          });
      if (link === null) {
        res
          .status(422)
          .type('html')
          .send(
            messagePage(
              'Not saved',
              'This platform does not take the points: Moodle wants a whole number from 1 to 100.',
              confirmForm(family, ticket, item),
            ),
          );
        return;
      }
      res.redirect(
        303,
        `/course?family=${family.name}&course=${ticket.course.id}&as=${ticket.person.key}#${link.id}`,
      );
    }),
  );
  router.get('/mod/lti/return.php', (req, res) => {
    const query = new URLSearchParams({ family: family.name });
    for (const name of ['course', 'lti_msg', 'lti_errormsg']) {
      const value = asText(req.query[name]);
      if (value !== null) query.set(name, value);
    }
    res.redirect(303, `/course?${query.toString()}`);
  });
  router.get('/deep_linking_cancel', (req, res) => {
    const said = asText(req.query['lti_errormsg']) ?? asText(req.query['lti_msg']) ?? '';
    res
      .type('html')
      .send(
        messagePage(
          'Cancelled',
          said === '' ? 'Nothing was added.' : said,
          html`<p><a class="button" href="/course" target="_top">Back to the course</a></p>`,
        ),
      );
  });
  return router;
}
