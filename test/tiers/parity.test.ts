import { describe, expect, test } from 'vitest';
import en from '../../config/locales/en/tiers-rules.json' with { type: 'json' };
import es from '../../config/locales/es/tiers-rules.json' with { type: 'json' };
import {
  checkParity,
  mayPublish,
  type ParityCode,
  type ParitySet,
  type ParityTier,
} from '../../src/tiers/parity.js';

const BASE_TEXT = 'Explain how plants make food. Use the diagram on page 12 and write a paragraph.';
const TEXTS = {
  base: BASE_TEXT,
  support: `${BASE_TEXT} Begin with the word bank and show me your first sentence.`,
  stretch: `${BASE_TEXT} Then say what would change for a plant under water, and why.`,
};

function aTier(kind: ParityTier['kind'], changes: Partial<ParityTier> = {}): ParityTier {
  return {
    id: kind,
    name: `The ${kind} one`,
    isBase: kind === 'base',
    kind,
    instructionsText: TEXTS[kind],
    goalIds: ['g1', 'g2'],
    criterionIds: ['c1', 'c2', 'c3'],
    products: 1,
    minutes: 40,
    materials: 1,
    ...changes,
  };
}

function aSet(changes: Partial<ParitySet> = {}): ParitySet {
  return {
    goals: [
      { id: 'g1', text: 'I can explain photosynthesis' },
      { id: 'g2', text: 'I can use evidence' },
    ],
    criteria: [
      { id: 'c1', text: 'names inputs and outputs' },
      { id: 'c2', text: 'gives a cause' },
      { id: 'c3', text: 'uses the diagram' },
    ],
    tiers: [aTier('support'), aTier('base'), aTier('stretch')],
    ...changes,
  };
}

const tiers = (support: Partial<ParityTier>, stretch: Partial<ParityTier> = {}) => ({
  tiers: [aTier('support', support), aTier('base'), aTier('stretch', stretch)],
});

const FAULTS: readonly (readonly [
  string,
  ParitySet,
  ParityCode,
  'blocks' | 'warns',
  string | null,
])[] = [
  [
    'a goal missing from one tier',
    aSet(tiers({ goalIds: ['g1'] })),
    'goal-missing',
    'blocks',
    'support',
  ],
  [
    'a lost criterion',
    aSet(tiers({}, { criterionIds: ['c1', 'c3'] })),
    'criterion-missing',
    'blocks',
    'stretch',
  ],
  [
    'a criterion of its own',
    aSet(tiers({}, { criterionIds: ['c1', 'c2', 'c3', 'c9'] })),
    'criterion-extra',
    'blocks',
    'stretch',
  ],
  ['an extra product', aSet(tiers({}, { products: 2 })), 'products-differ', 'warns', 'stretch'],
  ['double minutes', aSet(tiers({}, { minutes: 80 })), 'minutes-differ', 'warns', 'stretch'],
  [
    'a support cut to half an hour',
    aSet(tiers({ minutes: 30 })),
    'minutes-differ',
    'warns',
    'support',
  ],
  [
    'a stretch that is more of the same',
    aSet(tiers({}, { instructionsText: `${BASE_TEXT} Then do 10 more questions.` })),
    'more-of-same',
    'blocks',
    'stretch',
  ],
  ['an empty tier', aSet(tiers({ instructionsText: ' \n ' })), 'empty-tier', 'blocks', 'support'],
  ['a tier without material', aSet(tiers({ materials: 0 })), 'no-material', 'warns', 'support'],
  [
    'a tier that is the base task again',
    aSet(tiers({ instructionsText: ` ${BASE_TEXT.toUpperCase()}` })),
    'same-as-base',
    'warns',
    'support',
  ],
  ['no goal at all', aSet({ goals: [] }), 'no-goal', 'blocks', null],
  ['no criterion at all', aSet({ criteria: [] }), 'no-criterion', 'blocks', null],
  [
    'no base tier',
    aSet({ tiers: [aTier('support'), aTier('stretch')] }),
    'no-base',
    'blocks',
    null,
  ],
  [
    'two base tiers',
    aSet({ tiers: [aTier('base'), aTier('base', { id: 'b2' })] }),
    'several-bases',
    'blocks',
    null,
  ],
  [
    'four tiers',
    aSet({ tiers: [...aSet().tiers, aTier('stretch', { id: 's2' })] }),
    'too-many-tiers',
    'blocks',
    null,
  ],
  [
    'an option that misses a criterion',
    aSet({ options: [{ id: 'o', name: 'Poster', criterionIds: ['c1', 'c2'], minutes: 40 }] }),
    'option-criterion-missing',
    'blocks',
    null,
  ],
  [
    'an option that takes twice as long',
    aSet({ options: [{ id: 'o', name: 'Film', criterionIds: ['c1', 'c2', 'c3'], minutes: 90 }] }),
    'option-minutes-differ',
    'warns',
    null,
  ],
  [
    'groups by readiness with one task for all',
    aSet({
      grouping: {
        basis: 'similar',
        groups: [
          { id: 'a', tierId: 'base' },
          { id: 'b', tierId: null },
        ],
      },
    }),
    'groups-without-difference',
    'warns',
    null,
  ],
];

