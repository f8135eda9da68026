import request from 'supertest';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  AGS,
  goodScore,
  ITEM_TYPE,
  LIST_TYPE,
  makeRig,
  MEMBERS_TYPE,
  ROSTER,
  SCORE_TYPE,
  skipBody,
} from './tool.js';
import type { Json, Rig } from './tool.js';
import type { FamilyName } from '../../src/sandbox/state.js';

const FACES = ['canvas', 'moodle', 'schoology'] as const;
const ENDPOINT = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const NAMES_ROLES = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
const CANVAS = 'https://canvas.instructure.com/lti/submission';

let rig: Rig;
let clock = new Date('2030-03-01T12:00:00.000Z');
beforeAll(async () => {
  rig = await makeRig();
});
beforeEach(() => {
  rig.lms.reset();
  clock = new Date();
});

/** Times that rise by two seconds, so that platforms that count seconds see them rise. */
const next = (): Date => {
  clock = new Date(clock.getTime() + 2000);
  return clock;
};

async function column(family: FamilyName): Promise<string> {
  const { claims } = await rig.launch({ as: 'student-2', link: 'link-1', family });
  return rig.path(claims[ENDPOINT].lineitem);
}
const scoresOf = (item: string): string => {
  const [path = '', query] = item.split('?');
  return `${path}/scores${query === undefined ? '' : `?${query}`}`;
};
const sub = (family: FamilyName, key: string): string =>
  rig.lms.usersOf(family).find((user) => user.key === key)?.sub ?? '';

async function post(family: FamilyName, body: object, type = SCORE_TYPE) {
  const item = await column(family);
  const token = await rig.token(family, [`${AGS}score`]);
  return request(rig.lms.app)
    .post(scoresOf(item))
    .set('authorization', `Bearer ${token}`)
    .set('content-type', type)
    .send(JSON.stringify(body));
}
const problems = (): readonly string[] => rig.lms.requests().at(-1)?.problems ?? [];

describe('the token endpoint', () => {
  const ask = async (
    family: FamilyName,
    change: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    fields: Record<string, string> = {},
  ) =>
    request(rig.lms.app)
      .post(rig.path(rig.lms.platforms[family].tokenEndpoint))
      .type('form')
      .buffer(true)
      .send({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await rig.assertion(family, change, header),
        scope: `${AGS}score`,
        ...fields,
      });

  test.each(FACES)(
    'of %s gives a token for a good assertion and finds nothing wrong',
    async (f) => {
      const answer = await ask(f);
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toMatchObject({ token_type: 'Bearer', scope: `${AGS}score` });
      expect(problems()).toEqual([]);
    },
  );

  test('of Moodle answers JSON as text/html', async () => {
    expect((await ask('moodle')).type).toBe('text/html');
  });

  test.each([
    ['aud', { aud: 'https://elsewhere.example/token' }, /aud/],
    ['jti', { jti: undefined }, /jti of the assertion is missing/],
    ['iss', { iss: 'somebody' }, /iss of the assertion/],
    ['exp', { exp: 1 }, /expired/],
    ['iat', { iat: Math.floor(Date.now() / 1000) + 600 }, /future/],
  ])('of Canvas refuses or notes a wrong %s', async (name, change, words) => {
    const answer = await ask('canvas', change);
    expect(answer.status).toBe(name === 'iss' ? 200 : 400);
    expect(problems().join(' ')).toMatch(words);
  });

  test('of Moodle looks at neither aud nor jti, but the record says they are wrong', async () => {
    const answer = await ask('moodle', { aud: 'x', jti: undefined });
    expect(answer.status).toBe(200);
    expect(problems()).toHaveLength(2);
  });

  test('of Moodle has no patience with a clock that is ahead', async () => {
    const answer = await ask('moodle', { iat: Math.floor(Date.now() / 1000) + 3 });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('iat prior to');
  });

  test('notes a jti used twice, a JSON body, GET, and a key it does not know', async () => {
    await ask('canvas', { jti: 'same' });
    await ask('canvas', { jti: 'same' });
    expect(problems()).toContain('jti of the assertion was used before.');
    const path = rig.path(rig.lms.platform.tokenEndpoint);
    expect((await request(rig.lms.app).post(path).send({ a: 1 })).status).toBe(400);
    expect((await request(rig.lms.app).get(path)).status).toBe(405);
    expect((await ask('canvas', {}, { kid: 'unknown' })).status).toBe(400);
    expect(problems().join(' ')).toContain('cannot be verified');
  });

  test('refuses the whole request for one scope on Canvas, gives the rest on Moodle', async () => {
    const scope = `${AGS}score https://example.com/more`;
    const canvas = await ask('canvas', {}, {}, { scope });
    const moodle = await ask('moodle', {}, {}, { scope });
    expect(canvas.body.error).toBe('invalid_scope');
    expect(JSON.parse(moodle.text).scope).toBe(`${AGS}score`);
  });

  test('refuses a scope that an admin took away', async () => {
    rig.lms.faults.set({ scopesRemoved: [`${AGS}score`] });
    expect((await ask('canvas')).body.error).toBe('invalid_scope');
    const { claims } = await rig.launch({ as: 'student-1', link: 'link-1' });
    expect(claims[ENDPOINT].scope).not.toContain(`${AGS}score`);
  });
});

