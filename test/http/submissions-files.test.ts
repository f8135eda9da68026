import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page, Visitor } from '../support/visitor.js';
import { asScript, csrfOf, press, startClass, type StudentClass } from './submissions-class.js';

let c: StudentClass;
beforeAll(async () => {
  c = await startClass();
});
afterAll(() => c.close());

const fileOption = () => c.design.board.options.find((o) => o.form === 'file')!.id;

interface Place {
  visitor: Visitor;
  page: Page;
  at: string;
  work: string;
}

async function ready(key: string): Promise<Place> {
  const { visitor, page, at } = await c.student(key);
  const chosen = await press(visitor, page, `${at}/choice/${fileOption()}/take`);
  return { visitor, page: chosen, at, work: `${at}/work/${fileOption()}` };
}

async function upload({ visitor, page, work }: Place, name: string, bytes: Uint8Array) {
  const form = new FormData();
  form.append('_csrf', csrfOf(page));
  form.append('file', new Blob([bytes]), name);
  const answer = await visitor.raw('POST', `${work}/files`, form);
  return { status: answer.status, text: await answer.text() };
}

async function filesOf(place: Place): Promise<{ name: string; href: string }[]> {
  const task = await place.visitor.open(`${place.at}/task`);
  return task.html
    .querySelectorAll('[data-files] .file a')
    .map((a) => ({ name: a.text, href: new URL(a.getAttribute('href')!, c.world.url).href }));
}

const PDF = new TextEncoder().encode('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n');
const EXE = new Uint8Array(2048).fill(1);
EXE.set([0x4d, 0x5a, 0x90, 0x00], 0);
EXE.set([0x80, 0, 0, 0], 0x3c);
EXE.set([0x50, 0x45, 0, 0], 0x80);
const words = (text: string) => new TextEncoder().encode(text);

