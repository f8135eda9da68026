import type { Connection } from 'mongoose';

/**
 * Makes a model factory answer the same queries whenever it is asked for one connection: Mongoose
 * refuses to compile a model twice, and several features use the same one.
 *
 * @param make - Compiles the model and names its queries.
 */
export function oncePerConnection<T>(
  make: (connection: Connection) => T,
): (connection: Connection) => T {
  const made = new WeakMap<Connection, T>();
  return (connection) => {
    const known = made.get(connection);
    if (known !== undefined) return known;
    const fresh = make(connection);
    made.set(connection, fresh);
    return fresh;
  };
}
