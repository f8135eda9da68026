/** Roles held in one earlier activity: student id to role. */
export type RolesHeld = Readonly<Record<string, string>>;

/**
 * Gives each member of a group a role they held least often, and of those the longest ago.
 *
 * Members and roles are matched so that the group as a whole repeats least: the costs of all pairs
 * of member and role are added up and the cheapest matching is taken (shortest augmenting paths), so
 * nobody's turn is spoiled by who happens to come first in the list.
 *
 * @param members - Student ids of the group; a repeated id counts once.
 * @param roles - Role names of the activity, the most needed first; with fewer members than roles the
 *   last ones stay empty, with more members than roles the roles are given again in order.
 * @param history - Roles of earlier activities, oldest first.
 * @returns Member to role, in the order of the members; nobody is left out unless there are no roles.
 */
export function rotateRoles(
  members: readonly string[],
  roles: readonly string[],
  history: readonly RolesHeld[],
): Map<string, string> {
  const who = [...new Set(members)];
  const kinds = [...new Set(roles)];
  if (kinds.length === 0) return new Map();
  const places = who.map((_, place) => kinds[place % kinds.length] ?? '');
  const cost = who.map((id, row) =>
    places.map((role, column) => {
      let cost = 0;
      history.forEach((held, activity) => {
        // Each time counts a whole, and the last time a little more the more recent it is.
        const own = new Map(Object.entries(held)).get(id);
        if (own === role) cost += 1 + (activity + 1) / (history.length + 1);
      });
      return cost + ((row - column + places.length) % places.length) * 1e-9;
    }),
  );
  return new Map(
    cheapestMatching(cost).map((column, row) => [who[row] ?? '', places[column] ?? '']),
  );
}

/** The column of each row in the cheapest perfect matching of a square cost table. */
function cheapestMatching(cost: readonly (readonly number[])[]): number[] {
  const n = cost.length;
  const rowPrice = new Array<number>(n + 1).fill(0);
  const columnPrice = new Array<number>(n + 1).fill(0);
  const rowOf = new Array<number>(n + 1).fill(0);
  for (let row = 1; row <= n; row += 1) {
    const before = new Array<number>(n + 1).fill(0);
    const least = new Array<number>(n + 1).fill(Infinity);
    const done = new Array<boolean>(n + 1).fill(false);
    rowOf[0] = row;
    let at = 0;
    while ((rowOf[at] ?? 0) !== 0) {
      done[at] = true;
      const from = rowOf[at] ?? 0;
      let next = 0;
      let step = Infinity;
      for (let column = 1; column <= n; column += 1) {
        if (done[column] === true) continue;
        const reduced =
          (cost[from - 1]?.[column - 1] ?? 0) - (rowPrice[from] ?? 0) - (columnPrice[column] ?? 0);
        if (reduced < (least[column] ?? 0)) {
          least[column] = reduced;
          before[column] = at;
        }
        if ((least[column] ?? 0) < step) {
          step = least[column] ?? 0;
          next = column;
        }
      }
      for (let column = 0; column <= n; column += 1) {
        if (done[column] === true) {
          const owner = rowOf[column] ?? 0;
          rowPrice[owner] = (rowPrice[owner] ?? 0) + step;
          columnPrice[column] = (columnPrice[column] ?? 0) - step;
        } else {
          least[column] = (least[column] ?? 0) - step;
        }
      }
      at = next;
    }
    while (at !== 0) {
      const previous = before[at] ?? 0;
      rowOf[at] = rowOf[previous] ?? 0;
      at = previous;
    }
  }
  const columnOf = new Array<number>(n).fill(0);
  for (let column = 1; column <= n; column += 1) columnOf[(rowOf[column] ?? 1) - 1] = column - 1;
  return columnOf;
}
