import { mongo } from 'mongoose';

/**
 * What the embedded store cannot do exactly as MongoDB does it raises this, naming the operator or
 * option, and changes nothing: a query that runs has the result it would have on MongoDB.
 */
export class NotOnEmbeddedStore extends Error {
  override readonly name = 'NotOnEmbeddedStore';
}

/**
 * Refuses an operator, option or value of MongoDB that the embedded store does not have.
 *
 * @param what - The operator, option or value, as the caller wrote it.
 * @throws NotOnEmbeddedStore, always.
 */
export function refuse(what: string): never {
  throw new NotOnEmbeddedStore(`The embedded store does not support ${what}`);
}

/**
 * Makes the error a MongoDB server would answer with, so that callers need to know one kind only.
 *
 * @param code - MongoDB's error code, for example 28.
 * @param codeName - MongoDB's name of it, for example `PathNotViable`.
 * @param message - The words of the error.
 * @param more - Further fields of the server's answer, for example `keyValue`.
 * @returns The error, to be thrown by the caller.
 */
export function serverError(
  code: number,
  codeName: string,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): mongo.MongoServerError {
  return new mongo.MongoServerError({ message, errmsg: message, code, codeName, ...more });
}
