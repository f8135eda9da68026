import { parse, type HTMLElement } from 'node-html-parser';

/** A page as a visitor got it. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly text: string;
  readonly html: HTMLElement;
  /** `data-page`, `data-role` and `data-code` of the body. */
  readonly page: string | undefined;
  readonly role: string | undefined;
  readonly code: string | undefined;
}

export type Fields = Record<string, string | readonly string[]>;

function encode(fields: Fields): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? (value as string[]) : [value as string])
      body.append(name, one);
  }
  return body;
}

/** What a browser would send for a form: names and values of its successful controls. */
export function formFields(form: HTMLElement): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  const add = (name: string, value: string): void => {
    const known = fields[name];
    fields[name] =
      known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  };
  for (const control of form.querySelectorAll('input, textarea, select')) {
    const name = control.getAttribute('name');
    if (name === undefined || control.hasAttribute('disabled')) continue;
    const type = control.getAttribute('type') ?? 'text';
    if (control.tagName === 'SELECT') {
      const options = control.querySelectorAll('option');
      const chosen = options.filter((o) => o.hasAttribute('selected'));
      for (const option of chosen.length > 0 ? chosen : options.slice(0, 1)) {
        add(name, option.getAttribute('value') ?? option.text);
      }
    } else if (control.tagName === 'TEXTAREA') add(name, control.text);
    else if (type === 'checkbox' || type === 'radio') {
      if (control.hasAttribute('checked')) add(name, control.getAttribute('value') ?? 'on');
    } else if (type !== 'submit' && type !== 'button' && type !== 'file') {
      add(name, control.getAttribute('value') ?? '');
    }
  }
  return fields;
}

/**
 * A browser without scripts: keeps cookies per host, follows redirects, submits forms. Cookies
 * marked Secure travel to this machine's plain http as browsers allow for `localhost`.
 */
export class Visitor {
  private readonly jar = new Map<string, Map<string, string>>();
  /** Sent with each request, such as `X-Trellis-Session` in place of cookies. */
  headers: Record<string, string> = {};

  constructor(readonly keepsCookies = true) {}

  cookies(host: string): ReadonlyMap<string, string> {
    return this.jar.get(host) ?? new Map();
  }

  forgetCookies(): void {
    this.jar.clear();
  }

  /** One request; redirects are answered, not followed. */
  async raw(
    method: string,
    url: string,
    body?: RequestInit['body'],
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const { host } = new URL(url);
    const cookie = [...this.cookies(host)].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        ...(cookie === '' ? {} : { cookie }),
        ...this.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    if (this.keepsCookies) {
      const kept = this.jar.get(host) ?? new Map<string, string>();
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        const at = pair.indexOf('=');
        const name = pair.slice(0, at);
        if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) kept.delete(name);
        else kept.set(name, pair.slice(at + 1));
      }
      this.jar.set(host, kept);
    }
    return answer;
  }

  private async page(url: string, answer: Response): Promise<Page> {
    const text = await answer.text();
    const html = parse(text, { comment: false });
    const body = html.querySelector('body');
    return {
      status: answer.status,
      url,
      headers: answer.headers,
      text,
      html,
      page: body?.getAttribute('data-page'),
      role: body?.getAttribute('data-role'),
      code: body?.getAttribute('data-code'),
    };
  }

  /** A request with its redirects followed, as a browser does. */
  async open(
    url: string,
    init: { method?: string; fields?: Fields; headers?: Record<string, string> } = {},
  ): Promise<Page> {
    let at = url;
    let answer = await this.raw(
      init.method ?? 'GET',
      at,
      init.fields === undefined ? undefined : encode(init.fields),
      init.headers,
    );
    for (let hops = 0; hops < 10 && answer.status >= 300 && answer.status < 400; hops += 1) {
      const location = answer.headers.get('location');
      if (location === null) break;
      at = new URL(location, at).href;
      answer = await this.raw('GET', at, undefined, init.headers);
    }
    return this.page(at, answer);
  }

  /**
   * Submits a form of a page with what stands in it and what is typed over it.
   *
   * @param selector - CSS selector of the form.
   * @param typed - Fields by name; they replace those of the form.
   */
  async submit(page: Page, selector: string, typed: Fields = {}): Promise<Page> {
    const form = page.html.querySelector(selector);
    if (form === null)
      throw new Error(
        `no form ${selector} on ${page.page ?? page.url}: ${page.text.slice(0, 400)}`,
      );
    const action = new URL(form.getAttribute('action') ?? page.url, page.url).href;
    const method = (form.getAttribute('method') ?? 'get').toUpperCase();
    const fields = { ...formFields(form), ...typed };
    return method === 'GET'
      ? this.open(`${action}?${encode(fields).toString()}`)
      : this.open(action, { method, fields });
  }
}
