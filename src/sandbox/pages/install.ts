import express from 'express';
import type { RequestHandler } from 'express';
import { handler } from '../answers.js';
import { readDeveloperKey } from '../developer-key.js';
import { families } from '../families/all.js';
import { baseOf } from '../families/family.js';
import { html } from '../html.js';
import type { Html } from '../html.js';
import { asFields } from '../read.js';
import { startRegistration } from '../registration.js';
import { FAMILIES } from '../state.js';
import type { FamilyName, Registration } from '../state.js';
import { faceOf } from '../world.js';
import type { World } from '../world.js';
import { messagePage } from './frames.js';
import { page } from './layout.js';
import type { Viewer } from './persona.js';
import type { PageBuilder } from './router.js';

function values(rows: readonly (readonly [string, string])[]): Html {
  return html`<dl class="values">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd><code>${value}</code></dd>
        </div>`,
    )}
  </dl>`;
}

function tool(viewer: Viewer, registration: Registration): Html {
  const next = registration.status === 'active' ? 'off' : 'active';
  return html`<li class="card">
    <h3>${registration.name} <span class="tag">${registration.status}</span></h3>
    ${values([
      ['Client ID', registration.clientId],
      ['Deployment IDs', registration.deploymentIds.join(', ')],
      ['Login', registration.loginUrl],
      ['Redirects', registration.redirectUris.join(', ')],
    ])}
    <form method="post" action="/install/status">
      <input type="hidden" name="family" value="${viewer.family}" />
      <input type="hidden" name="client" value="${registration.clientId}" />
      <input type="hidden" name="status" value="${next}" />
      <button class="button quiet">${next === 'off' ? 'Switch off' : 'Activate'}</button>
    </form>
  </li>`;
}

function developerKey(world: World): Html {
  return html`<h2>Developer key</h2>
    <form method="post" action="/install/canvas-json" class="stack">
      <label
        >Configuration of the tool, by URL
        <input name="url" type="url" required value="${world.toolUrl}/lti/canvas.json"
      /></label>
      <div><button class="button">Read it again</button></div>
    </form>`;
}

/**
 * What an admin sees: addresses to paste, installed tools, dynamic registration.
 *
 * @param world - The practice LMS.
 * @param first - Face shown first.
 * @param show - Turns a page into a handler.
 * @returns A router.
 */
export function installPages(
  world: World,
  first: FamilyName,
  show: (build: PageBuilder) => RequestHandler,
): express.Router {
  const router = express.Router();
  router.get(
    '/install',
    show((viewer) => {
      const { paths, label } = families[viewer.family];
      const base = baseOf(world, viewer.family);
      const dynamic =
        paths.registration === null
          ? html`<p>${label} has no dynamic registration; everything is typed by hand.</p>`
          : html`<form method="post" action="/install/register" class="stack">
              <input type="hidden" name="family" value="${viewer.family}" />
              <label
                >Registration address of the tool <input name="url" type="url" required
              /></label>
              <div><button class="button">Register</button></div>
            </form>`;
      return page(
        viewer,
        `Install a tool: ${label}`,
        html`<section>
            <h2>What a tool needs to know</h2>
            ${values([
              ['Issuer', base],
              ['Authorization endpoint', base + paths.authorize],
              ['Token endpoint', base + paths.token],
              ['Public keys', base + paths.jwks],
            ])}
          </section>
          <section>
            <h2>Installed</h2>
            <ul class="cards">
              ${viewer.face.registrations.map((registration) => tool(viewer, registration))}
            </ul>
          </section>
          <section>
            <h2>Dynamic registration</h2>
            ${dynamic} ${viewer.family === 'canvas' ? developerKey(world) : null}
          </section>`,
      );
    }),
  );
  router.post(
    '/install/register',
    handler(async (req, res) => {
      const fields = asFields(req.body);
      const family = FAMILIES.find((name) => name === fields['family']) ?? first;
      const url = fields['url'] ?? '';
      if (!URL.canParse(url)) {
        res.status(422).type('html').send(messagePage('No address', 'That is no web address.'));
        return;
      }
      const address = await startRegistration(world, families[family], url);
      res.redirect(303, `/install/frame?url=${encodeURIComponent(address)}`);
    }),
  );
  router.post(
    '/install/canvas-json',
    handler(async (req, res) => {
      const url = asFields(req.body)['url'] ?? '';
      const reading = await readDeveloperKey(world, url);
      if (reading.ok) {
        res.redirect(303, '/install?family=canvas');
        return;
      }
      const list = html`<ul class="problems">
        ${reading.problems.map((problem) => html`<li>${problem}</li>`)}
      </ul>`;
      const page = messagePage('Canvas would not take this', 'What is wrong with it:', list);
      res.status(422).type('html').send(page);
    }),
  );
  router.get(
    '/install/frame',
    show((viewer, req) => {
      const url = asFields(req.query)['url'] ?? '';
      const safe = /^https?:\/\//.test(url) ? url : 'about:blank';
      return page(
        viewer,
        'Registering',
        html`<p><a href="/install">Back to the installed tools</a></p>
          <iframe class="tool" title="Registration page of the tool" src="${safe}"></iframe>
          <script
            src="/assets/platform.js"
            data-answers="no"
            data-frame=""
            data-close="/install"
          ></script>`,
      );
    }),
  );
  router.post('/install/status', (req, res) => {
    const fields = asFields(req.body);
    const family = FAMILIES.find((name) => name === fields['family']) ?? first;
    for (const registration of faceOf(world, family).registrations) {
      if (registration.clientId === fields['client']) {
        registration.status = fields['status'] === 'off' ? 'off' : 'active';
      }
    }
    world.save();
    res.redirect(303, `/install?family=${family}`);
  });
  return router;
}
