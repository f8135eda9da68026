import { createHash } from 'node:crypto';
import type { FamilyName } from './state.js';

export type PersonRole = 'teacher' | 'assistant' | 'student' | 'mentor' | 'admin' | 'test';

/** Somebody who can be acted as. */
export interface Person {
  readonly key: string;
  readonly role: PersonRole;
  readonly given: string;
  readonly family: string;
  readonly name: string;
  readonly email: string;
  /** The student information system's id; null for people without one. */
  readonly sisId: string | null;
  readonly number: number;
  /** Keys of the children a family member may see. */
  readonly children: readonly string[];
}

/** How many students the course has before any are added. */
export const CLASS_SIZE = 28;

const STUDENTS: readonly (readonly [string, string])[] = [
  ['Ana', 'Ruiz'],
  ['Benjamin', 'Okafor'],
  ['Chloé', 'Lefèvre-Dubois'],
  ['Dmitri', 'Волков'],
  ['Eun-ji', '김은지'],
  ['Fatima', 'الزهراء'],
  ['Gareth', "O'Sullivan"],
  ['Hana', '田中花'],
  ['Isaac', 'Nguyễn Phúc'],
  ['Jonatan', 'Åström'],
  ['Katarzyna', 'Wójcik'],
  ['Li', '李小龙'],
  ['María José', 'García Hernández'],
  ['Noah', 'Smith'],
  ['Noah', 'Smith'],
  ['Olga', 'Ξενάκη'],
  [
    'Wolfeschlegelsteinhausenbergerdorff Maximiliana Alexandrina',
    'Charlotte von und zu Hohenlohe-Waldenburg-Schillingsfürst de la Santísima Trinidad',
  ],
  ['Priya', 'सिंह'],
  ['Quentin', 'D’Arcy'],
  ['Rivka', 'כהן'],
  ['Samuel', 'Ng'],
  ['Thandiwe', 'Ndlovu'],
  ['Uma', 'Patel'],
  ['Vítor', 'Gonçalves'],
  ['Wen', 'Zhao'],
  ['Ximena', 'Ortega'],
  ['Yusuf', 'Demir'],
  ['Zoë', '<b>van der Berg</b> & Sons'],
];

const STAFF: readonly Person[] = [
  staff('teacher-1', 'teacher', 'Teresa', 'Marsh', 1),
  staff('teacher-2', 'teacher', 'Kwame', 'Boateng', 2),
  staff('assistant-1', 'assistant', 'Alex', 'Lindqvist', 3),
  { ...staff('mentor-1', 'mentor', 'Carmen', 'Ruiz', 4), children: ['student-1'], sisId: null },
  staff('admin-1', 'admin', 'Dana', 'Whitfield', 5),
  { ...staff('test-1', 'test', 'Test', 'Student', 6), email: '', sisId: null },
];

function staff(
  key: string,
  role: PersonRole,
  given: string,
  family: string,
  number: number,
): Person {
  const email = `${given}.${family}@practice.example`.toLowerCase();
  const sisId = `P-${String(number).padStart(6, '0')}`;
  return {
    key,
    role,
    given,
    family,
    name: `${given} ${family}`,
    email,
    sisId,
    number,
    children: [],
  };
}

/**
 * Makes the student with a running number; the first 28 have chosen names, later ones are composed.
 *
 * @param n - Running number from 1.
 * @returns The student.
 */