describe('a score', () => {
  test.each([
    ['canvas', 200],
    ['moodle', 200],
    ['schoology', 201],
  ] as const)(
    'without fault reaches the gradebook of %s, scaled to the column',
    async (f, status) => {
      const answer = await post(f, goodScore(sub(f, 'student-2'), next()));
      expect(answer.status).toBe(status);
      expect(problems()).toEqual([]);
      expect(rig.lms.grade('link-1', 'student-2', f)).toMatchObject({
        score: 16,
        comment: 'Well argued',
      });
    },
  );

  test.each([
    ['no scoreMaximum', { scoreMaximum: undefined }, /without scoreMaximum/],
    ['a null comment', { comment: null }, /comment is null/],
    ['no timestamp', { timestamp: undefined }, /timestamp is missing/],
    ['a timestamp without a fraction', { timestamp: '2026-01-01T00:00:00Z' }, /fraction/],
    ['a timestamp without a zone', { timestamp: '2026-01-01T00:00:00.000' }, /zone/],
    ['a word that is none', { activityProgress: 'Done' }, /activityProgress/],
    ['a negative score', { scoreGiven: -1 }, /below zero/],
    ['five decimals', { scoreGiven: 1.23456 }, /four decimals/],
    ['an own member', { groupId: 'x' }, /groupId is no member/],
    ['an unknown user', { userId: 'nobody' }, /nobody in this course/],
  ])('with %s is noted in plain words', async (_name, change, words) => {
    await post('canvas', { ...goodScore(sub('canvas', 'student-2'), next()), ...change });
    expect(problems().join(' ')).toMatch(words);
  });

  test('as plain JSON is noted everywhere and refused by Moodle and Schoology', async () => {
    const statuses = [];
    for (const f of FACES) {
      const answer = await post(f, goodScore(sub(f, 'student-2'), next()), 'application/json');
      statuses.push(answer.status);
      expect(problems().join(' ')).toContain('content type is application/json');
    }
    expect(statuses).toEqual([200, 400, 400]);
  });

  test('for a teacher is refused on Canvas and Moodle', async () => {
    const canvas = await post('canvas', goodScore(sub('canvas', 'teacher-1'), next()));
    expect(canvas.status).toBe(422);
    expect(canvas.body.errors.message).toContain('not a student');
    const moodle = await post('moodle', goodScore(sub('moodle', 'teacher-1'), next()));
    expect(moodle.status).toBe(400);
    expect(moodle.text).toBe('[]');
  });

  test('without a token, or with one for another scope, is refused', async () => {
    const item = await column('canvas');
    const bare = await request(rig.lms.app).post(scoresOf(item)).send({});
    expect(bare.status).toBe(401);
    expect(problems()).toContain('Missing access token');
    const token = await rig.token('canvas', [ROSTER]);
    const wrong = await request(rig.lms.app)
      .post(scoresOf(item))
      .set('authorization', `Bearer ${token}`)
      .send({});
    expect(wrong.status).toBe(401);
    expect(problems().join(' ')).toContain('Insufficient permissions');
  });

  test('on Canvas with an older stamp is 400, with the same stamp it is taken', async () => {
    const at = next();
    const user = sub('canvas', 'student-2');
    await post('canvas', goodScore(user, at));
    const same = await post('canvas', goodScore(user, at, { scoreGiven: 9 }));
    expect(same.status).toBe(200);
    expect(problems().join(' ')).toContain('not later than');
    const older = await post('canvas', goodScore(user, new Date(at.getTime() - 1)));
    expect(older.status).toBe(400);
    expect(JSON.stringify(older.body)).toContain('before last updated timestamp');
  });

  test('on Moodle within the same second is 409 with an empty list as body', async () => {
    const user = sub('moodle', 'student-2');
    const at = new Date(Math.floor(Date.now() / 1000) * 1000 + 100);
    await post('moodle', goodScore(user, at));
    const again = await post('moodle', goodScore(user, new Date(at.getTime() + 500)));
    expect(again.status).toBe(409);
    expect(again.text).toBe('[]');
  });

  test.each(['Pending', 'PendingManual', 'NotReady', 'Failed'])(
    'on Moodle that is %s erases the grade',
    async (gradingProgress) => {
      const user = sub('moodle', 'student-2');
      await post('moodle', goodScore(user, next()));
      await post('moodle', goodScore(user, next(), { gradingProgress }));
      expect(rig.lms.grade('link-1', 'student-2', 'moodle')?.score).toBeNull();
    },
  );

  test('on Canvas that is PendingManual keeps its score and asks a grader', async () => {
    const user = sub('canvas', 'student-2');
    await post('canvas', goodScore(user, next(), { gradingProgress: 'PendingManual' }));
    expect(rig.lms.grade('link-1', 'student-2')).toMatchObject({ score: 16, needsGrading: true });
  });

  test('on Canvas counts an attempt unless it is told not to, and late work is late', async () => {
    const user = sub('canvas', 'student-2');
    rig.lms.setLink('link-1', { dueAt: new Date(Date.now() - 86_400_000).toISOString() });
    await post('canvas', goodScore(user, next(), { [CANVAS]: { new_submission: false } }));
    expect(rig.lms.grade('link-1', 'student-2')?.attempts).toBe(0);
    const submittedAt = new Date().toISOString();
    await post('canvas', goodScore(user, next(), { submission: { submittedAt } }));
    await post('canvas', goodScore(user, next(), { submission: { submittedAt } }));
    expect(rig.lms.grade('link-1', 'student-2')).toMatchObject({ attempts: 1, late: true });
  });

  test('on Canvas can leave a review address that the teacher then opens', async () => {
    const user = sub('canvas', 'student-2');
    const submission_data = 'http://tool.example/lti/launch?review=1';
    const extension = {
      submission_type: 'basic_lti_launch',
      submission_data,
      preserve_score: true,
    };
    await post('canvas', goodScore(user, next(), { [CANVAS]: extension }));
    expect(rig.lms.grade('link-1', 'student-2')?.score).toBeNull();
    const start = rig.lms.startLaunch({ as: 'teacher-1', link: 'link-1', forUser: 'student-2' });
    expect(start.fields['target_link_uri']).toBe(submission_data);
  });

  test('on Moodle does not touch a grade a teacher typed', async () => {
    const user = sub('moodle', 'student-2');
    rig.lms.override('link-1', 'student-2', { score: 3, comment: 'mine' }, 'moodle');
    const answer = await post('moodle', goodScore(user, next()));
    expect(answer.status).toBe(200);
    expect(rig.lms.grade('link-1', 'student-2', 'moodle')).toMatchObject({
      score: 3,
      comment: 'mine',
    });
  });

  test('on Schoology wipes the Missing flag, and a post without comment clears the comment', async () => {
    const user = sub('schoology', 'student-2');
    rig.lms.override('link-1', 'student-2', { score: null, missing: true }, 'schoology');
    await post('schoology', goodScore(user, next()));
    expect(rig.lms.grade('link-1', 'student-2', 'schoology')?.missing).toBe(false);
    await post('schoology', goodScore(user, next(), { comment: undefined }));
    expect(rig.lms.grade('link-1', 'student-2', 'schoology')?.comment).toBe('');
    expect((await post('schoology', goodScore(user, next(), { comment: null }))).status).toBe(400);
  });

  test.each([
    [{ courseClosed: '422' }, 422, 'has concluded'],
    [{ courseClosed: '404' }, 404, 'does not exist'],
    [{ unpublished: true }, 422, 'still unpublished'],
    [{ notAssigned: ['student-2'] }, 422, 'not applicable to this student'],
    [{ gradingPeriodClosed: true }, 422, 'closed grading period'],
    [{ moderated: true }, 422, 'being moderated'],
    [{ attemptsExhausted: true }, 422, 'maximum number of allowed attempts'],
    [{ toolUninstalled: true }, 401, 'not linked to a Tool'],
    [{ tokensExpired: true }, 401, 'Access token expired'],
  ] as const)('meets %o on Canvas with %i', async (fault, status, words) => {
    rig.lms.faults.set(structuredClone(fault) as object);
    const answer = await post('canvas', goodScore(sub('canvas', 'student-2'), next()));
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(words);
    expect(rig.lms.grade('link-1', 'student-2')?.score ?? null).toBeNull();
  });

  test('whose column was deleted meets 404 with an empty body on Canvas', async () => {
    rig.lms.faults.set({ lineItemsGone: true });
    const answer = await post('canvas', goodScore(sub('canvas', 'student-2'), next()));
    expect([answer.status, answer.text]).toEqual([404, '']);
  });
});

