/** The fixes that preserve the meaning, which the command applies too. */
import { SAFE_FIXES } from '../../../../../language/edits/safe-fixes.js';
import type { Fix } from './fix.js';

export const safeFixes: readonly Fix[] = SAFE_FIXES.map(({ codes, summary, fix }) => ({
    codes,
    summary,
    propose: (problem) => {
        const fixed = fix(problem);
        return fixed ? [{ title: fixed.title, changes: [fixed.edit], isPreferred: true, isSafe: true }] : [];
    }
}));
