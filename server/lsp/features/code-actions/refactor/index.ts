/**
 * The registry of refactorings. To add one, create a file in this folder that exports a `Refactoring` (see
 * `../proposal.ts`) with its kind, such as `refactor.extract.definition`, and its offers at a `Place`; and add a line
 * here. The provider calls it when the client requests its kind, converts the edits to those of the protocol (versions,
 * line endings, snippets) and handles the resolve step: a proposal whose `changes` are a function is computed only when
 * the author chooses it.
 */
import { extractDefinition } from './extract-definition.js';
import type { Refactoring } from '../place.js';
import { extractPack } from './extract-pack.js';
import { inlineDefinition } from './inline-definition.js';
import { inlinePack } from './inline-pack.js';
import { mergeRules } from './merge-rules.js';
import { organizeImports } from './organize-imports.js';
import { rewriteRule } from './rewrite-rules.js';
import { usePack } from './use-pack.js';

export const REFACTORINGS: readonly Refactoring[] = [
    extractDefinition,
    extractPack,
    inlineDefinition,
    inlinePack,
    mergeRules,
    organizeImports,
    rewriteRule,
    usePack
];
