import { families } from '../families/all.js';
import { html } from '../html.js';
import type { Html } from '../html.js';
import type { Person } from '../people.js';
import { FAMILIES } from '../state.js';
import type { World } from '../world.js';
import { page, roleWord } from './layout.js';
import type { Viewer } from './persona.js';

const SHOWN = 60;

function personLink(viewer: Viewer, person: Person): Html {
  const chosen = viewer.person?.key === person.key;
  return html`<li>
    <a class="person" href="/course?as=${person.key}" ${chosen ? html`aria-current="true"` : null}
      ><span dir="auto">${person.name}</span> <small>${roleWord(person.role)}</small></a
    >
  </li>`;
}

/**
 * The home page: which platform to be, and who to be on it.
 *
 * @param world - The practice LMS.
 * @returns The page.
 */
export function homePage(world: World) {
  return (viewer: Viewer): string => {
    const { students, staff } = world.people;
    const rest = students.length - SHOWN;
    return page(
      viewer,
      'Who do you want to be?',
      html`<p>
          This is a pretend school for trying out Trellis. Choose a person, open the course, and
          open an assignment: Trellis runs inside it, as it would in a real LMS.
        </p>
        <section aria-labelledby="faces">
          <h2 id="faces">Which LMS should it behave like?</h2>
          <ul class="row">
            ${FAMILIES.map(
              (name) =>
                html`<li>
                  <a
                    class="${name === viewer.family ? 'button' : 'button quiet'}"
                    href="/?family=${name}"
                    ${name === viewer.family ? html`aria-current="true"` : null}
                    >${families[name].label}</a
                  >
                </li>`,
            )}
          </ul>
        </section>
        <section aria-labelledby="staff">
          <h2 id="staff">Staff, family and testers</h2>
          <ul class="people">
            ${staff.map((person) => personLink(viewer, person))}
          </ul>
        </section>
        <section aria-labelledby="students">
          <h2 id="students">Students</h2>
          <ul class="people">
            ${students.slice(0, SHOWN).map((person) => personLink(viewer, person))}
          </ul>
          ${rest > 0 ? html`<p>… and ${rest} more.</p>` : null}
        </section>`,
    );
  };
}
