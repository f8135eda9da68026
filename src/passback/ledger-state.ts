import type { Delivery, DeliveryState } from './delivery.js';

/** Groups of states by which the ledger is filtered. */
export const LEDGER_FILTERS = [
  'waiting',
  'sent',
  'accepted',
  'differs',
  'refused',
  'parked',
] as const;
export type LedgerFilter = (typeof LEDGER_FILTERS)[number];

const GROUP: Readonly<Record<DeliveryState, LedgerFilter>> = {
  waiting: 'waiting',
  sending: 'sent',
  accepted: 'accepted',
  superseded: 'accepted',
  differs: 'differs',
  refused: 'refused',
  parked: 'parked',
};

/** Which group a delivery belongs to. One whose platform value was kept still differs. */
export function ledgerGroup(delivery: Pick<Delivery, 'state' | 'keptTheirs'>): LedgerFilter {
  return delivery.keptTheirs ? 'differs' : GROUP[delivery.state];
}

/** Whether a retry makes sense. */
export function canRetry(delivery: Pick<Delivery, 'state' | 'failures' | 'keptTheirs'>): boolean {
  if (delivery.keptTheirs) return false;
  return (
    ['parked', 'refused', 'superseded'].includes(delivery.state) ||
    (delivery.state === 'waiting' && delivery.failures > 0)
  );
}

/**
 * One row of a CSV file. Cells that a spreadsheet would take for a formula get an apostrophe before
 * them, so that no name typed by a student runs as one.
 */
export function csvRow(cells: readonly (string | number | null)[]): string {
  return cells
    .map((cell) => {
      if (cell === null) return '';
      if (typeof cell === 'number') return String(cell);
      const safe = /^[\s]*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
      return /[",;\r\n]/.test(safe) || safe.startsWith("'")
        ? `"${safe.replaceAll('"', '""')}"`
        : safe;
    })
    .join(',');
}