export function studentNumber(n: number): Person {
  const index = n - 1;
  const chosen = STUDENTS[index];
  const given = chosen?.[0] ?? STUDENTS[index % 14]?.[0] ?? 'Sam';
  const family = chosen?.[1] ?? `Student ${n}`;
  return {
    key: `student-${n}`,
    role: 'student',
    given,
    family,
    name: `${given} ${family}`,
    email: `student${n}@practice.example`,
    // Two students without a record in the student system, as happens in August.
    sisId: n % 14 === 0 ? null : `S-${String(n).padStart(6, '0')}`,
    number: 100 + n,
    children: [],
  };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * The `sub` and user id of a person on one face.
 *
 * @param family - The face: Canvas sends a UUID, Moodle a decimal number, Schoology `number::hash`.
 * @param person - The person.
 * @param merged - True for the id the person has after two accounts were merged.
 * @returns The id, stable over restarts.
 */
export function subjectOf(family: FamilyName, person: Person, merged = false): string {
  const salt = merged ? ':merged' : '';
  if (family === 'moodle') return String(person.number + (merged ? 900_000 : 0));
  const h = hash(`${family}:${person.key}${salt}`);
  if (family === 'schoology') return `${70_000_000 + person.number}::${h.slice(0, 32)}`;
  const variant = '89ab'[parseInt(h.slice(16, 17), 16) % 4] ?? '8';
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

/**
 * The opaque 40-digit id Canvas uses as login hint and legacy user id.
 *
 * @param person - The person.
 * @returns 40 hex digits.
 */
export function opaqueId(person: Person): string {
  return hash(`opaque:${person.key}`).slice(0, 40);
}

/** Everyone in the practice school; students are made on demand, so 50,000 cost nothing until asked for. */
export class People {
  #students: Person[] = [];
  readonly #bySubject = new Map<FamilyName, Map<string, Person>>();

  /**
   * @param count - Gives the number of students.
   * @param left - Gives the keys of people who left the course.
   */
  constructor(
    private readonly count: () => number,
    private readonly left: () => readonly string[],
  ) {}

  /** Teachers, assistant, family member, admin and test student. */
  get staff(): readonly Person[] {
    return STAFF;
  }

  /** All students, those who left included. */
  get students(): readonly Person[] {
    const count = this.count();
    if (this.#students.length !== count) {
      this.#students = Array.from({ length: count }, (_, index) => studentNumber(index + 1));
      this.#bySubject.clear();
    }
    return this.#students;
  }

  /** Everybody. */
  get all(): readonly Person[] {
    return [...STAFF, ...this.students];
  }

  /**
   * Finds a person by key.
   *
   * @param key - Such as `student-3`.
   * @returns The person, or null.
   */
  find(key: string): Person | null {
    const match = /^student-(\d+)$/.exec(key);
    if (match !== null) return this.students[Number(match[1]) - 1] ?? null;
    return STAFF.find((person) => person.key === key) ?? null;
  }

  /**
   * Finds a person by key.
   *
   * @param key - Such as `student-3`.
   * @returns The person.
   * @throws Error when there is nobody with that key.
   */
  get(key: string): Person {
    const person = this.find(key);
    if (person === null) throw new Error(`The practice LMS has nobody called ${key}`);
    return person;
  }

  /**
   * Finds a person by the id a tool knows them by.
   *
   * @param family - The face.
   * @param subject - `sub` of a launch, `user_id` of a roster.
   * @returns The person, or null.
   */
  bySubject(family: FamilyName, subject: string): Person | null {
    const { students } = this;
    let index = this.#bySubject.get(family);
    if (index === undefined) {
      index = new Map();
      for (const person of [...STAFF, ...students]) {
        index.set(subjectOf(family, person), person);
        if (person.number < 200) index.set(subjectOf(family, person, true), person);
      }
      this.#bySubject.set(family, index);
    }
    return index.get(subject) ?? null;
  }

  /**
   * Whether a person is in the course now.
   *
   * @param person - The person.
   * @returns False for the district admin and people who left.
   */
  isEnrolled(person: Person): boolean {
    return person.role !== 'admin' && !this.left().includes(person.key);
  }
}

/**
 * The class section of a person; students alternate between two.
 *
 * @param person - The person.
 * @returns Section id and name.
 */
export function sectionOf(person: Person): { id: string; name: string } {
  return person.number % 2 === 0
    ? { id: '902', name: 'Period 4' }
    : { id: '901', name: 'Period 1' };
}

/** The groups a teacher made in the LMS: four, filled in turn. */
export const GROUP_IDS = ['31', '32', '33', '34'] as const;

/**
 * The LMS group of a student.
 *
 * @param person - The person.
 * @returns A group id, or null for people who are no students.
 */
export function groupOf(person: Person): string | null {
  return person.role === 'student' ? (GROUP_IDS[person.number % GROUP_IDS.length] ?? null) : null;
}
