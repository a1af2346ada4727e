import { createSignInLimit } from '@stet/server';
import { signInLimitContract } from './sign-in-limit.js';

signInLimitContract('memory', async () => createSignInLimit(null));
