import type { DeliveryState } from './delivery.js';

export interface DeliveryPill {
  readonly textKey: string;
  readonly tone: 'ok' | 'info' | 'warn' | 'danger' | 'neutral';
  readonly icon: string;
}

const PILLS: Readonly<Record<DeliveryState, Omit<DeliveryPill, 'textKey'>>> = {
  waiting: { tone: 'info', icon: 'clock' },
  sending: { tone: 'info', icon: 'send' },
  accepted: { tone: 'ok', icon: 'circle-check' },
  superseded: { tone: 'neutral', icon: 'history' },
  refused: { tone: 'danger', icon: 'circle-x' },
  parked: { tone: 'warn', icon: 'pause' },
  differs: { tone: 'warn', icon: 'equal-not' },
};

/** A delivery's state as a small mark: words, tone and icon, so that colour never speaks alone. */
export function deliveryPill(state: DeliveryState): DeliveryPill {
  return { textKey: `passback-rules.state.${state}`, ...PILLS[state] };
}
