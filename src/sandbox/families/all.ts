import type { FamilyName } from '../state.js';
import { canvas } from './canvas.js';
import type { Family } from './family.js';
import { moodle } from './moodle.js';
import { schoology } from './schoology.js';

/** The three faces by name. */
export const families: Readonly<Record<FamilyName, Family>> = { canvas, moodle, schoology };
