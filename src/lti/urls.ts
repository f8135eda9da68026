/**
 * Address of a line item's scores: before the query string, which is kept (AGS-04; Moodle has one).
 *
 * @param lineItemUrl - As the platform gave it.
 * @throws TypeError when it is no absolute URL.
 */
export function scoresUrl(lineItemUrl: string): string {
  return withPath(lineItemUrl, '/scores');
}

/** Address of a line item's results (AGS 3.3), built like `scoresUrl`. */
export function resultsUrl(lineItemUrl: string): string {
  return withPath(lineItemUrl, '/results');
}

function withPath(url: string, ending: string): string {
  const parsed = new URL(url);
  parsed.pathname = `${parsed.pathname.replace(/\/$/, '')}${ending}`;
  return parsed.href;
}

/**
 * The address with parameters added; what its query holds already stays (LOGIN-11).
 *
 * @param params - Names and values; null and undefined values are left out.
 */
export function withParams(
  url: string,
  params: Readonly<Record<string, string | null | undefined>>,
): string {
  const parsed = new URL(url);
  // Apart from the URL, which would be written anew with every parameter.
  const query = new URLSearchParams(parsed.search);
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined) query.set(name, value);
  }
  parsed.search = query.toString();
  return parsed.href;
}

/** The URL parsed, or null where it is none or is not http(s). */
export function readHttpUrl(value: unknown): URL | null {
  if (typeof value !== 'string' || !URL.canParse(value)) return null;
  const url = new URL(value);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : null;
}

/**
 * Whether a bearer token meant for one address may also be sent to another (TOK-10, ROS-05).
 *
 * Same host and port. From http to https is fine: self-hosted Canvas mixes both; the other way
 * would send the token in clear.
 */
export function isSameHost(trusted: string, other: string): boolean {
  const from = readHttpUrl(trusted);
  const to = readHttpUrl(other);
  if (from === null || to === null || from.host !== to.host) return false;
  return from.protocol === to.protocol || to.protocol === 'https:';
}

/**
 * The page next in a `Link` header (RFC 8288), exactly as given.
 *
 * Moodle prints typographic quotes and HTML-escapes the address (moodle, line items with `limit`).
 *
 * @param header - One or several header values.
 * @param base - Address of the page just read; relative links are resolved against it.
 * @returns The absolute address, or null when there is no next page.
 */
export function nextPage(
  header: string | readonly string[] | undefined,
  base: string,
): string | null {
  const text = typeof header === 'string' ? header : (header ?? []).join(', ');
  for (const [, target = '', params = ''] of text.matchAll(/<([^<>]*)>((?:\s*;\s*[^,<]*)*)/g)) {
    if (!/(?:^|;)\s*rel\s*=\s*["'“”„]?\s*(?:[^"'“”;]*\s)?next\b/iu.test(params)) continue;
    const address = target.trim().replaceAll('&amp;', '&');
    return URL.canParse(address, base) ? new URL(address, base).href : null;
  }
  return null;
}
