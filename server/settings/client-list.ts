import { claude } from './clients/claude.js';
import { codex } from './clients/codex.js';
import { cursor } from './clients/cursor.js';
import { gemini } from './clients/gemini.js';
import type { Client } from './settings.js';

/** The clients whose settings are read. */
export const CLIENTS: readonly Client[] = [claude, codex, cursor, gemini];