describe('files that are handed in', () => {
  test('a file is kept, named safely, and served as a sandboxed download', async () => {
    const place = await ready('student-1');
    expect((await upload(place, '../../etc/pass\u202efdp.pdf', PDF)).status).toBe(303);
    const [file] = await filesOf(place);
    expect(file!.name).toBe('passfdp.pdf');
    const answer = await fetch(file!.href);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(PDF);
    const part = await fetch(file!.href, { headers: { range: 'bytes=0-3' } });
    expect([part.status, await part.text()]).toEqual([206, '%PDF']);
  });

  test.each([
    ['an executable named .pdf', 'homework.pdf', EXE],
    ['a program by its ending', 'run.exe', words('hello')],
    ['a script by its first line', 'notes', words('#!/bin/sh\nrm -rf /')],
    ['words named .pdf', 'essay.pdf', words('not a pdf')],
    ['an empty file', 'nothing.txt', new Uint8Array()],
    ['half a picture', 'photo.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0])],
  ])('%s is refused with words, and nothing is kept', async (_what, name, bytes) => {
    const place = await ready('student-2');
    const refused = await upload(place, name, bytes);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(name);
    expect(await filesOf(place)).toEqual([]);
  });

  test.each([
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['page.html', '<!doctype html><script>alert(1)</script>'],
    ['page.txt', '<html><script>alert(1)</script></html>'],
  ])('%s is never drawn by a browser', async (name, source) => {
    const place = await ready(`student-${name.length}`);
    const sent = await upload(place, name, words(source));
    if (sent.status === 422) return;
    const file = (await filesOf(place)).find((f) => f.name === name);
    const answer = await fetch(file!.href);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
  });

  test('a photo forgets where it was taken and stands upright', async () => {
    const place = await ready('student-3');
    const photo = await sharp({
      create: { width: 40, height: 20, channels: 3, background: '#336699' },
    })
      .withExif({ IFD0: { Make: 'SecretPhone' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    expect((await upload(place, 'photo.jpg', photo)).status).toBe(303);
    const [file] = await filesOf(place);
    const answer = await fetch(file!.href);
    const kept = Buffer.from(await answer.arrayBuffer());
    const facts = await sharp(kept).metadata();
    expect(facts.exif).toBeUndefined();
    expect([facts.width, facts.height]).toEqual([20, 40]);
    expect(answer.headers.get('content-disposition')).toMatch(/^inline/);
  });

  test('30 MB are refused in words, and the words typed beside them stay', async () => {
    const place = await ready('student-4');
    await asScript(place.visitor, place.page, 'POST', place.work, {
      version: 0,
      text: 'My explanation',
    });
    const refused = await upload(place, 'film.mp4', new Uint8Array(30 * 1024 * 1024));
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('larger than 20 MB');
    expect(refused.text).toContain('My explanation');
    expect(await filesOf(place)).toEqual([]);
  });

  test('a file cut off in the middle leaves nothing behind', async () => {
    const place = await ready('student-6');
    const { hostname, port, pathname } = new URL(`${place.work}/files`);
    const cookies = [...place.visitor.cookies(`${hostname}:${port}`)]
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: ${cookies}\r\nX-Trellis-Csrf: ${csrfOf(place.page)}\r\n` +
        'Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 500000\r\n\r\n' +
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf',
    );
    await new Promise((done) => setTimeout(done, 200));
    socket.destroy();
    await new Promise((done) => setTimeout(done, 300));
    expect(await filesOf(place)).toEqual([]);
    const incoming = await readdir(`${c.world.dataDir}/files/incoming`);
    expect(incoming).toEqual([]);
  });

  test('an upload in parts goes on where it broke off', async () => {
    const place = await ready('student-7');
    const text = words('line\n'.repeat(400_000));
    const begin = () =>
      asScript(place.visitor, place.page, 'POST', `${place.work}/uploads`, {
        name: 'long.txt',
        bytes: text.length,
        modifiedMs: 7,
      });
    const first = await begin();
    const { id, partBytes } = first.said as { id: string; partBytes: number };
    const put = (offset: number, end: number) =>
      asScript(
        place.visitor,
        place.page,
        'PUT',
        `${place.work}/uploads/${id}?offset=${offset}`,
        text.slice(offset, end),
      );
    expect((await put(0, partBytes)).said['received']).toBe(partBytes);
    // The same part again, as after a lost answer, is not taken twice.
    expect((await put(0, partBytes)).said['received']).toBe(partBytes);
    const resumed = await begin();
    expect(resumed.said).toMatchObject({ id, received: partBytes });
    const done = await put(partBytes, text.length);
    expect(done.said['file']).toMatchObject({ name: 'long.txt' });
    const [file] = await filesOf(place);
    const kept = Buffer.from(await (await fetch(file!.href)).arrayBuffer());
    expect(kept.equals(text)).toBe(true);
  });

  test('nobody reads another’s file: not by its id, not with another session, not unsigned', async () => {
    const owner = await ready('student-8');
    await upload(owner, 'mine.pdf', PDF);
    const [file] = await filesOf(owner);
    const address = new URL(file!.href);
    const id = address.pathname.split('/').at(-1)!;
    const other = await c.student('student-9');
    expect((await other.visitor.open(`${other.base}/files/${id}`)).status).toBe(404);
    const mixed = new URL(address);
    mixed.searchParams.set('s', /\/s\/([^/]+)/.exec(other.base)![1]!);
    expect((await fetch(mixed)).status).toBe(404);
    const bare = new URL(address);
    bare.search = '';
    expect((await fetch(bare)).status).toBe(404);
    const later = new URL(address);
    later.searchParams.set('until', String(Number(address.searchParams.get('until')) + 1000));
    expect((await fetch(later)).status).toBe(404);
    const before = c.world.clock.now;
    c.world.clock.now = () => new Date(Date.now() + 2 * 3_600_000);
    expect((await fetch(address)).status).toBe(404);
    c.world.clock.now = before;
    expect((await fetch(address)).status).toBe(200);
    // The teacher of the course may.
    const read = await c.teacher.visitor.raw('GET', `${c.teacher.base}/files/${id}`);
    expect(read.status).toBe(303);
  });

  test('another’s upload cannot be continued', async () => {
    const owner = await ready('student-10');
    const begun = await asScript(owner.visitor, owner.page, 'POST', `${owner.work}/uploads`, {
      name: 'a.txt',
      bytes: 10,
    });
    const thief = await ready('student-11');
    const put = await asScript(
      thief.visitor,
      thief.page,
      'PUT',
      `${thief.work}/uploads/${begun.said['id'] as string}?offset=0`,
      words('0123456789'),
    );
    expect(put.status).toBe(404);
  });
});
