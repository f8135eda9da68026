/** The few members of ltijs 5.9 that Trellis uses; its published types describe version 4. */
declare module 'ltijs' {
  import type { Express, NextFunction, Request, Response } from 'express';
  import type { KeyObject } from 'node:crypto';

  /** Its store; answers are lists of rows, or false for none. */
  export interface Database {
    Get(
      encryptionKey: string | false,
      collection: string,
      query: Readonly<Record<string, unknown>>,
    ): Promise<readonly unknown[] | false>;
    Insert(...args: readonly unknown[]): Promise<true>;
    Replace(...args: readonly unknown[]): Promise<true>;
    Modify(...args: readonly unknown[]): Promise<true>;
    Delete(...args: readonly unknown[]): Promise<true>;
    setup(): Promise<true>;
    Close(): Promise<true>;
  }

  export interface Platform {
    platformActive(): Promise<boolean>;
    platformAuthConfig(): Promise<{ method: 'RSA_KEY' | 'JWK_KEY'; key: KeyObject | string }>;
    platformClientId(): Promise<string>;
    platformKid(): Promise<string>;
  }

  export class ProviderClass {
    readonly app: Express;
    readonly Database: Database;
    getPlatform: (issuer: string, clientId: string) => Promise<Platform | false>;
    setup(
      encryptionKey: KeyObject,
      database: { readonly plugin: Database },
      options: {
        readonly appRoute: string;
        readonly loginRoute: string;
        readonly keysetRoute: string;
        readonly dynRegRoute: string;
        readonly ltiaas: true;
        readonly cors: false;
        readonly tokenMaxAge: false;
      },
    ): this;
    onConnect(
      handle: (token: unknown, req: Request, res: Response, next: NextFunction) => unknown,
    ): void;
    onDeepLinking(
      handle: (token: unknown, req: Request, res: Response, next: NextFunction) => unknown,
    ): void;
    onInvalidToken(handle: (req: Request, res: Response, next: NextFunction) => unknown): void;
  }

  export const Provider: ProviderClass & { readonly constructor: new () => ProviderClass };
}
