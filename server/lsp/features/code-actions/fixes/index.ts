/**
 * The quick fixes of each code. A validation gives those of its diagnostics itself (`withFixes`); the others are a `Fix`
 * in a file of this folder, with an entry here. A test goes through all codes: each has a fix, or an entry in the test's
 * table of codes without one, with the reason.
 */
import { RULES } from '../../../../../language/validations/index.js';
import { fixesOf } from '../../../../../language/edits/edit.js';
import type { Fix } from './fix.js';
import { missingArguments } from './arguments.js';
import { autoImport } from './auto-import.js';
import { declareNames } from './declare.js';
import { didYouMean } from './did-you-mean.js';
import { fileFixes } from './files.js';
import { findings } from './findings.js';
import { literals } from './literals.js';
import { mistake } from './mistake.js';
import { removals } from './removals.js';
import { renames } from './rename.js';
import { repairs } from './repairs.js';
import { scenarios } from './scenarios.js';
import { syntax } from './syntax.js';

/** The fixes that validations add to their diagnostics. */
const OWN = new Map<string, readonly Fix[]>(
    RULES.flatMap(({ fixes = {} }) =>
        Object.entries(fixes).map(([code, summary]) => [code, [{ codes: [code], summary, propose: fixesOf }]] as const)
    )
);

const FIXES: readonly Fix[] = [
    ...autoImport,
    ...didYouMean,
    ...scenarios,
    ...declareNames,
    ...syntax,
    ...fileFixes,
    ...literals,
    ...missingArguments,
    ...removals,
    ...renames,
    ...repairs,
    ...findings
];

/** The only fix of a problem that shows what its author meant. */
export const MISTAKE: Fix = mistake;

export const FIXES_BY_CODE: ReadonlyMap<string, readonly Fix[]> = new Map(
    [...new Set([...OWN.keys(), ...FIXES.flatMap(({ codes }) => codes)])]
        .sort()
        .map((code) => [code, OWN.get(code) ?? FIXES.filter(({ codes }) => codes.includes(code))])
);
