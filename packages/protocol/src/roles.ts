import * as z from 'zod';

// What a member may do: each role may do all that the ones before it may.

export const roles = ['viewer', 'editor', 'manager'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

export const atLeast = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);
