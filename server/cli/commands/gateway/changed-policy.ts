/** How a changed policy differs from the one in force, for the person who confirms it. */
import { differenceOf } from '../../../checker/difference/index.js';
import type { EnforcedPolicy } from '../../../enforcement/policy.js';
import { EXIT } from '../../../workspace/errors.js';
import { contextIn } from '../../reports/context.js';
import { differenceBlocks } from '../../reports/difference.js';
import { createStyle } from '../../terminal/style.js';
import { printedText } from '../../reports/terminal.js';
import { escapeUnseen } from '../../../workspace/printed-json.js';

/** The time in milliseconds for the comparison, because the gateway decides no calls meanwhile. */
const MOST_TIME = 1_000;
/** Pairs of lines that are compared, a few milliseconds' worth. */
const MOST_PAIRS = 4_000_000;
/** Of a page and of a list in an editor, too. */
const STYLE = createStyle({ color: false, unicode: true, width: 100 });

/**
 * The lines that only one of them has, as the person confirms the text, and what `guardrail diff` says about the decisions.
 * What cannot be compared within a second is undecided.
 */
export function differenceText(old: EnforcedPolicy, young: EnforcedPolicy, cwd: string): string {
    const context = contextIn({ cwd, style: STYLE });
    const began = performance.now();
    const result = differenceOf(old.model, young.model, { total: { left: MOST_TIME, of: MOST_TIME } });
    const milliseconds = performance.now() - began;
    const report = { version: '', old: 'in force', new: 'changed', files: [], result, exitCode: EXIT.ok, milliseconds };
    const lines = [...new Set([...old.texts.keys(), ...young.texts.keys()])].flatMap((file) => {
        const [before, after] = [old.texts.get(file) ?? '', young.texts.get(file) ?? ''];
        return before === after ? [] : [context.pathOf(file), ...changedLines(before, after), ''];
    });
    const text = lines.map((line) => escapeUnseen(line, () => '\u00b7'));
    return [...text, printedText(differenceBlocks(report, 'brief', STYLE.signs.arrow), context)].join('\n');
}

/** The changes that make one text of the other, in their order: a line that has moved is shown at both places. */
function changedLines(old: string, young: string): string[] {
    const [a, b] = [old.split('\n'), young.split('\n')];
    while (a.length > 0 && b.length > 0 && a.at(-1) === b.at(-1)) {
        a.pop();
        b.pop();
    }
    const same = a.findIndex((line, i) => line !== b[i]);
    const start = same < 0 ? a.length : same;
    const common = commonLines(a.slice(start), b.slice(start));
    const shown: string[] = [];
    for (let [i, j] = [start, start]; i < a.length || j < b.length;) {
        if (i < a.length && a[i] === b[j]) {
            i++;
            j++;
        } else if (
            j === b.length ||
            (i < a.length && common(i + 1 - start, j - start) >= common(i - start, j + 1 - start))
        ) {
            shown.push(`- ${a[i++]}`);
        } else {
            shown.push(`+ ${b[j++]}`);
        }
    }
    return shown;
}

/** The length of a longest common subsequence of what is left of both. Of long texts it is not known: everything differs. */
function commonLines(a: readonly string[], b: readonly string[]): (i: number, j: number) => number {
    if (a.length * b.length > MOST_PAIRS) {
        return () => 0;
    }
    const width = b.length + 1;
    const lengths = new Uint32Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i--) {
        for (let j = b.length - 1; j >= 0; j--) {
            const [below, right] = [lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!];
            lengths[i * width + j] = a[i] === b[j] ? lengths[(i + 1) * width + j + 1]! + 1 : Math.max(below, right);
        }
    }
    return (i, j) => lengths[i * width + j]!;
}
