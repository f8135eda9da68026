import express from 'express';
import type { RequestHandler } from 'express';
import { html } from '../html.js';
import type { Html } from '../html.js';
import type { Entry } from '../journal.js';
import type { World } from '../world.js';
import { page } from './layout.js';
import type { PageBuilder } from './router.js';

const SHOWN = 200;

const WORDS: Readonly<Record<Entry['kind'], string>> = {
  authorization: 'Asked who is opening it',
  jwks: 'Fetched the public keys',
  token: 'Asked for an access token',
  lineitems: 'Worked with gradebook columns',
  scores: 'Sent a score',
  results: 'Read grades',
  roster: 'Read the class list',
  notices: 'Notices',
  'deep-linking': 'Handed back a choice',
  registration: 'Registered itself',
  postmessage: 'Spoke to the page',
};

function row(entry: Entry): Html {
  return html`<li class="card ${entry.problems.length > 0 ? 'wrong' : 'right'}">
    <h3>${WORDS[entry.kind]} <small>${entry.family} · ${entry.at.slice(11, 19)}</small></h3>
    <p class="facts">
      <code>${entry.method} ${entry.path.slice(0, 160)}</code>
      <span>${entry.status === null ? 'no answer' : `answered ${entry.status}`}</span>
    </p>
    ${
      entry.problems.length > 0
        ? html`<ul class="problems">
            ${entry.problems.map((problem) => html`<li>${problem}</li>`)}
          </ul>`
        : html`<p>Nothing wrong.</p>`
    }
    ${entry.note === null ? null : html`<p class="comment">${entry.note}</p>`}
    ${
      entry.detail === null
        ? null
        : html`<details>
            <summary>What was sent</summary>
            <pre>${JSON.stringify(entry.detail, null, 2).slice(0, 4000)}</pre>
          </details>`
    }
  </li>`;
}

/**
 * What the tool did: every request with what was wrong about it.
 *
 * @param world - The practice LMS.
 * @param show - Turns a page into a handler.
 * @returns A router.
 */
export function recordPages(
  world: World,
  show: (build: PageBuilder) => RequestHandler,
): express.Router {
  const router = express.Router();
  router.get(
    '/record',
    show((viewer, req) => {
      const onlyWrong = req.query['wrong'] === '1';
      const entries = world.journal.entries.filter(
        (entry) => !onlyWrong || entry.problems.length > 0,
      );
      const wrong = world.journal.entries.filter((entry) => entry.problems.length > 0).length;
      return page(
        viewer,
        'What the tool did',
        html`<p>
            ${world.journal.entries.length} requests, ${wrong} of them with something wrong. Newest
            first.
          </p>
          <ul class="row">
            <li>
              <a class="button quiet" href="/record${onlyWrong ? '' : '?wrong=1'}"
                >${onlyWrong ? 'Show all' : 'Show only what was wrong'}</a
              >
            </li>
            <li>
              <form method="post" action="/record/clear">
                <button class="button quiet">Forget all</button>
              </form>
            </li>
          </ul>
          <h2>Requests</h2>
          <ol class="cards">
            ${[...entries].reverse().slice(0, SHOWN).map(row)}
          </ol>`,
      );
    }),
  );
  router.post('/record/clear', (_req, res) => {
    world.journal.clear();
    res.redirect(303, '/record');
  });
  return router;
}
