/** How a changed policy differs from the one in force, for the person who confirms it. */
import { differenceOf } from '../../../checker/difference/index.js';
import type { EnforcedPolicy } from '../../../enforcement/policy.js';
import { EXIT } from '../../../workspace/errors.js';
import { contextIn } from '../../reports/context.js';
import { differenceBlocks } from '../../reports/difference.js';
import { printable } from '../../terminal/layout.js';
import { createStyle } from '../../terminal/style.js';
import { printedText } from '../../reports/terminal.js';

/** The time in milliseconds for the comparison, because the gateway decides no calls meanwhile. */
const MOST_TIME = 1_000;
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
    return [...lines.map(printable), printedText(differenceBlocks(report, 'brief', STYLE.signs.arrow), context)].join(
        '\n'
    );
}

function changedLines(old: string, young: string): string[] {
    const gone = old.split('\n');
    const added = young.split('\n').filter((line) => {
        const at = gone.indexOf(line);
        return at < 0 || (gone.splice(at, 1), false);
    });
    return gone.length + added.length === 0
        ? ['  the same lines in another order']
        : [...gone.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)];
}
