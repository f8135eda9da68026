import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../../config/env.js';
import { projectRoot } from '../../src/web/root.js';
import { aPlace, compile, serve, trellis, trellisJson } from './process.js';

const place = aPlace(4720);

beforeAll(() => {
  compile();
});
afterAll(() => {
  rmSync(place.folder, { recursive: true, force: true });
});

/** A request whose body comes in two parts: it is running until the second is sent. */
function beginRequest(port: number): { finish(): void; answer: Promise<string> } {
  const body = 'iss=nobody&login_hint=x&target_link_uri=y';
  const socket = connect(port, 'localhost');
  const head = [
    'POST /lti/login HTTP/1.1',
    `Host: localhost:${port}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`);
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (piece) => (text += piece.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', () => resolve(text));
  });
  return { finish: () => socket.write(body.slice(10)), answer };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('stopping', () => {
  test('SIGTERM finishes running requests, takes no new ones, and a second start finds all data', async () => {
    const first = await serve(place, ['--sandbox']);
    const { value: before } = await trellisJson(place, [...['registration', 'list']]);
    const running = beginRequest(4720);
    await pause(200);
    const told = performance.now();
    first.signal('SIGTERM');
    await pause(300);
    await expect(fetch(`${first.url}/healthz`)).rejects.toThrow('fetch failed');
    running.finish();
    expect(await running.answer).toMatch(/^HTTP\/1\.1 400 [^]*data-code='unknown-registration'/);
    expect(await first.ended).toBe(0);
    expect(performance.now() - told).toBeLessThan(5_000);

    const second = await serve(place, ['--sandbox']);
    const { value: after } = await trellisJson(place, [...['registration', 'list']]);
    const ids = ({ registrations }: { registrations: { id: string }[] }) =>
      registrations.map(({ id }) => id);
    expect(ids(after)).toEqual(ids(before));
    expect(after.registrations).toHaveLength(3);

    // A request that never ends does not hold it up beyond five seconds.
    const stuck = beginRequest(4720);
    await pause(200);
    const again = performance.now();
    second.signal('SIGINT');
    expect(await second.ended).toBe(0);
    expect(performance.now() - again).toBeLessThan(5_000);
    await stuck.answer;
  });
});

describe('starting', () => {
  test('says that a port is taken, and which setting names it', async () => {
    const other = aPlace(4720);
    const first = await serve(place);
    const second = await trellis(other, ['serve']);
    expect([second.status, second.stderr]).toEqual([1, expect.stringMatching(/PORT/)]);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
    first.signal('SIGTERM');
    await first.ended;
    rmSync(other.folder, { recursive: true, force: true });
  });

  test('says in one line that the data folder or database cannot be used', async () => {
    writeFileSync(join(place.folder, 'a-file'), '');
    for (const env of [{ DATA_DIR: 'a-file' }, { DATABASE_URL: 'sqlite:a-file/trellis.db' }]) {
      const { status, stderr } = await trellis(place, ['serve'], env);
      expect(status).toBe(1);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toMatch(/DATA_DIR|DATABASE_URL/);
    }
  });

  test('reads .env of the folder it is started in; a bad setting is one line and status 2', async () => {
    const other = aPlace(4722);
    writeFileSync(join(other.folder, '.env'), 'LOG_LEVEL=loud\n');
    const { status, stdout, stderr } = await trellis(other, ['serve']);
    rmSync(other.folder, { recursive: true, force: true });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe('LOG_LEVEL must be one of fatal, error, warn, info, debug, silent\n');
  });

  test('npm start builds, then serves with the practice LMS', () => {
    const { scripts } = JSON.parse(
      spawnSync('npm', ['pkg', 'get', 'scripts', '--json'], {
        cwd: projectRoot,
        encoding: 'utf8',
      }).stdout.replace(/^/, '{"scripts":') + '}',
    ) as { scripts: Record<string, string> };
    expect(scripts['prestart']).toMatch(/run .*build$/);
    expect(scripts['start']).toMatch(/main\.js serve --sandbox$/);
  });
});

describe('settings', () => {
  const long = 'x'.repeat(40);
  const good = { NODE_ENV: 'production', SECRET: long, PUBLIC_URL: 'https://t.example' };
  test.each([
    [{ PORT: 'http' }, /^PORT must be a port number/],
    [{ PORT: '70000' }, /^PORT must be a port number/],
    [{ PORT: '80.5' }, /^PORT must be a whole number/],
    [{ PUBLIC_URL: 'trellis.example' }, /^PUBLIC_URL must be an address/],
    [{ DATABASE_URL: 'postgres://x' }, /^DATABASE_URL must start with sqlite: or mongodb/],
    [{ SECRET: 'short' }, /^SECRET must be at least 32 characters/],
    [{ SANDBOX_PORT: '-1' }, /^SANDBOX_PORT must be a port number/],
    [{ ALLOW_INSECURE_PLATFORMS: 'yes' }, /^ALLOW_INSECURE_PLATFORMS must be true or false/],
    [{ METRICS_TOKEN: 'short' }, /^METRICS_TOKEN must be at least 16/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of/],
    [{ ...good, SECRET: '' }, /^SECRET must be set in production/],
    [{ ...good, PUBLIC_URL: 'http://t.example' }, /^PUBLIC_URL must be an https address/],
    [{ ...good, ALLOW_INSECURE_PLATFORMS: 'true' }, /^ALLOW_INSECURE_PLATFORMS must be false/],
  ])('%j is refused in one line', (env, words) => {
    const read = readSettings(env, false);
    expect(read).toEqual({ ok: false, message: expect.stringMatching(words) });
    expect(read.ok ? '' : read.message).not.toContain('\n');
  });

  test('production with all it needs is accepted, and trusts no insecure platform', () => {
    const read = readSettings(good, true);
    expect(read.ok && read.settings.allowInsecurePlatforms).toBe(false);
  });
});
