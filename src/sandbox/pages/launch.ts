import express from 'express';
import type { RequestHandler } from 'express';
import { handler } from '../answers.js';
import { copyCourse } from '../courses.js';
import { families } from '../families/all.js';
import { html } from '../html.js';
import type { Html } from '../html.js';
import { PlatformPageError, startLaunch } from '../launches.js';
import type { LaunchStart } from '../launches.js';
import { asFields, asObject, asText } from '../read.js';
import { FAMILIES } from '../state.js';
import type { FamilyName } from '../state.js';
import { bound, faceOf, findLink } from '../world.js';
import type { World } from '../world.js';
import { autoForm, messagePage } from './frames.js';
import { page } from './layout.js';
import type { Viewer } from './persona.js';
import type { PageBuilder } from './router.js';

const STORAGE_FRAME = 'post_message_forwarding';

/** The frame's page must run our script, answer the tool's messages, and name the storage frame. */
function frame(world: World, viewer: Viewer, src: string, title: string): Html {
  const { now: faults } = world.faults;
  const family = families[viewer.family];
  const answers = family.storageTarget !== null && !faults.noPostMessage;
  const forwarding = answers && family.storageTarget === STORAGE_FRAME && !faults.noStorageFrame;
  return html`${
      forwarding
        ? html`<iframe
            name="${STORAGE_FRAME}"
            src="/storage-frame"
            title="Storage for tools"
            hidden
          ></iframe>`
        : null
    }
    <div id="flash" role="status" class="flash"></div>
    <iframe
      class="tool"
      name="tool_content"
      title="${title}"
      src="${src}"
      allow="microphone *; camera *; fullscreen *"
      data-tool-frame
    ></iframe>
    <script
      src="/assets/platform.js"
      data-answers="${answers ? 'yes' : 'no'}"
      data-frame="${forwarding ? STORAGE_FRAME : ''}"
      data-family="${viewer.family}"
    ></script>`;
}

/**
 * Opening the tool: the page around it, the form that starts the login, and the storage frame.
 *
 * @param world - The practice LMS.
 * @param first - Face shown first.
 * @param show - Turns a page into a handler.
 * @returns A router.
 */
export function launchPages(
  world: World,
  first: FamilyName,
  show: (build: PageBuilder) => RequestHandler,
): express.Router {
  const router = express.Router();
  const starts = new Map<string, LaunchStart>();
  const begin = (viewer: Viewer, query: Record<string, string>, link?: string): LaunchStart => {
    if (viewer.person === null) throw new PlatformPageError(403, 'Choose who you are first.');
    const found = link === undefined ? null : findLink(viewer.face, link);
    const native = found?.kind === 'native' && query['placement'] === undefined;
    const message = query['for'] !== undefined && viewer.family === 'moodle' ? 'review' : undefined;
    const start = startLaunch(world, families[viewer.family], {
      as: viewer.person.key,
      link,
      family: viewer.family,
      placement: native ? 'assignment_view' : query['placement'],
      message,
      forUser: query['for'],
      course: viewer.course.id,
      newWindow: query['window'] === '1',
      editing: query['editing'] === '1',
    });
    starts.set(start.ticket.id, start);
    bound(starts);
    return start;
  };
  const around: PageBuilder = (viewer, req) => {
    const start = begin(viewer, asFields(req.query), req.params['link']);
    const { ticket } = start;
    const title = ticket.link?.title ?? 'Trellis';
    const again = new URL(req.originalUrl, 'http://x');
    again.searchParams.set('window', '1');
    const inWindow = html`<p>
      <a href="/new-window${again.pathname}${again.search}" target="_blank" rel="opener"
        >Open in a new window</a
      >
    </p>`;
    const course = `/course?course=${ticket.course.id}`;
    return page(
      viewer,
      title,
      html`<p><a href="${course}">Back to ${ticket.course.title}</a></p>
        ${ticket.message === 'resource' ? inWindow : null}
        ${frame(world, viewer, `/go/${ticket.id}`, title)}`,
    );
  };
  const direct: PageBuilder = (viewer, req) => {
    const start = begin(viewer, { ...asFields(req.query), window: '1' }, req.params['link']);
    return autoForm(start.method, start.url, start.fields, 'Opening Trellis…');
  };
  router.get('/launch/:link', show(around));
  router.get('/open', show(around));
  router.get('/new-window/launch/:link', show(direct));
  router.get('/new-window/open', show(direct));
  router.get('/go/:ticket', (req, res) => {
    const start = starts.get(req.params.ticket);
    starts.delete(req.params.ticket);
    if (start === undefined) {
      res
        .status(404)
        .type('html')
        .send(messagePage('This launch is over', 'Open the assignment from the course again.'));
      return;
    }
    res.set('Cache-Control', 'no-store').type('html');
    res.send(autoForm(start.method, start.url, start.fields, 'Opening Trellis…'));
  });
  router.get('/storage-frame', (_req, res) => {
    res
      .type('html')
      .send(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Storage</title></head><body><script src="/assets/platform.js" data-answers="yes" data-frame=""></script></body></html>',
      );
  });
  router.post('/postmessage', express.json({ limit: '20kb' }), (req, res) => {
    const body = asObject(req.body);
    const named = FAMILIES.find((name) => name === body['family']) ?? first;
    const entry = world.journal.add(named, 'postmessage', {
      method: 'postMessage',
      path: asText(body['subject']) ?? '(no subject)',
    });
    entry.detail = { origin: body['origin'], key: body['key'] };
    const problem = asText(body['problem']);
    if (problem !== null) entry.problems.push(problem);
    res.status(204).end();
  });
  router.post(
    '/copy-course',
    handler(async (req, res) => {
      const fields = asFields(req.body);
      const family = FAMILIES.find((name) => name === fields['family']) ?? first;
      const course = await copyCourse(world, family, fields['course']);
      res.redirect(303, `/course?family=${family}&course=${course.id}`);
    }),
  );
  router.post('/publish', (req, res) => {
    const fields = asFields(req.body);
    const family = FAMILIES.find((name) => name === fields['family']) ?? first;
    const link = findLink(faceOf(world, family), fields['link'] ?? '');
    if (link !== null) link.published = true;
    world.save();
    res.redirect(303, `/course?family=${family}&course=${link?.courseId ?? ''}`);
  });
  return router;
}
