import type { Route } from '../../door/route.js';

// What kind of route it is, read from its row in the table.

const collection = /^\/workspaces\/\{workspace\}\//;

/** Within a workspace, of which one must be a member. */
export const isScoped = ({ path }: Route): boolean => collection.test(path);
export const isWrite = (route: Route): boolean => isScoped(route) && route.method !== 'GET';
/** About one record itself. */
export const isItem = ({ path }: Route): boolean => path.endsWith('/{id}');

/** What is left of the path without the workspace. */
export const withinScope = ({ path }: Route): string => path.replace(collection, '/');
