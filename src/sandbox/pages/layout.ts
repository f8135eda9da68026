import { families } from '../families/all.js';
import { html } from '../html.js';
import type { Html } from '../html.js';
import type { Viewer } from './persona.js';

const ROLE_WORDS = {
  teacher: 'teacher',
  assistant: 'assistant',
  student: 'student',
  mentor: 'family member',
  admin: 'district administrator',
  test: 'test student',
} as const;

/**
 * What a person is, in words for a page.
 *
 * @param role - The role.
 * @returns Such as “family member”.
 */
export function roleWord(role: keyof typeof ROLE_WORDS): string {
  return ROLE_WORDS[role];
}

/**
 * A whole page of the practice LMS.
 *
 * @param viewer - Who looks.
 * @param title - The page's heading and title.
 * @param body - What stands under the heading.
 * @returns An HTML document.
 */
export function page(viewer: Viewer, title: string, body: Html): string {
  const { person, family, course } = viewer;
  const links = [
    ['/', 'People'],
    [`/course?course=${course.id}`, 'Course'],
    ...(viewer.isStaff ? [[`/gradebook?course=${course.id}`, 'Gradebook']] : []),
    ['/record', 'What the tool did'],
    ['/faults', 'Faults'],
    ['/install', 'Install'],
  ] as const;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="icon" href="/assets/person.svg" />
        <link rel="stylesheet" href="/assets/practice.css" />
        <title>${title} · Practice LMS</title>
      </head>
      <body data-face="${family}">
        <a class="skip" href="#main">Skip to the page</a>
        <header class="top">
          <p class="brand">Practice LMS <span class="face">${families[family].label} face</span></p>
          <nav aria-label="Practice LMS">
            ${links.map(([href, label]) => html`<a href="${href}">${label}</a>`)}
          </nav>
          <p class="who">
            ${
              person === null
                ? html`Nobody chosen yet`
                : html`You are <strong>${person.name}</strong>, ${roleWord(person.role)}`
            }
          </p>
        </header>
        <main id="main">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.text;
}
