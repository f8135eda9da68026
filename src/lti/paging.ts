import { TrellisError } from '../errors.js';
import { jsonOf, type CallerOf, type ServiceCall, type ServiceCaller } from './service-call.js';
import { isSameHost, nextPage } from './urls.js';

const MOST_PAGES = 2_000;

/**
 * Reads a list page by page: follows `rel="next"` exactly as given, on the same host only, and never
 * the same page twice (AGS-05, ROS-05, THR-23). Ends without an exception only when it was complete.
 *
 * @throws TrellisError PLATFORM_REFUSED, with reason `foreign-host` or `page-loop` besides a service's own.
 */
export async function* pagesOf(
  caller: Pick<ServiceCaller, 'demand'>,
  who: CallerOf,
  first: ServiceCall,
): AsyncGenerator {
  const seen = new Set<string>();
  let url: string | null = first.url;
  while (url !== null) {
    if (seen.has(url) || seen.size >= MOST_PAGES) {
      throw new TrellisError('PLATFORM_REFUSED', 'pages of a list go in a circle', {
        reason: 'page-loop',
      });
    }
    seen.add(url);
    const answer = await caller.demand(who, { ...first, url });
    yield jsonOf(answer);
    const next = nextPage(answer.headers['link'], url);
    if (next !== null && !isSameHost(first.url, next)) {
      throw new TrellisError('PLATFORM_REFUSED', 'the next page is on another host', {
        reason: 'foreign-host',
      });
    }
    url = next;
  }
}
