import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { GradingClass } from '../http/grading-class.js';
import { gradingClass } from '../http/grading-class.js';
import { newId } from '../../src/db/ids.js';
import type { MembershipId } from '../../src/ids.js';
import type { Membership } from '../../src/launch/membership.model.js';
import { queueScore } from '../../src/passback/delivery.js';
import { argument } from './processes.js';
import { startWorld } from '../support/world.js';

const CHILD = fileURLToPath(new URL('./deliver-child.ts', import.meta.url));
const FAULTS = ['500', '503', '403-rate', '429', '429-retry-after', 'drop', 'lost'] as const;

/** How much faster than the true clock Trellis and the practice LMS count here. */
const SPEED = 20;

function start(dataDir: string, url: string, from: number): ChildProcess {
  return fork(CHILD, [dataDir, url], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, CLOCK_FROM: String(from), CLOCK_SPEED: String(SPEED) },
  });
}

/** Students by the hundred: memberships and deliveries as releases leave them, none sent. */
async function fill(room: GradingClass, grades: number): Promise<Map<string, number>> {
  const { world, models, context, assignment, link } = room;
  const now = world.clock.now();
  world.sandbox.addStudents(Math.max(0, grades - 28));
  const students = world.sandbox
    .usersOf(room.family)
    .filter((user) => user.role === 'student')
    .slice(0, grades);
  const wanted = new Map<string, number>();
  const registrationId = world.registrations[room.family] as never;
  for (const [i, user] of students.entries()) {
    const points = (i % 201) / 10;
    const _id = newId() as MembershipId;
    const member: Partial<Membership> = { _id };
    await models.deliveries.create(
      {
        registrationId,
        deploymentId: context.deploymentId,
        contextId: context._id,
        assignmentId: assignment.id,
        membershipId: member._id!,
        sub: user.sub,
        resourceLinkId: link._id,
        scoringSub: null,
      },
      queueScore(
        null,
        {
          version: 999,
          points,
          pointsPossible: 20,
          comment: null,
          activityProgress: 'Completed',
          gradingProgress: 'FullyGraded',
          submittedAt: null,
          isNewSubmission: false,
        },
        now,
      ),
      now,
    );
    wanted.set(user.key, points);
  }
  return wanted;
}

/**
 * Sends a school's grades to the practice LMS while one request in ten fails in seven ways and the
 * sending process is killed twice, and counts what it took.
 *
 * @param grades - How many; 10,000 is what `shared/design.md` section 6 is held to, and takes minutes.
 * @returns Lines of a table: arrived, wrong, twice with another value, requests against the least.
 */
export async function benchDeliveries(
  grades = argument('deliveries', 2000),
  plan: { readonly faulty: number; readonly kills: number } = { faulty: 0.1, kills: 2 },
): Promise<string[]> {
  const world = await startWorld({ family: 'canvas' });
  try {
    const room = await gradingClass(world, { students: ['student-1'], design: { criteria: [] } });
    const wanted = await fill(room, grades);
    const { dataDir } = world.deps.settings;
    world.sandbox.clearRequests();
    world.sandbox.faults.set({
      ...(plan.faulty === 0 ? {} : { trouble: [...FAULTS], troubleProbability: plan.faulty }),
      troubleOn: ['scores', 'results', 'lineitems'],
      retryAfterSeconds: 2,
      seed: 7,
    });
    const from = Date.now();
    world.clock.now = () => new Date(from + (Date.now() - from) * SPEED);
    const begun = performance.now();
    let requests = 0;
    const count = (): void => {
      requests += world.sandbox
        .requests()
        .filter(({ kind }) => ['scores', 'results', 'lineitems'].includes(kind)).length;
      world.sandbox.clearRequests();
    };
    const arrived = (): number =>
      [...wanted].filter(([key, points]) => {
        const score = world.sandbox.grade(room.linkId, key)?.score ?? null;
        return score !== null && Math.abs(score - points) < 0.01;
      }).length;
    let kills = 0;
    /** Milliseconds from ready to the goal of a run; the start of processes does not count. */
    let sending = 0;
    for (
      let runs = 0;
      runs < 12 && arrived() < grades && performance.now() - begun < 400_000;
      runs += 1
    ) {
      const child = start(dataDir, world.url, from);
      const ended = once(child, 'exit');
      await Promise.race([once(child, 'message'), ended]);
      const sendsFrom = performance.now();
      let isMeasured = false;
      const goal = kills < plan.kills ? ((kills + 1) * grades) / (plan.kills + 1) : Infinity;
      while (child.exitCode === null) {
        await new Promise((done) => setTimeout(done, 250));
        if (world.sandbox.requests().length > 2000) count();
        if (!isMeasured && arrived() >= Math.min(goal, grades)) {
          isMeasured = true;
          sending += performance.now() - sendsFrom;
        }
        if (arrived() >= goal) {
          child.kill('SIGKILL');
          kills += 1;
          break;
        }
      }
      await ended;
      if (!isMeasured) sending += performance.now() - sendsFrom;
    }
    count();
    const seconds = sending / 1000;
    const cells = [...wanted].map(([key, points]) => ({
      points,
      values: new Set(
        (world.sandbox.grade(room.linkId, key)?.history ?? []).map((entry) => entry.score),
      ),
    }));
    const wrong = cells.filter(({ points, values }) =>
      [...values].some((value) => value === null || Math.abs(value - points) > 0.01),
    ).length;
    const rows = await room.models.deliveries.ofContext(room.context._id);
    const refused = rows.filter((row) => ['refused', 'parked'].includes(row.state));
    const explained = refused.filter((row) => row.reason !== null && row.reason !== '').length;
    const open = rows.length - refused.length - rows.filter((r) => r.state === 'accepted').length;
    await room.close();
    return [
      `deliveries: ${grades} grades, ${plan.faulty * 100} % of requests fail in ${FAULTS.length} ways, process killed ${kills} times`,
      `  arrived with their value  ${arrived()} of ${grades}`,
      `  ever another value        ${wrong}`,
      `  refused, and explained    ${refused.length}, ${explained}`,
      `  without an end            ${open}`,
      `  requests                  ${requests}, least possible ${grades} (${(requests / grades).toFixed(2)} for each grade)`,
      `  time                      ${seconds.toFixed(1)} s (${(grades / seconds).toFixed(0)} grades a second, practice LMS on the same machine)`,
    ];
  } finally {
    await world.close();
  }
}