describe('line items', () => {
  const call = async (
    family: FamilyName,
    method: 'get' | 'post' | 'put' | 'delete',
    path: string,
    body?: object,
    accept = LIST_TYPE,
  ) => {
    const token = await rig.token(family, [`${AGS}lineitem`]);
    const req = request(rig.lms.app)
      [method](path)
      .set('authorization', `Bearer ${token}`)
      .set('accept', accept);
    const asJson = (res: NodeJS.ReadableStream, done: (e: null, b: unknown) => void): void => {
      let text = '';
      res.on('data', (chunk: Buffer) => (text += chunk.toString()));
      res.on('end', () => done(null, text === '' ? null : JSON.parse(text)));
    };
    const sent = body === undefined ? req : req.set('content-type', ITEM_TYPE);
    return sent
      .buffer(true)
      .parse(asJson as never)
      .send(JSON.stringify(body));
  };
  const list = async (family: FamilyName) => {
    const { claims } = await rig.launch({ as: 'teacher-1', link: 'link-1', family });
    return rig.path(claims[ENDPOINT].lineitems);
  };
  const added = (path: string, more: string): string =>
    path + (path.includes('?') ? '&' : '?') + more;

  test.each(FACES)("show the tool's own columns of %s and no native one", async (family) => {
    const answer = await call(family, 'get', await list(family));
    const labels = answer.body.map((item: { label: string }) => item.label);
    expect(labels).toContain('Fractions in the kitchen');
    expect(labels).not.toContain('Poster: a river from spring to sea');
  });

  test.each(FACES)('are made, found again and deleted on %s', async (family) => {
    const path = await list(family);
    const body = { label: 'Exit ticket', scoreMaximum: 5, resourceId: 'r-1', tag: 't' };
    const made = await call(family, 'post', path, body, ITEM_TYPE);
    expect(made.status).toBe(201);
    expect(problems()).toEqual([]);
    const found = await call(family, 'get', added(path, 'resource_id=r-1&tag=t'));
    expect(found.body.map((item: { id: string }) => item.id)).toEqual([made.body.id]);
    expect((await call(family, 'delete', rig.path(made.body.id))).status).toBe(204);
    expect((await call(family, 'get', rig.path(made.body.id), undefined, ITEM_TYPE)).status).toBe(
      404,
    );
  });

  test('come ten at a time on Canvas, with a link to the next page', async () => {
    const path = await list('canvas');
    for (let n = 0; n < 8; n += 1) {
      await call('canvas', 'post', path, { label: `c${n}`, scoreMaximum: 1 }, ITEM_TYPE);
    }
    const first = await call('canvas', 'get', path);
    expect(first.body).toHaveLength(10);
    const nextUrl = /<([^>]+)>; rel="next"/.exec(first.headers['link'] ?? '')?.[1] ?? '';
    expect((await call('canvas', 'get', rig.path(nextUrl))).body).toHaveLength(3);
  });

  test('ask Moodle and Schoology for the exact Accept header', async () => {
    const statuses = [];
    for (const family of FACES) {
      const answer = await call(family, 'get', await list(family), undefined, '*/*');
      statuses.push(answer.status);
      expect(problems().join(' ')).toContain('*/*');
    }
    expect(statuses).toEqual([200, 400, 400]);
  });

  test('of the LMS cannot be deleted on Canvas', async () => {
    const answer = await call('canvas', 'delete', await column('canvas'));
    expect(answer.status).toBe(401);
    expect(problems().join(' ')).toContain('did not make');
  });

  test('that replace another on Moodle lose their link when it is left out', async () => {
    const path = await column('moodle');
    await call('moodle', 'put', path, { label: 'x', scoreMaximum: 20 }, ITEM_TYPE);
    expect(problems().join(' ')).toContain('must keep its resourceLinkId');
    const { claims } = await rig.launch({ as: 'student-1', link: 'link-1', family: 'moodle' });
    expect(claims[ENDPOINT].lineitem).toBeUndefined();
  });

  test('with limit on Moodle carry a Link header nobody can parse', async () => {
    const answer = await call('moodle', 'get', added(await list('moodle'), 'limit=2'));
    expect(answer.body).toHaveLength(2);
    expect(answer.headers['link']).not.toContain('rel="next"');
  });

  test('with an id in the body are refused by Schoology', async () => {
    const body = { id: 'x', label: 'y', scoreMaximum: 1 };
    const answer = await call('schoology', 'post', await list('schoology'), body, ITEM_TYPE);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain('"id" is not allowed');
  });

  test('added to a link that has one show no column on Canvas', async () => {
    const resourceLinkId = rig.lms.links[0]?.resourceLinkId;
    const body = { label: 'extra', scoreMaximum: 1, resourceLinkId };
    const made = await call('canvas', 'post', await list('canvas'), body, ITEM_TYPE);
    expect(made.status).toBe(201);
    expect(rig.lms.lineItems().at(-1)?.extra).toBe(true);
  });

  test('of an override show in the results', async () => {
    const item = await column('canvas');
    await post('canvas', goodScore(sub('canvas', 'student-2'), next()));
    rig.lms.override('link-1', 'student-2', { score: 19 });
    const token = await rig.token('canvas', [`${AGS}result.readonly`]);
    const answer = await request(rig.lms.app)
      .get(`${item}/results?user_id=${sub('canvas', 'student-2')}`)
      .set('accept', 'application/vnd.ims.lis.v2.resultcontainer+json')
      .set('authorization', `Bearer ${token}`)
      .buffer(true);
    expect(
      JSON.parse(String(answer.body) === '[object Object]' ? answer.text : answer.body),
    ).toMatchObject([{ resultScore: 19, resultMaximum: 20 }]);
    expect(problems()).toEqual([]);
  });
});

