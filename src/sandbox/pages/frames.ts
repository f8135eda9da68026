import { html } from '../html.js';
import type { Html } from '../html.js';

const HEAD = html`<meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <link rel="icon" href="/assets/person.svg" />
  <link rel="stylesheet" href="/assets/practice.css" />`;

/**
 * A page whose only form submits itself.
 *
 * @param method - GET or POST.
 * @param action - Where the form goes.
 * @param fields - Hidden fields.
 * @param title - What is shown meanwhile.
 * @returns A whole HTML document; without scripts it has a button.
 */
export function autoForm(
  method: 'GET' | 'POST',
  action: string,
  fields: Record<string, string>,
  title: string,
): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        ${HEAD}
        <title>${title}</title>
      </head>
      <body class="bare">
        <form method="${method.toLowerCase()}" action="${action}" data-auto-submit>
          ${inputs}
          <p>${title}</p>
          <noscript><button class="button">Continue</button></noscript>
        </form>
        <script src="/assets/submit.js"></script>
      </body>
    </html>`.text;
}

/**
 * A plain page inside the frame.
 *
 * @param title - Heading.
 * @param message - What to say.
 * @param more - Further markup.
 * @returns A whole HTML document.
 */
export function messagePage(title: string, message: string, more: Html | null = null): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        ${HEAD}
        <title>${title} · Practice LMS</title>
      </head>
      <body class="bare">
        <main>
          <h1>${title}</h1>
          <p>${message}</p>
          ${more}
        </main>
      </body>
    </html>`.text;
}