const SOUND: readonly (readonly [string, ParitySet])[] = [
  ['three tiers', aSet()],
  ['the base task alone', aSet({ tiers: [aTier('base')] })],
  ['base and support', aSet({ tiers: [aTier('base'), aTier('support')] })],
  ['base and stretch', aSet({ tiers: [aTier('base'), aTier('stretch')] })],
  ['minutes at exactly a fifth more', aSet(tiers({ minutes: 48 }))],
  ['minutes at exactly a fifth less', aSet(tiers({}, { minutes: 32 }))],
  [
    'one goal and one criterion',
    aSet({
      goals: [{ id: 'g1', text: 'g' }],
      criteria: [{ id: 'c1', text: 'c' }],
      tiers: [aTier('base', { goalIds: ['g1'], criterionIds: ['c1'] })],
    }),
  ],
  [
    'aims in another order',
    aSet(tiers({ goalIds: ['g2', 'g1'], criterionIds: ['c3', 'c1', 'c2'] })),
  ],
  [
    'two products on every tier',
    aSet({ tiers: [aTier('base', { products: 2 }), aTier('stretch', { products: 2 })] }),
  ],
  [
    'the same words with another text of the same number to read',
    aSet({
      tiers: [
        aTier('base', { materialKeys: ['m1'] }),
        aTier('support', { instructionsText: BASE_TEXT, materialKeys: ['m2'] }),
      ],
    }),
  ],
  [
    'the same words with another text to read',
    aSet(tiers({ instructionsText: BASE_TEXT, materials: 2 })),
  ],
  [
    'options that cover everything',
    aSet({
      options: [
        { id: 'o', name: 'Poster', criterionIds: ['c2', 'c1', 'c3'], minutes: 44 },
        { id: 'p', name: 'Film', criterionIds: ['c1', 'c2', 'c3'], minutes: null },
      ],
    }),
  ],
  [
    'groups by readiness on different tiers',
    aSet({
      grouping: {
        basis: 'similar',
        groups: [
          { id: 'a', tierId: 'support' },
          { id: 'b', tierId: null },
        ],
      },
    }),
  ],
  [
    'mixed groups on one task',
    aSet({
      grouping: {
        basis: 'mixed',
        groups: [
          { id: 'a', tierId: null },
          { id: 'b', tierId: null },
        ],
      },
    }),
  ],
  [
    'a stretch in Spanish',
    aSet(
      tiers(
        {},
        {
          instructionsText: 'Explica cómo se alimentan las plantas y di qué pasaría bajo el agua.',
        },
      ),
    ),
  ],
];

describe('parity', () => {
  test.each(FAULTS)('catches %s', (_name, set, code, severity, tierId) => {
    const notes = checkParity(set);
    expect(notes).toContainEqual(expect.objectContaining({ code, severity, tierId }));
    if (severity === 'blocks') expect(mayPublish(notes)).toBe(false);
  });

  test.each(SOUND)('passes %s', (_name, set) => {
    expect(checkParity(set)).toEqual([]);
  });

  test('three empty tiers say so for each, and what blocks comes first', () => {
    const empty = { instructionsText: '', minutes: null, materials: 0 };
    const notes = checkParity(
      aSet({ tiers: (['support', 'base', 'stretch'] as const).map((kind) => aTier(kind, empty)) }),
    );
    expect(notes.filter((n) => n.code === 'empty-tier')).toHaveLength(3);
    const severities = notes.map((n) => n.severity);
    expect(severities.lastIndexOf('blocks')).toBeLessThan(severities.indexOf('warns'));
  });

  test('a fix, once done, settles its note', () => {
    const [note] = checkParity(aSet(tiers({ goalIds: ['g1'] })));
    expect(note?.fix).toEqual({ kind: 'add-goal', goalId: 'g2' });
    expect(checkParity(aSet(tiers({ goalIds: ['g1', 'g2'] })))).toEqual([]);
  });

  test('every note has its words, in both languages, with the same slots', () => {
    const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();
    for (const [, set, code] of FAULTS) {
      const note = checkParity(set).find((n) => n.code === code)!;
      const english = en.parity[code];
      expect(note.messageKey).toBe(`tiers-rules.parity.${code}`);
      expect(slots(es.parity[code])).toEqual(slots(english));
      expect(Object.keys(note.vars)).toEqual(expect.arrayContaining(slots(english)));
    }
  });
});
