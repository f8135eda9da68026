import { z } from 'zod';

const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((v) => v === 'true');
const port = z.coerce
  .number({ error: 'must be a port number between 0 and 65535' })
  .int('must be a whole number')
  .min(0, 'must be a port number between 0 and 65535')
  .max(65535, 'must be a port number between 0 and 65535');
const address = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://trellis.example.org' })
  .transform((v) => v.replace(/\/+$/, ''));

/** Every setting Trellis reads, with its default; `.env.example` lists the same. */
const envSchema = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: port.default(3000),
  PUBLIC_URL: address.optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.+|mongodb(\+srv)?:\/\/.+)$/, 'must start with sqlite: or mongodb://')
    .default('sqlite:data/trellis.db'),
  DATA_DIR: z.string().min(1, 'must be a folder').default('data'),
  SECRET: z.string().min(32, 'must be at least 32 characters long').optional(),
  SANDBOX_PORT: port.default(3001),
  ALLOW_INSECURE_PLATFORMS: flag.optional(),
  TRUST_PROXY: z.string().default('loopback'),
  METRICS_TOKEN: z.string().min(16, 'must be at least 16 characters long').optional(),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
      error: 'must be one of fatal, error, warn, info, debug, silent',
    })
    .default('info'),
});

export interface Settings {
  readonly isProduction: boolean;
  readonly port: number;
  /** As browsers and platforms see the tool, without a slash at the end. */
  readonly publicUrl: string;
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** null: made once and kept in the data folder. */
  readonly secret: string | null;
  readonly sandboxPort: number;
  /** Platform addresses may be http or private: for trying out and tests. */
  readonly allowInsecurePlatforms: boolean;
  readonly trustProxy: string;
  readonly metricsToken: string | null;
  readonly logLevel: string;
}

/**
 * Reads the settings.
 *
 * @param env - The environment, as strings; an empty string counts as not set.
 * @param withSandbox - Whether the practice LMS runs too, which speaks plain http on this machine.
 * @returns The settings, or one line that names the first bad setting and what it should be.
 */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  withSandbox: boolean,
): { ok: true; settings: Settings } | { ok: false; message: string } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = envSchema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return {
      ok: false,
      message: `${issue?.path.join('.') ?? 'Settings'} ${issue?.message ?? 'is wrong'}`,
    };
  }
  const value = parsed.data;
  const isProduction = value.NODE_ENV === 'production';
  const publicUrl = value.PUBLIC_URL ?? `http://localhost:${value.PORT}`;
  if (isProduction && value.ALLOW_INSECURE_PLATFORMS === true) {
    return { ok: false, message: 'ALLOW_INSECURE_PLATFORMS must be false in production' };
  }
  if (isProduction && value.SECRET === undefined) {
    return {
      ok: false,
      message: 'SECRET must be set in production: at least 32 random characters',
    };
  }
  if (isProduction && !publicUrl.startsWith('https://')) {
    return { ok: false, message: 'PUBLIC_URL must be an https address in production' };
  }
  return {
    ok: true,
    settings: {
      isProduction,
      port: value.PORT,
      publicUrl,
      databaseUrl: value.DATABASE_URL,
      dataDir: value.DATA_DIR,
      secret: value.SECRET ?? null,
      sandboxPort: value.SANDBOX_PORT,
      allowInsecurePlatforms: value.ALLOW_INSECURE_PLATFORMS ?? (withSandbox && !isProduction),
      trustProxy: value.TRUST_PROXY,
      metricsToken: value.METRICS_TOKEN ?? null,
      logLevel: value.LOG_LEVEL,
    },
  };
}