describe('the roster', () => {
  const read = async (family: FamilyName, more = '', accept = MEMBERS_TYPE) => {
    const { claims } = await rig.launch({ as: 'teacher-1', link: 'link-1', family });
    const token = await rig.token(family, [ROSTER]);
    const url = rig.path(claims[NAMES_ROLES].context_memberships_url) + more;
    return request(rig.lms.app)
      .get(url)
      .set('accept', accept)
      .set('authorization', `Bearer ${token}`)
      .buffer(true)
      .parse((res, done) => {
        let text = '';
        res.on('data', (chunk: Buffer) => (text += chunk.toString()));
        res.on('end', () => done(null, JSON.parse(text)));
      });
  };

  test.each([
    ['canvas', 33, 50],
    ['moodle', 31, Infinity],
    ['schoology', 32, 100],
  ] as const)('of %s lists %i people, and pages as it does', async (family, count, size) => {
    const small = await read(family);
    expect(small.body.members).toHaveLength(count);
    rig.lms.addStudents(120);
    const large = await read(family);
    expect(large.body.members).toHaveLength(Math.min(size, count + 120));
    expect(large.headers['link'] === undefined).toBe(size === Infinity);
  });

  test('of Moodle has short roles, and the non-editing teacher counts as a learner', async () => {
    const { body } = await read('moodle');
    const roles = new Map(body.members.map((m: Json) => [m.user_id, m.roles]));
    expect(roles.get(sub('moodle', 'teacher-1'))).toEqual(['Instructor']);
    expect(roles.get(sub('moodle', 'assistant-1'))).toEqual(['Learner']);
  });

  test('drops people who left on Canvas and shows them inactive on Schoology', async () => {
    rig.lms.setEnrolled('student-9', false);
    const canvas = await read('canvas');
    const schoology = await read('schoology');
    const has = (body: Json, id: string) => body.members.find((m: Json) => m.user_id === id);
    expect(has(canvas.body, sub('canvas', 'student-9'))).toBeUndefined();
    expect(has(schoology.body, sub('schoology', 'student-9')).status).toBe('Inactive');
  });

  test('filters by role, and by link for people the assignment is assigned to', async () => {
    const learner = encodeURIComponent('http://purl.imsglobal.org/vocab/lis/v2/membership#Learner');
    expect((await read('canvas', `?role=${learner}`)).body.members).toHaveLength(29);
    rig.lms.faults.set({ notAssigned: ['student-1', 'student-2'] });
    const rlid = rig.lms.links[0]?.resourceLinkId ?? '';
    const byLink = await read('canvas', `?rlid=${rlid}`);
    expect(byLink.body.members).toHaveLength(31);
    expect(byLink.body.members[0].message[0]).toHaveProperty('locale');
  });

  test('is refused with another Accept header on Schoology, and by a fault everywhere', async () => {
    expect((await read('schoology', '', 'application/json')).status).toBe(400);
    expect(problems().join(' ')).toContain('must be exactly');
    rig.lms.faults.set({ rosterRefused: true });
    expect((await read('canvas')).status).toBe(403);
  });

  test('can point its next page to another host', async () => {
    rig.lms.faults.set({ rosterPageSize: 10, nextLinkTo: 'http://elsewhere.invalid' });
    expect((await read('canvas')).headers['link']).toContain('<http://elsewhere.invalid/');
  });

  test('of one Canvas group lists its seven members with a leader, and nobody knows group 99', async () => {
    const token = await rig.token('canvas', [ROSTER]);
    const group = (id: string) =>
      request(rig.lms.app)
        .get(`/canvas/api/lti/groups/${id}/names_and_roles`)
        .set('accept', MEMBERS_TYPE)
        .set('authorization', `Bearer ${token}`)
        .buffer(true)
        .parse((res, done) => {
          let text = '';
          res.on('data', (chunk: Buffer) => (text += chunk.toString()));
          res.on('end', () => done(null, JSON.parse(text)));
        });
    const { body } = await group('31');
    expect(body.members).toHaveLength(7);
    const leaders = body.members.filter((m: Json) => m.roles.join().includes('#Manager'));
    expect(leaders).toHaveLength(1);
    expect((await group('99')).status).toBe(404);
  });

  test('copes with 50,000 members', async () => {
    rig.lms.addStudents(50_000);
    const { body } = await read('canvas', '?page=900');
    expect(body.members).toHaveLength(50);
  });
});

