import { afterAll, beforeAll, expect, test } from 'vitest';
import { Visitor } from '../../support/visitor.js';
import { startWorld, type World } from '../../support/world.js';
import { anOrder, expectOpened } from './attempt.js';

let world: World;
beforeAll(async () => {
  world = await startWorld({ family: 'canvas' });
});
afterAll(() => world.close());

/** A small generator with a seed, so that a failure can be seen again (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \u0000é';

/** Changes a token so that its bytes differ: characters, pieces, parts, header and claims. */
function mutate(token: string, roll: (sides: number) => number): string {
  const parts = token.split('.');
  const at = roll(token.length);
  const letter = ALPHABET[roll(ALPHABET.length)] ?? 'A';
  const encode = (value: unknown): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const decode = (part: string | undefined): Record<string, unknown> =>
    JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
  switch (roll(9)) {
    case 0:
      return token.slice(0, at) + letter + token.slice(at + 1);
    case 1:
      return token.slice(0, at) + letter + token.slice(at);
    case 2:
      return token.slice(0, at) + token.slice(at + 1 + roll(20));
    case 3:
      return [parts[roll(3)], parts[roll(3)], parts[roll(3)]].join('.');
    case 4:
      return token + '.'.repeat(1 + roll(3)) + letter;
    case 5: {
      const header = decode(parts[0]);
      const names = ['alg', 'kid', 'typ', 'jwk', 'crit', 'b64', 'zip', 'jku'];
      const values = ['none', 'HS256', '', null, 7, [], {}, 'RS256 ', ['alg'], false];
      header[names[roll(names.length)] ?? 'alg'] = values[roll(values.length)];
      return [encode(header), parts[1], parts[2]].join('.');
    }
    case 6: {
      const claims = decode(parts[1]);
      const names = Object.keys(claims);
      const values = [null, '', 7, -1, {}, [], true, 'x'.repeat(1000), 1e308, { length: 1 }];
      claims[names[roll(names.length)] ?? 'sub'] = values[roll(values.length)];
      return [parts[0], encode(claims), parts[2]].join('.');
    }
    case 7: {
      const claims = decode(parts[1]);
      const names = Object.keys(claims);
      const name = names[roll(names.length)] ?? 'sub';
      return [parts[0], encode({ ...claims, [name]: undefined }), parts[2]].join('.');
    }
    default: {
      const bytes = Buffer.from(parts[2] ?? '', 'base64url');
      const bit = roll(bytes.length * 8);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return [parts[0], parts[1], bytes.toString('base64url')].join('.');
    }
  }
}

/** Same bytes of signed text and signature: the same token in another spelling is no forgery. */
function isSame(a: string, b: string): boolean {
  const [one, two] = [a.split('.'), b.split('.')];
  return one.length === 3 && one[0] === two[0] && one[1] === two[1] && one[2] === two[2];
}

test('THR-40, THR-41 of 10,000 changed tokens none is accepted and none is a fault of ours', async () => {
  const roll = dice(20_260_508);
  const visitor = new Visitor();
  const { action, fields } = await world.login(anOrder(world, {}), visitor);
  const token = fields['id_token'] ?? '';
  const seen = new Map<number, number>();
  const bad: string[] = [];
  const send = async (): Promise<void> => {
    const changed = mutate(token, roll);
    if (isSame(changed, token)) return;
    const body = new URLSearchParams({ ...fields, id_token: changed });
    const answer = await visitor.raw('POST', action, body);
    await answer.arrayBuffer();
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
    if (answer.status < 400 || answer.status >= 500) bad.push(`${answer.status} ${changed}`);
  };
  for (let n = 0; n < 10_000; n += 40) await Promise.all(Array.from({ length: 40 }, send));
  expect(bad).toEqual([]);
  expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(9_900);
  const rows = await world.store.connection.db!.collection('used_states').countDocuments({});
  expect(rows).toBe(0);
  const page = await visitor.open(action, { method: 'POST', fields });
  expectOpened(world, { page, visitor }, 'instructor');
}, 180_000);

test('THR-40 another spelling of a good signature is no good signature', async () => {
  const visitor = new Visitor();
  const { action, fields } = await world.login(anOrder(world, {}), visitor);
  const token = fields['id_token'] ?? '';
  const bytes = (text: string): string => Buffer.from(text, 'base64url').toString('hex');
  const signature = token.split('.')[2] ?? '';
  const spellings = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
    .map((letter) => signature.slice(0, -1) + letter)
    .filter((one) => one !== signature && bytes(one) === bytes(signature));
  expect(spellings.length).toBeGreaterThan(0);
  for (const one of [...spellings, `${signature}=`, `${signature}==`]) {
    const id_token = `${token.split('.').slice(0, 2).join('.')}.${one}`;
    const page = await visitor.open(action, { method: 'POST', fields: { ...fields, id_token } });
    expect([page.page, page.code]).toEqual(['refusal', 'bad-token']);
  }
});

test('LOGIN-03 and what else may be posted to a login: odd values are refused, never a fault', async () => {
  const odd = [
    '',
    ' ',
    'x'.repeat(100_000),
    '\u0000',
    '%',
    '{"a":1}',
    'javascript:x',
    '<script>',
    '\ud800',
  ];
  for (const name of [
    'iss',
    'login_hint',
    'target_link_uri',
    'client_id',
    'lti_storage_target',
    'lti_deployment_id',
  ]) {
    for (const value of odd) {
      const start = world.sandbox.startLaunch(anOrder(world, {}));
      const body = new URLSearchParams({ ...start.fields, [name]: value });
      const answer = await new Visitor().raw('POST', start.url, body, {
        'sec-fetch-dest': 'iframe',
      });
      expect(answer.status).toBeLessThan(500);
    }
  }
  const twice = await new Visitor().raw('POST', `${world.url}/lti/login`, 'iss=a&iss=b', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(twice.status).toBe(400);
});
