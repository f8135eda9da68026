import type { Request } from 'express';
import { families } from '../families/all.js';
import { html } from '../html.js';
import type { Html } from '../html.js';
import type { Link } from '../state.js';
import { asText } from '../read.js';
import { findItem } from '../world.js';
import type { World } from '../world.js';
import { page } from './layout.js';
import type { Viewer } from './persona.js';

/**
 * Words for a due date.
 *
 * @param iso - The date, or null.
 * @returns Such as “Due Sat, Nov 28”.
 */
export function dateWords(iso: string | null): string {
  if (iso === null) return 'No due date';
  const date = new Date(iso);
  return `Due ${date.toLocaleDateString('en', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })}`;
}

function plain(htmlText: string): string {
  return htmlText
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function assignment(viewer: Viewer, link: Link): Html {
  const item = findItem(viewer.face, link.lineItemId);
  const points = item === null ? 'Not graded' : `${item.scoreMaximum} points`;
  const canPlace = viewer.family === 'canvas';
  const native = link.kind === 'native';
  return html`<li class="card" id="${link.id}">
    <h3>
      ${
        native && !canPlace
          ? link.title
          : html`<a href="/launch/${link.id}" data-link="${link.id}">${link.title}</a>`
      }
    </h3>
    <p>${plain(link.description)}</p>
    <p class="facts">
      <span>${points}</span> <span>${dateWords(link.dueAt)}</span>
      <span>${native ? 'Made in the LMS itself' : 'Opens Trellis'}</span>
      ${link.published ? null : html`<span class="tag">Not published</span>`}
      ${link.origin.length > 0 ? html`<span class="tag">Copied</span>` : null}
    </p>
    ${
      viewer.isStaff && canPlace
        ? html`<p>
            <a href="/launch/${link.id}?placement=assignment_selection&amp;editing=1"
              >Edit: find an external tool</a
            >
            <a href="/launch/${link.id}?placement=assignment_edit">Trellis on the edit page</a>
          </p>`
        : null
    }
    ${
      viewer.isStaff && !link.published
        ? html`<form method="post" action="/publish">
            <input type="hidden" name="link" value="${link.id}" />
            <input type="hidden" name="family" value="${viewer.family}" />
            <button class="button quiet">Publish</button>
          </form>`
        : null
    }
  </li>`;
}

/** What a tool says when it sends a person back (LTI 1.3 core, section 5.4.4). */
function said(req: Request): Html {
  const good = asText(req.query['lti_msg']);
  const bad = asText(req.query['lti_errormsg']);
  return html`${good === null ? null : html`<p class="notice" role="status">${good}</p>`}
  ${bad === null ? null : html`<p class="warning" role="alert">${bad}</p>`}`;
}

function courseSwitch(viewer: Viewer): Html | null {
  if (viewer.face.courses.length < 2) return null;
  return html`<nav aria-label="Courses" class="row">
    ${viewer.face.courses.map(
      (course) =>
        html`<a
          class="button quiet"
          href="/course?course=${course.id}"
          ${course.id === viewer.course.id ? html`aria-current="page"` : null}
          >${course.title}</a
        >`,
    )}
  </nav>`;
}

function tools(viewer: Viewer): Html {
  const placements = families[viewer.family].placements.filter(
    (choice) => viewer.isStaff || !choice.staffOnly,
  );
  return html`<section aria-labelledby="tools">
    <h2 id="tools">${viewer.isStaff ? 'Add and open' : 'Open'}</h2>
    <ul class="row">
      ${placements.map(
        (choice) =>
          html`<li>
            <a
              class="button"
              href="/open?placement=${choice.id}&amp;course=${viewer.course.id}"
              data-placement="${choice.id}"
              >${choice.label}</a
            >
          </li>`,
      )}
      ${
        viewer.isStaff
          ? html`<li>
              <form method="post" action="/copy-course">
                <input type="hidden" name="family" value="${viewer.family}" />
                <input type="hidden" name="course" value="${viewer.course.id}" />
                <button class="button quiet">Copy this course</button>
              </form>
            </li>`
          : null
      }
    </ul>
  </section>`;
}

/**
 * The course page: assignments, and the places from which Trellis opens.
 *
 * @param _world - The practice LMS.
 * @returns The page.
 */
export function coursePage(_world: World) {
  return (viewer: Viewer, req: Request): string => {
    const links = viewer.face.links.filter(
      (link) => link.courseId === viewer.course.id && (viewer.isStaff || link.published),
    );
    const choose =
      viewer.person === null
        ? html`<p class="notice"><a href="/">Choose who you are</a> before you open anything.</p>`
        : null;
    return page(
      viewer,
      viewer.course.title,
      html`${said(req)} ${choose} ${courseSwitch(viewer)} ${tools(viewer)}
        <section aria-labelledby="assignments">
          <h2 id="assignments">Assignments</h2>
          <ul class="cards">
            ${links.map((link) => assignment(viewer, link))}
          </ul>
        </section>`,
    );
  };
}
