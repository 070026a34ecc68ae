/** Replaces a form of another language with the form of this one. */
import { meantBy } from '../../../../../language/mistakes/explain.js';
import { replaceMarked } from '../../../../../language/edits/edits.js';
import type { Fix } from './fix.js';
import { obvious } from '../../../../../language/edits/edit.js';

export const mistake: Fix = {
    codes: ['GR101', 'GR102'],
    summary: 'Write the form of this language for one of another language',
    propose: (problem) => {
        const text = meantBy(problem.diagnostic)?.text;
        return text === undefined
            ? []
            : [obvious(titleOf(problem.marked.trim(), text.trim()), replaceMarked(problem, text))];
    }
};

/** Both texts are in the title if they are short. */
const SHORT = 24;

function titleOf(written: string, meant: string): string {
    if (meant === '') {
        return `Remove \`${written}\``;
    }
    if (written === '') {
        return `Insert \`${meant}\``;
    }
    return written.length <= SHORT && meant.length <= SHORT
        ? `Change \`${written}\` to \`${meant}\``
        : `Write \`${meant}\``;
}
