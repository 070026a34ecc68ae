/**
 * The registry of refactorings. To add one: a file in this folder that exports a `Refactoring` (see `../proposal.ts`), its
 * kind, such as `refactor.extract.definition`, and what it offers at a `Place`; and a line here. The provider asks it when the
 * client wants its kind, makes the edits ones of the protocol (versions, line ends, snippets) and does the resolve step: a
 * proposal whose `changes` are a function is worked out only when the author chooses it.
 */
import type { Refactoring } from '../proposal.js';
import { extractDefinition } from './extract-definition.js';
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
