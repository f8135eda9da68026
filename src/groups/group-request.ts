/** How much a teacher lets a wish count: 'off' 0, 'a little' 1, 'a lot' 3. */
export type Word = 'off' | 'a little' | 'a lot';

/** What the groups of one activity are formed by. */
export type Basis = 'similar' | 'mixed' | 'interest' | 'wishes' | 'random';

/** One student of the class, as far as forming groups needs to know them. */
export interface GroupStudent {
  readonly id: string;
  /** Any scale, the same for the whole class; null or left out: unknown. */
  readonly readiness?: number | null | undefined;
  readonly interests?: readonly string[] | undefined;
  /** Marked traits: nobody should be the only holder in a group. */
  readonly traits?: readonly string[] | undefined;
  readonly absent?: boolean | undefined;
}

/** Everything {@link formGroups} is told about the groups wanted. */
export interface GroupRequest {
  readonly students: readonly GroupStudent[];
  /** Band of group sizes in students; target left out: halfway between min and max. */
  readonly size: {
    readonly min?: number | undefined;
    readonly max?: number | undefined;
    readonly target?: number | undefined;
  };
  readonly basis: Basis;
  readonly apart?: readonly (readonly [string, string])[] | undefined;
  readonly together?: readonly (readonly string[])[] | undefined;
  /** Earlier activities, oldest first; each is a list of groups of ids. */
  readonly history?: readonly (readonly (readonly string[])[])[] | undefined;
  /** Student to classmates wished for, in no order. */
  readonly wishes?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Left out: 'a lot', 'a little', 'a little'. */
  readonly weights?:
    | {
        readonly basis?: Word | undefined;
        readonly repeats?: Word | undefined;
        readonly wishes?: Word | undefined;
      }
    | undefined;
  readonly seed: number;
  /** Left out: 100. */
  readonly timeBudgetMs?: number | undefined;
}

/** One rule of a request, with its ids as the request has them. */
export type Rule =
  | { readonly rule: 'size.min' }
  | { readonly rule: 'size.max' }
  | { readonly rule: 'apart'; readonly ids: readonly [string, string] }
  | { readonly rule: 'together'; readonly ids: readonly string[] };

/** Discomfort of a grouping: lower is better; total = 0.75 worst + 0.25 mean. */
export interface GroupScore {
  readonly worst: number;
  readonly mean: number;
  readonly total: number;
}

/** Groups that keep every rule. */
export interface FormedGroups {
  readonly ok: true;
  readonly groups: readonly { readonly members: readonly string[]; readonly because: string }[];
  readonly score: GroupScore;
  /** Pairs now together that were together in one of the last eight activities. */
  readonly repeats: number;
  /** Only holders of a trait that could not be avoided. */
  readonly alone: readonly { readonly id: string; readonly trait: string }[];
}

/** Rules that cannot all hold: a minimal clash, and the same in plain words. */
export interface GroupClash {
  readonly ok: false;
  readonly conflict: readonly Rule[];
  readonly message: string;
}

export type GroupResult = FormedGroups | GroupClash;
