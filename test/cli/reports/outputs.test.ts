import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECK_FORMATS } from '../../../server/cli/reports/formats.js';
import { BAD, folder, guardrail } from '../guardrail.js';

const BEGINNINGS = {
    pretty: /^bad\.guardrail {2}policy Bad\n/,
    compact: /^bad\.guardrail:5:1: error\[GR590\]: /,
    json: /^\{\n {2}"format": "guardrail-report\/1"/,
    sarif: /^\{\n {2}"\$schema": "https:\/\/docs\.oasis-open\.org\/sarif\//,
    junit: /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /,
    github: /^::error file=bad\.guardrail,line=5,/,
    markdown: /^## ❌ Guardrail found a problem\n/,
    html: /^<!doctype html>\n<html lang="en">/i
} satisfies { readonly [format in (typeof CHECK_FORMATS)[number]]: RegExp };

test('one run writes every report', async () => {
    const cwd = folder({ 'bad.guardrail': BAD });
    const outputs = CHECK_FORMATS.flatMap((format) => ['--output', `${format}=out.${format}`]);
    const { code, stdout, stderr } = await guardrail(['check', '--format', 'github', ...outputs], { cwd });
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toBe(readFileSync(join(cwd, 'out.github'), 'utf8'));
    for (const [format, beginning] of Object.entries(BEGINNINGS)) {
        expect(readFileSync(join(cwd, `out.${format}`), 'utf8')).toMatch(beginning);
    }
    expect(readdirSync(cwd).filter((name) => name.includes('.tmp'))).toEqual([]);
});
