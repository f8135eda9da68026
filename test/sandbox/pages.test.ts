import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { makeRig } from './tool.js';
import type { Rig } from './tool.js';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
});
beforeEach(() => {
  rig.lms.reset();
});

const get = (path: string, cookie = '') => request(rig.lms.app).get(path).set('cookie', cookie);

test('the home page offers two teachers, 28 students and the others, and escapes their names', async () => {
  const page = await get('/');
  expect(page.text.match(/class="person"/g)).toHaveLength(34);
  expect(page.text).toContain('&lt;b&gt;van der Berg&lt;/b&gt; &amp; Sons');
  expect(page.text).not.toContain('<b>van der Berg');
});

test('who one is and which face is shown are kept in cookies and given by the address', async () => {
  const page = await get('/course?as=student-3&family=moodle');
  const cookies = ([] as string[]).concat(page.headers['set-cookie'] ?? []);
  const kept = cookies.map((cookie) => cookie.split(';')[0]).join('; ');
  expect(kept).toContain('practice_as=student-3');
  const later = await get('/course', kept);
  expect(later.text).toContain('Chloé');
  expect(later.text).toContain('data-face="moodle"');
});

test('a launch page frames the tool, and the frame begins the login by a form', async () => {
  const page = await get('/launch/link-1?as=teacher-1');
  expect(page.text).toContain('allow="microphone *; camera *');
  expect(page.text).toContain('name="post_message_forwarding"');
  const go = /src="(\/go\/[^"]+)"/.exec(page.text)?.[1] ?? '';
  const form = await get(go);
  expect(form.text).toContain('action="http://tool.example/lti/login"');
  expect(form.text).toContain('name="lti_message_hint"');
  expect((await get(go)).status).toBe(404);
});

test('on Moodle there is no storage frame, and a student sees no gradebook', async () => {
  const page = await get('/launch/link-1?as=teacher-1&family=moodle');
  expect(page.text).not.toContain('post_message_forwarding');
  expect(page.text).toContain('data-answers="no"');
  const book = await get('/gradebook?as=student-1');
  expect(book.text).not.toContain('data-cell');
});

test('a student sees no unpublished assignment and no way to add one', async () => {
  rig.lms.setLink('link-2', { published: false });
  const student = await get('/course?as=student-1');
  const teacher = await get('/course?as=teacher-1');
  expect(student.text).not.toContain('A letter to the school board');
  expect(student.text).not.toContain('assignment_selection');
  expect(teacher.text).toContain('A letter to the school board');
});

test('what a tool says on the way back stands on the course page, escaped', async () => {
  const { claims } = await rig.launch({ as: 'teacher-1', link: 'link-1', family: 'moodle' });
  const back = claims['https://purl.imsglobal.org/spec/lti/claim/launch_presentation'].return_url;
  const sent = await get(`${rig.path(back)}&lti_errormsg=${encodeURIComponent('<i>Oh</i>')}`);
  expect(sent.status).toBe(303);
  const page = await get(sent.headers['location'] ?? '', 'practice_as=teacher-1');
  expect(page.text).toContain('&lt;i&gt;Oh&lt;/i&gt;');
});

test('a teacher types a grade into the gradebook', async () => {
  const form = { family: 'canvas', item: '101', person: 'student-5', score: '17,5', comment: 'ok' };
  const saved = await request(rig.lms.app).post('/gradebook').type('form').send(form);
  expect(saved.status).toBe(303);
  expect(rig.lms.grade('link-1', 'student-5')).toMatchObject({ score: 17.5, overridden: true });
  const bad = await request(rig.lms.app)
    .post('/gradebook')
    .type('form')
    .send({ ...form, score: 'many' });
  expect(bad.status).toBe(422);
});

test('the faults panel sets what is ticked and keeps the rest', async () => {
  const before = rig.lms.faults.get();
  const page = await get('/faults');
  const names = Object.keys(before).filter((name) => !page.text.includes(`name="${name}"`));
  expect(names).toEqual([]);
  const values = Object.fromEntries(
    Object.entries(before)
      .filter(([, value]) => ['string', 'number'].includes(typeof value))
      .map(([name, value]) => [name, String(value)]),
  );
  const form = { ...values, unpublished: 'on', courseClosed: '422', trouble: ['500', 'slow'] };
  const set = await request(rig.lms.app).post('/faults').type('form').send(form);
  expect(set.status).toBe(303);
  expect(rig.lms.faults.get()).toEqual({
    ...before,
    unpublished: true,
    courseClosed: '422',
    trouble: ['500', 'slow'],
  });
});

test('the record shows what was wrong, without markup of the tool', async () => {
  await request(rig.lms.app).get('/canvas/api/lti/courses/3/line_items?tag=<script>');
  const page = await get('/record');
  expect(page.text).toContain('Missing access token');
  expect(page.text).not.toContain('<script>"');
  const api = await get('/_control/requests?kind=lineitems');
  expect(api.body[0].problems).toContain('Missing access token');
});

test('a second start finds grades, people, links and keys again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'practice-'));
  const dataFile = join(folder, 'sandbox', 'state.json');
  const first = await makeRig({ dataFile });
  first.lms.override('link-1', 'student-1', { score: 12, comment: 'Kept' });
  first.lms.addStudents(3);
  await first.lms.rotateKeys();
  const course = await first.lms.copyCourse();
  const jwks = (await request(first.lms.app).get('/canvas/api/lti/security/jwks')).body;
  await first.lms.close();
  const second = await makeRig({ dataFile });
  expect(second.lms.grade('link-1', 'student-1')).toMatchObject({ score: 12, comment: 'Kept' });
  expect(second.lms.users).toHaveLength(6 + 31);
  expect(second.lms.coursesOf('canvas').at(-1)).toEqual(course);
  expect((await request(second.lms.app).get('/canvas/api/lti/security/jwks')).body).toEqual(jwks);
  await second.lms.close();
  expect(await readdir(join(folder, 'sandbox'))).toEqual(['state.json']);
  await rm(folder, { recursive: true });
});

test('it listens on the port it was given and puts it into its own address', async () => {
  const { lms } = await makeRig({ publicUrl: 'http://127.0.0.1:0' });
  const port = await lms.listen(0);
  expect(lms.platform.issuer).toBe(`http://127.0.0.1:${port}/canvas`);
  expect((await fetch(lms.platform.jwksUri)).status).toBe(200);
  await lms.close();
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});
