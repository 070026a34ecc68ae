import { expect, test } from 'vitest';
import { ProgressLine } from '../../../server/cli/terminal/progress.js';
import { createStyle } from '../../../server/cli/terminal/style.js';

const STATE = { claim: 'mail leaves only through a person', states: 12_345, transitions: 99, depth: 7, queue: 321 };

/** The contents of the line after a number of milliseconds, each followed by a progress report. */
function written(width: number, ...times: number[]): string[] {
    const texts: string[] = [];
    let time = 0;
    const style = createStyle({ color: false, unicode: true, width });
    const line = new ProgressLine({ write: (text) => texts.push(text) }, style, () => time);
    for (time of times) {
        line.show('p.guardrail', STATE);
    }
    line.clear();
    return texts;
}

test('is silent if nobody waits', () => {
    expect(written(80, 0, 100, 499)).toEqual([]);
});

test('shows the progress of the search, and cleans up', () => {
    expect(written(120, 1000)).toEqual([
        '\r\u001b[K12,345 states · 12,345/s · depth 7 · queue 321 · 1.0 s  p.guardrail: mail leaves only through a person',
        '\r\u001b[K'
    ]);
});

test('stays on one line of the terminal', () => {
    const [text] = written(60, 1000);
    expect(text).toMatch(/…$/);
    expect(text!.length - '\r\u001b[K'.length).toBeLessThan(60);
});

test('does not write faster than a person can read', () => {
    expect(written(80, 1000, 1010, 1050, 1100, 1150)).toHaveLength(3);
});
