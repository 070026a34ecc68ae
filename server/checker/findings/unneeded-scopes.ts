/** GR515: a claim accepts a scope that its verdict does not need. */
import { unneeded } from '../results/accepted-scopes.js';
import type { FindingRule } from './finding.js';

export const unneededScopes: FindingRule = { codes: ['GR515'], find: ({ claims }) => unneeded(claims) };
