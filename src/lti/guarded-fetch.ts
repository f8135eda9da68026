import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, request } from 'undici';
import { TrellisError } from '../errors.js';

/** What may be called: all of the internet over https; for trials also http and this machine. */
export interface FetchPolicy {
  readonly allowInsecurePlatforms: boolean;
}

export interface GuardedRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Limit for headers and body together; default 10 s. */
  readonly timeoutMs?: number;
  /** Largest body read; default 2 MB. */
  readonly maxBytes?: number;
}

export interface GuardedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface GuardedFetch {
  /**
   * Asks an address that came from outside.
   *
   * Never follows a redirect (a 3xx is an answer like another), so a bearer token stays with the
   * host it was meant for (THR-49). The address is checked when the socket connects, on the very
   * address that DNS gave, so a second answer of the name server changes nothing (KEY-08, THR-20).
   *
   * @throws TrellisError PLATFORM_REFUSED with reason `blocked-address`, `unreachable`, `timeout` or
   *   `answer-too-large`.
   */
  (url: string, options?: GuardedRequest): Promise<GuardedAnswer>;
  close(): Promise<void>;
}

const PRIVATE = new Set(['loopback', 'private', 'uniqueLocal']);

/** Whether an IP address may be called; link-local and other special ranges never (KEY-08). */
export function isCallable(address: string, policy: FetchPolicy): boolean {
  if (!ipaddr.isValid(address)) return false;
  const range = ipaddr.process(address).range();
  return range === 'unicast' || (policy.allowInsecurePlatforms && PRIVATE.has(range));
}

/**
 * Whether an address may be kept in a registration or called at all, as far as its text tells.
 *
 * @returns null when it may, otherwise the reason key.
 */
export function problemOfUrl(
  url: string,
  policy: FetchPolicy,
): 'not-a-url' | 'not-https' | 'blocked-address' | null {
  if (!URL.canParse(url)) return 'not-a-url';
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return 'not-a-url';
  if (username !== '' || password !== '') return 'not-a-url';
  if (protocol === 'http:' && !policy.allowInsecurePlatforms) return 'not-https';
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isCallable(host, policy)) return 'blocked-address';
  const isLocalName = host === 'localhost' || host.endsWith('.localhost');
  return isLocalName && !policy.allowInsecurePlatforms ? 'blocked-address' : null;
}

class BlockedAddress extends Error {}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

function guardedLookup(policy: FetchPolicy) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    dnsLookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const allowed = found.filter(({ address }) => isCallable(address, policy));
      const [first] = allowed;
      if (first === undefined)
        callback(new BlockedAddress(`${hostname} is not a public address`), []);
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function refused(reason: string, message: string, cause?: unknown): TrellisError {
  return new TrellisError('PLATFORM_REFUSED', message, { reason, cause });
}

/**
 * Makes the one way by which Trellis calls addresses that others gave it.
 *
 * @param policy - Whether http and this machine's own network may be called.
 */
export function createGuardedFetch(policy: FetchPolicy): GuardedFetch {
  const agent = new Agent({
    connect: { lookup: guardedLookup(policy), timeout: 5_000 },
    connections: 16,
    keepAliveTimeout: 10_000,
    maxHeaderSize: 32 * 1024,
  });

  const ask = async (url: string, options: GuardedRequest = {}): Promise<GuardedAnswer> => {
    const problem = problemOfUrl(url, policy);
    const host = URL.canParse(url) ? new URL(url).host : 'no host';
    if (problem !== null) throw refused(problem, `not calling ${host}: ${problem}`);
    const maxBytes = options.maxBytes ?? 2_000_000;
    const signal = AbortSignal.timeout(options.timeoutMs ?? 10_000);
    try {
      const answer = await request(url, {
        dispatcher: agent,
        method: options.method ?? 'GET',
        headers: { 'user-agent': 'Trellis', ...options.headers },
        signal,
        ...(options.body === undefined ? {} : { body: options.body }),
      });
      const parts: Buffer[] = [];
      let size = 0;
      for await (const part of answer.body) {
        const bytes = part as Buffer;
        size += bytes.length;
        if (size > maxBytes)
          throw refused('answer-too-large', `${host} sent over ${maxBytes} bytes`);
        parts.push(bytes);
      }
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: Buffer.concat(parts).toString('utf8'),
      };
    } catch (error) {
      if (error instanceof TrellisError) throw error;
      if (error instanceof BlockedAddress) {
        throw refused('blocked-address', `not calling ${host}: not a public address`, error);
      }
      throw signal.aborted
        ? refused('timeout', `${host} did not answer in time`, error)
        : refused('unreachable', `${host} cannot be reached`, error);
    }
  };
  return Object.assign(ask, { close: () => agent.destroy() });
}
