import { expect, test } from 'vitest';
import { mayTry, needsPerson, resultOf, shuffled } from '../../src/insights/ticket.js';
import type { Ticket, TicketAnswer, TicketQuestion } from '../../src/insights/ticket.js';

const at = new Date(0);
const question = (id: string, change: Partial<TicketQuestion> = {}): TicketQuestion => ({
  id,
  kind: 'number',
  text: '?',
  options: [],
  answer: 3.5,
  ...change,
});
const ticket = (change: Partial<Ticket> = {}): Ticket =>
  ({ purpose: 'exit', isOpen: true, questions: [question('q')], ...change }) as Ticket;
const answer = (
  tries: Record<string, string>[],
  change: Partial<TicketAnswer> = {},
): TicketAnswer =>
  ({
    tries: tries.map((answers) => ({ answers, at })),
    marks: {},
    seenAt: null,
    ...change,
  }) as TicketAnswer;

test.each([
  ['3.5', 100],
  ['3,5', 100],
  [' 3.50 ', 100],
  ['35', 0],
  ['', 0],
  ['three', 0],
])('a number typed as "%s" gives %s', (typed, value) => {
  expect(resultOf(ticket(), answer([{ q: typed }]))?.value).toBe(value);
});

test('the first choice is the right one, however it was shuffled', () => {
  const choice = question('q', { kind: 'choice', options: ['right', 'b', 'c', 'd'] });
  const orders = ['m1', 'm2', 'm3', 'm4', 'm5'].map((id) => shuffled(choice, id));
  for (const order of orders) {
    expect(order.map((o) => o.text).sort()).toEqual(['b', 'c', 'd', 'right']);
    const value = order.find((o) => o.text === 'right')!.value;
    expect(resultOf(ticket({ questions: [choice] }), answer([{ q: value }]))?.value).toBe(100);
  }
  expect(new Set(orders.map((order) => order.map((o) => o.text).join())).size).toBeGreaterThan(1);
  expect(shuffled(choice, 'm1')).toEqual(orders[0]);
});

test('how sure somebody is never counts, and a text counts once it is marked', () => {
  const questions = [
    question('q'),
    question('t', { kind: 'text', answer: null }),
    question('c', { kind: 'confidence', answer: null }),
  ];
  const given = { q: '3.5', t: 'because', c: '1' };
  expect(resultOf(ticket({ questions }), answer([given]))).toMatchObject({
    value: null,
    isWaiting: true,
  });
  expect(resultOf(ticket({ questions }), answer([given], { marks: { t: 0.5 } }))?.value).toBe(75);
});

test('an exit ticket and a skip check are answered once', () => {
  for (const purpose of ['exit', 'skip'] as const) {
    expect(mayTry(ticket({ purpose }), null)).toBe(true);
    expect(mayTry(ticket({ purpose }), answer([{ q: '1' }]))).toBe(false);
  }
});

test('practice stops at three tries or when it is right, and then a person is needed', () => {
  const practice = ticket({ purpose: 'practice' });
  const wrong = { q: '1' };
  expect(mayTry(practice, answer([wrong, wrong]))).toBe(true);
  expect(needsPerson(practice, answer([wrong, wrong]))).toBe(false);
  expect(mayTry(practice, answer([wrong, wrong, wrong]))).toBe(false);
  expect(needsPerson(practice, answer([wrong, wrong, wrong]))).toBe(true);
  expect(needsPerson(practice, answer([wrong, wrong, wrong], { seenAt: at }))).toBe(false);
  expect(mayTry(practice, answer([wrong, { q: '3.5' }]))).toBe(false);
  expect(needsPerson(practice, answer([wrong, wrong, { q: '3.5' }]))).toBe(false);
});

test('a closed ticket takes no answers', () => {
  expect(mayTry(ticket({ isOpen: false }), null)).toBe(false);
});
