import { pino } from 'pino';

/** What parts of Trellis write to: JSON lines with ids, never names, marks or tokens. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The process's log on standard output. */
export function makeLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: {
      // Messages of libraries may quote what was sent to them; name, code and place are enough.
      err: (err: unknown) => (err instanceof Error ? describe(err) : { name: 'unknown' }),
    },
  });
}

function describe(err: Error): object {
  const code = (err as { code?: unknown }).code;
  const known = err.name === 'TrellisError' ? { message: err.message } : {};
  return {
    name: err.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...known,
    at: (err.stack ?? '')
      .split('\n')
      .filter((line) => line.trimStart().startsWith('at '))
      .slice(0, 6)
      .map((line) => line.trim()),
    ...(err.cause instanceof Error ? { cause: describe(err.cause) } : {}),
  };
}
