import { openSqliteStore } from '@stet/store';
import { authContract } from './auth.js';

authContract('SQLite', () => openSqliteStore(':memory:'));
