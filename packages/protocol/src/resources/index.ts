import type { Resource } from '../resource.js';
import { books } from './books.js';

// The resources that this Stet serves: a new one is a file beside this and a line here.

export { books };

export const resources: ReadonlyMap<string, Resource> = new Map([books].map((resource) => [resource.name, resource]));