describe('troubles', () => {
  const status = async () =>
    (await post('canvas', goodScore(sub('canvas', 'student-2'), next()))).status;

  test.each([
    ['500', 500],
    ['503', 503],
    ['403-rate', 403],
    ['429', 429],
    ['429-retry-after', 429],
    ['garbage', 200],
    ['redirect', 302],
  ] as const)('%s comes as %i', async (trouble, wanted) => {
    rig.lms.faults.set({ trouble: [trouble], troubleOn: ['scores'] });
    const item = await column('canvas');
    const token = await rig.token('canvas', [`${AGS}score`]);
    const answer = await request(rig.lms.app)
      .post(scoresOf(item))
      .set('authorization', `Bearer ${token}`)
      .redirects(0)
      .buffer(true)
      .parse(skipBody);
    expect(answer.status).toBe(wanted);
    expect(answer.headers['retry-after'] !== undefined).toBe(trouble === '429-retry-after');
  });

  test('end after the number of requests they were set for', async () => {
    rig.lms.faults.set({ trouble: ['500'], troubleOn: ['scores'], troubleNext: 2 });
    expect([await status(), await status(), await status()]).toEqual([500, 500, 200]);
  });

  test('fall the same way for the same seed', async () => {
    const run = async () => {
      rig.lms.faults.set({
        trouble: ['503'],
        troubleOn: ['scores'],
        troubleProbability: 0.5,
        seed: 7,
      });
      const seen = [];
      for (let n = 0; n < 8; n += 1) seen.push(await status());
      return seen;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  test('a dropped connection stores nothing; a lost answer stores the grade', async () => {
    rig.lms.faults.set({ trouble: ['drop'], troubleOn: ['scores'] });
    await expect(status()).rejects.toThrow();
    expect(rig.lms.grade('link-1', 'student-2')).toBeNull();
    rig.lms.faults.set({ trouble: ['lost'] });
    await expect(status()).rejects.toThrow();
    expect(rig.lms.grade('link-1', 'student-2')?.score).toBe(16);
  });

  test("Canvas's bucket runs over under a flood", async () => {
    rig.lms.faults.set({ bucket: true, trouble: ['slow'], slowMs: 300 });
    const item = await column('canvas');
    const token = await rig.token('canvas', [`${AGS}score`]);
    const flood = await Promise.all(
      Array.from({ length: 40 }, () =>
        request(rig.lms.app).post(scoresOf(item)).set('authorization', `Bearer ${token}`).send({}),
      ),
    );
    const statuses = new Set(flood.map((answer) => answer.status));
    expect(statuses.has(400)).toBe(true);
    expect(statuses.has(403)).toBe(true);
  });
});
