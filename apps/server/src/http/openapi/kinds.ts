import type { Route } from '../../door/route.js';

// What kind of route it is, read from its row in the table.

const collection = /^\/workspaces\/\{workspace\}\//;

/** Within a workspace, of which one must be a member. */
export const isScoped = ({ path }: Route): boolean => collection.test(path);
/** Makes a record: it has no base to name. */
export const isCreate = (route: Route): boolean => route.ok.status === 201 && isScoped(route);
/** Takes the road of every save. */
export const isWrite = (route: Route): boolean => isCreate(route) || route.guarded === true;
/** About one record itself. */
export const isItem = ({ path }: Route): boolean => path.endsWith('/{id}');
/** Answers with an event stream too, to who asks for one. */
export const isStreaming = ({ stream }: Route): boolean => stream !== undefined;

/** What is left of the path without the workspace. */
export const withinScope = ({ path }: Route): string => path.replace(collection, '/');
